"""Edits in columns that are not to be filled in: they do not count, and whoever made them is told."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from intake.fields import Answer
from intake.fields.asked import HOUSE
from intake.ledgers.casefile import case_files
from intake.ledgers.ledger import ROW_KEY, SHAPES, Line, Period, View
from intake.ledgers.of_cases import CaseLedger
from intake.ledgers.returning.findings import CellIgnored, ReturnedRow
from intake.ledgers.returning.knowing import PAGE, CaseTrace
from intake.ledgers.returning.matching import KnownLedger
from intake.ledgers.returning.sheets import column_word
from intake.ledgers.returning.values import cell_said, said_in
from intake.people import accounts
from intake.people.accounts import Person
from intake.store.db import Database
from intake.store.keys import UNOPENED

NOT_COMPARED = "这张表很大，不可填的列有没有改过没有核对；那些列改了也不算数。"
MOST = 2_000
"""Rows up to which every cell is compared: to know what went out, a ledger has to be read anew."""


def note_ignored(
    db: Database, by: Person, rows: Sequence[tuple[ReturnedRow, KnownLedger]], traces: Mapping[str, CaseTrace]
) -> bool:
    """Note in each row what was changed where nothing is to be filled in; tell whether the rows were compared."""
    if len(rows) > MOST:
        return False
    of_ledger: defaultdict[str, list[tuple[ReturnedRow, KnownLedger]]] = defaultdict(list)
    for row, known in rows:
        trace = traces[row.number]
        if trace.case.version == row.version or not trace.later(row.version):
            of_ledger[known.key].append((row, known))
    for some in of_ledger.values():
        for at in range(0, len(some), PAGE):
            _compare(db, by, some[at : at + PAGE])
    return True


def _compare(db: Database, by: Person, rows: Sequence[tuple[ReturnedRow, KnownLedger]]) -> None:
    known = rows[0][1]
    lines = lines_of_cases(db, by, known, [row.case.id for row, _ in rows if row.case])
    for row, _ in rows:
        line = lines.get(row.number)
        if line:
            row.ignored += _ignored(row, known, line)


def lines_of_cases(db: Database, by: Person, known: KnownLedger, cases: Sequence[str]) -> dict[str, Line]:
    """Give the rows of a ledger for some cases, by number, as they would go out now."""
    found: dict[str, Line] = {}
    ledger, today = known.ledger, db.today()
    if not isinstance(ledger, CaseLedger):
        return found
    scope = accounts.scope_of(db, by)
    view = View(scope, Period(today, today), by.id)
    for at in range(0, len(cases), PAGE):
        some = cases[at : at + PAGE]
        condition = f"c.id IN ({', '.join('?' * len(some))})"
        for file in case_files(db, scope, condition, some, order="c.id", events=ledger.events):
            found[file.case.number] = ledger.line(db, file, view)
    return found


def _ignored(row: ReturnedRow, known: KnownLedger, line: Line) -> Iterable[CellIgnored]:
    for column in known.ledger.columns():
        field = known.ledger.field(column.key)
        cell = row.raw.cells.get(column_word(column.label))
        if (
            cell is None
            or column.filled_by
            or not _compared(column.key, field)
            or column.key in line.unopened
        ):
            continue
        said = said_in(cell.said)
        if said and said != UNOPENED and _plain(said) not in _went_out(field, line.values.get(column.key)):
            yield CellIgnored(column.label, cell.column, said)


def _compared(key: str, field: Answer) -> bool:
    """Tell whether a column stays as it went out; what the house counts goes on by itself."""
    counted = field.asked.source == HOUSE and SHAPES.get(type(field)) == "number"
    return key not in ("number", ROW_KEY) and not counted


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
