"""Whole stories of parents: how many turns they take, what is asked, and what is kept."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from intake.calendar import clock
from intake.errors import Refused
from intake.settings import Settings
from intake.talks import faq
from tests.hands.chat import AGREED, PLATFORM, RECEIPT, Chat, kept, opened


@pytest.fixture
def chat(settings: Settings) -> "object":
    with opened(settings, TODAY="2026-11-23") as one:
        yield one


def later(chat: Chat, **span: int) -> None:
    """Let time pass since the last message of everybody."""
    row = chat.db.one("SELECT updated_at FROM conversations")
    assert row is not None
    past = clock.stamp(chat.db.now() - timedelta(**span))
    with chat.db.write():
        chat.db.run("UPDATE conversations SET updated_at = ?", (past,))


def test_a_message_that_holds_everything_needs_one_confirmation(chat: Chat) -> None:
    said = (
        "我是王小明奶奶，他在石人镇中心小学三年二班，打上周一就没去上学，没请假，厌学了，"
        "家住石人镇大石棚子村，电话13812345678"
    )
    assert "您同意吗" in chat.say(said)
    assert "请您核对" in chat.say(AGREED)
    assert RECEIPT.search(chat.say("确认"))
    assert kept(chat) == {
        "child_name": "王小明", "school": "石人镇中心小学", "grade": "三年级", "class_name": "2班", "town": "石人镇",
        "village": "大石棚子村", "last_seen": "2026-11-16", "on_leave": "否", "reason": "厌学",
        "description": said, "relation": "祖母", "phone": "13812345678",
    }  # fmt: skip


def test_boarding_by_a_father_far_away(chat: Chat) -> None:
    said = "我和他妈都在大连打工，孩子跟奶奶，想住校"
    chat.say(said, AGREED, "王小明，石人镇", "13812345678")
    assert "请您核对" in chat.heard[-1]
    assert RECEIPT.search(chat.say("确认"))
    assert len(chat.heard) == 5
    assert kept(chat) == {
        "child_name": "王小明", "town": "石人镇", "needs": "寄宿", "reason": "监护人外出", "description": said,
        "father_away": "是", "mother_away": "是", "away_place": "大连", "relation": "父", "phone": "13812345678",
    }  # fmt: skip


def test_leave_is_recorded_and_no_alarm(chat: Chat) -> None:
    chat.say("孩子发烧明天请假", AGREED, "李浩然，石人镇中心小学三年二班")
    assert "请假记下了" in chat.say("确认")
    assert chat.reports()[0]["status"] == "on_leave"
    assert kept(chat)["last_seen"] == "2026-11-23"
    assert kept(chat)["reason"] == "因病"
    # The next time the child is known.
    assert "李浩然" in chat.say("明天还请一天假，没好")
    assert "请您核对" in chat.heard[-1]
    assert RECEIPT.search(chat.say("确认"))


def test_a_question_gets_the_bureaus_answer_and_a_complaint_becomes_a_report(chat: Chat) -> None:
    (answer,) = [one for one in faq.load(chat.db.settings) if one.topic == "补助标准"]
    reply = chat.say("补助多少钱")
    assert answer.text in reply
    assert answer.source in reply
    assert "资助困难" in reply
    assert "您同意吗" in chat.say("1")
    other = Chat(chat.app, "oParent-2")
    assert "您要说的是资助困难" in other.say("补助咋还没发")
    other.say(AGREED, "王红，湾沟镇", "低保", "不清楚", "姥姥", "13812345678")
    assert "批了还没发" in other.heard[-1]


def test_production_gives_only_confirmed_answers(settings: Settings) -> None:
    path = settings.data / faq.FILE
    text = faq.DEFAULT.read_text("utf-8")
    path.write_text(text, "utf-8")
    real = Settings(data=settings.data, mode="production")
    assert faq.usual_answer(settings, "补助多少钱")
    assert faq.usual_answer(real, "补助多少钱") == ""
    path.write_text(text.replace("confirmed = false", "confirmed = true"), "utf-8")
    assert "1000" in faq.usual_answer(real, "补助多少钱")
    assert faq.usual_answer(real, "几号放寒假") == ""
    path.write_text("[[answer]]\ntopic = ", "utf-8")
    assert faq.usual_answer(real, "补助多少钱") == ""
    with pytest.raises(Refused, match=r"answers\.toml"):
        faq.check(real)
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())  # as Windows saves it
    assert faq.usual_answer(settings, "补助多少钱")
    for wrong in ("answer = 5", "answer = '补助'", "[answer]\ntext = '1'", "answer = [1]"):
        path.write_text(wrong, "utf-8")
        assert faq.usual_answer(settings, "补助多少钱") == ""
        with pytest.raises(Refused):
            faq.check(settings)


def test_a_question_in_the_middle_is_answered_and_the_dialogue_goes_on(chat: Chat) -> None:
    chat.say("想让孩子住校", AGREED)
    asked = chat.heard[-1].splitlines()[-1]
    reply = chat.say("要带什么材料？")
    assert "住宿费" in reply
    assert reply.endswith(asked)
    unknown = chat.say("食堂一顿饭能做几个菜啊？")
    assert "转给工作人员" in unknown
    assert "还等您回答：姓名" in unknown, "the question itself is put twice, and no more"
    assert chat.messages("question") == ["食堂一顿饭能做几个菜啊？"]


def test_a_grandmother_stops_half_way_and_comes_back_next_day(settings: Settings) -> None:
    with opened(settings, TODAY="2026-11-23") as chat:
        chat.say("俺孙子三天没念书了", AGREED, "王强，石人中心小学")
        later(chat, hours=26)
    with opened(settings, TODAY="2026-11-24") as chat:  # another process, another day
        back = chat.say("在吗")
        assert "接着" in back
        assert "哪个镇" in back
        chat.say("石人镇", "没请假", "奶奶", "13812345678")
        assert "请您核对" in chat.heard[-1]
        chat.say("确认")
        assert kept(chat)["last_seen"] == "2026-11-20"
        asked = "\n".join(chat.heard)
        assert "叫什么名字" not in asked
        assert "哪个学校" not in asked


def test_a_draft_is_forgotten_after_a_week(chat: Chat) -> None:
    chat.say("俺孙子三天没念书了", AGREED, "王强，石人中心小学")
    later(chat, days=8)
    assert "您想说哪件事" in chat.say("在吗")


def test_several_matters_become_several_reports_and_common_facts_are_asked_once(chat: Chat) -> None:
    chat.say("孩子都一个礼拜没上学了，另外他的补助也一直没发", AGREED)
    chat.say("李强，石人中学八年级", "湾沟镇", "没请假", "爸爸", "13812345678")
    reply = chat.say("确认")
    assert "接着说您提的另一件事" in reply
    assert "困难" in reply
    heard = len(chat.heard)
    chat.say("低保", "不清楚")
    assert "请您核对" in chat.heard[-1]
    chat.say("确认")
    assert [report["kind"] for report in chat.reports()] == ["absence", "subsidy"]
    first, second = kept(chat, 0), kept(chat, 1)
    same = ("child_name", "town", "phone", "relation", "school", "grade")
    assert [first[key] for key in same] == [second[key] for key in same]
    assert not any("叫什么名字" in reply or "电话号码是多少" in reply for reply in chat.heard[heard - 1 :])


@pytest.mark.parametrize(
    ("said", "key", "value"),
    [
        ("电话错了是13987654321", "phone", "13987654321"),
        ("电话不对，应该是 139 8765 4321", "phone", "13987654321"),
        ("不是三年级是四年级", "grade", "四年级"),
        ("名字写错了，叫王晓明", "child_name", "王晓明"),
        ("不是王小明，是王晓鸣", "child_name", "王晓鸣"),
        ("住湾沟镇不是石人镇", "town", "湾沟镇"),
        ("年级错了，是五年级", "grade", "五年级"),
        ("我不是他奶奶，我是他姥姥", "relation", "外祖母"),
    ],
)
def test_corrections_in_words(chat: Chat, said: str, key: str, value: str) -> None:
    chat.say("我是王小明奶奶，他在实验小学三年级，三天没上学了没请假，家住石人镇，电话13812345678", AGREED)
    before = chat.heard[-1]
    assert "请您核对" in before
    after = chat.say(said)
    assert "请您核对" in after
    chat.say("确认")
    assert kept(chat)[key] == value
    others = {one: told for one, told in kept(chat).items() if one not in (key, "description")}
    assert all(str(told) in before or one == "relation" for one, told in others.items())


def test_what_is_called_wrong_without_the_right_is_asked_again(chat: Chat) -> None:
    chat.say("我是王小明奶奶，他在实验小学三年级，三天没上学了没请假，家住石人镇，电话13812345678", AGREED)
    assert "您的电话号码是多少" in chat.say("电话错了")
    assert "13987654321" in chat.say("13987654321")


def test_brothers_and_sisters_have_their_own(chat: Chat) -> None:
    for name, grade in (("王小明", "三年级"), ("王小红", "一年级")):
        chat.say(f"孩子{name}在实验小学{grade}，想坐校车，离学校太远", AGREED)
        for _ in range(5):
            if "请您核对" in chat.heard[-1]:
                break
            asked = chat.heard[-1]
            chat.say("石人镇" if "镇或街道" in asked else "妈妈" if "什么人" in asked else "13812345678")
        chat.say("确认")
    assert "是哪个孩子" in chat.say("孩子今天肚子疼请一天假")
    assert "姓名：王小红" in chat.say("王小红")
    assert "年级：一年级" in chat.heard[-1]
    chat.say("取消")
    assert "年级：三年级" in chat.say("王小明明天请假")


def test_three_deliveries_at_once_have_one_effect(settings: Settings) -> None:
    with opened(settings, TODAY="2026-11-23") as chat, ThreadPoolExecutor(3) as pool:
        for line in (
            "我和他妈都在大连打工，孩子跟奶奶，想住校",
            AGREED,
            "王小明，石人镇",
            "13812345678",
            "确认",
        ):
            post = PLATFORM.safe(PLATFORM.text(chat.openid, line))
            bodies = list(pool.map(chat.post, [post] * 3))
            assert {status for status, _ in bodies} == {200}
            contents = {PLATFORM.open_reply(body)["Content"] for _, body in bodies}
            assert len(contents) == 1
        assert len(chat.reports()) == 1
        assert RECEIPT.search(contents.pop())


def test_low_confidence_asks_instead_of_guessing(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    reply = chat.say("想给孩子办个事")
    assert "您同意吗" not in reply
    assert "1. " in reply
    assert chat.reports() == []
