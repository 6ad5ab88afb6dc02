"""One draft on both sides: what was said in the chat is known to the page, and what is typed there to the chat.

Who opened a link need not be who said it, nor is the chat behind it always that of who types. So an answer by which a
child or a person is found is shown where it was said: in the chat, or in the browser that typed it; of what the chat
was told also to a browser that knows the reporter's telephone. Elsewhere it is kept, and goes along unseen.
What is sensitive is shown by no page at all.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from forms import who
from intake.children import links
from intake.children.children import Child
from intake.children.facts.answers.known import KnownAnswers, known_answers
from intake.errors import Refused, Unreadable
from intake.fields import Choices
from intake.fields.privacy import Privacy
from intake.kinds import KINDS, Report
from intake.language.naming import phones
from intake.language.naming.names import name_key
from intake.people import tries
from intake.reports import drafts, lookup, notice
from intake.reports.drafts import Draft
from intake.reports.told_children import OWN, phone_told, tells_who, told_children
from intake.store.db import Database
from intake.store.keys import is_bound
from intake.talks import half_said, triage
from intake.web import get_db, knocks, visitors
from intake.web.visitors import Visitor

LONGEST = 1000
"""Characters of one answer that are kept, twice as many as any field takes."""
DIGITS = 4
"""So many last digits of a telephone prove that somebody knows it."""
WRONG = f"这 {DIGITS} 位对不上。请填您在微信里说过的电话的后 {DIGITS} 位。"
_KEPT = "forms.kept"
"""The place that answers are bound to which are carried through a page."""

Typed = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Recalled:
    """What the chat knows of a report: as this browser may see it, typed, and what it keeps unseen, by key."""

    shown: Typed = field(default_factory=dict)
    kept: Mapping[str, Any] = field(default_factory=dict)
    remembered: frozenset[str] = frozenset()
    """Which of what is shown nobody has said for this report: it is out of the child's file."""


def recall(kind: str) -> Recalled:
    """Give what the linked reporter has said for a report of a kind; nothing for everybody else.

    What she told of the child in earlier reports is filled in, as the chat does, for a browser that knows her telephone;
    and what is known of a child whose class teacher has confirmed that she is its family.
    """
    visitor, db = visitors.visitor(), get_db()
    if visitor is None:
        return Recalled()
    form, kept = lookup.schema(db, kind), drafts.find_draft(db, visitor.reporter, kind)
    said = kept.answers if kept else {}
    told = _known(db, visitor.reporter, said) if visitor.proved else {}
    told = {key: value for key, value in told.items() if key in form.fields and not _sensitive(form, key)}
    named = {**told, **said, **_picked(db, visitor)}
    filed = _filed(db, visitor.reporter, kind, named).beside(said) if visitor.proved else {}
    hidden = {key: said[key] for key in said if kept and _hidden(form, key, kept, visitor)}
    seen = {key: value for key, value in said.items() if key not in hidden}
    return Recalled(_as_typed(form, {**told, **filed, **seen}), hidden, frozenset(filed.keys() - seen.keys()))


def children_of_family() -> list[Child]:
    """Give the children among whom a linked reporter may pick, who is confirmed family of several; nobody to anybody else."""
    visitor = visitors.visitor()
    mine = links.confirmed(get_db(), visitor.reporter) if visitor and visitor.proved else []
    return mine if len(mine) > 1 else []


def _picked(db: Database, visitor: Visitor) -> dict[str, Any]:
    """Give the name of the child that was picked by its number, or typed into this form."""
    number, name = request.args.get("of", ""), request.form.get("child_name", "").strip()
    mine = links.confirmed(db, visitor.reporter) if number and visitor.proved else []
    if number.isascii() and number.isdecimal() and 0 < int(number) <= len(mine):
        name = mine[int(number) - 1].name
    return {"child_name": name} if name else {}


def child_meant(answers: Mapping[str, Any]) -> str:
    """Give the id of the child of a linked reporter's own family that answers are about; nothing for anybody else."""
    visitor = visitors.visitor()
    child = _family(get_db(), visitor.reporter, answers) if visitor and visitor.proved else None
    return child.id if child and answers.get("school", child.school) == child.school else ""


