"""Who is signed in shows again that it is they, before children in clear and accounts; what was typed goes on after it."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import cast

import pytest
from flask import Flask
from flask.testing import FlaskClient

import wsgi
from intake.calendar import clock
from intake.people import accounts, devices, roles
from intake.people.accounts import Person
from intake.settings import Settings
from intake.store.db import Database
from intake.web import phones
from tests.hands.authenticator import STEP, browser, enrolled, sent
from tests.hands.classroom import at
from tests.hands.page import Page
from tests.hands.staffed import PASSWORD

NOON = datetime(2026, 11, 23, 12, 0, 10, tzinfo=clock.CHINA)
ASKED = "请再输入一次密码"
OLD = timedelta(minutes=30)
EXPORT = {
    "key": "dropout", "reason": "报给市教育局核对 <b>名单</b>\n第二行", "purpose": "check", "from": "2026-11-01",
    "to": "2026-11-23",
}  # fmt: skip


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Let it be noon, and give what lets time go by."""
    at(monkeypatch, NOON)
    return lambda span: at(monkeypatch, clock.here() + span)


@pytest.fixture
def app(settings: Settings, later: object) -> Iterator[Flask]:
    made = wsgi.create_app(
        {"DATA": settings.data, "MODE": "demo", "SECOND_FACTOR": "optional", "RATE_LIMIT": "off"}
    )
    yield made
    cast(Database, made.extensions["baoxue.db"]).close()


def inside(app: Flask, db: Database, person: Person) -> FlaskClient:
    client, token = browser(app), devices.new_token()
    devices.add_device(db, person, token, "Windows", devices.DESK)
    client.set_cookie(phones.COOKIE, token)
    return client


def marked(app: Flask) -> list[tuple[str, str, str]]:
    """Give method, address and action of everything that wants a fresh proof, by the table of roles."""
    found = []
    for rule in app.url_map.iter_rules():
        action = getattr(app.view_functions[rule.endpoint], "action", "")
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            if roles.wants_proof(action, changes=method == "POST"):
                built = rule.build(dict.fromkeys(rule.arguments, "none"), append_unknown=False)
                assert built
                found.append((method, built[1], action))
    return found


def ask(client: FlaskClient, method: str, path: str, **headers: str) -> tuple[int, str]:
    token = Page(client.get("/desk/me")).fields["csrf_token"]
    answer = client.open(
        path, method=method, data={"csrf_token": token} if method == "POST" else None, headers=headers
    )
    return answer.status_code, answer.get_data(as_text=True)


def test_whatever_the_table_marks_is_asked_for_after_half_an_hour_and_not_before(
    app: Flask, db: Database, people: dict[str, Person], later: Callable[[timedelta], None]
) -> None:
    asked = marked(app)
    assert {action for _, _, action in asked} == roles.PROVED | {"slot.edit", "school.merge"}
    assert {
        "/desk/exports", "/desk/exports/none/decide", "/desk/exports/none.xlsx", "/desk/exports/none/password",
        "/desk/cases/none/look", "/desk/reports/none/look", "/desk/cases/none/letters/none", "/desk/ledgers/work/look",
        "/desk/people/none", "/desk/people/none/code", "/desk/people/none/factor", "/desk/me/factor",
    } <= {path for _, path, _ in asked}  # fmt: skip
    for method, path, action in asked:
        person = next(
            one for one in people.values() if accounts.at_desk(one) and accounts.may(one, action, one.area)
        )
        client = inside(app, db, person)
        assert ASKED not in ask(client, method, path)[1], path
        later(OLD - timedelta(seconds=1))
        assert ASKED not in ask(client, method, path)[1], path
        later(timedelta(seconds=1))
        status, page = ask(client, method, path)
        assert (status, ASKED in page) == (401, True), (method, path)


def test_to_read_what_one_may_change_is_free(
    app: Flask, db: Database, people: dict[str, Person], later: Callable[[timedelta], None]
) -> None:
    client = inside(app, db, people["bureau"])
    later(OLD)
    for path in (
        "/desk/",
        "/desk/people",
        f"/desk/people/{people['town'].id}",
        "/desk/exports",
        "/desk/cases",
        "/desk/me",
    ):
        assert client.get(path).status_code == 200, path


def test_what_was_typed_goes_on_after_the_password(
    app: Flask, db: Database, people: dict[str, Person], later: Callable[[timedelta], None]
) -> None:
    client = inside(app, db, people["officer"])
    later(OLD)
    page = Page(client.get("/desk/exports"))
    asked = Page(
        client.post(
            "/desk/exports", data={"csrf_token": page.fields["csrf_token"], **EXPORT, "kind": ["a", "b"]}
        )
    )
    assert (asked.status, ASKED in asked.words) == (401, True)
    wrong = Page(client.post("/desk/prove", data={**asked.fields, "password": "something else"}))
    assert (wrong.status, "密码不对" in wrong.words) == (422, True)
    assert "something else" not in wrong.html
    assert not db.all("SELECT 1 FROM full_exports")
    again = Page(client.post("/desk/prove", data={**wrong.fields, "password": PASSWORD}))
    assert again.status == 200
    assert {key: again.fields[key] for key in EXPORT} == EXPORT
    assert again.fields.getlist("kind") == ["a", "b"]
    assert 'action="/desk/exports"' in again.html
    assert PASSWORD not in again.html
    done = client.post("/desk/exports", data=again.fields)
    assert done.status_code in (303, 422)
    assert ASKED not in done.get_data(as_text=True)


