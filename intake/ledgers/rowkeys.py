"""The key that a row carries out and brings back: of what it is, in which version, and a check bound to the ledger.

It survives sorting, filtering and copying into another workbook, and whoever types one does not hit on a row.
"""

from typing import NamedTuple

from intake.language import text
from intake.language.patterns import regex
from intake.store.db import Database

CHECK = 5
_FORM = regex(r"(\d{6}-\d{4}-\d{6}|\d{12}|[CDE][0-9A-F]{32})\.(\d{1,12})\.([0-9A-F]{5})")


class RowKey(NamedTuple):
    """A row known again: of what, and how many events its case had when the row went out.

    `ref` is the number of a case; or the receipt of a report, where several rows of a sheet may be of one case; or
    names a subject (`intake.ledgers.subjects`), whose version is a number made of what was filled in.
    """

    ref: str
    version: int

    @property
    def number(self) -> str:
        """Give the number of the case; nothing where the row is a report's."""
        return self.ref if "-" in self.ref else ""

    @property
    def receipt(self) -> str:
        """Give the receipt of the report; nothing where the row is a case's or a subject's."""
        return self.ref if self.ref.isdecimal() else ""

    @property
    def subject(self) -> str:
        """Give what names the subject; nothing where the row is of a case or a report."""
        return self.ref if self.ref[:1].isalpha() else ""


def row_key(db: Database, ledger: str, ref: str, version: int) -> str:
    """Give the key of a row in a ledger, by the number of its case, the receipt of its report, or its subject."""
    return f"{ref}.{version}.{_check(db, ledger, ref, version)}"


def read_row_key(db: Database, ledger: str, said: str) -> RowKey | None:
    """Read a key as it came back; None where it is none of that ledger's."""
    found = _FORM.fullmatch(text.compact(said).upper())
    if found is None:
        return None
    ref, version = found[1], int(found[2])
    return RowKey(ref, version) if found[3] == _check(db, ledger, ref, version) else None


def is_row_key(said: str) -> bool:
    """Tell whether something has the form of a key, of whatever ledger, sound or not."""
    return _FORM.fullmatch(text.compact(said).upper()) is not None


def _check(db: Database, ledger: str, ref: str, version: int) -> str:
    return db.keys.digest("row-key", f"{ledger}|{ref}|{version}")[:CHECK].upper()
