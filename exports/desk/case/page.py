"""The page of one case, and what is done from there: records, moves, looks at masked values, files."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from exports.desk import files
from exports.desk.case import asking, shown, talk, timeline
from exports.desk.case.filled import filled_facts
from exports.desk.children import sections
from exports.desk.moments import when
from intake.cases import case as cases
from intake.cases import merging, work
from intake.cases.advice import reason_notes
from intake.cases.case import Case
from intake.cases.rulebook import states
from intake.cases.rulebook.transitions import TRANSITIONS, Transition
from intake.cases.told import inbox
from intake.errors import Dealt, Invalid, Missing, Problem, Refused
from intake.people import accounts
from intake.reports import receipts
from intake.reports.looking import evidence, known, looks, reasons
from intake.reports.looking.known import KnownFact
from intake.store import audit
from intake.store.ids import new_id
from intake.web import csrf, get_db
from intake.web.errors import on_page
from intake.web.questions import Errors, Typed
from intake.web.signin import permitted, person

CHANNEL = "desk"
LARGEST = 64 * 1024 * 1024
"""Bytes of a form that are read at all: a file too large is refused at its place, with what was typed beside it."""
TOLD = "记下了：{}。"
DEALT = "{}刚才已经处理了这一条。您的操作没有执行。"

bp = Blueprint("case", __name__, url_prefix="/desk/cases", template_folder="../templates")


@dataclass(frozen=True, slots=True)
class CaseReply:
    """What the page says beside the case: a form that is open, what was typed, what is wrong with it, a value shown."""

    do: str = ""
    typed: Typed = field(default_factory=MultiDict)
    errors: Errors = field(default_factory=dict)
    alert: str = ""
    changed: str = ""
    seen: int | None = None
    see: str = ""
    why: str = ""
    fact: KnownFact | None = None
    talk: bool = False
    tried: bool = False
    """Whether the form was sent, and comes again."""
    file_sent: bool = False
    """Whether a file came with it, which a browser does not keep."""


def again(problem: Problem, number: str, key: str = "") -> str:
    """Show the case again with what was typed, and what is the matter where something can be done about it."""
    typed, said = request.form, seen_version()
    match problem:
        case work.Moved():
            reply = CaseReply(key, typed, changed=_changed(problem), seen=said, tried=True)
        case Invalid():
            reply = CaseReply(key, typed, problem.errors, tried=True)
        case Refused(field="why"):
            reply = CaseReply(see=typed.get("field", ""), typed=typed, why=str(problem))
        case Refused() if problem.field:
            reply = CaseReply(key, typed, {problem.field: [str(problem)]}, tried=True)
        case Refused():
            reply = CaseReply(key, typed, alert=str(problem), tried=True)
        case Dealt():
            reply = CaseReply(alert=DEALT.format(problem.name or "同事"), seen=said)
        case _:
            raise problem
    sent = request.files.get(evidence.FIELD)
    return render(number, replace(reply, file_sent=reply.tried and bool(sent and sent.filename)))


@bp.get("/<number>")
@permitted("case.read")
def page(number: str) -> str:
    """Show a case; a chosen action has its form open."""
    said = request.args
    opened(number)
    return render(
        number,
        CaseReply(said.get("do", ""), see=said.get("see", ""), talk="talk" in said),
    )


@bp.post("/<number>/do/<key>")
@permitted("case.read")
@on_page(again)
def act(number: str, key: str) -> ResponseReturnValue:
    """Do something on a case; sent twice it is done once."""
    request.max_content_length = LARGEST
    csrf.protect()
    db, who = get_db(), person()
    case, transition = cases.case_seen(db, who, number), TRANSITIONS.get(key)
    if transition is None or key in shown.OWN:
        raise Missing
    event = evidence.act_with_file(
        db, case, key, asking.raw_of(transition, request.form, db), who, _file(), channel=CHANNEL, seen=seen_version(),
        token=_token(who.id, key),
    )  # fmt: skip
    flash(TOLD.format(transition.title))
    return redirect(url_for(".page", number=number, _anchor=f"e{event.id}"), 303)


csrf.exempt(act)  # what a file may weigh is said before anything is read


@bp.post("/<number>/look")
@permitted("case.look")
@on_page(again)
def look(number: str) -> str:
    """Show one masked value for a reason, on this page alone."""
    db, who, said = get_db(), person(), request.form
    case = cases.case_seen(db, who, number)
    fact = known.look_at_fact(
        db, case, said.get("field", ""), who, said.get("why", ""), said.get("words", "")
    )
    return render(number, CaseReply(fact=fact))


@bp.get("/<number>/files/<key>")
@permitted("case.read")
@on_page(files.closed)
def file(number: str, key: str) -> ResponseReturnValue:
    """Send a file of a case; each look is noted."""
    db, who = get_db(), person()
    case = cases.case_seen(db, who, number)
    inside = (case.id, *(one.id for one in merging.merged_here(db, case)))
    data, mime = evidence.look_at_file(db, inside, key, who)
    return files.sent(data, mime, case.number, apart=not mime.startswith("image/"))


def opened(number: str) -> None:
    """Note that somebody opened a case: what they were told of it is read. Raises Missing."""
    db, who = get_db(), person()
    case = cases.case_seen(db, who, number)
    with db.write():
        inbox.mark_case_read(db, who, case)
        audit.note(db, who.actor, "case.read", case.id)


def render(number: str, reply: CaseReply) -> str:
    """Draw the page of a case."""
    db, who = get_db(), person()
    case = cases.case_seen(db, who, number)
    events = cases.events_of(db, case)
    common = shown.context(db, case, who, events)
    wanted: asking.Acting = common["wanted"]
    facts = _facts(case, reply)
    return render_template(
        "desk/case.html",
        case=case,
        number=number,
        kind=case.title,
        reply=reply,
        forms=_forms(wanted, reply, [one.key for one in common["ready"]]),
        lines=timeline.entries(timeline.CaseTeller(db, case, wanted.now, who, events), reply.seen),
        strip=timeline.strip_of(db, case),
        facts=facts,
        notes=reason_notes.notes_of_reasons(db, {one.text for one, _ in facts if one.key.endswith(".reason")}),
        looking=accounts.may(who, "case.look", who.area),
        reasons=reasons.WHY,
        seen_by=[(one, when(one.at, db.now())) for one in reasons.looks_at(db, case.id)],
        reports=_reports(case),
        family=sections.family_of_case(db, case.child, who),
        offers=merging.offers_of(db, case, who),
        into=merging.merged_into(db, case)[1] if case.state == states.MERGED else None,
        letters=[one for one in events if one.key == "letter"],
        served={str(one.facts.get("letter")): one for one in events if one.key == "served"},
        files=[one for one in events if one.facts.get(evidence.FIELD)],
        filled=filled_facts(db, case, events),
        talks=talk.talks_of(case, reply.talk),
        token=new_id(),
        oldest=request.args.get("order") == "old",
        **common,
    )  # fmt: skip


def _forms(wanted: asking.Acting, reply: CaseReply, ready: Sequence[str]) -> list[asking.CaseForm]:
    """Give the form of every action that is possible, first the one that is open; one that was tried is always there."""
    keys = [key for key in dict.fromkeys(ready) if key != reply.do]
    if reply.do in ready or (reply.tried and reply.do in TRANSITIONS):
        keys.insert(0, reply.do)
    return [_form(wanted, TRANSITIONS[key], reply if key == reply.do else CaseReply()) for key in keys]


def _form(wanted: asking.Acting, transition: Transition, reply: CaseReply) -> asking.CaseForm:
    said = request.args if reply.do else {}
    typed = reply.typed if reply.tried else asking.filled_in(wanted, transition, said)
    return asking.CaseForm(
        transition, asking.asks(wanted, transition, typed, reply.errors), transition.key in asking.WITH_FILE,
        bool(reply.do), reply.errors,
    )  # fmt: skip


def _facts(case: Case, reply: CaseReply) -> list[tuple[KnownFact, str]]:
    """Give what is known, with when it was said; what was just looked at stands in clear."""
    db = get_db()
    found = known.facts_of(db, case, person(), looked=reply.fact)
    return [(one, when(one.at, db.now()) if one.at else "") for one in found]


def _reports(case: Case) -> list[tuple[str, str, str, bool]]:
    """Give the reports of a case: receipt as it is stored and as it is shown, when, whether it may be opened."""
    db, who = get_db(), person()
    return [
        (one.receipt, receipts.show_receipt(one.receipt), when(one.received_at, db.now()),
         looks.may_see_report(db, one, who))
        for one in known.reports_seen(db, case, who)
    ]  # fmt: skip


def _changed(moved: work.Moved) -> str:
    """Say who changed what since the page was opened."""
    db, event = get_db(), moved.event
    name = accounts.name_of(db, event.actor) or timeline.HOUSE.get(event.actor, "系统")
    return f"{name} {when(event.at, db.now())} {event.did}。请看过下面标“新”的再办，您写的还在。"


def _file() -> bytes:
    sent = request.files.get(evidence.FIELD)
    return sent.read(evidence.CAP + 1) if sent else b""


def seen_version() -> int | None:
    """Give the version of what a page is of, as the page had it that was sent."""
    said: Any = request.form.get("seen", "")
    return int(said) if said.isdecimal() and len(said) < 9 else None


def _token(who: str, key: str) -> str | None:
    """Give the key under which the same form sent twice is one event; other words are another."""
    said = request.form.get("token", "")[:40]
    words = json.dumps(sorted(one for one in request.form.items(multi=True) if one[0] not in _CARRIED))
    return f"{CHANNEL}:{who}:{key}:{said}:{get_db().keys.digest('form', words)[:16]}" if said else None


_CARRIED = frozenset({"csrf_token", "seen", "token"})
