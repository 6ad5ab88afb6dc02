"""The desk in a browser: who gets in, what they see, and what they take away."""

import re
from datetime import timedelta
from io import BytesIO
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from intake.calendar import clock
from intake.people import accounts, devices
from intake.reports import door
from intake.store.db import Database
from intake.web import signin
from tests.hands.desk import ACTORS, PASSWORD, sign_in
from tests.hands.samples import sample


@pytest.fixture(autouse=True)
def staff(db: Database) -> None:
    for login, (role, area) in ACTORS.items():
        accounts.add_person(db, name=f"{login}老师", login=login, password=PASSWORD, role=role, area=area)


@pytest.fixture
def three(db: Database) -> None:
    """Receive one report of 石人镇 and two of other towns today."""
    for n in (0, 1, 2):
        door.receive(db, "absence", sample("absence", n), channel="form")


def today(db: Database) -> str:
    return db.today().isoformat()


PAGES = ("/desk/", "/desk/export/2026-11-20.xlsx", "/desk/export?day=2026-11-20")


@pytest.mark.parametrize("path", PAGES)
def test_who_is_not_signed_in_is_led_to_the_door_and_back(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 303
    assert answer.location == f"/desk/sign-in?next={quote(path, safe='/?')}"
    form = client.get(answer.location).get_data(as_text=True)
    assert f'name="next" value="{path}"' in form
    assert sign_in(client, "bureau", wanted=path).location == path


@pytest.mark.parametrize("login", ["teacher"])
def test_whose_pages_are_elsewhere_is_led_there_with_a_sentence(client: FlaskClient, login: str) -> None:
    assert sign_in(client, login).location == "/forms/class"
    assert signin.THERE in client.get("/forms/class").get_data(as_text=True)
    for path in ("/desk/", "/desk/sign-in", "/desk/me"):
        answer = client.get(path)
        assert (answer.status_code, answer.location) == (303, "/forms/class")


@pytest.mark.parametrize("login", ["teacher"])
@pytest.mark.parametrize("path", PAGES[1:])
def test_who_may_see_nothing_sees_nothing(
    client: FlaskClient, db: Database, three: None, login: str, path: str
) -> None:
    sign_in(client, login)
    answer = client.get(path)
    assert answer.status_code == 403
    assert "您没有权限" in answer.get_data(as_text=True)
    assert not db.all("SELECT * FROM audit WHERE verb = 'export.made'")


def test_the_desk_shows_who_what_and_how_many(client: FlaskClient, db: Database, three: None) -> None:
    sign_in(client, "bureau")
    page = client.get("/desk/").get_data(as_text=True)
    assert "bureau老师" in page
    assert "江源区工作台" in page
    assert "收到 <b>3</b> 份" in page
    assert "孩子未到校 <b>3</b>" in page
    assert len(re.findall(r'href="/desk/export/\d{4}-\d\d-\d\d\.xlsx"', page)) == 14
    assert 'type="date"' in page
    assert 'action="/desk/sign-out"' in page


def test_a_town_counts_and_downloads_only_its_own(client: FlaskClient, db: Database, three: None) -> None:
    sign_in(client, "shiren")
    page = client.get("/desk/").get_data(as_text=True)
    assert "石人镇工作台" in page
    assert "收到 <b>1</b> 份" in page
    answer = client.get(f"/desk/export/{today(db)}.xlsx?area=220605&town=220605106")
    book = load_workbook(BytesIO(answer.data))
    rows = [
        row for row in book["孩子未到校"].iter_rows(min_row=5, values_only=True) if isinstance(row[0], int)
    ]
    assert len(rows) == 1
    assert "石人镇" in rows[0]
    assert f"_{db.today():%Y%m%d}.xlsx" in answer.headers["Content-Disposition"]
    assert quote("石人镇_日报") in answer.headers["Content-Disposition"]


def test_a_download_is_a_workbook_with_its_chinese_name(
    client: FlaskClient, db: Database, three: None
) -> None:
    sign_in(client, "bureau")
    answer = client.get(f"/desk/export/{today(db)}.xlsx")
    assert answer.status_code == 200
    assert answer.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert f"filename*=UTF-8''{quote(f'江源区_日报_{db.today():%Y%m%d}.xlsx')}" in disposition
    assert answer.headers["Cache-Control"] == "no-store"
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert load_workbook(BytesIO(answer.data))["孩子未到校"]["B8"].value == 3
    person = accounts.sign_in(db, "bureau", PASSWORD)
    assert person
    row = db.one("SELECT actor, subject FROM audit WHERE verb = 'export.made'")
    assert row is not None
    assert tuple(row) == (person.actor, "220605")
    assert not list(db.settings.data.glob(".export.*"))


@pytest.mark.parametrize(
    "day", ["2999-01-01", "1900-01-01", "20261120", "2026-W47-5", "2026-02-30", "x", "0001-01-01"]
)
def test_a_day_that_is_none_is_not_found(client: FlaskClient, db: Database, day: str) -> None:
    sign_in(client, "bureau")
    answer = client.get(f"/desk/export/{day}.xlsx")
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    assert not list(db.settings.data.glob(".export.*"))


def test_tomorrow_is_not_found(client: FlaskClient, db: Database) -> None:
    sign_in(client, "bureau")
    assert client.get(f"/desk/export/{db.today() + timedelta(days=1)}.xlsx").status_code == 404


def test_an_area_that_is_none_is_told_and_no_fault(client: FlaskClient, db: Database) -> None:
    accounts.add_person(db, name="错", login="nowhere", password=PASSWORD, role="town", area="220605105")
    with db.write():  # as accounts of before may be
        db.run("UPDATE staff SET area = '220605999' WHERE login = 'nowhere'")
    sign_in(client, "nowhere")
    answer = client.get("/desk/")
    assert answer.status_code == 404
    assert "没有代码为 220605999 的镇街" in answer.get_data(as_text=True)


def test_another_day_is_chosen_in_the_field(client: FlaskClient) -> None:
    sign_in(client, "bureau")
    assert client.get("/desk/export?day=2026-10-08").location == "/desk/export/2026-10-08.xlsx"
    assert client.get("/desk/export?day=gestern").status_code == 400
    assert client.get("/desk/export").status_code == 400


def test_a_wrong_password_is_told_at_the_form_and_never_shown(client: FlaskClient) -> None:
    answer = sign_in(client, "bureau", "falsches Wort")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 401
    assert "账号或密码不对" in page
    assert 'value="bureau"' in page
    assert "falsches" not in page
    assert client.get("/desk/").status_code == 303


def test_too_many_tries_close_the_door_for_a_while(client: FlaskClient) -> None:
    for _ in range(5):
        sign_in(client, "bureau", "wrong")
    answer = sign_in(client, "bureau")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "10"
    assert "请过 10 秒再试" in answer.get_data(as_text=True)


def test_a_forged_form_is_refused(client: FlaskClient) -> None:
    assert client.post("/desk/sign-in", data={"login": "bureau", "password": PASSWORD}).status_code == 400
    sign_in(client, "bureau")
    assert client.post("/desk/sign-out").status_code == 400
    assert client.get("/desk/sign-out").status_code == 405
    assert client.get("/desk/").status_code == 200


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
     "javascript:alert(1)", "/desk/\r\nSet-Cookie: a=b", " /desk/", "evil.example", "///evil.example", ""],
)  # fmt: skip
def test_no_address_leads_to_another_site(client: FlaskClient, wanted: str) -> None:
    assert sign_in(client, "bureau", wanted=wanted).location == "/desk/"


