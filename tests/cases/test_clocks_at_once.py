"""However many wind the clocks at once, and wherever one of them is killed: nothing is told twice, and nothing not at all."""

import json
import signal
import subprocess
import sys
import threading
import time
import tracemalloc
from collections import Counter
from datetime import timedelta

import pytest

from intake.cases import case as cases
from intake.cases.rounds import clocks
from intake.reports import door
from intake.store.db import Database
from tests.hands import staffed
from tests.hands.classroom import MORNING, SIGNS, Classroom, at, classroom
from tests.hands.command import PROGRAM, bare, table
from tests.hands.samples import sample

DAY = timedelta(days=1)
CHILDREN = [f"赵{sign}" for sign in SIGNS[:12]]
EXPECTED = {"decide": 12, "lead": 12, "written": 12}
"""Lines in inboxes by what they tell: each child has been away for long, each role hears of the highest step."""


@pytest.fixture
def away(db: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Give a database of a dozen children who are found late, and a person of each role."""
    at(monkeypatch, MORNING)
    people = staffed.everybody(db)
    with db.write():
        db.run("UPDATE staff SET active = 0 WHERE id = ?", (people["bureau"].id,))  # one a role
    room = classroom(db, names=CHILDREN)
    for child in CHILDREN:
        said = {**sample("absence", 1), "last_seen": "2026-10-20", "on_leave": "否"}
        door.receive(db, "absence", said, channel="teacher", child=room.children[child])
    return db


def check(db: Database) -> None:
    """Say what must be true whoever was first, and where anybody was killed."""
    assert Counter(row["what"] for row in db.all("SELECT what FROM notices")) == EXPECTED
    events = Counter(row["event"] for row in db.all("SELECT event FROM case_events"))
    assert events == {"reported": 12, "three_days": 12, "assigned": 12, "told": 12}
    steps = db.all("SELECT told, count(*) AS n FROM case_steps GROUP BY told ORDER BY told")
    assert [tuple(row) for row in steps] == [(0, 24), (1, 36)]
    for row in db.all("SELECT id FROM cases"):
        case = cases.case_by_id(db, row["id"])
        assert case
        assert case.version == len(cases.events_of(db, case))
        assert not cases.standing(db, case).impossible


def test_ten_rounds_at_once_tell_once(away: Database) -> None:
    due: list[int] = []
    start = threading.Barrier(10, timeout=60)

    def wind() -> None:
        own = Database(away.settings)
        own.patience = 30
        start.wait()
        due.append(clocks.tick(own).due)
        own.close()

    threads = [threading.Thread(target=wind) for _ in range(10)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (len(due), sum(due)) == (10, 48)  # 疑似辍学, the town, 书面报告, the decision of each
    check(away)


KILLED = """
import os, signal
from datetime import timedelta
from intake import settings
from intake.calendar import clock
from intake.cases.told import inbox
from intake.cases.rounds import clocks
from intake.kinds import tables
from intake.store.db import Database
clock.here = lambda pinned=None: clock.local("{at}")
db = Database(settings.load())
tables.prepare(db)
enter, told = {module}.{name}, []
def last(*args, **more):
    told.append(1)
    if len(told) == {after}:
        os.kill(os.getpid(), signal.SIGKILL)
    return enter(*args, **more)
{module}.{name} = last
clocks.tick(db)
"""


@pytest.mark.processes
@pytest.mark.parametrize(
    ("module", "name", "after"),
    [("inbox", "tell_person", 8), ("clocks", "_mark_told", 4), ("clocks", "_settle", 3)],
)
def test_who_is_killed_between_an_event_and_its_message_leaves_neither(
    away: Database, module: str, name: str, after: int
) -> None:
    program = KILLED.format(at="2026-11-23T00:05:00.000Z", module=module, name=name, after=after)
    done = subprocess.run(
        [sys.executable, "-c", program], env=bare(away.settings.data, BAOXUE_MODE="demo"), check=False
    )
    assert done.returncode == -signal.SIGKILL
    before = sum(Counter(row["what"] for row in away.all("SELECT what FROM notices")).values())
    assert 0 < before < 36
    clocks.tick(away)
    check(away)
    assert clocks.tick(away).due == 0


@pytest.mark.processes
def test_two_workers_and_ten_commands_at_once_tell_once(
    away: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    around = bare(away.settings.data, BAOXUE_MODE="demo", BAOXUE_TODAY=MORNING.date().isoformat())
    workers = [subprocess.Popen([PROGRAM, "worker"], env=around) for _ in range(2)]
    ticks = [
        subprocess.Popen([PROGRAM, "tick", "--json"], env=around, stdout=subprocess.PIPE, text=True)
        for _ in range(10)
    ]
    said = [one.communicate(timeout=120)[0] for one in ticks]
    for one in workers:
        one.terminate()
    assert {one.wait(30) for one in workers} <= {0, -signal.SIGTERM}  # it may have come before they listened
    assert [one.returncode for one in ticks] == [0] * 10
    assert all(json.loads(one).keys() == {"at", "due", "told", "alarms"} for one in said)
    assert table(away.settings.data, "SELECT count(*) FROM notices") == [(36,)]
    check(away)


@pytest.mark.processes
def test_a_thousand_cases_are_told_in_one_round(
    db: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Measure a round of a thousand cases, and one that finds nothing; the times are printed and decide nothing."""
    at(monkeypatch, MORNING)
    staffed.everybody(db)
    names = [f"钱{one}{other}" for one in SIGNS[:33] for other in SIGNS[:33]][:1050]
    room = classroom(db, names=names)
    for name in names[:1000]:
        absent(db, room, name)
    at(monkeypatch, MORNING + 2 * DAY)
    times = []
    for expected in (2000, 0):  # the contact that is overdue, and 疑似辍学
        began = time.perf_counter()
        assert clocks.tick(db).due == expected
        times.append(time.perf_counter() - began)
    for name in names[1000:]:
        absent(db, room, name)
    at(monkeypatch, MORNING + 7 * DAY)  # the first 劝返 of the thousand is overdue, too
    tracemalloc.start()
    assert clocks.tick(db).due == 1100
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    with capsys.disabled():
        print(
            f"\n1,000 cases: {times[0]:.1f} s, again {times[1]:.3f} s; another round: at most {peak / 1e6:.1f} MB"
        )
    assert peak < 3_000_000


def absent(db: Database, room: Classroom, child: str) -> None:
    said = {**sample("absence", 1), "last_seen": "2026-11-20", "on_leave": "否"}
    door.receive(db, "absence", said, channel="teacher", child=room.children[child])
