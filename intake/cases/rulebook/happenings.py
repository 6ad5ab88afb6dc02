"""What a case's standing is made of: one thing that happened, and how a case stands after so many of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from intake.cases.rulebook import states

Facts = Mapping[str, Any]


TAKING = frozenset({"accepted", "handled", "contact", "informed"})
"""What shows that somebody has danger in hand."""


class Happening(NamedTuple):
    """What standing asks of an event: its id, key, actor, local day, the state before it, and its facts."""

    id: str
    key: str
    actor: str
    day: str
    before: str
    facts: Facts


@dataclass(slots=True)
class Standing:
    """How a case stands; days are ISO texts, an empty text is what has not happened."""

    state: str = ""
    kind: str = ""
    """The kind that a matter has turned out to be; nothing where it is of the kind with which it began."""
    owner: str = ""
    round: int = 0
    """How many times the matter was reported anew: a new round begins its clocks anew."""
    outs: int = 0
    """How many times in this round the child was out again while under observation."""
    taken: bool = False
    """Whether somebody has done something about danger since it was last reported."""
    reports: int = 0
    """How many reports have told of it in this round."""
    discovered: str = ""
    last_seen: str = ""
    rough: bool = False
    """Whether nobody gave the day on which the child was last seen: it is only about right."""
    last_at_school: str = ""
    missing_since: str = ""
    """The last day at school before a child was out again, while it is under observation."""
    contacted: str = ""
    visited: str = ""
    suspected: str = ""
    persuasions: int = 0
    persuaded: str = ""
    next_on: str = ""
    led: bool = False
    """Whether the town has stepped in."""
    written: bool = False
    """Whether the written report has gone out."""
    confirmed: bool = False
    lost: str = ""
    reviewed: str = ""
    review_on: str = ""
    back: str = ""
    observed: frozenset[str] = frozenset()
    pending: str = ""
    """The end that somebody asked for, and nobody has decided on."""
    pending_by: str = ""
    pending_since: str = ""
    asked_end: str = ""
    leaves: tuple[tuple[str, str], ...] = ()
    transfer_to: str = ""
    transfer_since: str = ""
    what: str = ""
    """What a safety case is about."""
    informed: frozenset[str] = frozenset()
    solved: str = ""
    came: str = ""
    """The day on which the roll saw a child again whose coming back is not registered yet."""
    back_said: str = ""
    """The day on which the family said that the child is back, while nobody has confirmed it."""
    questions: dict[str, str] = field(default_factory=dict)
    letters: dict[str, str] = field(default_factory=dict)
    referrals: dict[str, str] = field(default_factory=dict)
    doubted: bool = False
    """Whether all that is known came in a bunch from one address, and nobody of the staff has done anything: nothing is owed."""
    imported: bool = False
    """Whether it is from before there were cases, and nobody has reported it anew: it alarms nobody."""
    impossible: list[str] = field(default_factory=list)
    """The ids of events that cannot have happened where they stand."""

    @property
    def open(self) -> bool:
        """Tell whether something is still to be done."""
        return bool(self.state) and states.is_open(self.state)

    def on_leave(self, day: str) -> bool:
        """Tell whether the child is on leave on a day."""
        return any(first <= day <= last for first, last in self.leaves)

    @property
    def leave_until(self) -> str:
        """Give the last day of leave that is known."""
        return max((last for _, last in self.leaves), default="")
