"""The reporter's rights in the chat: see, correct, take back, delete; nothing else gets lost on the way."""

from collections.abc import Iterator

import pytest

from intake.kinds.envelope import Envelope
from intake.settings import Settings
from tests.hands.chat import RECEIPT, Chat, answer_all, opened
from tests.hands.samples import sample


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    """Give the chat of a parent who has made a report."""
    with opened(settings) as one:
        answer_all(one, "absence", one.say("4", "同意"), sample("absence", 3, one.db.today()))
        one.say("确认")
        yield one


def withdrawn(chat: Chat) -> bool:
    return Envelope.of(chat.reports()[-1]).withdrawn


def test_a_report_is_taken_back_and_shown_as_that(chat: Chat) -> None:
    assert "要撤回哪一个" in chat.say("撤回")
    assert "已经撤回" in chat.say("1")
    assert withdrawn(chat)
    shown = chat.say("我的信息")
    assert "已撤回】" in shown
    assert "没有可以撤回" in chat.say("撤回")
    assert "没有可以更正" in chat.say("更正")


@pytest.mark.parametrize("said", ["9", "0", "12"])
def test_a_number_that_was_not_offered_is_asked_again(chat: Chat, said: str) -> None:
    chat.say("撤回")
    assert "没有这个序号" in chat.say(said)
    assert "已经撤回" in chat.say("1")  # and not the first entry of the menu


@pytest.mark.parametrize("word", ["取消", "不撤回了", "算了"])
def test_whoever_leaves_it_loses_no_draft(chat: Chat, word: str) -> None:
    asked = chat.say("资助困难")
    chat.say("撤回")
    assert "没有动" in chat.say(word)
    assert not withdrawn(chat)
    assert chat.say("继续").splitlines()[-1] == asked.splitlines()[-1]


def test_a_draft_goes_on_from_the_question_which_report_is_meant(chat: Chat) -> None:
    receipt = RECEIPT.search(chat.say("资助困难", "撤回"))
    assert receipt
    went_on = chat.say("继续")
    assert "资助困难" in went_on
    assert receipt[0].replace(" ", "") not in went_on


def test_a_correction_drops_no_draft(chat: Chat) -> None:
    chat.say("资助困难", "菜单")
    assert "资助困难还没填完" in chat.say("更正")
    assert "接着填资助困难" in chat.say("继续")


@pytest.mark.parametrize("word", ["取消", "不删", "不删了"])
def test_deletion_can_be_refused(chat: Chat, word: str) -> None:
    kept = len(chat.db.all("SELECT key FROM messages"))
    chat.say("资助困难", "删除我的信息")
    assert "没有删" in chat.say(word)
    assert len(chat.db.all("SELECT key FROM messages")) == kept + 3
    assert "接着填资助困难" in chat.say("继续")


def test_deletion_needs_its_own_word(chat: Chat) -> None:
    chat.say("删除我的信息")
    assert "确认删除" in chat.say("确认")
    assert "已经删除" in chat.say("确认删除")
    assert len(chat.db.all("SELECT key FROM messages")) == 1


@pytest.mark.parametrize(
    "said",
    [
        "你们都记了我啥",
        "你们到底存了我家哪些信息",
        "让我看看我登记过的内容",
        "我都填了啥",
        "能不能查一下我的资料",
    ],
)
def test_what_is_known_is_shown_to_who_asks_in_her_own_words(chat: Chat, said: str) -> None:
    assert "您在这里登记过的" in chat.say(said)


@pytest.mark.parametrize(
    "said",
    [
        "删了我的信息",
        "把我的信息都删了吧",
        "请你们把我家的资料删掉",
        "帮我清空一下我的聊天记录",
        "我的个人信息能不能删了",
    ],
)
def test_deletion_is_asked_for_in_her_own_words_and_still_needs_its_own(chat: Chat, said: str) -> None:
    assert "确定要删" in chat.say(said)
    assert "已经删除" in chat.say("确认删除")


@pytest.mark.parametrize(
    "said", ["学校把孩子的学籍信息删了", "孩子的记录本丢了", "你们有啥用", "老师把我家孩子名字登记错了"]
)
def test_what_others_did_with_data_is_no_wish_to_see_or_delete_it(chat: Chat, said: str) -> None:
    assert "确定要删" not in chat.say(said)
    assert "您在这里登记过的" not in chat.heard[-1]
