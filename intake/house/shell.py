"""What every command shares: the house it works on, and one Chinese line for what a person can cause."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from intake import settings
from intake.errors import Busy, Problem
from intake.store.db import Database, open_database

BUSY = "数据库被别的程序占着，没有办成，请过一会儿再试一次。"


def told(command: Callable[..., None]) -> Callable[..., None]:
    """Turn what a person can cause into one Chinese line and exit code 2."""

    @wraps(command)
    def told(*args: Any, **options: Any) -> None:
        try:
            command(*args, **options)
        except Problem as problem:
            click.echo(BUSY if isinstance(problem, Busy) else str(problem), err=True)
            sys.exit(2)
        except OSError as error:
            click.echo(f"{error.filename} 打不开或写不进，请核对 BAOXUE_DATA 和文件的权限。", err=True)
            sys.exit(2)

    return told


def open_house() -> Database:
    """Give the database that the settings name."""
    return open_database(settings.load())
