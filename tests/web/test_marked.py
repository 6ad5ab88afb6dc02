"""Marked personal values go in at every face, and are looked for where none may be: logs, addresses, counts, the disk."""

import logging
import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from intake.calendar import clock
from intake.kinds import KINDS
from intake.people import devices
from intake.settings import Settings
from intake.web import phones
from tests.hands.api import basic, post
from tests.hands.casework import CONTACT, Casework, casework
from tests.hands.cells import opened_cells
from tests.hands.chat import AGREED, PLATFORM, Chat, answer_all
from tests.hands.chat import opened as chat_opened
from tests.hands.classroom import MORNING, SCHOOL, at
from tests.hands.command import baoxue
from tests.hands.marked import IDS, NAMES, PHONES, WORDS, Heard, found_in, found_on_disk, note
from tests.hands.page import filled, look, opened, public, send
from tests.hands.pictures import picture
from tests.hands.returned import Paper, sent_out
from tests.hands.samples import sample

pytestmark = [pytest.mark.processes, pytest.mark.fuzz]  # files are read in a process of their own


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def house(
    settings: Settings, heard: Heard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Chat]:
    """Open the house with a chat, a temporary folder of its own, and browsers that note what they are told."""
    (folder := tmp_path.parent / f"{tmp_path.name}-temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))

    class Noting(FlaskClient):
        def open(self, *args: Any, **kwargs: Any) -> TestResponse:
            answer = super().open(*args, **kwargs)
            heard.addresses.append(answer.request.full_path)
            note(heard, answer)
            return answer

    at(monkeypatch, MORNING)
    with chat_opened(settings, RATE_LIMIT="off") as chat:
        chat.app.test_client_class = Noting
        yield chat


# ---- the faces ----


def says_in_chat(chat: Chat) -> None:
    body = sample("absence", 2, MORNING.date()) | {
        "child_name": NAMES["chat"], "id_number": IDS["chat"], "phone": PHONES["chat"],
        "whereabouts": WORDS["chat_where"], "description": WORDS["chat"], "guardian_name": NAMES["guardian"],
        "last_seen": "昨天",
    }  # fmt: skip
    assert "请您核对" in answer_all(chat, "absence", chat.say(KINDS["absence"].title, AGREED), body)
    chat.say("确认", "进度", "我的信息", f"我想问问{WORDS['talk']}", "人工", WORDS["talk"])
    chat.send(PLATFORM.text(chat.openid, f"电话改成{PHONES['chat']}，叫{NAMES['chat']}"))
    kept = opened_cells(chat.db, "messages.said", "ORDER BY received_at")
    assert any(WORDS["talk"] in one for one in kept)


def reports_on_a_page(chat: Chat) -> None:
    client = chat.app.test_client()
    said = public("absence", 2) | {
        "child_name": NAMES["page"], "id_number": IDS["page"], "phone": PHONES["page"], "guardian_name": NAMES["guardian"],
        "whereabouts": WORDS["where"], "description": WORDS["page"], "last_seen": "昨天", "on_leave": "否",
    }  # fmt: skip
    wrong = client.post(
        "/forms/absence", data=filled(opened(client, "/forms/absence"), said | {"phone": "1"})
    )
    assert wrong.status_code == 422
    assert send(client, "absence", said).status_code == 303
    receipt = chat.reports()[-1]["receipt"]
    assert look(client, receipt, PHONES["page"][-4:], NAMES["page"]).status == 200
    page = opened(client, "/forms/status/correct")
    sent = page.fields.copy()
    sent["whereabouts"] = WORDS["corrected"]
    assert client.post("/forms/status/correct", data=sent, follow_redirects=True).status_code == 200
    safety = public("safety", 2) | {
        "child_name": NAMES["page"], "phone": PHONES["page"], "place": WORDS["place"], "happened_at": "2026-11-22T15:00",
    }  # fmt: skip
    assert send(client, "safety", safety).status_code == 303
    receipt = chat.reports()[-1]["receipt"]
    assert look(client, receipt, PHONES["page"][-4:], NAMES["page"]).status == 200
    exif = Image.Exif()
    exif[0x010E] = exif[0x010F] = WORDS["exif"]
    taken = picture(exif=exif, comment=WORDS["exif"].encode())
    token = opened(client, "/forms/photo").fields["csrf_token"]
    sent_file = FileStorage(BytesIO(taken), f"{WORDS['file_name']}.jpg")
    boundary, data = encode_multipart({"csrf_token": token, "photo": sent_file})
    kind = f"multipart/form-data; boundary={boundary}"
    assert client.post("/forms/photo", data=data, content_type=kind).status_code == 303
    assert client.get("/forms/photo").status_code == 200


def reports_by_json(chat: Chat) -> None:
    client = chat.app.test_client()
    body = sample("absence", 3, MORNING.date()) | {
        "child_name": NAMES["api"], "id_number": IDS["api"], "phone": PHONES["api"], "description": WORDS["api"],
        "last_seen": "2026-11-20", "on_leave": "否",
    }  # fmt: skip
    body.pop("birth_date", None), body.pop("sex", None)
    sent = post(client, body, Idempotency_Key=f"key-{PHONES['api']}")
    assert sent.status_code == 201, sent.text
    assert sent.json
    assert post(client, body | {"last_seen": WORDS["api"]}).status_code == 422
    proof = basic(PHONES["api"][-4:], NAMES["api"])
    assert client.get(f"/api/v1/reports/{sent.json['receipt']}", headers=proof).status_code == 200


def works_on_cases(work: Casework, chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    teacher, token = chat.app.test_client(), devices.new_token()
    devices.add_device(work.db, work.people["teacher"], token, "Android Mobile")
    teacher.set_cookie(phones.COOKIE, token)
    roll = opened(teacher, "/forms/roll").fields.copy()
    pupil = work.room.children["李红"]
    roll.setlist("absent", [pupil])
    assert teacher.post("/forms/roll", data=roll).status_code == 303
    visit = opened(teacher, f"/forms/cases/{work.number}?do=visit").fields.copy()
    visit |= {"whom": "奶奶", "result": "联系上了", "words": WORDS["visit"], "people": NAMES["guardian"]}
    assert teacher.post(f"/forms/cases/{work.number}", data=visit).status_code == 303
    desk = work.browser("officer")
    assert work.send(desk, "contact", **CONTACT | {"words": WORDS["call"]}).status_code == 303
    later(monkeypatch, timedelta(days=4))
    work.act("three_days", "clock")
    desk = work.browser("officer")  # the sessions of four days ago are over
    told = {"day": clock.here().date().isoformat(), "way": "家访", "people": NAMES["guardian"], "whom": "奶奶",
            "words": WORDS["persuasion"], "result": "没有答应"}  # fmt: skip
    assert work.send(desk, "persuasion", **told).status_code == 303


def looks_and_searches(work: Casework, chat: Chat) -> None:
    desk = work.browser("officer")
    for row in work.db.all("SELECT receipt FROM reports ORDER BY id"):
        path = f"/desk/reports/{row['receipt']}"
        for key in dict.fromkeys(re.findall(r"[?&](?:amp;)?see=([^&#\"]+)", opened(desk, path).html)):
            asked = opened(desk, f"{path}?see={key}")
            said = {"csrf_token": asked.fields["csrf_token"], "field": unquote_plus(key), "why": "identity",
                    "words": WORDS["looked"]}  # fmt: skip
            assert desk.post(f"{path}/look", data=said, follow_redirects=True).status_code == 200
    for path in ("/desk/", "/desk/cases", "/desk/talks", "/desk/calls", "/desk/pictures", "/desk/ledgers/work",
                 "/desk/ledgers/suspected", "/desk/inbox", f"/desk/cases/{work.number}"):  # fmt: skip
        opened(desk, path)
    for path in ("/desk/cases", "/desk/ledgers/work"):
        for word in (NAMES["page"], PHONES["page"], IDS["page"], "王小明"):
            found = seek(desk, path, word)
            assert found.status_code == 200
    for thread in re.findall(r"/desk/talks/[\w-]{20,}", desk.get("/desk/talks").text):
        opened(desk, thread)


def seek(client: FlaskClient, path: str, word: str) -> TestResponse:
    """Search as the page's own form does."""
    page = opened(client, path)
    (form,) = re.findall(r'<form class="filters[^>]*>', page.html)
    method = "post" if 'method="post"' in form else "get"
    said = {"q": word, "csrf_token": page.fields["csrf_token"]} if method == "post" else {"q": word}
    sent = {"data": said} if method == "post" else {"query_string": said}
    return client.open(path, method=method.upper(), follow_redirects=True, **sent)  # type: ignore[arg-type]


def sends_files(work: Casework, tmp_path: Path) -> None:
    desk = work.browser("principal")
    paper = Paper.of(sent_out(work.db, "suspected", tmp_path))
    paper.fill(work.number, 备注=WORDS["cell"])
    where = upload(desk, "/desk/returns", paper.data)
    done = desk.post(f"{where}/apply", data={"csrf_token": opened(desk, where).fields["csrf_token"]})
    assert done.status_code == 303
    opened(desk, done.headers["Location"])
    book = Workbook()
    rows = (("姓名", "身份证号", "年级", "班级"), (NAMES["list"], IDS["list"], "三年级", "2班"))
    for row in rows:
        book.worksheets[0].append(row)
    book.save(out := BytesIO())
    where = upload(desk, "/desk/lists", out.getvalue(), purpose="roster", school=SCHOOL)
    page = opened(desk, where)
    taken = {key: page.fields[key] for key in ("csrf_token", "seen")}
    assert desk.post(where, data=taken, follow_redirects=True).status_code == 200


def upload(client: FlaskClient, room: str, data: bytes, **more: str) -> str:
    """Send a file whose name is marked; give where it is looked at."""
    token = opened(client, room).fields["csrf_token"]
    form = {"csrf_token": token, "file": (BytesIO(data), f"{WORDS['file_name']}.xlsx"), **more}
    sent = client.post(room, data=form, content_type="multipart/form-data")
    assert sent.status_code == 303, sent.get_data(as_text=True)
    return sent.headers["Location"]


def takes_out(work: Casework) -> None:
    desk = work.browser("officer")
    said = {
        "key": "absence",
        "from": "2026-11-23",
        "to": "2026-11-23",
        "purpose": "match",
        "reason": f"和民政局核对名单，{WORDS['reason']}",
    }
    token = opened(desk, "/desk/exports").fields["csrf_token"]
    asked = desk.post("/desk/exports", data={"csrf_token": token, **said})
    assert asked.status_code == 303, re.findall(r'class="wrong"[^>]*>[^<]*', asked.text)
    (export,) = work.db.all("SELECT id FROM full_exports")
    other = work.browser("approver")
    token = opened(other, "/desk/exports").fields["csrf_token"]
    decided = other.post(f"/desk/exports/{export['id']}/decide", data={"csrf_token": token, "do": "allow"})
    assert decided.status_code == 303
    opened(desk, "/desk/exports")
    for path in ("/desk/ledgers/work/download", "/desk/export/2026-11-23.xlsx"):
        assert desk.get(path).status_code == 200, path


def commands(data: Path, out: Path) -> str:
    """Run the commands that read everything; give all they say."""
    out.mkdir()
    told = ""
    for words in (("cases", "--json"), ("tick", "--json"), ("export", "--date", "2026-11-23", "--out", str(out)),
                  ("ledger", "work", "--date", "2026-11-23", "--out", str(out)), ("verify",), ("doctor",), ("processing",),
                  ("purge", "--dry-run"), ("staff", "list"), ("rotate-keys",)):  # fmt: skip
        done = baoxue(data, *words, BAOXUE_MODE="demo")
        assert "Traceback" not in done.stderr, words
        told += done.stdout + done.stderr
    return told + "\n".join(path.name for path in out.iterdir())


def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    moment = clock.here() + by
    at(monkeypatch, moment)


# ---- what is looked for ----


@pytest.fixture
def done(
    house: Chat,
    heard: Heard,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> Callable[[], tuple[str, str]]:
    """Give what walks through all faces, and then tells the log and what commands said."""

    def walk() -> tuple[str, str]:
        caplog.set_level(logging.INFO)
        work = casework(house.app, house.db)
        with house.db.write():
            house.db.run("UPDATE children SET child_name = ? WHERE child_name = '张雨桐'", (NAMES["pupil"],))
        says_in_chat(house)
        reports_on_a_page(house)
        reports_by_json(house)
        works_on_cases(work, house, monkeypatch)
        looks_and_searches(work, house)
        (papers := tmp_path.parent / f"{tmp_path.name}-papers").mkdir()
        sends_files(work, papers)
        takes_out(work)
        said = commands(tmp_path, tmp_path.parent / f"{tmp_path.name}-out")
        return caplog.text, said

    return walk


def test_marked_values_are_nowhere_they_may_not_be(
    house: Chat, heard: Heard, tmp_path: Path, done: Callable[[], tuple[str, str]]
) -> None:
    log, said = done()
    assert "limited" not in log
    for name, text in (("log", log), ("commands", said), ("titles", "\n".join(heard.titles)),
                       ("files", "\n".join(heard.files)),
                       ("counts", house.app.test_client().get("/metrics").text)):  # fmt: skip
        assert found_in(text) == [], name
    assert len(heard.titles) > 60
    told = sorted({one for one in heard.addresses if found_in(one)})
    assert told == [], "\n".join(told)
    assert found_on_disk(tmp_path, "baoxue.db") == []
    assert found_on_disk(Path(tempfile.gettempdir()), "-") == []
    with closing(
        sqlite3.connect(tmp_path / "baoxue.db")
    ) as raw:  # what is looked for is there, and would be found
        stolen = "\n".join(raw.iterdump())
    assert {one for one in found_in(stolen) if one.startswith("name")} == {f"name {one}" for one in NAMES}
    (tmp_path / f"{WORDS['cell']}.txt").write_text(NAMES["api"], "utf-8")
    assert len(found_on_disk(tmp_path, "baoxue.db")) == 2
