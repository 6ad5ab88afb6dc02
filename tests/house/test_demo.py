"""The demonstration shows a case in every state, with a history that the table of transitions allows, on whatever day it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from intake.cases import case as cases
from intake.cases.case import Case
from intake.cases.rounds import clocks
from intake.cases.rulebook import states
from intake.children.children import Child, children_of_name
from intake.children.facts.fact import ChildFact, contradicting, facts_of
from intake.children.life.households import siblings_of
from intake.children.listed import last_batches
from intake.children.register import entries_of_child
from intake.children.stays import stays_of
from intake.house import setup, verify
from intake.house.demo import district, families
from intake.ledgers.pupils.villages import villages_today
from intake.people import accounts
from intake.people.scope import Scope
from intake.reports.whose.matches import open_matches
from intake.reports.whose.merging import merges_of_child
from intake.settings import load
from intake.store.db import Database, Row
from intake.talks import triage

ADDED = {
    "已并入",
    "户籍问题",
    "外地就读无学籍",
    "出国",
    "休学",
    "延缓入学",
    "送教上门",
    "特教学校",
    "专门学校",
}
"""States of which the demonstration shows one for all: somewhere else, and one that waits to be decided."""


@contextmanager
def demonstration(data: Path, day: str) -> Iterator[Database]:
    """Make a demonstration as on a day."""
    data.mkdir()
    made = {"DATA": data, "MODE": "demo", "TODAY": day}
    setup.init(load(made, {}), demo=True)
    db = Database(load(made, {}))
    district.fill(db)
    yield db
    db.close()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with demonstration(tmp_path_factory.mktemp("demo") / "var", "2026-11-30") as db:
        yield db


def all_cases(db: Database) -> list[Case]:
    return [Case.of(row) for row in db.all("SELECT * FROM cases ORDER BY number")]


def test_every_state_is_there(demo: Database) -> None:
    assert {one.state for one in all_cases(demo)} >= set(states.STATES) - ADDED


def test_what_a_visitor_wants_to_see_is_there(demo: Database) -> None:
    found = all_cases(demo)
    assert [one for one in found if one.open and not one.owner], "无人负责"
    assert [one for one in found if one.restricted and one.open]
    assert [one for one in found if one.kind == "safety" and one.duty == "take" and one.due < "2026-12-01"]
    assert [one for one in found if one.open and one.due < "2026-11-30"], "overdue"
    assert [one for one in found if one.duty == "approve"]
    assert [one for one in found if len(cases.reports_in(demo, one)) == 3]
    keys = [[event.key for event in cases.events_of(demo, one)] for one in found]
    assert ["reject"] in [steps[-1:] for steps in keys], "a refused 销号"
    back = [cases.standing(demo, one).back for one in found if one.state == "复学观察"]
    assert "2026-11-18" in back, "复学观察 12/30"
    assert demo.one("SELECT 1 FROM sent_returns WHERE month = '2026-10'"), "a month that was signed"
    assert demo.one("SELECT 1 FROM full_exports WHERE state = 'waiting'"), "a full export to be allowed"
    assert demo.one("SELECT 1 FROM reports WHERE status = 'on_leave' AND received_at >= '2026-11-29T16'")


def test_somebody_has_stopped_half_way(demo: Database) -> None:
    assert ("half",) in [one.why for one in triage.threads_waiting(demo)]


def test_its_histories_are_possible_and_in_order(demo: Database) -> None:
    for one in all_cases(demo):
        assert not cases.standing(demo, one).impossible
        moments = [event.at for event in cases.events_of(demo, one)]
        assert moments == sorted(moments), one.number
    assert verify.faults(demo) == []


def test_everybody_of_the_demonstration_has_something_to_do(demo: Database) -> None:
    for login in (
        "demo-officer",
        "demo-approver",
        "demo-town",
        "demo-principal",
        "demo-village",
        "13800009001",
    ):
        person = accounts.person_by_login(demo, login)
        assert person
        sql, args = cases.visible(demo, person)
        assert demo.one(f"SELECT 1 FROM cases c WHERE c.open = 1 AND {sql}", args), login


def told(row: Row) -> tuple[object, ...]:
    return tuple(str(one).partition(":0")[0] for one in row)  # a letter to be served has an id of its own


def test_it_is_the_same_everywhere_and_on_whatever_day(tmp_path: Path) -> None:
    sql = "SELECT number, kind, state, duty, due, child_name, version FROM cases ORDER BY number"
    seen = []
    for number, day in enumerate(("2026-10-04", "2026-10-04", "2027-02-14")):
        with demonstration(tmp_path / str(number), day) as db:
            seen.append([told(row) for row in db.all(sql)])
            if number != 1:
                assert clocks.tick(db).due
                assert {one.state for one in all_cases(db)} >= set(states.STATES) - ADDED, (
                    "the clocks leave some of each"
                )
            assert verify.faults(db) == []
    assert seen[0] == seen[1]
    assert [row[:3] for row in seen[0]] != []
    assert {row[2] for row in seen[2]} == {row[2] for row in seen[0]}


def facts_by_kind(db: Database, name: str) -> list[tuple[Child, list[ChildFact]]]:
    return [(one, facts_of(db, one.id)) for one in children_of_name(db, name)]


def test_children_of_whom_more_is_told_are_there(demo: Database) -> None:
    (twin,), (other,) = (children_of_name(demo, name) for name in (families.TWIN, families.OTHER_TWIN))
    assert (twin.birth_date, twin.class_id) == (other.birth_date, other.class_id)
    assert twin.number_hash != other.number_hash
    assert [one.id for one in siblings_of(demo, twin)] == [other.id]
    first, second = children_of_name(demo, families.NAMESAKE)
    assert (first.class_id, first.birth_date == second.birth_date) == (second.class_id, False)
    here, far = children_of_name(demo, families.FAR_NAMESAKE)
    assert here.school != far.school
    (comer,) = children_of_name(demo, families.COMER)
    assert [one.school for one in stays_of(demo, comer.id)] == [families.PRIMARY, families.FAR]
    assert {one.sort for one in entries_of_child(demo, comer.id)} == {"转入", "转出"}


def test_a_left_behind_child_has_facts_from_three_sources_of_which_two_contradict(demo: Database) -> None:
    ((_, facts),) = facts_by_kind(demo, families.LEFT)
    assert {one.source for one in facts} == {"visit", "xueji", "report"}
    assert all(one.confirmed_by for one in facts if one.source == "report"), (
        "the teacher answers for her words"
    )
    assert {one.source for one in contradicting(facts, "residence")} == {"visit", "xueji"}


def test_two_children_of_a_household_are_missing_and_aid_was_paid_short(demo: Database) -> None:
    ((sister, facts),), ((brother, _),) = (
        facts_by_kind(demo, name) for name in (families.SISTER, families.BROTHER)
    )
    assert [one.id for one in siblings_of(demo, sister)] == [brother.id]
    for child in (sister, brother):
        assert demo.one("SELECT 1 FROM cases WHERE child = ? AND kind = 'absence' AND open = 1", (child.id,))
    (aid,) = (one for one in facts if one.kind == "aid")
    assert aid.get("amount_paid") < aid.get("amount_due")


def test_likely_matches_wait_and_a_merged_pair_can_be_parted(demo: Database) -> None:
    bureau = accounts.person_by_login(demo, "demo-bureau")
    assert bureau
    waiting = {(one.child.name, one.report is not None) for one in open_matches(demo, bureau)}
    assert {(families.DOUBLE, True), (families.NAMESAKE, True)} <= waiting
    (kept,) = children_of_name(demo, families.DOUBLE)
    (merge,) = merges_of_child(demo, kept)
    assert (merge.kept, merge.undone_at) == (kept.id, "")


def test_the_registers_differ_from_the_rolls_and_a_village_sent_nothing(demo: Database) -> None:
    assert set(last_batches(demo, "xueji")) == {families.PRIMARY}
    (nowhere,), (unschooled,) = (
        children_of_name(demo, name) for name in (families.NOWHERE, families.UNSCHOOLED)
    )
    assert (nowhere.class_id, unschooled.class_id) == ("", "")
    silent = [one for one in villages_today(demo, Scope("220605105")) if one.silent and one.number]
    assert len(silent) == 1
    sheets = {
        (row["sheet"], row["child"])
        for row in demo.all("SELECT sheet, child FROM differences WHERE closed_at IS NULL")
    }
    assert {("compare-huji", unschooled.id), ("compare-xueji", nowhere.id)} <= sheets
    problems = {row["problem"] for row in demo.all("SELECT problem FROM differences WHERE closed_at IS NULL")}
    assert {"有人无籍", "与姓名不匹配", "疑似辍学", "适龄失学"} <= problems
    assert demo.one("SELECT 1 FROM listed WHERE listing = 'poor'")


def test_a_second_start_tells_nothing_twice(demo: Database) -> None:
    sql = "SELECT (SELECT count(*) FROM child_facts) AS facts, (SELECT count(*) FROM stays) AS stays"
    before = demo.all(sql)
    district.fill(demo)
    assert [tuple(row) for row in demo.all(sql)] == [tuple(row) for row in before]
