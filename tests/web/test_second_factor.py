"""A password alone opens nothing where more is asked for; codes are good once; sessions end when they must."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

import wsgi
from intake.calendar import clock
from intake.people import accounts, devices, manage
from intake.people.accounts import Person
from intake.people.secrets import factors
from intake.settings import Settings
from intake.store import audit
from intake.store.db import Database
from intake.web import phones
from tests.hands import staffed
from tests.hands.authenticator import ASKS, STEP, Authenticator, browser, enrolled, sent
from tests.hands.classroom import at
from tests.hands.command import baoxue
from tests.hands.page import Page
from tests.hands.staffed import PASSWORD

NOON = datetime(2026, 11, 23, 12, 0, 10, tzinfo=clock.CHINA)
NEW = "换一个-新的-密码-77"
IN = "/desk/sign-in"
ENDED = ("town", "neighbour", "principal", "operator", "auditor", "spare")


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Let it be noon, and give what lets time go by."""
    at(monkeypatch, NOON)
    return lambda span: at(monkeypatch, clock.here() + span)


@pytest.fixture
def app(settings: Settings, noon: object) -> Iterator[Flask]:
    """Give a house that asks its bureau for a second factor."""
    made = wsgi.create_app(
        {"DATA": settings.data, "MODE": "demo", "SECOND_FACTOR": "required", "RATE_LIMIT": "off"}
    )
    yield made
    cast(Database, made.extensions["baoxue.db"]).close()


@pytest.fixture
def officer(db: Database) -> Person:
    return staffed.one(db, "officer")


def knock(client: FlaskClient, person: Person, password: str = PASSWORD) -> str:
    """Send login and password; give where that leads."""
    answer = sent(client, IN, login=person.login, password=password)
    return answer.location or str(answer.status_code)


def inside(client: FlaskClient) -> bool:
    return client.get("/desk/me").status_code == 200


def crawl(app: Flask, client: FlaskClient) -> dict[tuple[str, str], tuple[int, str | None]]:
    """Ask every address of staff, with the browser's own proof that the form is ours; give what it is answered."""
    signed = URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token")
    told: dict[tuple[str, str], tuple[int, str | None]] = {}
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith(("/desk", "/forms/")) or rule.rule in ASKS:
            continue
        path = rule.build(dict.fromkeys(rule.arguments, "1"), append_unknown=False)
        assert path
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            if rule.rule in ("/desk/sign-in", "/desk/sign-out", "/forms/sign-out", "/forms/sign-in"):
                continue  # they begin anew
            with client.session_transaction() as kept:
                kept.setdefault("csrf_token", "raw")
                token = signed.dumps(kept["csrf_token"])
            answer = client.open(
                path[1], method=method, data={"csrf_token": token} if method == "POST" else None
            )
            told[method, rule.rule] = (answer.status_code, answer.location)
    return told


def chosen_by_another(db: Database, person: Person) -> None:
    with db.write():
        db.run("UPDATE staff SET chosen = 1 WHERE id = ?", (person.id,))


@pytest.mark.parametrize("lacks", ["/desk/code", "/desk/factor", "/desk/password"])
def test_half_a_session_opens_no_address_that_a_stranger_may_not_open(
    app: Flask, db: Database, lacks: str
) -> None:
    person = staffed.one(db, "bureau")
    if lacks != "/desk/factor":
        enrolled(db, person)
    half, stranger = browser(app), browser(app)
    if lacks == "/desk/password":
        factors.remove_factor(db, person, "test")
        chosen_by_another(db, person)
    assert knock(half, person) == lacks
    assert half.get(lacks).status_code == 200
    stranger.get(IN)
    known, nobody = crawl(app, half), crawl(app, stranger)
    assert len(known) > 120
    assert {one: told for one, told in known.items() if told != nobody[one]} == {}
    assert half.get(lacks).status_code == 200, "it was half a session all the time"
    assert not devices.devices_of(db, person.id)
    for other in ASKS - {lacks}:
        assert half.get(other).location == IN
        assert sent(half, lacks, other, code="000000", new=NEW, again=NEW).status_code in (303, 401)
    assert not devices.devices_of(db, person.id)


