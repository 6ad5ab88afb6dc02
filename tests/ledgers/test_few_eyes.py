"""Few eyes: what is restricted, and who asked to stay unnamed, on every row of every ledger, for every role."""

from datetime import date, timedelta
from typing import Any

import pytest

from intake import ledgers
from intake.cases import case as cases
from intake.cases.case import Case
from intake.ledgers import Period, View
from intake.people import accounts
from intake.people.accounts import Person
from intake.people.roles import ROLES
from intake.people.scope import Scope
from intake.store.db import Database
from tests.hands.caseworld import DAY, PLACE, STAFF, World
from tests.hands.classroom import MORNING, SCHOOL, TOWN, VILLAGE, at
from tests.hands.sheets import case_told

TODAY = MORNING.date()
KEYS = ("work", "work-new", "work-changed", "work-overdue", "work-silent", "work-summary", "work-withdrawn", "suspected",
        "dropout", "dropout-persuasions", "safety", "police", "brief")  # fmt: skip
GUARDIAN, PHONE, WORDS = "郑翠花", "13955556666", "我是隔壁的郑婶"
"""What tells who reported in confidence."""
SECRET = "欧阳秘"
"""The child of whom few may know."""


def told_text(db: Database, key: str, view: View) -> str:
    """Give all that stands in the cells of a ledger."""
    one = ledgers.ledger(db, key)
    return "|".join(
        str(cell) for number, line in enumerate(one.rows(db, view), 1) for cell in one.cells(number, line)
    )


@pytest.fixture
def world(db: Database, monkeypatch: pytest.MonkeyPatch) -> World:
    """Give a house with danger for few eyes, a confidential reporter, a complaint, and an ordinary case."""
    made = World(db, monkeypatch)
    near: dict[str, Any] = {**PLACE, "id_number": None, "birth_date": None, "sex": None}
    case_told(db, "safety", 3, **near, what="受侵害", child_name=SECRET, description=WORDS)
    made.reported("safety")
    quiet = case_told(
        db, "absence", 0, child=made.room.children["李红"], confidential=True, last_seen="2026-11-20", guardian_name=GUARDIAN,
        phone=PHONE, relation="邻居/其他", description=WORDS, whereabouts=WORDS, special_group=["留守"], **near,
    )  # fmt: skip
    for key, who, days in (
        ("contact", "teacher", 0), ("three_days", "clock", 2), ("persuasion", "village", 4), ("letter", "principal", 5),
        ("confirmed", "approver", 6),
    ):  # fmt: skip
        at(monkeypatch, MORNING + days * DAY)
        made.done(quiet, key, made.by(who))
    return made


def quiet_of(db: Database) -> Case:
    row = db.one("SELECT id FROM cases WHERE confidential = 1")
    found = cases.case_by_id(db, row["id"]) if row else None
    assert found
    return found


def views(world: World, who: Person) -> list[View]:
    """Give what somebody may ask for: the day, the week, everything in clear."""
    scope, week = accounts.scope_of(world.db, who), Period(TODAY, TODAY + timedelta(days=6))
    return [
        View(scope, Period(week.last, week.last)),
        View(scope, week, who.id),
        View(scope, week, who.id, True),
    ]


def everybody(world: World) -> list[Person]:
    """Give somebody of every role, and officers of one kind alone."""
    db, found = world.db, []
    for role in ROLES:
        area = (
            VILLAGE
            if ROLES[role].sees == "village"
            else TOWN
            if role in ("town", "principal", "teacher")
            else "220605"
        )
        school = SCHOOL if role in ("principal", "teacher") else ""
        found.append(accounts.add_person(db, name=f"新{role}", login=f"new-{role}", password=None, role=role, area=area,
                                         school=school))  # fmt: skip
    for kind in ("safety", "absence"):
        found.append(accounts.add_person(db, name=f"管{kind}", login=f"new-{kind}", password=None, role="officer", area="220605",
                                         kinds=[kind]))  # fmt: skip
    people: list[Person | str | None] = [accounts.person_by_id(db, made) for made in found]
    people += [world.by(role) for role in STAFF]
    return [one for one in people if isinstance(one, Person)]


