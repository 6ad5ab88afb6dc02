"""Code lists, one CSV each: what may be stored, and the many words people use for it.

A list is data, not code, so that the bureau can change a word or end a code on a date without a programmer.
The label is what is stored; a code that ended stays readable in old reports.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from intake.language import text

_HERE = Path(__file__).parent
# Places have towns and levels instead of aliases and validity, headers of lists have keys; intake.places and
# intake.importing read them.
_OTHERS = ("divisions", "list_headers")
NAMES = tuple(sorted(path.stem for path in _HERE.glob("*.csv") if path.stem not in _OTHERS))
"""The lists that exist."""

_BRACKETS = str.maketrans("（）", "()")


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a list; both validity dates are inclusive, None is open."""

    code: str
    label: str
    aliases: tuple[str, ...]
    valid_from: date | None
    valid_to: date | None
    called: str = ""
    """The everyday word, where parents have another one than the list."""

    def valid(self, on: date | None) -> bool:
        """Tell whether the code is valid on a day; None asks for no day and is always met."""
        return on is None or (self.valid_from or on) <= on <= (self.valid_to or on)


def rows(name: str) -> Iterator[dict[str, str]]:
    """Read the rows of a CSV of this directory, by its name without suffix, as header to cell."""
    with (_HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def codes(name: str, on: date | None = None) -> tuple[Code, ...]:
    """Give the codes of a list in its order: those valid on a day, or all there ever were.

    Raises LookupError, naming the list, where there is none of that name.
    """
    every, _ = _read(name)
    return every if on is None else tuple(one for one in every if one.valid(on))


def find(name: str, said: str, on: date | None = None) -> Code | None:
    """Find the code that is meant by its code, its label, its everyday word or one of its aliases, or None.

    Spaces, punctuation at the ends, full width and the case of Latin letters do not matter; otherwise
    the whole text must match. Raises LookupError like `codes`.
    """
    _, meant = _read(name)
    hits = meant.get(said) or meant.get(_key(said), ())
    return next((one for one in hits if one.valid(on)), None)


def _key(said: str) -> str:
    return text.compact(said.translate(_BRACKETS)).casefold()


@cache
def _read(name: str) -> tuple[tuple[Code, ...], dict[str, tuple[Code, ...]]]:
    # Checked against the directory, so that no name from outside ever becomes a path.
    if name not in NAMES:
        raise LookupError(f"no code list named {name!r}")
    every = tuple(
        Code(
            row["code"],
            row["label"],
            tuple(filter(None, row["aliases"].split("|"))),
            _day(row["valid_from"]),
            _day(row["valid_to"]),
            row.get("called") or row["label"],
        )
        for row in rows(name)
    )
    meant: dict[str, tuple[Code, ...]] = {}
    for one in every:
        for key in dict.fromkeys(map(_key, (one.code, one.label, *one.aliases, one.called))):
            meant[key] = (*meant.get(key, ()), one)
    return every, meant


def _day(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None
