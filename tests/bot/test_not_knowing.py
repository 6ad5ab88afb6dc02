"""Not knowing is an answer: nobody is asked the same thing a third time, and whoever knows little reaches a receipt."""

from collections import Counter
from collections.abc import Iterator
from itertools import cycle

import pytest

from bot.dialogue import asking
from intake.kinds import KINDS, Report
from intake.kinds.envelope import Envelope
from intake.language.unknown import says_nothing
from intake.reports import lookup
from intake.settings import Settings
from tests.hands.chat import AGREED, RECEIPT, Chat, kept, opened

BAD = ("啥", "不知道", "你说呢", "。", "嗯", "谁知道呢", "咕噜咕噜", "老糊涂了，记不住", "没有", "[捂脸]")
UNREADABLE = ("咕噜咕噜", "你说呢", "唔唔", "😀", "啥玩意啊", "这咋整")
TURNS = 60
NUMBERS = {kind: str(number) for number, kind in enumerate(KINDS, 1)}


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    with opened(settings, TODAY="2026-11-23") as one:
        yield one


def put_questions(kind: str, heard: list[str]) -> Counter[str]:
    """Count how often each question of a kind was put, as its words stand in the replies."""
    every = [*KINDS[kind].answers().values()]
    texts = {one.asked.prompt for one in every} | {both for one in every for both in one.asked.pairs.values()}
    texts |= {"您同意吗", "是哪个孩子的事", "大概多久了"}
    return Counter(text for text in texts for reply in heard if text in reply)


def read_backs(heard: list[str]) -> Counter[str]:
    return Counter(reply[reply.index("请您核对") :] for reply in heard if "请您核对" in reply)


def asked_too_often(kind: str, heard: list[str]) -> list[str]:
    return [text for text, times in (put_questions(kind, heard) + read_backs(heard)).items() if times > 2]


def live_through(chat: Chat, kind: str, answers: Iterator[str], name: str = "") -> str:
    """Answer whatever is asked with the next of the answers, but for the child's name; confirm what is read back."""
    reply, urgent = chat.say(NUMBERS[kind]), KINDS[kind].urgent
    for _ in range(TURNS):
        if RECEIPT.search(reply) and "回执号" in reply:
            return reply
        if "您同意吗" in reply or "回复 同意" in reply:
            reply = chat.say(AGREED)
        elif "请您核对" in reply:
            reply = chat.say("确认")
        elif name and "叫什么名字" in reply:
            reply = chat.say(name)
        else:
            word = next(answers)
            if urgent and says_nothing(word) and not chat.reports():
                word = "啥"  # a sign alone is no danger: see below
            reply = chat.say(word)
    raise AssertionError(f"no receipt after {TURNS} messages: {reply}")


@pytest.mark.parametrize("first", range(len(BAD)))
@pytest.mark.parametrize("kind", KINDS)
def test_a_grandmother_who_knows_nothing_but_the_name_reaches_a_receipt(
    chat: Chat, kind: str, first: int
) -> None:
    reply = live_through(chat, kind, cycle([*BAD[first:], *BAD[:first]]), "王小明")
    assert asked_too_often(kind, chat.heard) == []
    (row,) = chat.reports()
    assert row["kind"] == kind
    if kind == "safety":
        return
    assert kept(chat)["child_name"] == "王小明"
    form, report = lookup.schema(chat.db, kind), Envelope.of(row)
    open_ = form.unverified(lookup.answers_of(chat.db, report))
    if kept(chat).get("on_leave") == "是":  # 嗯 is yes: of a child on leave no more is asked
        return
    assert "phone" in open_
    word = lookup.word_of_report(chat.db, report)
    assert f"{word[:3]} {word[3:]}" in reply


@pytest.mark.parametrize("word", UNREADABLE)
@pytest.mark.parametrize("kind", KINDS)
def test_no_question_of_any_kind_is_put_a_third_time(chat: Chat, kind: str, word: str) -> None:
    """By machine, from the declarations: every question gets what cannot be read, the same each time."""
    live_through(chat, kind, cycle([word]))
    assert asked_too_often(kind, chat.heard) == []


