"""A teacher's sentence of which only half was understood: what is left is quoted, the roll waits until she has decided."""

from datetime import timedelta

import pytest

from intake.kinds.envelope import Envelope
from intake.people import accounts, bindings, devices
from intake.people.accounts import Person
from intake.reports import lookup
from intake.school import roll
from intake.settings import Settings
from intake.web import phones
from tests.hands.chat import Chat, bound, opened
from tests.hands.classroom import MORNING, SCHOOL, TOWN, Classroom, at, classroom
from tests.hands.page import opened as page_of

NAMES = ("唐佳琪", "冯志强", "王小明", "李红", "李志强", "张雨桐")
TODAY = MORNING.date()


@pytest.fixture
def room(chat: Chat) -> Classroom:
    """Give the class of a teacher who is bound in `chat`; 孙大圣 is in another."""
    made = classroom(chat.db, names=NAMES)
    classroom(chat.db, name="3班", names=("孙大圣",))
    bound(chat, made)
    return made


def absent(chat: Chat, room: Classroom) -> dict[str, str] | None:
    """Give the names of those who are missing, with why; None where the roll was not taken."""
    names = {child: name for name, child in room.children.items()}
    found = roll.state(chat.db, room.id, TODAY)
    return {names[child]: reason for child, reason in found.reasons.items()} if found else None


def teacher(chat: Chat) -> Person:
    person = bindings.person_bound(chat.db, chat.db.all("SELECT reporter FROM bound")[0]["reporter"])
    assert person
    return person


@pytest.mark.parametrize(
    ("said", "other"),
    [
        ("唐家琪没来，冯志强请假", {"冯志强": "事假"}),
        ("冯志强请假，唐家琪没来", {"冯志强": "事假"}),
        ("唐加奇没到，冯志强请假了", {"冯志强": "事假"}),
        ("今天唐家琪同学没来上学，冯志强病假", {"冯志强": "病假"}),
        ("没来的有唐佳棋和冯志强", {"冯志强": "不明"}),
        ("班长说唐家琪没来，冯志强请假", {"冯志强": "事假"}),
        ("除了唐琪、冯志强都来了", {"冯志强": "不明"}),
        ("唐家琪没来冯志强请假其他都到了", {"冯志强": "事假"}),
    ],
)
def test_a_name_that_is_nearly_one_of_the_roll_is_quoted_and_offered(
    chat: Chat, room: Classroom, said: str, other: dict[str, str]
) -> None:
    reply = chat.say(said)
    assert "没认出来" in reply
    assert "1. 三年级2班 唐佳琪" in reply
    assert "点名还没交" in reply
    assert absent(chat, room) is None
    assert chat.reports() == []
    assert "没认出来" in chat.say("确认")  # nothing is sent over a question that is open
    assert absent(chat, room) is None
    chat.say("1")
    if absent(chat, room) is None:
        chat.say("确认")
    assert absent(chat, room) == {"唐佳琪": "不明", **other}


@pytest.mark.parametrize(
    "answer", ["1", "唐佳琪", "是唐佳琪", "三年级2班 唐佳琪（女）", "写错了，是唐佳琪", "对"]
)
def test_a_doubtful_name_is_settled_by_a_number_or_the_name(chat: Chat, room: Classroom, answer: str) -> None:
    chat.say("唐家琪没来")
    assert "5 人到，1 人没到" in chat.say(answer)
    assert absent(chat, room) == {"唐佳琪": "不明"}


def test_several_doubtful_names_are_asked_about_one_by_one(chat: Chat, room: Classroom) -> None:
    assert "“唐家琪”没认出来" in chat.say("唐家琪和张雨彤没来，李虹病假")
    assert "“张雨彤”没认出来" in chat.say("1")
    assert "“李虹病假”没认出来" in chat.say("1")
    assert absent(chat, room) is None
    chat.say("1")
    assert absent(chat, room) == {"唐佳琪": "不明", "张雨桐": "不明", "李红": "病假"}


@pytest.mark.parametrize("no", ["2", "都不是", "不是他们", "不记了"])
def test_who_is_none_of_hers_is_quoted_in_what_is_confirmed(chat: Chat, room: Classroom, no: str) -> None:
    reply = chat.say("唐家琪没来，冯志强请假", no)
    assert "没记进去的：“唐家琪没来”" in reply
    assert "冯志强：请假" in reply
    assert absent(chat, room) is None
    assert "没记进去的：“唐家琪没来”" in chat.say("确认")
    assert absent(chat, room) == {"冯志强": "事假"}


