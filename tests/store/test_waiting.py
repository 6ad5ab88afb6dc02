"""Every wait ends: whoever holds the database for too long costs a 503 and a second try, never a hang."""

import signal
import threading
import time
from collections.abc import Callable
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from intake.errors import Busy
from intake.house import retention, serve, shell
from intake.store.db import Database
from intake.store.engine import PATIENCE, SETTLING
from tests.hands.gate import (
    LIMIT,
    app,
    lock_the_file,
    say,
    stand_at_the_gate,
    stand_before_the_gate,
    stopped,
    within,
)
from tests.hands.samples import sample

__all__ = ["app"]


def report(client: FlaskClient, key: str) -> tuple[int, str]:
    """Send a report as a program does; give the number and Retry-After."""
    headers = {"Idempotency-Key": key}
    answer = client.post("/api/v1/reports/absence", json=sample("absence", 1), headers=headers)
    if answer.status_code == 503:
        assert "请过 5 秒再试一次" in answer.json["errors"][""][0]  # type: ignore[index]
    return answer.status_code, answer.headers.get("Retry-After", "")


@pytest.mark.processes
@pytest.mark.parametrize("hold", [stand_at_the_gate, lock_the_file])
def test_a_stopped_holder_costs_a_503_and_nothing_is_lost(
    hold: Callable[[Path, Event], None], client: FlaskClient, db: Database
) -> None:
    assert say(client, "菜单").status_code == 200  # what is loaded once is loaded
    page = client.get("/forms/absence").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    typed = {**sample("absence", 2), "csrf_token": token, "idempotency_key": "k" * 32, "consent": "agree"}
    with stopped(hold, db.settings.data):
        with within(2.0):
            ready = client.get("/readyz")
        assert (ready.status_code, ready.headers["Retry-After"]) == (503, "5")
        with within(2.0):
            assert client.get("/metrics").status_code == 200
        with within(2.5):
            assert retention.purge(db) == 0
        with within(LIMIT):
            assert report(client, "one") == (503, "5")
        with within(LIMIT):
            sent = client.post("/forms/absence", data=typed)
        assert (sent.status_code, sent.headers["Retry-After"]) == (503, "5")
        assert f'value="{typed["child_name"]}"' in sent.text
        assert "再按一次" in sent.text
        with within(LIMIT):
            answer = say(client, "孩子三天没来上学了")
        assert (answer.status_code, answer.text) == (503, "")
    assert report(client, "one")[0] == 201
    assert client.get("/readyz").status_code == 200


def test_a_command_waits_longer_than_a_page_does(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody sits at a timer who would be asked to send again: what gives up has made no backup, and no workbook."""
    monkeypatch.setenv("BAOXUE_DATA", str(db.settings.data))
    own, held = shell.open_prepared(), threading.Event()

    def hold() -> None:
        with db.write():
            held.set()
            time.sleep(PATIENCE + SETTLING + 0.5)

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(30)
    with own.write():
        pass
    holder.join()


@pytest.mark.processes
def test_many_threads_wait_together_and_not_one_after_the_other(db: Database) -> None:
    told: list[str] = []

    def go() -> None:
        try:
            with db.write():
                told.append("done")
        except Busy:
            told.append("busy")

    crew = [threading.Thread(target=go) for _ in range(24)]
    with stopped(stand_at_the_gate, db.settings.data), within(LIMIT):
        for thread in crew:
            thread.start()
        for thread in crew:
            thread.join()
    assert told == ["busy"] * 24
    go()
    assert told[-1] == "done"


@pytest.mark.processes
def test_the_place_before_the_gate_is_not_waited_for_either(db: Database) -> None:
    with (
        stopped(stand_at_the_gate, db.settings.data),
        stopped(stand_before_the_gate, db.settings.data),
        within(LIMIT),
        pytest.raises(Busy),
        db.write(),
    ):
        pass


@pytest.mark.processes
def test_a_change_that_takes_long_keeps_nobody_of_its_own_process_for_ever(db: Database) -> None:
    """And who gives up while a transaction is being handed over does not leave it open."""
    left, told = threading.Event(), list[str]()

    def slow() -> None:
        with db.write():
            left.wait(30)

    def impatient() -> None:
        try:
            with db.write(patience=0.05):
                told.append("done")
        except Busy:
            told.append("busy")

    holder = threading.Thread(target=slow)
    holder.start()
    crew = [threading.Thread(target=impatient) for _ in range(8)]
    with within(1.0):
        for thread in crew:
            thread.start()
        for thread in crew:
            thread.join()
    assert told == ["busy"] * 8
    left.set()
    holder.join(LIMIT)
    assert not holder.is_alive()
    for _ in range(200):  # hand over and give up at the same moment, again and again
        crew = [threading.Thread(target=impatient) for _ in range(4)]
        with db.write():
            for thread in crew:
                thread.start()
            time.sleep(0.0005 * len(told) % 0.06)
        for thread in crew:
            thread.join(LIMIT)
            assert not thread.is_alive()
    with within(1.0), db.write():
        pass


def test_a_worker_outlives_a_gate_that_is_shut(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    pulses: list[float] = []

    def pulse(seconds: float) -> None:
        pulses.append(seconds)
        if len(pulses) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", pulse)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(Database, "checkpoint", _busy)
    serve.work(db)
    assert len(pulses) == 3


def _busy(_: Database) -> None:
    raise Busy
