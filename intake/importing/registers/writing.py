"""What a row of a register changes: its child's file, what is known of it, and the row itself. In the caller's transaction."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from intake.calendar import clock
from intake.children.children import (
    Child,
    change_child,
    child_of_number,
    child_of_pupil_number,
    enter_child,
    values_of_children,
)
from intake.children.facts.fact import ChildFact, FactOrigin, facts_of
from intake.children.facts.fact_kinds import FACT_KINDS
from intake.children.facts.noting import LATER, NewFact, close_fact
from intake.children.facts.together import insert_rows, note_facts_together
from intake.children.listed import CELLS
from intake.importing.registers.knowing import Facts, PlannedRow
from intake.language.naming.names import name_key
from intake.store.db import Cell, Database
from intake.store.ids import new_id

_COLUMNS = ("id", "listing", "mark", "child", "cells", "town", "school", "village", "batch", "at", "gone_at")
_CHANGE = (
    "UPDATE listed SET child = ?, cells = ?, town = ?, school = ?, village = ?, batch = ?, at = ?, gone_at = ?"
    " WHERE id = ?"
)


@dataclass(frozen=True, slots=True)
class RegisterWriting:
    """What all rows of one list are written with; `batches` are the ids under which what it tells of is noted."""

    db: Database
    listing: str
    facts: Facts
    actor: str
    day: date
    batches: dict[str, str]
    whole: str = ""

    @property
    def origin(self) -> FactOrigin:
        """Say where the facts are from."""
        return FactOrigin(self.listing, self.actor, self.day)


def write_rows(writing: RegisterWriting, rows: Sequence[PlannedRow]) -> None:
    """Write some rows, each with its child and its facts."""
    db, entered, new = writing.db, set[str](), list[NewFact]()
    changed = [row for row in rows if row.verdict != "same"]
    there, meanwhile, listed = (
        _marks_there(writing, changed),
        _numbers_there(db, changed),
        list[Sequence[Cell]](),
    )
    for row in changed:
        child = row.known or _entered_meanwhile(db, row, meanwhile)
        if child is None and row.enters:
            child = _enter(writing, row)
            meanwhile |= set(row.hashes)
            entered.add(child.id)
        elif child:
            child = _fill(writing, row, child, new)
        if child:
            told = list(writing.facts(row.person.cells))
            new += [NewFact(child.id, kind, value) for kind, value in told]
            _end_unsaid(writing, row, child, told)
        cells = _listed_cells(writing, row, there.get(row.mark, ""), child.id if child else "")
        if row.mark in there:
            db.run(_CHANGE, (*cells[3:], cells[0]))
        else:
            listed.append(cells)
    insert_rows(db, "listed", _COLUMNS, listed)
    if new:
        note_facts_together(db, new, writing.origin, entered)
    _say_again(writing, [row for row in rows if row.verdict == "same"])


def _marks_there(writing: RegisterWriting, rows: Sequence[PlannedRow]) -> dict[str, str]:
    """Give the ids of the rows that stand on the list, whoever put them there, by what makes them the same."""
    sql = "SELECT mark, id FROM listed WHERE listing = ? AND mark IN"
    found = writing.db.among(sql, [row.mark for row in rows], before=[writing.listing])
    return {row["mark"]: row["id"] for row in found}


def _numbers_there(db: Database, rows: Sequence[PlannedRow]) -> set[str]:
    """Give the hashes of numbers that children have by now of those that are to be entered."""
    hashes = [row.hashes for row in rows if row.enters]
    numbers = values_of_children(db, "id_number_hash", [one for one, _ in hashes if one])
    return numbers | values_of_children(db, "pupil_number_hash", [one for _, one in hashes if one])


def _enter(writing: RegisterWriting, row: PlannedRow) -> Child:
    who, person = row.person.who, row.person
    child = Child(new_id(), who.name, who.sex, who.birth_date, person.town, person.village, "", "", "", "",
                  row.hashes[0] if who.id_number else "", row.hashes[1] if who.pupil_number else "")  # fmt: skip
    enter_child(
        writing.db,
        child,
        who.id_number,
        actor=writing.actor,
        pupil_number=who.pupil_number,
        source=writing.listing,
    )
    return child


def _entered_meanwhile(db: Database, row: PlannedRow, there: set[str]) -> Child | None:
    """Find a child that another list, or another row, entered since this one was looked through."""
    if not row.enters or not there & set(filter(None, row.hashes)):
        return None
    return child_of_number(db, row.hashes[0]) or child_of_pupil_number(db, row.hashes[1])


def _fill(writing: RegisterWriting, row: PlannedRow, child: Child, new: list[NewFact]) -> Child:
    """Fill in what the child's own row does not know; what it knows otherwise becomes a fact beside it."""
    who, person = row.person.who, row.person
    new += [NewFact(child.id, kind, {kind: value}) for kind, value in _said_otherwise(row, child)]
    home = person.village and not child.village and (not child.class_id or person.town == child.town)
    after = replace(
        child, sex=child.sex or who.sex, birth_date=child.birth_date or who.birth_date,
        town=person.town if home else child.town, village=person.village if home else child.village,
        number_hash=child.number_hash or (row.hashes[0] if who.id_number else ""),
        pupil_hash=child.pupil_hash or (row.hashes[1] if who.pupil_number else ""),
    )  # fmt: skip
    if after != child:
        change_child(
            writing.db, after, who.id_number if not child.number_hash else "", actor=writing.actor,
            pupil_number=who.pupil_number if not child.pupil_hash else "",
        )  # fmt: skip
    return after


