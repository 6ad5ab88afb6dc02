"""The rows of a workbook that were not taken, as the same workbook: what was typed, why not, ready to be sent again."""

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Response, send_file

from exports.books import book, occasion
from exports.books.layout.table import Layout
from exports.desk.home import XLSX
from intake.errors import Missing
from intake.ledgers.returning.findings import ReturnPlan
from intake.ledgers.returning.lines import refused_lines
from intake.ledgers.wanted import extents
from intake.people import accounts
from intake.people.accounts import Person
from intake.store.db import Database

NAME, TITLE = "待改正", "没有收的行"


def refused_book(db: Database, by: Person, plan: ReturnPlan) -> Response:
    """Send the workbook of what was not taken. Raises Missing where there is no such row that somebody may see."""
    lines = refused_lines(db, by, plan)
    if not lines:
        raise Missing
    extent = extents.extent_of(db, accounts.scope_of(db, by))
    this = occasion.occasion_for(db, extent, extents.period_of(db), key="returned", name=NAME, title=TITLE)
    with TemporaryDirectory(prefix=".export.", dir=db.settings.data) as folder:
        made = book.write(db, this, [one for one, _ in lines], Path(folder), actor=by.actor,
                          layout=Layout(faults=True), lines={one.key: rows for one, rows in lines})  # fmt: skip
        content = BytesIO(made.path.read_bytes())
    response = send_file(content, mimetype=XLSX, as_attachment=True, download_name=made.path.name)
    response.headers["Cache-Control"] = "no-store"
    return response