def test_password_and_code_let_in_and_the_wrong_one_of_either_does_not(
    app: Flask, db: Database, officer: Person
) -> None:
    phone, _ = enrolled(db, officer)
    client = browser(app)
    assert knock(client, officer, "not the password") == "401"
    assert client.get("/desk/code").location == IN
    assert knock(client, officer) == "/desk/code"
    wrong = sent(client, "/desk/code", code=f"{(int(phone.code()) + 1) % 1000000:06}")
    assert wrong.status_code == 422
    assert "验证码不对" in wrong.get_data(as_text=True)
    assert not inside(client)
    assert sent(client, "/desk/code", code=f" {phone.code()[:3]} {phone.code()[3:]}").location == "/desk/"
    assert inside(client)


def test_a_code_is_good_once_whoever_brings_it(app: Flask, db: Database, officer: Person) -> None:
    phone, _ = enrolled(db, officer)
    one, other = browser(app), browser(app)
    assert {knock(one, officer), knock(other, officer)} == {"/desk/code"}
    seen = phone.code()
    assert sent(one, "/desk/code", code=seen).status_code == 303
    assert sent(other, "/desk/code", code=seen).status_code == 422
    assert not inside(other)


@pytest.mark.parametrize(("off", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_the_step_before_and_the_step_after_are_good_and_no_further_one(
    app: Flask, db: Database, officer: Person, off: int, good: bool
) -> None:
    phone, _ = enrolled(db, officer)
    client = browser(app)
    knock(client, officer)
    sent(client, "/desk/code", code=phone.code(off))
    assert inside(client) is good


def test_after_a_code_none_of_a_step_before_it_is_taken(
    app: Flask, db: Database, officer: Person, noon: Callable[[timedelta], None]
) -> None:
    phone, _ = enrolled(db, officer)
    one, other = browser(app), browser(app)
    before = phone.code()
    noon(STEP)
    knock(one, officer)
    assert sent(one, "/desk/code", code=phone.code()).status_code == 303
    knock(other, officer)
    assert sent(other, "/desk/code", code=before).status_code == 422, (
        "seen over a shoulder, still within the window"
    )
    assert sent(other, "/desk/code", code=phone.code(1)).status_code == 303


def test_of_ten_browsers_with_one_code_at_once_one_comes_in(
    app: Flask, db: Database, officer: Person
) -> None:
    phone, _ = enrolled(db, officer)
    crowd = [browser(app) for _ in range(10)]
    tokens = []
    for client in crowd:
        knock(client, officer)
        tokens.append(Page(client.get("/desk/code")).fields["csrf_token"])
    code = phone.code()

    def go(pair: tuple[FlaskClient, str]) -> int:
        return pair[0].post("/desk/code", data={"csrf_token": pair[1], "code": code}).status_code

    with ThreadPoolExecutor(10) as pool:
        told = list(pool.map(go, zip(crowd, tokens, strict=True)))
    assert told.count(303) == 1
    assert [inside(client) for client in crowd].count(True) == 1
    assert len(devices.devices_of(db, officer.id)) == 1


def test_codes_are_not_to_be_guessed(app: Flask, db: Database, officer: Person) -> None:
    phone, _ = enrolled(db, officer)
    client = browser(app)
    knock(client, officer)
    right = phone.code()
    told = [sent(client, "/desk/code", code="1234567").status_code for _ in range(8)]
    assert told[0] == 422
    assert told[-1] == 429
    assert sent(client, "/desk/code", code=right).status_code == 429
    assert not inside(client)


def test_a_recovery_code_is_good_once_and_kept_as_a_digest(app: Flask, db: Database, officer: Person) -> None:
    _, codes = enrolled(db, officer)
    assert len(set(codes)) == factors.RECOVERY == 10
    one, other = browser(app), browser(app)
    knock(one, officer)
    knock(other, officer)
    assert sent(one, "/desk/code", code=codes[3].upper().replace("-", " ")).status_code == 303
    assert sent(other, "/desk/code", code=codes[3]).status_code == 422
    assert factors.recovery_left(db, officer.id) == 9
    stranger = staffed.one(db, "approver")
    enrolled(db, stranger)
    knock(other, stranger)
    assert sent(other, "/desk/code", code=codes[4]).status_code == 422, "another one's codes are nobody's"
    kept = str([tuple(row) for table in ("factors", "recovery_codes", "audit")
                for row in db.all(f"SELECT * FROM {table}")])  # fmt: skip
    assert not [one for one in codes if one in kept or one.replace("-", "") in kept]


def test_the_secret_lies_encrypted_and_never_in_the_audit(app: Flask, db: Database, officer: Person) -> None:
    secret = factors.secret_to_enrol(db, officer)
    for table in ("factors", "audit"):
        assert secret not in str([tuple(row) for row in db.all(f"SELECT * FROM {table}")])
    enrolled(db, officer)
    row = db.one("SELECT secret FROM factors")
    assert row
    assert secret not in row["secret"]


def test_who_must_have_a_factor_sets_it_up_before_anything_else(
    app: Flask, db: Database, officer: Person
) -> None:
    client = browser(app)
    assert knock(client, officer) == "/desk/factor"
    page = client.get("/desk/factor").get_data(as_text=True)
    phone = Authenticator(db, officer)
    assert page == page.replace("<script", "")
    assert "<svg" in page
    assert sent(client, "/desk/factor", code="000000").status_code == 422
    assert not inside(client)
    done = sent(client, "/desk/factor", code=phone.code())
    shown = done.get_data(as_text=True)
    assert done.status_code == 200
    assert shown.count('<li><b class="secret">') == factors.RECOVERY
    assert inside(client)
    assert client.get("/desk/factor").location == IN, "and no second time"
    other = browser(app)
    assert knock(other, officer) == "/desk/code"


@pytest.mark.parametrize("login", ["town", "principal", "auditor", "operator"])
def test_others_of_the_desk_are_not_made_to_but_may(app: Flask, db: Database, login: str) -> None:
    person = staffed.everybody(db)[login]
    client = browser(app)
    assert knock(client, person) == "/desk/"
    assert "开二次验证" in client.get("/desk/me").get_data(as_text=True)
    other = browser(app)
    knock(other, person)
    phone = Authenticator(db, person)
    assert sent(client, "/desk/me/factor", code=phone.code()).status_code == 200
    assert inside(client)
    assert not inside(other), "who was in by the password alone is out"
    again = browser(app)
    assert knock(again, person) == "/desk/code"
    assert sent(client, "/desk/me", "/desk/me/factor/remove").status_code == 303
    assert knock(browser(app), person) == "/desk/"


def test_who_must_have_one_cannot_give_it_up(app: Flask, db: Database, officer: Person) -> None:
    phone, _ = enrolled(db, officer)
    client = browser(app)
    knock(client, officer)
    sent(client, "/desk/code", code=phone.code())
    assert "关掉" not in client.get("/desk/me").get_data(as_text=True)
    assert sent(client, "/desk/me", "/desk/me/factor/remove").status_code == 403
    assert factors.is_enrolled(db, officer.id)


def test_a_session_without_the_factor_that_is_required_by_now_is_over(
    settings: Settings, noon: object
) -> None:
    before = wsgi.create_app({"DATA": settings.data, "MODE": "demo", "RATE_LIMIT": "off"})
    old = cast(Database, before.extensions["baoxue.db"])
    people = staffed.everybody(old)
    officer, town = people["officer"], people["town"]
    clients = [browser(before), browser(before)]
    for client, person in zip(clients, (officer, town), strict=True):
        assert knock(client, person) == "/desk/"
    cookies = [client.get_cookie(phones.COOKIE) for client in clients]
    old.close()
    after = wsgi.create_app({"DATA": settings.data, "MODE": "demo", "SECOND_FACTOR": "required"})
    told = []
    for cookie in cookies:
        client = after.test_client()
        assert cookie
        client.set_cookie(phones.COOKIE, cookie.value)
        told.append(inside(client))
    cast(Database, after.extensions["baoxue.db"]).close()
    assert told == [False, True]


def test_what_was_planted_before_signing_in_is_worth_nothing_after(
    app: Flask, db: Database, officer: Person
) -> None:
    phone, _ = enrolled(db, officer)
    mallory, victim = browser(app), browser(app)
    assert knock(mallory, officer) == "/desk/code", "who knows the password has half a session"
    planted = mallory.get_cookie("session") or mallory.get_cookie("baoxue")
    assert planted
    victim.set_cookie(planted.key, planted.value)
    victim.set_cookie(phones.COOKIE, "planted")
    mallory.set_cookie(phones.COOKIE, "planted")
    assert sent(victim, "/desk/code", code=phone.code()).status_code == 303
    assert inside(victim)
    assert not inside(mallory)
    own = victim.get_cookie(phones.COOKIE)
    assert own
    assert own.value != "planted"
    assert own.value not in planted.value, "the token was never in a browser before"


def test_half_a_session_ends_with_its_time_its_password_and_its_account(
    app: Flask, db: Database, officer: Person, noon: Callable[[timedelta], None]
) -> None:
    phone, _ = enrolled(db, officer)
    slow, stale, gone = browser(app), browser(app), browser(app)
    knock(slow, officer)
    noon(timedelta(minutes=10))
    assert slow.get("/desk/code").location == IN
    knock(stale, officer)
    password, _ = manage.reset(db, officer)
    assert stale.get("/desk/code").location == IN
    assert knock(gone, officer, password) == "/desk/code"
    token = Page(gone.get("/desk/code")).fields["csrf_token"]
    manage.deactivate(db, officer.login)
    assert gone.post("/desk/code", data={"csrf_token": token, "code": phone.code()}).location == IN
    assert not inside(gone)


def test_a_copied_cookie_ends_with_the_session_of_which_it_was_copied(
    app: Flask, db: Database, noon: Callable[[timedelta], None]
) -> None:
    people = staffed.everybody(db)
    made = accounts.add_person(
        db, name="备用", login="spare", password=PASSWORD, role="town", area=people["town"].area
    )
    people["spare"] = accounts.person_by_id(db, made) or people["town"]
    ends: dict[str, Callable[[FlaskClient, Person], object]] = {
        "sign-out": lambda client, _: sent(client, "/desk/me", "/desk/sign-out"),
        "others": lambda client, person: sent(_second(app, person), "/desk/me", "/desk/me/devices/others"),
        "password": lambda client, person: sent(
            _second(app, person), "/desk/me", "/desk/me/password", now=PASSWORD, new=NEW, again=NEW
        ),
        "role": lambda _, person: manage.edit(
            db,
            manage.account(db, person.login),
            "test",
            name=person.name,
            role="auditor",
            area="220605",
            school="",
        ),
        "end": lambda _, person: manage.deactivate(db, person.login),
        "idle": lambda *_: noon(timedelta(minutes=61)),
    }
    for (why, end), login in zip(ends.items(), ENDED, strict=True):
        client, thief = _second(app, people[login]), app.test_client()
        cookie = client.get_cookie(phones.COOKIE)
        assert cookie
        thief.set_cookie(phones.COOKIE, cookie.value)
        assert inside(thief), why
        end(client, people[login])
        assert not inside(thief), why
        assert not inside(client), why


def _second(app: Flask, person: Person, password: str = PASSWORD) -> FlaskClient:
    client = browser(app)
    assert knock(client, person, password) == "/desk/"
    return client


def test_a_session_that_is_used_lives_and_one_that_is_not_does_not(
    app: Flask, db: Database, noon: Callable[[timedelta], None]
) -> None:
    town = staffed.everybody(db)["town"]
    used, left = _second(app, town), _second(app, town)
    for _ in range(5):
        noon(timedelta(minutes=50))
        if inside(left) is False:
            break
        assert inside(used)
        left = browser(app)  # never asked again
    assert inside(used)
    noon(timedelta(hours=6))
    assert not inside(used)
    assert "工作台 60 分钟" in _second(app, town).get("/desk/me").get_data(as_text=True)


def test_a_manager_takes_a_lost_factor_away_and_its_owner_is_told(
    app: Flask, db: Database, officer: Person
) -> None:
    boss = staffed.one(db, "administrator")
    _, (one, *_) = enrolled(db, boss)
    enrolled(db, officer)
    client = browser(app)
    knock(client, boss)
    sent(client, "/desk/code", code=one)
    page = f"/desk/people/{officer.id}"
    assert "取消二次验证" in client.get(page).get_data(as_text=True)
    assert sent(client, page, f"{page}/factor").status_code == 303
    assert not factors.is_enrolled(db, officer.id)
    assert sent(client, page, f"/desk/people/{boss.id}/factor").status_code == 422, "not one's own"
    told = db.all("SELECT what FROM notices WHERE staff = ?", (officer.id,))
    assert [row["what"] for row in told] == ["factor_gone"]
    verbs = [
        (row["actor"], row["subject"]) for row in db.all("SELECT * FROM audit WHERE verb = 'factor.removed'")
    ]
    assert verbs == [(boss.actor, officer.id)]
    assert audit.broken(db) == []


def test_the_command_takes_a_lost_factor_away(settings: Settings, db: Database, officer: Person) -> None:
    enrolled(db, officer)
    done = baoxue(settings.data, "staff", "reset", "--login", "officer", "--second-factor")
    assert done.returncode == 0
    assert "二次验证已取消" in done.stdout
    assert (
        "本来就没有"
        in baoxue(settings.data, "staff", "reset", "--login", "officer", "--second-factor").stdout
    )
    assert accounts.sign_in(db, "officer", PASSWORD), "the password stays"


def test_who_came_in_is_told_of_wrong_tries_once(app: Flask, db: Database) -> None:
    town = staffed.everybody(db)["town"]
    stranger, client = browser(app), browser(app)
    for _ in range(3):
        knock(stranger, town, "a wrong password")
    assert knock(client, town) == "/desk/"
    assert "上次登录以来有 3 次密码或验证码不对" in client.get("/desk/").get_data(as_text=True)
    assert "上次登录以来有" not in client.get("/desk/").get_data(as_text=True)
    assert "有 3 次登录时密码或验证码不对" in client.get("/desk/inbox").get_data(as_text=True)
    again = browser(app)
    knock(again, town)
    assert "上次登录以来有" not in again.get("/desk/").get_data(as_text=True)


def test_what_was_typed_outlives_a_session_that_was_idle(
    app: Flask, db: Database, officer: Person, noon: Callable[[timedelta], None]
) -> None:
    phone, _ = enrolled(db, officer)
    client = browser(app)
    knock(client, officer)
    sent(client, "/desk/code", code=phone.code())
    page = Page(client.get("/desk/exports"))
    noon(timedelta(minutes=61))
    typed = {"csrf_token": page.fields["csrf_token"], "reason": "报给市局 & <核对>", "key": "dropout"}
    door = Page(client.post("/desk/exports", data=typed))
    assert (door.status, "刚才填的还在" in door.words) == (401, True)
    wrong = Page(client.post(IN, data={**door.fields, "login": "officer", "password": "not it"}))
    assert wrong.status == 401
    asked = Page(client.post(IN, data={**wrong.fields, "login": "officer", "password": PASSWORD}))
    assert "code" in asked.names
    assert not inside(client)
    back = Page(client.post("/desk/code", data={**asked.fields, "code": phone.code()}))
    assert back.status == 200
    assert {key: back.fields[key] for key in ("reason", "key")} == {
        "reason": typed["reason"],
        "key": "dropout",
    }
    assert 'action="/desk/exports"' in back.html
    assert client.post("/desk/exports", data=back.fields).status_code in (303, 422)


def test_what_another_site_makes_a_browser_send_is_not_kept_for_its_owner_to_send(
    app: Flask, db: Database, noon: Callable[[timedelta], None]
) -> None:
    client = _second(app, staffed.everybody(db)["town"])
    noon(timedelta(minutes=61))
    for forged in ({"note": "planted"}, {"note": "planted", "csrf_token": "made up"}):
        answer = client.post("/desk/cases/none/do/note", data=forged)
        assert answer.location == IN
        assert "planted" not in answer.get_data(as_text=True)
