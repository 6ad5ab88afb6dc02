"""Out of hours nothing is promised at once: it is said when people are there, and 110 stands first."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from intake.calendar import clock
from intake.settings import Settings
from tests.hands.chat import Chat, opened
from tests.hands.classroom import SCHOOL_NAME, at, classroom, teacher
from tests.hands.office import NIGHT, TERMS, add_officer

WORK = datetime(2026, 11, 24, 10, 0, tzinfo=clock.CHINA)
CLOSED = {
    "night": (NIGHT, "今天 8:30"),
    "weekend": (datetime(2026, 11, 28, 11, 0, tzinfo=clock.CHINA), "后天（周一）8:30"),
    "holiday": (datetime(2026, 10, 2, 10, 0, tzinfo=clock.CHINA), "10月8日（周四）8:30"),
    "summer evening": (datetime(2026, 8, 3, 20, 0, tzinfo=clock.CHINA), "明天（周二）8:30"),
}


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    with opened(settings, TERMS=TERMS) as one:
        yield one


def lines(reply: str) -> list[str]:
    return [one for one in reply.splitlines() if one]


@pytest.mark.parametrize("when", CLOSED)
@pytest.mark.parametrize("said", ["孩子在学校被打了", "我闺女走丢了找不到", "5"])
def test_of_danger_nothing_is_promised_at_once(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, when: str, said: str
) -> None:
    moment, opens = CLOSED[when]
    at(monkeypatch, moment)
    add_officer(chat)
    reply = chat.say(said)
    assert lines(reply)[0].startswith("【先打 110】")
    assert opens in reply
    assert "马上" not in reply.replace("请马上打 110", "")


@pytest.mark.parametrize("said", ["孩子在学校被打了", "5"])
def test_in_the_hours_it_is_as_it_was(chat: Chat, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    at(monkeypatch, WORK)
    add_officer(chat)
    reply = chat.say(said)
    assert lines(reply)[0].startswith("如果孩子正有危险，请马上打 110")
    assert "下班" not in reply


def test_where_nobody_is_on_duty_it_is_said_at_noon_too(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, WORK)
    reply = chat.say("孩子在学校被打了")
    assert lines(reply)[0] == "【先打 110】现在没有人值班，孩子有危险，现在就打 110！"


def test_who_is_named_for_the_night_is_told_and_nobody_promised(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, NIGHT)
    with opened(settings, ON_DUTY="bureau-1") as chat:
        add_officer(chat)
        reply = chat.say("孩子在学校被打了")
        assert "已经通知值班的人，看到了就打电话联系您" in reply
        assert "今天 8:30 起有人上班" in reply
        assert "专人马上" not in reply


def report(chat: Chat, name: str = "2班") -> str:
    """Report a child of a class as missing, in the chat; give the promise."""
    chat.say("4", "同意")
    said = f"王小明，{SCHOOL_NAME}三年级{name}，石人镇"
    for one in (said, "上周五", "没请假", "厌学", "妈妈", "13812345678", *["跳过"] * 6):
        reply = chat.say(one)
        if "请您核对" in reply:
            return chat.say("确认")
    raise AssertionError(reply)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (NIGHT, "今天（周二）"),
        (WORK.replace(hour=20), "明天（周三）"),
        (CLOSED["weekend"][0], "11月30日（周一）"),
        (CLOSED["holiday"][0], "10月8日（周四）"),
        (CLOSED["summer evening"][0], "9月1日（周二）"),
    ],
)
def test_a_class_teacher_is_promised_for_a_school_day(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, moment: datetime, day: str
) -> None:
    at(monkeypatch, moment)
    teacher(chat.db, classroom(chat.db))
    reply = report(chat)
    assert "班主任会尽快与您联系" in reply
    assert f"现在不是上课时间，下一个上课日是{day}" in reply
    assert ("这段时间有急事" in reply) == (day == "9月1日（周二）")
    assert "马上" not in reply


def test_a_class_without_a_teacher_here_is_promised_none(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NIGHT)
    add_officer(chat)
    teacher(chat.db, classroom(chat.db))
    classroom(chat.db, name="3班", names=("孙强",))
    reply = report(chat, "3班")
    assert "班主任会" not in reply
    assert "教育局的工作人员会尽快与您联系" in reply
    assert "今天 8:30 以后有人办" in reply
