"""Cases on a phone: what is asked of whom, and what is written down there, once and with its own day."""

from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from intake.cases import case as cases
from intake.cases import merging, work
from intake.cases.case import Case
from intake.cases.rounds import clocks
from intake.kinds import KINDS
from intake.people.accounts import Person
from intake.reports import door
from intake.reports.looking import evidence
from intake.school import roll
from intake.store.db import Database
from tests.hands.classroom import MORNING, SCHOOL, VILLAGE, Classroom, at, classroom, teacher
from tests.hands.family import PHONE, WORDS, told
from tests.hands.page import Page, opened
from tests.hands.phones import held, somebody
from tests.hands.pictures import picture
from tests.hands.samples import sample

TODAY = MORNING.date()
KEY = "0190aaaa-0000-7000-8000-000000000001"
SCRIPT = {"Idempotency-Key": KEY}
SAID = {"whom": "奶奶", "result": "联系上了", "words": "说不想念了"}


pytestmark = pytest.mark.usefixtures("morning")


@pytest.fixture
def phone(app: Flask, db: Database, liu: Person) -> FlaskClient:
    return held(app, db, liu)


@pytest.fixture
def case(db: Database, room: Classroom, liu: Person) -> Case:
    """Give the case of a child who is missing today."""
    roll.mark(db, room.id, TODAY, {room.children["王小明"]: "不明"}, liu)
    return now(db)


def now(db: Database) -> Case:
    row = db.one("SELECT * FROM cases ORDER BY id DESC LIMIT 1")
    assert row is not None
    return Case.of(row)


def at_case(case: Case, do: str = "") -> str:
    return f"/forms/cases/{case.number}" + (f"?do={do}" if do else "")


def write(client: FlaskClient, case: Case, do: str, **more: str) -> TestResponse:
    """Open what is to be written down, fill it in, and send it."""
    sent = opened(client, at_case(case, do)).fields.copy()
    for key, value in more.items():
        sent.setlist(key, [value])
    return client.post(at_case(case), data=sent)


def test_what_is_asked_of_her_comes_first(phone: FlaskClient, case: Case) -> None:
    page = opened(phone, "/forms/cases")
    assert "要您办的：1 件" in page.words
    assert "王小明" in page.words
    assert "联系家里" in page.words
    assert "今天" in page.words
    assert at_case(case, "call") in page.links
    assert at_case(case, "visit") in page.links
    assert "别人在办：0 件" in page.words


def test_a_call_and_a_visit_are_written_down(
    phone: FlaskClient, db: Database, case: Case, liu: Person
) -> None:
    done = write(phone, case, "call", **SAID)
    assert done.status_code == 303
    page = opened(phone, done.location)
    assert "记电话，已经报上去了" in page.words
    assert "说不想念了" in page.words
    assert now(db).state == "核实中"
    write(phone, case, "visit", **SAID, people="刘老师、于洪")
    event = cases.events_of(db, case)[-1]
    assert (event.key, event.actor, event.channel) == ("contact", liu.actor, "phone")
    assert (event.facts["way"], event.facts["day"]) == ("家访", "2026-11-23")
    assert event.words["people"] == "刘老师、于洪"
    assert now(db).duty == "conclude"


def test_sent_five_times_is_one_visit(phone: FlaskClient, db: Database, case: Case) -> None:
    sent = opened(phone, at_case(case, "visit")).fields.copy()
    for key, value in SAID.items():
        sent.setlist(key, [value])
    body = sent | {"noted_on": "2026-11-23"}
    body.setlist("idempotency_key", [KEY])
    answers = [phone.post(at_case(case), data=body, headers=SCRIPT) for _ in range(5)]
    assert {one.status_code for one in answers} == {201}
    assert answers[0].json == {"page": at_case(case), "told": "已送达：记家访"}
    assert [one.key for one in cases.events_of(db, case)] == ["reported", "contact"]


