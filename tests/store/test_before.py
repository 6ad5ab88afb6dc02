"""A house as it was before its rooms were built: opened, verified and used, and nothing of it lost.

`data/before` was written by that version: reports of every kind and channel, one corrected, one withdrawn, two on
leave; a teacher with PIN, phone and WeChat; a roll; parents in the middle of a chat; an answer on its way; a picture.
Its people are invented, its keys are of no other house.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from intake.house import verify
from intake.people import accounts
from intake.reports import lookup, progress
from intake.settings import Settings
from intake.talks import silences, triage
from tests.hands.chat import Chat, opened

BEFORE = Path(__file__).parents[1] / "data" / "before"
KNOWN: dict[str, Any] = json.loads((BEFORE / "known.json").read_text("utf-8"))
DAY = "2026-11-30"
"""That day, when her phone was still good."""
RECEIPTS: dict[str, str] = KNOWN["receipts"]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Chat]:
    """Start today's application on a copy of that house."""
    data = tmp_path / "old"
    shutil.copytree(BEFORE, data)
    with opened(Settings(data=data, mode="demo"), TODAY=DAY) as chat:
        yield chat


def phone(house: Chat) -> FlaskClient:
    """Give the teacher's phone, with the cookies it was given then."""
    client = house.app.test_client()
    for name, value in KNOWN["cookies"].items():
        client.set_cookie(name, value)
    return client


def test_it_is_sound(house: Chat) -> None:
    assert verify.faults(house.db) == []


def test_every_report_is_there_and_tells_how_it_stands(house: Chat) -> None:
    told = {}
    for receipt, kind in RECEIPTS.items():
        report = lookup.find_report(house.db, receipt)
        assert report is not None
        told[receipt] = progress.progress_of(house.db, report).plain
        assert lookup.answers_of(house.db, report), kind
    words = list(told.values())
    assert words.count("已经按您的要求撤回") == 1
    assert words.count("已经记下请假") == 2
    assert len(words) == len(RECEIPTS) == 20


def test_the_teachers_phone_still_knows_her(house: Chat) -> None:
    page = phone(house).get("/forms/roll")
    assert page.status_code == 200
    assert "王小明" in page.get_data(as_text=True)


def test_everybody_of_the_staff_has_what_they_had(house: Chat) -> None:
    rows = house.db.all("SELECT * FROM staff")
    assert rows
    assert {accounts.person_of_row(row).kinds for row in rows} == {None}, "in charge of everything"
    assert {row["door"] for row in house.db.all("SELECT door FROM bindings")} <= {""}
    assert house.db.all("SELECT * FROM slots") == []


def test_a_parent_goes_on_where_she_stopped(house: Chat) -> None:
    house.openid = "oParent-4"
    reply = house.say("王小雨，石人镇")
    assert "孩子叫什么名字" not in reply
    house.openid = "oParent-1"
    assert "撤回" in house.say("进度")


def test_what_waited_for_people_still_waits(house: Chat) -> None:
    waiting = [why for thread in triage.threads_waiting(house.db) for why in thread.why]
    assert triage.DANGER in waiting


def test_a_new_report_enters(house: Chat) -> None:
    answer = house.app.test_client().post(
        "/api/v1/reports/absence",
        json={"child_name": "王小明", "town": "石人镇", "relation": "奶奶", "phone": "13800001234",
              "last_seen": "三天前", "on_leave": "没有"},
    )  # fmt: skip
    assert answer.status_code == 201


def test_whoever_had_stopped_in_the_middle_of_a_report_lies_before_a_person(house: Chat) -> None:
    stopped = house.db.all("SELECT reporter FROM drafts WHERE receipt = '' AND answers <> ''")
    assert stopped
    silences.tell_silences(house.db)
    waits = house.db.all("SELECT reporter FROM triage WHERE why IN ('half', 'unagreed')")
    assert {row["reporter"] for row in waits} <= {row["reporter"] for row in stopped}
    assert waits
