"""The commands of the core; each is a thin shell over a plain function."""

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from intake import settings
from intake.calendar import clock
from intake.house import backups, cells, demo, retention, serve, setup, verify
from intake.people import accounts, bindings, devices
from intake.store import keys
from intake.store.db import Busy, Database, open_database

BUSY = "数据库被别的程序占着，没有办成，请过一会儿再试一次。"


def _told(command: Callable[..., None]) -> Callable[..., None]:
    """Turn what a person can cause into one Chinese line and exit code 2."""

    @wraps(command)
    def told(*args: Any, **options: Any) -> None:
        try:
            command(*args, **options)
        except (settings.SettingsError, backups.Unusable, keys.Unreadable, accounts.Refused) as error:
            click.echo(str(error), err=True)
            sys.exit(2)
        except Busy:
            click.echo(BUSY, err=True)
            sys.exit(2)
        except OSError as error:
            click.echo(f"{error.filename} 打不开或写不进，请核对 BAOXUE_DATA 和文件的权限。", err=True)
            sys.exit(2)

    return told


def _open() -> Database:
    return open_database(settings.load())


@click.command()
@click.option("--demo", "as_demo", is_flag=True, help="Set up a demonstration with fictional data.")
@_told
def init(as_demo: bool) -> None:
    """Make the data directory: keys, settings file, database. Repeatable."""
    chosen = settings.load()
    setup.init(chosen, as_demo)
    chosen = settings.load()
    if as_demo and chosen.demo:
        demo.fill(Database(chosen))
    click.echo(f"数据目录 {chosen.data} 已就绪（{'演示' if chosen.demo else '正式'}）。")


@click.command(name="demo")
@_told
def demo_command() -> None:
    """Fill an empty installation with fictional schools, children and a week of reports."""
    setup.init(settings.load(), demo=True)
    chosen = setup.become_demo(settings.load())
    made = demo.fill(Database(chosen))
    click.echo(f"演示数据：新增 {made} 份报告。登录方式见 {chosen.data / demo.SIGN_INS}")


@click.command(name="serve")
@_told
def serve_command() -> None:
    """Run the web server in the foreground."""
    serve.serve(settings.load())


@click.command()
@_told
def up() -> None:
    """Run the web server and the worker together; Ctrl-C stops both."""
    sys.exit(serve.up(settings.load()))


@click.command()
@click.pass_obj
@_told
def worker(program: Any) -> None:
    """Do what no request should wait for: messages to parents, their pictures, checkpoints, deletion."""
    app = program.load_app()  # Flask's ScriptInfo; the sides say what goes on beside
    serve.work(app.extensions["baoxue.db"], app.extensions["baoxue.chores"])


@click.command(name="verify")
@_told
def verify_command() -> None:
    """Check the database, every receipt, the audit chain and every encrypted cell."""
    found = verify.faults(_open())
    for fault in found:
        click.echo(fault, err=True)
    click.echo("检查完毕，没有问题。" if not found else f"检查完毕，{len(found)} 个问题。")
    sys.exit(1 if found else 0)


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@_told
def backup(folder: Path | None) -> None:
    """Write one file with database, keys and settings; it needs no pause."""
    chosen = settings.load()
    try:
        db = open_database(chosen)
    except settings.SettingsError as error:
        click.echo(f"没有备份：{error}", err=True)
        sys.exit(1)
    made = backups.backup(db, folder)
    click.echo(made.path)  # alone, for the program that copies it elsewhere
    click.echo(f"备份好了：{made.rows} 行，{made.size / 1e6:.1f} MB。", err=True)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_told
def restore(file: Path) -> None:
    """Put a backup in place; what was there is kept beside it. Stop the server first."""
    click.echo(f"已恢复。原来的数据在 {backups.restore(settings.load(), file)}")


@click.command()
@_told
def purge() -> None:
    """Delete chat, messages and pictures older than 180 days, and drafts older than 7."""
    click.echo(f"删除了 {retention.purge(_open())} 行。")


