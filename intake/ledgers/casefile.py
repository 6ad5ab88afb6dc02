"""The cases of a ledger read whole, page by page: each with its child, its newest report, its events and what is filled in."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from intake.calendar.deadlines import Deadlines
from intake.cases.case import CASES, Case, CaseEvent, opened_events, unopened_events
from intake.cases.filling import FilledCell, filled_cells
from intake.cases.rulebook.standing import Standing, standing_of
from intake.cases.writing import deadlines
from intake.children.children import COLUMNS, TABLES, Child
from intake.errors import Unreadable
from intake.fields import Answer
from intake.kinds import KINDS, Report, tables
from intake.kinds.envelope import Envelope
from intake.people import slots
from intake.people.scope import Scope, narrow
from intake.reports.looking.looks import REPORTERS
from intake.store.db import Cell, Database, Row

PAGE = 500
"""Cases read at a time, so that a ledger never stands in memory as a whole."""
OF_CHILD = frozenset({
    "sex", "birth_date", "ethnic", "id_type", "id_number", "household_type", "household_place", "residence",
})  # fmt: skip
"""What is said of the child itself: it holds in whatever else is reported of it."""


@dataclass(slots=True)
class Reading:
    """What the files of one reading share: the database, who reads, and how days are counted."""

    db: Database
    scope: Scope
    days: Deadlines
    names: dict[str, str] = field(default_factory=dict)
    """Names of accounts by id, as far as they were asked for."""
    answering: dict[tuple[str, str], list[str]] | None = None
    """Names of those who answer for a place, by slot and place, once they were asked for."""

    def staff_name(self, staff: str) -> str:
        """Give the name of an account, of one that has ended, too; nothing for none."""
        if staff not in self.names:
            row = self.db.one("SELECT name FROM staff WHERE id = ?", (staff,)) if staff else None
            self.names[staff] = str(row["name"]) if row else ""
        return self.names[staff]

    def answering_for(self, slot: str, place: str) -> str | None:
        """Give the names of those who hold a slot of a place; None where nobody does."""
        if self.answering is None:
            self.answering = slots.answering_by_place(self.db)
        return "、".join(self.answering.get((slot, place), ())) or None


@dataclass
class CaseFile:
    """A case with all that is known for a ledger; cells are opened when they are asked for, and no sooner.

    `reports` are those that may be seen and were not withdrawn, the newest first, each with its row of answers.
    """

    reading: Reading
    case: Case
    child: Child | None
    id_number: str | None
    """The roll's cell of the identity number, as it is kept."""
    reports: Sequence[tuple[Envelope, Row]]
    filled: Mapping[str, FilledCell]
    rows: Sequence[Row]
    """The rows of its events, in their order."""
    beside: Sequence[tuple[Envelope, Row]] = ()
    """The reports of the child's cases, where the ledger asks what is said of the child itself."""
    pupil_number: str | None = None
    """The cell of the 学籍号, as it is kept."""
    unopened: set[str] = field(default_factory=set)

    def __repr__(self) -> str:
        return f"CaseFile({self.case.number})"  # what stands in a traceback tells nothing about the child

    @cached_property
    def events(self) -> list[CaseEvent]:
        """Give what was done, with its words opened."""
        return opened_events(self.reading.db, self.rows)

    @cached_property
    def everything(self) -> list[CaseEvent]:
        """Give every event, no word of it opened: most columns ask for none."""
        return unopened_events(self.rows)

    @cached_property
    def steps(self) -> list[CaseEvent]:
        """Give what was done and not taken back, no word of it opened."""
        return [one for one in self.everything if _stands(one)]

    @cached_property
    def done(self) -> list[CaseEvent]:
        """Give what was done and not taken back, with its words opened."""
        return [one for one in self.events if _stands(one)]

    @cached_property
    def standing(self) -> Standing:
        """Derive how the case stands."""
        return standing_of([one.happening for one in self.everything])

    @property
    def unnamed(self) -> bool:
        """Tell whether nothing may be told of who reported."""
        if self.reading.scope.reporters:
            return False
        return bool(self.case.confidential) or any(report.confidential for report, _ in self.reports)

    @property
    def newest(self) -> Envelope | None:
        """Give the newest report."""
        return self.reports[0][0] if self.reports else None

    @property
    def receipt(self) -> str:
        """Give what names its row to whoever must look after a cell: the newest report's receipt, or the case's number."""
        return self.newest.receipt if self.newest else self.case.number

    def told(self, key: str) -> Iterator[tuple[Envelope, Any]]:
        """Yield what reports answer, the newest first, as far as it may be said; no more once a cell does not open.

        Such a cell is noted in `unopened`.
        """
        reporters = self.reading.scope.reporters
        for report, row in (*self.reports, *self.beside) if key in OF_CHILD else self.reports:
            declared, encrypted, hidden = _asked(KINDS[report.kind]).get(key, _NOT_ASKED)
            if declared is None or row[key] is None or (hidden and report.confidential and not reporters):
                continue
            try:
                yield report, declared.recall(self._opened(report, key, row[key]) if encrypted else row[key])
            except (Unreadable, ValueError):
                self.unopened.add(key)
                return

    def answer(self, key: str) -> Any:
        """Give what the newest report that answers says; None where none does, or may say it."""
        return next((value for _, value in self.told(key)), None)

    def _opened(self, report: Envelope, key: str, cell: str) -> str:
        return self.reading.db.keys.unlock(cell, *tables.place(report.kind, key, report.id))

    def number_of_child(self) -> str | None:
        """Give the identity number, the roll's word first."""
        if not self.id_number or not self.child:
            found: str | None = self.answer("id_number")
            return found
        return self._number(self.child, self.id_number, "children.id_number", "id_number")

    def number_of_pupil(self) -> str | None:
        """Give the 学籍号, as far as a list told it."""
        if not self.pupil_number or not self.child:
            return None
        return self._number(self.child, self.pupil_number, "children.pupil_number", "student_number")

    def _number(self, child: Child, cell: str, place: str, key: str) -> str | None:
        try:
            return self.reading.db.keys.unlock(cell, place, child.id)
        except Unreadable:
            self.unopened.add(key)
            return None


