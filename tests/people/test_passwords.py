"""New passwords: long, not guessed first, nothing of one's own; whoever was given one chooses another first of all."""

from collections.abc import Iterator
from typing import cast

import pytest
from flask import Flask

import wsgi
from intake.errors import Refused
from intake.people import accounts, devices, listing, manage
from intake.people.accounts import Person
from intake.people.secrets import passwords
from intake.settings import Settings
from intake.store.db import Database
from tests.hands import staffed
from tests.hands.authenticator import Authenticator, browser, sent
from tests.hands.classroom import TOWN
from tests.hands.command import baoxue
from tests.hands.staffed import PASSWORD

GOOD = "青石-板路-四十二"
OWN = ("13812345678", "张小云")


@pytest.mark.parametrize(
    "good",
    [
        "山高水长-2026",
        "correct horse battery",
        "xk3 vp9 lqw z2",
        "七棵白桦树下",
        "a7k2mp9q3xyz",
        "我" * 3 + "爱读书" * 2,
    ],
)
def test_long_ones_that_nobody_guesses_first_are_taken(db: Database, good: str) -> None:
    passwords.refuse_weak(db, good, OWN)


@pytest.mark.parametrize("short", ["", "a7k2mp9q3", "山高水长", "x" * 201])
def test_too_short_and_too_long_ones_say_what_is_asked_for(db: Database, short: str) -> None:
    with pytest.raises(Refused, match="10 到 200"):
        passwords.refuse_weak(db, short, OWN)


@pytest.mark.parametrize(
    "common",
    [
        "password123", "Password123!", "p@ssw0rd2024", "qwertyuiop", "1qaz2wsx3edc", "1234567890", "0987654321",
        "aaaaaaaaaaaa", "abcabcabcabc", "iloveyou2026", "admin123456", "Aa123456!!", "qwer1234asdf", "drowssap123",
        "baoxue2026", "baoxue123456", "jiaoyuju2026", "江源区江源区", "jiangyuan2026", "jiangyuan123", "管理员管理员",
    ],
)  # fmt: skip
def test_those_that_are_guessed_first_are_refused(db: Database, common: str) -> None:
    with pytest.raises(Refused, match="太常见"):
        passwords.refuse_weak(db, common, OWN)


@pytest.mark.parametrize(
    "own",
    [
        "13812345678", "138-1234-5678", "１３８１２３４５６７８", "87654321831", "13812345678abc", "zz-13812345678",
        "张小云-2026!", "zhangxiaoyun99", "ZhangXiaoYun!!", "nuyoaixgnahz2026", "云小张云小张云小张", "my zhang xiao yun",
    ],
)  # fmt: skip
def test_nothing_of_ones_own_forwards_or_backwards(db: Database, own: str) -> None:
    with pytest.raises(Refused, match="自己的手机号、账号和姓名"):
        passwords.refuse_weak(db, own, OWN)


def test_a_short_login_is_no_reason_to_refuse_every_word_with_its_letters(db: Database) -> None:
    passwords.refuse_weak(db, "brilliant-waterfall", ("li", "李"))
    with pytest.raises(Refused):
        passwords.refuse_weak(db, "li20261123456", ("li", "李"))


@pytest.fixture
def house(settings: Settings) -> Iterator[Flask]:
    """Give a house in production, without an account of WeChat."""
    made = wsgi.create_app({"DATA": settings.data, "MODE": "production", "RATE_LIMIT": "off"})
    yield made
    cast(Database, made.extensions["baoxue.db"]).close()


def test_at_the_desk_the_sentence_stands_at_the_field_and_old_ones_stay_good(settings: Settings) -> None:
    app = wsgi.create_app({"DATA": settings.data, "MODE": "demo", "RATE_LIMIT": "off"})
    db = cast(Database, app.extensions["baoxue.db"])
    town = staffed.everybody(db)["town"]
    with db.write():
        db.run("UPDATE staff SET password = ? WHERE id = ?", (accounts.hashed("old1"), town.id))
    client = browser(app)
    assert sent(client, "/desk/sign-in", login="town", password="old1").location == "/desk/"
    for new, said in (("short", "10 到 200"), ("password123", "太常见"), ("town同志-2026", "自己的手机号")):
        answer = sent(client, "/desk/me", "/desk/me/password", now="old1", new=new, again=new)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert said in page.split('id="new-wrong">')[1].split("</p>")[0]
        assert f'value="{new}' not in page
    assert sent(client, "/desk/me", "/desk/me/password", now="old1", new=GOOD, again=GOOD).status_code == 303
    db.close()