def test_a_visit_that_waited_for_a_week_has_its_own_day(
    phone: FlaskClient, db: Database, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was noted on Tuesday, of 昨天; by the time it arrives the clock and others have moved the case."""
    sent = opened(phone, at_case(case, "visit")).fields.copy()
    for key, value in (SAID | {"day": "昨天", "noted_on": "2026-11-24"}).items():
        sent.setlist(key, [value])
    at(monkeypatch, MORNING + timedelta(days=8))
    work.act(db, now(db), "three_days", {}, "clock", channel="worker")
    assert phone.post(at_case(case), data=sent, headers=SCRIPT).status_code == 201
    event = cases.events_of(db, case)[-1]
    assert (event.key, event.facts["day"], event.at[:10]) == ("contact", "2026-11-23", "2026-12-01")
    assert now(db).state == "疑似辍学"


@pytest.mark.parametrize("noted", ["", "gestern", "2026-12-31", "2020-01-01"])
def test_a_day_that_no_phone_can_mean_is_today(
    phone: FlaskClient, db: Database, case: Case, noted: str
) -> None:
    assert write(phone, case, "call", **SAID, day="昨天", noted_on=noted).status_code == 303
    assert cases.events_of(db, case)[-1].facts["day"] == "2026-11-22"


def test_what_is_missing_is_said_at_its_place_and_all_that_was_typed_stays(
    phone: FlaskClient, db: Database, case: Case
) -> None:
    page = Page(write(phone, case, "visit", **(SAID | {"whom": ""})))
    assert page.status == 422
    assert "whom-wrong" in page.invalid
    assert page.fields["words"] == "说不想念了"
    assert page.fields["result"] == "联系上了"
    assert len(cases.events_of(db, case)) == 1
    page.fields.setlist("whom", ["爷爷"])
    assert phone.post(at_case(case), data=page.fields).status_code == 303


def test_a_page_that_is_old_keeps_what_was_typed(phone: FlaskClient, db: Database, case: Case) -> None:
    page = Page(write(phone, case, "visit", **SAID, csrf_token="old"))
    assert page.status == 400
    assert page.fields["words"] == "说不想念了"
    assert len(cases.events_of(db, case)) == 1


def test_what_moves_a_case_is_not_done_on_an_old_page(
    app: Flask, phone: FlaskClient, db: Database, case: Case, liu: Person
) -> None:
    sent = opened(phone, at_case(case, "returned")).fields
    work.act(db, case, "contact", SAID | {"day": "今天", "way": "电话"}, liu, channel="desk")
    page = Page(phone.post(at_case(case), data=sent))
    assert page.status == 409
    assert "刘老师记了“联系”" in page.words
    assert phone.post(at_case(case), data=page.fields).status_code == 303  # on purpose, having read it
    assert now(db).state == "已到校"


@pytest.mark.parametrize("seen", ["", "x", "²", "-1", "9" * 5000])
def test_a_version_that_no_page_has_does_not_count(phone: FlaskClient, case: Case, seen: str) -> None:
    assert write(phone, case, "returned", seen=seen).status_code == 303


def test_a_visit_that_comes_when_all_is_over_is_kept_as_a_note(
    phone: FlaskClient, db: Database, case: Case, liu: Person
) -> None:
    sent = opened(phone, at_case(case, "visit")).fields.copy()
    for key, value in SAID.items():
        sent.setlist(key, [value])
    sent.setlist("idempotency_key", [KEY])
    work.act(db, case, "returned", {"day": "今天"}, liu, channel="desk")
    sent.setlist("whom", [""])
    assert phone.post(at_case(case), data=sent, headers=SCRIPT).status_code == 422
    sent.setlist("whom", ["奶奶"])
    for _ in range(2):
        answer = phone.post(at_case(case), data=sent, headers=SCRIPT)
        assert answer.json == {"page": at_case(case), "told": "已送达：记家访。这件事已经办完，记成了备注"}
    event = cases.events_of(db, case)[-1]
    assert [one.key for one in cases.events_of(db, case)] == ["reported", "returned", "note"]
    assert (
        event.words["words"]
        == "记家访。日期：2026-11-23，方式：家访，跟谁谈：奶奶，结果：联系上了，说了什么：说不想念了"
    )
    assert "办完了：已到校" in opened(phone, at_case(case)).words


def test_what_a_case_does_not_lead_to_says_why(
    phone: FlaskClient, db: Database, case: Case, liu: Person
) -> None:
    sent = opened(phone, at_case(case, "returned")).fields.copy()
    sent.setlist("seen", [""])
    work.act(db, case, "returned", {"day": "今天"}, liu, channel="desk")
    page = Page(phone.post(at_case(case), data=sent))
    assert page.status == 422
    assert "个案现在是“已到校”" in page.words
    assert page.fields["day"] == "今天"


def test_a_visit_to_a_case_that_was_put_into_another_is_written_there(
    phone: FlaskClient, db: Database, case: Case, room: Classroom, liu: Person
) -> None:
    told(db)
    second = now(db)
    sent = opened(phone, at_case(second, "visit")).fields.copy()
    for key, value in SAID.items():
        sent.setlist(key, [value])
    merging.merge(db, second, case, liu, channel="desk")
    assert phone.post(at_case(second), data=sent).location.endswith(at_case(case))
    assert cases.events_of(db, case)[-1].key == "contact"


def test_whose_it_is_and_whose_not(app: Flask, db: Database, case: Case, room: Classroom) -> None:
    principal = held(app, db, somebody(db, "principal", "13812340003", school=SCHOOL))
    cadre = held(app, db, somebody(db, "village", "13812340004", VILLAGE))
    for client in (principal, cadre):
        assert "别人在办：1 件" in opened(client, "/forms/cases").words
        assert "刘老师在办" in opened(client, at_case(case)).words
        assert write(client, case, "visit", **SAID).status_code == 303
    outsiders = (
        held(app, db, teacher(db, classroom(db, name="3班"), login="13812340009")),
        held(app, db, somebody(db, "village", "13812340005", "220605105201")),
    )
    for client in outsiders:
        assert "王小明" not in opened(client, "/forms/cases").words
        assert client.get(at_case(case)).status_code == 404
        assert client.get(at_case(case, "visit")).status_code == 404
        assert client.post(at_case(case), data={"do": "visit"} | SAID, headers=SCRIPT).status_code == 404
    stranger = app.test_client()
    assert stranger.get(at_case(case)).status_code == 303
    assert stranger.post(at_case(case), data={"do": "visit"} | SAID, headers=SCRIPT).status_code == 401
    assert [one.key for one in cases.events_of(db, case)] == ["reported", "contact", "contact"]


def test_another_teachers_phone_does_not_send_it_as_hers(
    app: Flask, phone: FlaskClient, db: Database, case: Case, room: Classroom
) -> None:
    sent = opened(phone, at_case(case, "visit")).fields | SAID
    sun = held(app, db, teacher(db, room, login="13812340002", name="孙老师"))
    assert sun.post(at_case(case), data=sent, headers=SCRIPT).status_code == 401
    assert len(cases.events_of(db, case)) == 1


def test_what_nobody_offers_here_is_not_there(phone: FlaskClient, case: Case) -> None:
    for do in ("approve", "letter", "nothing", "reported"):
        assert phone.get(at_case(case, do)).status_code == 404
    assert (
        phone.post(at_case(case), data={"do": "false_alarm", "reason": "x"}, headers=SCRIPT).status_code
        == 403
    )
    assert phone.get("/forms/cases/220605-2026-999999").status_code == 404


def test_words_and_telephone_are_there_and_each_look_is_on_record(
    phone: FlaskClient, db: Database, room: Classroom, liu: Person
) -> None:
    told(db)
    page = opened(phone, at_case(now(db)))
    assert f"“{WORDS}”" in page.words
    assert f"tel:{PHONE}" in page.links
    rows = db.all("SELECT verb, actor FROM audit WHERE verb IN ('case.read', 'report.read') ORDER BY id")
    assert [tuple(row) for row in rows] == [("case.read", liu.actor), ("report.read", liu.actor)]


def test_of_who_asked_to_stay_unnamed_a_school_learns_nothing(
    phone: FlaskClient, db: Database, room: Classroom, liu: Person
) -> None:
    receipt = told(db)
    with db.write():
        db.run("UPDATE reports SET confidential = 1 WHERE receipt = ?", (receipt,))
    page = opened(phone, at_case(now(db)))
    assert "要求保密" in page.words
    for secret in (WORDS, PHONE, "母"):
        assert secret not in page.words


@pytest.mark.parametrize("kind", KINDS)
def test_a_case_of_any_kind_is_read_on_a_phone(app: Flask, db: Database, room: Classroom, kind: str) -> None:
    door.receive(db, kind, sample(kind, 1, TODAY) | {"town": "石人镇", "village": ""}, channel="api")
    town = held(app, db, somebody(db, "town", "13812340003"))
    assert "收到报告" in opened(town, at_case(now(db))).words


def test_a_contradiction_is_asked_there_too(
    phone: FlaskClient, db: Database, room: Classroom, liu: Person
) -> None:
    roll.mark(db, room.id, TODAY, {}, liu)
    told(db)
    page = opened(phone, "/forms/cases")
    assert "妈妈说没来，11月23日的点名是到校。哪个对？" in page.words
    fields = {key: page.fields[key] for key in ("csrf_token", "class", "report")}
    assert phone.post("/forms/class/answer", data=fields | {"answer": "here"}).status_code == 303
    assert now(db).state == "已到校"
    assert "哪个对" not in opened(phone, "/forms/cases").words


def test_observation_is_due_on_its_days(
    phone: FlaskClient, db: Database, case: Case, liu: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    principal = somebody(db, "principal", "13812340003", school=SCHOOL)
    work.act(db, case, "three_days", {}, "clock", channel="worker")
    back = {"day": "今天", "school": SCHOOL, "grade": "三年级"}
    work.act(db, now(db), "back", back, principal, channel="desk")
    at(monkeypatch, datetime.combine(date(2026, 11, 30), MORNING.timetz()))
    page = opened(phone, "/forms/cases")
    assert "第 7 天复学回访" in page.words
    assert opened(phone, at_case(case, "observed")).fields["which"] == "7"
    assert write(phone, case, "observed").status_code == 303
    assert cases.standing(db, now(db)).observed == {"7"}


def test_the_pages_are_plain_and_small(phone: FlaskClient, case: Case) -> None:
    for path in ("/forms/cases", at_case(case), at_case(case, "visit")):
        answer = phone.get(path, headers={"Accept-Encoding": "gzip"})
        assert len(answer.data) < 8 * 1024, path
        assert answer.headers["Cache-Control"] == "no-store"
        page = opened(phone, path)
        assert not [name for name in page.attributes if name == "style" or name.startswith("on")]
        assert page.described <= page.ids
        assert page.controls <= page.labels
        assert "<title>" in page.html
        assert "王小明" not in page.html.split("</title>")[0]
        assert not [link for link in page.links if "王小明" in link]


def test_what_she_writes_into_the_report_clears_what_was_owed(
    phone: FlaskClient, db: Database, case: Case, room: Classroom
) -> None:
    path = f"/forms/absence?as=teacher&child={room.children['王小明']}"
    sent = opened(phone, path).fields.copy()
    sent.setlist("contacted", ["是"])
    sent.setlist("contact_result", ["家访，奶奶说不念了"])
    for _ in range(2):
        assert phone.post("/forms/absence", data=sent).status_code in (303, 422)
    assert [one.key for one in cases.events_of(db, case)].count("contact") == 1
    assert now(db).state == "核实中"


def test_the_way_to_a_case_is_where_the_child_is(phone: FlaskClient, case: Case, room: Classroom) -> None:
    ming = room.children["王小明"]
    for path in (f"/forms/roll/sent?class={room.id}&day=2026-11-23", f"/forms/class/{ming}"):
        assert at_case(case) in opened(phone, path).links
    assert "1 件要您办" in opened(phone, "/forms/class").words
    assert "孩子的事" in opened(phone, "/").words


def test_she_says_that_it_is_a_child_of_hers(
    phone: FlaskClient, db: Database, room: Classroom, liu: Person
) -> None:
    told(db, reporter="web:1")
    case = now(db)
    assert (case.state, case.child) == ("线索", "")
    page = opened(phone, at_case(case, "identified"))
    assert "三年级2班 的 王小明" in page.words
    assert phone.post(at_case(case), data=page.fields).status_code == 303
    assert (now(db).state, now(db).child) == ("待核实", room.children["王小明"])
    assert phone.post(at_case(case), data=page.fields).status_code == 303  # pressed twice
    assert [one.key for one in cases.events_of(db, case)] == ["reported", "identified"]
    assert phone.get(at_case(case, "identified")).status_code == 404
    told(db, "李四", reporter="web:2")  # nobody of that name is hers
    assert at_case(now(db), "identified") not in opened(phone, at_case(now(db))).links


def test_a_document_of_her_case_is_delivered_once(phone: FlaskClient, db: Database, case: Case) -> None:
    principal = somebody(db, "principal", "13812340003", school=SCHOOL)
    work.act(db, case, "letter", {"document": "书面报告"}, principal, channel="desk")
    assert at_case(case, "served") in opened(phone, at_case(case)).links
    page = opened(phone, at_case(case, "served"))
    assert "记送达（书面报告 220605-2026-0001）" in page.words
    sent = page.fields | {"people": "刘老师", "how": "签收"}
    told = [phone.post(at_case(case), data=sent, headers=SCRIPT).status_code for _ in range(2)]
    assert told == [201, 201]
    assert [one.key for one in cases.events_of(db, case)].count("served") == 1
    again = sent.copy()
    again.setlist("idempotency_key", ["a" * 20])
    late = Page(phone.post(at_case(case), data=again))
    assert (late.status, "已经记过送达" in late.words) == (422, True)
    assert at_case(case, "served") not in opened(phone, at_case(case)).links


def test_what_is_done_at_the_desk_says_so(
    app: Flask, db: Database, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    principal = somebody(db, "principal", "13812340003", school=SCHOOL)
    at(monkeypatch, MORNING + timedelta(days=28))
    clocks.tick(db)
    page = opened(held(app, db, principal), "/forms/cases")
    assert "书面报告" in page.words
    assert "这一步在电脑上的工作台办" in page.words


def test_what_there_is_nothing_to_do_about_has_no_button(phone: FlaskClient, case: Case) -> None:
    links = opened(phone, at_case(case)).links
    assert at_case(case, "visit") in links
    for do in ("answered", "accepted"):  # nobody asks her, and she has it already
        assert at_case(case, do) not in links


@pytest.mark.parametrize(("days", "marked"), [(0, True), (9, False)])
def test_a_question_is_answered_at_the_case_too_however_old(
    phone: FlaskClient, db: Database, room: Classroom, liu: Person, monkeypatch: pytest.MonkeyPatch,
    days: int, marked: bool,
) -> None:  # fmt: skip
    told(db)
    roll.mark(db, room.id, TODAY, {}, liu)
    case = now(db)
    at(monkeypatch, MORNING + timedelta(days=days))
    assert at_case(case, "answered") in opened(phone, at_case(case)).links
    sent = opened(phone, at_case(case, "answered")).fields | {"answer": "真没来"}
    assert [phone.post(at_case(case), data=sent).status_code for _ in range(2)] == [303, 303]
    assert cases.standing(db, case).questions == {}
    assert [one.key for one in cases.events_of(db, case)].count("answered") == 1
    state = roll.state(db, room.id, TODAY)
    assert state is not None
    assert bool(state.reasons) == marked
    assert phone.get(at_case(case, "answered")).status_code == 404


def test_what_is_sensitive_is_masked_here(
    phone: FlaskClient, db: Database, room: Classroom, liu: Person
) -> None:
    told(db, special_group=["孤儿"])
    page = opened(phone, at_case(now(db)))
    assert "特殊群体类别" in page.words
    assert "孤儿" not in page.words
    assert "特殊群体类别不显示" in page.words


def test_a_photo_of_a_visit_is_kept_with_the_case_once(
    phone: FlaskClient, db: Database, case: Case, liu: Person
) -> None:
    path = f"{at_case(case)}/photo"
    assert path in opened(phone, at_case(case)).links
    token = opened(phone, path).fields["csrf_token"]

    def sending(data: bytes, script: bool = True) -> TestResponse:
        boundary, body = encode_multipart(
            {"csrf_token": token, "photo": FileStorage(BytesIO(data), "photo.jpg")}
        )
        kind = f"multipart/form-data; boundary={boundary}"
        return phone.post(path, data=body, content_type=kind, headers=SCRIPT if script else {})

    sent = picture()
    for _ in range(2):
        answer = sending(sent)
        assert (answer.status_code, answer.json) == (201, {"page": at_case(case), "told": "照片已送达。"})
    (event,) = [one for one in cases.events_of(db, case) if one.key == "evidence"]
    assert event.facts["file"] in evidence.files_of_case(db, case.id)
    assert sending(sent, script=False).status_code == 303
    for wrong, sentence in (
        (b"", "还没有选照片"),
        (b"%!PS", "不是照片"),
        (b"x" * (evidence.CAP + 1), "太大了"),
    ):
        page = Page(sending(wrong, script=False))
        assert page.status in (413, 422)
        assert sentence in page.words
    assert len(evidence.files_of_case(db, case.id)) == 2
