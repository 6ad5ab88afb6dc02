"""One fact of a child, as it is kept and as it is read."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from intake.children.facts.fact_kinds import FACT_KINDS, FactKind, fact_kind
from intake.children.facts.sources import CONFIRMED, SOURCES
from intake.errors import Unreadable
from intake.places import gazetteer
from intake.store.db import Database, Row

_PLACE = "child_facts.value"
_plainly = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class FactOrigin:
    """How a fact came: source (`sources`), who said it, by which door, in which report, on which local day.

    `confirmed_by` is the actor of the staff who answers for it; what staff say themselves is confirmed by them.
    """

    source: str
    actor: str
    day: date
    channel: str = ""
    report: str = ""
    confirmed_by: str = ""


@dataclass(frozen=True, slots=True)
class ChildFact:
    """A fact; `value` holds answers by key of its kind, None where no key opens it. Closed ones have `closed_at`."""

    id: str
    child: str
    kind: str
    value: Mapping[str, Any] | None
    mark: str
    item: str
    source: str
    actor: str
    channel: str
    report: str
    said_on: str
    again_on: str
    confirmed_by: str
    confirmed_at: str
    closed_at: str
    closed_by: str
    why: str

    def __repr__(self) -> str:
        return f"ChildFact({self.id})"  # what stands in a traceback tells nothing about the child

    @property
    def open(self) -> bool:
        """Tell whether it holds."""
        return not self.closed_at

    @property
    def weight(self) -> int:
        """Give what it weighs against another: its source's weight, more where somebody confirmed it."""
        return CONFIRMED if self.confirmed_by else SOURCES[self.source].weight

    @property
    def last_said(self) -> str:
        """Give the day on which it was last said."""
        return max(self.said_on, self.again_on)

    @property
    def declared(self) -> type[FactKind]:
        """Give its declaration."""
        return FACT_KINDS[self.kind]

    def get(self, key: str) -> Any:
        """Give one of its answers; None where it has none, or does not open."""
        return (self.value or {}).get(key)


def fact_of(db: Database, row: Row) -> ChildFact:
    """Read a row of `child_facts`."""
    cells = {key: row[key] or "" for key in _PLAIN}
    return ChildFact(value=_opened(db, row), **cells)


_PLAIN = ("id", "child", "kind", "mark", "item", "source", "actor", "channel", "report", "said_on", "again_on",
          "confirmed_by", "confirmed_at", "closed_at", "closed_by", "why")  # fmt: skip


def _opened(db: Database, row: Row) -> Mapping[str, Any] | None:
    try:
        found: Mapping[str, Any] = json.loads(db.keys.unlock(row["value"], _PLACE, row["id"]))
    except (Unreadable, ValueError):
        return None
    return found


def closed_value(db: Database, fact_id: str, value: Mapping[str, Any]) -> str:
    """Give the cell of a value; all are encrypted, for most hold a name, a number or a hardship."""
    return db.keys.lock(_plainly(value), _PLACE, fact_id)


def facts_of(db: Database, child: str, *, former: bool = False) -> list[ChildFact]:
    """Give the facts of a child that hold, with those of before where they are asked for; the newest of a kind first."""
    held = "" if former else " AND closed_at IS NULL"
    sql = f"SELECT * FROM child_facts WHERE child = ?{held} ORDER BY kind, said_on DESC, id DESC"  # noqa: S608
    rows = db.all(sql, (child,))
    return [fact_of(db, row) for row in rows]


def facts_of_report(db: Database, report: str) -> list[ChildFact]:
    """Give all facts that a report has told, the former ones too, in the order in which they were noted."""
    rows = db.all("SELECT * FROM child_facts WHERE report = ? AND report <> '' ORDER BY id", (report,))
    return [fact_of(db, row) for row in rows]


def facts_of_children(
    db: Database, children: Sequence[str], kinds: Iterable[str] = ()
) -> dict[str, list[ChildFact]]:
    """Give the facts that hold of some children by child, of some kinds where any are named; the believed first."""
    wanted, found = sorted(kinds), dict[str, list[ChildFact]]()
    of_kind = f"AND kind IN ({', '.join('?' * len(wanted))})" if wanted else ""
    sql = "SELECT * FROM child_facts WHERE closed_at IS NULL AND child IN"
    for row in db.among(sql, children, of_kind, after=wanted):
        found.setdefault(row["child"], []).append(fact_of(db, row))
    return {child: believed_first(facts) for child, facts in found.items()}


def believed(facts: Iterable[ChildFact], kind: str) -> ChildFact | None:
    """Give the fact of a kind that is believed: the heaviest, of equals the newest."""
    return max((one for one in facts if one.kind == kind and one.open), key=_believed, default=None)


def believed_first(facts: Iterable[ChildFact]) -> list[ChildFact]:
    """Give facts with those first that are believed: the heaviest, of equals the newest."""
    return sorted(facts, key=_believed, reverse=True)


def contradicting(facts: Iterable[ChildFact], kind: str) -> list[ChildFact]:
    """Give the facts of a kind that hold and say different things, the believed first; nothing where they agree.

    Of kinds of which a child has several only those are compared that are about the same one.
    """
    standing = believed_first(one for one in facts if one.kind == kind and one.open)
    return [
        one
        for one in standing
        if any(one.item == other.item and one.mark != other.mark for other in standing)
    ]


def _believed(fact: ChildFact) -> tuple[int, str, str]:
    return fact.weight, fact.last_said, fact.id


def shown(db: Database, fact: ChildFact) -> list[tuple[str, str, str]]:
    """Give (key, label, value as a person reads it) of a fact, in clear."""
    return fact_kind(fact.kind, gazetteer.world(db)).shown(fact.value or {})
