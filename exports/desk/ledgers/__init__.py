"""Ledgers at the desk: what there is, the rows of one, the same as a workbook, and the set of the day."""
