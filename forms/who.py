"""Who sits in front of a page: a browser, somebody who comes from the chat, or a teacher; and for whom they write."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import abort, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from forms.told import IDEMPOTENCY
from intake.children.children import find_child
from intake.children.facts.answers.known import KnownAnswers, known_answers
from intake.errors import Invalid
from intake.kinds import Report
from intake.people import bindings
from intake.people.accounts import Person
from intake.school import roll
from intake.web import forgery, get_db, phones, visitors
from intake.web.forgery import unsure

__all__ = ["IDEMPOTENCY", "unsure"]

FORM, TEACHER, PROXY = "form", "teacher", "proxy"


@dataclass(frozen=True, slots=True)
class Who:
    """Who fills a form in: `channel` is form, teacher or proxy."""

    reporter: str
    channel: str = FORM
    person: Person | None = None
    child: str = ""
    """Id of the child of the roll that a teacher has picked."""
    known: Mapping[str, Any] = field(default_factory=dict)
    """Answers that are not asked, by key, in canonical form."""
    told: Mapping[str, Any] = field(default_factory=dict)
    """Answers that are filled in and can be changed, in canonical form."""
    filed: KnownAnswers = field(default_factory=KnownAnswers)
    """What is known of the child that was picked; what is not asked anyway is filled in, too."""


def reporter() -> str:
    """Give by which name reports of this browser are kept.

    A random id that names nobody and is gone when the browser is closed; who came from the chat by a
    signed link keeps the chat's own name for as long as the link lives.
    """
    if linked := linked_reporter():
        return linked
    if "reporter" not in session:
        session["reporter"] = f"web:{secrets.token_hex(16)}"
    return str(session["reporter"])


def linked_reporter() -> str:
    """Give the reporter of the chat who opened a link in this browser, or nothing."""
    return visitors.reporter()


def writing(form: Report) -> Who:
    """Tell who fills in the form of this request, from its `as` and `child`; 401 and 404 where they may not."""
    channel, db = request.values.get("as", FORM), get_db()
    if channel not in (TEACHER, PROXY):
        return Who(reporter())
    person = teacher()
    if person is None:
        abort(stranger())
    child = request.values.get("child", "")
    known = roll.facts(db, person, child)
    if child and not known:
        abort(404)
    if channel == TEACHER:
        known |= {"relation": "班主任", "phone": roll.phone_of(person)}
    taught = bindings.classes_taught(db, person.id)
    told = (
        {key: getattr(taught[0], key) for key in ("school", "grade", "class_name")}
        if len(taught) == 1
        else {}
    )
    filed = (
        known_answers(db, found, form.kind)
        if (found := find_child(db, child) if child else None)
        else KnownAnswers()
    )
    told |= {key: value for key, value in filed.answers.items() if key not in known}
    return Who(person.actor, channel, person, child, _sound(form, known), told, filed)


def teacher() -> Person | None:
    """Give the teacher whose phone this is; nobody where another one filled in what it sends."""
    person = phones.teacher()
    return user() if person else None


def user() -> Person | None:
    """Give the member of staff whose phone this is; nobody where another one filled in what it sends.

    A roll may wait on a phone for a network, or on a page that is old, while a colleague comes in there.
    """
    person = phones.user()
    return person if person and request.form.get("by", person.id) == person.id else None


def stranger() -> Response:
    """Show the way in to somebody who wants a teacher's page from a phone that is not known.

    What a form brought goes with the page, to be sent by whoever comes in; no token and no PIN.
    """
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("entry.page", next=request.full_path.rstrip("?")), 303)
    typed = [pair for pair in request.form.items(multi=True) if pair[0] not in ("csrf_token", "pin")]
    way = {"kept": urlencode(typed), "next": request.path} if typed else {}
    return make_response(render_template("forms/enter.html", out=True, **way), 401)


def _sound(form: Report, known: Mapping[str, str]) -> dict[str, Any]:
    """Give what a form takes of what is known; a fault of the roll is no fault of whoever fills the form in."""
    asked = {key: value for key, value in known.items() if value and key in form.answers()}
    try:
        return form.accept(asked, waived=form.fields)
    except Invalid as wrong:
        return {key: value for key, value in asked.items() if key not in wrong.errors}


def sure() -> bool:
    """Check that this site's own page sent the request, before the view, which can then keep what was typed.

    A page without JavaScript brings the token of its form. A script names its key in a header, which no
    other site can make a browser do.
    """
    return bool(request.headers.get(IDEMPOTENCY)) or forgery.fits()