def test_a_password_that_another_chose_opens_nothing_but_the_choice_of_ones_own(house: Flask) -> None:
    db = cast(Database, house.extensions["baoxue.db"])
    town = staffed.everybody(db)["town"]
    client = browser(house)
    assert sent(client, "/desk/sign-in", login="town", password=PASSWORD).location == "/desk/password"
    assert "现在的密码是别人给您的" in client.get("/desk/password").get_data(as_text=True)
    assert client.get("/desk/").status_code == 303
    same = sent(client, "/desk/password", new=PASSWORD, again=PASSWORD)
    assert same.status_code == 422
    assert "不能和现在的密码一样" in same.get_data(as_text=True)
    assert client.get("/desk/").status_code == 303
    assert sent(client, "/desk/password", new=GOOD, again=GOOD).location == "/desk/"
    assert client.get("/desk/").status_code == 200
    again = browser(house)
    assert sent(again, "/desk/sign-in", login="town", password=GOOD).location == "/desk/"
    password, _ = manage.reset(db, town)
    assert client.get("/desk/").status_code == 303
    assert sent(browser(house), "/desk/sign-in", login="town", password=password).location == "/desk/password"


def test_an_officers_first_day_goes_through_password_and_factor_and_not_around_them(house: Flask) -> None:
    db = cast(Database, house.extensions["baoxue.db"])
    officer = staffed.one(db, "officer")
    client = browser(house)
    assert sent(client, "/desk/sign-in", login="officer", password=PASSWORD).location == "/desk/password"
    assert client.get("/desk/factor").location == "/desk/sign-in", "one after the other"
    assert sent(client, "/desk/password", new=GOOD, again=GOOD).location == "/desk/factor"
    phone = Authenticator(db, officer)
    assert not devices.devices_of(db, officer.id)
    assert sent(client, "/desk/factor", code=phone.code()).status_code == 200
    assert client.get("/desk/").status_code == 200


def test_who_comes_in_by_a_code_sets_the_factor_up_before_anything_else(house: Flask) -> None:
    from intake.people import bindings

    db = cast(Database, house.extensions["baoxue.db"])
    boss = staffed.one(db, "administrator")
    made = listing.enter(
        db, boss, name="新业务员", login="fresh", role="officer", area="220605", school="", kinds=()
    )
    code, client = bindings.issue_code(db, made), browser(house)
    answer = sent(client, "/desk/sign-in", login="fresh", password=code)
    assert str(answer.location).startswith("/desk/password")
    assert sent(client, "/desk/password", new=GOOD, again=GOOD).location == "/desk/factor", (
        "nobody else chose it"
    )
    assert client.get("/desk/").status_code == 303
    assert not devices.devices_of(db, made)
    fresh = accounts.person_by_id(db, made)
    assert isinstance(fresh, Person)
    assert sent(client, "/desk/factor", code=Authenticator(db, fresh).code()).status_code == 200
    assert client.get("/desk/").status_code == 200


def test_the_command_refuses_a_weak_one_too(settings: Settings) -> None:
    add = (
        "staff",
        "add",
        "--name",
        "李老师",
        "--login",
        "lilaoshi",
        "--role",
        "town",
        "--area",
        TOWN,
        "--password",
    )
    for weak, said in (("short", "10 到 200"), ("password123", "太常见"), ("lilaoshi2026", "自己的手机号")):
        refused = baoxue(settings.data, *add, weak, BAOXUE_MODE="demo")
        assert (refused.returncode, said in refused.stderr) == (2, True)
        assert weak not in refused.stderr
    assert baoxue(settings.data, *add, GOOD, BAOXUE_MODE="demo").returncode == 0
