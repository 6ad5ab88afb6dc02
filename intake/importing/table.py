"""From a sheet as somebody made it to rows by key: finds the header, knows its words, skips titles and totals."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from intake.errors import Refused
from intake.language import text
from intake.language.patterns import regex

DEEPEST = 30
"""Lines under which a header is no longer looked for."""
LOST = regex(r"[0-9](?:\.[0-9]+)?[eE]\+[0-9]+")
"""A number of which Excel has kept 15 digits only, as it shows it."""

# 姓名(必填), *姓名, 身份证号（18位） and 学生姓名 are asked for under their plain names.
_ASIDE = regex(r"[(（\[【].*?[)）\]】]|[*＊※\s:：/／_]")
_OF_CHILD = regex(r"^(?:学生|孩子|儿童|幼儿|本人)(?=..)")
_FOOT = regex(
    r"合计|总计|小计|共计|共\d+人|单位负责人|负责人|填表|制表|填报|复核人|审核人|校长签|(?:注|备注|说明)[:：]"
)


FORMULA, ERROR, DAMAGED, MONTH = "formula", "error", "damaged", "month"
"""Marks of a cell that is not what it seems: see exports.lists.reading."""


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
    """A row by key; `where` is how it is named to people, `order` where it stands. Missing columns read as empty."""

    where: str
    order: tuple[int, int]
    cells: Mapping[str, str]

    def get(self, key: str) -> str:
        """Give a cell, or an empty text."""
        return self.cells.get(key, "")


@dataclass(frozen=True, slots=True)
class ListTable:
    """What a sheet holds: its rows, the headers nobody asked for, and the words above the header."""

    rows: tuple[ListRow, ...]
    keys: frozenset[str]
    unused: tuple[str, ...]
    titles: tuple[str, ...]


def tables(sheets: Sequence[ListSheet], columns: Sequence[ListColumn], needed: str) -> list[ListTable]:
    """Read every sheet that has a header with the column `needed`. Raises NoHeader where none has."""
    filled = [sheet for sheet in sheets if any(any(line.cells) for line in sheet.lines)]
    known = {header(word): one.key for one in columns for word in (one.label, *one.words)}
    read = (_table(number, sheet, known, needed, len(filled) > 1) for number, sheet in enumerate(filled))
    found = [made for made in read if made]
    if not found:
        label = next(one.label for one in columns if one.key == needed)
        raise Refused(
            f"没有找到表头：前 {DEEPEST} 行里没有一行写着“{label}”。能认的列有：{'、'.join(one.label for one in columns)}。"
        )
    return found


def _table(
    order: int, sheet: ListSheet, known: Mapping[str, str], needed: str, several: bool
) -> ListTable | None:
    at, keys = _best(sheet.lines[:DEEPEST], known, needed)
    if at < 0:
        return None
    prefix = f"工作表“{sheet.name}”" if several and sheet.name else ""
    head = sheet.lines[at]
    unused = [text.normalise(cell) for place, cell in enumerate(head.cells) if cell and place not in keys]
    titles = [cell for line in sheet.lines[:at] for cell in dict.fromkeys(line.cells) if cell]
    rows = (
        ListRow(f"{prefix}第 {line.number} 行", (order, line.number), cells)
        for line, cells in _rows(sheet.lines[at + 1 :], keys, known)
    )
    return ListTable(
        tuple(rows), frozenset(keys.values()), tuple(dict.fromkeys(unused)), (sheet.name, *titles)
    )


def header(said: str) -> str:
    """Give what a header comes down to: without brackets, marks and 学生 in front."""
    plain = _ASIDE.sub("", text.normalise(said)).casefold()
    return _OF_CHILD.sub("", plain)


def _best(lines: Sequence[ListLine], known: Mapping[str, str], needed: str) -> tuple[int, dict[int, str]]:
    """Find the line with the most known words; of a header of two lines (merged cells) the lower one."""
    best: tuple[int, dict[int, str]] = (-1, {})
    for at, line in enumerate(lines):
        keys: dict[int, str] = {}
        for place, cell in enumerate(line.cells):
            key = known.get(header(cell)) if cell else None
            if key and key not in keys.values():
                keys[place] = key
        if needed in keys.values() and (
            len(keys) > len(best[1]) or (len(keys) == len(best[1]) and at == best[0] + 1)
        ):
            best = at, keys
    return best


def _rows(
    lines: Sequence[ListLine], keys: Mapping[int, str], known: Mapping[str, str]
) -> Iterator[tuple[ListLine, dict[str, str]]]:
    for line in lines:
        cells = {
            key: text.normalise(line.cells[place]) if place < len(line.cells) else ""
            for place, key in keys.items()
        }
        first = next((cell for cell in line.cells if cell), "")
        again = sum(known.get(header(cell)) == key for key, cell in cells.items() if cell)
        if any(cells.values()) and not _FOOT.match(text.compact(first)) and again < max(1, len(keys) - 1):
            yield line, cells
