"""Attacks on the doors: nobody is shut out from elsewhere, nobody guesses more than is allowed, nothing tells who is there."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import count
from typing import cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import wsgi
from intake.calendar import clock
from intake.language import slip_codes
from intake.people import accounts, bindings, manage, pins, tries
from intake.people.accounts import Person
from intake.reports import door, receipts
from intake.settings import Settings
from intake.store import audit
from intake.store.db import Database
from intake.web import knocks
from tests.hands import staffed
from tests.hands.classroom import at, teacher
from tests.hands.page import Page, public, send
from tests.hands.samples import sample

A, B, NET = "192.0.2.7", "198.51.100.9", "203.0.113."
DESK, PHONES, STATUS = "/desk/sign-in", "/forms/sign-in", "/forms/status"
PHONE, PIN, OTHER, WRONG = "13812340001", "274951", "836027", "wrong-password"
FOUR, NAME = "1234", "王小明"


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """Give the application without the limits of requests: what is left is what counts tries."""
    made = wsgi.create_app({"DATA": settings.data, "MODE": settings.mode, "RATE_LIMIT": "off"})
    made.test_client().get("/healthz")  # binds the addresses, before a crowd comes
    yield made
    cast(Database, made.extensions["baoxue.db"]).close()


@pytest.fixture
def clerk(db: Database) -> Person:
    """Give an officer with a password."""
    return staffed.one(db, "officer")


@pytest.fixture
def liu(db: Database) -> Person:
    """Give a teacher with a PIN."""
    person = teacher(db, login=PHONE)
    entering = pins.offer(db, PHONE, bindings.issue_code(db, person.id), A)
    pins.begin(db, entering, PIN, PIN, "Android")
    return person


@pytest.fixture
def receipt(db: Database) -> str:
    """Give the receipt of a report of 王小明."""
    raw = sample("absence", 1) | {"child_name": NAME, "phone": "13800001234"}
    return door.receive(db, "absence", raw, channel="form", reporter="web:1").receipt


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._patch, self.moment = patch, clock.here()
        self.later(0)

    def later(self, seconds: float) -> None:
        """Let so much time pass."""
        self.moment += timedelta(seconds=seconds)
        at(self._patch, self.moment)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Give the house's clock, standing."""
    return Clock(monkeypatch)


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give what is looked at with the costly hash."""
    seen, real = list[str](), accounts.matches

    def look(kept: str, said: str) -> bool:
        seen.append(said)
        return real(kept, said)

    monkeypatch.setattr(accounts, "matches", look)
    return seen


def token_of(client: FlaskClient, path: str) -> str:
    """Give the token of a page's form."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).get_data(as_text=True))
    assert found
    return found[1]


def sent(client: FlaskClient, path: str, address: str, token: str = "", /, **typed: str) -> TestResponse:
    """Send a form from an address."""
    typed["csrf_token"] = token or token_of(client, path)
    return client.post(path, data=typed, environ_overrides={"REMOTE_ADDR": address})


def desk(client: FlaskClient, address: str, password: str = WRONG, login: str = "officer") -> TestResponse:
    return sent(client, DESK, address, login=login, password=password)


def phone(client: FlaskClient, address: str, number: str = OTHER, login: str = PHONE) -> TestResponse:
    return sent(client, PHONES, address, phone=login, number=number)


def wait_of(answer: TestResponse) -> int:
    """Give for how long an answer asks to wait: header and sentence say the same."""
    assert answer.status_code == 429
    wait = int(answer.headers["Retry-After"])
    told = f"请过 {wait} 秒再试" if wait <= 120 else f"请过 {-(-wait // 60)} 分钟再试"
    assert told in answer.get_data(as_text=True)
    return wait


def stranger(app: Flask) -> FlaskClient:
    return app.test_client()