def keeps(kind: str, typed: MultiDict[str, str]) -> Mapping[str, Any]:
    """Give what goes along unseen with what was typed.

    Where the chat named a child, and the page names one, what was said of the chat's is not said of this one.
    """
    visitor, db = visitors.visitor(), get_db()
    kept = drafts.find_draft(db, visitor.reporter, kind) if visitor else None
    if visitor is None or kept is None:
        return {}
    hidden, name = recall(kind).kept, typed.get("child_name", "").strip()
    named = kept.answers.get("child_name") if "child_name" not in kept.typed_in else None
    # Who may not see the name learns nothing by guessing at it.
    same = visitor.proved and name_key(named or "") == name_key(name)
    if name and (named or kept.named) and not same:
        return {key: value for key, value in hidden.items() if key in OWN}
    return hidden


def kept_of_sent(kind: str, key: str) -> Mapping[str, Any] | None:
    """Give what went along unseen with a report that has arrived under a key, for who sends it once more; else None."""
    reporter, db = visitors.reporter(), get_db()
    report = lookup.report_by_key(db, key) if key else None
    if report is None or not reporter or report.reporter != reporter or report.kind != kind:
        return None
    declared = lookup.schema(db, kind).answers()
    told = lookup.answers_of(db, report)
    return {one: value for one, value in told.items() if tells_who(one, declared[one])}


def seal(kind: str, kept: Mapping[str, Any]) -> str:
    """Close up what goes along unseen, to be carried through the read-back: what is sent is what was checked."""
    told = json.dumps(kept, ensure_ascii=False)
    return get_db().keys.lock(told, _KEPT, visitors.reporter(), kind) if kept else ""


def unseal(kind: str, sealed: str) -> Mapping[str, Any] | None:
    """Give back what was closed up for this reporter and kind; None for anything else."""
    try:
        kept = json.loads(get_db().keys.unlock(sealed, _KEPT, visitors.reporter(), kind))
    except (Unreadable, ValueError, TypeError):
        return None
    return kept if isinstance(kept, dict) and is_bound(sealed) else None


def asks_phone() -> bool:
    """Tell whether the linked reporter's telephone would let this browser see more."""
    visitor = visitors.visitor()
    return visitor is not None and not visitor.proved and bool(phone_told(get_db(), visitor.reporter))


def prove(said: str) -> None:
    """Let this browser see what was said in the chat, if it knows the telephone. Raises Refused, TooMany."""
    reporter, db = visitors.reporter(), get_db()
    taken = tries.take_try(db, tries.LAST_FOUR, tries.account_of(db, reporter), knocks.knock())
    digits = "".join(one for one in said if one.isdecimal() and one.isascii())
    good = len(digits) == DIGITS and phones.phone_ends(phone_told(db, reporter), digits)
    if good:
        with db.write():
            tries.give_back(db, taken)
    if not good:
        raise Refused(WRONG, "last_four")
    visitors.note_proved()


def wishes_unnamed(kind: str) -> bool:
    """Tell whether the linked reporter has said in the chat that she wants to stay unnamed."""
    reporter = who.linked_reporter()
    kept = drafts.find_draft(get_db(), reporter, kind) if reporter else None
    return kept is not None and kept.answers.get(drafts.CONFIDENTIAL) == "是"


def save(kind: str, typed: MultiDict[str, str]) -> None:
    """Keep what a linked reporter has typed so far, once she has agreed to the notice, which danger does not wait for.

    What was emptied on the page is forgotten; what the page does not ask, or does not show, stays as the chat has it.
    Who refuses after all has nothing kept that a page has written.
    """
    visitor, db = visitors.visitor(), get_db()
    if visitor and typed.get("consent") == "refuse":
        drafts.drop(db, visitor.reporter, kind, drafts.PAGE)
        half_said.settle_on_page(db, visitor.reporter, triage.DROPPED)
    agreed = visitor and (
        typed.get("consent") == "agree" or KINDS[kind].urgent or notice.standing(db, visitor.reporter)
    )
    if not visitor or not agreed:
        return
    if not drafts.late(db, visitor.reporter, f"form:{typed.get('idempotency_key', '')}"):
        _save(kind, typed, visitor)


