"""What browser tests may ask for: Chromium, a server over demo data, a phone in the hand.

Everything is of this package, not of the whole run: while Playwright is at work, asyncio cannot be
used by anybody else.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from intake import settings as house_settings
from intake.store.db import Database
from tests.e2e import browser as hands
from tests.e2e.browser import Phone
from tests.e2e.school import TODAY, School
from tests.e2e.server import HOST, MONDAY, Server, app_server, baoxue, beating
from tests.hands import classroom
from tests.hands.classroom import MANY


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Give the browser, started once."""
    with hands.chromium() as browser:
        yield browser


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a data directory with the fictional district, to be copied and never to be changed."""
    data = tmp_path_factory.mktemp("demo") / "data"
    baoxue(data, "init", "--demo", BAOXUE_TODAY=MONDAY)
    return data


@pytest.fixture(scope="package")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a data directory with nothing in it yet, to be copied and never to be changed."""
    data = tmp_path_factory.mktemp("bare") / "data"
    baoxue(data, "init", BAOXUE_TODAY=MONDAY)
    return data


@pytest.fixture(scope="module")
def house(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a running server over a copy of the demo data, one for each module; today is MONDAY, a school day."""
    data = tmp_path_factory.mktemp("house") / "data"
    shutil.copytree(demo, data)
    with app_server(data, BAOXUE_TODAY=MONDAY) as server, beating(data):
        yield server


@pytest.fixture(scope="module")
def home(house: Server) -> str:
    """Give the address of the house."""
    return f"http://{HOST}:{house.port}"


@pytest.fixture
def phone(chromium: Browser, home: str) -> Iterator[Phone]:
    """Give a phone of 360 × 640 px in WeChat's browser."""
    with hands.phone(chromium, home) as held:
        yield held


@pytest.fixture
def dark(chromium: Browser, home: str) -> Iterator[Phone]:
    """Give a phone that is set to dark."""
    with hands.phone(chromium, home, color_scheme="dark") as held:
        yield held


@pytest.fixture
def plain(chromium: Browser, home: str) -> Iterator[Phone]:
    """Give a phone whose browser runs no scripts."""
    with hands.phone(chromium, home, java_script_enabled=False) as held:
        yield held


@pytest.fixture
def count(house: Server) -> Callable[[str], int]:
    """Give how many reports of a child there are, by its name; names are kept in the open in this kind."""

    def counted(child: str) -> int:
        path = Path(house.env["BAOXUE_DATA"]) / "baoxue.db"
        with sqlite3.connect(path) as db:
            (found,) = db.execute(
                "SELECT count(*) FROM answers_absence WHERE child_name = ?", (child,)
            ).fetchone()
        db.close()
        return int(found)

    return counted


@pytest.fixture
def school(bare: Path, tmp_path: Path) -> Iterator[School]:
    """Give a school, and the house that serves it."""
    data = tmp_path / "data"
    shutil.copytree(bare, data)
    db = Database(house_settings.load({"DATA": data, "MODE": "demo", "TODAY": TODAY}, {}))
    room, silent = classroom.classroom(db, names=MANY), classroom.classroom(db, name="3班", names=MANY)
    liu = classroom.teacher(db, room)
    sun = classroom.teacher(db, room, silent, login="13812340002", name="孙老师")
    server = app_server(data, BAOXUE_TODAY=MONDAY)
    server.start()
    made = School(server, db, room, silent, liu, sun)
    try:
        yield made
    finally:
        made.server.stop()
        db.close()
