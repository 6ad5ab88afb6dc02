"""What people do on the pages, for tests and pictures: fill a form, come in with a slip."""

import re
from pathlib import Path

from playwright.sync_api import Page

CHILD, PHONE = "王小明", "13800001234"


def answer_absence(page: Page) -> None:
    """Answer what the form of an absence must know."""
    choose(page, "consent", "agree")
    page.fill("#child_name", CHILD)
    fill_choice(page, "town", "石人镇")
    fill_choice(page, "relation", "奶奶")
    page.fill("#phone", PHONE)
    choose(page, "last_seen", "昨天")
    choose(page, "on_leave", "否")


def slip(data: Path) -> tuple[str, str]:
    """Give the phone number and the one-time code of a demonstration's teacher."""
    said = (data / "demo-signins.txt").read_text("utf-8")
    found = re.search(r"绑定 ([\d ]{10,}).*?账号 (1\d{10})", said)
    assert found, said
    return found[2], found[1].replace(" ", "")


def come_in(page: Page, login: str, code: str, pin: str = "274918") -> None:
    """Sign in with a slip, and choose a PIN; the page of her class is open then."""
    page.fill("#phone", login)
    page.fill("#number", code)
    page.get_by_role("button", name="进入").click()
    page.fill("#pin", pin)
    page.fill("#again", pin)
    page.get_by_role("button", name="设好了").click()
    page.get_by_role("heading", name="我的班").wait_for()


def choose(page: Page, name: str, value: str) -> None:
    """Tap a choice."""
    page.locator(f"label:has([name={name}][value={value}])").click()


def fill_choice(page: Page, name: str, word: str) -> None:
    """Choose a word of a list, whether it is asked as a list or as rows."""
    control = page.locator(f"#{name}")
    if control.evaluate("one => one.tagName") == "SELECT":
        options = control.locator("option").all()
        wanted = next(one for one in options if word in (one.inner_text() or ""))
        control.select_option(wanted.get_attribute("value"))
    else:
        page.locator(f"label:has([name={name}])", has_text=word).first.click()
