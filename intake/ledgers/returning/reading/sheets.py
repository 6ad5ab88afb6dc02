"""From the sheets of a workbook to rows by the words above their columns: every table that has the column 行码.

A table stands wherever somebody put it, its columns in any order; a header further down begins another one.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Protocol

from intake.language import text
from intake.language.patterns import regex

KEY_WORD = "行码"
DICTIONARY = "字典"
"""The sheet that explains the columns of all others, 行码 too: it is no table."""
_SIGNS = regex(r"[▲△✎*＊※\s]")
"""What stands before the name of a column to be filled in."""
_FOOT = regex(r"小计|合计|总计|单位负责人|填表人|复核人|审核人")


class SheetLine(Protocol):
    """A line of a sheet: its number as the person sees it, its texts, and marks of those that are not what they seem."""

    @property
    def number(self) -> int:
        """Give the number of the row."""

    @property
    def cells(self) -> Sequence[str]:
        """Give the texts."""

    @property
    def hidden(self) -> bool:
        """Tell whether a filter or a hand hides it."""

    @property
    def marks(self) -> Mapping[int, str]:
        """Give by column why a cell is not what it seems."""


class BookSheet(Protocol):
    """A sheet of a workbook that somebody sends."""

    @property
    def name(self) -> str:
        """Give its name."""

    @property
    def lines(self) -> Sequence[SheetLine]:
        """Give the lines that hold something."""

    @property
    def hidden(self) -> bool:
        """Tell whether the person does not see it."""

    @property
    def from_1904(self) -> bool:
        """Tell whether its days count from 1904."""

    @property
    def far(self) -> str:
        """Give an address beyond what is read, where something stands."""


@dataclass(frozen=True, slots=True)
class TypedCell:
    """What stands in a cell: its text as people read it, its column counted from 0, and what is odd about it."""

    said: str
    column: int
    mark: str = ""

    def __repr__(self) -> str:
        return f"TypedCell({self.column})"  # what stands in a traceback tells nothing about the child


@dataclass(frozen=True, slots=True)
class TableHead:
    """The header of a table: columns by their words, where the row's key stands, and words that stand there twice."""

    sheet: str
    row: int
    columns: Mapping[str, int]
    key_at: int
    doubled: Mapping[str, int]
    from_1904: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table; cells by the words of their column, blank ones left out."""

    head: TableHead
    number: int
    key: str
    hidden: bool
    cells: Mapping[str, TypedCell] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"TableRow({self.head.sheet!r}, {self.number})"


def rows_of_book(sheets: Sequence[BookSheet], words: Set[str]) -> Iterator[TableRow]:
    """Yield the rows of every table with 行码: those that carry a key, and others that hold something.

    `words` are those of all columns that there are: a line that has none of them beside 行码 only speaks of it.
    """
    for sheet in sheets:
        if sheet.name == DICTIONARY:
            continue
        heads: list[TableHead] = []
        for line in sheet.lines:
            found = heads_of_line(sheet, line, words)
            if found:
                heads = found
                continue
            for one in heads:
                row = _row(one, line, line.hidden or sheet.hidden)
                if row:
                    yield row


def heads_of_line(sheet: BookSheet, line: SheetLine, words: Set[str]) -> list[TableHead]:
    """Give the tables that a line begins; side by side where its words begin anew."""
    if not any(KEY_WORD in cell for cell in line.cells):
        return []
    blocks: list[dict[str, int]] = [{}]
    doubled: dict[str, int] = {}
    for at, cell in enumerate(line.cells):
        word = column_word(cell) if cell else ""
        if not word:
            continue
        if word in blocks[-1] and KEY_WORD in blocks[-1]:
            blocks.append({})
        if word in blocks[-1]:
            doubled[word] = at
        blocks[-1].setdefault(word, at)
    whole = [one for one in blocks if KEY_WORD in one and one.keys() & words]
    for rest in blocks:
        if whole and KEY_WORD not in rest:
            doubled |= {word: at for word, at in rest.items() if word in whole[0]}
    return [TableHead(sheet.name, line.number, one, one[KEY_WORD], doubled, sheet.from_1904) for one in whole]


def column_word(cell: str) -> str:
    """Give what the header of a column comes down to: 行码 for 行码（请勿改动）, without the marks of the layout."""
    word = text.compact(_SIGNS.sub("", text.normalise(cell)))
    return KEY_WORD if word.startswith(KEY_WORD) else word


def _row(head: TableHead, line: SheetLine, hidden: bool) -> TableRow | None:
    cells = {
        word: TypedCell(line.cells[at], at, line.marks.get(at, ""))
        for word, at in head.columns.items()
        if at < len(line.cells) and (line.cells[at].strip() or at in line.marks)
    }
    said = [one.said for one in cells.values()]
    merged = len(said) > 1 and len(set(said)) == 1
    if not said or merged or any(_FOOT.match(text.compact(one)) for one in said[:2]):
        return None  # a total, the line of signatures, a title over merged cells
    key = cells.pop(KEY_WORD, None)
    return TableRow(head, line.number, text.compact(key.said) if key else "", hidden, cells)
