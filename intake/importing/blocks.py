"""Where the tables of a sheet are: below each other, beside each other, each with the titles above it.

A header is a line with the word of the column that must be there (姓名). One further down begins a new table, and so
does a title: whoever stands below it is of that class or school, not of the one on top. Two 姓名 in one header are two
blocks where both halves ask for the same, otherwise a fault: the second may be a parent's.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from intake.errors import Refused
from intake.importing.places import names_school
from intake.importing.table import ListColumn, ListLine, header
from intake.language import text
from intake.language.cells import letters_of_column
from intake.language.patterns import regex

DEEPEST = 30
"""Lines under which a first header is no longer looked for."""
TITLED = regex("附件|名单|名册|花名册|一览|统计表|登记表|信息表|信息采集|学年")
"""What a title says, where rows may be schools."""
OF_CLASSES = regex(
    TITLED.pattern
    + "|小学|中学|学校|幼儿园|[一二三四五六七八九1-9]年级|初[一二三123]|[0-9一二三四五六七八九十]+[)）]?班"
)
"""The same where rows are people, in classes of schools."""
_FOOT = regex(
    r"合计|总计|小计|共计|共\d+人|单位负责人|负责人|填表|制表|填报|复核人|审核人|校长签|班主任签|(?:注|备注|说明|班主任|任课教师|人数|日期|联系电话)[:：]"
)
_TOLD = regex("转|调|休学|退学|以上|注|[。，；！]")
"""What is told of somebody, though it may name a school, is no title: 王小明转到实验小学."""
_NAMELESS = regex("[0-9:：]")
_OTHERS = regex(r"(?:家长|监护人?|父母|父亲|母亲|父|母|紧急联系人|联系人)[0-9]?(?:基本)?(?:信息|情况|资料)?")
"""A heading over columns that are of somebody else."""
_TITLE_CELLS, _LAYERS = 3, 8
_BESIDE, _BELOW = 12, 2000
"""Tables beside and below each other; more of them nobody makes by hand."""
Layers = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Words:
    """The headers that are known: words by key, the column that must be there, what a title looks like."""

    known: Mapping[str, str]
    needed: str
    label: str
    title: re.Pattern[str] = TITLED

    @classmethod
    def of(cls, columns: Sequence[ListColumn], needed: str, title: re.Pattern[str] = TITLED) -> "Words":
        """Gather them from what may be in a list."""
        known = {header(word): one.key for one in columns for word in (one.label, *one.words)}
        label = next(one.label for one in columns if one.key == needed)
        return cls(known, needed, label, title)

    def keys(self, line: ListLine) -> dict[int, str]:
        """Give the keys that a line names, by column; the first column of a key counts."""
        found: dict[int, str] = {}
        for at, cell in enumerate(line.cells):
            if not cell or cell.isascii():  # a number or a date: no header is one, and most cells are
                continue
            key = self.known.get(header(cell))
            if key and key not in found.values():
                found[at] = key
        return found

    def places(self, line: ListLine) -> list[int]:
        """Give every column that has the word of the column that must be there, once for a merged area."""
        found = [
            at for at, cell in enumerate(line.cells) if cell and self.known.get(header(cell)) == self.needed
        ]
        label = [at for at in found if header(line.cells[at]) == header(self.label)]
        found = label if len(label) > 1 else found[:1]
        return [at for at in found if at == 0 or at - 1 not in found]

    def heads(self, line: ListLine) -> bool:
        """Tell whether a line below a header is a header, too: 教师 alone is somebody's post."""
        keys = self.keys(line)
        if self.needed not in keys.values():
            return False
        exact = any(header(cell) == header(self.label) for cell in line.cells if cell)
        return exact or len(keys) > 1


@dataclass(slots=True)
class Block:
    """A table of a sheet: its titles in layers, its header, the columns by key, the lines below.

    `number` counts those beside each other; `below` is the last line of the header, which may have several. `foreign`
    are the headers of columns that are of somebody else: of parents.
    """

    titles: Layers
    head: ListLine
    keys: Mapping[int, str]
    number: int
    below: int
    foreign: Mapping[int, str] = field(default_factory=dict)
    lines: Sequence[ListLine] = ()