@click.command(name="rotate-keys")
@_told
def rotate_keys() -> None:
    """Make a new data key and close every encrypted cell and file with it; the old keys stay for old backups."""
    db = _open()
    keys.add_key(db.settings.keys)
    click.echo(f"已换新密钥，重新加密 {cells.relock(Database(db.settings))} 格。")


@click.group()
def staff() -> None:
    """Accounts of staff."""


@staff.command(name="add")
@click.option("--name", required=True)
@click.option("--login", required=True, help="Phone number or any short name.")
@click.option("--role", required=True, type=click.Choice(list(accounts.ROLES)))
@click.option("--area", required=True, help="Code prefix: 220605 the district, 220605105 a town.")
@click.option("--school", default="")
@click.password_option()
@_told
def staff_add(name: str, login: str, role: str, area: str, school: str, password: str) -> None:
    """Add an account; asks for the password."""
    accounts.add(_open(), name=name, login=login, password=password, role=role, area=area, school=school)
    click.echo("已添加。")


def _person(db: Database, login: str) -> accounts.Person:
    person = accounts.by_login(db, login)
    if person is None:
        raise accounts.Refused("没有这个登录名，或者账号已经停用。")
    return person


@staff.command(name="code")
@click.option("--login", required=True)
@_told
def staff_code(login: str) -> None:
    """Make the code by which a teacher binds WeChat; it works once, for 30 days."""
    db = _open()
    person = _person(db, login)
    code = bindings.issue(db, person.id)
    click.echo(f"{person.name}的绑定码：{code}（只能用一次，{bindings.TERM.days} 天内有效）")
    click.echo(f"请老师在公众号里回复：绑定 {code}")
    if db.settings.public:
        click.echo(f"或者在 {db.settings.public}/forms/sign-in 填手机号和这个码，用网页点名。")


@staff.command(name="devices")
@click.option("--login", required=True)
@click.option("--revoke-all", is_flag=True, help="They must come in again, on every phone.")
@_told
def staff_devices(login: str, revoke_all: bool) -> None:
    """List the phones that somebody is signed in with."""
    db = _open()
    person = _person(db, login)
    if revoke_all:
        click.echo(f"{person.name}的 {devices.revoke_all(db, person.id, 'command')} 台手机已退出。")
        return
    listed = devices.of(db, person.id)
    click.echo(f"{person.name}有 {len(listed)} 台手机登录着。")
    for one in listed:
        seen, until = clock.local(one.seen_at), clock.local(one.until)
        click.echo(f"  {one.name}  最近用过 {seen:%Y-%m-%d}  有效到 {until:%Y-%m-%d}")


@staff.command(name="class")
@click.option("--login", required=True)
@click.option("--school", required=True, help="Name or code.")
@click.option("--grade", required=True, help="三年级")
@click.option("--class", "name", required=True, help="2班")
@click.option("--remove", is_flag=True, help="They teach it no longer.")
@_told
def staff_class(login: str, school: str, grade: str, name: str, remove: bool) -> None:
    """Say which class somebody teaches."""
    db = _open()
    person = _person(db, login)
    found = bindings.find(db, school, grade, name)
    if remove:
        done = bindings.leave(db, person.id, found.id)
        click.echo(
            f"{person.name}不再教{found.title}。" if done else f"{person.name}本来就不教{found.title}。"
        )
        return
    bindings.teach(db, person.id, found.id)
    taught = "、".join(f"{one.school_name}{one.title}" for one in bindings.classes(db, person.id))
    click.echo(f"{person.name}教：{taught}")


def add_to(group: click.Group) -> None:
    """Put the commands into the program."""
    for command in (init, demo_command, serve_command, up, worker, verify_command, backup, restore, purge,
                    rotate_keys, staff):  # fmt: skip
        group.add_command(command)
