"""Matches that are only likely: a report and a child, or two children, for a person to decide, and each decision undone."""

from dataclasses import dataclass

from intake.children.children import Child
from intake.children.matching.described import Described
from intake.children.matching.reasons import reason_words
from intake.kinds.envelope import Envelope
from intake.people.accounts import Person
from intake.store.db import Database

OPEN, CONFIRMED, REFUSED, UNDONE, PASSED = "open", "confirmed", "refused", "undone", "passed"
"""What became of a match; one is passed over when another of its report was confirmed."""
DECIDED = "match.decide"
"""The action of those who decide."""


@dataclass(frozen=True, slots=True)
class Match:
    """A child that a report may be about, or that may be the same as `other`: score of 100, reasons by key.

    Of `report` and `other` one is there. `decided_by` is an actor. `version` is what a decision must have seen.
    """

    id: str
    report: Envelope | None
    child: Child
    other: Child | None
    score: int
    reasons: tuple[str, ...]
    state: str
    at: str
    decided_by: str
    decided_at: str
    version: int

    @property
    def words(self) -> str:
        """Say the reasons: 同名、同班；出生日期不同."""
        return reason_words(self.reasons)


def open_matches(db: Database, person: Person, limit: int = 50, after: str = "") -> list[Match]:
    """Give the open matches of what somebody may see, the likest first; `after` is the id of the last one seen."""
    raise NotImplementedError


def decided_matches(db: Database, person: Person, limit: int = 50) -> list[Match]:
    """Give the matches that were decided last, which can be undone."""
    raise NotImplementedError


def count_matches(db: Database, person: Person) -> int:
    """Count the open matches that somebody may decide, for the navigation; up to a hundred."""
    raise NotImplementedError


def matches_of_child(db: Database, child: Child, person: Person) -> list[Match]:
    """Give the open matches of a child with other children and with reports, the likest first."""
    raise NotImplementedError


def match_of(db: Database, match_id: str, person: Person) -> Match:
    """Give a match of what somebody may see. Raises Missing."""
    raise NotImplementedError


def told_by_match(db: Database, match: Match, person: Person) -> tuple[Described, Described]:
    """Give both sides of a match in clear, for the page to mask: what was said, or the other child, and the child.

    Of a confidential report nothing is told of who reported to those who may not learn it.
    """
    raise NotImplementedError


def confirm_match(
    db: Database, match: Match, person: Person, *, seen: int | None = None, words: str = "", keep: str = ""
) -> None:
    """Say that it is the same child: the report is linked, or two files become one.

    Of two files `keep` names the one that stays (the one with a class, where nothing is named); `words` are the reason
    that files with two valid numbers need. Raises Dealt where somebody was first, Stale, Denied, Missing, Refused.
    """
    raise NotImplementedError


def refuse_match(db: Database, match: Match, person: Person, *, seen: int | None = None) -> None:
    """Say that it is another child. Raises Dealt where somebody was first, Stale, Denied."""
    raise NotImplementedError


def undo_match(db: Database, match: Match, person: Person, *, seen: int | None = None) -> None:
    """Take a decision back: what hangs on it comes back, and it is asked again. Raises Stale, Denied, Refused."""
    raise NotImplementedError


def enter_new_child(db: Database, match: Match, person: Person, *, seen: int | None = None) -> Child:
    """Make a file of the child that a report is about, which is none of the candidates. Raises as `refuse_match`."""
    raise NotImplementedError
