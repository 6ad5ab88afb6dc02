"""Facts of many children at once, as lists tell them: only what is new is written, in turns that hold up nobody."""

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

from intake.children.facts.fact import FactOrigin
from intake.children.facts.noting import NewFact, mark_of_fact
from intake.children.facts.together import note_facts_together
from intake.store.db import Cell, Database

SLICE = 400
"""Facts that are written in one turn."""
_PAGE = 400
_Known = dict[tuple[str, str, str], dict[str, str]]
"""Ids of facts that hold, by their mark, by child, kind and item."""


def fresh_facts(db: Database, new: Sequence[NewFact]) -> tuple[list[NewFact], list[str]]:
    """Part what is to be noted into what nobody knows yet, and the ids of what stands there already; opens no cell."""
    fresh, known = list[NewFact](), list[str]()
    for some in _turns(
        new
    ):  # a page's standing facts at a time: a district's are too many to be held at once
        standing = _standing(db, list(dict.fromkeys(one.child for one in some)))
        told = {child for child, _, _ in standing}
        for one in some:
            mark, item = mark_of_fact(db, one) if one.child in told else ("", "")
            there = standing.get((one.child, one.kind, item), {}).get(mark)
            if there:
                known.append(there)
            else:
                fresh.append(one)
    return fresh, known


def note_many_facts(
    db: Database,
    fresh: Sequence[NewFact],
    known: Sequence[str],
    said: FactOrigin,
    entered: Collection[str] = (),
) -> None:
    """Note what `fresh_facts` parted, a few children a turn: whoever waits waits for one turn. Again is harmless.

    `fresh` has the facts of one child together; of who was `entered` by the same list that alone is put on record.
    """
    for turn in _turns(fresh):
        note_facts_together(db, turn, said, entered)
    day = said.day.isoformat()
    for at in range(0, len(known), _PAGE):
        some: list[Cell] = list(known[at : at + _PAGE])
        with db.write():
            db.run(
                f"UPDATE child_facts SET again_on = ? WHERE again_on < ? AND id IN ({', '.join('?' * len(some))})",  # noqa: S608
                [day, day, *some],
            )


def _turns(fresh: Sequence[NewFact]) -> Iterator[list[NewFact]]:
    turn: list[NewFact] = []
    for _, facts in groupby(fresh, key=lambda one: one.child):
        turn += facts
        if len(turn) >= SLICE:
            yield turn
            turn = []
    if turn:
        yield turn


def _standing(db: Database, children: Sequence[str]) -> _Known:
    found: _Known = {}
    sql = "SELECT id, child, kind, item, mark FROM child_facts WHERE child IN"
    for row in db.among(sql, children, "AND closed_at IS NULL"):
        found.setdefault((row["child"], row["kind"], row["item"]), {})[row["mark"]] = row["id"]
    return found
