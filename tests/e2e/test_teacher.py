"""A teacher's phone, between two lessons and in a village without a network: her roll, her visits, her proxies."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from intake.cases import case as cases
from intake.cases import work
from intake.children.facts import noting
from intake.children.facts.fact import FactOrigin
from intake.kinds.envelope import Envelope
from intake.people import bindings, devices, pins
from intake.reports import lookup, receipts
from intake.school import roll
from tests.e2e import browser as hands
from tests.e2e.browser import Phone
from tests.e2e.form import KEPT, SEND, check, tap
from tests.e2e.school import HONG, LOGIN, MING, PIN, TODAY, School, child, held, send, visit
from tests.e2e.server import MONDAY

TUESDAY = "2026-11-24"
TIDINGS = "#tidings"


@dataclass
class Thumb:
    """Counts what a teacher does with it: taps on the glass, and keys of its keyboard."""

    page: Page
    taps: int = 0
    keys: int = 0

    def tap(self, what: Locator) -> None:
        """Tap something."""
        what.click()
        self.taps += 1

    def write(self, field: Locator, words: str) -> None:
        """Tap a field, and type."""
        self.tap(field)
        field.press_sequentially(words)
        self.keys += len(words)


@pytest.fixture
def liu(chromium: Browser, school: School) -> Iterator[Phone]:
    """Give the phone of the first class's teacher."""
    with held(chromium, school, school.liu) as phone:
        yield phone


def why(page: Page, name: str, word: str) -> Locator:
    """Give a reason that can be tapped."""
    return page.get_by_role("radiogroup", name=f"{name}为什么没来").locator("label", has_text=word)


def again(phone: Phone) -> Page:
    """Put the phone away, and take it out again: all that was open is closed."""
    phone.page.close()
    phone.page = phone.context.new_page()
    return phone.page


def visit_to_absent(liu: Phone) -> Page:
    """Open the page of a visit to a child whom the roll has just called absent."""
    page = liu.open("/forms/roll")
    child(page, MING).click()
    send(page).click()
    expect(page.locator("h1")).to_have_text("42 到，1 没来")
    liu.open("/forms/cases")
    page.get_by_role("link", name="记家访").click()
    return page


def test_one_absent_of_43_takes_three_taps(school: School, liu: Phone) -> None:
    thumb = Thumb(liu.open("/"))
    thumb.tap(thumb.page.get_by_role("link", name="今天点名"))
    before = thumb.taps
    thumb.tap(child(thumb.page, MING))
    thumb.tap(why(thumb.page, MING, "病假"))
    expect(thumb.page.locator(".bar")).to_contain_text("应到 43 · 没到")
    thumb.tap(send(thumb.page))
    expect(thumb.page.locator("h1")).to_have_text("42 到，1 请假")
    assert (thumb.taps - before, thumb.taps, thumb.keys) == (3, 4, 0)
    said = school.state()
    assert said is not None
    assert (said.present, said.absent) == (42, 1)
    assert school.missing() == {MING: "病假"}
    assert roll.state(school.db, school.silent.id, TODAY) is None, "未上报, which is not 0"


def test_the_silent_class_is_shown_as_silent(school: School, chromium: Browser) -> None:
    with held(chromium, school, school.sun) as sun:
        page = sun.open("/forms/roll")
        page.get_by_role("link", name="三年级2班").click()
        send(page).click()
        expect(page.locator("h1")).to_have_text("全到了，43 人")
        page = sun.open("/forms/roll")
        expect(page.get_by_role("link", name="三年级2班")).to_contain_text("已报：43 到，0 没来")
        expect(page.get_by_role("link", name="三年级3班")).to_contain_text("未上报")


