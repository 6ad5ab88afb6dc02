"""A workbook that came back, done: looked at once more while nobody else writes, recorded, and told to whom it concerns."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from intake.calendar import clock
from intake.cases import case as cases
from intake.cases import work
from intake.cases.case import Case
from intake.cases.filling import FILLED
from intake.cases.rulebook.taking_back import ROW
from intake.cases.told import inbox
from intake.errors import Invalid
from intake.ledgers.returning import new_subjects, of_subjects
from intake.ledgers.returning.findings import (
    BEGUN,
    CHANGED,
    DEED,
    NEW,
    SAME,
    STALE,
    WRONG,
    CellChange,
    ReturnedRow,
    ReturnPlan,
)
from intake.ledgers.returning.judging import CHANNEL
from intake.ledgers.returning.newcomers import OTHER
from intake.ledgers.returning.planning import judge_rows, plan_return
from intake.ledgers.returning.reading.sheets import BookSheet
from intake.people import accounts
from intake.people.accounts import Person
from intake.reports import by_hand
from intake.store import audit
from intake.store.db import Database
from intake.store.ids import new_id

AT_ONCE = 300
"""Rows that are done in one transaction; of more than that each such part is one, so that nobody waits at the gate."""


@dataclass(frozen=True, slots=True)
class ReturnedFile:
    """The file that came back: what it is called, what it holds, and which upload it is."""

    name: str
    data: bytes
    upload: str = ""


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done: the id of the return (empty where nothing was to be done), and what is found of each row."""

    id: str
    plan: ReturnPlan


def apply_return(
    db: Database,
    by: Person,
    sheets: Sequence[BookSheet],
    file: ReturnedFile,
    chosen: Mapping[str, str] | None = None,
) -> Applied:
    """Do what a workbook says, row by row: those without fault are taken, all others stay as they are.

    `chosen` says of new rows by their `choice` which child of the roll it is (an id), or OTHER. Up to AT_ONCE rows are
    one transaction. Sent again the same rows do nothing.
    """
    plan = plan_return(db, by, sheets)
    todo = [row for row in plan.of_fate(CHANGED, NEW) if _decided(row, chosen or {})]
    if not todo:
        return Applied("", plan)
    record, done = "", dict[tuple[str, int, int], ReturnedRow]()
    for some in _parts(todo):
        with db.write():
            again = judge_rows(db, by, some, compare=False).rows
            done |= {_place(row): row for row in again}
            plan = ReturnPlan([done.get(_place(row), row) for row in plan.rows], plan.told)
            if any(row.fate in (CHANGED, NEW) for row in again):  # otherwise somebody was faster
                record = record or _enter(db, by, file, plan)
                taken = [row for row in again if _take(db, record, by, row, chosen or {})]
                _tell_owners(db, by, taken)
                audit.note(db, by.actor, "return.applied", record, f"{' '.join(plan.ledgers)} {len(taken)}")
            if record:
                _count(db, record, plan)
    return Applied(record, plan)


def _parts(rows: Sequence[ReturnedRow]) -> Iterator[list[ReturnedRow]]:
    """Part rows into those that are done at once; what several ledgers say of one case is done together."""
    of_case: dict[str, list[ReturnedRow]] = {}
    for row in rows:
        of_case.setdefault(row.about or str(id(row)), []).append(row)
    some: list[ReturnedRow] = []
    for mine in of_case.values():
        if some and len(some) + len(mine) > AT_ONCE:
            yield some
            some = []
        some = some + mine
    yield some


def _decided(row: ReturnedRow, chosen: Mapping[str, str]) -> bool:
    """Tell whether a row can be done: of a new one whose child may be known somebody has said which it is."""
    return row.newcomer is None or not row.newcomer.doubtful or bool(chosen.get(row.newcomer.choice))


def _place(row: ReturnedRow) -> tuple[str, int, int]:
    return row.raw.head.sheet, row.raw.number, row.raw.head.key_at


