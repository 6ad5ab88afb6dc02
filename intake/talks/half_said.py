"""Reports that their reporters left half-said: how they wait among the talks, and what is known of each.

Such an item has no message: it is there because none came. Who had agreed to the notice is shown with what they said,
by question, masked as in a report; of who had not it is known that somebody came, and no more.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from intake.calendar import clock
from intake.errors import Invalid
from intake.fields import Choices
from intake.kinds import KINDS, Answers, Report
from intake.messages.conversations import under_way_of
from intake.people import accounts
from intake.people.accounts import Person
from intake.people.scope import sees
from intake.reports import drafts, lookup, notice
from intake.reports.drafts import Draft
from intake.reports.looking import looks
from intake.reports.looking.looks import Shown
from intake.store import audit
from intake.store.db import Database, Row
from intake.talks import triage

HALF, UNAGREED = triage.HALF, triage.UNAGREED


@dataclass(frozen=True, slots=True)
class HalfSaid:
    """A report that stopped half-way, as staff may see it; nothing shown where nothing was answered."""

    kind: str
    title: str
    since: str
    shown: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class TypedHalf:
    """What is half-said, as a form holds it: typed, and kept unseen by key, since it takes a look to see it."""

    typed: Mapping[str, str | list[str]] = field(default_factory=dict)
    kept: Mapping[str, Any] = field(default_factory=dict)
    confidential: bool = False


def enter_half_said(db: Database, draft: str, reporter: str, why: str, kind: str) -> bool:
    """Note, in the transaction that finds it so, that a report waits half-said; tell whether it had not waited yet.

    `draft` tells it from others; `why` is HALF, UNAGREED, or DANGER. The kind is told of who agreed alone.
    """
    same = (triage.DANGER, triage.DANGER) if why == triage.DANGER else (HALF, UNAGREED)
    told = kind if why == HALF else ""
    waits = db.run(
        "UPDATE triage SET why = ?, kind = ? WHERE reporter = ? AND state = 'open' AND why IN (?, ?)"  # noqa: S608
        f" AND {triage.STILL}",
        (why, told, reporter, *same),
    )
    if waits.rowcount:
        return False
    key = "half:" + db.keys.digest("half", f"{reporter}\0{draft}")
    triage.enter(db, key, reporter, why, kind=told)
    return True


def settle_half_said(db: Database, reporter: str, outcome: str) -> None:
    """Note that a reporter has sent or dropped what was half-said; danger stays.

    `outcome` is triage.FINISHED or triage.DROPPED.
    """
    with db.write():
        done = db.run(
            "UPDATE triage SET state = 'done', done_at = ?, done_by = 'bot', outcome = ?"
            " WHERE reporter = ? AND state = 'open' AND why IN (?, ?)",
            (clock.stamp(db.now()), outcome, reporter, HALF, UNAGREED),
        )
        if done.rowcount:
            audit.note(db, "bot", f"talk.{outcome}", reporter)


def settle_on_page(db: Database, reporter: str, outcome: str) -> None:
    """Do the same where a page was sent or refused, unless something else of the reporter's is still half-said."""
    left = any(one.answers and not one.receipt for one in drafts.drafts_of(db, reporter))
    if not left and not under_way_of(db, reporter).id:
        settle_half_said(db, reporter, outcome)


def items_of_thread(db: Database, reporter: str) -> list[Row]:
    """Give what waits in a thread though nothing more was said: at, why, kind."""
    return db.all(
        "SELECT at, why, kind FROM triage WHERE reporter = ? AND state = 'open'"  # noqa: S608
        f" AND {triage.STILL} ORDER BY at",
        (reporter,),
    )


def hides_words(db: Database, reporter: str) -> bool:
    """Tell whether somebody is, or was, in the middle of a report and never agreed: then their words are not staff's to read."""
    if notice.standing(db, reporter):
        return False
    left = db.one(f"SELECT 1 FROM triage WHERE reporter = ? AND {triage.STILL}", (reporter,))  # noqa: S608
    return left is not None or bool(under_way_of(db, reporter).id)


def half_said_of(db: Database, reporter: str, person: Person) -> list[HalfSaid]:
    """Give what is known of the reports that somebody left half-said, as far as the scope of one of the staff allows."""
    if not items_of_thread(db, reporter):
        return []
    return [
        HalfSaid(
            one.kind,
            lookup.schema(db, one.kind).title,
            one.updated_at,
            tuple(looks.draft_shown(db, lookup.schema(db, one.kind), _read(db, one), _unnamed(one), person)),
        )
        for one in _open_to(db, reporter, person)
    ]


def typed_half(db: Database, reporter: str, kind: str, person: Person) -> TypedHalf:
    """Give what is half-said of a kind for the form in which somebody of the staff completes it."""
    found = next((one for one in _open_to(db, reporter, person) if one.kind == kind), None)
    if found is None:
        return TypedHalf()
    form, known = lookup.schema(db, kind), _read(db, found)
    kept = {key: value for key, value in known.items() if form.field(key).guarded}
    typed = {
        key: value if isinstance(form.field(key), Choices) else form.field(key).show(value)
        for key, value in known.items()
        if key not in kept
    }
    return TypedHalf(typed, kept, _unnamed(found))


def finish_half_said(db: Database, reporter: str, kind: str, receipt: str) -> None:
    """Let the chat know, in its transaction, that staff have made a report of what was half-said there."""
    known = drafts.find_draft(db, reporter, kind)
    if (known is not None and not known.receipt) or under_way_of(db, reporter).kind == kind:
        drafts.note_sent(db, reporter, kind, receipt)


def purge_half_said(db: Database, past: str) -> int:
    """Delete the items from before a stamp; danger stays until its outcome."""
    gone = f"{triage.STILL} AND at < ? AND NOT (state = 'open' AND why = ?)"
    return db.prune("triage", ("message",), gone, (past, triage.DANGER))


def _open_to(db: Database, reporter: str, person: Person) -> list[Draft]:
    """Give the drafts of who agreed, as far as somebody's scope reaches; what tells of danger is for few."""
    scope, agreed = accounts.scope_of(db, person), bool(notice.standing(db, reporter))
    return [
        one
        for one in drafts.drafts_of(db, reporter)
        if one.kind in KINDS
        and one.answers
        and not one.receipt
        and (agreed or one.channel == drafts.PAGE)  # a page keeps nothing unasked but danger
        and sees(
            scope,
            town=str(one.answers.get("town") or db.settings.district_code),
            kind=one.kind,
            restricted=bool(KINDS[one.kind].urgent),
        )
    ]


def _read(db: Database, draft: Draft) -> Answers:
    """Read a draft as its fields keep it; what they cannot read stays in the talk alone."""
    form, known = lookup.schema(db, draft.kind), dict[str, Any]()
    for key in form.answers():
        if key in draft.answers and key not in known:
            with suppress(Invalid):
                known |= _of(form, key, draft.answers[key], known)
    return known


def _of(form: Report, key: str, value: Any, known: Mapping[str, Any]) -> Answers:
    try:
        return form.check(key, value, known)
    except Invalid:  # it may only contradict the rest
        return form.check(key, value, {})


def _unnamed(draft: Draft) -> bool:
    return draft.answers.get(drafts.CONFIDENTIAL) == "是"
