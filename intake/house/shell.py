"""What every command shares: the house it works on, and one Chinese line for what a person can cause."""

import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from intake import settings
from intake.errors import Busy, Problem, Replaced
from intake.store.db import UNHURRIED, Database, open_database

BUSY = "数据库被别的程序占着，没有办成，请过一会儿再试一次。"


def told(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn what a person can cause into one Chinese line and exit code 2, 1 where they gave up."""

    @wraps(command)
    def told(*args: Any, **options: Any) -> Any:
        try:
            return command(*args, **options)
        except Problem as problem:
            waits = isinstance(problem, Busy) and not isinstance(problem, Replaced)
            click.echo(BUSY if waits else str(problem), err=True)
            sys.exit(2)
        except click.Abort:
            click.echo("没有办，什么都没有改。", err=True)
            sys.exit(1)
        except click.ClickException as mistake:
            _tell(mistake)
            sys.exit(2)
        except BrokenPipeError:  # whoever read it has had enough: `baoxue cases | head`
            os.dup2(
                os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
            )  # what is still buffered goes nowhere
            sys.exit(1)
        except OSError as error:
            click.echo(f"{error.filename} 打不开或写不进，请核对 BAOXUE_DATA 和文件的权限。", err=True)
            sys.exit(2)

    return told


def _tell(mistake: click.ClickException) -> None:
    """Say in Chinese how a command was written wrongly, and where it stands how it is written."""
    if isinstance(mistake, click.exceptions.NoArgsIsHelpError):
        mistake.show()
        return
    context = mistake.ctx if isinstance(mistake, click.UsageError) else None
    where = context.command_path if context else "baoxue"
    click.echo(f"{_wrong(mistake)}怎么写，请看 {where} --help", err=True)


def _wrong(mistake: click.ClickException) -> str:
    """Give the sentence for one mistake."""
    if isinstance(mistake, click.NoSuchOption):
        return f"没有 {mistake.option_name} 这个选项。"
    if isinstance(mistake, click.exceptions.NoSuchCommand):
        return f"没有 {mistake.command_name} 这个命令。"
    if not isinstance(mistake, click.BadParameter) or mistake.param is None:
        return "这个命令不能这样写。"
    name, kind = mistake.param.opts[-1], mistake.param.type
    name = name if name.startswith("-") else mistake.param.human_readable_name
    if isinstance(mistake, click.MissingParameter):
        return f"还缺 {name}。"
    if isinstance(kind, click.Choice):
        return f"{name} 只能是 {'、'.join(kind.choices)}。"
    if isinstance(kind, click.DateTime):
        return f"{name} 要写成 2026-11-30 这样的日期。"
    if isinstance(kind, click.Path):
        return f"{name} 这里要写的{'文件夹' if not kind.file_okay else '文件'}打不开，请核对路径。"
    return f"{name} 的值不对。"


def open_house() -> Database:
    """Give the database that the settings name; a command waits for its turn, for nobody looks at a page meanwhile."""
    db = open_database(settings.load())
    db.patience = UNHURRIED
    return db


def open_prepared() -> Database:
    """Give the same database, brought to today's shape."""
    from intake.kinds import tables  # the declarations, which not every command needs

    db = open_house()
    tables.prepare(db)
    return db
