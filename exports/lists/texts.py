"""Lines of text as rows: comma, tab or semicolon, in the encodings of Chinese offices."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from exports.lists import shown
from intake.errors import Refused
from intake.importing.table import ListLine
from intake.language.patterns import regex

LONGEST = 200_000
"""Rows."""
FULLEST = 2_000_000
"""Filled cells."""
_DELIMITERS = "\t;,"
_TRIED = 50
"""Lines by which the delimiter is found."""
_FORMULA = regex(r'="(.*)"')  # how programs keep Excel from eating the zeros of a number
_UNREADABLE = "这个文件的文字认不出来。请存成 .xlsx，或者 UTF-8 的 .csv，再导入。"
_QUOTED = "第 {} 行起有一个双引号没有成对，后面的内容会连成一格。请把这个双引号删掉，或者存成 .xlsx，再导入。"
_UNQUOTED = ("unexpected end of data", "expected after", "field larger")
"""What csv says of a mark that is not closed, and of one that closes in the middle of a cell."""
_NO_TABLE = "这个文件不是表格。请存成 .xlsx 或 .csv 再导入。"


def lines_of(data: bytes) -> tuple[ListLine, ...]:
    """Give the rows of a text that hold something. Raises Refused."""
    said = _decoded(data)
    read: list[ListLine] = []
    try:
        # strict: otherwise a quotation mark that is not closed makes one cell of all that follows, without a word
        rows = csv.reader(io.StringIO(said, newline=""), delimiter=_delimiter(said), strict=True)
        for line in _filled(rows):
            read.append(line)
    except csv.Error as error:
        if '"' in said and any(word in str(error) for word in _UNQUOTED):
            raise Refused(_QUOTED.format(read[-1].number + 1 if read else 1)) from None
        raise Refused(_NO_TABLE) from None
    return tuple(read)


def _filled(rows: Iterable[list[str]]) -> Iterator[ListLine]:
    """Yield the rows that hold something; a file of too many is given up while it is read. Raises Refused."""
    filled = 0
    for number, row in enumerate(rows, 1):
        cells = tuple(map(_plain, row))
        filled += sum(map(bool, cells))
        if number > LONGEST or filled > FULLEST:
            raise Refused("表格太大了。请分成几个文件，再导入。")
        if any(cells):
            yield ListLine(number, cells)


def _delimiter(said: str) -> str:
    """Find by what lines are divided: by what divides most of them into as many parts, as many as can be.

    Counting is not enough: remarks hold commas, and some systems end numbers of a comma file with tabs.
    """
    head = "".join(islice(io.StringIO(said, newline=""), _TRIED))
    best = (0, 0, ",")
    for one in _DELIMITERS:
        rows = [row for row in csv.reader(io.StringIO(head, newline=""), delimiter=one) if any(row)]
        wide, alike = (
            Counter(len(row) for row in rows if len(row) > 1).most_common(1)[0]
            if any(len(row) > 1 for row in rows)
            else (0, 0)
        )
        best = max(best, (alike, wide, one), key=lambda found: found[:2])
    return best[2]


def _plain(cell: str) -> str:
    cell = cell.strip()
    formula = _FORMULA.fullmatch(cell)
    return shown.plain(formula[1] if formula else cell)


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        names: Sequence[str] = ("utf-16",)
    else:
        names = ("utf-8-sig", "gb18030")  # nearly no Chinese text in GB18030 is valid UTF-8, too
    for name in names:
        try:
            said = data.decode(name)
        except UnicodeDecodeError:
            continue
        if "\0" not in said:
            return said
    raise Refused(_UNREADABLE)
