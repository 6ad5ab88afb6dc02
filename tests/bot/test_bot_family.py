"""What families say in the chat of a case that is under way, and what they hear of it."""

from typing import Any

import pytest

from intake.cases import case as cases
from intake.cases import work
from intake.cases.case import Case
from intake.cases.told import telling
from intake.kinds.envelope import Envelope
from intake.messages import outbox
from intake.people import bindings
from intake.people.accounts import Person
from intake.reports import door, lookup
from intake.store.db import Database
from tests.hands.cells import opened_cells
from tests.hands.chat import Chat
from tests.hands.classroom import MORNING, SCHOOL, Classroom, classroom, teacher
from tests.hands.samples import sample

REACHED = {"day": "2026-11-23", "way": "电话", "whom": "奶奶", "result": "联系上了", "words": "奶奶说厌学"}


@pytest.fixture
def room(chat: Chat) -> Classroom:
    return classroom(chat.db)


@pytest.fixture
def taught(chat: Chat, room: Classroom) -> Person:
    return teacher(chat.db, room)


def told(chat: Chat, room: Classroom, name: str = "王小明", **more: Any) -> tuple[Envelope, Case]:
    """Let the parent of this chat report a child of the class."""
    raw = {
        **sample("absence", 1),
        "child_name": name,
        "school": SCHOOL,
        "grade": "三年级",
        "class_name": "2班",  # who is not confirmed hears of the class teacher of the class that was said
        "on_leave": "否",
        "last_seen": "2026-11-20",
        "relation": "母",
    }
    done = door.receive(
        chat.db, "absence", raw | more, channel="wechat", child=room.children[name],
        reporter=chat.reporter,
    )  # fmt: skip
    report = lookup.find_report(chat.db, done.receipt)
    assert report
    return report, again(chat.db, report)


def again(db: Database, report: Envelope) -> Case:
    found = cases.case_of_report(db, report.id)
    assert found
    return found


def notices(db: Database, staff: Person) -> list[str]:
    rows = db.all("SELECT what FROM notices WHERE staff = ? ORDER BY at, id", (staff.id,))
    return [row["what"] for row in rows]


def messages(db: Database) -> list[str]:
    return opened_cells(db, "outbox.body", "ORDER BY created_at, id")


@pytest.mark.parametrize(
    "said",
    [
        "孩子上学去了",
        "已经回学校了",
        "今天去上学了",
        "复课了",
        "孩子回去上学了，谢谢老师",
        "俺孙子今天返校了",
        "小明又上学了，不用找了",
        "王小明昨天回学校上课了",
        "病好了，上学了",
        "老师您好，孩子已经到校了",
    ],
)
def test_a_family_says_that_the_child_is_back(chat: Chat, room: Classroom, taught: Person, said: str) -> None:
    report, case = told(chat, room)
    reply = chat.say(said)
    assert "班主任会核实" in reply
    after = again(chat.db, report)
    assert (after.state, after.open, after.duty) == ("待核实", 1, "back_said") or after.duty == "contact"
    owed = [row["duty"] for row in chat.db.all("SELECT duty FROM duties WHERE done_at IS NULL")]
    assert "back_said" in owed
    assert notices(chat.db, taught) == ["said_back"]
    event = cases.events_of(chat.db, case)[-1]
    assert (event.key, event.actor) == ("said_back", "parent")
    assert event.facts["day"] == ("2026-11-22" if "昨天" in said else "2026-11-23")
    assert "已经记着" in chat.say(said)
    assert notices(chat.db, taught) == ["said_back"]
    assert "11月23日 08:05 家里说孩子回学校了，等老师核实" in chat.say("进度")
    assert "接下来：班主任会核实孩子是不是回校了，最晚11月23日。" in chat.heard[-1]
    work.act(chat.db, after, "returned", {"day": "2026-11-23"}, taught, channel="desk")
    assert not chat.db.all("SELECT 1 FROM duties WHERE done_at IS NULL")


@pytest.mark.parametrize(
    "said",
    [
        "孩子没去上学",
        "怎么让孩子回去上学",
        "孩子回学校了吗",
        "孩子明天回学校",
        "孩子上学去了，可是没到校",
        "想让孩子复学",
    ],
)
def test_what_is_no_news_of_that_is_not_taken_for_it(
    chat: Chat, room: Classroom, taught: Person, said: str
) -> None:
    told(chat, room)
    chat.say(said)
    assert not chat.db.all("SELECT 1 FROM case_events WHERE event = 'said_back'")


def test_a_child_that_is_back_without_a_case_is_no_matter(chat: Chat) -> None:
    reply = chat.say("孩子回去上学了")
    assert "没有正在办的" in reply
    assert chat.reports() == []


def test_a_child_that_is_back_before_the_report_is_sent(chat: Chat) -> None:
    chat.say("孩子未到校", "同意", "王小明，石人镇中心小学三年级2班", "石人镇")
    assert "没有正在办的" not in chat.say("昨天还上学了")  # the last day at school
    if "请假过" not in chat.heard[-1]:
        chat.say("否")
    assert "刚才的登记不要了，回复 取消" in chat.say("孩子已经回学校了")
    assert "不要了" in chat.say("取消")
    assert chat.reports() == []


def test_of_two_children_the_family_is_asked_which(chat: Chat, room: Classroom, taught: Person) -> None:
    told(chat, room)
    report, _ = told(chat, room, "李红")
    assert "是哪个孩子" in chat.say("孩子回学校了")
    assert "李红" in chat.say("李红回学校了")
    (event,) = chat.db.all("SELECT case_id FROM case_events WHERE event = 'said_back'")
    assert event["case_id"] == again(chat.db, report).id


