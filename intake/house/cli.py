"""The commands of the core; each is a thin shell over a plain function."""

import sys
from pathlib import Path
from typing import Any

import click

from intake import settings
from intake.errors import Problem, SettingsError
from intake.house import blind, cells, retention, serve, setup, verify
from intake.house.demo import district, staff
from intake.house.keeping import activities, backups, lock, restoring, sealing, terms
from intake.house.shell import open_house, open_prepared, told
from intake.kinds import tables
from intake.people import devices
from intake.store import audit, keys, seals
from intake.store.db import Database

BEHIND = "数据库还是旧版本的结构。请重新启动 baoxue up（或运行 baoxue init）来升级，再检查。"


@click.command()
@click.option("--demo", "as_demo", is_flag=True, help="Set up a demonstration with fictional data.")
@told
def init(as_demo: bool) -> None:
    """Make the data directory: keys, settings file, database. Repeatable."""
    chosen = settings.load()
    setup.init(chosen, as_demo)
    chosen = settings.load()
    if as_demo and chosen.demo:
        district.fill(Database(chosen))
    click.echo(f"数据目录 {chosen.data} 已就绪（{'演示' if chosen.demo else '正式'}）。")


@click.command(name="demo")
@told
def demo_command() -> None:
    """Fill an empty installation with fictional schools, children and a week of reports."""
    setup.init(settings.load(), demo=True)
    chosen = setup.become_demo(settings.load())
    made = district.fill(Database(chosen))
    click.echo(f"演示数据：新增 {made} 份报告。登录方式见 {chosen.data / staff.SIGN_INS}")


@click.command(name="serve")
@told
def serve_command() -> None:
    """Run the web server in the foreground."""
    serve.serve(settings.load())


@click.command()
@told
def up() -> None:
    """Run the web server and the worker together; Ctrl-C stops both."""
    sys.exit(serve.up(settings.load()))


@click.command()
@click.pass_obj
@told
def worker(program: Any) -> None:
    """Do what no request should wait for: clocks, alarms, messages, their pictures, checkpoints, deletion."""
    chosen = settings.load()
    if chosen.database.exists():  # where there is none, that is said next
        lock.hold_worker(chosen)
    app = program.load_app()  # Flask's ScriptInfo; the sides say what goes on beside
    serve.work(app.extensions["baoxue.db"], app.extensions["baoxue.chores"])


@click.command(name="verify")
@told
def verify_command() -> None:
    """Check the database, every receipt, every case, the audit chain and every encrypted cell."""
    db = open_house()
    found = verify.faults(db)
    if found and _is_behind(db):  # what is not there yet is no damage
        raise SettingsError(BEHIND)
    for fault in found:
        click.echo(fault, err=True)
    click.echo(f"审计末行 {audit.head(db)}")
    click.echo("检查完毕，没有问题。" if not found else f"检查完毕，{len(found)} 个问题。")
    sys.exit(1 if found else 0)


def _is_behind(db: Database) -> bool:
    try:
        return tables.behind(db)
    except (Problem, db.engine.Error):  # busy, read-only, damaged: what was found is told
        return False


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--make-key", type=click.Path(path_type=Path, dir_okay=False), help="Make a key for backups instead."
)
@told
def backup(folder: Path | None, make_key: Path | None) -> None:
    """Write one file with database, keys and settings; it needs no pause."""
    chosen = settings.load()
    if make_key:
        click.echo(f"BAOXUE_BACKUP_KEY={sealing.make_backup_key(chosen, make_key)}")
        click.echo(
            f"上面一行写进 /etc/baoxue.env。私钥在 {make_key}：拿到别处保管，不要留在这台机器上。", err=True
        )
        return
    try:
        db = open_house()
    except SettingsError as error:
        click.echo(f"没有备份：{error}", err=True)
        sys.exit(1)
    made = backups.backup(db, folder)
    click.echo(made.path)  # alone, for the program that copies it elsewhere
    click.echo(f"备份好了：{made.rows} 行，{made.size / 1e6:.1f} MB。", err=True)
    if not made.sealed:
        click.echo("注意：没有设置 BAOXUE_BACKUP_KEY，谁拿到这个文件都能看。", err=True)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--key", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="File of the private key."
)
@click.option(
    "--from-elsewhere", is_flag=True, help="Take what another house made, or another district or mode."
)
@click.option("--damaged", is_flag=True, help="Take it although verify finds faults in it.")
@told
def restore(file: Path, key: Path | None, from_elsewhere: bool, damaged: bool) -> None:
    """Put a backup in place; what was there is kept beside it. Stop the server first."""
    old = restoring.restore(
        settings.load(), file, key, from_elsewhere=from_elsewhere, damaged=damaged, tell=_tell
    )
    click.echo(f"已恢复。原来的数据在 {old}" if old else "已恢复。这里原来没有数据。")


def _tell(line: str) -> None:
    click.echo(line, err=True)


@click.command()
@click.option("--dry-run", is_flag=True, help="Only count what would be deleted now.")
@told
def purge(dry_run: bool) -> None:
    """Delete chat, messages and pictures older than 180 days, and drafts older than 7."""
    db = open_prepared()
    if not dry_run:
        click.echo(f"删除了 {retention.purge(db)} 行。")
        return
    due = {table: number for table, number in sorted(retention.overdue_rows(db).items()) if number}
    for table, number in due.items():
        click.echo(f"{table}\t{number}\t{terms.TABLES[table].what}（{terms.TABLES[table].term}）")
    click.echo(f"到期的共 {sum(due.values())} 行，没有删除。")


@click.command()
@told
def processing() -> None:
    """Write the list of processing activities: what is asked, why, how long it is kept, who sees it."""
    click.echo(activities.processing_list(open_prepared()), nl=False)


@click.command(name="rotate-keys")
@click.option(
    "--hash",
    "hashes",
    is_flag=True,
    help="Renew the key by which numbers are found, instead. Stop the server first.",
)
@click.option(
    "--session", "sessions", is_flag=True, help="Renew the key of cookies, instead: everybody signs in again."
)
@told
def rotate_keys(hashes: bool, sessions: bool) -> None:
    """Make a new data key and close every encrypted cell and file with it; the old keys stay for old backups."""
    chosen = settings.load()
    # Whoever serves has the old hash key in mind, and would file new numbers where nobody finds them.
    held = lock.hold_all(chosen, "不能换查找密钥") if hashes and chosen.database.exists() else []
    db = open_prepared()
    seals.establish(db, lambda: cells.keys_fit(db))
    if sessions:
        keys.replace_session_key(db.settings.keys)
        devices.revoke_everywhere(db, "command")  # their tokens are not under this key
        click.echo("登录密钥换好了。请重新启动服务，所有人要重新登录。")
    if hashes:
        if not seals.renewing_since(db):
            keys.add_hash_key(db.settings.keys)
        click.echo(f"查找密钥换好了，{blind.carry_over(open_house())} 个号码换了新的暗记。请重新启动服务。")
    if not (hashes or sessions):
        keys.add_key(db.settings.keys)
        click.echo(f"已换新密钥，重新加密 {cells.relock(open_house())} 格。")
    lock.release(held)