def test_a_first_entry_is_short(school: School, chromium: Browser) -> None:
    code = bindings.issue_code(school.db, school.liu.id)
    with hands.phone(chromium, school.home) as phone:
        thumb = Thumb(phone.open(f"/forms/sign-in#code={code}"))
        expect(thumb.page.locator("#number")).to_have_value(code)
        assert code not in thumb.page.url
        expect(thumb.page.locator("#phone")).to_be_focused()
        thumb.page.keyboard.type(LOGIN)
        thumb.keys += len(LOGIN)
        thumb.tap(thumb.page.get_by_role("button", name="进入"))
        expect(thumb.page.locator("#pin")).to_be_focused()
        thumb.page.keyboard.type(PIN)
        thumb.write(thumb.page.locator("#again"), PIN)
        thumb.keys += len(PIN)
        thumb.tap(thumb.page.get_by_role("button", name="设好了"))
        expect(thumb.page.locator("h1")).to_have_text("我的班")
        assert (thumb.taps, thumb.keys) == (3, 23)


def test_a_home_visit_without_a_signal_goes_into_the_same_report_once(school: School, liu: Phone) -> None:
    page = liu.open("/forms/roll")
    child(page, MING).click()
    send(page).click()
    expect(page.locator("h1")).to_have_text("42 到，1 没来")
    for number, result in enumerate(("家访，孩子在奶奶家", "又去了一次，答应明天来"), 2):
        liu.open(f"/forms/roll/sent?class={school.room.id}&day={MONDAY}")
        page.get_by_role("link", name="写联系结果").click()
        expect(page.locator("main")).to_contain_text("会记在同一份里")
        liu.context.set_offline(True)
        visit(page, result)
        page.get_by_text("对，存好").click()
        expect(page.locator("h1")).to_have_text(KEPT)
        page = again(liu)
        liu.context.set_offline(False)
        liu.open("/")
        expect(page.locator(TIDINGS)).to_contain_text("已送达")
        page.get_by_text("知道了").click()
        (report,) = school.reports()
        told = lookup.answers_of(school.db, Envelope.of(report))
        assert (report["version"], told["contact_result"], told["child_name"]) == (number, result, MING)
    liu.open("/")
    expect(page.locator(TIDINGS)).to_have_count(0)
    assert school.missing() == {MING: "不明"}


def test_a_visit_whose_answer_is_lost_is_written_once(school: School, liu: Phone) -> None:
    page = liu.open("/forms/roll")
    child(page, MING).click()
    send(page).click()
    page.get_by_role("link", name="写联系结果").click()
    visit(page, "家访，孩子在家")

    def cut(route: Route) -> None:
        route.fetch()  # it arrives there
        route.abort("connectionreset")

    page.route("**/forms/absence", cut)
    page.get_by_text(SEND).click()
    expect(page.locator("h1")).to_have_text(KEPT)
    page.unroute("**/forms/absence")
    page.get_by_text("现在再送一次").click()
    expect(page.locator("h1")).to_have_text("收到了，谢谢您")
    assert [one["version"] for one in school.reports()] == [2]


def test_a_child_s_page_is_never_the_parents_form(school: School, liu: Phone) -> None:
    """Without a network the phone gives pages that it has kept, but the parents' form is not the teacher's."""
    page = liu.open("/forms/absence")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    while not page.evaluate("caches.match('/forms/absence').then(found => !!found)"):
        page.reload()
    liu.context.set_offline(True)
    page.goto(f"{school.home}/forms/absence")
    expect(page.locator("h1")).to_have_text("孩子未到校")
    page.goto(f"{school.home}/forms/absence?as=teacher&child={school.room.children[MING]}")
    expect(page.locator("h1")).to_have_text("现在连不上")


