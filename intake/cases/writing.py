"""The one place that writes an event, and keeps beside it what follows: the state, the owner, what is due and by whom."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from intake.calendar import clock
from intake.calendar.deadlines import Deadlines, read_terms
from intake.cases.case import STAFF, Case, CaseEvent
from intake.cases.rulebook import duties
from intake.cases.rulebook.duties import NOTHING, Duty
from intake.cases.rulebook.standing import Happening, Standing, advance
from intake.cases.rulebook.steps import Horizon, first_wake
from intake.language import sounds
from intake.people import slots
from intake.store.db import Cell, Database
from intake.store.ids import id_after, new_id

FOREVER = "9"
_as_json = json.JSONEncoder(ensure_ascii=False).encode


def deadlines(db: Database, at: datetime | None = None) -> Deadlines:
    """Give how days are counted today."""
    day = (at.astimezone(clock.CHINA) if at else db.here()).date()
    return Deadlines(db.settings.terms, day, read_terms(db.settings.clock_terms))


def next_number(db: Database, series: str, year: int) -> int:
    """Give the next number of a series, in the caller's transaction; none is given twice."""
    done = db.run(
        "INSERT INTO numbers (series, year, last) VALUES (?, ?, 1)"
        " ON CONFLICT (series, year) DO UPDATE SET last = numbers.last + 1 RETURNING last",
        (series, year),
    )
    return int(done.fetchone()[0])


def enter_event(
    db: Database,
    case_id: str,
    key: str,
    between: tuple[str, str],
    *,
    actor: str,
    channel: str,
    facts: Mapping[str, Any],
    words: Mapping[str, Any] | None = None,
    at: datetime | None = None,
    token: str | None = None,
    first: bool = False,
) -> CaseEvent:
    """Enter an event behind all of its case, in the caller's transaction; who calls has checked that it may happen."""
    last = None if first else db.one("SELECT max(id) AS id FROM case_events WHERE case_id = ?", (case_id,))
    event = CaseEvent(
        id_after(last["id"] or "" if last else ""),
        case_id,
        clock.stamp(at or db.now()),
        actor,
        channel,
        key,
        *between,
        facts,
        words or {},
    )
    locked = db.keys.lock(_as_json(words), "case_events.words", event.id) if words else None
    db.run(
        "INSERT INTO case_events (id, case_id, at, actor, channel, event, before, after, facts, words, key)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (event.id, case_id, event.at, actor, channel, key, *between, _as_json(dict(facts)),
         locked, token),
    )  # fmt: skip
    return event


@dataclass(frozen=True, slots=True)
class ReadyCase:
    """A case with all that can be known of it before its turn to be written: only its number is still to come."""

    row: Mapping[str, Cell]
    key: str
    actor: str
    channel: str
    at: datetime
    facts: Mapping[str, Any]
    words: Mapping[str, Any] | None
    token: str | None
    owed: list[Duty]


def ready_case(
    db: Database,
    head: Mapping[str, Cell],
    key: str,
    *,
    actor: str,
    channel: str,
    at: datetime,
    begun: datetime,
    facts: Mapping[str, Any],
    words: Mapping[str, Any] | None = None,
    token: str | None = None,
) -> ReadyCase:
    """Make ready a case that is to be opened; nobody waits for it, since nothing is written.

    `head` holds the columns of `cases` that do not follow from the event, of whose facts `opening` is the state in
    which it begins; minutes count from `begun`.
    """
    kind, now = str(head["kind"]), Standing()
    advance(now, Happening("", key, actor, at.date().isoformat(), "", facts))
    days, moment = deadlines(db), db.here()
    owed = duties.owed(kind, now, days, begun)
    case_id, stamp = new_id(), clock.stamp(at)
    row: dict[str, Cell] = {
        **head, "id": case_id, "number": "", "state": now.state, "open": 1, "owner": now.owner,
        "due": owed[0].due if owed else NOTHING, "duty": owed[0].key if owed else "", "last_seen": now.last_seen,
        "last_event": key, "last_at": stamp, "version": 1, "initials": sounds.initials(str(head["child_name"])),
        "opened_at": stamp, "ended_at": "", "doubted": int(now.doubted),
        "wake": first_wake(kind, now, owed, days, begun, Horizon(moment)),
        "demo": int(db.settings.demo),
    }  # fmt: skip
    return ReadyCase(row, key, actor, channel, at, facts, words, token, owed)