@pytest.mark.parametrize("said", ["孙大圣没来", "孙大圣今天没到校", "三年二班孙大圣请假"])
def test_a_child_of_another_class_is_said_to_be_none_of_hers(chat: Chat, room: Classroom, said: str) -> None:
    reply = chat.say(said)
    assert "三年级2班名单里没有叫“孙大圣”的" in reply
    assert "孩子未到校" in chat.say("都不是")
    assert absent(chat, room) is None
    assert chat.reports() == []


@pytest.mark.parametrize("said", ["3号没来", "3、5、12号没来", "三号和五号没来", "学号7号请假"])
def test_numbers_of_a_list_that_has_none_are_asked_for_by_name(
    chat: Chat, room: Classroom, said: str
) -> None:
    assert "名单里没有学号" in chat.say(said)
    assert absent(chat, room) is None
    chat.say("唐佳琪和李红")
    found = absent(chat, room)
    assert found
    assert set(found) == {"唐佳琪", "李红"}


@pytest.mark.parametrize(
    ("said", "missing"),
    [("6人到了5个", 1), ("应到6实到4", 2), ("到了5个人", 1), ("差两个", 2), ("班里有俩没来", 2)],
)
def test_numbers_without_names_are_asked_who(chat: Chat, room: Classroom, said: str, missing: int) -> None:
    assert f"{missing} 个没来，听到了 0 个名字。是谁没来" in chat.say(said)
    assert absent(chat, room) is None
    chat.say("、".join(NAMES[:missing]))
    assert absent(chat, room) == dict.fromkeys(NAMES[:missing], "不明")


def test_numbers_that_do_not_go_together_are_said(chat: Chat, room: Classroom) -> None:
    assert "您说 43 人，名单上是 6 人" in chat.say("43人到了42个")
    assert "唐佳琪" in chat.say("唐家琪")
    assert "您说 43 人，名单上是 6 人" in chat.say("1")
    assert absent(chat, room) is None
    chat.say("取消")
    assert "还有谁没来" in chat.say("三个没来，唐佳琪、李红")
    assert "王小明" in chat.say("还有王小明")
    assert absent(chat, room) == {"唐佳琪": "不明", "李红": "不明", "王小明": "不明"}
    assert "全到" in chat.say("6人到齐了")


@pytest.mark.parametrize("said", ["志强没来", "志强今天没到", "就差志强"])
def test_a_given_name_of_two_children_is_asked_about(chat: Chat, room: Classroom, said: str) -> None:
    reply = chat.say(said)
    assert "叫志强的不止一个" in reply
    number = next(line[0] for line in reply.splitlines() if "李志强" in line)
    chat.say(number)
    assert absent(chat, room) == {"李志强": "不明"}


@pytest.mark.parametrize("said", ["小琪没来", "琪琪没来", "佳琪没来", "家琪没来", "唐琪没来"])
def test_a_nickname_and_half_a_name_are_never_sure(chat: Chat, room: Classroom, said: str) -> None:
    assert "唐佳琪" in chat.say(said)
    assert absent(chat, room) is None


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("唐佳琪没来，李红请假，家里盖房子", "没记进去的：“家里盖房子”"),
        ("唐佳琪没来，她奶奶说去大连了", "写进说明的：“唐佳琪没来，她奶奶说去大连了”"),
        ("冯志强他妈说发烧请假", "写进说明的：“冯志强他妈说发烧请假”"),
        ("李红没来，王小明", "没记进去的：“王小明”"),
        ("唐佳琪没来，下午来了", "没记进去的：“唐佳琪来了”"),
    ],
)
def test_a_read_back_shows_what_was_not_taken_up(chat: Chat, room: Classroom, said: str, told: str) -> None:
    reply = chat.say(said)
    assert "请您核对" in reply
    assert told in reply
    assert absent(chat, room) is None
    chat.say("确认")
    kept = [str(lookup.answers_of(chat.db, one).get("description", "")) for one in reports(chat)]
    assert (said in kept) == told.startswith("写进说明的")


def reports(chat: Chat) -> list[Envelope]:
    return [Envelope.of(row) for row in chat.reports()]


