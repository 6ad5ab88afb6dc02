"""`tick` and `cases` say by number what is the matter, and never a name."""

import json
import subprocess
from datetime import timedelta

import pytest

from intake.house.case_commands import case_lines
from intake.reports import door
from intake.store.db import Database
from tests.hands import staffed
from tests.hands.classroom import MORNING, SCHOOL, TOWN, at, classroom, teacher
from tests.hands.command import PROGRAM, baoxue, bare
from tests.hands.samples import sample

NUMBER = "220605-2026-000001"


@pytest.fixture
def house(db: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    at(monkeypatch, MORNING)
    staffed.everybody(db)
    room = classroom(db)
    teacher(db, room)
    said = {**sample("absence", 1), "last_seen": "2026-11-20", "on_leave": "否"}
    door.receive(db, "absence", said, channel="teacher", child=room.children["王小明"])
    door.receive(db, "boarding", sample("boarding", 4), channel="api")
    return db


def test_a_round_is_told_on_one_line_and_a_second_says_nothing(
    house: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, MORNING + timedelta(days=2))
    done = baoxue(house.settings.data, "tick", "--json", BAOXUE_MODE="demo")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["at"], said["due"], said["alarms"]) == ("2026-11-25T00:05:00.000Z", 3, [])
    assert {"case": NUMBER, "step": "three_days", "role": "principal"} in said["told"]
    again = json.loads(baoxue(house.settings.data, "tick", "--json", BAOXUE_MODE="demo").stdout)
    assert (again["due"], again["told"], again["alarms"]) == (0, [], [])
    plain = baoxue(house.settings.data, "tick", BAOXUE_MODE="demo").stdout
    assert plain == "2026-11-25 08:05：到期 0 步，提醒 0 次，警报 0 件。\n"


def test_cases_are_listed_without_a_name(house: Database) -> None:
    done = baoxue(house.settings.data, "cases", "--json", BAOXUE_MODE="demo")
    first, second = map(json.loads, done.stdout.splitlines())
    receipts = [row["receipt"] for row in house.all("SELECT receipt FROM reports ORDER BY id")]
    assert first == {
        "number": NUMBER, "kind": "absence", "state": "待核实", "stage": "快到期", "due": "2026-11-23",
        "owner": "13812340001", "town": TOWN, "school": SCHOOL, "receipts": receipts[:1],
        "opened": "2026-11-23T00:05:00.000Z",
    } | {"town": first["town"]}  # fmt: skip
    assert second["receipts"] == receipts[1:]
    for row in house.all("SELECT child_name FROM cases"):
        assert row["child_name"] not in done.stdout


@pytest.mark.parametrize(
    ("due", "days", "numbers"),
    [("today", 0, ["1"]), ("soon", 0, ["1"]), ("overdue", 0, []), ("overdue", 1, ["1"]), ("today", 1, []),
     ("soon", 4, ["2"]), ("overdue", 14, ["1", "2"])],
)  # fmt: skip
def test_what_is_due_is_asked_for_by_its_stage(
    house: Database, monkeypatch: pytest.MonkeyPatch, due: str, days: int, numbers: list[str]
) -> None:
    at(monkeypatch, MORNING + timedelta(days=days))
    assert [line["number"][-1] for line in case_lines(house, due)] == numbers


@pytest.mark.processes
def test_who_reads_no_further_is_told_no_fault(house: Database) -> None:
    line = f"{PROGRAM} cases --json | true"
    env = bare(house.settings.data, BAOXUE_MODE="demo")
    done = subprocess.run(
        ["sh", "-c", line], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
