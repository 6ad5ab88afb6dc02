"""Rows of a sheet as XML straight into XlsxWriter's row file: its own way takes five times as long a cell.

This uses parts of XlsxWriter that it calls private (`PRIVATE`); the version is pinned, and
tests/exports/test_rows.py fails where another one no longer has them or writes other files.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from exports.books.layout.cells import inline, lines, serial, writable
from intake.fields import Cell
from intake.language.cells import letters_of_column

PRIVATE = (
    "row_data_fh",
    "previous_row",
    "_write_single_row",
    "dim_rowmin",
    "dim_rowmax",
    "dim_colmin",
    "dim_colmax",
)
"""What is used of a worksheet that is not its documented interface."""
LINE = 14.0
"""Points that a line of text is high."""
HIGHEST = 409.0
"""Points; Excel's limit."""
_KEPT = 512
"""Values of a column whose XML is kept: those of lists come again and again, names do not."""
_GATHERED = 64
"""Rows that are handed to the file at a time."""


@dataclass(slots=True)
class Lane:
    """One column as rows are written into it: its width in Chinese characters, and the style of each type of cell.

    `styles` has the numbers of the formats for `text`, `number`, `date`, `moment` and `blank`; `faulty` those of a
    cell that is marked.
    """

    width: float
    styles: Mapping[str, int]
    faulty: Mapping[str, int]
    letter: str = ""
    kept: dict[Cell, tuple[str, int]] = field(default_factory=dict)

    def made(self, value: Cell) -> tuple[str, int]:
        """Give the XML of a cell behind its row's number, and the lines it takes; kept for the next that is equal."""
        found = self._cell(value, self.styles)
        if len(self.kept) < _KEPT:
            self.kept[value] = found
        return found

    def marked(self, value: Cell) -> tuple[str, int]:
        """Give the same of a cell that has a fault."""
        return self._cell(value, self.faulty)

    def _cell(self, value: Cell, styles: Mapping[str, int]) -> tuple[str, int]:
        value = writable(value)
        if value is None or value == "":
            return f'" s="{styles["blank"]}"/>', 1
        if isinstance(value, str):
            deep = 1 if len(value) < self.width - 0.3 and "\n" not in value else lines(value, self.width)
            return f'" s="{styles["text"]}"{inline(value)}', deep
        if isinstance(value, date):
            style = styles["moment" if isinstance(value, datetime) else "date"]
            return f'" s="{style}"><v>{serial(value):.16G}</v></c>', 1
        return f'" s="{styles["number"]}"><v>{value + 0:.16G}</v></c>', 1


class RowWriter:
    """Writes the rows of one sheet, one below the other, and keeps the digest of what it wrote."""

    def __init__(self, sheet: Any, row: int, lanes: Sequence[Lane], digest: "hashlib._Hash") -> None:
        """Begin below what XlsxWriter wrote into the rows above `row`."""
        sheet._write_single_row(row)
        self._sheet, self._lanes, self._digest = sheet, lanes, digest
        self._gathered: list[str] = []
        self.row = self._first = row
        self._last = len(lanes) - 1
        self.height = 0.0
        for at, lane in enumerate(lanes):
            lane.letter = f'<c r="{letters_of_column(at)}'

    def write(self, values: Sequence[Cell], faults: Collection[int] = ()) -> None:
        """Write one row; `faults` names the columns whose cells are marked."""
        number, deepest = str(self.row + 1), 1
        tails = []
        for lane, value in zip(self._lanes, values, strict=True):
            tail, deep = lane.kept.get(value) or lane.made(value)
            if deep > deepest:
                deepest = deep
            tails.append(tail)
        for at in faults:
            tails[at], deep = self._lanes[at].marked(values[at])
        height = min(HIGHEST, deepest * LINE + 5)
        self.height += height
        cells = "".join([lane.letter + number + tail for lane, tail in zip(self._lanes, tails, strict=True)])
        self._gathered.append(f'<row r="{number}" ht="{height:g}" customHeight="1">{cells}</row>')
        self.row += 1
        if len(self._gathered) >= _GATHERED:
            self._flush()

    def note(self, column: int, sentence: str) -> None:
        """Put a note at a cell of the row that comes next."""
        self._sheet.previous_row = self.row
        self._sheet.write_comment(self.row, column, sentence, {"author": "", "font_size": 10})

    def end(self) -> int:
        """Hand over to XlsxWriter what is written below; give the number of that row."""
        self._flush()
        sheet, last = self._sheet, max(self.row - 1, self._first)
        sheet.previous_row = self.row
        for name, side, at in (
            ("row", min, self._first),
            ("row", max, last),
            ("col", min, 0),
            ("col", max, self._last),
        ):
            kept = f"dim_{name}{side.__name__}"  # where it has none, XlsxWriter takes the sheet for empty
            known = getattr(sheet, kept)
            setattr(sheet, kept, at if known is None else side(known, at))
        return self.row

    def _flush(self) -> None:
        text = "".join(self._gathered)
        self._gathered.clear()
        self._sheet.row_data_fh.write(text)
        self._digest.update(text.encode())
