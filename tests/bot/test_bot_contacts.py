"""What a teacher says in the chat of her open cases: calls and visits, what is due, what the roll is asked."""

import pytest

from intake.cases import case as cases
from intake.cases.case import Case, CaseEvent
from intake.people import accounts, bindings
from intake.reports import door
from intake.school import roll
from tests.hands.chat import Chat, bound
from tests.hands.classroom import MORNING, VILLAGE, Classroom, classroom
from tests.hands.samples import sample


@pytest.fixture
def room(chat: Chat) -> Classroom:
    """Give the class of a teacher who is bound in `chat`, and of whom a child is missing."""
    made = classroom(chat.db, names=("冯志强", "王小明", "李红"))
    bound(chat, made)
    chat.say("冯志强没来")
    return made


def the_case(chat: Chat, room: Classroom, name: str = "冯志强") -> Case:
    found = cases.open_absence_of(chat.db, room.children[name])
    assert found
    return found


def contact(chat: Chat, room: Classroom, name: str = "冯志强") -> CaseEvent:
    (event,) = [one for one in cases.events_of(chat.db, the_case(chat, room, name)) if one.key == "contact"]
    return event


@pytest.mark.parametrize("said", ["家访 冯志强", "冯志强 家访", "家访志强", "家访：冯志强"])
def test_only_what_is_missing_is_asked(chat: Chat, room: Classroom, said: str) -> None:
    assert "联系上了吗" in chat.say(said)
    reply = chat.say("奶奶说在家照顾弟弟，下周来")
    assert "联系上了，跟奶奶谈的" in reply
    assert "奶奶说在家照顾弟弟，下周来" in reply
    done = chat.say("确认")
    assert "记下了" in done
    assert "接下来：核实结论，11月26日前" in done
    event = contact(chat, room)
    assert event.facts["role"] == "teacher"
    assert (event.facts["way"], event.facts["result"], event.facts["day"]) == (
        "家访",
        "联系上了",
        "2026-11-23",
    )
    assert (event.words["whom"], event.words["words"]) == ("奶奶", "奶奶说在家照顾弟弟，下周来")
    assert the_case(chat, room).state == "核实中"


def test_whom_she_spoke_to_is_asked_where_it_is_not_said(chat: Chat, room: Classroom) -> None:
    assert "跟谁谈的" in chat.say("电话 冯志强，说明天来")
    assert "跟妈妈谈的" in chat.say("妈妈")
    chat.say("对")
    assert contact(chat, room).words["whom"] == "妈妈"


def test_a_call_in_vain_asks_nothing(chat: Chat, room: Classroom) -> None:
    assert "没联系上" in chat.say("电话 冯志强 没人接")
    assert "接下来：联系家里，今天" in chat.say("确认")
    assert contact(chat, room).facts["result"] == "没联系上"


def test_what_is_said_instead_is_heard_as_ever(chat: Chat, room: Classroom) -> None:
    chat.say("家访 冯志强")
    assert "人没到" in chat.say("李红没来")
    chat.say("家访 冯志强")
    assert chat.say("算了") == "好的，没有记。"
    chat.say("家访 冯志强", "菜单")
    assert "记在这个孩子的事里" not in chat.say("奶奶说不念了")
    assert "110" in chat.say("家访 冯志强", "孩子在学校被打了")
    assert not [one for one in cases.events_of(chat.db, the_case(chat, room)) if one.key == "contact"]


def test_two_of_a_name_are_told_apart(chat: Chat, room: Classroom) -> None:
    other = classroom(chat.db, name="3班", names=("冯志强",))
    person = bindings.person_bound(chat.db, chat.db.all("SELECT reporter FROM bound")[0]["reporter"])
    assert person
    bindings.teach(chat.db, person.id, other.id)
    chat.say("三年级3班冯志强没来")
    reply = chat.say("家访 冯志强，爷爷说打工去了")
    assert "是哪一个" in reply
    number = next(line[0] for line in reply.splitlines() if "3班" in line)
    assert "没有这个序号" in chat.say("9")
    assert "三年级3班 冯志强" in chat.say(number)
    chat.say("确认")
    assert contact(chat, other).words["whom"] == "爷爷"
    assert len(cases.events_of(chat.db, the_case(chat, room))) == 1


