"""Exports without masks: one asks and says why, another allows it; for some days the one who asked may fetch it.

Children's data leave the house in clear by this way alone (个人信息保护法 §28 §51).
"""

from collections.abc import Mapping
from datetime import timedelta

from intake.calendar import clock
from intake.cases.told import inbox
from intake.errors import Dealt, Missing, Refused
from intake.language import text
from intake.ledgers.signed.asking import LONGEST, covers, read_asked
from intake.ledgers.signed.record import (
    ALLOWED,
    REFUSED,
    WAITING,
    FullExport,
    find_export,
    ledger_of_export,
    undecided_exports,
)
from intake.people import accounts
from intake.people.accounts import Person
from intake.store import audit
from intake.store.db import Cell, Database
from intake.store.ids import new_id

APPROVE = "export.approve"
TERM = timedelta(days=7)
"""For how long what was allowed may be fetched."""
OWN = "自己申请的不能自己批。请让另一位审核人来批。"


def ask_export(db: Database, person: Person, said: Mapping[str, str]) -> FullExport:
    """Ask for a ledger without masks, and tell those who may decide. Raises Invalid."""
    asked, made, at = read_asked(db, person, said), new_id(), clock.stamp(db.now())
    days = asked.period.first.isoformat(), asked.period.last.isoformat()
    row: dict[str, Cell] = {
        "id": made, "key": asked.key, "level": asked.extent.level, "code": asked.extent.code,
        "first": days[0], "last": days[1], "purpose": asked.purpose,
        "reason": db.keys.lock(asked.reason, "full_exports.reason", made),
        "state": WAITING, "asked_by": person.id, "asked_at": at, "decided_by": "", "decided_at": "", "why": "",
        "expires_at": "", "password": "", "shown_at": "", "fetched": 0, "fetched_at": "",
    }  # fmt: skip
    with db.write():
        db.run(
            f"INSERT INTO full_exports ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",  # noqa: S608
            list(row.values()),
        )
        audit.note(db, person.actor, "full.asked", made, f"{asked.key} {asked.extent.code} {' '.join(days)}")
        found = find_export(db, made)
        inbox.tell_of(db, deciders(db, found), made, inbox.FULL_ASKED)
    return found


def waiting_exports(db: Database, person: Person) -> list[FullExport]:
    """Give what others asked for and somebody may decide, the oldest first."""
    found = undecided_exports(db)
    return [one for one in found if one.asked_by != person.id and may_decide(db, person, one)]


def deciders(db: Database, export: FullExport) -> list[Person]:
    """Give all who may decide about a request: never the one who asked."""
    able = accounts.people_who_may(db, APPROVE)
    return [one for one in able if one.id != export.asked_by and may_decide(db, one, export)]


def may_decide(db: Database, person: Person, export: FullExport) -> bool:
    """Tell whether a request lies within somebody's right to decide; their own does not count as another's here."""
    asker, one = accounts.person_by_id(db, export.asked_by), ledger_of_export(db, export)
    if asker is None or one is None or not accounts.may(person, APPROVE, person.area):
        return False
    scope = accounts.scope_of(db, asker)
    try:
        return covers(db, person, export.extent_seen(db, scope).within(scope), one)
    except Missing:  # the asker has not the area any more
        return False


def decide_export(db: Database, person: Person, export_id: str, *, allow: bool, why: str = "") -> FullExport:
    """Allow or refuse what another one asked for. Raises Missing, Refused, Dealt."""
    words, now = text.normalise(why), db.now()
    if not allow and not words:
        raise Refused("请写明为什么不批，申请的人会看到。", "why")
    if len(words) > LONGEST:
        raise Refused(f"原因写得太长了，请不要超过 {LONGEST} 个字。", "why")
    _refuse_own(db, person, find_export(db, export_id))
    with db.write():
        export = _to_decide(db, person, export_id)
        state = ALLOWED if allow else REFUSED
        expires = clock.stamp(now + TERM) if allow else ""
        kept = db.keys.lock(words, "full_exports.why", export.id) if words else ""
        db.run(
            "UPDATE full_exports SET state = ?, decided_by = ?, decided_at = ?, why = ?, expires_at = ? WHERE id = ?",
            (state, person.id, clock.stamp(now), kept, expires, export.id),
        )
        audit.note(db, person.actor, f"full.{state}", export.id, export.key)
        inbox.settle_told(db, export.id, inbox.FULL_ASKED)
        asker = accounts.person_by_id(db, export.asked_by)
        told = inbox.FULL_ALLOWED if allow else inbox.FULL_REFUSED
        inbox.tell_of(db, [asker] if asker else [], export.id, told)
    return find_export(db, export_id)


def _refuse_own(db: Database, person: Person, export: FullExport) -> None:
    """Refuse somebody to decide about what they asked for themselves, and put that on record."""
    if export.asked_by == person.id:
        with db.write():
            audit.note(db, person.actor, "full.own_refused", export.id)
        raise Refused(OWN)


def _to_decide(db: Database, person: Person, export_id: str) -> FullExport:
    export = find_export(db, export_id)
    if not may_decide(db, person, export):
        raise Missing
    if export.state != WAITING:
        outcome = "批了" if export.state == ALLOWED else "没有批"
        raise Dealt(accounts.name_of(db, export.decided_by), export.decided_at, outcome)
    return export
