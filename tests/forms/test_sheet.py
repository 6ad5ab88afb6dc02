"""A form on its way: read back, mended, filled in by a teacher, and for a parent without a phone."""

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from intake.kinds import KINDS
from intake.kinds.envelope import Envelope
from intake.people import devices
from intake.people.accounts import Person
from intake.reports import lookup, notice
from intake.school import roll
from intake.store.db import Database
from intake.web import limits, phones
from tests.hands.classroom import MORNING, SCHOOL_NAME, Classroom, at, classroom, teacher
from tests.hands.page import Page, count, filled, opened, public, send

KEY = "Idempotency-Key"


@pytest.fixture
def room(db: Database) -> Classroom:
    """Give a class of four."""
    return classroom(db)


@pytest.fixture
def liu(client: FlaskClient, db: Database, room: Classroom) -> Person:
    """Give its teacher, whose phone `client` is."""
    person = teacher(db, room)
    token = devices.new_token()
    devices.add_device(db, person, token, "Android Mobile")
    client.set_cookie(phones.COOKIE, token)
    return person


def checked(client: FlaskClient, kind: str, fields: MultiDict[str, str]) -> Page:
    """Press 核对."""
    sent = fields.copy()
    sent["step"] = "check"
    return Page(client.post(f"/forms/{kind}", data=sent))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_read_back_is_what_is_sent(client: FlaskClient, db: Database, kind: str) -> None:
    answers = public(kind, 2)
    back = checked(client, kind, filled(opened(client, f"/forms/{kind}"), answers))
    assert back.status == 200
    assert "请您核对" in back.words
    assert str(answers["phone"]) in back.words
    assert count(db) == 0
    assert client.post(f"/forms/{kind}", data=back.fields).status_code == 303
    row = db.one("SELECT * FROM reports")
    assert row is not None
    assert lookup.answers_of(db, Envelope.of(row)) == lookup.schema(db, kind).accept(answers, "form")
    assert count(db, "consents") == 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_way_back_keeps_everything(client: FlaskClient, db: Database, kind: str) -> None:
    answers = public(kind, 4)
    back = checked(client, kind, filled(opened(client, f"/forms/{kind}"), answers))
    again = back.fields.copy()
    again["step"] = "edit"
    form = Page(client.post(f"/forms/{kind}", data=again))
    assert form.status == 200
    for key, value in answers.items():
        kept = [one for one in form.fields.getlist(key) if one]
        assert kept == (value if isinstance(value, list) else [value]), key
    assert form.fields["idempotency_key"] == back.fields["idempotency_key"]
    assert count(db) == 0


def test_a_read_back_uses_everyday_words(client: FlaskClient) -> None:
    answers = public("absence", 0) | {"relation": "祖母", "last_seen": "昨天"}
    back = checked(client, "absence", filled(opened(client, "/forms/absence"), answers))
    assert "奶奶" in back.words
    assert "祖母" not in back.words
    assert re.search(r"\d{4}-\d\d-\d\d", back.words)


def test_sent_twice_by_two_taps_is_one_report(client: FlaskClient, db: Database) -> None:
    back = checked(client, "absence", filled(opened(client, "/forms/absence"), public("absence", 1)))
    first, second = (client.post("/forms/absence", data=back.fields) for _ in range(2))
    assert first.location == second.location
    assert count(db) == 1


def test_a_script_is_told_where_the_receipt_is(client: FlaskClient, db: Database) -> None:
    back = checked(client, "absence", filled(opened(client, "/forms/absence"), public("absence", 1)))
    del back.fields["csrf_token"]  # a page kept by the phone has an old one, or none
    answers = [
        client.post("/forms/absence", data=back.fields, headers={KEY: back.fields["idempotency_key"]})
        for _ in range(3)
    ]
    assert {one.status_code for one in answers} == {201}
    assert len({one.json["page"] for one in answers if one.json}) == 1
    page = opened(client, answers[0].json["page"] if answers[0].json else "")
    assert "收到了" in page.words
    assert count(db) == 1


