"""Files of a case: pictures drawn anew without where they were taken, PDF as it came; kept encrypted like all pictures.

A row of `media` says in `report` what its file belongs to: a receipt, or, of these, the id of a case.
"""

from collections.abc import Mapping
from typing import Any

from intake.calendar import clock
from intake.cases import work
from intake.cases.case import Case, CaseEvent
from intake.errors import Invalid, Missing, Problem, Refused
from intake.messages import media
from intake.people.accounts import Person
from intake.reports import photos
from intake.store import audit
from intake.store.db import Database, Row
from intake.store.ids import new_id

CAP = photos.CAP
"""Bytes of a file."""
PDF, MIME = b"%PDF-", "application/pdf"
TYPE = "evidence"
FIELD = "file"
"""Under which key an event says which file is its own, and a form asks for it."""
LARGE = "这个文件太大了（超过 12 MB），没有收。请拍照、截屏，或者分成几份再传。"
WRONG = "这个文件不是照片也不是 PDF，没有收。请把它存成 PDF，或者拍成照片再传。"


def act_with_file(
    db: Database, case: Case, key: str, raw: Mapping[str, Any], by: Person, data: bytes, **more: Any
) -> CaseEvent:
    """Do something on a case and keep a file with it, or neither; see `work.act`. Raises as it does."""
    if not data:
        return work.act(db, case, key, raw, by, **more)
    file = _expect(db, case, data)
    try:
        with db.write():
            event = work.act(db, case, key, raw, by, facts={FIELD: file}, **more)
            if event.facts.get(FIELD) == file:
                db.run("UPDATE media SET state = 'kept' WHERE id = ?", (file,))
                audit.note(db, by.actor, "media.kept", file)
    except Problem as no:
        _drop(db, file)
        if isinstance(no, (Refused, Invalid)):  # what was noted of it went with the transaction
            with db.write():
                audit.note(db, by.actor, "case.refused", case.id, key)
        raise
    if event.facts.get(FIELD) != file:  # the same was sent twice: the first one has its file
        _drop(db, file)
    return event


def files_of_case(db: Database, case_id: str) -> dict[str, Row]:
    """Give the files of a case by id: mime, bytes, at."""
    rows = db.all(
        "SELECT id, mime, bytes, at FROM media WHERE report = ? AND type = ? AND state = 'kept' ORDER BY id",
        (case_id, TYPE),
    )
    return {row["id"]: row for row in rows}


def look_at_file(db: Database, case_ids: tuple[str, ...], key: str, person: Person) -> tuple[bytes, str]:
    """Give a file of one of some cases and its MIME type, and note the look. Raises Missing, Unreadable."""
    if not any(key in files_of_case(db, one) for one in case_ids):
        raise Missing
    found = media.read_file(db, key)
    with db.write():
        audit.note(db, person.actor, "media.read", key)
    return found


def _expect(db: Database, case: Case, data: bytes) -> str:
    """Lay a file down that is kept once its event is there; of a crash between the two the sweep takes it.

    Raises Refused at the file.
    """
    clean, mime = _clean(data)
    if not media.roomy(db):
        raise Refused("系统现在存不下文件，请过一会儿再传。", FIELD)
    key, now = new_id(), db.now()
    with db.write():
        db.run(
            "INSERT INTO media (id, message, reporter, type, media_id, report, state, attempts, due_at, at, file, mime,"
            " bytes, digest) VALUES (?, '', '', ?, '', ?, 'waiting', 1, ?, ?, ?, ?, ?, '')",
            (key, TYPE, case.id, clock.stamp(now + media.LEASE), clock.stamp(now), key, mime, len(clean)),
        )
    media.write_file(db, key, clean)
    return key


def _clean(data: bytes) -> tuple[bytes, str]:
    if len(data) > CAP:
        raise Refused(LARGE, FIELD)
    if data.startswith(PDF):
        return data, MIME
    if media.sniff(data) not in (*photos.FORMATS, "image/heic"):
        raise Refused(WRONG, FIELD)
    try:
        return photos.redrawn(data), "image/jpeg"
    except Refused as no:
        raise Refused(str(no), FIELD) from None


def _drop(db: Database, key: str) -> None:
    with db.write():
        db.run("DELETE FROM media WHERE id = ?", (key,))
    media.remove(db, [key])
