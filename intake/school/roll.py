"""The class roll: who of a class is there on a day. A class that said nothing is 未上报, never 0.

Classes are asked on school days (intake.calendar.schooldays). What is said of today is taken on any day, and corrected
until CLOSES. Of the last school days a class may still say its first word: it waited on a phone for a signal.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time

from intake.calendar import clock
from intake.children.children import find_child
from intake.errors import Refused
from intake.people import bindings
from intake.people.accounts import Person
from intake.places import gazetteer
from intake.school import family, followed
from intake.school.absentees import (
    LATE,
    LEAVE,
    REASONS,
    SICK,
    Absentees,
    NoPhone,
    Told,
    phone_of,
    phone_said,
    unfit,
)
from intake.school.streaks import UNEXPLAINED
from intake.store import audit
from intake.store.db import Database

__all__ = ["CLOSES", "LATE", "LEAVE", "REASONS", "SICK", "UNEXPLAINED", "Marked", "Newer", "NoPhone", "Refused",
           "Roll", "Told", "closed", "counted", "facts", "lately", "mark", "phone_of", "phone_said", "state", "tell",
           "unfit"]  # fmt: skip

CLOSES = time(18)
"""When a roll can no longer be corrected; the first word of a class is taken all day."""


@dataclass(frozen=True, slots=True)
class Roll:
    """What a class said of a day; `reasons` has each absent child's id with why, `receipts` with its report's."""

    present: int
    absent: int
    marked_at: str
    marked_by: str
    reasons: Mapping[str, str]
    receipts: Mapping[str, str] = field(default_factory=dict)

    @property
    def told(self) -> str:
        """Say how many are there, on leave, and missing."""
        return counted(self.present, self.reasons.values())


class Newer(Refused):
    """A correction of something else than what the class says by now; `said` is that."""

    code = 409

    def __init__(self, said: Roll) -> None:
        super().__init__("刚才已经有人给这个班点过名。")
        self.said = said


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
        "SELECT child, reason, report FROM roll_marks WHERE class = ? AND day = ?",
        (class_id, day.isoformat()),
    )
    reasons = {mark["child"]: mark["reason"] for mark in marks}
    receipts = {mark["child"]: mark["report"] for mark in marks}
    return Roll(row["present"], row["absent"], row["marked_at"], row["marked_by"], reasons, receipts)


def counted(present: int, reasons: Collection[str]) -> str:
    """Say how many of a class are there, on leave, and missing: leave is not missing, here as at the desk."""
    missing = sum(reason == UNEXPLAINED for reason in reasons)
    leave = len(reasons) - missing
    told = [f"{leave} 请假"] if leave else []
    return "，".join([f"{present} 到", *told, *([f"{missing} 没来"] if missing or not leave else [])])


def closed(db: Database, day: date) -> bool:
    """Tell whether what a class said of a day can no longer be corrected; a demo's pinned day has no evening."""
    here = db.now().astimezone(clock.CHINA)
    return day < here.date() or (here.time() >= CLOSES and db.settings.today is None)


def mark(
    db: Database,
    class_id: str,
    day: date,
    absent: Mapping[str, str],
    by: Person,
    told: Told | None = None,
    *,
    seen: str | None = None,
) -> Marked:
    """Take the roll of a day: `absent` has each absent child's id with its reason; the others are there.

    The same again changes nothing; another one corrects, until CLOSES. Each absent child becomes one
    report, however often it is sent, and an absence that goes on stays in the one it has; who is there after
    all has none. `seen` is the
    `marked_at` of what is corrected, nothing for a first word: who saw something older undoes nobody's work
    unawares. Raises Refused and Newer, and then nothing is taken.
    """
    taken = Absentees.of(db, class_id, day, absent, by, _knowing(db, class_id, day, absent, told or Told()))
    at = clock.stamp(db.now())
    with db.write():
        before = state(db, class_id, day)
        changed = before is None or before.reasons != dict(absent)
        final = closed(db, day)
        if before and day < db.today() and not changed:
            return Marked(before.present, before.absent, False, final, before.receipts)
        if before and changed and final:
            raise Refused(_too_late(db, day))
        if before and changed and seen not in (None, before.marked_at):
            raise Newer(before)
        present = taken.size - len(absent)
        if changed:
            _write(db, (class_id, day.isoformat()), absent, (at, by.actor, present, len(absent)))
            audit.note(db, by.actor, "roll.marked", class_id, f"{day} {len(absent)}")
            gone = before.receipts.items() if before else ()
            taken.take_back(db, [receipt for child, receipt in gone if child not in absent])
            followed.take_back_returns(db, day, absent)
        receipts = taken.file(db)
        if changed:
            _follow(db, taken, absent)
        for child, receipt in receipts.items():
            db.run(
                "UPDATE roll_marks SET report = ? WHERE class = ? AND day = ? AND child = ? AND report <> ?",
                (receipt, class_id, day.isoformat(), child, receipt),
            )
    return Marked(present, len(absent), changed, final, receipts)


def _follow(db: Database, taken: Absentees, absent: Mapping[str, str]) -> None:
    """Tell the cases of a class what its roll says; of a day that is past only where today's roll says nothing yet."""
    day, today = taken.day, db.today()
    taught = bindings.one_class(db, taken.class_id)
    if taught is None or (day < today and state(db, taken.class_id, today)):
        return
    followed.follow_roll(db, taught, day, absent)


def tell(
    db: Database, class_id: str, day: date, absent: Mapping[str, str], by: Person, told: Told | None = None
) -> Mapping[str, str]:
    """Make the reports of absent children without touching the roll, which may be closed; give the receipts.

    Raises Refused.
    """
    return Absentees.of(
        db, class_id, day, absent, by, _knowing(db, class_id, day, absent, told or Told())
    ).file(db)


def _knowing(db: Database, class_id: str, day: date, absent: Mapping[str, str], told: Told) -> Told:
    """Add what families have reported already of the absent: the same is not reported twice."""
    taught = bindings.one_class(db, class_id) if absent else None
    known = family.receipts_of_day(db, taught, day, absent) if taught else {}
    return replace(told, known={**known, **told.known})


def _too_late(db: Database, day: date) -> str:
    if day < db.today():
        return f"{day.month}月{day.day}日的点名已经报过了，不能再改。要更正请找学校。"
    return f"过了 {CLOSES:%H:%M}，今天的点名不能再改了。要更正请找学校。"


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
    child = find_child(db, child_id)
    if child is None or not bindings.may_in_class(db, person, child.class_id, "roll.mark"):
        return {}
    facts = {**child.facts, "sex": child.sex, "birth_date": child.birth_date}
    if not gazetteer.world(db).places.get(child.town):  # it lives elsewhere than in the district
        facts |= {"town": "", "village": ""}
    return {key: value for key, value in facts.items() if value}


def lately(db: Database, class_id: str, child: str, since: date) -> dict[date, str]:
    """Give what a class said of a child, by day: why it was missing, or nothing where it was there."""
    rows = db.all(
        "SELECT r.day, coalesce(m.reason, '') AS reason FROM roll r LEFT JOIN roll_marks m"
        " ON m.class = r.class AND m.day = r.day AND m.child = ? WHERE r.class = ? AND r.day >= ?",
        (child, class_id, since.isoformat()),
    )
    return {date.fromisoformat(row["day"]): row["reason"] for row in rows}
