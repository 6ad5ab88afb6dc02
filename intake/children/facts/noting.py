"""How a fact comes, is confirmed and ends: one is closed and never overwritten, and every change is on record."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from intake.calendar import clock
from intake.children import child_keys
from intake.children.facts.fact import ChildFact, FactOrigin, closed_value, fact_of
from intake.children.facts.fact_kinds import FACT_KINDS, fact_kind
from intake.children.facts.sources import CONFIRMED, REPORT, SOURCES
from intake.errors import Stale
from intake.places import gazetteer
from intake.store import audit
from intake.store.db import Database, Row
from intake.store.ids import new_id

LATER, WRONG, DENIED, UNDONE, MERGED = "later", "wrong", "denied", "undone", "merged"
"""Why a fact was closed: something later came, it was never true, somebody confirmed the other word, …"""
_marked = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode
CHANGED = "这一条刚刚有人改过了，请重新打开看看。"


class NewFact(NamedTuple):
    """What is to be noted of a child: the kind and its answers, canonical as its declaration gives them."""

    child: str
    kind: str
    value: Mapping[str, Any]


def accept(db: Database, kind: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Read what somebody typed of a fact. Raises Invalid, KeyError on an unknown kind."""
    return fact_kind(kind, gazetteer.world(db)).accept(raw)


def note_fact(db: Database, child: str, kind: str, value: Mapping[str, Any], said: FactOrigin) -> str:
    """Note a fact of a child; give its id, or that of the one which says the same already."""
    return note_facts(db, [NewFact(child, kind, value)], said)[0]


def note_facts(db: Database, new: Iterable[NewFact], said: FactOrigin) -> list[str]:
    """Note facts that one source tells at once, in one transaction; give their ids.

    The same again only moves the day on which it was last said. Another value of what a child has once closes those
    before that weigh no more; a heavier one stays beside it, and a person decides. What is older than a word of no less
    weight is entered as what was before.
    """
    every = list(new)
    with db.write():
        standing = _Standing(db, dict.fromkeys(one.child for one in every))
        ids = [_note(db, one, said, standing) for one in every]
        for child in dict.fromkeys(one.child for one in every):
            audit.note(db, said.actor, "fact.noted", child, said.source)
    return ids


def confirm_fact(db: Database, fact: ChildFact, actor: str) -> None:
    """Let somebody of the staff answer for a fact; what else was said of the same ends. Raises Stale where it has ended."""
    with db.write():
        at = clock.stamp(db.now())
        done = db.run(
            "UPDATE child_facts SET confirmed_by = ?, confirmed_at = ? WHERE id = ? AND closed_at IS NULL",
            (actor, at, fact.id),
        )
        if not done.rowcount:
            raise Stale(CHANGED)
        for other in _standing(db, fact.child, fact.kind, fact.item):
            if other.id != fact.id:
                _close(db, other, actor, DENIED)
        audit.note(db, actor, "fact.confirmed", fact.child, fact.kind)


def close_fact(db: Database, fact: ChildFact, actor: str, why: str = WRONG, successor: str = "") -> None:
    """End a fact; `successor` is what came in its place. Raises Stale where somebody was first."""
    with db.write():
        if not _close(db, fact, actor, why, successor):
            raise Stale(CHANGED)
        audit.note(db, actor, "fact.closed", fact.child, fact.kind)


def reopen_fact(db: Database, fact: ChildFact, actor: str) -> None:
    """Let a fact hold again that was closed by mistake; its keys come back with it."""
    with db.write():
        _reopen(db, fact)
        audit.note(db, actor, "fact.reopened", fact.child, fact.kind)


def undo_facts(db: Database, facts: Iterable[ChildFact], actor: str) -> None:
    """End facts as if they had never been said: what each of them had closed holds again, unless later ones closed it too."""
    with db.write():
        for fact in facts:
            before = [
                fact_of(db, row)
                for row in db.all(
                    "SELECT * FROM child_facts WHERE successor = ? AND why = ?", (fact.id, LATER)
                )
            ]
            if _close(db, fact, actor, UNDONE):
                for one in before:
                    _reopen(db, one)
            elif fact.why == LATER:
                _follow(db, fact, before)
            audit.note(db, actor, "fact.closed", fact.child, fact.kind)


def unname_facts(db: Database, facts: Iterable[ChildFact], telling: Collection[str]) -> None:
    """Take out of facts who said them, who wishes to stay unnamed; those of `telling` kinds go wholly, and what they closed
    holds again.
    """
    with db.write():
        every = list(facts)
        undo_facts(db, [one for one in every if one.kind in telling and one.why in ("", LATER)], "")
        for one in every:
            db.run("UPDATE child_facts SET closed_by = '' WHERE successor = ?", (one.id,))
            db.run("UPDATE child_facts SET actor = '' WHERE id = ?", (one.id,))
            if one.kind in telling:
                db.run("DELETE FROM child_facts WHERE id = ?", (one.id,))


def _follow(db: Database, fact: ChildFact, before: Iterable[ChildFact]) -> None:
    """Let what stands in a former fact's place stand in the place of those before it, now that it was never said."""
    row = db.one("SELECT successor FROM child_facts WHERE id = ?", (fact.id,))
    successor = str(row["successor"]) if row and row["successor"] else ""
    for one in before:
        db.run("UPDATE child_facts SET successor = ? WHERE id = ?", (successor, one.id))
    db.run("UPDATE child_facts SET why = ?, successor = '' WHERE id = ?", (UNDONE, fact.id))


