"""One file that brings everything back: database, keys, settings, and the answers that the bureau has edited."""

import errno
import fcntl
import io
import os
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from intake.calendar import clock
from intake.errors import Refused, Unwritable
from intake.house import cells
from intake.house.keeping import leftovers, sealing, signing
from intake.language.patterns import regex
from intake.messages import media
from intake.settings import Settings
from intake.store import audit
from intake.store.db import Database
from intake.talks import faq

KEPT = ("baoxue.db", "baoxue.toml", faq.FILE, "keys", "media")
FULL = "磁盘满了，没有办成，什么都没有留下。请清出空间，或换一个文件夹，再试一次。"
_NAME = regex(r"baoxue-\d{8}-\d{6}-([0-9a-f]{12})\.tar\.gz(\.age)?")
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Made(NamedTuple):
    """A backup: where it is, how many rows and bytes it holds, and whether only a private key opens it."""

    path: Path
    rows: int
    size: int
    sealed: bool


def backup(db: Database, folder: Path | None = None) -> Made:
    """Write baoxue-<time>-<head of the audit>.tar.gz, whole or not at all, while the server runs.

    It holds the keys, unless they lie apart; with BAOXUE_BACKUP_KEY it is encrypted. Raises Refused where what is copied
    is damaged, SettingsError where production would write it in the clear.
    """
    settings = db.settings
    sealing.require_backup_key(settings)
    folder = folder or settings.data / "backups"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    leftovers.sweep_leftovers(settings, folder)
    with told_when_full(), leftovers.scratch_folder(settings.data, ".backup-") as scratch:
        db.engine.copy(scratch / "baoxue.db")
        rows, head = _packed(db, scratch)
        path = folder / f"baoxue-{clock.here():%Y%m%d-%H%M%S}-{head}.tar.gz"
        if settings.backup_key:
            path = path.with_name(path.name + ".age")
        with _draft(path) as file:
            if settings.backup_key:
                sealing.seal_backup(settings, scratch / "packed", file)
            else:
                with (scratch / "packed").open("rb") as packed:
                    while piece := packed.read(signing.PIECE):
                        file.write(piece)
    return Made(path, rows, path.stat().st_size, bool(settings.backup_key))


def newest_head(settings: Settings) -> tuple[str, str]:
    """Give the newest backup of the house's own folder, and where the audit stood when it was made; empty if none."""
    folder = settings.data / "backups"
    found = (
        sorted(one.name for one in folder.iterdir() if _NAME.fullmatch(one.name)) if folder.is_dir() else []
    )
    match = _NAME.fullmatch(found[-1]) if found else None
    return (match[0], match[1]) if match else ("", "")


@contextmanager
def told_when_full() -> Iterator[None]:
    """Say in a sentence that there was no room. Raises Refused."""
    try:
        yield
    except Unwritable:
        raise Refused(FULL) from None
    except OSError as error:
        if error.errno in NO_ROOM:
            raise Refused(FULL) from None
        raise


def _packed(db: Database, scratch: Path) -> tuple[int, str]:
    """Pack the copy and what belongs to it, listed and signed; give its rows and the head of its audit. Raises Refused."""
    digests: dict[str, str] = {}
    settings = db.settings
    handle = os.open(scratch / "packed", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file, tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as tar:
        signing.signer_of(settings)  # its key is one of those that are packed
        for name in ("baoxue.toml", faq.FILE):
            _add(tar, settings.data / name, name, digests)
        if not settings.keys_apart:
            for one in sorted(settings.keys.glob("[!.]*")):
                _add(tar, one, f"keys/{one.name}", digests)
        for one in sorted(media.folder(db).glob("*")):
            _add(tar, one, f"media/{one.name}", digests)
        files = {one.removeprefix("media/") for one in digests if one.startswith("media/")}
        rows, content = _matched(settings, scratch, files)
        _add(tar, scratch / "baoxue.db", "baoxue.db", digests)
        for name, said in signing.signed_list(settings, {**content, "files": digests}).items():
            about = tarfile.TarInfo(name)
            about.size, about.mode, about.mtime = len(said), 0o600, int(clock.here().timestamp())
            tar.addfile(about, io.BytesIO(said))
    return rows, str(content["audit"])


def _add(tar: tarfile.TarFile, path: Path, name: str, digests: dict[str, str]) -> None:
    """Put a file in, unless it was deleted while we look, and its digest beside it."""
    with suppress(FileNotFoundError), path.open("rb") as file:
        about = tar.gettarinfo(arcname=name, fileobj=file)
        about.mode, about.uid, about.gid, about.uname, about.gname = 0o600, 0, 0, "", ""
        hashed = signing.Hashed(file)
        tar.addfile(about, hashed)
        digests[name] = hashed.hexdigest()


def _matched(settings: Settings, scratch: Path, files: set[str]) -> tuple[int, dict[str, Any]]:
    """Let the copied database miss no file, see that it is sound; give its rows and what is told of it. Raises Refused."""
    with closing(Database(replace(settings, data=scratch))) as copy:
        _refuse_damaged(copy)
        with copy.schema() as schema:
            names = schema.tables()
        if "media" in names:  # what was deleted since it was copied is gone
            kept = {row["file"] for row in copy.all("SELECT file FROM media WHERE state = 'kept'")}
            with copy.write():
                for one in kept - files:
                    copy.run("UPDATE media SET state = 'gone' WHERE file = ?", (one,))
        rows = sum(copy.all(f"SELECT count(*) FROM {name}")[0][0] for name in names)  # noqa: S608
        told = {
            "version": 1, "mode": settings.mode, "district": settings.district, "made_at": clock.stamp(copy.now()),
            "audit": audit.head(copy), "keys": "apart" if settings.keys_apart else "inside",
        }  # fmt: skip
    return rows, told


def _refuse_damaged(copy: Database) -> None:
    """See that the file is whole and the keys fit it. Raises Refused."""
    try:
        found = list(copy.engine.faults())
        foreign = not found and cells.keys_fit(copy) is False
    except copy.engine.Error as error:
        found, foreign = [type(error).__name__], False
    if found:
        raise Refused(
            f"数据库损坏，没有备份，以前的备份请留好：{found[0]}。请运行 baoxue verify，需要时从以前的备份恢复。"
        )
    if foreign:
        raise Refused(f"{copy.settings.keys} 里的密钥打不开这个数据库，没有备份。请先放回原来的密钥。")


@contextmanager
def _draft(path: Path) -> Iterator[Any]:
    """Lend a file that becomes `path` once it is whole and on the disk; who sweeps sees that it is in use."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
