"""Whatever is tried on a case, in whatever order: its state follows from its events and is a legal one, and undo gives back."""

from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.cases import case as cases
from intake.cases import work
from intake.cases.case import Case
from intake.cases.rulebook import duties, matters, records, states
from intake.cases.rulebook.standing import leads, standing_of
from intake.cases.rulebook.transitions import TRANSITIONS
from intake.cases.work import UNDOABLE
from intake.cases.writing import deadlines, opened_of
from intake.errors import Problem
from intake.store.db import Database
from tests.hands.caseworld import DAY, World, body
from tests.hands.classroom import MORNING, at

SAID = {
    "which": ("7", "15", "30"), "to": states.AWAY, "duty": records.SAFETY_DUTIES, "done": (records.YES, records.NO),
    "result": (records.REACHED, records.NOT_REACHED, records.AGREED, records.NOT_AGREED),
    "document": (records.REPORT, records.ORDER), "to_kind": tuple(matters.TO),
}  # fmt: skip
KEYS = sorted(TRANSITIONS)
STEPS = st.tuples(
    st.booleans(), st.integers(0, 999), st.integers(0, 20), st.sampled_from([0, 0, 0, 1, 3, 8, 15, 30]),
    st.fixed_dictionaries({}, optional={key: st.sampled_from(of) for key, of in SAID.items()}),
)  # fmt: skip
"""Whether anything is tried, or what leads somewhere; which; by whom; days that pass before; what is written."""
Steps = list[tuple[bool, int, int, int, dict[str, Any]]]


class Over(Exception):
    """An example is taken back."""


def pointed(case: Case, key: str, db: Database) -> dict[str, str]:
    """Point to a question, letter or referral that is there, where one is asked for."""
    now = cases.standing(db, case)
    there = {
        "answered": ("question", now.questions),
        "served": ("letter", now.letters),
        "replied": ("referral", now.referrals),
    }
    name, found = there.get(key, ("", {}))
    return {name: next(iter(found))} if found else {}


def sound(db: Database, case: Case) -> None:
    """Assert that all that lies beside the events is what follows from them."""
    steps = cases.steps_of(db, case.id)
    now = standing_of(steps)
    assert now.impossible == []
    assert now.state in states.STATES
    assert (case.state, bool(case.open), case.owner, case.version) == (
        now.state,
        now.open,
        now.owner,
        len(steps),
    )
    assert case.last_seen == now.last_seen
    assert now.kind in ("", case.kind)
    owed = {one.key: one.due for one in duties.owed(case.kind, now, deadlines(db), opened_of(case))}
    rows = db.all("SELECT duty, due FROM duties WHERE case_id = ? AND done_at IS NULL", (case.id,))
    assert {row["duty"]: row["due"] for row in rows} == owed
    assert case.due == min(owed.values(), default="9")
    for before, after in pairwise(steps):
        if after.key != "undone":
            known = [one for one in steps if one.id <= before.id]
            assert leads(standing_of(known), after.key) is not None


def walk(world: World, case: Case, steps: Steps, reached: set[str]) -> int:
    """Try one thing after the other; count what was done, and note each state that was reached."""
    db, moment, done = world.db, MORNING, 0
    for anything, which, hand, days, more in steps:
        moment += days * DAY
        at(world.patch, moment)
        now = cases.standing(db, case)
        keys = (
            KEYS if anything else [key for key in KEYS if leads(now, key) is not None and of_kind(case, key)]
        )
        before, key = case, keys[which % len(keys)]
        try:
            attempt(world, case, key, hand, more)
        except Problem:
            assert world.again(case) == before
            continue
        done += 1
        case = world.again(case)
        reached.add(case.state)
        sound(db, case)
        if key in UNDOABLE:
            case = given_back(db, before, case, world)
    return done


def of_kind(case: Case, key: str) -> bool:
    """Tell whether a transition belongs to the kind of a case."""
    return not TRANSITIONS[key].kinds or case.kind in TRANSITIONS[key].kinds


def attempt(world: World, case: Case, key: str, hand: int, more: dict[str, Any]) -> None:
    """Try a transition by one of those who may, with what it needs."""
    db, form = world.db, TRANSITIONS[key].needs
    fitting = {name: one for name, one in more.items() if form and name in form._declared_fields}
    said = body(key, db.today().isoformat()) | fitting | pointed(case, key, db)
    if "owner" in said:
        said["owner"] = world.officer.id
    undoable = [one.id for one in cases.events_of(db, case) if one.key in UNDOABLE]
    facts = {"event": undoable[-1]} if key == "undone" and undoable else None
    who = sorted(TRANSITIONS[key].who - {"owner"})
    work.act(db, case, key, said, world.by(who[hand % len(who)], hand % 2 + 1), channel="desk", facts=facts)


def given_back(db: Database, before: Case, case: Case, world: World) -> Case:
    """Undo what was just done, and find everything as it was; then do it again no more."""
    last = cases.events_of(db, case)[-1]
    work.undo(db, case, last.id, world.by("officer") if last.key != "withdrawn" else "door", channel="desk")
    back = world.again(case)
    sound(db, back)
    assert (back.state, back.open, back.owner, back.due, back.duty) == (
        before.state, before.open, before.owner, before.due, before.duty,
    )  # fmt: skip
    return back


@pytest.mark.parametrize("what", ["absence", "stranger", "boarding", "safety", "matter", "turned"])
def test_a_case_is_never_where_its_events_do_not_lead(
    db: Database, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    world, done, reached = World(db, monkeypatch), list[int](), set[str]()

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(st.lists(STEPS, min_size=5, max_size=40))
    def walks(steps: Steps) -> None:
        at(monkeypatch, MORNING)
        world.fresh()
        with suppress(Over), db.write():
            case = world.reported(what)
            done.append(walk(world, case, steps, reached))
            raise Over

    walks()
    assert sum(done) > 100
    assert len(reached) > (1 if what == "safety" else 3)  # danger ends only when all its duties are done
    assert db.one("SELECT 1 FROM cases") is None
