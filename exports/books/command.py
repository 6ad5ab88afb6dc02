"""The command `export`, a thin shell over `daily.write`."""

from datetime import datetime
from pathlib import Path

import click

from exports.books import daily, occasion
from intake import settings
from intake.kinds import tables
from intake.store.db import Database
from intake.store.keys import Unreadable


@click.command("export")
@click.option("--date", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The local day.")
@click.option("--out", "folder", required=True, type=click.Path(path_type=Path, file_okay=False))
@click.option("--town", "area", default="", help="Code of a town: only its rows. Default: the district.")
def export(day: datetime, folder: Path, area: str) -> None:
    """Write the masked workbook of a day into a folder."""
    try:
        db = Database(settings.load())
        tables.prepare(db)
        path = daily.write(db, day.date(), folder, actor="command", area=area)
    except (settings.SettingsError, occasion.Refused) as error:
        raise click.ClickException(str(error)) from None
    except Unreadable as error:
        raise click.ClickException(f"{error}，请运行 baoxue verify 查看是哪些。") from None
    click.echo(str(path))
