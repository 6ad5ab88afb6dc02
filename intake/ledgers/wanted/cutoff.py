"""Up to when the data are: the time of the last change, so that a workbook made twice of the same data is the same."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from intake.calendar import clock
from intake.cases.case import CASES
from intake.children.access import PLACED, children_within
from intake.people.scope import HOMES, Scope, narrow
from intake.places import gazetteer
from intake.store.db import Cell, Database

_OF_CHILD = (
    "child.entered", "child.changed", "child.left", "child.registered", "child.merged", "child.parted",
    "fact.noted", "fact.confirmed", "fact.closed", "fact.reopened",
)  # fmt: skip
"""Verbs of the audit, their subject being a child, that change what a ledger says of it."""
_OF_ENTRY = ("entry.entered", "entry.finished", "entry.reopened", "entry.undone")
_OF_CLASS = ("class.entered", "class.moved")
_ENTRIES = {"town": "e.town", "school": "e.school"}
_DIFFERENCES = {
    "town": "d.town",
    "school_town": "d.school_town",
    "school": "d.school",
    "village": "d.village",
}
_SCHOOLS = {"town": "s.town", "school": "s.code"}

Asked = tuple[str, list[Cell]]
"""A statement that gives one moment, and its arguments."""


def last_change(db: Database, scope: Scope, until: datetime) -> datetime:
    """Give when the data of a scope last changed, as local time: what changes elsewhere is no change of it.

    Data are reports and cases, children with what is known of them, the register, classes, beds, lists and what they
    contradict. Where nothing was ever told it is the beginning of the day.
    """
    stamp = clock.stamp(until)
    known = _latest(db, _told(scope, stamp), _lists(db, scope, stamp))
    # The audit is read back to there and no further.
    known = _latest(db, _noted(scope, known, stamp), known)
    known = max(known, _children(db, scope, known, stamp))
    return clock.local(known or clock.bounds(until.astimezone(clock.CHINA).date())[0])


def _latest(db: Database, asked: Iterator[Asked], known: str) -> str:
    for sql, args in asked:
        row = db.one(sql, args)
        known = max(known, str(row["at"] or "") if row else "")
    return known


def _told(scope: Scope, stamp: str) -> Iterator[Asked]:
    """Ask what says by itself when it changed."""
    wide = replace(scope, kinds=None, restricted=True)
    for (within, cells), sql in (
        (narrow(scope, HOMES), "SELECT max(r.received_at) AS at FROM reports r WHERE r.received_at <= ?"),
        (narrow(scope, CASES), "SELECT max(c.last_at) AS at FROM cases c WHERE c.last_at <= ?"),
        (narrow(wide, _DIFFERENCES), "SELECT max(d.changed_at) AS at FROM differences d WHERE d.changed_at <= ?"),
        (narrow(replace(wide, classes=None), _SCHOOLS),
         "SELECT max(b.at) AS at FROM school_beds b JOIN schools s ON s.code = b.school WHERE b.at <= ?"),
    ):  # fmt: skip
        yield f"{sql} AND {within}", [stamp, *cells]


def _noted(scope: Scope, since: str, stamp: str) -> Iterator[Asked]:
    """Ask the audit when entries of the register and classes last changed."""
    wide = replace(scope, kinds=None, restricted=True)
    for (within, cells), source, verbs in (
        (narrow(wide, _ENTRIES), "register_entries e JOIN audit a ON a.subject = e.id", _OF_ENTRY),
        (narrow(wide, {**_SCHOOLS, "class_id": "k.id"}),
         "classes k JOIN schools s ON s.code = k.school JOIN audit a ON a.subject = k.id", _OF_CLASS),
    ):  # fmt: skip
        yield (
            f"SELECT max(a.at) AS at FROM {source} WHERE a.verb IN ({_marks(verbs)}) AND a.at > ? AND a.at <= ? AND {within}",  # noqa: S608
            [*verbs, since, stamp, *cells],
        )


def _children(db: Database, scope: Scope, since: str, stamp: str) -> str:
    """Give when anything of the children of a scope last changed, if that is later than what is known already.

    Of an area the audit is read backwards, no further than that; few children are looked up one by one.
    """
    within, cells = children_within(scope)
    verbs = f"a.verb IN ({_marks(_OF_CHILD)})"
    if scope.school or scope.village or scope.classes is not None:
        sql = (
            f"SELECT max(a.at) AS at FROM {PLACED} JOIN audit a ON a.subject = c.id"  # noqa: S608
            f" WHERE {within} AND {verbs} AND a.at > ? AND a.at <= ?"
        )
        row = db.one(sql, [*cells, *_OF_CHILD, since, stamp])
    else:
        sql = (
            f"SELECT a.at AS at FROM audit a WHERE {verbs} AND a.at > ? AND a.at <= ? AND EXISTS"  # noqa: S608
            f" (SELECT 1 FROM {PLACED} WHERE c.id = a.subject AND {within}) ORDER BY a.at DESC LIMIT 1"
        )
        row = db.one(sql, [*_OF_CHILD, since, stamp, *cells])
    return str(row["at"] or "") if row else ""


def _lists(db: Database, scope: Scope, stamp: str) -> str:
    """Give when a list last told of a scope: of a place in it, or of one that it lies in."""
    places = gazetteer.world(db).places
    own = scope.village or scope.area
    last = ""
    for row in db.all(
        "SELECT extent, max(at) AS at FROM list_batches WHERE at <= ? GROUP BY extent", (stamp,)
    ):
        place = places.get(row["extent"])
        code = place.town if place and place.level == "school" else row["extent"]
        other = place is not None and place.level == "school" and scope.school not in ("", place.code)
        if own and not other and (code.startswith(own) or own.startswith(code)):
            last = max(last, row["at"])
    return last


def _marks(verbs: tuple[str, ...]) -> str:
    return ", ".join("?" * len(verbs))
