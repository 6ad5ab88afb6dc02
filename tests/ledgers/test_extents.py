"""Where and when: parts of the district that somebody may ask for, days, months and terms."""

from collections.abc import Mapping
from datetime import date

import pytest

from intake.errors import Missing, Refused
from intake.ledgers.wanted import extents
from intake.people import accounts
from intake.people.accounts import Person
from intake.people.scope import Scope
from intake.store.db import Database
from tests.hands.classroom import MORNING, OTHER_TOWN, SCHOOL, SCHOOL_NAME, TOWN, VILLAGE, at

WHOLE = Scope("220605")
ASKED: Mapping[str, Mapping[str, str]] = {
    "nothing": {}, "town": {"town": TOWN}, "other": {"town": OTHER_TOWN}, "village": {"village": VILLAGE},
    "school": {"school": SCHOOL},
}  # fmt: skip


def given(db: Database, person: Person, **asked: str) -> str:
    try:
        found = extents.extent_of(db, accounts.scope_of(db, person), **asked)
    except Missing:
        return "-"
    return f"{found.level}:{found.code}"


@pytest.mark.parametrize(
    ("login", "expected"),
    [
        ("officer", f"district:220605 town:{TOWN} town:{OTHER_TOWN} village:{VILLAGE} school:{SCHOOL}"),
        ("town", f"town:{TOWN} town:{TOWN} - village:{VILLAGE} school:{SCHOOL}"),
        ("neighbour", f"town:{OTHER_TOWN} - town:{OTHER_TOWN} - -"),
        ("principal", f"school:{SCHOOL} - - - school:{SCHOOL}"),
        ("village", f"village:{VILLAGE} - - village:{VILLAGE} -"),
        ("administrator", "- - - - -"),
    ],
)
def test_nobody_gets_more_than_their_own_and_by_default_all_of_it(
    db: Database, people: dict[str, Person], login: str, expected: str
) -> None:
    assert " ".join(given(db, people[login], **asked) for asked in ASKED.values()) == expected


@pytest.mark.parametrize(
    "asked", [{"town": "220605999"}, {"school": TOWN}, {"village": "没有的村"}, {"town": VILLAGE}]
)
def test_what_is_no_such_place_is_not_found(db: Database, asked: dict[str, str]) -> None:
    with pytest.raises(Missing):
        extents.extent_of(db, WHOLE, **asked)


def test_a_place_may_be_called_by_its_whole_name(db: Database, people: dict[str, Person]) -> None:
    assert extents.extent_of(db, WHOLE, town="石人镇").code == TOWN
    school = extents.extent_of(db, WHOLE, school=SCHOOL_NAME)
    assert (school.code, school.name, school.area) == (SCHOOL, SCHOOL_NAME, TOWN)
    village = extents.extent_of(db, WHOLE, village=VILLAGE)
    assert village.name.startswith("石人镇")
    assert extents.extent_of(db, WHOLE, village=village.name).code == VILLAGE


def test_the_smallest_place_counts(db: Database, people: dict[str, Person]) -> None:
    assert extents.extent_of(db, WHOLE, town=TOWN, school=SCHOOL).level == "school"


def test_a_place_narrows_a_scope_and_never_widens_it(db: Database, people: dict[str, Person]) -> None:
    officer = accounts.scope_of(db, people["subsidies"])
    for asked in ASKED.values():
        got = extents.extent_of(db, officer, **asked).within(officer)
        assert got.area.startswith(officer.area)
        assert (got.kinds, got.restricted, got.reporters) == (
            officer.kinds,
            officer.restricted,
            officer.reporters,
        )
    assert extents.extent_of(db, officer, school=SCHOOL).within(officer).school == SCHOOL
    assert extents.extent_of(db, officer, village=VILLAGE).within(officer).village == VILLAGE


@pytest.mark.parametrize(
    ("level", "login", "number"),
    [("town", "officer", 10), ("town", "town", 1), ("school", "town", 1), ("school", "neighbour", 0),
     ("school", "principal", 1), ("town", "principal", 0), ("village", "village", 1)],
)  # fmt: skip
def test_what_may_be_chosen_lies_in_the_scope(
    db: Database, people: dict[str, Person], level: str, login: str, number: int
) -> None:
    assert len(extents.extents_below(db, accounts.scope_of(db, people[login]), level)) == number


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, MORNING)


@pytest.mark.parametrize(
    ("asked", "stamp"),
    [
        ({}, "20261123"),
        ({"day": date(2026, 11, 20)}, "20261120"),
        ({"first": date(2026, 11, 2), "last": date(2026, 11, 6)}, "20261102-20261106"),
        ({"first": date(2026, 11, 2)}, "20261102-20261123"),
        ({"term": "2026秋"}, "20260901-20261123"),
        ({"term": "2026年春季"}, "20260301-20260731"),
        ({"month": "2026-10"}, "20261001-20261031"),
        ({"month": "2026-11"}, "20261101-20261123"),
    ],
)
def test_days_are_those_that_were_asked_for_and_none_to_come(
    db: Database, today: None, asked: dict[str, date | str], stamp: str
) -> None:
    assert extents.period_stamp(extents.period_of(db, **asked)) == stamp  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"term": "下学期"}, "term"),
        ({"month": "2026-13"}, "month"),
        ({"first": date(2026, 11, 6), "last": date(2026, 11, 2)}, "to"),
    ],
)
def test_what_are_no_days_is_refused_at_its_field(
    db: Database, today: None, asked: dict[str, date | str], field: str
) -> None:
    with pytest.raises(Refused) as no:
        extents.period_of(db, **asked)  # type: ignore[arg-type]
    assert no.value.field == field


@pytest.mark.parametrize(
    "asked", [{"day": date(2026, 11, 24)}, {"day": date(1999, 12, 31)}, {"term": "2027春"}]
)
def test_of_days_that_nobody_knows_there_is_nothing(
    db: Database, today: None, asked: dict[str, date | str]
) -> None:
    with pytest.raises(Missing):
        extents.period_of(db, **asked)  # type: ignore[arg-type]


def test_terms_are_as_they_are_set(today: None) -> None:
    spans = "2026-08-28/2027-01-20；2027-03-03/2027-07-10"
    assert extents.term_of(spans, "2026秋")[1:] == (date(2026, 8, 28), date(2027, 1, 20))
    assert extents.term_of(spans, "2025秋")[1:] == (date(2025, 9, 1), date(2026, 1, 31))
    names = [one.name for one in extents.terms_until(spans, MORNING.date())]
    assert names == ["2026秋", "2026春", "2025秋", "2025春"]
    assert extents.terms_until("", date(2027, 2, 1))[0].name == "2026秋"
