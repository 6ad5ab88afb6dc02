"""Pictures with a report: real ones, hostile ones, sent twice, by whom, kept how, and who may look."""

import shutil
import struct
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from forms.progress import photos as pages
from forms.told import signer
from intake.calendar import clock
from intake.errors import Refused
from intake.house import backups, cells, retention, verify
from intake.house.keeping import restoring
from intake.kinds.envelope import Envelope
from intake.messages import media
from intake.people import accounts
from intake.reports import lookup, photos
from intake.settings import Settings
from intake.store import keys as key_files
from intake.store.db import Database
from tests.hands.desk import ACTORS, PASSWORD, sign_in
from tests.hands.page import Page, opened
from tests.hands.pictures import picture
from tests.hands.progress import later, prove, told

ORIENTATION, GPS, COMMENT = 0x0112, 0x8825, b"seen at the school gate"


@pytest.fixture
def report(client: FlaskClient, db: Database) -> Envelope:
    """Give a safety report that was sent from the browser `client`."""
    return told(client, db, "safety")


def located() -> bytes:
    """Draw a picture as a phone does that lay on its side: turned, with the place, a profile and a comment."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # turned to the right when shown
    exif[0x010F] = "A phone's maker"
    exif.get_ifd(GPS).update({1: "N", 2: (42.0, 3.0, 4.0), 3: "E", 4: (126.0, 35.0, 6.0)})
    return picture(exif=exif, icc_profile=b"a profile " * 20, comment=COMMENT)


def bomb(width: int, height: int) -> bytes:
    """Make a small PNG that says it is huge."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(((width + 7) // 8 + 1) * min(height, 2000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def post(
    client: FlaskClient, data: bytes, token: str = "", headers: dict[str, str] | None = None
) -> TestResponse:
    boundary, body = encode_multipart({"csrf_token": token, "photo": FileStorage(BytesIO(data), "photo.jpg")})
    kind = f"multipart/form-data; boundary={boundary}"
    return client.post("/forms/photo", data=body, content_type=kind, headers=headers)


def press(client: FlaskClient, data: bytes) -> TestResponse:
    """Choose a file on the page, and send it."""
    return post(client, data, opened(client, "/forms/status").fields["csrf_token"])


def by_script(client: FlaskClient, data: bytes) -> TestResponse:
    return post(client, data, headers={"Idempotency-Key": "photo-" + "0" * 24})


def files(db: Database) -> list[Path]:
    return sorted(media.folder(db).iterdir()) if media.folder(db).exists() else []


def kept(db: Database, report: Envelope) -> list[Image.Image]:
    return [
        Image.open(BytesIO(media.read_file(db, row["id"])[0]))
        for row in photos.photos_of_report(db, report.receipt)
    ]


def test_a_picture_is_kept_upright_without_place_profile_and_comment(
    client: FlaskClient, db: Database, report: Envelope
) -> None:
    sent = located()
    with Image.open(BytesIO(sent)) as before:
        assert before.getexif().get_ifd(GPS)  # it was there
    prove(client, report)
    answer = press(client, sent)
    assert (answer.status_code, answer.location) == (303, "/forms/photo")
    page = opened(client, "/forms/photo")
    assert pages.ARRIVED in page.words
    assert "已经收到 1 张，最多 3 张" in page.words
    (row,) = photos.photos_of_report(db, report.receipt)
    data, mime = media.read_file(db, row["id"])
    assert mime == "image/jpeg"
    image = Image.open(BytesIO(data))
    assert image.size == (40, 60)
    top, bottom = image.getpixel((20, 5)), image.getpixel((20, 55))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[1] < 60 < 200 < bottom[1]  # red above white: turned to the right
    assert not dict(image.getexif())
    assert {"exif", "icc_profile", "comment"}.isdisjoint(image.info)
    for secret in (b"Exif", COMMENT, b"a profile", b"maker"):
        assert secret in sent
        assert secret not in data
    (path,) = files(db)
    assert b"\xff\xd8\xff" not in path.read_bytes()[:8]
    stored = db.one("SELECT * FROM media")
    assert stored is not None
    assert (stored["report"], stored["reporter"]) == (report.receipt, report.reporter)
    assert db.one("SELECT 1 FROM audit WHERE verb = 'media.kept' AND actor = ?", (report.reporter,))
    assert "收到一张照片" in opened(client, "/forms/status/now").words


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_what_phones_make_becomes_a_small_jpeg(kind: str) -> None:
    with Image.open(BytesIO(photos.redrawn(picture(kind, (3000, 1500))))) as image:
        assert (image.format, image.size, image.mode) == ("JPEG", (2000, 1000), "RGB")


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "1", "L", "CMYK", "I;16"])
def test_every_way_of_colouring_is_understood(mode: str) -> None:
    out = BytesIO()
    Image.new(mode, (30, 20)).save(out, "JPEG" if mode == "CMYK" else "PNG")
    with Image.open(BytesIO(photos.redrawn(out.getvalue()))) as image:
        assert (image.mode, image.size) == ("RGB", (30, 20))


