"""The bureau's daily workbook: a cover with counts, and the ledger of each kind of report."""

from datetime import date
from pathlib import Path

from exports.books import book, occasion
from intake import ledgers
from intake.store.db import Database


def write(db: Database, day: date, folder: Path, *, actor: str, area: str = "") -> Path:
    """Write the masked workbook of a local day into a folder and give its path.

    `area` is a code prefix that its rows share. Raises Refused.
    """
    return book.write(
        db, occasion.occasion_of(db, day, area), ledgers.ledgers_of_kinds(db), folder, actor=actor
    )
