"""Visits that are due to children whose parents are away: worked out beside, so that the first page of the desk counts them."""

from datetime import date, timedelta
from typing import NamedTuple

from intake.cases.case import CASES
from intake.children.access import PLACED, children_within
from intake.ledgers.ledger import Period, View
from intake.ledgers.schooling.left_behind import LEFT_BEHIND, last_visit
from intake.people.scope import Scope, narrow
from intake.places import gazetteer
from intake.settings import read_limits
from intake.store.db import Cell, Database

LIST = "visits"
"""The key of the list of what is owed."""
_AGAIN = timedelta(minutes=15)
"""How often at most they are worked out anew within a day."""
_wound: dict[str, tuple[str, str]] = {}
"""When they were last worked out, and of what, by database: what the worker has done needs no doing twice."""


class VisitsOwed(NamedTuple):
    """How many children somebody must see to it that they are visited, and the day from which on the first is late."""

    number: int
    oldest: str


class DueVisit(NamedTuple):
    """A child whose visit is late: its id, or the number of the case that alone knows of it; its name, where, since when.

    `village` is a code, empty where it is not known; `last_on` is empty where nobody has been there.
    """

    child: str
    number: str
    name: str
    village: str
    last_on: str
    due_on: str


def wind_changed(db: Database) -> None:
    """Work out the visits where the day, a fact or a case has changed since. Raises Busy."""
    row = db.one(
        "SELECT (SELECT max(id) FROM child_facts) AS fact, (SELECT max(id) FROM case_events) AS event"
    )
    mark = f"{db.today()} {row['fact']} {row['event']}" if row else ""
    done, of = _wound.get(str(db.settings.data), ("", ""))
    if mark == of or (of[:10] == mark[:10] and db.now().isoformat() < done):
        return
    wind_visits(db)
    _wound[str(db.settings.data)] = (db.now() + _AGAIN).isoformat(), mark


def wind_visits(db: Database) -> int:
    """Work out by when each child must be visited; give how many there are. Raises Busy."""
    today = db.today()
    view = View(Scope(db.settings.district_code), Period(today, today))
    ledger = LEFT_BEHIND(gazetteer.world(db))
    found = {file.case.child or file.case.id: last_visit(file) for file in ledger.files(db, view)}
    most = timedelta(days=read_limits(db.settings.ledger_limits)["visit"] + 1)
    known = {row["subject"]: (row["last_on"], row["due_on"]) for row in db.all("SELECT * FROM visits_due")}
    due = {
        subject: (date.fromisoformat(last) + most).isoformat() if last else _since(known.get(subject), today)
        for subject, last in found.items()
    }
    with db.write():
        for subject in known.keys() - found.keys():
            db.run("DELETE FROM visits_due WHERE subject = ?", (subject,))
        for subject, last in found.items():
            db.run(
                "INSERT INTO visits_due (subject, last_on, due_on, wound_on) VALUES (?, ?, ?, ?) ON CONFLICT (subject)"
                " DO UPDATE SET last_on = excluded.last_on, due_on = excluded.due_on, wound_on = excluded.wound_on",
                (subject, last, due[subject], today.isoformat()),
            )
    return len(found)


def _since(known: tuple[str, str] | None, today: date) -> str:
    """Give since when a child that nobody has visited waits."""
    return known[1] if known and not known[0] else today.isoformat()


def visits_late(db: Database, scope: Scope, limit: int) -> list[DueVisit]:
    """Give the children of a scope whose visit is late, those that wait longest first."""
    late, args = _late(db, scope)
    rows = db.all(f"SELECT * FROM ({late}) AS o ORDER BY due_on, name LIMIT ?", [*args, limit])  # noqa: S608
    return [
        DueVisit(
            row["child"], row["number"], row["name"], row["village"] or "", row["last_on"], row["due_on"]
        )
        for row in rows
    ]


def _late(db: Database, scope: Scope) -> tuple[str, list[Cell]]:
    """Give the statement (SQL, arguments) of the visits that are late, but for those that were made since."""
    today = db.today().isoformat()
    within, args = children_within(scope)
    cases, more = narrow(scope, CASES)
    return (
        "SELECT v.due_on, v.last_on, c.id AS child, '' AS number, c.child_name AS name, c.village"  # noqa: S608
        f" FROM {PLACED} JOIN visits_due v ON v.subject = c.id"
        f" WHERE v.due_on <= ? AND {within} AND NOT EXISTS (SELECT 1 FROM child_facts f WHERE f.child = c.id"
        " AND f.kind = 'visit' AND f.closed_at IS NULL AND f.said_on >= v.wound_on)"
        " UNION ALL SELECT v.due_on, v.last_on, '' AS child, c.number, c.child_name AS name, c.village FROM visits_due v"
        f" JOIN cases c ON c.id = v.subject WHERE v.due_on <= ? AND {cases}",
        [today, *args, today, *more],
    )


def visits_owed(db: Database, scope: Scope) -> VisitsOwed:
    """Count the children of a scope whose visit is late, but for those that were visited since."""
    late, args = _late(db, scope)
    row = db.one(f"SELECT count(*) AS n, min(due_on) AS oldest FROM ({late}) AS o", args)  # noqa: S608
    return VisitsOwed(int(row["n"]), str(row["oldest"] or "")) if row else VisitsOwed(0, "")
