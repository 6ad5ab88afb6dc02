"""What the page of a workbook that came back shows: counts first, then each change, each fault at its cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exports.desk.work.shown import UNKNOWN, masked, short_class
from intake import ledgers
from intake.ledgers.returning.findings import CHANGED, FATES, NEW, SAME, STALE, WRONG, ReturnedRow, ReturnPlan
from intake.ledgers.returning.newcomers import NAME, OTHER
from intake.places import gazetteer
from intake.store.db import Database

MOST = 200
"""Lines of one sort that a page shows; the rest is in the workbook that goes back, or done with the others."""
_LOOK = {STALE: "soon", WRONG: "over"}
_AT = {WRONG: "bad", STALE: "old", CHANGED: "mod", NEW: "new", SAME: "same"}
_WORDS = {STALE: "过期，不收", WRONG: "错误，不收"}


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One cell of a preview: where it stands, of which child and case, which column, and up to three values and words."""

    where: str
    child: str
    number: str
    label: str
    one: str
    other: str = ""
    third: str = ""
    words: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class ShownNewcomer:
    """A new row, and who may be that child already; `choice` is the name of the field that says which."""

    where: str
    child: str
    choice: str
    cases: Sequence[tuple[str, str]]
    children: Sequence[tuple[str, str]]
    doubtful: bool


def preview_of(db: Database, plan: ReturnPlan) -> Mapping[str, Any]:
    """Give what the page shows of a plan."""
    counts, many = plan.counts, len({row.raw.head.sheet for row in plan.rows}) > 1
    wrong = [_fault(row, one, many) for row in plan.of_fate(WRONG) for one in row.faults]
    old = [_stale(row, one, many) for row in plan.of_fate(STALE) for one in row.stale]
    changes = [_change(row, one, many) for row in plan.of_fate(CHANGED) for one in row.changes]
    ignored = [_ignored(row, one, many) for row in plan.rows for one in row.ignored]
    return {
        "remarks": plan.told,
        "total": len(plan.rows),
        "counts": [(counts[one], _WORDS.get(one, words), f"#{_AT[one]}", _LOOK.get(one, ""))
                   for one, words in FATES.items()],
        "by": counts,
        "wrong": wrong[:MOST], "wrong_more": len(wrong) - MOST,
        "old": old[:MOST], "old_more": len(old) - MOST,
        "changes": changes[:MOST], "changes_all": len(changes),
        "ignored": ignored[:MOST], "ignored_all": len(ignored),
        "newcomers": [_newcomer(db, row, many) for row in plan.of_fate(NEW)[:MOST]],
        "titles": titles(db, plan.ledgers),
        "other": OTHER,
    }  # fmt: skip


def taken_rows(plan: ReturnPlan) -> list[ReturnedRow]:
    """Give the rows that were done; a new one that nobody has decided on was not."""
    return [row for row in plan.of_fate(CHANGED, NEW) if (row.case or row.subject) is not None]


def titles(db: Database, keys: Sequence[str]) -> str:
    """Name some ledgers."""
    known = {
        one.key: one.tab or one.title
        for key in ledgers.ledger_keys()
        for one in ledgers.ledgers_of_book(db, key)
    }
    return "、".join(known.get(key, key) for key in keys)


def _where(row: ReturnedRow, column: int, many: bool) -> str:
    return f"{row.raw.head.sheet} {row.address(column)}" if many else row.address(column)


def _fault(row: ReturnedRow, one: Any, many: bool) -> ShownLine:
    return ShownLine(_where(row, one.column, many), row.child, row.number if row.case else "", one.label or "整行", one.typed,
                     words=one.sentence, hidden=row.raw.hidden)  # fmt: skip


def _stale(row: ReturnedRow, one: Any, many: bool) -> ShownLine:
    return ShownLine(_where(row, one.column, many), row.child, row.number, one.label, one.sent, one.now, one.typed, one.since,
                     row.raw.hidden)  # fmt: skip


def _change(row: ReturnedRow, one: Any, many: bool) -> ShownLine:
    return ShownLine(_where(row, one.column, many), row.child, row.number, one.label, one.was, one.becomes,
                     words=one.effect, hidden=row.raw.hidden)  # fmt: skip


def _ignored(row: ReturnedRow, one: Any, many: bool) -> ShownLine:
    return ShownLine(_where(row, one.column, many), row.child, row.number, one.label, one.typed)


def _newcomer(db: Database, row: ReturnedRow, many: bool) -> ShownNewcomer:
    new, places = row.newcomer, gazetteer.world(db).places
    hits = new.hits
    return ShownNewcomer(
        _where(row, -1, many),
        masked(new.said.get(NAME, "")),
        new.choice,
        [(one.case.number, one.case.state) for one in hits.cases] if hits else [],
        [(one.id, f"{masked(one.name)} {places.name(one.school) or UNKNOWN} {short_class(one.title)}")
         for one in hits.children] if hits else [],
        new.doubtful,
    )  # fmt: skip
