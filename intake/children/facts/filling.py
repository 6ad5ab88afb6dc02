"""Facts as columns of a list that staff fill in: which of a child is shown there, how one is changed, taken back.

A fact is of one kind and may fill several columns: what is written into one of them leaves the others as they are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from intake.calendar import clock
from intake.children.facts.fact import ChildFact, FactOrigin, believed, facts_of
from intake.children.facts.noting import (
    LATER,
    UNDONE,
    WRONG,
    answered,
    close_fact,
    note_fact,
    reopen_fact,
    undo_facts,
)
from intake.store.db import Database


@dataclass(frozen=True, slots=True)
class FactColumn:
    """Where a column stands in the facts: kind and key; `about` tells which of several of a kind is meant."""

    kind: str
    key: str
    about: Mapping[str, str] = field(default_factory=dict)

    def of(self, facts: Iterable[ChildFact]) -> ChildFact | None:
        """Give the believed fact that fills it."""
        return believed((one for one in facts if self.is_of(one)), self.kind)

    def is_of(self, fact: ChildFact) -> bool:
        """Tell whether a fact is the one that it is about, or one of those."""
        return fact.kind == self.kind and all(fact.get(key) == said for key, said in self.about.items())


def filled_facts(facts: Iterable[ChildFact], columns: Mapping[str, FactColumn]) -> dict[str, Any]:
    """Give what some columns hold, by their keys; what nobody said is left out."""
    every = [one for one in facts if one.open]
    found = {
        key: fact.get(column.key) for key, column in columns.items() if (fact := column.of(every)) is not None
    }
    return answered(found)


def fill_facts(
    db: Database, child: str, columns: Mapping[str, FactColumn], values: Mapping[str, Any], said: FactOrigin
) -> None:
    """Write columns of one child, in the caller's transaction; None takes a value away from all that say it."""
    for column, changes in _by_fact(columns, values):
        standing = [one for one in facts_of(db, child) if column.is_of(one)]
        old = column.of(standing)
        target = _changed(old, column, changes)
        if target is None:
            for one in standing:
                close_fact(db, one, said.actor, WRONG)
            continue
        made = note_fact(db, child, column.kind, target, said)
        if any(value is None for value in changes.values()) or column.about:
            for one in standing:
                if one.id != made and (still := _reread(db, child, one.id)):
                    close_fact(db, still, said.actor, LATER, made)


def restore_fact(
    db: Database, child: str, columns: Mapping[str, FactColumn], key: str, before: Any, said: FactOrigin
) -> None:
    """Take one column back to what it held: the fact that said so holds again where there is one, with its own source."""
    column = columns[key]
    every = facts_of(db, child, former=True)
    now = column.of(one for one in every if one.open)
    target = _changed(now, column, {column.key: before})
    former = next(
        (one for one in sorted(every, key=lambda one: one.closed_at, reverse=True)
         if one.closed_at and column.is_of(one) and one.value == target and one.why in (LATER, WRONG)),
        None,
    )  # fmt: skip
    if former is None and target is not None:
        note_fact(db, child, column.kind, target, said)
        return
    if now:
        close_fact(db, now, said.actor, UNDONE)
    if former:
        reopen_fact(db, former, said.actor)


def take_back_fact(
    db: Database, child: str, column: FactColumn, before: Any, filled: FactOrigin, said: FactOrigin
) -> None:
    """Take back what was filled into one column: the fact that was made of it goes, what it had closed holds again.

    `filled` is whose word it was; a fact that stood already and only says the same stays. What the same word said in other
    columns stays, too, as `said`; what it took away holds again.
    """
    every = facts_of(db, child, former=True)
    now = column.of(one for one in every if one.open)
    if now and (now.source, now.actor, now.said_on) == (filled.source, filled.actor, filled.day.isoformat()):
        undo_facts(db, [now], said.actor)
        _keep_others(db, child, column, now, said)
        return
    taken = next(
        (one for one in _taken_away(every, column, filled) if before in (None, one.get(column.key))), None
    )
    if now is None and taken:
        reopen_fact(db, taken, said.actor)
    elif before is not None:
        fill_facts(db, child, {column.key: column}, {column.key: before}, said)


def _taken_away(every: Iterable[ChildFact], column: FactColumn, filled: FactOrigin) -> list[ChildFact]:
    """Give the facts that somebody ended on a day by emptying a column, the last first."""
    mine = [
        one for one in every
        if one.closed_at and one.why == WRONG and column.is_of(one) and one.closed_by == filled.actor
        and clock.local(one.closed_at).date() == filled.day
    ]  # fmt: skip
    return sorted(mine, key=lambda one: one.closed_at, reverse=True)


def _keep_others(db: Database, child: str, column: FactColumn, now: ChildFact, said: FactOrigin) -> None:
    old = column.of(facts_of(db, child))
    held, told = dict(old.value or {}) if old else {}, dict(now.value or {})
    target = {**told, column.key: held.get(column.key)}
    others = target.keys() - column.about.keys() - {column.key}
    if any(target[key] != held.get(key) for key in others):
        note_fact(db, child, column.kind, target, said)


def _by_fact(
    columns: Mapping[str, FactColumn], values: Mapping[str, Any]
) -> Iterable[tuple[FactColumn, dict[str, Any]]]:
    """Put together what is written into columns of one fact."""
    found: dict[tuple[str, tuple[tuple[str, str], ...]], tuple[FactColumn, dict[str, Any]]] = {}
    for key, value in values.items():
        column = columns[key]
        about = (column.kind, tuple(sorted(column.about.items())))
        found.setdefault(about, (column, {}))[1][column.key] = value
    return found.values()


def _changed(old: ChildFact | None, column: FactColumn, changes: Mapping[str, Any]) -> dict[str, Any] | None:
    """Give what a fact says with some of its answers changed; None where nothing is left but what it is about."""
    target = answered({**(old.value if old and old.value else {}), **column.about, **changes})
    return target if target.keys() - column.about.keys() else None


def _reread(db: Database, child: str, fact: str) -> ChildFact | None:
    return next((one for one in facts_of(db, child) if one.id == fact), None)
