"""Who sits in front of a page: a browser, somebody who comes from the chat, or a teacher; and for whom they write."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import abort, request, session
from flask_wtf.csrf import CSRFError

from forms import entry
from intake import roll
from intake.people import Person
from intake.web import csrf, get_db

FORM, TEACHER, PROXY = "form", "teacher", "proxy"
IDEMPOTENCY = "Idempotency-Key"


@dataclass(frozen=True, slots=True)
class Who:
    """Who fills a form in: `channel` is form, teacher or proxy; `known` has the answers that need no asking."""

    reporter: str
    channel: str = FORM
    person: Person | None = None
    child: str = ""
    """Id of the child of the roll that a teacher has picked."""
    known: Mapping[str, Any] = field(default_factory=dict)

    @property
    def private(self) -> bool:
        """Tell whether a page for them holds more than an empty form."""
        return bool(self.person or self.known)


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
    return ""


def writing() -> Who:
    """Tell who fills in the form of this request, from its `as` and `child`; 403 where they may not."""
    channel = request.values.get("as", FORM)
    if channel not in (TEACHER, PROXY):
        return Who(reporter())
    person = entry.teacher()
    if person is None:
        abort(401)
    child = request.values.get("child", "")
    known = roll.facts(get_db(), person, child)
    if child and not known:
        abort(403)
    return Who(person.actor, channel, person, child, known)


def sure() -> bool:
    """Check that this site's own page sent the request, before the view, which can then keep what was typed.

    A page without JavaScript brings the token of its form. A script names its key in a header, which no
    other site can make a browser do.
    """
    if request.headers.get(IDEMPOTENCY):
        return True
    try:
        csrf.protect()
    except CSRFError:
        return False
    return True
