"""Public holidays by law: the days of the law, in years that are announced and in those that are not."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise

import chinese_calendar  # type: ignore[import-untyped]
import pytest

from intake.calendar import clock, festivals, hours, schooldays

ANNOUNCED = (2025, 2026)
"""Years of today's law (13 days) that the State Council has arranged."""


@pytest.mark.parametrize("year", ANNOUNCED)
def test_what_the_law_says_is_free_in_every_year_that_was_announced(year: int) -> None:
    for day in festivals.lawful_holidays(year):
        off, name = chinese_calendar.get_holiday_detail(day)
        assert (off, name) != (True, None), day
        assert off, day


@pytest.mark.parametrize("year", sorted(festivals.MOVING))
def test_a_year_has_thirteen_days_unless_two_fall_together(year: int) -> None:
    found = sorted(festivals.lawful_holidays(year))
    together = festivals.MOVING[year].split()[-1] in ("1001", "1002", "1003")
    assert len(found) == 13 - together
    spring, clear, dragon, autumn = (one for one in festivals.MOVING[year].split())
    assert "0121" <= spring <= "0220"
    assert clear in ("0404", "0405", "0406")
    assert "0525" <= dragon <= "0626"
    assert "0907" <= autumn <= "1008"


def test_the_days_of_the_moon_follow_its_months() -> None:
    """初一 to 端午 are 4 months and 4 days (5 months with a leap one), 端午 to 中秋 3 months and 10 days or one more."""
    for year, said in festivals.MOVING.items():
        spring, _, dragon, autumn = (date(year, int(one[:2]), int(one[2:])) for one in said.split())
        assert (dragon - spring).days in (121, 122, 123, 151, 152), year
        assert (autumn - dragon).days in (98, 99, 127, 128), year
    firsts = [date(year, int(said[:2]), int(said[2:4])) for year, said in festivals.MOVING.items()]
    assert {(after - before).days for before, after in pairwise(firsts)} <= {353, 354, 355, 383, 384, 385}


@pytest.mark.parametrize(
    ("day", "off"),
    [("2027-02-05", True), ("2027-02-08", True), ("2027-02-09", False), ("2027-04-05", True), ("2027-06-09", True),
     ("2027-09-15", True), ("2027-10-01", True), ("2027-05-03", False), ("2028-10-03", True), ("2051-05-01", True),
     ("2051-10-02", True), ("2051-01-02", False)],
)  # fmt: skip
def test_in_a_year_that_nobody_has_arranged_the_law_holds(day: str, off: bool) -> None:
    when = date.fromisoformat(day)
    assert not schooldays.is_published(when)
    assert (schooldays.is_festival(when), schooldays.is_workday(when)) == (
        off,
        not off and when.weekday() < 5,
    )
    assert hours.open_now(hours.DEFAULT, _noon(when)) is (not off and when.weekday() < 5)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(10), clock.CHINA)


def test_a_year_that_is_near_and_not_arranged_is_named() -> None:
    assert schooldays.year_unknown(date(2026, 11, 30)) == 0
    assert schooldays.year_unknown(date(2026, 12, 20)) == 2027
    assert "2027" in schooldays.UNARRANGED.format(2027)


def test_no_weekend_of_such_a_year_is_worked() -> None:
    days = [date(2027, 1, 1) + timedelta(days=n) for n in range(365)]
    assert not any(schooldays.is_workday(one) for one in days if one.weekday() >= 5)
