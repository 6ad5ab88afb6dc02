"""Ledgers of cases: a row is a case, and its columns are looked up by key in the library."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from intake import fields
from intake.cases.case import CASES
from intake.cases.writing import deadlines
from intake.kinds import KINDS
from intake.ledgers.casefile import CaseFile, Reading, case_files, case_ids, read_files
from intake.ledgers.ledger import ROW_KEY, Ledger, Line, View, declare_ledger
from intake.ledgers.library import HOUSE_COLUMNS, STAFF_COLUMNS, value_of
from intake.ledgers.rowkeys import row_key
from intake.people.scope import narrow
from intake.store.db import Cell, Database

CALLED = frozenset({"child_name", "guardian_name", "phone"})
"""What whoever has a case must read to call the family."""


class CaseLedger(Ledger):
    """A ledger whose rows are cases; made by `case_ledger`."""

    counted = "这些日子里没办完的、办结的个案，一个计一条；"
    which: ClassVar[str] = "c.open = 1"
    """The condition over `cases c` (SQL without arguments) of the cases that belong to it."""
    order: ClassVar[str] = "c.due, c.first DESC, c.id"
    events: ClassVar[bool] = False
    """Whether its columns ask what was done."""
    every_kind: ClassVar[bool] = False
    """Whether cases of other kinds are read as well: `kinds` then only says who gets the ledger."""
    beside: ClassVar[bool] = False
    """Whether its columns ask what other reports say of the child itself."""
    lasting: ClassVar[bool] = True
    """Whether ended cases stay in it for the days on which they were open; otherwise it shows what is open now."""

    def condition(self, view: View) -> tuple[str, list[Cell]]:
        """Give the condition over `cases c` (SQL, arguments) of the rows that are wanted."""
        sql, args = narrow(view.scope, CASES)
        parts, cells = [sql, f"({self.which})"], list[Cell](args)
        if self.kinds and not self.every_kind:
            parts.append(f"c.kind IN ({', '.join('?' * len(self.kinds))})")
            cells += sorted(self.kinds)
        first, end = view.period.bounds()
        parts.append("c.opened_at < ?")
        cells.append(end)
        if self.lasting:
            parts.append("(c.open = 1 OR c.ended_at >= ?)")
            cells.append(first)
        return " AND ".join(parts), cells

    def files(self, db: Database, view: View) -> Iterator[CaseFile]:
        """Yield the cases that are wanted, in the order of the sheet."""
        sql, args = self.condition(view)
        yield from case_files(
            db, view.scope, sql, args, order=self.order, events=self.events, beside=self.beside
        )

    def files_of(self, db: Database, view: View, ids: Sequence[Cell]) -> Iterator[CaseFile]:
        """Yield the cases of some ids, whatever the period, as the sheet reads them."""
        condition = f"c.id IN ({', '.join('?' * len(ids))})"
        yield from case_files(
            db, view.scope, condition, ids, order="c.id", events=self.events, beside=self.beside
        )

    def page_of_rows(self, db: Database, view: View, skip: int, size: int) -> tuple[list[Line], int]:
        """Give some of the rows and how many there are of all; what is not shown is not read.

        Only where a row is a case: neither `files` nor `rows` is another ledger's own.
        """
        sql, args = self.condition(view)
        ids, reading = case_ids(db, sql, args, self.order), Reading(db, view.scope, deadlines(db))
        files = read_files(reading, ids[skip : skip + size], events=self.events, beside=self.beside)
        return [self.line(db, one, view) for one in files], len(ids)

    def rows(self, db: Database, view: View) -> Iterator[Line]:
        """Yield the rows that are wanted, in the order of the sheet."""
        for file in self.files(db, view):
            yield self.line(db, file, view)

    def known(self, db: Database, file: CaseFile) -> Mapping[str, Any]:
        """Give the values of this ledger's own columns; a ledger that has some says how they come about."""
        return {}

    def line(self, db: Database, file: CaseFile, view: View) -> Line:
        """Make the row of a case."""
        case, keys = file.case, [key for key, _ in self._columns if key not in ("number", ROW_KEY)]
        own = self.known(db, file)
        values: dict[str, Any] = {key: own[key] if key in own else value_of(file, key) for key in keys}
        if ROW_KEY in self.fields:
            values[ROW_KEY] = row_key(db, self.key, case.number, case.version)
        mine = bool(view.owner) and case.owner == view.owner and bool(case.open)
        clear = frozenset(self.fields) if view.full else CALLED if mine else frozenset()
        return Line(file.receipt, case.town[:9], values, frozenset(file.unopened), clear)


def case_ledger(
    key: str,
    title: str,
    columns: Sequence[str],
    *,
    kind: str = "",
    base: type[CaseLedger] = CaseLedger,
    own: Mapping[str, fields.Answer] | None = None,
    **more: Any,
) -> type[CaseLedger]:
    """Declare a ledger of cases.

    `columns` are keys of the library, or of what reports of `kind` ask (its cases are those of the ledger); `own` are
    columns of this ledger alone. `more` are class attributes of Ledger and CaseLedger. Raises KeyError on a column
    that nothing knows.
    """
    found = {one: _field(one, kind, own or {}) for one in columns}
    return declare_ledger(base, key, title, found, **{"kinds": frozenset({kind} - {""}), "tab": "", **more})


def _field(key: str, kind: str, own: Mapping[str, fields.Answer]) -> fields.Answer:
    if key in own:
        return own[key]
    for known in (STAFF_COLUMNS, HOUSE_COLUMNS):
        if key in known:
            return known[key]
    answers = KINDS[kind].answers() if kind else {}
    if key in answers:
        return answers[key]
    return next(one.answers()[key] for one in KINDS.values() if key in one.answers())
