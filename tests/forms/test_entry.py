"""Teachers come in on their phones: a code, a PIN, their phones, and whom the pages turn away."""

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from forms.teachers import entry
from intake.calendar import clock
from intake.errors import Refused
from intake.people import accounts, bindings, devices, pins, tries
from intake.people.accounts import Person
from intake.store.db import Database
from intake.web import phones
from tests.hands.classroom import TOWN, at, teacher
from tests.hands.page import NASTY, Page, opened

PHONE, PIN, OTHER = "13812340001", "274951", "836027"
WECHAT = "Mozilla/5.0 (Linux; Android 10) Chrome/86 Mobile Safari MicroMessenger/8.0.50"
DOOR, CHOOSE, MINE = "/forms/sign-in", "/forms/pin", "/forms/devices"


def post(client: FlaskClient, page: Page, path: str, /, **typed: str) -> TestResponse:
    """Fill a page in and send it, as a phone does."""
    return client.post(
        path, data={"csrf_token": page.fields["csrf_token"], **typed}, headers={"User-Agent": WECHAT}
    )


def knock(client: FlaskClient, phone: str, number: str, wanted: str = "") -> TestResponse:
    """Open the door's page, fill it in and send it."""
    return post(
        client, opened(client, f"{DOOR}?next={wanted}"), DOOR, phone=phone, number=number, next=wanted
    )


def come_in(client: FlaskClient, db: Database, person: Person, wanted: str = "") -> TestResponse:
    """Come in for the first time."""
    asked = knock(client, person.login, bindings.issue_code(db, person.id), wanted)
    assert (asked.status_code, asked.location) == (303, CHOOSE)
    return post(client, opened(client, CHOOSE), CHOOSE, pin=PIN, again=PIN)


@pytest.fixture
def person(db: Database) -> Person:
    """Give a teacher."""
    return teacher(db)


@pytest.fixture
def inside(client: FlaskClient, db: Database, person: Person) -> FlaskClient:
    """Give a phone whose teacher is in."""
    assert come_in(client, db, person).status_code == 303
    return client


@pytest.fixture
def away(app: Flask, inside: FlaskClient) -> FlaskClient:
    """Give her second phone, in by PIN."""
    other = app.test_client()
    assert knock(other, PHONE, PIN).status_code == 303
    return other


def is_in(client: FlaskClient) -> bool:
    return client.get(MINE).status_code == 200


def test_a_slip_opens_the_door_and_the_phone_is_remembered(
    client: FlaskClient, db: Database, person: Person
) -> None:
    done = come_in(client, db, person, wanted="/forms/roll")
    assert (done.status_code, done.location) == (303, "/forms/roll")
    cookie = client.get_cookie(phones.COOKIE)
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site, cookie.path, cookie.max_age) == (True, "Lax", "/", 90 * 86400)
    page = opened(client, MINE)
    assert "安卓手机（微信） · 这台" in page.words
    assert person.name in page.words
    assert client.get(DOOR).location == "/forms/class"


def test_the_cookie_is_secure_outside_of_a_demonstration(app: Flask, db: Database, person: Person) -> None:
    app.config["SESSION_COOKIE_SECURE"] = True
    client = app.test_client()
    cookie = ""
    with client:
        token = re.search(r'csrf_token" value="([^"]+)', client.get(DOOR, base_url="https://x").text)
        assert token is not None
        data = {"csrf_token": token[1], "phone": PHONE, "number": bindings.issue_code(db, person.id)}
        client.post(DOOR, data=data, base_url="https://x", headers={"Referer": "https://x/"})
        token = re.search(r'csrf_token" value="([^"]+)', client.get(CHOOSE, base_url="https://x").text)
        assert token is not None
        data = {"csrf_token": token[1], "pin": PIN, "again": PIN}
        done = client.post(CHOOSE, data=data, base_url="https://x", headers={"Referer": "https://x/"})
        cookie = next(one for one in done.headers.getlist("Set-Cookie") if one.startswith(phones.COOKIE))
    assert "Secure" in cookie
    assert "HttpOnly" in cookie