def _said_otherwise(row: PlannedRow, child: Child) -> Iterator[tuple[str, str]]:
    who = row.person.who
    if name_key(who.name) != name_key(child.name):
        yield "name", who.name
    for kind, said, known in (("sex", who.sex, child.sex), ("birth_date", who.birth_date, child.birth_date)):
        if said and known and said != known:
            yield kind, said
    if who.id_number and child.number_hash and row.hashes[0] != child.number_hash:
        yield "id_number", who.id_number
    if who.pupil_number and child.pupil_hash and row.hashes[1] != child.pupil_hash:
        yield "pupil_number", who.pupil_number


def _end_unsaid(
    writing: RegisterWriting, row: PlannedRow, child: Child, told: Sequence[tuple[str, dict[str, object]]]
) -> None:
    """End what this list said before and says no more, of what a child may have several of: a guardian, a group."""
    if row.before is None or row.before.cells is None:
        return
    unsaid = [
        one for one in writing.facts(row.before.cells) if FACT_KINDS[one[0]].several and one not in told
    ]
    if unsaid:
        for fact in facts_of(writing.db, child.id):
            if _is_of(fact, writing.listing, unsaid):
                close_fact(writing.db, fact, writing.actor, LATER)


def _is_of(fact: ChildFact, listing: str, unsaid: Sequence[tuple[str, dict[str, object]]]) -> bool:
    return fact.source == listing and any(fact.kind == kind and fact.value == value for kind, value in unsaid)


def _listed_cells(writing: RegisterWriting, row: PlannedRow, key: str, child: str) -> tuple[Cell, ...]:
    """Give what is written of a row, by _COLUMNS."""
    db, person = writing.db, row.person
    key = key or new_id()
    plain = json.dumps(person.cells, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return (key, writing.listing, row.mark, child, db.keys.lock(plain, CELLS, key), person.town, person.school,
            person.village, _batch(writing, person.extent), clock.stamp(db.now()), None)  # fmt: skip


def _say_again(writing: RegisterWriting, rows: Sequence[PlannedRow]) -> None:
    """Note that rows were said again, and the facts that follow from them."""
    db, day = writing.db, writing.day.isoformat()
    for row in rows:
        if row.before:
            db.run(
                "UPDATE listed SET batch = ?, at = ? WHERE id = ?",
                (_batch(writing, row.person.extent), clock.stamp(db.now()), row.before.id),
            )
        if row.known:
            db.run(
                "UPDATE child_facts SET again_on = ? WHERE child = ? AND source = ? AND closed_at IS NULL AND again_on < ?",
                (day, row.known.id, writing.listing, day),
            )


def _batch(writing: RegisterWriting, extent: str) -> str:
    found = writing.batches.get(extent) or writing.batches.get(writing.whole)
    return found or next(iter(writing.batches.values()))
