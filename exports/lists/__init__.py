"""Workbooks and lists that come in."""
