"""Ledgers whose rows are children: one for each, however many cases tell of it, with the newest facts of all reports."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import ClassVar

from intake.calendar import clock
from intake.cases.rulebook import states
from intake.cases.writing import deadlines
from intake.children.children import ON_ROLL
from intake.kinds import KINDS, tables
from intake.ledgers.casefile import CaseFile, Reading, newest_first, read_files
from intake.ledgers.ledger import View
from intake.ledgers.of_cases import CaseLedger
from intake.store.db import Cell, Database

LASTING = f"c.state NOT IN ('{states.MERGED}', '{states.WITHDRAWN}')"
"""The condition over `cases c` of those that count, ended ones too: what was taken back or put into another does not."""
BY_PLACE = "c.town, c.school, c.class_title, c.child_name, c.opened_at, c.id"
"""The order of a list that is read by school and class."""
_CHILDREN = 100
"""Children read at a time; most have one case or two."""
_LATELY = timedelta(days=365)
"""How long a child stays that is in no class: whoever has left school is no longer looked after by it."""


@dataclass
class ChildFile(CaseFile):
    """A child with all its cases: `case` is the oldest, with which stands what staff fill in; `files` are all of them."""

    files: Sequence[CaseFile] = field(default_factory=tuple)

    def __repr__(self) -> str:
        return f"ChildFile({self.case.number})"  # what stands in a traceback tells nothing about the child

    @classmethod
    def of(cls, files: Sequence[CaseFile]) -> "ChildFile":
        """Put the cases of one child together: the oldest stays the same, whatever is reported later."""
        first = min(files, key=lambda one: (one.case.opened_at, one.case.id))
        reports = newest_first(report for one in files for report in one.reports)
        rows = sorted((row for one in files for row in one.rows), key=lambda row: str(row["id"]))
        return cls(
            first.reading, first.case, first.child, first.id_number, reports, first.filled, rows, files=files
        )


class ChildLedger(CaseLedger):
    """A ledger whose rows are children; made by `case_ledger` with this base."""

    counted = "一个孩子计一条；"
    which = LASTING
    order = BY_PLACE
    lasting = False
    every_kind = True
    tells: ClassVar[str] = "1 = 1"
    """The condition over `cases c` (SQL) of a case that lets its child be looked at."""

    def belongs(self, db: Database, file: ChildFile) -> bool:
        """Tell whether a child is one of the ledger's."""
        return True

    def files(self, db: Database, view: View) -> Iterator[ChildFile]:
        """Yield the children that belong, in the order of the sheet; days are counted up to the last of the period."""
        for child in self._read(db, view, self._children(db, view)):
            if self.belongs(db, child):
                yield child

    def files_of(self, db: Database, view: View, ids: Sequence[Cell]) -> Iterator[ChildFile]:
        """Yield the children that have one of some cases."""
        wanted = set(ids)
        yield from self._read(db, view, [some for some in self._children(db, view) if wanted & set(some)])

    def _read(self, db: Database, view: View, children: Sequence[Sequence[str]]) -> Iterator[ChildFile]:
        reading = Reading(db, view.scope, replace(deadlines(db), today=view.period.last))
        for at in range(0, len(children), _CHILDREN):
            page = children[at : at + _CHILDREN]
            ids = [case for cases in page for case in cases]
            found = {one.case.id: one for one in read_files(reading, ids, events=self.events)}
            for cases in page:
                if files := [found[case] for case in cases if case in found]:
                    yield ChildFile.of(files)

    def _children(self, db: Database, view: View) -> list[list[str]]:
        """Give the ids of the cases of each child that has one which tells, and is a child of today still."""
        condition, args = self.condition(view)
        since = clock.bounds(view.period.last - _LATELY)[0]
        cases: dict[str, list[str]] = {}
        told, present = set[str](), set[str]()
        for row in db.all(
            f"SELECT c.id, {_person()} AS person, CASE WHEN {self.tells} THEN 1 ELSE 0 END AS told,"  # noqa: S608
            f" CASE WHEN c.last_at >= ? OR c.child IN {ON_ROLL} THEN 1 ELSE 0 END AS present FROM cases c"
            f" WHERE {condition} ORDER BY {self.order}",
            [since, *args],
        ):
            cases.setdefault(row["person"], []).append(row["id"])
            told |= {row["person"]} if row["told"] else set()
            present |= {row["person"]} if row["present"] else set()
        wanted = told & present
        return [some for person, some in cases.items() if person in wanted]


def _person() -> str:
    """Give what names a case's child (SQL): its id, else the hash of its identity number, else the case itself."""
    numbers = (
        f"(SELECT max(a.id_number_hash) FROM case_reports k JOIN {tables.name(kind)} a ON a.report_id = k.report"  # noqa: S608
        " WHERE k.case_id = c.id)"
        for kind in KINDS
    )
    return f"coalesce(CASE WHEN c.child <> '' THEN c.child END, {', '.join(numbers)}, c.id)"


def told_in(kind: str, condition: str) -> str:
    """Give the condition over `cases c` (SQL) that a report of a kind says so; `condition` is one over its answers `a`."""
    return (
        f"EXISTS (SELECT 1 FROM case_reports k JOIN {tables.name(kind)} a ON a.report_id = k.report"  # noqa: S608
        f" WHERE k.case_id = c.id AND ({condition}))"
    )
