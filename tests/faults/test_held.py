"""Others hold the database, the clock goes back, the worker is stopped: answers in time, and nothing is lost."""

import os
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from intake.cases import case as cases
from intake.errors import Busy
from intake.house.pulse import heartbeat
from intake.store.db import Database
from tests.e2e.server import BIN, ROOT
from tests.faults.house import MORNING, House, serving
from tests.faults.ledger import Ledger, hold_against
from tests.faults.staff import Officer
from tests.faults.using import LATER, TAKEN, Message, Sent, verified
from tests.hands.processes import until

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Give a house that serves; each test leaves it as it was."""
    with serving(tmp_path_factory.mktemp("held")) as made:
        yield made


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    """Give the ledger of that house."""
    return Ledger()


def test_another_program_holds_the_database_for_ten_seconds(house: House, ledger: Ledger) -> None:
    sent, message, started, seen = Sent(house, ledger), Message(house), threading.Event(), threading.Event()
    program, form, warm = sent.program(), sent.form(), Message(house)
    assert warm.send() != LATER

    def hold() -> None:
        with closing(sqlite3.connect(house.data / "baoxue.db", isolation_level=None)) as raw:
            raw.execute("BEGIN EXCLUSIVE")
            started.set()
            time.sleep(10)
            seen.wait(60)
            raw.execute("ROLLBACK")

    holder = threading.Thread(target=hold)
    holder.start()
    assert started.wait(30)
    assert message.send() == LATER  # within the platform's time
    assert (program.send(), form.send()) == (LATER, LATER)
    assert house.ready() is None
    seen.set()
    holder.join()
    until(lambda: message.send() != LATER)
    assert message.send() == message.send()
    assert (program.send(), program.send(), form.send(), form.send()) == (TAKEN,) * 4
    ledger.messages.update({message.openid: 1, warm.openid: 1})
    assert hold_against(house, ledger, MORNING.date()).clean
    until(lambda: house.ready() is not None)


@pytest.mark.parametrize("back", [timedelta(hours=-1), timedelta(days=-4)], ids=str)
def test_a_clock_that_is_set_back_stops_nothing(house: House, ledger: Ledger, back: timedelta) -> None:
    sent = Sent(house, ledger)
    db = house.open()
    row = db.one("SELECT number FROM cases WHERE kind = 'boarding' AND open = 1 ORDER BY number")
    assert row
    case = cases.find_case(db, row["number"])
    assert case
    before, officer = len(cases.events_of(db, case)), Officer(house, ledger, "demo-bureau", [case])
    officer.item()
    house.shift_by(back)
    try:
        time.sleep(0.5)
        officer.http = officer.browser()
        officer.item()
        assert (sent.program().send(), sent.form().send()) == (TAKEN, TAKEN)
        message = Message(house)
        assert message.send() == message.send() != LATER
        marks = [event.id for event in cases.events_of(db, case)][before:]
        assert marks == list(ledger.acknowledged["case"].values())[-2:], "what is done later stands later"
        ready = house.ready()
        assert ready is not None
        assert ready.json()["warnings"] == []
    finally:
        house.shift_by(-back)
    assert hold_against(house, ledger, MORNING.date()).clean
    assert not ledger.wrong
    assert verified(house)
    db.close()


def test_a_worker_that_is_stopped_is_seen_and_holds_up_no_end(house: House) -> None:
    db = house.open()
    until(lambda: house.crew()["worker"], 60)
    (worker,) = house.crew()["worker"]
    until(lambda: heartbeat.ages_of(db).get("worker", 99) < 20)
    stop_in_peace(db, worker)
    with db.write():  # what two minutes do
        db.run("UPDATE heartbeats SET ticks = ticks - 120")
    # Each process of the server gives a worker time from its own start: one may say it before the other does.
    warned: list[str] = []

    def is_warned() -> bool:
        ready = house.ready()
        warned[:] = ready.json()["warnings"] if ready is not None else []
        return bool(warned)

    until(is_warned, 90)
    (told,) = warned
    assert "后台程序（baoxue worker）没有在运行，已经 2 分钟" in told
    doctor = subprocess.run(
        [BIN / "baoxue", "doctor"], cwd=ROOT, env=house.env, capture_output=True, text=True, check=False
    )
    assert (doctor.returncode, told.partition("，")[0] in doctor.stderr) == (1, True), doctor.stderr
    desk, gone = house.browser("demo-bureau"), told.partition("，")[0]
    until(lambda: gone in desk.get(f"{house.home}/desk/", timeout=20).text)
    os.kill(worker, signal.SIGCONT)
    until(lambda: (ready := house.ready()) is not None and not ready.json()["warnings"])
    stop_in_peace(db, worker)
    assert house.up is not None
    house.up.send_signal(signal.SIGTERM)
    house.await_end()
    db.close()
    assert "Traceback" not in Path(house.log).read_text()


def stop_in_peace(db: Database, worker: int) -> None:
    """Stop the worker at a moment when it is not writing: otherwise the whole house says so."""
    for _ in range(20):
        os.kill(worker, signal.SIGSTOP)
        with suppress(Busy), db.write():
            return
        os.kill(worker, signal.SIGCONT)
        time.sleep(0.7)
    raise AssertionError("it writes all the time")