def test_without_token_and_key_nothing_is_taken(client: FlaskClient, db: Database) -> None:
    back = checked(client, "absence", filled(opened(client, "/forms/absence"), public("absence", 1)))
    del back.fields["csrf_token"]
    assert client.post("/forms/absence", data=back.fields).status_code == 400
    assert count(db) == 0


def test_a_teacher_is_not_asked_what_the_roll_knows(
    client: FlaskClient, db: Database, room: Classroom, liu: Person
) -> None:
    child = room.children["李红"]
    page = opened(client, f"/forms/absence?as=teacher&child={child}")
    assert {"child_name", "school", "grade", "class_name", "town", "relation", "phone", "consent"}.isdisjoint(
        page.names
    )
    assert {"last_seen", "on_leave", "contacted", "special_group"} <= page.names
    before = page.html.partition('name="contact_result"')[0]
    assert before.count("<details") == before.count("</details>"), "what she came to write is in view"
    for known in ("李红", SCHOOL_NAME, "三年级", "石人镇"):
        assert known in page.words
    said = {
        "last_seen": "2026-11-20",
        "on_leave": "否",
        "contacted": "是",
        "contact_result": "家长说不想念了",
    }
    assert client.post("/forms/absence", data=filled(page, said)).status_code == 303
    row = db.one("SELECT * FROM reports")
    assert row is not None
    assert (row["channel"], row["reporter"], row["consent"]) == ("teacher", liu.actor, "")
    answers = lookup.answers_of(db, Envelope.of(row))
    assert (answers["child_name"], answers["relation"], answers["phone"]) == ("李红", "班主任", liu.login)
    assert answers["contact_result"] == "家长说不想念了"


def test_a_teacher_fills_in_for_a_grandmother(
    client: FlaskClient, db: Database, room: Classroom, liu: Person
) -> None:
    page = opened(client, f"/forms/boarding?as=proxy&child={room.children['赵磊']}")
    said: dict[str, str | list[str]] = {
        "needs": ["寄宿"], "reason": "监护人外出", "relation": "祖母", "phone": liu.login
    }  # fmt: skip
    unread = Page(client.post("/forms/boarding", data=filled(page, said, consent="")))
    assert unread.status == 422
    assert "读给家长听" in unread.words
    for _ in range(2):
        assert client.post("/forms/boarding", data=filled(page, said)).status_code == 303
    row, consent = db.one("SELECT * FROM reports"), db.one("SELECT * FROM consents")
    assert row is not None
    assert consent is not None
    assert (row["channel"], row["reporter"]) == ("proxy", liu.actor)
    assert row["consent"].startswith(notice.VERSION)
    assert row["consent"].endswith("spoken")
    assert consent["how"] == "spoken"
    assert count(db) == count(db, "consents") == 1
    # The next grandmother hears the notice herself.
    assert "consent" in opened(client, f"/forms/boarding?as=proxy&child={room.children['李红']}").ids


def test_a_grandmother_who_knows_nothing_is_no_reason_not_to_fill_in_for_her(
    client: FlaskClient, db: Database, liu: Person
) -> None:
    page = opened(client, "/forms/absence?as=proxy")
    keys = ("child_name", "town", "last_seen", "on_leave", "phone")
    said: dict[str, str | list[str]] = {**dict.fromkeys(keys, "不知道"), "relation": "祖母"}
    assert client.post("/forms/absence", data=filled(page, said)).status_code == 303
    row = db.one("SELECT * FROM reports")
    assert row is not None
    form, answers = lookup.schema(db, "absence"), lookup.answers_of(db, Envelope.of(row))
    assert form.unverified(answers) == ["child_name", "town", "last_seen", "phone"]
    assert answers["on_leave"] == "否"


