"""Pictures and recordings: fetched in time, kept encrypted, shown as what they are, deleted with what they belong to."""

import tarfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot import conversation
from bot.wechat import sending
from bot.wechat.tencent import Client, Fault
from intake.calendar import clock
from intake.errors import Missing
from intake.house import cells, retention, verify
from intake.house.keeping import backups, restoring
from intake.messages import media
from intake.settings import Settings
from intake.store import keys as key_files
from intake.store.db import Database, Row
from tests.hands.chat import PLATFORM, opened
from tests.hands.tencent import JPEG, MEDIA, Tencent, house

WHO = "wechat:1"


@pytest.fixture
def platform() -> Iterator[Tencent]:
    with Tencent() as one:
        one.files["m1"] = JPEG
        yield one


@pytest.fixture
def db(settings: Settings, platform: Tencent) -> Iterator[Database]:
    one = house(settings, platform)
    yield one
    one.close()


def keep(db: Database, media_id: str = "m1", message: str = "k1", report: str = "") -> str:
    with db.write():
        return media.keep(db, message, WHO, "image", media_id, report)


def row(db: Database, key: str) -> Row:
    found = db.one("SELECT * FROM media WHERE id = ?", (key,))
    assert found is not None
    return found


def step(db: Database) -> Fault | bool:
    try:
        return sending.fetch_one(db, Client(db))
    except Fault as fault:
        return fault


def files(db: Database) -> list[Path]:
    return sorted(media.folder(db).iterdir()) if media.folder(db).exists() else []


def test_a_picture_is_fetched_and_kept_encrypted(db: Database, platform: Tencent) -> None:
    platform.files["a media id of WeChat"] = JPEG  # longer than what a cell could hold of it by chance
    key = keep(db, "a media id of WeChat")
    assert step(db) is True
    assert step(db) is False
    assert media.read_file(db, key) == (JPEG, "image/jpeg")
    (path,) = files(db)
    assert JPEG[:8] not in path.read_bytes()
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert row(db, key)["bytes"] == len(JPEG)
    assert "a media id of WeChat" not in row(db, key)["media_id"]


