"""Every page, sheet, message and paper, as whoever may open it reads it: of nobody's number are too few left."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from exports.books import daily
from intake import fields, ledgers
from intake.children import children
from intake.importing.staff import Slip
from intake.kinds.envelope import Envelope
from intake.paper import slips
from intake.people import accounts, devices
from intake.reports import door, lookup
from intake.store.db import Database
from intake.web import phones
from tests.hands import family
from tests.hands.api import basic
from tests.hands.candidates import Secret, secret_of, too_few
from tests.hands.casework import MORNING, Casework, casework, report
from tests.hands.classroom import SCHOOL_NAME, at
from tests.hands.page import Page, look, opened, press
from tests.hands.samples import sample

BORN = date(2017, 3, 8)
PHONE = "13811115607"
CHILDREN: dict[str, Secret] = {
    name: secret_of(BORN + timedelta(days=n), "男" if n % 2 else "女", 60 + n, PHONE)
    for n, name in enumerate(("王小明", "李红", "张雨桐", "赵磊"))
}
HOME = "吉林省白山市江源区石人镇林子头村三组15号"
KINDS = ("enrollment", "boarding", "subsidy", "absence", "safety")
ACTORS = ("officer", "approver", "subsidies", "town", "neighbour", "village", "principal", "bureau", "administrator", "auditor",
          "operator", "teacher")  # fmt: skip
CALLED = re.compile(r"/desk/(?:reports|cases|talks|calls|ledgers/work)|/forms/(?:cases|class|roll)")
"""Where whoever may call reads a telephone: a report of danger, one's own cases, the children of one's class."""
ENOUGH = 150
"""Pages of one actor that are opened; nobody has as many."""
_LEAVE = re.compile(r"sign-out|/static/|/phone/|/help|data:|tel:|#|^https?:|/simulator|\.xlsx|/download")


pytestmark = pytest.mark.usefixtures("morning")


@pytest.fixture
def work(app: Flask, db: Database, monkeypatch: pytest.MonkeyPatch) -> Casework:
    """Make a house in which of each child all is known that reports ask."""
    made = casework(app, db)
    with db.write():
        for name, secret in CHILDREN.items():
            one = made.room.children[name]
            db.run(
                "UPDATE children SET id_number = ?, id_number_hash = ?, birth_date = ?, sex = ? WHERE id = ?",
                (db.keys.lock(secret.number, "children.id_number", one), children.number_hash(db, secret.number),
                 secret.born.isoformat(), "男" if int(secret.number[16]) % 2 else "女", one),
            )  # fmt: skip
    for kind in KINDS:
        for name in CHILDREN:
            report(db, made.room.children[name], kind, **told(name, kind))
    family.told(db)  # somebody whom the teacher has to confirm
    made.act("note", "officer", words="记一笔")
    at(monkeypatch, MORNING + timedelta(hours=1))
    return made


def told(name: str, kind: str) -> dict[str, Any]:
    """Give what is said of a child besides what the hand says."""
    secret = CHILDREN[name]
    said: dict[str, Any] = {
        "child_name": name, "id_number": secret.number, "birth_date": secret.born.isoformat(), "phone": PHONE,
        "sex": "男" if int(secret.number[16]) % 2 else "女", "grade": "三年级", "class_name": "2班", "town": "石人镇",
        "village": "林子头村",
    }  # fmt: skip
    if kind == "enrollment":
        said |= {
            "household_place": HOME,
            "residence": HOME,
            "basis": "居住证",
            "permit_number": secret.number,
        }
    if kind == "safety":
        said |= {"what": "突发疾病或受伤"}
    return said


def browser(work: Casework, actor: str) -> FlaskClient:
    """Give the browser of somebody, signed in."""
    person, client = work.people[actor], work.app.test_client()
    token, there = devices.new_token(), devices.DESK if accounts.at_desk(person) else devices.PHONE
    devices.add_device(work.db, person, token, "Windows", there)
    client.set_cookie(phones.COOKIE, token)
    return client


def words_of(answer: TestResponse) -> str:
    """Give what is read in an answer: a page with its fields, JSON, each cell of a workbook."""
    kind = answer.headers.get("Content-Type", "")
    if "spreadsheet" in kind:
        return words_of_book(answer.data)
    return answer.get_data(as_text=True) if re.match("text/|application/json", kind) else ""


def words_of_book(data: bytes) -> str:
    """Give each cell of a workbook, row by row."""
    rows = [
        row for sheet in load_workbook(BytesIO(data)).worksheets for row in sheet.iter_rows(values_only=True)
    ]
    return "\n".join(" | ".join(str(one) for one in row if one is not None) for row in rows)


def pages(client: FlaskClient, *first: str) -> Iterator[tuple[str, str]]:
    """Open what is there from some pages on, link by link; each address once."""
    waiting, seen = [*first], set[str]()
    while waiting and len(seen) < ENOUGH:
        path = waiting.pop(0)
        shape = re.sub(r"#.*", "", path)
        if shape in seen:
            continue
        seen.add(shape)
        answer = client.get(shape, follow_redirects=True)
        yield unquote(answer.request.full_path), words_of(answer)
        if "text/html" in answer.headers.get("Content-Type", "") and answer.status_code == 200:
            links = re.findall(r'(?:href|src)="([^"]+)"', answer.get_data(as_text=True))
            waiting += [
                one.replace("&amp;", "&") for one in links if one.startswith("/") and not _LEAVE.search(one)
            ]


def riddles(path: str, text: str) -> list[str]:
    """Say of which child's number a text leaves too few."""
    looked = frozenset({"phone"}) if CALLED.match(path) and PHONE in text else frozenset[str]()
    return [
        f"{path} {name} {one}"
        for name, secret in CHILDREN.items()
        for one in too_few(text, secret, looked=looked)
    ]


