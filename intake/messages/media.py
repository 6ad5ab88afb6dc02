"""Pictures and recordings that parents send: fetched within three days, kept encrypted beside the database.

The row is written with the message, the file comes later. A file lies under the id of its row, so
whatever has no row is swept away.
"""

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from intake.calendar import clock
from intake.errors import Missing, Unreadable
from intake.store import audit, health
from intake.store.db import Database, Row
from intake.store.ids import new_id
from intake.store.keys import write_private

FOLDER = "media"
TYPES = frozenset({"image", "voice", "video", "shortvideo"})
CAP = 10 * 1024 * 1024
"""Bytes of a file that is kept."""
MOST = 60
"""Files of one person in a day; more would fill the disk for all."""
LATELY = timedelta(days=1)
"""A picture sent before or between reports belongs to the one that is made within this time."""
TERM = timedelta(days=3)
"""How long the platform has it."""
LEASE = timedelta(minutes=5)
WORKER = "worker"

# What is not here is not kept: SVG and HTML could act in the browser of whoever looks at it.
_SIGNS = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (8, b"WAVE", "audio/wav"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"#!SILK", "audio/silk"),
    (1, b"#!SILK", "audio/silk"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\xff\xf2", "audio/mpeg"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypmif1", "image/heic"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftyp", "video/mp4"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that a worker is to fetch."""

    id: str
    media_id: str
    attempt: int


def sniff(data: bytes) -> str:
    """Give the MIME type that the bytes themselves show, or nothing for what is not kept."""
    return next((mime for at, sign, mime in _SIGNS if data[at : at + len(sign)] == sign), "")


def keep(db: Database, message_key: str, reporter: str, kind: str, media_id: str, report: str = "") -> str:
    """Note, in the transaction of its message, a file to be fetched; give its id, or nothing for other types."""
    if kind not in TYPES or not media_id:
        return ""
    key, now, since = new_id(), clock.stamp(db.now()), clock.stamp(db.now() - LATELY)
    (before,) = db.all("SELECT count(*) AS n FROM media WHERE reporter = ? AND at > ?", (reporter, since))
    state = "waiting" if before["n"] < MOST else "gone"
    db.run(
        "INSERT INTO media (id, message, reporter, type, media_id, report, state, attempts, due_at, at, file, mime, bytes)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, '', '', 0)",
        (
            key,
            message_key,
            reporter,
            kind,
            db.keys.lock(media_id, "media.media_id", key),
            report,
            state,
            now,
            now,
        ),
    )
    return key


def attach(db: Database, reporter: str, keys: Iterable[str], receipt: str) -> int:
    """Put the files of a reporter's messages to a report, in the caller's transaction; give how many.

    `keys` are messages.key. What belongs to a report already stays with it.
    """
    sql = "UPDATE media SET report = ? WHERE message = ? AND reporter = ? AND report = ''"
    return sum(db.run(sql, (receipt, key, reporter)).rowcount for key in keys)


def attach_lately(db: Database, reporter: str, receipt: str) -> None:
    """Put the files that a reporter sent in the last day to a report, in the caller's transaction."""
    db.run(
        "UPDATE media SET report = ? WHERE reporter = ? AND report = '' AND at > ?",
        (receipt, reporter, clock.stamp(db.now() - LATELY)),
    )


def files_of_report(db: Database, receipt: str) -> list[Row]:
    """List the files of a report: id, type, state (waiting, kept, gone), mime, bytes, at."""
    return db.all(
        "SELECT id, type, state, mime, bytes, at FROM media WHERE report = ? AND report <> '' ORDER BY id",
        (receipt,),
    )


def read_file(db: Database, key: str) -> tuple[bytes, str]:
    """Give a file and its MIME type; whoever shows it to somebody notes the look. Raises Missing, Unreadable."""
    row = db.one("SELECT file, mime FROM media WHERE id = ? AND state = 'kept'", (key,))
    try:
        sealed = (folder(db) / row["file"]).read_bytes() if row else b""
    except FileNotFoundError:
        row = None
    if row is None:
        raise Missing
    return db.keys.unseal(sealed, FOLDER, row["file"]), row["mime"]


def write_file(db: Database, key: str, data: bytes) -> None:
    """Lay a file down, sealed."""
    folder(db).mkdir(exist_ok=True, mode=0o700)
    write_private(folder(db) / key, db.keys.seal(data, FOLDER, key))


def claim(db: Database) -> Wanted | None:
    """Take the next file to fetch in hand; what the platform no longer has is given up."""
    now = clock.stamp(db.now())
    due = ("SELECT * FROM media WHERE state = 'waiting' AND due_at <= ? ORDER BY due_at, id LIMIT 1", (now,))
    if db.one(*due) is None or not roomy(db):
        return None
    past = clock.stamp(db.now() - TERM)
    with db.write():
        while row := db.one(*due):
            if row["at"] < past:
                gone(db, row["id"], "expired")
                continue
            try:
                media_id = db.keys.unlock(row["media_id"], "media.media_id", row["id"])
            except Unreadable:
                gone(db, row["id"], "unreadable")
                continue
            db.run(
                "UPDATE media SET due_at = ?, attempts = attempts + 1 WHERE id = ?",
                (clock.stamp(db.now() + LEASE), row["id"]),
            )
            return Wanted(row["id"], media_id, row["attempts"] + 1)
    return None


def store(db: Database, wanted: Wanted, data: bytes, actor: str = WORKER) -> bool:
    """Keep a fetched file, encrypted; tell whether it is one of the types that are kept."""
    mime = sniff(data)
    if not mime or len(data) > CAP:
        gone(db, wanted.id, "type" if not mime else "size")
        return False
    path = folder(db) / wanted.id
    write_file(db, wanted.id, data)
    _sync(path.parent)
    with db.write():
        done = db.run(
            "UPDATE media SET state = 'kept', file = ?, mime = ?, bytes = ? WHERE id = ? AND state = 'waiting'",
            (path.name, mime, len(data), wanted.id),
        )
        if done.rowcount:
            audit.note(db, actor, "media.kept", wanted.id)
    if not done.rowcount and not db.one("SELECT 1 FROM media WHERE id = ? AND state = 'kept'", (wanted.id,)):
        path.unlink(missing_ok=True)  # its message was deleted while we fetched
    return True


def again(db: Database, wanted: Wanted, wait: timedelta) -> None:
    """Fetch later."""
    with db.write():
        db.run(
            "UPDATE media SET due_at = ? WHERE id = ? AND attempts = ? AND state = 'waiting'",
            (clock.stamp(db.now() + wait), wanted.id, wanted.attempt),
        )


def gone(db: Database, key: str, why: str) -> None:
    """Give a file up; `why` is one word or a code of the platform."""
    with db.write():
        done = db.run("UPDATE media SET state = 'gone' WHERE id = ? AND state = 'waiting'", (key,))
        if done.rowcount:
            audit.note(db, WORKER, "media.gone", key, why)


def forget(db: Database, reporter: str, kept: str) -> list[str]:
    """Delete somebody's rows on leaving the account, but not those of a report; `remove` follows the commit.

    `kept` is the condition of messages that stay (see `triage.KEPT`); their files stay with them.
    """
    sql = (
        "DELETE FROM media WHERE reporter = ? AND report = ''"  # noqa: S608
        f" AND NOT {kept.format('media.message')} RETURNING id"
    )
    return [row["id"] for row in db.run(sql, (reporter,)).fetchall()]


def remove(db: Database, keys: Iterable[str]) -> None:
    """Remove the files of rows that are deleted."""
    for key in keys:
        (folder(db) / key).unlink(missing_ok=True)


def purge(db: Database, before: str, kept: str, freed: str) -> int:
    """Delete what is older than a stamp or whose message is `freed`, and belongs to no report; `sweep` follows the commit."""
    message, of = "media.message", ("id",)
    gone = db.prune("media", of, f"at < ? AND report = '' AND NOT {kept.format(message)}", (before,))
    return gone + db.prune("media", of, f"report = '' AND {freed.format(message)}")


def sweep(db: Database) -> int:
    """Remove the files that have no row, after the deletion of rows is committed; give how many."""
    # The listing comes first: a file's row is there before the file.
    files = list(folder(db).iterdir()) if folder(db).is_dir() else []
    known = {row["id"] for row in db.all("SELECT id FROM media WHERE state <> 'gone'")} if files else set()
    lost = [path for path in files if path.name.removeprefix(".").removesuffix(".new") not in known]
    for path in lost:
        path.unlink(missing_ok=True)
    return len(lost)


def unreadable(db: Database) -> list[str]:
    """Give the files that are missing, and how many no key opens."""
    found, closed = [], 0
    for row in db.each("SELECT id, file FROM media WHERE state = 'kept'"):
        try:
            read_file(db, row["id"])
        except Missing:
            found.append(f"media/{row['file']} 不在")
        except Unreadable:
            closed += 1
    return [*found, f"media × {closed}"] if closed else found


def relock(db: Database) -> int:
    """Close every file with the newest key; give how many. Raises Unreadable."""
    done = 0
    for row in db.all("SELECT file FROM media WHERE state = 'kept'"):
        path = folder(db) / row["file"]
        try:
            write_file(db, row["file"], db.keys.unseal(path.read_bytes(), FOLDER, row["file"]))
            done += 1
        except FileNotFoundError:  # deleted meanwhile; `unreadable` tells of one that is lost
            continue
    return done


def roomy(db: Database) -> bool:
    """Tell whether the disk has room for another file."""
    return shutil.disk_usage(db.settings.data).free >= health.ROOM + CAP


def folder(db: Database) -> Path:
    """Give the directory of the files."""
    return db.settings.data / FOLDER


def _sync(directory: Path) -> None:
    """Wait until a new name in a directory is on the disk."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
