"""Who knows a child's name and day of birth learns nothing from the house: every answer is that of a child nobody knows."""

import json
from collections.abc import Iterator

import pytest
from flask import Flask

from intake.cases import work
from intake.kinds.envelope import Envelope
from intake.people.accounts import Person
from intake.reports import receipts
from intake.reports.whose.working import match_reports
from intake.store.db import Database
from tests.hands import staffed
from tests.hands.api import basic, post
from tests.hands.casework import CONTACT
from tests.hands.classroom import MORNING, SCHOOL_NAME, at, classroom, teacher
from tests.hands.page import Page, look, opened, send
from tests.hands.whose import case_of

KNOWN, UNKNOWN = "王小明", "周小明"
FOUR = "1234"
SAID = {"birth_date": "2017-03-01", "phone": "13800001234", "relation": "母亲", "town": "石人镇", "on_leave": "否",
        "last_seen": "2026-11-20"}  # fmt: skip


@pytest.fixture
def people(db: Database, monkeypatch: pytest.MonkeyPatch) -> dict[str, Person]:
    at(monkeypatch, MORNING)
    room = classroom(db)
    return {**staffed.everybody(db), "teacher": teacher(db, room)}


def newest(db: Database) -> Envelope:
    (row,) = db.all("SELECT * FROM reports ORDER BY id DESC LIMIT 1")
    return Envelope.of(row)


def plain(told: str, db: Database, name: str) -> str:
    """Give what is read, without what is the report's own."""
    report = newest(db)
    for one in (report.receipt, receipts.show_receipt(report.receipt), name, name[0]):
        told = told.replace(one, "□")
    return " ".join(told.split())


def heard(app: Flask, db: Database, name: str, **more: str) -> Iterator[str]:
    """Report as somebody whom nobody knows, and yield all that is answered."""
    client, said = app.test_client(), {**SAID, "child_name": name, **more}
    answer = send(client, "absence", said)
    assert answer.status_code == 303, Page(answer).words
    report = newest(db)
    yield plain(opened(client, answer.location).words, db, name)
    match_reports(db)
    yield plain(look(app.test_client(), report.receipt, FOUR, name).words, db, name)
    got = app.test_client().get(f"/api/v1/reports/{report.receipt}", headers=basic(FOUR, name))
    yield plain(json.dumps(got.get_json(), ensure_ascii=False), db, name)
    done = post(app.test_client(), said, Idempotency_Key=f"key-of-{len(name)}{name == KNOWN}")
    assert done.status_code == 201
    yield plain(json.dumps(done.get_json(), ensure_ascii=False), db, name)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"on_leave": "是"},
        {"school": SCHOOL_NAME},
        {"school": "大阳岔镇中学"},
        {"school": SCHOOL_NAME, "grade": "五年级"},
        {"village": "林子头村"},
        {"relation": "邻居/其他"},
        {"confidential": "是"},
    ],
)
def test_a_guess_that_is_right_is_answered_as_one_that_is_wrong(
    app: Flask, db: Database, people: dict[str, Person], more: dict[str, str]
) -> None:
    assert list(heard(app, db, KNOWN, **more)) == list(heard(app, db, UNKNOWN, **more))
    (known,) = db.all("SELECT count(*) AS n FROM reports WHERE child IS NOT NULL")
    assert known["n"] == 2, "the house has found the child, and keeps it to itself"


def test_who_goes_on_with_it_is_not_told_by_what_the_roll_alone_knows(
    app: Flask, db: Database, people: dict[str, Person]
) -> None:
    assert send(app.test_client(), "absence", {**SAID, "child_name": KNOWN}).status_code == 303
    report = newest(db)
    work.act(db, case_of(db, report), "contact", CONTACT, people["town"], channel="desk")
    words = look(app.test_client(), report.receipt, FOUR, KNOWN).words
    assert "已经和家里联系" in words
    for told in ("班主任会", SCHOOL_NAME, "三年级", "刘老师"):
        assert told not in words
