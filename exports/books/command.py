"""The commands `export` and `ledger`, thin shells over what writes workbooks."""

from datetime import date, datetime
from pathlib import Path

import click

from exports.books import book, daily
from intake import ledgers
from intake.errors import Refused
from intake.house import shell
from intake.house.shell import told
from intake.ledgers import View
from intake.ledgers.wanted import extents
from intake.people.scope import Scope

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("export")
@click.option("--date", "day", required=True, type=_DAY, help="The local day.")
@click.option("--out", "folder", required=True, type=click.Path(path_type=Path, file_okay=False))
@click.option("--town", "area", default="", help="Code of a town: only its rows. Default: the district.")
@told
def export(day: datetime, folder: Path, area: str) -> None:
    """Write the masked workbook of a day into a folder."""
    click.echo(str(daily.write(shell.open_prepared(), day.date(), folder, actor="command", area=area)))


@click.command("ledger")
@click.argument("key")
@click.option("--date", "day", type=_DAY, help="One local day.")
@click.option("--from", "first", type=_DAY, help="The first of several days.")
@click.option("--to", "last", type=_DAY, help="The last of several days. Default: today.")
@click.option("--term", default="", help=f"A term, such as {extents.TERM_EXAMPLE}.")
@click.option("--month", default="", help="A month, such as 2026-11.")
@click.option("--town", default="", help="Code or name of a town: only its rows. Default: the district.")
@click.option("--village", default="", help="Code or name of a village: only its children.")
@click.option("--school", default="", help="Code or name of a school: only its children.")
@click.option("--out", "folder", required=True, type=click.Path(path_type=Path, file_okay=False))
@told
def ledger(
    key: str, day: datetime | None, first: datetime | None, last: datetime | None, term: str, month: str,
    town: str, village: str, school: str, folder: Path,
) -> None:  # fmt: skip
    """Write one ledger of some days as a masked workbook into a folder."""
    if key not in (known := ledgers.ledger_keys()):
        raise Refused(f"没有 {key} 这本台账，现有 {'、'.join(known)}。")
    if sum(map(bool, (day, first or last, term, month))) != 1:
        raise Refused("请写明是哪些天：--date、--from 和 --to、--term、--month 中的一种。")
    db = shell.open_prepared()
    scope = Scope(db.settings.district_code)
    extent = extents.extent_of(db, scope, town=town, village=village, school=school)
    period = extents.period_of(db, day=_day(day), first=_day(first), last=_day(last), term=term, month=month)
    every, view = ledgers.ledgers_of_book(db, key), View(extent.within(scope), period)
    done = book.write_extent(db, every, extent, view, folder, actor="command")
    click.echo(str(done.path))


def _day(said: datetime | None) -> date | None:
    return said.date() if said else None
