"""A report that is half said: one draft, whether it is told in the chat or typed into a page.

The row of a reporter and a kind holds what was said last, by key, as the fields read it, encrypted.
`channel` says who wrote it: what a page has written waits there until the chat has seen it, and the
other way round. With the answers stands which of them a page has written, and in which browser: what is typed
there is given back to that browser alone (docs/links.md). Once a page has sent the report, the row holds its
receipt and no answers; where the next one is begun there before the chat has told of the receipt, it holds both.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from intake.calendar import clock
from intake.errors import Unreadable
from intake.messages.conversations import rest_conversation, wake_conversation
from intake.reports.senders import repeats
from intake.store.db import Database, Row

CHAT, PAGE = "wechat", "form"
TERM = timedelta(days=7)

NEWS = (
    "EXISTS (SELECT 1 FROM drafts WHERE drafts.reporter = conversations.reporter"  # noqa: S608
    f" AND drafts.channel = '{PAGE}' AND drafts.updated_at >= conversations.updated_at)"
)
"""For the chat's own query: whether a page has written since the reporter last wrote in the chat."""


CONFIDENTIAL = "confidential"
"""Key in a draft of what is no answer: that the reporter wants to stay unnamed."""
_PAGES, _NAMED = "typed_on_pages", "named_in_chat"
"""Keys in a draft of what is no answer: who wrote which; that a page wrote another name than the chat's."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What was said so far, by key; `receipt` is of the report that it became, or empty."""

    kind: str
    answers: Mapping[str, Any]
    channel: str
    updated_at: str
    receipt: str = ""
    typed_in: Mapping[str, str] = field(default_factory=dict)
    """The answers that a page has written, by key, each with its browser; what is not here was said in the chat."""
    named: bool = False
    """Whether the chat had named a child, and a page has written a name over it."""


def keep_draft(
    db: Database, reporter: str, kind: str, answers: Mapping[str, Any], channel: str,
    typed_in: Mapping[str, str] | None = None, *, named: bool = False,
) -> None:  # fmt: skip
    """Keep what was said so far in place of what was kept before."""
    told = {**answers, _PAGES: dict(typed_in or {}), **({_NAMED: True} if named else {})}
    said = db.keys.lock(json.dumps(told, ensure_ascii=False), "drafts.answers", reporter, kind)
    _write(db, reporter, kind, said, channel, "")


def note_told(db: Database, reporter: str) -> None:
    """Note that the chat has told which reports pages have sent, so that it is told once."""
    with db.write():
        db.run(
            "UPDATE drafts SET channel = ? WHERE reporter = ? AND receipt <> '' AND answers = ''",
            (CHAT, reporter),
        )
        db.run("UPDATE drafts SET receipt = '' WHERE reporter = ? AND answers <> ''", (reporter,))


def note_sent(db: Database, reporter: str, kind: str, receipt: str) -> None:
    """Empty a draft that a page has sent, and keep the receipt for the chat; again is harmless."""
    with db.write():
        before = _row(db, reporter, kind)
        if before is None or before["receipt"] != receipt:
            _write(db, reporter, kind, "", PAGE, receipt)
            rest_conversation(db, reporter, kind)


def find_draft(db: Database, reporter: str, kind: str) -> Draft | None:
    """Give the draft of a kind; None where there is none, or it is too old."""
    row = _row(db, reporter, kind)
    fresh = row is not None and db.now() - datetime.fromisoformat(row["updated_at"]) < TERM
    return _read(db, row) if row and fresh else None


def drafts_of(db: Database, reporter: str) -> list[Draft]:
    """Give somebody's drafts, the newest first."""
    rows = db.all("SELECT * FROM drafts WHERE reporter = ? ORDER BY updated_at DESC, kind", (reporter,))
    return [_read(db, row) for row in rows]


def typed(db: Database, reporter: str, since: str) -> list[Draft]:
    """Give what pages have written for a reporter since a moment, the newest last."""
    rows = db.all(
        "SELECT * FROM drafts WHERE reporter = ? AND channel = ? AND updated_at >= ? ORDER BY updated_at",
        (reporter, PAGE, since),
    )
    return [_read(db, row) for row in rows]


def drop(db: Database, reporter: str, kind: str, channel: str = "") -> None:
    """Forget a draft that was given up, or sent by the chat; what a page has sent meanwhile stays to be told.

    With a `channel`, only where that one has written last.
    """
    with db.write():
        db.run(
            "DELETE FROM drafts WHERE reporter = ? AND kind = ? AND receipt = '' AND (channel = ? OR ? = '')",
            (reporter, kind, channel, channel),
        )