@pytest.mark.parametrize(
    ("data", "mime"),
    [
        (b"\x89PNG\r\n\x1a\n123", "image/png"),
        (b"GIF89a123", "image/gif"),
        (b"RIFF1234WEBPVP8 ", "image/webp"),
        (b"#!AMR\n123", "audio/amr"),
        (b"\x02#!SILK_V3", "audio/silk"),
        (b"ID3\x04", "audio/mpeg"),
        (b"\xff\xf3\x40", "audio/mpeg"),
        (b"\x00\x00\x00\x20ftypisom", "video/mp4"),
        (b"\x00\x00\x00\x20ftypheic", "image/heic"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", ""),
        (b"<!DOCTYPE html><script>", ""),
        (b"%PDF-1.4", ""),
        (b"MZ\x90", ""),
        (b"", ""),
    ],
)
def test_the_bytes_say_what_it_is(data: bytes, mime: str) -> None:
    assert media.sniff(data) == mime


@pytest.mark.parametrize("data", [b"<svg/>", b"#!/bin/sh\n" * 10, JPEG + bytes(media.CAP)])
def test_what_is_not_kept_is_gone(db: Database, platform: Tencent, data: bytes) -> None:
    platform.files["m1"] = data
    key = keep(db)
    step(db)
    assert row(db, key)["state"] == "gone"
    assert files(db) == []
    with pytest.raises(Missing):
        media.read_file(db, key)


def test_other_types_of_message_have_no_file(db: Database) -> None:
    with db.write():
        assert media.keep(db, "k", WHO, "location", "m1") == ""
        assert media.keep(db, "k", WHO, "image", "") == ""
    assert step(db) is False


@pytest.mark.parametrize("fault", [-1, 45009, 48001, "html", "500", 40164])
def test_trouble_is_waited_for(db: Database, platform: Tencent, fault: str | int) -> None:
    key = keep(db)
    platform.fail(MEDIA, fault)
    step(db)
    assert (row(db, key)["state"], row(db, key)["attempts"]) == ("waiting", 1)
    assert row(db, key)["due_at"] > clock.stamp(db.now() + timedelta(seconds=50))
    with db.write():
        db.run("UPDATE media SET due_at = at")
    assert step(db) is True
    assert row(db, key)["state"] == "kept"


def test_what_the_platform_has_lost_is_gone(db: Database) -> None:
    key = keep(db, "unknown")
    assert step(db) is True
    assert row(db, key)["state"] == "gone"


def test_after_three_days_it_is_gone_without_a_call(db: Database, platform: Tencent) -> None:
    key = keep(db)
    with db.write():
        db.run("UPDATE media SET at = ?", (clock.stamp(db.now() - media.TERM - timedelta(minutes=1)),))
    assert step(db) is False
    assert row(db, key)["state"] == "gone"
    assert platform.calls == []


def test_one_person_cannot_fill_the_disk(db: Database) -> None:
    keys = [keep(db, message=f"k{number}") for number in range(media.MOST + 1)]
    assert [row(db, key)["state"] for key in keys[-2:]] == ["waiting", "gone"]
    with db.write():
        other = media.keep(db, "k", "wechat:2", "image", "m2")
        db.run("UPDATE media SET at = '2020' WHERE reporter = ?", (WHO,))
    assert row(db, other)["state"] == "waiting"
    assert row(db, keep(db))["state"] == "waiting"  # the next day


def test_a_file_in_hand_is_not_fetched_by_another(db: Database) -> None:
    keep(db)
    assert media.claim(db) is not None
    assert media.claim(db) is None


def test_a_row_deleted_during_the_fetch_leaves_no_file(db: Database) -> None:
    keep(db)
    wanted = media.claim(db)
    assert wanted is not None
    with db.write():
        db.run("DELETE FROM media")
    media.store(db, wanted, JPEG)
    assert files(db) == []


def test_files_are_attached_to_a_report_of_the_same_person_once(db: Database) -> None:
    first, second = keep(db, message="k1"), keep(db, message="k2")
    with db.write():
        assert media.attach(db, "wechat:2", ["k1", "k2"], "548216903772") == 0
        assert media.attach(db, WHO, ["k1", "none"], "548216903772") == 1
        assert media.attach(db, WHO, ["k1", "k2"], "111111111111") == 1
    assert [one["id"] for one in media.files_of_report(db, "548216903772")] == [first]
    assert [one["id"] for one in media.files_of_report(db, "111111111111")] == [second]
    assert media.files_of_report(db, "") == []


def test_pictures_of_the_chat_are_kept_and_forgotten(settings: Settings, platform: Tencent) -> None:
    with opened(settings, WECHAT_API=platform.url, WECHAT_SECRET=platform.secret) as chat:
        db = chat.db
        xml = PLATFORM.image(chat.openid, "m1", msg_id=1)
        chat.send(xml)
        chat.send(xml)
        platform.files["v1"] = b"#!AMR\n123"
        chat.send(PLATFORM.voice(chat.openid, "v1", msg_id=2))
        chat.send(PLATFORM.image(chat.openid, "../../etc", msg_id=3))
        while step(db) is True:
            pass
        kept = db.all("SELECT id, type, mime, message FROM media ORDER BY id")
        assert [(one["type"], one["mime"]) for one in kept] == [
            ("image", "image/jpeg"),
            ("voice", "audio/amr"),
        ]
        assert len(files(db)) == 2
        with db.write():
            who = conversation.reporter(db, chat.openid)
            media.attach(db, who, [kept[1]["message"]], "548216903772")
        chat.send(PLATFORM.event(chat.openid, "unsubscribe"))
        assert [one["id"] for one in db.all("SELECT id FROM media")] == [kept[1]["id"]]
        assert [path.name for path in files(db)] == [kept[1]["id"]]


def test_old_files_are_purged_unless_they_belong_to_a_report(db: Database) -> None:
    old, attached, new = keep(db), keep(db, report="548216903772"), keep(db)
    while step(db) is True:
        pass
    (media.folder(db) / "stray").write_bytes(b"left by a crash")
    (media.folder(db) / ".stray.new").write_bytes(b"left by a crash")
    with db.write():
        db.run("UPDATE media SET at = '2020' WHERE id <> ?", (new,))
    retention.purge(db)
    assert {path.name for path in files(db)} == {attached, new}
    with pytest.raises(Missing):
        media.read_file(db, old)


def test_files_are_verified_and_locked_anew(db: Database) -> None:
    first, second = keep(db), keep(db)
    while step(db) is True:
        pass
    before = [path.read_bytes() for path in files(db)]
    key_files.add_key(db.settings.keys)
    fresh = Database(db.settings)
    assert cells.relock(fresh) >= 2
    keys = db.settings.keys / "data.keys"
    keys.write_text(keys.read_text().split()[0] + "\n")  # the old keys are no longer needed
    last = Database(db.settings)
    assert [path.read_bytes() for path in files(db)] != before
    assert media.read_file(last, first)[0] == JPEG
    assert verify.faults(last) == []
    (media.folder(db) / first).unlink()
    (media.folder(db) / second).write_bytes(before[1])
    unread = "打不开、或者不是原来那一格的加密内容：media"
    assert verify.faults(last) == [f"{unread}/{first} 不在", f"{unread} × 1"]


def test_a_backup_brings_the_files_back_and_misses_none(db: Database, tmp_path: Path) -> None:
    first, second = keep(db), keep(db)
    while step(db) is True:
        pass
    (media.folder(db) / second).unlink()  # as if it were deleted while the backup is being made
    made = backups.backup(db, tmp_path / "backups").path
    with tarfile.open(made) as tar:
        assert f"media/{first}" in tar.getnames()
    new = Settings(data=tmp_path / "new", mode="demo")
    restoring.restore(new, made)
    restored = Database(new)
    assert media.read_file(restored, first) == (JPEG, "image/jpeg")
    assert row(restored, second)["state"] == "gone"
    assert verify.faults(restored) == []
