"""The desk's home, work list, inbox, and a case opened by hand, as staff see them."""

import re
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from intake.cases import case as cases
from intake.cases import work
from intake.cases.case import Case
from intake.cases.told import inbox
from intake.people import accounts
from intake.people.accounts import Person
from intake.reports import door
from intake.reports.looking import reasons
from intake.store.db import Database
from intake.talks import alarms
from tests.hands.desk import PASSWORD, look, sign_in
from tests.hands.many import many_cases
from tests.hands.page import Page, filled, public
from tests.hands.samples import sample
from tests.hands.watching import statements

MOST = 15
"""Statements of a page (a write's own, and one that asks every few seconds whether a school is new, left out)."""


def person(db: Database, login: str, role: str, area: str = "220605", school: str = "") -> Person:
    made = accounts.add_person(
        db, name=f"{login}老师", login=login, password=PASSWORD, role=role, area=area, school=school
    )
    found = accounts.person_by_id(db, made)
    assert found
    return found


@pytest.fixture
def li(db: Database) -> Person:
    return person(db, "bureau", "bureau")


@pytest.fixture
def town(db: Database) -> Person:
    return person(db, "shiren", "town", "220605105")


@pytest.fixture
def desk(client: FlaskClient, li: Person) -> FlaskClient:
    sign_in(client, "bureau")
    return client


def browser(app: Flask, login: str) -> FlaskClient:
    found = app.test_client()
    sign_in(found, login)
    return found


def report(db: Database, kind: str = "absence", n: int = 1, **more: object) -> Case:
    elsewhere = {"village": "", "school": ""} if "town" in more else {}
    made = door.receive(db, kind, {**sample(kind, n), **elsewhere, **more}, channel="form")
    found = cases.case_of_report(db, made.id)
    assert found
    return found


def post(client: FlaskClient, page: str, to: str, **fields: object) -> TestResponse:
    token = look(client, page).fields["csrf_token"]
    return client.post(to, data={"csrf_token": token, **fields})


def rows(page: Page) -> list[str]:
    return [one for one in page.links if re.fullmatch(r"/desk/cases/\d{6}-\d{4}-\d{6}", one)]


def test_each_number_of_the_first_page_stands_in_the_heading_of_the_list_it_opens(
    desk: FlaskClient, db: Database
) -> None:
    many_cases(db, 300)
    page = look(desk, "/desk/")
    doors = re.findall(r'href="(/desk/cases\?[^"]+)"[^>]*>(?:<b>)?(\d+)', page.html)
    assert len(doors) > 20
    for href, number in doors:
        listed = look(desk, href.replace("&amp;", "&"))
        assert re.search(rf"<h1>个案：[^<]+ {number} 件</h1>", listed.html), href
        if int(number) <= 18:
            assert len(rows(listed)) == int(number), href


def test_the_first_page_says_what_comes_first_and_hides_names(desk: FlaskClient, db: Database) -> None:
    made = report(db, child_name="欧阳安然", last_seen="2026-01-05")
    page = look(desk, "/desk/")
    assert "欧**然" in page.words or "欧阳*然" in page.words
    assert "欧阳安然" not in page.html
    assert f"/desk/cases/{made.number}" in page.links
    assert "今天未上报的班" in page.words
    assert page.html.count('<svg class="chart"') == 1


def test_somebody_who_sees_no_child_is_shown_none(app: Flask, db: Database) -> None:
    report(db)
    for role in ("auditor", "operator", "administrator"):
        person(db, role, role)
        client = browser(app, role)
        page = look(client, "/desk/")
        assert "您的账号看不到孩子和个案" in page.words
        assert rows(page) == []
        assert client.get("/desk/cases").status_code == 403


def test_a_town_sees_its_own_alone(app: Flask, db: Database, town: Person) -> None:
    mine, other = report(db, town="石人镇"), report(db, n=2, town="湾沟镇")
    client = browser(app, "shiren")
    for path in ("/desk/", "/desk/cases"):
        found = rows(look(client, path))
        assert f"/desk/cases/{mine.number}" in found
        assert f"/desk/cases/{other.number}" not in found
    assert rows(look(client, f"/desk/cases?q={other.number}")) == []


def test_what_is_no_filter_is_left_out(desk: FlaskClient, db: Database) -> None:
    made = report(db)
    for asked in ({"kind": "x", "state": "<b>", "due": "gestern", "owed": "'"}, {"p": "-3"}, {"p": "x"}):
        assert rows(look(desk, f"/desk/cases?{urlencode(asked)}")) == [f"/desk/cases/{made.number}"]
    none = look(desk, "/desk/cases?" + urlencode({"kind": "safety", "due": "逾期"}))
    assert "没有符合的个案" in none.words
    assert "/desk/cases?kind=safety" in none.links
    assert desk.get("/desk/cases?p=999999").status_code == 200


