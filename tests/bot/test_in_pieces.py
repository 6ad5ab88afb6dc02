"""People write in pieces, and say what is wanted when it comes to their mind: nothing of it is lost, or said of another."""

from datetime import timedelta

import pytest

from tests.hands.chat import Chat, kept
from tests.hands.classroom import MORNING, at

TOLD = ("孩子三天没上学了，没请假", "同意", "王小明，石人小学三年级", "石人镇", "奶奶")


def finish(chat: Chat) -> None:
    for _ in range(20):
        if "已经收到" in chat.heard[-1] and "接着说" not in chat.heard[-1]:
            return
        chat.say(
            "确认" if "请您核对" in chat.heard[-1] else "同意" if "您同意吗" in chat.heard[-1] else "不知道"
        )
    raise AssertionError("the questions do not end")


def test_what_is_told_of_a_child_before_the_matter_is_not_asked_again(chat: Chat) -> None:
    chat.say("俺孙子叫王小明", "在石人小学三年级")
    assert "是什么事呢" in chat.heard[-1]
    chat.say("三天没去上学了，没请假", "同意")
    assert "叫什么名字" not in chat.heard[-1]
    finish(chat)
    told = kept(chat)
    assert (told["child_name"], told["school"], told["grade"]) == ("王小明", "石人小学", "三年级")
    assert len(chat.messages("unclear")) == 2, "nobody may come back to say more"


def test_where_somebody_lives_is_kept_for_what_she_says_next(chat: Chat) -> None:
    assert "大石棚子村" in chat.say("我住大石棚子村")
    chat.say("孩子想坐校车")
    finish(chat)
    assert kept(chat)["village"] == "大石棚子村"


def test_of_a_neighbours_child_nothing_is_known_from_before(chat: Chat) -> None:
    chat.say("俺孙子叫王小明，在石人小学三年级", "邻居家孩子三天没上学了", "同意")
    assert "叫什么名字" in chat.heard[-1]


def test_what_was_told_yesterday_is_not_said_of_today(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    chat.say("俺孙子叫王小明")
    at(monkeypatch, MORNING + timedelta(hours=24))
    chat.say("孩子三天没上学了", "同意")
    assert "叫什么名字" in chat.heard[-1]


@pytest.mark.parametrize("said", ["13912340000", "找着电话了 13912340000", "电话13912340000"])
def test_a_telephone_that_is_found_later_goes_into_the_report_without_one(chat: Chat, said: str) -> None:
    assert "随时发来" in chat.say(*TOLD, "没电话")
    chat.say("确认")
    assert "电话记下了" in chat.say(said)
    assert kept(chat)["phone"] == "13912340000"
    assert "电话记下了" not in chat.say("13912349999"), (
        "one that has a telephone is corrected in so many words"
    )
    assert kept(chat)["phone"] == "13912340000"


def test_a_number_that_is_asked_about_is_not_the_familys(chat: Chat) -> None:
    chat.say(*TOLD, "没电话", "确认")
    assert "电话记下了" not in chat.say("校长电话是13912340000吗")
    assert "phone" not in kept(chat)


def test_a_telephone_that_is_found_later_goes_to_who_looks_after_a_child_in_danger(chat: Chat) -> None:
    chat.say("孩子让人打了", "不安全", "没电话")
    assert "转给工作人员" in chat.say("邻居的电话13912340000")
    assert kept(chat)["phone"] == "13912340000"


@pytest.mark.parametrize(
    "said",
    [
        "这个谁能看到啊",
        "要身份证干啥",
        "你他妈问这么多干啥",
        "凭啥告诉你们",
        "为啥要电话啊",
        "我们的信息会不会泄露",
    ],
)
def test_who_asks_what_it_is_for_is_told_at_once(chat: Chat, said: str) -> None:
    chat.say(*TOLD[:2], "王小明")
    assert "只用来帮孩子上学" in chat.say(said)
    assert "哪个学校" in chat.heard[-1] or "还等您回答" in chat.heard[-1]
    assert chat.messages("question") == []


@pytest.mark.parametrize("step", [("孩子想住校",), ("孩子想住校", "同意")])
@pytest.mark.parametrize("said", ["不对，我要说的是补助没发", "不是，我是说补助一直没给"])
def test_the_matter_that_was_meant_takes_the_place_of_the_one_under_way(
    chat: Chat, step: tuple[str, ...], said: str
) -> None:
    chat.say(*step)
    assert "资助困难" in chat.say(said)
    finish(chat)
    assert [one["kind"] for one in chat.reports()] == ["subsidy"]


def test_two_children_by_their_given_names_are_two_where_their_years_differ(chat: Chat) -> None:
    chat.say("小红三年级补助没发，小明五年级想住校，石人小学的", "同意", "王小红")
    while "接着说" not in chat.heard[-1]:
        chat.say("确认" if "请您核对" in chat.heard[-1] else "不知道")
    assert "另一个孩子" in chat.heard[-1]
    assert "叫什么名字" in chat.heard[-1]
    chat.say("王小明")
    finish(chat)
    assert [(kept(chat, n)["child_name"], kept(chat, n)["grade"]) for n in (0, 1)] == [
        ("王小红", "三年级"),
        ("王小明", "五年级"),
    ]


def test_characters_with_gaps_are_read_as_words(chat: Chat) -> None:
    assert "孩子未到校" in chat.say("孩子  不 上 学 了")
    chat.say("同意", "王 小 明")
    finish(chat)
    assert kept(chat)["child_name"] == "王小明"


def test_a_reason_that_was_said_stays_beside_where_the_child_is(chat: Chat) -> None:
    chat.say(*TOLD, "13812345678", "对了原因是厌学")
    assert "原因补上了" in chat.heard[-1]
    assert "孩子现在在哪里补上了" in chat.say("再加一句，孩子在家玩手机")
    chat.say("确认")
    assert (kept(chat)["reason"], kept(chat)["whereabouts"]) == ("厌学", "在家玩手机")
    assert "加一句" not in str(kept(chat)["description"])


def test_thanks_in_an_emergency_announce_no_question_that_does_not_come(chat: Chat) -> None:
    chat.say("孩子放学没回来，天黑了找不着", "13812340000", "在网吧", "找到了在网吧呢")
    for said in ("谢谢", "他妈去接了"):
        assert not ("有空请再答" in chat.say(said) and "？" not in chat.heard[-1])
