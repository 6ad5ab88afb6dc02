"""What a phone meets in the world: no store, an old browser, a crowded house, somebody else who answers."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Route, expect

from tests.e2e import browser as hands
from tests.e2e.browser import Phone
from tests.e2e.form import KEPT, NO_NETWORK, SEND, check, fill, tap
from tests.e2e.server import Server

FORM = "**/forms/absence"
TROUBLE = (*NO_NETWORK, r"status of (4|5)\d\d", r"Failed to load resource")
RECEIVED = "收到了，谢谢您"
PORTAL = "<!doctype html><title>WLAN</title><main><form><input name=phone></form></main>"
STORES = {
    "forbidden": "Object.defineProperty(self, 'indexedDB', {get() { throw new DOMException('no', 'SecurityError'); }});",
    "refused": "IDBFactory.prototype.open = () => { throw new DOMException('no', 'InvalidStateError'); };",
    "silent": "IDBFactory.prototype.open = () => ({});",
    "full": """const put = IDBObjectStore.prototype.put; IDBObjectStore.prototype.put = function (...all) {
        const asked = put.apply(this, all); asked.addEventListener('success', () => this.transaction.abort());
        return asked; };""",
    "no sealing": "Object.defineProperty(Crypto.prototype, 'subtle', {get: () => undefined});",
}
SHIFTS = """window.shifts = 0; new PerformanceObserver(list => list.getEntries().forEach(one => { shifts += one.value; }))
    .observe({type: 'layout-shift', buffered: true});"""


def answer(status: int, body: str = PORTAL, **headers: str) -> Callable[[Route], None]:
    """Answer in the place of the house."""
    return lambda route: route.fulfill(status=status, body=body, content_type="text/html", headers=headers)


@pytest.mark.parametrize("store", STORES)
def test_where_nothing_can_be_stored_a_report_still_goes_and_no_word_is_false(
    chromium: Browser, home: str, store: str, count: Callable[[str], int]
) -> None:
    child = "存" + "甲乙丙丁戊"[list(STORES).index(store)]
    with hands.phone(chromium, home, service_workers="block") as held:
        held.tolerated.extend(TROUBLE)
        held.page.add_init_script(STORES[store])
        page = held.open("/forms/absence")
        fill(page, child)
        held.context.set_offline(True)
        check(page)
        if store != "full":
            expect(page.locator("main")).to_contain_text("请不要关掉这一页")
        page.get_by_text(re.compile("^对，")).click()
        expect(page.locator("h1")).to_have_text("尚未送达")
        assert "已保存" not in page.inner_text("body")
        assert page.locator("main a").count() == 0, "a way off this page would lose the report"
        expect(page.locator("#tidings")).to_contain_text("请不要关掉这一页")
        held.context.set_offline(False)
        expect(page.locator("h1")).to_have_text(RECEIVED)
        assert count(child) == 1


def test_a_phone_that_got_half_of_the_scripts_sends_without_them(
    chromium: Browser, home: str, count: Callable[[str], int]
) -> None:
    with hands.phone(chromium, home, service_workers="block") as held:
        held.tolerated.extend(TROUBLE)
        held.page.route("**/keep.js*", lambda route: route.abort())
        page = held.open("/forms/absence")
        fill(page, "半一")
        check(page)
        page.get_by_text(SEND).click()
        expect(page.locator("h1")).to_have_text(RECEIVED)
        assert count("半一") == 1


def test_a_browser_of_2017_sends_and_hides_what_is_not_asked(
    chromium: Browser, home: str, count: Callable[[str], int]
) -> None:
    with hands.phone(chromium, home, service_workers="block") as held:
        held.page.add_init_script(
            "delete self.AbortController; delete self.SubmitEvent; CSS.supports = () => false;"
        )
        held.page.route("**/conditions.css*", lambda route: route.fulfill(body="", content_type="text/css"))
        page = held.open("/forms/absence")
        expect(page.locator("[data-q=whereabouts]")).to_be_hidden()
        fill(page, "老一")
        expect(page.locator("[data-q=whereabouts]")).to_be_visible()
        check(page)
        page.get_by_text(SEND).click()
        expect(page.locator("h1")).to_have_text(RECEIVED)
        assert count("老一") == 1


@pytest.fixture
def alone(chromium: Browser, home: str) -> Iterator[Phone]:
    """Give a phone without a service worker, which would go another way than the one that a test blocks."""
    with hands.phone(chromium, home, service_workers="block") as held:
        held.tolerated.extend(TROUBLE)
        yield held


@pytest.mark.parametrize("status", [200, 403, 511])
def test_who_answers_for_the_house_is_not_believed(
    alone: Phone, status: int, count: Callable[[str], int]
) -> None:
    child = f"替{'一二三'[[200, 403, 511].index(status)]}"
    page = alone.open("/forms/absence")
    page.route(FORM, answer(status))
    fill(page, child)
    check(page)
    expect(page.locator("main")).to_contain_text("现在连不上")
    page.get_by_text("对，存好").click()
    expect(page.locator("h1")).to_have_text(KEPT)
    assert count(child) == 0
    page.unroute(FORM)
    page.get_by_text("现在再送一次").click()
    expect(page.locator("h1")).to_have_text(RECEIVED)
    assert count(child) == 1


def test_a_crowded_house_is_left_alone_for_as_long_as_it_asks(
    alone: Phone, count: Callable[[str], int]
) -> None:
    asked: list[str] = []

    def crowded(route: Route) -> None:
        asked.append(route.request.method)
        answer(429, "<title>没有成功 · 保学通</title><main></main>", **{"Retry-After": "600"})(route)

    page = alone.open("/forms/absence")
    fill(page, "挤一")
    check(page)
    page.route(FORM, crowded)
    page.get_by_text(SEND).click()
    expect(page.locator("h1")).to_have_text(KEPT)
    expect(page.locator("main")).to_contain_text("系统忙")
    assert "没有网络" not in page.inner_text("main")
    for _ in range(3):
        page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_timeout(500)
    assert asked == ["POST"]
    page.unroute(FORM)
    page.get_by_text("现在再送一次").click()  # a person may ask sooner
    expect(page.locator("h1")).to_have_text(RECEIVED)
    assert count("挤一") == 1


def test_a_house_that_is_ill_is_not_called_no_network(alone: Phone) -> None:
    page = alone.open("/forms/absence")
    page.route(FORM, answer(500, "<title>没有成功 · 保学通</title><main></main>"))
    fill(page, "病一")
    check(page)
    expect(page.locator("main")).to_contain_text("现在系统忙")
    page.go_back()
    expect(page.locator("h1")).to_have_text("孩子未到校")
    assert page.input_value("#child_name") == "病一"


def test_a_draft_never_mixes_with_what_the_page_already_knows(
    phone: Phone, count: Callable[[str], int]
) -> None:
    page = phone.open("/forms/absence")
    fill(page, "前一")
    check(page)
    page.get_by_text(SEND).click()
    expect(page.locator("h1")).to_have_text(RECEIVED)
    receipt = page.url
    for typed in ("别一", ""):
        phone.open("/forms/absence")
        page.fill("#child_name", typed)
        tap(page, "last_seen", "前天")
        page.wait_for_timeout(400)
        page.goto(receipt)
        page.get_by_text("再报一件事").click()
        page.goto(f"{phone.home}/forms/absence")
        expect(page.locator("#child_name")).to_have_value("前一")
        page.wait_for_timeout(300)
        expect(page.locator("[name=last_seen][value=前天]")).to_be_checked(checked=not typed)
        phone.context.clear_cookies(name="nothing")
    assert count("前一") == 1


def test_what_still_waits_is_not_written_twice_unasked(alone: Phone) -> None:
    asked: list[str] = []

    def refuse(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page = alone.open("/forms/absence")
    page.on("dialog", refuse)
    page.route(FORM, lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    fill(page, "等一")
    check(page)
    page.get_by_text("对，存好").click()
    expect(page.locator("h1")).to_have_text(KEPT)
    alone.open("/forms/absence")
    fill(page, "等一")
    page.locator("button[value=check]").click()
    page.wait_for_url(alone.home + "/")
    assert len(asked) == 1
    assert "还在等着送" in asked[0]


def test_what_needs_a_teacher_holds_nothing_else_up(phone: Phone, count: Callable[[str], int]) -> None:
    phone.tolerated.extend(TROUBLE)
    page = phone.open("/forms/absence")
    page.evaluate(
        """Keep.put('queue', 'teachers-own-key-1', {id: 'teachers-own-key-1', url: '/forms/absence', body: 'as=teacher',
        title: '三年级1班点名', from: '/', keep: '', pairs: []})"""
    )
    phone.context.set_offline(True)
    fill(page, "后一")
    check(page)
    page.get_by_text("对，存好").click()
    expect(page.locator("h1")).to_have_text(KEPT)
    phone.context.set_offline(False)
    expect(page.locator("h1")).to_have_text(RECEIVED)
    assert count("后一") == 1
    expect(page.locator("#tidings")).to_contain_text("要先登录")


def test_tidings_keep_the_place_and_stand_once(alone: Phone) -> None:
    page = alone.open("/")
    page.route(FORM, answer(511))
    page.evaluate(
        """Keep.put('queue', 'some-key-that-waits', {id: 'some-key-that-waits', url: '/forms/absence', body: 'x=1',
        title: '孩子未到校', from: '/', keep: '', pairs: []})"""
    )
    page.evaluate("for (let i = 0; i < 3; i++) dispatchEvent(new Event('online'))")
    expect(page.locator("#tidings")).to_contain_text(KEPT)
    page.wait_for_timeout(300)
    assert page.locator("#tidings").count() == 1
    button = page.locator("#tidings button")
    button.focus()
    button.click()
    expect(button).to_have_text("还没有送到，再送一次")
    expect(button).to_be_focused()


def test_a_page_that_waits_hears_that_another_has_sent(alone: Phone, count: Callable[[str], int]) -> None:
    alone.page.clock.install()
    page = alone.open("/forms/absence")
    page.route(FORM, answer(511))
    fill(page, "另一")
    page.clock.fast_forward(1000)
    check(page)
    page.get_by_text("对，存好").click()
    expect(page.locator("h1")).to_have_text(KEPT)
    other = alone.context.new_page()
    other.goto(alone.home + "/")
    expect(other.locator("#tidings")).to_contain_text("已送达")
    page.clock.fast_forward(16_000)
    expect(page.locator("h1")).to_have_text(RECEIVED)
    assert count("另一") == 1


def test_what_the_phone_keeps_is_nobodys(phone: Phone) -> None:
    phone.tolerated.extend(NO_NETWORK)
    page = phone.open("/forms/absence")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    fill(page, "梁一")
    check(page)
    page.get_by_text(SEND).click()
    expect(page.locator("h1")).to_have_text(RECEIVED)
    phone.open("/forms/absence")
    expect(page.locator("main")).to_contain_text("您已经同意过这份告知")
    page.evaluate("navigator.serviceWorker.ready.then(worker => worker.active.postMessage('ahead'))")
    while not page.evaluate("caches.match('/forms/safety').then(found => !!found)"):
        page.wait_for_timeout(100)
    phone.context.set_offline(True)
    for kind, first in (("absence", "#consent"), ("safety", "#safe_now")):
        page.goto(f"{phone.home}/forms/{kind}")
        expect(page.locator(first)).to_be_visible()
        assert "梁一" not in page.content()
    page.goto(f"{phone.home}/forms/absence?as=teacher&child=1")
    expect(page.locator("h1")).to_have_text("现在连不上")  # a parent's form would be the wrong one


def test_what_was_typed_last_is_kept_too(phone: Phone) -> None:
    phone.tolerated.extend(NO_NETWORK)
    page = phone.open("/forms/absence")
    phone.context.set_offline(True)
    fill(page, "末一")
    page.evaluate(
        "() => { document.querySelector('#phone').value = '13900001234'; document.querySelector('button[value=check]').click(); }"
    )
    expect(page.locator("h1")).to_have_text("请您核对")
    page.wait_for_timeout(300)
    phone.context.set_offline(False)
    page.reload()
    expect(page.locator("#phone")).to_have_value("13900001234")


def test_what_is_a_week_old_goes_wherever_a_page_opens(phone: Phone) -> None:
    page = phone.open("/forms/absence")
    page.fill("#child_name", "旧一")
    page.wait_for_timeout(400)
    page.clock.install(time=page.evaluate("Date.now() + 8 * 24 * 3600 * 1000"))
    page = phone.open("/")
    page.wait_for_timeout(400)
    rows = """new Promise(good => { const ask = indexedDB.open('baoxue'); ask.onsuccess = () => {
        const all = ask.result.transaction('drafts').objectStore('drafts').count();
        all.onsuccess = () => good(all.result); }; })"""
    assert page.evaluate(rows) == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_is_for_everybody(chromium: Browser, home: str, scheme: str) -> None:
    """Read-back, mistakes, what waits, its tidings, no network, names to choose from: axe, thumbs, large text."""
    with hands.phone(chromium, home, color_scheme=scheme) as held:
        held.tolerated.extend(TROUBLE)
        page = held.page

        def well() -> None:
            assert hands.amiss(page) == []
            assert hands.clumsy(page) == []
            assert hands.unreadable(page) == []
            assert hands.nameless(page) == []
            assert page.locator("h1").count() == 1
            hands.enlarge(page)
            assert hands.too_wide(page) == []
            hands.enlarge(page, 1)

        held.open("/forms/absence")
        page.locator("button[value=check]").click()
        expect(page.locator(".summary")).to_be_focused()
        well()
        fill(page, "欧阳众一")
        check(page)
        expect(page.locator("h1")).to_be_focused()
        well()
        page.go_back()
        held.context.set_offline(True)
        page.fill("#phone", "")
        page.locator("button[value=check]").click()
        expect(page.locator(".summary.alone")).to_be_focused()
        well()
        page.fill("#phone", "13800001234")
        check(page)
        well()
        page.get_by_text("对，存好").click()
        expect(page.locator("h1")).to_have_text(KEPT)
        assert page.title().startswith(KEPT)
        well()
        page.goto(f"{home}/forms/status")
        expect(page.locator("h1")).to_have_text("现在连不上")
        well()
        held.context.set_offline(False)
        expect(page.locator("h1")).to_have_text("查进度")  # what did not come comes by itself
        held.open("/forms/boarding")
        expect(page.locator("#tidings")).to_contain_text("已送达")
        page.locator("#school").press_sequentially("yyxx")
        page.keyboard.press("ArrowDown")
        expect(page.locator("#school-found li")).not_to_have_count(0)
        well()


@pytest.mark.parametrize("kind", ["absence", "safety"])
def test_nothing_jumps_when_the_scripts_come(phone: Phone, kind: str) -> None:
    phone.page.add_init_script(SHIFTS)
    page = phone.open(f"/forms/{kind}")
    expect(page.locator(".meter")).to_contain_text("还差")
    page.wait_for_timeout(300)
    assert page.evaluate("shifts") < 0.01


NEWER = (
    r"\?\.[a-zA-Z\[(]|\?\?|catch \{|\.at\(|replaceAll|structuredClone|Object\.fromEntries|\.flat(Map)?\("
    r"|\B#[a-z]\w* ?[=;(]|\|\|=|&&="
)


def test_scripts_are_of_2018(house: Server) -> None:
    folder = Path(__file__).parents[2] / "forms" / "phone" / "static"
    scripts = [folder / name for name in ("keep.js", "phone.js", "sw.js", "photo.js")]
    for script in scripts:
        found = [line for line in script.read_text("utf-8").splitlines() if re.search(NEWER, line)]
        assert found == [], script.name
