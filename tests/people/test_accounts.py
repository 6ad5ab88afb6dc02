"""Accounts: changed, ended, given a new way in; one's own password; sessions that end on the server."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from intake.errors import Refused
from intake.house import verify
from intake.importing import staff
from intake.importing.outcome import Options
from intake.language import slip_codes
from intake.paper import slips
from intake.people import accounts, bindings, devices, manage, pins
from intake.people.accounts import Person
from intake.store import audit
from intake.store.db import Database
from intake.web import phones
from tests.hands import classroom
from tests.hands.classroom import SCHOOL, SCHOOL_NAME, TOWN
from tests.hands.command import baoxue
from tests.hands.desk import PASSWORD, sign_in
from tests.hands.lists import STAFF, sheet

PIN, NEW = "274951", "另一个密码-2026"


@pytest.fixture
def clerk(db: Database) -> Person:
    made = accounts.add_person(
        db, name="李建华", login="clerk", password=PASSWORD, role="bureau", area="220605"
    )
    person = accounts.person_by_id(db, made)
    assert person is not None
    return person


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def post(client: FlaskClient, page: str, path: str, **typed: str) -> tuple[int, str]:
    token = token_of(client.get(page).get_data(as_text=True))
    answer = client.post(path, data={"csrf_token": token, **typed})
    return answer.status_code, answer.location or answer.get_data(as_text=True)


def test_a_desk_session_is_a_device_that_the_server_ends(app: Flask, db: Database, clerk: Person) -> None:
    one, other = app.test_client(), app.test_client()
    answer = sign_in(one, "clerk")
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith(phones.COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Max-Age" not in cookie, "gone with the browser"
    assert "Secure" not in cookie, "a demonstration has no TLS"
    sign_in(other, "clerk")
    (first, second) = devices.devices_of(db, clerk.id)
    assert {first.door, second.door} == {devices.DESK}
    assert one.get("/desk/").status_code == 200
    kept = one.get_cookie(phones.COOKIE)
    assert kept is not None
    post(one, "/desk/me", "/desk/sign-out")
    one.set_cookie(phones.COOKIE, kept.value)
    assert one.get("/desk/").status_code == 303, "a cookie that was copied is worth nothing, either"
    assert other.get("/desk/").status_code == 200
    devices.revoke_all(db, clerk.id, "command")
    assert other.get("/desk/").status_code == 303


def test_signing_in_makes_a_new_token_and_ends_the_one_before(
    app: Flask, client: FlaskClient, db: Database, clerk: Person
) -> None:
    client.set_cookie(phones.COOKIE, "planted")
    sign_in(client, "clerk")
    first = client.get_cookie(phones.COOKIE)
    assert first is not None
    assert first.value != "planted"
    with app.test_request_context():
        assert devices.find_device(db, "planted") is None


def test_a_phones_pin_opens_no_desk_after_a_promotion(app: Flask, db: Database) -> None:
    room = classroom.classroom(db)
    person = classroom.teacher(db, room)
    entering = pins.offer(db, person.login, bindings.issue_code(db, person.id), "")
    pins.begin(db, entering, PIN, PIN, "Android")
    with db.write():  # behind the back of the house
        db.run("UPDATE staff SET role = 'bureau', area = '220605'")
    phone = app.test_client()
    phone.set_cookie(phones.COOKIE, entering.token)
    assert phone.get("/desk/").status_code == 303


def test_who_is_promoted_by_a_list_comes_in_by_a_code_and_chooses_a_password(
    app: Flask, db: Database, tmp_path: Path
) -> None:
    classroom.classroom(db)
    rows = ["马爱民", "13812340004", "班主任", SCHOOL_NAME, "三年级2班"]
    staff.take(db, sheet(STAFF, rows), Options())
    person = accounts.person_by_login(db, "13812340004")
    assert person is not None
    entering = pins.offer(db, person.login, bindings.issue_code(db, person.id), "")
    pins.begin(db, entering, PIN, PIN, "Android")
    made: list[staff.Slip] = []
    done = staff.take(
        db, sheet(STAFF, ["马爱民", "13812340004", "镇干部", "石人镇", ""]), Options(), finish=made.extend
    )
    assert (done.changed, done.notes) == (1, ["管辖范围：石人镇 1 人。"])
    (slip,) = made
    assert (slip.desk, len(slip.code), slip.password) == (True, 10, "")
    page = slips.sheet(made, db.settings, db.now())
    assert slip_codes.show_code(slip.code) in page
    assert "密码栏里填登录码" in page
    assert "<svg" not in page
    assert devices.find_device(db, entering.token) is None, "the phone of before is out"
    assert not bindings.classes_taught(db, person.id)
    with pytest.raises(Refused):
        pins.sign_in(db, person.login, PIN, "")
    made.clear()
    assert staff.take(
        db, sheet(STAFF, ["马爱民", "13812340004", "镇干部", "石人镇", ""]), Options(), finish=made.extend
    ).same == 1  # fmt: skip
    assert not made, "the slip that was handed out stays good"

    client = app.test_client()
    assert sign_in(client, person.login, "1000000000").status_code == 401
    assert (
        sign_in(client, person.login, slip.code, wanted="/desk/?x=1").location
        == "/desk/password?next=/desk/?x%3D1"
    )
    for new, again, said in (("short", "short", "10 到"), (NEW, "x", "不一样")):
        status, told = post(client, "/desk/password", "/desk/password", new=new, again=again)
        assert status == 422
        assert said in told
        assert NEW not in told
    status, where = post(client, "/desk/password", "/desk/password", new=NEW, again=NEW)
    assert (status, "/desk/" in where) == (303, True)
    assert client.get("/desk/").status_code == 200
    assert accounts.sign_in(db, person.login, NEW)
    second = app.test_client()
    refused = sign_in(second, person.login, slip.code)
    assert refused.status_code == 401, "a code works once"
    assert "已经用过了" in refused.get_data(as_text=True)
    assert second.get("/desk/password").status_code == 303
    assert verify.faults(db) == []


def test_a_code_of_the_phone_is_led_there_and_not_used_up(client: FlaskClient, db: Database) -> None:
    person = classroom.teacher(db, login="13812340001")
    code = bindings.issue_code(db, person.id)
    assert sign_in(client, person.login, code).location == "/forms/sign-in"
    assert "在这里用" in client.get("/forms/sign-in").get_data(as_text=True)
    assert pins.offer(db, person.login, code, "")


def test_codes_are_not_to_be_guessed_at_the_desk(client: FlaskClient, db: Database, clerk: Person) -> None:
    code = bindings.issue_code(db, clerk.id)
    for number in range(5):
        assert sign_in(client, "clerk", f"100000000{number}").status_code == 401
    waits = sign_in(client, "clerk", code)
    assert (waits.status_code, waits.headers["Retry-After"]) == (429, "10")


def test_ones_own_password_asks_for_the_present_one_and_ends_other_sessions(
    app: Flask, db: Database, clerk: Person
) -> None:
    here, other = app.test_client(), app.test_client()
    sign_in(here, "clerk")
    sign_in(other, "clerk")
    page = here.get("/desk/me").get_data(as_text=True)
    assert "李建华，教育局，江源区（220605）" in page
    assert page.count("/revoke") == 2
    for typed, said in (
        ({"now": "wrong", "new": NEW, "again": NEW}, "现在的密码不对"),
        ({"now": PASSWORD, "new": "short", "again": "short"}, "10 到 200"),
        ({"now": PASSWORD, "new": NEW, "again": NEW + "x"}, "不一样"),
    ):
        status, told = post(here, "/desk/me", "/desk/me/password", **typed)
        assert status == 422
        assert said in told
        assert NEW not in told
    assert other.get("/desk/").status_code == 200
    assert post(here, "/desk/me", "/desk/me/password", now=PASSWORD, new=NEW, again=NEW)[0] == 303
    assert here.get("/desk/").status_code == 200
    assert other.get("/desk/").status_code == 303
    assert accounts.sign_in(db, "clerk", PASSWORD) is None
    assert accounts.sign_in(db, "clerk", NEW)
    assert NEW not in str([tuple(row) for row in db.all("SELECT * FROM audit")])


def test_ones_own_sessions_can_be_ended_and_nobody_elses(app: Flask, db: Database, clerk: Person) -> None:
    accounts.add_person(db, name="某", login="town", password=PASSWORD, role="town", area=TOWN)
    here, other, stranger = (app.test_client() for _ in range(3))
    for client, login in ((here, "clerk"), (other, "clerk"), (stranger, "town")):
        sign_in(client, login)
    kept = {one: one.get_cookie(phones.COOKIE) for one in (here, other, stranger)}
    found = {one: devices.find_device(db, cookie.value) for one, cookie in kept.items() if cookie}
    theirs, mine, own = found[stranger], found[other], found[here]
    assert theirs
    assert mine
    assert own
    assert post(here, "/desk/me", f"/desk/me/devices/{theirs.id}/revoke")[0] == 404
    assert stranger.get("/desk/").status_code == 200
    assert post(here, "/desk/me", f"/desk/me/devices/{mine.id}/revoke")[0] == 303
    assert other.get("/desk/").status_code == 303
    assert post(here, "/desk/me", f"/desk/me/devices/{own.id}/revoke") == (303, "/desk/sign-in")
    assert here.get("/desk/").status_code == 303


def test_deactivation_ends_everything_at_once(app: Flask, db: Database, clerk: Person) -> None:
    client = app.test_client()
    sign_in(client, "clerk")
    manage.deactivate(db, "clerk")
    manage.deactivate(db, "clerk")
    assert client.get("/desk/").status_code == 303
    assert accounts.sign_in(db, "clerk", PASSWORD) is None
    room = classroom.classroom(db)
    person = classroom.teacher(db, room)
    entering = pins.offer(db, person.login, bindings.issue_code(db, person.id), "")
    pins.begin(db, entering, PIN, PIN, "Android")
    assert bindings.bind(db, "wechat:x", bindings.issue_code(db, person.id)) == person
    code = bindings.issue_code(db, person.id)
    manage.deactivate(db, person.login)
    for table in ("bound", "teaches", "pins"):
        assert not db.all(f"SELECT 1 FROM {table}"), table
    assert bindings.find_code(db, bindings.digest(db, code)) is None
    assert devices.find_device(db, entering.token) is None
    verbs = [row["verb"] for row in db.all("SELECT verb FROM audit")]
    assert verbs.count("staff.deactivated") == 2
    assert audit.broken(db) == []
    manage.activate(db, "clerk")
    assert accounts.sign_in(db, "clerk", PASSWORD) is None, "back, with no way in"
    back = accounts.person_by_login(db, "clerk")
    assert back is not None
    password, code = manage.reset(db, back)
    assert not code
    assert accounts.sign_in(db, "clerk", password)


def test_a_reset_gives_the_way_in_of_each_side_and_ends_the_old_one(
    app: Flask, db: Database, clerk: Person
) -> None:
    client = app.test_client()
    sign_in(client, "clerk")
    password, code = manage.reset(db, clerk)
    assert (len(password), code) == (12, "")
    assert client.get("/desk/").status_code == 303
    assert accounts.sign_in(db, "clerk", PASSWORD) is None
    assert accounts.sign_in(db, "clerk", password)
    person = classroom.teacher(db)
    entering = pins.offer(db, person.login, bindings.issue_code(db, person.id), "")
    pins.begin(db, entering, PIN, PIN, "Android")
    password, code = manage.reset(db, person)
    assert (password, len(code)) == ("", 10)
    assert devices.find_device(db, entering.token) is None
    with pytest.raises(Refused):
        pins.sign_in(db, person.login, PIN, "")
    assert pins.offer(db, person.login, code, "")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"area": "220605999"}, "220605999"),
        ({"area": "石人镇"}, "行政区划代码"),
        ({"area": "2206"}, "行政区划代码"),
        ({"area": ""}, "行政区划代码"),
        ({"area": classroom.VILLAGE}, "写到镇街为止，例如 220605105"),
        ({"role": "king"}, "没有这个角色"),
        ({"name": ""}, "不能空着"),
        ({"school": "没有的"}, "没有这所学校"),
        ({"area": "220605106", "school": SCHOOL}, "不在大阳岔镇"),
    ],
)
def test_no_account_is_changed_into_what_does_not_exist(
    db: Database, clerk: Person, change: dict[str, str], said: str
) -> None:
    classroom.school(db)
    whole = {"name": "李", "role": "town", "area": TOWN, "school": "", **change}
    with pytest.raises(Refused, match=said):
        manage.edit(db, manage.account(db, "clerk"), "t", **whole)
    assert accounts.person_by_id(db, clerk.id) == clerk


def test_a_village_is_an_area_with_a_name(db: Database) -> None:
    assert accounts.area_name(db, "220605") == "江源区"
    assert accounts.area_name(db, TOWN) == "石人镇"
    assert accounts.area_name(db, classroom.VILLAGE).startswith("石人镇")
    for none in ("", "2206", "220605999", "220605105999", "220621"):
        assert accounts.area_name(db, none) == ""


def test_the_commands_say_who_by_name(settings: object, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert baoxue(home, "init").returncode == 0
    add = ("staff", "add", "--name", "李老师", "--login", "li", "--role", "town", "--password", PASSWORD)
    wrong = baoxue(home, *add, "--area", "220605999")
    assert wrong.returncode == 2
    assert "没有代码为“220605999”" in wrong.stderr
    assert "已添加：李老师，镇街，石人镇（220605105）" in baoxue(home, *add, "--area", TOWN).stdout
    assert (
        "大阳岔镇（220605106）"
        in baoxue(home, "staff", "edit", "--login", "li", "--area", "220605106").stdout
    )
    (line,) = baoxue(home, "staff", "list", "--json").stdout.splitlines()
    assert json.loads(line) == {
        "login": "li", "name": "李老师", "role": "town", "area": "220605106", "area_name": "大阳岔镇",
        "school": "", "school_name": "", "kinds": "", "active": True, "seen": "",
    }  # fmt: skip
    assert re.search(r"新密码：[a-z2-9]{12}（", baoxue(home, "staff", "reset", "--login", "li").stdout)
    assert "已停用" in baoxue(home, "staff", "deactivate", "--login", "li").stdout
    assert "已停用" in baoxue(home, "staff", "list").stdout
    assert baoxue(home, "staff", "reset", "--login", "li").returncode == 2
    assert baoxue(home, "staff", "deactivate", "--login", "nobody").returncode == 2
