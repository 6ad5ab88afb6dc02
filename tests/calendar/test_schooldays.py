"""School days: weekends, public holidays with the weekends worked for them, terms; and days beyond what is known."""

from datetime import date, datetime

import pytest

from intake.calendar import hours, schooldays
from intake.calendar.clock import CHINA
from intake.errors import SettingsError
from intake.settings import Settings, load

ALWAYS = Settings()
TERMS = Settings(terms="2026-03-02/2026-07-10；2026-09-01/2027-01-15")


def day(said: str) -> date:
    """Read a day."""
    return date.fromisoformat(said)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("2026-11-23", True),
        ("2026-11-21", False),  # a Saturday
        ("2026-11-22", False),
        ("2026-09-20", True),  # a Sunday worked for 国庆
        ("2026-09-25", False),  # 中秋
        *((f"2026-10-0{one}", False) for one in range(1, 8)),
        ("2026-10-08", True),
        ("2026-10-10", True),  # a Saturday worked for 国庆
        ("2026-10-11", False),
        ("2026-02-17", False),  # 春节
        ("2027-10-01", False),  # nothing is announced yet, but the law says so
        ("2027-10-04", True),
        ("2027-10-02", False),
        ("1999-10-01", True),
    ],
)
def test_which_days_classes_are_asked(said: str, expected: bool) -> None:
    assert schooldays.is_school_day(ALWAYS.terms, day(said)) is expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("2026-07-10", True), ("2026-07-13", False), ("2026-08-31", False), ("2026-09-01", True),
        ("2027-01-15", True), ("2027-01-18", False), ("2026-10-01", False), ("2026-10-10", True), ("2026-01-05", False),
    ],
)  # fmt: skip
def test_outside_of_the_terms_nobody_is_asked(said: str, expected: bool) -> None:
    assert schooldays.is_school_day(TERMS.terms, day(said)) is expected


@pytest.mark.parametrize(
    ("settings", "said", "before", "after"),
    [
        (ALWAYS, "2026-11-23", "2026-11-20", "2026-11-24"),
        (ALWAYS, "2026-11-22", "2026-11-20", "2026-11-23"),
        (ALWAYS, "2026-10-03", "2026-09-30", "2026-10-08"),
        (ALWAYS, "2026-10-08", "2026-09-30", "2026-10-09"),
        (ALWAYS, "2026-10-12", "2026-10-10", "2026-10-13"),
        (TERMS, "2026-09-01", "2026-07-10", "2026-09-02"),
        (TERMS, "2026-07-10", "2026-07-09", "2026-09-01"),
        (
            TERMS,
            "2026-03-02",
            "2026-02-28",
            "2026-03-03",
        ),  # no term before: the workday before, a worked Saturday
        (TERMS, "2027-01-15", "2027-01-14", "2027-01-18"),  # and no term after
    ],
)
def test_the_school_days_around(settings: Settings, said: str, before: str, after: str) -> None:
    assert schooldays.before(settings.terms, day(said)) == day(before)
    assert schooldays.next_day(settings.terms, day(said)) == day(after)


@pytest.mark.parametrize(
    ("settings", "first", "last", "days"),
    [
        (ALWAYS, "2026-11-20", "2026-11-20", 0),
        (ALWAYS, "2026-11-20", "2026-11-23", 1),
        (ALWAYS, "2026-11-20", "2026-11-22", 0),
        (ALWAYS, "2026-11-23", "2026-11-27", 4),
        (ALWAYS, "2026-09-30", "2026-10-12", 4),  # 8, 9, the worked 10, 12
        (ALWAYS, "2026-11-27", "2026-11-23", 0),
        (TERMS, "2026-07-09", "2026-09-02", 3),
    ],
)
def test_days_absent_are_counted_in_school_days(settings: Settings, first: str, last: str, days: int) -> None:
    assert schooldays.between(settings.terms, day(first), day(last)) == days


@pytest.mark.parametrize(
    "said",
    ["2026-09-01", "2026-09-01/2026-13-01", "2027-01-15/2026-09-01", "九月一日/一月十五日", "2026-09-01/2026-10-01/2026-11-01",
     "2026-09-01/2027-01-15；2027-01-15/2027-07-10", "2027-03-01/2027-07-10；2026-09-01/2027-01-15"],
)  # fmt: skip
def test_wrong_terms_are_refused_with_the_name_of_the_setting(said: str) -> None:
    with pytest.raises(SettingsError, match="BAOXUE_TERMS"):
        load({"TERMS": said, "DATA": "/nowhere"}, environ={})


@pytest.mark.parametrize(
    "said", ["", f"{schooldays.EXAMPLE}；", " 2026-09-01 / 2027-01-15 ;\n2027-03-01/2027-07-10"]
)
def test_terms_as_people_write_them(said: str) -> None:
    settings = load({"TERMS": said, "DATA": "/nowhere"}, environ={})
    assert len(schooldays.terms(settings.terms)) == (2 if said else 0)


def at(month: int, on: int, hour: int) -> datetime:
    """Give a local moment of 2026."""
    return datetime(2026, month, on, hour, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("moment", "said", "there"),
    [
        (at(10, 1, 9), hours.DEFAULT, False),
        (at(10, 3, 9), "每天 8:00-12:00", False),  # a Saturday of 国庆
        (at(10, 8, 9), hours.DEFAULT, True),
        (at(10, 10, 9), hours.DEFAULT, True),  # a worked Saturday, as Friday
        (at(10, 10, 16), "周一至周五 8:30-17:00；周六 9:00-12:00", True),
        (at(9, 20, 9), "周一 9:00-10:00；周五 14:00-15:00", True),  # a worked Sunday, as Monday
        (at(9, 20, 14), "周一 9:00-10:00；周五 14:00-15:00", False),
        (at(10, 11, 9), hours.DEFAULT, False),
        (at(10, 24, 9), "周六 9:00-12:00", True),
    ],
)
def test_the_office_keeps_public_holidays(moment: datetime, said: str, there: bool) -> None:
    assert hours.open_now(said, moment) is there


@pytest.mark.parametrize(
    ("moment", "said", "expected"),
    [
        (at(9, 30, 18), hours.DEFAULT, "10月8日（周四）8:30"),
        (at(10, 9, 18), hours.DEFAULT, "明天（周六）8:30"),
        (at(9, 24, 18), "周五 9:00-10:00", "10月9日（周五）9:00"),  # 中秋 and 国庆 are Fridays, too
    ],
)
def test_when_the_office_is_back_after_a_holiday(moment: datetime, said: str, expected: str) -> None:
    assert hours.next_opening(said, moment) == expected
