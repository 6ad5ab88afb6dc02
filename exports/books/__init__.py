"""Workbooks that leave the house."""
