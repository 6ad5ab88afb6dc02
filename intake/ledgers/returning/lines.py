"""Rows that came back, as they would go out now: to tell what was edited where nothing counts, and to send them back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from intake.fields import FILLED, Answer
from intake.fields.asked import HOUSE
from intake.ledgers.daily import DayLedger
from intake.ledgers.ledger import ROW_KEY, SHAPES, Ledger, Line, Period, View
from intake.ledgers.of_cases import CaseLedger
from intake.ledgers.returning import of_subjects
from intake.ledgers.returning.findings import DEED, STALE, WRONG, CellIgnored, ReturnedRow, ReturnPlan
from intake.ledgers.returning.knowing import PAGE, CaseTrace
from intake.ledgers.returning.reading.matching import KnownLedger, known_ledgers
from intake.ledgers.returning.reading.sheets import column_word
from intake.ledgers.returning.reading.values import cell_said, said_in
from intake.ledgers.subjects import SubjectLedger
from intake.people import accounts
from intake.people.accounts import Person
from intake.store.db import Database
from intake.store.keys import UNOPENED

NOT_COMPARED = "这张表很大，不可填的列有没有改过没有核对；那些列改了也不算数。"
MOST = 2_000
"""Rows up to which every cell is compared: to know what went out, a ledger has to be read anew."""
STALE_TOLD = "发出以后系统里改过（{since}）：现在是“{now}”，您填的是“{typed}”。要用您填的，就这样再交一次；不要就删掉这一格。"


def note_ignored(
    db: Database, by: Person, rows: Sequence[tuple[ReturnedRow, KnownLedger]], traces: Mapping[str, CaseTrace]
) -> bool:
    """Note in each row what was changed where nothing is to be filled in; tell whether the rows were compared."""
    if len(rows) > MOST:
        return False
    of_ledger: defaultdict[tuple[str, bool], list[tuple[ReturnedRow, KnownLedger]]] = defaultdict(list)
    for row, known in rows:
        if known.fillable and _is_as_it_went_out(db, row, known, traces):
            of_ledger[known.key, known.daily or bool(row.subject)].append((row, known))
    for some in of_ledger.values():
        for at in range(0, len(some), PAGE):
            _compare(db, by, some[at : at + PAGE])
    return True


def _is_as_it_went_out(
    db: Database, row: ReturnedRow, known: KnownLedger, traces: Mapping[str, CaseTrace]
) -> bool:
    """Tell whether nothing was done since with what a row is of."""
    if row.subject:
        ledger = of_subjects.subject_ledger(known)
        return ledger.version_of(db, row.subject.values) == row.version
    trace = traces[row.number]
    return trace.case.version == row.version or not trace.later(row.version)


def _compare(db: Database, by: Person, rows: Sequence[tuple[ReturnedRow, KnownLedger]]) -> None:
    known = rows[0][1]
    lines = lines_now(db, by, known, [row for row, _ in rows])
    for row, _ in rows:
        line = lines.get(row.ref)
        if line:
            row.ignored += _ignored(row, known, line)


def _ignored(row: ReturnedRow, known: KnownLedger, line: Line) -> Iterable[CellIgnored]:
    for column in known.ledger.columns():
        field = known.ledger.field(column.key)
        cell = row.raw.cells.get(column_word(column.label))
        if (
            cell is None
            or column.filled_by
            or field.guarded  # a workbook of guesses would learn which of them are right
            or not _compared(known.ledger, column.key, field)
            or column.key in line.unopened
        ):
            continue
        said = said_in(cell.said)
        if said and said != UNOPENED and _plain(said) not in _went_out(field, line.values.get(column.key)):
            yield CellIgnored(column.label, cell.column, said)


def _compared(ledger: Ledger, key: str, field: Answer) -> bool:
    """Tell whether a column stays as it went out; what the house counts goes on by itself."""
    counted = field.asked.source == HOUSE and SHAPES.get(type(field)) == "number"
    return key not in ("number", ROW_KEY, *ledger.passing) and not counted


def _went_out(field: Answer, value: object) -> set[str]:
    if value is None:
        return set()
    return {
        _plain(cell_said(field.cell(value))),
        _plain(cell_said(field.seen(value))),
        _plain(field.show(value)),
    }


def _plain(said: str) -> str:
    """Leave out what table software changes by itself: blanks, line breaks, the T of a moment."""
    return "".join(said.replace("T", " ").split())


def lines_now(db: Database, by: Person, known: KnownLedger, rows: Sequence[ReturnedRow]) -> dict[str, Line]:
    """Give rows of a ledger as they would go out now, by what their key names."""
    found: dict[str, Line] = {}
    scope, today = accounts.scope_of(db, by), db.today()
    view, ledger = View(scope, Period(today, today)), known.ledger
    for at in range(0, len(rows), PAGE):
        some = rows[at : at + PAGE]
        if isinstance(ledger, SubjectLedger) and (refs := [row.ref for row in some if row.subject]):
            found |= of_subjects.lines_of_subjects(db, by, ledger, refs)
        if isinstance(ledger, DayLedger):
            found |= {one.receipt: one for one in ledger.rows_of(db, view, [row.ref for row in some])}
        elif isinstance(ledger, CaseLedger):
            ids = [row.case.id for row in some if row.case]
            for file in ledger.files_of(db, view, ids):
                found[file.case.number] = ledger.line(db, file, view)
    return found


def refused_lines(db: Database, by: Person, plan: ReturnPlan) -> list[tuple[Ledger, list[Line]]]:
    """Give the rows that were not taken, by ledger, as they go back: what was typed and why, with today's keys."""
    found: dict[str, tuple[Ledger, list[Line]]] = {}
    for known in known_ledgers(db):
        rows = [row for row in plan.of_fate(WRONG, STALE) if _is_of(row, known)]
        if rows:
            now = lines_now(db, by, known, [row for row in rows if row.case or row.subject])
            ledger = _apart(known.ledger) if known.key in found else known.ledger
            found[ledger.key] = ledger, [_line(row, now.get(row.ref)) for row in rows]
    return list(found.values())


