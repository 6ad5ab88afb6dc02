"""Matches that are only likely: a report and a child, or two children, for a person to decide, and each decision undone.

Somebody decides who may see both sides; of two at once the second is told who was first.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from intake.calendar import clock
from intake.children import access, children
from intake.children.children import Child
from intake.children.matching.described import Described, described_child, described_report
from intake.children.matching.reasons import reason_words
from intake.errors import Dealt, Denied, Missing, Refused, Stale
from intake.kinds.envelope import Envelope
from intake.people import accounts
from intake.people.accounts import Person
from intake.people.scope import REPORTS, narrow
from intake.reports import lookup
from intake.reports.looking import looks
from intake.reports.whose import linking, merging, newcomers
from intake.reports.whose.merging import DECIDE
from intake.store import audit
from intake.store.db import Cell, Database, Row

OPEN, CONFIRMED, REFUSED, ENTERED, PASSED = "open", "confirmed", "refused", "entered", "passed"
"""What became of a match: of one that was entered a file was made; one is passed over when another of its report was decided."""
_DECIDED = (CONFIRMED, REFUSED, ENTERED)
MOST = 100
"""Up to how many the open ones are counted."""
_FROM = (
    f"child_matches m JOIN {children.ROWS} ON c.id = m.child LEFT JOIN classes k ON k.id = c.class"
    " LEFT JOIN schools s ON s.code = k.school LEFT JOIN reports r ON r.id = m.report"
)
_NOW = _FROM.replace(
    f"{children.ROWS} ON c.id = m.child",
    f"{children.FORMER_ROWS} ON f.id = m.child JOIN {children.ROWS} ON c.id = coalesce(f.merged, f.id)",
)
"""The same, where the child may have become another: it is looked for where that one is."""
_PASSED_BY = "match:"
"""How the names of those begin who passed a match over: with the one that was decided instead."""


@dataclass(frozen=True, slots=True)
class Match:
    """A child that a report may be about, or that may be the same as `other`: score of 100, reasons by key.

    Of `report` and `other` one is there. `decided_by` is an actor. `version` is what a decision must have seen.
    """

    id: str
    report: Envelope | None
    child: Child
    other: Child | None
    score: int
    reasons: tuple[str, ...]
    state: str
    at: str
    decided_by: str
    decided_at: str
    version: int

    @property
    def words(self) -> str:
        """Say the reasons: 同名、同班；出生日期不同."""
        return reason_words(self.reasons)


def open_matches(db: Database, person: Person, limit: int = 50, after: str = "") -> list[Match]:
    """Give the open matches of what somebody may see, the likest first; `after` is the id of the last one seen."""
    last = db.one("SELECT score, id FROM child_matches WHERE id = ?", (after,)) if after else None
    score, match = (last["score"], last["id"]) if last else (MOST + 1, "")
    found: list[Match] = []
    while len(found) < limit:
        rows = _rows(db, person, "m.state = ? AND (m.score < ? OR (m.score = ? AND m.id < ?)) ORDER BY m.score DESC, m.id DESC",
                     (OPEN, score, score, match), limit)  # fmt: skip
        found += [one for row in rows if (one := _match(db, row)) and _may_see(db, one, person)]
        if len(rows) < limit:
            break
        score, match = rows[-1]["score"], rows[-1]["id"]
    return found[:limit]


def decided_matches(db: Database, person: Person, limit: int = 50) -> list[Match]:
    """Give the matches that were decided last, which can be undone."""
    rows = _rows(
        db, person, "m.state IN (?, ?, ?) ORDER BY m.decided_at DESC, m.id", _DECIDED, 2 * limit, _NOW
    )
    return [one for row in rows if (one := _match(db, row)) and _may_see(db, one, person)][:limit]


def count_matches(db: Database, person: Person) -> int:
    """Count the open matches that somebody may decide, up to a hundred."""
    sql, args = counting_matches(db, person)
    row = db.one(f"SELECT {sql} AS n", args)
    return int(row["n"]) if row else 0


def counting_matches(db: Database, person: Person) -> tuple[str, list[Cell]]:
    """Give the expression (SQL, arguments) that counts them, for a statement that counts more: it stands on every page."""
    if not accounts.may(person, DECIDE, person.area):
        return "0", []
    scope = accounts.scope_of(db, person)
    of_child, mine = access.children_within(scope)
    of_report, its = narrow(scope, REPORTS)
    other = f"EXISTS (SELECT 1 FROM {access.PLACED} WHERE c.id = m.other AND {of_child})"  # noqa: S608
    return (
        f"(SELECT count(*) FROM (SELECT m.id FROM {_FROM} WHERE m.state = ? AND {of_child}"  # noqa: S608
        f" AND (m.report = '' OR ({of_report})) AND (m.other = '' OR {other}) LIMIT ?) AS likely)",
        [OPEN, *mine, *its, *mine, MOST],
    )


def matches_of_child(db: Database, child: Child, person: Person) -> list[Match]:
    """Give the open matches of a child with other children and with reports, the likest first."""
    where = "m.state = ? AND (m.child = ? OR m.other = ?) ORDER BY m.score DESC, m.id"
    rows = db.all(f"SELECT m.* FROM child_matches m WHERE {where} LIMIT 20", (OPEN, child.id, child.id))  # noqa: S608
    return [one for row in rows if (one := _match(db, row)) and _may_see(db, one, person)]


def match_of(db: Database, match_id: str, person: Person) -> Match:
    """Give a match of what somebody may see. Raises Missing."""
    row = db.one("SELECT * FROM child_matches WHERE id = ?", (match_id,))
    found = _match(db, row) if row else None
    if found is None or not _may_see(db, found, person):
        raise Missing
    return found


def told_by_match(db: Database, match: Match, person: Person) -> tuple[Described, Described]:
    """Give both sides of a match in clear, for the page to mask: what was said, or the other child, and the child.

    Of a confidential report nothing is told of who reported to those who may not learn it.
    """
    mine = described_child(db, match.child)
    if match.other:
        return described_child(db, match.other), mine
    if match.report is None:
        raise Missing
    unnamed = match.report.confidential and not accounts.scope_of(db, person).reporters
    answers = lookup.answers_of(db, match.report)
    return described_report(db, answers, confidential=unnamed), mine


def confirm_match(
    db: Database, match: Match, person: Person, *, seen: int | None = None, words: str = "", keep: str = ""
) -> None:
    """Say that it is the same child: the report is linked, or two files become one.

    Of two files `keep` names the one that stays (the one with a class, where nothing is named); `words` are the reason
    that files with two valid numbers need. Raises Dealt where somebody was first, Stale, Denied, Missing, Refused.
    """
    with db.write():
        _decide(db, match, person, CONFIRMED, seen)
        if match.other:
            kept, gone = _sides(match.child, match.other, keep)
            merging.merge_children(db, kept, gone, person, words=words)
        elif match.report:
            _pass_over(db, match)
            linking.link_report(db, match.report, match.child, linking.CONFIRMED, person.actor)


def refuse_match(db: Database, match: Match, person: Person, *, seen: int | None = None) -> None:
    """Say that it is another child. Raises Dealt where somebody was first, Stale, Denied."""
    with db.write():
        _decide(db, match, person, REFUSED, seen)


def undo_match(db: Database, match: Match, person: Person, *, seen: int | None = None) -> None:
    """Take a decision back: what hangs on it comes back, and it is asked again. Raises Stale, Denied, Missing, Refused."""
    _refuse_role(person)
    with db.write():
        done = db.run(
            "UPDATE child_matches SET state = ?, decided_by = '', decided_at = '', version = version + 1"
            " WHERE id = ? AND version = ? AND state = ? AND state IN (?, ?, ?)",
            (OPEN, match.id, match.version if seen is None else seen, match.state, *_DECIDED),
        )
        if not done.rowcount:
            raise Stale
        if match.state == CONFIRMED and match.other:
            merging.undo_merge(db, _merge_of(db, match), person)
        elif match.report and match.state in (CONFIRMED, ENTERED):
            _part_report(db, match, match.report.id, person)
        _ask_again(db, match.id)
        audit.note(db, person.actor, "match.undone", match.id, match.state)


def enter_new_child(db: Database, match: Match, person: Person, *, seen: int | None = None) -> Child:
    """Make a file of the child that a report is about, which is none of the candidates. Raises as `refuse_match`.

    To undo it takes that file back, unless more hangs on it by then.
    """
    if match.report is None:
        raise Refused("这是两份档案，不用再建新的。")
    with db.write():
        _decide(db, match, person, ENTERED, seen)
        _pass_over(db, match)
        return newcomers.enter_child_of_report(db, match.report, person.actor)


def _rows(
    db: Database, person: Person, where: str, args: Sequence[Cell], limit: int, source: str = _FROM
) -> list[Row]:
    """Read matches of children and reports within a scope; the second child is asked for one by one."""
    scope = accounts.scope_of(db, person)
    of_child, mine = access.children_within(scope)
    of_report, its = narrow(scope, REPORTS)
    return db.all(
        f"SELECT m.* FROM {source} WHERE {of_child} AND (m.report = '' OR ({of_report})) AND {where} LIMIT ?",  # noqa: S608
        [*mine, *its, *args, limit],
    )


def _match(db: Database, row: Row) -> Match | None:
    child = children.find_child(db, row["child"])
    other = children.find_child(db, row["other"]) if row["other"] else None
    if row["state"] == CONFIRMED and row["other"]:  # one of them has become the other: it is told as it was
        child, other = (merging.file_of(db, row[one]) for one in ("child", "other"))
    report = lookup.report_by_id(db, row["report"]) if row["report"] else None
    if child is None or (report is None) == (other is None):
        return None
    return Match(row["id"], report, child, other, row["score"], tuple(json.loads(row["reasons"])), row["state"], row["at"],
                 row["decided_by"] or "", row["decided_at"] or "", row["version"])  # fmt: skip


def _may_see(db: Database, match: Match, person: Person) -> bool:
    files = [one for one in (match.child, match.other) if one]
    return all(access.may_see_child(db, person, one) for one in files) and (
        match.report is None or looks.may_see_report(db, match.report, person)
    )


def _refuse_role(person: Person) -> None:
    if not accounts.may(person, DECIDE, person.area):
        raise Denied


def _decide(db: Database, match: Match, person: Person, state: str, seen: int | None) -> None:
    """Claim a match: of two who decide the second is told who was first."""
    _refuse_role(person)
    done = db.run(
        "UPDATE child_matches SET state = ?, decided_by = ?, decided_at = ?, version = version + 1"
        " WHERE id = ? AND version = ? AND state = ?",
        (state, person.actor, clock.stamp(db.now()), match.id, match.version if seen is None else seen, OPEN),
    )
    if done.rowcount:
        audit.note(db, person.actor, f"match.{state}", match.id, match.child.id)
        return
    row = db.one("SELECT state, decided_by, decided_at FROM child_matches WHERE id = ?", (match.id,))
    if row and row["state"] != OPEN and row["decided_by"]:
        raise Dealt(accounts.name_of(db, row["decided_by"]), row["decided_at"] or "")
    raise Stale


def _pass_over(db: Database, match: Match) -> None:
    """Ask no more about the others of the report, until this decision is undone."""
    if match.report:
        db.run(
            "UPDATE child_matches SET state = ?, decided_by = ?, decided_at = ?, version = version + 1"
            " WHERE report = ? AND state = ?",
            (PASSED, f"{_PASSED_BY}{match.id}", clock.stamp(db.now()), match.report.id, OPEN),
        )


def _ask_again(db: Database, match: str) -> None:
    db.run(
        "UPDATE child_matches SET state = ?, decided_by = '', decided_at = '', version = version + 1"
        " WHERE decided_by = ? AND state = ?",
        (OPEN, f"{_PASSED_BY}{match}", PASSED),
    )


def _sides(child: Child, other: Child, keep: str) -> tuple[Child, Child]:
    """Give the file that stays and the one that goes: who is in a class stays, or else has a number."""
    if keep:
        return (child, other) if keep == child.id else (other, child)
    first = sorted((child, other), key=lambda one: (not one.class_id, not one.number_hash, one.id))
    return first[0], first[1]


def _merge_of(db: Database, match: Match) -> str:
    pair = (match.child.id, match.other.id if match.other else "")
    row = db.one(
        "SELECT id FROM child_merges WHERE undone_at IS NULL AND ((kept = ? AND gone = ?) OR (kept = ? AND gone = ?))",
        (*pair, *pair[::-1]),
    )
    if row is None:
        raise Stale
    return str(row["id"])


def _part_report(db: Database, match: Match, report_id: str, person: Person) -> None:
    """Take the link back that a decision made; where the report was brought elsewhere since, nothing is taken back."""
    report, link = lookup.report_by_id(db, report_id), linking.link_of_report(db, report_id)
    how = linking.CONFIRMED if match.state == CONFIRMED else linking.ENTERED
    if report is None or link is None or link.how != how or link.child != report.child:
        raise Stale
    linking.unlink_report(db, report, person.actor)
    if match.state == ENTERED:
        newcomers.drop_child(db, report.child, person.actor)
