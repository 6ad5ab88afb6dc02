"""A worker that ended, is stopped, or hangs is seen: by programs, by `doctor`, at the desk; and processes end together."""

import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

import wsgi
from intake.calendar import clock
from intake.house import rounds, serve
from intake.house.pulse import heartbeat
from intake.house.pulse.heartbeat import QUIET, Sign
from intake.people import accounts
from intake.store.db import Database
from tests.e2e.server import free_port
from tests.hands.command import PROGRAM, baoxue, bare
from tests.hands.desk import PASSWORD, sign_in
from tests.hands.gate import stand_at_the_gate, stopped, within
from tests.hands.processes import alive, offspring, until, worker_of

GONE = "后台程序（baoxue worker）没有在运行"


def beat(db: Database, *parts: str) -> dict[str, Sign]:
    """Let a worker with some parts beat once."""
    signs, over = {one: Sign() for one in parts}, threading.Event()
    over.set()
    heartbeat.keep_beating(db, signs, over)
    return signs


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Give how many seconds later it is than it is, for a test to change."""
    more = [0.0]
    monkeypatch.setattr(heartbeat, "moment", lambda: time.monotonic() + more[0])
    return more


def warnings(client: FlaskClient) -> list[str]:
    """Ask a server whether it is ready: it is, whatever it warns of."""
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json["status"], ready.json["faults"]) == (200, "ready", [])  # type: ignore[index]
    told: list[str] = ready.json["warnings"]  # type: ignore[index]
    return told


def test_a_worker_that_falls_silent_is_seen_within_two_minutes(
    db: Database, client: FlaskClient, later: list[float]
) -> None:
    beat(db, "keep_clocks")
    later[0] = 45  # three beats that came to nothing: somebody had the gate
    assert warnings(client) == []
    later[0] = 120
    (told,) = warnings(client)
    assert told.startswith(GONE + "，已经 2 分钟")
    metrics = client.get("/metrics").text
    (age,) = re.findall(r'baoxue_worker_age_seconds{part="worker"} ([\d.]+)', metrics)
    assert 120 <= float(age) < 130
    beat(db)
    assert warnings(client) == []


def test_a_server_without_any_worker_is_seen(
    db: Database, client: FlaskClient, later: list[float], settings: object
) -> None:
    assert warnings(client) == []  # one that is started beside it has time to be heard
    later[0] = 61
    assert warnings(client)[0].startswith(GONE + "。")
    assert "baoxue_worker_age_seconds{" not in client.get("/metrics").text


def test_doctor_misses_a_worker_where_something_was_started(
    db: Database, tmp_path: Path, later: list[float]
) -> None:
    data = db.settings.data
    calm = baoxue(data, "doctor", BAOXUE_MODE="demo")
    assert (calm.returncode, "后台程序还没有启动过" in calm.stdout) == (0, True), calm.stderr
    heartbeat.announce(db, worker=False)  # `serve` alone
    lonely = baoxue(data, "doctor", BAOXUE_MODE="demo")
    assert (lonely.returncode, GONE in lonely.stderr) == (1, True)
    heartbeat.announce(db, worker=True)
    assert baoxue(data, "doctor", BAOXUE_MODE="demo").returncode == 0
    later[0] = 119
    assert GONE in baoxue(data, "doctor", BAOXUE_MODE="demo").stderr
    later[0] = 0
    copy = tmp_path / "elsewhere"
    shutil.copytree(data, copy, ignore=shutil.ignore_patterns("elsewhere"))
    assert "还没有启动过" in baoxue(copy, "doctor", BAOXUE_MODE="demo").stdout  # nobody works on a copy


def test_a_part_that_hangs_is_named(db: Database, client: FlaskClient, later: list[float]) -> None:
    parts = {"housekeeping", *(one.__name__ for one in rounds.CHORES)}
    parts |= {one.__name__ for one in client.application.extensions["baoxue.chores"]}
    assert parts == set(heartbeat.PARTS), "each part has a name that people understand"
    signs = beat(db, *parts)
    over = threading.Event()
    over.set()
    later[0] = 115
    for one, sign in signs.items():
        if one != "make_workbooks":
            sign.wait(0)
    heartbeat.keep_beating(db, signs, over)
    assert warnings(client) == ["后台程序里，每天的表卡住了，已经 1 分钟没有动。"]
    signs["make_workbooks"].is_set()
    heartbeat.keep_beating(db, signs, over)
    assert warnings(client) == []


@pytest.mark.parametrize("back", [timedelta(days=-400), timedelta(hours=-1), timedelta(days=30)])
def test_a_clock_that_is_set_changes_nothing(
    db: Database, client: FlaskClient, later: list[float], monkeypatch: pytest.MonkeyPatch, back: timedelta
) -> None:
    beat(db)
    real = clock.here
    monkeypatch.setattr(clock, "here", lambda pinned=None: real(pinned) + back)
    assert warnings(client) == []
    later[0] = QUIET + 1
    assert warnings(client)[0].startswith(GONE)


def test_a_day_that_is_pinned_changes_nothing(db: Database, later: list[float]) -> None:
    pinned = wsgi.create_app(
        {"DATA": db.settings.data, "MODE": "demo", "TODAY": date(2026, 3, 2).isoformat()}
    )
    beat(pinned.extensions["baoxue.db"])
    assert warnings(pinned.test_client()) == []
    later[0] = QUIET + 1
    assert warnings(pinned.test_client())[0].startswith(GONE)
    pinned.extensions["baoxue.db"].close()


def test_a_worker_that_is_started_again_and_again_is_seen(
    db: Database, client: FlaskClient, later: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        beat(db)
    assert warnings(client) == []
    beat(db)
    assert warnings(client) == ["后台程序 10 分钟里启动了 4 次，请看日志里的 worker。"]
    assert "worker started 4 times" in caplog.text
    later[0] = 601
    beat(db)
    assert warnings(client) == []


@pytest.mark.processes
def test_a_beat_waits_for_nobody_and_passes(db: Database) -> None:
    with stopped(stand_at_the_gate, db.settings.data), within(5):
        beat(db)
    assert heartbeat.ages_of(db) == {}
    beat(db)
    assert set(heartbeat.ages_of(db)) == {"worker"}


def test_a_table_that_cannot_be_read_takes_no_page_with_it(
    db: Database, client: FlaskClient, later: list[float]
) -> None:
    beat(db)
    with db.schema() as schema:
        schema.run("DROP TABLE heartbeats")
    later[0] = QUIET + 1
    assert warnings(client)[0].startswith(GONE)
    assert client.get("/metrics").status_code == 200


WHOM = {
    "administrator": (GONE, GONE), "operator": (GONE, GONE), "bureau": (GONE, GONE),
    "officer": ("请告诉管理员", ""), "auditor": ("请告诉管理员", ""),
}  # fmt: skip


@pytest.mark.parametrize("role", WHOM)
def test_the_desk_says_it_to_whom_it_concerns(
    app: Flask, db: Database, later: list[float], role: str
) -> None:
    area = "220605"
    accounts.add_person(db, name="王某", login="mender", password=PASSWORD, role=role, area=area)
    client = app.test_client()
    sign_in(client, "mender")
    assert "standstill" not in client.get("/desk/").text
    later[0] = QUIET + 1
    for path, words in zip(("/desk/", "/desk/me"), WHOM[role], strict=True):
        told = client.get(path).text
        assert ("standstill-1" in told, words in told) == (bool(words), True), path


@contextmanager
def up(data: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run web server and worker, ready; leave nothing behind."""
    log = data.with_name("up.log").open("ab")
    process = subprocess.Popen(
        [PROGRAM, "up"], env=bare(data, PORT=str(port)), stdout=log, stderr=log, start_new_session=True
    )
    crew: set[int] = set()
    try:
        for _ in range(600):
            crew = offspring(process.pid)
            if len(crew) >= 4 and ready(port) == []:
                break
            time.sleep(0.1)
        else:
            raise AssertionError(data.with_name("up.log").read_text())
        yield process
    finally:
        for one in {process.pid, *crew, *offspring(process.pid)}:
            if alive(one):
                os.kill(one, signal.SIGKILL)
        process.wait()
        log.close()


