"""Lists of the bureau and its schools come in: schools, rosters, staff. Files are read elsewhere; here are rows.

A list is taken whole or not at all, and a second time it changes nothing. Every fault is told by its row, in Chinese.
"""
