"""What the bot offers because it is not sure lies before a person until the parent has chosen."""

from collections.abc import Iterator

import pytest

from bot import choice
from bot.dialogue.state import State
from bot.dialogue.turn import Turn
from bot.understanding import understand
from intake.settings import Settings
from intake.store.db import Database
from intake.talks import triage
from tests.hands.chat import Chat, kept, opened

NO_DANGER = ("钱不够", "孩子闹着不去", "送孩子难")
DANGER = ("孩子磕了一下", "孩子摔了一下", "孩子回来就哭")


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    with opened(settings, TODAY="2026-11-23") as one:
        yield one


@pytest.fixture
def db(chat: Chat) -> Database:
    return chat.db


def waiting(db: Database) -> list[tuple[str, str]]:
    """Give why and what of the messages that wait for a person, in order."""
    rows = db.all(
        "SELECT t.why, m.said, m.key FROM triage t JOIN messages m ON m.key = t.message"
        " WHERE t.state = 'open' ORDER BY t.at"
    )
    return [(row["why"], db.keys.unlock(row["said"], "messages.said", row["key"])) for row in rows]


@pytest.mark.parametrize(
    ("said", "why"), [*((one, "unclear") for one in NO_DANGER), *((one, "danger") for one in DANGER)]
)
def test_an_offer_lies_before_a_person(chat: Chat, db: Database, said: str, why: str) -> None:
    assert "1. " in chat.say(said)
    assert waiting(db) == [(why, said)]
    chat.say("我先想想")  # other talk
    assert waiting(db)[0] == (why, said)


@pytest.mark.parametrize("said", [*NO_DANGER, *DANGER])
@pytest.mark.parametrize("word", ["都不是", "不用了", "2"])
def test_an_offer_that_was_refused_lies_before_a_person(
    chat: Chat, db: Database, said: str, word: str
) -> None:
    chat.say(said)
    if word == "2" and "都不是" in chat.heard[-1]:
        word = "3"
    chat.say(word)
    assert said in [words for _, words in waiting(db)]


@pytest.mark.parametrize("said", NO_DANGER)
def test_an_offer_that_was_chosen_waits_for_nobody(chat: Chat, db: Database, said: str) -> None:
    chat.say(said)
    assert "您要说的是" in chat.say("1")
    assert waiting(db) == []
    (row,) = db.all("SELECT state, outcome, done_by FROM triage")
    assert tuple(row) == ("done", triage.CHOSEN, "bot")
    assert len(db.all("SELECT 1 FROM audit WHERE verb = 'talk.chosen'")) == 1


@pytest.mark.parametrize("said", DANGER)
def test_danger_that_was_chosen_is_received_with_what_was_said(chat: Chat, db: Database, said: str) -> None:
    offer = chat.say(said)
    number = next(line[0] for line in offer.splitlines() if line.endswith("安全报告"))
    assert "回执号" in chat.say(number)
    assert chat.answers()["description"] == said
    assert waiting(db) == [("danger", number)]  # the report's own; what was offered is settled


@pytest.mark.parametrize("other", ["孩子未到校", "资助困难", "入学登记"])
def test_danger_that_was_called_something_else_still_lies_before_a_person(
    chat: Chat, db: Database, other: str
) -> None:
    chat.say("孩子摔了一下", other)
    assert waiting(db) == [("danger", "孩子摔了一下")]


def test_of_several_matters_only_danger_itself_settles_danger(chat: Chat, db: Database) -> None:
    state, turn = State(), Turn(db, "wechat:x", "key")
    offer = choice._offer(["absence", "safety"], "孩子不去，身上有伤", state, turn, "")
    assert offer.note == "safety"
    reply = choice.hear("1", understand("1", db.today()), state, turn)
    assert reply
    assert reply.settles == ""


@pytest.mark.parametrize("said", ["孩子胳膊疼也没人管", "孩子没人管饭", "孩子磕了"])
def test_danger_that_is_asked_about_lies_before_a_person(chat: Chat, db: Database, said: str) -> None:
    assert "110" in chat.say(said)
    assert waiting(db) == [("danger", said)]


@pytest.mark.parametrize("said", ["孩子不去学校，说有人堵他", "孩子被打住院了请几天假"])
@pytest.mark.parametrize("then", ["", "取消", "不同意", "菜单"])
def test_danger_that_is_told_beside_another_matter_lies_before_a_person(
    chat: Chat, db: Database, said: str, then: str
) -> None:
    chat.say(said)  # acted upon or offered
    if then:
        chat.say(then)
    assert waiting(db)[0] == ("danger", said)


@pytest.mark.parametrize("said", ["孩子骨折了请假", "孩子发烧请假"])
def test_a_child_that_is_ill_alarms_nobody(chat: Chat, db: Database, said: str) -> None:
    assert "请假" in chat.say(said)
    assert waiting(db) == []


@pytest.mark.parametrize("said", ["住校能带手机吗", "住校让不让带手机", "住校晚上几点熄灯"])
def test_a_question_that_nobody_has_answered_stays_open_whatever_is_chosen(
    chat: Chat, db: Database, said: str
) -> None:
    assert "已经转给工作人员" in chat.say(said)
    chat.say("1")
    assert waiting(db) == [("question", said)]


def test_what_the_bureau_has_answered_waits_for_nobody(chat: Chat, db: Database) -> None:
    assert "要登记吗" in chat.say("校车几点到啊")
    assert waiting(db) == []


@pytest.mark.parametrize(
    ("said", "more", "key", "value"),
    [
        ("孩子磕了一下", "13712341234", "phone", "13712341234"),
        ("孩子回来就哭", "孩子叫王小明", "child_name", "王小明"),
        ("孩子闹着不去", "在石人小学念三年级", "school", "石人小学"),
    ],
)
def test_what_is_told_beside_an_offer_belongs_to_it(
    chat: Chat, db: Database, said: str, more: str, key: str, value: str
) -> None:
    """Who is told to call 110 sends a number: that was not understood, and is all by which she can be found."""
    danger = "安全报告" in chat.say(said)
    reply = chat.say(more)
    assert "记下了" in reply
    assert "1. " in reply, "the offer stands"
    assert waiting(db) == [("danger" if danger else "unclear", one) for one in (said, more)]
    chat.say(
        next(line[0] for line in reply.splitlines() if line[2:].strip() in ("安全报告", "孩子未到校")), "同意"
    )
    if danger:
        assert kept(chat)[key] == value
        assert said in str(kept(chat)["description"])
    else:
        assert value in chat.say("修改")


@pytest.mark.parametrize(
    "said", ["1，在石人小学念三年级", "第1个，在石人小学念三年级", "孩子未到校，在石人小学念三年级"]
)
def test_what_is_told_beside_the_choice_goes_with_it(chat: Chat, said: str) -> None:
    chat.say("孩子闹着不去")
    assert "您同意吗" in chat.say(said)
    assert "石人小学" in chat.say("同意", "修改")


def test_an_offer_is_put_twice_more_and_then_only_listened_to(chat: Chat) -> None:
    chat.say("孩子闹着不去")
    replies = [chat.say(one) for one in ("13712341234", "在石人小学", "三年级2班", "叫王小明")]
    assert sum("1. " in one for one in replies) == 2
    assert all("记下了" in one for one in replies)