_NOT_ASKED: tuple[Answer | None, bool, bool] = (None, False, False)


@cache
def _asked(kind: type[Report]) -> Mapping[str, tuple[Answer, bool, bool]]:
    """Give what a kind asks, by key: whether its cells are encrypted, and whether they tell who reported."""
    return {key: (one, one.encrypted, key in REPORTERS or one.free) for key, one in kind.answers().items()}


def _stands(event: CaseEvent) -> bool:
    return not event.undone and event.key != "undone"


def case_files(
    db: Database,
    scope: Scope,
    condition: str,
    args: Sequence[Cell],
    *,
    order: str,
    events: bool,
    beside: bool = False,
) -> Iterator[CaseFile]:
    """Yield the cases of a condition over `cases c` (SQL, arguments) in an order (SQL), with what `CaseFile` holds.

    Without `events` and `beside` those are left out: most ledgers do not ask for them.
    """
    reading, ids = Reading(db, scope, deadlines(db)), case_ids(db, condition, args, order)
    for at in range(0, len(ids), PAGE):
        yield from read_files(reading, ids[at : at + PAGE], events=events, beside=beside)


def case_ids(db: Database, condition: str, args: Sequence[Cell], order: str) -> list[str]:
    """Give the ids of the cases of a condition in an order (SQL over `cases c`)."""
    rows = db.all(f"SELECT c.id FROM cases c WHERE {condition} ORDER BY {order}", args)  # noqa: S608
    return [str(row["id"]) for row in rows]


def read_files(
    reading: Reading, ids: Sequence[str], *, events: bool, beside: bool = False
) -> Iterator[CaseFile]:
    """Yield the cases of some ids, in their order: a page of them."""
    db = reading.db
    cases = {row["id"]: Case.of(row) for row in db.among("SELECT c.* FROM cases c WHERE c.id IN", ids)}
    pupils = sorted({one.child for one in cases.values() if one.child})
    children = {row["id"]: row for row in db.among(
        f"SELECT {COLUMNS}, c.id_number, c.pupil_number FROM {TABLES} WHERE c.id IN", pupils)}  # noqa: S608  # fmt: skip
    reports = _reports(reading, cases)
    others = _beside(reading, pupils) if beside else {}
    filled = filled_cells(db, ids)
    rows: dict[str, list[Row]] = {}
    if events:
        for row in db.among("SELECT * FROM case_events WHERE case_id IN", ids, "ORDER BY case_id, id"):
            rows.setdefault(row["case_id"], []).append(row)
    for one in filter(None, map(cases.get, ids)):  # a case may have gone between two pages
        pupil = children.get(one.child)
        yield CaseFile(reading, one, Child.of(pupil) if pupil else None, pupil["id_number"] if pupil else None,
                       reports.get(one.id, ()), filled.get(one.id, {}), rows.get(one.id, ()),
                       others.get(one.child, ()))  # fmt: skip


def _beside(reading: Reading, children: Sequence[str]) -> dict[str, list[tuple[Envelope, Row]]]:
    """Give the reports of all the cases of children that the scope may see, by child, the newest first."""
    within, args = narrow(reading.scope, CASES)
    sql = f"SELECT c.* FROM cases c WHERE {within} AND c.child IN"  # noqa: S608
    cases = {row["id"]: Case.of(row) for row in reading.db.among(sql, children, before=args)}
    found: dict[str, list[tuple[Envelope, Row]]] = {}
    for case, reports in _reports(reading, cases).items():
        found.setdefault(cases[case].child, []).extend(reports)
    return {child: newest_first(reports) for child, reports in found.items()}


def newest_first(reports: Iterable[tuple[Envelope, Row]]) -> list[tuple[Envelope, Row]]:
    """Give reports of several cases in the order of one: the newest first."""
    return sorted(reports, key=lambda one: (one[0].received_at, one[0].id), reverse=True)


def _reports(reading: Reading, cases: Mapping[str, Case]) -> dict[str, list[tuple[Envelope, Row]]]:
    db = reading.db
    found = db.among(
        "SELECT r.*, k.case_id FROM case_reports k JOIN reports r ON r.id = k.report WHERE k.case_id IN",
        list(cases),
        "ORDER BY r.received_at DESC, r.id DESC",
    )
    seen = [
        (str(row["case_id"]), Envelope.of(row))
        for row in found
        if reading.scope.restricted or cases[row["case_id"]].restricted or not row["restricted"]
    ]
    seen = [(case, one) for case, one in seen if not one.withdrawn and one.kind in KINDS]
    answers: dict[str, Row] = {}
    for kind in {one.kind for _, one in seen}:
        ids = [one.id for _, one in seen if one.kind == kind]
        for row in db.among(f"SELECT a.* FROM {tables.name(kind)} a WHERE a.report_id IN", ids):  # noqa: S608
            answers[row["report_id"]] = row
    of_case: dict[str, list[tuple[Envelope, Row]]] = {}
    for case, one in seen:
        if one.id in answers:
            of_case.setdefault(case, []).append((one, answers[one.id]))
    return of_case
