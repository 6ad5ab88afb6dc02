"""The command `export`, a thin shell over `daily.write`."""

from datetime import datetime
from pathlib import Path

import click
from flask import Blueprint

from exports.books import daily, occasion
from intake.store.keys import Unreadable
from intake.web import get_db

bp = Blueprint("export_command", __name__, cli_group=None)


@bp.cli.command("export")
@click.option("--date", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The local day.")
@click.option("--out", "folder", required=True, type=click.Path(path_type=Path, file_okay=False))
@click.option("--town", "area", default="", help="Code of a town: only its rows. Default: the district.")
def export(day: datetime, folder: Path, area: str) -> None:
    """Write the masked workbook of a day into a folder."""
    try:
        path = daily.write(get_db(), day.date(), folder, actor="command", area=area)
    except occasion.Refused as error:
        raise click.ClickException(str(error)) from None
    except Unreadable as error:
        raise click.ClickException(f"{error}，请运行 baoxue verify 查看是哪些。") from None
    click.echo(str(path))


def add_to(group: click.Group) -> None:
    """Put the command into the program, where its --help needs no application."""
    group.add_command(export)
