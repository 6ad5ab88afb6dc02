"""How much waits for somebody of the staff beside their cases, asked in one statement: it stands on every page."""

from typing import NamedTuple

from intake.people import accounts
from intake.people.accounts import Person
from intake.people.scope import narrow, sees
from intake.reports.whose.matches import counting_matches
from intake.store.db import Database
from intake.talks import triage


class StaffWaits(NamedTuple):
    """Parents in the chat who wait for an answer, telephone calls to make, notices that are not read, likely matches."""

    threads: int
    calls: int
    notices: int
    matches: int = 0


def waiting_for(db: Database, person: Person) -> StaffWaits:
    """Count what waits for somebody; what they may not open is 0."""
    scope = accounts.scope_of(db, person)
    within, codes = narrow(scope)
    if sees(scope, town=db.settings.district_code):
        within = f"({within} OR r.id IS NULL)"  # what belongs to no report is the district's
    likely, of_matches = counting_matches(db, person)
    row = db.one(
        f"SELECT (SELECT count(DISTINCT reporter) FROM triage WHERE state = 'open'{triage.seen_by(scope)}) AS threads,"  # noqa: S608
        " (SELECT count(*) FROM outbox o LEFT JOIN reports r ON r.receipt = o.subject AND o.subject <> ''"
        f" WHERE o.state = 'refused' AND o.called_at IS NULL AND {within}) AS calls,"
        f" (SELECT count(*) FROM notices WHERE staff = ? AND read_at IS NULL) AS notices, {likely} AS likely",
        [*codes, person.id, *of_matches],
    )
    talks = accounts.may(person, "talk.read", db.settings.district_code)
    told = accounts.may(person, "inbox.read", person.area)
    if row is None:
        return StaffWaits(0, 0, 0)
    return StaffWaits(
        row["threads"] if talks else 0,
        row["calls"] if talks else 0,
        row["notices"] if told else 0,
        row["likely"],
    )
