"""By which day something is due: so many school days, working days or days after one (`spans` as in schooldays)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, lru_cache
from types import MappingProxyType

from intake.calendar import schooldays
from intake.language.named_numbers import read_numbers

TERMS: Mapping[str, int] = MappingProxyType({
    "suspect": 3, "lead": 7, "written": 15, "decide": 20, "out_again": 3,
    "contact": 0, "visit": 1, "persuade": 2, "again": 5, "approve": 2, "serve": 3, "reply": 10, "accept": 1,
    "compare": 10, "handle": 5, "close": 5, "review": 183, "bullying": 10,
    "take": 30, "tell": 60, "alarm": 30,
})  # fmt: skip
"""What is given how much time, where the bureau sets nothing else: no national rule was found for these.

First the school days absent until 疑似辍学, the town, 书面报告, the decision, and out again; then days of each kind;
then minutes: until danger is taken, until family and police know, and from one alarm to the next.
"""
EXAMPLE = "visit=2 written=10"
_LONGEST = 999
_FURTHEST = 400


@cache
def read_terms(said: str) -> Mapping[str, int]:
    """Read what the bureau sets in place of TERMS, e.g. EXAMPLE. Raises ValueError."""
    found = read_numbers(said, TERMS, dict.fromkeys(TERMS, range(_LONGEST + 1)))
    steps = [found[key] for key in ("suspect", "lead", "written", "decide")]
    if 0 in (*steps, found["alarm"], found["out_again"]) or steps != sorted(steps):
        raise ValueError("terms out of order")
    return MappingProxyType(found)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How days are counted, today being `today`."""

    spans: str
    today: date
    terms: Mapping[str, int] = field(default_factory=lambda: TERMS)

    def school_day(self, day: date) -> date:
        """Give a day itself where it is a school day, otherwise the next one."""
        return day if schooldays.is_school_day(self.spans, day) else schooldays.next_day(self.spans, day)

    def school_days_after(self, day: date, number: int) -> date:
        """Give the school day that is so many after a day; 0 is `school_day`."""
        return _school_days_after(self.spans, day, number) if number else self.school_day(day)

    def work_days_after(self, day: date, number: int) -> date:
        """Give the working day that is so many after a day."""
        left = number
        for ahead in range(1, _FURTHEST):
            later = day + timedelta(days=ahead)
            left -= schooldays.is_workday(later)
            if left <= 0:
                return later
        raise AssertionError("a year without working days")

    def days_after(self, day: date, number: int) -> date:
        """Give the day that is so many after a day."""
        return day + timedelta(days=number)

    def is_near(self, day: date) -> bool:
        """Tell whether a day is one that anybody looks ahead to."""
        return day < self.today + timedelta(days=_FURTHEST)

    def stage(self, due: str) -> str:
        """Say how far something due on a day (or at a moment, as YYYY-MM-DD…) is: 准时, 快到期, 逾期."""
        if not due or due >= "9":
            return ON_TIME
        if due[:10] < self.today.isoformat():
            return OVERDUE
        return SOON if due[:10] <= self.soon else ON_TIME

    @property
    def soon(self) -> str:
        """Give the next school day: what is due until then is due soon."""
        return schooldays.next_day(self.spans, self.today).isoformat()


@lru_cache(maxsize=4096)
def _school_days_after(spans: str, day: date, number: int) -> date:
    for _ in range(number):
        day = schooldays.next_day(spans, day)
    return day


ON_TIME, SOON, OVERDUE = "准时", "快到期", "逾期"
"""The stages of what is due; the middle one is what people act on."""
FAR = 120
"""Days ahead from which a day is said with its year: 05-18 in November reads as one that has passed."""
