"""Every page that a parent or a teacher can open without signing in, in a real browser as a small phone."""

import pytest
from playwright.sync_api import Browser

from forms.helping import COLLEAGUES
from intake.kinds import KINDS
from tests.e2e import browser as hands
from tests.e2e.browser import HEIGHT, WIDTH, Phone
from tests.e2e.form import NO_NETWORK
from tests.e2e.server import Server
from tests.e2e.wire import Wire

FORMS = [f"/forms/{kind}" for kind in KINDS]
HELP = ["/help", "/help/teachers", "/help/clerks", *(f"/help/{who}" for who in sorted(COLLEAGUES))]
PAGES = ["/", *FORMS, "/forms/status", "/forms/sign-in", *HELP, "/api/v1/docs", "/no-such-page"]
START_BYTES, FORM_BYTES = 25 * 1024, 30 * 1024
AHEAD_BYTES = 72 * 1024
"""The start page and all that the service worker fetches after it, for days without a network."""

every_page = pytest.mark.parametrize("path", PAGES)


@every_page
def test_no_page_is_pushed_sideways(phone: Phone, path: str) -> None:
    page = phone.open(path)
    assert phone.status == (404 if path == "/no-such-page" else 200)
    hands.unfold(page)
    assert hands.too_wide(page) == []
    hands.enlarge(page)
    assert hands.too_wide(page) == [], "with text twice as large"
    page.set_viewport_size({"width": 320, "height": HEIGHT})
    hands.enlarge(page, 1)
    assert hands.too_wide(page, 320) == [], "on the narrowest phone"


@every_page
def test_every_page_is_for_thumbs_and_tired_eyes(phone: Phone, path: str) -> None:
    page = phone.open(path)
    hands.unfold(page)
    assert hands.clumsy(page) == []
    assert hands.unreadable(page) == []
    assert hands.nameless(page) == []
    assert page.locator("h1").count() == 1


@every_page
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(chromium: Browser, home: str, path: str, scheme: str) -> None:
    with hands.phone(chromium, home, color_scheme=scheme) as held:
        page = held.open(path)
        hands.unfold(page)
        assert hands.amiss(page) == []


@pytest.mark.parametrize(("path", "most"), [("/", START_BYTES), *((one, FORM_BYTES) for one in FORMS)])
def test_a_first_visit_is_light_and_a_second_lighter(
    chromium: Browser, house: Server, path: str, most: int
) -> None:
    with (
        Wire(house.port) as wire,
        hands.phone(chromium, wire.home, service_workers="block") as held,
    ):
        held.open(path)
        first = wire.settle()
        assert 1000 < first <= most
        held.open(path)
        assert 0 < wire.settle() - first <= first / 2


def test_what_a_phone_fetches_ahead_is_light_too(chromium: Browser, house: Server) -> None:
    with Wire(house.port) as wire, hands.phone(chromium, wire.home) as held:
        held.open("/")
        first = wire.settle()
        assert first <= AHEAD_BYTES
        held.open("/")
        assert wire.settle() - first <= START_BYTES / 4, "once, not with every visit"


@every_page
def test_without_scripts_a_page_says_and_asks_the_same(phone: Phone, plain: Phone, path: str) -> None:
    with_scripts, without = phone.open(path), plain.open(path)
    for what in ("h1, h2, legend, .hint", "label"):
        assert set(without.locator(what).all_text_contents()) <= set(
            with_scripts.locator(what).all_text_contents()
        )
    names = "[...new Set([...document.querySelectorAll('main [name]')].map(one => one.name))].sort()"
    assert without.evaluate(names) == with_scripts.evaluate(names)
    links = "[...document.querySelectorAll('main a[href]')].map(one => one.pathname + one.hash)"
    assert set(without.evaluate(links)) <= set(with_scripts.evaluate(links))
    without.wait_for_selector("h1", state="visible")
    assert hands.too_wide(without) == []


def test_the_phone_is_one(phone: Phone) -> None:
    page = phone.open("/")
    assert page.evaluate("[innerWidth, devicePixelRatio, navigator.language]") == [WIDTH, 2, "zh-CN"]
    assert "MicroMessenger" in page.evaluate("navigator.userAgent")


