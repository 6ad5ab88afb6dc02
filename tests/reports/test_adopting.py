"""Reports from before there were cases get theirs when the house is prepared: once, whatever stops it, and nobody is alarmed."""

import itertools
import json
import multiprocessing
import os
import shutil
import signal
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from intake.calendar import clock
from intake.cases import case as cases
from intake.cases import work
from intake.cases.case import Case
from intake.cases.rounds import clocks
from intake.cases.rulebook import records
from intake.house import rounds, serve, setup, verify
from intake.kinds.envelope import Envelope
from intake.messages import outbox
from intake.people.accounts import Person
from intake.reports import adopting, door, lookup
from intake.settings import Settings
from intake.store.db import Database
from intake.talks import alarm_case, alarms
from tests.hands.adoption import forget_cases
from tests.hands.chat import Chat, opened
from tests.hands.classroom import MORNING, at, classroom, teacher
from tests.hands.command import baoxue, table
from tests.hands.samples import citizen_id, sample
from tests.hands.watching import plan, statements

BEFORE = Path(__file__).parents[1] / "data" / "before"
RECEIPTS: dict[str, str] = json.loads((BEFORE / "known.json").read_text("utf-8"))["receipts"]
DAY = "2026-11-30"
"""The day of the upgrade, a Monday; its reports came in the day before."""
OFFICER = Person("officer-1", "业务员", "officer", "officer", "220605", "")
CALLED = {"day": DAY, "way": "电话", "whom": "奶奶", "result": "联系上了", "words": "说明天去"}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Chat]:
    """Start today's application on a house of before."""
    data = tmp_path / "old"
    shutil.copytree(BEFORE, data)
    with opened(Settings(data=data, mode="demo"), TODAY=DAY) as chat:
        yield chat


def report(db: Database, receipt: str) -> Envelope:
    found = lookup.find_report(db, receipt)
    assert found
    return found


def case_of(db: Database, receipt: str) -> Case | None:
    return cases.case_of_report(db, report(db, receipt).id)


def missing(db: Database, number: int = 1, **more: Any) -> str:
    """Report a child missing; give the receipt."""
    said = {**sample("absence", number), "on_leave": "否", **more}
    return door.receive(db, "absence", said, channel="api").receipt


def told(db: Database) -> int:
    """Count what would reach anybody: notices, steps of the clock, messages."""
    return sum(db.one(f"SELECT count(*) AS n FROM {one}")["n"]  # type: ignore[index]
               for one in ("notices", "case_steps", "outbox"))  # fmt: skip


def test_a_house_of_before_is_carried_over(house: Chat) -> None:
    db, before = house.db, told(house.db)
    assert setup.prepare_house(db) == 17
    for receipt in RECEIPTS:
        one, case = report(db, receipt), case_of(db, receipt)
        assert (case is None) == (one.withdrawn or one.on_leave), one.kind
        if case:
            (first, *_) = cases.events_of(db, case)
            assert (first.key, case.opened_at[:10], case.open) == ("imported", "2026-11-29", 1)
            assert case.due >= DAY
            assert not cases.standing(db, case).impossible
    assert [row["duty"] for row in db.all("SELECT duty FROM duties WHERE duty = 'take'")] == []
    assert told(db) == before
    assert verify.faults(db) == []
    assert setup.prepare_house(db) == 0
    ticked = clocks.tick(db)
    assert (ticked.told, ticked.alarms) == ([], [])
    assert told(db) == before


def test_its_cases_are_worked_on_and_its_reports_corrected_and_taken_back(house: Chat) -> None:
    db = house.db
    setup.prepare_house(db)
    unknown = [one for one in RECEIPTS if (case := case_of(db, one)) and case.state == "线索"]
    first, second = unknown[:2]
    case = case_of(db, first)
    assert case
    work.act(db, case, "identified", {"school": "白山市第三中学"}, OFFICER, channel="desk", seen=case.version)
    case = case_of(db, first)
    assert case
    work.act(db, case, "contact", CALLED, OFFICER, channel="desk", seen=case.version)
    case = case_of(db, first)
    assert case
    assert (case.state, case.duty) == ("核实中", "visit")
    door.amend(db, report(db, first), {"child_name": "更正过"}, actor="web:a", reason="")
    door.withdraw(db, report(db, second), actor="web:a")
    ended = case_of(db, second)
    assert ended
    assert (ended.state, ended.open) == ("已撤回", 0)
    assert verify.faults(db) == []


def test_the_commands_of_an_upgrade_carry_it_over(tmp_path: Path) -> None:
    data = tmp_path / "old"
    shutil.copytree(BEFORE, data)
    assert baoxue(data, "init").returncode == 0
    assert table(data, "SELECT count(*) FROM case_reports WHERE how = 'imported'") == [(17,)]
    ticked = baoxue(data, "tick", "--json")
    assert {key: json.loads(ticked.stdout)[key] for key in ("told", "alarms")} == {"told": [], "alarms": []}
    assert baoxue(data, "verify").returncode == 0
    lines = baoxue(data, "cases", "--json").stdout.splitlines()
    assert {receipt for line in lines for receipt in json.loads(line)["receipts"]} == {
        receipt for (receipt,) in table(data, "SELECT receipt FROM reports WHERE status = 'received'")
    }
    assert baoxue(data, "init").returncode == 0
    assert table(data, "SELECT count(*) FROM case_reports") == [(17,)]


