"""A backup put in place: unpacked aside, judged, told, and only then moved in."""

import os
import shutil
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from intake.calendar import clock
from intake.errors import Busy, Problem, Refused, SettingsError
from intake.house import blind, cells, verify
from intake.house.keeping import backups, leftovers, lock, sealing, signing
from intake.kinds import tables
from intake.settings import Settings, load, read_outside
from intake.store import seals
from intake.store.db import Database
from intake.store.gate import Gate

SIDE = ("baoxue.db-wal", "baoxue.db-shm", "checkpoint.mark")
"""What belongs to the database that goes: the mark, too, for whoever still has that open holds it."""
TURN = 10.0
"""Seconds that a restore waits for a change under way."""
PLACE = "这个备份不含密钥。请先把密钥文件放进 {}（BAOXUE_KEYS），再恢复。"


class House(NamedTuple):
    """What stands in a directory: whether for real, of which district, how many reports, up to when."""

    mode: str
    district: str
    reports: int
    newest: str

    @property
    def code(self) -> str:
        """Give the district's code."""
        return self.district.split()[-1]

    def __str__(self) -> str:
        kind = "演示" if self.mode == "demo" else "正式"
        newest = f"，最新的一份是 {self.newest} 收到的" if self.newest else ""
        return f"{kind}，{self.district}，{self.reports} 份报告{newest}"


def restore(
    settings: Settings, file: Path, key: Path | None = None, *,
    from_elsewhere: bool = False, damaged: bool = False, tell: Callable[[str], object] = str,
) -> Path | None:  # fmt: skip
    """Check a backup in a scratch directory, then put it in place; give where the old data went, None if there was none.

    Raises Refused where a server or worker runs, the file is no whole backup, or comes from elsewhere; Busy.
    """
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    held = lock.hold_all(settings, "现在不能恢复")
    try:
        leftovers.sweep_leftovers(settings)
        with backups.told_when_full(), leftovers.scratch_folder(settings.data, ".restore-") as scratch:
            new = scratch / "new"
            new.mkdir(mode=0o700)
            _unpack(file, scratch, new, key)
            said = signing.read_list(new)
            keys = _keys(settings, new)
            found = _opened(replace(settings, data=new, keys=keys), said, damaged, tell)
            tell(f"备份里是：{found}。")
            foreign = list(_foreign(settings, said, new, found, key, tell))
            if foreign and not from_elsewhere:
                raise Refused(f"{'；'.join(foreign)}。没有恢复。确实要用它，请加 --from-elsewhere。")
            return _put_in_place(settings, new)
    finally:
        lock.release(held)


def _unpack(file: Path, scratch: Path, into: Path, key: Path | None) -> None:
    try:
        with file.open("rb") as source:
            if source.peek(len(sealing.MAGIC)).startswith(sealing.MAGIC):
                sealing.open_backup(source, scratch / "packed", key)
                with (scratch / "packed").open("rb") as opened:
                    _extract(opened, into)
            else:
                _extract(source, into)
    except OSError as error:
        if error.errno in backups.NO_ROOM:
            raise
        raise Refused("这个文件不是完整的备份。") from None
    except (tarfile.TarError, EOFError, ValueError):
        raise Refused("这个文件不是完整的备份。") from None
    if not (into / "baoxue.db").is_file():
        raise Refused("这个文件里没有数据库或密钥。")
    for one in (into, *into.rglob("*")):  # whatever they were: nobody else reads what is put in place
        one.chmod(0o700 if one.is_dir() else 0o600)


def _extract(source: BinaryIO, into: Path) -> None:
    with tarfile.open(fileobj=source, mode="r|gz") as tar:
        tar.extractall(into, filter="data")


def _keys(settings: Settings, new: Path) -> Path:
    """Give where the keys lie that open the backup. Raises Refused."""
    if (new / "keys" / "data.keys").exists():
        stay = settings.keys_apart and _open_all_of(settings.keys, new / "keys")
        return settings.keys if stay else new / "keys"
    if not settings.keys_apart:
        if (new / signing.LIST).exists():
            raise Refused(PLACE.format("BAOXUE_KEYS 指的文件夹，并设置好它").replace("（BAOXUE_KEYS）", ""))
        raise Refused("这个文件里没有数据库或密钥。")
    if not (settings.keys / "data.keys").exists():
        raise Refused(PLACE.format(settings.keys))
    return settings.keys


def _opened(settings: Settings, said: dict[str, Any], damaged: bool, tell: Callable[[str], object]) -> House:
    """Open what was unpacked, brought up to date, and judge it. Raises Refused."""
    db = Database(settings)
    try:
        _bring_up_to_date(db)
        wrong = verify.faults(db)
        house = _house(db, said)
    except (db.engine.Error, Busy, SettingsError):
        raise Refused("这个备份有问题：数据库或密钥打不开") from None
    finally:
        db.close()
    if wrong and not damaged:
        raise Refused(
            f"这个备份有问题：{wrong[0]}（共 {len(wrong)} 处）。只有它了，也要恢复，请加 --damaged。"
        )
    for one in wrong:
        tell(f"有问题：{one}")
    return house