@pytest.mark.parametrize("key", KEYS)
def test_nobody_reads_of_a_restricted_case_in_a_ledger_who_may_not_see_it(world: World, key: str) -> None:
    row = world.db.one("SELECT number FROM cases WHERE restricted = 1")
    assert row
    for who in everybody(world):
        few = accounts.scope_of(world.db, who).restricted
        text = "".join(told_text(world.db, key, view) for view in views(world, who))
        assert few or not (SECRET in text or row["number"] in text), who.login
        if few and key in ("work", "work-new", "safety") and "safety" in (who.kinds or {"safety"}):
            assert SECRET in text, who.login


@pytest.mark.parametrize("key", KEYS)
def test_nobody_learns_a_confidential_reporter_who_may_not(world: World, key: str) -> None:
    for who in everybody(world):
        scope = accounts.scope_of(world.db, who)
        text = "".join(told_text(world.db, key, view) for view in views(world, who))
        said = [one for one in (GUARDIAN, PHONE, "郑婶", "邻居", "139*") if one in text]
        assert scope.reporters or not said, who.login
        if scope.reporters and key == "suspected" and "absence" in (who.kinds or {"absence"}):
            assert GUARDIAN in text, who.login


def test_the_way_a_confidential_report_came_is_not_told(world: World) -> None:
    db, week = world.db, Period(TODAY, TODAY + timedelta(days=6))
    shown = {}
    for name, scope in {"town": Scope(TOWN), "bureau": Scope("220605", reporters=True)}.items():
        for key, column in (("suspected", "found_by"), ("work-changed", "by")):
            rows = [
                line.values.get(column)
                for line in ledgers.ledger(db, key).rows(db, View(scope, week))
                if key == "suspected" or line.values["case_number"] == quiet_of(db).number
            ]
            shown[name, key] = rows[0]
    assert shown == {
        ("town", "suspected"): None, ("town", "work-changed"): None, ("bureau", "suspected"): "教师",
        ("bureau", "work-changed"): "报告",
    }  # fmt: skip


def test_counts_leave_out_what_few_may_see(world: World) -> None:
    week = Period(TODAY, TODAY + timedelta(days=6))
    for key, number in (("work-summary", "new"), ("brief", "now")):
        one = ledgers.ledger(world.db, key)
        counted = [
            sum(
                line.values[number]
                for line in one.rows(world.db, View(Scope("220605", restricted=few), week))
                if key == "work-summary" or line.values["item"] == "新增"
            )
            for few in (False, True)
        ]
        assert counted[1] - counted[0] == 1, key


def test_whoever_was_given_a_restricted_case_has_it_in_the_work_list_alone(world: World) -> None:
    db, officer = world.db, world.officer
    secret = next(
        cases.case_by_id(db, row["id"]) for row in db.all("SELECT id FROM cases WHERE restricted = 1")
    )
    principal = world.by("principal")
    assert secret
    assert isinstance(principal, Person)
    world.done(secret, "shared", officer, staff=principal.id)
    with db.write():
        db.run("UPDATE cases SET owner = ? WHERE id = ?", (principal.id, secret.id))
    scope = accounts.scope_of(db, principal)
    week = Period(TODAY, TODAY + timedelta(days=6))
    assert SECRET in told_text(db, "work", View(scope, week, principal.id))
    for key in ("safety", "police", "suspected"):
        assert SECRET not in told_text(db, key, View(scope, week, principal.id, True))
    assert SECRET not in told_text(db, "work", View(scope, week))


def test_whoever_sees_no_rows_gets_no_ledger(world: World) -> None:
    for key in KEYS:
        rows = list(
            ledgers.ledger(world.db, key).rows(world.db, View(Scope(""), Period(date(2026, 11, 1), TODAY)))
        )
        assert [one for one in rows if key != "brief"] == [], key
