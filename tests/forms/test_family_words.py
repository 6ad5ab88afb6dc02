"""What a family said, as its class teacher reads it on her phone: on the roll, and on the page of her class."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from intake.people import devices
from intake.people.accounts import Person
from intake.school import roll
from intake.store.db import Database
from intake.web import phones
from tests.hands.classroom import MANY, MORNING, Classroom, at, classroom, teacher
from tests.hands.family import PHONE, WORDS, confirm, told
from tests.hands.page import Page, count, opened

TODAY = MORNING.date()
TUESDAY = TODAY + timedelta(days=1)


pytestmark = pytest.mark.usefixtures("morning")


@pytest.fixture
def room(db: Database) -> Classroom:
    return classroom(db, names=MANY)


@pytest.fixture
def phone(app: Flask, db: Database, liu: Person) -> FlaskClient:
    token, client = devices.new_token(), app.test_client()
    devices.add_device(db, liu, token, "Android Mobile")
    client.set_cookie(phones.COOKIE, token)
    return client


def looks(db: Database) -> int:
    return len(db.all("SELECT id FROM audit WHERE verb = 'report.read'"))


def test_who_was_missing_yesterday_comes_first(
    phone: FlaskClient, db: Database, room: Classroom, liu: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = room.children[MANY[-1]]
    roll.mark(db, room.id, TODAY, {last: "病假"}, liu)
    at(monkeypatch, MORNING + timedelta(days=1))
    page = opened(phone, "/forms/roll")
    assert "昨天没来的，今天来了吗？" in page.words
    assert "昨天没来（病假）" in page.words
    assert page.words.index(MANY[-1]) < page.words.index("王小明")
    assert page.fields.getlist("absent") == []
    assert "应到 43" in page.words
    assert page.html.count('name="absent"') == 43


def test_after_days_off_the_weekday_is_said(
    phone: FlaskClient, db: Database, room: Classroom, liu: Person
) -> None:
    roll.mark(db, room.id, TODAY - timedelta(days=3), {room.children["王小明"]: "不明"}, liu)
    page = opened(phone, "/forms/roll")
    assert "周五没来的，今天来了吗？" in page.words
    assert "昨天没来" not in page.words


def test_leave_of_a_confirmed_parent_is_marked_before_anybody_taps(
    phone: FlaskClient, db: Database, room: Classroom, liu: Person
) -> None:
    ming = room.children["王小明"]
    receipt = told(db, leave=True, reason="因病")
    confirm(db, liu, ming)
    page = opened(phone, "/forms/roll")
    assert page.fields.getlist("absent") == [ming]
    assert page.fields[f"reason-{ming}"] == "病假"
    assert WORDS in page.words
    assert "妈妈说请假" in page.words
    assert f"tel:{PHONE}" in page.links
    assert looks(db) == 1
    assert phone.post("/forms/roll", data=page.fields).status_code == 303
    assert count(db) == 1
    state = roll.state(db, room.id, TODAY)
    assert state is not None
    assert (state.reasons, state.receipts) == ({ming: "病假"}, {ming: receipt})


def test_leave_of_somebody_unknown_is_shown_with_the_way_to_confirm(
    phone: FlaskClient, db: Database, room: Classroom
) -> None:
    told(db, leave=True)
    told(db, "赵甲", leave=True, reporter="web:1")
    page = opened(phone, "/forms/roll")
    assert page.fields.getlist("absent") == []
    assert "家里说了的" in page.words
    assert page.words.count("说请假") == 2
    assert "还没有确认是不是家长" in page.words
    assert "认不出是谁说的" in page.words
    assert "/forms/class#parents" in page.links
    assert "parents" in opened(phone, "/forms/class").ids


def test_leave_of_other_days_marks_nobody(
    phone: FlaskClient, db: Database, room: Classroom, liu: Person
) -> None:
    told(db, leave=True, last_seen="今天")  # tomorrow
    confirm(db, liu, room.children["王小明"])
    assert opened(phone, "/forms/roll").fields.getlist("absent") == []
    assert looks(db) == 0
    assert WORDS in opened(phone, "/forms/class").words


def test_her_class_tells_what_families_said_and_whose_look_it_was(
    phone: FlaskClient, app: Flask, db: Database, room: Classroom, liu: Person
) -> None:
    told(db)
    page = opened(phone, "/forms/class")
    assert f"“{WORDS}”" in page.words
    assert "今天 08:05 说的" in page.words
    assert f"tel:{PHONE}" in page.links
    (row,) = db.all("SELECT actor FROM audit WHERE verb = 'report.read'")
    assert row["actor"] == liu.actor
    other, token = app.test_client(), devices.new_token()
    devices.add_device(
        db, teacher(db, classroom(db, name="3班"), login="13812340009"), token, "Android Mobile"
    )
    other.set_cookie(phones.COOKIE, token)
    assert WORDS not in opened(other, "/forms/class").words
    assert looks(db) == 1


def test_a_contradiction_is_asked_and_answered_with_a_tap(
    phone: FlaskClient, db: Database, room: Classroom, liu: Person
) -> None:
    roll.mark(db, room.id, TODAY, {}, liu)
    told(db)
    page = opened(phone, "/forms/class")
    assert "妈妈说没来，11月23日的点名是到校。哪个对？" in page.words
    sent = page.fields.copy()
    assert phone.post("/forms/class/answer", data=sent).status_code == 422
    done = phone.post("/forms/class/answer", data=sent | {"answer": "missing"})
    assert done.status_code == 303
    after = opened(phone, done.location)
    assert "今天的点名也改好了" in after.words
    assert "哪个对" not in after.words
    assert count(db) == 1
    state = roll.state(db, room.id, TODAY)
    assert state is not None
    assert state.reasons == {room.children["王小明"]: "不明"}
    again = Page(phone.post("/forms/class/answer", data=sent | {"answer": "here"}))
    assert again.status == 409
    assert "刘老师已经回答了：真没来" in again.words


def test_an_answer_needs_a_page_that_is_not_old(
    phone: FlaskClient, db: Database, room: Classroom, liu: Person
) -> None:
    roll.mark(db, room.id, TODAY, {}, liu)
    told(db)
    sent = opened(phone, "/forms/class").fields.copy()
    sent["answer"], sent["csrf_token"] = "missing", "old"
    assert phone.post("/forms/class/answer", data=sent).status_code == 400
    assert "哪个对" in opened(phone, "/forms/class").words


def test_a_login_without_a_phone_is_told_where_to_write_one(
    app: Flask, db: Database, room: Classroom
) -> None:
    client, token = app.test_client(), devices.new_token()
    person = teacher(db, room, login="liulaoshi")
    devices.add_device(db, person, token, "Android Mobile")
    client.set_cookie(phones.COOKIE, token)
    roll.mark(db, room.id, TODAY, {}, person)
    told(db)
    page = Page(
        client.post("/forms/class/answer", data=opened(client, "/forms/class").fields | {"answer": "missing"})
    )
    assert page.status == 422
    assert "请打开点名册" in page.words
    assert "哪个对" in page.words  # nothing was kept
