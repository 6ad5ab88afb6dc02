"""The clocks of cases: one round does what has come, tells each role once, and may be repeated by anybody at any time.

Each case has its own short transaction, in which a step is claimed, the event is entered and the line lies in the
inbox: two workers, or one that is killed, can neither tell twice nor forget. A case found late makes one message a
role, of the highest step; the others are on record as skipped.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from intake.calendar import clock
from intake.cases import case as cases
from intake.cases import owners, work
from intake.cases.case import Case
from intake.cases.rulebook import duties, states, steps
from intake.cases.rulebook.duties import NOTHING, Duty
from intake.cases.rulebook.standing import Standing, leads
from intake.cases.rulebook.steps import ClockStep, Horizon
from intake.cases.rulebook.transitions import CLOCK
from intake.cases.told import inbox
from intake.cases.writing import deadlines, keep_duties, opened_of
from intake.errors import Busy, Denied, Invalid, Missing, Refused, where
from intake.store.db import Database, Row

BATCH = 100
"""Cases that are looked up at a time."""
WAKES, SLEEPS = 9, 21
"""Between these hours the worker does what is due on a day: before, the roll is not taken yet, and people sleep."""
_TURNS = 4
"""How often a case is looked at in one round: what one step brings may have come already."""
OUT_AGAIN = "复学后连续几个上课日没来"

log = logging.getLogger("baoxue.clocks")


@dataclass(frozen=True, slots=True)
class ToldStep:
    """That a role was told of a step of a case, by its number."""

    case: str
    step: str
    role: str


@dataclass(slots=True)
class Ticked:
    """What one round did: when, how many steps had come, who was told, for which cases an alarm was raised."""

    at: str
    due: int = 0
    told: list[ToldStep] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Look:
    """A case as the clock sees it at a moment."""

    case: Case
    now: Standing
    wanted: Sequence[Duty]
    steps: Sequence[ClockStep]


def tick(db: Database, *, at_night: bool = True) -> Ticked:
    """Do what has come on all cases; without `at_night` what is due on a day waits for the morning. Raises Busy."""
    moment = db.here()
    horizon = Horizon(moment, night=not (at_night or WAKES <= moment.hour < SLEEPS))
    done = Ticked(clock.stamp(moment))
    try:
        for case_id in _due(db, horizon):
            try:
                _visit(db, case_id, horizon, done)
            except Busy:
                raise
            except Exception as fault:  # one that cannot be worked on must not stop the clocks of all others
                log.error("case %s: %s", case_id, type(fault).__name__)
    except Exception as fault:  # also where the next cases are looked up
        if not done.due:
            raise
        if not isinstance(fault, Busy):  # what is done is told, and rung for; the next round goes on
            log.error("clocks: %s", where(fault))
    return done


def _due(db: Database, horizon: Horizon) -> Iterator[str]:
    """Give the cases whose day or moment has come, in batches: however many, they fit into little memory."""
    last = ("", "")
    while rows := _batch(db, last, horizon):
        for row in rows:
            yield row["id"]
        last = (rows[-1]["wake"], rows[-1]["id"])


def _batch(db: Database, last: tuple[str, str], horizon: Horizon) -> list[Row]:
    """Read the next cases: of today's only what is due at a moment, where the day has not begun."""
    now = horizon.now
    return db.all(
        "SELECT id, wake FROM cases WHERE (wake, id) > (?, ?) AND wake <= ? AND (wake <= ? OR wake > ?)"
        " ORDER BY wake, id LIMIT ?",
        (*last, now, horizon.day, now[: len("2026-11-23T")], BATCH),
    )


def _visit(db: Database, case_id: str, horizon: Horizon, done: Ticked) -> None:
    came: dict[ClockStep, str] = {}
    told: list[ToldStep] = []
    with db.write():
        look = _look(db, case_id, horizon)
        for _ in range(_TURNS):
            fresh = _claim(db, look, horizon)
            if not fresh:
                break
            came |= fresh
            for step in fresh:
                _act(db, look, step)
            look = _look(db, case_id, horizon)
        told += _tell(db, look, came)
        _settle(db, _look(db, case_id, horizon) if told else look, horizon)
    done.due += len(came)
    done.told += told
    done.alarms += [look.case.number for step in came if step.stem == steps.ALARM]


def _act(db: Database, look: _Look, step: ClockStep) -> None:
    """Do what a step does; where a rule refuses it, people are told all the same."""
    try:
        if step.stem in ACTS:
            ACTS[step.stem](db, look)
    except (Refused, Invalid, Denied) as no:
        log.error("case %s: %s not done: %s", look.case.number, step.key, type(no).__name__)