def ready(port: int) -> list[str] | None:
    """Give what a server warns of, or None while there is none."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            told: list[str] = json.load(answer)["warnings"]
            return told
    except OSError:
        return None


@pytest.mark.processes
def test_all_processes_end_with_up_and_a_worker_that_ended_comes_again(tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port()
    assert baoxue(data, "init", "--demo").returncode == 0
    with up(data, port) as process:
        db = wsgi.create_app({"DATA": data, "MODE": "demo"}).extensions["baoxue.db"]
        worker = worker_of(process.pid)
        until(lambda: "make_workbooks" in heartbeat.ages_of(db))
        os.kill(worker, signal.SIGKILL)
        until(lambda: worker_of(process.pid) not in (0, worker))
        crew = offspring(process.pid)
        assert len(crew) >= 4  # gunicorn, its two, the worker
        process.kill()
        until(lambda: not any(alive(one) for one in crew))
        db.close()
    log = (tmp_path / "up.log").read_text()
    assert "worker ended with -9, starting it again in 1 s" in log


@pytest.mark.processes
def test_a_table_that_cannot_be_read_ends_no_worker(tmp_path: Path) -> None:
    """Damage in the drafts is told, and deletes none of them; alarms of children go on beside it."""
    data, log = tmp_path / "data", tmp_path / "worker.log"
    assert baoxue(data, "init", "--demo").returncode == 0
    db = wsgi.create_app({"DATA": data, "MODE": "demo"}).extensions["baoxue.db"]
    with db.schema() as schema:
        schema.run("DROP TABLE drafts")
    with (
        log.open("wb") as said,
        subprocess.Popen([PROGRAM, "worker"], env=bare(data), stdout=said, stderr=said) as worker,
    ):
        try:
            until(lambda: worker.poll() is not None or "purge: OperationalError at " in log.read_text(), 60)
            until(lambda: worker.poll() is not None or "keep_clocks" in heartbeat.ages_of(db), 60)
            assert worker.poll() is None, log.read_text()
            worker.terminate()
            assert worker.wait(60) == 0
        finally:
            worker.kill()  # what did not come in time leaves nothing that is waited for
    db.close()
    assert "Traceback" not in log.read_text()


@pytest.mark.processes
def test_a_worker_that_ends_at_once_is_started_after_longer_and_longer_rests(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    started: list[float] = []

    def child(*_: object, **__: str) -> "subprocess.Popen[bytes]":
        started.append(time.monotonic())
        return subprocess.Popen(["false"])

    monkeypatch.setattr(serve, "_child", child)
    worker, until_then = serve._Worker(0), time.monotonic() + 4
    while time.monotonic() < until_then:
        worker.revive()
        time.sleep(0.05)
    worker.process.wait()
    assert len(started) == 3  # at once, after one second, after two more
    assert "worker ended with 1, starting it again in 2 s" in caplog.text
