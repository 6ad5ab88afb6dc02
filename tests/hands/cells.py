"""Encrypted cells as a test reads them: opened in the place to which they are bound."""

from intake.house import cells
from intake.store.db import Cell, Database


def opened_cells(db: Database, column: str, which: str = "", *args: Cell) -> list[str]:
    """Give what the cells of a column (table.column) hold, of the rows of a condition, in its order."""
    table = next(one for one in cells.closed() if one.name == column.partition(".")[0])
    rows = db.all(f"SELECT * FROM {table.name} {which}", args)
    cell = column.partition(".")[2]
    return [db.keys.unlock(row[cell], column, *(row[key] for key in table.key)) for row in rows]