def test_who_is_signed_in_already_goes_on(client: FlaskClient) -> None:
    sign_in(client, "bureau")
    assert client.get("/desk/sign-in").location == "/desk/"
    assert client.get("/desk/sign-in?next=//evil.example").location == "/desk/"


def test_the_session_is_a_new_one_after_signing_in_and_none_after_signing_out(client: FlaskClient) -> None:
    with client.session_transaction() as before:
        before["planted"] = "by somebody else"
    sign_in(client, "bureau")
    with client.session_transaction() as after:
        assert "planted" not in after
        assert "csrf_token" not in after
    page = client.get("/desk/").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    answer = client.post("/desk/sign-out", data={"csrf_token": token[1]})
    assert answer.location == "/desk/sign-in"
    assert client.get("/desk/").status_code == 303


def test_a_session_ends_with_the_working_day_and_with_the_account(
    app: Flask, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = app.test_client(), app.test_client()
    sign_in(one, "bureau")
    sign_in(other, "shiren")
    with db.write():
        db.run("UPDATE staff SET active = 0 WHERE login = 'shiren'")
    assert other.get("/desk/").status_code == 303
    assert one.get("/desk/").status_code == 200
    moment = clock.here() + devices.TERMS[devices.DESK]
    monkeypatch.setattr(clock, "here", lambda pinned=None: moment)
    assert one.get("/desk/").status_code == 303


def test_what_was_typed_is_never_markup(client: FlaskClient) -> None:
    page = sign_in(client, '"><script>alert(1)</script>', "x", wanted='/"><script>').get_data(as_text=True)
    assert "<script>" not in page
