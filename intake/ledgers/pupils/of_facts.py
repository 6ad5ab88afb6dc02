"""Ledgers that come back and whose rows are children: what is filled in becomes a fact of the child, with its source."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from intake.children import children
from intake.children.access import child_in_scope
from intake.children.children import Child
from intake.children.facts.fact import ChildFact, FactOrigin, facts_of_children
from intake.children.facts.filling import FactColumn, fill_facts, filled_facts, restore_fact
from intake.children.facts.sources import RETURNED
from intake.ledgers.subjects import CHILD, Subject, SubjectLedger
from intake.people import accounts
from intake.people.accounts import Person
from intake.store.db import Database

CHANNEL = "return"


class FactLedger(SubjectLedger):
    """A ledger whose fillable columns are facts of the children in its rows."""

    sort = CHILD
    filled_as: ClassVar[Mapping[str, FactColumn]] = {}
    """By key of a fillable column where it stands in the facts."""

    def subjects(self, db: Database, by: Person, ids: Sequence[str]) -> Iterable[Subject]:
        """Give the children of some ids that somebody may see."""
        scope = accounts.scope_of(db, by)
        every = [one for one in children.children_of_ids(db, ids).values() if child_in_scope(db, scope, one)]
        values = self.filled_of(db, every)
        return [Subject(one.id, one.name, one.town, values[one.id]) for one in every]

    def filled_of(self, db: Database, every: Sequence[Child]) -> dict[str, dict[str, Any]]:
        """Give what the fillable columns hold now, by child."""
        kinds = {one.kind for one in self.filled_as.values()}
        facts = facts_of_children(db, [one.id for one in every], kinds)
        return {one.id: self.filled_from(facts.get(one.id, ())) for one in every}

    def filled_from(self, facts: Sequence[ChildFact]) -> dict[str, Any]:
        """Give what the fillable columns hold by facts alone."""
        return filled_facts(facts, self.filled_as)

    def write(self, db: Database, by: Person, one: Subject, changes: Mapping[str, Any]) -> None:
        """Note what was filled in as facts that whoever sent it answers for."""
        fill_facts(db, one.id, self.filled_as, changes, origin_of_return(db, by))

    def restore(self, db: Database, by: Person, one: Subject, key: str, before: Any) -> None:
        """Take a column back: the fact that said what was before holds again."""
        restore_fact(db, one.id, self.filled_as, key, before, origin_of_return(db, by))


def origin_of_return(db: Database, by: Person) -> FactOrigin:
    """Say where a fact is from that stood in a workbook which came back."""
    return FactOrigin(RETURNED, by.actor, db.today(), CHANNEL, confirmed_by=by.actor)