def _is_of(row: ReturnedRow, known: KnownLedger) -> bool:
    """Tell whether a row is of a ledger, and may be shown to who sent it."""
    seen = row.case or row.subject or row.newcomer
    return row.ledger == known.key and row.ref.isdecimal() == known.daily and seen is not None


def _apart(ledger: Ledger) -> Ledger:
    """Give the daily ledger of a kind a key of its own, beside the register of that kind in one workbook."""
    made: Any = type(f"{type(ledger).__name__}Apart", (type(ledger),), {"key": f"{ledger.key}-daily"})
    apart: Ledger = made(ledger.world)
    return apart


def _line(row: ReturnedRow, now: Line | None) -> Line:
    base = now or Line("", "", {})
    faults = _faults(row)
    typed = {key: row.typed[key] for key in faults if key in row.typed} | _typed_besides(row)
    return replace(base, values={**base.values, **typed}, faults={**dict.fromkeys(typed, ""), **faults})


def _typed_besides(row: ReturnedRow) -> dict[str, str]:
    """Give what else was typed in a row that is not taken: it goes back as it came, in no column twice."""
    return {key: said for key, said in row.typed.items() if said not in (FILLED, UNOPENED)}


def _faults(row: ReturnedRow) -> dict[str, str]:
    """Say of each column what is wrong; of the whole row at its key."""
    found: dict[str, str] = {}
    for one in row.faults:
        key = one.key or ROW_KEY
        found[key] = found.get(key, "") + one.sentence
    for old in row.stale:
        key = next((typed for typed in row.typed if old.key == DEED or typed == old.key), ROW_KEY)
        found[key] = STALE_TOLD.format(since=old.since, now=old.now, typed=old.typed)
    return found
