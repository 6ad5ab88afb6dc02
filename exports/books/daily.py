"""The bureau's daily workbook: a cover with counts, and the ledger of each kind of report."""

from datetime import date
from pathlib import Path

from exports.books import book, occasion
from intake import ledgers
from intake.ledgers import View
from intake.people.scope import Scope
from intake.store.db import Database


def write(
    db: Database, day: date, folder: Path, *, actor: str, area: str = "", scope: Scope | None = None
) -> Path:
    """Write the masked workbook of a local day into a folder and give its path.

    `area` is a code prefix that its rows share, `scope` what its reader may see of them. Raises Refused.
    """
    kinds = scope.kinds if scope else None
    every = [one for one in ledgers.ledgers_of_kinds(db) if kinds is None or one.key in kinds]
    this = occasion.occasion_of(db, day, area)
    view = View(scope, this.period) if scope else None
    return book.write(db, this, every, folder, actor=actor, view=view).path
