"""Ledgers whose rows are children: one for each, by what facts say of it, or its cases, however many tell of it."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, ClassVar, NamedTuple

from intake.calendar import clock
from intake.cases.rulebook import states
from intake.cases.writing import deadlines
from intake.children.children import ON_ROLL
from intake.children.facts.held import FactHistory, facts_said
from intake.children.facts.parents import told_at
from intake.kinds import KINDS, tables
from intake.ledgers.casefile import CaseFile, Reading, newest_first, read_files
from intake.ledgers.known import known_children
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
_FACTS = {
    "ethnic": ("ethnic", "ethnic"), "household_type": ("household", "household_type"),
    "household_place": ("household", "household_place"), "residence": ("residence", "residence"),
    "permit_number": ("permit", "permit_number"), "travel": ("travel", "travel"),
}  # fmt: skip
"""Which fact says what a report may say as well, by key of the declarations."""
SAID = frozenset(kind for kind, _ in _FACTS.values())
"""The kinds of those."""


@dataclass
class ChildWithCases(CaseFile):
    """A child with what facts say of it and all its cases: `case` is the oldest, with which stands what staff fill in.

    One without a case has one of no number, which holds where the child is.
    """

    files: Sequence[CaseFile] = field(default_factory=tuple)
    said: FactHistory = field(default_factory=lambda: FactHistory(clock.here().date()))

    def __repr__(self) -> str:
        return (
            f"ChildWithCases({self.case.number})"  # what stands in a traceback tells nothing about the child
        )

    @classmethod
    def of(cls, files: Sequence[CaseFile], said: FactHistory) -> "ChildWithCases":
        """Put the cases of one child together: the oldest stays the same, whatever is reported later."""
        first = min(files, key=lambda one: (one.case.opened_at, one.case.id))
        reports = newest_first(report for one in files for report in one.reports)
        rows = sorted((row for one in files for row in one.rows), key=lambda row: str(row["id"]))
        return cls(
            first.reading, first.case, first.child, first.id_number, reports, first.filled, rows,
            pupil_number=first.pupil_number, files=files, said=said,
        )  # fmt: skip

    @property
    def receipt(self) -> str:
        """Give what names its row to whoever must look after a cell: of a child without a case its own id."""
        return super().receipt or (self.child.id if self.child else "")

    def answer(self, key: str) -> Any:
        """Give what a fact says, or the newest report where it is later and the fact weighs no more."""
        told = next(self.told(key), None)
        kind, of = _FACTS.get(key, ("", ""))
        fact = next((one for one in self.said.standing(kind) if one.get(of)), None) if kind else None
        if fact is None:
            return told[1] if told else None
        later = told and fact.weight == 1 and told[0].received_at > told_at(fact, self.said.day)
        return told[1] if told and later else fact.get(of)


class _Row(NamedTuple):
    """A row before it is read: where it stands in the order, whose it is, and the ids of the child's cases."""

    order: tuple[str, ...]
    child: str
    cases: Sequence[str]


_Belongs = Callable[[Database, ChildWithCases], bool]


