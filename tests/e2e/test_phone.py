"""A form on a phone: what is typed stays, what is sent arrives once, and the phone says honestly which."""

import re
from collections.abc import Callable

from playwright.sync_api import Browser, Dialog, Page, Route, expect

from tests.e2e import browser as hands
from tests.e2e.browser import Phone
from tests.e2e.form import KEPT, NO_NETWORK, SEND, check, fill, tap


def stored(page: Page) -> str:
    """Give all that the browser has written down, as text."""
    return str(page.evaluate(_STORED))


_STORED = """async () => {
  const got = ask => new Promise(good => { ask.onsuccess = () => good(ask.result); });
  const words = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie];
  for (const one of await indexedDB.databases()) {
    const db = await got(indexedDB.open(one.name));
    for (const name of db.objectStoreNames)
      for (const row of await got(db.transaction(name).objectStore(name).getAll()))
        words.push(name + JSON.stringify(row) + (row.data ? new TextDecoder().decode(row.data) : ''));
    db.close();
  }
  for (const name of await caches.keys()) {
    const kept = await caches.open(name);
    for (const request of await kept.keys()) words.push(request.url + await (await kept.match(request)).text());
  }
  return words.join('\\n');
}"""


def test_a_report_goes_from_form_to_receipt(phone: Phone, count: Callable[[str], int]) -> None:
    page = phone.open("/forms/absence")
    fill(page, "周一一")
    expect(page.locator(".meter")).to_have_text("必填的都填好了")
    check(page)
    expect(page.locator("main")).to_contain_text("奶奶")
    page.get_by_text(SEND).click()
    expect(page.locator("h1")).to_have_text("收到了，谢谢您")
    assert count("周一一") == 1
    page.get_by_text("复制回执号").click()
    expect(page.locator("[data-copy]")).to_have_text("复制好了")
    page.reload()
    expect(page.locator("h1")).to_have_text("收到了，谢谢您")
    assert count("周一一") == 1


def test_without_scripts_the_same_report_arrives(plain: Phone, count: Callable[[str], int]) -> None:
    page = plain.open("/forms/absence")
    expect(page.locator("[data-q=whereabouts]")).to_be_hidden()
    fill(page, "吴二二")
    expect(page.locator("[data-q=whereabouts]")).to_be_visible()  # style alone shows it
    expect(page.locator("#last_seen-day")).to_be_hidden()
    check(page)
    page.get_by_text("不对，回去改").click()
    assert page.input_value("#child_name") == "吴二二"
    check(page)
    page.get_by_text(SEND).click()
    expect(page.locator("h1")).to_have_text("收到了，谢谢您")
    assert count("吴二二") == 1


def test_errors_lead_to_their_fields_and_keep_what_was_typed(phone: Phone) -> None:
    page = phone.open("/forms/absence")
    fill(page, "郑三三")
    page.fill("#phone", "123")
    page.locator("button[value=check]").click()
    summary = page.locator(".summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link").click()
    expect(page.locator("#phone")).to_be_focused()
    expect(page.locator("#phone-wrong")).to_contain_text("11 位")
    assert page.input_value("#child_name") == "郑三三"


def test_back_from_the_read_back_leads_to_the_form_as_it_was(phone: Phone) -> None:
    page = phone.open("/forms/absence")
    fill(page, "冯四四")
    check(page)
    page.go_back()
    expect(page.locator("h1")).to_have_text("孩子未到校")
    assert page.input_value("#child_name") == "冯四四"
    check(page)
    page.get_by_text("不对，回去改").click()
    expect(page.locator("h1")).to_have_text("孩子未到校")
    assert page.input_value("#phone") == "13800001234"


def test_every_keystroke_stays_but_no_secret_and_nothing_readable(phone: Phone) -> None:
    page = phone.open("/forms/absence")
    page.locator("#child_name").press_sequentially("陈五五")
    tap(page, "on_leave", "否")
    for part in page.locator("details").all():
        part.evaluate("one => { one.open = true; }")
    page.fill("#id_number", "220699201503081234")
    page.wait_for_timeout(400)
    assert not re.search("陈五五|220699201503081234", stored(page))
    page.close()
    page = phone.page = phone.context.new_page()
    phone.open("/forms/absence")
    expect(page.locator(".kept")).to_contain_text("上次没填完的还在")
    assert page.input_value("#child_name") == "陈五五"
    expect(page.locator("[name=on_leave][value=否]")).to_be_checked()
    assert page.input_value("#id_number") == ""
    page.get_by_text("不要了，重新填").click()
    expect(page.locator(".kept")).to_have_count(0)
    assert page.input_value("#child_name") == ""
    assert phone.open("/forms/absence").input_value("#child_name") == ""


