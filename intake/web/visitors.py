"""Somebody known to the chat in this browser: after a link from the chat, or WeChat's own sign-in."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, session

from intake.calendar import clock
from intake.kinds import KINDS
from intake.reports import passes
from intake.web import get_db

TERM = timedelta(hours=2)
"""How long a browser is taken for the reporter's own, from opening the link; it does not grow with use."""
_KEY, _PROOF = "visitor", "visitor_proved"
_BROWSER = "browser"
"""What its pass is for, so that nobody opens a link with it, and again, for ever."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whose conversation goes on in this browser, and by which random id the browser is told from others."""

    reporter: str
    browser: str
    title: str = ""
    """Of the kind of report that the link was given for."""
    since: datetime | None = None
    """When it was given in the chat."""
    proved: bool = False
    """Whether the browser knows the reporter's telephone, or was sent by WeChat itself."""


def init_app(app: Flask) -> None:
    """Give every page of the phone side the visitor, whose conversation it names at its top."""
    app.jinja_env.globals["visitor"] = visitor


def bind(reporter: str, *, kind: str = "", since: str = "", proved: bool = False) -> None:
    """Take this browser for a reporter's own. The cookie holds a pass, which names nobody.

    Who was the same reporter's before stays the same browser, to which is given back what was typed in it.
    """
    before = visitor()
    same = before is not None and before.reporter == reporter
    browser = before.browser if before and same else secrets.token_hex(8)
    if not same:
        session.pop(_PROOF, None)
    facts = {"browser": browser, "kind": kind, "since": since, "proved": "1" if proved else ""}
    session[_KEY] = passes.issue_pass(get_db(), reporter, _BROWSER, TERM, facts)


def visitor() -> Visitor | None:
    """Give whose conversation goes on in this browser; None where nobody's does."""
    if _KEY not in session:
        return None
    db = get_db()
    found = passes.read_pass(db, str(session[_KEY]))
    if found is None or found.kind != _BROWSER:
        return None
    facts, shown = found.facts, passes.read_pass(db, str(session.get(_PROOF, "")))
    browser, kind, since = facts.get("browser", ""), facts.get("kind", ""), facts.get("since", "")
    mine = shown is not None and shown.kind == _PROOF and shown.reporter == found.reporter
    return Visitor(
        found.reporter,
        browser,
        KINDS[kind].title if kind in KINDS else "",
        clock.local(since) if since else None,
        bool(facts.get("proved")) or (mine and shown is not None and shown.facts.get("browser") == browser),
    )


def reporter() -> str:
    """Give the reporter whose browser this is, or nothing."""
    found = visitor()
    return found.reporter if found else ""


def note_proved() -> None:
    """Note that this browser has shown to know the reporter's telephone, for as long as it is taken for theirs."""
    if found := visitor():
        session[_PROOF] = passes.issue_pass(
            get_db(), found.reporter, _PROOF, TERM, {"browser": found.browser}
        )


def leave() -> None:
    """Take this browser for nobody's: what was said in the chat is not known here any more. Again is harmless."""
    for key in (_KEY, _PROOF):
        session.pop(key, None)
