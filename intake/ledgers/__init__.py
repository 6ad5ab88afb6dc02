"""Ledgers: the columns and rows of each 台账."""