def _reopen(db: Database, fact: ChildFact) -> None:
    db.run(
        "UPDATE child_facts SET closed_at = NULL, closed_by = NULL, why = NULL, successor = '' WHERE id = ?",
        (fact.id,),
    )
    child_keys.enter(db, fact.child, fact.id, fact.kind, fact.value or {})


class _Standing:
    """The facts of some children that hold, read in one look; who asks for the same again gets what it has become."""

    def __init__(self, db: Database, children: Iterable[str]) -> None:
        self.db, self._asked = db, set[tuple[str, str, str]]()
        self._rows: dict[tuple[str, str, str], list[Row]] = {}
        sql = "SELECT * FROM child_facts WHERE child IN"
        for row in db.among(sql, list(children), "AND closed_at IS NULL"):
            self._rows.setdefault((row["child"], row["kind"], row["item"]), []).append(row)

    def of(self, child: str, kind: str, item: str) -> list[ChildFact]:
        """Give what stands of a child, a kind and an item."""
        key = (child, kind, item)
        if key in self._asked:
            return _standing(self.db, *key)
        self._asked.add(key)
        return [fact_of(self.db, row) for row in self._rows.get(key, ())]


def _note(db: Database, new: NewFact, said: FactOrigin, before: _Standing) -> str:
    value = answered(new.value)
    mark, item = _mark(db, new.kind, value), _item(db, new.kind, value)
    weight = CONFIRMED if said.confirmed_by else SOURCES[said.source].weight
    day = said.day.isoformat()
    standing = before.of(new.child, new.kind, item)
    if same := next((one for one in standing if one.mark == mark), None):
        _again(db, same, said, day)
        return same.id
    if more := next((one for one in standing if _says_less(value, one, said)), None):
        _again(db, more, replace(said, confirmed_by=""), day)
        return more.id
    later = next((one for one in standing if one.weight >= weight and one.last_said > day), None)
    if later and (known := _former(db, new, mark, said.source, day)):
        return known
    fact = new_id()
    for old in standing if later is None else ():
        if old.weight <= weight and old.said_on <= day:
            _close(db, old, said.actor, LATER, fact)
    ended = (clock.stamp(db.now()), later.actor, LATER, later.id) if later else (None, None, None, "")
    db.run(
        "INSERT INTO child_facts (id, child, kind, value, mark, item, source, actor, channel, report, said_on, again_on,"
        " confirmed_by, confirmed_at, closed_at, closed_by, why, successor)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (fact, new.child, new.kind, closed_value(db, fact, value), mark, item, said.source, said.actor,
         said.channel, said.report, day, day, said.confirmed_by,
         clock.stamp(db.now()) if said.confirmed_by else "", *ended),
    )  # fmt: skip
    if later is None:
        child_keys.enter(db, new.child, fact, new.kind, value)
    return fact


def _former(db: Database, new: NewFact, mark: str, source: str, day: str) -> str:
    """Find what an old list said that is brought once more: it stands among what was before."""
    row = db.one(
        "SELECT id FROM child_facts WHERE child = ? AND kind = ? AND mark = ? AND source = ? AND said_on = ?",
        (new.child, new.kind, mark, source, day),
    )
    return str(row["id"]) if row else ""


def _says_less(value: Mapping[str, Any], known: ChildFact, said: FactOrigin) -> bool:
    """Tell whether a report, or a list, says no more than is known; staff who write a file say what they say."""
    whole = said.confirmed_by and said.source != REPORT
    return not whole and known.value is not None and value.items() <= known.value.items()


def _again(db: Database, same: ChildFact, said: FactOrigin, day: str) -> None:
    """Note that something was said again; a heavier source answers for what a lighter one said."""
    confirmed = said.confirmed_by and not same.confirmed_by
    if day > same.again_on:
        db.run("UPDATE child_facts SET again_on = ? WHERE id = ?", (day, same.id))
    if confirmed:
        db.run(
            "UPDATE child_facts SET confirmed_by = ?, confirmed_at = ? WHERE id = ?",
            (said.confirmed_by, clock.stamp(db.now()), same.id),
        )


def _standing(db: Database, child: str, kind: str, item: str) -> list[ChildFact]:
    rows = db.all(
        "SELECT * FROM child_facts WHERE child = ? AND kind = ? AND item = ? AND closed_at IS NULL",
        (child, kind, item),
    )
    return [fact_of(db, row) for row in rows]


def _close(db: Database, fact: ChildFact, actor: str, why: str, successor: str = "") -> bool:
    done = db.run(
        "UPDATE child_facts SET closed_at = ?, closed_by = ?, why = ?, successor = ? WHERE id = ? AND closed_at IS NULL",
        (clock.stamp(db.now()), actor, why, successor, fact.id),
    )
    child_keys.drop(db, fact.id)
    return bool(done.rowcount)


def answered(value: Mapping[str, Any]) -> dict[str, Any]:
    """Give the answers of a fact that say something."""
    return {key: one for key, one in value.items() if one not in (None, "")}


def mark_of_fact(db: Database, new: NewFact) -> tuple[str, str]:
    """Give (mark, item) of what is to be noted: by the two it is known whether it stands already."""
    value = answered(new.value)
    return _mark(db, new.kind, value), _item(db, new.kind, value)


def _mark(db: Database, kind: str, value: Mapping[str, Any]) -> str:
    return db.keys.digest("fact", f"{kind} {_marked(value)}")


def _item(db: Database, kind: str, value: Mapping[str, Any]) -> str:
    """Tell apart the several of a kind: which guardian, which aid; the same for all of what a child has once."""
    keys = FACT_KINDS[kind].items
    return _mark(db, kind, {key: str(value.get(key) or "") for key in keys}) if keys else "-"
