"""One case in a browser, on a phone and on a desk's screen: read, recorded, refused, printed."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e import browser as hands
from tests.e2e.browser import Phone, looked_over
from tests.e2e.server import Server


@pytest.fixture(scope="module", params=[360, 1280])
def clerk(request: pytest.FixtureRequest, chromium: Browser, house: Server, home: str) -> Iterator[Phone]:
    """Give a browser that the demonstration's clerk is signed in with."""
    with hands.phone(chromium, home, **(hands.SCREEN if request.param == 1280 else {})) as held:
        hands.enter_desk(held, house)
        yield held


@pytest.fixture(scope="module")
def path(house: Server) -> str:
    """Give the address of an open case of the demonstration."""
    with closing(sqlite3.connect(Path(house.env["BAOXUE_DATA"]) / "baoxue.db")) as db:
        row = db.execute(
            "SELECT number FROM cases WHERE kind = 'absence' AND open = 1 ORDER BY number LIMIT 1"
        ).fetchone()
    return f"/desk/cases/{row[0]}"


@pytest.mark.parametrize(
    "query", ["", "?do=contact", "?do=assigned", "?do=letter", "?do=evidence", "?talk=1", "?do=note"]
)
def test_a_case_is_for_thumbs_and_tired_eyes(clerk: Phone, path: str, query: str) -> None:
    page = clerk.open(path + query)
    assert clerk.status == 200
    looked_over(page)


def test_a_form_opens_where_it_is_wanted(clerk: Phone, path: str) -> None:
    page = clerk.open(path)
    form = page.locator("#do-note")
    assert not form.is_visible()
    page.get_by_role("link", name="写备注").click()
    form.wait_for()
    page.fill("#note-words", "家里说明天来")
    looked_over(page)
    form.get_by_role("button", name="记下", exact=True).click()
    page.get_by_text("记下了：写备注").wait_for()
    assert not form.is_visible()


def test_what_is_typed_badly_is_kept_beside_what_to_do(clerk: Phone, path: str) -> None:
    page = clerk.open(f"{path}?do=contact#do-contact")
    page.fill("#contact-whom", "奶奶")
    page.locator(".opened").get_by_role("button", name="记下", exact=True).click()
    page.locator(".summary").first.wait_for()
    assert page.input_value("#contact-whom") == "奶奶"
    assert page.locator("[aria-invalid=true]").count() >= 1
    looked_over(page)


def test_a_value_is_shown_for_a_reason_and_hidden_again(clerk: Phone, path: str) -> None:
    page = clerk.open(path)
    page.get_by_role("link", name="查看（要写原因）").first.click()
    page.locator("form.ask").wait_for()
    looked_over(page)
    page.get_by_label("核对身份").check()
    page.get_by_role("button", name="查看并记录").click()
    page.get_by_text("离开本页后重新遮盖").first.wait_for()
    looked_over(page)
    page = clerk.open(path)
    assert page.get_by_text("离开本页后重新遮盖").count() == 0


def test_a_document_is_a_page_of_paper(clerk: Phone, path: str) -> None:
    page = clerk.open(f"{path}?do=letter#do-letter")
    page.select_option("#letter-document", "派出所登记单")
    page.locator(".opened").get_by_role("button", name="记下", exact=True).click()
    page.get_by_role("link", name=re.compile("^派出所登记单")).first.click()
    page.get_by_text("回到个案").wait_for()
    assert hands.amiss(page) == []
    page.emulate_media(media="print")
    assert not page.get_by_text("回到个案").is_visible()
    page.emulate_media(media="screen")
