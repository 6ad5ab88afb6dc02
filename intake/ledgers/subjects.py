"""Ledgers that come back and whose rows are no cases: a row is of a child, of a difference, of an entry in a register.

Such a ledger says which of them somebody may see, what is filled in now, and how a change is written and taken back.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from intake.fields.privacy import Privacy
from intake.language import text
from intake.ledgers.ledger import Ledger, Line, View
from intake.ledgers.rowkeys import row_key
from intake.people.accounts import Person
from intake.store.db import Database

CHILD, DIFFERENCE, ENTRY = "C", "D", "E"
"""The letter with which a key names what its row is of."""
_OPEN_DIGITS = 10_000
_ALL_DIGITS = 10_000_000


@dataclass(frozen=True, slots=True)
class Subject:
    """What a row is of, for somebody who may see it: the child's name, what is filled in, whether they may fill in more.

    `values` are the fillable columns by key, as they are now; `since` says who changed them last.
    """

    id: str
    child: str
    town: str
    values: Mapping[str, Any]
    may: bool = True
    since: str = ""

    def __repr__(self) -> str:
        return f"Subject({self.id})"  # what stands in a traceback tells nothing about the child


class SubjectLedger(Ledger):
    """A ledger whose rows are of subjects; it may have rows of cases beside them."""

    sort: ClassVar[str] = CHILD
    """Of what its rows are: CHILD, DIFFERENCE or ENTRY."""
    paged: ClassVar[bool] = False
    """Whether it has `page_of_rows`, which reads no more than a page shows."""
    takes_new: ClassVar[bool] = False
    """Whether a row without a key begins something new: then it has `accept_new`, `begin` and `drop`."""

    def subjects(self, db: Database, by: Person, ids: Sequence[str]) -> Iterable[Subject]:
        """Give those of some ids that somebody may see."""
        raise NotImplementedError

    def lines_of(self, db: Database, view: View, ids: Sequence[str]) -> Iterator[Line]:
        """Yield the rows of some ids as they would go out now; the receipt of each is its `subject_ref`."""
        raise NotImplementedError

    def page_of_rows(self, db: Database, view: View, skip: int, size: int) -> tuple[list[Line], int]:
        """Give some of the rows and how many there are of all, where it is `paged`."""
        raise NotImplementedError

    def write(self, db: Database, by: Person, one: Subject, changes: Mapping[str, Any]) -> None:
        """Write what was filled in, in the caller's transaction; None takes a value away."""
        raise NotImplementedError

    def restore(self, db: Database, by: Person, one: Subject, key: str, before: Any) -> None:
        """Take one column back to what was before, in the caller's transaction."""
        self.write(db, by, one, {key: before})

    def accept_new(self, db: Database, by: Person, said: Mapping[str, str]) -> Mapping[str, Any]:
        """Read what a new row says. Raises Invalid, Refused; Denied where it is outside of what somebody may see."""
        raise NotImplementedError

    def begin(self, db: Database, by: Person, answers: Mapping[str, Any], chosen: str) -> Subject:
        """Make what a new row is of, or give the child of the chosen id, in the caller's transaction. Raises Denied."""
        raise NotImplementedError

    def drop(self, db: Database, by: Person, one: Subject) -> None:
        """Take back what a new row began, in the caller's transaction. Raises Refused where anything hangs on it."""
        raise NotImplementedError

    def refusals(self, db: Database, one: Subject, values: Mapping[str, Any]) -> Mapping[str, str]:
        """Say by column why what would be filled in altogether cannot be."""
        return {}

    def key_of(self, db: Database, one: Subject) -> str:
        """Give the key of the row of a subject, as it is now."""
        return row_key(db, self.key, subject_ref(self.sort, one.id), self.version_of(db, one.values))

    def version_of(self, db: Database, values: Mapping[str, Any]) -> int:
        """Give a number of 12 digits for what is filled in: of all of it, then of what stands open in a workbook."""
        fillable = [key for key, one in self.declared_answers() if one.asked.filled_by]
        every = {key: values[key] for key in fillable if values.get(key) is not None}
        whole = _number(db, json.dumps(every, ensure_ascii=False, sort_keys=True), 9 * _ALL_DIGITS)
        return (_ALL_DIGITS + whole) * _OPEN_DIGITS + self.open_mark(
            db, {key: self.field(key).show(value) for key, value in every.items()}
        )

    def open_mark(self, db: Database, shown: Mapping[str, str]) -> int:
        """Give the number of the open columns by what stands in them; those of a row that nobody touched have it."""
        said = {
            key: text.normalise(shown[key])
            for key, one in self.declared_answers()
            if one.asked.filled_by and one.asked.privacy is Privacy.OPEN and shown.get(key)
        }
        return _number(db, json.dumps(said, ensure_ascii=False, sort_keys=True), _OPEN_DIGITS)

    def declared_answers(self) -> list[tuple[str, Any]]:
        """Give the columns by key, in the order of the sheet."""
        return [(key, self.field(key)) for key in self.declared_fields]


def subject_ref(sort: str, one: str) -> str:
    """Give how a key names a subject: a letter and its id."""
    return f"{sort}{UUID(one).hex.upper()}"


def subject_id(ref: str) -> str:
    """Give the id in what a key names."""
    return str(UUID(ref[1:]))


def open_mark_of_version(version: int) -> int:
    """Give what a version says of the open columns."""
    return version % _OPEN_DIGITS


def _number(db: Database, said: str, below: int) -> int:
    return int(db.keys.digest("row-values", said)[:15], 16) % below