def test_the_worker_adopts_what_an_older_version_still_takes_in(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = missing(db)
    forget_cases(db)
    monkeypatch.setattr(serve, "PULSE", 0)
    monkeypatch.setattr(rounds, "CHORES", ())
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    parents = iter((1, 1, 2))
    monkeypatch.setattr(os, "getppid", lambda: next(parents))
    serve.work(db)
    assert case_of(db, receipt)


def test_clocks_count_from_the_day_of_the_upgrade(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, MORNING - timedelta(days=30))
    receipt = missing(db, last_seen="2026-10-20")
    forget_cases(db)
    at(monkeypatch, MORNING)
    assert adopting.adopt_reports(db) == 1
    case = case_of(db, receipt)
    assert case
    assert (case.opened_at[:10], case.last_seen, case.due) == ("2026-10-24", "2026-11-20", "2026-11-23")
    assert case.number == "220605-2026-000001"
    (first,) = cases.events_of(db, case)
    assert (first.facts["told_last_seen"], first.at) == ("2026-10-20", case.opened_at)
    assert cases.standing(db, case).discovered == "2026-11-23"


def test_a_child_known_by_its_number_is_one_case(db: Database) -> None:
    room = classroom(db)
    ming, number = (
        room.children["王小明"],
        citizen_id(clock.here().date().replace(year=2017, month=3, day=1), "女"),
    )
    with db.write():
        db.run(
            "UPDATE children SET id_number_hash = ? WHERE id = ?", (db.keys.digest("IdNumber", number), ming)
        )
    block = {"id_number": number, "sex": "女", "birth_date": "2017-03-01"}
    one, other = missing(db, 1, **block), missing(db, 2, **block)
    forget_cases(db)
    with db.write():
        db.run("UPDATE reports SET child = NULL")
    assert adopting.adopt_reports(db) == 2
    case = case_of(db, one)
    assert case
    assert case_of(db, other) == case
    assert (case.child, case.class_id, case.state) == (ming, room.id, "待核实")
    assert {report(db, receipt).child for receipt in (one, other)} == {ming}
    assert [event.key for event in cases.events_of(db, case)] == ["imported", "imported"]


@pytest.mark.parametrize("ended", [True, False])
def test_danger_that_was_taken_or_ended_is_so_in_its_case(db: Database, ended: bool) -> None:
    clerk = teacher(db, role="bureau", login="clerk")
    receipt = door.receive(db, "safety", sample("safety", 1), channel="api").receipt
    alarm = alarms.alarm_of_report(db, receipt)
    assert alarm
    alarms.take(db, alarm, clerk)
    if ended:
        left = {key: (records.YES, "") for key, _ in alarm_case.duties_left(db, alarm.subject)}
        alarms.finish(db, alarm, "已打电话，孩子平安。", clerk, alarms.mark(db, alarm), left)
    forget_cases(db)
    adopting.adopt_reports(db)
    case = case_of(db, receipt)
    assert case
    done = cases.events_of(db, case)
    assert [one.key for one in done] == [
        "imported",
        "accepted",
        "handled",
        *(["resolved", "closed"] if ended else []),
    ]
    assert {one.actor for one in done[1:]} == {clerk.actor}
    assert (case.state, case.open, case.owner) == (("关闭", 0) if ended else ("处理中", 1)) + (clerk.id,)
    assert case.version == len(done)
    if ended:
        assert done[-2].words == {"result": "已打电话，孩子平安。"}
        assert case.due == "9"
    assert not cases.standing(db, case).impossible


def test_old_danger_that_nobody_took_asks_for_no_alarm_until_it_is_reported_anew(db: Database) -> None:
    said = {**sample("safety", 3), "what": "校园欺凌"}
    receipt = door.receive(db, "safety", said, channel="api").receipt
    forget_cases(db)
    adopting.adopt_reports(db)
    case = case_of(db, receipt)
    assert case
    assert (case.state, cases.standing(db, case).imported) == ("待处理", True)
    assert clocks.tick(db).alarms == []
    owed = {row["duty"]: row["due"] for row in db.all("SELECT duty, due FROM duties WHERE done_at IS NULL")}
    assert {"handle", "guardian"} <= set(owed)
    assert "take" not in owed
    assert not any("T" in due for due in owed.values())
    again = door.receive(db, "safety", said, channel="api").receipt
    assert case_of(db, again) == case_of(db, receipt)
    assert not cases.standing(db, case).imported
    assert db.one("SELECT 1 FROM duties WHERE duty = 'take' AND done_at IS NULL")
    case = case_of(db, receipt)
    assert case
    assert clocks.tick(db).alarms == [case.number]


def test_a_status_of_another_version_is_kept_in_the_event(db: Database) -> None:
    receipt = missing(db)
    forget_cases(db)
    with db.write():
        db.run("UPDATE reports SET status = 'called'")
    assert adopting.adopt_reports(db) == 1
    case = case_of(db, receipt)
    assert case
    assert cases.events_of(db, case)[0].facts["status"] == "called"


def test_answers_that_no_key_opens_keep_no_report_from_its_case(db: Database) -> None:
    receipt = missing(db, 3)
    forget_cases(db)
    with db.write():
        db.run("UPDATE answers_absence SET phone = 'x', id_number = 'x'")
    assert adopting.adopt_reports(db) == 1
    assert case_of(db, receipt)


def test_a_report_corrected_or_taken_back_before_its_turn_is_adopted_first(db: Database) -> None:
    corrected, taken = missing(db, 1), missing(db, 2)
    forget_cases(db)
    door.amend(db, report(db, corrected), {"child_name": "更正过"}, actor="web:a", reason="")
    door.withdraw(db, report(db, taken), actor="web:a")
    keys = [
        [one.key for one in cases.events_of(db, case)]
        for one in (corrected, taken)
        if (case := case_of(db, one))
    ]
    assert keys == [["imported", "amended"], ["imported", "withdrawn"]]
    assert adopting.adopt_reports(db) == 0


def test_what_comes_in_meanwhile_is_not_done_twice(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3 * adopting.FEW):
        missing(db, number)
    forget_cases(db)
    new: list[str] = []
    adopt = adopting.adopt_report

    def beside(*args: Any) -> bool:
        if len(new) < 5:
            bringer = threading.Thread(target=lambda: new.append(missing(db, 100 + len(new))))
            bringer.start()
            waiting.append(bringer)
        return adopt(*args)

    waiting: list[threading.Thread] = []
    monkeypatch.setattr(adopting, "adopt_report", beside)
    assert adopting.adopt_reports(db) == 3 * adopting.FEW
    for one in waiting:
        one.join()
    assert len(new) >= 5
    assert all((case := case_of(db, one)) and case.last_event == "reported" for one in new)
    assert adopting.adopt_reports(db) == 0
    assert db.one("SELECT count(*) AS n FROM case_reports")["n"] == 3 * adopting.FEW + len(new)  # type: ignore[index]


def adopt_in(data: Path, told: "multiprocessing.SimpleQueue[int]") -> None:
    told.put(adopting.adopt_reports(Database(Settings(data=data, mode="demo"))))


@pytest.mark.processes
def test_two_processes_at_once_make_each_case_once(db: Database) -> None:
    for number in range(4 * adopting.FEW):
        missing(db, number)
    forget_cases(db)
    context = multiprocessing.get_context("spawn")
    told: multiprocessing.SimpleQueue[int] = context.SimpleQueue()
    both = [context.Process(target=adopt_in, args=(db.settings.data, told)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
        assert one.exitcode == 0
    assert told.get() + told.get() == 4 * adopting.FEW
    assert db.one("SELECT count(*) AS n FROM cases")["n"] == 4 * adopting.FEW  # type: ignore[index]
    assert verify.faults(db) == []


def killed_after(data: Path, alive: int) -> None:
    db, left = Database(Settings(data=data, mode="demo")), itertools.count()
    run = db.run

    def dying(*args: Any) -> Any:
        if next(left) == alive:
            os.kill(os.getpid(), signal.SIGKILL)
        return run(*args)

    db.run = dying  # type: ignore[method-assign,assignment]
    adopting.adopt_reports(db)


@pytest.mark.processes
def test_a_kill_leaves_nothing_half_done_and_the_next_one_goes_on(db: Database) -> None:
    for number in range(2 * adopting.FEW):
        missing(db, number)
    forget_cases(db)
    context = multiprocessing.get_context("spawn")
    for alive in (3, 12 * adopting.FEW):
        killed = context.Process(target=killed_after, args=(db.settings.data, alive))
        killed.start()
        killed.join()
        assert killed.exitcode == -signal.SIGKILL
        rows = db.one(
            "SELECT (SELECT count(*) FROM cases) AS made, (SELECT count(*) FROM reports WHERE adopted = 1) AS done"
        )
        assert rows
        assert rows["made"] == rows["done"]
        assert rows["made"] % adopting.FEW == 0
    adopting.adopt_reports(db)
    assert db.one("SELECT count(*) AS n FROM cases")["n"] == 2 * adopting.FEW  # type: ignore[index]


def test_to_find_none_reads_no_table(db: Database) -> None:
    for number in range(3):
        missing(db, number)
    with statements(db) as heard:
        assert adopting.adopt_reports(db) == 0
    assert len(heard) == 1
    assert "idx_reports_adopted_id" in plan(db, heard[0])


def test_a_parent_hears_nothing_of_it(db: Database) -> None:
    said = {**sample("absence", 1), "on_leave": "否"}
    door.receive(db, "absence", said, channel="wechat", reporter="wechat:a", at=MORNING)
    forget_cases(db)
    adopting.adopt_reports(db)
    assert outbox.waiting_for(db, "wechat:a") == []
    assert told(db) == 0
