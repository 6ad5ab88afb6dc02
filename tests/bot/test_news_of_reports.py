"""News after a report, in any words: back at school, found, settled, ran off again. The case is told, none is ended."""

import pytest

from bot.understanding.news import read_news
from intake.cases import case as cases
from intake.reports import door
from intake.store.db import Database
from tests.hands.chat import AGREED, Chat
from tests.hands.samples import sample

MISSING = "孩子王小明三天没去上学了，没请假，我是他妈妈，石人镇中心小学三年级2班，家住石人镇，电话13812345678"


@pytest.fixture
def db(chat: Chat) -> Database:
    return chat.db


def told(chat: Chat, kind: str, **more: str) -> str:
    """Let the parent of this chat report something; give the case's id."""
    raw = {**sample(kind, 1), "relation": "母", "child_name": "王小明", **more}
    if kind == "absence":
        raw |= {"on_leave": "否", "last_seen": "2026-11-20"}
    who = chat.reporter
    done = door.receive(chat.db, kind, raw, channel="wechat", reporter=who)
    case = cases.case_of_report(chat.db, done.id)
    assert case
    return case.id


def events(db: Database, case: str) -> list[str]:
    found = cases.case_by_id(db, case)
    assert found
    return [one.key for one in cases.events_of(db, found)]


@pytest.mark.parametrize(
    "said",
    ["孩子回去上学了", "又去念书了", "今天上学去了", "不用管了", "已经解决了", "他奶奶把他送学校去了", "娃儿今早自己背书包走了",
     "老师来家里劝了，孩子去学校了", "那事儿解决了，不用再跑了", "别找了，上学去了", "烧退了，今天去的学校",
     "小明肯去了，天天上学呢", "回去念书啦，麻烦你们了", "我送他去学校了"],
)  # fmt: skip
def test_the_case_is_told_that_the_child_is_back(chat: Chat, db: Database, said: str) -> None:
    case = told(chat, "absence")
    reply = chat.say(said)
    assert "会核实，核实以后这件事才算办完" in reply
    assert "said_back" in events(db, case)
    assert len(chat.reports()) == 1
    found = cases.case_by_id(db, case)
    assert found
    assert found.open


@pytest.mark.parametrize("said", ["还没回去", "回去了又跑了", "去了一天又不去了", "又没去上学"])
def test_what_is_taken_back_goes_to_the_case_too(chat: Chat, db: Database, said: str) -> None:
    case = told(chat, "absence")
    chat.say("孩子回去上学了")
    assert "这件事接着办" in chat.say(said)
    assert events(db, case)[-1] == "family_said"
    assert len(chat.reports()) == 1
    assert [row["why"] for row in db.all("SELECT why FROM triage WHERE state = 'open'")] == ["reply"]


@pytest.mark.parametrize(
    "said",
    [
        "回去上学要啥手续",
        "孩子回学校了吗",
        "怎么让他回去念书",
        "答应明天去上学",
        "我去学校找老师了",
        "他回学校拿书了",
    ],
)
def test_a_question_or_a_hope_is_no_news(chat: Chat, db: Database, said: str) -> None:
    case = told(chat, "absence")
    chat.say(said)
    assert "said_back" not in events(db, case)


def test_of_two_children_it_is_asked_which(chat: Chat, db: Database) -> None:
    told(chat, "absence")
    case = told(chat, "absence", child_name="李红")
    assert "是哪个孩子" in chat.say("不用管了，上学去了")
    assert "李红" in chat.say("李红回学校了")
    assert "said_back" in events(db, case)
    assert len(db.all("SELECT 1 FROM case_events WHERE event = 'said_back'")) == 1


def test_of_two_matters_it_is_asked_which(chat: Chat, db: Database) -> None:
    absence, aid = told(chat, "absence"), told(chat, "subsidy")
    assert "是哪件事" in chat.say("已经解决了")
    chat.say("资助困难的事解决了")
    assert events(db, aid)[-1] == "family_said"
    assert "said_back" not in events(db, absence)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("subsidy", "补助发下来了"),
        ("subsidy", "钱到账了，谢谢"),
        ("subsidy", "助学金昨天打卡里了"),
        ("boarding", "宿舍安排好了"),
        ("boarding", "住上校了"),
        ("boarding", "校车通了，不用再管了"),
        ("enrollment", "已经入学了"),
        ("enrollment", "报上名了"),
        ("enrollment", "学校收他了，上学去了"),
    ],
)
def test_the_case_of_another_matter_is_told_as_well(chat: Chat, db: Database, kind: str, said: str) -> None:
    case = told(chat, kind)
    assert "核实以后才算办完" in chat.say(said)
    assert events(db, case)[-1] == "family_said"
    assert len(chat.reports()) == 1


@pytest.mark.parametrize(
    "said", ["补助没发下来", "钱发少了", "补助发了但是少了一半", "校车停了", "学校不收他", "补助啥时候发下来"]
)
def test_what_is_not_well_is_no_good_news(said: str) -> None:
    news = read_news(said)
    assert news is None or news.what == "away"


@pytest.mark.parametrize("said", ["找到了", "人找着了，在同学家", "孩子自己回来了", "不用找了"])
@pytest.mark.parametrize("before", [(), ("安全", "13812345678")])
def test_a_child_that_was_found_ends_no_alarm(
    chat: Chat, db: Database, before: tuple[str, ...], said: str
) -> None:
    chat.say("我家孩子走丢了，到处找不着", *before)
    chat.say(said)
    (case,) = db.all("SELECT id, open FROM cases WHERE kind = 'safety'")
    assert case["open"] == 1
    assert said in str(chat.answers()["description"])
    assert {row["why"] for row in db.all("SELECT why FROM triage WHERE state = 'open'")} == {"danger"}
    assert len(chat.reports()) == 1


@pytest.mark.parametrize("step", [(), (AGREED,)])
@pytest.mark.parametrize("said", ["孩子回去上学了", "今天上学去了", "不用管了"])
def test_a_draft_of_a_child_that_is_back_may_be_dropped(chat: Chat, step: tuple[str, ...], said: str) -> None:
    chat.say(MISSING, *step)
    assert "刚才的登记不要了，回复 取消" in chat.say(said)
    assert "不要了" in chat.say("取消")
    assert chat.reports() == []


def test_a_draft_of_another_matter_waits_while_the_case_is_told(chat: Chat, db: Database) -> None:
    case = told(chat, "absence")
    chat.say("补助一直没发", AGREED)
    assert "还留着" in chat.say("孩子今天回学校上学了")
    assert "said_back" in events(db, case)
    assert "接着填" in chat.say("继续")


def test_the_last_day_at_school_is_still_an_answer(chat: Chat) -> None:
    chat.say("孩子未到校", AGREED, "王小明，石人镇中心小学三年级2班", "石人镇")
    assert "没有正在办的" not in chat.say("昨天还上学了")
    assert "不要了" not in chat.heard[-1]