def _look(db: Database, case_id: str, horizon: Horizon) -> _Look:
    case = cases.case_by_id(db, case_id)
    if case is None:
        raise Missing
    now, days, opened = cases.standing(db, case), deadlines(db), opened_of(case)
    wanted = duties.owed(case.kind, now, days, opened)
    return _Look(case, now, wanted, steps.steps_ahead(case.kind, now, wanted, days, opened, horizon))


def _claim(db: Database, look: _Look, horizon: Horizon) -> dict[ClockStep, str]:
    """Claim what has come and was not claimed before, by anybody: whoever enters the row does it, alone.

    Gives the names by which they are claimed.
    """
    known = {row["step"] for row in db.all("SELECT step FROM case_steps WHERE case_id = ?", (look.case.id,))}
    found = {}
    for step in look.steps:
        name = steps.name_of(step, look.now)
        if not (step.roles and horizon.reached(step.day)) or name in known:
            continue
        entered = [_enter(db, look.case, name, role) for role in step.roles]
        if all(entered):
            found[step] = name
    return found


def _enter(db: Database, case: Case, step: str, role: str) -> bool:
    done = db.run(
        "INSERT INTO case_steps (case_id, step, role, at, told) VALUES (?, ?, ?, ?, 0) ON CONFLICT DO NOTHING",
        (case.id, step, role, clock.stamp(db.now())),
    )
    return bool(done.rowcount)


def _tell(db: Database, look: _Look, came: Mapping[ClockStep, str]) -> list[ToldStep]:
    """Tell each role of the highest step that has come for it, each person once."""
    highest: dict[str, ClockStep] = {}
    for step in sorted(came, key=lambda one: one.rank):
        highest |= dict.fromkeys(step.roles, step)
    reached: set[str] = set()
    told = []
    for role, step in sorted(highest.items(), key=lambda one: -one[1].rank):
        people = owners.people_told(db, look.case, look.now, role)
        for person in people:
            if person.id not in reached:
                inbox.tell_person(db, person, look.case, step.key)
        reached |= {one.id for one in people}
        if people:
            _mark_told(db, look.case, came[step], role)
            told.append(ToldStep(look.case.number, step.key, role))
    possible = leads(look.now, "told") is not None  # some ends have a letter still to be served
    if told and possible and any(_is_event(db, look.case, step, came[step]) for step in highest.values()):
        facts = {"told": {one.role: one.step for one in told}}
        work.act(db, look.case, "told", {}, CLOCK, channel=CLOCK, facts=facts)
    return told


def _mark_told(db: Database, case: Case, name: str, role: str) -> None:
    db.run(
        "UPDATE case_steps SET told = 1 WHERE case_id = ? AND step = ? AND role = ?", (case.id, name, role)
    )


def _is_event(db: Database, case: Case, step: ClockStep, name: str) -> bool:
    """Tell whether a step that was told is an event: to repeat an alarm is none, it would bury what people did."""
    if step.stem != steps.ALARM:
        return step.stem != steps.NEW
    alarms = name.rpartition(":")[0]
    row = db.one(
        "SELECT count(*) AS n FROM case_steps WHERE case_id = ? AND step >= ? AND step < ?",
        (case.id, f"{alarms}:", f"{alarms};"),
    )
    return row is None or row["n"] == 1


def _settle(db: Database, look: _Look, horizon: Horizon) -> None:
    """Bring what is owed up to the day, and note when the clock looks next."""
    keep_duties(db, look.case, look.now, list(look.wanted), None)
    due, duty = (look.wanted[0].due, look.wanted[0].key) if look.wanted else (NOTHING, "")
    db.run(
        "UPDATE cases SET due = ?, duty = ?, wake = ? WHERE id = ?",
        (due, duty, steps.wake(look.steps, horizon, done=True), look.case.id),
    )


def _three_days(db: Database, look: _Look) -> None:
    if look.now.state in (states.CLUE, states.CHECK, states.CHECKING):
        work.act(db, look.case, "three_days", {}, CLOCK, channel=CLOCK)


def _lead(db: Database, look: _Look) -> None:
    """Give the case to the town's person; where it has none, anybody of the town owes the step."""
    person = None if look.case.restricted else owners.town_person(db, look.case)
    if person and cases.may_see(db, person, look.case):
        work.act(db, look.case, "assigned", {"owner": person.id}, CLOCK, channel=CLOCK)


def _out_again(db: Database, look: _Look) -> None:
    work.act(db, look.case, "out_again", {"reason": OUT_AGAIN}, CLOCK, channel=CLOCK)


ACTS: Mapping[str, Callable[[Database, _Look], None]] = {
    steps.THREE: _three_days, steps.LEAD: _lead, steps.OUT: _out_again,
}  # fmt: skip
"""What the clock does itself when a step has come; the others tell of what somebody owes."""