def _bring_up_to_date(db: Database) -> None:
    """Give an older backup today's shape before it is judged: tables, seals if there were none, hashes under today's key."""
    with db.schema() as schema:
        sealed = "seals" in schema.tables()
    tables.prepare(db)
    if not sealed:
        seals.establish(db, lambda: cells.keys_fit(db))
    blind.carry_over(db)


def _house(db: Database, said: dict[str, Any]) -> House:
    """Tell what a directory holds; what `said` does not say stands in its own settings."""
    own = load({"DATA": db.settings.data}, {})
    row = db.one("SELECT count(*) AS reports, max(received_at) AS newest FROM reports")
    newest = f"{clock.local(row['newest']):%Y-%m-%d %H:%M}" if row and row["newest"] else ""
    mode, district = str(said.get("mode", own.mode)), str(said.get("district", own.district))
    return House(mode, district, row["reports"] if row else 0, newest)


def _foreign(
    settings: Settings, said: dict[str, Any], new: Path, found: House, key: Path | None,
    tell: Callable[[str], object],
) -> Iterator[str]:  # fmt: skip
    """Say why a backup does not belong here: made by another house, of another district, a demonstration or not."""
    lived_in = _is_lived_in(settings)
    known, signer = signing.known_signers(settings, key), str(said.get("signer", ""))
    ours = signer in known or _shares_key(settings.keys, new / "keys")
    if ours:
        tell("签名：是这里做的备份。" if signer else "没有签名（旧版本做的），密钥和这里的一样。")
    elif (signer and known) or lived_in:
        yield f"这个备份是别处做的（签名 {signer[:16]}）" if signer else "这个备份没有签名，密钥也不是这里的"
    else:
        tell(f"签名：{signer[:16]}，这里没有可以核对的。" if signer else "没有签名（旧版本做的）。")
    outside = read_outside()
    if (lived_in or "MODE" in outside) and found.mode != settings.mode:
        yield "备份是演示数据，这里是正式运行" if found.mode == "demo" else "备份是正式数据，这里是演示"
    if (lived_in or "DISTRICT" in outside) and found.code != settings.district_code:
        yield f"备份是{found.district}的，这里是{settings.district}"


def _is_lived_in(settings: Settings) -> bool:
    """Tell whether there is anything that a restore would take out of use; what cannot be read counts."""
    if not settings.database.exists():
        return False
    with closing(Database(settings)) as db:
        try:
            return any(db.one(f"SELECT 1 FROM {name} LIMIT 1") for name in ("reports", "staff", "children"))  # noqa: S608
        except (db.engine.Error, Problem):
            return True


def _shares_key(here: Path, there: Path) -> bool:
    """Tell whether both have a key in common by which values are found: it has never left the house."""
    with suppress(OSError):
        return bool(
            set((here / "hash.key").read_text().split()) & set((there / "hash.key").read_text().split())
        )
    return False


def _open_all_of(here: Path, there: Path) -> bool:
    """Tell whether the keys of a folder are those of another, or what they became by being renewed."""
    with suppress(OSError):
        return all(
            set((there / name).read_text().split()) <= set((here / name).read_text().split())
            for name in ("data.keys", "hash.key")
        )
    return False


def _put_in_place(settings: Settings, new: Path) -> Path | None:
    """Move what is there aside, and the new in; the database goes first and comes last, so that it is never half one's."""
    kept = [name for name in backups.KEPT if name != "keys" or not settings.keys_apart]
    there = [name for name in (*kept, *SIDE) if (settings.data / name).exists()]
    old = _aside(settings) if there else None
    with _alone(settings):
        for name in there if old else ():
            (settings.data / name).rename(old / name)  # type: ignore[operator]
        if settings.keys_apart:
            _lay_apart(settings, new / "keys", old)
        for name in reversed(kept):
            if (new / name).exists():
                (new / name).rename(settings.data / name)
        handle = os.open(settings.data, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
    return old


def _aside(settings: Settings) -> Path:
    """Make a folder for the old data, of a name that no other has."""
    base = settings.data / f"before-restore-{clock.here():%Y%m%d-%H%M%S}"
    for number in range(100):
        path = base if not number else base.with_name(f"{base.name}-{number}")
        with suppress(FileExistsError):
            path.mkdir(mode=0o700)
            return path
    raise Refused(f"{base} 已经有了，请过一秒再试。")


def _lay_apart(settings: Settings, keys: Path, old: Path | None) -> None:
    """Bring keys that a backup holds to where keys lie here, unless those here do as well; the old ones are kept."""
    if not keys.is_dir() or _open_all_of(settings.keys, keys):
        return
    if settings.keys.is_dir() and old:
        shutil.copytree(settings.keys, old / "keys")
    settings.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    for one in keys.iterdir():
        shutil.copyfile(one, settings.keys / one.name)
        (settings.keys / one.name).chmod(0o600)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Let no command write while files change places. Raises Busy."""
    gate = Gate(settings.data)
    gate.enter(time.monotonic() + TURN)
    try:
        yield
    finally:
        gate.leave()
