"""A bound teacher is a teacher: what she asks of her class, what she tells of calls and visits, and when she is a parent."""

import pytest

from intake.cases import case as cases
from intake.kinds.envelope import Envelope
from intake.people import accounts, bindings
from intake.reports import lookup
from intake.school import roll
from tests.hands.chat import Chat, bound
from tests.hands.classroom import MORNING, VILLAGE, Classroom, classroom

NAMES = ("唐佳琪", "冯志强", "王小明", "李红")
DANGER = "110"


@pytest.fixture
def room(chat: Chat) -> Classroom:
    made = classroom(chat.db, names=NAMES)
    classroom(chat.db, name="3班", names=("孙大圣",))
    bound(chat, made)
    return made


def done(chat: Chat, room: Classroom, name: str = "冯志强") -> list[str]:
    """Give what was done on a child's case."""
    case = cases.open_absence_of(chat.db, room.children[name])
    return [one.key for one in cases.events_of(chat.db, case)] if case else []


@pytest.mark.parametrize(
    "said",
    [
        "今天谁没来",
        "今天班里谁没到？",
        "没来的是谁",
        "咱班今天缺谁",
        "今天到齐了吗",
        "三年二班今天谁没来",
        "今天来了多少人",
    ],
)
def test_who_is_missing_today_is_said_of_her_class(chat: Chat, room: Classroom, said: str) -> None:
    assert chat.say(said) == "三年级2班：今天还没点名。"
    chat.say("冯志强没来，李红病假")
    reply = chat.say(said)
    assert reply.startswith("三年级2班：今天 2 人到，2 人没到：")
    assert "冯志强（没来，原因不明）" in reply
    assert "李红（病假）" in reply
    assert len(chat.reports()) == 2
    parent = Chat(chat.app, "oParent-2")
    assert "冯志强" not in parent.say(said)


@pytest.mark.parametrize(
    "said",
    [
        "冯志强怎么样了",
        "冯志强的事办到哪了",
        "我们班冯志强那个事处理得咋样了",
        "志强现在啥情况",
        "冯志强找到了吗",
    ],
)
def test_how_a_matter_stands_is_said_within_her_scope(chat: Chat, room: Classroom, said: str) -> None:
    chat.say("冯志强没来")
    reply = chat.say(said)
    assert "个案 001" in reply
    assert "现在是“待核实”" in reply
    assert "今天没来" in reply
    chat.say("给冯志强奶奶打电话了没人接", "确认")
    assert "11月23日电话：没联系上" in chat.say(said)
    looks = chat.db.all("SELECT detail FROM audit WHERE verb = 'case.read'")
    assert len(looks) == 2


def test_a_child_of_another_class_is_not_told_of(chat: Chat, room: Classroom) -> None:
    assert "没有叫“孙大圣”的孩子，或者不归您管" in chat.say("孙大圣怎么样了")
    assert "唐佳琪怎么样了" in chat.say("唐家琪怎么样了")
    assert "唐佳琪现在没有在办的事" in chat.say("唐佳琪怎么样了")
    assert "不归您管" not in chat.say("补助怎么样了")


def test_a_cadre_asks_too(chat: Chat, room: Classroom) -> None:
    chat.say("冯志强没来")
    made = accounts.add_person(chat.db, name="村", login="cun", password=None, role="village", area=VILLAGE)
    cadre = Chat(chat.app, "oCadre")
    cadre.say(f"绑定{bindings.issue_code(chat.db, made)}")
    assert "现在是“待核实”" in cadre.say("冯志强怎么样了")
    assert "冯志强" in cadre.say("今天谁没来")


def test_after_a_child_is_missing_the_call_is_a_tap_away(chat: Chat, room: Classroom) -> None:
    reply = chat.say("冯志强今天没来")
    tap = reply.splitlines()[-1].partition("：")[2]
    assert tap == "电话冯志强"
    chat.say(tap, "没人接", "确认")
    assert done(chat, room) == ["reported", "contact"]
    assert "点这里记" not in chat.say("李红请假")


@pytest.mark.parametrize(
    ("said", "way", "result"),
    [
        ("给冯志强奶奶打电话了没人接", "电话", "没联系上"),
        ("冯志强家没人接电话", "电话", "没联系上"),
        ("给冯志强他爸打了三个电话都没接", "电话", "没联系上"),
        ("冯志强家长联系不上", "电话", "没联系上"),
        ("去了冯志强家，家里没人", "家访", "没联系上"),
        ("昨天上门找冯志强，奶奶说在大连", "家访", "联系上了"),
        ("今天去冯志强家了，奶奶说他不念了，要去大连打工", "家访", "联系上了"),
        ("联系上冯志强妈妈了，说明天来", "电话", "联系上了"),
    ],
)
def test_a_call_and_a_visit_are_kept_with_one_tap(
    chat: Chat, room: Classroom, said: str, way: str, result: str
) -> None:
    chat.say("冯志强没来")
    reply = chat.say(said)
    assert way in reply
    assert result in reply
    assert said in reply
    assert done(chat, room) == ["reported"]
    chat.say("确认")
    case = cases.open_absence_of(chat.db, room.children["冯志强"])
    assert case
    event = cases.events_of(chat.db, case)[-1]
    assert (event.facts["way"], event.facts["result"], event.words["words"]) == (way, result, said)


@pytest.mark.parametrize(
    "said", ["我班冯志强家去过了，奶奶说不念了", "家访 冯志强，爷爷说去打工了", "跟冯志强妈妈聊了，说想退学"]
)
def test_a_visit_to_a_child_without_a_case_loses_nothing(chat: Chat, room: Classroom, said: str) -> None:
    reply = chat.say(said)
    assert "还没有在办的事" in reply
    assert chat.reports() == []
    assert "记下了" in chat.say("确认")
    assert done(chat, room) == ["reported", "contact"]
    assert chat.answers()["description"] == said
    assert (
        roll.state(chat.db, room.id, MORNING.date()) is None
    )  # a visit is no roll: nobody is counted as there
    case = cases.open_absence_of(chat.db, room.children["冯志强"])
    assert case
    assert cases.events_of(chat.db, case)[-1].words["words"] == said


@pytest.mark.parametrize("said", ["明天去冯志强家家访", "打算给冯志强家打电话", "准备上门看看李红"])
def test_what_is_only_planned_is_not_written_down(chat: Chat, room: Classroom, said: str) -> None:
    assert "以后说一声" in chat.say(said)
    assert chat.reports() == []


@pytest.mark.parametrize(
    "said", ["我家孩子发烧了明天请假", "我儿子李红没来上学三天了", "我闺女想住校", "我家老二不想上学了"]
)
def test_who_speaks_of_her_own_child_is_a_parent(chat: Chat, room: Classroom, said: str) -> None:
    reply = chat.say(said)
    assert "我来帮您登记" in reply or "您说的是哪件事" in reply
    assert roll.state(chat.db, room.id, MORNING.date()) is None


@pytest.mark.parametrize(
    "said",
    [
        "班里孩子被打了",
        "学生在操场被打了，流血了",
        "我班有个学生说不想活了",
        "冯志强不见了，电话打不通",
        "冯志强找不到了",
    ],
)
def test_words_of_danger_are_danger(chat: Chat, room: Classroom, said: str) -> None:
    chat.say("唐家琪没来")
    assert DANGER in chat.say(said)
    assert [one["kind"] for one in chat.reports()] == ["safety"]
    assert said in str(lookup.answers_of(chat.db, Envelope.of(chat.reports()[0]))["description"])
