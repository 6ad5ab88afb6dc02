"""Facts of many children at once, as lists tell them: only what is new is written, in turns that hold up nobody."""

from collections.abc import Sequence
from itertools import groupby

from intake.children.facts.fact import FactOrigin
from intake.children.facts.noting import NewFact, mark_of_fact, note_facts
from intake.store.db import Cell, Database

SLICE = 200
"""Facts that are written in one turn."""
_PAGE = 400


def fresh_facts(db: Database, new: Sequence[NewFact]) -> tuple[list[NewFact], list[str]]:
    """Part what is to be noted into what nobody knows yet, and the ids of what stands there already; opens no cell."""
    children = list(dict.fromkeys(one.child for one in new))
    standing: dict[tuple[str, str, str, str], str] = {}
    for at in range(0, len(children), _PAGE):
        some: list[Cell] = list(children[at : at + _PAGE])
        sql = f"SELECT id, child, kind, item, mark FROM child_facts WHERE child IN ({', '.join('?' * len(some))})"  # noqa: S608
        for row in db.all(f"{sql} AND closed_at IS NULL", some):
            standing[row["child"], row["kind"], row["item"], row["mark"]] = row["id"]
    fresh, known = [], []
    for one in new:
        mark, item = mark_of_fact(db, one) if standing else ("", "")
        there = standing.get((one.child, one.kind, item, mark))
        if there:
            known.append(there)
        else:
            fresh.append(one)
    return fresh, known


def note_many_facts(db: Database, fresh: Sequence[NewFact], known: Sequence[str], said: FactOrigin) -> None:
    """Note what `fresh_facts` parted, a few children a turn: whoever waits waits for one turn. Again is harmless."""
    turn: list[NewFact] = []
    for _, facts in groupby(fresh, key=lambda one: one.child):
        turn += facts
        if len(turn) >= SLICE:
            note_facts(db, turn, said)
            turn = []
    if turn:
        note_facts(db, turn, said)
    day = said.day.isoformat()
    for at in range(0, len(known), _PAGE):
        some: list[Cell] = list(known[at : at + _PAGE])
        with db.write():
            db.run(
                f"UPDATE child_facts SET again_on = ? WHERE again_on < ? AND id IN ({', '.join('?' * len(some))})",  # noqa: S608
                [day, day, *some],
            )
