"""Who is asked first is whoever stands lowest on the ladder: the child's class before its school, town and the bureau."""

import pytest

from intake.cases import owners
from intake.people import accounts, bindings, slots
from intake.people.accounts import Person
from intake.store.db import Database
from tests.hands.classroom import SCHOOL, TOWN, classroom
from tests.hands.watching import plan, statements


def person(db: Database, role: str, login: str, *, kinds: tuple[str, ...] = ()) -> Person:
    area = TOWN if role in ("town", "principal", "teacher") else "220605"
    school = SCHOOL if role in ("principal", "teacher") else ""
    made = accounts.add_person(
        db, name=login, login=login, password=None, role=role, area=area, school=school, kinds=kinds
    )
    found = accounts.person_by_id(db, made)
    assert found
    return found


def test_each_rung_goes_before_those_above_it(db: Database) -> None:
    room = classroom(db)

    def first(kind: str = "absence", *, restricted: bool = False) -> str:
        found = owners.first_owner(
            db, kind, class_id=room.id, school=SCHOOL, town=TOWN, restricted=restricted
        )
        return found.login if found else ""

    def named(slot: str, place: str, login: str) -> None:
        holder = accounts.person_by_login(db, login)
        assert holder
        slots.fill(db, slot, place, holder, "test")

    assert first() == ""
    person(db, "bureau", "all-in-one")
    assert first() == first("safety") == "all-in-one"
    person(db, "officer", "of-everything")
    person(db, "officer", "of-aid", kinds=("subsidy",))
    assert (first(), first("enrollment")) == ("of-everything", "of-everything")
    person(db, "town", "town-b")
    person(db, "town", "town-a")
    assert first() == "town-a"
    named("child_supervisor", TOWN, "town-b")
    assert first() == "town-b"
    named("town_of_school", SCHOOL, "town-a")
    assert first() == "town-a"
    person(db, "principal", "head-a")
    person(db, "principal", "head-b")
    assert (first(), first("boarding"), first("subsidy")) == ("head-a",) * 3
    named("principal_of_school", SCHOOL, "head-b")
    assert first() == "head-b"
    bindings.teach(db, person(db, "principal", "head-0").id, room.id)
    assert first() == "head-0"
    bindings.teach(db, person(db, "teacher", "teacher-b").id, room.id)
    assert first() == "teacher-b", "who teaches the class, before a principal who has it as well"
    bindings.teach(db, person(db, "teacher", "teacher-a").id, room.id)
    named("teacher_of_class", room.id, "teacher-b")
    assert first() == "teacher-b"
    assert (first(restricted=True), first("safety"), first("enrollment")) == ("of-everything",) * 3
    with db.write():
        db.run("UPDATE staff SET active = 0 WHERE login = 'teacher-b'")
    assert first() == "teacher-a"


def test_it_is_one_look_and_by_indexes(db: Database) -> None:
    room = classroom(db)
    with statements(db) as heard:
        owners.first_owner(db, "absence", class_id=room.id, school=SCHOOL, town=TOWN, restricted=False)
    assert len(heard) == 1
    tables = [one for one in plan(db, heard[0]).split("; ") if one.startswith("SCAN")]
    assert [one for one in tables if " r" not in one and "staff" not in one] == []


@pytest.mark.parametrize("kind", ["subsidy", "absence"])
def test_an_officer_is_asked_for_the_kinds_that_are_theirs(db: Database, kind: str) -> None:
    person(db, "officer", "of-aid", kinds=("subsidy",))
    found = owners.first_owner(db, kind, class_id="", school="", town="", restricted=False)
    assert (found.login if found else "") == ("of-aid" if kind == "subsidy" else "")
