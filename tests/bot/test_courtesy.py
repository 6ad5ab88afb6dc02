"""Thanks are no riddle, and who asks after her report in any words is told how it stands."""

import pytest

from tests.hands.chat import Chat, kept

SENT = ("孩子三天没上学了，没请假", "同意", "王小明，石人小学", "石人镇", "奶奶", "13812345678", "确认")


@pytest.mark.parametrize(
    "said",
    [
        "谢谢你们啊，真负责", "好人一生平安", "收到谢谢老师", "好嘞谢谢哈", "你们办事真快", "嗯呐", "得嘞",
        "老铁谢谢啊", "感谢，你们太热心了",
    ],
)  # fmt: skip
def test_thanks_and_praise_lie_before_nobody(chat: Chat, said: str) -> None:
    reply = chat.say(said)
    assert reply.startswith(("不客气", "好的", "好，祝"))
    assert chat.messages("unclear") == []


def test_mockery_is_no_praise(chat: Chat) -> None:
    """你们可真行 is said by who has waited in vain: a person reads it."""
    assert "不客气" not in chat.say("你们可真行")
    assert len(chat.messages("unclear") + chat.messages("complaint")) == 1


@pytest.mark.parametrize(
    "said", ["那" * 26 + "x", "那" * 400 + "x", "妥" * 400 + "x", "没事了妥妥" * 80 + "x"]
)
def test_long_talk_is_answered_like_any_other(chat: Chat, said: str) -> None:
    """Of alternatives that overlap, as many words made as many ways to fail as there are stars."""
    assert chat.say(said)


def test_thanks_do_not_count_as_not_understood(chat: Chat) -> None:
    chat.say("谢谢", "谢谢啊", "好的")
    assert "还是没看懂" not in chat.say("那个啥")
    assert "没太看懂" in chat.heard[-1]


@pytest.mark.parametrize(
    "said", ["有人管吗", "那我的事呢", "怎么还没人来", "你们到底管不管", "啥时候有人来啊", "我那个事咋样了"]
)
def test_who_waits_is_told_how_it_stands(chat: Chat, said: str) -> None:
    chat.say(*SENT)
    assert "等待核实" in chat.say(said)
    in_vain = "没人" in said or "管不管" in said
    assert chat.messages("unclear") == ([said] if in_vain else []), (
        "who waits in vain is read by a person, too"
    )


@pytest.mark.parametrize("said", ["那咋办", "那怎么弄啊", "我该怎么办呢"])
def test_who_refused_and_asks_what_then_is_told_whom_to_call(chat: Chat, said: str) -> None:
    chat.say("孩子不上学了", "不同意")
    assert "0439-3720000" in chat.say(said)
    assert "没看懂" not in chat.heard[-1]


@pytest.mark.parametrize("said", ["娃已经回学堂了", "不用来了，孩子去了"])
def test_that_a_child_is_back_is_heard_in_words_of_the_village(chat: Chat, said: str) -> None:
    chat.say(*SENT)
    assert "回学校了" in chat.say(said)
    assert len(chat.reports()) == 1


@pytest.mark.parametrize("said", ["还有个事，他补助也没发", "对了他生活费也没见着", "另外他助学金也没给"])
def test_aid_that_did_not_come_is_told_right_after_another_report(chat: Chat, said: str) -> None:
    chat.say(*SENT)
    assert "好的，资助困难" in chat.say(said)
    assert "110" not in chat.heard[-1]


@pytest.mark.parametrize("said", ["都不是", "上面的都不是", "啥也不是", "就是普通家庭", "不算困难"])
def test_none_of_the_hardships_is_an_answer(chat: Chat, said: str) -> None:
    chat.say("补助没发", "同意", "王小明，石人镇", said)
    assert "哪一项" in chat.heard[-1]


def test_not_knowing_the_school_before_the_notice_asks_nothing_about_the_notice(chat: Chat) -> None:
    chat.say("邻居家孩子不上学了")
    assert "要您同意了才能往下问" in chat.say("不知道哪个学校")


def test_a_birth_date_where_the_number_was_asked_for_is_kept(chat: Chat) -> None:
    chat.say("孩子要上一年级", "同意", "王小明")
    assert "身份证号" in chat.heard[-1]
    assert "出生日期：2020-03-05" in chat.say("2020年3月5日")
    while "请您核对" not in chat.heard[-1]:
        chat.say("不知道")
    chat.say("确认")
    assert kept(chat)["birth_date"] == "2020-03-05"


@pytest.mark.parametrize("said", ["不是，我说错了，是跟同学闹着玩", "不是的，我说的是昨天的事"])
def test_a_slip_put_right_says_nothing_of_whether_the_child_is_safe(chat: Chat, said: str) -> None:
    chat.say("孩子让人打了", said)
    assert kept(chat)["safe_now"] == "不清楚"
    assert said in str(kept(chat)["description"])
