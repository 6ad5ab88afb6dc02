"""By which day something is due: so many school days, working days or days after one (`spans` as in schooldays)."""

from dataclasses import dataclass
from datetime import date, timedelta

from intake.calendar import schooldays

_FURTHEST = 400


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How days are counted, today being `today`."""

    spans: str
    today: date

    def school_day(self, day: date) -> date:
        """Give a day itself where it is a school day, otherwise the next one."""
        return day if schooldays.is_school_day(self.spans, day) else schooldays.next_day(self.spans, day)

    def school_days_after(self, day: date, number: int) -> date:
        """Give the school day that is so many after a day; 0 is `school_day`."""
        if number == 0:
            return self.school_day(day)
        for _ in range(number):
            day = schooldays.next_day(self.spans, day)
        return day

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


ON_TIME, SOON, OVERDUE = "准时", "快到期", "逾期"
"""The stages of what is due; the middle one is what people act on."""
