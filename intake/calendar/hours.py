"""Office hours: when somebody reads what parents write. On public holidays nobody does; on a weekend that is
worked for one (调休) it is as on the weekday next to it. `said` is how the hours are set, as `parse` reads them.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import pairwise

from intake.calendar import clock, schooldays
from intake.language.patterns import regex

DEFAULT = "周一至周五 8:30-17:00"
AHEAD = 31
"""Days after which every weekday has come, the longest holiday between."""

Span = tuple[int, int]
"""Minutes of the day: from, up to but not including."""

_DAYS = "一二三四五六日"
_DAY = regex(r"(?:周|星期|礼拜)?([一二三四五六日天])")
_RANGE = regex(rf"{_DAY.pattern}[至到\-~]{_DAY.pattern}")
_SPAN = regex(r"(\d{1,2}):(\d{2})[至到\-~](\d{1,2}):(\d{2})")
_SAME = str.maketrans({"：": ":", "－": "-", "—": "-", "–": "-", "～": "~", "；": ";", "，": ",", "、": ","})


@cache
def parse(said: str) -> Mapping[int, tuple[Span, ...]]:
    """Read office hours: weekday (0 is Monday) → spans, e.g. 周一至周五 8:30-11:30 13:00-17:00；周六 9:00-12:00.

    Raises ValueError.
    """
    found: dict[int, tuple[Span, ...]] = {}
    plain = re.sub(r"\s*([至到\-~])\s*", r"\1", said.translate(_SAME))
    for part in filter(None, (one.strip() for one in plain.split(";"))):
        first = _SPAN.search(part)
        if first is None:
            raise ValueError("no time")
        spans = tuple(_span(one) for one in re.split(r"[\s,]+", part[first.start() :].strip()))
        if any(after[0] < before[1] for before, after in pairwise(spans)):
            raise ValueError("spans out of order")
        for day in _days(part[: first.start()].strip(" ,")):
            if day in found:
                raise ValueError("a day twice")
            found[day] = spans
    if not found:
        raise ValueError("no hours")
    return found


def open_now(said: str, now: datetime) -> bool:
    """Tell whether somebody is there."""
    here = now.astimezone(clock.CHINA)
    minute = here.hour * 60 + here.minute
    return any(start <= minute < end for start, end in _spans(parse(said), here.date()))


def next_opening(said: str, now: datetime) -> str:
    """Say when the office opens next after now: 今天 13:30, 明天（周二）8:30, 11月30日（周一）8:30."""
    here, hours = now.astimezone(clock.CHINA), parse(said)
    for ahead in range(AHEAD + 1):
        day = here.date() + timedelta(days=ahead)
        for start, _ in _spans(hours, day):
            moment = datetime.combine(day, time(*divmod(start, 60)), clock.CHINA)
            if moment > here:
                week = f"（{clock.weekday(day)}）"
                near = ("今天 ", f"明天{week}", f"后天{week}")
                name = near[ahead] if ahead < len(near) else f"{day.month}月{day.day}日{week}"
                return f"{name}{moment.hour}:{moment:%M}"
    raise AssertionError("hours without a day")  # parse() gives at least one


def moment_before(said: str, now: datetime, minutes: int) -> datetime:
    """Give the last moment from which at least so many minutes of office hours have passed until now."""
    here, hours, left = now.astimezone(clock.CHINA), parse(said), minutes
    for back in range(AHEAD + minutes):  # every week has hours, if only of a minute
        day = here.date() - timedelta(days=back)
        for start, end in reversed(_spans(hours, day)):
            until = min(_moment(day, end), here)
            passed = int((until - _moment(day, start)).total_seconds() // 60)
            if passed >= left > 0:
                return until - timedelta(minutes=left)
            left -= max(passed, 0)
    return here - timedelta(days=AHEAD + minutes)


def _moment(day: date, minute: int) -> datetime:
    return datetime.combine(day, time(), clock.CHINA) + timedelta(minutes=minute)


def _spans(hours: Mapping[int, tuple[Span, ...]], day: date) -> tuple[Span, ...]:
    """Give the hours of a day; a worked Saturday is as Friday, a worked Sunday as Monday."""
    if schooldays.is_festival(day):
        return ()
    own = hours.get(day.weekday(), ())
    return hours.get(4 if day.weekday() == 5 else 0, own) if schooldays.is_made_up(day) else own


def _days(said: str) -> list[int]:
    if said in ("每天", "天天"):
        return list(range(7))
    found: list[int] = []
    for word in filter(None, re.split(r"[\s,和]+", said)):
        if span := _RANGE.fullmatch(word):
            first, last = _day(span[1]), _day(span[2])
            if last < first:
                raise ValueError("days out of order")
            found += range(first, last + 1)
        elif one := _DAY.fullmatch(word):
            found.append(_day(one[1]))
        else:
            raise ValueError("no day")
    if not found or len(set(found)) != len(found):
        raise ValueError("no days, or a day twice")
    return found


def _day(said: str) -> int:
    return 6 if said == "天" else _DAYS.index(said)


def _span(said: str) -> Span:
    found = _SPAN.fullmatch(said)
    if found is None:
        raise ValueError("no span")
    hour, minute, to_hour, to_minute = map(int, found.groups())
    start, end = hour * 60 + minute, to_hour * 60 + to_minute
    if minute > 59 or to_minute > 59 or not 0 <= start < end <= 24 * 60:
        raise ValueError("no time of day")
    return start, end
