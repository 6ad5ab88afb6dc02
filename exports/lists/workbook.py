"""A program of its own that turns a workbook (standard input) into JSON: sheets of texts, or why there are none.

The library under it panics on some broken files and takes all memory on others; so it lives and dies apart.
"""

import io
import json
import resource
import sys
from datetime import date, datetime, time

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

MEMORY = 2 * 1024**3
_LOST = 1e15  # Excel keeps 15 digits of a number
_CELLS = 5_000_000


def main() -> None:
    """Read, and write {"sheets": [[name, rows]]} or {"fault": word}."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        shown = [one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible]
        said: dict[str, object] = {"sheets": [(name, _rows(book.get_sheet_by_name(name))) for name in shown]}
    except PasswordError:
        said = {"fault": "password"}
    except OverflowError:
        said = {"fault": "size"}
    except (CalamineError, OSError, ValueError):
        said = {"fault": "broken"}
    json.dump(said, sys.stdout)


def _rows(sheet: CalamineSheet) -> list[list[str]]:
    if sheet.total_height * sheet.total_width > _CELLS:
        raise OverflowError
    rows = [[text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        # A class written once beside all its children; a merged area may lie outside of what is filled in.
        first = next((row[left] for row in rows[top : top + 1] if left < len(row)), "")
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [first] * len(row[left : right + 1])
    return rows


def text(cell: object) -> str:
    """Write a cell as a person reads it; a number that has lost digits as Excel shows it, 2.20605E+17."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, int | float):
        if abs(cell) >= _LOST:
            return f"{cell:.5E}"
        return str(int(cell)) if cell == int(cell) else f"{cell:.10g}"
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes") if cell.time() != time() else cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()


if __name__ == "__main__":
    main()
