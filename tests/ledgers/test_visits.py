"""Visits that are due: on the first page with their number, which is that of the rows behind it; a visit clears it at once."""

from datetime import date, timedelta

import pytest

from intake.house import rounds
from intake.ledgers import Period
from intake.ledgers.known.visiting import VisitsOwed, visits_owed, wind_visits
from intake.people.accounts import Person, scope_of
from intake.store.db import Database
from tests.hands.classroom import MORNING, Classroom, at, classroom
from tests.hands.facts import fact
from tests.hands.ledgers import rows_of, told

TODAY = MORNING.date()
LATE = "超期未走访"

pytestmark = pytest.mark.usefixtures("morning")


@pytest.fixture
def room(db: Database, people: dict[str, Person]) -> Classroom:
    made = classroom(db)
    for name in ("李红", "赵磊", "张雨桐"):
        fact(db, made.children[name], "father", "xueji", away="是")
    return made


def late(db: Database) -> int:
    period = Period(db.today(), db.today())
    return sum(row["走访状态"] == LATE for row in rows_of(db, "left-behind", period=period))


def visit(db: Database, child: str, day: date) -> None:
    fact(db, child, "visit", "visit", db.today(), day=day.isoformat(), visitors="王主任")


def test_the_number_is_that_of_the_rows_and_a_visit_clears_it_at_once(
    db: Database, people: dict[str, Person], room: Classroom
) -> None:
    visit(db, room.children["赵磊"], TODAY - timedelta(days=10))
    told(
        db, "boarding", 6, reason="监护人外出", child_name="钱多多", town="石人镇", village=None
    )  # on no roll
    scope = scope_of(db, people["bureau"])
    assert visits_owed(db, scope) == VisitsOwed(0, "")
    assert wind_visits(db) == 4
    assert (
        visits_owed(db, scope) == VisitsOwed(late(db), TODAY.isoformat()) == VisitsOwed(3, TODAY.isoformat())
    )
    visit(db, room.children["李红"], TODAY)
    assert visits_owed(db, scope).number == late(db) == 2
    wind_visits(db)
    assert visits_owed(db, scope).number == 2


def test_it_is_late_the_day_after_the_setting_and_says_since_when(
    db: Database, people: dict[str, Person], room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    for child in room.children.values():
        visit(db, child, TODAY)
    for days, number in ((90, 0), (91, 3)):
        at(monkeypatch, MORNING + timedelta(days=days))
        wind_visits(db)
        assert visits_owed(db, scope_of(db, people["bureau"])).number == late(db) == number
    assert visits_owed(db, scope_of(db, people["bureau"])).oldest == (TODAY + timedelta(days=91)).isoformat()


@pytest.mark.parametrize(
    ("login", "number"),
    [("town", 3), ("principal", 3), ("village", 3), ("neighbour", 0), ("administrator", 0)],
)
def test_each_counts_the_children_of_their_own(
    db: Database, people: dict[str, Person], room: Classroom, login: str, number: int
) -> None:
    wind_visits(db)
    assert visits_owed(db, scope_of(db, people[login])).number == number


def test_who_is_no_longer_on_the_list_owes_no_visit(
    db: Database, people: dict[str, Person], room: Classroom
) -> None:
    wind_visits(db)
    for side in ("father", "mother"):
        fact(db, room.children["李红"], side, "staff", TODAY, away="否")
    wind_visits(db)
    assert visits_owed(db, scope_of(db, people["bureau"])).number == late(db) == 2


def test_the_worker_works_it_out(db: Database, people: dict[str, Person], room: Classroom) -> None:
    class Once:
        done = False

        def is_set(self) -> bool:
            return self.done

        def wait(self, seconds: float) -> bool:
            self.done = True
            return True

    rounds.keep_visits(db, Once())  # type: ignore[arg-type]
    assert visits_owed(db, scope_of(db, people["bureau"])).number == 3