def test_the_watch_sees_strangers_and_errors(chromium: Browser, home: str) -> None:
    with hands.phone(chromium, home) as held:
        page = held.open("/")
        page.evaluate(
            "document.head.append(Object.assign(document.createElement('style'), {textContent: 'p{}'}))"
        )
        page.evaluate("setTimeout(() => { throw new Error('planted') })")
        page.evaluate("fetch('/static/no-such-picture.png')")
        page.evaluate("new Image().src = 'http://127.0.0.1:9/spy.png'")
        page.wait_for_timeout(300)
        for planted in (
            "Content Security Policy",
            "planted",
            "no-such-picture",
            "stranger: http://127.0.0.1:9/",
        ):
            assert any(planted in fault for fault in held.unexpected()), planted
        held.tolerated.append("")


def test_the_eyes_see_what_is_wrong(phone: Phone) -> None:
    page = phone.open("/forms/status")
    page.evaluate(
        """document.querySelector('main').insertAdjacentHTML('beforeend',
        '<button class="planted"></button><table><td>' + '宽'.repeat(4) + '</table><a href="/">x</a><input name=y>')"""
    )
    page.evaluate(
        "document.querySelector('.planted').style.cssText = 'width:20px;min-height:20px;height:20px;padding:0'"
    )
    page.evaluate("document.querySelector('main table').style.cssText = 'width:900px;font-size:12px'")
    assert any("planted" in one for one in hands.clumsy(page))
    assert any("12 px" in one for one in hands.unreadable(page))
    assert any("planted" in one for one in hands.nameless(page))
    assert any('name="y"' in one for one in hands.nameless(page))
    assert hands.too_wide(page)
    assert any(one.startswith("button-name") for one in hands.amiss(page))


_SMALL = """() => {
  const tapped = 'a, button, summary, select, textarea, input:not([type=hidden], [type=radio], [type=checkbox]), .rows label';
  const inline = one => one.matches('p a') && getComputedStyle(one).display === 'inline';
  return [...document.querySelectorAll(tapped)]
    .filter(one => one.checkVisibility() && !one.closest('[aria-hidden=true]') && !inline(one))
    .filter(one => one.getBoundingClientRect().height < 60).map(one => one.outerHTML.slice(0, 80));
}"""
_FAINT = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement;
    if (walker.currentNode.textContent.trim() && one.checkVisibility() && !one.closest('[aria-hidden=true], script')
      && parseFloat(getComputedStyle(one).fontSize) < 24) found.push(one.outerHTML.slice(0, 80));
  }
  return found;
}"""


@pytest.mark.parametrize(
    "path", ["/", *FORMS, "/forms/status", "/forms/sign-in", "/forms/offline", *HELP[:2]]
)
def test_large_letters_are_large_and_nothing_is_cut(phone: Phone, path: str) -> None:
    phone.open(path).locator("[data-large]").click()
    page = phone.open(path)  # it stays on
    hands.unfold(page)
    assert hands.too_wide(page) == []
    assert page.evaluate(_SMALL) == [], "targets of 60 px"
    assert page.evaluate(_FAINT) == [], "18 pt"
    page.locator("[data-large]").click()
    assert page.evaluate("document.documentElement.className") == ""


def test_large_letters_keep_what_was_typed(phone: Phone) -> None:
    page = phone.open("/forms/absence")
    page.locator("#child_name").fill("王小明")
    page.locator("[data-large]").click()
    assert page.evaluate("document.documentElement.className") == "large"
    assert page.locator("#child_name").input_value() == "王小明"


@pytest.mark.parametrize("path", [one for one in FORMS if "safety" not in one])
def test_consent_fits_one_screen(phone: Phone, path: str) -> None:
    page = phone.open(path)
    page.set_viewport_size({"width": 360, "height": 640})
    for value in ("agree", "refuse"):
        box = page.locator(f"label:has([name=consent][value={value}])").bounding_box()
        assert box
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 640, "seen without scrolling"
    page.get_by_text("详细", exact=True).click()
    assert page.get_by_text("聊天原文 180 天后删除").is_visible()


def test_danger_without_a_network_is_looked_through_and_kept(phone: Phone) -> None:
    phone.tolerated.extend(NO_NETWORK)
    page = phone.open("/forms/safety")
    page.context.set_offline(True)
    page.get_by_role("button", name="马上送出去").click()
    page.get_by_text("还有 2 处没有填").wait_for()
    page.get_by_text("不清楚", exact=True).first.click()
    page.locator("#phone").fill("13812345678")
    page.get_by_role("button", name="马上送出去").click()
    page.get_by_text("已保存在手机，尚未送达").first.wait_for()
    assert page.locator("main a[href='tel:110']").is_visible()
    page.context.set_offline(False)