def test_a_neighbour_who_says_so_is_heard_by_people(chat: Chat, room: Classroom, taught: Person) -> None:
    told(chat, room, relation="邻居/其他")
    assert "转给" in chat.say("孩子回学校了")
    assert not chat.db.all("SELECT 1 FROM case_events WHERE event = 'said_back'")
    (row,) = chat.db.all("SELECT why FROM triage WHERE state = 'open'")
    assert row["why"] == "reply"


def test_a_family_hears_once_of_what_really_moved_and_can_answer(
    chat: Chat, room: Classroom, taught: Person
) -> None:
    chat.say("菜单")  # opens the window
    report, case = told(chat, room)
    work.act(chat.db, case, "contact", REACHED, taught, channel="desk")
    assert messages(chat.db) == []  # they were just called
    work.act(chat.db, again(chat.db, report), "returned", {"day": "2026-11-23"}, taught, channel="desk")
    (message,) = messages(chat.db)
    assert "老师说孩子已经到校" in message
    assert "王小明" not in message
    assert "老师说孩子已经到校" in chat.say("你好")
    reply = chat.say("没有啊，他现在还在家躺着呢")
    assert "已经转给班主任" in reply
    assert "您想说哪件事" not in reply
    event = cases.events_of(chat.db, again(chat.db, report))[-1]
    assert (event.key, event.words) == ("family_said", {"words": "没有啊，他现在还在家躺着呢"})
    assert notices(chat.db, taught) == ["family_said"]
    told_teacher = Chat(chat.app, openid="oTeacher")
    told_teacher.say(f"绑定{bindings.issue_code(chat.db, taught.id)}")
    assert "新：王小明 家里回复了：“没有啊，他现在还在家躺着呢”。" in told_teacher.say("待办")
    assert told_teacher.say("待办") == "现在没有要您办的事。"
    (row,) = chat.db.all("SELECT why, receipt FROM triage WHERE why = 'reply'")
    assert row["receipt"] == report.receipt
    assert "不客气" in chat.say("谢谢老师")
    assert "资助困难" in chat.say("补助一直没发下来")


def test_who_writes_later_or_of_something_else_is_heard_as_ever(
    chat: Chat, room: Classroom, taught: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.say("菜单")
    _, case = told(chat, room)
    work.act(chat.db, case, "returned", {"day": "2026-11-23"}, taught, channel="desk")
    assert "老师说孩子已经到校" in chat.say("你好")
    assert "110" in chat.say("孩子在学校被打了")
    assert not chat.db.all("SELECT 1 FROM case_events WHERE event = 'family_said'")


def test_what_does_not_arrive_is_a_call_on_the_case_until_somebody_spoke_to_them(
    chat: Chat, room: Classroom, taught: Person
) -> None:
    report, case = told(chat, room)  # no window is open
    work.act(chat.db, case, "returned", {"day": "2026-11-23"}, taught, channel="desk")
    after = again(chat.db, report)
    (call,) = telling.calls_of_case(chat.db, after)
    assert call["receipt"] == report.receipt
    event = cases.events_of(chat.db, after)[-1]
    work.undo(chat.db, after, event.id, taught, channel="desk")
    after = again(chat.db, report)
    assert len(telling.calls_of_case(chat.db, after)) == 2  # that it was a mistake is told, too
    work.act(chat.db, after, "contact", REACHED | {"result": "没联系上"}, taught, channel="desk")
    assert len(telling.calls_of_case(chat.db, after)) == 2
    work.act(chat.db, after, "contact", REACHED, taught, channel="desk")
    assert telling.calls_of_case(chat.db, after) == []
    assert outbox.undelivered(chat.db) == []


def test_a_message_tells_nothing_of_what_it_is_about(chat: Chat, room: Classroom) -> None:
    chat.say("菜单")
    raw = {**sample("subsidy", 1, MORNING.date()), "relation": "母"}
    raw.pop("id_number", None)
    who = chat.reporter
    officer = teacher(chat.db, login="officer", name="业务员", role="officer")
    done = door.receive(chat.db, "subsidy", raw, channel="wechat", reporter=who)
    report = lookup.find_report(chat.db, done.receipt)
    assert report
    work.act(
        chat.db, again(chat.db, report), "resolved", {"result": "低保户补助已补发"}, officer, channel="desk"
    )
    (message,) = messages(chat.db)
    assert "这件事已经解决" in message
    for word in ("资助", "补助", "低保", "困难", str(raw["child_name"])):
        assert word not in message


def test_who_turns_out_to_be_family_hears_more(chat: Chat, room: Classroom, taught: Person) -> None:
    report, _ = told(chat, room, relation="邻居/其他")
    door.amend(chat.db, report, {"relation": "母"}, actor=report.reporter, reason="更正")
    work.act(chat.db, again(chat.db, report), "contact", REACHED, taught, channel="desk")
    assert "老师已经和家里联系" in chat.say("进度")


def test_a_neighbour_and_a_restricted_case_get_no_message(
    chat: Chat, room: Classroom, taught: Person
) -> None:
    _, case = told(chat, room, relation="邻居/其他")
    work.act(chat.db, case, "returned", {"day": "2026-11-23"}, taught, channel="desk")
    assert messages(chat.db) == []
    assert "已经办结" in chat.say("进度")
    assert "已经到校" not in chat.say("进度")
