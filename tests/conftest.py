"""What every test may ask for: an own data directory, the real application over it, and who works with it."""

import _posixsubprocess
import gc
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import hypothesis
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck

import wsgi
from intake import settings as house
from intake.house import setup
from intake.kinds import KINDS, tables
from intake.people.accounts import Person
from intake.settings import Settings
from intake.store.db import Database
from intake.store.keys import make_keys
from tests.hands import staffed
from tests.hands.classroom import MORNING, Classroom, at, classroom, teacher
from tests.hands.quick import Addresses, Templates

MEMORY = Path("/dev/shm")
ROOM = 1 << 30
"""Bytes that must be free there for a run's data to lie in memory, where no test waits for a disk."""
_copies, _kinds = set[Path](), tuple(KINDS)
_alone = False
"""Whether the test that runs may not start a process: it is not marked for it."""


def pytest_configure() -> None:
    """Put data into memory, where there is enough of it, and give tests the time that they need."""
    # A timing never decides a test: examples take as long as a machine with other work lets them.
    hypothesis.settings.register_profile(
        "unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    hypothesis.settings.load_profile("unhurried")
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_collection_finish() -> None:
    """Leave what stays to the end of the run out of every look for what is garbage, and look less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark by what tests use: a walk starts a house, some in the browser; a fuzzer makes up its own input."""
    for item in items:
        walk, used = "e2e" in item.path.parts, getattr(item, "fixturenames", ())
        if "chromium" in used:
            item.add_marker("browser")
        if walk:
            item.add_marker("processes")
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker("fuzz")


def _guarded(start: Callable[..., Any]) -> Callable[..., Any]:
    def started(*args: Any, **named: Any) -> Any:
        if _alone:
            raise AssertionError("a test that starts a process is marked `processes`")
        return start(*args, **named)

    return started


# Not by an audit hook: that is asked of every file, every statement and every look at a function's code.
for _module, _name in (
    (_posixsubprocess, "fork_exec"), (subprocess, "_fork_exec"), (os, "fork"), (os, "posix_spawn"), (os, "execve"),
):  # fmt: skip
    if hasattr(_module, _name):
        setattr(_module, _name, _guarded(getattr(_module, _name)))


@pytest.fixture(autouse=True)
def _processes(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let only those tests start processes that say so."""
    global _alone
    _alone = request.node.get_closest_marker("processes") is None
    yield
    _alone = False


@pytest.fixture(autouse=True, scope="session")
def _cheap() -> Iterator[None]:
    """Do once what every test would pay for anew: costly hashes, templates and addresses made ready."""
    cheap, real = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1), PasswordHasher.hash
    prepare = tables.prepare
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PasswordHasher, "hash", lambda _, secret, **more: real(cheap, secret, **more))
        patch.setattr(tables, "prepare", lambda db: None if _new(db.path) else prepare(db))
        patch.setattr(Flask, "jinja_options", {**Flask.jinja_options, "bytecode_cache": Templates()})
        patch.setattr(Flask, "url_map_class", Addresses)
        yield


def _new(path: Path) -> bool:
    """Tell, once, of a copy of `empty` that nobody has opened yet: it has today's shape, but for kinds of a test."""
    known = path in _copies and tuple(KINDS) == _kinds
    _copies.discard(path)
    return known


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a directory with an empty database of today's shape and its keys, to be copied."""
    made = house.load({"DATA": tmp_path_factory.mktemp("empty"), "MODE": "demo"}, {})
    make_keys(made.keys)
    db = Database(made)
    setup.prepare_house(db)
    db.close()
    return made.data


@pytest.fixture
def settings(tmp_path: Path, empty: Path) -> Settings:
    """Give the settings of a demonstration with keys and an empty database of its own, and no environment."""
    made = house.load({"DATA": tmp_path, "MODE": "demo"}, {})
    shutil.copytree(empty / "keys", made.keys)
    shutil.copyfile(empty / made.database.name, made.database)
    _copies.add(made.database)
    return made


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """Give the whole application, CSRF protection and all; faults of a view reach the test as 500."""
    made = wsgi.create_app({"DATA": settings.data, "MODE": settings.mode})
    yield made
    cast(Database, made.extensions["baoxue.db"]).close()


@pytest.fixture
def db(app: Flask) -> Database:
    """Give the database of `app`."""
    return cast(Database, app.extensions["baoxue.db"])


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Give a browser of its own: it keeps its cookies."""
    return app.test_client()


@pytest.fixture
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be a Monday morning."""
    at(monkeypatch, MORNING)


@pytest.fixture
def people(db: Database) -> dict[str, Person]:
    """Give everybody of the staff, by login."""
    return staffed.everybody(db)


@pytest.fixture
def room(db: Database) -> Classroom:
    """Give a class with its children."""
    return classroom(db)


@pytest.fixture
def liu(db: Database, room: Classroom) -> Person:
    """Give its teacher."""
    return teacher(db, room)