def test_a_teacher_fills_in_for_a_grandmother(school: School, liu: Phone) -> None:
    thumb = Thumb(liu.open("/"))
    page = thumb.page
    thumb.tap(page.get_by_role("link", name="我的班"))
    thumb.tap(page.locator(".names a").filter(has_text=re.compile(f"^{MING}$")))
    thumb.tap(page.locator(".matters li", has_text="寄宿").get_by_role("link", name="代家长填"))
    expect(page.locator("h1")).to_have_text("寄宿与上下学需求（代家长填）")
    expect(page.locator("main")).to_contain_text("先把这几句读给家长听")
    thumb.tap(page.locator("label", has=page.locator("#consent")))
    for key, word in (("needs", "住校"), ("reason", "离学校远"), ("relation", "奶奶")):
        thumb.tap(page.locator(f"[data-q={key}] label").filter(has_text=re.compile(f"^{word}$")))
    thumb.write(page.locator("#phone"), "13800001234")
    thumb.tap(page.locator("button[value=check]"))
    expect(page.locator("h1")).to_have_text("请您核对")
    thumb.tap(page.get_by_text(SEND))
    expect(page.locator("h1")).to_contain_text("收到了")
    (report,) = school.reports()
    assert report["channel"] == "proxy"
    assert report["reporter"] == school.liu.actor
    assert report["child"] == school.room.children[MING]
    assert report["consent"].endswith(" spoken")
    assert [
        row["how"]
        for row in school.db.all("SELECT how FROM consents WHERE reporter = ?", (school.liu.actor,))
    ] == ["spoken"]
    assert thumb.taps <= 10
    assert thumb.keys <= 11


def test_a_roll_without_a_network_arrives_when_there_is_one(school: School, liu: Phone) -> None:
    page = liu.open("/forms/roll")
    liu.context.set_offline(True)
    child(page, MING).click()
    why(page, MING, "事假").click()
    send(page).click()
    expect(page.locator("h1")).to_have_text(KEPT)
    expect(page.locator(TIDINGS)).to_contain_text("三年级2班点名")
    assert school.state() is None
    liu.context.set_offline(False)
    expect(page.locator("h1")).to_have_text("42 到，1 请假")
    assert school.missing() == {MING: "事假"}
    liu.open("/")
    expect(page.locator(TIDINGS)).to_have_count(0)


def test_a_roll_that_waits_over_night_is_yesterdays(school: School, liu: Phone) -> None:
    page = liu.open("/forms/roll")
    liu.context.set_offline(True)
    child(page, MING).click()
    send(page).click()
    expect(page.locator("h1")).to_have_text(KEPT)
    again(liu)
    school.move_to(TUESDAY)
    liu.context.set_offline(False)
    page = liu.open("/")
    expect(page.locator(TIDINGS)).to_contain_text("42 到，1 没来")
    assert school.missing(MONDAY) == {MING: "不明"}
    assert school.state(TUESDAY) is None
    page.get_by_role("link", name="看回执").click()
    expect(page.locator("main")).to_contain_text("这是 11月23日（周一）的点名，不是今天的")
    page.get_by_role("link", name="给今天点名").click()
    expect(page.locator("main")).to_contain_text("今天 11月24日（周二）")


def test_of_two_teachers_nobody_overwrites_the_other_unawares(
    school: School, liu: Phone, chromium: Browser
) -> None:
    with held(chromium, school, school.sun) as sun:
        mine, hers = liu.open("/forms/roll"), sun.open(f"/forms/roll?class={school.room.id}")
        child(hers, HONG).click()
        why(hers, HONG, "病假").click()
        send(hers).click()
        expect(hers.locator("h1")).to_have_text("42 到，1 请假")
        liu.tolerated.append("status of 409")
        child(mine, MING).click()
        send(mine).click()
        expect(mine.locator(".summary")).to_contain_text("孙老师")
        expect(mine.locator(".summary")).to_contain_text(f"{HONG}（病假）")
        assert school.missing() == {HONG: "病假"}
        expect(mine.get_by_role("checkbox", name=MING)).to_be_checked()
        child(mine, HONG).click()
        send(mine).click()
        expect(mine.locator("h1")).to_have_text("41 到，2 没来")
    assert school.missing() == {HONG: "不明", MING: "不明"}