@pytest.mark.parametrize("kind", [kind for kind, one in KINDS.items() if not one.urgent])
def test_every_question_asked_alone_is_left_open_at_the_second_miss(chat: Chat, kind: str) -> None:
    """Each question in turn, its line put right at the read-back with what cannot be read: it stays as it was."""
    live = chat.say(NUMBERS[kind], AGREED)
    for _ in range(TURNS):
        if "请您核对" in live:
            break
        live = chat.say("不知道")
    lines = [line for line in live.splitlines() if line[:1].isdigit()]
    for line in lines:
        number = line.split(".")[0]
        chat.heard.clear()
        assert "改" in chat.say(f"修改{number}")
        chat.say("咕噜咕噜", "呜哩哇啦")
        assert max(put_questions(kind, chat.heard).values(), default=0) <= 2, line
    assert "已经收到" in chat.say("确认")


def test_whoever_does_not_answer_the_notice_is_asked_twice_and_lies_before_people(chat: Chat) -> None:
    chat.say("我孙子不上学了")
    replies = [chat.say(word) for word in ("啥", "唔", "你说呢", "啥玩意", "😀")]
    assert sum("您同意吗" in reply for reply in chat.heard) == 2
    assert "工作人员会看到" in replies[1]
    assert chat.messages("unclear")
    assert chat.reports() == []
    assert "叫什么名字" in chat.say(AGREED)


def test_a_read_back_that_is_not_answered_is_left_to_people_and_can_still_be_sent(chat: Chat) -> None:
    chat.say("孩子三天没上学了，没请假", AGREED, "王小明，石人中学", "石人镇", "奶奶", "13812345678")
    for word in ("呜哩哇啦", "咕噜咕噜", "你说呢"):
        chat.say(word)
    assert sum("请您核对" in reply for reply in chat.heard) == 2
    assert "工作人员会看到" in chat.heard[-2]
    assert chat.messages("unclear")[0] == "咕噜咕噜"
    assert "已经收到" in chat.say("确认")


def test_who_cannot_say_which_child_goes_on_with_another(chat: Chat) -> None:
    for name in ("王小明", "李小红"):
        chat.say(
            "孩子三天没上学了，没请假", AGREED, f"不是他，是{name}" if chat.reports() else f"{name}，石人中学"
        )
        while "请您核对" not in chat.heard[-1]:
            chat.say("不知道")
        chat.say("确认")
    assert "哪个孩子" in chat.say("2")
    assert "哪个孩子" in chat.say("唔唔唔")
    assert "哪个孩子" not in chat.say("咕噜咕噜，唔")


@pytest.mark.parametrize(
    "said",
    [
        "不知道",
        "不清楚",
        "记不清",
        "忘了",
        "谁知道呢",
        "我哪知道啊",
        "时间长了，记不住了",
        "不知道哪个学校",
        "说不上来",
        "没打听过",
    ],
)
def test_a_neighbour_who_does_not_know_goes_on(chat: Chat, said: str) -> None:
    chat.say("邻居家孩子不上学了", AGREED)
    asked = chat.heard[-1]
    assert "叫什么名字" in asked
    assert "叫什么名字" not in chat.say(said)
    assert "哪个学校" in chat.heard[-1]
    assert "哪个镇" in chat.say(said)
    assert "最后一天" in chat.say(said)
    assert "1. 一个星期" in chat.say(said)
    assert "请过假" in chat.say(said)
    assert chat.messages("question") == []
    chat.say(said, said)
    assert "请您核对" in chat.heard[-1]
    assert "姓名：不知道（待核实）" in chat.heard[-1]
    assert "联系电话：不知道（待核实）" in chat.heard[-1]
    assert "已经收到" in chat.say("确认")
    told = kept(chat)
    assert told["on_leave"] == "否"
    assert told["relation"] == "邻居/其他"
    assert {"child_name", "town", "last_seen", "phone", "school"}.isdisjoint(told)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("1", "2026-11-16"),
        ("一个月", "2026-10-24"),
        ("更久", "2026-09-24"),
        ("3", "2026-09-24"),
        ("大概一个月", "2026-10-24"),
    ],
)
def test_who_no_longer_knows_the_day_says_how_long_ago_it_is(chat: Chat, said: str, day: str) -> None:
    chat.say("孩子不上学了", AGREED, "王小明，石人中学", "石人镇")
    assert "最后一天" in chat.heard[-1]
    assert "3. 更久" in chat.say("记不清了")
    assert "请过假" in chat.say(said)
    chat.say("没有", "奶奶", "13812345678")
    assert "大约" in chat.heard[-1]
    chat.say("确认")
    assert day in str(kept(chat)["last_seen"])


def test_half_understood_words_are_kept_for_people(chat: Chat) -> None:
    chat.say("孩子三天没上学了，没请假", AGREED, "王小明，石人中学", "石人镇", "奶奶")
    assert "电话" in chat.heard[-1]
    chat.say("138123", "打给村东头老王家就行")
    assert "联系电话：打给村东头老王家就行" in chat.heard[-1]
    chat.say("确认")
    assert "联系电话：打给村东头老王家就行" in str(kept(chat)["description"])
    assert chat.messages("unclear") == []


