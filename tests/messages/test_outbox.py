"""Messages that the house sends by itself: once, or somebody telephones; nothing is lost, nothing comes twice."""

import multiprocessing
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from bot import conversation
from bot.wechat import sending, tencent
from bot.wechat.tencent import Client, Fault
from intake.calendar import clock
from intake.house import retention, serve, verify
from intake.messages import claims, errcodes, outbox, tokens
from intake.people.scope import Scope
from intake.reports import door, lookup
from intake.settings import Settings
from intake.store.db import Database, Row
from tests.hands.chat import PLATFORM, Chat, opened
from tests.hands.messages import PARENT, post, written
from tests.hands.samples import sample
from tests.hands.tencent import SEND, TOKEN, Tencent, house


@pytest.fixture
def platform() -> Iterator[Tencent]:
    with Tencent(limit=1000) as one:
        yield one


@pytest.fixture
def db(settings: Settings, platform: Tencent) -> Iterator[Database]:
    one = house(settings, platform)
    yield one
    one.close()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait less for the platform."""
    monkeypatch.setattr(tencent, "TIMEOUTS", (0.5, 0.5))
    monkeypatch.setattr(tencent, "PATIENCE", 0.7)


def row(db: Database, key: str) -> Row:
    found = db.one("SELECT * FROM outbox WHERE id = ?", (key,))
    assert found is not None
    return found


def step(db: Database) -> Fault | bool:
    """Let a worker take one step; give the trouble where there was any."""
    try:
        return sending.send_one(db, Client(db))
    except Fault as fault:
        return fault


def at_once(db: Database) -> None:
    """Let everything be due, and every lease be over."""
    with db.write():
        db.run("UPDATE outbox SET due_at = created_at, lease = CASE WHEN lease = '' THEN '' ELSE '2000' END")


def verbs(db: Database, key: str) -> list[str]:
    return [one["verb"] for one in db.all("SELECT verb FROM audit WHERE subject = ? ORDER BY id", (key,))]


def test_a_message_is_sent_once(db: Database, platform: Tencent) -> None:
    who = written(db)
    key = post(db, who, "有人接手了，回复<a href='x'>进度</a>看看。")
    assert [one.text for one in outbox.waiting_for(db, who)] == ["有人接手了，回复<a href='x'>进度</a>看看。"]
    assert step(db) is True
    assert step(db) is False
    assert platform.sent == [(PARENT, "有人接手了，回复<a href='x'>进度</a>看看。")]
    assert (row(db, key)["state"], row(db, key)["error"], row(db, key)["doubts"]) == ("sent", "", 0)
    assert outbox.waiting_for(db, who) == []
    assert outbox.undelivered(db) == []
    assert verbs(db, key) == ["message.sent"]


def test_a_message_that_was_rolled_back_was_never_posted(db: Database) -> None:
    who = written(db)

    def fail() -> None:
        with db.write():
            outbox.post(db, who, "您好")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert step(db) is False


@pytest.mark.parametrize("text", ["", " \n", "字" * 683])
def test_a_text_that_no_message_can_hold_is_refused(db: Database, text: str) -> None:
    with pytest.raises(ValueError, match="2048"):
        post(db, written(db), text)


def test_messages_to_one_parent_keep_their_order(db: Database, platform: Tencent) -> None:
    who, texts = written(db), [str(n) for n in range(5)]
    with db.write():
        for text in texts:
            outbox.post(db, who, text)
    assert [one.text for one in outbox.waiting_for(db, who)] == texts
    while step(db):
        pass
    assert [text for _, text in platform.sent] == texts


# -- windows


def test_without_a_window_it_is_a_telephone_call_at_once(db: Database, platform: Tencent) -> None:
    who = conversation.reporter(db, "oNobody")
    key = post(db, who)
    assert (row(db, key)["state"], row(db, key)["error"]) == ("refused", "45015")
    assert [one["id"] for one in outbox.undelivered(db)] == [key]
    assert step(db) is False
    assert platform.calls == []


@pytest.mark.parametrize("who", ["", "staff:1", "web:1"])
def test_who_is_not_in_the_chat_gets_a_call(db: Database, who: str) -> None:
    assert row(db, post(db, who))["error"] == "person"


@pytest.mark.parametrize(
    ("acted", "most", "term"), [(False, 5, timedelta(hours=48)), (True, 3, timedelta(minutes=1))]
)
def test_a_window_holds_so_many_messages_for_so_long(
    db: Database, platform: Tencent, acted: bool, most: int, term: timedelta
) -> None:
    who = written(db, acted=acted)
    keys = [post(db, who, f"第{n}条") for n in range(most + 1)]
    while step(db):
        pass
    assert len(platform.sent) == most
    assert (row(db, keys[-1])["state"], row(db, keys[-1])["error"]) == ("refused", "45047")
    written(db, acted=acted)
    assert row(db, post(db, who))["state"] == "waiting"
    with db.write():
        column = "acted_at" if acted else "said_at"
        db.run(f"UPDATE windows SET {column} = ?", (clock.stamp(db.now() - term),))
    assert row(db, post(db, who))["error"] == "45015"


def test_a_window_that_shuts_while_a_message_waits(db: Database, platform: Tencent) -> None:
    who = written(db)
    key = post(db, who)
    with db.write():
        db.run("UPDATE windows SET said_at = ?", (clock.stamp(db.now() - timedelta(hours=48)),))
    assert step(db) is False
    assert row(db, key)["error"] == "45015"
    assert platform.calls == []


def test_the_short_window_is_used_first(db: Database) -> None:
    who = written(db)
    written(db, acted=True)
    for _ in range(4):
        post(db, who)
    while step(db):
        pass
    found = db.one("SELECT said_used, acted_used FROM windows")
    assert found is not None
    assert tuple(found) == (1, 3)


@pytest.mark.parametrize(
    ("xml", "acted"),
    [
        (PLATFORM.text(PARENT, "菜单"), False),
        (PLATFORM.image(PARENT, "m1"), False),
        (PLATFORM.event(PARENT, "CLICK", "菜单"), True),
        (PLATFORM.event(PARENT, "subscribe"), True),
        (PLATFORM.event(PARENT, "SCAN", "school:1"), True),
    ],
    ids=["text", "image", "click", "follow", "scan"],
)
def test_what_parents_do_opens_windows(settings: Settings, xml: str, acted: bool) -> None:
    with opened(settings) as chat:
        chat.send(xml)
        found = chat.db.one("SELECT * FROM windows")
        assert found is not None
        assert (bool(found["said_at"]), bool(found["acted_at"])) == (not acted, acted)


def test_a_retry_opens_no_window_again(settings: Settings) -> None:
    with opened(settings) as chat:
        xml = PLATFORM.text(PARENT, "菜单")
        chat.send(xml)
        with chat.db.write():
            chat.db.run("UPDATE windows SET said_used = 5")
        chat.send(xml)
        found = chat.db.one("SELECT said_used FROM windows")
        assert found is not None
        assert found["said_used"] == 5


# -- faults, and the state they lead to

CALLS = (45015, 45047, 43004, 40003, 48001, 48002, 45002, 99999)
LATER = {-1: "-1", 45011: "45011", "html": "http", "500": "http", 40013: "40013"}
DOUBTS = ("hang", "close", "504", "broken", "slow")


@pytest.mark.parametrize("code", CALLS)
def test_what_never_arrives_becomes_a_call(db: Database, platform: Tencent, code: int) -> None:
    key = post(db, written(db))
    platform.fail(SEND, code)
    assert step(db) is True
    assert (row(db, key)["state"], row(db, key)["error"]) == ("refused", str(code))
    assert verbs(db, key) == ["message.refused"]
    at_once(db)
    assert step(db) is False
    assert platform.sent == []


@pytest.mark.parametrize(("fault", "code"), LATER.items(), ids=map(str, LATER))
def test_passing_trouble_is_waited_for(db: Database, platform: Tencent, fault: str | int, code: str) -> None:
    who = written(db)
    key = post(db, who)
    platform.fail(SEND, fault)
    assert isinstance(step(db), Fault)
    found = row(db, key)
    assert (found["state"], found["error"], found["attempts"], found["doubts"]) == ("waiting", code, 1, 0)
    assert found["due_at"] > clock.stamp(db.now() + timedelta(seconds=25))
    assert step(db) is False  # not yet due
    at_once(db)
    assert step(db) is True
    assert platform.sent == [(PARENT, "您报的事有人接手了。")]
    used = db.one("SELECT said_used FROM windows")
    assert used is not None
    assert used["said_used"] == 1  # what was not delivered was not counted


def test_it_is_not_tried_for_ever(db: Database, platform: Tencent) -> None:
    key = post(db, written(db))
    platform.fail(SEND, *[-1] * 20)
    waits = []
    for _ in range(claims.ATTEMPTS):
        assert row(db, key)["state"] == "waiting"
        before = clock.stamp(db.now())
        step(db)
        waits.append((row(db, key)["due_at"], before))
        at_once(db)
    assert row(db, key)["state"] == "refused"
    assert platform.calls.count(SEND) == claims.ATTEMPTS
    assert waits[2][0] > waits[0][0]


@pytest.mark.processes
@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("fault", DOUBTS)
def test_a_doubt_is_tried_once_more_and_then_telephoned(db: Database, platform: Tencent, fault: str) -> None:
    key = post(db, written(db))
    platform.fail(SEND, *[fault] * 5)
    assert isinstance(step(db), Fault)
    assert (row(db, key)["state"], row(db, key)["doubts"]) == ("waiting", 1)
    at_once(db)
    step(db)
    assert (row(db, key)["state"], row(db, key)["doubts"]) == ("refused", 2)
    at_once(db)
    assert step(db) is False
    assert platform.calls.count(SEND) == 2
    used = db.one("SELECT said_used FROM windows")
    assert used is not None
    assert used["said_used"] == 2  # the platform may have counted both


@pytest.mark.usefixtures("hurried")
def test_a_message_that_may_have_come_twice_is_marked(db: Database, platform: Tencent) -> None:
    key = post(db, written(db))
    platform.fail(SEND, "close")
    step(db)
    at_once(db)
    assert step(db) is True
    assert (row(db, key)["state"], row(db, key)["error"]) == ("sent", "unsure")


def test_a_quota_used_up_waits_until_tomorrow_and_calls_no_more(db: Database, platform: Tencent) -> None:
    who = written(db)
    first, second = post(db, who), post(db, who)
    platform.fail(SEND, 45009)
    step(db)
    step(db)
    assert platform.calls.count(SEND) == 1
    tomorrow = clock.stamp(sending._tomorrow() - timedelta(minutes=1))
    for key in (first, second):
        assert (row(db, key)["state"], row(db, key)["error"]) == ("waiting", "45009")
        assert row(db, key)["due_at"] > tomorrow


def test_a_quota_used_up_with_a_window_that_shuts_before_tomorrow_is_a_call(
    db: Database, platform: Tencent
) -> None:
    key = post(db, written(db, acted=True))
    platform.fail(SEND, 45009)
    step(db)
    assert (row(db, key)["state"], row(db, key)["error"]) == ("refused", "45009")


@pytest.mark.parametrize("code", [48004, 50002])
def test_a_banned_account_stops_calling(db: Database, platform: Tencent, code: int) -> None:
    who = written(db)
    keys = [post(db, who) for _ in range(3)]
    platform.fail(SEND, code)
    while step(db):
        pass
    assert platform.calls.count(SEND) == 1
    assert {row(db, key)["error"] for key in keys} == {str(code)}
    assert tokens.stopped(db, platform.appid) == str(code)
    with db.write():
        db.run("UPDATE tokens SET fault_until = '2000'")
    written(db)
    post(db, who)
    assert step(db) is True
    assert len(platform.sent) == 1


def test_no_token_is_nobodys_fault(db: Database, platform: Tencent) -> None:
    key = post(db, written(db))
    platform.fail(TOKEN, 40164)
    assert isinstance(step(db), Fault)
    assert (row(db, key)["state"], row(db, key)["error"], row(db, key)["doubts"]) == ("waiting", "40164", 0)


@pytest.mark.processes
@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("fault", DOUBTS)
def test_a_token_that_does_not_come_leaves_no_doubt(db: Database, platform: Tencent, fault: str) -> None:
    key = post(db, written(db))
    platform.fail(TOKEN, *[fault] * 3)
    for _ in range(3):
        assert isinstance(step(db), Fault)
        assert (row(db, key)["state"], row(db, key)["doubts"]) == ("waiting", 0)
        at_once(db)
    assert step(db) is True
    assert row(db, key)["error"] == ""


def test_a_claim_outlasts_the_longest_call() -> None:
    once = tencent.WAIT + tencent.PATIENCE + sum(tencent.TIMEOUTS)
    assert claims.LEASE.total_seconds() > 2 * once  # a token that is refused is waited for twice


def test_every_code_has_a_meaning_in_plain_chinese() -> None:
    for code in (*errcodes.MEANINGS, "12345"):
        assert any("一" <= sign <= "鿿" for sign in errcodes.meaning(code).text), code


# -- workers that race, hang and die

PATIENCE = 300
"""Seconds; only a hang runs into them, no check depends on them."""


def _drain(settings: Settings, start: "multiprocessing.synchronize.Barrier") -> None:
    db = Database(settings)
    client = Client(db)
    start.wait()
    while sending.send_one(db, client):
        pass


def _send_one(settings: Settings) -> None:
    db = Database(settings)
    sending.send_one(db, Client(db))


@pytest.mark.processes
def test_two_workers_racing_send_nothing_twice(db: Database, platform: Tencent) -> None:
    people = [written(db, f"o{n}") for n in range(10)]
    texts = [f"{n}" for n in range(40)]
    for n, text in enumerate(texts):
        post(db, people[n % 10], text)
    platform.delay = 0.005
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Barrier(2, timeout=60)
    children = [spawn.Process(target=_drain, args=(db.settings, start)) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join(PATIENCE)
    assert [child.exitcode for child in children] == [0, 0]
    assert Counter(text for _, text in platform.sent) == Counter(texts)
    assert db.all("SELECT id FROM outbox WHERE state <> 'sent'") == []
    assert platform.fetches == [False]


def test_threads_racing_for_one_message(db: Database, platform: Tencent) -> None:
    post(db, written(db))
    start, found = threading.Barrier(6, timeout=60), list[claims.Claimed | None]()

    def race() -> None:
        start.wait()
        found.append(claims.claim(db))

    threads = [threading.Thread(target=race) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one is not None for one in found) == 1


@pytest.mark.processes
def test_a_worker_killed_during_a_call_leaves_a_doubt_that_is_tried_once(
    db: Database, platform: Tencent
) -> None:
    who = written(db)
    key, spawn = post(db, who), multiprocessing.get_context("spawn")
    for round_ in (1, 2):
        platform.fail(SEND, "hang")
        child = spawn.Process(target=_send_one, args=(db.settings,))
        child.start()
        for _ in range(PATIENCE * 20):
            if platform.calls.count(SEND) == round_:
                break
            time.sleep(0.05)
        child.kill()
        child.join()
        assert platform.calls.count(SEND) == round_
        found = row(db, key)
        assert (found["state"], found["attempts"], found["doubts"]) == ("waiting", round_, round_)
        assert step(db) is False  # the lease of the dead is still on
        assert outbox.waiting_for(db, who) == []
        at_once(db)
    assert step(db) is False
    assert (row(db, key)["state"], row(db, key)["error"]) == ("refused", "unsure")
    assert [one["id"] for one in outbox.undelivered(db)] == [key]
    assert platform.calls.count(SEND) == 2


def test_who_comes_too_late_settles_nothing(db: Database) -> None:
    key = post(db, written(db))
    late = claims.claim(db)
    at_once(db)
    second = claims.claim(db)
    assert late is not None
    assert second is not None
    settle: tuple[Callable[[], None], ...] = (
        lambda: claims.sent(db, late),
        lambda: claims.refused(db, late, "45015"),
        lambda: claims.again(db, late, "-1", timedelta(0)),
    )
    for one in settle:
        one()
        assert (row(db, key)["state"], row(db, key)["attempts"], verbs(db, key)) == ("waiting", 2, [])
    claims.sent(db, second)
    assert row(db, key)["state"] == "sent"


def test_a_chore_that_hangs_holds_up_neither_the_log_nor_the_end(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    folded, hung, free, over = [], threading.Event(), threading.Event(), threading.Event()

    def checkpoint() -> None:
        folded.append(hung.wait(5))
        if len(folded) == 3:
            raise KeyboardInterrupt

    def hang(_: Database, stop: threading.Event) -> None:
        hung.set()
        free.wait(30)
        over.set()

    monkeypatch.setattr(db, "checkpoint", checkpoint)
    monkeypatch.setattr(serve, "GRACE", 0.2)
    before = [signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)]
    try:
        serve.work(db, [hang])
        assert not over.is_set()
    finally:
        free.set()
        for which, handler in zip((signal.SIGTERM, signal.SIGINT), before, strict=True):
            signal.signal(which, handler)
    assert folded == [True, True, True]


def test_the_workers_loop_lives_on_and_ends_when_told(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "SLOW", 0.01)
    stop, seen = threading.Event(), []

    def troubled(_: Database, __: Client) -> bool:
        seen.append(1)
        if len(seen) == 1:
            raise ValueError("a fault")
        if len(seen) == 2:
            raise Fault("-1")
        stop.set()
        return True

    sending._work(troubled, db, stop)
    assert len(seen) == 3


# -- the chat, the desk, deletion


def test_what_was_shown_in_the_chat_is_not_sent_and_not_telephoned(db: Database, platform: Tencent) -> None:
    who = written(db)
    closed = post(db, conversation.reporter(db, "o2"))
    waiting = post(db, who)
    assert outbox.waiting_for(db, "") == []
    with db.write():
        assert outbox.shown(db, [waiting, closed, "none"]) == 2
        assert outbox.shown(db, [waiting]) == 0
    assert step(db) is False
    assert outbox.undelivered(db) == []
    assert verbs(db, waiting) == ["message.shown"]


def test_what_a_worker_has_in_hand_is_left_to_it(db: Database, platform: Tencent) -> None:
    who = written(db)
    key = post(db, who)
    assert claims.claim(db) is not None
    assert outbox.waiting_for(db, who) == []
    with db.write():
        assert outbox.shown(db, [key]) == 0
    assert row(db, key)["state"] == "waiting"


def test_a_call_is_noted_once_and_its_text_read_with_an_audit_row(db: Database) -> None:
    key = post(db, conversation.reporter(db, "o2"), "已经安排寄宿床位")
    assert outbox.read_message(db, key, "staff:1") == "已经安排寄宿床位"
    assert outbox.called(db, key, "staff:1")
    assert not outbox.called(db, key, "staff:2")
    assert outbox.undelivered(db) == []
    assert row(db, key)["called_by"] == "staff:1"
    assert verbs(db, key) == ["message.refused", "message.read", "message.called"]
    with pytest.raises(LookupError):
        outbox.read_message(db, "none", "staff:1")


def test_calls_are_cut_by_area(db: Database) -> None:
    done = door.receive(db, "absence", sample("absence", 1), channel="api")
    report = lookup.find_report(db, done.receipt)
    assert report is not None
    town = report.town
    known, other = post(db, "", "您好", done.receipt), post(db, "", "您好")
    seen = {
        area: [one["id"] for one in outbox.undelivered(db, Scope(area) if area else None)]
        for area in ("", "220605", town, "220605999")
    }
    assert seen == {"": [known, other], "220605": [known, other], town: [known], "220605999": []}
    assert outbox.undelivered(db)[0]["subject"] == done.receipt


def test_messages_are_encrypted_verified_and_locked_anew(db: Database) -> None:
    post(db, written(db), "您家孩子的事")
    assert (
        b"\xe5\xad\xa9\xe5\xad\x90"
        not in db.path.read_bytes() + db.path.with_name(db.path.name + "-wal").read_bytes()
    )
    assert verify.faults(db) == []
    with db.write():
        db.run("UPDATE outbox SET body = 'x'")
    assert any("outbox.body" in one for one in verify.faults(db))
    assert step(db) is False
    assert db.one("SELECT 1 FROM outbox WHERE state = 'refused' AND error = 'unreadable'")


def test_leaving_deletes_what_is_nobodys_record(settings: Settings) -> None:
    with opened(settings) as chat:
        chat.say("菜单")
        who = conversation.reporter(chat.db, PARENT)
        about, loose = post(chat.db, who, "您好", "548216903772"), post(chat.db, who)
        sent = post(chat.db, who, "您好", "548216903772")
        with chat.db.write():
            chat.db.run("UPDATE outbox SET state = 'sent' WHERE id = ?", (sent,))
        chat.send(PLATFORM.event(PARENT, "unsubscribe"))
        assert chat.db.all("SELECT reporter FROM windows") == []
        kept = chat.db.all("SELECT id, state, error FROM outbox")
        assert [tuple(one) for one in kept] == [(about, "refused", "43004")]
        assert loose != about


def test_old_messages_and_windows_are_purged(db: Database) -> None:
    who = written(db)
    old, new = post(db, who), post(db, who)
    with db.write():
        db.run("UPDATE outbox SET created_at = '2020' WHERE id = ?", (old,))
        db.run("UPDATE windows SET said_at = '2020'")
    retention.purge(db)
    assert [one["id"] for one in db.all("SELECT id FROM outbox")] == [new]
    assert db.all("SELECT reporter FROM windows") == []


def test_the_parent_of_a_chat_gets_the_message(settings: Settings, platform: Tencent) -> None:
    with opened(settings, WECHAT_API=platform.url, WECHAT_SECRET=platform.secret) as chat:
        chat.say("菜单")
        post(chat.db, conversation.reporter(chat.db, chat.openid), "有结果了")
        assert step(chat.db) is True
        assert platform.sent == [(chat.openid, "有结果了")]


def test_a_house_without_credentials_telephones(settings: Settings) -> None:
    with opened(settings) as chat:
        one: Chat = chat
        one.say("菜单")
        key = post(one.db, conversation.reporter(one.db, one.openid))
        assert step(one.db) is True
        assert row(one.db, key)["error"] == "unset"
