"""What is known of a child is offered to its confirmed family in the chat, to be confirmed or put right; to nobody else."""

from datetime import timedelta
from typing import Any

import pytest

from intake.children import children, links
from intake.children.facts import noting
from intake.children.facts.answers import known
from intake.children.facts.fact import FactOrigin, facts_of
from intake.kinds.envelope import Envelope
from intake.people.accounts import Person
from intake.reports import drafts, lookup
from intake.reports.whose import told_facts, working
from tests.hands.chat import AGREED, RECEIPT, Chat, kept
from tests.hands.classroom import SCHOOL_NAME, Classroom, classroom, teacher
from tests.hands.family import linked

FATHER = "13811112220"
SECRETS = ("徐桂兰", "大石棚子村", "辽宁省大连市", "满族", "2205", "低保", "三年级", SCHOOL_NAME)
"""What the file of 王小明 holds."""


@pytest.fixture
def room(chat: Chat) -> Classroom:
    return classroom(chat.db)


@pytest.fixture
def person(chat: Chat, room: Classroom) -> Person:
    return teacher(chat.db, room)


def know(chat: Chat, child: str, kind: str, value: dict[str, Any], said: FactOrigin | None = None) -> None:
    noting.note_fact(
        chat.db, child, kind, value, said or FactOrigin("xueji", "command", chat.db.today(), "list")
    )


def filed(chat: Chat, room: Classroom) -> str:
    """Let the house know 王小明 well."""
    child = room.children["王小明"]
    know(chat, child, "father", {"away": "是", "since": "2024-03", "place": "辽宁省大连市"})
    know(chat, child, "guardian", {"guardian_name": "徐桂兰", "relation": "祖母", "phone": "13899990000"})
    know(chat, child, "residence", {"residence": "石人镇大石棚子村2组"})
    know(chat, child, "household", {"household_place": "石人镇大石棚子村2组", "household_type": "农业户口"})
    know(chat, child, "ethnic", {"ethnic": "满族"})
    know(chat, child, "hardship", {"hardship": "低保", "proof": "有证明"})
    know(chat, child, "permit", {"permit_number": "220605201500000001"})
    return child


def test_what_is_known_is_read_back_and_not_asked(chat: Chat, room: Classroom, person: Person) -> None:
    child = filed(chat, room)
    linked(chat, person, child)
    chat.say("我和他妈都在大连打工，孩子跟奶奶，想住校", AGREED)
    asked = "\n".join(chat.heard)
    assert "叫什么名字" not in asked
    assert "住在哪个镇" not in asked
    reply = chat.say(FATHER)
    told, remembered = reply.split("我们记着的，对吗？")
    assert "徐桂兰" in remembered
    assert SCHOOL_NAME in remembered
    assert "需要什么：住校" in told
    assert "从哪年哪月" not in reply, "since when the father is away is not known of the mother"
    assert "低保" not in reply
    assert "2206052015" not in reply
    assert "13899990000" not in reply  # the grandmother's is not the father's
    assert RECEIPT.search(chat.say("确认"))
    answers = chat.answers()
    assert (answers["guardian_name"], answers["phone"], answers["class_name"]) == ("徐桂兰", FATHER, "2班")
    assert chat.reports()[-1]["child"] == child


def test_one_tap_says_that_something_is_not_so_and_the_new_word_is_a_later_fact(
    chat: Chat, room: Classroom, person: Person
) -> None:
    child = filed(chat, room)
    who = linked(chat, person, child)
    chat.say("我家想住校，离校远，我是他爸，电话13811112220", AGREED)
    assert "记着的不对" in chat.heard[-1]
    which = chat.say("记着的不对")
    number = next(line.split(".")[0] for line in which.splitlines() if "照管孩子的大人" in line)
    assert "照管孩子的大人叫什么名字" in chat.say(f"修改{number}")
    reply = chat.say("徐国强")
    assert "徐国强" in reply.split("我们记着的，对吗？")[0]
    chat.say("确认")
    report = Envelope.of(chat.reports()[-1])
    pupil = children.find_child(chat.db, child)
    assert pupil
    told_facts.note_report_facts(chat.db, report, lookup.answers_of(chat.db, report), pupil)
    names = {one.get("guardian_name"): one for one in facts_of(chat.db, child) if one.kind == "guardian"}
    assert names["徐国强"].actor == who
    assert "徐桂兰" in names  # what a list says stays until staff decide


