"""The bureau's daily workbook: a cover with counts, and the ledger of each kind of report."""

from datetime import date
from pathlib import Path

from exports.books import book, occasion
from exports.books.book import Exported
from intake import ledgers
from intake.ledgers import View
from intake.ledgers.wanted.extents import Extent
from intake.people.scope import Scope
from intake.store.db import Database


def write(db: Database, day: date, folder: Path, *, actor: str, area: str = "") -> Path:
    """Write the masked workbook of a local day into a folder and give its path.

    `area` is the code of a town; without it, it is the whole district. Raises Missing.
    """
    this = occasion.occasion_of(db, day, area)
    scope = this.extent.within(Scope(db.settings.district_code))
    return write_daily(db, this.extent, View(scope, this.period), folder, actor=actor).path


def write_daily(db: Database, extent: Extent, view: View, folder: Path, *, actor: str) -> Exported:
    """Write the masked daily workbook of a part of the district, of the days and the scope of a view that lies in it."""
    kinds = view.scope.kinds
    every = [one for one in ledgers.ledgers_of_kinds(db) if kinds is None or one.key in kinds]
    this = occasion.occasion_for(db, extent, view.period, scope=view.scope)
    return book.write(db, this, every, folder, actor=actor, view=view)