def enter_case(db: Database, ready: ReadyCase) -> str:
    """Write a case that is ready, in the caller's transaction; give its id."""
    year = ready.at.year
    row = {**ready.row, "number": f"{db.settings.district_code}-{year}-{next_number(db, 'case', year):06d}"}
    columns, marks = ", ".join(row), ", ".join("?" * len(row))
    db.run(f"INSERT INTO cases ({columns}) VALUES ({marks})", list(row.values()))  # noqa: S608
    case_id = str(row["id"])
    enter_event(db, case_id, ready.key, ("", str(row["state"])), actor=ready.actor, channel=ready.channel,
                facts=ready.facts, words=ready.words, at=ready.at, token=ready.token, first=True)  # fmt: skip
    open_rows(db, case_id, ready.owed, str(row["owner"]))
    return case_id


def settle(db: Database, case: Case, now: Standing, event: CaseEvent) -> None:
    """Keep beside the events of a case what follows from them, in the transaction of the event."""
    days, opened, horizon = deadlines(db), opened_of(case), Horizon(db.here())
    wanted = duties.owed(case.kind, now, days, opened)
    due, duty = (wanted[0].due, wanted[0].key) if wanted else (NOTHING, "")
    looked = first_wake(case.kind, now, wanted, days, opened, horizon)
    ended = "" if now.open else (case.ended_at or event.at)
    db.run(
        "UPDATE cases SET state = ?, open = ?, owner = ?, due = ?, duty = ?, last_seen = ?, last_event = ?, last_at = ?,"
        " version = version + 1, ended_at = ?, wake = ?, doubted = ? WHERE id = ?",
        (
            now.state,
            int(now.open),
            now.owner,
            due,
            duty,
            now.last_seen,
            event.key,
            event.at,
            ended,
            looked,
            int(now.doubted),
            case.id,
        ),
    )
    keep_duties(db, case, now, wanted, event)


def keep_duties(db: Database, case: Case, now: Standing, wanted: list[Duty], event: CaseEvent | None) -> bool:
    """Bring the rows of what is owed to what follows from the case; tell whether anything changed."""
    rows = db.all("SELECT duty, due, role, person, done_at FROM duties WHERE case_id = ?", (case.id,))
    known = {row["duty"]: row for row in rows}
    at, changed = clock.stamp(db.now()), False
    for one in wanted:
        person, old = debtor(db, case, now, one), known.get(one.key)
        if (
            old
            and not old["done_at"]
            and (old["due"], old["role"], old["person"]) == (one.due, one.role, person)
        ):
            continue
        changed = True
        db.run(
            "INSERT INTO duties (case_id, duty, role, person, since, due) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (case_id, duty) DO UPDATE SET role = excluded.role, person = excluded.person,"
            " due = excluded.due, done_at = NULL, done_by = NULL",
            (case.id, one.key, one.role, person, at, one.due),
        )
    for key in {key for key, row in known.items() if not row["done_at"]} - {one.key for one in wanted}:
        changed = True
        db.run(
            "UPDATE duties SET done_at = ?, done_by = ? WHERE case_id = ? AND duty = ?",
            (at, event.id if event else None, case.id, key),
        )
    return changed


def debtor(db: Database, case: Case, now: Standing, duty: Duty) -> str:
    """Give the account that owes a duty; nothing where it is anybody of the role."""
    if duty.role == "owner":
        return now.owner
    if duty.role == "transfer":
        return now.transfer_to
    if duty.role == "safety":
        return now.owner
    if duty.role == "teacher" and case.class_id:
        there = slots.class_teachers(db, case.class_id)
        return there[0].id if len(there) == 1 else ""
    return ""


def open_rows(db: Database, case_id: str, owed: list[Duty], owner: str) -> None:
    """Enter what is owed on a new case."""
    at = clock.stamp(db.now())
    if owed:
        marks = ", ".join(["(?, ?, ?, ?, ?, ?)"] * len(owed))
        cells: list[Cell] = []
        for one in owed:
            cells += [
                case_id,
                one.key,
                one.role,
                owner if one.role in ("owner", "safety") else "",
                at,
                one.due,
            ]
        db.run(f"INSERT INTO duties (case_id, duty, role, person, since, due) VALUES {marks}", cells)  # noqa: S608


def name_child(
    db: Database,
    case_id: str,
    child: str,
    name: str,
    *,
    class_title: str,
    class_id: str,
    school: str,
    village: str,
) -> None:
    """Write which child a case is about, with all by which it is found and seen; `child` is empty for one of no roll."""
    db.run(
        "UPDATE cases SET child = ?, child_name = ?, initials = ?, class_title = ?, class = ?, school = ?, village = ?"
        " WHERE id = ?",
        (child, name, sounds.initials(name), class_title, class_id, school, village, case_id),
    )


def staff_id(actor: str) -> str:
    """Give the account of an actor; nothing of a program or a parent."""
    return actor.removeprefix(STAFF) if actor.startswith(STAFF) else ""


def opened_of(case: Case) -> datetime:
    """Give the local moment from which a case's minutes count."""
    return clock.local(case.clock_from if "T" in case.clock_from else case.opened_at)
