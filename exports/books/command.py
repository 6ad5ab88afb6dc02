"""The commands `export` and `ledger`, thin shells over what writes workbooks."""

from datetime import datetime
from pathlib import Path

import click

from exports.books import book, daily
from intake import ledgers
from intake.errors import Refused
from intake.house import shell
from intake.house.shell import told


@click.command("export")
@click.option("--date", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The local day.")
@click.option("--out", "folder", required=True, type=click.Path(path_type=Path, file_okay=False))
@click.option("--town", "area", default="", help="Code of a town: only its rows. Default: the district.")
@told
def export(day: datetime, folder: Path, area: str) -> None:
    """Write the masked workbook of a day into a folder."""
    click.echo(str(daily.write(shell.open_prepared(), day.date(), folder, actor="command", area=area)))


@click.command("ledger")
@click.argument("key")
@click.option("--date", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The local day.")
@click.option("--out", "folder", required=True, type=click.Path(path_type=Path, file_okay=False))
@click.option("--town", "area", default="", help="Code of a town: only its rows. Default: the district.")
@told
def ledger(key: str, day: datetime, folder: Path, area: str) -> None:
    """Write one ledger of a day as a masked workbook into a folder."""
    if key not in (known := ledgers.ledger_keys()):
        raise Refused(f"没有 {key} 这本台账，现有 {'、'.join(known)}。")
    click.echo(
        str(book.write_ledger(shell.open_prepared(), key, day.date(), folder, actor="command", area=area))
    )
