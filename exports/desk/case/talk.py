"""The family's conversation on the page of its case: what was said, what did not arrive."""

from dataclasses import dataclass

from exports.desk.moments import when
from intake.cases.case import Case
from intake.people import accounts
from intake.people.accounts import Person
from intake.reports.looking import known
from intake.store.db import Database
from intake.talks import calls, matters, talks, triage
from intake.talks.talks import ThreadLine
from intake.web import get_db
from intake.web.signin import person

LINES = 12
"""Messages that are shown beside a case; the whole talk has a page of its own."""


@dataclass(frozen=True, slots=True)
class Talk:
    """A family's conversation: its address, its lines where they were asked for, up to where it was seen, calls to make."""

    thread: str
    listed: bool
    lines: tuple[tuple[ThreadLine, str], ...]
    seen: str
    calls: tuple[str, ...]
    answering: bool


def talks_of(case: Case, opened: bool) -> list[Talk]:
    """Give the conversations of those who reported a case by WeChat, to whom may read talks."""
    db, who = get_db(), person()
    if not accounts.may(who, "talk.read", db.settings.district_code):
        return []
    return [_talk(db, who, reporter, opened) for reporter in reporters_of(db, case, who)]


def reporters_of(db: Database, case: Case, who: Person) -> list[str]:
    """Give who reported a case by WeChat, the newest first; of a matter those whose conversation it came from."""
    found = [one.reporter for one in known.reports_seen(db, case, who) if one.reporter.startswith("wechat:")]
    return list(dict.fromkeys((*found, *matters.reporters_of_matter(db, case))))


def _talk(db: Database, who: Person, reporter: str, opened: bool) -> Talk:
    now, thread, seen = db.now(), triage.thread_id(db, reporter), triage.mark(db, reporter)
    lines = talks.lines_of_thread(db, reporter, who, LINES) if opened else []
    waiting = calls.calls_waiting(db, accounts.scope_of(db, who))
    return Talk(
        thread, triage.reporter_of(db, thread) is not None, tuple((one, when(one.at, now)) for one in lines), seen,
        tuple(row["id"] for row in waiting if row["reporter"] == reporter),
        accounts.may(who, "talk.answer", db.settings.district_code),
    )  # fmt: skip