def _enter(db: Database, by: Person, file: ReturnedFile, plan: ReturnPlan) -> str:
    record = new_id()
    db.run(
        "INSERT INTO returns (id, staff, at, ledgers, name, digest, upload, begun, changed, same, stale, wrong)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0)",
        (record, by.id, clock.stamp(db.now()), " ".join(plan.ledgers),
         db.keys.lock(file.name[:120], "returns.name", record),
         db.keys.digest("return-file", file.data.hex()), file.upload),
    )  # fmt: skip
    return record


def _count(db: Database, record: str, plan: ReturnPlan) -> None:
    found = plan.counts
    db.run(
        "UPDATE returns SET begun = ?, changed = ?, same = ?, stale = ?, wrong = ? WHERE id = ?",
        (found[NEW], found[CHANGED], found[SAME], found[STALE], found[WRONG], record),
    )


def _take(db: Database, record: str, by: Person, row: ReturnedRow, chosen: Mapping[str, str]) -> bool:
    """Do what one row says, in the caller's transaction; tell whether it was done."""
    if row.fate == NEW and _decided(row, chosen):
        return _begin(db, record, by, row, chosen)
    if row.fate == CHANGED and row.subject:
        of_subjects.take_subject(db, record, by, row)
        return True
    if row.fate != CHANGED or row.case is None:
        return False
    facts = {"ledger": row.ledger, ROW: row.mark}
    filled = [one for one in row.changes if one.key != DEED]
    for one in row.changes:
        if one.key == DEED:
            event = work.act(db, row.case, one.event, one.raw, by, channel=CHANNEL, token=one.token, facts=facts,
                             words=one.words)  # fmt: skip
            _record(db, record, row.case, one, event.id)
    if filled:
        words = {one.key: one.after for one in filled}
        event = work.act(db, row.case, FILLED, {}, by, channel=CHANNEL, facts=facts, words=words)
        for one in filled:
            _record(db, record, row.case, one, event.id)
    return True


def _begin(db: Database, record: str, by: Person, row: ReturnedRow, chosen: Mapping[str, str]) -> bool:
    """Make a report of a new row, and fill in beside its case what was written there; or what it begins otherwise."""
    new = row.newcomer
    child = chosen.get(new.choice, "")
    if not new.kind:
        return new_subjects.begin_subject(db, record, by, row, child)
    try:
        case = by_hand.open_case(
            db, by, new.kind, new.said, key=new.key, child="" if child == OTHER else child
        )
    except Invalid as no:  # who may see the child has changed meanwhile
        row.refuse("".join(sentence for one in no.errors.values() for sentence in one))
        return False
    row.case, row.number = case, case.number
    first = cases.events_of(db, case)[-1].id
    _record(db, record, case, CellChange(BEGUN, "", -1, None, case.number, "", case.number), first)
    if new.filled:
        facts = {"ledger": row.ledger, ROW: row.mark}
        event = work.act(db, case, FILLED, {}, by, channel=CHANNEL, facts=facts, words=new.filled)
        for key, value in new.filled.items():
            _record(db, record, case, CellChange(key, "", -1, None, value, "", ""), event.id)
    return True


def _record(db: Database, record: str, case: Case, change: CellChange, event: str) -> None:
    made = new_id()
    before, after = (
        db.keys.lock(json.dumps(one, ensure_ascii=False), f"return_changes.{column}", made)
        for column, one in (("before", change.before), ("after", change.after))
    )
    db.run(
        "INSERT INTO return_changes (id, return_id, case_id, key, before, after, event) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (made, record, case.id, change.key, before, after, event),
    )


def _tell_owners(db: Database, by: Person, rows: Sequence[ReturnedRow]) -> None:
    """Put one line into the inbox of each whose cases somebody else filled in."""
    owned = Counter(row.case.owner for row in rows if row.case and row.case.owner not in ("", by.id))
    first = {row.case.owner: row.case for row in reversed(rows) if row.case}
    for owner, count in owned.items():
        person = accounts.person_by_id(db, owner)
        if person and cases.may_see(db, person, first[owner]):
            inbox.tell_person(db, person, first[owner], f"{inbox.RETURNED}:{count}")
