"""Which days are school days: workdays with 调休, inside the terms that are set (`spans`, as `terms` reads them).

The State Council announces holidays one year at a time, and chinesecalendar knows those it has announced.
In a year it does not know yet weekends are free, and the holidays that the law fixes; what is arranged around them is not
known: the worked weekends, and the weekdays that are free beside a holiday.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache, lru_cache

import chinese_calendar  # type: ignore[import-untyped]

from intake.calendar.festivals import is_lawful_holiday

EXAMPLE = "2026-09-01/2027-01-15；2027-03-01/2027-07-10"
UNARRANGED = "还不知道 {} 年的节假日怎么调休：法定的 13 天照放，别的照周一到周五算。"
Term = tuple[date, date]
"""First and last day."""

_SATURDAY = 5
_DAY = timedelta(days=1)
_AHEAD = timedelta(days=14)
"""So early somebody should know which days are holidays."""
_FAR = 150
"""Days after which nobody looks for a school day; the longest break has fewer."""


@cache
def terms(said: str) -> tuple[Term, ...]:
    """Read terms: first and last day, e.g. EXAMPLE; nothing means that it is always term. Raises ValueError."""
    found: list[Term] = []
    for part in filter(None, (one.strip() for one in re.split(r"[；;\n]", said))):
        first, last = (date.fromisoformat(one.strip()) for one in part.split("/"))
        if last < first or (found and first <= found[-1][1]):
            raise ValueError("terms out of order")
        found.append((first, last))
    return tuple(found)


@lru_cache(maxsize=4096)
def is_workday(day: date) -> bool:
    """Tell whether people work on a day, weekends worked for a holiday (调休) included."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < _SATURDAY and not is_lawful_holiday(day)


@lru_cache(maxsize=4096)
def is_festival(day: date) -> bool:
    """Tell whether a day belongs to a public holiday; an ordinary weekend does not."""
    try:
        off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return is_lawful_holiday(day)
    return bool(off and name)


def is_published(day: date) -> bool:
    """Tell whether the public holidays of a day's year are known; those of the next come out each November."""
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return False
    return True


def year_unknown(today: date) -> int:
    """Give the year whose arranged holidays are not known although it is about to be counted in, or 0."""
    soon = today + _AHEAD
    return 0 if is_published(soon) else soon.year


def is_made_up(day: date) -> bool:
    """Tell whether a day is of a weekend that is worked for a holiday."""
    return day.weekday() >= _SATURDAY and is_workday(day)


def is_school_day(spans: str, day: date) -> bool:
    """Tell whether classes are asked for their roll on a day."""
    known = terms(spans)
    return is_workday(day) and (not known or any(first <= day <= last for first, last in known))


def before(spans: str, day: date) -> date:
    """Give the school day before a day; in front of the first term that was set, the workday before."""
    return _nearest(spans, day, -_DAY)


def days_back(spans: str, day: date, number: int) -> date:
    """Give the school day so many school days before a day."""
    for _ in range(number):
        day = before(spans, day)
    return day


def next_day(spans: str, day: date) -> date:
    """Give the school day after a day; after the last term that was set, the workday after."""
    return _nearest(spans, day, _DAY)


def between(spans: str, first: date, last: date) -> int:
    """Count the school days after `first` up to and with `last`: the days absent, where `first` is 最后到校日期."""
    return sum(is_school_day(spans, day) for day in _days(first, last))


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=ahead) for ahead in range(1, (last - first).days + 1))


@lru_cache(maxsize=4096)
def _nearest(spans: str, day: date, step: timedelta) -> date:
    near = [day + step * away for away in range(1, _FAR)]
    return next((one for one in near if is_school_day(spans, one)), None) or next(filter(is_workday, near))
