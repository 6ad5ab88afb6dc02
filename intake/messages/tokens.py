"""The platform's access token, one row for all processes and threads: one of them fetches, the others wait.

Times here are real ones even where a demonstration pins its day: the platform knows no pinned days.
"""

import secrets
from datetime import datetime, timedelta

from intake.calendar import clock
from intake.errors import Unreadable
from intake.store.db import Database

LEASE = timedelta(seconds=60)
"""Longer than two fetches take; a fetcher that died is taken over after it."""
MARGIN = timedelta(minutes=5)
"""The platform renews a token in its last five minutes."""


def current_token(db: Database, name: str, bad: str = "") -> str:
    """Give the token that is still good, or nothing; `bad` is one that the platform has refused."""
    row = db.one("SELECT token FROM tokens WHERE name = ? AND expires_at > ? AND token <> ''",
                 (name, clock.stamp(clock.now())))  # fmt: skip
    try:
        token = db.keys.unlock(row["token"], "tokens.token", name) if row else ""
    except Unreadable:  # keys came from elsewhere; a new token is to be had for the asking
        return ""
    return token if token != bad else ""


def lease(db: Database, name: str, bad: str = "") -> str:
    """Give the right to fetch, as a ticket, or nothing where another has it or a token has come."""
    now = clock.now()
    ticket = f"{clock.stamp(now + LEASE)} {secrets.token_hex(8)}"
    with db.write():
        if current_token(db, name, bad):
            return ""
        _row(db, name)
        done = db.run(
            "UPDATE tokens SET lease = ? WHERE name = ? AND lease < ?", (ticket, name, clock.stamp(now))
        )
        return ticket if done.rowcount else ""


def keep_token(db: Database, name: str, ticket: str, token: str, seconds: int) -> None:
    """Keep a token that was fetched with a ticket, unless the ticket has been taken over."""
    until = clock.now() + max(timedelta(seconds=seconds) - MARGIN, timedelta(seconds=seconds) / 2)
    with db.write():
        db.run(
            "UPDATE tokens SET token = ?, expires_at = ?, lease = '' WHERE name = ? AND lease = ?",
            (db.keys.lock(token, "tokens.token", name), clock.stamp(until), name, ticket),
        )


def release(db: Database, name: str, ticket: str) -> None:
    """Give a ticket back unused, so that the next need not wait for its end."""
    with db.write():
        db.run("UPDATE tokens SET lease = '' WHERE name = ? AND lease = ?", (name, ticket))


def stop(db: Database, name: str, code: str, until: datetime) -> None:
    """Note that the platform takes no messages of this account until a moment, and why."""
    with db.write():
        _row(db, name)
        db.run(
            "UPDATE tokens SET fault = ?, fault_until = ? WHERE name = ?", (code, clock.stamp(until), name)
        )


def stopped(db: Database, name: str) -> str:
    """Give the code for which nothing is sent at present, or nothing."""
    now = clock.stamp(clock.now())
    row = db.one("SELECT fault FROM tokens WHERE name = ? AND fault_until > ?", (name, now))
    return row["fault"] if row else ""


def _row(db: Database, name: str) -> None:
    db.run(
        "INSERT INTO tokens (name, token, expires_at, lease, fault, fault_until) VALUES (?, '', '', '', '', '')"
        " ON CONFLICT (name) DO NOTHING",
        (name,),
    )
