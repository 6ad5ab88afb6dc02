"""The shapes of a list on its way in: sheets of texts as they were read, tables of rows by key as they are taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from intake.language import text
from intake.language.patterns import regex

LOST = regex(r"[0-9](?:\.[0-9]+)?[eE]\+[0-9]+")
"""A number of which Excel has kept 15 digits only, as it shows it."""
LONGEST = 200
"""Characters of a cell that somebody asks for."""
_HEADER = 60
_NAMED = 40
"""Columns that are named of those nobody asked for."""
REASONS = "错误说明"
"""The column in which a list that came back with its faults says what they are; it is read by nobody."""

# 姓名(必填), *姓名, 身份证号（18位） and 学生姓名 are asked for under their plain names.
_ASIDE = regex(r"[(（\[【].*?[)）\]】]|[*＊※\s:：/／_]")
_OF_CHILD = regex(r"^(?:学生|孩子|儿童|幼儿|本人)(?=..)")

FORMULA, ERROR, DAMAGED, MONTH = "formula", "error", "damaged", "month"
"""Marks of a cell that is not what it seems: see exports.lists.reading."""
MONTHS = "months"
"""The mark of a cell below 出生年月: of the first of a month nobody knows whether it is a day."""


@dataclass(frozen=True, slots=True)
class ListLine:
    """A line of a sheet with the number that the person sees beside it.

    `hidden`: it is there, and the person does not see it (hidden by hand or by a filter); `marks` by column.
    """

    number: int
    cells: tuple[str, ...]
    hidden: bool = False
    marks: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListSheet:
    """A sheet of a file as texts, without its blank lines; `name` is empty where the file has none.

    `from_1904`: its dates count from 1904. `far`: an address too far away to be read, where something stands.
    """

    name: str
    lines: tuple[ListLine, ...]
    hidden: bool = False
    from_1904: bool = False
    far: str = ""


@dataclass(frozen=True, slots=True)
class ListColumn:
    """What may be in a list: its key, its Chinese label, and what else its header may say."""

    key: str
    label: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row by key; `where` is how it is named to people, `order` where it stands: sheet, line, block.

    Missing columns read as empty. `marks` and `columns` (as they are counted from 0) are by key, too.
    """

    where: str
    order: tuple[int, ...]
    cells: Mapping[str, str]
    marks: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, int] = field(default_factory=dict)
    from_1904: bool = False

    def get(self, key: str) -> str:
        """Give a cell, or an empty text."""
        return self.cells.get(key, "")


@dataclass(frozen=True, slots=True)
class ListTable:
    """What stands below one header: its rows, those that are hidden, the headers nobody asked for.

    `titles` are the words above it, in layers: its own first, then those of the tables above. `head` is where its
    header stands: sheet and line.
    """

    head: tuple[int, int]
    rows: tuple[ListRow, ...]
    hidden: tuple[ListRow, ...]
    unused: tuple[str, ...]
    titles: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class ListContent:
    """What was read of a file, and what was left (`notes`, to be told); `whole` where nothing was."""

    tables: tuple[ListTable, ...]
    notes: tuple[str, ...]
    whole: bool

    @property
    def unused(self) -> list[str]:
        """Name the columns that nobody asked for."""
        names = list(dict.fromkeys(name for one in self.tables for name in one.unused))
        more = f" 等 {len(names)} 列" if len(names) > _NAMED else ""
        return [f"没有用到的列：{'、'.join(names[:_NAMED])}{more}。"] if names else []


def header(said: str) -> str:
    """Give what a header comes down to: without brackets, marks and 学生 in front."""
    return _header(said[:_HEADER])


@lru_cache(maxsize=1 << 14)
def _header(said: str) -> str:
    plain = _ASIDE.sub("", text.normalise(said)).casefold()
    return _OF_CHILD.sub("", plain)


def some(said: Sequence[str], most: int = 10) -> str:
    """Name the first of many."""
    return "、".join(said[:most]) + ("……" if len(said) > most else "")
