"""A child's file in a browser, on a phone and on a desk's screen: found, read, looked at, corrected, printed on one sheet."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e import browser as hands
from tests.e2e.browser import SCREEN, Phone, looked_over
from tests.e2e.server import Server

GUARDIAN = {"guardian_name": "徐桂兰", "phone": "13812345607"}


@pytest.fixture(scope="module", params=[360, 1280])
def clerk(request: pytest.FixtureRequest, chromium: Browser, house: Server, home: str) -> Iterator[Phone]:
    """Give a browser that the demonstration's clerk is signed in with."""
    with hands.phone(chromium, home, **(SCREEN if request.param == 1280 else {})) as held:
        hands.enter_desk(held, house)
        yield held


@pytest.fixture(scope="module")
def path(house: Server) -> str:
    """Give the address of the file of a child of the demonstration that misses school."""
    with closing(sqlite3.connect(Path(house.env["BAOXUE_DATA"]) / "baoxue.db")) as db:
        row = db.execute(
            "SELECT c.child FROM cases c JOIN children k ON k.id = c.child WHERE c.kind = 'absence' AND c.open = 1"
            " AND k.class IS NOT NULL ORDER BY c.number LIMIT 1"
        ).fetchone()
    return f"/desk/children/{row[0]}"


@pytest.mark.parametrize(
    "query", ["", "?do=father#do", "?do=hardship#do", "?do=id_number#do", "?see=row:name.name#see"]
)
def test_a_file_is_for_thumbs_and_tired_eyes(clerk: Phone, path: str, query: str) -> None:
    page = clerk.open(path + query)
    assert clerk.status == 200
    looked_over(page)


@pytest.mark.parametrize("path_of", ["/desk/children", "/desk/children?free=1", "/desk/matches"])
def test_so_are_the_search_and_what_is_likely(clerk: Phone, path_of: str) -> None:
    page = clerk.open(path_of)
    assert clerk.status == 200
    looked_over(page)


def test_two_files_beside_each_other_fit(clerk: Phone, path: str, house: Server) -> None:
    with closing(sqlite3.connect(Path(house.env["BAOXUE_DATA"]) / "baoxue.db")) as db:
        one = path.rpartition("/")[2]
        (other,) = db.execute(
            "SELECT id FROM children WHERE class IS NOT NULL AND id <> ? LIMIT 1", (one,)
        ).fetchone()
    page = clerk.open(f"/desk/matches/pair?one={one}&other={other}")
    assert clerk.status == 200
    looked_over(page)


@pytest.mark.parametrize("path_of", ["/desk/today?homes=1", "/desk/today?town=220605105"])
def test_no_number_of_the_day_is_cut(clerk: Phone, path_of: str) -> None:
    page = clerk.open(path_of)
    assert clerk.status == 200
    looked_over(page)
    cut = page.evaluate(
        "[...document.querySelectorAll('.scroll')].map(one => one.scrollWidth - one.clientWidth)"
    )
    assert cut == [0, 0]


def test_a_child_is_found_and_its_words_stand_in_no_address(clerk: Phone, path: str) -> None:
    page = clerk.open("/desk/children")
    if page.viewport_size and page.viewport_size["width"] == hands.WIDTH:
        page.get_by_role("link", name="查找、筛选").click()
    page.locator(".filters [name=q]").fill("张")
    page.locator(".filters button").click()
    page.wait_for_url("**/desk/children?q=~*")
    looked_over(page)
    page.locator(".list .go").first.click()
    page.get_by_role("heading", name="知道的情况").wait_for()


def test_a_fact_is_written_looked_at_and_called_wrong(clerk: Phone, path: str) -> None:
    page = clerk.open(f"{path}?do=guardian#do")
    page.fill("#fact-guardian_name", GUARDIAN["guardian_name"])
    page.fill("#fact-phone", "1381234")
    page.get_by_role("button", name="记下", exact=True).click()
    page.locator("#fact-phone-wrong").wait_for()
    assert page.input_value("#fact-guardian_name") == GUARDIAN["guardian_name"]
    looked_over(page)
    page.fill("#fact-phone", GUARDIAN["phone"])
    page.get_by_role("button", name="记下", exact=True).click()
    page.get_by_text("记下了：监护人").wait_for()
    row = page.get_by_role("row", name=re.compile("监护人.*徐\\*兰"))
    row.get_by_role("link", name=re.compile("查看.*电话")).click()
    page.get_by_label("家访").check()
    looked_over(page)
    page.get_by_role("button", name="查看并记录").click()
    page.get_by_role("link", name=GUARDIAN["phone"]).wait_for()
    assert GUARDIAN["guardian_name"] not in page.content()
    looked_over(page)
    page.goto(page.url.rpartition("/look")[0])
    assert GUARDIAN["phone"] not in page.content()
    page.get_by_text("看了监护人电话").first.wait_for()
    page.goto(f"{page.url.partition('?')[0]}?do=guardian#do")
    page.get_by_role("button", name=re.compile("这一条不对.*")).first.click()
    page.get_by_text("记下了，这一条不对").wait_for()
    looked_over(page)
    page.get_by_role("button", name=re.compile("恢复.*监护人")).first.click()
    page.get_by_text("又算数").wait_for()


def test_the_card_fits_on_one_sheet(clerk: Phone, path: str) -> None:
    page = clerk.open(f"{path}/card")
    assert hands.amiss(page) == []
    page.emulate_media(media="print")
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1
    card, signed = page.locator(".card").bounding_box(), page.locator(".end").bounding_box()
    assert card
    assert signed
    assert signed["y"] + signed["height"] <= card["y"] + card["height"]
    page.emulate_media(media="screen")


def test_keys_move_among_children(clerk: Phone, path: str) -> None:
    page = clerk.open("/desk/children?free=1")
    if page.locator(".list .go").count() < 2:
        page = clerk.open("/desk/children?town=220605105")
    page.keyboard.press("j")
    first = page.evaluate("document.activeElement.href")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.href") != first
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.href") == first
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="知道的情况").wait_for()
