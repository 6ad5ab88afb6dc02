"""An account of every role, as a bureau with its towns, schools and villages has them."""

from collections.abc import Mapping

from intake.people import accounts
from intake.people.accounts import Person
from intake.store.db import Database
from tests.hands.classroom import OTHER_TOWN, SCHOOL, TOWN, VILLAGE, school

PASSWORD = "山高水长-2026"
DISTRICT = "220605"
STAFF: Mapping[str, tuple[str, str]] = {
    "administrator": ("administrator", DISTRICT), "officer": ("officer", DISTRICT), "approver": ("approver", DISTRICT),
    "auditor": ("auditor", DISTRICT), "operator": ("operator", DISTRICT), "bureau": ("bureau", DISTRICT),
    "subsidies": ("officer", DISTRICT), "town": ("town", TOWN), "neighbour": ("town", OTHER_TOWN),
    "village": ("village", VILLAGE), "principal": ("principal", TOWN),
}  # fmt: skip
"""Role and area by login; `subsidies` is an officer of that kind alone, the neighbour is of another town."""


def everybody(db: Database) -> dict[str, Person]:
    """Add them all, and give them by login; the principal has the school of the classroom."""
    school(db)
    return {login: one(db, login) for login in STAFF}


def one(db: Database, login: str) -> Person:
    """Add one of them."""
    role, area = STAFF[login]
    made = accounts.add_person(
        db, name=f"{login}同志", login=login, password=PASSWORD, role=role, area=area,
        school=SCHOOL if role == "principal" else "", kinds=("subsidy",) if login == "subsidies" else (),
    )  # fmt: skip
    person = accounts.person_by_id(db, made)
    assert person is not None
    return person
