"""Telephone calls to make: what a parent did not get by WeChat (家长未收到), and whom to ring."""

from dataclasses import dataclass

from intake.errors import Unreadable
from intake.kinds import tables
from intake.messages import outbox
from intake.people import accounts
from intake.people.accounts import Person
from intake.people.scope import Scope
from intake.reports import lookup
from intake.store import audit
from intake.store.db import Database, Row
from intake.store.keys import UNOPENED_TEXT


@dataclass(frozen=True, slots=True)
class Call:
    """One call: what to say, to which number (empty where none is known), and who that is to the child."""

    id: str
    text: str
    phone: str
    relation: str
    receipt: str


def calls_waiting(db: Database, scope: Scope) -> list[Row]:
    """List the calls within a scope, see outbox.undelivered."""
    return outbox.undelivered(db, scope)


def look(db: Database, key: str, person: Person) -> Call | None:
    """Open one call that still waits: its text and the number; both looks are noted. None where it is done."""
    row = next((one for one in calls_waiting(db, accounts.scope_of(db, person)) if one["id"] == key), None)
    if row is None:
        return None
    try:
        text = outbox.read_message(db, key, person.actor)
    except LookupError:  # deleted this moment
        return None
    except Unreadable:
        text = UNOPENED_TEXT
    phone, relation = _phone(db, row, person)
    return Call(key, text, phone, relation, row["subject"])


def done(db: Database, key: str, person: Person) -> bool:
    """Note that somebody has telephoned; tell whether that was still open and theirs to do."""
    mine = any(one["id"] == key for one in calls_waiting(db, accounts.scope_of(db, person)))
    return mine and outbox.called(db, key, person.actor)


def _phone(db: Database, call: Row, person: Person) -> tuple[str, str]:
    """Give the number and the relation of the newest report that has a number; open no other cell."""
    envelopes = lookup.reports_of(db, call["reporter"])
    of_call = lookup.find_report(db, call["subject"]) if call["subject"] else None
    for envelope in [*envelopes, *([of_call] if of_call else [])]:
        row = db.one(
            f"SELECT phone, relation FROM {tables.name(envelope.kind)} WHERE report_id = ?",  # noqa: S608
            (envelope.id,),
        )
        if row is None or not row["phone"]:
            continue
        with db.write():
            audit.note(db, person.actor, "phone.read", envelope.id)
        form = lookup.schema(db, envelope.kind)
        try:
            kept = db.keys.unlock(row["phone"], *tables.place(envelope.kind, "phone", envelope.id))
            phone = form.field("phone").show(form.field("phone").recall(kept))
        except Unreadable:
            continue
        return phone, form.field("relation").show(row["relation"]) if row["relation"] else ""
    return "", ""