def test_a_search_is_on_record_without_what_was_typed(desk: FlaskClient, db: Database, li: Person) -> None:
    made = report(db, child_name="欧阳安然")
    page = look(desk, "/desk/cases?" + urlencode({"q": "欧阳"}))
    assert rows(page) == [f"/desk/cases/{made.number}"]
    row = db.one("SELECT subject, detail FROM audit WHERE verb = 'case.searched'")
    assert row
    assert tuple(row) == (li.id, "1")


def test_many_are_assigned_and_told_and_the_list_comes_back_as_it_was(
    desk: FlaskClient, db: Database, li: Person, town: Person
) -> None:
    one, two = report(db, "subsidy", town="石人镇"), report(db, "boarding", 2, town="石人镇")
    both = [f"{one.number}:{one.version}", f"{two.number}:{two.version}"]
    answer = post(
        desk,
        "/desk/cases",
        "/desk/cases/assign?due=x&kind=absence",
        case=both,
        owner=town.id,
        words="请今天办",
    )
    assert (answer.status_code, answer.location) == (303, "/desk/cases?kind=absence&p=1")
    assert f"已分派 2 件给{town.name}" in look(desk, answer.location).words
    for made in (one, two):
        again = cases.find_case(db, made.number)
        assert again
        assert again.owner == town.id


def test_a_button_pressed_twice_assigns_once(desk: FlaskClient, db: Database, town: Person) -> None:
    made = report(db, "subsidy", town="石人镇")
    fields = {"case": f"{made.number}:{made.version}", "owner": town.id}
    for _ in range(2):
        assert post(desk, "/desk/cases", "/desk/cases/assign", **fields).status_code == 303
    events = db.all("SELECT event FROM case_events WHERE case_id = ? AND event = 'assigned'", (made.id,))
    assert len(events) == 1


def test_what_moved_meanwhile_is_not_assigned_the_rest_is(
    desk: FlaskClient, db: Database, li: Person
) -> None:
    one, two = report(db, "subsidy"), report(db, "boarding", 2)
    work.act(db, two, "handled", {}, li, channel="desk", seen=two.version)
    both = [f"{one.number}:{one.version}", f"{two.number}:{two.version}"]
    answer = post(desk, "/desk/cases", "/desk/cases/assign", case=both, mine="1", words="有空就办")
    page = Page(answer)
    assert answer.status_code == 409
    assert "1 件没有分派" in page.words
    assert "另外 1 件已经分派" in page.words
    assert page.fields.getlist("case") == [
        f"{two.number}:{two.version + 1}"
    ]  # still ticked, at what it is now
    assert page.fields["words"] == "有空就办"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"owner": "x"}, "还没有勾选个案"),
        ({"case": "{}:1"}, "请选一位责任人"),
        ({"case": "{}:1", "owner": "nobody"}, "请选一位责任人"),
    ],
)
def test_nothing_ticked_and_nobody_chosen_is_said_with_what_was_chosen(
    desk: FlaskClient, db: Database, fields: dict[str, str], sentence: str
) -> None:
    made = report(db)
    said = {key: value.format(made.number) for key, value in fields.items()}
    answer = post(desk, "/desk/cases", "/desk/cases/assign", words="请快办", **said)
    page = Page(answer)
    assert answer.status_code == 422
    assert sentence in page.words
    assert page.fields["words"] == "请快办"
    assert page.fields.getlist("case") == [one for key, one in said.items() if key == "case"]


@pytest.mark.parametrize("version", ["", "x", "²", "٣", "9" * 5000])
def test_a_version_that_no_page_has_is_no_request(desk: FlaskClient, db: Database, version: str) -> None:
    said = {"case": f"{report(db).number}:{version}", "mine": "1"}
    assert post(desk, "/desk/cases", "/desk/cases/assign", **said).status_code == 400


def test_the_pages_ask_the_database_little(db: Database, desk: FlaskClient, li: Person) -> None:
    many_cases(db, 200)
    for n in range(4):  # danger in hand, and danger that nobody has
        report(db, "safety", n)
    for alarm in alarms.alarms_waiting(db, li)[:3]:
        alarms.take(db, alarm, li)
    for path in ("/desk/", "/desk/cases", "/desk/cases?school=S001&due=逾期", "/desk/cases?owed=visit"):
        look(desk, path)  # what is asked once in a while is asked
        with statements(db) as heard:
            look(desk, path)
        asked = [one for one in heard if "FROM schools" not in one]
        assert len(asked) <= MOST, (path, asked)


def test_the_inbox_tells_cases_by_number_and_is_read_at_a_tap(
    desk: FlaskClient, db: Database, li: Person
) -> None:
    made = report(db, child_name="欧阳安然")
    assert "还没有通知" in look(desk, "/desk/inbox").words
    with db.write():
        inbox.tell_person(db, li, made, "assigned")
    page = look(desk, "/desk/inbox")
    assert "1 条没看" in page.words
    assert "收件箱<b>1</b>" in page.html
    assert f"/desk/cases/{made.number}" in page.links
    assert "欧阳" not in page.html
    assert post(desk, "/desk/inbox", "/desk/inbox/read").status_code == 303
    page = look(desk, "/desk/inbox")
    assert "0 条没看" in page.words
    assert "收件箱<b>" not in page.html