def test_drafts_are_forgotten_after_a_week_and_on_sending(phone: Phone) -> None:
    page = phone.open("/forms/absence")
    page.fill("#child_name", "褚六六")
    page.wait_for_timeout(400)
    page.clock.install(time=page.evaluate("Date.now() + 8 * 24 * 3600 * 1000"))
    assert phone.open("/forms/absence").input_value("#child_name") == ""


def test_without_a_network_it_waits_and_goes_when_there_is_one(
    phone: Phone, count: Callable[[str], int]
) -> None:
    phone.tolerated.extend(NO_NETWORK)
    page = phone.open("/forms/absence")
    phone.context.set_offline(True)
    fill(page, "卫七七")
    page.fill("#phone", "")
    page.locator("button[value=check]").click()
    expect(page.locator(".summary")).to_contain_text("联系电话")
    page.fill("#phone", "13800001234")
    check(page)
    expect(page.locator("main")).to_contain_text("没有网络")
    page.get_by_text("对，存好").click()
    expect(page.locator("h1")).to_have_text(KEPT)
    assert not re.search("卫七七|13800001234", stored(page))
    page.close()  # the phone is put away
    page = phone.page = phone.context.new_page()
    phone.context.set_offline(False)
    phone.open("/")
    expect(page.locator("#tidings")).to_contain_text("已送达")
    assert count("卫七七") == 1
    page.reload()
    page.get_by_text("知道了").click()
    expect(page.locator("#tidings")).to_have_count(0)
    assert phone.open("/forms/absence").input_value("#child_name") == ""
    assert count("卫七七") == 1


def test_an_open_page_sends_by_itself(phone: Phone, count: Callable[[str], int]) -> None:
    phone.tolerated.extend(NO_NETWORK)
    page = phone.open("/forms/absence")
    fill(page, "蒋八八")
    check(page)
    phone.context.set_offline(True)
    page.get_by_text(SEND).click()
    expect(page.locator("h1")).to_have_text(KEPT)
    phone.context.set_offline(False)
    expect(page.locator("h1")).to_have_text("收到了，谢谢您")
    assert count("蒋八八") == 1


def test_an_answer_that_is_lost_on_its_way_makes_no_second_report(
    phone: Phone, count: Callable[[str], int]
) -> None:
    phone.tolerated.extend(NO_NETWORK)
    page = phone.open("/forms/absence")
    fill(page, "沈九九")
    check(page)

    def cut(route: Route) -> None:
        route.fetch()  # it arrives there
        route.abort("connectionreset")

    page.route("**/forms/absence", cut)
    page.get_by_text(SEND).click()
    expect(page.locator("h1")).to_have_text(KEPT)
    assert count("沈九九") == 1
    page.unroute("**/forms/absence")
    page.get_by_text("现在再送一次").click()
    expect(page.locator("h1")).to_have_text("收到了，谢谢您")
    assert count("沈九九") == 1


def test_impatient_thumbs_and_a_slow_answer_make_one_report(
    phone: Phone, count: Callable[[str], int]
) -> None:
    page = phone.open("/forms/absence")
    fill(page, "韩十十")
    check(page)
    asked: list[str] = []

    def slow(route: Route) -> None:
        asked.append(route.request.method)
        page.wait_for_timeout(600)
        route.continue_()

    page.route("**/forms/absence", slow)
    button = page.get_by_text(SEND)
    button.evaluate("one => { one.click(); one.click(); one.click(); }")
    expect(page.locator("h1")).to_have_text("收到了，谢谢您")
    assert asked == ["POST"]
    assert count("韩十十") == 1