def test_the_pin_opens_another_phone(away: FlaskClient, inside: FlaskClient, db: Database) -> None:
    assert is_in(away)
    assert is_in(inside)
    assert len(db.all("SELECT 1 FROM devices WHERE revoked_at = ''")) == 2


@pytest.mark.parametrize("number", [" 2749 51", "２７４９５１", "274-951"])
def test_digits_are_read_however_they_are_typed(app: Flask, inside: FlaskClient, number: str) -> None:
    assert knock(app.test_client(), "138 1234 0001", number).status_code == 303


@pytest.mark.parametrize(
    ("phone", "number", "status", "told"),
    [
        (PHONE, "", 422, entry.NEITHER),
        (PHONE, "12345", 422, entry.NEITHER),
        (PHONE, "密码", 422, entry.NEITHER),
        ("", "12345678", 422, "请填手机号"),
        (PHONE, OTHER, 401, pins.WRONG),
        (PHONE, "12345678", 401, pins.WRONG),
        (PHONE, "1234567890", 401, pins.WRONG),
        ("13899999999", PIN, 401, pins.WRONG),
        (NASTY, PIN, 401, pins.WRONG),
    ],
)
def test_what_is_wrong_is_said_and_the_phone_number_stays(
    app: Flask, inside: FlaskClient, phone: str, number: str, status: int, told: str
) -> None:
    page = Page(knock(app.test_client(), phone, number))
    assert page.status == status
    assert told in page.words
    assert page.fields["phone"] == phone
    assert "script" not in page.tags or NASTY not in page.html
    assert page.html.index('role="alert"') < page.html.index("<form")


def test_an_account_of_letters_can_be_typed_and_what_was_typed_stays(client: FlaskClient) -> None:
    page = opened(client, "/forms/sign-in")
    assert 'type="tel"' in page.html
    other = Page(
        client.post("/forms/sign-in", data={**page.fields.to_dict(), "number": "1234567890", "letters": "1"})
    )
    assert other.status == 200
    assert 'type="tel"' not in other.html
    assert other.fields["number"] == "1234567890"
    wrong = Page(client.post("/forms/sign-in", data={**other.fields.to_dict(), "phone": "zhangsan"}))
    assert (wrong.status, wrong.fields["phone"]) == (401, "zhangsan")
    assert 'type="tel"' not in wrong.html


def test_guessing_is_stopped(app: Flask, inside: FlaskClient) -> None:
    other = app.test_client()
    for _ in range(tries.ALLOWED):
        assert knock(other, PHONE, OTHER).status_code == 401
    shut = knock(other, PHONE, PIN)
    assert (shut.status_code, shut.headers["Retry-After"]) == (429, "10")
    assert "请过 10 秒再试" in shut.text
    assert Page(shut).fields["phone"] == PHONE
    assert is_in(inside)


def test_a_void_pin_says_what_helps(app: Flask, inside: FlaskClient, db: Database) -> None:
    with db.write():
        db.run("UPDATE pins SET wrong = ?", (pins.VOID - 1,))
    other = app.test_client()
    assert pins.WRONG in knock(other, PHONE, OTHER).text
    assert is_in(inside), "a stranger who knows her number cannot sign her out"
    assert pins.IS_VOID in post(inside, opened(inside, MINE), f"{MINE}/code", pin=OTHER).text
    assert not is_in(inside), "whoever has her phone and does not know the PIN can"
    assert pins.IS_VOID in knock(inside, PHONE, PIN).text
    assert pins.WRONG in knock(other, PHONE, PIN).text, "to strangers it is as any other wrong PIN"