Try = Callable[[FlaskClient, str, bool], TestResponse]
"""A try at a door from an address, right or wrong."""
DOORS: dict[str, Try] = {
    "desk": lambda client, address, right: desk(client, address, staffed.PASSWORD if right else WRONG),
    "phone": lambda client, address, right: phone(client, address, PIN if right else OTHER),
}


@pytest.fixture(params=DOORS)
def knocking(request: pytest.FixtureRequest, clerk: Person, liu: Person) -> Try:
    """Give the way to try each door in turn."""
    return DOORS[str(request.param)]


def test_sixty_at_once_try_no_more_than_five(app: Flask, knocking: Try, checked: list[str]) -> None:
    crowd = [stranger(app) for _ in range(60)]
    with ThreadPoolExecutor(60) as pool:
        told = list(pool.map(lambda one: knocking(one, A, False).status_code, crowd))
    assert len(checked) == tries.ALLOWED
    assert (told.count(401), told.count(429)) == (tries.ALLOWED, 55)
    assert knocking(stranger(app), B, True).status_code == 303


def test_sixty_codes_at_once_try_no_more_than_five(app: Flask, db: Database, liu: Person) -> None:
    crowd = [stranger(app) for _ in range(60)]
    with ThreadPoolExecutor(60) as pool:
        told = list(pool.map(lambda n: phone(crowd[n], A, f"{n + 10}00000000").status_code, range(60)))
    assert (told.count(401), told.count(429)) == (tries.ALLOWED, 55)
    assert len(db.all("SELECT 1 FROM audit WHERE verb = 'code.refused'")) == tries.ALLOWED


def test_whoever_tries_elsewhere_shuts_nobody_out(app: Flask, knocking: Try, watch: Clock) -> None:
    own, away, thief = stranger(app), stranger(app), stranger(app)
    assert knocking(own, A, True).status_code == 303
    own.post("/forms/sign-out", data={"csrf_token": "x"})
    own.delete_cookie("baoxue_device")
    for _ in range(tries.ALLOWED):
        assert knocking(thief, A, False).status_code == 401
    assert wait_of(knocking(thief, A, True)) == tries.WAITS[0]
    assert knocking(away, B, True).status_code == 303, "from elsewhere at once"
    assert knocking(own, A, True).status_code == 303, "a browser that was good before is no stranger"
    assert wait_of(knocking(thief, A, True)) == tries.WAITS[0], "what others may does not help a thief"


def test_each_further_try_waits_for_as_long_as_is_said(app: Flask, knocking: Try, watch: Clock) -> None:
    thief = stranger(app)
    for _ in range(tries.ALLOWED):
        assert knocking(thief, A, False).status_code == 401
    for wait in (*tries.WAITS, tries.WAITS[-1]):
        assert wait_of(knocking(thief, A, False)) == wait
        watch.later(wait - 1)
        assert wait_of(knocking(thief, A, True)) == 1
        watch.later(1)
        assert knocking(thief, A, False).status_code == 401
    watch.later(tries.WAITS[-1])
    assert knocking(thief, A, True).status_code == 303
    assert [knocking(stranger(app), A, False).status_code for _ in range(6)] == [401] * 5 + [429]


def test_a_household_of_ipv6_is_one_and_the_next_is_another(app: Flask, knocking: Try) -> None:
    for number in range(tries.ALLOWED):
        knocking(stranger(app), f"2001:db8:0:1:{number}::1", False)
    assert knocking(stranger(app), "2001:db8:0:1:ffff::9", True).status_code == 429
    assert knocking(stranger(app), "2001:db8:0:2::9", True).status_code == 303


