"""Facts of many children at once, as lists tell them: only what is new is written, in turns that hold up nobody."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from intake.calendar import clock
from intake.children import child_keys
from intake.children.facts.fact import FactOrigin, closed_value
from intake.children.facts.noting import NewFact, mark_of_fact, note_facts
from intake.store import audit
from intake.store.db import Cell, Database
from intake.store.ids import new_id

SLICE = 400
"""Facts that are written in one turn."""
_PAGE = 400
_ROWS = 40
"""Rows of one statement."""
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


def note_many_facts(db: Database, fresh: Sequence[NewFact], known: Sequence[str], said: FactOrigin) -> None:
    """Note what `fresh_facts` parted, a few children a turn: whoever waits waits for one turn. Again is harmless.

    `fresh` has the facts of one child together.
    """
    for turn in _turns(fresh):
        with db.write():
            _note_turn(db, turn, said)
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


def _note_turn(db: Database, turn: Sequence[NewFact], said: FactOrigin) -> None:
    """Enter at once what is the first of its kind; what stands beside something goes the way of a single fact."""
    children = list(dict.fromkeys(one.child for one in turn))
    standing, beside, first = _standing(db, children), list[NewFact](), list[tuple[NewFact, str, str]]()
    for one in turn:
        mark, item = mark_of_fact(db, one)
        key = (one.child, one.kind, item)
        if key in standing:
            beside.append(one)
        else:
            standing[key] = {mark: ""}
            first.append((one, mark, item))
    _enter(db, first, said)
    for child in dict.fromkeys(one.child for one, _, _ in first):
        audit.note(db, said.actor, "fact.noted", child, said.source)
    if beside:
        note_facts(db, beside, said)


def _enter(db: Database, first: Sequence[tuple[NewFact, str, str]], said: FactOrigin) -> None:
    day, now = said.day.isoformat(), clock.stamp(db.now())
    keys: list[tuple[str, str, str, str]] = []
    rows: list[list[Cell]] = []
    for one, mark, item in first:
        fact, value = new_id(), {key: cell for key, cell in one.value.items() if cell not in (None, "")}
        rows.append([fact, one.child, one.kind, closed_value(db, fact, value), mark, item, said.source, said.actor,
                     said.channel, said.report, day, day, said.confirmed_by, now if said.confirmed_by else ""])  # fmt: skip
        keys += [(key, sort, one.child, fact) for sort, key in child_keys.keys_told(db, one.kind, value)]
    columns = "id, child, kind, value, mark, item, source, actor, channel, report, said_on, again_on, confirmed_by, confirmed_at"
    for at in range(0, len(rows), _ROWS):
        _insert(db, f"child_facts ({columns})", rows[at : at + _ROWS])
    for at in range(0, len(keys), _PAGE):
        some = [list[Cell](one) for one in keys[at : at + _PAGE]]
        _insert(db, "child_keys (key, sort, child, fact)", some, " ON CONFLICT DO NOTHING")


def _insert(db: Database, into: str, rows: Sequence[Sequence[Cell]], more: str = "") -> None:
    mark = f"({', '.join('?' * len(rows[0]))})"
    sql = f"INSERT INTO {into} VALUES {', '.join([mark] * len(rows))}{more}"  # noqa: S608
    db.run(sql, [cell for row in rows for cell in row])


def _standing(db: Database, children: Sequence[str]) -> _Known:
    found: _Known = {}
    for at in range(0, len(children), _PAGE):
        some: list[Cell] = list(children[at : at + _PAGE])
        sql = f"SELECT id, child, kind, item, mark FROM child_facts WHERE child IN ({', '.join('?' * len(some))})"  # noqa: S608
        for row in db.all(f"{sql} AND closed_at IS NULL", some):
            found.setdefault((row["child"], row["kind"], row["item"]), {})[row["mark"]] = row["id"]
    return found
