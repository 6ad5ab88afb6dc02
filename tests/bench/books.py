"""Measure workbooks: `python -m tests.bench.books [rows]`.

Writing with the whole layout is set against plain XlsxWriter (constant_memory, no layout) on the same cells in the same
run; then a day of so many reports is read, opened, masked and written. The figures are CPU of this process.
"""

import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

import xlsxwriter

import wsgi
from exports.books import book, daily, occasion
from intake import ledgers
from intake.fields import Cell
from intake.ledgers import Ledger, Line, View
from intake.people.scope import Scope
from intake.store.db import Database
from intake.store.keys import make_keys
from tests.hands.books import DAY
from tests.hands.many import many_reports

KIND = "absence"
SAME = 20_000
"""Rows with which writers are compared."""


class Ready:
    """A ledger whose cells were worked out before, so that only the writing is measured."""

    def __init__(self, one: Ledger, rows: Sequence[Sequence[Cell]]) -> None:
        """Stand for a ledger that has these rows."""
        self._one, self._rows = one, rows

    def __getattr__(self, name: str) -> Any:
        return getattr(self._one, name)

    def cells(self, number: int, _: Line) -> list[Cell]:
        """Give the cells of a row."""
        return list(self._rows[number - 1])


def plain(path: Path, rows: Sequence[Sequence[Cell]]) -> None:
    """Write cells with XlsxWriter alone, as its documentation says for many rows."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as workbook:
        page = workbook.add_worksheet()
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for at, cells in enumerate(rows):
            for column, value in enumerate(cells):
                if value is None or value == "":
                    page.write_blank(at, column, None, day)
                elif isinstance(value, datetime):
                    page.write_datetime(at, column, value, moment)
                elif isinstance(value, date):
                    page.write_datetime(at, column, value, day)
                elif isinstance(value, str):
                    page.write_string(at, column, value)
                else:
                    page.write_number(at, column, value)


def compared(db: Database, folder: Path) -> tuple[float, float]:
    """Give the seconds of XlsxWriter and of ours for the same cells."""
    this, one = occasion.occasion_of(db, DAY), ledgers.ledgers_of_kinds(db)[list(ledgers_of(db)).index(KIND)]
    lines = one.rows(db, View(Scope(this.area), this.period))
    rows = [one.cells(number, line) for number, line in zip(range(1, SAME + 1), lines, strict=False)]
    begun = time.process_time()
    plain(folder / "plain.xlsx", rows)
    between = time.process_time()
    empty = Line("", "", {})
    book.write(
        db, this, [cast(Ledger, Ready(one, rows))], folder, actor="bench", lines={KIND: (empty for _ in rows)}
    )
    return between - begun, time.process_time() - between


def held(what: str = "VmRSS") -> int:
    """Give the kilobytes that this process holds, or the most it held since that was last asked (Linux)."""
    told = Path("/proc/self/status").read_text()
    if what == "VmRSS":
        Path("/proc/self/clear_refs").write_text("5")  # the most begins anew
    return int(told.split(f"{what}:")[1].split()[0])


def ledgers_of(db: Database) -> list[str]:
    """Give the keys of the ledgers of the daily workbook."""
    return [one.key for one in ledgers.ledgers_of_kinds(db)]


def main(number: int = 100_000) -> None:
    """Fill a house, compare the writers, write the whole day, and print what each took."""
    with tempfile.TemporaryDirectory() as folder:
        make_keys(Path(folder) / "keys")
        app = wsgi.create_app({"DATA": folder, "MODE": "demo", "RATE_LIMIT": "off"})
        db = cast(Database, app.extensions["baoxue.db"])
        many_reports(db, KIND, number)
        out = Path(folder) / "out"
        out.mkdir()
        daily.write(db, date(2026, 11, 19), out, actor="bench")
        before, begun = held(), time.process_time()
        path = daily.write(db, DAY, out, actor="bench")
        taken = time.process_time() - begun
        grown = held("VmHWM") - before
        columns = len(ledgers.ledgers_of_kinds(db)[ledgers_of(db).index(KIND)].columns())
        print(
            f"{number} rows of {columns} columns: {taken:.1f} s, {grown / 1024:.0f} MB more, {path.stat().st_size} bytes"
        )
        print(f"as 100,000 rows of 25 columns: {taken * 100_000 / number * 25 / columns:.1f} s")
        theirs, ours = compared(db, out)
        print(
            f"{SAME} rows, writing alone: XlsxWriter {theirs:.2f} s, ours {ours:.2f} s: {ours / theirs:.2f}"
        )
        db.close()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