def blocks(name: str, lines: Sequence[ListLine], words: Words) -> list[Block]:
    """Find the tables of a sheet of a name. Raises Refused where it cannot be told who belongs to which."""
    at = next((n for n, line in enumerate(lines[:DEEPEST]) if words.needed in words.keys(line).values()), -1)
    return _tables_below(lines, at, words, ((name,),), 1) if at >= 0 else []


def _tables_below(
    lines: Sequence[ListLine], at: int, words: Words, layers: Layers, number: int
) -> list[Block]:
    """Find the tables from a header on, which stands at `at` below its titles."""
    found: list[Block] = []
    while at >= 0:
        above = lines[:at]
        at, after = _header(lines, at, words)
        foreign = _foreign(lines[max(at - 2, 0) : at], lines[at])
        head = _without(lines[at], foreign)
        places = words.places(head)
        if len(places) > _BESIDE or len(found) > _BELOW:
            raise Refused(
                f"第 {head.number} 行的“{words.label}”太多了，读不了。请把表拆开，分成几个文件再导入。"
            )
        if len(places) > 1:
            beside = [head, *(_without(line, foreign) for line in lines[at + 1 :])]
            return found + _beside(above, beside, words, layers, places)
        layers = _layered(above, layers)
        made = Block(layers, head, words.keys(head), number, lines[after - 1].number, foreign)
        lines, at, layers = _until_header(lines[after:], made, words, found)
    return found


def _header(lines: Sequence[ListLine], at: int, words: Words) -> tuple[int, int]:
    """Give the line of a header of several lines that knows most, of equals the lowest, and where the header ends."""
    best = at
    while at + 1 < len(lines) and words.heads(lines[at + 1]):
        at += 1
        if len(words.keys(lines[at])) >= len(words.keys(lines[best])):
            best = at
    return best, at + 1


def _until_header(
    lines: Sequence[ListLine], block: Block, words: Words, found: list[Block]
) -> tuple[Sequence[ListLine], int, Layers]:
    """Give the tables of one header; then what is left from the titles of the next one on, and where that stands."""
    since, layers = 0, block.titles
    for where, line in enumerate(lines):
        if words.heads(line):
            _refuse_overlap(block, line, words)
            begin = where
            while begin > since and _may_be_title(lines[begin - 1], block, words):
                begin -= 1
            found.append(_filled(block, lines[since:begin]))
            return lines[begin:], where - begin, layers
        if _is_title(line, block, words):
            found.append(_filled(block, lines[since:where]))
            layers = _layered([line], layers)
            block, since = replace(block, titles=layers, below=line.number), where + 1
    found.append(_filled(block, lines[since:]))
    return (), -1, layers


def _filled(block: Block, lines: Sequence[ListLine]) -> Block:
    return replace(block, lines=[_without(line, block.foreign) for line in lines])


def _layered(above: Sequence[ListLine], layers: Layers) -> Layers:
    """Put the titles of a table in front of those above it; with the first the name of its sheet is one of them."""
    own = tuple(dict.fromkeys(cell for line in above for cell in line.cells if cell))
    if len(layers) == 1 and len(layers[0]) == 1:
        return ((*layers[0], *own),)
    if not own or own == layers[0]:
        return layers
    # Nobody looks beyond a title that names a school: what stands there is another one's.
    upto = next((n for n, layer in enumerate(layers) if names_school(layer)), len(layers) - 1)
    return (own, *layers[: min(upto, _LAYERS)], layers[upto])


def _is_title(line: ListLine, block: Block, words: Words) -> bool:
    """Tell whether a line stands for a new class or school though no header follows: one text, which says so."""
    said = {cell for cell in line.cells if cell}
    return len(said) == 1 and bool(_titled(line, block, words)) and not is_foot(line)


def _may_be_title(line: ListLine, block: Block, words: Words) -> bool:
    """Tell whether a line above a header belongs to it, and is no row of the table above."""
    said = {cell for cell in line.cells if cell}
    if len(said) > _TITLE_CELLS or is_foot(line):
        return False
    asked = any(line.cells[at] for at in block.keys if at < len(line.cells))
    # 班主任：刘老师 and 2025年9月 are nobody's name.
    return not asked or _titled(line, block, words) or (len(said) == 1 and all(map(_NAMELESS.search, said)))


