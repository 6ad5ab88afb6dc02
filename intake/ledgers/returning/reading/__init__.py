"""What stands in a workbook that came back: its tables, of which ledger a row is, what is filled into a cell."""
