"""Short-lived passes: a link by which somebody known to the chat is known to a browser as well.

A pass is encrypted and signed with the keys of the house, so that an address tells nobody whose it
is; nothing is kept of it. Its time is real even where a demonstration pins its day.
"""

import json
from dataclasses import dataclass
from datetime import timedelta

from intake.calendar import clock
from intake.errors import Unreadable
from intake.store.db import Database
from intake.store.keys import is_bound

LINK = timedelta(minutes=30)
"""How long a link from the chat can be opened."""
LONGEST = 600
"""Characters of a pass that are looked at; a real one has half of that."""
ROLL = "roll"
"""The page of a teacher who is bound in the chat: it signs her in."""
_PLACE = "passes.pass"
"""What a pass is bound to, so that nothing else that the same keys have closed is taken for one."""


@dataclass(frozen=True, slots=True)
class Pass:
    """Whose a pass is, and for which kind of report or which page, if any."""

    reporter: str
    kind: str = ""


def issue_pass(db: Database, reporter: str, kind: str = "", term: timedelta = LINK) -> str:
    """Make a pass that is good for a term, fit for an address."""
    until = clock.stamp(clock.now() + term)
    return db.keys.lock(json.dumps([reporter, kind, until]), _PLACE).rstrip("=")


def read_pass(db: Database, token: str) -> Pass | None:
    """Read a pass; None for one that has run out, was altered, or never was one."""
    if not token or len(token) > LONGEST or not token.isascii():
        return None
    try:
        reporter, kind, until = json.loads(db.keys.unlock(token + "=" * (-(len(token) - 1) % 4), _PLACE))
        good = is_bound(token) and until > clock.stamp(clock.now())
    except (Unreadable, ValueError, TypeError):
        return None
    return Pass(reporter, kind) if good else None


def address(db: Database, reporter: str, kind: str = "") -> str:
    """Give the address of a page that knows its reporter, or nothing where the house has no address."""
    public = db.settings.public
    return f"{public}/forms/c/{issue_pass(db, reporter, kind)}" if public else ""
