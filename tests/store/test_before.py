"""A house as it was before its rooms were built: opened, verified and used, and nothing of it lost.

`data/before` was written by that version: reports of every kind and channel, one corrected, one withdrawn, two on
leave; a teacher with PIN, phone and WeChat; a roll; parents in the middle of a chat; an answer on its way; a picture.
Its people are invented, its keys are of no other house.
"""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from intake.children.children import children_of_name
from intake.children.facts.sources import SOURCES
from intake.children.stays import let_child_go, stays_of
from intake.house import rounds, verify
from intake.people import accounts
from intake.reports import door, lookup, progress
from intake.reports.whose import working
from intake.settings import Settings
from intake.store.db import Database
from intake.talks import silences, triage
from tests.hands.chat import Chat, opened
from tests.hands.samples import sample

BEFORE = Path(__file__).parents[1] / "data" / "before"
KNOWN: dict[str, Any] = json.loads((BEFORE / "known.json").read_text("utf-8"))
DAY = "2026-11-30"
"""That day, when her phone was still good."""
LATER = date(2026, 12, 2)
"""A day by which office hours enough have passed over what had stopped, whatever the hour is."""
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
    later = Database(replace(house.db.settings, today=LATER))
    silences.tell_silences(later)
    later.close()
    waits = house.db.all("SELECT reporter FROM triage WHERE why IN ('half', 'unagreed')")
    assert {row["reporter"] for row in waits} <= {row["reporter"] for row in stopped}
    assert waits


def test_its_children_links_and_reports_come_along_and_the_worker_finds_whose_they_are(house: Chat) -> None:
    """What was known of children stays, and what reports told of them becomes their files, without a question."""
    db = house.db
    child = next(one for one in children_of_name(db, "王小明") if one.class_id)
    said = {
        **sample("boarding", 1),
        "child_name": child.name,
        "birth_date": child.birth_date,
        "relation": "祖母",
    }
    with db.write():  # as the door of before took it: nobody looked whose it is
        receipt = door.receive(db, "boarding", said, channel="form").receipt
        db.run("UPDATE reports SET child = NULL WHERE receipt = ?", (receipt,))
        db.run("UPDATE cases SET child = '' WHERE child = ? AND kind = 'boarding'", (child.id,))
    before = {table: held(db, table) for table in ("children", "links", "roll_marks", "versions")}
    waiting = {row["report"] for row in db.all("SELECT report FROM child_queue")}
    assert waiting == {row["id"] for row in db.all("SELECT id FROM reports")}
    rounds.go_round(db)
    working.match_reports(db)
    assert db.all("SELECT 1 FROM child_queue") == []
    assert {table: held(db, table) for table in before} == before
    assert db.all("SELECT 1 FROM children WHERE initials IS NULL") == []
    linked = db.all("SELECT id, child FROM reports WHERE child <> ''")
    assert linked
    told = {row["report"] for row in db.all("SELECT report FROM child_facts")}
    assert told <= {row["id"] for row in linked}
    report = lookup.find_report(db, receipt)
    assert report
    assert (report.child, report.id in told) == (child.id, True)
    assert verify.faults(db) == []
    facts = held(db, "child_facts")
    working.match_reports(db)
    assert held(db, "child_facts") == facts


def held(db: Database, table: str) -> list[tuple[object, ...]]:
    """Give what stands in a table of before, but for what children have got since: initials."""
    columns = "id, child_name, sex, birth_date, class, town, village" if table == "children" else "*"
    return [tuple(row) for row in db.all(f"SELECT {columns} FROM {table} ORDER BY 1, 2")]


def test_who_leaves_a_class_of_before_was_there_before(house: Chat) -> None:
    db, actor = house.db, "staff:a"
    child = next(one for one in children_of_name(db, "王小明") if one.class_id)
    assert stays_of(db, child.id) == []
    with db.write():
        let_child_go(db, child, "left", actor=actor, day=db.today())
    (stay,) = stays_of(db, child.id)
    assert (stay.class_id, stay.source, stay.from_day, stay.to_day) == (
        child.class_id, "old", "", db.today().isoformat()
    )  # fmt: skip
    assert SOURCES[stay.source].title == "以前的名单"
    assert verify.faults(db) == []
