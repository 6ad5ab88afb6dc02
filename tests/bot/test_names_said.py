"""A child's name is taken out of what is said around it, and the one on the roll before the one at home."""

from datetime import date

import pytest

from bot.dialogue.prefill import gather
from bot.understanding import understand
from tests.hands.chat import Chat, kept

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("俺孙女名儿叫阿依古丽·买买提", "阿依古丽·买买提"),
        ("学名叫李建国", "李建国"),
        ("孩儿叫王强", "王强"),
        ("叫个王二丫", "王二丫"),
        ("大名李建国，小名狗蛋", "李建国"),
        ("小名狗蛋大名李建国", "李建国"),
        ("王小明，小名明明", "王小明"),
        ("姓王，叫小明", "王小明"),
        ("我闺女姓孙叫孙丽", "孙丽"),
        ("我家那小子叫赵铁柱", "赵铁柱"),
    ],
)
def test_the_name_is_what_is_left_of_the_sentence(chat: Chat, said: str, name: str) -> None:
    chat.say("孩子三天没上学了，没请假", "同意", said)
    while "请您核对" not in chat.heard[-1]:
        chat.say("不知道")
    chat.say("确认")
    assert kept(chat)["child_name"] == name


def test_the_name_on_the_roll_takes_the_place_of_a_nickname(chat: Chat) -> None:
    chat.say("孩子三天没上学了，没请假", "同意", "狗蛋", "大名叫李建国")
    while "请您核对" not in chat.heard[-1]:
        chat.say("不知道")
    chat.say("确认")
    assert kept(chat)["child_name"] == "李建国"


@pytest.mark.parametrize(
    "said", ["没手机，用的我闺女微信", "没电话，打我闺女的吧13812340000", "我儿子在外地打工"]
)
def test_a_grown_up_daughter_does_not_make_a_girl_of_the_child(chat: Chat, said: str) -> None:
    chat.say("孩子三天没上学了，没请假", "同意", "王小明，石人小学", "石人镇", "姥姥", said)
    while "请您核对" not in chat.heard[-1]:
        chat.say("不知道")
    chat.say("确认")
    assert "sex" not in kept(chat)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("我三天没去上学了，我叫李想", "李想"),
        ("俺叫周正，俺不念书了", "周正"),
        ("我是李想，我想住校", "李想"),
        ("我叫李强，孩子三天没上学了", ""),
        ("我想给孩子办住校，我叫李强", ""),
        ("我叫王芳，我要上学校问问补助", ""),
    ],
)
def test_a_child_that_speaks_of_itself_is_not_asked_for_its_name(said: str, name: str) -> None:
    assert gather(understand(said, TODAY), said, TODAY).get("child_name", "") == name


@pytest.mark.parametrize("said", ["是我本人", "我自己", "就是我本人"])
def test_a_child_says_that_it_is_itself(chat: Chat, said: str) -> None:
    chat.say("孩子三天没上学了，没请假", "同意", "王小明，石人小学", "石人镇")
    assert "什么人" in chat.heard[-1]
    assert "电话" in chat.say(said)