def test_who_knows_the_child_is_shown_before_a_case_is_opened(desk: FlaskClient, db: Database) -> None:
    made = report(db, child_name="欧阳安然")
    page = Page(post(desk, "/desk/cases/new", "/desk/cases/new", child_name=" 欧阳安然 "))
    assert page.status == 200
    assert rows(page) == [f"/desk/cases/{made.number}"]
    page = Page(post(desk, "/desk/cases/new", "/desk/cases/new", child_name="没人"))
    assert "没有找到这个孩子的记录" in page.words
    page = Page(post(desk, "/desk/cases/new", "/desk/cases/new", child_name=" ", number="123"))
    assert (page.status, page.fields["number"]) == (422, "123")
    assert "请写孩子的姓名" in page.words


def test_a_case_is_opened_by_hand_once_however_often_it_is_sent(
    desk: FlaskClient, db: Database, li: Person
) -> None:
    form = Page(post(desk, "/desk/cases/new", "/desk/cases/new/absence", ask="1", child_name="欧阳安然"))
    assert form.fields["child_name"] == "欧阳安然"
    sent = filled(form, {**public("absence", 1), "child_name": "欧阳安然"})
    answer = desk.post("/desk/cases/new/absence", data=sent)
    assert answer.status_code == 303
    assert desk.post("/desk/cases/new/absence", data=sent).location == answer.location
    (row,) = db.all("SELECT number, child_name FROM cases")
    assert answer.location == f"/desk/cases/{row['number']}"
    assert row["child_name"] == "欧阳安然"
    (seen,) = db.all("SELECT reporter, channel FROM reports")
    assert tuple(seen) == (li.actor, "proxy")


def test_what_is_wrong_is_said_at_the_field_and_the_rest_stays(desk: FlaskClient, db: Database) -> None:
    form = Page(post(desk, "/desk/cases/new", "/desk/cases/new/absence", ask="1", child_name="欧阳安然"))
    sent = filled(form, {**public("absence", 1), "phone": "12"})
    page = Page(desk.post("/desk/cases/new/absence", data=sent))
    assert page.status == 422
    assert "phone-error" in page.invalid or any("phone" in one for one in page.invalid)
    assert page.fields["phone"] == "12"
    assert not db.all("SELECT id FROM cases")


def test_a_town_opens_no_case_of_another_town(app: Flask, db: Database, town: Person) -> None:
    client = browser(app, "shiren")
    form = Page(post(client, "/desk/cases/new", "/desk/cases/new/absence", ask="1", child_name="欧阳安然"))
    answers = {**public("absence", 1), "town": "湾沟镇", "village": ""}
    page = Page(client.post("/desk/cases/new/absence", data=filled(form, answers)))
    assert page.status == 422
    assert "这里不归您管" in page.words
    assert not db.all("SELECT id FROM reports")


def test_the_auditor_sees_looks_and_no_child(app: Flask, db: Database, desk: FlaskClient, li: Person) -> None:
    made = report(db, child_name="欧阳安然")
    look(desk, "/desk/cases?" + urlencode({"q": "欧阳"}))
    person(db, "audit", "auditor")
    client = browser(app, "audit")
    page = look(client, "/desk/audit")
    assert li.name in page.words
    assert "查找个案" in page.words
    assert "欧阳" not in page.html
    assert "查找个案" in look(client, f"/desk/audit?staff={li.id}&day={db.today()}").words
    assert "没有符合的记录" in look(client, "/desk/audit?day=2020-01-01").words
    assert "没有符合的记录" in look(client, "/desk/audit?staff=nobody").words
    assert client.get(f"/desk/cases/{made.number}").status_code in (403, 404)
    assert browser(app, "bureau").get("/desk/audit").status_code == 200


def test_a_case_that_is_opened_is_read_in_the_inbox(desk: FlaskClient, db: Database, li: Person) -> None:
    one, other = report(db), report(db, "boarding", 2)
    with db.write():
        for made in (one, other):
            inbox.tell_person(db, li, made, "assigned")
    assert desk.get(f"/desk/cases/{one.number}").status_code == 200
    assert inbox.unread_count(db, li) == 1
    assert "1 条没看" in look(desk, "/desk/inbox").words


def test_the_audit_says_which_value_and_why_in_words(
    app: Flask, db: Database, desk: FlaskClient, li: Person
) -> None:
    made = report(db, child_name="欧阳安然")
    reasons.note_look(db, made.id, "report.phone", li, "call")
    look(desk, "/desk/cases?" + urlencode({"q": "欧阳"}))
    page = look(desk, "/desk/audit")
    assert "联系电话，打电话" in page.words
    assert made.number in page.words
    assert "找到 1 件" in page.words