def test_what_is_transparent_becomes_white_and_a_moving_picture_its_first_frame() -> None:
    out = BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(out, "PNG")
    with Image.open(BytesIO(photos.redrawn(out.getvalue()))) as image:
        assert image.getpixel((4, 4)) == (255, 255, 255)
    out = BytesIO()
    first, second = Image.new("RGB", (8, 8), "blue"), Image.new("RGB", (8, 8), "white")
    first.save(out, "GIF", save_all=True, append_images=[second])
    with Image.open(BytesIO(photos.redrawn(out.getvalue()))) as image:
        pixel = image.getpixel((4, 4))
    assert isinstance(pixel, tuple)
    assert pixel[0] < 50


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "text named .jpg": (lambda: "照片在这里".encode() * 9, "不是照片"),
    "svg": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "不是照片"),
    "html": (lambda: b"<!doctype html><script>alert(1)</script>", "不是照片"),
    "video": (lambda: b"\0\0\0\x20ftypisom" + bytes(99), "不是照片"),
    "heic": (lambda: b"\0\0\0\x20ftypheic" + bytes(99), "截个屏"),
    "head of a jpeg": (lambda: b"\xff\xd8\xff\xe0" + bytes(64), "打不开"),
    "truncated jpeg": (lambda: picture(size=(900, 900))[:-900], "打不开"),
    "truncated png": (lambda: picture("PNG", (900, 900))[:-60], "打不开"),
    "jpeg called webp": (lambda: b"RIFF1234WEBP" + picture()[12:], "打不开"),
    "bomb": (lambda: bomb(30_000, 30_000), "太大"),
    "small bomb": (lambda: bomb(8_000, 6_000), "太大"),
    "middling bomb": (lambda: bomb(12_000, 10_000), "太大"),
    "nothing": (lambda: b"", "没有选照片"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_picture_is_refused_with_advice(
    client: FlaskClient, db: Database, report: Envelope, name: str
) -> None:
    make, told_ = HOSTILE[name]
    prove(client, report)
    for send in (press, by_script):
        answer = send(client, make())
        assert answer.status_code == 422
        assert told_ in (answer.json["told"] if answer.json else Page(answer).words)
    assert files(db) == []
    assert not db.all("SELECT 1 FROM media")


def test_a_picture_that_is_too_large_is_refused_in_chinese(
    client: FlaskClient, db: Database, report: Envelope
) -> None:
    prove(client, report)
    for send in (press, by_script):
        for size in (photos.CAP + 1, 13 * 1024 * 1024):
            answer = send(client, picture().ljust(size, b"\0"))
            assert answer.status_code == 413
            assert "超过 12 MB" in (answer.json["told"] if answer.json else Page(answer).words)
    assert press(client, picture().ljust(photos.CAP, b"\0")).status_code == 303
    assert len(files(db)) == 1


def test_the_same_picture_is_one_and_the_fourth_of_three_too_many(
    client: FlaskClient, db: Database, report: Envelope
) -> None:
    prove(client, report)
    for color in ("red", "blue", "red", "green", "blue"):
        assert press(client, picture(color=color)).status_code == 303
    assert len(kept(db, report)) == 3
    page = opened(client, "/forms/photo")
    assert "已经收到 3 张，最多 3 张" in page.words
    assert "photo" not in page.names
    assert by_script(client, picture(color="green")).status_code == 201  # arrived before, and nothing is lost
    answer = by_script(client, picture(color="black"))
    assert answer.status_code == 422
    assert answer.json
    assert "已经有 3 张照片" in answer.json["told"]
    assert len(files(db)) == 3
    assert "/forms/photo" not in opened(client, "/forms/status/now").links


def test_taps_at_the_same_moment_make_one_picture(
    client: FlaskClient, db: Database, report: Envelope
) -> None:
    data = picture(size=(800, 800))
    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(photos.add, db, report, data, actor="web:1") for _ in range(3)]
    assert [one.exception() for one in done] == [None] * 3
    assert len(kept(db, report)) == len(files(db)) == 1
    assert verify.faults(db) == []


