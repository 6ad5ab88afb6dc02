"""From the chat to the page and back: a link that knows its reporter, and one draft on both sides."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from forms import who
from forms.teachers import entry
from forms.told import EXPIRED, Answer
from intake.children import links
from intake.fields import Choices
from intake.kinds import KINDS, Report
from intake.people import accounts, bindings
from intake.people.accounts import Person
from intake.reports import drafts, lookup, notice, passes
from intake.reports.told_children import OWN, told_children
from intake.store.db import Database
from intake.web import get_db, visitors

bp = Blueprint("link", __name__)

LARGEST = 64 * 1024
"""Bytes that a draft may have; a full form has a tenth of that."""
LONGEST = 1000
"""Characters of one answer that are kept, twice as many as any field takes."""
ROLL = "/forms/roll"

Typed = dict[str, str | list[str]]


@bp.get("/forms/c/<token>")
def come(token: str) -> Answer:
    """Take the browser for the reporter's own, and go on to the form.

    Who only looks ahead at links (a preview, a crawler) gets a cookie and changes nothing; a
    teacher, whose device would be kept, presses a button first.
    """
    found = passes.read_pass(get_db(), token)
    if found and found.kind == passes.ROLL:
        return _welcome(_teacher(get_db(), found.reporter), token)
    if found is None or found.kind not in ("", *KINDS):
        return _expired()
    visitors.bind(found.reporter)
    return redirect(url_for("forms.ask", kind=found.kind) if found.kind else url_for("forms.start"), 303)


@bp.post("/forms/c/<token>")
def enter(token: str) -> Answer:
    """Sign a teacher's device in who came from the chat."""
    found = passes.read_pass(get_db(), token)
    teacher = _teacher(get_db(), found.reporter) if found and found.kind == passes.ROLL else None
    if teacher is None:
        return _expired()
    if not who.sure():
        return render_template("forms/come.html", teacher=teacher, token=token, alert=EXPIRED), 400
    return entry.remember(redirect(ROLL, 303), teacher)


@bp.post("/forms/draft/<kind>")
def keep(kind: str) -> tuple[str, int]:
    """Keep what was typed so far; for who did not come from the chat it stays on the phone alone."""
    request.max_content_length = LARGEST
    if kind not in KINDS:
        abort(404)
    if not who.sure():
        return "", 400
    save(kind, request.form)
    return "", 204


def draft(kind: str) -> Typed:
    """Give what the linked reporter has already said for a report of a kind, as a browser would type it.

    Empty for everybody else. What she told of the child in earlier reports is filled in as the chat does.
    """
    reporter, db = who.linked_reporter(), get_db()
    if not reporter:
        return {}
    kept = drafts.find_draft(db, reporter, kind)
    said = kept.answers if kept else {}
    return _as_typed(lookup.schema(db, kind), {**_known(db, reporter, said), **said})


def wishes_unnamed(kind: str) -> bool:
    """Tell whether the linked reporter has said in the chat that she wants to stay unnamed."""
    reporter = who.linked_reporter()
    kept = drafts.find_draft(get_db(), reporter, kind) if reporter else None
    return kept is not None and kept.answers.get(drafts.CONFIDENTIAL) == "是"


def save(kind: str, typed: MultiDict[str, str]) -> None:
    """Keep what a linked reporter has typed so far, once she has agreed to the notice.

    What was emptied on the page is forgotten; what the page does not ask stays as the chat has it. Who
    refuses after all has nothing kept that a page has written.
    """
    reporter, db = who.linked_reporter(), get_db()
    if reporter and typed.get("consent") == "refuse":
        drafts.drop(db, reporter, kind, drafts.PAGE)
    agreed = reporter and (typed.get("consent") == "agree" or notice.standing(db, reporter))
    if not agreed or drafts.late(db, reporter, f"form:{typed.get('idempotency_key', '')}"):
        return
    form, kept = lookup.schema(db, kind), drafts.find_draft(db, reporter, kind)
    said, before = _said(form, typed), dict(kept.answers) if kept else {}
    after = {key: value for key, value in before.items() if key not in said}
    after |= {key: value for key, value in said.items() if value}
    if _as_typed(form, before) != _as_typed(form, after):
        drafts.keep_draft(db, reporter, kind, after, drafts.PAGE)


def sent(kind: str, receipt: str) -> None:
    """End the draft of a linked reporter whose report has arrived, in the caller's transaction."""
    reporter, db = who.linked_reporter(), get_db()
    report = lookup.find_report(db, receipt) if reporter else None
    if report and report.reporter == reporter:
        drafts.note_sent(db, reporter, kind, receipt)


def _welcome(teacher: Person | None, token: str) -> Answer:
    """Ask a teacher to press the button, unless this is her device already."""
    here = entry.teacher()
    if teacher and here and here.id == teacher.id:
        return redirect(ROLL, 303)
    return render_template("forms/come.html", teacher=teacher, token=token) if teacher else _expired()


def _expired() -> tuple[str, int]:
    return render_template("forms/come.html", teacher=None), 410


def _teacher(db: Database, reporter: str) -> Person | None:
    """Give the teacher that a reporter is bound as in the chat."""
    person = bindings.person_bound(db, reporter)
    return person if person and accounts.may(person, "roll.mark", person.area) else None


def _said(form: Report, typed: MultiDict[str, str]) -> Typed:
    """Pick the answers out of a browser's fields; what was left empty is empty, not missing."""
    said: Typed = {}
    for key, field in form.answers().items():
        if key in typed and not field.asked.teachers:
            several = [one.strip()[:LONGEST] for one in typed.getlist(key) if one.strip()][:30]
            said[key] = (
                several if isinstance(field, Choices) else next(iter(several), "")
            )  # a day has two controls
    return said


def _known(db: Database, reporter: str, said: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give what was told of the child before; of several the one that is named, else the reporter's own."""
    told, name = told_children(db, reporter), said.get("child_name")
    child = next((one for one in told if one.name == name), None)
    if child is None and said.get("relation") in links.STRANGERS:  # they tell of other people's children
        return {}
    if child is None and not name and len(told) == 1:
        child = told[0]
    if child or not told:
        return child.facts if child else {}
    return {key: value for key, value in told[0].facts.items() if key in OWN}


def _as_typed(form: Report, said: Mapping[str, Any]) -> Typed:
    """Turn what was said into what a browser would send: names for codes, a list for several choices."""
    typed: Typed = {}
    clean = form.said(said)
    for key, field in form.answers().items():
        if key not in clean or field.asked.teachers:
            continue
        value = clean[key]
        try:
            value = form.field(key).deserialize(value)
        except ValidationError:  # half a number, say: it is shown as it was typed
            typed[key] = value if isinstance(value, list) else str(value)
        else:
            typed[key] = value if isinstance(value, list) else form.field(key).show(value)
    return typed
