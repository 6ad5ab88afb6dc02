"""Codes in the chat: guessed from a thousand WeChats, typed in every way, and those on slips of before."""

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest

from intake.calendar import clock
from intake.cases.told import inbox
from intake.house import rounds
from intake.language import slip_codes
from intake.people import bindings, tries
from intake.settings import Settings
from intake.store.db import Database
from tests.hands import staffed
from tests.hands.chat import Chat, opened
from tests.hands.classroom import at, classroom, teacher

PHONE, OLD = "13812340001", "12345678"


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    """Give a chat with the real application."""
    with opened(settings) as one:
        yield one


def old_code(db: Database, staff: str, code: str = OLD) -> None:
    """Let somebody's code be one of before."""
    bindings.issue_code(db, staff)
    with db.write():
        db.run(
            "UPDATE bindings SET code_hash = ? WHERE staff = ? AND used_at IS NULL",
            (bindings.digest(db, code), staff),
        )


@pytest.mark.fuzz
def test_codes_from_a_thousand_wechats_are_stopped_and_told(
    chat: Chat, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    db, start = chat.db, clock.here()
    at(monkeypatch, start)
    caplog.set_level(logging.WARNING, "baoxue")
    liu, manager, clerk = (
        teacher(db, classroom(db), login=PHONE),
        staffed.one(db, "administrator"),
        staffed.one(db, "officer"),
    )
    code, looked = bindings.issue_code(db, liu.id), 0
    for number in range(1000):
        told = Chat(chat.app, f"oThief-{number}").say(f"绑定 {number + 1000000000}")
        looked += "不对" in told
        assert ("连手机号一起" in told) == ("不对" not in told)
    assert looked == tries.BINDING.alarm
    alarms = [one for one in caplog.messages if "alarm" in one]
    assert len(alarms) == 1
    assert not [one for one in (code, PHONE, "oThief") if one in caplog.text]
    assert "连手机号一起" in chat.say(f"绑定 {code}"), "what is right is not told from what is wrong"
    assert "绑定好了" in chat.say(f"绑定 {code} {PHONE}"), "and its owner is not shut out"
    for _ in range(2):
        rounds.go_round(db)
    (notice,) = inbox.notices_of(db, manager)
    assert (notice.about, "成批试绑定码" in notice.text) == ("guessing", True)
    assert inbox.notices_of(db, clerk) == inbox.notices_of(db, liu) == []
    sun = teacher(db, login="13812340002")
    at(monkeypatch, start + timedelta(hours=1, seconds=1))
    rounds.go_round(db)
    assert len(inbox.notices_of(db, manager)) == 1
    assert "绑定好了" in Chat(chat.app, "oSun").say(f"绑定 {bindings.issue_code(db, sun.id)}")


def test_codes_with_a_phone_are_counted_for_that_account_too(chat: Chat) -> None:
    code = bindings.issue_code(chat.db, teacher(chat.db, login=PHONE).id)
    for number in range(5):
        assert "对不上" in chat.say(f"绑定 100000000{number} {PHONE}")
    assert "请过 10 秒再试" in chat.say(f"绑定 {code} {PHONE}")
    assert "绑定好了" in Chat(chat.app, "oHerself").say(f"绑定 {code} {PHONE}"), "who tried was another"


def test_an_old_code_binds_with_its_phone_alone(chat: Chat) -> None:
    liu, sun = teacher(chat.db, login=PHONE), teacher(chat.db, login="13812340002")
    old_code(chat.db, liu.id)
    assert "连手机号一起" in chat.say(f"绑定 {OLD}")
    assert "对不上" in chat.say(f"绑定 {OLD} {sun.login}")
    assert bindings.person_bound(chat.db, "x") is None
    assert chat.db.all("SELECT 1 FROM bound") == []
    assert "绑定好了" in chat.say(f"绑定 {OLD} {PHONE}")
    assert "绑定好了" in chat.say(f"绑定 {OLD} {PHONE}"), "sent twice"


@pytest.mark.parametrize(
    "shape",
    [
        "绑定 {phone} {code}",
        "绑定{code}{phone}",
        "绑定：{code}，{phone}。",
        "绑定 {spaced} 138-1234-0001",
        "绑定码 {wide}",
    ],
)
def test_a_code_and_a_phone_are_read_however_they_are_typed(chat: Chat, shape: str) -> None:
    code = bindings.issue_code(chat.db, teacher(chat.db, login=PHONE).id)
    wide = "".join(chr(0xFF10 + int(one)) for one in code)
    said = shape.format(code=code, phone=PHONE, wide=wide, spaced=slip_codes.show_code(code))
    assert "绑定好了" in chat.say(said)


def test_a_code_says_for_how_long_it_waits(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    code = bindings.issue_code(chat.db, teacher(chat.db, login=PHONE).id)
    at(monkeypatch, clock.here() + timedelta(days=7))
    assert "过期" in chat.say(f"绑定 {code}")