def test_the_known_browsers_cookie_opens_nothing_and_is_of_its_account_alone(
    app: Flask, db: Database, clerk: Person, liu: Person, watch: Clock
) -> None:
    own = stranger(app)
    desk(own, A, staffed.PASSWORD)
    cookie = own.get_cookie(knocks.COOKIE)
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site, cookie.path) == (True, "Lax", "/")
    assert cookie.max_age == tries.KNOWN.days * 86400
    assert not [one for one in (clerk.id, clerk.login, "officer") if one in cookie.value]
    thief = stranger(app)
    thief.set_cookie(knocks.COOKIE, cookie.value)
    assert thief.get("/desk/").status_code == 303
    assert thief.get("/forms/devices").status_code == 303
    for number in range(tries.ALLOWED):
        phone(stranger(app), A)
        desk(stranger(app), A)
        assert number or phone(thief, B).status_code == 401
    assert phone(thief, A).status_code == 429, "it is known for another account"
    forged = cookie.value.replace(cookie.value[:4], "0000", 1)
    for marks in (forged, "~~~", "..", "\udcff.1.2", cookie.value * 40, ""):
        made_up = stranger(app)
        made_up.set_cookie(knocks.COOKIE, marks.encode("utf-8", "replace").decode())
        assert desk(made_up, A, staffed.PASSWORD).status_code == 429
    own.post("/desk/sign-out", data={"csrf_token": token_of(own, "/desk/me")})
    assert own.get("/desk/").status_code == 303
    assert own.get_cookie(knocks.COOKIE) is not None
    assert desk(own, A, staffed.PASSWORD).status_code == 303
    watch.later(tries.KNOWN.total_seconds() + 1)
    for _ in range(tries.ALLOWED):
        desk(stranger(app), A)
    assert desk(thief, A, staffed.PASSWORD).status_code == 429, "its time is over"


def test_a_known_browser_waits_for_its_own_wrong_tries_and_becomes_a_stranger(
    app: Flask, knocking: Try, watch: Clock
) -> None:
    own = stranger(app)
    knocking(own, A, True)
    own.delete_cookie("baoxue_device")
    for _ in range(tries.ALLOWED):
        assert knocking(own, B, False).status_code == 401
    assert wait_of(knocking(own, B, True)) == tries.WAITS[0]
    assert knocking(stranger(app), B, True).status_code == 303, "nobody else waits for that"
    own.set_cookie("baoxue_device", "")
    for _ in range(tries.OWN - tries.ALLOWED):
        watch.later(tries.WAITS[-1])
        assert knocking(own, B, False).status_code == 401
    told = [knocking(own, B, False).status_code for _ in range(tries.ALLOWED + 1)]
    assert told == [401] * tries.ALLOWED + [429], "from now on it is counted like everybody at this address"


