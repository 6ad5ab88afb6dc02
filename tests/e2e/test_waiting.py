"""What takes a while says so, and a second tap sends nothing."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e import browser as hands
from tests.e2e.browser import Phone
from tests.e2e.server import Server

SUBMIT = """() => {
  const form = document.querySelector("form[data-wait]");
  return form.dispatchEvent(new SubmitEvent("submit", {bubbles: true, cancelable: true}));
}"""
"""Sends a form as a tap does, without leaving the page; tells whether anything would go out."""


@pytest.fixture
def clerk(chromium: Browser, house: Server, home: str) -> Iterator[Phone]:
    with hands.phone(chromium, home) as held:
        hands.enter_desk(held, house)
        yield held


@pytest.mark.parametrize("path", ["/desk/returns", "/desk/lists"])
def test_a_file_that_takes_a_while_is_sent_once(clerk: Phone, path: str) -> None:
    page = clerk.open(path)
    assert page.evaluate(SUBMIT) is True
    page.get_by_role("status").get_by_text("请等一等").wait_for()
    assert page.evaluate(SUBMIT) is False
