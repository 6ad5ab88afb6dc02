"""Up to when the data are: each thing that ledgers of children show moves it in its own place, and nothing elsewhere does."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from intake.calendar import clock
from intake.children import register
from intake.children.children import Child, change_child, find_child
from intake.children.facts import noting
from intake.children.facts.fact import FactOrigin, facts_of
from intake.ledgers.wanted.cutoff import last_change
from intake.people import accounts
from intake.people.accounts import Person
from intake.places import beds, gazetteer
from intake.school.differences import comparing
from intake.school.differences.answering import answer_difference
from intake.school.differences.difference import Difference
from intake.store.db import Database
from tests.hands import staffed
from tests.hands.classroom import MORNING, SCHOOL, Classroom, at, classroom
from tests.hands.registers import pupil, rows_of, take
from tests.hands.returned import sent_out

HOUR = timedelta(hours=1)
MING = "王小明"
SAID = FactOrigin("staff", "staff:x", MORNING.date(), "desk")


@pytest.fixture
def room(db: Database, monkeypatch: pytest.MonkeyPatch) -> Classroom:
    at(monkeypatch, MORNING)
    monkeypatch.setattr(gazetteer, "FRESH", 0.0)
    return classroom(db)


@pytest.fixture
def people(db: Database, room: Classroom) -> dict[str, Person]:
    return staffed.everybody(db)


def child_of(db: Database, room: Classroom) -> Child:
    found = find_child(db, room.children[MING])
    assert found
    return found


def note(db: Database, child: Child) -> None:
    noting.note_fact(db, child.id, "boarding", {"lodging": "住校"}, SAID)


def close(db: Database, child: Child) -> None:
    noting.close_fact(db, facts_of(db, child.id)[0], "staff:x")


def enter(db: Database, child: Child) -> None:
    with db.write():
        register.enter_entry(db, register.new_entry(db, child, register.BORROWED, db.today()), "staff:x")


def finish(db: Database, child: Child) -> None:
    register.finish_entry(db, register.entries_of_child(db, child.id)[0], db.today(), "staff:x")


def change(db: Database, child: Child) -> None:
    change_child(db, child, actor="staff:x")


def bring(db: Database, child: Child) -> None:
    assert take(db, "xueji", rows_of([pupil("李红", "20170302", 2)])).written


def compare(db: Database, child: Child) -> None:
    assert sum(one.new for one in comparing.compare_all(db).values())


def answer(db: Database, child: Child) -> None:
    row = db.one("SELECT * FROM differences WHERE owner <> '' ORDER BY id LIMIT 1")
    assert row
    found, who = Difference.of(db, row), accounts.person_of_command(db)
    with db.write():
        answer_difference(db, found, {"remark": "问过了"}, who)


def count_beds(db: Database, child: Child) -> None:
    beds.keep_beds(db, SCHOOL, 40, "staff:x", clock.stamp(db.now()))


STEPS: tuple[Callable[[Database, Child], None], ...] = (
    note, close, enter, finish, change, bring, compare, answer, count_beds,
)  # fmt: skip
"""What happens one after the other."""


def test_each_change_moves_it_where_it_is_seen_and_nowhere_else(
    db: Database, room: Classroom, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    scopes = {login: accounts.scope_of(db, people[login]) for login in ("bureau", "town", "principal")}
    other = accounts.scope_of(db, people["neighbour"])
    for number, step in enumerate(STEPS, 1):
        moment = MORNING + number * HOUR
        at(monkeypatch, moment)
        before = last_change(db, other, moment)
        step(db, child_of(db, room))
        later = moment + HOUR / 2
        at(monkeypatch, later)
        told = {login: last_change(db, scope, later) for login, scope in scopes.items()}
        assert set(told.values()) == {moment}, (step.__name__, told)
        assert last_change(db, other, later) == before, step.__name__


def test_a_ledger_of_children_is_the_same_until_what_it_shows_changes(
    db: Database, room: Classroom, people: dict[str, Person], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = child_of(db, room)
    enter(db, child)

    def made(hours: int) -> tuple[bytes, str]:
        at(monkeypatch, MORNING + hours * HOUR)
        path = sent_out(db, "transfers", tmp_path / str(hours), people["town"])
        words = [
            str(cell.value)
            for page in load_workbook(path).worksheets
            for row in page.iter_rows()
            for cell in row
        ]
        return path.read_bytes(), next(one for one in words if "数据截止时间：" in one)

    first = made(1)
    assert made(2) == first
    finish(db, child)
    changed = made(4)
    assert changed[0] != first[0]
    assert "10:05" in changed[1]