@pytest.mark.parametrize("said", ["唐佳琪没来，谢谢领导", "老师好，唐佳琪没来", "唐佳琪没来其他都到了"])
def test_courtesy_is_nothing_left_over(chat: Chat, room: Classroom, said: str) -> None:
    reply = chat.say(said)
    if "请您核对" in reply:
        assert "没记进去" not in reply
        chat.say("确认")
    assert absent(chat, room) == {"唐佳琪": "不明"}


def test_the_roll_waits_while_other_things_are_done(chat: Chat, room: Classroom, settings: Settings) -> None:
    chat.say("唐家琪没来，冯志强请假")
    token, phone = devices.new_token(), chat.app.test_client()
    devices.add_device(chat.db, teacher(chat), token, "Android Mobile")
    phone.set_cookie(phones.COOKIE, token)
    assert page_of(phone, "/forms/roll").status == 200
    assert "点名还没交" in chat.say("今天谁没来")
    chat.say("我家孩子想住校", "取消", "菜单", "进度")
    with opened(settings) as again:  # the house was begun anew meanwhile
        reply = again.say("点名")
        assert "“唐家琪没来”没认出来" in reply
        assert "冯志强请假" in reply
        again.say("1")
        again.say("确认")
        assert absent(again, room) == {"唐佳琪": "不明", "冯志强": "事假"}


def test_a_number_is_no_answer_while_something_else_is_spoken_of(chat: Chat, room: Classroom) -> None:
    chat.say("唐家琪没来", "菜单", "1")
    assert absent(chat, room) is None
    assert chat.reports() == []


def test_a_page_was_quicker(chat: Chat, room: Classroom, monkeypatch: pytest.MonkeyPatch) -> None:
    chat.say("唐佳琪没来")
    assert "先前记着唐佳琪没到" in chat.say("全到")
    at(monkeypatch, MORNING + timedelta(minutes=3))
    roll.mark(chat.db, room.id, TODAY, {room.children["李红"]: "不明"}, teacher(chat))
    assert "已经有人给这个班点过名" in chat.say("确认")
    assert absent(chat, room) == {"李红": "不明"}


def test_a_roll_nobody_decided_about_is_told_the_next_day(
    chat: Chat, room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.say("唐家琪没来")
    at(monkeypatch, MORNING + timedelta(days=1))
    assert "11月23日您说的点名没有确认，没有交" in chat.say("全到")
    assert "没有确认" not in chat.say("全到")
    assert absent(chat, room) is None


def test_all_there_does_not_pass_over_what_was_said_before(chat: Chat, room: Classroom) -> None:
    chat.say("唐家琪没来")
    assert "没记进去的：“唐家琪没来”" in chat.say("全到")
    assert absent(chat, room) is None
    chat.say("确认")
    assert absent(chat, room) == {}


@pytest.mark.parametrize("said", ["昨天没来的今天来了", "周五没来的今天都来了", "上周五没来的孩子今天到校了"])
def test_who_was_missing_before_is_named(chat: Chat, room: Classroom, said: str) -> None:
    roll.mark(chat.db, room.id, TODAY - timedelta(days=3), {room.children["李红"]: "不明"}, teacher(chat))
    assert "李红今天来了" in chat.say(said)
    assert absent(chat, room) is None
    chat.say("李红没来")
    chat.say(said)
    assert absent(chat, room) == {}


def test_who_comes_in_the_afternoon_is_put_right(chat: Chat, room: Classroom) -> None:
    chat.say("除了唐佳琪都来了")
    assert "6 人到，0 人没到" in chat.say("唐佳琪下午来了")
    assert absent(chat, room) == {}


def test_a_principal_without_classes_is_read_back(chat: Chat, room: Classroom) -> None:
    made = accounts.add_person(
        chat.db, name="校长", login="head", password=None, role="principal", area=TOWN, school=SCHOOL
    )
    head = Chat(chat.app, "oHead")
    head.say(f"绑定{bindings.issue_code(chat.db, made)}")
    assert "三年级2班：今天还没点名。\n三年级3班：今天还没点名。" in head.say("今天谁没来")
    assert "您的电话号码" in head.say("唐佳琪没来")
    assert "请您核对" in head.say("0439-3721234")
    assert absent(chat, room) is None
    head.say("确认")
    assert absent(chat, room) == {"唐佳琪": "不明"}
    assert "唐佳琪（没来，原因不明）" in head.say("今天谁没来")
