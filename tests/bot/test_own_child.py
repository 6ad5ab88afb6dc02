"""Which class a child is in, and whether its roll has come: told to confirmed family, and to nobody else."""

import pytest

from intake.children.facts import noting
from intake.children.facts.fact import FactOrigin
from tests.hands.chat import Chat
from tests.hands.classroom import SCHOOL_NAME, classroom, teacher
from tests.hands.family import linked

CLASS = (
    "我家孩子在哪个班",
    "我家孩子在哪个班？",
    "孩子分到几班了",
    "请问王小明在几年级几班啊",
    "孩子今年分在哪个班了？",
)
ROLL = ("学籍转过来了吗", "孩子学籍转过来没有", "我家孩子的学籍办好了没？", "王小明的学籍有没有转过来")


def confirmed(chat: Chat) -> str:
    room = classroom(chat.db)
    linked(chat, teacher(chat.db, room), room.children["王小明"])
    return room.children["王小明"]


@pytest.mark.parametrize("said", CLASS + ROLL)
def test_nobody_hears_of_a_child_before_the_class_teacher_has_confirmed(chat: Chat, said: str) -> None:
    without = chat.say(said)
    assert "班主任先确认" in without
    classroom(chat.db)
    assert chat.say(said) == without, "whether there is such a child changes nothing"
    assert chat.reports() == []


@pytest.mark.parametrize("said", CLASS)
def test_family_hears_the_class(chat: Chat, said: str) -> None:
    confirmed(chat)
    assert f"王小明：{SCHOOL_NAME}三年级2班" in chat.say(said)


@pytest.mark.parametrize("said", ROLL)
def test_family_hears_of_the_roll_what_lists_or_staff_say_and_a_person_the_rest(
    chat: Chat, said: str
) -> None:
    child = confirmed(chat)
    assert "转给工作人员" in chat.say(said)
    assert chat.messages("question") == [said]
    told = FactOrigin("report", "wechat:x", chat.db.today(), "wechat")
    noting.note_fact(chat.db, child, "transfer_state", {"transfer_state": "未转接"}, told)
    assert "未转接" not in chat.say(said)
    listed = FactOrigin("returned", "staff:1", chat.db.today(), "returned")
    noting.note_fact(chat.db, child, "transfer_state", {"transfer_state": "正在转接"}, listed)
    assert "学籍正在转接" in chat.say(said)


@pytest.mark.parametrize(
    "said",
    [
        "孩子在三年级二班，三天没上学了",
        "孩子被分到差班了，不想念了",
        "外地户口学籍怎么转",
        "孩子在班里被打了",
        "想给孩子转学籍",
    ],
)
def test_what_is_no_such_question_is_heard_as_before(chat: Chat, said: str) -> None:
    assert "班主任先确认" not in chat.say(said)


def test_a_report_under_way_goes_on(chat: Chat) -> None:
    confirmed(chat)
    chat.say("我家想住校，离校远", "同意")
    reply = chat.say("我家孩子在哪个班？")
    assert "三年级2班" in reply
    assert "您是孩子的什么人" in reply or "电话" in reply
