"""Office hours: what can be written in the settings, who is there when, and when they are back."""

from datetime import datetime

import pytest

from intake.calendar import hours
from intake.calendar.clock import CHINA
from intake.errors import SettingsError
from intake.settings import Settings, load

LUNCH = "周一至周五 8:30-11:30 13:00-16:30；周六 9:00-12:00"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Give a local moment of November 2026; the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("said", "days", "monday"),
    [
        ("周一至周五 8:30-17:00", {0, 1, 2, 3, 4}, ((510, 1020),)),
        ("周一到周六 08：30－11：30，13：00—16：30", {0, 1, 2, 3, 4, 5}, ((510, 690), (780, 990))),
        ("星期一、三、五 9:00 至 12:00", {0, 2, 4}, ((540, 720),)),
        ("每天 0:00-24:00", set(range(7)), ((0, 1440),)),
        ("周一 8:00-9:00; 周日 8:00-9:00", {0, 6}, ((480, 540),)),
    ],
)
def test_hours_as_people_write_them(said: str, days: set[int], monday: tuple[hours.Span, ...]) -> None:
    found = hours.parse(said)
    assert set(found) == days
    assert found[0] == monday


@pytest.mark.parametrize(
    "said",
    ["周一至周五", "8:30-17:00", "周八 8:30-17:00", "周五至周一 8:00-9:00", "周一 17:00-8:30", "周一 8:30-25:00",
     "周一 8:70-9:00", "周一 8:00-12:00 11:00-13:00", "周一 8:00-9:00；周一 9:00-10:00", "；", "随时", "周一 8点到9点"],
)  # fmt: skip
def test_wrong_hours_are_refused_with_the_name_of_the_setting(said: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any will do
        hours.parse(said)
    with pytest.raises(SettingsError, match="OFFICE_HOURS"):
        load({"OFFICE_HOURS": said, "DATA": "/nowhere"}, environ={})


@pytest.mark.parametrize(
    ("moment", "there"),
    [
        (at(23, 8, 29), False),
        (at(23, 8, 30), True),
        (at(23, 11, 29), True),
        (at(23, 11, 30), False),
        (at(23, 13), True),
        (at(27, 16, 30), False),
        (at(28, 9), True),
        (at(28, 13), False),
        (at(29, 10), False),
    ],
)
def test_who_is_there_when(moment: datetime, there: bool) -> None:
    assert hours.open_now(LUNCH, moment) is there


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (at(23, 7), "今天 8:30"),
        (at(23, 12), "今天 13:00"),
        (at(23, 20), "明天（周二）8:30"),
        (at(28, 12), "后天（周一）8:30"),
        (at(29, 23, 59), "明天（周一）8:30"),
    ],
)
def test_when_they_are_back(moment: datetime, said: str) -> None:
    assert hours.next_opening(LUNCH, moment) == said


def test_a_far_day_is_told_with_its_date() -> None:
    weekly = Settings(office_hours="周一 9:05-10:00")
    assert hours.next_opening(weekly.office_hours, at(23, 11)) == "11月30日（周一）9:05"
    assert hours.next_opening(Settings().office_hours, at(27, 17)) == "11月30日（周一）8:30"


def test_the_clock_is_the_local_one_wherever_the_moment_comes_from() -> None:
    evening_in_utc = datetime.fromisoformat("2026-11-23T00:45:00Z")  # 08:45 in China
    assert hours.open_now(Settings().office_hours, evening_in_utc)
    assert (
        hours.next_opening(Settings().office_hours, datetime.fromisoformat("2026-11-22T16:10:00Z"))
        == "今天 8:30"
    )
