"""Two sides, phone and desk: who has which, and by which door each is come in to, with one account."""

import pytest

from intake.errors import Refused
from intake.people import accounts, bindings, devices, manage, pins, roles
from intake.people.accounts import Person
from intake.store.db import Database
from tests.hands import classroom, staffed
from tests.hands.classroom import OTHER_TOWN, SCHOOL, TOWN, VILLAGE

PIN, NEW = "730518", "山高水长-2027"


def on_a_phone(db: Database, person: Person, code: str) -> str:
    """Come in on a phone by a code; give the phone's token."""
    entering = pins.offer(db, person.login, code, "")
    pins.begin(db, entering, PIN, PIN, "Android")
    return entering.token


def at_the_desk(db: Database, person: Person, code: str) -> str:
    """Come in at the desk by a code; give the browser's token."""
    entering = manage.offer(db, person.login, code)
    assert entering is not None
    manage.begin(db, entering, NEW, NEW, "Windows")
    return entering.token


def test_each_role_has_its_sides(db: Database) -> None:
    people = staffed.everybody(db) | {"teacher": classroom.teacher(db)}
    sides = {one.role: (accounts.on_phone(one), accounts.at_desk(one)) for one in people.values()}
    both, phone, desk = (True, True), (True, False), (False, True)
    assert set(sides) == set(roles.ROLES)
    assert sides == {"principal": both, "town": both, "teacher": phone, "village": phone} | dict.fromkeys(
        ("administrator", "officer", "approver", "auditor", "operator", "bureau"), desk
    )
    assert {one.role for one in people.values() if accounts.phone_first(one)} == {
        "principal",
        "teacher",
        "village",
    }


@pytest.mark.parametrize("login", ["principal", "town"])
def test_a_code_of_the_managers_opens_either_side(db: Database, login: str) -> None:
    person = staffed.everybody(db)[login]
    phone = on_a_phone(db, person, bindings.issue_code(db, person.id))
    found = devices.find_device(db, phone)
    assert found is not None
    assert found.door == devices.PHONE
    desk = at_the_desk(db, person, bindings.issue_code(db, person.id))
    found = devices.find_device(db, desk)
    assert found is not None
    assert found.door == devices.DESK
    assert accounts.sign_in(db, person.login, NEW) == person
    assert pins.sign_in(db, person.login, PIN, "") == person


def test_a_code_that_a_phone_gave_opens_no_desk(db: Database) -> None:
    head = staffed.everybody(db)["principal"]
    code = bindings.issue_code(db, head.id, head.actor, devices.PHONE)
    with pytest.raises(manage.Elsewhere):
        manage.offer(db, head.login, code)
    assert bindings.bind(db, "wechat:x", code) == head, "it was not used up"


@pytest.mark.parametrize("login", ["village", "principal"])
def test_who_comes_by_phone_gets_a_code_and_the_others_a_password(db: Database, login: str) -> None:
    people = staffed.everybody(db)
    password, code = manage.reset(db, people[login])
    assert (password, len(code)) == ("", 10)
    password, code = manage.reset(db, people["town"])
    assert (len(password), code) == (12, "")


def test_who_loses_the_desk_is_out_of_it_and_keeps_the_phone_only_anew(db: Database) -> None:
    head = staffed.everybody(db)["principal"]
    phone = on_a_phone(db, head, bindings.issue_code(db, head.id))
    desk = devices.new_token()
    devices.add_device(db, head, desk, "Windows", devices.DESK)
    row = manage.account(db, head.login)
    assert manage.edit(db, row, "t", name=head.name, role="teacher", area=TOWN, school=SCHOOL)
    assert devices.find_device(db, desk) is None
    assert devices.find_device(db, phone) is None
    assert accounts.sign_in(db, head.login, staffed.PASSWORD) is None, "the desk's password went, too"
    assert pins.sign_in(db, head.login, PIN, "").role == "teacher"


def test_who_gets_another_town_stays_in_and_sees_it_at_once(db: Database) -> None:
    town = staffed.everybody(db)["town"]
    token = devices.new_token()
    devices.add_device(db, town, token, "Windows", devices.DESK)
    manage.edit(
        db, manage.account(db, town.login), "t", name=town.name, role="town", area=OTHER_TOWN, school=""
    )
    found = devices.find_device(db, token)
    assert found is not None
    assert accounts.scope_of(db, found.person).area == OTHER_TOWN


def test_a_phone_of_a_cadre_is_no_desk(db: Database) -> None:
    cadre = staffed.everybody(db)["village"]
    code = bindings.issue_code(db, cadre.id)
    with pytest.raises(manage.Elsewhere):
        manage.offer(db, cadre.login, code)
    on_a_phone(db, cadre, code)
    assert accounts.scope_of(db, cadre).village == VILLAGE
    with pytest.raises(Refused):
        bindings.teach(db, cadre.id, classroom.classroom(db).id)
