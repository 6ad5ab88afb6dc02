"""The commands `import …`: thin shells over intake.importing. Lists may come in before there is an official account."""

import sys
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click

from exports.lists import reading
from exports.lists.listings import LIST_KINDS
from intake.errors import Refused, SettingsError
from intake.house import shell
from intake.importing import staff
from intake.importing.outcome import Options, Outcome
from intake.paper import slips
from intake.people import bindings
from intake.places.places import Place
from intake.store.db import Database

_FILE = click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
_SKIP = click.option("--skip-bad", is_flag=True, help="Leave out rows with faults and take the others.")
_DRY = click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
_SCHOOL = click.option("--school", default="", help="Name or code, for a list that does not say it.")


def _told(command: Callable[..., Outcome]) -> Callable[..., None]:
    """Tell what became of a list; what a person can cause is a Chinese line and exit code 2."""

    @wraps(command)
    def told(*args: Any, **options: Any) -> None:
        try:
            outcome = command(*args, **options)
        except OSError as error:  # the file to be read was there, so it is one that is written: the slips
            raise Refused(f"写不进 {error.filename}，什么都没有导入。请换一个地方。") from error
        _tell(outcome, dry=bool(options.get("dry_run")))

    return shell.told(told)


def _tell(outcome: Outcome, dry: bool) -> None:
    for line in outcome.errors:
        click.echo(line, err=True)
    for line in outcome.doubts:
        click.echo(f"提醒：{line}")
    if outcome.bad and not (outcome.written or dry):
        click.echo(
            f"有 {outcome.bad} 行要改，什么都没有导入。改好了再导入一次；或者加 --skip-bad，先跳过这些行。",
            err=True,
        )
        sys.exit(2)
    counts = f"新增 {outcome.new}，更新 {outcome.changed}，没有变化 {outcome.same}"
    click.echo(
        f"{'试运行，没有写入。' if dry else ''}{outcome.what}：{counts}"
        + (f"，跳过 {outcome.bad}。" if outcome.bad else "。")
    )
    for line in (*outcome.skipped, *outcome.notes, *outcome.moved):
        click.echo(line)
    if dry and outcome.bad:
        sys.exit(2)


def _school(db: Database, said: str) -> Place | None:
    return bindings.school_meant(db, said) if said else None


def _taken(key: str, db: Database, file: Path, options: Options, school: str = "") -> Outcome:
    """Take a list as the page of its name does."""
    return LIST_KINDS[key].take(db, reading.read(file), options, _school(db, school), lambda slips: None)


@click.group(name="import")
def group() -> None:
    """Take in lists of schools, children or staff (.xlsx, .xls, .csv)."""


@group.command(name="roster")
@_FILE
@_SCHOOL
@_SKIP
@_DRY
@click.option("--leave", is_flag=True, help="Children no longer listed leave their class.")
@click.option("--leave-case", "cases", multiple=True, help="Number of an open case whose child leaves, too.")
@_told
def roster_command(
    file: Path, school: str, skip_bad: bool, dry_run: bool, leave: bool, cases: tuple[str, ...]
) -> Outcome:
    """Take in a list of children; classes are made as needed."""
    db, options = shell.open_prepared(), Options(skip_bad, dry_run, leave, confirmed=frozenset(cases))
    return _taken("roster", db, file, options, school)


@group.command(name="staff")
@_FILE
@_SCHOOL
@_SKIP
@_DRY
@click.option("--leave", is_flag=True, help="Classes no longer listed are taken from their teachers.")
@click.option("--slips", "path", type=click.Path(path_type=Path, dir_okay=False), help="Where the slips go.")
@click.option("--all-slips", is_flag=True, help="New codes for everybody; older slips end.")
@_told
def staff_command(
    file: Path, school: str, skip_bad: bool, dry_run: bool, leave: bool, path: Path | None, all_slips: bool
) -> Outcome:
    """Take in a list of staff, and write a sheet of slips with one-time codes."""
    db, told = shell.open_prepared(), list[str]()
    if not db.settings.public:
        raise SettingsError(
            "缺少设置 BAOXUE_ADDRESS：老师的手机从哪个网址进来，例如 https://baoxue.example.cn"
        )
    where = path or slips.usual(db.settings, db.now())

    def finish(made: list[staff.Slip]) -> None:
        if made:
            slips.write(where, made, db.settings, db.now())
            told.append(f"纸条：{len(made)} 张，在 {where}。请打印、裁开，当面交给本人，印好就删掉这个文件。")
        else:
            told.append("没有要发的纸条；要给每位老师都换新的，请加 --all-slips。")

    options = Options(skip_bad, dry_run, leave)
    outcome = staff.take(
        db, reading.read(file), options, _school(db, school), every_slip=all_slips, finish=finish
    )
    outcome.notes += told
    return outcome


def _plain_command(key: str, told: str) -> None:
    """Add the command of a list of which nothing is to be said beside."""

    @group.command(name=key, help=told)
    @_FILE
    @_SKIP
    @_DRY
    @_told
    def command(file: Path, skip_bad: bool, dry_run: bool) -> Outcome:
        return _taken(key, shell.open_prepared(), file, Options(skip_bad, dry_run))


def _register_command(key: str) -> None:
    """Add the command of a register."""

    @group.command(name=key, help=f"Take in a list of the register {LIST_KINDS[key].title}.")
    @_FILE
    @_SCHOOL
    @_SKIP
    @_DRY
    @click.option(
        "--whole",
        is_flag=True,
        help="The list has everybody of the district: who is not in it stands there no more.",
    )
    @click.option(
        "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day of which the list tells, else today."
    )
    @_told
    def command(
        file: Path, school: str, skip_bad: bool, dry_run: bool, whole: bool, as_of: datetime | None
    ) -> Outcome:
        day = as_of.date() if as_of else None
        return _taken(
            key, shell.open_prepared(), file, Options(skip_bad, dry_run, whole=whole, as_of=day), school
        )


_plain_command("schools", "Take in the bureau's list of schools.")
_plain_command("transfers", "Take in what became of pupils: who came, went, paused or is back.")
_plain_command("aid", "Take in what was paid out to children, by semester and program.")
_plain_command("beds", "Take in how many beds each school has.")
for _key in (key for key, one in LIST_KINDS.items() if one.register):
    _register_command(_key)
