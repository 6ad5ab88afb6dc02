"""Several children in one message are several reports, and nothing of one is said of another."""

from collections.abc import Iterator
from datetime import date

import pytest

from bot.understanding import understand
from intake.settings import Settings
from intake.store.db import Database
from tests.hands.chat import AGREED, Chat, kept, opened

TODAY = date(2026, 11, 23)
ANSWERS = {
    "叫什么名字": "王家宝", "哪个学校": "石人小学", "请过假": "没请假", "什么人": "爷爷", "电话号码": "13812345678",
    "镇或街道": "石人镇", "因为什么": "离学校远", "哪天": "上周五", "请您核对": "确认", "困难": "不清楚", "问题": "其他",
    "需要": "校车", "哪种情况": "不清楚",
}  # fmt: skip


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    with opened(settings, TODAY=TODAY.isoformat()) as one:
        yield one


@pytest.fixture
def db(chat: Chat) -> Database:
    return chat.db


def told(said: str) -> list[tuple[str, str, str, object]]:
    """Give of each child: how it is called, what its words are about, its year, its days."""
    found: list[tuple[str, str, str, object]] = []
    for one in understand(said, TODAY).children:
        own = understand(one.words, TODAY)
        found.append((one.called, own.intent, str(own.slots.get("grade", "")), own.slots.get("days")))
    return found


def answer_on(chat: Chat, names: list[str], limit: int = 24) -> None:
    """Answer whatever is asked until as many reports are sent as there are names."""
    names = list(names)
    for _ in range(limit):
        asked = chat.heard[-1]
        if "已经收到" in asked and "接着说" not in asked:
            return
        if "请您核对" in asked:
            chat.say("确认")
            continue
        last = "叫什么名字" if "叫什么名字" in asked else max(ANSWERS, key=asked.rfind)
        assert asked.rfind(last) >= 0, asked
        chat.say(names.pop(0) if last == "叫什么名字" else ANSWERS[last])
    raise AssertionError("the questions do not end")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("大孙子上五年级三天没去，小孙女上二年级想住校",
         [("大孙子", "absence", "五年级", 3), ("小孙女", "boarding", "二年级", None)]),
        ("俺家老大上初一，不念了都一个月了，老二三年级补助没给发",
         [("老大", "absence", "七年级", 30), ("老二", "subsidy", "三年级", None)]),
        ("儿子三年级女儿一年级都没去上学", [("儿子", "absence", "三年级", None), ("女儿", "absence", "一年级", None)]),
        ("两个孩子，大的上初二不想念了，小的六年级要转学",
         [("大的", "absence", "八年级", None), ("小的", "enrollment", "六年级", None)]),
        ("我大孙子叫王小明，五年级，三天没去上学，二孙子叫王小刚，三年级，想坐校车",
         [("王小明", "absence", "五年级", 3), ("王小刚", "boarding", "三年级", None)]),
        ("邻居家孩子三天没上学，我家孩子想住校", [("邻居家孩子", "absence", "", 3), ("您家孩子", "boarding", "", None)]),
        ("老大上初一，老二上三年级，老三上一年级，都想坐校车",
         [("老大", "boarding", "七年级", None), ("老二", "boarding", "三年级", None), ("老三", "boarding", "一年级", None)]),
    ],
)  # fmt: skip
def test_each_child_has_its_own_clause(said: str, expected: list[tuple[str, str, str, object]]) -> None:
    assert told(said) == expected


@pytest.mark.parametrize(
    "said",
    [
        "我儿子儿媳在外打工，孙子三天没上学了",
        "我儿子王小明三天没去上学，儿子说不想念了",
        "王小明三天没上学了，我是他妈",
        "大孙子，王小明，石人小学三年级，三天没去了",
        "我孙子和他同学一起逃学",
        "孙子不念了，他爸妈都在外面打工",
        "王小明被李强打了，三天没敢去上学",
        "班上十四个孩子住校，厕所在楼外",
        "一个是校车老晚点，再一个是食堂贵",
    ],
)
def test_one_child_is_one(said: str) -> None:
    assert len(understand(said, TODAY).children) < 2


