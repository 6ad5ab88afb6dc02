"""A list as it lies in the house until it was looked at: one of children without the columns that are never collected.

Of such a list nothing of the file is kept but its cells as texts, each where it stood, with what was wrong with it: so much
the preview needs, and the list that goes back with its faults. Every other list is kept as it was sent.
"""

import json
import zlib

from exports.lists import reading
from exports.lists.listings import LIST_KINDS, sheets_to_keep
from intake.importing.table import ListLine, ListSheet
from intake.settings import Settings

_SIGN = b"\x00baoxue sheets 1\n"
"""How such a file begins; no file that is read begins so."""


def file_to_keep(settings: Settings, purpose: str, data: bytes) -> bytes:
    """Give the bytes of a list that may be kept. Raises Refused where a list of children cannot be read."""
    if not LIST_KINDS[purpose].of_children:
        return data
    sheets = [
        [one.name, one.hidden, one.from_1904, one.far,
         [[line.number, line.hidden, line.cells, line.marks] for line in one.lines]]
        for one in sheets_to_keep(settings, purpose, reading.read(data))
    ]  # fmt: skip
    return _SIGN + zlib.compress(json.dumps(sheets, ensure_ascii=False, separators=(",", ":")).encode())


def kept_sheets(data: bytes) -> list[ListSheet]:
    """Give the sheets of a list that was kept. Raises Refused where it cannot be read."""
    if not data.startswith(_SIGN):
        return reading.read(data)
    return [
        ListSheet(name, tuple(_line(*line) for line in lines), hidden, from_1904, far)
        for name, hidden, from_1904, far, lines in json.loads(zlib.decompress(data[len(_SIGN) :]))
    ]


def _line(number: int, hidden: bool, cells: list[str], marks: dict[str, str]) -> ListLine:
    return ListLine(number, tuple(cells), hidden, {int(at): mark for at, mark in marks.items()})
