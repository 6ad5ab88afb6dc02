"""A file from somebody's computer as rows of texts: .xlsx, .xls and .csv, told apart by what is in them.

`read` is the one entry, for lists and for workbooks that come back. What it gives is a ListSheet for each sheet, hidden
ones too (`hidden`), with a ListLine for each row that holds something, hidden ones too: `number` as the person sees it,
`cells` as texts, `marks` by column where a cell is not what it seems: FORMULA (no value was stored), ERROR (#REF!),
DAMAGED (a number that lost digits), MONTH (a date whose format shows no day). `far` is an address beyond what is read.
Whoever uses it decides what becomes of hidden and marked ones; none may pass in silence.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from exports.lists import sorts, texts
from intake.errors import Refused
from intake.importing.table import ListLine, ListSheet
from intake.settings import foreign_environment

BIGGEST = sorts.BIGGEST
PATIENCE = 30
"""Seconds after which a file is given up."""
_FAULTS = {"password": sorts.PASSWORD, "size": sorts.SIZE, "sheets": sorts.SHEETS,
           "entities": sorts.ENTITIES}  # fmt: skip
# A large workbook takes a core and some hundred megabytes; two at a time must not become ten.
_turn = BoundedSemaphore(1)
_NONE: Mapping[int, str] = {}


def read(file: Path | bytes) -> list[ListSheet]:
    """Give the sheets of a file, or say in Chinese why it cannot be read. Raises Refused."""
    if isinstance(file, Path):
        if file.stat().st_size > BIGGEST:
            raise Refused(sorts.LARGE)
        file = file.read_bytes()
    if sorts.sort_of(file) == sorts.TEXT:
        return [ListSheet("", texts.lines_of(file))]
    return _workbook(file)


def _workbook(data: bytes) -> list[ListSheet]:
    if not _turn.acquire(timeout=PATIENCE):
        raise Refused("现在读表的人多，请过一分钟再试。")
    try:
        said = _read_apart(data)
    finally:
        _turn.release()
    if "fault" in said:
        raise Refused(_FAULTS.get(said["fault"], sorts.BROKEN))
    words = said.get("words", ())
    for one in said["sheets"]:
        for line in one["lines"]:
            line[2] = [words[at] for at in line[2]]
    return [_sheet(one) for one in said["sheets"]]


def _read_apart(data: bytes) -> Any:
    # In a process of its own: a broken file may take that one down, never this one.
    program = [sys.executable, "-I", "-m", "exports.lists.workbook"]
    try:
        done = subprocess.run(  # noqa: S603
            program, input=data, capture_output=True, timeout=PATIENCE, check=True, env=foreign_environment()
        )
        return json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise Refused(sorts.SIZE) from None
    except (subprocess.SubprocessError, ValueError):
        raise Refused(sorts.BROKEN) from None


def _sheet(one: Mapping[str, Any]) -> ListSheet:
    wide = max((len(cells) for _, _, cells, _ in one["lines"]), default=0)
    lines = tuple(
        ListLine(number, _padded(cells, wide), hidden, {int(at): mark for at, mark in marks.items()} or _NONE)
        for number, hidden, cells, marks in one["lines"]
    )
    return ListSheet(one["name"], lines, one["hidden"], one["from_1904"], one["far"])


def _padded(cells: Sequence[str], wide: int) -> tuple[str, ...]:
    return (*cells, *[""] * (wide - len(cells)))