def test_one_address_never_reaches_the_ceiling_of_a_password(
    app: Flask, db: Database, clerk: Person, watch: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    thief = stranger(app)
    token = token_of(thief, DESK)
    with monkeypatch.context() as patch:
        patch.setattr(accounts, "matches", lambda kept, said: False)
        for _ in range(tries.PASSWORD.most + 20):
            assert sent(thief, DESK, A, token, login="officer", password=WRONG).status_code == 401
            watch.later(tries.WAITS[-1])
    assert desk(stranger(app), B, staffed.PASSWORD).status_code == 303


def test_many_addresses_meet_a_ceiling_and_neither_known_browsers_nor_codes_do(
    app: Flask, db: Database, clerk: Person, watch: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, thief = stranger(app), stranger(app)
    desk(own, A, staffed.PASSWORD)
    own.delete_cookie("baoxue_device")
    code, token, taken = bindings.issue_code(db, clerk.id), token_of(thief, DESK), 0
    with monkeypatch.context() as patch:
        patch.setattr(accounts, "matches", lambda kept, said: False)
        for number in range(250):
            taken += (
                sent(thief, DESK, f"{NET}{number}", token, login="officer", password=WRONG).status_code == 401
            )
    assert taken == tries.PASSWORD.most
    assert wait_of(desk(stranger(app), B, staffed.PASSWORD)) == tries.PASSWORD.slow
    assert desk(own, f"{NET}251", staffed.PASSWORD).status_code == 303
    assert desk(stranger(app), f"{NET}252", code).location.startswith("/desk/password")
    watch.later(tries.PASSWORD.slow)
    told = [desk(stranger(app), f"{NET}{number}").status_code for number in range(50)]
    assert (told[0], set(told[1:])) == (401, {429}), "then one a minute, of all of them together"
    watch.later(tries.PASSWORD.slow)
    assert desk(stranger(app), B, staffed.PASSWORD).status_code == 303


def test_a_pin_bears_fifty_tries_of_the_whole_world(
    app: Flask, db: Database, liu: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, thief = stranger(app), stranger(app)
    phone(own, A, PIN)
    own.delete_cookie("baoxue_device")
    code, token, looked = bindings.issue_code(db, liu.id), token_of(thief, PHONES), count()
    with monkeypatch.context() as patch:
        patch.setattr(accounts, "matches", lambda kept, said: bool(next(looked)) and False)
        told = [
            sent(thief, PHONES, f"{NET}{n}", token, phone=PHONE, number=OTHER).get_data(as_text=True)
            for n in range(200)
        ]
    assert next(looked) == tries.PIN.most
    assert sum(pins.SHUT in one for one in told) == 200 - tries.PIN.most
    assert pins.SHUT in phone(stranger(app), B, PIN).get_data(as_text=True)
    assert phone(own, f"{NET}1", PIN).status_code == 303
    assert phone(stranger(app), f"{NET}1", code).location == "/forms/pin"
    assert manage.unlock(db, PHONE) > 0
    assert phone(stranger(app), B, PIN).status_code == 303


def test_a_hundred_wrong_from_one_address_close_no_school(
    app: Flask, db: Database, liu: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, thief = stranger(app), stranger(app)
    phone(own, A, PIN)
    own.delete_cookie("baoxue_device")
    code, token = bindings.issue_code(db, liu.id), token_of(thief, PHONES)
    with monkeypatch.context() as patch:
        patch.setattr(accounts, "matches", lambda kept, said: False)
        for number in range(tries.FROM_ONE_PLACE):
            sent(thief, PHONES, A, token, phone=f"139000000{number:02}", number=OTHER)
    assert wait_of(phone(stranger(app), A, PIN)) == tries.WAITS[0]
    assert phone(own, A, PIN).status_code == 303
    assert phone(stranger(app), A, code).location == "/forms/pin"


@pytest.fixture
def people(db: Database) -> list[str]:
    """Give logins of equal length: one with a password, one with a code alone, one with a PIN, one that ended, none."""
    for login, password in (
        ("clerk0001", staffed.PASSWORD),
        ("clerk0002", None),
        ("clerk0003", staffed.PASSWORD),
    ):
        accounts.add_person(db, name="某", login=login, password=password, role="officer", area="220605")
    manage.deactivate(db, "clerk0003")
    for login in ("13812340001", "13812340002", "13812340003"):
        made = teacher(db, login=login)
        entering = pins.offer(db, login, bindings.issue_code(db, made.id), B)
        if login != "13812340002":
            pins.begin(db, entering, PIN, PIN, "Android")
    bindings.issue_code(db, teacher(db, login="13812340004").id)
    manage.deactivate(db, "13812340003")
    return ["clerk0001", "clerk0002", "clerk0003", "clerk0009",
            "13812340001", "13812340002", "13812340003", "13812340004", "13812340009"]  # fmt: skip


def plain(answer: TestResponse, login: str) -> tuple[int, str, list[tuple[str, str]]]:
    """Give all of an answer but what is made by chance, and the login that was typed."""
    page = re.sub(r'(name="csrf_token" value=")[^"]+', r"\1", answer.get_data(as_text=True))
    headers = [
        (name, value.split("=")[0] if name == "Set-Cookie" else value) for name, value in answer.headers
    ]
    return (
        answer.status_code,
        page.replace(login, "LOGIN"),
        [one for one in headers if one[0] != "Content-Length"],
    )


def effort(db: Database, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give a list that grows by each statement."""
    done: list[str] = []
    for name in ("one", "all", "run"):
        real = getattr(db, name)

        def watched(sql: str, args: tuple[str, ...] = (), real: Callable[..., object] = real) -> object:
            done.append(sql)
            return real(sql, args)

        monkeypatch.setattr(db, name, watched)
    return done


@pytest.mark.parametrize("said", [WRONG, "12345678", "1234567890", OTHER])
def test_nothing_tells_who_is_there_over_the_whole_series(
    app: Flask, db: Database, people: list[str], watch: Clock, checked: list[str], said: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    done, told = effort(db, monkeypatch), dict[str, list[object]]()
    for number, login in enumerate(people):
        client, side = stranger(app), "clerk" in login
        path, names = (DESK, ("login", "password")) if side else (PHONES, ("phone", "number"))
        if not side and said == WRONG:
            continue
        start, token, series = watch.moment, token_of(client, path), list[object]()
        for pause in (0,) * 7 + (10, 0, 20, 40, 0, 60, 60):
            watch.later(pause)
            done.clear()
            checked.clear()
            answer = sent(
                client, path, f"{NET}{number}", token, **dict(zip(names, (login, said), strict=True))
            )
            series.append((plain(answer, login), len(done), len(checked)))
        told[login] = series
        watch.later((start - watch.moment).total_seconds())
    for kind in ("clerk", "138"):
        same = [series for login, series in told.items() if login.startswith(kind)]
        assert all(series == same[0] for series in same)
        statuses = [one[0][0] for one in same[0]] if same else []  # type: ignore[index]
        assert {401, 429} >= set(statuses)
        assert not same or statuses.count(429) >= 3


def test_wrong_proofs_of_a_receipt_shut_no_parent_out(
    app: Flask, db: Database, receipt: str, watch: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look(client: FlaskClient, address: str, four: str = "0000", number: str = receipt) -> TestResponse:
        return sent(client, STATUS, address, receipt=number, last_four=four, child_name=NAME)

    own = stranger(app)
    assert look(own, A, FOUR).status_code == 200
    own.delete_cookie("baoxue")
    nobodys = next(f"{n}" for n in range(100000000000, 100000000100) if receipts.read_receipt(f"{n}"))
    for number in (receipt, nobodys):
        assert [look(stranger(app), A, number=number).status_code for _ in range(6)] == [422] * 5 + [429]
    assert wait_of(look(stranger(app), A, FOUR)) == tries.WAITS[0]
    assert look(own, A, FOUR).status_code == 200
    assert look(stranger(app), B, FOUR).status_code == 200
    api = f"/api/v1/reports/{receipt}"
    asked = app.test_client().get(api, auth=(FOUR, NAME), environ_overrides={"REMOTE_ADDR": A})
    assert asked.status_code == 429, "it is one and the same door"
    assert (
        app.test_client().get(api, auth=(FOUR, NAME), environ_overrides={"REMOTE_ADDR": B}).status_code == 200
    )
    shut = {number: {look(stranger(app), f"{NET}{n}", number=number).get_data(as_text=True).count("报过或查过的手机")
                     for n in range(100)} for number in (receipt, nobodys)}  # fmt: skip
    assert shut == {receipt: {0, 1}, nobodys: {0, 1}}, (
        "after a hundred of the whole world it is closed to strangers"
    )
    assert look(stranger(app), B, FOUR).status_code == 422
    assert look(own, B, FOUR).status_code == 200
    watch.later(tries.PROOF.span.total_seconds() + 1)
    assert look(stranger(app), A, FOUR).status_code == 200


def test_the_browser_that_sent_a_report_is_known_for_it(app: Flask, db: Database) -> None:
    own = stranger(app)
    answer = send(own, "absence", public("absence", 1) | {"child_name": NAME, "phone": "13800001234"})
    assert answer.status_code in (200, 303)
    row = db.one("SELECT receipt FROM reports")
    assert row is not None
    own.delete_cookie("baoxue")
    typed = {"receipt": str(row["receipt"]), "child_name": NAME}
    for n in range(tries.PROOF.most):
        sent(stranger(app), STATUS, f"{NET}{n}", **typed, last_four="0000")
    assert "报过或查过的手机" in sent(stranger(app), STATUS, B, **typed, last_four=FOUR).get_data(
        as_text=True
    )
    assert sent(own, STATUS, B, **typed, last_four=FOUR).status_code == 200


def test_a_clock_that_goes_back_shuts_nobody_out(app: Flask, knocking: Try, watch: Clock) -> None:
    thief = stranger(app)
    midnight = datetime.combine(watch.moment.date(), datetime.max.time(), clock.CHINA)
    watch.later((midnight - watch.moment).total_seconds())
    for _ in range(tries.ALLOWED):
        knocking(thief, A, False)
    assert wait_of(knocking(thief, A, True)) == tries.WAITS[0]
    watch.later(-24 * 3600 + 1)  # as on the pinned day of a demonstration
    assert knocking(thief, A, True).status_code == 303


def test_who_manages_accounts_lets_somebody_try_again(app: Flask, db: Database, clerk: Person) -> None:
    staffed.one(db, "administrator")
    manager = stranger(app)
    desk(manager, B, staffed.PASSWORD, "administrator")
    for _ in range(tries.ALLOWED):
        desk(stranger(app), A)
    assert desk(stranger(app), A, staffed.PASSWORD).status_code == 429
    page = Page(manager.get(f"/desk/people/{clerk.id}"))
    assert "解除试错等待" in page.words
    done = sent(manager, f"/desk/people/{clerk.id}/unlock", B, page.fields["csrf_token"])
    assert done.status_code == 303
    assert "忘掉了 5 次试错" in Page(manager.get(done.location)).words
    assert desk(stranger(app), A, staffed.PASSWORD).status_code == 303
    row = db.one("SELECT actor, subject FROM audit WHERE verb = 'staff.unlocked'")
    assert row is not None
    assert row["subject"] == clerk.id
    assert audit.broken(db) == []


def test_an_open_session_that_guesses_the_password_waits_alone(app: Flask, clerk: Person) -> None:
    inside = stranger(app)
    desk(inside, A, staffed.PASSWORD)
    token = token_of(inside, "/desk/me")
    typed = {"now": WRONG, "new": "another-one-2026", "again": "another-one-2026"}
    told = [sent(inside, "/desk/me/password", A, token, **typed) for _ in range(6)]
    assert [one.status_code for one in told] == [422] * 5 + [429]
    assert wait_of(told[-1]) == tries.WAITS[0]
    assert desk(stranger(app), A, staffed.PASSWORD).status_code == 303


@pytest.mark.parametrize("typed", ["12345678", "1234 5678", "１２３４５６７８"])
def test_a_slip_of_before_opens_the_phone_pages_until_its_term(
    app: Flask, db: Database, liu: Person, typed: str
) -> None:
    bindings.issue_code(db, liu.id)
    with db.write():
        db.run("UPDATE bindings SET code_hash = ? WHERE used_at IS NULL", (bindings.digest(db, "12345678"),))
    assert phone(stranger(app), A, typed, "13899999999").status_code == 401
    assert phone(stranger(app), A, typed).location == "/forms/pin"


@pytest.mark.parametrize("shape", ["{}", "{:.3} {:.6}", "wide", "-"])
def test_a_code_is_read_however_it_is_typed(app: Flask, db: Database, liu: Person, shape: str) -> None:
    code = bindings.issue_code(db, liu.id)
    typed = {
        "wide": "".join(chr(0xFF10 + int(one)) for one in code), "-": f"{code[:5]}-{code[5:]}",
    }.get(shape, slip_codes.show_code(code) if " " in shape else code)  # fmt: skip
    assert phone(stranger(app), A, typed).location == "/forms/pin"
