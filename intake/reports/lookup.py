"""Reports as they lie there: found by receipt, id, key or reporter, and their answers opened.

A report without a phone or a name is looked up by the word of its receipt. It is no secret of its own: it follows from
the receipt and the house's key, so it is the same however often it is given.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from intake import kinds
from intake.errors import Unreadable
from intake.fields.answer import FILLED, Answer
from intake.kinds import Answers, Report, tables
from intake.kinds.envelope import Envelope
from intake.language import text
from intake.places import gazetteer
from intake.reports.senders import repeats
from intake.store.db import Database, Row

PROOF = frozenset({"phone", "child_name"})
"""What a receipt is looked up by, where the report holds it."""
DIGITS = 6


def schema(db: Database, kind: str) -> Report:
    """Give the declaration of a kind, bound to today's places. Raises KeyError on an unknown kind."""
    return kinds.bind(kind, gazetteer.world(db))


def find_report(db: Database, receipt: str) -> Envelope | None:
    """Give the envelope of a receipt."""
    return _envelope(db.one("SELECT * FROM reports WHERE receipt = ?", (receipt,)))


def report_by_id(db: Database, report_id: str) -> Envelope | None:
    """Give the envelope of a report."""
    return _envelope(db.one("SELECT * FROM reports WHERE id = ?", (report_id,)))


def report_by_key(db: Database, key: str) -> Envelope | None:
    """Give the envelope of what came under an idempotency key."""
    return _envelope(repeats.row_of_key(db, key))


def reports_of(db: Database, reporter: str, limit: int = 5) -> list[Envelope]:
    """Give the envelopes of somebody's newest reports, newest first."""
    rows = db.all(
        "SELECT * FROM reports WHERE reporter = ? AND reporter <> '' ORDER BY received_at DESC, id DESC LIMIT ?",
        (reporter, limit),
    )
    return [Envelope.of(row) for row in rows]


def reports_without_case(db: Database, child: str, limit: int = 20) -> list[Envelope]:
    """Give the reports on a child of which no case was made (leave, say), the newest first."""
    rows = db.all(
        "SELECT r.* FROM reports r WHERE r.child = ? AND NOT EXISTS (SELECT 1 FROM case_reports k WHERE k.report = r.id)"
        " ORDER BY r.received_at DESC, r.id DESC LIMIT ?",
        (child, limit),
    )
    return [Envelope.of(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Opened:
    """The answers of a report; `closed` has, by key, the columns as they are of those that cannot be opened."""

    answers: Answers
    closed: Mapping[str, Mapping[str, str | None]]

    @property
    def unopened(self) -> frozenset[str]:
        """Give the keys of what is there, but cannot be opened."""
        return frozenset(self.closed)


def answers_of(db: Database, report: Envelope) -> Answers:
    """Give the answers of a report as they were taken; today's rules are not asked again."""
    return open_report(db, report).answers


def open_report(db: Database, report: Envelope) -> Opened:
    """Give the answers of a report, and which of them cannot be opened."""
    form = schema(db, report.kind)
    row = db.one(f"SELECT * FROM {tables.name(form.kind)} WHERE report_id = ?", (report.id,))  # noqa: S608
    return open_row(db, form, row) if row else Opened({}, {})


def open_row(db: Database, form: Report, row: Row, veiled: Collection[str] = ()) -> Opened:
    """Turn a row of an answers table into answers, with the sensitive cells opened.

    Of `veiled` ones, which are `FILLED` for whoever asks, it is only seen that they can be opened.
    """
    found: Answers = {}
    closed: dict[str, dict[str, str | None]] = {}
    keys = db.keys
    for key, declared, closed_in in _cells_of_kind(type(form)):
        cell = row[key]
        if cell is None:
            continue
        try:
            if key in veiled:
                keys.unlock(cell, closed_in, row["report_id"])
                found[key] = FILLED
            else:
                found[key] = declared.recall(
                    keys.unlock(cell, closed_in, row["report_id"]) if closed_in else cell
                )
        except (Unreadable, ValueError):  # lost keys, a damaged cell
            columns = (key, tables.hash_column(key)) if declared.findable else (key,)
            closed[key] = {column: row[column] for column in columns}
    return Opened(found, closed)


def word_of_report(db: Database, report: Envelope) -> str:
    """Give the word of a report that lacks the phone or the child's name; nothing for any other."""
    return word_of_receipt(db, report.receipt) if lacks_proof(answers_of(db, report)) else ""


def lacks_proof(answers: Mapping[str, Any]) -> bool:
    """Tell whether answers lack the phone or the child's name."""
    return not all(answers.get(key) for key in PROOF)


def word_of_receipt(db: Database, receipt: str) -> str:
    """Give the word that goes with a receipt."""
    return f"{int(db.keys.digest('receipt-word', receipt), 16) % 10**DIGITS:0{DIGITS}d}"


def is_word(db: Database, receipt: str, said: str) -> bool:
    """Tell whether somebody says the word of a receipt, however spaced."""
    return "".join(one for one in text.normalise(said) if one.isdecimal()) == word_of_receipt(db, receipt)


@cache
def _cells_of_kind(kind: type[Report]) -> tuple[tuple[str, Answer, str], ...]:
    """Give the fields of a kind by key, and in which column their cells are encrypted, if they are."""
    return tuple(
        (key, declared, tables.place(kind.kind, key, "")[0] if declared.encrypted else "")
        for key, declared in kind.answers().items()
    )


@cache
def veiled_of_kind(kind: type[Report]) -> frozenset[str]:
    """Give the keys of which an ordinary ledger tells only that they are filled in."""
    return frozenset(
        key for key, declared, closed_in in _cells_of_kind(kind) if closed_in and declared.veiled
    )


def _envelope(row: Row | None) -> Envelope | None:
    return Envelope.of(row) if row else None