def _titled(line: ListLine, block: Block, words: Words) -> bool:
    """Tell whether a title stands where a row would have its name, or something that nobody asks for."""
    elsewhere = (
        cell for at, cell in enumerate(line.cells) if block.keys.get(at, words.needed) == words.needed
    )
    return any(words.title.search(said) and not _TOLD.search(said) for said in map(text.normalise, elsewhere))


def _refuse_overlap(block: Block, line: ListLine, words: Words) -> None:
    """Refuse a table that begins beside the rows of another one. Raises Refused."""
    beyond = min(words.keys(line)) > max(block.keys)
    if beyond and any(line.cells[at] for at in block.keys if at < len(line.cells)):
        raise Refused(
            f"第 {line.number} 行右边又有一个表头，左边还是上一张表的内容，分不清。请把右边的表移到下面，或者另放一个工作表。"
        )


def _beside(
    above: Sequence[ListLine], lines: Sequence[ListLine], words: Words, layers: Layers, places: Sequence[int]
) -> list[Block]:
    """Find the tables of blocks that stand beside each other. Raises Refused where one asks for something else."""
    head = lines[0]
    starts = [0, *(_start(head, places[0], before, at) for before, at in pairwise(places))]
    spans = [*pairwise([*starts, max(len(line.cells) for line in lines)])]
    asked = {frozenset(words.keys(_part(head, span)).values()) for span in spans}
    if len(asked) > 1:
        columns = "、".join(f"{letters_of_column(at)} 列" for at in places)
        raise Refused(
            f"第 {head.number} 行有几列都写着“{words.label}”（{columns}），分不清哪一列是要导入的人。"
            f"请把别的列改清楚（例如“家长姓名”），或者分成上下两张表。"
        )
    found: list[Block] = []
    for number, span in enumerate(spans, 1):
        titles = [part if any((part := _part(line, span)).cells) else line for line in above]
        mine = [part for line in lines if any((part := _of_block(line, span, words)).cells)]
        found += _tables_below([*titles, *mine], len(titles), words, layers, number)
    return found


def _foreign(groups: Sequence[ListLine], head: ListLine) -> dict[int, str]:
    """Give the headers of the columns below a heading like 家长信息, which reaches to the next heading beside it."""
    found: dict[int, str] = {}
    for line in groups:
        if len({cell for cell in line.cells if cell}) < 2:
            continue  # a title, which is over all of them
        theirs = False
        for at, cell in enumerate(line.cells[: len(head.cells)]):
            theirs = bool(_OTHERS.fullmatch(text.compact(cell))) if cell else theirs
            if theirs:
                found[at] = head.cells[at]
    return found


def _without(line: ListLine, columns: Collection[int]) -> ListLine:
    if not columns:
        return line
    cells = tuple("" if at in columns else cell for at, cell in enumerate(line.cells))
    return replace(
        line, cells=cells, marks={at: mark for at, mark in line.marks.items() if at not in columns}
    )


def _start(head: ListLine, first: int, before: int, at: int) -> int:
    """Find where a block begins: as far left of its name as its headers are those of the first block."""
    back = 0
    while first - back > 0 and at - back - 1 > before and _same(head, first - back - 1, at - back - 1):
        back += 1
    return at - back


def _same(head: ListLine, one: int, other: int) -> bool:
    return header(head.cells[one]) == header(head.cells[other])


def _of_block(line: ListLine, span: tuple[int, int], words: Words) -> ListLine:
    """Give a block's part of a line; a title beside it is meant for all."""
    part = _part(line, span)
    if any(part.cells) or not words.title.search("".join(line.cells)) or len(set(line.cells)) > _TITLE_CELLS:
        return part
    return line


def _part(line: ListLine, span: tuple[int, int]) -> ListLine:
    start, end = span
    cells = tuple(cell if start <= at < end else "" for at, cell in enumerate(line.cells))
    return replace(
        line, cells=cells, marks={at: mark for at, mark in line.marks.items() if start <= at < end}
    )


def is_foot(line: ListLine) -> bool:
    """Tell whether a line is a sum, a signature or a note."""
    first = next((cell for cell in line.cells if cell), "")
    return bool(_FOOT.match(text.compact(first)))
