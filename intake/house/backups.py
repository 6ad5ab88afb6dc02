"""One file that brings everything back: database, keys, settings, and the answers that the bureau has edited."""

import io
import os
import shutil
import tarfile
import tempfile
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from intake.calendar import clock
from intake.errors import Busy, Refused, SettingsError
from intake.house import verify
from intake.kinds import tables
from intake.messages import media
from intake.settings import Settings
from intake.store.db import Database
from intake.talks import faq

KEPT = ("baoxue.db", "baoxue.toml", faq.FILE, "keys", "media")


class Made(NamedTuple):
    """A backup: where it is, how many rows and bytes it holds."""

    path: Path
    rows: int
    size: int


def backup(db: Database, folder: Path | None = None) -> Made:
    """Write baoxue-<time>.tar.gz, whole or not at all, while the server runs.

    It holds the keys, so it must be kept as safely as the server itself.
    """
    folder = folder or db.settings.data / "backups"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"baoxue-{clock.here():%Y%m%d-%H%M%S}.tar.gz"
    draft = folder / f".{path.name}.{os.getpid()}"
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        copy = Path(scratch) / "baoxue.db"
        db.engine.copy(copy)
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                with tarfile.open(fileobj=file, mode="w:gz") as tar:
                    for name in KEPT[1:-1]:
                        if (db.settings.data / name).exists():
                            tar.add(db.settings.data / name, name)
                    rows = _match(replace(db.settings, data=copy.parent), _media(tar, media.folder(db)))
                    tar.add(copy, "baoxue.db")
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    return Made(path, rows, path.stat().st_size)


def _media(tar: tarfile.TarFile, folder: Path) -> set[str]:
    """Put the files of the chat in, as far as they are still there; give their names."""
    found = set()
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        with suppress(FileNotFoundError):  # deleted while we look
            tar.add(path, f"media/{path.name}")
            found.add(path.name)
    return found


def _match(copied: Settings, files: set[str]) -> int:
    """Let the copied database miss no file: what was deleted since it was copied is gone. Give its rows."""
    with closing(Database(copied)) as copy:
        with copy.schema() as schema:
            names = schema.tables()
        if "media" in names:
            kept = {row["file"] for row in copy.all("SELECT file FROM media WHERE state = 'kept'")}
            with copy.write():
                for one in kept - files:
                    copy.run("UPDATE media SET state = 'gone' WHERE file = ?", (one,))
        return sum(copy.all(f"SELECT count(*) FROM {name}")[0][0] for name in names)  # noqa: S608


def restore(settings: Settings, file: Path) -> Path | None:
    """Check a backup in a scratch directory, then put it in place; give where the old data went, None if there was none.

    Raises Refused. The server must not be running.
    """
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    scratch = Path(tempfile.mkdtemp(prefix=".restore-", dir=settings.data))
    try:
        try:
            with tarfile.open(fileobj=io.BytesIO(file.read_bytes()), mode="r:gz") as tar:
                tar.extractall(scratch, filter="data")
        except (tarfile.TarError, OSError, EOFError):
            raise Refused("这个文件不是完整的备份。") from None
        if not (scratch / "baoxue.db").exists() or not (scratch / "keys").is_dir():
            raise Refused("这个文件里没有数据库或密钥。")
        if found := _faults(replace(settings, data=scratch)):
            raise Refused(f"这个备份有问题：{found[0]}")
        there = [
            name for name in (*KEPT, "baoxue.db-wal", "baoxue.db-shm") if (settings.data / name).exists()
        ]
        old = settings.data / f"before-restore-{clock.here():%Y%m%d-%H%M%S}"
        if there:
            old.mkdir(mode=0o700)
        for name in there:
            (settings.data / name).rename(old / name)
        for name in KEPT:
            if (scratch / name).is_dir():
                (scratch / name).chmod(0o700)  # unpacked as others may read it, whatever it was
            if (scratch / name).exists():
                (scratch / name).rename(settings.data / name)
        return old if there else None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _faults(settings: Settings) -> list[str]:
    db = Database(settings)
    try:
        tables.prepare(db)  # an older backup is brought up to date before it is judged
        return verify.faults(db)
    except (db.engine.Error, Busy, SettingsError):
        return ["数据库或密钥打不开"]
    finally:
        db.close()
