"""What a page was told half, after a link from the chat, lies before a person like what the chat was told."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from intake.calendar import clock
from intake.house import rounds
from intake.people import accounts
from intake.settings import Settings
from intake.store.db import Database
from intake.talks import triage
from tests.hands.cells import opened_cells
from tests.hands.chat import AGREED, Chat, opened
from tests.hands.classroom import at
from tests.hands.desk import PASSWORD, address, look, sign_in
from tests.hands.page import filled, press, public
from tests.hands.page import opened as page_of

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=clock.CHINA)
LATER = MONDAY + timedelta(hours=5)
LINK = re.compile(r'<a href="http://127.0.0.1:8000(/forms/c/[A-Za-z0-9_-]+)">')


@pytest.fixture
def chat(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Chat]:
    with opened(settings) as one:
        at(monkeypatch, MONDAY)
        yield one


@pytest.fixture
def db(chat: Chat) -> Database:
    return chat.db


def phone(chat: Chat) -> FlaskClient:
    """Open the page by a link that the chat gives."""
    chat.say("网页")
    (reply,) = (one for one in opened_cells(chat.db, "messages.reply", "") if "点这里" in one)
    (path,) = LINK.findall(reply)
    browser = chat.app.test_client()
    press(browser, path, page_of(browser, path))
    return browser


def saved(browser: FlaskClient, kind: str, consent: str = "agree", **answers: str) -> None:
    """Type something, and let the page's script save it."""
    sent = filled(page_of(browser, f"/forms/{kind}"), answers, consent)
    assert browser.post(f"/forms/draft/{kind}", data=sent).status_code == 204


def waiting(db: Database) -> list[tuple[str, ...]]:
    return [one.why for one in triage.threads_waiting(db)]


def reminders(db: Database) -> int:
    return len(db.all("SELECT 1 FROM outbox WHERE subject = 'reminder'"))


@pytest.mark.parametrize(
    ("typed", "told"),
    [({"child_name": "马晓明"}, 1), ({"phone": "13843900001"}, 1), ({"school": "石人镇中心小学"}, 0)],
)
def test_a_page_that_stopped_waits_if_somebody_can_be_found_by_it(
    chat: Chat, db: Database, monkeypatch: pytest.MonkeyPatch, typed: dict[str, str], told: int
) -> None:
    saved(phone(chat), "boarding", **typed)
    rounds.go_round(db)
    assert waiting(db) == []
    at(monkeypatch, LATER)
    rounds.go_round(db)
    rounds.go_round(db)
    assert waiting(db) == [("half",)] * told
    assert reminders(db) == told


def test_who_did_not_agree_on_the_page_left_nothing(
    chat: Chat, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(phone(chat), "boarding", consent="refuse", child_name="马晓明")
    at(monkeypatch, LATER)
    rounds.go_round(db)
    assert waiting(db) == []


def test_who_still_types_has_not_stopped(chat: Chat, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    chat.say("我家孩子想住校", AGREED, "他叫马晓明")
    browser = phone(chat)
    at(monkeypatch, LATER - timedelta(hours=4))
    saved(browser, "boarding", phone="13843900001")
    at(monkeypatch, LATER - timedelta(minutes=30))
    rounds.go_round(db)
    assert (waiting(db), reminders(db)) == ([], 0)
    at(monkeypatch, LATER + timedelta(minutes=1))
    rounds.go_round(db)
    assert (waiting(db), reminders(db)) == ([("half",)], 1)
    at(monkeypatch, MONDAY + timedelta(hours=26))
    rounds.go_round(db)
    assert (waiting(db), reminders(db)) == ([("half",)], 1)


def test_a_page_that_is_sent_after_all_waits_no_more(
    chat: Chat, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = phone(chat)
    saved(browser, "boarding", child_name="马晓明")
    at(monkeypatch, MONDAY + timedelta(minutes=30))
    with monkeypatch.context() as sooner:
        sooner.setattr("intake.calendar.hours.moment_before", lambda _, now, __: now)
        rounds.go_round(db)
    assert waiting(db) == [("half",)]
    sent = filled(page_of(browser, "/forms/boarding"), public("boarding", 1))
    done = browser.post("/forms/boarding", data=sent, follow_redirects=True)
    assert done.status_code == 200
    if not chat.reports():  # it was read back first
        at(monkeypatch, MONDAY + timedelta(minutes=31))
        page = re.search(r"<form.*?</form>", done.get_data(as_text=True), re.DOTALL)
        assert page
    assert len(chat.reports()) == 1
    assert waiting(db) == []
    assert [row["outcome"] for row in db.all("SELECT outcome FROM triage")] == ["finished"]


def test_danger_half_typed_is_danger(chat: Chat, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    saved(phone(chat), "safety", place="学校后山")
    at(monkeypatch, MONDAY + timedelta(minutes=11))
    rounds.go_round(db)
    assert waiting(db) == [("danger",)]
    assert reminders(db) == 0
    accounts.add_person(db, name="李老师", login="li", password=PASSWORD, role="bureau", area="220605")
    client = chat.app.test_client()
    sign_in(client, "li")
    assert "学校后山" in look(client, address(db)).html
