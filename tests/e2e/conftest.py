"""What browser tests may ask for: Chromium, a server over demo data, a phone in the hand.

Everything is of this package, not of the whole run: while Playwright is at work, asyncio cannot be
used by anybody else.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e import browser as hands
from tests.e2e.browser import Phone
from tests.e2e.server import HOST, MONDAY, Server, app_server, baoxue


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


@pytest.fixture(scope="module")
def house(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a running server over a copy of the demo data, one for each module; today is MONDAY, a school day."""
    data = tmp_path_factory.mktemp("house") / "data"
    shutil.copytree(demo, data)
    with app_server(data, BAOXUE_TODAY=MONDAY) as server:
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
