"""What families, neighbours and confidential reporters read of a case on the page of their report."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from intake.cases import case as cases
from intake.cases import work
from intake.cases.case import Case
from intake.children import children, links
from intake.children.facts import noting
from intake.children.facts.fact import FactOrigin
from intake.kinds.envelope import Envelope
from intake.people import accounts, slots
from intake.people.accounts import Person
from intake.reports import door, lookup, progress, promises
from intake.store.db import Database
from tests.hands.classroom import MORNING, SCHOOL, at, classroom, teacher
from tests.hands.page import Page, opened
from tests.hands.progress import NAME, PHONE, prove
from tests.hands.samples import sample

DAY = timedelta(days=1)
CONTACT = {
    "day": "2026-11-23",
    "way": "家访",
    "whom": "奶奶",
    "result": "联系上了",
    "words": "奶奶说孩子厌学",
}
STAFF_WORDS = ("疑似辍学", "劝返", "线索", "核实中", "奶奶", "厌学", "刘老师", "责任人")


@pytest.fixture
def taught(db: Database, monkeypatch: pytest.MonkeyPatch) -> Person:
    at(monkeypatch, MORNING)
    return teacher(db, classroom(db))


def reported(db: Database, kind: str = "absence", **more: str) -> Envelope:
    """Take a report of the class's 王小明 from somebody's browser, who names the class."""
    row = db.one("SELECT id FROM children WHERE child_name = ?", (NAME,))
    raw = {**sample(kind, 1, MORNING.date()), "child_name": NAME, "phone": PHONE, "relation": "母"}
    raw |= {"school": SCHOOL, "grade": "三年级", "class_name": "2班"}
    raw |= {"on_leave": "否", "last_seen": "2026-11-20"} if kind == "absence" else {}
    raw = {key: value for key, value in raw.items() if key not in ("id_number", "village")}
    done = door.receive(
        db, kind, raw | more, channel="form", reporter="web:mother", child=row["id"] if row else ""
    )
    report = lookup.find_report(db, done.receipt)
    assert report
    return report


def case_of(db: Database, report: Envelope) -> Case:
    found = cases.case_of_report(db, report.id)
    assert found
    return found


def person(role: str) -> Person:
    return Person(f"{role}-1", "某", f"{role}-1", role, "220605", SCHOOL)


def test_a_family_reads_the_steps_in_plain_words(
    client: FlaskClient, db: Database, taught: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = reported(db)
    page = prove(client, report)
    assert "班主任会尽快与您联系" in page.words
    assert "/forms/status/withdraw" in page.links
    work.act(db, case_of(db, report), "contact", CONTACT | {"result": "没联系上"}, taught, channel="desk")
    work.act(db, case_of(db, report), "contact", CONTACT, taught, channel="desk")
    page = opened(client, "/forms/status/now")
    assert "正在联系、核实" in page.words
    assert "联系过家里，没有联系上" in page.words
    assert "老师已经和家里联系 11月23日 08:05" in page.words
    assert "班主任会在11月26日前核实清楚" in page.words
    assert {"/forms/status/correct", "/forms/status/withdraw"}.isdisjoint(page.links)
    at(monkeypatch, MORNING + 2 * DAY)
    work.act(db, case_of(db, report), "three_days", {}, "clock", channel="clock")
    persuaded = {"day": "2026-11-25", "way": "家访", "people": "李老师", "whom": "奶奶", "words": "劝了", "result": "没有答应",
                 "next_on": "2026-12-01"}  # fmt: skip
    work.act(db, case_of(db, report), "persuasion", persuaded, person("town"), channel="desk")
    page = prove(client, report)
    assert "学校和工作人员正在帮孩子回到学校" in page.words
    assert "工作人员和家里谈过孩子上学的事" in page.words
    for word in STAFF_WORDS:
        assert word not in page.words
    found = progress.progress_of(db, report)
    assert (found.status, found.plain) == ("处理中", "学校和工作人员正在帮孩子回到学校")


def test_a_neighbour_reads_only_that_it_is_handled(client: FlaskClient, db: Database, taught: Person) -> None:
    report = reported(db, relation="邻居/其他")
    prove(client, report)
    work.act(db, case_of(db, report), "contact", CONTACT, taught, channel="desk")
    page = opened(client, "/forms/status/now")
    assert "已经收到，正在办" in page.words
    assert "联系" not in page.words.replace("班主任会尽快与您联系", "").replace("联系电话", "")
    assert "孩子回去上学了" not in page.words
    work.act(db, case_of(db, report), "returned", {"day": "2026-11-23"}, taught, channel="desk")
    page = opened(client, "/forms/status/now")
    assert "已经办结" in page.words
    assert "孩子已经到校" not in page.words


def test_of_what_few_may_see_nothing_more_is_told(client: FlaskClient, db: Database, taught: Person) -> None:
    report = reported(db, "safety", what="受侵害", safe_now="否")
    prove(client, report)
    case = case_of(db, report)
    assert case.restricted
    work.act(db, case, "accepted", {}, person("bureau"), channel="desk")
    work.act(db, case_of(db, report), "contact", CONTACT, person("bureau"), channel="desk")
    page = opened(client, "/forms/status/now")
    assert "已经收到，有专人在办" in page.words
    assert "请马上打 110" in page.words
    for word in ("联系过", "已经和家里联系", "正在处理", *STAFF_WORDS):
        assert word not in page.words


def test_the_page_has_a_button_for_a_child_that_is_back(
    client: FlaskClient, db: Database, taught: Person
) -> None:
    report = reported(db)
    page = prove(client, report)
    assert "孩子回去上学了" in page.words
    sent = {"csrf_token": page.fields["csrf_token"], "day": "昨天"}
    for _ in range(2):
        page = Page(client.post("/forms/status/back", data=sent, follow_redirects=True))
        assert "核实以后这件事才算办完" in page.words
    assert "家里说孩子回学校了，等老师核实" in page.words
    assert "班主任会核实孩子是不是回校了，最晚11月23日" in page.words
    (event,) = [one for one in cases.events_of(db, case_of(db, report)) if one.key == "said_back"]
    assert event.facts["day"] == "2026-11-22"
    assert case_of(db, report).open
    assert [row["staff"] for row in db.all("SELECT staff FROM notices")] == [taught.id]
    bad = Page(client.post("/forms/status/back", data=sent | {"day": "后天"}, follow_redirects=True))
    assert bad.status == 200  # said already: nothing is read


def test_a_day_that_is_none_is_refused_at_its_place(
    client: FlaskClient, db: Database, taught: Person
) -> None:
    page = prove(client, reported(db))
    sent = {"csrf_token": page.fields["csrf_token"], "day": "去年的某一天"}
    assert Page(client.post("/forms/status/back", data=sent)).status == 422
    assert db.one("SELECT 1 FROM case_events WHERE event = 'said_back'") is None


def test_a_promise_names_who_is_there(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, MORNING)
    room = classroom(db)
    report = reported(db)
    assert "还没有定下由谁来办" in promises.promise_of(db, report)
    accounts.add_person(db, name="局", login="bureau-1", password="long enough", role="bureau", area="220605")
    report = reported(db, class_name="9班")
    other = reported(db, "boarding")
    assert promises.promise_of(db, other).startswith("教育局的工作人员会在 5 个工作日内答复您")
    leave = reported(db, on_leave="是")
    assert promises.promise_of(db, leave) == promises.UNSEEN
    made = teacher(db, room)
    assert slots.class_teachers(db, room.id) == [made]
    assert promises.promise_of(db, leave) == promises.SEEN_BY_TEACHER
    danger = reported(db, "safety", what="突发疾病或受伤", safe_now="否", description="从墙上摔下来")
    at(monkeypatch, MORNING.replace(hour=9))
    assert promises.promise_of(db, danger).startswith("会有专人马上打电话")
    at(monkeypatch, MORNING.replace(hour=22))
    assert "明天（周二）8:30 以后会打电话" in promises.promise_of(db, danger)
    assert "110" in promises.promise_of(db, danger)


def test_what_somebody_took_in_hand_waits_no_longer(db: Database, taught: Person) -> None:
    report = reported(db)
    assert progress.progress_of(db, report).plain == "已经收到，等待核实"
    work.act(db, case_of(db, report), "note", {"words": "明天去看看"}, taught, channel="desk")
    found = progress.progress_of(db, report)
    assert (found.plain, found.waiting) == ("已经收到，正在办", False)
    assert "班主任会与您联系" in progress.next_(db, report)


def test_a_teacher_is_not_promised_her_own_call(db: Database, taught: Person) -> None:
    raw = {**sample("absence", 1, MORNING.date()), "on_leave": "否", "relation": "班主任"}
    done = door.receive(db, "absence", raw, channel="teacher", reporter=taught.actor)
    report = lookup.find_report(db, done.receipt)
    assert report
    assert "与您联系" not in promises.promise_of(db, report)


def test_out_of_hours_a_call_of_the_bureau_is_promised_for_when_it_opens(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, MORNING.replace(hour=20))
    accounts.add_person(db, name="局", login="bureau-1", password="long enough", role="bureau", area="220605")
    raw = {**sample("absence", 2, MORNING.date()), "on_leave": "否", "last_seen": "2026-11-20"}
    raw.pop("id_number", None)
    done = door.receive(db, "absence", raw, channel="api")
    report = lookup.find_report(db, done.receipt)
    assert report
    said = promises.promise_of(db, report)
    assert said.startswith("教育局的工作人员会尽快与您联系")
    assert "明天（周二）8:30 以后有人办" in said
    assert children.find_child(db, "nobody") is None


@pytest.mark.parametrize("more", [{}, {"birth_date": "2017-03-01"}])
def test_what_the_house_has_found_by_itself_is_told_to_confirmed_family_alone(
    db: Database, taught: Person, more: dict[str, str]
) -> None:
    row = db.one("SELECT id FROM children WHERE child_name = ?", (NAME,))
    assert row
    said = FactOrigin("xueji", "command", db.today(), "list")
    noting.note_fact(db, row["id"], "guardian", {"guardian_name": "王强", "phone": PHONE}, said)
    told = {}
    for name in (NAME, "王小朋"):
        for key, leave in (("absence", "否"), ("leave", "是")):
            body = {"child_name": name, "town": "石人镇", "relation": "母", "phone": PHONE, "on_leave": leave,
                    "last_seen": "2026-11-20", **more}  # fmt: skip
            done = door.receive(db, "absence", body, channel="wechat", reporter=f"wechat:{name}")
            report = lookup.find_report(db, done.receipt)
            assert report
            told[name, key] = report
    assert [one.child for one in told.values()] == [row["id"], row["id"], "", ""]
    for key in ("absence", "leave"):
        mine, none = told[NAME, key], told["王小朋", key]
        assert promises.promise_of(db, mine) == promises.promise_of(db, none)
    links.ask(db, f"wechat:{NAME}", row["id"])
    assert links.decide(db, taught, f"wechat:{NAME}", row["id"], True)
    assert promises.promise_of(db, told[NAME, "leave"]) == promises.SEEN_BY_TEACHER
    assert promises.promise_of(db, told[NAME, "absence"]).startswith("班主任")


def test_the_steps_of_a_case_that_others_told_of_are_for_confirmed_family(
    db: Database, taught: Person
) -> None:
    row = db.one("SELECT id FROM children WHERE child_name = ?", (NAME,))
    assert row
    said = FactOrigin("xueji", "command", db.today(), "list")
    noting.note_fact(db, row["id"], "guardian", {"guardian_name": "王强", "phone": PHONE}, said)
    first = reported(db)
    work.act(db, case_of(db, first), "contact", CONTACT, taught, channel="desk")
    body = {
        "child_name": NAME,
        "town": "石人镇",
        "relation": "母",
        "phone": PHONE,
        "on_leave": "否",
        "last_seen": "2026-11-20",
    }
    done = door.receive(db, "absence", body, channel="wechat", reporter="wechat:stranger")
    mine = lookup.find_report(db, done.receipt)
    assert mine
    assert case_of(db, mine).id == case_of(db, first).id
    assert progress.progress_with_steps(db, first).steps
    found = progress.progress_with_steps(db, mine)
    assert (found.steps, "班主任" in found.coming) == ((), False)
    links.ask(db, "wechat:stranger", row["id"])
    assert links.decide(db, taught, "wechat:stranger", row["id"], True)
    assert progress.progress_with_steps(db, mine).steps
