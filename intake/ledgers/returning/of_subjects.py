"""Rows that came back and are of no case: found, looked at cell by cell, written, taken back."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from intake import ledgers
from intake.calendar import clock
from intake.errors import Refused
from intake.fields.privacy import Privacy, mask_name
from intake.ledgers.known.child_rows import ChildRowLedger
from intake.ledgers.ledger import Period, View
from intake.ledgers.returning.findings import CellChange, CellStale, ReturnedRow
from intake.ledgers.returning.judging import (
    GONE,
    NOT_YOUR_COLUMN,
    NOT_YOURS,
    read_cell,
    refuse_cell,
)
from intake.ledgers.returning.reading.matching import KnownLedger
from intake.ledgers.returning.reading.values import ERASED, is_untouched, shown_value
from intake.ledgers.subjects import Subject, SubjectLedger, open_mark_of_version, subject_id, subject_ref
from intake.people import accounts
from intake.people.accounts import Person
from intake.store.db import Database
from intake.store.ids import new_id

PAGE = 400
WENT_OUT = "（发出时的）"
OTHERS = "别人或新的名单"


def subject_ledger(known: KnownLedger) -> SubjectLedger:
    """Give the ledger of a row that is of a subject."""
    return cast(SubjectLedger, known.ledger)


def ledger_of_subjects(db: Database, key: str) -> SubjectLedger:
    """Give a ledger of subjects by its key."""
    return cast(SubjectLedger, ledgers.ledger(db, key))


def subject_of(db: Database, by: Person, ledger: SubjectLedger, ref: str) -> Subject | None:
    """Give what a row is of as it is now, if somebody may see it."""
    return next(iter(ledger.subjects(db, by, [subject_id(ref)])), None)


def find_subjects(db: Database, by: Person, rows: Iterable[tuple[ReturnedRow, KnownLedger]]) -> None:
    """Find what rows are of by their keys, as far as whoever sends them may see it."""
    of_ledger: defaultdict[str, list[tuple[ReturnedRow, KnownLedger]]] = defaultdict(list)
    for row, known in rows:
        of_ledger[known.key].append((row, known))
    for some in of_ledger.values():
        ledger = subject_ledger(some[0][1])
        for at in range(0, len(some), PAGE):
            page = some[at : at + PAGE]
            ids = list(dict.fromkeys(subject_id(row.ref) for row, _ in page))
            found = {subject_ref(ledger.sort, one.id): one for one in ledger.subjects(db, by, ids)}
            for row, _ in page:
                if row.ref in found:
                    row.subject = found[row.ref]
                    row.child = mask_name(found[row.ref].child)


def note_held(db: Database, by: Person, rows: Iterable[tuple[ReturnedRow, KnownLedger]]) -> None:
    """Note in rows of cases what facts of their children hold: it stands there before the case's own cell."""
    of_ledger: defaultdict[str, list[tuple[ReturnedRow, ChildRowLedger]]] = defaultdict(list)
    for row, known in rows:
        if row.case and row.case.child and isinstance(known.ledger, ChildRowLedger):
            of_ledger[known.key].append((row, known.ledger))
    for some in of_ledger.values():
        held = some[0][1].held_of(db, by, sorted({row.case.child for row, _ in some if row.case}))
        for row, _ in some:
            row.held = held.get(row.case.child if row.case else "", {})


def judge_subject(db: Database, by: Person, row: ReturnedRow, known: KnownLedger) -> None:
    """Look at a row that carries the sound key of a subject; what is found is noted in it."""
    one: Subject | None = row.subject
    if one is None:
        row.refuse(GONE)
        return
    touched = _touched(db, row, known, one)
    if not touched:
        return
    if not one.may:
        row.refuse(NOT_YOURS)
        return
    mine, ledger = known.ledger.fillable(by.role), subject_ledger(known)
    for key in touched:
        if key not in mine:
            refuse_cell(row, known, key, NOT_YOUR_COLUMN)
    now = ledger.version_of(db, one.values)
    stale = now != row.version and not _own(db, by, row, now)
    for key in touched:
        if key in mine:
            _judge_cell(row, known, one, key, stale)
    if row.changes and not row.stale and not row.faults:
        after = {**one.values, **{change.key: change.after for change in row.changes}}
        for key, sentence in ledger.refusals(db, one, after).items():
            refuse_cell(row, known, key, sentence)


