"""Whole conversations through the signed and encrypted webhook, as a parent has them."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest

from intake.calendar import clock
from intake.kinds import KINDS
from intake.kinds.envelope import Envelope
from intake.reports import lookup, notice, promises, receipts
from intake.settings import Settings
from tests.hands.chat import PHONE, PLATFORM, RECEIPT, Chat, answer_all, opened
from tests.hands.lost_property import LostProperty
from tests.hands.samples import sample


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    with opened(settings) as one:
        yield one


@pytest.mark.parametrize("n", range(4))
@pytest.mark.parametrize("kind", [kind for kind in KINDS if not KINDS[kind].urgent])
def test_every_kind_by_chat(chat: Chat, kind: str, n: int) -> None:
    body = sample(kind, n, chat.db.today())
    reply = answer_all(chat, kind, chat.say(KINDS[kind].title, "同意"), body)
    assert "请您核对" in reply
    done = chat.say("确认")
    (report,) = chat.reports()
    assert receipts.show_receipt(report["receipt"]) in done
    assert promises.promise_of(chat.db, Envelope.of(report)) in done
    assert (report["kind"], report["channel"]) == (kind, "wechat")
    assert report["consent"].startswith(notice.VERSION)
    kept = chat.answers()
    wanted = lookup.schema(chat.db, kind).accept(body)
    assert {key: wanted[key] for key in kept if key in wanted} == {
        key: kept[key] for key in kept if key in wanted
    }
    required = {key for key, one in KINDS[kind].answers().items() if one.required}
    assert required <= kept.keys()
    assert report["receipt"] in chat.say("进度").replace(" ", "")


@pytest.mark.parametrize("n", range(4))
def test_safety_by_menu_is_received_with_the_first_answer(chat: Chat, n: int) -> None:
    body = sample("safety", n, chat.db.today())
    first = chat.say("安全报告")
    assert "110" in first
    assert "同意" not in first
    reply = chat.say(str(body["what"]))
    (report,) = chat.reports()
    assert receipts.show_receipt(report["receipt"]) in reply
    last = answer_all(chat, "safety", reply, body)
    assert "打电话" in last
    kept = chat.answers()
    assert [kept[key] for key in ("what", "safe_now", "phone")] == [
        body["what"],
        body["safe_now"],
        body["phone"],
    ]
    assert len(chat.reports()) == 1


def test_menu_by_number_title_key_and_words(chat: Chat) -> None:
    for word in ("4", "４", "第4个", "孩子未到校", "ABSENCE", "我家孩子好几天没上学了"):
        assert "您同意吗" in chat.say("菜单", word), word
        assert "不要了" in chat.say("取消")


def test_refusing_gives_another_way_and_asks_nothing(chat: Chat) -> None:
    reply = chat.say("1", "不同意")
    assert PHONE in reply
    assert "您想说哪件事" in chat.say("菜单")
    row = chat.db.one("SELECT agreed FROM consents")
    assert row is not None
    assert row["agreed"] == 0
    assert "您同意吗" in chat.say("1")


def test_consent_is_asked_once(chat: Chat) -> None:
    assert "孩子叫什么名字" in chat.say("4", "随便", "好的")
    assert chat.heard[1] != chat.say("取消")
    assert "孩子叫什么名字" in chat.say("2")


def test_a_fact_is_never_asked_twice(chat: Chat) -> None:
    chat.say("4", "同意", "王小明", "跳过", "跳过")
    assert "最后一天" in chat.say("石人镇大石棚村")
    read_back = chat.say("昨天", "没请假", "跳过", "跳过", "奶奶", "13812345678")
    assert "村(社区)" in read_back
    number = re.search(r"(\d+)\. 镇街", read_back)
    assert number
    # Another town takes the village of the first one with it.
    changed = chat.say(f"修改{number[1]}", "湾沟镇")
    assert "镇街：湾沟镇" in changed
    assert "村(社区)" not in changed


def test_ambiguous_place_lists_candidates_and_is_asked_again(chat: Chat) -> None:
    reply = chat.say("4", "同意", "王小明", "跳过", "不存在镇")
    assert "孩子住在哪个镇或街道" in reply
    assert reply.count("1. ") == 0, "the towns were listed when it was asked first"
    assert "最后一天" in chat.say("不存在镇"), "nobody is asked a third time"
    assert "镇街：不存在镇" in chat.say("昨天", "没请假", "奶奶", "13812345678"), (
        "the words are kept for people"
    )
    assert "镇街：湾沟镇" in chat.say("镇错了，是湾沟镇")


def test_several_choices_by_numbers_and_words(chat: Chat) -> None:
    for said in ("1,4", "1 4", "1、4", "１，４", "寄宿和午餐", "1和午餐", "寄宿 午餐"):
        chat.say("寄宿与上下学需求")
        if "您同意吗" in chat.heard[-1]:
            chat.say("同意")
        chat.say("王小明", "跳过", "跳过", "石人镇")
        assert "主要因为什么" in chat.say(said), said
        assert "1. 需求：" not in chat.say("修改")
        assert "需要什么：住校、中午在学校吃饭" in chat.heard[-1], said
        chat.say("取消")


def test_back_skip_change_and_cancel(chat: Chat) -> None:
    assert "第一题" in chat.say("4", "同意", "返回")
    assert "孩子叫什么名字" in chat.say("王小明", "返回")
    assert "哪个学校" in chat.say("王小亮")
    assert "要回答才能登记" in chat.say("返回", "返回", "菜单", "继续", "跳过", "跳过")
    assert "姓名：王小亮" in chat.say("修改")
    assert "还等您回答：镇街" in chat.say("修改1", "张三")
    assert "姓名：张三" in chat.say("修 改")
    assert "还没有问完" in chat.say("确认")
    assert "没有提交" in chat.say("取消")
    assert "现在没有" in chat.say("确认")
    assert chat.reports() == []


def test_changes_at_the_read_back(chat: Chat) -> None:
    body = sample("absence", 3, chat.db.today())
    answer_all(chat, "absence", chat.say("4", "同意"), body)
    assert "姓名" in chat.say("修改1", "李小红")
    assert "1. 姓名：李小红" in chat.say("修改 ２", "跳过")
    assert "没有第 40 条" in chat.say("修改40")
    assert "哪一条" in chat.say("修改")
    assert "没看懂" in chat.say("呃呃")
    assert "回到上一题" in chat.say("返回")
    assert "请您核对" in chat.say("跳过")
    assert "已经收到" in chat.say("对")
    assert chat.answers()["child_name"] == "李小红"
    assert "不用再确认" in chat.say("确认")
    assert len(chat.reports()) == 1


def test_an_interruption_is_answered_and_the_dialogue_goes_on(chat: Chat) -> None:
    chat.say("4", "同意")
    assert "孩子叫什么名字" in chat.say("帮助").splitlines()[-1]
    for word in ("进度", "撤回", "我的信息", "绑定", "　进度　", "帮助。"):
        assert "还等您回答：姓名" in chat.say(word).splitlines()[-1], word
    assert "刚才的孩子未到校还留着" in chat.say("菜单")
    assert "孩子叫什么名字" in chat.say("继续")


def test_what_is_not_understood_is_kept_and_answered_differently(chat: Chat) -> None:
    replies = [chat.say("嗷嗷嗷") for _ in range(4)]
    assert all(before != after for before, after in pairwise(replies))
    assert ["您想说哪件事" in reply for reply in replies] == [True, True, False, False]
    assert all("工作人员" in reply for reply in replies[1:])
    assert chat.messages("unclear") == ["嗷嗷嗷"] * 4


def test_receipt_is_shown_to_its_own_reporter_only(chat: Chat) -> None:
    answer_all(chat, "absence", chat.say("4", "同意"), sample("absence", 3, chat.db.today()))
    receipt = RECEIPT.search(chat.say("确认"))
    assert receipt
    assert "等待核实" in chat.say(receipt[0])
    assert "等待核实" in chat.say(receipt[0].replace(" ", ""))
    other = Chat(chat.app, "oParent-2")
    assert "等待班主任" not in other.say(receipt[0])
    assert "还没有登记过" in other.say("进度")
    assert receipt[0] in chat.say("我的信息")
    assert receipt[0] in chat.say("撤回")


EMERGENCIES = {
    "孩子在学校被打了": "校园欺凌",
    "我家孩子总让人欺负": "校园欺凌",
    "闺女说不想活了": "自伤风险",
    "孩子走丢了，快帮帮我": "走失失联",
    "孩子失踪一宿了": "走失失联",
    "有人性侵孩子": "受侵害",
    "我孙子让同学打了": "校园欺凌",
    "班里有人总欺负我孩子": "校园欺凌",
    "孩子到现在没回家": "走失失联",
    "他说活着没意思": "自伤风险",
}


@pytest.mark.parametrize(("said", "what"), EMERGENCIES.items())
@pytest.mark.parametrize("before", [(), ("4",), ("4", "同意", "王小明")], ids=["idle", "consent", "asking"])
def test_an_emergency_is_received_in_any_state(
    chat: Chat, before: tuple[str, ...], said: str, what: str
) -> None:
    if before:
        chat.say(*before)
    reply = chat.say(said)
    (report,) = chat.reports()
    assert "110" in reply
    assert "打电话" in reply
    assert "孩子现在安全吗" in reply
    assert report["kind"] == "safety"
    assert chat.answers()["description"] == said
    assert chat.answers()["what"] == what
    assert "电话号码" in reply
    assert "孩子现在安全吗" in chat.say("他在操场上")
    after = chat.say("不安全", "13812345678")
    kept = chat.answers()
    assert kept["description"] == f"{said}\n他在操场上"
    assert (kept["safe_now"], kept["phone"]) == ("否", "13812345678")
    assert len(chat.reports()) == 1
    if before:
        assert "孩子未到校" in after
    if len(before) == 3:
        assert kept["child_name"] == "王小明"
        assert after.endswith("（这一题可以回复“跳过”）")


def test_an_emergency_with_a_phone_asks_only_for_safety(chat: Chat) -> None:
    chat.say("孩子被打了，我电话138 1234 5678")
    assert chat.answers()["phone"] == "13812345678"
    assert "都记下了" in chat.say("安全")


def test_harmless_words_are_no_emergency(chat: Chat) -> None:
    for said in (
        "孩子没被打，就是不爱上学",
        "学校的防溺水作业怎么交",
        "打工回不来",
        "大家都去了",
        "让老师打个电话",
        "叫孩子打扫卫生",
        "被窝里打游戏",
        "让孩子打篮球",
        "打孩子电话没人接",
    ):
        chat.say(said)
    assert chat.reports() == []


def test_long_replies_come_in_pieces(settings: Settings) -> None:
    with opened(settings, CONTACT_PHONE="0439-3720000" + "转八号" * 400) as chat:
        first = chat.say("1", "详细")
        assert "更多" in first
        assert "转八号" in chat.say("更多")


def test_an_old_draft_is_dropped(settings: Settings) -> None:
    with opened(settings) as chat:
        chat.say("4", "同意", "王小明")
    later = clock.now().date() + timedelta(days=8)
    with opened(settings, TODAY=later) as chat:
        assert "您想说哪件事" in chat.say("实验小学")
        assert "孩子叫什么名字" in chat.say("4")


def test_a_restart_in_the_middle_loses_nothing(settings: Settings) -> None:
    body = {**sample("boarding", 2)}
    with opened(settings) as chat:
        chat.say("2", "同意", str(body["child_name"]), str(body["school"]))
    with opened(settings) as chat:
        reply = chat.say(str(body["grade"]))
        assert "还等您回答：镇街" in reply, "it was asked twice before"
        assert "请您核对" in answer_all(chat, "boarding", chat.say(str(body["town"])), body)
    with opened(settings) as chat:
        assert "已经收到" in chat.say("确认")
        assert chat.answers()["child_name"] == body["child_name"]


def test_a_danger_chosen_by_number_is_told_in_words(chat: Chat) -> None:
    assert "没有这个序号" in chat.say("5", "44")
    assert chat.reports() == []
    assert "回执号" in chat.say("３")
    assert (chat.answers()["what"], chat.answers()["description"]) == ("校园欺凌", "校园欺凌")
    assert "孩子现在安全吗" in chat.say("返回")
    assert "不用取消" in chat.say("取消")
    assert "您想说哪件事" in chat.say("5", "返回")


def test_a_draft_that_no_longer_fits_is_dropped(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(KINDS, "lost_property", LostProperty)
        with opened(settings) as chat:
            chat.say("6", "同意")
    with opened(settings) as chat:
        assert "您想说哪件事" in chat.say("王小明")


def test_following_again_shows_the_menu_first(chat: Chat) -> None:
    chat.say("4", "同意")
    chat.send(PLATFORM.event("oParent-1", "subscribe"))
    assert "入学登记" in chat.say("1")