def test_two_children_become_two_reports(chat: Chat) -> None:
    reply = chat.say("大孙子上五年级三天没去，小孙女上二年级想住校")
    assert "两个孩子：大孙子（孩子未到校）、小孙女（寄宿与上下学需求）" in reply
    chat.say(AGREED, "王小明")
    shown = chat.say("修改")
    assert "五年级" in shown
    assert not any(word in shown for word in ("二年级", "寄宿", "女"))
    chat.say("继续")
    answer_on(chat, ["王小红"])
    first, second = kept(chat, 0), kept(chat, 1)
    assert [one["kind"] for one in chat.reports()] == ["absence", "boarding"]
    assert (first["child_name"], first["grade"], first["sex"]) == ("王小明", "五年级", "男")
    assert (second["child_name"], second["grade"], second["sex"]) == ("王小红", "二年级", "女")
    assert "小孙女" not in str(first.get("description"))
    assert "last_seen" not in second
    assert second["phone"] == first["phone"]


def test_what_is_said_of_both_is_said_once(chat: Chat) -> None:
    chat.say(
        "两个孩子都在石人小学，王小明三年级，王小红一年级，都三天没去上学了，电话13812345678，家住石人镇",
        AGREED,
    )
    answer_on(chat, [])
    first, second = kept(chat, 0), kept(chat, 1)
    assert (first["child_name"], first["grade"]) == ("王小明", "三年级")
    assert (second["child_name"], second["grade"]) == ("王小红", "一年级")
    for key in ("school", "phone", "town", "last_seen"):
        assert first[key] == second[key]
    assert sum("哪个学校" in one for one in chat.heard) == 0


@pytest.mark.parametrize("said", ["俩孩子都三天没上学了", "家里双胞胎三天没去上学了", "我有两个孩子想住校"])
def test_children_that_are_only_counted_are_all_reported(chat: Chat, said: str) -> None:
    assert "两个孩子" in chat.say(said)
    chat.say(AGREED)
    answer_on(chat, ["王小明", "王小红"])
    assert [kept(chat, at)["child_name"] for at in (0, 1)] == ["王小明", "王小红"]


def test_three_children(chat: Chat) -> None:
    chat.say("老大上初一，老二上三年级，老三上一年级，都想坐校车", AGREED)
    answer_on(chat, ["王一", "王二", "王三"], limit=40)
    assert [kept(chat, at)["grade"] for at in range(3)] == ["七年级", "三年级", "一年级"]


def test_a_neighbours_child_lends_nothing_to_ones_own(chat: Chat) -> None:
    chat.say("邻居家孩子三天没上学，我家孩子想住校", AGREED)
    answer_on(chat, ["赵石头", "王小红"])
    first, second = kept(chat, 0), kept(chat, 1)
    assert first["relation"] == "邻居/其他"
    assert second["relation"] != "邻居/其他"


@pytest.mark.parametrize("said", ["王小明和王小红", "王小明，还有他妹妹王小红", "王小明、王小红两个"])
def test_a_second_child_in_an_answer_waits_for_its_turn(chat: Chat, said: str) -> None:
    chat.say("孩子离家远想住校", AGREED)
    assert "王小红的也记下了" in chat.say(said)
    answer_on(chat, [])
    assert [kept(chat, at)["child_name"] for at in (0, 1)] == ["王小明", "王小红"]
    assert [one["kind"] for one in chat.reports()] == ["boarding", "boarding"]


def test_a_sibling_that_is_told_of_before_consent_is_kept(chat: Chat) -> None:
    chat.say("孩子王小明三天没去上学")
    assert "也记下了" in chat.say("王小明三天没来，他妹妹王小红也没来")
    chat.say(AGREED)
    answer_on(chat, [])
    assert [kept(chat, at)["child_name"] for at in (0, 1)] == ["王小明", "王小红"]


def test_danger_to_one_child_comes_first_and_the_other_waits(chat: Chat, db: Database) -> None:
    reply = chat.say("大孙子五年级被同学打了，小孙女二年级想住校")
    assert "110" in reply
    assert "小孙女的事也记下了" in reply
    (report,) = chat.reports()
    assert report["kind"] == "safety"
    assert kept(chat)["grade"] == "五年级"
    assert "sex" not in kept(chat) or kept(chat)["sex"] == "男"
    chat.say("安全", "13812345678", "继续", AGREED)
    answer_on(chat, ["王小红"])
    assert kept(chat)["grade"] == "二年级"
    assert [one["kind"] for one in chat.reports()] == ["safety", "boarding"]


def test_what_is_told_of_another_by_the_way_is_not_said_of_this_child(chat: Chat) -> None:
    chat.say("我闺女在三中上初二，她弟弟三天没去上学了", AGREED)
    assert "初二" not in chat.say("王小刚", "修改").split("说明")[0]
    assert "八年级" not in chat.heard[-1].split("说明")[0]