@pytest.mark.fuzz
@pytest.mark.parametrize("actor", ACTORS)
def test_no_page_that_somebody_can_come_to_leaves_too_few(work: Casework, actor: str) -> None:
    client, start = (
        browser(work, actor),
        ("/desk/", "/desk/cases", "/desk/ledgers", "/forms/roll", "/forms/cases"),
    )
    found, masked = list[str](), 0
    for path, text in pages(client, *start):
        found += riddles(path, text)
        masked += bool(re.search(r"\*{6,}|不显示", text))
    assert found == [], "\n".join(found)
    assert masked or actor in (
        "administrator",
        "auditor",
        "operator",
        "neighbour",
        "teacher",
        "village",
        "approver",
    )


def keys_looked_at(page: Page) -> list[str]:
    """Give the keys of what a page offers to look at."""
    return [unquote(one) for one in re.findall(r"[?&](?:amp;)?see=([^&#\"]+)", page.html)]


LOOKED = {"id_number": "number", "permit_number": "number", "phone": "phone"}


def test_a_look_at_one_value_opens_no_other(work: Casework) -> None:
    client = browser(work, "officer")
    rows = work.db.all("SELECT number FROM cases ORDER BY number")
    receipts = work.db.all("SELECT receipt FROM reports WHERE kind <> 'safety' ORDER BY receipt")
    bare, found = 0, list[str]()
    for path in [f"/desk/cases/{row['number']}" for row in rows[:6]] + [
        f"/desk/reports/{row['receipt']}" for row in receipts[::3]
    ]:
        for key in keys_looked_at(opened(client, path)):
            asked = opened(client, f"{path}?see={key}")
            sent = {"csrf_token": asked.fields["csrf_token"], "field": key, "why": "identity"}
            page = Page(client.post(f"{path}/look", data=sent))
            assert page.status == 200, key
            what = LOOKED.get(key.rpartition(".")[2], "")
            bare += "birth_date" in key and "2206*" not in page.words
            for name, secret in CHILDREN.items():
                found += [
                    f"{path} {key} {name} {one}"
                    for one in too_few(page.html, secret, looked=frozenset({what}))
                ]
    assert found == []
    assert bare > 3


@pytest.mark.parametrize("actor", ["officer", "town", "principal"])
def test_no_workbook_leaves_too_few(work: Casework, actor: str, tmp_path: Path) -> None:
    found, masked, client = list[str](), 0, browser(work, actor)
    made = {"daily": words_of_book(daily.write(work.db, work.db.today(), tmp_path, actor="t").read_bytes())}
    for key in ledgers.ledger_keys():
        made[key] = words_of(client.get(f"/desk/ledgers/{key}/download?when=2026-11"))
    for key, text in made.items():
        found += riddles(f"/desk/ledgers/{key}", text)
        masked += "2206*" in text
    assert found == []
    assert masked > 4


def proven(work: Casework, kind: str) -> tuple[FlaskClient, Envelope]:
    """Give the browser of somebody who knows receipt, last four and name."""
    raw = {
        **sample(kind, 1, work.db.today()),
        **told("王小明", kind),
        "relation": "祖母",
        "school": SCHOOL_NAME,
    }
    raw |= {"last_seen": "2026-11-20", "on_leave": "否"} if kind == "absence" else {}
    done = door.receive(work.db, kind, raw, channel="form", reporter="web:other")
    envelope = lookup.find_report(work.db, done.receipt)
    assert envelope
    client = work.app.test_client()
    assert look(client, done.receipt, PHONE[-4:], "王小明").status == 200
    return client, envelope


@pytest.mark.parametrize("kind", KINDS)
def test_progress_correction_and_answers_of_programs_leave_enough(work: Casework, kind: str) -> None:
    client, envelope = proven(work, kind)
    texts = [(path, text) for path, text in pages(client, "/forms/status/now")]
    if kind not in ("safety", "absence"):  # those are taken up already
        check = press(
            client, "/forms/status/correct", opened(client, "/forms/status/correct"), grade="五年级"
        )
        texts.append(("read back", check.html))
    assert any("2206*" in text for _, text in texts) or kind == "safety"
    for path, text in texts:
        if path.startswith("/forms/status") or path == "read back":
            assert too_few(text, CHILDREN["王小明"]) == [], path
    answer = client.get(f"/api/v1/reports/{envelope.receipt}", headers=basic(PHONE[-4:], "王小明"))
    assert answer.status_code == 200
    assert too_few(words_of(answer), CHILDREN["王小明"]) == []


def test_no_slip_leaves_too_few(work: Casework) -> None:
    for one in (work.people["teacher"], replace(work.people["officer"], login="04393721234")):
        page = slips.sheet(
            [Slip(one, "学校", ("三年级2班",), code="12345678")], work.db.settings, work.db.now()
        )
        assert "***" in page
        assert too_few(page, Secret(CHILDREN["王小明"].number, one.login)) == []


def test_the_masks_of_before_are_found_on_a_page(work: Casework, monkeypatch: pytest.MonkeyPatch) -> None:
    client, _ = proven(work, "enrollment")
    monkeypatch.setattr(
        fields.IdNumber, "mask", lambda one, value, masks=None: f"{value[:6]}********{value[-4:]}"
    )
    monkeypatch.setattr(fields.Phone, "mask", lambda one, value, masks=None: f"{value[:3]}****{value[-4:]}")
    found = too_few(opened(client, "/forms/status/now").html, CHILDREN["王小明"])
    assert [one.partition(":")[0] for one in found] == ["number", "phone"]
