"""Facts of many children at once, as lists bring them: a hundred thousand, most of which nobody knew yet."""

from collections.abc import Collection, Iterable, Sequence

from intake.calendar import clock
from intake.children.child_keys import keys_told
from intake.children.facts.fact import FactOrigin, closed_value
from intake.children.facts.noting import NewFact, answered, mark_of_fact, note_facts
from intake.store import audit
from intake.store.db import Cell, Database
from intake.store.ids import new_id

_ROWS = 60
_FACT = ("id", "child", "kind", "value", "mark", "item", "source", "actor", "channel", "report", "said_on", "again_on",
         "confirmed_by", "confirmed_at", "successor")  # fmt: skip
_KEY = ("key", "sort", "child", "fact")


def note_facts_together(
    db: Database, new: Iterable[NewFact], said: FactOrigin, entered: Collection[str] = ()
) -> None:
    """Note facts as `note_facts` does; those of which a child has none yet go in together.

    Of those who were `entered` with them that alone is put on record.
    """
    every = list(new)
    with db.write():
        seen = _standing_keys(db, list(dict.fromkeys(one.child for one in every)))
        first, others = list[tuple[NewFact, str, str]](), list[NewFact]()
        for one in every:
            mark, item = mark_of_fact(db, one)
            if (one.child, one.kind, item) in seen:
                others.append(one)
            else:
                seen.add((one.child, one.kind, item))
                first.append((one, mark, item))
        _enter(db, first, said, {*entered, *(one.child for one in others)})
        if others:
            note_facts(db, others, said)


def insert_rows(db: Database, table: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    """Insert rows, many in one statement, in the caller's transaction; those that are there stay as they are."""
    one = f"({', '.join('?' * len(columns))})"
    for at in range(0, len(rows), _ROWS):
        some = rows[at : at + _ROWS]
        db.run(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([one] * len(some))} ON CONFLICT DO NOTHING",  # noqa: S608
            [cell for row in some for cell in row],
        )


def _standing_keys(db: Database, children: Sequence[str]) -> set[tuple[str, str, str]]:
    """Give (child, kind, item) of what holds of some children."""
    sql = "SELECT child, kind, item FROM child_facts WHERE child IN"
    rows = db.among(sql, children, "AND closed_at IS NULL")
    return {(row["child"], row["kind"], row["item"]) for row in rows}


def _enter(
    db: Database, first: Sequence[tuple[NewFact, str, str]], said: FactOrigin, entered: Collection[str]
) -> None:
    day, at = said.day.isoformat(), clock.stamp(db.now()) if said.confirmed_by else ""
    facts, keys = list[Sequence[Cell]](), list[Sequence[Cell]]()
    for one, mark, item in first:
        value = answered(one.value)
        fact = new_id()
        facts.append((fact, one.child, one.kind, closed_value(db, fact, value), mark, item, said.source, said.actor,
                      said.channel, said.report, day, day, said.confirmed_by, at, ""))  # fmt: skip
        keys += [(key, sort, one.child, fact) for sort, key in keys_told(db, one.kind, value)]
    insert_rows(db, "child_facts", _FACT, facts)
    insert_rows(db, "child_keys", _KEY, keys)
    for child in dict.fromkeys(one.child for one, _, _ in first if one.child not in entered):
        audit.note(db, said.actor, "fact.noted", child, said.source)