def test_saying_yes_says_the_fact_again(chat: Chat, room: Classroom, person: Person) -> None:
    child = filed(chat, room)
    know(
        chat,
        child,
        "travel",
        {"travel": "步行"},
        FactOrigin("roster", "command", chat.db.today() - timedelta(days=99)),
    )
    linked(chat, person, child)
    chat.say("我家想住校，离校远，我是他爸，电话13811112220", AGREED, "确认")
    report, pupil = Envelope.of(chat.reports()[-1]), children.find_child(chat.db, child)
    assert pupil
    told_facts.note_report_facts(chat.db, report, lookup.answers_of(chat.db, report), pupil)
    travel = next(one for one in facts_of(chat.db, child) if one.kind == "travel")
    assert (travel.source, travel.again_on) == ("roster", chat.db.today().isoformat())


def test_since_when_and_where_a_parent_is_away_goes_with_who_is_away(
    chat: Chat, room: Classroom, person: Person
) -> None:
    child = filed(chat, room)
    who = linked(chat, person, child)
    pupil = children.find_child(chat.db, child)
    assert pupil
    offered = known.known_answers(chat.db, pupil, "boarding", who)
    assert (
        offered.beside({})["away_since"] == offered.beside({"father_away": "是"})["away_since"] == "2024-03"
    )
    for said in ({"mother_away": "是"}, {"father_away": "否"}, {"away_place": "大连"}):
        assert "away_since" not in offered.beside(said)
    know(chat, child, "mother", {"away": "是", "since": "2025-06", "place": "辽宁省大连市"})
    both = known.known_answers(chat.db, pupil, "boarding", who).answers
    assert (both["mother_away"], both["away_place"], "away_since" in both) == ("是", "辽宁省大连市", False)


def test_what_was_last_said_more_than_a_year_ago_is_asked_anew(
    chat: Chat, room: Classroom, person: Person
) -> None:
    child = room.children["王小明"]
    old = chat.db.today() - known.LASTS - timedelta(days=1)
    know(chat, child, "residence", {"residence": "石人镇大石棚子村2组"}, FactOrigin("xueji", "command", old))
    know(
        chat,
        child,
        "guardian",
        {"guardian_name": "徐桂兰"},
        FactOrigin("xueji", "command", old + timedelta(days=1)),
    )
    linked(chat, person, child)
    pupil = children.find_child(chat.db, child)
    assert pupil
    offered = known.known_answers(chat.db, pupil, "enrollment", chat.reporter).answers
    assert "residence" not in offered
    assert offered["guardian_name"] == "徐桂兰"


def test_what_another_of_the_family_reported_is_not_told_on(
    chat: Chat, room: Classroom, person: Person
) -> None:
    child = room.children["王小明"]
    for actor in ("wechat:somebody", ""):  # the second wished to stay unnamed
        know(
            chat,
            child,
            "mother",
            {"away": "是"},
            FactOrigin("report", actor, chat.db.today(), "wechat", "r1"),
        )
    know(
        chat,
        child,
        "residence",
        {"residence": "石人镇1组"},
        FactOrigin("report", "wechat:x", chat.db.today(), "wechat"),
    )
    who = linked(chat, person, child)
    pupil = children.find_child(chat.db, child)
    assert pupil
    assert (
        not {"mother_away", "residence"}
        & known.known_answers(chat.db, pupil, "enrollment", who).answers.keys()
    )
    mine = FactOrigin("report", who, chat.db.today(), "wechat")
    know(chat, child, "residence", {"residence": "石人镇3组"}, mine)
    page = FactOrigin("report", who, chat.db.today(), "form")  # somebody may have typed it who had her link
    know(chat, child, "ethnic", {"ethnic": "回族"}, page)
    offered = known.known_answers(chat.db, pupil, "enrollment", who).answers
    assert (offered["residence"], offered.get("ethnic")) == ("石人镇3组", None)


def test_of_several_confirmed_children_it_is_asked_which_first(
    chat: Chat, room: Classroom, person: Person
) -> None:
    filed(chat, room)
    linked(chat, person, room.children["王小明"])
    linked(chat, person, room.children["李红"])
    reply = chat.say("孩子想住校", AGREED)
    assert "是哪个孩子的事" in reply
    assert "徐桂兰" not in reply
    chat.say("李红", "离校远", "爸爸", FATHER)
    assert "徐桂兰" not in "\n".join(chat.heard)
    assert "姓名：李红" in chat.heard[-1].split("我们记着的，对吗？")[1]
    changed = chat.say("名字错了，是王小明")  # then the other's file is looked at
    assert "徐桂兰" in changed


def test_the_father_sees_the_child_whom_the_roll_moved_up(
    chat: Chat, room: Classroom, person: Person
) -> None:
    child = room.children["王小明"]
    linked(chat, person, child)
    with chat.db.write():
        chat.db.run("UPDATE classes SET grade = '四年级' WHERE id = ?", (room.id,))
    chat.say("孩子发烧明天请假")
    reply = chat.say(AGREED)
    assert "四年级" in reply
    assert RECEIPT.search(chat.say("确认"))
    assert kept(chat)["grade"] == "四年级"