def test_the_last_picture_sent_again_while_it_is_still_read_is_no_fourth(
    client: FlaskClient, db: Database, report: Envelope, monkeypatch: pytest.MonkeyPatch
) -> None:
    third, drawn = picture(color="red"), photos.redrawn
    for color in ("blue", "green"):
        photos.add(db, report, picture(color=color), actor="web:1")

    def slowly(data: bytes) -> bytes:
        monkeypatch.setattr(photos, "redrawn", drawn)
        store = media.store

        def meanwhile(*given: object, **more: object) -> bool:
            monkeypatch.setattr(media, "store", store)
            photos.add(db, report, third, actor="web:1")  # the phone waited long enough
            return bool(store(*given, **more))  # type: ignore[arg-type]

        monkeypatch.setattr(media, "store", meanwhile)
        return drawn(data)

    monkeypatch.setattr(photos, "redrawn", slowly)
    photos.add(db, report, third, actor="web:1")
    assert len(kept(db, report)) == len(files(db)) == 3
    with pytest.raises(Refused, match="已经有 3 张"):
        photos.add(db, report, picture(color="black"), actor="web:1")


def test_a_refusal_waits_until_all_is_sent(client: FlaskClient) -> None:
    boundary, sent = encode_multipart(
        {"photo": FileStorage(BytesIO(picture("BMP", (500, 500))), "photo.jpg")}
    )
    body = BytesIO(sent)
    answer = client.post(
        "/forms/photo",
        input_stream=body,
        content_length=len(sent),
        content_type=f"multipart/form-data; boundary={boundary}",
        headers={"Idempotency-Key": "photo-1"},
    )
    assert answer.status_code == 403
    assert body.tell() == len(sent) > 500_000


def test_a_script_is_told_in_json(client: FlaskClient, db: Database, report: Envelope) -> None:
    prove(client, report)
    answer = by_script(client, picture())
    assert (answer.status_code, answer.json) == (201, {"page": "/forms/photo", "told": pages.ARRIVED})


def test_only_this_sites_page_can_send(client: FlaskClient, db: Database, report: Envelope) -> None:
    prove(client, report)
    answer = post(client, picture(), "made-up")
    assert answer.status_code == 400
    assert files(db) == []


def test_a_receipt_opens_the_page_in_the_browser_that_sent_the_report(
    app: Flask, client: FlaskClient, db: Database, report: Envelope
) -> None:
    with app.test_request_context():
        token = signer().dumps(report.receipt)
    for browser, where in ((client, "/forms/photo"), (app.test_client(), "/forms/status")):
        answer = browser.get(f"/forms/photo?token={token}")
        assert (answer.status_code, answer.location) == (303, where)
    assert press(client, picture()).status_code == 303
    assert len(kept(db, report)) == 1