def test_a_look_goes_on_where_it_was_wanted_and_leads_nowhere_else(
    app: Flask, db: Database, people: dict[str, Person], later: Callable[[timedelta], None]
) -> None:
    client = inside(app, db, people["officer"])
    later(OLD)
    asked = Page(client.get("/desk/exports/none.xlsx?x=1"))
    assert asked.status == 401
    done = client.post("/desk/prove", data={**asked.fields, "password": PASSWORD})
    assert (done.status_code, done.location) == (303, "/desk/exports/none.xlsx?x=1")
    for away in ("https://evil.example/", "//evil.example", "/\\evil", "javascript:alert(1)"):
        told = client.post("/desk/prove", data={**asked.fields, "password": PASSWORD, "wanted": away})
        assert told.location == "/desk/", away
        kept = client.post(
            "/desk/prove", data={**asked.fields, "password": PASSWORD, "wanted": away, "sent": "1"}
        )
        assert 'action="/desk/"' in kept.get_data(as_text=True)


def test_the_code_is_asked_for_too_where_there_is_a_factor(
    app: Flask, db: Database, people: dict[str, Person], later: Callable[[timedelta], None]
) -> None:
    phone, codes = enrolled(db, people["officer"])
    client = inside(app, db, people["officer"])
    later(OLD)
    page = Page(client.get("/desk/exports/none.xlsx"))
    assert "code" in page.names
    for typed in (
        {"password": PASSWORD},
        {"password": PASSWORD, "code": "000000"},
        {"password": "no", "code": codes[0]},
    ):
        assert client.post("/desk/prove", data={**page.fields, **typed}).status_code == 422
        assert client.get("/desk/exports/none.xlsx").status_code == 401
    used = {**page.fields, "password": PASSWORD, "code": phone.code()}
    assert client.post("/desk/prove", data=used).status_code == 303
    assert client.get("/desk/exports/none.xlsx").status_code == 404
    later(OLD + STEP)
    assert client.post("/desk/prove", data=used).status_code == 422, "that code was for once"


def test_one_session_that_was_proved_is_no_proof_for_another(
    app: Flask, db: Database, people: dict[str, Person], later: Callable[[timedelta], None]
) -> None:
    one, other = inside(app, db, people["officer"]), inside(app, db, people["officer"])
    later(OLD)
    page = Page(one.get("/desk/exports/none.xlsx"))
    one.post("/desk/prove", data={**page.fields, "password": PASSWORD})
    assert one.get("/desk/exports/none.xlsx").status_code == 404
    assert other.get("/desk/exports/none.xlsx").status_code == 401


def test_wrong_proofs_are_counted(
    app: Flask, db: Database, people: dict[str, Person], later: Callable[[timedelta], None]
) -> None:
    client = inside(app, db, people["officer"])
    later(OLD)
    page = Page(client.get("/desk/exports/none.xlsx"))
    told = [
        client.post("/desk/prove", data={**page.fields, "password": f"guess {n}"}).status_code
        for n in range(8)
    ]
    assert told[0] == 422
    assert told[-1] == 429
    assert client.post("/desk/prove", data={**page.fields, "password": PASSWORD}).status_code == 429


def test_a_program_is_told_with_401_and_a_sentence(
    app: Flask, db: Database, people: dict[str, Person], later: Callable[[timedelta], None]
) -> None:
    client = inside(app, db, people["officer"])
    later(OLD)
    answer = client.get("/desk/exports/none.xlsx", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json) == (401, {"errors": {"": ["请再输入一次密码，再做这一步。"]}})


def test_the_telephones_of_the_work_list_need_it_too(
    app: Flask, db: Database, people: dict[str, Person], later: Callable[[timedelta], None]
) -> None:
    client, told = inside(app, db, people["officer"]), "今天显示姓名和电话，已经记录"
    sent(client, "/desk/ledgers/work", "/desk/ledgers/work/look", why="call")
    assert told in client.get("/desk/ledgers/work").get_data(as_text=True)
    later(OLD)
    assert told not in client.get("/desk/ledgers/work").get_data(as_text=True)
    assert client.get("/desk/ledgers/work/download").status_code == 401
    other = inside(app, db, people["officer"])
    assert told in other.get("/desk/ledgers/work").get_data(as_text=True)


def test_a_list_of_staff_is_taken_by_who_showed_it_lately(
    app: Flask, db: Database, people: dict[str, Person], later: Callable[[timedelta], None]
) -> None:
    from intake.importing import uploads

    key = uploads.keep_upload(
        db, people["administrator"], "staff", "名单.csv", "姓名,手机号,职务\n".encode(), ""
    )
    client = inside(app, db, people["administrator"])
    later(OLD)
    assert ask(client, "POST", f"/desk/lists/{key}")[0] == 401
