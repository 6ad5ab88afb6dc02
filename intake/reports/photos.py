"""Pictures that a page sends with a report: looked at by content, drawn anew without where they were taken, kept."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from threading import BoundedSemaphore

from PIL import Image, ImageOps

from intake.calendar import clock
from intake.errors import Missing, Refused
from intake.kinds import KINDS
from intake.kinds.envelope import Envelope
from intake.messages import media
from intake.people.accounts import Person
from intake.people.scope import Scope, narrow
from intake.reports.looking import looks
from intake.store import audit
from intake.store.db import Database, Row
from intake.store.ids import new_id

CAP = 12 * 1024 * 1024
"""Bytes of a picture as a phone sends it."""
PIXELS = 40_000_000
SIDE = 2000
QUALITY = 82
LATELY = timedelta(days=30)
PATIENCE = 20.0
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF"}

# An open picture takes up to 300 MB; a class that sends at the same time must not take the house down.
_turn = BoundedSemaphore(2)


def add(db: Database, report: Envelope, data: bytes, *, actor: str) -> None:
    """Keep a picture with a report; the same one sent twice is one. Raises Refused."""
    most = KINDS[report.kind].photos
    if not data:
        raise Refused("还没有选照片，请先选一张。")
    digest = db.keys.digest("photo", hashlib.sha256(data).hexdigest())
    if _known(db, report.receipt, digest):
        return
    if _others(db, report.receipt, digest) >= most:
        raise Refused(_full(most))
    if not media.roomy(db):
        raise Refused("系统现在存不下照片，请过一会儿再试，或者拿着照片给老师看。")
    clean = redrawn(data)
    with db.write():
        if _known(db, report.receipt, digest):
            return
        if _others(db, report.receipt, digest) >= most:
            raise Refused(_full(most))
        wanted = _expect(db, report, digest)
    media.store(db, wanted, clean, actor)
    if not _settled(db, wanted.id, report.receipt, digest):
        raise Refused("照片没有存好，请再发一次。")


def redrawn(data: bytes) -> bytes:
    """Give a JPEG of what the bytes show, upright, at most SIDE wide and high, and nothing else. Raises Refused."""
    kind = media.sniff(data)
    if kind == "image/heic":
        raise Refused("这张照片是 HEIC 格式，这里打不开。请在手机上打开照片，截个屏，再发截图。")
    if kind not in FORMATS:
        raise Refused("这个文件不是照片。请从相册里选一张照片，或者现拍一张。")
    with _slot():
        try:
            return _drawn(data, FORMATS[kind])
        except Refused:
            raise
        except Exception:  # whatever a decoder makes of a broken or hostile file
            raise Refused("这张照片打不开，可能没有传完整。请再发一次，或者换一张。") from None


def count(db: Database, receipt: str) -> int:
    """Count the pictures that pages sent with a report."""
    return _others(db, receipt, "")


def recent(db: Database, scope: Scope) -> list[Row]:
    """List the reports of a scope with pictures of the last days, the newest first: receipt, kind, received_at, n."""
    within, codes = narrow(scope)
    return db.all(
        "SELECT r.receipt, r.kind, r.received_at, count(*) AS n FROM reports r JOIN media m ON m.report = r.receipt"  # noqa: S608
        f" WHERE r.received_at > ? AND m.type = 'image' AND m.state = 'kept' AND {within}"
        " GROUP BY r.id, r.receipt, r.kind, r.received_at ORDER BY r.received_at DESC, r.id DESC",
        (clock.stamp(db.now() - LATELY), *codes),
    )


def photos_of_report(db: Database, receipt: str) -> list[Row]:
    """List the pictures of a report that are there: id, at."""
    return [
        one for one in media.files_of_report(db, receipt) if (one["type"], one["state"]) == ("image", "kept")
    ]


def look(db: Database, receipt: str, key: str, person: Person) -> tuple[bytes, str]:
    """Give a picture of a report and its MIME type, and note the look. Raises Missing, Unreadable."""
    looks.report_seen(db, receipt, person)
    if key not in {one["id"] for one in photos_of_report(db, receipt)}:
        raise Missing
    found = media.read_file(db, key)
    with db.write():
        audit.note(db, person.actor, "media.read", key)
    return found


def _drawn(data: bytes, kind: str) -> bytes:
    with _opened(data, kind) as image:
        image.verify()
    with _opened(data, kind) as image:
        image.draft("RGB", (SIDE, SIDE))  # a JPEG is read at a fraction of its size where that is enough
        image.load()
        shown = image if image.mode in ("RGB", "RGBA", "L") else image.convert("RGBA")
        shown.thumbnail((SIDE, SIDE))
        shown = ImageOps.exif_transpose(shown)
        # A new sheet: what hangs on the old one (place, time, profile, comment, thumbnail) stays behind.
        sheet = Image.new("RGB", shown.size, "white")
        sheet.paste(shown, mask=shown.getchannel("A") if shown.mode == "RGBA" else None)
    out = BytesIO()
    sheet.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


@contextmanager
def _opened(data: bytes, kind: str) -> Iterator[Image.Image]:
    too_large = Refused("这张照片太大了（超过 4000 万像素）。请截个屏，再发截图。")
    try:
        image = Image.open(BytesIO(data), formats=[kind])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise too_large from None
    with image:
        if image.width * image.height > PIXELS:
            raise too_large
        yield image


@contextmanager
def _slot() -> Iterator[None]:
    if not _turn.acquire(timeout=PATIENCE):
        raise Refused("现在传照片的人多，请过一分钟再发一次。")
    try:
        yield
    finally:
        _turn.release()


def _others(db: Database, receipt: str, digest: str) -> int:
    """Count those that are not the one of a digest: what is sent again while it is still read is no fourth."""
    sql = "SELECT count(*) AS n FROM media WHERE report = ? AND digest <> ? AND state <> 'gone'"
    (found,) = db.all(sql, (receipt, digest))
    return int(found["n"])


def _known(db: Database, receipt: str, digest: str) -> bool:
    sql = "SELECT 1 FROM media WHERE report = ? AND digest = ? AND state = 'kept'"
    return db.one(sql, (receipt, digest)) is not None


def _expect(db: Database, report: Envelope, digest: str) -> media.Wanted:
    """Enter the row of a picture before its file, which would be swept without one.

    A crash between the two leaves a row that nothing can be fetched for: its lease ends, and it is given up.
    """
    wanted, now = media.Wanted(new_id(), "", 1), db.now()
    db.run(
        "INSERT INTO media (id, message, reporter, type, media_id, report, state, attempts, due_at, at, file,"
        " mime, bytes, digest) VALUES (?, '', ?, 'image', '', ?, 'waiting', 1, ?, ?, '', '', 0, ?)",
        (
            wanted.id,
            report.reporter,
            report.receipt,
            clock.stamp(now + media.LEASE),
            clock.stamp(now),
            digest,
        ),
    )
    return wanted


def _settled(db: Database, key: str, receipt: str, digest: str) -> bool:
    """Tell whether a picture is kept; of two that came at the same moment the last to finish goes."""
    with db.write():
        kept = [row["id"] for row in db.all(
            "SELECT id FROM media WHERE report = ? AND digest = ? AND state = 'kept'", (receipt, digest)
        )]  # fmt: skip
        twin = key in kept and len(kept) > 1
        if twin:
            db.run("DELETE FROM media WHERE id = ?", (key,))
    if twin:
        media.remove(db, [key])
    return bool(kept)


def _full(most: int) -> str:
    return f"这件事已经有 {most} 张照片了，不能再加。"
