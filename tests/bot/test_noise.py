"""What says nothing makes no work; a place that is sent is read; who asks for a number gets it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from intake.calendar import clock
from intake.settings import Settings
from tests.hands.chat import AGREED, PHONE, PLATFORM, Chat, kept, opened
from tests.hands.classroom import SCHOOL_NAME, school

NOISE = ("😀", "👍👍", "？", "。。。", "!!", "[捂脸]", "[破涕为笑][破涕为笑]", "/::)", "【收到不支持的消息类型，暂无法显示】",
         "[收到了一个表情，请在手机上查看]", "哦", "嗯嗯", "呃", "哈哈哈")  # fmt: skip


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    with opened(settings, TODAY="2026-11-23") as one:
        yield one


def work(chat: Chat) -> tuple[int, int, int]:
    """Count what lies before people: words, reports, cases."""
    found = [chat.db.all(f"SELECT 1 FROM {table}") for table in ("triage", "reports", "cases")]
    return len(found[0]), len(found[1]), len(found[2])


@pytest.mark.parametrize("said", NOISE)
def test_what_says_nothing_makes_no_work(chat: Chat, said: str) -> None:
    for _ in range(4):
        assert chat.say(said)
    assert work(chat) == (0, 0, 0)
    assert sum("您想说哪件事" in reply for reply in chat.heard) <= 2


@pytest.mark.parametrize("said", NOISE)
def test_what_says_nothing_ends_no_report_and_is_no_answer(chat: Chat, said: str) -> None:
    chat.say("孩子三天没上学了，没请假", AGREED)
    assert "叫什么名字" in chat.say(said)
    chat.say("王小明，石人中学", "石人镇", "奶奶", "13812345678", "确认")
    assert kept(chat)["child_name"] == "王小明"
    before = work(chat)
    chat.say(said, said)
    assert work(chat) == before


@pytest.mark.parametrize("key", ["V1001_OLD", "1", "入学登记_旧", "menu-3"])
def test_a_button_of_an_earlier_menu_gets_the_menu_of_today(chat: Chat, key: str) -> None:
    assert "您想说哪件事" in chat.send(PLATFORM.event("oParent-1", "CLICK", key))
    assert work(chat) == (0, 0, 0)
    assert "孩子未到校" in chat.send(PLATFORM.event("oParent-1", "CLICK", "absence"))


@pytest.mark.parametrize("said", ["1", "3", "第2个", "4"])
def test_a_number_long_after_the_menu_is_asked_for_again(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    chat.say("你好")
    moment = clock.now() + timedelta(minutes=70)
    monkeypatch.setattr(clock, "now", lambda pinned=None: moment)
    assert "您想说哪件事" in chat.say(said)
    assert work(chat) == (0, 0, 0)
    assert "您同意吗" in chat.say(said), "now that it is in sight"


@pytest.mark.parametrize(
    "said",
    ["电话号码多少", "你们电话是多少？", "打哪个电话", "电话往哪打啊", "怎么联系你们", "有没有联系电话"],
)
@pytest.mark.parametrize("before", [(), ("4",), ("4", AGREED), ("孩子让人打了",)], ids=len)
def test_who_asks_which_number_to_call_gets_it(chat: Chat, before: tuple[str, ...], said: str) -> None:
    if before:
        chat.say(*before)
    made = work(chat)
    assert PHONE in chat.say(said)
    assert work(chat) == made
    if before == ("孩子让人打了",):
        assert "孩子现在安全吗" in chat.heard[-1]


@pytest.mark.parametrize(
    "said", ["补助电话多少钱一个月", "他爸的电话是13812345678", "孩子联系不上了，电话打不通"]
)
def test_other_words_about_a_telephone_ask_for_none(chat: Chat, said: str) -> None:
    assert not chat.say(said).startswith("可以找")


def test_a_place_that_is_sent_is_kept_for_the_next_report(chat: Chat) -> None:
    assert "石人镇" in chat.send(
        PLATFORM.location("oParent-1", 42.1, 126.5, "吉林省白山市江源区石人镇大石棚子村")
    )
    assert work(chat) == (0, 0, 0)
    chat.say("孩子三天没上学了，没请假", AGREED, "王小明，石人中学", "奶奶", "13812345678")
    assert "请您核对" in chat.heard[-1], "the town is not asked"
    chat.say("确认")
    told = kept(chat)
    assert (told["town"], told["village"]) == ("石人镇", "大石棚子村")


def test_a_place_that_is_sent_goes_to_the_danger_under_way(chat: Chat) -> None:
    chat.say("孩子走丢了")
    assert "转给工作人员" in chat.send(PLATFORM.location("oParent-1", 42.1, 126.5, "江源区湾沟镇"))
    assert kept(chat)["town"] == "湾沟镇"
    assert "位置：江源区湾沟镇" in str(kept(chat)["description"])


def test_a_place_without_an_address_asks_for_words(chat: Chat) -> None:
    assert "文字" in chat.send(PLATFORM.location("oParent-1", 42.1, 126.5, ""))
    assert work(chat) == (0, 0, 0)


def test_a_school_of_the_list_says_the_town(chat: Chat) -> None:
    school(chat.db)
    chat.say("孩子三天没上学了，没请假", AGREED, f"王小明，{SCHOOL_NAME}")
    assert "什么人" in chat.heard[-1], "the town is not asked"
    assert "镇街：石人镇" in chat.say("奶奶", "13812345678")
    assert "镇街：湾沟镇" in chat.say("镇错了，是湾沟镇"), "and whoever lives elsewhere says so"
    assert f"学校：{SCHOOL_NAME}" in chat.heard[-1]


def test_another_school_takes_its_town_with_it(chat: Chat) -> None:
    school(chat.db)
    chat.say("孩子三天没上学了，没请假", AGREED, f"王小明，{SCHOOL_NAME}", "奶奶", "13812345678")
    assert "镇街：石人镇" in chat.heard[-1]
    chat.say("学校错了，是湾沟镇育英学校")
    assert "镇街：石人镇" not in chat.heard[-1]
