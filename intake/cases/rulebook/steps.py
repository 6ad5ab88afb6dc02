"""The steps of the clock on a case: on which day each has come, whom it tells, and when the clock looks again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from intake.calendar import schooldays
from intake.calendar.deadlines import Deadlines
from intake.cases.rulebook import states
from intake.cases.rulebook.duties import NOTHING, Duty, absent_since, nth_day_absent
from intake.cases.rulebook.standing import Standing

ALARM, OVERDUE, TODAY, NEAR = "alarm", "overdue", "today", "near"
"""Steps that are numbered or are about a duty: danger nobody has taken, what is overdue, what is to be done that day;
`near` tells nobody, it is the day on which a duty comes into sight."""
NEW = "new"
"""A case has come that nobody would see by themselves; the absent of a class its teacher knows from her roll."""
THREE, LEAD, WRITTEN, DECIDE, LEAVE_OVER, OUT = (
    "three_days",
    "lead",
    "written",
    "decide",
    "leave_over",
    "out_again",
)
_ROLES: Mapping[str, tuple[str, ...]] = {
    THREE: ("principal", "town"), LEAD: ("town",), WRITTEN: ("principal",), DECIDE: ("approver",), OUT: ("principal", "town"),
}  # fmt: skip
_RANK = (NEAR, NEW, TODAY, OVERDUE, LEAVE_OVER, OUT, THREE, LEAD, WRITTEN, DECIDE, ALARM)
"""From the least to the highest: whoever would hear of several at once hears of the highest."""
_ABSENT = (states.CLUE, states.CHECK, states.CHECKING, states.SUSPECTED, states.PERSUADING)
_THAT_DAY = frozenset({"observe", "review"})
"""Duties of which somebody is told on their day, not only when it has passed."""


@dataclass(frozen=True, slots=True)
class ClockStep:
    """One step: its key, the day or local moment from which it stands, and the roles it tells."""

    key: str
    day: str
    roles: tuple[str, ...] = ()
    due: str = ""
    """The due of the duty that it is about: where that is set anew, it is another step."""

    @property
    def stem(self) -> str:
        """Give the key without what it is about."""
        return self.key.partition(":")[0]

    @property
    def rank(self) -> int:
        """Tell how high it is."""
        return _RANK.index(self.stem)


@dataclass(frozen=True, slots=True)
class Horizon:
    """Up to where the clock looks: at moments until `now`, at days until `day`, which at night is yesterday."""

    moment: datetime
    night: bool = False

    @property
    def now(self) -> str:
        """Give the local moment as steps have it."""
        return self.moment.isoformat(timespec="minutes")[:16]

    @property
    def day(self) -> str:
        """Give up to which text days have come."""
        return f"{(self.moment - timedelta(days=1)).date().isoformat()}T9" if self.night else self.now

    def reached(self, day: str) -> bool:
        """Tell whether a day or moment has come."""
        return day <= self.day or (len(day) > len("2026-11-23") and day <= self.now)


def steps_ahead(
    kind: str, now: Standing, wanted: Sequence[Duty], days: Deadlines, opened: datetime, horizon: Horizon
) -> list[ClockStep]:
    """Give every step of a case as it stands, come or still to come, the lowest first within a day.

    `opened` is the local moment from which a case of danger counts.
    """
    found = _steps(kind, now, wanted, days, opened, horizon)
    return sorted(found, key=lambda one: (one.rank, one.day, one.key))


def first_wake(
    kind: str, now: Standing, wanted: Sequence[Duty], days: Deadlines, opened: datetime, horizon: Horizon
) -> str:
    """Give when the clock first looks at a case as it stands, whatever has come already."""
    return wake(_steps(kind, now, wanted, days, opened, horizon), horizon)


def wake(steps: Iterable[ClockStep], horizon: Horizon, *, done: bool = False) -> str:
    """Give when the clock looks at a case next: at once where a step has come, unless these are `done`."""
    return min((one.day for one in steps if not (done and horizon.reached(one.day))), default=NOTHING)


def name_of(step: ClockStep, now: Standing) -> str:
    """Give the name by which a step is claimed, once; a matter reported anew, or a child out again, begins anew."""
    return f"{now.round}.{now.outs}:{step.key}{step.due and f'@{step.due}'}"


def _steps(
    kind: str, now: Standing, wanted: Sequence[Duty], days: Deadlines, opened: datetime, horizon: Horizon
) -> Iterator[ClockStep]:
    if now.doubted:
        return
    if now.state in (states.CLUE, states.TODO) and kind != "safety" and not now.imported:
        yield ClockStep(NEW, now.discovered, ("owner",))
    if kind == "absence":
        yield from _absence(now, days)
    elif any(one.key == "take" for one in wanted):
        yield from _alarms(now, days, opened, horizon.moment)
    yield from _reminders(wanted, days, kind == "absence")


def _absence(now: Standing, days: Deadlines) -> Iterator[ClockStep]:
    if now.state == states.WATCHED and now.missing_since:
        day = nth_day_absent(now, days, days.terms["out_again"], now.missing_since)
        yield ClockStep(OUT, day, _ROLES[OUT])
    if now.state not in _ABSENT or now.pending:  # an end that somebody asked for is decided first
        return
    if now.leaves and max(now.contacted, now.last_at_school) <= now.leave_until:
        day = days.school_days_after(date.fromisoformat(now.leave_until), 1).isoformat()
        yield ClockStep(LEAVE_OVER, day, ("teacher",))
    if since := absent_since(now):
        for key in _still_ahead(now):
            day = nth_day_absent(now, days, days.terms["suspect" if key == THREE else key], since)
            yield ClockStep(key, day, _ROLES[key])
            if key != THREE:
                yield ClockStep(NEAR, schooldays.before(days.spans, date.fromisoformat(day)).isoformat())


def _still_ahead(now: Standing) -> Iterator[str]:
    if not now.suspected:
        yield THREE
    if not now.led:
        yield LEAD
    if not now.written:
        yield WRITTEN
    if not now.confirmed:
        yield DECIDE


def _alarms(now: Standing, days: Deadlines, opened: datetime, moment: datetime) -> Iterator[ClockStep]:
    """Give the alarm that has come last, and the next: those between were never raised, and nobody needs them.

    A report more is told at once, whenever the last alarm was.
    """
    every = timedelta(minutes=days.terms["alarm"])
    past = max((moment - opened) // every, 0)
    for number in (past, past + 1):
        yield ClockStep(f"{ALARM}:{now.reports}:{number}", Horizon(opened + number * every).now, ("safety",))


def _reminders(wanted: Sequence[Duty], days: Deadlines, school: bool) -> Iterator[ClockStep]:
    for one in wanted:
        if one.key in ("take", *_ROLES, LEAVE_OVER):
            continue  # these have steps of their own
        if one.key.partition(":")[0] in _THAT_DAY:
            yield ClockStep(f"{TODAY}:{one.key}", one.due, (one.role,), one.due)
        yield ClockStep(f"{OVERDUE}:{one.key}", _after(one.due, days, school), (one.role,), one.due)


def _after(due: str, days: Deadlines, school: bool) -> str:
    if "T" in due:
        return due
    day = date.fromisoformat(due)
    return (days.school_days_after(day, 1) if school else days.work_days_after(day, 1)).isoformat()
