"""What somebody is told at the desk: a line of the inbox is read with its case, and an alarm nobody heard is said."""

from datetime import timedelta

import pytest

from intake.cases import case as cases
from intake.cases.rounds import clocks
from intake.cases.told import inbox
from intake.reports import door, lookup
from intake.store.db import Database
from intake.talks import alarms, triage
from tests.hands.chat import Chat
from tests.hands.classroom import MORNING, at
from tests.hands.danger import browser, enrol, look, staff
from tests.hands.samples import sample

UNHEARD = "值班的人还没看到"


@pytest.fixture
def chat(app: object, db: Database, monkeypatch: pytest.MonkeyPatch) -> Chat:
    at(monkeypatch, MORNING)
    enrol(db)
    return Chat(app)  # type: ignore[arg-type]


def test_an_alarm_that_nobody_heard_is_said_until_somebody_opens_its_case(
    chat: Chat, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {**sample("safety", 1), "happened_at": "2026-11-23 07:30"}
    done = door.receive(db, "safety", said, channel="form")
    report = lookup.find_report(db, done.receipt)
    assert report
    case = cases.case_of_report(db, report.id)
    assert case
    clocks.tick(db)
    li = browser(chat, "bureau")
    assert UNHEARD not in look(li).words
    at(monkeypatch, MORNING + timedelta(minutes=11))
    page = look(li)
    assert UNHEARD in page.words
    assert inbox.unread_count(db, staff(db, "bureau")) == 1
    look(li, f"/desk/cases/{case.number}")
    assert inbox.unread_count(db, staff(db, "bureau")) == 0
    page = look(li)
    assert UNHEARD not in page.words
    assert "还没有人处理" in page.words  # heard of is not taken


def test_words_of_danger_without_a_case_lead_to_the_talks(chat: Chat, db: Database) -> None:
    with db.write():
        triage.enter(db, "m1", "wechat:a", triage.DANGER)
    assert len(alarms.tell_loose(db)) == 1
    page = look(browser(chat, "bureau"), "/desk/inbox")
    assert "家长在微信里说孩子可能有危险" in page.words
    assert "/desk/talks" in page.links
    assert "/desk/cases/" not in page.links
