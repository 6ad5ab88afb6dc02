"""Which ledger a row is of: the check in its key tells, the words above the table say where to look first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from intake import ledgers
from intake.fields import Answer
from intake.ledgers.daily import DayLedger
from intake.ledgers.ledger import ROW_KEY, Ledger
from intake.ledgers.returning.reading.sheets import KEY_WORD, TableHead, column_word
from intake.ledgers.rowkeys import RowKey, read_row_key
from intake.ledgers.subjects import SubjectLedger
from intake.store.db import Database


@dataclass(frozen=True, slots=True)
class KnownLedger:
    """A ledger that comes back: its columns by their words, and which of them somebody fills in."""

    ledger: Ledger
    words: Mapping[str, str]
    fillable: Mapping[str, Answer]

    @property
    def key(self) -> str:
        """Give the ledger's key."""
        return self.ledger.key

    @property
    def daily(self) -> bool:
        """Tell whether its rows are reports, named by their receipts; the register of a kind has the same key."""
        return isinstance(self.ledger, DayLedger)

    def has_rows_of(self, key: RowKey) -> bool:
        """Tell whether its rows are of what a key names: a report, a subject of its sort, a case."""
        if key.subject:
            return isinstance(self.ledger, SubjectLedger) and key.subject[0] == self.ledger.sort
        return bool(key.receipt) == self.daily


def known_ledgers(db: Database) -> list[KnownLedger]:
    """Give every ledger whose rows carry a key, further sheets of workbooks too."""
    books = (one for key in ledgers.ledger_keys() for one in ledgers.ledgers_of_book(db, key))
    every = {type(one): one for one in (*books, *ledgers.ledgers_of_kinds(db))}
    return [_known(one) for one in every.values() if ROW_KEY in one.fields]


def candidates(every: Sequence[KnownLedger], head: TableHead) -> list[KnownLedger]:
    """Give the ledgers that a table may be of, the one that shares most of its words first."""
    words = head.columns.keys() - {KEY_WORD}
    return sorted(every, key=lambda one: -len(words & one.words.keys()) / max(len(one.words), 1))


def ledger_of_key(db: Database, mine: Sequence[KnownLedger], said: str) -> tuple[KnownLedger, RowKey] | None:
    """Give the ledger to which the check in a key is bound, and what the key says; None where it is sound in none."""
    for one in mine:
        found = read_row_key(db, one.key, said)
        if found and one.has_rows_of(found):
            return one, found
    return None


def _known(ledger: Ledger) -> KnownLedger:
    words: dict[str, str] = {}
    for column in ledger.columns():
        if column.key != ROW_KEY:
            words.setdefault(column_word(column.label), column.key)
    fillable = {one.key: ledger.field(one.key) for one in ledger.columns() if one.filled_by}
    return KnownLedger(ledger, words, fillable)
