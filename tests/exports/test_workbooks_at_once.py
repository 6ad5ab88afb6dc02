"""Two workers make a day's set beside each other, and one of them is killed: every workbook is there, whole and once."""

import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from intake.house import verify
from intake.ledgers.shelf import files
from intake.settings import Settings
from intake.store.db import Database
from tests.hands.command import PROGRAM, baoxue, bare, table

TODAY = "2026-11-30"
HURRIED = (
    "import threading; from datetime import timedelta; from exports.books import making;"
    " from intake.ledgers.shelf import orders; from intake.house.shell import open_prepared;"
    " making.FIRST, making.PULSE, orders.LEASE = 0.0, 0.3, timedelta(seconds=2);"
    " making.make_workbooks(open_prepared(), threading.Event())"
)
"""A worker that has nothing else to do, and soon takes over what another one held."""
MADE = "SELECT count(*) FROM workbook_orders WHERE state = 'made'"
ORDERED = "SELECT count(*) FROM workbook_orders"


def count(data: Path, sql: str) -> int:
    return int(str(table(data, sql)[0][0]))


def until(data: Path, number: int) -> None:
    """Wait until so many are made."""
    end = time.monotonic() + 60
    while count(data, MADE) < number:
        assert time.monotonic() < end, table(
            data, "SELECT state, count(*) FROM workbook_orders GROUP BY state"
        )
        time.sleep(0.02)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    done = baoxue(tmp_path / "data", "init", "--demo", BAOXUE_TODAY=TODAY, BAOXUE_MODE="demo")
    assert done.returncode == 0, done.stderr
    return tmp_path / "data"


@pytest.mark.processes
def test_one_of_two_workers_is_killed_in_the_middle(house: Path) -> None:
    def worker() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", HURRIED], env=bare(house, BAOXUE_TODAY=TODAY, BAOXUE_MODE="demo")
        )

    first, second = worker(), worker()
    try:
        until(house, 6)
        first.send_signal(signal.SIGKILL)
        first.wait()
        until(house, count(house, ORDERED))
    finally:
        for one in (first, second):
            one.kill()
            one.wait()
    check(house)


@pytest.mark.processes
def test_the_worker_of_the_house_makes_the_set(house: Path) -> None:
    """Let the real one run: what it makes beside its rounds is there within a minute."""
    env = bare(house, BAOXUE_TODAY=TODAY, BAOXUE_MODE="demo")
    with subprocess.Popen([PROGRAM, "worker"], env=env) as worker:
        try:
            until(house, 1)
            until(house, count(house, ORDERED))
        finally:
            worker.terminate()
    check(house)


def check(house: Path) -> None:
    """Say what must be true whoever made it, and where anybody was killed."""
    db = Database(Settings(data=house, mode="demo"))
    made = Counter((row["key"], row["level"], row["code"]) for row in db.all("SELECT * FROM workbooks"))
    assert set(made.values()) == {1}
    assert len(made) == count(house, ORDERED)
    for row in db.all("SELECT id, bytes FROM workbooks"):
        assert len(files.read_workbook(db, row["id"])) == row["bytes"]
    told = Counter(row["staff"] for row in db.all("SELECT staff FROM notices WHERE what = 'workbooks'"))
    assert set(told.values()) == {1}
    assert not list(house.glob(".workbook.*"))
    assert verify.faults(db) == []
    db.close()