def test_a_child_who_is_not_on_the_list_is_asked_for_but_her_school_is_filled_in(
    client: FlaskClient, liu: Person
) -> None:
    page = opened(client, "/forms/subsidy?as=proxy")
    assert page.fields["school"] == SCHOOL_NAME
    assert page.fields["grade"] == "三年级"
    assert "child_name" in page.names


def test_only_a_teacher_writes_as_one_and_only_of_her_own(
    client: FlaskClient, db: Database, room: Classroom
) -> None:
    child = room.children["李红"]
    assert client.get(f"/forms/absence?as=teacher&child={child}").location.startswith("/forms/sign-in?next=")
    assert client.post("/forms/absence", data={"as": "teacher", "child": child}).status_code == 401
    assert send(client, "absence", public("absence", 0)).status_code == 303  # as anybody
    other = classroom(db, "五年级", "1班", ("陈静",))
    person = teacher(db, other, login="13812340002", name="孙老师")
    token = devices.new_token()
    devices.add_device(db, person, token, "Android Mobile")
    client.set_cookie(phones.COOKIE, token)
    refused = client.get(f"/forms/absence?as=teacher&child={child}")
    assert refused.status_code == 404
    assert "李红" not in refused.get_data(as_text=True)


def test_the_trap_and_the_crowd_ask_to_press_again_and_keep_everything(
    client: FlaskClient, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = filled(opened(client, "/forms/absence"), public("absence", 1))
    trapped = fields.copy()
    trapped["website"] = "http://example.com"
    page = Page(client.post("/forms/absence", data=trapped))
    assert page.status == 400
    assert page.fields["website"] == ""
    monkeypatch.setattr(limits, "busy", lambda _: True)
    crowd = Page(client.post("/forms/absence", data=page.fields))
    assert crowd.status == 429
    assert "请等" in crowd.words
    assert count(db) == 0
    monkeypatch.setattr(limits, "PATIENCE", 0)
    assert client.post("/forms/absence", data=crowd.fields).status_code == 303


def test_who_scanned_a_poster_need_not_say_which_school(
    client: FlaskClient, db: Database, room: Classroom
) -> None:
    school = db.one("SELECT code FROM schools")
    assert school is not None
    client.get(f"/?school={school['code']}")
    page = client.get("/forms/boarding")
    assert page.headers["Cache-Control"] == "private, no-cache"  # a school's name is no secret
    assert Page(page).fields["school"] == SCHOOL_NAME
    client.get("/?school=nowhere")
    assert opened(client, "/forms/boarding").fields["school"] == SCHOOL_NAME


def test_what_a_teacher_learns_later_goes_into_the_same_report(
    client: FlaskClient, db: Database, room: Classroom, liu: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, MORNING)
    child = room.children["王小明"]
    receipts = roll.mark(db, room.id, db.today(), {child: roll.UNEXPLAINED}, liu).receipts
    path = f"/forms/absence?as=teacher&child={child}"
    page = opened(client, path)
    assert receipts[child] in page.words
    assert page.fields["on_leave"] == "否"
    said = {"contacted": "是", "contact_result": "爷爷说孩子在家", "whereabouts": "在家"}
    sent = [client.post("/forms/absence", data=filled(page, said), headers={KEY: page.fields["idempotency_key"]})
            for _ in range(2)]  # fmt: skip
    assert [one.status_code for one in sent] == [201, 201]
    assert count(db) == count(db, "versions") == 1
    row = db.one("SELECT * FROM reports")
    assert row is not None
    answers = lookup.answers_of(db, Envelope.of(row))
    assert (answers["contact_result"], answers["whereabouts"], answers["last_seen"]) == (
        "爷爷说孩子在家", "在家", "2026-11-20",
    )  # fmt: skip
    assert "爷爷说孩子在家" in opened(client, path).fields["contact_result"]
    other = opened(client, f"/forms/absence?as=teacher&child={room.children['李红']}")
    assert receipts[child] not in other.words
