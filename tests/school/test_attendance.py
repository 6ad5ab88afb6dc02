"""How often a child was at school this term: by its class of each day, and a silent class is no presence."""

from dataclasses import replace
from datetime import date

import pytest

from intake.children.children import children_of_ids
from intake.children.stays import CHANGED, LISTED, enter_class, leave_class
from intake.school.attendance import HERE, MISSING, SILENT, TermSums, term_begin, term_sums
from intake.store.db import Database
from tests.hands.classroom import MORNING, at, classroom


def marked(db: Database, room: str, day: date, absent: dict[str, str]) -> None:
    """Let a class have said something of a day."""
    with db.write():
        db.run(
            "INSERT INTO roll (class, day, marked_at, marked_by, present, absent) VALUES (?, ?, '', '', 1, ?)",
            (room, day.isoformat(), len(absent)),
        )
        for child, reason in absent.items():
            db.run(
                "INSERT INTO roll_marks (class, day, child, reason, report) VALUES (?, ?, ?, ?, '')",
                (room, day.isoformat(), child, reason),
            )


def sums(db: Database, child: str) -> TermSums:
    found = term_sums(db, children_of_ids(db, [child])[child])
    assert found
    return found


def test_days_are_counted_by_the_class_of_the_day(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, MORNING)
    old, new = classroom(db, names=("李红",)), classroom(db, name="1班", names=("钱多",))
    child = old.children["李红"]
    mine = children_of_ids(db, [child])[child]
    with db.write():
        enter_class(db, mine, LISTED, "roster", "command", date(2026, 9, 1))
        leave_class(db, mine, CHANGED, "command", date(2026, 11, 18))
        db.run("UPDATE children SET class = ? WHERE id = ?", (new.id, child))
        enter_class(db, children_of_ids(db, [child])[child], CHANGED, "roster", "command", date(2026, 11, 18))
    marked(db, old.id, date(2026, 11, 16), {})
    marked(db, old.id, date(2026, 11, 17), {child: "不明"})
    marked(db, old.id, date(2026, 11, 19), {child: "不明"})  # its class no more: that tells nothing of it
    marked(db, new.id, date(2026, 11, 18), {child: "病假"})
    marked(db, new.id, date(2026, 11, 23), {})
    found = sums(db, child)
    assert (found.here, found.leave, found.missing, found.today) == (2, 1, 1, HERE)
    assert found.silent == found.days - 4


def test_what_is_said_of_today_is_the_word_of_today(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, MORNING)
    room = classroom(db, names=("李红",))
    child = room.children["李红"]
    assert sums(db, child).today == SILENT
    marked(db, room.id, db.today(), {child: "不明"})
    assert sums(db, child).today == MISSING
    at(monkeypatch, MORNING.replace(day=22))  # a Sunday
    assert sums(db, child).today == ""


def test_a_child_in_no_class_has_no_days(db: Database) -> None:
    room = classroom(db, names=("李红",))
    child = room.children["李红"]
    with db.write():
        db.run("UPDATE children SET class = NULL WHERE id = ?", (child,))
    found = term_sums(db, children_of_ids(db, [child])[child])
    assert found is None or found.days == 0


@pytest.mark.parametrize(
    ("terms", "today", "first"),
    [
        ("", date(2026, 11, 23), date(2026, 9, 1)),
        ("", date(2026, 2, 10), date(2025, 9, 1)),
        ("", date(2026, 3, 1), date(2026, 3, 1)),
        ("2026-08-24/2027-01-10", date(2026, 11, 23), date(2026, 8, 24)),
    ],
)
def test_a_term_begins_as_the_settings_say_or_as_terms_usually_do(
    db: Database, terms: str, today: date, first: date
) -> None:
    assert term_begin(replace(db.settings, terms=terms), today) == first
