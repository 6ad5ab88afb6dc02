"""Facts as lists bring them: a hundred thousand, of children of whom mostly nothing is known yet."""

from collections.abc import Collection, Iterable, Sequence

from intake.calendar import clock
from intake.children.child_keys import keys_told
from intake.children.facts.fact import FactOrigin, closed_value
from intake.children.facts.noting import NewFact, mark_of_fact, note_facts
from intake.store import audit
from intake.store.db import Cell, Database
from intake.store.ids import new_id

_ROWS = 60
"""Rows of one statement."""
_FACT = ("id", "child", "kind", "value", "mark", "item", "source", "actor", "channel", "report", "said_on", "again_on",
         "confirmed_by", "confirmed_at", "successor")  # fmt: skip
_KEY = ("key", "sort", "child", "fact")
StandingMarks = dict[tuple[str, str, str], dict[str, str]]
"""Ids of facts that hold, by their mark, by child, kind and item."""


def note_facts_together(
    db: Database, new: Iterable[NewFact], said: FactOrigin, entered: Collection[str] = ()
) -> None:
    """Note facts as `note_facts` does: those beside which nothing stands go in together, and nothing is asked of them.

    Of those who were `entered` with them that alone is put on record.
    """
    every = list(new)
    with db.write():
        standing = standing_marks(db, list(dict.fromkeys(one.child for one in every)))
        first, beside = list[tuple[NewFact, str, str]](), list[NewFact]()
        for one in every:
            mark, item = mark_of_fact(db, one)
            if (one.child, one.kind, item) in standing:
                beside.append(one)
            else:
                standing[one.child, one.kind, item] = {mark: ""}
                first.append((one, mark, item))
        _enter(db, first, said)
        told = {*entered, *(one.child for one in beside)}
        for child in dict.fromkeys(one.child for one, _, _ in first if one.child not in told):
            audit.note(db, said.actor, "fact.noted", child, said.source)
        if beside:
            note_facts(db, beside, said)


def standing_marks(db: Database, children: Sequence[str]) -> StandingMarks:
    """Give what holds of some children without opening a cell."""
    found: StandingMarks = {}
    sql = "SELECT id, child, kind, item, mark FROM child_facts WHERE closed_at IS NULL AND child IN"
    for row in db.among(sql, children):
        found.setdefault((row["child"], row["kind"], row["item"]), {})[row["mark"]] = row["id"]
    return found


def insert_rows(db: Database, table: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    """Insert rows, many in one statement, in the caller's transaction; those that are there stay as they are."""
    one = f"({', '.join('?' * len(columns))})"
    for at in range(0, len(rows), _ROWS):
        some = rows[at : at + _ROWS]
        db.run(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([one] * len(some))} ON CONFLICT DO NOTHING",  # noqa: S608
            [cell for row in some for cell in row],
        )


def _enter(db: Database, first: Sequence[tuple[NewFact, str, str]], said: FactOrigin) -> None:
    day, at = said.day.isoformat(), clock.stamp(db.now()) if said.confirmed_by else ""
    facts, keys = list[Sequence[Cell]](), list[Sequence[Cell]]()
    for one, mark, item in first:
        fact, value = new_id(), one.said
        facts.append((fact, one.child, one.kind, closed_value(db, fact, value), mark, item, said.source, said.actor,
                      said.channel, said.report, day, day, said.confirmed_by, at, ""))  # fmt: skip
        keys += [(key, sort, one.child, fact) for sort, key in keys_told(db, one.kind, value)]
    insert_rows(db, "child_facts", _FACT, facts)
    insert_rows(db, "child_keys", _KEY, keys)