def test_without_proof_or_after_it_nothing_is_taken(
    app: Flask, client: FlaskClient, db: Database, report: Envelope, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = app.test_client()
    prove(client, report)
    later(monkeypatch, timedelta(minutes=16))
    for browser in (stranger, client):
        assert browser.get("/forms/photo").location == "/forms/status"
        answer = by_script(browser, picture())
        assert answer.status_code == 403
        assert answer.json == {"told": pages.PROVE}
        token = opened(browser, "/forms/status").fields["csrf_token"]
        page = Page(post(browser, picture(), token))
        assert page.status == 403
        assert pages.PROVE in page.words
    assert files(db) == []


def test_a_proof_is_for_one_report(client: FlaskClient, db: Database, report: Envelope) -> None:
    second = told(client, db, "subsidy")
    prove(client, second)
    assert press(client, picture()).status_code == 303
    assert (len(kept(db, report)), len(kept(db, second))) == (0, 1)


@pytest.mark.parametrize("kind", ["absence", "boarding", "enrollment"])
def test_kinds_without_pictures_take_none(client: FlaskClient, db: Database, kind: str) -> None:
    prove(client, told(client, db, kind))
    page = opened(client, "/forms/photo")
    assert "photo" not in page.names
    assert pages.NO_PHOTOS in page.words
    answer = by_script(client, picture())
    assert (answer.status_code, answer.json) == (409, {"told": pages.NO_PHOTOS})


def test_what_has_ended_takes_no_more(client: FlaskClient, db: Database, report: Envelope) -> None:
    prove(client, report)
    for ended, expected in (("taken_up", 201), ("withdrawn", 409)):
        with db.write():
            db.run("UPDATE reports SET status = ?", (ended,))
        assert by_script(client, picture(color="red" if expected == 201 else "blue")).status_code == expected


def test_a_full_disk_is_said(
    client: FlaskClient, db: Database, report: Envelope, monkeypatch: pytest.MonkeyPatch
) -> None:
    prove(client, report)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
    answer = by_script(client, picture())
    assert answer.status_code == 422
    assert answer.json
    assert "存不下" in answer.json["told"]


def test_a_crash_half_way_leaves_nothing_and_the_picture_can_be_sent_again(
    client: FlaskClient, db: Database, report: Envelope, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    data = picture()
    with monkeypatch.context() as patch:
        patch.setattr(media, "write_private", crash)
        with pytest.raises(KeyboardInterrupt):
            photos.add(db, report, data, actor="web:1")
    assert media.claim(db) is None  # its writer may still be at it
    with db.write():
        db.run("UPDATE media SET due_at = at")
    assert media.claim(db) is None
    assert [row["state"] for row in db.all("SELECT state FROM media")] == ["gone"]
    assert verify.faults(db) == []
    photos.add(db, report, data, actor="web:1")
    assert len(kept(db, report)) == 1


def test_pictures_of_reports_outlive_the_chat_and_its_terms(db: Database, report: Envelope) -> None:
    photos.add(db, report, picture(), actor="web:1")
    with db.write():
        db.run("UPDATE media SET at = '2020'")
    retention.purge(db)
    retention.forget(db, report.reporter)
    assert media.sweep(db) == 0
    assert len(kept(db, report)) == len(files(db)) == 1


def test_pictures_are_verified_locked_anew_and_in_the_backup(
    db: Database, report: Envelope, tmp_path: Path
) -> None:
    photos.add(db, report, picture(), actor="web:1")
    key_files.add_key(db.settings.keys)
    fresh = Database(db.settings)
    assert cells.relock(fresh) > 0
    keys = db.settings.keys / "data.keys"
    keys.write_text(keys.read_text().split()[0] + "\n")  # the old key is no longer needed
    last = Database(db.settings)
    assert verify.faults(last) == []
    new = Settings(data=tmp_path / "new", mode="demo")
    restoring.restore(new, backups.backup(last, tmp_path / "backups").path)
    restored = Database(new)
    assert verify.faults(restored) == []
    assert len(kept(restored, report)) == 1
    files(restored)[0].unlink()
    assert verify.faults(restored)
    for one in (fresh, last, restored):
        one.close()


@pytest.fixture
def seen(db: Database, report: Envelope) -> str:
    """Give the address of a picture, and let there be staff."""
    for login, (role, area) in ACTORS.items():
        accounts.add_person(db, name=f"{login}老师", login=login, password=PASSWORD, role=role, area=area)
    photos.add(db, report, picture(), actor="web:1")
    (row,) = photos.photos_of_report(db, report.receipt)
    return f"/desk/pictures/{report.receipt}/{row['id']}"


def looks(db: Database) -> int:
    return len(db.all("SELECT 1 FROM audit WHERE verb = 'media.read'"))


def test_staff_see_the_pictures_and_each_look_is_noted(
    app: Flask, db: Database, report: Envelope, seen: str
) -> None:
    desk = app.test_client()
    sign_in(desk, "bureau")
    assert "/desk/pictures" in opened(desk, "/desk/").links
    page = opened(desk, "/desk/pictures")
    assert "安全报告1 张" in page.words
    assert f"/desk/pictures/{report.receipt}" in page.links
    page = opened(desk, f"/desk/pictures/{report.receipt}")
    assert seen in page.links
    assert looks(db) == 0
    answer = desk.get(seen)
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    with Image.open(BytesIO(answer.data)) as image:
        assert image.size == (60, 40)
    assert looks(db) == 1


def test_others_see_none(app: Flask, client: FlaskClient, db: Database, report: Envelope, seen: str) -> None:
    paths = ("/desk/pictures", f"/desk/pictures/{report.receipt}", seen)
    for path in paths:
        assert app.test_client().get(path).location.startswith("/desk/sign-in?next=")
    for login in ("shiren", "principal", "teacher"):
        desk = app.test_client()
        sign_in(desk, login)
        assert [desk.get(path).status_code for path in paths] == [403] * 3
    assert looks(db) == 0


def test_what_is_not_there_is_not_found(
    app: Flask, client: FlaskClient, db: Database, report: Envelope, seen: str
) -> None:
    second = told(client, db, "subsidy")
    desk = app.test_client()
    sign_in(desk, "bureau")
    key = seen.rpartition("/")[2]
    for path in (
        "111122223333",
        second.receipt,
        f"{second.receipt}/{key}",
        f"{report.receipt}/none",
    ):
        assert Page(desk.get(f"/desk/pictures/{path}")).status == 404
    (media.folder(db) / key).unlink()
    assert desk.get(seen).status_code == 404
    with db.write():
        db.run("UPDATE reports SET received_at = ?", (clock.stamp(db.now() - timedelta(days=31)),))
    assert "都没有照片" in opened(desk, "/desk/pictures").words
    assert looks(db) == 0
    assert lookup.report_by_id(db, report.id)
    assert lookup.find_report(db, report.receipt)
