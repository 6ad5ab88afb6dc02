"""What held of a child on a day: facts that were said up to it, also those that something later ended since.

A fact that was found wrong never held. One that ended because another word was confirmed held until that word was said.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from intake.calendar import clock
from intake.children.facts.fact import ChildFact, fact_of
from intake.children.facts.noting import DENIED, LATER, WRONG
from intake.people.scope import Scope
from intake.store.db import Database, Row

TELL_WHO = ("guardian", "phone", "carer")
"""Kinds that tell who reported, where a report of somebody who stays unnamed tells them."""


@dataclass
class FactHistory:
    """The facts of a child up to a day, in the order in which they were said.

    `reports` are those of which facts were taken, `dismissed` when somebody last found a fact of a kind to be wrong, by
    kind: what a report said before that needs no second reading.
    """

    day: date
    facts: list[ChildFact] = field(default_factory=list)
    reports: set[str] = field(default_factory=set)
    dismissed: dict[str, str] = field(default_factory=dict)
    _standing: dict[str, list[ChildFact]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"FactHistory({len(self.facts)})"  # what stands in a traceback tells nothing about the child

    def join(self, other: "FactHistory") -> None:
        """Take in what was said of the same child of other kinds."""
        self.facts += other.facts
        self.reports |= other.reports
        self.dismissed |= other.dismissed

    def standing(self, kind: str) -> list[ChildFact]:
        """Give the facts of a kind that stood at the end of the day, the believed first.

        A later one ends those before about the same that weigh no more, as it does when it is noted.
        """
        if kind not in self._standing:
            folded = _standing(one for one in self.facts if one.kind == kind)
            self._standing[kind] = [one for one in folded if not self.ended(one)]
        return self._standing[kind]

    def ended(self, fact: ChildFact) -> bool:
        """Tell whether a fact was closed up to the day."""
        return bool(fact.closed_at) and clock.local(fact.closed_at).date() <= self.day

    def believed(self, kind: str) -> ChildFact | None:
        """Give the fact of a kind that was believed on the day."""
        return next(iter(self.standing(kind)), None)

    def answer(self, kind: str, key: str) -> Any:
        """Give what the believed of the facts says that has an answer; None where none has."""
        return next((one.get(key) for one in self.standing(kind) if one.get(key)), None)

    def words(self, kind: str, key: str) -> list[Any]:
        """Give every different answer that stood, the believed first: several where facts contradict."""
        return list(dict.fromkeys(one.get(key) for one in self.standing(kind) if one.get(key)))


def facts_said(
    db: Database, children: Sequence[str], kinds: Iterable[str], day: date, scope: Scope
) -> dict[str, FactHistory]:
    """Give what was said of some kinds of some children up to a day, by child; nothing of children without any fact.

    What reports tell that a scope may not see is left out.
    """
    wanted, found = sorted(kinds), dict[str, FactHistory]()
    for row in _rows(db, children, wanted):
        one = found.setdefault(row["child"], FactHistory(day))
        if row["report"]:
            one.reports.add(row["report"])
        if row["why"] in (WRONG, DENIED):
            one.dismissed[row["kind"]] = max(row["closed_at"], one.dismissed.get(row["kind"], ""))
        if (not row["closed_at"] or row["why"] in (LATER, DENIED)) and _may_see(row, scope):
            one.facts.append(fact_of(db, row))
    for one in found.values():
        said = [fact for fact in one.facts if fact.said_on <= day.isoformat()]
        one.facts = [fact for fact in said if not _never(fact, one.facts)]
    return found


def facts_of_child_on(db: Database, child: str, day: date, scope: Scope) -> FactHistory:
    """Give everything that was said of a child up to a day."""
    kinds = [row["kind"] for row in db.all("SELECT DISTINCT kind FROM child_facts WHERE child = ?", (child,))]
    return facts_said(db, [child], kinds, day, scope).get(child) or FactHistory(day)


def _rows(db: Database, children: Sequence[str], kinds: Sequence[str]) -> Iterator[Row]:
    sql = (
        "SELECT f.*, coalesce(r.restricted, 0) AS restricted, coalesce(r.confidential, 0) AS unnamed"
        " FROM child_facts f LEFT JOIN reports r ON r.id = f.report WHERE f.child IN"
    )
    of_kind = f"AND f.kind IN ({', '.join('?' * len(kinds))}) ORDER BY f.said_on, f.id"
    return db.among(sql, children, of_kind, after=kinds)


def may_see_told(kind: str, scope: Scope, *, restricted: bool, unnamed: bool) -> bool:
    """Tell whether a scope may see a fact that a report tells: of a restricted one, of one whose reporter stays unnamed."""
    if unnamed and kind in TELL_WHO and not scope.reporters:
        return False
    return scope.restricted or not restricted


def _may_see(row: Row, scope: Scope) -> bool:
    return may_see_told(row["kind"], scope, restricted=row["restricted"], unnamed=row["unnamed"])


def _standing(said: Iterable[ChildFact]) -> list[ChildFact]:
    standing: list[ChildFact] = []
    for one in said:
        if one.value is not None:
            standing = [old for old in standing if old.item != one.item or old.weight > one.weight]
            standing.append(one)
    return sorted(standing, key=lambda one: (one.weight, one.said_on, one.id), reverse=True)


def _never(fact: ChildFact, others: Sequence[ChildFact]) -> bool:
    """Tell whether a fact ended by a word that is not later: it was not true on any day."""
    return fact.why == DENIED and not any(_followed(fact, other) for other in others)


def _followed(fact: ChildFact, other: ChildFact) -> bool:
    same = (fact.kind, fact.item) == (other.kind, other.item)
    return same and bool(other.confirmed_by) and other.said_on > fact.said_on
