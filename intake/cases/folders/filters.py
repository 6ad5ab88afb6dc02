"""What somebody wants to see of the cases, as a condition over `cases c` that indexes serve.

One set of words for pages, commands and links: a number on a page and the list it leads to ask the same.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from intake.calendar.deadlines import ON_TIME, OVERDUE, SOON
from intake.cases.case import visible
from intake.cases.folders.finding import found_by
from intake.cases.rulebook import states
from intake.cases.writing import deadlines
from intake.people.accounts import Person
from intake.store.db import Cell, Database

ME, NOBODY = "me", "none"
"""Owners that are no account: whoever asks, and 无人负责."""
ENDED = "办结"
GROUPS: Mapping[str, tuple[str, ...]] = {
    "新来": (states.CLUE, states.CHECK, states.TODO),
    "办理中": (states.CHECKING, states.SUSPECTED, states.PERSUADING, states.DOING),
    "失联": (states.LOST,),
    "观察": (states.WATCHED,),
    "待关闭": (states.SOLVED, states.UNSOLVED),
}
"""The steps that open cases are counted by, and the states of each."""
STAGES = (OVERDUE, SOON, ON_TIME)
DECIDE, OTHERS, DOUBTED = "decide", "others", "doubted"
"""Cases whose next step is an approver's, or somebody's outside, or that came in a bunch from one address."""
_OTHERS = "(c.duty = 'accept' OR (c.duty >= 'reply:' AND c.duty < 'reply;'))"
WAITS: Mapping[str, str] = {
    DECIDE: "c.duty IN ('approve', 'decide')",
    OTHERS: _OTHERS,
    DOUBTED: "c.doubted = 1",
}
OWED: Mapping[str, tuple[str, str]] = {
    "visit": ("家访未做", "d.duty = 'visit'"),
    "contact": ("电话未打", "d.duty = 'contact'"),
    "serve": ("文书未送", "d.duty >= 'serve:' AND d.duty < 'serve;'"),
    "review": ("复核未做", "d.duty = 'review'"),
    "observe": ("复学回访未做", "d.duty >= 'observe:' AND d.duty < 'observe;'"),
}
"""What is owed by today, whatever else is due on the case: the words, and its rows of `duties d`."""


class Hour(NamedTuple):
    """Now as days and moments of duties are compared with it: local minute, day, and the end of what is due soon."""

    now: str
    today: str
    soon: str

    def stage(self, due: str) -> str:
        """Say how far something is: 准时, 快到期, 逾期; a day is over when it has passed, a moment at its minute."""
        if due < self.now and due != self.today:
            return OVERDUE
        return SOON if due < self.soon else ON_TIME


@dataclass(frozen=True, slots=True)
class Filter:
    """What somebody wants to see; an empty text does not narrow, but only open cases are meant.

    `state` is one state, one of GROUPS or 办结; `town` and `school` are codes; `owner` an account, `me` or `none`;
    `due` a stage; `q` what was typed to search by, among the ended ones, too; `owed` one of WAITS or OWED.
    """

    kind: str = ""
    state: str = ""
    town: str = ""
    school: str = ""
    owner: str = ""
    due: str = ""
    q: str = ""
    owed: str = ""

    @property
    def ended(self) -> bool:
        """Tell whether ended cases are meant."""
        return self.state == ENDED or (self.state in states.STATES and states.STATES[self.state].ended)

    @property
    def ends_too(self) -> bool:
        """Tell whether open and ended ones are meant alike."""
        return not self.state and bool(self.q or self.owed in OWED)


def hour_of(db: Database) -> Hour:
    """Give the moment of now."""
    here, days = db.here(), deadlines(db)
    return Hour(here.isoformat(timespec="minutes")[:16], days.today.isoformat(), f"{days.soon}~")


def condition(db: Database, person: Person, wanted: Filter, at: Hour) -> tuple[str, list[Cell]]:
    """Give the condition (SQL, arguments) of what somebody wants to see and may."""
    parts: list[tuple[str, Sequence[Cell]]] = []
    if not wanted.ends_too:
        parts.append(("c.open = ?", [int(not wanted.ended)]))
    parts += _exactly(person, wanted)
    if wanted.due:
        parts.append(_STAGES[wanted.due](at))
    if wanted.owed in WAITS:
        parts.append((WAITS[wanted.owed], []))
    elif wanted.owed:
        which = OWED[wanted.owed][1]
        parts.append((f"c.id IN (SELECT d.case_id FROM duties d WHERE d.done_at IS NULL AND d.due < ? AND {which})",  # noqa: S608
                      [f"{at.today}~"]))  # fmt: skip
    if wanted.q:
        parts.append(found_by(db, wanted.q))
    parts.append(visible(db, person))
    return " AND ".join(sql for sql, _ in parts), [cell for _, cells in parts for cell in cells]


def _exactly(person: Person, wanted: Filter) -> list[tuple[str, Sequence[Cell]]]:
    found: list[tuple[str, Sequence[Cell]]] = []
    if wanted.kind:
        found.append(("c.kind = ?", [wanted.kind]))
    if wanted.state and wanted.state != ENDED:
        words = GROUPS.get(wanted.state, (wanted.state,))
        found.append((f"c.state IN ({', '.join('?' * len(words))})", words))
    if wanted.town:
        found.append(("c.town = ?", [wanted.town]))
    if wanted.school:
        found.append(("c.school = ?", [wanted.school]))
    if wanted.owner:
        found.append(("c.owner = ?", [{ME: person.id, NOBODY: ""}.get(wanted.owner, wanted.owner)]))
    return found


_STAGES: Mapping[str, Callable[[Hour], tuple[str, list[Cell]]]] = {
    OVERDUE: lambda at: ("c.due < ? AND c.due <> ?", [at.now, at.today]),
    SOON: lambda at: ("c.due < ? AND (c.due >= ? OR c.due = ?)", [at.soon, at.now, at.today]),
    ON_TIME: lambda at: ("c.due >= ?", [at.soon]),
}