def test_her_open_cases_with_what_is_due(chat: Chat, room: Classroom) -> None:
    for word in ("我的个案", "待办"):
        reply = chat.say(word)
        assert "要您办的 1 件" in reply
        assert "冯志强 三年级2班 待核实：联系家里，今天" in reply
    chat.say("电话 冯志强，奶奶说在家", "确认")
    assert "首次家访，11月24日前" in chat.say("待办")
    chat.say("冯志强来了")
    assert chat.say("待办") == "现在没有要您办的事。"
    assert "没有要您办的事" not in Chat(chat.app, openid="oParent").say("待办")


def test_a_child_the_roll_does_not_know_of_is_back(chat: Chat, room: Classroom) -> None:
    raw = {**sample("absence", 1, MORNING.date()), "child_name": "王小明", "school": "石人镇中心小学", "grade": "三年级",
           "class_name": "2班", "on_leave": "否", "last_seen": "2026-11-20"}  # fmt: skip
    raw.pop("id_number", None)
    done = door.receive(chat.db, "absence", raw, channel="wechat", reporter="wechat:mother")
    assert "王小明" in chat.say("待办")
    assert "王小明今天到校了" in chat.say("王小明来了")
    row = chat.db.one(
        "SELECT c.state FROM cases c JOIN case_reports k ON k.case_id = c.id JOIN reports r ON r.id = k.report"
        " WHERE r.receipt = ?",
        (done.receipt,),
    )
    assert row
    assert row["state"] == "已到校"
    assert "王小明今天到校了" not in chat.say("王小明来了")


def test_a_restricted_case_and_another_class_are_none_of_hers(chat: Chat, room: Classroom) -> None:
    raw = {**sample("safety", 1, MORNING.date()), "what": "受侵害", "child_name": "李红"}
    door.receive(chat.db, "safety", raw, channel="api", child=room.children["李红"])
    other = classroom(chat.db, name="3班", names=("赵磊",))
    door.receive(
        chat.db, "absence", {**sample("absence", 1, MORNING.date()), "on_leave": "否"}, channel="api",
        child=other.children["赵磊"],
    )  # fmt: skip
    reply = chat.say("待办")
    assert "李红" not in reply
    assert "赵磊" not in reply
    assert "现在没有在办的事" in chat.say("家访 李红")
    assert "联系上了吗" not in chat.say("家访 赵磊")


def test_what_the_roll_is_asked_is_answered_in_the_chat(chat: Chat, room: Classroom) -> None:
    raw = {**sample("absence", 2, MORNING.date()), "child_name": "李红", "relation": "母", "on_leave": "否",
           "last_seen": "2026-11-20"}  # fmt: skip
    door.receive(
        chat.db, "absence", raw, channel="wechat", reporter="wechat:mother", child=room.children["李红"]
    )
    reply = chat.say("待办")
    assert "李红没来，和您的点名不一样" in reply
    assert "真没来" in reply
    assert "记下了" in chat.say("核对李红真没来")
    state = roll.state(chat.db, room.id, MORNING.date())
    assert state
    assert room.children["李红"] in state.reasons
    assert "和您的点名不一样" not in chat.say("待办")


def test_a_village_cadre_tells_of_a_visit(chat: Chat, room: Classroom) -> None:
    made = accounts.add_person(
        chat.db, name="村干部", login="cun", password=None, role="village", area=VILLAGE
    )
    other = Chat(chat.app, openid="oCadre")
    other.say(f"绑定{bindings.issue_code(chat.db, made)}")
    assert "冯志强" in other.say("待办")
    assert "联系上了吗" in other.say("家访 冯志强")
    assert "跟爷爷谈的" in other.say("爷爷说孩子去大连了")
    assert "记下了" in other.say("确认")
    assert contact(chat, room).facts["role"] == "village"
