"""A form on a phone, filled in by hand."""

import re

from playwright.sync_api import Page, expect

NO_NETWORK = (
    r"net::ERR_INTERNET_DISCONNECTED",
    r"net::ERR_FAILED",
    r"net::ERR_CONNECTION",
    r"net::ERR_ABORTED",
    r"An unknown error occurred when fetching the script",
)


SEND, KEPT = "对，提交", "已保存在手机，尚未送达"


def tap(page: Page, key: str, word: str) -> None:
    """Tap an answer."""
    page.locator(f"[data-q={key}] label").filter(has_text=re.compile(f"^{word}$")).click()


def fill(page: Page, child: str) -> None:
    """Fill in that a child is missing."""
    if page.locator("#consent").count():
        page.locator("label", has=page.locator("#consent")).click()
    page.fill("#child_name", child)
    tap(page, "town", "石人镇")
    tap(page, "last_seen", "昨天")
    tap(page, "on_leave", "否")
    tap(page, "relation", "奶奶")
    page.fill("#phone", "13800001234")


def check(page: Page) -> None:
    """Press 核对, and wait for what is read back."""
    page.locator("button[value=check]").click()
    expect(page.locator("h1")).to_have_text("请您核对")
