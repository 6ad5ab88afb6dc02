"""The worker's part: reports find their children, what is only likely is offered, and what was told becomes facts.

Each line of the queue is worked off in one transaction that takes it out as well: two workers, or one that is killed, do
nothing twice and forget nothing. All that takes time is done before it.
"""

import json
import logging
import threading
import time
from collections.abc import Sequence

from intake.calendar import clock
from intake.children import children
from intake.children.children import Child
from intake.children.matching import alike, waiting
from intake.children.matching.certain import certain_child
from intake.children.matching.described import Described, described_report
from intake.children.matching.scoring import LIKELY, Candidate, candidates_of
from intake.errors import Busy, Refused, Stale
from intake.kinds import KINDS
from intake.kinds.envelope import Envelope
from intake.reports import lookup
from intake.reports.promises import BY_STAFF
from intake.reports.senders import clients
from intake.reports.whose import linking, told_facts
from intake.reports.whose.doubles import doubles_of
from intake.reports.whose.matches import OPEN
from intake.store.db import Database
from intake.store.ids import new_id

BATCH = 20
"""Lines that are read at a time: what comes meanwhile is looked at next."""
PAUSE = 0.005
"""Seconds after each, for whoever waits for an answer."""
BEST = 3
"""Candidates of one report that a person is asked about."""
MATCHER = "match"
"""The actor of what is linked by itself."""
_NAMES = 200

log = logging.getLogger("baoxue.match")


def match_reports(db: Database, stop: threading.Event | None = None) -> int:
    """Work the queue off until nothing waits, or told to stop; give how many lines were. Raises Busy."""
    fill_initials(db)
    done, failed = 0, set[str]()
    while lines := waiting.waiting_lines(db, BATCH, failed):
        for line, at in lines:
            if stop and stop.is_set():
                return done
            try:
                done += match_line(db, line, at)
            except Busy:
                raise
            except Exception as fault:  # one that cannot be worked on must not stop all others
                log.error("%s: %s", line, type(fault).__name__)
                failed.add(line)
            time.sleep(PAUSE)
    return done


def match_line(db: Database, line: str, at: str) -> bool:
    """Work one line off; tell whether it was still there. Raises Busy."""
    if line.startswith(waiting.CHILD):
        return _match_child(db, line, at)
    report = lookup.report_by_id(db, line)
    if report is None or report.kind not in KINDS:
        with db.write():
            return waiting.take_line(db, line, at)
    if report.child or report.withdrawn:
        return _follow(db, report, at)
    answers = lookup.answers_of(db, report)
    told = described_report(db, answers, confidential=report.confidential)
    child = _certain(db, report, told)
    likely = [] if child else candidates_of(db, told, BEST)
    with db.write():
        if not waiting.take_line(db, line, at):
            return False
        if child:
            linking.link_report(db, report, child, linking.CERTAIN, MATCHER)
        _offer(db, report.id, [one for one in likely if one.score >= LIKELY])
    return True


def fill_initials(db: Database) -> int:
    """Give children of before the letters by which they are found; who is in no class may have another file."""
    filled = 0
    while rows := children.without_initials(db, _NAMES):
        with db.write():
            for row in rows:
                children.note_initials(db, row["id"], row["child_name"])
                if not row["class"]:
                    waiting.enqueue_child(db, row["id"])
        filled += len(rows)
        time.sleep(PAUSE)
    return filled


def _certain(db: Database, report: Envelope, told: Described) -> Child | None:
    """Give who it certainly is, unless somebody said that it is another, or a system tells of a child that is not its own."""
    child = certain_child(db, told)
    if child is None or child.id in linking.refused_children(db, report.id):
        return None
    return child if _may_tell(db, report, child) else None


def _may_tell(db: Database, report: Envelope, child: Child) -> bool:
    """Tell whether who reported may tell of a child: a system with a key of its own children alone."""
    if not report.reporter.startswith(clients.REPORTER):
        return True
    try:
        client = clients.find_client(db, report.reporter.removeprefix(clients.REPORTER))
        return clients.tells_of(db, client, child)
    except Refused:
        return False


def _follow(db: Database, report: Envelope, at: str) -> bool:
    """Let facts follow a report that has its child, or was withdrawn; a correction may tell of another child by now."""
    child = children.find_child(db, report.child) if report.child else None
    wrong = child is not None and not report.withdrawn and _is_of_another(db, report, child)
    with db.write():
        if not waiting.take_line(db, report.id, at):
            return False
        now = lookup.report_by_id(db, report.id)
        if now is None or now.child != report.child:
            raise Stale  # it comes again
        if wrong:
            linking.unlink_report(db, report, MATCHER)
            waiting.enqueue_report(db, report.id)
            return True
        _offer(db, report.id, [])
        if report.withdrawn:
            told_facts.undo_report_facts(db, report)
        elif child:
            how = linking.SAID if report.channel in BY_STAFF else linking.CERTAIN
            linking.link_report(db, report, child, how, MATCHER)
    return True


def _is_of_another(db: Database, report: Envelope, child: Child) -> bool:
    """Tell whether a report that found its child by itself was corrected since, and names another."""
    link = linking.link_of_report(db, report.id)
    if link is None or link.how != linking.CERTAIN or link.child != child.id:
        return False
    told = described_report(db, lookup.answers_of(db, report), confidential=report.confidential)
    other = told.name and alike.name_alike(told.name, child.name) == alike.OTHER
    return bool(other) and not (
        told.id_number and children.number_hash(db, told.id_number) == child.number_hash
    )


def _match_child(db: Database, line: str, at: str) -> bool:
    child = children.find_child(db, line.removeprefix(waiting.CHILD))
    likely = [(_pair(child, one.child), one) for one in doubles_of(db, child)] if child else []
    with db.write():
        if not waiting.take_line(db, line, at):
            return False
        for pair, one in likely:
            _ask(db, "", *pair, one)
    return True


def _pair(child: Child, other: Child) -> tuple[str, str]:
    """Give two children in one order, so that a pair is asked about once: whoever has a class first."""
    first, second = sorted((child, other), key=lambda one: (not one.class_id, one.id))
    return first.id, second.id


def _offer(db: Database, report: str, likely: Sequence[Candidate]) -> None:
    """Ask about the likest; what was asked before and is likely no more is asked no longer."""
    ids = [one.child.id for one in likely] or [""]
    db.run(
        f"DELETE FROM child_matches WHERE report = ? AND state = ? AND child NOT IN ({', '.join('?' * len(ids))})",  # noqa: S608
        [report, OPEN, *ids],
    )
    for one in likely:
        _ask(db, report, one.child.id, "", one)


def _ask(db: Database, report: str, child: str, other: str, one: Candidate) -> None:
    """Ask, where nobody has decided on that; a better reason takes a weaker one's place."""
    if other and db.one(
        "SELECT 1 FROM child_matches WHERE report = '' AND child = ? AND other = ?", (other, child)
    ):
        return
    db.run(
        "INSERT INTO child_matches (id, report, child, other, score, reasons, state, at, decided_by, decided_at, version)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, '', '', 1) ON CONFLICT (report, child, other) DO UPDATE SET"
        " score = excluded.score, reasons = excluded.reasons, version = child_matches.version + 1"
        " WHERE child_matches.state = ? AND (child_matches.score <> excluded.score OR child_matches.reasons <> excluded.reasons)",
        (
            new_id(),
            report,
            child,
            other,
            one.score,
            json.dumps(one.reasons),
            OPEN,
            clock.stamp(db.now()),
            OPEN,
        ),
    )
