"""The desk on a screen and on a phone: whoever is called by an alarm on the way home reads and taps it there."""

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser

from tests.e2e import browser as hands
from tests.e2e.browser import Phone
from tests.e2e.server import Server

PAGES = ("/desk/", "/desk/cases", "/desk/ledgers", "/desk/ledgers/work", "/desk/cases/new", "/desk/inbox", "/desk/audit",
         "/desk/me", "/desk/talks", "/desk/calls", "/desk/pictures", "/desk/lists", "/desk/returns", "/desk/exports",
         "/desk/sent", "/desk/sent/DEMO000001/2026-11", "/desk/today?homes=1", "/desk/today?show=missing")  # fmt: skip


@pytest.fixture(scope="module")
def clerk(chromium: Browser, house: Server, home: str) -> Iterator[Phone]:
    """Give a phone that the demonstration's clerk is signed in with."""
    with hands.phone(chromium, home) as held:
        hands.enter_desk(held, house)
        yield held


@pytest.fixture(scope="module")
def screen(chromium: Browser, house: Server, home: str) -> Iterator[Phone]:
    """Give a screen with a keyboard, where the demonstration's clerk is signed in."""
    with hands.phone(chromium, home, **hands.WIDE) as held:
        hands.enter_desk(held, house)
        yield held


@pytest.mark.parametrize(
    "path",
    [
        "/desk/",
        "/desk/me",
        "/desk/people",
        "/desk/people/new",
        "/desk/people/slots",
        "/desk/lists",
        "/desk/talks",
        "/desk/calls",
        "/desk/pictures",
        "/desk/ledgers",
        "/desk/ledgers/work",
        "/desk/ledgers/suspected?cols=all",
        "/desk/exports",
        "/desk/sent",
        "/desk/today",
        "/desk/today?town=220605105",
        "/desk/today?show=silent",
        "/desk/today?where=不明",
        "/desk/cases",
        "/desk/children",
        "/desk/inbox",
        "/desk/matches",
        "/desk/returns",
        "/desk/sent/DEMO000001/2026-11",
        "a match",
        "a report",
    ],
)
def test_the_desk_is_for_thumbs_and_tired_eyes(clerk: Phone, path: str) -> None:
    page = clerk.open({"a report": "/desk/", "a match": "/desk/matches"}.get(path, path))
    if path == "a match":
        page.get_by_role("link", name=re.compile(r"\d+ 分")).first.click()
        page.get_by_role("heading", name="是不是同一个孩子").wait_for()
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_on_a_screen(screen: Phone, path: str, scheme: Literal["light", "dark"]) -> None:
    page = screen.open(path)
    page.emulate_media(color_scheme=scheme)
    hands.unfold(page)
    assert screen.status == 200
    assert hands.amiss(page) == []
    assert hands.too_wide(page, hands.WIDE["viewport"]["width"]) == []


@pytest.mark.parametrize("path", ["/desk/", "/desk/cases"])
def test_who_is_overdue_stands_beside_the_day_on_a_phone(clerk: Phone, path: str) -> None:
    clerk.open(path)
    badge = clerk.page.locator(".list .due.over").first.bounding_box()
    name = clerk.page.locator(".list tr:has(.due.over) a.go").first.bounding_box()
    assert badge is not None
    assert name is not None
    assert badge["width"] < hands.WIDTH / 2
    assert name["x"] > badge["x"] + badge["width"]
    assert abs(name["y"] + name["height"] / 2 - badge["y"] - badge["height"] / 2) < badge["height"] / 2


def test_a_telephone_number_is_not_broken_in_two(clerk: Phone) -> None:
    page = clerk.open("/desk/")
    page.get_by_role("link", name="看原话和电话").first.click()
    number = page.locator(".acts a[href^='tel:'] > span")
    number.wait_for()
    assert number.evaluate("one => one.getClientRects().length") == 1


@pytest.mark.parametrize("wide", [False, True])
def test_what_a_list_would_change_is_read_by_thumbs_and_on_a_screen(
    clerk: Phone, screen: Phone, wide: bool
) -> None:
    held = screen if wide else clerk
    page = held.open("/desk/lists")
    page.check("[value=roster]")
    rows = "姓名,身份证号,学校名称,班级\n王小明,2.20605E+17,没有的小学,三年级2班\n李红,,幼儿园,大班\n,,,三年级1班\n"
    page.set_input_files("#file", {"name": "名单.csv", "mimeType": "text/csv", "buffer": rows.encode()})
    page.get_by_role("button", name="上传，先看会改什么").click()
    page.get_by_text("现在什么都还没有改").wait_for()
    assert page.get_by_text("证件号已被表格软件改坏").count() == 1
    assert hands.amiss(page) == []
    assert hands.nameless(page) == []
    assert hands.too_wide(page, hands.WIDE["viewport"]["width"] if wide else hands.WIDTH) == []
    if not wide:
        assert hands.clumsy(page) == []
        assert hands.unreadable(page) == []


def test_a_screen_holds_fifteen_rows_with_the_filters(screen: Phone) -> None:
    page = screen.open("/desk/cases")
    whole = page.evaluate(
        "[...document.querySelectorAll('.list tbody tr')].filter(one => one.getBoundingClientRect().bottom <= innerHeight).length"
    )
    assert whole >= 15


def test_keys_move_the_focus_and_change_nothing_but_a_tick(screen: Phone) -> None:
    page = screen.open("/desk/cases")
    focused = "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
    names = page.locator(".list .go").all_text_contents()
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate(focused) == names[1]
    page.keyboard.press("k")
    assert page.evaluate(focused) == names[0]
    assert not page.locator(".bulk").is_visible()
    page.keyboard.press("x")
    assert page.locator("td :checked").count() == 1
    assert page.locator(".bulk").is_visible()
    page.keyboard.press("a")
    assert page.evaluate("document.activeElement.name") == "owner"
    page.keyboard.press("j")  # in a field keys are letters
    assert page.evaluate("document.activeElement.name") == "owner"
    page.locator(".list .go").first.focus()
    page.keyboard.press("Control+j")
    assert page.evaluate(focused) == names[0]
    page.keyboard.press("?")
    assert page.locator("details.keys").get_attribute("open") is not None
    page.keyboard.press("/")
    page.keyboard.type("xj/k")
    assert page.locator("#find").input_value() == "xj/k"


def test_a_row_is_opened_by_enter_and_keys_can_be_switched_off(screen: Phone) -> None:
    page = screen.open("/desk/cases")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/desk/cases/\d{6}-\d{4}-\d{6}"))
    page = screen.open("/desk/me")
    page.get_by_role("button", name="不用按键").click()
    page.get_by_text("这台电脑不用按键了").wait_for()
    page = screen.open("/desk/cases")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    screen.open("/desk/me").get_by_role("button", name="用按键").click()
