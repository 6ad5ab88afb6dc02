"""Files that staff send: sealed, for who sent them, for seven days, and then gone from table and disk."""

from datetime import timedelta

import pytest

from intake.errors import Missing, Refused
from intake.house import cells, retention, verify
from intake.importing import uploads
from intake.messages import media
from intake.store import audit
from intake.store.db import Database
from tests.hands import staffed
from tests.hands.watching import plan

NAME, DATA = "三年级2班名单.xlsx", "王小明的名单".encode()


def later(monkeypatch: pytest.MonkeyPatch, db: Database, ahead: timedelta) -> None:
    then = db.now() + ahead
    monkeypatch.setattr(Database, "now", lambda self: then)


def test_a_file_is_for_who_sent_it_and_lies_sealed(db: Database) -> None:
    staff = staffed.everybody(db)
    key = uploads.keep_upload(db, staff["bureau"], "roster", NAME, DATA)
    found = uploads.upload_of(db, key, staff["bureau"], "roster")
    assert (found.name, uploads.data_of(db, found)) == (NAME, DATA)
    assert [one.id for one in uploads.uploads_of(db, staff["bureau"], "roster", "staff")] == [key]
    for who, purpose in (("principal", "roster"), ("administrator", "roster"), ("bureau", "staff")):
        with pytest.raises(Missing):
            uploads.upload_of(db, key, staff[who], purpose)
    assert uploads.uploads_of(db, staff["administrator"], "roster") == []
    (path,) = list(media.folder(db).iterdir())
    assert DATA not in path.read_bytes()
    (row,) = db.all("SELECT name FROM uploads")
    assert "三年级" not in row["name"]
    assert cells.unreadable(db) == []
    assert cells.relock(db) > 0
    assert uploads.data_of(db, found) == DATA


def test_after_seven_days_nothing_is_left_of_it(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    by = staffed.everybody(db)["bureau"]
    key = uploads.keep_upload(db, by, "return", NAME, DATA)
    later(monkeypatch, db, timedelta(days=6, hours=23))
    retention.purge(db)
    assert uploads.data_of(db, uploads.upload_of(db, key, by, "return")) == DATA
    later(monkeypatch, db, timedelta(hours=2))
    with pytest.raises(Missing):  # at once, whether the worker has been there or not
        uploads.upload_of(db, key, by, "return")
    retention.purge(db)
    assert db.all("SELECT 1 FROM uploads") == db.all("SELECT 1 FROM media") == []
    assert list(media.folder(db).iterdir()) == []
    assert audit.broken(db) == [] == verify.faults(db)


def test_who_deletes_a_file_or_sends_too_many_makes_room(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = staffed.everybody(db)["bureau"]
    monkeypatch.setattr(uploads, "MOST", 3)
    keys = [uploads.keep_upload(db, by, "roster", f"{n}.csv", DATA) for n in range(5)]
    assert [one.id for one in uploads.uploads_of(db, by, "roster")] == keys[:1:-1]
    uploads.drop_upload(db, uploads.upload_of(db, keys[4], by, "roster"), by)
    assert {path.name for path in media.folder(db).iterdir()} == set(keys[2:4])


@pytest.mark.parametrize("data", [b"", b"x" * (uploads.CAP + 1)])
def test_nothing_and_too_much_are_refused_at_the_field(db: Database, data: bytes) -> None:
    by = staffed.everybody(db)["bureau"]
    with pytest.raises(Refused, match="文件") as no:
        uploads.keep_upload(db, by, "roster", NAME, data)
    assert no.value.field == uploads.FIELD
    assert db.all("SELECT 1 FROM uploads") == db.all("SELECT 1 FROM media") == []


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT id FROM uploads WHERE expires <= 'x' LIMIT 100",
        "SELECT id FROM media WHERE id IN (SELECT media FROM uploads WHERE expires <= 'x') LIMIT 100",
        "SELECT * FROM uploads WHERE staff = 'x' AND expires > 'y' ORDER BY at DESC, id DESC",
    ],
)
def test_a_purge_reads_no_table_as_a_whole(db: Database, sql: str) -> None:
    assert "SCAN" not in plan(db, sql)
