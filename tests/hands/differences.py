"""A difference between lists that somebody owes an answer to."""

from intake.people.accounts import Person
from intake.store.db import Database
from tests.hands.classroom import TOWN, VILLAGE


def owed(db: Database, child: str, owner: Person, *, closed: str = "", key: str = "d1") -> str:
    """Enter one of 户籍 and 学籍 in the village of the classroom; give its id."""
    with db.write():
        db.run(
            "INSERT INTO differences (id, sheet, mark, problem, child, town, village, advice, owner, due, opened_at,"
            " changed_at, closed_at, version) VALUES (?, 'compare-huji', ?, '适龄失学', ?, ?, ?, '入户核查', ?,"
            " '2026-11-20', '2026-11-01T00:00:00.000Z', '2026-11-01T00:00:00.000Z', ?, 1)",
            (key, key, child, TOWN, VILLAGE, owner.id, closed or None),
        )
    return key