@pytest.mark.parametrize(
    "said",
    [
        "没有电话",
        "家里没手机",
        "没有",
        "不会用手机",
        "俺不会用手机，没电话",
        "没手机，用的我闺女微信",
        "电话停机了",
    ],
)
def test_a_household_without_a_phone_goes_on_at_once(chat: Chat, said: str) -> None:
    chat.say("孩子三天没上学了，没请假", AGREED, "王小明，石人中学", "石人镇", "奶奶")
    assert "邻居" in chat.say(said)
    assert "联系电话：不知道（待核实）" in chat.heard[-1]
    assert "联系电话：13812345678" in chat.say("13812345678"), "and whoever finds one says it"


def test_a_known_answer_takes_the_place_of_an_open_one(chat: Chat) -> None:
    chat.say("邻居家孩子不上学了", AGREED, "不知道", "石人中学", "石人镇", "昨天", "没请假")
    while "请您核对" not in chat.heard[-1]:
        chat.say("不知道")
    assert "姓名：王小明" in chat.say("名字是王小明")
    chat.say("确认")
    assert kept(chat)["child_name"] == "王小明"


def test_what_is_left_open_is_still_open_after_another_matter_came_between(chat: Chat) -> None:
    chat.say(
        "4",
        AGREED,
        "不知道",
        "跳过",
        "石人镇",
        "寄宿与上下学需求",
        "王小明",
        "石人镇",
        "寄宿",
        "离校远",
        "爸爸",
        "13812345678",
        "确认",
    )
    assert "接着说" in chat.heard[-1]
    assert "叫什么名字" not in chat.heard[-1]
    assert "最后一天" in chat.heard[-1]


def test_who_cannot_say_which_report_is_asked_twice_and_nothing_is_touched(chat: Chat) -> None:
    for name in ("王小明", "李小红"):
        chat.say("邻居家孩子三天没上学了，没请假", AGREED, name)
        while "请您核对" not in chat.heard[-1]:
            chat.say("不知道")
        chat.say("确认")
    chat.say("撤回", "9", "8", "7")
    assert sum("要撤回哪一个" in reply for reply in chat.heard) == 2
    assert all(row["status"] != "withdrawn" for row in chat.reports())


def test_a_correction_shows_what_is_still_open(chat: Chat) -> None:
    chat.say("邻居家孩子三天没上学了，没请假", AGREED, "不知道")
    while "请您核对" not in chat.heard[-1]:
        chat.say("不知道")
    chat.say("确认")
    assert "联系电话：不知道（待核实）" in chat.say("更正").replace("您的电话", "联系电话")
    assert "13812345678" in chat.say("电话是13812345678")
    chat.say("确认")
    assert kept(chat)["phone"] == "13812345678"


def test_danger_asks_each_question_twice_and_goes_on_listening(chat: Chat) -> None:
    chat.say("孩子让人打了")
    for word in ("啥", "唔", "你说呢", "啥玩意", "咕噜咕噜", "在学校后面"):
        chat.say(word)
    assert asked_too_often("safety", chat.heard) == []
    assert "在学校后面" in str(kept(chat)["description"])
    assert chat.say("13812345678")
    assert kept(chat)["phone"] == "13812345678"


def test_danger_without_a_phone_is_not_asked_for_one_again(chat: Chat) -> None:
    chat.say("孩子让人打了", "安全了")
    assert "电话" in chat.heard[-1]
    assert "都记下了" in chat.say("没有电话")


def test_a_danger_that_is_chosen_and_never_told_is_no_case_and_lies_before_people(chat: Chat) -> None:
    assert "发生了什么事" in chat.say("5", "😀")
    assert "110" in chat.say("[捂脸]")
    assert chat.reports() == []
    assert chat.messages("unclear") == ["[捂脸]"]


def test_the_towns_are_listed_once(chat: Chat) -> None:
    for kind in ("4", "2"):
        chat.say(kind, AGREED, "王小明", "跳过", "咕噜", "石人镇", "取消")
    assert sum("10. 大石人镇" in reply for reply in chat.heard) == 1
    assert any("写镇名就行" in reply for reply in chat.heard)


def test_the_limit_is_twice() -> None:
    assert asking.TWICE == 2
    assert all(issubclass(kind, Report) for kind in KINDS.values())
