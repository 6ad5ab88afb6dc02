"""Processes that hold the gate and are stopped, and how long others may wait for them."""

import multiprocessing
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import wsgi
from intake.settings import Settings
from intake.store.db import Database
from tests.hands.wechat_client import WeChatClient

PLATFORM = WeChatClient("token-of-ours", "wx0000000000000001", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")


SPAWN = multiprocessing.get_context("spawn")


LIMIT = 5.0


def stand_at_the_gate(data: Path, ready: Event) -> None:
    """Make a change that does not end."""
    with Database(Settings(data=data)).write():
        ready.set()
        time.sleep(60)


def stand_before_the_gate(data: Path, ready: Event) -> None:
    """Wait for a gate that is shut."""
    threading.Timer(0.5, ready.set).start()
    with Database(Settings(data=data)).write(patience=60):
        pass


def lock_the_file(data: Path, ready: Event) -> None:
    """Write as a program does that knows nothing of the gate."""
    with closing(sqlite3.connect(data / "baoxue.db", isolation_level=None)) as raw:
        raw.execute("BEGIN EXCLUSIVE")
        ready.set()
        time.sleep(60)


@contextmanager
def stopped(hold: Callable[[Path, Event], None], data: Path) -> Iterator[None]:
    """Let another process hold the database, and stop it in the middle."""
    ready = SPAWN.Event()
    other = SPAWN.Process(target=hold, args=(data, ready), daemon=True)
    other.start()
    assert ready.wait(30)
    assert other.pid
    os.kill(other.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        other.kill()
        other.join()


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail where something takes longer; on a machine with other work, than its share of it lets it."""
    began = time.monotonic()
    yield
    share = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    assert time.monotonic() - began < seconds * share


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """Give the application, known to an official account."""
    more = {
        "WECHAT_TOKEN": PLATFORM.token,
        "WECHAT_APPID": PLATFORM.appid,
        "WECHAT_AES_KEY": PLATFORM.aes_key,
    }
    made = wsgi.create_app({"DATA": settings.data, "MODE": "demo", **more})
    yield made
    made.extensions["baoxue.db"].close()


def say(client: FlaskClient, text: str) -> TestResponse:
    """Send a message as the platform does."""
    said = PLATFORM.safe(PLATFORM.text("oParent-1", text))
    return client.post(f"/wechat?{said.query_string}", data=said.body)
