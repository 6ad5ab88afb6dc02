"""Short-lived passes: a link by which somebody known to the chat is known to a browser as well.

A pass is encrypted and signed with the keys of the house, so that an address tells nobody whose it
is. A link belongs to the browser that opened it first, which is all that is kept of it: the digest of the pass's
own id, which every spelling of the address shares, and that of a token which the browser's cookie holds. Its time
is real even where a demonstration pins its day.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from intake.calendar import clock
from intake.errors import Unreadable
from intake.store.db import Database
from intake.store.keys import is_bound

LINK = timedelta(minutes=30)
"""How long a link from the chat can be opened."""
LONGEST = 800
"""Characters of a pass that are looked at; a real one has half of that."""
ROLL = "roll"
"""The page of a teacher who is bound in the chat: it signs her in."""
_PLACE = "passes.pass"
"""What a pass is bound to, so that nothing else that the same keys have closed is taken for one."""


@dataclass(frozen=True, slots=True)
class Pass:
    """Whose a pass is, and for which kind of report or which page, if any; times are stamps."""

    reporter: str
    kind: str = ""
    until: str = ""
    id: str = ""
    made: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    """What else its bearer is known by."""


def issue_pass(
    db: Database,
    reporter: str,
    kind: str = "",
    term: timedelta = LINK,
    facts: Mapping[str, str] | None = None,
) -> str:
    """Make a pass that is good for a term, fit for an address."""
    now = clock.now()
    until, made = clock.stamp(now + term), clock.stamp(now)
    told = [reporter, kind, until, secrets.token_hex(8), made, dict(facts or {})]
    return db.keys.lock(json.dumps(told), _PLACE).rstrip("=")


def read_pass(db: Database, token: str) -> Pass | None:
    """Read a pass; None for one that has run out, was altered, or never was one."""
    if not token or len(token) > LONGEST or not token.isascii():
        return None
    try:
        opened = db.keys.unlock(token + "=" * (-(len(token) - 1) % 4), _PLACE)
        reporter, kind, until, number, made, facts = json.loads(opened)
        good = is_bound(token) and until > clock.stamp(clock.now())
    except (Unreadable, ValueError, TypeError):
        return None
    return Pass(reporter, kind, until, number, made, facts) if good else None


def address(db: Database, reporter: str, kind: str = "") -> str:
    """Give the address of a page that knows its reporter, or nothing where the house has no address."""
    public = db.settings.public
    return f"{public}/forms/c/{issue_pass(db, reporter, kind)}" if public else ""


def link_digest(db: Database, found: Pass) -> str:
    """Give the digest by which a link is kept."""
    return db.keys.digest("link", found.id)


def open_link(db: Database, found: Pass, browser: str) -> bool:
    """Give a link to the browser that has a token, if nobody was there before; tell whether it is that one's now.

    Of two at once one is first: the row decides.
    """
    with db.write():
        db.run(
            "INSERT INTO opened_links (link, browser, until) VALUES (?, ?, ?) ON CONFLICT (link) DO NOTHING",
            (link_digest(db, found), _browser(db, browser), found.until),
        )
        return is_link_of(db, found, browser)


def is_link_of(db: Database, found: Pass, browser: str) -> bool:
    """Tell whether a link was opened by the browser that has a token."""
    row = _opened(db, found)
    return bool(browser) and row == _browser(db, browser)


def link_is_free(db: Database, found: Pass) -> bool:
    """Tell whether no browser has opened a link yet."""
    return _opened(db, found) is None


def close_link(db: Database, link: str) -> None:
    """Let a link (its digest) open nothing any more, for the browser neither that opened it; in the caller's transaction."""
    db.run("UPDATE opened_links SET browser = '' WHERE link = ?", (link,))


def purge_links(db: Database) -> int:
    """Delete the rows of links that have run out; give how many."""
    return db.prune("opened_links", ("link",), "until < ?", (clock.stamp(clock.now()),))


def _opened(db: Database, found: Pass) -> str | None:
    row = db.one("SELECT browser FROM opened_links WHERE link = ?", (link_digest(db, found),))
    return str(row["browser"]) if row else None


def _browser(db: Database, token: str) -> str:
    return db.keys.digest("link browser", token)
