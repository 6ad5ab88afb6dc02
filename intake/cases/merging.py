"""Two cases that may be of one child (`matching` offers them with the reason): made one by a person, and parted again.

What is certain joins by itself (`joins`). A merged case keeps its events; its reports go to the other one and come
back. What was done on the other one meanwhile stays there, with a note on both.
"""

from dataclasses import dataclass

from intake.calendar import clock
from intake.cases import case as cases
from intake.cases import work
from intake.cases.case import Case, CaseEvent, case_by_id
from intake.cases.rulebook import states
from intake.errors import Dealt, Missing, Refused
from intake.people import accounts
from intake.people.accounts import Person
from intake.store import audit
from intake.store.db import Database, Row

OPEN, CONFIRMED, REFUSED, UNDONE = "open", "confirmed", "refused", "undone"
"""What became of an offer."""
SAME_CHILD, CERTAIN = "同一个孩子", 99
"""Why two cases are offered whose child is one by now, and how likely that is."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A newer case that may be about the child of an older one, and why; `state` is what became of it."""

    case: Case
    other: Case
    reason: str
    state: str
    decided_by: str
    decided_at: str


def offers_of(db: Database, case: Case, person: Person) -> list[Offer]:
    """Give the offers of a case, either way, that are open or were confirmed, as far as somebody may see both cases."""
    rows = db.all(
        "SELECT * FROM case_offers WHERE (case_id = ? OR other = ?) AND state IN (?, ?) ORDER BY at, case_id",
        (case.id, case.id, OPEN, CONFIRMED),
    )
    found = [one for row in rows if (one := _read(db, row))]
    return [one for one in found if all(cases.may_see(db, person, two) for two in (one.case, one.other))]


def offer_cases_of_child(db: Database, child: str) -> int:
    """Offer open cases of one child and kind to each other, in the caller's transaction; give how many offers are new."""
    rows = db.all(
        "SELECT c.id AS newer, o.id AS older FROM cases c JOIN cases o ON o.child = c.child AND o.kind = c.kind"
        " AND o.restricted = c.restricted AND o.id < c.id WHERE c.child = ? AND c.open = 1 AND o.open = 1",
        (child,),
    )
    at, offered = clock.stamp(db.now()), 0
    for row in rows:
        offered += db.run(
            "INSERT INTO case_offers (case_id, other, reason, score, at, state, decided_by, decided_at)"
            " VALUES (?, ?, ?, ?, ?, ?, '', '') ON CONFLICT (case_id, other) DO UPDATE SET reason = excluded.reason,"
            " score = excluded.score WHERE case_offers.state = ?",
            (row["newer"], row["older"], SAME_CHILD, CERTAIN, at, OPEN, OPEN),
        ).rowcount
    return offered


def confirm_offer(
    db: Database, offer: Offer, by: Person, *, channel: str, seen: int | None = None
) -> CaseEvent:
    """Make two cases one. Raises Dealt where somebody was first, and as `work.act`."""
    with db.write():
        _decide(db, offer, CONFIRMED, by)
        return merge(db, offer.case, offer.other, by, channel=channel, seen=seen)


def refuse_offer(db: Database, offer: Offer, by: Person) -> None:
    """Say that two cases are of different children. Raises Dealt where somebody was first."""
    with db.write():
        _decide(db, offer, REFUSED, by)
        audit.note(db, by.actor, "offer.refused", offer.case.id, offer.other.id)


def merge(
    db: Database, case: Case, other: Case, by: Person, *, channel: str, seen: int | None = None
) -> CaseEvent:
    """Put a case into another one of its kind, with its reports. Raises Refused and as `work.act`."""
    if other.id == case.id or other.state == states.MERGED:
        raise Refused("请写另一个还在办的个案的编号。", "number")
    if (case.restricted, case.kind) != (other.restricted, other.kind):
        raise Refused("这两个个案不能合并：类别不同，或者有一个只有少数人能看。", "number")
    with db.write():
        reports = cases.reports_in(db, case)
        event = work.act(db, case, "merged", {}, by, channel=channel, seen=seen,
                         facts={"into": other.id, "reports": reports})  # fmt: skip
        work.act(db, other, "joined", {}, by, channel=channel, facts={"from": case.id})
        _move(db, reports, case.id, other.id)
        db.run(
            "UPDATE case_offers SET state = ?, decided_by = ?, decided_at = ? WHERE case_id = ? AND other = ?",
            (CONFIRMED, by.actor, clock.stamp(db.now()), case.id, other.id),
        )
    return event


def part(db: Database, case: Case, by: Person, *, channel: str, seen: int | None = None) -> CaseEvent:
    """Take a merged case out again: its state and its reports come back. Raises Refused and as `work.act`."""
    merged, other = merged_into(db, case)
    with db.write():
        later = [one for one in cases.events_of(db, other) if one.id > merged.id and one.key != "joined"]
        event = work.undo(db, case, merged.id, by, channel=channel, seen=seen)
        work.act(db, other, "parted", {}, by, channel=channel, facts={"from": case.id, "stays": len(later)})
        _move(db, [str(one) for one in merged.facts.get("reports", ())], other.id, case.id)
        db.run(
            "UPDATE case_offers SET state = ?, decided_by = ?, decided_at = ? WHERE case_id = ? AND other = ?",
            (UNDONE, by.actor, clock.stamp(db.now()), case.id, other.id),
        )
    return event


def merged_into(db: Database, case: Case) -> tuple[CaseEvent, Case]:
    """Give by which event a case was put into which other. Raises Missing for one that was not."""
    events = [one for one in cases.events_of(db, case) if one.key == "merged" and not one.undone]
    other = case_by_id(db, str(events[-1].facts.get("into", ""))) if events else None
    if other is None or case.state != states.MERGED:
        raise Missing
    return events[-1], other


def merged_here(db: Database, case: Case) -> list[Case]:
    """Give the cases that were put into a case and are still there."""
    inside: dict[str, bool] = {}
    for one in cases.steps_of(db, case.id):
        if one.key in ("joined", "parted"):
            inside[str(one.facts.get("from", ""))] = one.key == "joined"
    found = [case_by_id(db, one) for one, here in inside.items() if here]
    return [one for one in found if one and one.state == states.MERGED]


def _decide(db: Database, offer: Offer, state: str, by: Person) -> None:
    """Claim an offer: of two who decide the second is told who was first."""
    done = db.run(
        "UPDATE case_offers SET state = ?, decided_by = ?, decided_at = ? WHERE case_id = ? AND other = ? AND state = ?",
        (state, by.actor, clock.stamp(db.now()), offer.case.id, offer.other.id, OPEN),
    )
    if not done.rowcount:
        row = db.one(
            "SELECT * FROM case_offers WHERE case_id = ? AND other = ?", (offer.case.id, offer.other.id)
        )
        raise Dealt(accounts.name_of(db, row["decided_by"]) if row else "", row["decided_at"] if row else "")


def _read(db: Database, row: Row) -> Offer | None:
    case, other = case_by_id(db, row["case_id"]), case_by_id(db, row["other"])
    if case is None or other is None:
        return None
    return Offer(case, other, row["reason"], row["state"], row["decided_by"] or "",
                 row["decided_at"] or "")  # fmt: skip


def _move(db: Database, reports: list[str], start: str, end: str) -> None:
    for report in reports:
        db.run("UPDATE case_reports SET case_id = ? WHERE report = ? AND case_id = ?", (end, report, start))
