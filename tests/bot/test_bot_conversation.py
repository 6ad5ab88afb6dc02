"""One message, one answer, one transaction: retries, crowds, other kinds of message, leaving."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial

import pytest

from intake.settings import Settings
from tests.hands.cells import opened_cells
from tests.hands.chat import PLATFORM, Chat, answer_all, opened
from tests.hands.samples import sample


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    with opened(settings) as one:
        yield one


def at_once(calls: list[Callable[[], str]]) -> list[str]:
    """Make calls in threads that start together."""
    start = threading.Barrier(len(calls), timeout=60)

    def run(call: Callable[[], str]) -> str:
        start.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_a_retry_gets_the_stored_reply(chat: Chat) -> None:
    lines = [PLATFORM.text("oParent-1", line) for line in ("4", "同意", "王小明", "菜单")]
    replies = [chat.send(xml) for xml in lines]
    assert [chat.send(xml) for xml in lines] == replies
    assert "哪个学校" in chat.say("继续")


def test_a_retry_of_an_event_is_known_without_a_message_id(chat: Chat) -> None:
    click = PLATFORM.event("oParent-1", "CLICK", "帮助", created=1_790_000_000)
    assert chat.send(click) == chat.send(click)
    chat.send(PLATFORM.event("oParent-1", "CLICK", "菜单", created=1_790_000_000))
    rows = chat.db.all("SELECT * FROM messages")
    assert len(rows) == 2


@pytest.mark.parametrize("line", ["确认", "孩子被打了"])
def test_three_times_at_once_is_one_report_and_one_answer(chat: Chat, line: str) -> None:
    answer_all(chat, "absence", chat.say("4", "同意"), sample("absence", 3, chat.db.today()))
    xml = PLATFORM.text("oParent-1", line)
    replies = at_once([lambda: chat.send(xml)] * 6)
    assert len(set(replies)) == 1
    assert "回执号" in replies[0]
    assert len(chat.reports()) == 1
    assert chat.send(xml) == replies[0]


def test_a_first_message_three_times_at_once(chat: Chat) -> None:
    xml = PLATFORM.text("oParent-1", "孩子走丢了")
    assert len(set(at_once([lambda: chat.send(xml)] * 6))) == 1
    assert len(chat.reports()) == 1


def test_two_confirmations_at_once_make_one_report(chat: Chat) -> None:
    answer_all(chat, "absence", chat.say("4", "同意"), sample("absence", 3, chat.db.today()))
    at_once([lambda: chat.send(PLATFORM.text("oParent-1", "确认")) for _ in range(6)])
    assert len(chat.reports()) == 1


def test_no_update_is_lost_in_a_crowd(chat: Chat) -> None:
    chat.say("4", "同意", "王小明")
    answers = ["江源区实验小学", "江源区实验小学", "3", "8", "昨天"]
    at_once([partial(chat.send, PLATFORM.text("oParent-1", line)) for line in answers])
    row = chat.db.one("SELECT version FROM conversations")
    assert row is not None
    assert row["version"] == 3 + len(answers)
    assert len(chat.messages("text")) + len(chat.messages("unclear")) == 3 + len(answers)


def test_many_parents_at_once_do_not_mix(chat: Chat) -> None:
    parents = [Chat(chat.app, f"oParent-{n}") for n in range(8)]

    def talk(one: Chat, n: int) -> str:
        body = sample("absence", n, chat.db.today())
        answer_all(one, "absence", one.say("4", "同意"), body)
        return one.say("确认")

    replies = at_once([partial(talk, one, n) for n, one in enumerate(parents)])
    assert all("回执号" in reply for reply in replies)
    rows = chat.db.all("SELECT child_name FROM answers_absence")
    assert {row["child_name"] for row in rows} == {
        sample("absence", n, chat.db.today())["child_name"] for n in range(8)
    }


OTHERS = {
    "image": PLATFORM.image("oParent-1", "media-1"),
    "voice": PLATFORM.voice("oParent-1", "media-1"),
    "voice, heard as nothing": PLATFORM.voice("oParent-1", "media-1", recognition=""),
    "video": PLATFORM.message(
        "video", "oParent-1", {"MediaId": "media-1", "ThumbMediaId": "t", "MsgId": 1}, None
    ),
    "shortvideo": PLATFORM.message("shortvideo", "oParent-1", {"MediaId": "media-1", "MsgId": 2}, None),
    "location": PLATFORM.location("oParent-1", 42.05, 126.6, "石人镇 media-1"),
    "link": PLATFORM.message("link", "oParent-1", {"Title": "t", "Url": "http://media-1", "MsgId": 3}, None),
    "sticker": PLATFORM.message("sticker", "oParent-1", {"MediaId": "media-1", "MsgId": 4}, None),
}


@pytest.mark.parametrize("xml", OTHERS.values(), ids=OTHERS)
def test_what_is_no_text_is_kept_and_answered(chat: Chat, xml: str) -> None:
    assert "文字" in chat.send(xml) or "打几个字" in chat.send(xml)
    assert "media-1" in opened_cells(chat.db, "messages.said")[0]
    chat.say("4", "同意")
    again = xml.replace("<MsgId>", "<MsgId>9")
    assert "孩子叫什么名字" in chat.send(again)


def test_a_recognised_voice_counts_as_text(chat: Chat) -> None:
    assert "您同意吗" in chat.send(PLATFORM.voice("oParent-1", "m", recognition="孩子三天没来上学了。"))
    assert "孩子叫什么名字" in chat.send(PLATFORM.voice("oParent-1", "m", recognition="同意。"))


def test_a_tapped_option_counts_as_text(chat: Chat) -> None:
    assert "您同意吗" in chat.send(PLATFORM.text("oParent-1", "孩子未到校", menu_id="1"))


EVENTS = {
    "subscribe": (PLATFORM.event("oParent-1", "subscribe"), "您想说哪件事"),
    "subscribe by code": (PLATFORM.event("oParent-1", "subscribe", "qrscene_1", Ticket="t"), "您想说哪件事"),
    "click a word": (PLATFORM.event("oParent-1", "CLICK", "进度"), "还没有登记过"),
    "click a kind": (PLATFORM.event("oParent-1", "CLICK", "ABSENCE"), "您同意吗"),
    "click nonsense": (PLATFORM.event("oParent-1", "CLICK", "V1001"), "您想说哪件事"),
    "scan": (PLATFORM.event("oParent-1", "SCAN", "1", Ticket="t"), "您想说哪件事"),
    "view": (PLATFORM.event("oParent-1", "VIEW", "http://example.org/"), "success"),
    "where": (
        PLATFORM.event("oParent-1", "LOCATION", Latitude="42", Longitude="126", Precision="9"),
        "success",
    ),
    "template": (PLATFORM.event("oParent-1", "TEMPLATESENDJOBFINISH", Status="success"), "success"),
    "unheard of": (PLATFORM.event("oParent-1", "something_new"), "success"),
    "unsubscribe": (PLATFORM.event("oParent-1", "unsubscribe"), "success"),
}


@pytest.mark.parametrize(("xml", "expected"), EVENTS.values(), ids=EVENTS)
@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
def test_events(settings: Settings, mode: str, xml: str, expected: str) -> None:
    with opened(settings, mode) as chat:
        assert expected in chat.send(xml)


def test_leaving_deletes_the_chat_and_keeps_the_report(chat: Chat) -> None:
    answer_all(chat, "absence", chat.say("4", "同意"), sample("absence", 3, chat.db.today()))
    other = Chat(chat.app, "oParent-2")
    other.say("菜单", "4")
    chat.say("确认", "4")
    assert chat.send(PLATFORM.event("oParent-1", "unsubscribe")) == "success"
    assert chat.send(PLATFORM.event("oParent-1", "unsubscribe", created=1)) == "success"
    assert len(chat.reports()) == 1
    assert len(chat.db.all("SELECT * FROM conversations")) == 1
    assert len(chat.db.all("SELECT * FROM messages")) == 2
    chat.send(PLATFORM.event("oParent-1", "subscribe"))
    assert "等待核实" in chat.say("进度")


def test_nothing_personal_stands_in_clear(chat: Chat) -> None:
    chat.say("孩子走丢了，打13812345678", "安全", "4", "同意", "欧阳小小")
    with closing(sqlite3.connect(chat.db.path)) as raw:
        dump = "\n".join(raw.iterdump())
    for secret in ("oParent-1", "13812345678", "走丢", "欧阳小小"):
        assert secret not in dump


def test_a_conversation_is_known_by_a_keyed_hash(chat: Chat) -> None:
    chat.say("菜单")
    row = chat.db.one("SELECT reporter, openid FROM conversations")
    assert row is not None
    assert row["reporter"] == "wechat:" + chat.db.keys.digest("openid", "oParent-1")
    assert opened_cells(chat.db, "conversations.openid") == ["oParent-1"]
