"""A list is read whole, or says what it left: sheets without a header, what is hidden, lines that are no row.

One rule for what is hidden: what a person does not see is not taken in, be it a sheet, a row, or a row that a filter
hides; each is named. Hidden columns are read: they are hidden for the eye, not to leave a child out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from intake.errors import Refused
from intake.importing.blocks import DEEPEST, TITLED, Block, Words, blocks, is_foot
from intake.importing.table import (
    LONGEST,
    MONTHS,
    REASONS,
    ListColumn,
    ListContent,
    ListLine,
    ListRow,
    ListSheet,
    ListTable,
    header,
    some,
)
from intake.language import spoken, text
from intake.language.cells import letters_of_column
from intake.language.patterns import regex
from intake.ledgers import rowkeys

OURS = "这是系统发出的表，不是名单，所以没有导入。填好了请到“收表”交回。"
_NUMBERED = regex(r"[0-9]+[.、]?")


@dataclass(slots=True)
class _Left:
    """What was not read, to be told."""

    notes: list[str] = field(default_factory=list)
    whole: bool = True
    lines: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)

    def tell(self, note: str, *, whole: bool = False) -> None:
        self.notes.append(note)
        self.whole = self.whole and whole


def content_of(
    sheets: Sequence[ListSheet], columns: Sequence[ListColumn], needed: str, title: re.Pattern[str] = TITLED
) -> ListContent:
    """Read every sheet that has a header with the column `needed`. Raises Refused where none has, or it is unclear."""
    if any(_is_ours(sheet) for sheet in sheets):
        raise Refused(OURS)
    words, left = Words.of(columns, needed, title), _Left()
    several = sum(bool(sheet.lines) and not sheet.hidden for sheet in sheets) > 1
    found: list[ListTable] = []
    for order, sheet in enumerate(sheets):
        if sheet.lines:
            prefix = f"工作表“{sheet.name}”" if several and sheet.name else ""
            found += _tables(order, sheet, words, prefix, left)
    if not found:
        raise Refused(_headless(words, columns, sheets))
    if left.hidden:
        left.tell(
            f"隐藏或筛选掉的行没有导入：{len(left.hidden)} 行（{some(left.hidden)}）。要导入请先取消隐藏、清除筛选。"
        )
    if left.lines:
        left.tell(f"看不出是什么的行，没有导入：{len(left.lines)} 行（{some(left.lines)}）。")
    return ListContent(tuple(found), tuple(left.notes), left.whole)


def _is_ours(sheet: ListSheet) -> bool:
    """Tell whether a row has the key by which ledgers come back: a list never has one."""
    return any(rowkeys.is_row_key(cell) for line in sheet.lines[: 2 * DEEPEST] for cell in line.cells)


def _headless(words: Words, columns: Sequence[ListColumn], sheets: Sequence[ListSheet]) -> str:
    if any(sheet.hidden and _has_header(sheet, words) for sheet in sheets):
        return "有表头的工作表是隐藏的，没有导入。请先取消隐藏，保存，再导入。"
    return f"没有找到表头：前 {DEEPEST} 行里没有一行写着“{words.label}”。能认的列有：{'、'.join(one.label for one in columns)}。"


def _has_header(sheet: ListSheet, words: Words) -> bool:
    return any(words.needed in words.keys(line).values() for line in sheet.lines[:DEEPEST])


def _tables(order: int, sheet: ListSheet, words: Words, prefix: str, left: _Left) -> list[ListTable]:
    """Read the tables of a sheet, or say that it was left."""
    if sheet.hidden:
        left.tell(f"隐藏的工作表“{sheet.name}”没有导入。", whole=not _has_header(sheet, words))
        return []
    found = blocks(sheet.name, sheet.lines, words)
    if sheet.far:
        left.tell(f"{prefix}右边很远的 {sheet.far} 格有内容，没有读。请删掉下面和右边的空行空列。")
    if not found:
        left.tell(f"工作表“{sheet.name}”没有表头“{words.label}”，里面的 {len(sheet.lines)} 行没有导入。")
    return [_table(order, sheet, block, prefix, left) for block in found]


def _table(order: int, sheet: ListSheet, block: Block, prefix: str, left: _Left) -> ListTable:
    columns = {key: at for at, key in block.keys.items()}
    months = {key for at, key in block.keys.items() if header(block.head.cells[at]).endswith("年月")}
    rows: list[ListRow] = []
    hidden: list[ListRow] = []
    for line in _rows(block, prefix, left):
        cells = {key: _cell(line, at) for at, key in block.keys.items()}
        marks = {key: line.marks[at] for at, key in block.keys.items() if at in line.marks}
        marks |= dict.fromkeys(months - marks.keys(), MONTHS)
        row = ListRow(
            _where(prefix, line, block),
            (order, line.number, block.number),
            cells,
            marks,
            columns,
            sheet.from_1904,
        )
        (hidden if line.hidden else rows).append(row)
    left.hidden += [row.where for row in hidden]
    _tell_headless_columns(block, prefix, left)
    return ListTable((order, block.head.number), tuple(rows), tuple(hidden), _unused(block), block.titles)


def _rows(block: Block, prefix: str, left: _Left) -> Iterator[ListLine]:
    """Give the lines of a table that are rows, and note those of which nobody knows what they are."""
    for at, line in enumerate(block.lines):
        if is_foot(line):
            continue
        if any(_raw(line, place) or place in line.marks for place in block.keys):
            yield line
        elif at and any(cell and not _NUMBERED.fullmatch(text.normalise(cell)) for cell in line.cells):
            left.lines.append(_where(prefix, line, block))  # the first one may be the second line of a header


def _tell_headless_columns(block: Block, prefix: str, left: _Left) -> None:
    """Say where something stands below no header; a name there may be a child that was not read."""
    found: dict[int, bool] = {}
    headless = [at for at in range(max(map(_width, block.lines), default=0)) if not _cell(block.head, at)]
    for line in block.lines if headless else ():
        for at in headless:
            cell = _cell(line, at)
            if cell and not _NUMBERED.fullmatch(cell) and not is_foot(line):
                found[at] = found.get(at, False) or bool(spoken.person_name(cell))
    if found:
        names = "、".join(letters_of_column(at) for at in sorted(found))
        left.tell(f"{prefix}{names} 列没有表头，里面的内容没有读。", whole=not any(found.values()))


def _unused(block: Block) -> tuple[str, ...]:
    cells = (
        text.normalise(cell) for at, cell in enumerate(block.head.cells) if cell and at not in block.keys
    )
    theirs = (f"{text.normalise(cell)}（家长的）" for cell in block.foreign.values() if cell)
    return tuple(dict.fromkeys((*(cell for cell in cells if cell != REASONS), *theirs)))


def _where(prefix: str, line: ListLine, block: Block) -> str:
    beside = f"第 {block.number} 栏" if block.number > 1 else ""
    return f"{prefix}第 {line.number} 行{beside}"


def _cell(line: ListLine, at: int) -> str:
    # One more than may be: what is too long is told (see outcome.unread), and nobody reads a book for a name.
    return text.normalise(line.cells[at].strip()[: LONGEST + 1]) if at < len(line.cells) else ""


def _raw(line: ListLine, at: int) -> str:
    return line.cells[at] if at < len(line.cells) else ""


def _width(line: ListLine) -> int:
    return len(line.cells)
