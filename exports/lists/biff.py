"""What an .xls says besides its values: hidden rows, months without a day, days that count from 1904.

Its reader gives values alone. The records are those of [MS-XLS]; of a file that does not keep to it nothing is known.
"""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

import olefile  # type: ignore[import-untyped]

from exports.lists import shown

_BOF, _DATEMODE, _SHEET, _ROW, _FORMAT, _XF = 0x809, 0x22, 0x85, 0x208, 0x41E, 0xE0
_NUMBERS = frozenset({0x203, 0x27E, 0x06})
"""NUMBER, RK and FORMULA begin with row, column and cell format."""
_FORMULA, _BOOLEAN_OR_ERROR = 0x06, 0x205
_MANY = 0xBD
_HIDDEN = 0x20

Cell = tuple[int, int]


@dataclass(slots=True)
class SheetFacts:
    """Of one sheet: numbers of hidden rows (from 1); cells (from 0) whose format shows a month and no day, and errors."""

    hidden: set[int] = field(default_factory=set)
    months: set[Cell] = field(default_factory=set)
    errors: set[Cell] = field(default_factory=set)


def facts_of(data: bytes) -> tuple[list[SheetFacts], bool]:
    """Give the facts of every sheet in its order, and whether days count from 1904."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as opened:
            stream = opened.openstream("Workbook").read()
        return _facts(stream)
    except (OSError, struct.error, IndexError, ValueError):
        return [], False


def _facts(stream: bytes) -> tuple[list[SheetFacts], bool]:
    codes: dict[int, str] = {}
    kinds: list[str] = []
    begins: list[int] = []
    from_1904 = False
    for kind, body in _records(stream, 0):
        if kind == _DATEMODE:
            from_1904 = body[:1] == b"\x01"
        elif kind == _SHEET:
            begins.append(struct.unpack_from("<I", body)[0])
        elif kind == _FORMAT:
            number, length, flags = struct.unpack_from("<HHB", body)
            codes[number] = body[5:].decode("utf-16-le" if flags & 1 else "latin-1", "ignore")[:length]
        elif kind == _XF:
            number = struct.unpack_from("<H", body, 2)[0]
            kinds.append(shown.kind_of_format(number, codes.get(number, "")))
    return [_sheet(stream, begin, kinds) for begin in begins], from_1904


def _sheet(stream: bytes, begin: int, kinds: list[str]) -> SheetFacts:
    found = SheetFacts()
    for kind, body in _records(stream, begin):
        if kind == _ROW:
            if struct.unpack_from("<H", body, 12)[0] & _HIDDEN:
                found.hidden.add(struct.unpack_from("<H", body)[0] + 1)
        elif kind in _NUMBERS:
            row, column, style = struct.unpack_from("<HHH", body)
            _note(found, row, column, style, kinds)
            if kind == _FORMULA and body[12:14] == b"\xff\xff" and body[6:7] == b"\x02":
                found.errors.add((row, column))
        elif kind == _BOOLEAN_OR_ERROR and body[7:8] == b"\x01":
            found.errors.add(struct.unpack_from("<HH", body))
        elif kind == _MANY:
            row, column = struct.unpack_from("<HH", body)
            for at in range(4, len(body) - 2, 6):
                _note(found, row, column + (at - 4) // 6, struct.unpack_from("<H", body, at)[0], kinds)
    return found


def _note(found: SheetFacts, row: int, column: int, style: int, kinds: list[str]) -> None:
    if style < len(kinds) and kinds[style] == shown.MONTH:
        found.months.add((row, column))


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Give the records of one substream: from its beginning to its end."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == _BOF:
            depth += 1
        elif kind == 0x0A:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length
