"""Rows of children that have no case: what is filled into them when they come back are facts of the child."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from intake.children.access import PLACED, children_within
from intake.children.children import COLUMNS, Child
from intake.children.facts.fact_columns import kinds_of_columns, shown_fact
from intake.children.facts.held import FactHistory, facts_said
from intake.ledgers.casefile import CaseFile
from intake.ledgers.known.facts_shown import filled_values
from intake.ledgers.ledger import ROW_KEY, Line, View
from intake.ledgers.pupils.of_facts import FactLedger
from intake.ledgers.schooling.of_children import ChildLedger
from intake.ledgers.subjects import CHILD, Subject, subject_ref
from intake.people import accounts
from intake.people.accounts import Person
from intake.people.scope import Scope
from intake.store.db import Database

WRITES = "child.write"


class ChildRowLedger(ChildLedger, FactLedger):
    """A ledger of children that comes back: a row is of the oldest case of the child, or of the child that has none."""

    fact_filled: ClassVar[tuple[str, ...]] = ()
    """The columns, by key, that staff fill in and are facts of the child; `filled_as` has them and the remark."""

    def known(self, db: Database, file: CaseFile) -> Mapping[str, Any]:
        """Give what is filled in, by facts first."""
        mine = self.fact_filled if file.case.number else (*self.fact_filled, "remark")
        return filled_values(file, self.key, mine)

    def line(self, db: Database, file: CaseFile, view: View) -> Line:
        """Make the row of a child; one without a case carries the child's own key."""
        made = super().line(db, file, view)
        if file.case.number or file.child is None:
            return made
        one = Subject(file.child.id, file.child.name, file.child.town, self._filled_in(made.values))
        values = {**made.values, ROW_KEY: self.key_of(db, one)}
        return replace(made, receipt=subject_ref(CHILD, one.id), values=values)

    def _filled_in(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {key: values[key] for key in (*self.fact_filled, "remark") if values.get(key) is not None}

    def subjects(self, db: Database, by: Person, ids: Sequence[str]) -> Iterator[Subject]:
        """Yield the children of some ids (a page of them) that somebody may see, with what is filled in now."""
        scope, may = accounts.scope_of(db, by), accounts.may(by, WRITES, by.area)
        said = facts_said(db, ids, kinds_of_columns(), db.today(), scope)
        for child in _children(db, scope, ids):
            values = self.held(said.get(child.id) or FactHistory(db.today()))
            yield Subject(child.id, child.name, child.town, values, may)

    def held(self, said: FactHistory) -> dict[str, Any]:
        """Give what facts say that stands in the columns that are filled in."""
        found = {key: shown_fact(said, self.key, key) for key in (*self.fact_filled, "remark")}
        return {key: value for key, value in found.items() if value is not None}

    def held_of(self, db: Database, by: Person, children: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Give by child what facts say in the columns that are filled in, but for the remark: a case has its own."""
        said = facts_said(db, children, kinds_of_columns(), db.today(), accounts.scope_of(db, by))
        return {
            child: {key: value for key, value in self.held(one).items() if key in self.fact_filled}
            for child, one in said.items()
        }

    def lines_of(self, db: Database, view: View, ids: Sequence[str]) -> Iterator[Line]:
        """Yield the rows of some children without a case, as they would go out now."""
        for file in self.files_of_children(db, view, ids):
            yield self.line(db, file, view)


def _children(db: Database, scope: Scope, ids: Sequence[str]) -> Iterable[Child]:
    within, args = children_within(scope)
    marks = ", ".join("?" * len(ids))
    sql = f"SELECT {COLUMNS} FROM {PLACED} WHERE c.id IN ({marks}) AND {within} ORDER BY c.id"  # noqa: S608
    return [Child.of(row) for row in db.all(sql, [*ids, *args])] if ids else []