def test_a_code_used_twice_and_one_that_is_too_old(
    app: Flask, client: FlaskClient, db: Database, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = bindings.issue_code(db, person.id)
    both = client, app.test_client()
    for one in both:
        assert knock(one, PHONE, code).location == CHOOSE
    first, second = (post(one, opened(one, CHOOSE), CHOOSE, pin=PIN, again=PIN) for one in both)
    assert (first.status_code, second.status_code) == (303, 422)
    assert pins.SPENT in second.text
    assert knock(app.test_client(), PHONE, code).status_code == 401
    late = bindings.issue_code(db, person.id)
    at(monkeypatch, clock.here() + bindings.TERM)
    assert pins.EXPIRED in knock(app.test_client(), PHONE, late).text


def test_two_phones_with_one_code_at_once_are_one(app: Flask, db: Database, person: Person) -> None:
    code = bindings.issue_code(db, person.id)
    both = [app.test_client() for _ in range(2)]
    pages = []
    for one in both:
        knock(one, PHONE, code)
        pages.append(opened(one, CHOOSE))
    with ThreadPoolExecutor(2) as pool:
        done = pool.map(lambda n: post(both[n], pages[n], CHOOSE, pin=PIN, again=PIN).status_code, range(2))
        assert sorted(done) == [303, 422]
    assert len(db.all("SELECT 1 FROM devices")) == 1


def test_a_pin_that_is_no_good_is_said_at_its_field(
    client: FlaskClient, db: Database, person: Person
) -> None:
    knock(client, PHONE, bindings.issue_code(db, person.id))
    for pin, again, field in (("123456", "123456", "pin"), ("12", "12", "pin"), (PIN, OTHER, "again")):
        page = Page(post(client, opened(client, CHOOSE), CHOOSE, pin=pin, again=again))
        assert page.status == 422
        assert f"{field}-wrong" in page.invalid & page.ids
        assert f'value="{pin}"' not in page.html
        assert page.controls <= page.labels
    assert post(client, opened(client, CHOOSE), CHOOSE, pin=PIN, again=PIN).status_code == 303


def test_the_pin_sent_again_with_the_old_cookies_is_one_phone(
    app: Flask, client: FlaskClient, db: Database, person: Person
) -> None:
    knock(client, PHONE, bindings.issue_code(db, person.id))
    page, cookie = opened(client, CHOOSE), client.get_cookie("baoxue")
    assert cookie is not None
    for _ in range(3):  # the answer was lost: the browser knows nothing of it
        again = app.test_client()
        again.set_cookie("baoxue", cookie.value)
        assert post(again, page, CHOOSE, pin=PIN, again=PIN).status_code == 303
        assert is_in(again)
    assert len(db.all("SELECT 1 FROM devices")) == 1


def test_going_back_and_sending_the_first_pin_again_changes_nothing(
    client: FlaskClient, db: Database, person: Person
) -> None:
    knock(client, PHONE, bindings.issue_code(db, person.id))
    page = opened(client, CHOOSE)
    post(client, page, CHOOSE, pin=PIN, again=PIN)
    again = post(client, page, CHOOSE, pin=OTHER, again=OTHER)
    assert (again.status_code, again.location) == (303, "/forms/class")
    assert pins.sign_in(db, PHONE, PIN, "") == person


def test_the_door_sent_again_with_the_old_cookies_is_one_phone(
    app: Flask, inside: FlaskClient, db: Database
) -> None:
    other = app.test_client()
    page, cookie = opened(other, DOOR), other.get_cookie("baoxue")
    assert cookie is not None
    for _ in range(3):
        again = app.test_client()
        again.set_cookie("baoxue", cookie.value)
        assert post(again, page, DOOR, phone=PHONE, number=PIN).status_code == 303
        assert is_in(again)
    assert len(db.all("SELECT 1 FROM devices")) == 2


def test_ten_minutes_after_the_code_it_is_asked_again(
    client: FlaskClient, db: Database, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = bindings.issue_code(db, person.id)
    knock(client, PHONE, code)
    page = opened(client, CHOOSE)
    start = clock.here()
    at(monkeypatch, start + pins.TERM + timedelta(seconds=1))
    late = post(client, page, CHOOSE, pin=PIN, again=PIN)
    assert late.status_code == 401
    assert pins.TOO_SLOW in late.text
    assert client.get(CHOOSE).location == DOOR
    assert knock(client, PHONE, code).location == CHOOSE


def test_nobody_chooses_a_pin_without_a_code(client: FlaskClient, db: Database, person: Person) -> None:
    assert client.get(CHOOSE).location == DOOR
    assert post(client, opened(client, DOOR), CHOOSE, pin=PIN, again=PIN).status_code == 401
    assert not db.all("SELECT 1 FROM pins")


def test_changing_the_pin_keeps_this_phone_alone(
    away: FlaskClient, inside: FlaskClient, db: Database
) -> None:
    page = opened(inside, CHOOSE)
    assert {"now", "pin", "again"} <= page.names
    wrong = Page(post(inside, page, CHOOSE, now="592703", pin=OTHER, again=OTHER))
    assert (wrong.status, wrong.invalid & wrong.ids) == (422, {"now-hint", "now-wrong"})
    assert is_in(away)
    done = post(inside, opened(inside, CHOOSE), CHOOSE, now=PIN, pin=OTHER, again=OTHER)
    assert (done.status_code, done.location) == (303, MINE)
    assert "密码改好了" in opened(inside, MINE).words
    assert not is_in(away)
    assert knock(away, PHONE, PIN).status_code == 401
    assert knock(away, PHONE, OTHER).status_code == 303


def test_a_phone_is_sent_away_from_another(away: FlaskClient, inside: FlaskClient, db: Database) -> None:
    page = opened(inside, MINE)
    forms = [link for link in page.links if link.endswith("/revoke")]
    assert len(forms) == 2
    here = devices.find_device(db, inside.get_cookie(phones.COOKIE).value)  # type: ignore[union-attr]
    assert here is not None
    (other,) = [link for link in forms if here.id not in link]
    for _ in range(2):
        assert post(inside, page, other).location == MINE
    assert (is_in(inside), is_in(away)) == (True, False)
    assert len([link for link in opened(inside, MINE).links if link.endswith("/revoke")]) == 1
    assert post(inside, page, f"{MINE}/{here.id}/revoke").location == DOOR
    assert not is_in(inside)


def test_phones_of_others_and_none_are_not_there(app: Flask, inside: FlaskClient, db: Database) -> None:
    other = app.test_client()
    come_in(other, db, teacher(db, login="13812340002"))
    theirs = devices.find_device(db, other.get_cookie(phones.COOKIE).value)  # type: ignore[union-attr]
    assert theirs is not None
    page = opened(inside, MINE)
    for device in (theirs.id, "none"):
        assert post(inside, page, f"{MINE}/{device}/revoke").status_code == 404
    assert is_in(other)


def test_signing_out_is_for_good_and_harmless_again(inside: FlaskClient) -> None:
    page, cookie = opened(inside, MINE), inside.get_cookie(phones.COOKIE)
    assert cookie is not None
    for _ in range(2):
        assert post(inside, page, "/forms/sign-out").location == DOOR
    assert inside.get_cookie(phones.COOKIE) is None
    assert "已经退出了" in opened(inside, DOOR).words
    inside.set_cookie(phones.COOKIE, cookie.value)
    assert not is_in(inside)


def test_who_comes_in_on_a_phone_of_another_takes_its_place(inside: FlaskClient, db: Database) -> None:
    page = opened(inside, MINE)
    second = teacher(db, login="13812340002", name="孙老师")
    code = bindings.issue_code(db, second.id)
    assert post(inside, page, DOOR, phone=second.login, number=code).location == CHOOSE
    post(inside, opened(inside, CHOOSE), CHOOSE, pin=OTHER, again=OTHER)
    assert "孙老师" in opened(inside, MINE).words
    assert len(db.all("SELECT 1 FROM devices WHERE revoked_at = ''")) == 1


def test_coming_in_clears_the_session(client: FlaskClient, db: Database, person: Person) -> None:
    with client.session_transaction() as session:
        session["reporter"] = "web:somebody"
    come_in(client, db, person)
    with client.session_transaction() as session:
        assert not session


def test_binding_wechat_takes_the_pin(inside: FlaskClient, db: Database, person: Person) -> None:
    page = opened(inside, MINE)
    wrong = Page(post(inside, page, f"{MINE}/code", pin=OTHER))
    assert (wrong.status, "pin-wrong" in wrong.invalid) == (422, True)
    assert not re.search(r"绑定 \d{10}", wrong.words)
    shown = Page(post(inside, page, f"{MINE}/code", pin=PIN))
    code = re.search(r"绑定 (\d{10})", shown.words)
    assert code is not None
    assert bindings.bind(db, "wechat:someone", code[1]) == person
    assert "换微信" in opened(inside, MINE).words
    row = db.one("SELECT actor FROM audit WHERE verb = 'binding.issued' ORDER BY id DESC")
    assert row is not None
    assert row["actor"] == person.actor


def test_trying_pins_on_a_phone_that_is_in_is_stopped(inside: FlaskClient, db: Database) -> None:
    page = opened(inside, MINE)
    for _ in range(tries.ALLOWED):
        assert post(inside, page, f"{MINE}/code", pin=OTHER).status_code == 422
    assert post(inside, page, f"{MINE}/code", pin=PIN).status_code == 429
    assert post(inside, opened(inside, CHOOSE), CHOOSE, now=PIN, pin=OTHER, again=OTHER).status_code == 429


@pytest.mark.parametrize("token", ["", "made-up"])
def test_a_page_without_its_token_changes_nothing(
    inside: FlaskClient, away: FlaskClient, app: Flask, db: Database, token: str
) -> None:
    stale: MultiDict[str, str] = MultiDict({"csrf_token": token})
    page = Page(app.test_client().post(DOOR, data={"phone": PHONE, "number": PIN, "csrf_token": token}))
    assert (page.status, page.fields["phone"], page.fields["number"]) == (400, PHONE, PIN)
    here = devices.find_device(db, away.get_cookie(phones.COOKIE).value)  # type: ignore[union-attr]
    assert here is not None
    for path in (f"{MINE}/{here.id}/revoke", "/forms/sign-out", f"{MINE}/code"):
        assert inside.post(path, data=stale).status_code == 400
    changed = {"now": PIN, "pin": OTHER, "again": OTHER, **stale}
    assert inside.post(CHOOSE, data=changed).status_code == 400
    assert is_in(inside)
    assert is_in(away)
    assert pins.sign_in(db, PHONE, PIN, "")


@pytest.mark.parametrize("path", ["/forms/sign-in", "/forms/pin", "/forms/devices/x/revoke", "/forms/devices/code",
                                  "/forms/sign-out", "/forms/devices"])  # fmt: skip
def test_an_empty_or_odd_request_is_answered_in_chinese(inside: FlaskClient, path: str) -> None:
    for data in ({}, {"phone": NASTY, "number": NASTY, "pin": NASTY, "again": NASTY, "now": NASTY}):
        told = inside.post(path, data=data)
        assert told.status_code in (303, 400, 404)
        assert "Traceback" not in told.text


def test_pages_for_teachers_turn_others_away(app: Flask, client: FlaskClient) -> None:
    looked = client.get(f"{MINE}?a=1&b=二")
    assert looked.status_code == 303
    with app.test_request_context():
        assert looked.location == url_for("entry.page", next=f"{MINE}?a=1&b=二")
    for headers in ({}, {"Idempotency-Key": "1"}):
        told = Page(client.post(f"{MINE}/x/revoke", headers=headers))
        assert told.status == 401
        assert "请先登录" in told.words
        assert DOOR in told.links


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:1"]
)
def test_nobody_is_led_to_another_site(
    app: Flask, client: FlaskClient, db: Database, person: Person, wanted: str
) -> None:
    assert come_in(client, db, person, wanted).location == "/forms/class"
    assert knock(app.test_client(), PHONE, PIN, wanted).location == "/forms/class"


def test_another_door_signs_a_phone_in_once(
    app: Flask, client: FlaskClient, db: Database, person: Person
) -> None:
    town = accounts.person_by_id(
        db, accounts.add_person(db, name="某", login="town", password="long enough", role="bureau", area=TOWN)
    )
    assert town is not None
    headers: list[str] = []
    for _ in range(2):
        with app.test_request_context(headers={"User-Agent": WECHAT, "Cookie": "; ".join(headers)}):
            answer = entry.remember(app.response_class(), person)
            headers += [one.split(";")[0] for one in answer.headers.getlist("Set-Cookie")]
    with app.test_request_context(), pytest.raises(Refused):
        entry.remember(app.response_class(), town)
    (device,) = devices.devices_of(db, person.id)
    assert device.name == "安卓手机（微信）"
    name, value = headers[0].split("=", 1)
    client.set_cookie(name, value)
    page = opened(client, MINE)
    assert "pin" not in page.names
    assert re.search(r"绑定 \d{10}", post(client, page, f"{MINE}/code").text)
    assert "again" not in opened(client, CHOOSE).names  # a first PIN takes a code from a slip
    assert post(client, opened(client, CHOOSE), CHOOSE, pin=PIN, again=PIN).status_code == 422
    assert is_in(client)
    assert not pins.has(db, person.id)


def test_who_is_in_costs_one_query(
    app: Flask, inside: FlaskClient, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    one = db.one

    def watch(sql: str, args: tuple[str, ...] = ()) -> object:
        asked.append(sql)
        return one(sql, args)

    monkeypatch.setattr(db, "one", watch)
    cookie = inside.get_cookie(phones.COOKIE)
    assert cookie is not None
    with app.test_request_context(headers={"Cookie": f"{phones.COOKIE}={cookie.value}"}):
        found = [entry.teacher() for _ in range(3)]
    assert found[0] is not None
    assert len(asked) == 1
    with app.test_request_context():
        assert entry.teacher() is None
    assert len(asked) == 1  # who has no cookie costs nothing


def test_nothing_secret_is_logged_or_addressed(
    app: Flask, client: FlaskClient, db: Database, person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    code = bindings.issue_code(db, person.id)
    answers = [knock(client, PHONE, "1000000000"), knock(client, PHONE, code)]
    answers.append(post(client, opened(client, CHOOSE), CHOOSE, pin=PIN, again=PIN))
    answers.append(knock(app.test_client(), PHONE, OTHER))
    told = caplog.text + str([tuple(row) for row in db.all("SELECT * FROM audit")])
    told += str([one.location for one in answers])
    assert not [secret for secret in (PHONE, PIN, OTHER, code) if secret in told]
    assert all(one.headers["Cache-Control"] == "no-store" for one in answers if one.status_code != 303)


@pytest.mark.parametrize("path", [DOOR, CHOOSE, MINE])
def test_pages_are_plain_and_labelled(inside: FlaskClient, app: Flask, path: str) -> None:
    page = opened(app.test_client() if path == DOOR else inside, path)
    assert page.controls <= page.labels
    assert page.described <= page.ids
    assert not [name for name in page.attributes if name == "style" or (name.startswith("on"))]
    assert ("/phone/enter.js" in page.html) == (path == DOOR)
    assert page.html.count("<h1") == 1
    with (inside if path != DOOR else app.test_client()).get("/phone/enter.js") as script:
        assert len(script.data) < 1000
