"""A change of mind, in a parent's words and at every step of the conversation."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from bot.understanding.wishes import read_wish
from intake.kinds.envelope import Envelope
from intake.reports import lookup
from intake.settings import Settings
from intake.store.db import Database
from tests.hands.chat import AGREED, Chat, kept, opened
from tests.hands.classroom import MORNING, at
from tests.hands.samples import citizen_id

MISSING = "孩子王小明三天没去上学了，石人镇中心小学三年级2班，家住石人镇"
FULL = "孩子王小明想住校，石人小学三年级，家住石人镇，离学校太远，我是他妈妈，电话13987654321"
DANGER = "我家孩子在学校被同学打了"
HURT = "孩子被人打了，流血了"


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    with opened(settings) as one:
        yield one


@pytest.fixture
def db(chat: Chat) -> Database:
    return chat.db


STEPS: dict[str, tuple[str, ...]] = {
    "consent": (MISSING,),
    "ask": (MISSING, AGREED),
    "review": (FULL, AGREED),
    "menu": (MISSING, AGREED, "菜单"),
}


@pytest.mark.parametrize(
    "said",
    [
        "算了", "算了不说了", "那算了吧不讲了", "不填了行不行", "那还是算了吧，谢谢", "我不想报了", "不弄了不弄了",
        "弄错了，撤销吧", "撤回吧",
        "把这个登记取消了吧", "那个登记不要了", "改主意了，不报了",
    ],
)  # fmt: skip
@pytest.mark.parametrize("step", STEPS)
def test_whoever_gives_up_is_let_go(chat: Chat, step: str, said: str) -> None:
    chat.say(*STEPS[step])
    assert "不要了，没有提交" in chat.say(said)
    assert "没有正在填的" in chat.say("取消")
    assert chat.reports() == []


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("算了，我想问补助", "资助困难"),
        ("算了我想问补助", "资助困难"),
        ("不报了，我就问问校车的事", "寄宿与上下学需求"),
        ("那算了吧，还是办转学", "入学登记"),
    ],
)
@pytest.mark.parametrize("step", STEPS)
def test_another_matter_is_wanted_instead(chat: Chat, step: str, said: str, shown: str) -> None:
    chat.say(*STEPS[step])
    if step == "review" and shown.startswith("寄宿"):
        return  # it is the matter under way
    reply = chat.say(said)
    assert "不要了，没有提交" in reply
    assert shown in reply.split("没有提交", 1)[1]


def test_what_was_told_of_the_child_goes_on_to_the_other_matter(chat: Chat) -> None:
    chat.say(MISSING, AGREED, "算了，我想问补助", "资助困难")
    assert "叫什么名字" not in chat.heard[-1]
    assert "三年级" in chat.say("修改")
    assert "王小明" in chat.heard[-1]


@pytest.mark.parametrize("said", ["不是，我是说住校", "不对，我说的是校车", "弄错了，我是问住宿的事"])
@pytest.mark.parametrize("step", ["consent", "ask"])
def test_another_matter_was_meant(chat: Chat, step: str, said: str) -> None:
    chat.say(*STEPS[step])
    assert "不是孩子未到校" in chat.say(said)
    assert "寄宿与上下学需求" in chat.heard[-1]


@pytest.mark.parametrize(
    "said",
    [
        "不是，我是说我大儿子王小刚，上五年级",
        "错了，是我大儿子王小刚，五年级",
        "不是他，是他哥王小刚，五年级的",
    ],
)
@pytest.mark.parametrize("step", ["ask", "review"])
def test_another_child_was_meant(chat: Chat, step: str, said: str) -> None:
    chat.say(*STEPS[step])
    assert "换成王小刚" in chat.say(said)
    shown = chat.say("修改")
    assert "王小刚" in shown
    assert "五年级" in shown
    assert "王小明" not in shown.split("说明")[0]
    assert "三年级" not in shown.split("说明")[0]
    assert "石人镇" in shown


@pytest.mark.parametrize("said", ["不是这个孩子", "换个孩子", "不是，我是说我小孙女"])
def test_another_child_without_a_name_is_asked_for(chat: Chat, said: str) -> None:
    chat.say(*STEPS["ask"])
    assert "叫什么名字" in chat.say(said)


def test_another_child_before_consent(chat: Chat) -> None:
    chat.say(MISSING)
    assert chat.say("不是，我是说我大儿子王小刚，五年级").endswith("您同意吗？回复 同意 或 不同意。")
    chat.say(AGREED)
    assert "王小刚" in chat.say("修改")


def test_another_child_right_after_the_receipt_is_read_back_first(chat: Chat) -> None:
    chat.say(FULL, AGREED, "确认")
    chat.say("不是，我是说我大儿子王小刚，五年级")
    assert kept(chat)["child_name"] == "王小明"
    assert "王小刚" in chat.heard[-1] or "王小刚" in chat.say("修改")


def test_another_child_gets_a_report_of_its_own_and_nothing_of_the_first(chat: Chat) -> None:
    """The number of the first child, its case and its class stay its own: that report is taken back, not rewritten."""
    number = citizen_id(date(2016, 3, 4), "男")
    chat.say(f"{FULL}，身份证号{number}", AGREED, "确认")
    chat.say("不是他，是他弟弟王小亮")
    while "请您核对" not in chat.heard[-1]:
        chat.say("不知道")
    assert [one["status"] for one in chat.reports()] != ["withdrawn"], (
        "what was sent stands until the other is"
    )
    assert "已经撤回" in chat.say("确认")
    first, second = chat.reports()
    assert (first["status"], kept(chat, 0)["child_name"]) == ("withdrawn", "王小明")
    assert second["status"] != "withdrawn"
    told = lookup.answers_of(chat.db, Envelope.of(second))
    assert told["child_name"] == "王小亮"
    assert not {"id_number", "birth_date", "grade"} & told.keys()
    assert told["phone"] == "13987654321"


def test_a_report_of_another_child_that_is_dropped_leaves_what_was_sent(chat: Chat) -> None:
    chat.say(FULL, AGREED, "确认", "不是他，是他弟弟王小亮")
    assert "原来那份还在" in chat.say("取消")
    assert [one["status"] for one in chat.reports()] != ["withdrawn"]


def test_a_report_of_another_child_that_is_begun_anew_still_stands_for_what_was_sent(chat: Chat) -> None:
    chat.say(FULL, AGREED, "确认", "不是他，是他弟弟王小亮", "重新来", "王小亮，石人小学")
    while "请您核对" not in chat.heard[-1]:
        chat.say("不知道")
    assert "已经撤回" in chat.say("确认")
    assert [one["status"] == "withdrawn" for one in chat.reports()] == [True, False]


@pytest.mark.parametrize(
    "said", ["不是他，是他弟弟王小亮", "错了，是我二小子王小亮", "我改主意了", "对了，他是因为不想念了"]
)
def test_an_old_report_is_not_rewritten_by_what_is_said_about_something_else(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    """How long somebody was silent does not tell how old her report is: 谢谢 in between made it new."""
    at(monkeypatch, MORNING)
    chat.say(MISSING, AGREED, "没请假", "妈妈", "13987654321", "确认")
    before = kept(chat)
    at(monkeypatch, MORNING + timedelta(hours=30))
    chat.say("谢谢", said)
    assert kept(chat, 0) == before
    assert "请您核对" not in chat.heard[-1]


def test_news_that_was_meant_of_a_brother_becomes_a_report_of_his(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, MORNING)
    chat.say(MISSING, AGREED, "没请假", "妈妈", "13987654321", "确认")
    before = kept(chat)
    at(monkeypatch, MORNING + timedelta(hours=30))
    assert "记下了" in chat.say("孩子又没去上学")
    assert "哪个学校" in chat.say("不是他，是他弟弟王小亮")
    while "请您核对" not in chat.heard[-1]:
        chat.say("不知道")
    chat.say("确认")
    assert [kept(chat, 0)["child_name"], kept(chat)["child_name"]] == ["王小明", "王小亮"]
    assert kept(chat, 0) == before
    assert chat.messages("unclear") == ["不是他，是他弟弟王小亮"], (
        "what stands with the first child is for people"
    )


@pytest.mark.parametrize("said", ["重新来", "填错了，重新来一遍", "从头再来吧", "我要重填"])
@pytest.mark.parametrize("step", STEPS)
def test_a_report_is_begun_anew(chat: Chat, step: str, said: str) -> None:
    chat.say(*STEPS[step])
    assert "重新来" in chat.say(said)
    if step == "consent":
        chat.say(AGREED)
    assert "叫什么名字" in chat.heard[-1]
    assert "还没有可以改的" in chat.say("修改")


@pytest.mark.parametrize("said", ["先不说了", "先这样，回头再说", "我这会儿忙着呢，等会儿再填"])
@pytest.mark.parametrize("step", ["consent", "ask", "review"])
def test_whoever_has_no_time_finds_it_again(chat: Chat, step: str, said: str) -> None:
    before = chat.say(*STEPS[step])
    assert "接着填，回复 继续" in chat.say(said)
    again = chat.say("继续")
    assert again.rsplit("\n", 1)[-1] == before.rsplit("\n", 1)[-1]


@pytest.mark.parametrize("said", ["我改主意了", "算了，他爱去不去吧", "老师说不用，算了吧"])
def test_what_may_be_a_change_of_mind_is_asked_with_two_ways(chat: Chat, said: str) -> None:
    chat.say(*STEPS["ask"])
    reply = chat.say(said)
    assert "取消" in reply
    assert "继续" in reply
    assert "王小明" in chat.say("继续", "修改")


@pytest.mark.parametrize(
    "said", ["弄错了，撤销吧", "撤回吧", "刚才那个登记不要了", "把我报的撤了行不行", "我报的不算了"]
)
def test_what_was_sent_is_taken_back_after_asking(chat: Chat, said: str) -> None:
    chat.say(FULL, AGREED, "确认")
    assert "要撤回哪一个" in chat.say(said)
    assert [one["status"] for one in chat.reports()] != ["withdrawn"]
    assert "已经撤回" in chat.say("对，撤回吧")
    assert [one["status"] for one in chat.reports()] == ["withdrawn"]


@pytest.mark.parametrize("said", ["算了，不报了", "我改主意了"])
def test_a_report_that_was_sent_stands_until_it_is_taken_back(chat: Chat, said: str) -> None:
    chat.say(FULL, AGREED, "确认")
    assert "撤回" in chat.say(said)
    assert [one["status"] for one in chat.reports()] != ["withdrawn"]


def test_of_a_draft_and_a_report_it_is_asked_which(chat: Chat) -> None:
    chat.say(FULL, AGREED, "确认", "补助没发")
    reply = chat.say("弄错了，撤销吧")
    assert all(word in reply for word in ("取消", "撤回", "继续"))
    assert [one["status"] for one in chat.reports()] != ["withdrawn"]


@pytest.mark.parametrize("said", ["算了", "算了，我想问补助"])
def test_the_question_which_matter_is_left(chat: Chat, said: str) -> None:
    assert "哪件事" in chat.say("我想转学还是住校呢")
    chat.say(said)
    assert "没听准" not in chat.heard[-1]
    assert chat.reports() == []


@pytest.mark.parametrize(
    "said",
    [
        "算了",
        "弄错了，撤销吧",
        "撤回吧",
        "那个登记不要了",
        "不报了",
        "先不说了",
        "我改主意了",
        "撤回",
        "取消",
    ],
)
@pytest.mark.parametrize("danger", [DANGER, HURT])
def test_an_alarm_is_not_taken_back(chat: Chat, db: Database, danger: str, said: str) -> None:
    chat.say(danger)
    reply = chat.say(said)
    assert "不用取消" in reply or "已经转给工作人员" in reply
    (report,) = chat.reports()
    assert report["status"] != "withdrawn"
    assert db.all("SELECT 1 FROM cases WHERE kind = 'safety' AND open = 1")


def test_an_alarm_stays_when_it_was_all_told(chat: Chat, db: Database) -> None:
    chat.say(DANGER, "安全", "13987654321")
    assert "撤不回来" in chat.say("弄错了，撤销吧")
    assert "撤不回来" in chat.say("撤回")
    assert "弄错了" in str(kept(chat)["description"])
    assert db.all("SELECT 1 FROM cases WHERE kind = 'safety' AND open = 1")
    assert db.all("SELECT 1 FROM triage WHERE state = 'open' AND why = 'danger'")


def test_whoever_speaks_of_something_else_beside_an_alarm_is_heard(chat: Chat, db: Database) -> None:
    chat.say(DANGER)
    reply = chat.say("算了，我想问补助")
    assert "撤不回来" in reply
    assert "资助困难" in reply
    assert db.all("SELECT 1 FROM cases WHERE kind = 'safety' AND open = 1")


@pytest.mark.parametrize("said", ["算了，不想活了", "算了，他又把我打了，浑身是血"])
def test_danger_is_heard_in_a_wish(chat: Chat, said: str) -> None:
    chat.say(*STEPS["ask"])
    assert "110" in chat.say(said)
    assert [one["kind"] for one in chat.reports()] == ["safety"]


@pytest.mark.parametrize(
    "said",
    ["学校撤了", "村小撤并了", "要退学", "取消住校名额", "住校名额取消了", "补助被取消了", "弄错了金额", "金额弄错了", "不念了",
     "不去了", "不上了", "学籍注销了", "撤销处分", "重新上学", "重新报名", "算了半天账也不够", "不要住校了", "是我大孙子",
     "不是王小明，是王小红", "不是三天，是五天", "弄错了，是三年级", "我说的是石人镇", "老师不要我家孩子了", "不对", "不是",
     "没有", "都撤了", "再说一遍", "想让孩子重新上学"],
)  # fmt: skip
def test_what_is_told_of_a_child_is_no_wish(said: str) -> None:
    assert read_wish(said) is None
