"""How a workbook is laid out: cells, rows, sheets, the cover and the 字典."""
