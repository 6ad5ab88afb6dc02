"""What staff do about facts on a child's page: add one, say which of two is true, that one is wrong, that it holds again."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from intake.children.children import Child
from intake.children.facts import noting
from intake.children.facts.fact import ChildFact, FactOrigin, believed, facts_of
from intake.children.facts.fact_kinds import FACT_KINDS
from intake.children.facts.identity import change_identity
from intake.children.facts.sources import STAFF, VISIT
from intake.errors import Missing, Stale
from intake.fields.privacy import Privacy
from intake.people.accounts import Person
from intake.store.db import Database

CHANNEL = "desk"


def add_fact(
    db: Database, child: Child, kind: str, raw: Mapping[str, Any], person: Person, channel: str = CHANNEL
) -> None:
    """Note what somebody of the staff says of a child. Raises Missing for no such kind, and Invalid."""
    if kind not in FACT_KINDS:
        raise Missing
    value = noting.accept(db, kind, raw)
    if FACT_KINDS[kind].identity:
        change_identity(db, child.id, kind, value[kind], _said(db, person))
        return
    value = {**_left(db, child, kind, value), **value}
    said = _said(db, person, VISIT if kind == "visit" else STAFF)
    noting.note_fact(db, child.id, kind, value, replace(said, channel=channel))


def _left(db: Database, child: Child, kind: str, value: Mapping[str, Any]) -> dict[str, Any]:
    """Give what is known of the same and a form does not show in clear: what nobody typed anew goes on.

    Where a parent is, and since when, ends with being away.
    """
    declared = FACT_KINDS[kind]
    standing = [one for one in facts_of(db, child.id) if one.kind == kind]
    same = [one for one in standing if all(one.get(item) == value.get(item) for item in declared.items)]
    known = believed(same, kind)
    gone = AWAY if known and AWAY[0] in value and known.get(AWAY[0]) != value[AWAY[0]] else ()
    return {
        key: one
        for key, one in (known.value if known and known.value else {}).items()
        if key not in gone and declared.answers()[key].asked.privacy is not Privacy.OPEN
    }


def facts_to_go_on(facts: Iterable[ChildFact], kind: str) -> dict[str, str]:
    """Give the open answers of what holds of a kind of which a child has one: they stand in the form of a change."""
    declared = FACT_KINDS[kind]
    known = None if declared.several else believed(facts, kind)
    return {
        key: str(one)
        for key, one in (known.value if known and known.value else {}).items()
        if declared.answers()[key].asked.privacy is Privacy.OPEN
    }


AWAY = ("away", "since", "place")
"""Answers of a parent that hang on the first of them."""


def believe_fact(db: Database, child: Child, fact_id: str, person: Person) -> None:
    """Answer for a fact: what else was said of the same ends. Raises Missing, Stale, Invalid."""
    fact = fact_of_child(db, child, fact_id)
    if not fact.open:
        raise Stale(noting.CHANGED)
    if fact.declared.identity:
        change_identity(db, child.id, fact.kind, str(fact.get(fact.kind) or ""), _said(db, person))
    else:
        noting.confirm_fact(db, fact, person.actor)


def deny_fact(db: Database, child: Child, fact_id: str, person: Person) -> None:
    """End a fact that is wrong. Raises Missing, Stale."""
    noting.close_fact(db, fact_of_child(db, child, fact_id), person.actor)


def restore_fact(db: Database, child: Child, fact_id: str, person: Person) -> None:
    """Let a fact hold again that was ended by mistake. Raises Missing, Stale, Invalid."""
    fact = fact_of_child(db, child, fact_id)
    if fact.open:
        raise Stale(noting.CHANGED)
    if fact.declared.identity:
        change_identity(db, child.id, fact.kind, str(fact.get(fact.kind) or ""), _said(db, person))
    else:
        noting.reopen_fact(db, fact, person.actor)


def fact_of_child(db: Database, child: Child, fact_id: str) -> ChildFact:
    """Give a fact of a child, one that has ended too. Raises Missing."""
    found = next((one for one in facts_of(db, child.id, former=True) if one.id == fact_id), None)
    if found is None:
        raise Missing
    return found


def _said(db: Database, person: Person, source: str = STAFF) -> FactOrigin:
    return FactOrigin(source, person.actor, db.today(), CHANNEL, confirmed_by=person.actor)
