"""Files that staff send to the desk: kept encrypted for 7 days, for the one who sent them and nobody else.

The file lies where pictures lie (intake.messages.media), its row's `report` is the upload's id, so that backups, new
keys and verify know it like every other. `purpose` says what it came for: one of PURPOSES.
"""

from dataclasses import dataclass
from datetime import timedelta

from intake.calendar import clock
from intake.errors import Missing, Refused
from intake.messages import media
from intake.people.accounts import Person
from intake.store import audit
from intake.store.db import Database, Row
from intake.store.ids import new_id

TERM = timedelta(days=7)
"""How long a file is kept."""
CAP = 20 * 1024 * 1024
"""Bytes of a file."""
MOST = 50
"""Files of one person that are kept at the same time; the oldest makes room."""
PURPOSES = frozenset(
    {
        "schools",
        "roster",
        "staff",
        "xueji",
        "huji",
        "poor",
        "juzhuzheng",
        "aid",
        "beds",
        "return",
        "transfers",
    }
)
TYPE, MIME = "upload", "application/octet-stream"
FIELD = "file"
"""Under which name a form sends the file."""
_NAMED = 120


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent: what for, under which name, when, until when it is kept, and what it is about.

    `about` is a code that whoever sent it chose beside it: the school of a list.
    """

    id: str
    purpose: str
    name: str
    at: str
    expires: str
    about: str = ""


def keep_upload(db: Database, by: Person, purpose: str, name: str, data: bytes, about: str = "") -> str:
    """Keep a file and give its id. Raises Refused at the file where it is empty or too large, or the disk is full."""
    if purpose not in PURPOSES:
        raise ValueError(purpose)
    if not data:
        raise Refused("还没有选文件，或者文件是空的。请先选一个文件。", FIELD)
    if len(data) > CAP:
        raise Refused(f"文件太大了，最多 {CAP // 1024 // 1024} MB。请删掉图片和用不着的表，再传。", FIELD)
    if not media.roomy(db):
        raise Refused("系统现在存不下文件，请过一会儿再传。", FIELD)
    key = _expect(db, by, purpose, name, len(data), about)
    media.write_file(db, key, data)
    with db.write():
        db.run("UPDATE media SET state = 'kept' WHERE id = ?", (key,))
        audit.note(db, by.actor, "upload.kept", key, purpose)
    return key


def upload_of(db: Database, key: str, by: Person, *purposes: str) -> Upload:
    """Give a file that somebody sent for one of some purposes. Raises Missing: also for what another sent."""
    row = db.one("SELECT * FROM uploads WHERE id = ? AND staff = ? AND expires > ?", (key, by.id, _now(db)))
    if row is None or row["purpose"] not in purposes:
        raise Missing
    return _upload(db, row)


def uploads_of(db: Database, by: Person, *purposes: str) -> list[Upload]:
    """Give the files that somebody sent for some purposes and that are kept still, the newest first."""
    rows = db.all(
        "SELECT * FROM uploads WHERE staff = ? AND expires > ? ORDER BY at DESC, id DESC", (by.id, _now(db))
    )
    return [_upload(db, row) for row in rows if row["purpose"] in purposes]


def data_of(db: Database, upload: Upload) -> bytes:
    """Give the bytes of a file. Raises Missing, Unreadable."""
    return media.read_file(db, upload.id)[0]


def drop_upload(db: Database, upload: Upload, by: Person) -> None:
    """Delete a file before its time."""
    with db.write():
        _forget(db, upload.id)
        audit.note(db, by.actor, "upload.deleted", upload.id, upload.purpose)
    media.remove(db, [upload.id])


def purge_uploads(db: Database) -> int:
    """Delete the rows of files that are past their time; the sweep of files follows. Raises Busy."""
    now = (_now(db),)
    db.prune("media", ("id",), "id IN (SELECT media FROM uploads WHERE expires <= ?)", now)
    return db.prune("uploads", ("id",), "expires <= ?", now)


def _expect(db: Database, by: Person, purpose: str, name: str, size: int, about: str) -> str:
    """Enter the rows before their file, which would be swept without; a crash between the two leaves no file."""
    key, now = new_id(), db.now()
    at, until = clock.stamp(now), clock.stamp(now + TERM)
    row = (key, by.id, purpose, db.keys.lock(name[:_NAMED], "uploads.name", key), at, key, until, about)
    with db.write():
        dropped = _make_room(db, by)
        db.run(
            "INSERT INTO media (id, message, reporter, type, media_id, report, state, attempts, due_at, at, file, mime,"
            " bytes, digest) VALUES (?, '', '', ?, '', ?, 'waiting', 1, ?, ?, ?, ?, ?, '')",
            (key, TYPE, key, clock.stamp(now + media.LEASE), at, key, MIME, size),
        )
        db.run(
            "INSERT INTO uploads (id, staff, purpose, name, at, media, expires, about)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            row,
        )
    media.remove(db, dropped)
    return key


def _make_room(db: Database, by: Person) -> list[str]:
    """Delete the rows of the oldest files of who sends too many; give their ids."""
    kept = db.all("SELECT id FROM uploads WHERE staff = ? ORDER BY at DESC, id DESC", (by.id,))
    old = [str(row["id"]) for row in kept[MOST - 1 :]]
    for key in old:
        _forget(db, key)
    return old


def _forget(db: Database, key: str) -> None:
    db.run("DELETE FROM uploads WHERE id = ?", (key,))
    db.run("DELETE FROM media WHERE id = ? AND type = ?", (key, TYPE))


def _upload(db: Database, row: Row) -> Upload:
    name = db.keys.unlock_or_say(row["name"], "uploads.name", row["id"])
    return Upload(row["id"], row["purpose"], name, row["at"], row["expires"], row["about"])


def _now(db: Database) -> str:
    return clock.stamp(db.now())
