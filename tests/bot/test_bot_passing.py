"""Who tells of a child begins a report; who asks or complains is passed on to people, and what was said is not lost."""

import json
from collections.abc import Iterator
from datetime import date

import pytest

from bot.understanding.command import lines
from bot.understanding.verdict.deciding import decide
from intake.settings import Settings
from intake.store.db import Database
from intake.talks import triage
from tests.hands.cells import opened_cells
from tests.hands.chat import AGREED, Chat, opened

COMPLAINTS = {
    "enrollment": "反映江北片区学区划分不合理，适龄儿童入学难",
    "enrollment of a school": "反映江源区实验小学学区划分不合理",
    "boarding": "投诉中心校校车路线不合理，早上等车要一个小时",
    "subsidy": "反映寄宿生生活补助评定不公平不透明的问题",
}


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    with opened(settings, TODAY="2026-11-23") as one:
        yield one


@pytest.fixture
def db(chat: Chat) -> Database:
    return chat.db


def waiting(db: Database) -> list[tuple[str, str]]:
    return [tuple(row) for row in db.all("SELECT why, kind FROM triage WHERE state = 'open' ORDER BY at")]


@pytest.mark.parametrize("kind", COMPLAINTS)
def test_a_complaint_is_passed_on_with_its_matter_noted(chat: Chat, db: Database, kind: str) -> None:
    reply = chat.say(COMPLAINTS[kind])
    assert "已经转给工作人员" in reply
    assert "在这里回复您" in reply
    assert "您同意吗" not in reply
    assert "1." not in reply
    assert waiting(db) == [("complaint", kind.partition(" ")[0])]
    (thread,) = triage.threads_waiting(db)
    assert thread.told[0].endswith("：投诉或建议")


@pytest.mark.parametrize(
    "said", ["我家孩子该上一年级了，学区划分不合理，没学校收", "我闺女想住校，学校说床位不够，太不公平了"]
)
def test_who_tells_of_a_child_begins_a_report(chat: Chat, said: str) -> None:
    assert "您要说的是" in chat.say(said)


def test_what_the_answers_do_not_hold_goes_to_a_person_with_the_offer_to_register(
    chat: Chat, db: Database
) -> None:
    reply = chat.say("住校让不让带手机")
    assert "已经转给工作人员" in reply
    assert "寄宿与上下学需求" in reply
    assert waiting(db) == [("question", "boarding")]
    chat.say("1")
    assert waiting(db) == [("question", "boarding")]  # the answer is owed, whatever is chosen


@pytest.mark.parametrize("said", ["学校老师总拖堂", "班主任在群里点名批评家长", "作业多得写不完"])
def test_words_of_school_that_are_no_matter_get_a_sentence_and_no_menu(
    chat: Chat, db: Database, said: str
) -> None:
    reply = chat.say(said)
    assert "转给工作人员" in reply
    assert "1." not in reply
    assert len(waiting(db)) == 1


def test_a_complaint_that_is_no_matter_of_ours_is_noted_as_one(chat: Chat, db: Database) -> None:
    assert "已经转给工作人员" in chat.say("我要举报班主任收补课费")
    assert waiting(db) == [("complaint", "")]


def test_what_has_no_word_of_school_gets_the_menu(chat: Chat) -> None:
    assert "您想说哪件事" in chat.say("我家苞米被水淹了")


@pytest.mark.parametrize("between", [(), ("菜单",), ("菜单", "帮助")])
def test_what_was_said_goes_with_what_is_chosen_after_it(
    chat: Chat, db: Database, between: tuple[str, ...]
) -> None:
    chat.say("周文斌，石人镇的，我是他奶奶", *between, "4")
    assert waiting(db) == []
    chat.say(AGREED)
    chat.say("取消")
    assert waiting(db) == []
    chat.say("周文斌，石人镇的，我是他奶奶", *between)
    asked = chat.say("孩子未到校")
    assert "叫什么名字" not in asked


def test_out_of_hours_it_says_when_people_are_there(settings: Settings) -> None:
    with opened(settings, TODAY="2026-11-22") as chat:  # a Sunday
        reply = chat.say(COMPLAINTS["enrollment"])
    assert "以后有人" in reply
    assert "马上" not in reply


def test_danger_in_what_was_offered_is_not_settled_by_another_choice(chat: Chat, db: Database) -> None:
    offer = chat.say("孩子摔了一下")
    assert "安全报告" in offer
    chat.say("都不是", "菜单", "1")
    assert ("danger", "safety") in waiting(db)


def test_the_matter_is_seen_by_who_understands_nothing_more(chat: Chat, db: Database) -> None:
    chat.say(COMPLAINTS["boarding"])
    assert opened_cells(db, "messages.said", "WHERE type = ?", "complaint") == [COMPLAINTS["boarding"]]


def test_the_command_says_whether_the_dialogue_would_act(chat: Chat) -> None:
    said = ["我孙子三天没去上学了", "我先想想"]
    for one, line in zip(said, lines(said, date(2026, 11, 23)), strict=True):
        told = json.loads(line)
        assert told["acts"] is (one == said[0]) or told["intent"] == "other"
        assert told["acts"] is not bool(told["offers"])


def test_what_is_acted_upon_and_what_is_offered() -> None:
    sure = [("boarding", 0.95), ("other", 0.05)]
    assert decide(sure) == (True, ())
    unsure = [("boarding", 0.6), ("enrollment", 0.35), ("other", 0.05)]
    assert decide(unsure) == (False, ("boarding", "enrollment", "other"))
    fairly = [("boarding", 0.72), ("other", 0.28)]
    assert decide(fairly) == (False, ("boarding", "other"))
    assert decide(fairly, facts=["needs"]) == (True, ())
    assert decide(fairly, facts=["last_seen"]) == (False, ("boarding", "other"))  # of another matter
    assert decide(unsure, ["enrollment"]) == (True, ())  # both are told
    assert decide([("safety", 0.6), ("other", 0.4)], danger=True) == (True, ())
    assert decide([("safety", 0.6), ("other", 0.4)]) == (False, ("safety", "other"))
    idle = [("other", 0.82), ("subsidy", 0.18)]
    vague = [("other", 0.7), ("subsidy", 0.3)]
    assert decide(idle, schooling=False) == (True, ())
    assert decide(vague) == (False, ("subsidy", "other"))
    hidden = [("absence", 0.7), ("other", 0.2), ("boarding", 0.06), ("safety", 0.04)]
    assert decide(hidden, ["safety"])[1] == ("absence", "boarding", "safety", "other")
