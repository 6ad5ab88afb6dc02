"""The class roll: who of a class is there on a day. A class that said nothing is 未上报, never 0.

Weekends are not asked about. Holidays and the weekends worked for them (调休) are not known here yet:
on a holiday nobody need answer, and what is said on any day is taken.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from intake import audit, bindings, clock, gazetteer
from intake.absentees import (
    LEAVE,
    REASONS,
    SICK,
    UNEXPLAINED,
    Absentees,
    Child,
    NoPhone,
    Refused,
    Told,
    asked,
    children,
    phone_of,
    phone_said,
    school_day_before,
)
from intake.db import Database
from intake.people import Person

__all__ = ["CLOSES", "LEAVE", "REASONS", "SICK", "UNEXPLAINED", "Child", "Marked", "NoPhone", "Refused", "Roll", "Told",
           "asked", "children", "mark", "phone_of", "phone_said", "school_day_before", "state", "tell"]  # fmt: skip

CLOSES = time(18)
"""When a roll can no longer be corrected; the first word of a class is taken all day."""


@dataclass(frozen=True, slots=True)
class Roll:
    """What a class said of a day; `reasons` has each absent child's id with why."""

    present: int
    absent: int
    marked_at: str
    marked_by: str
    reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Marked:
    """What became of a roll: whether it changed anything, whether it can still be corrected, and the receipt
    of each absent child's report.
    """

    present: int
    absent: int
    changed: bool
    final: bool
    receipts: Mapping[str, str]


def state(db: Database, class_id: str, day: date) -> Roll | None:
    """Give what a class said of a day; None is 未上报, not 0."""
    row = db.one("SELECT * FROM roll WHERE class = ? AND day = ?", (class_id, day.isoformat()))
    if row is None:
        return None
    marks = db.all(
        "SELECT child, reason FROM roll_marks WHERE class = ? AND day = ?", (class_id, day.isoformat())
    )
    reasons = {mark["child"]: mark["reason"] for mark in marks}
    return Roll(row["present"], row["absent"], row["marked_at"], row["marked_by"], reasons)


def mark(
    db: Database, class_id: str, day: date, absent: Mapping[str, str], by: Person, told: Told | None = None
) -> Marked:
    """Take the roll of a day: `absent` has each absent child's id with its reason; the others are there.

    The same again changes nothing; another one corrects, until CLOSES. Each absent child becomes one
    report, however often it is sent. Raises Refused, and then nothing is taken.
    """
    taken = Absentees.of(db, class_id, day, absent, by, told or Told())
    at = clock.stamp(db.now())
    with db.write():
        before = state(db, class_id, day)
        changed = before is None or before.reasons != dict(absent)
        final = db.now().astimezone(clock.CHINA).time() >= CLOSES
        if before and changed and final:
            raise Refused(f"过了 {CLOSES:%H:%M}，今天的点名不能再改了。要更正请找学校。")
        present = taken.size - len(absent)
        if changed:
            _write(db, (class_id, day.isoformat()), absent, (at, by.actor, present, len(absent)))
            audit.note(db, by.actor, "roll.marked", class_id, f"{day} {len(absent)}")
        receipts = taken.file(db)
        for child, receipt in receipts.items():
            db.run(
                "UPDATE roll_marks SET report = ? WHERE class = ? AND day = ? AND child = ? AND report <> ?",
                (receipt, class_id, day.isoformat(), child, receipt),
            )
    return Marked(present, len(absent), changed, final, receipts)


def tell(
    db: Database, class_id: str, day: date, absent: Mapping[str, str], by: Person, told: Told | None = None
) -> Mapping[str, str]:
    """Make the reports of absent children without touching the roll, which may be closed; give the receipts.

    Raises Refused.
    """
    return Absentees.of(db, class_id, day, absent, by, told or Told()).file(db)


def _write(
    db: Database, key: tuple[str, str], absent: Mapping[str, str], cells: tuple[str, str, int, int]
) -> None:
    db.run(
        "INSERT INTO roll (class, day, marked_at, marked_by, present, absent) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (class, day) DO UPDATE SET marked_at = excluded.marked_at, marked_by = excluded.marked_by,"
        " present = excluded.present, absent = excluded.absent",
        (*key, *cells),
    )
    db.run("DELETE FROM roll_marks WHERE class = ? AND day = ?", key)
    for child, reason in absent.items():
        db.run(
            "INSERT INTO roll_marks (class, day, child, reason, report) VALUES (?, ?, ?, ?, '')",
            (*key, child, reason),
        )


def facts(db: Database, person: Person, child_id: str) -> dict[str, str]:
    """Give what the roll knows of a child, by key of the declarations; nothing unless it is in a class of theirs."""
    row = db.one("SELECT * FROM children WHERE id = ?", (child_id,))
    taught = bindings.one_class(db, row["class"]) if row and row["class"] else None
    if row is None or taught is None or not bindings.has(db, person, taught.id, "roll.mark"):
        return {}
    home = row["town"] and gazetteer.world(db).places.get(row["town"])
    found = {
        "child_name": row["child_name"], "sex": row["sex"], "birth_date": row["birth_date"], "school": taught.school,
        "grade": taught.grade, "class_name": taught.class_name, "town": row["town"] if home else "",
        "village": row["village"] if home else "",
    }  # fmt: skip
    return {key: value for key, value in found.items() if value}
