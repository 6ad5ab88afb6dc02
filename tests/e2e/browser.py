"""A phone in the hand: Chromium as WeChat's browser on a small Android phone, watched for what it must not do."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    expect,
    sync_playwright,
)

from tests.e2e.server import Server

WIDTH, HEIGHT = 360, 640
WIDE: dict[str, Any] = {
    "viewport": {"width": 1280, "height": 900},
    "is_mobile": False,
    "has_touch": False,
    "device_scale_factor": 1,
}
"""A screen on a desk, for `phone`."""
SCREEN: dict[str, Any] = {**WIDE, "user_agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/116.0.0.0"}
"""The same, as a computer of an office says what it is."""
NAMES = ("chromium", "chromium-browser", "google-chrome")
WECHAT_AGENT = (
    "Mozilla/5.0 (Linux; Android 10; Redmi 7A Build/QKQ1.191014.001; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 XWEB/1160117 MMWEBSDK/20240301 MicroMessenger/8.0.48"
)
PATIENCE = 30_000
"""Milliseconds that something which must come is waited for; only what never comes runs into it."""
_OWN_STATUS = re.compile(r"Failed to load resource: the server responded with a status of [45]\d\d")


expect.set_options(timeout=PATIENCE)


class NoBrowser(RuntimeError):
    """No Chromium is installed; `make test` installs one where it may."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium, and end it."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        raise NoBrowser(f"none of {', '.join(NAMES)} is installed; .ci/install-browser installs Chromium")
    with sync_playwright() as playwright:
        yield from _running(playwright, path)


def _running(playwright: Playwright, path: str) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
    try:
        yield browser
    finally:
        browser.close()


@dataclass
class Phone:
    """One browser with a tab; `faults` are strangers' addresses, errors on the console and errors of scripts."""

    context: BrowserContext
    home: str
    faults: list[str] = field(default_factory=list)
    tolerated: list[str] = field(default_factory=list)
    """Patterns of faults that the test means to cause, such as a network that is cut."""

    def __post_init__(self) -> None:
        self.context.on("request", self._sent)
        self.context.on("console", self._logged)
        self.context.on("weberror", lambda error: self.faults.append(f"script: {error.error}"))
        self.page = self.context.new_page()

    def open(self, path: str) -> Page:
        """Go to a page of the house; whatever its status is, it is read to its end."""
        answer = self.page.goto(self.home + path, wait_until="load")
        assert answer is not None
        self.status = answer.status
        return self.page

    def unexpected(self) -> list[str]:
        """Give the faults that no test tolerates."""
        return [one for one in self.faults if not any(re.search(wanted, one) for wanted in self.tolerated)]

    def _sent(self, request: Request) -> None:
        if not request.url.startswith((self.home + "/", "data:", "blob:" + self.home)):
            self.faults.append(f"stranger: {request.url}")

    def _logged(self, message: ConsoleMessage) -> None:
        # The status of a page that was gone to is the test's own business; a missing picture is not.
        own = message.page is not None and message.location["url"] == message.page.url
        if message.type == "error" and not (own and _OWN_STATUS.match(message.text)):
            self.faults.append(f"console: {message.text} ({message.location['url']})")


@contextmanager
def phone(browser: Browser, home: str, **other: Any) -> Iterator[Phone]:
    """Take a fresh phone in the hand: nothing kept from before. It must have caused no fault in the end."""
    settings: dict[str, Any] = {
        "viewport": {"width": WIDTH, "height": HEIGHT},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
        "user_agent": WECHAT_AGENT,
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        **other,
    }
    context = browser.new_context(**settings)
    context.set_default_timeout(PATIENCE)
    try:
        held = Phone(context, home)
        yield held
        assert held.unexpected() == [], held.unexpected()
    finally:
        context.close()


def _stand(page: Page) -> None:
    """Wait until a page stands: a click that sends a form returns earlier, and a page that is going has no root."""
    page.wait_for_load_state()


def amiss(page: Page) -> list[str]:
    """Let axe look at a page; give what it would have changed, with the first places."""
    _stand(page)
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['help']}: " + " | ".join(node["html"][:120] for node in one["nodes"][:3])
        for one in found
    ]