class ChildLedger(CaseLedger):
    """A ledger whose rows are children; made by `case_ledger` with this base."""

    counted = "一个孩子计一条；"
    which = LASTING
    order = BY_PLACE
    lasting = False
    every_kind = True
    tells: ClassVar[str] = "1 = 1"
    """The condition over `cases c` (SQL) of a case that lets its child be looked at."""
    telling: ClassVar[tuple[str, ...]] = ()
    """The kinds of fact that let a child be looked at."""
    deciding: ClassVar[tuple[str, ...]] = ()
    """The kinds that decide with them whether it belongs."""
    asking: ClassVar[frozenset[str]] = frozenset()
    """The kinds of fact that its columns ask for, beside those that a report may say as well."""

    def belongs(self, db: Database, file: ChildWithCases) -> bool:
        """Tell whether a child is one of the ledger's."""
        return True

    def files(self, db: Database, view: View) -> Iterator[ChildWithCases]:
        """Yield the children that belong, in the order of the sheet; days are counted up to the last of the period."""
        yield from self._read(db, view, self._rows(db, view), self.belongs)

    def files_of(self, db: Database, view: View, ids: Sequence[Cell]) -> Iterator[ChildWithCases]:
        """Yield the children that have one of some cases."""
        wanted = set(ids)
        yield from self._read(db, view, [one for one in self._rows(db, view) if wanted & set(one.cases)])

    def files_of_children(self, db: Database, view: View, ids: Sequence[str]) -> Iterator[ChildWithCases]:
        """Yield those of some children whose rows are of no case."""
        rows = [one for one in self._rows(db, view, ids) if not one.cases]
        yield from self._read(db, view, rows)

    def _read(
        self, db: Database, view: View, rows: Sequence[_Row], belongs: _Belongs | None = None
    ) -> Iterator[ChildWithCases]:
        """Yield the children of some rows; of those that do not belong no more is read than tells it."""
        reading = Reading(db, view.scope, replace(deadlines(db), today=view.period.last))
        for at in range(0, len(rows), _CHILDREN):
            page = self._page(reading, rows[at : at + _CHILDREN])
            kept = [one for one in page if belongs is None or belongs(db, one)]
            if self.telling:
                self._said(reading, kept, (self.asking | SAID) - {*self.telling, *self.deciding})
            yield from kept

    def _page(self, reading: Reading, page: Sequence[_Row]) -> list[ChildWithCases]:
        found = {
            one.case.id: one
            for one in read_files(reading, [case for row in page for case in row.cases], events=self.events)
        }
        alone = known_children.files_of_children(reading, [row.child for row in page if not row.cases])
        files = [
            ChildWithCases.of(own, FactHistory(reading.days.today))
            for row in page
            if (own := [found[case] for case in row.cases if case in found] or alone.get(row.child, []))
        ]
        if self.telling:
            self._said(reading, files, (*self.telling, *self.deciding))
        return files

    def _said(self, reading: Reading, files: Sequence[ChildWithCases], kinds: Collection[str]) -> None:
        """Read what facts of some kinds say of the children of some files."""
        of = {one.case.child: one for one in files if one.case.child}
        for child, said in facts_said(reading.db, list(of), kinds, reading.days.today, reading.scope).items():
            of[child].said.join(said)

    def _rows(self, db: Database, view: View, only: Sequence[str] = ()) -> list[_Row]:
        """Give the children of whom a case or a fact tells, in the order of the sheet, who are children of today still.

        Of `only` some where these are named.
        """
        rows, told, present = self._of_cases(db, view, only)
        of_facts = self._of_facts(db, view, only)
        wanted = (told & present) | (of_facts.keys() & rows.keys())
        found = [
            _Row(order, child, cases) for person, (order, child, cases) in rows.items() if person in wanted
        ]
        found += [_Row(order, child, ()) for child, order in of_facts.items() if child not in rows]
        return sorted(found, key=lambda one: one.order)

    def _of_cases(
        self, db: Database, view: View, only: Sequence[str]
    ) -> tuple[dict[str, tuple[tuple[str, ...], str, list[str]]], set[str], set[str]]:
        """Give order, child and cases by person; who of them is told of, and who is present."""
        condition, args = self.condition(view)
        if only:
            condition, args = f"{condition} AND c.child IN ({', '.join('?' * len(only))})", [*args, *only]
        since = clock.bounds(view.period.last - _LATELY)[0]
        rows: dict[str, tuple[tuple[str, ...], str, list[str]]] = {}
        told, present = set[str](), set[str]()
        for row in db.all(
            "SELECT c.id, c.child, c.town, c.school, c.class_title, c.child_name, c.opened_at,"  # noqa: S608
            f" {_person()} AS person, CASE WHEN {self.tells} THEN 1 ELSE 0 END AS told,"
            f" CASE WHEN c.last_at >= ? OR c.child IN {ON_ROLL} THEN 1 ELSE 0 END AS present FROM cases c"
            f" WHERE {condition} ORDER BY {self.order}",
            [since, *args],
        ):
            order = tuple(row[key] or "" for key in _ORDER)
            rows.setdefault(row["person"], (order, row["child"] or "", []))[2].append(row["id"])
            told |= {row["person"]} if row["told"] else set()
            present |= {row["person"]} if row["present"] else set()
        return rows, told, present

    def _of_facts(self, db: Database, view: View, only: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Give the children of whom facts tell, with their order."""
        if not self.telling or (view.scope.kinds is not None and not view.scope.kinds & self.kinds):
            return {}
        since = view.period.last - _LATELY
        return known_children.children_told_of(db, view.scope, self.telling, view.period.last, since, only)


_ORDER = ("town", "school", "class_title", "child_name", "opened_at", "id")


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