@pytest.mark.parametrize("state", ["", links.ASKED, links.REFUSED])
def test_nobody_learns_anything_before_the_class_teacher_has_confirmed(
    chat: Chat, room: Classroom, person: Person, state: str
) -> None:
    child = filed(chat, room)
    chat.say("你好")
    who = chat.reporter
    if state:
        links.ask(chat.db, who, child)
    if state == links.REFUSED:
        links.decide(chat.db, person, who, child, False)
    chat.say("想让孩子王小明住校，离学校远", AGREED, "石人镇", "爸爸", FATHER)
    chat.say("记着的不对", "进度", "我的信息", "继续", "确认", "进度", "我的信息")
    heard = "\n".join(chat.heard)
    assert "我们记着" not in heard
    assert [one for one in SECRETS if one in heard] == []
    assert chat.reports()[-1]["child"] is None


def test_what_is_remembered_is_in_no_draft_that_a_page_might_show(
    chat: Chat, room: Classroom, person: Person
) -> None:
    child = filed(chat, room)
    who = linked(chat, person, child)
    chat.say("我家想住校，离校远", AGREED)
    found = drafts.find_draft(chat.db, who, "boarding")
    assert found
    assert "guardian_name" not in found.answers
    assert "grade" not in found.answers
    assert (found.answers["needs"], found.answers["child_name"]) == (["寄宿"], "王小明")
    chat.say("孩子还想申请补助，补助一直没发")  # the first waits, and comes back as it was
    chat.say("继续")
    for kind in ("boarding", "subsidy"):
        other = drafts.find_draft(chat.db, who, kind)
        assert other is None or not {"guardian_name", "grade", "ethnic", "town"} & other.answers.keys()


def test_a_neighbour_of_the_same_name_is_not_her_child(chat: Chat, room: Classroom, person: Person) -> None:
    child = filed(chat, room)
    linked(chat, person, child)
    chat.say("我是邻居，隔壁王小明三天没上学了", AGREED)
    assert "我们记着" not in "\n".join(chat.heard)
    assert "徐桂兰" not in "\n".join(chat.heard)


def test_a_report_of_the_confirmed_child_is_linked_and_one_of_another_school_is_not(
    chat: Chat, room: Classroom, person: Person
) -> None:
    child = filed(chat, room)
    linked(chat, person, child)
    chat.say("我家王小明想住校，离校远，在白山市第七中学，我是他爸，电话13811112220", AGREED, "确认")
    assert chat.reports()[-1]["child"] is None


def test_p1_leave_of_a_known_child_is_two_words(chat: Chat, room: Classroom, person: Person) -> None:
    child = filed(chat, room)
    linked(chat, person, child)
    chat.say("孩子发烧明天请假")
    reply = chat.say(AGREED)
    assert "请您核对" in reply
    assert "您要" not in reply
    assert "徐桂兰" in reply.split("我们记着的，对吗？")[1]
    assert "请假记下了" in chat.say("确认")
    assert (chat.reports()[-1]["status"], chat.reports()[-1]["child"]) == ("on_leave", child)
    assert chat.db.all("SELECT 1 FROM cases") == []
    working.match_reports(chat.db)
    assert {one.source for one in facts_of(chat.db, child)} == {"xueji"}, "a day's leave is the roll's"


def test_p2_both_parents_away_is_told_once_and_offered_the_next_time(
    chat: Chat, room: Classroom, person: Person
) -> None:
    child = room.children["王小明"]
    who = linked(chat, person, child)
    chat.say("我和他妈都在大连打工，孩子跟奶奶，想住校", AGREED, FATHER)
    assert RECEIPT.search(chat.say("确认"))
    working.match_reports(chat.db)
    away = {one.kind: one for one in facts_of(chat.db, child) if one.kind in ("father", "mother")}
    assert {(one.get("away"), one.get("place"), one.actor) for one in away.values()} == {("是", "大连", who)}
    chat.say("孩子还想坐校车，离校远")
    remembered = chat.heard[-1].split("我们记着的，对吗？")[1]
    assert "爸爸在外地打工吗：是" in remembered
    assert "在哪里打工：大连" in remembered
    later = chat.db.today() + timedelta(days=3)
    chat.say("确认")
    with chat.db.write():
        chat.db.run("UPDATE reports SET received_at = ? WHERE id = ?", (f"{later}T01:00:00.000000+00:00",
                                                                         chat.reports()[-1]["id"]))  # fmt: skip
    working.match_reports(chat.db)
    again = {one.kind: one for one in facts_of(chat.db, child) if one.kind in ("father", "mother")}
    assert {one.id for one in again.values()} == {one.id for one in away.values()}
    assert {one.again_on for one in again.values()} == {later.isoformat()}
