"""New rows of ledgers whose rows are no cases: a child found by who went to see, looked for before a file is made."""

from collections.abc import Sequence

from intake.cases.folders import sought
from intake.errors import Denied, Invalid, Refused
from intake.fields.privacy import mask_name
from intake.ledgers.returning.findings import BEGUN, CellChange, ReturnedRow
from intake.ledgers.returning.newcomers import NAME, NUMBER, OTHER, Newcomer
from intake.ledgers.returning.of_subjects import ledger_of_subjects, record_change, subject_of
from intake.ledgers.subjects import subject_ref
from intake.people.accounts import Person
from intake.store.db import Database


def judge_new_subjects(db: Database, by: Person, rows: Sequence[ReturnedRow]) -> None:
    """Read what new rows say, and look for each child; nothing is written."""
    for row in rows:
        new: Newcomer = row.newcomer
        said = {**new.said, **{key: str(value) for key, value in new.filled.items()}}
        new.key = db.keys.digest(
            "return-new", "|".join((row.ledger, *(f"{k}={said[k]}" for k in sorted(said))))
        )
        if row.faults:
            continue
        new.known = _came_before(db, new.key)
        if not new.known:
            _judge(db, by, row, new)


def _judge(db: Database, by: Person, row: ReturnedRow, new: Newcomer) -> None:
    try:
        answers = ledger_of_subjects(db, row.ledger).accept_new(db, by, new.said)
    except Invalid as no:
        for key, sentences in no.errors.items():
            row.refuse(
                "".join(sentences),
                key,
                new.labels.get(key, ""),
                new.columns.get(key, -1),
                new.said.get(key, ""),
            )
        return
    except (Denied, Refused) as no:
        row.refuse(str(no))
        return
    row.child = mask_name(str(answers[NAME]))
    new.hits = sought.known_inside(db, by, str(answers[NAME]), str(answers.get(NUMBER) or ""))


def begin_subject(db: Database, record: str, by: Person, row: ReturnedRow, child: str) -> bool:
    """Make what a new row is of, or take the child that was chosen, in the caller's transaction; tell whether it was done."""
    ledger, new = ledger_of_subjects(db, row.ledger), row.newcomer
    chosen = "" if child == OTHER else child
    try:
        one = ledger.begin(db, by, ledger.accept_new(db, by, new.said), chosen)
    except (Invalid, Denied, Refused) as no:  # who may see the child has changed meanwhile
        row.refuse(str(no))
        return False
    row.subject, row.ref = one, subject_ref(ledger.sort, one.id)
    before = {key: one.values.get(key) for key in new.filled}
    if new.filled:
        ledger.write(db, by, one, new.filled)
    made = ledger.version_of(db, (subject_of(db, by, ledger, row.ref) or one).values)
    told = CellChange(BEGUN, "", -1, None, bool(chosen), "", "", token=new.key)
    record_change(db, record, ledger, row.ref, told, (0, made))
    for key, value in new.filled.items():
        record_change(
            db, record, ledger, row.ref, CellChange(key, "", -1, before[key], value, "", ""), (0, made)
        )
    return True


def _came_before(db: Database, token: str) -> bool:
    sql = "SELECT 1 FROM row_changes WHERE token = ? AND key = ? AND undone_at IS NULL"
    return db.one(sql, (token, BEGUN)) is not None
