"""What a parent says beside an answer is kept: in the description, or quoted in the read-back; courtesy is not."""

from collections.abc import Iterator

import pytest

from intake.settings import Settings
from tests.hands.chat import Chat, answer_all, opened
from tests.hands.classroom import MORNING, at, classroom
from tests.hands.samples import sample


@pytest.fixture
def chat(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Chat]:
    at(monkeypatch, MORNING)
    with opened(settings) as one:
        classroom(one.db)
        yield one


def read_back(chat: Chat, *lines: str) -> str:
    """Say lines and pass over what else is asked, until it is read back."""
    reply = chat.say(*lines)
    for _ in range(8):
        if "请您核对" in reply:
            return reply
        reply = chat.say("跳过")
    raise AssertionError(reply)


FIRST = ("王小明三天没去上学了，石人镇中心小学三年级2班，石人镇的", "同意")


@pytest.mark.parametrize(
    ("answer", "beside"),
    [
        ("没请假，家里正盖房子顾不上", "家里正盖房子顾不上"),
        ("没请假，天天在炕上躺着看手机", "天天在炕上躺着看手机"),
        ("没有请假。老太太一个人带仨孩子。", "老太太一个人带仨孩子"),
    ],
)
def test_what_is_said_beside_an_answer_stands_in_the_description(
    chat: Chat, answer: str, beside: str
) -> None:
    chat.say(*FIRST, answer, "妈妈")
    shown = read_back(chat, "13812345678")
    assert beside in shown
    chat.say("确认")
    assert beside in str(chat.answers()["description"])


def test_what_is_said_beside_a_correction_is_kept_and_shown(chat: Chat) -> None:
    chat.say(*FIRST, "没请假", "妈妈")
    read_back(chat, "13812345678")
    shown = chat.say("电话错了，是13912345678，晚上七点以后打")
    assert "晚上七点以后打" in shown
    assert "13912345678" in shown
    chat.say("确认")
    assert "晚上七点以后打" in str(chat.answers()["description"])
    assert "电话错了" not in str(chat.answers()["description"])


@pytest.mark.parametrize(
    "answer", ["没请假，谢谢您", "您好，没请假，麻烦了", "没请假，辛苦老师了", "嗯，没请假，是这样的"]
)
def test_courtesy_is_not_kept(chat: Chat, answer: str) -> None:
    chat.say(*FIRST)
    chat.say(answer)
    shown = read_back(chat, "妈妈", "13812345678")
    description = next(line for line in shown.splitlines() if "说明：" in line)
    assert description.endswith(FIRST[0])
    for word in ("谢谢您", "麻烦了", "辛苦老师了", "是这样的"):
        assert word not in shown


def test_a_report_without_a_description_quotes_it_in_the_read_back(chat: Chat) -> None:
    chat.say("入学登记", "同意")
    reply = chat.say("王小明，石人镇，孩子左耳有点背")
    shown = answer_all(chat, "enrollment", reply, sample("enrollment", 1, MORNING.date()))
    assert "请您核对" in shown
    assert "没写进登记的：“孩子左耳有点背”" in shown
    assert "人工" in shown
    chat.say("确认", "入学登记")
    assert "孩子左耳有点背" not in chat.heard[-1]


def test_what_is_said_beside_a_correction_after_the_receipt_is_kept(chat: Chat) -> None:
    chat.say(*FIRST, "没请假", "妈妈")
    read_back(chat, "13812345678")
    chat.say("确认")
    reply = chat.say("电话错了，是13912345678，晚上七点以后打")
    assert "补进刚才的登记了" in reply
    assert "晚上七点以后打" in reply
    assert chat.answers()["phone"] == "13912345678"
    assert "晚上七点以后打" in str(chat.answers()["description"])
