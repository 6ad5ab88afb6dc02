"""Danger is told at once, and again until somebody takes it; what rings is told the number of the case alone."""

import logging
import stat
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest

from intake.cases import case as cases
from intake.cases import work
from intake.cases.case import Case
from intake.cases.rounds import clocks
from intake.cases.told import inbox
from intake.errors import Busy
from intake.house import rounds
from intake.messages import conversations
from intake.people.accounts import Person
from intake.reports import door, lookup
from intake.reports.senders import bunches
from intake.store.db import Database
from intake.talks import alarms, triage
from tests.hands import staffed
from tests.hands.classroom import MORNING, at
from tests.hands.samples import sample


@pytest.fixture
def staff(db: Database, monkeypatch: pytest.MonkeyPatch) -> dict[str, Person]:
    at(monkeypatch, MORNING)
    return staffed.everybody(db)


def danger(db: Database, what: str = "突发疾病或受伤", number: int = 2) -> Case:
    said = {**sample("safety", number), "what": what, "happened_at": "2026-11-23 07:30"}
    done = door.receive(db, "safety", said, channel="wechat", reporter="wechat:a")
    report = lookup.find_report(db, done.receipt)
    assert report
    case = cases.case_of_report(db, report.id)
    assert case
    return case


def heard(db: Database, staff: dict[str, Person]) -> set[str]:
    return {login for login, one in staff.items() if inbox.unread_count(db, one)}


def test_danger_is_told_at_once_and_every_half_hour_until_it_is_taken(
    db: Database, monkeypatch: pytest.MonkeyPatch, staff: dict[str, Person]
) -> None:
    case = danger(db)
    raised = []
    for minutes in range(0, 100, 5):
        at(monkeypatch, MORNING + timedelta(minutes=minutes))
        done = clocks.tick(db, at_night=False)
        raised += [minutes] * len(done.alarms)
        assert set(done.alarms) <= {case.number}
        assert clocks.tick(db).due == 0
    assert raised == [0, 30, 60, 90]
    assert heard(db, staff) == {"officer", "bureau"}
    assert [one.heard for one in alarms.untaken(db, staff["officer"])] == [False]
    assert [one.key for one in cases.events_of(db, case)].count(
        "told"
    ) == 2  # the alarm, and family not told yet
    inbox.mark_case_read(db, staff["bureau"], case)
    assert [one.heard for one in alarms.untaken(db, staff["officer"])] == [True]
    found = cases.find_case(db, case.number)
    assert found
    work.act(db, found, "accepted", {}, staff["officer"], channel="desk")
    at(monkeypatch, MORNING + timedelta(minutes=125))
    assert clocks.tick(db).alarms == []


def test_after_a_pause_one_alarm_is_raised_and_not_all_that_were_missed(
    db: Database, monkeypatch: pytest.MonkeyPatch, staff: dict[str, Person]
) -> None:
    danger(db)
    clocks.tick(db)
    at(monkeypatch, MORNING + timedelta(hours=5))
    assert [one.step for one in clocks.tick(db).told if one.role == "safety"] == ["alarm:1:10"]


def test_who_is_on_duty_is_told_and_of_what_few_may_see_only_they(
    db: Database, staff: dict[str, Person]
) -> None:
    object.__setattr__(db.settings, "on_duty", "town bureau")
    danger(db)
    clocks.tick(db)
    told = heard(db, staff)
    assert "bureau" in told
    assert "officer" not in told
    for login in ("town", "bureau"):
        inbox.mark_read(db, staff[login])
    case = danger(db, "受侵害", 3)
    assert case.restricted
    clocks.tick(db)
    assert heard(db, staff) == {"bureau"}
    object.__setattr__(db.settings, "on_duty", "town")
    danger(db, "自伤风险", 4)
    clocks.tick(db)
    assert heard(db, staff) == {
        "bureau",
        "officer",
    }  # whoever is on duty may not see it: the officers of safety


def program(folder: Path, body: str) -> str:
    file = folder / "ring"
    file.write_text(f"#!/bin/sh\n{body}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return str(file)


@pytest.mark.processes
def test_the_alarm_command_is_given_the_number_alone(
    db: Database, staff: dict[str, Person], tmp_path: Path
) -> None:
    object.__setattr__(db.settings, "alarm_command", program(tmp_path, f'echo "$# $*" >> {tmp_path}/rung'))
    case = danger(db)
    assert rounds.go_round(db).alarms == [case.number]
    assert rounds.go_round(db).alarms == []
    assert (tmp_path / "rung").read_text() == f"1 {case.number}\n"


@pytest.mark.processes
@pytest.mark.parametrize("fault", [Busy, LookupError])
@pytest.mark.parametrize(
    ("room", "verb"), [(clocks, "_batch"), (bunches, "tell_bunches"), (conversations, "silent_conversations")]
)
def test_what_was_claimed_is_rung_for_though_somebody_takes_the_gate_then_or_a_page_is_damaged(
    room: ModuleType,
    verb: str,
    fault: type[Exception],
    db: Database,
    staff: dict[str, Person],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Claimed once, an alarm comes again in half an hour alone: no round may end between the claim and the bell."""
    object.__setattr__(db.settings, "alarm_command", program(tmp_path, f'echo "$*" >> {tmp_path}/rung'))
    case, does, asked = danger(db), getattr(room, verb), list[object]()

    def taken(*given: object) -> object:
        asked.append(given)
        if verb != "_batch" or len(asked) > 1:
            raise fault
        return does(*given)

    monkeypatch.setattr(room, verb, taken)
    with suppress(Busy, LookupError):
        rounds.go_round(db)
    assert asked
    assert (tmp_path / "rung").read_text() == f"{case.number}\n"


@pytest.mark.processes
@pytest.mark.parametrize("body", ["exit 3", "sleep 60", None])
def test_an_alarm_command_that_fails_stops_nothing(
    db: Database,
    staff: dict[str, Person],
    tmp_path: Path,
    body: str | None,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(rounds, "BOUND", 1.0)
    command = program(tmp_path, body) if body else str(tmp_path / "nothing")
    object.__setattr__(db.settings, "alarm_command", command)
    case = danger(db)
    with caplog.at_level(logging.ERROR):
        assert rounds.go_round(db).alarms == [case.number]
    assert case.number in caplog.text
    assert case.child_name not in caplog.text
    assert "officer" in heard(db, staff)


def test_drafts_that_cannot_be_read_keep_no_words_of_danger_from_being_told(
    db: Database, staff: dict[str, Person]
) -> None:
    with db.schema() as schema:
        schema.run("DROP TABLE drafts")
    with db.write():
        triage.enter(db, "m1", "wechat:a", triage.DANGER)
    rounds.go_round(db)
    assert {"officer", "bureau"} <= heard(db, staff)


@pytest.mark.parametrize(("room", "verb"), [(clocks, "tick"), (bunches, "tell_bunches")])
def test_cases_that_cannot_be_read_keep_no_words_of_danger_from_being_told(
    room: ModuleType, verb: str, db: Database, staff: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(*_: object, **__: object) -> None:
        raise LookupError

    monkeypatch.setattr(room, verb, unreadable)
    with db.write():
        triage.enter(db, "m1", "wechat:a", triage.DANGER)
    with pytest.raises(LookupError):
        rounds.go_round(db)
    assert {"officer", "bureau"} <= heard(db, staff)
