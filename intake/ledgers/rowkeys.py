"""The key that a row carries out and brings back: case number, version, and a check bound to the ledger.

It survives sorting, filtering and copying into another workbook, and whoever types one does not hit on a row.
"""

from typing import NamedTuple

from intake.language import text
from intake.language.patterns import regex
from intake.store.db import Database

CHECK = 5
_FORM = regex(r"(\d{6}-\d{4}-\d{6})\.(\d{1,5})\.([0-9A-F]{5})")


class RowKey(NamedTuple):
    """A row known again: of which case, and how many events it had when the row went out."""

    number: str
    version: int


def row_key(db: Database, ledger: str, number: str, version: int) -> str:
    """Give the key of a case's row in a ledger."""
    return f"{number}.{version}.{_check(db, ledger, number, version)}"


def read_row_key(db: Database, ledger: str, said: str) -> RowKey | None:
    """Read a key as it came back; None where it is none of that ledger's."""
    found = _FORM.fullmatch(text.compact(said).upper())
    if found is None:
        return None
    number, version = found[1], int(found[2])
    return RowKey(number, version) if found[3] == _check(db, ledger, number, version) else None


def is_row_key(said: str) -> bool:
    """Tell whether something has the form of a key, of whatever ledger, sound or not."""
    return _FORM.fullmatch(text.compact(said).upper()) is not None


def _check(db: Database, ledger: str, number: str, version: int) -> str:
    return db.keys.digest("row-key", f"{ledger}|{number}|{version}")[:CHECK].upper()
