"""The pages that come after the first ones: refused, read back, received, and a teacher's own. As the others are."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e import browser as hands
from tests.e2e import walks
from tests.e2e.browser import HEIGHT, Phone
from tests.e2e.server import Server


def _well_made(page: Page) -> None:
    """Look at a page with every eye there is."""
    hands.unfold(page)
    assert hands.clumsy(page) == []
    assert hands.unreadable(page) == []
    assert hands.nameless(page) == []
    assert page.locator("h1").count() == 1
    assert hands.too_wide(page) == []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert hands.amiss(page) == [], scheme
    hands.enlarge(page)
    assert hands.too_wide(page) == [], "with text twice as large"
    hands.enlarge(page, 1)
    page.set_viewport_size({"width": 320, "height": HEIGHT})
    assert hands.too_wide(page, 320) == [], "on the narrowest phone"
    page.set_viewport_size({"width": hands.WIDTH, "height": HEIGHT})


def test_a_form_that_was_refused(phone: Phone) -> None:
    page = phone.open("/forms/absence")
    page.get_by_role("button", name="核对一遍").click()
    page.locator(".summary").first.wait_for()
    _well_made(page)


def test_a_report_from_its_read_back_to_its_progress(phone: Phone) -> None:
    page = phone.open("/forms/absence")
    walks.answer_absence(page)
    page.get_by_role("button", name="核对一遍").click()
    send = page.get_by_role("button", name="对，提交")
    send.wait_for()
    _well_made(page)
    send.click()
    page.locator("#receipt").wait_for()
    _well_made(page)
    receipt = page.locator("#receipt").inner_text()
    phone.open("/forms/status")
    page.fill("#receipt", receipt)
    page.fill("#last_four", "9999")
    page.fill("#child_name", walks.CHILD)
    page.get_by_role("button", name="查一下").click()
    page.locator(".summary").first.wait_for()
    _well_made(page)
    page.fill("#last_four", walks.PHONE[-4:])
    page.get_by_role("button", name="查一下").click()
    page.get_by_text("您报的内容").first.wait_for()
    _well_made(page)
    for way in ("更正", "撤回"):
        phone.open("/forms/status/now").get_by_role("link", name=way).first.click()
        page.wait_for_load_state()
        _well_made(page)


@pytest.fixture(scope="module")
def device(chromium: Browser, house: Server, home: str) -> Iterator[Phone]:
    """Give the phone of a teacher who came in with her slip."""
    data = Path(house.env["BAOXUE_DATA"])
    with hands.phone(chromium, home) as held:
        page = held.open("/forms/sign-in")
        walks.come_in(page, *walks.slip(data))
        yield held


@pytest.mark.parametrize(
    "path", ["/forms/class", "/forms/devices", "/forms/pin", "/forms/absence?as=proxy", "/"]
)
def test_pages_of_a_teacher(device: Phone, path: str) -> None:
    _well_made(device.open(path))
    assert device.status == 200


def test_a_child_of_her_class(device: Phone) -> None:
    page = device.open("/forms/class")
    page.locator(".names a").first.click()
    page.get_by_role("link", name="代家长填").first.wait_for()
    _well_made(page)
    page.get_by_role("link", name="我来报").first.click()
    page.wait_for_load_state()
    _well_made(page)


def test_the_roll_before_and_after(device: Phone) -> None:
    page = device.open("/forms/class")
    page.get_by_role("link", name="点名").first.click()
    page.locator(".pupils label[for]").nth(2).click()
    _well_made(page)
    page.get_by_role("button", name="发送").click()
    page.get_by_role("heading", name="没来").wait_for()
    _well_made(page)


def test_a_teacher_comes_in(chromium: Browser, home: str) -> None:
    with hands.phone(chromium, home) as held:
        page = held.open("/forms/sign-in")
        page.fill("#phone", "13800009001")
        page.fill("#number", "123456")
        page.get_by_role("button", name="进入").click()
        page.locator(".summary").first.wait_for()
        _well_made(page)