def silent_drafts(db: Database, past: str, soon: str, urgent: Sequence[str], limit: int) -> list[Row]:
    """Give what pages have written and nobody has gone on with since a stamp, `urgent` kinds since a later one.

    Columns: reporter, kind, since; the oldest first.
    """
    kinds = ", ".join("?" * len(urgent))
    return db.all(
        "SELECT reporter, kind, silent_since AS since FROM drafts WHERE silent_since <> '' AND silent_since <= ?"  # noqa: S608
        f" AND (silent_since <= ? OR kind IN ({kinds})) ORDER BY silent_since LIMIT ?",
        (max(past, soon), past, *urgent, limit),
    )


def claim_silence(db: Database, reporter: str, kind: str, since: str) -> bool:
    """Take a silence in hand, in the transaction that tells of it; tell whether nobody else has, and it lasts."""
    sql = "UPDATE drafts SET silent_since = '' WHERE reporter = ? AND kind = ? AND silent_since = ?"
    return db.run(sql, (reporter, kind, since)).rowcount == 1


def typed_since(db: Database, reporter: str, kind: str, since: str) -> bool:
    """Tell whether a page has gone on with a report since a stamp, and waits itself."""
    sql = "SELECT 1 FROM drafts WHERE reporter = ? AND kind = ? AND silent_since > ?"
    return db.one(sql, (reporter, kind, since)) is not None


def unreminded_drafts(db: Database, past: str, limit: int) -> list[tuple[str, str]]:
    """Give whose page (reporter, kind) has stood still since a stamp, and who was never reminded of it."""
    rows = db.all(
        "SELECT reporter, kind FROM drafts WHERE unreminded_since <> '' AND unreminded_since <= ?"
        " ORDER BY unreminded_since LIMIT ?",
        (past, limit),
    )
    return [(row["reporter"], row["kind"]) for row in rows]


def claim_reminder(db: Database, reporter: str, kind: str) -> bool:
    """Take the reminder of a draft in hand: there is one. Tell whether it was still to be sent."""
    done = db.run(
        "UPDATE drafts SET unreminded_since = '', reminded = 1"
        " WHERE reporter = ? AND kind = ? AND unreminded_since <> ''",
        (reporter, kind),
    )
    return done.rowcount == 1


def late(db: Database, reporter: str, key: str) -> bool:
    """Tell whether what a page saves under its idempotency key has already been sent as a report.

    A page saves once more while it is left, which may be after its report has arrived.
    """
    row = repeats.row_of_key(db, key)
    return row is not None and row["reporter"] == reporter


def forget(db: Database, reporter: str) -> int:
    """Delete somebody's drafts, in the transaction that deletes the chat; give how many."""
    return db.run("DELETE FROM drafts WHERE reporter = ?", (reporter,)).rowcount


def purge(db: Database) -> int:
    """Delete drafts that nobody has touched for their term, in short turns; give how many."""
    return db.prune("drafts", ("reporter", "kind"), "updated_at < ?", (clock.stamp(db.now() - TERM),))


def _write(db: Database, reporter: str, kind: str, cell: str, channel: str, receipt: str) -> None:
    at = clock.stamp(db.now())
    since = at if cell and channel == PAGE else ""  # what the chat waits for stands with its conversation
    with db.write():
        db.run(
            "INSERT INTO drafts (reporter, kind, answers, channel, updated_at, receipt, silent_since, unreminded_since)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (reporter, kind) DO UPDATE SET answers = excluded.answers, channel = excluded.channel,"
            " updated_at = excluded.updated_at, receipt = CASE WHEN excluded.receipt = '' AND excluded.channel = ?"
            " AND drafts.channel = excluded.channel THEN drafts.receipt ELSE excluded.receipt END,"
            " silent_since = excluded.silent_since, unreminded_since = CASE WHEN drafts.reminded = 1"
            " AND drafts.answers <> '' THEN '' ELSE excluded.unreminded_since END,"
            " reminded = CASE WHEN drafts.answers = '' THEN 0 ELSE drafts.reminded END",
            (reporter, kind, cell, channel, at, receipt, since, since, PAGE),
        )
        if channel == PAGE:
            wake_conversation(db, reporter)


def _row(db: Database, reporter: str, kind: str) -> Row | None:
    return db.one("SELECT * FROM drafts WHERE reporter = ? AND kind = ?", (reporter, kind))


def _read(db: Database, row: Row) -> Draft:
    try:
        cell = row["answers"]
        place = "drafts.answers", row["reporter"], row["kind"]
        answers = json.loads(db.keys.unlock(cell, *place)) if cell else {}
    except Unreadable:  # `baoxue verify` tells; nobody's message waits for it
        answers = {}
    # What pages wrote before this was noted was written in no browser that we know.
    unmarked = dict.fromkeys(answers, "") if row["channel"] == PAGE else {}
    typed_in, named = answers.pop(_PAGES, unmarked), bool(answers.pop(_NAMED, False))
    return Draft(row["kind"], answers, row["channel"], row["updated_at"], row["receipt"], typed_in, named)
