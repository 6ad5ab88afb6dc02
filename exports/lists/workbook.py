"""A program of its own that turns a workbook (standard input) into JSON: sheets of texts, or why there are none.

The libraries under it panic on some broken files and take all memory on others; so it lives and dies apart. What it is
given has passed exports.lists.sorts.
"""

import io
import json
import resource
import sys
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any
from xml.parsers import expat

from exports.lists import biff, ooxml, shown
from exports.lists.grid import DAMAGED, ERROR, MONTH, WIDEST, Budget

MEMORY = 1536 * 1024**2
DENSE = 8_000_000
"""Cells of a sheet of an older workbook between its first and its last; its reader makes room for all of them."""


def main() -> None:
    """Read, and write {"sheets": [...], "words": [...]} or {"fault": word}: see ooxml.read_xlsx.

    A cell is the place of its text among the words: most texts of a list stand in it a thousand times.
    """
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    data = sys.stdin.buffer.read()
    try:
        sheets = ooxml.read_xlsx(data) if data.startswith(b"PK") else _older(data)
        said: dict[str, object] = {"sheets": sheets, "words": _words(sheets)}
    except ooxml.Hostile:
        said = {"fault": "entities"}
    except (ooxml.TooLarge, MemoryError, OverflowError):
        said = {"fault": "size"}
    except ooxml.TooManySheets:
        said = {"fault": "sheets"}
    except PermissionError:
        said = {"fault": "password"}
    except (ooxml.NoWorkbook, expat.ExpatError, zipfile.BadZipFile, OSError, EOFError, ValueError, LookupError,
            NotImplementedError):  # fmt: skip
        said = {"fault": "broken"}
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    json.dump(said, sys.stdout, ensure_ascii=False)


def _words(sheets: Sequence[Mapping[str, Any]]) -> list[str]:
    """Gather the texts of all cells, and leave in each the place of its own."""
    known: dict[str, int] = {}
    for sheet in sheets:
        for line in sheet["lines"]:
            line[2] = [known.setdefault(cell, len(known)) for cell in line[2]]
    return list(known)


def _older(data: bytes) -> list[dict[str, Any]]:
    """Read an .xls. Raises PermissionError for a password, OSError, OverflowError."""
    import python_calamine as calamine  # where it is not needed it costs a tenth of a second

    facts, from_1904 = biff.facts_of(data)
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        found, budget = [], Budget()
        if len(book.sheets_metadata) > ooxml.SHEETS:
            raise ooxml.TooManySheets
        for number, one in enumerate(book.sheets_metadata):
            if one.typ == calamine.SheetTypeEnum.WorkSheet:
                known = facts[number] if number < len(facts) else biff.SheetFacts()
                hides = one.visible != calamine.SheetVisibleEnum.Visible
                found.append(_sheet(book.get_sheet_by_name(one.name), hides, known, from_1904, budget))
        return found
    except calamine.PasswordError:
        raise PermissionError from None
    except calamine.CalamineError:
        raise OSError from None


def _sheet(
    sheet: Any, hidden: bool, facts: biff.SheetFacts, from_1904: bool, budget: Budget
) -> dict[str, Any]:
    if sheet.total_height * sheet.total_width > DENSE:
        raise OverflowError
    rows = [[shown.text(cell) for cell in row[:WIDEST]] for row in sheet.to_python(skip_empty_area=False)]
    marks: list[dict[str, str]] = [{} for _ in rows]
    for number, row in enumerate(rows):
        for at, said in enumerate(row):
            if "E+" in said and _lost(said):
                marks[number][str(at)] = DAMAGED
    for mark, cells in ((MONTH, facts.months), (ERROR, facts.errors)):
        for number, at in cells:
            if number < len(marks):
                marks[number][str(at)] = mark
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        # A class written once beside all its children; a merged area may lie outside of what is filled in.
        first = next((row[left] for row in rows[top : top + 1] if left < len(row)), "")
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [first] * len(row[left : right + 1])
    for row in rows:
        budget.take(sum(map(bool, row)), 0, sum(map(len, row)))
    lines = [
        [number, number in facts.hidden, row, marks[number - 1]]
        for number, row in enumerate(rows, 1)
        if any(row)
    ]
    return {"name": sheet.name, "hidden": hidden, "far": "", "from_1904": from_1904, "lines": lines}


def _lost(said: str) -> bool:
    try:
        return abs(float(said)) >= shown.LOST
    except ValueError:
        return False


if __name__ == "__main__":
    main()