def test_what_waited_on_one_phone_does_not_undo_the_other(
    school: School, liu: Phone, chromium: Browser
) -> None:
    """Her old phone kept a roll without a network; meanwhile she called it again with another."""
    liu.tolerated.append("status of 409")
    page = liu.open("/forms/roll")
    liu.context.set_offline(True)
    child(page, MING).click()
    send(page).click()
    expect(page.locator("h1")).to_have_text(KEPT)
    with held(chromium, school, school.liu) as other:
        there = other.open("/forms/roll")
        child(there, HONG).click()
        send(there).click()
        expect(there.locator("h1")).to_have_text("42 到，1 没来")
    liu.context.set_offline(False)
    expect(page.locator(TIDINGS)).to_contain_text("没有收下")
    assert school.missing() == {HONG: "不明"}
    page.get_by_role("button", name="打开改一改").click()
    expect(page.locator("main")).to_contain_text("报过：42 到，1 没来")
    expect(page.locator(".summary")).to_contain_text(f"已经给这个班点过名，没来的是：{HONG}（不明）")
    expect(page.get_by_role("checkbox", name=MING)).to_be_checked()
    expect(page.get_by_role("checkbox", name=HONG)).not_to_be_checked()
    expect(page.locator(TIDINGS)).to_have_count(0)
    page = again(liu)  # put away once more: it is still there
    liu.open("/")
    expect(page.locator(TIDINGS)).to_contain_text("没有收下")
    page.get_by_role("button", name="打开改一改").click()
    expect(page.get_by_role("checkbox", name=MING)).to_be_checked()
    assert school.missing() == {HONG: "不明"}
    send(page).click()  # on purpose
    expect(page.locator("h1")).to_have_text("42 到，1 没来")
    assert school.missing() == {MING: "不明"}
    liu.open("/")
    expect(page.locator(TIDINGS)).to_have_count(0)