def test_going_back_and_sending_the_same_again_is_asked_about(
    phone: Phone, count: Callable[[str], int]
) -> None:
    page = phone.open("/forms/absence")
    asked: list[str] = []

    def ask(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", ask)
    for _ in range(2):
        fill(page, "杨十一")
        page.locator("button[value=check]").click()
        expect(page.locator("h1")).not_to_have_text("孩子未到校")
        if not asked:
            page.get_by_text(SEND).click()
        expect(page.locator("h1")).to_have_text("收到了，谢谢您")
        phone.open("/forms/absence") if not asked else None
    assert len(asked) == 1
    assert "真的要再报一份吗" in asked[0]
    assert count("杨十一") == 1


def test_a_form_opens_without_a_network_even_if_it_was_never_opened(phone: Phone) -> None:
    phone.tolerated.extend(NO_NETWORK)
    phone.page.clock.install()
    page = phone.open("/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.clock.fast_forward(20_000)
    while not page.evaluate("caches.match('/forms/safety').then(found => !!found)"):
        page.wait_for_timeout(100)
    phone.context.set_offline(True)
    page.goto(f"{phone.home}/forms/boarding")
    expect(page.locator("h1")).to_have_text("寄宿与上下学需求")
    page.goto(f"{phone.home}/forms/sign-in")
    expect(page.locator("h1")).to_have_text("现在连不上")
    expect(page.locator("main")).to_contain_text("110")


def test_what_came_from_the_phone_can_be_sent_for_another_child(
    phone: Phone, count: Callable[[str], int]
) -> None:
    """A page that the phone kept has a key that was used before: another report must not be refused for it."""
    phone.tolerated.extend(NO_NETWORK)
    for child in ("朱十二", "秦十三"):
        page = phone.open("/forms/absence")
        fill(page, child)
        phone.context.set_offline(True)
        check(page)
        page.get_by_text("对，存好").click()
        expect(page.locator("h1")).to_have_text(KEPT)
        phone.context.set_offline(False)
        expect(page.locator("h1")).to_have_text("收到了，谢谢您")
        assert count(child) == 1


def test_a_refused_report_is_told_and_can_be_mended(phone: Phone, count: Callable[[str], int]) -> None:
    phone.tolerated.extend([*NO_NETWORK, "status of 422"])
    page = phone.open("/forms/absence")
    phone.context.set_offline(True)
    fill(page, "尤十四")
    page.fill("#phone", "12345")  # no server is there to say that this is none
    check(page)
    page.get_by_text("对，存好").click()
    expect(page.locator("h1")).to_have_text(KEPT)
    phone.context.set_offline(False)
    expect(page.locator("#tidings")).to_contain_text("没有收下")
    page.get_by_text("打开改一改").click()
    page.wait_for_url("**/forms/absence")
    expect(page.locator("#child_name")).to_have_value("尤十四")
    page.fill("#phone", "13800001234")
    if page.locator("#consent").count():
        page.locator("label", has=page.locator("#consent")).click()
    check(page)
    page.get_by_text(SEND).click()
    expect(page.locator("h1")).to_have_text("收到了，谢谢您")
    assert count("尤十四") == 1


def test_villages_and_schools_are_found_by_initials_and_by_name(phone: Phone) -> None:
    page = phone.open("/forms/boarding")
    page.locator("#school").press_sequentially("yyxx")
    expect(page.locator("#school-found li").first).to_have_text("江源区育英小学（演示）")
    page.locator("#school").fill("湾沟")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("#school") == "湾沟镇中心小学（演示）"
    for part in page.locator("details").all():
        part.evaluate("one => { one.open = true; }")
    page.locator("#village").press_sequentially("dsp")
    page.locator("#village-found li").first.click()
    assert page.input_value("#village") == "石人镇大石棚子村"
    expect(page.locator("#village-found")).to_be_hidden()


def test_on_a_slow_network_a_form_opens_and_a_report_arrives(
    chromium: Browser, home: str, count: Callable[[str], int]
) -> None:
    with hands.phone(chromium, home) as held:
        cdp = held.context.new_cdp_session(held.page)
        cdp.send("Network.enable")
        slow = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
        cdp.send("Network.emulateNetworkConditions", slow)
        page = held.open("/forms/absence")
        fill(page, "许十五")
        check(page)
        page.get_by_text(SEND).click()
        expect(page.locator("h1")).to_have_text("收到了，谢谢您")
    assert count("许十五") == 1