def looked_over(page: Page) -> None:
    """Look at a page as axe, a thumb and a narrow screen do."""
    unfold(page)
    width = page.viewport_size["width"] if page.viewport_size else 0
    found = [*amiss(page), *nameless(page), *too_wide(page, width)]
    if width == WIDTH:
        found += [*clumsy(page), *unreadable(page)]
    assert found == [], found


def unfold(page: Page) -> None:
    """Open everything that can be opened, so that it is looked at too."""
    _stand(page)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")


def enlarge(page: Page, factor: int = 2) -> None:
    """Make text larger as a person does who reads badly."""
    _stand(page)
    page.evaluate("factor => { document.documentElement.style.fontSize = factor * 100 + '%' }", factor)


def too_wide(page: Page, width: int = WIDTH) -> list[str]:
    """Give what stands out over the right edge, or nothing where the page need not be pushed sideways."""
    _stand(page)
    return list(page.evaluate(_TOO_WIDE, width))


def clumsy(page: Page) -> list[str]:
    """Give controls that a thumb misses: smaller than 44 × 44 px, links within running text excepted."""
    _stand(page)
    return list(page.evaluate(_CLUMSY))


def unreadable(page: Page) -> list[str]:
    """Give texts that are smaller than 16 px."""
    _stand(page)
    return list(page.evaluate(_UNREADABLE))


def nameless(page: Page) -> list[str]:
    """Give controls that say nothing about themselves."""
    _stand(page)
    return list(page.evaluate(_NAMELESS))


_SEEN = """
const seen = one => one.checkVisibility({visibilityProperty: true, opacityProperty: true})
  && !one.closest('[aria-hidden=true], .unseen');
const told = one => one.outerHTML.slice(0, 100);
"""
_TOO_WIDE = (
    "width => {"
    + _SEEN
    + """
  if (document.documentElement.scrollWidth <= width) return [];
  const wide = [...document.querySelectorAll('body *')].filter(one => seen(one)
    && one.getBoundingClientRect().right > width + 1 && !one.closest('.scroll'));
  return [`page: ${document.documentElement.scrollWidth} px`, ...wide.slice(0, 5).map(told)];
}"""
)
_CLUMSY = (
    "() => {"
    + _SEEN
    + """
  const running = one => one.matches('a') && getComputedStyle(one).display === 'inline'
    && one.parentElement.textContent.trim() !== one.textContent.trim();
  const box = one => {
    // The link of a row covers it, however small its words are.
    const row = getComputedStyle(one, '::after').position === 'absolute' && one.closest('.list tr');
    if (row) return row.getBoundingClientRect();
    const all = [one, ...(one.labels || [])].map(each => each.getBoundingClientRect());
    const larger = all.sort((a, b) => b.width * b.height - a.width * a.height)[0];
    return one.matches('[type=radio], [type=checkbox]') ? larger : one.getBoundingClientRect();
  };
  return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
    .filter(one => seen(one) && !running(one))
    .map(one => [one, box(one)])
    .filter(([one, at]) => at.width < 43.9 || at.height < 43.9)
    .map(([one, at]) => `${at.width.toFixed(1)} x ${at.height.toFixed(1)} ${told(one)}`);
}"""
)
_UNREADABLE = (
    "() => {"
    + _SEEN
    + """
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), small = [];
  while (texts.nextNode()) {
    const one = texts.currentNode.parentElement, size = parseFloat(getComputedStyle(one).fontSize);
    if (texts.currentNode.data.trim() && !one.matches('script, style, datalist *') && seen(one) && size < 15.99)
      small.push(`${size} px ${told(one)}`);
  }
  return small;
}"""
)
_NAMELESS = (
    "() => {"
    + _SEEN
    + """
  return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
    .filter(one => seen(one) && !(one.labels && one.labels.length) && !one.getAttribute('aria-label')
      && !one.getAttribute('aria-labelledby') && !one.textContent.trim() && !one.querySelector('img[alt]:not([alt=""])'))
    .map(told);
}"""
)


def enter_desk(held: Phone, house: Server) -> None:
    """Sign in at the desk as the demonstration's bureau."""
    told = (Path(house.env["BAOXUE_DATA"]) / "demo-signins.txt").read_text("utf-8")
    found = re.search(r"账号 (demo-bureau)\s+密码 (\S+)", told)
    assert found
    page = held.open("/desk/")
    page.fill("#login", found[1])
    page.fill("#password", found[2])
    page.get_by_role("button", name="登录").click()
    page.get_by_text("日报").first.wait_for()