def _touched(db: Database, row: ReturnedRow, known: KnownLedger, one: Subject) -> list[str]:
    """Give the columns whose cells differ from what stands there; none where the row is as it went out."""
    ledger = subject_ledger(known)
    as_it_was = ledger.open_mark(db, _open_shown(row, known)) == open_mark_of_version(row.version)
    found = []
    for key, said in row.typed.items():
        field, now = known.fillable[key], one.values.get(key)
        if as_it_was and field.asked.privacy is Privacy.OPEN:
            continue
        if said and is_untouched(field, said, now):
            continue
        if said in ERASED and now is None:
            continue  # there was nothing to take away
        found.append(key)
    return found


def _open_shown(row: ReturnedRow, known: KnownLedger) -> dict[str, str]:
    shown: dict[str, str] = {}
    for key, said in row.typed.items():
        field = known.fillable[key]
        try:
            shown[key] = field.show(read_cell(row, known, key))
        except Refused:
            shown[key] = said
    return shown


def _judge_cell(row: ReturnedRow, known: KnownLedger, one: Subject, key: str, stale: bool) -> None:
    field, said, at = known.fillable[key], row.typed[key], row.column_of(known.words, key)
    try:
        value = None if said in ERASED else read_cell(row, known, key)
    except Refused as no:
        refuse_cell(row, known, key, str(no))
        return
    now = one.values.get(key)
    if value == now:
        return
    label = field.asked.heading
    if stale:
        row.stale.append(
            CellStale(key, label, at, WENT_OUT, shown_value(field, now), said, one.since or OTHERS)
        )
        return
    effect = "清空，原来的留着" if value is None else "填上" if now is None else "改过来，原来的留着"
    becomes = "（清空）" if value is None else field.show(value)
    row.changes.append(CellChange(key, label, at, now, value, shown_value(field, now), becomes, effect))


def _own(db: Database, by: Person, row: ReturnedRow, now: int) -> bool:
    """Tell whether it is as it is because of the same row, sent before by the same account."""
    found = db.one(
        "SELECT 1 FROM row_changes x JOIN returns r ON r.id = x.return_id"
        " WHERE x.subject = ? AND x.ledger = ? AND x.seen = ? AND x.made = ? AND r.staff = ?",
        (row.ref, row.ledger, str(row.version), str(now), by.id),
    )
    return found is not None


def take_subject(db: Database, record: str, by: Person, row: ReturnedRow) -> None:
    """Write what one row says, in the caller's transaction, and keep what was before."""
    ledger = ledger_of_subjects(db, row.ledger)
    changes = {one.key: one.after for one in row.changes}
    ledger.write(db, by, row.subject, changes)
    values: Mapping[str, Any] = {**row.subject.values, **changes}
    if None in changes.values():  # what is taken away may be derived again
        values = (subject_of(db, by, ledger, row.ref) or row.subject).values
    made = ledger.version_of(db, values)
    for one in row.changes:
        record_change(db, record, ledger, row.ref, one, (row.version, made))


def record_change(
    db: Database,
    record: str,
    ledger: SubjectLedger,
    ref: str,
    change: CellChange,
    versions: tuple[int, int] = (0, 0),
) -> None:
    """Keep what a return changed of a subject: before and after, and in which version it was and is."""
    made = new_id()
    before, after = (
        db.keys.lock(json.dumps(one, ensure_ascii=False), f"row_changes.{column}", made)
        for column, one in (("before", change.before), ("after", change.after))
    )
    db.run(
        "INSERT INTO row_changes (id, return_id, ledger, subject, key, before, after, seen, made, token)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (made, record, ledger.key, ref, change.key, before, after, *map(str, versions), change.token),
    )


def lines_of_subjects(
    db: Database, by: Person, ledger: SubjectLedger, refs: Sequence[str]
) -> Mapping[str, Any]:
    """Give rows of subjects as they would go out now, by what their key names."""
    today = db.today()
    view = View(accounts.scope_of(db, by), Period(today, today, clock.stamp(db.now())))
    ids = [subject_id(ref) for ref in refs]
    return {one.receipt: one for one in ledger.lines_of(db, view, ids)}