def test_a_roll_sent_twice_by_a_lost_answer_is_one(school: School, liu: Phone) -> None:
    page = liu.open("/forms/roll")
    child(page, MING).click()

    def cut(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route("**/forms/roll", cut)
    send(page).click()
    expect(page.locator("h1")).to_have_text(KEPT)
    said = school.state()
    page.unroute("**/forms/roll")
    page.get_by_text("现在再送一次").click()
    expect(page.locator("h1")).to_have_text("42 到，1 没来")
    assert school.state() == said
    assert len(school.reports()) == 1


def test_a_roll_that_waits_outlives_signing_out(school: School, liu: Phone) -> None:
    entering = pins.offer(school.db, LOGIN, bindings.issue_code(school.db, school.liu.id), "")
    pins.begin(school.db, entering, PIN, PIN, "")  # sends her phones away
    with held(chromium_of(liu), school, school.liu) as phone:
        phone.tolerated.append("status of 401")
        page = phone.open("/forms/roll")
        phone.context.set_offline(True)
        child(page, MING).click()
        send(page).click()
        expect(page.locator("h1")).to_have_text(KEPT)
        devices.revoke_all(school.db, school.liu.id, "test")
        phone.context.set_offline(False)
        page.get_by_text("现在再送一次").click()
        expect(page.locator(TIDINGS)).to_contain_text("要先登录")
        page = again(phone)
        phone.open("/")
        page.locator(TIDINGS).get_by_role("link", name="去登录").click()
        page.fill("#phone", LOGIN)
        page.fill("#number", PIN)
        page.get_by_role("button", name="进入").click()
        expect(page.locator(TIDINGS)).to_contain_text("已送达")
    assert school.missing() == {MING: "不明"}


def chromium_of(phone: Phone) -> Browser:
    """Give the browser of a phone."""
    found = phone.context.browser
    assert found is not None
    return found


def test_without_scripts_nothing_is_lost_by_being_signed_out(school: School, chromium: Browser) -> None:
    entering = pins.offer(school.db, LOGIN, bindings.issue_code(school.db, school.liu.id), "")
    pins.begin(school.db, entering, PIN, PIN, "")
    with held(chromium, school, school.liu, java_script_enabled=False) as phone:
        page = phone.open("/forms/roll")
        child(page, MING).click()
        why(page, MING, "病假").click()
        devices.revoke_all(school.db, school.liu.id, "test")
        send(page).click()
        expect(page.locator("h1")).to_have_text("请先登录")
        assert school.state() is None
        page.fill("#phone", LOGIN)
        page.fill("#number", "836027")
        page.get_by_role("button", name="进入").click()
        expect(page.locator(".summary")).to_be_visible()
        page.fill("#number", PIN)
        page.get_by_role("button", name="进入").click()
        expect(page.locator("h1")).to_have_text("登录好了")
        page.get_by_role("button", name="再交一次").click()
        expect(page.locator("h1")).to_have_text("42 到，1 请假")
    assert school.missing() == {MING: "病假"}


def test_without_scripts_a_roll_is_called_and_corrected(school: School, chromium: Browser) -> None:
    with held(chromium, school, school.liu, java_script_enabled=False) as phone:
        page = phone.open("/forms/roll")
        expect(why(page, MING, "病假")).to_be_hidden()
        child(page, MING).click()
        why(page, MING, "病假").click()
        send(page).click()
        expect(page.locator("h1")).to_have_text("42 到，1 请假")
        page.get_by_role("link", name="更正").click()
        child(page, MING).click()
        send(page).click()
        expect(page.locator("h1")).to_have_text("全到了，43 人")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_large_text_hides_neither_child_nor_button(school: School, chromium: Browser, scheme: str) -> None:
    with held(chromium, school, school.liu, color_scheme=scheme) as phone:
        page = phone.open("/forms/roll")
        hands.enlarge(page)
        last = page.locator(".pupils label[for]").last
        last.click()
        why(page, last.inner_text(), "事假").click()
        assert hands.too_wide(page) == []
        bar, reasons = page.locator(".bar").bounding_box(), page.locator(".why:visible").last.bounding_box()
        assert bar is not None
        assert reasons is not None
        assert bar["height"] < hands.HEIGHT / 3
        assert reasons["y"] + reasons["height"] <= bar["y"] + 1
        assert hands.amiss(page) == []
        send(page).click()
        expect(page.locator("h1")).to_have_text("42 到，1 请假")
        assert receipts.show_receipt(school.reports()[0]["receipt"]) in page.locator("main").inner_text()


def test_a_visit_without_a_signal_is_one_event_with_its_own_day(school: School, chromium: Browser) -> None:
    """Noted in the village, put away, sent twice because an answer was lost, arrived a week later."""
    with held(chromium, school, school.liu, service_workers="block") as liu:
        liu.context.clock.set_fixed_time(f"{MONDAY}T15:00:00+08:00")
        page = visit_to_absent(liu)
        liu.context.set_offline(True)
        page.fill("#whom", "奶奶")
        page.fill("#words", "说不想念了")
        tap(page, "result", "联系上了")
        send(page).click()
        expect(page.locator("h1")).to_have_text(KEPT)
        page = again(liu)
        school.move_to("2026-11-30")
        assert [one.key for one in school.case_events()].count("contact") == 0
        lost = []

        def cut(route: Route) -> None:
            if route.request.method == "POST":
                lost.append(route.fetch().status)  # it arrives there
                route.abort("connectionreset")
            else:
                route.continue_()

        liu.context.route("**/forms/cases/220605-*", cut)
        liu.context.set_offline(False)
        liu.open("/")
        expect(page.locator(TIDINGS)).to_contain_text("尚未送达")
        liu.context.unroute_all()
        page.get_by_text("现在送").click()
        expect(page.locator(TIDINGS)).to_contain_text("已送达：记家访")
        assert lost[0] == 201
    event = school.case_events()[-1]
    assert [one.key for one in school.case_events()].count("contact") == 1
    assert (event.facts["day"], cases.local_day(event.at)) == (MONDAY, "2026-11-30")
    assert (event.facts["way"], event.words["words"]) == ("家访", "说不想念了")


def test_a_visit_that_arrived_at_once_is_said_to_have_arrived(school: School, liu: Phone) -> None:
    page = visit_to_absent(liu)
    page.fill("#whom", "奶奶")
    tap(page, "result", "联系上了")
    send(page).click()
    expect(page.locator(".notice")).to_have_text("记家访，已经报上去了。")
    expect(page.locator(TIDINGS)).to_have_count(0)


def test_a_visit_whose_page_waited_for_a_signal_is_said_to_have_arrived(
    school: School, chromium: Browser
) -> None:
    with held(chromium, school, school.liu, service_workers="block") as liu:
        page = visit_to_absent(liu)
        page.fill("#whom", "奶奶")
        tap(page, "result", "联系上了")
        liu.context.set_offline(True)
        send(page).click()
        expect(page.locator("h1")).to_have_text(KEPT)
        liu.context.set_offline(False)
        expect(page.locator(".notice")).to_have_text("记家访，已经报上去了。")
        expect(page.locator(TIDINGS)).to_have_count(0)


def test_what_a_case_refuses_opens_again_with_what_was_typed(school: School, chromium: Browser) -> None:
    """A colleague was first while the phone had no signal; the page says who, and keeps what was typed."""
    with held(chromium, school, school.liu, service_workers="block") as liu:
        liu.tolerated.append("status of 409")
        page = liu.open("/forms/roll")
        child(page, MING).click()
        send(page).click()
        expect(page.locator("h1")).to_have_text("42 到，1 没来")
        case = school.case_events()[0].case_id
        found = cases.case_by_id(school.db, case)
        assert found is not None
        liu.open(f"/forms/cases/{found.number}?do=returned")
        tap(page, "day", "今天")
        liu.context.set_offline(True)
        send(page).click()
        expect(page.locator("h1")).to_have_text(KEPT)
        said = {"day": "今天", "way": "电话", "whom": "奶奶", "result": "联系上了"}
        work.act(school.db, found, "contact", said, school.sun, channel="desk")
        liu.context.set_offline(False)
        expect(page.locator(TIDINGS)).to_contain_text("没有收下")
        page.get_by_role("button", name="打开改一改").click()
        expect(page.locator(".summary")).to_contain_text("孙老师记了“联系”")
        send(page).click()  # on purpose, having read it
        expect(page.locator("main")).to_contain_text("办完了：已到校")
    assert [one.key for one in school.case_events()] == ["reported", "contact", "returned"]


def test_she_picks_the_child_and_looks_over_what_is_known(school: School, liu: Phone) -> None:
    ming = school.room.children[MING]
    listed = FactOrigin("xueji", "command", school.db.today(), "list")
    noting.note_fact(
        school.db,
        ming,
        "guardian",
        {"guardian_name": "徐桂兰", "relation": "祖母", "phone": "13899990000"},
        listed,
    )
    noting.note_fact(school.db, ming, "travel", {"travel": "步行"}, listed)
    page = liu.open("/forms/boarding?as=proxy")
    page.get_by_label("是您班里哪个孩子").select_option(label=MING)
    assert (hands.amiss(page), hands.too_wide(page)) == ([], [])
    page.get_by_role("button", name="就是这个孩子").click()
    expect(page.locator("#guardian_name-ours")).to_have_text(
        re.compile("我们记着的（学籍名单，.*），请看看对不对。")
    )
    expect(page.locator("#phone")).to_have_value("13899990000")
    expect(page.locator("#travel-ours")).to_have_count(1)
    assert (hands.amiss(page), hands.too_wide(page)) == ([], [])
    tap(page, "needs", "住校")
    tap(page, "reason", "离学校远")
    page.locator("#guardian_name").fill("徐国强")
    page.locator("label", has=page.locator("#consent")).click()
    check(page)
    page.get_by_role("button", name=SEND).click()
    expect(page.locator("h1")).to_contain_text("收到了")
    (report,) = school.reports()
    assert (report["channel"], report["child"]) == ("proxy", ming)
    answers = lookup.answers_of(school.db, Envelope.of(report))
    assert (answers["guardian_name"], answers["phone"], answers["travel"]) == (
        "徐国强",
        "13899990000",
        "步行",
    )
