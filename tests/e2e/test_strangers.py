"""What others try with a teacher's phone: pages of their own, planted cookies, and reading what a house leaves behind."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from intake.people import bindings, devices, pins
from intake.web import phones
from tests.e2e import browser as hands
from tests.e2e.elsewhere import other_site
from tests.e2e.form import SEND
from tests.e2e.school import LOGIN, MING, PIN, School, child, held, send, visit
from tests.e2e.server import HOST, MONDAY

FORM = """<!doctype html><form method="post" action="{house}/forms/roll">
<input name="class" value="{room}"><input name="day" value="{day}"><input name="csrf_token" value="">
<button>领红包</button></form>"""
FETCHES = """async ([house, body]) => {
  const told = [], key = {'Idempotency-Key': 'roll', 'Content-Type': 'application/x-www-form-urlencoded'};
  const ways = [
    {mode: 'no-cors', headers: key}, {mode: 'cors', headers: key}, {mode: 'no-cors'}, {mode: 'cors'},
    {mode: 'no-cors', headers: {...key, 'Content-Type': 'text/plain'}},
  ];
  for (const way of ways)
    try { told.push((await fetch(house + '/forms/roll', {method: 'POST', credentials: 'include', body, ...way})).type); }
    catch (error) { told.push(error.name); }
  navigator.sendBeacon(house + '/forms/roll', new Blob([body], {type: 'application/x-www-form-urlencoded'}));
  return told;
}"""


@pytest.fixture
def elsewhere(school: School) -> Iterator[int]:
    """Give the port of another server, whose one page posts a roll to the house."""
    with other_site(FORM.format(house=school.home, room=school.room.id, day=MONDAY)) as port:
        yield port


@pytest.mark.parametrize("host", [HOST, "localhost"])
def test_a_page_of_somebody_else_marks_no_roll(
    school: School, chromium: Browser, elsewhere: int, host: str
) -> None:
    """Other ports of a host are the same site, to which browsers send the cookies: the token must do it alone."""
    with held(chromium, school, school.liu) as phone:
        phone.tolerated.extend(["stranger", "CORS", "NotSameOrigin", "status of 40[0134]"])
        page = phone.page
        page.goto(f"http://{host}:{elsewhere}/")
        body = f"class={school.room.id}&day={MONDAY}"
        told = page.evaluate(FETCHES, [school.home, body])
        assert told == ["TypeError"] * 5  # sent, and not even the bare fact of an answer is given away
        with page.expect_navigation() as went:
            page.get_by_role("button").click()
        assert went.value is not None
        assert went.value.status == (400 if host == HOST else 401)
        assert school.state() is None
        assert "Idempotency-Key" not in went.value.request.headers
        phone.open("/forms/roll")
        send(page).click()
        expect(page.locator("h1")).to_have_text("全到了，43 人")


def test_a_planted_cookie_opens_nothing(school: School, chromium: Browser) -> None:
    """Somebody prepared this browser with cookies of theirs; whoever signs in there gets new ones."""
    entering = pins.offer(school.db, LOGIN, bindings.issue_code(school.db, school.liu.id), "")
    pins.begin(school.db, entering, PIN, PIN, "")
    with hands.phone(chromium, school.home) as phone:
        page = phone.open("/forms/sign-in")
        planted = {one["name"]: one["value"] for one in phone.context.cookies()}
        token = devices.new_token()
        phone.context.add_cookies([{"name": phones.COOKIE, "value": token, "url": school.home}])
        page.fill("#phone", LOGIN)
        page.fill("#number", PIN)
        page.get_by_role("button", name="进入").click()
        expect(page.locator("h1")).to_have_text("我的班")
        mine = {one["name"]: one for one in phone.context.cookies()}
        assert mine[phones.COOKIE]["value"] != token
        assert mine.get("baoxue", {}).get("value") != planted["baoxue"]
        assert all(one["httpOnly"] and one["sameSite"] == "Lax" for one in mine.values())
    assert devices.find_device(school.db, token) is None


def test_a_house_leaves_nothing_lying_about(school: School, chromium: Browser) -> None:
    asked: list[str] = []
    code = bindings.issue_code(school.db, school.liu.id)
    with hands.phone(chromium, school.home) as phone:
        phone.context.on("request", lambda request: asked.append(request.url))
        page = phone.open(f"/forms/sign-in#code={code}")
        page.fill("#phone", LOGIN)
        page.get_by_role("button", name="进入").click()
        page.fill("#pin", PIN)
        page.fill("#again", PIN)
        page.get_by_role("button", name="设好了").click()
        titles = [page.title()]
        phone.open("/forms/roll")
        child(page, MING).click()
        send(page).click()
        expect(page.locator("h1")).to_have_text("42 到，1 没来")
        titles.append(page.title())
        page.get_by_role("link", name="写联系结果").click()
        visit(page, "家访，孩子在奶奶家")
        page.get_by_text(SEND).click()
        expect(page.locator("h1")).to_have_text("收到了，谢谢您")
        titles.append(page.title())
    data = Path(school.server.env["BAOXUE_DATA"])
    with closing(sqlite3.connect(data / "baoxue.db")) as db:
        audit = [str(row) for row in db.execute("SELECT actor, verb, subject, detail FROM audit")]
    assert any("roll.marked" in row for row in audit)
    left = "\n".join([school.server.log.read_text("utf-8"), *asked, *titles, *audit])
    for secret in (MING, "%E7%8E%8B", LOGIN, PIN, code, "家访", "刘老师"):
        assert secret not in left
    assert date.fromisoformat(MONDAY).isoformat() in left
