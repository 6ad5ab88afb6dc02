"""The cells of one sheet of an .xlsx, read as they stand in its XML: what a person sees, and what is not to be seen.

Nothing is believed that the sheet says of itself: neither its size (WPS writes wrong ones) nor where its rows are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import IO
from xml.parsers import expat

from exports.lists import shown

WIDEST = 256
"""Columns that are read; what stands further to the right is named, not read."""
CELLS = 2_000_000
"""Filled cells of a file."""
ELEMENTS = 8_000_000
"""Cells of a file, filled or not: a sheet that is formatted to its last row has more."""
SIGNS = 30_000_000
"""Signs in all cells of a file: a long text that stands once in it may be pointed to by each of its cells."""
LONGEST = 32_767
"""Characters of a cell, as Excel keeps them."""
MERGED = 50_000
FORMULA, ERROR, DAMAGED, MONTH = "formula", "error", "damaged", "month"
"""Marks of a cell, as intake.importing.table names them: this program knows nothing of the house."""


class Hostile(Exception):
    """XML as no office program writes it: entities."""


class TooLarge(Exception):
    """More cells than anybody filled in."""


@dataclass(slots=True)
class Budget:
    """What may still be read of a file."""

    cells: int = CELLS
    elements: int = ELEMENTS
    signs: int = SIGNS

    def take(self, filled: int, elements: int, signs: int) -> None:
        """Use some of it up. Raises TooLarge."""
        self.cells -= filled
        self.elements -= elements
        self.signs -= signs
        if self.cells < 0 or self.elements < 0 or self.signs < 0:
            raise TooLarge


@dataclass(slots=True)
class RawLine:
    """A row that holds something: texts by column, marks by column."""

    number: int
    hidden: bool
    cells: dict[int, str] = field(default_factory=dict)
    marks: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class Book:
    """What all sheets of a workbook share: texts, the kind of each cell format, the epoch of its dates."""

    strings: Sequence[str]
    kinds: Mapping[str, str]
    from_1904: bool


def parser() -> expat.XMLParserType:
    """Make a parser that refuses entities before they are anything."""
    made = expat.ParserCreate()
    made.buffer_text = True
    made.buffer_size = 1 << 16

    def refuse(*_: object) -> None:
        raise Hostile

    made.StartDoctypeDeclHandler = refuse
    made.EntityDeclHandler = refuse
    return made


class Grid:
    """One sheet on its way in; `far` is the first filled cell that stands too far away to be read.

    A sheet has half a million cells and more, and these methods are called for each of their marks.
    """

    def __init__(self, book: Book, budget: Budget) -> None:
        self.lines: dict[int, RawLine] = {}
        self.far = ""
        self._book, self._budget = book, budget
        self._merged: list[str] = []
        self._row, self._column, self._hidden = 0, -1, False
        self._type, self._style, self._ref = "n", "0", ""
        self._formula, self._valued, self._within, self._said = False, False, False, ""
        self._aside = False
        self._cells = self._filled = self._signs = 0

    def read(self, part: IO[bytes]) -> None:
        """Read the part of an archive. Raises Hostile, TooLarge, expat.ExpatError."""
        reader = parser()

        def first(name: str, given: dict[str, str]) -> None:
            reader.StartElementHandler, reader.EndElementHandler = self._start, self._end
            if ":" in name:  # <x:row>, as few programs write it
                reader.StartElementHandler = lambda said, its: self._start(said.rpartition(":")[2], its)
                reader.EndElementHandler = lambda said: self._end(said.rpartition(":")[2])

        reader.StartElementHandler, reader.CharacterDataHandler = first, self._text
        reader.ParseFile(part)
        self._spend()
        for area in self._merged:
            self._fill(area)

    def _start(self, name: str, given: dict[str, str]) -> None:
        if name == "c":
            self._type, self._style = given.get("t", "n"), given.get("s", "0")
            self._ref = ref = given.get("r", "")
            self._column = column_of(ref) if ref else self._column + 1
            self._formula = self._valued = False
            self._said = ""
            self._cells += 1
        elif name == "v" or name == "t":
            self._within = not self._aside
            self._valued = True
        elif name == "f":
            self._formula = True
        elif name == "row":
            self._begin(given)
        elif name == "rPh":
            self._aside = True
        elif name == "mergeCell" and len(self._merged) < MERGED:
            self._merged.append(given.get("ref", ""))

    def _text(self, said: str) -> None:
        if self._within:
            self._said += said

    def _end(self, name: str) -> None:
        if name == "v" or name == "t":
            self._within = False
        elif name == "c":
            if self._said or self._formula:
                self._keep()
        elif name == "rPh":
            self._aside = False

    def _begin(self, given: dict[str, str]) -> None:
        self._spend()
        self._row = int(given["r"]) if "r" in given else self._row + 1
        if self._row < 1:
            raise ValueError("a row that is nowhere")  # it would be lost
        self._column = -1
        self._hidden = given.get("hidden") in ("1", "true") or given.get("ht") == "0"

    def _spend(self) -> None:
        self._budget.take(self._filled, self._cells + 1, self._signs)
        self._cells = self._filled = self._signs = 0

    def _keep(self) -> None:
        said, mark = self._value(self._said[:LONGEST])
        if not said and not mark:
            return
        if not 0 <= self._column < WIDEST:
            self.far = self.far or self._ref or f"第 {self._row} 行第 {self._column + 1} 列"
            return
        self._filled += 1
        self._signs += len(said)
        line = self.lines.get(self._row)
        if line is None:
            line = self.lines[self._row] = RawLine(self._row, self._hidden)
        line.cells[self._column] = said
        if mark:
            line.marks[self._column] = mark

    def _value(self, raw: str) -> tuple[str, str]:
        """Read a cell as it is shown, with its mark."""
        kind = self._type
        if kind == "s":
            return self._book.strings[int(raw)][:LONGEST] if raw else "", ""
        if kind == "n":
            return self._number(float(raw)) if raw.strip() else ("", FORMULA if self._formula else "")
        if kind == "inlineStr" or kind == "str":
            return shown.plain(shown.written(raw)), FORMULA if self._formula and not self._valued else ""
        if kind == "b":
            return shown.text(raw.strip() in ("1", "true")), ""
        if kind == "d":
            return raw.strip().removesuffix("T00:00:00").replace("T", " "), ""
        return raw.strip(), ERROR

    def _number(self, number: float) -> tuple[str, str]:
        kind = self._book.kinds.get(self._style, "")
        if not isfinite(number):
            return "", ERROR
        if kind and (found := shown.moment(number, self._book.from_1904)) is not None:
            return shown.text(found), MONTH if kind == shown.MONTH else ""
        return shown.text(number), DAMAGED if abs(number) >= shown.LOST else ""

    def _fill(self, area: str) -> None:
        """Say in each cell of a merged area what its first one says: a class written once beside its children."""
        first, _, last = area.partition(":")
        top, left, bottom, right = (
            row_of(first),
            column_of(first),
            row_of(last or first),
            column_of(last or first),
        )
        line = self.lines.get(top)
        said = line.cells.get(left, "") if line else ""
        if not said or line is None:
            return
        mark, right = line.marks.get(left, ""), min(right, WIDEST - 1)
        rows = range(top, bottom + 1) if bottom - top < len(self.lines) else sorted(self.lines)
        for number in rows:
            if top <= number <= bottom and (there := self.lines.get(number)):
                self._budget.take(right - left + 1, 0, (right - left + 1) * len(said))
                there.cells.update(dict.fromkeys(range(left, right + 1), said))
                if mark:
                    there.marks.update(dict.fromkeys(range(left, right + 1), mark))


_COLUMNS: dict[str, int] = {}
_NUMERALS = "0123456789"


def column_of(ref: str) -> int:
    """Give the column of AB12, counted from 0; of what is no address -1."""
    letters = ref.rstrip(_NUMERALS)
    found = _COLUMNS.get(letters)
    if found is None:
        found = 0
        for sign in letters[:4].upper():
            found = found * 26 + ord(sign) - 64
        found -= 1
        if len(_COLUMNS) < 20_000:
            _COLUMNS[letters] = found
    return found


def row_of(ref: str) -> int:
    """Give the row of AB12."""
    digits = ref.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ$")
    return int(digits) if digits.isdecimal() else 0
