"""What is known of a child is offered for confirmation instead of asked again: answers to a report, out of its file.

Never among them: numbers, hardships, groups, papers, whatever is sensitive. To a parent, who must be confirmed first
(`links`), nothing is offered that somebody else has merely reported: neither by whom a child's matter was told, nor
what another of the family keeps to themselves, is anybody's to learn there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from intake.children.children import Child
from intake.children.facts.fact import ChildFact, facts_of_children
from intake.children.facts.sources import REPORT, ROSTER, SOURCES
from intake.fields.privacy import Privacy
from intake.kinds import KINDS
from intake.places import gazetteer
from intake.store.db import Database

LASTS = timedelta(days=365)
"""How long after it was last said a fact is offered (*default*); then it is asked anew."""
CHAT = "wechat"
_ONCE = {
    "ethnic": ("ethnic", "ethnic"), "residence": ("residence", "residence"),
    "household_place": ("household", "household_place"), "household_type": ("household", "household_type"),
    "father_away": ("father", "away"), "mother_away": ("mother", "away"),
    "travel": ("travel", "travel"), "distance_km": ("travel", "distance_km"),
}  # fmt: skip
"""Answers that a fact of which a child has one gives, by key: its kind and key."""
_BY_BOTH = {"away_since": "since", "away_place": "place"}
"""Answers that are asked once of both parents."""


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """An answer in canonical form, in words where it is from, and the day on which it was last said, where that is known."""

    value: Any
    source: str
    said_on: str = ""


@dataclass(frozen=True, slots=True)
class KnownAnswers:
    """What may be offered of a child, by key of a kind's declaration."""

    child: str = ""
    by_key: Mapping[str, KnownAnswer] = field(default_factory=dict)

    @property
    def answers(self) -> dict[str, Any]:
        """Give the answers alone."""
        return {key: one.value for key, one in self.by_key.items()}

    def beside(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Give the answers that go with what was said: since when and where is no news of a parent of whom it is not known."""
        away = {key: said[key] for key in ("father_away", "mother_away", *_BY_BOTH) if said.get(key)}
        apart = any(value != self.answers.get(key) for key, value in away.items())
        return {key: value for key, value in self.answers.items() if not (apart and key in _BY_BOTH)}


def known_answers(db: Database, child: Child, kind: str, reporter: str = "") -> KnownAnswers:
    """Give what is known of a child for a report of a kind.

    `reporter` is the confirmed parent to whom it is offered; without one it is the class teacher, who writes for a family:
    then the telephone is the guardian's.
    """
    found = dict(_of_row(db, child))
    oldest = (db.today() - LASTS).isoformat()
    facts = [
        one for one in facts_of_children(db, [child.id], _KINDS).get(child.id, ())
        if one.last_said >= oldest and (not reporter or _may_be_told(one, reporter))
    ]  # fmt: skip
    found.update(_of_facts(facts))
    found.update(_contact(facts, reporter))
    declared = KINDS[kind].answers()
    asked = {key: declared[key].asked for key in found if key in declared}
    return KnownAnswers(
        child.id,
        {key: found[key] for key, one in asked.items() if one.privacy is not Privacy.SENSITIVE and not one.teachers},
    )  # fmt: skip


_KINDS = frozenset({"guardian", "phone", *(kind for kind, _ in _ONCE.values())})


def _of_row(db: Database, child: Child) -> Iterator[tuple[str, KnownAnswer]]:
    """Give name, class and home; of one that lives elsewhere than in the district no home."""
    here = gazetteer.world(db).places.get(child.town)
    for key, value in child.facts.items():
        if here or key not in ("town", "village"):
            yield key, KnownAnswer(value, SOURCES[ROSTER].title)


def _may_be_told(fact: ChildFact, reporter: str) -> bool:
    """Tell whether a fact is a parent's to read: lists and staff say it, or she herself has said it in the chat."""
    own = fact.actor == reporter and fact.channel == CHAT
    return own or bool(fact.confirmed_by) or fact.source != REPORT


def _of_facts(facts: Sequence[ChildFact]) -> Iterator[tuple[str, KnownAnswer]]:
    """Give the believed answers; where somebody believed says nothing of one, the next who does."""
    for key, (kind, part) in _ONCE.items():
        if best := next((one for one in facts if one.kind == kind and one.get(part) is not None), None):
            yield key, _answer(best, part)
    for key, part in _BY_BOTH.items():
        every = [
            _answer(best, part)
            for kind in ("father", "mother")
            if (best := next((one for one in facts if one.kind == kind and one.get("away")), None))
            and best.get("away") == "是"
        ]
        if every and all(one.value and one.value == every[0].value for one in every):
            yield key, every[0]


def _contact(facts: Sequence[ChildFact], reporter: str) -> Iterator[tuple[str, KnownAnswer]]:
    """Give who has the child in care, and a telephone: a parent's own, as she told it, or the guardian's."""
    guardian = next((one for one in facts if one.kind == "guardian" and one.get("guardian_name")), None)
    if guardian:
        yield "guardian_name", _answer(guardian, "guardian_name")
    if reporter:
        told = (one for one in facts if one.actor == reporter and one.channel == CHAT and one.get("phone"))
        phone = max(told, key=lambda one: (one.last_said, one.id), default=None)
    else:
        phone = guardian if guardian and guardian.get("phone") else None
        phone = phone or next((one for one in facts if one.kind == "phone" and one.get("phone")), None)
    if phone:
        yield "phone", _answer(phone, "phone")
        if phone.get("relation"):
            yield "relation", _answer(phone, "relation")


def _answer(fact: ChildFact, key: str) -> KnownAnswer:
    return KnownAnswer(fact.get(key), SOURCES[fact.source].title, fact.last_said)
