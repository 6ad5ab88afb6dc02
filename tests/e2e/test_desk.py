"""The desk on a phone: whoever is called by an alarm on the way home reads and taps it there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e import browser as hands
from tests.e2e.browser import Phone
from tests.e2e.server import Server


@pytest.fixture(scope="module")
def clerk(chromium: Browser, house: Server, home: str) -> Iterator[Phone]:
    """Give a phone that the demonstration's clerk is signed in with."""
    told = (Path(house.env["BAOXUE_DATA"]) / "demo-signins.txt").read_text("utf-8")
    found = re.search(r"账号 (demo-bureau)\s+密码 (\S+)", told)
    assert found
    with hands.phone(chromium, home) as held:
        page = held.open("/desk/")
        page.fill("#login", found[1])
        page.fill("#password", found[2])
        page.get_by_role("button", name="登录").click()
        page.get_by_text("日报").first.wait_for()
        yield held


@pytest.mark.parametrize(
    "path",
    [
        "/desk/",
        "/desk/me",
        "/desk/people",
        "/desk/people/new",
        "/desk/people/slots",
        "/desk/talks",
        "/desk/calls",
        "/desk/pictures",
        "a report",
    ],
)
def test_the_desk_is_for_thumbs_and_tired_eyes(clerk: Phone, path: str) -> None:
    page = clerk.open("/desk/" if path == "a report" else path)
    if path == "a report":
        page.get_by_role("link", name="看原话和电话").first.click()
        page.get_by_text("回执号").first.wait_for()
    hands.unfold(page)
    assert clerk.status == 200
    assert hands.amiss(page) == []
    assert hands.clumsy(page) == []
    assert hands.unreadable(page) == []
    assert hands.nameless(page) == []
    assert hands.too_wide(page) == []
