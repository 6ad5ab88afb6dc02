"""Somebody known to the chat in this browser: after a link from the chat, or WeChat's own sign-in."""

from datetime import timedelta

from flask import session

from intake.reports import passes
from intake.web import get_db

TERM = timedelta(hours=2)
"""How long a browser is taken for the reporter's own, from opening the link; it does not grow with use."""
_KEY = "visitor"
_BROWSER = "browser"
"""What its pass is for, so that nobody opens a link with it, and again, for ever."""


def bind(reporter: str) -> None:
    """Take this browser for a reporter's own. The cookie holds a pass, which names nobody."""
    session[_KEY] = passes.issue_pass(get_db(), reporter, _BROWSER, TERM)


def reporter() -> str:
    """Give the reporter whose browser this is, or nothing."""
    found = passes.read_pass(get_db(), str(session.get(_KEY, "")))
    return found.reporter if found and found.kind == _BROWSER else ""