def _save(kind: str, typed: MultiDict[str, str], visitor: Visitor) -> None:
    db = get_db()
    form, kept, recalled = (
        lookup.schema(db, kind),
        drafts.find_draft(db, visitor.reporter, kind),
        recall(kind),
    )
    before, typed_in = dict(kept.answers) if kept else {}, dict(kept.typed_in) if kept else {}
    after, named = dict(before), kept is not None and kept.named
    for key, value in _said(form, typed).items():
        if value and value == recalled.shown.get(key):
            if key not in recalled.remembered:  # what nobody has said is in no draft
                after.setdefault(key, value)
        elif value:
            named = named or (key == "child_name" and key in before and key not in typed_in)
            after[key], typed_in[key] = value, visitor.browser
        elif key not in recalled.kept:
            after.pop(key, None)
            typed_in.pop(key, None)
    if _as_typed(form, before) != _as_typed(form, after):
        drafts.keep_draft(db, visitor.reporter, kind, after, drafts.PAGE, typed_in, named=named)


def sent(kind: str, receipt: str) -> None:
    """End the draft of a linked reporter whose report has arrived, in the caller's transaction."""
    reporter, db = who.linked_reporter(), get_db()
    report = lookup.find_report(db, receipt) if reporter else None
    if report and report.reporter == reporter:
        drafts.note_sent(db, reporter, kind, receipt)
        half_said.settle_on_page(db, reporter, triage.FINISHED)


def _sensitive(form: Report, key: str) -> bool:
    return form.answers()[key].asked.privacy is Privacy.SENSITIVE


def _hidden(form: Report, key: str, kept: Draft, visitor: Visitor) -> bool:
    """Tell whether an answer of the draft is not for this browser."""
    declared = form.answers().get(key)
    if declared is None or declared.asked.teachers or not tells_who(key, declared):
        return False
    if key in kept.typed_in:
        return _sensitive(form, key) or kept.typed_in[key] != visitor.browser
    return _sensitive(form, key) or not visitor.proved


def _said(form: Report, typed: MultiDict[str, str]) -> Typed:
    """Pick the answers out of a browser's fields; what was left empty is empty, not missing."""
    said: Typed = {}
    for key, declared in form.answers().items():
        if key in typed and not declared.asked.teachers:
            several = [one.strip()[:LONGEST] for one in typed.getlist(key) if one.strip()][:30]
            said[key] = (
                several if isinstance(declared, Choices) else next(iter(several), "")
            )  # a day has two controls
    return said


def _known(db: Database, reporter: str, said: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give what was told of the child before; of several the one that is named, else the reporter's own."""
    told, name = told_children(db, reporter), said.get("child_name")
    child = next((one for one in told if name and name_key(one.name) == name_key(name)), None)
    if child is None and said.get("relation") in links.STRANGERS:  # they tell of other people's children
        return {}
    if child is None and not name and len(told) == 1:
        child = told[0]
    if child or not told:
        return child.facts if child else {}
    return {key: value for key, value in told[0].facts.items() if key in OWN}


def _filed(db: Database, reporter: str, kind: str, said: Mapping[str, Any]) -> KnownAnswers:
    """Give what is known of the child that is meant, if she is confirmed to be its family."""
    child = _family(db, reporter, said)
    return known_answers(db, child, kind, reporter) if child else KnownAnswers()


def _family(db: Database, reporter: str, said: Mapping[str, Any]) -> Child | None:
    if said.get("relation") in links.STRANGERS:
        return None
    return links.confirmed_child(db, reporter, str(said.get("child_name") or ""))


def _as_typed(form: Report, said: Mapping[str, Any]) -> Typed:
    """Turn what was said into what a browser would send: names for codes, a list for several choices."""
    typed: Typed = {}
    clean = form.said(said)
    for key, declared in form.answers().items():
        if key not in clean or declared.asked.teachers:
            continue
        value = clean[key]
        try:
            value = form.field(key).deserialize(value)
        except ValidationError:  # half a number, say: it is shown as it was typed
            typed[key] = value if isinstance(value, list) else str(value)
        else:
            typed[key] = value if isinstance(value, list) else form.field(key).show(value)
    return typed
