"""At the read-back somebody says what is wrong, and what is right, in one breath: it is put right, and asked no more."""

import pytest

from tests.hands.chat import Chat, kept

TOLD = ("孩子三天没上学了，没请假", "同意", "王小明", "石人小学三年级", "石人镇", "奶奶", "13812345678")
"""Read back as 1 name, 2 school, 3 grade, 4 town, 5 last day, 6 leave, 7 words, 8 relation, 9 telephone."""


@pytest.fixture
def read(chat: Chat) -> Chat:
    assert "9. 联系电话" in chat.say(*TOLD)
    return chat


@pytest.mark.parametrize(
    ("said", "key", "value"),
    [
        ("第2项不对，是砟子镇中学", "school", "砟子镇中学"),
        ("第4项不对，是砟子镇", "town", "砟子镇"),
        ("第四条错了，应该是湾沟镇", "town", "湾沟镇"),
        ("3应该是四年级", "grade", "四年级"),
        ("第三条写错了，四年级", "grade", "四年级"),
        ("1不对，是王晓明", "child_name", "王晓明"),
        ("第8个不对，是爷爷", "relation", "祖父"),
        ("第5条不对，是上周三", "last_seen", "2026-11-18"),
        ("第九条打错了，13998765432", "phone", "13998765432"),
        ("名字写错了，是王晓明不是王小明", "child_name", "王晓明"),
        ("名字是晓明，春晓的晓", "child_name", "王晓明"),
        ("不是小明，是晓鸣", "child_name", "王晓鸣"),
        ("是晓不是小", "child_name", "王晓明"),
        ("孩子叫晓明", "child_name", "王晓明"),
        ("不对，叫李明", "child_name", "李明"),
    ],
)
def test_what_is_right_is_put_in_at_once(read: Chat, said: str, key: str, value: str) -> None:
    assert "改过来了" in read.say(said)
    assert "请您核对" in read.heard[-1]
    read.say("确认")
    assert kept(read)[key] == value
    assert kept(read)["description"] == TOLD[0], "what was put right is no story beside it"


@pytest.mark.parametrize("said", ["第2项不对", "第二条要改", "第2条不对，是这样的", "第4条错了，不是那儿"])
def test_a_line_of_which_nothing_right_is_said_is_asked_again(read: Chat, said: str) -> None:
    assert "好的，改" in read.say(said)
    assert "请您核对" not in read.heard[-1]


@pytest.mark.parametrize(
    "said", ["没别的了，交吧", "就这些，提交", "没啥要改的，发吧", "没有其他的了，可以交"]
)
def test_a_read_back_is_called_right_in_other_words(read: Chat, said: str) -> None:
    assert "已经收到" in read.say(said)


@pytest.mark.parametrize("said", ["哦不，他在砟子镇中学", "不不，是砟子镇中学", "啊不对，他在砟子镇中学"])
def test_a_slip_of_the_tongue_is_no_question(read: Chat, said: str) -> None:
    read.say(said, "确认")
    assert kept(read)["school"] == "砟子镇中学"
    assert read.messages("question") == []


@pytest.mark.parametrize("said", ["他奶奶带着呢", "孩子在家待着呢", "人还没回来呢", "他爸在大连打工呢"])
def test_how_things_are_is_no_question_that_waits_for_an_answer(chat: Chat, said: str) -> None:
    chat.say("孩子不上学了", "同意", said)
    assert chat.messages("question") == []
    assert "答不准" not in chat.heard[-1]
