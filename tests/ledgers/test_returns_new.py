"""New rows of a ledger that takes them: looked for before a case is opened, confirmed where somebody may be known."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from intake.cases import case as cases
from intake.cases.case import Case
from intake.cases.filling import filled_cells
from intake.house import verify
from intake.ledgers.returning import history, undoing
from intake.ledgers.returning.newcomers import OTHER
from intake.reports import lookup
from intake.store.db import Database
from tests.hands.casework import MORNING, Casework, casework
from tests.hands.classroom import at
from tests.hands.page import count
from tests.hands.returned import Paper, plan, sent_out, sentences, take

NEW = {"姓名": "贺晓雨", "性别": "女", "学校名称": "石人镇中心小学", "年级": "五年级", "班级": "1班", "监护人": "贺强",
       "与学生关系": "父亲", "联系电话": "138 1234 5678", "最后到校日期": "2026.11.18",
       "核实结论": "在外地打工的父母带走"}  # fmt: skip


@pytest.fixture
def house(app: Flask, db: Database, monkeypatch: pytest.MonkeyPatch) -> Casework:
    at(monkeypatch, MORNING)
    made = casework(app, db)
    made.act("contact", "principal", day="2026-11-23", way="电话", whom="奶奶", result="联系上了")
    made.act("three_days", "clock")
    at(monkeypatch, MORNING + timedelta(hours=1))
    return made


@pytest.fixture
def write(house: Casework, tmp_path: Path) -> Callable[..., bytes]:
    """Write a new row below those of 疑似辍学学生台账."""

    def written(**said: Any) -> bytes:
        paper = Paper.of(sent_out(house.db, "suspected", tmp_path))
        row = max(paper.rows()) + 1
        paper.page.insert_rows(row)
        for label, value in (NEW | said).items():
            paper.page.cell(row, paper.column(label)).value = value
        return paper.data

    return written


def newest(db: Database) -> Case:
    row = db.one("SELECT number FROM cases ORDER BY number DESC LIMIT 1")
    case = cases.find_case(db, row["number"]) if row else None
    assert case
    return case


def test_a_child_that_nobody_knows_becomes_a_case_once(house: Casework, write: Callable[..., bytes]) -> None:
    db, by = house.db, house.people["town"]
    data = write()
    found = plan(db, by, data)
    assert (found.counts["new"], sentences(found), count(db, "cases")) == (1, [], 1)
    done = take(db, by, data)
    case = newest(db)
    assert (case.child_name, case.kind, case.town, case.school, case.last_seen) == (
        "贺晓雨", "absence", "220605105", "2206050001", "2026-11-18",
    )  # fmt: skip
    report = lookup.report_by_id(db, cases.reports_in(db, case)[0])
    assert report
    assert (report.channel, report.reporter) == ("proxy", by.actor)
    assert filled_cells(db, [case.id])[case.id]["conclusion"].value == NEW["核实结论"]
    again = take(db, by, data)
    assert (again.id, again.plan.counts["new"], count(db, "cases")) == ("", 0, 2)
    assert take(db, by, write()).id == ""  # in a workbook of today, too
    assert verify.faults(db) == []
    found_return = history.return_of(db, done.id, by)
    ids = [one.id for one in history.changes_of(db, done.id)]
    assert [one.why_not for one in undoing.undo_changes(db, by, found_return, ids)] == ["", ""]
    assert newest(db).state == "已撤回"


def test_the_cover_names_all_that_a_new_row_needs(house: Casework, tmp_path: Path) -> None:
    """A child found by a village cadre, entered by somebody who has read the cover and nothing else."""
    paper = Paper.of(sent_out(house.db, "suspected", tmp_path))
    cover = [str(cell.value) for row in paper.book["封面"] for cell in row if cell.value]
    guide = next(one for one in cover if "表里没有的孩子" in one)
    named = {label: value for label, value in NEW.items() if label in guide}
    assert named.keys() >= {"姓名", "学校名称", "联系电话"}
    row = paper.page.max_row + 1  # below the sum and the signatures
    for label, value in named.items():
        paper.page.cell(row, paper.column(label)).value = value
    found = plan(house.db, house.people["town"], paper.data)
    assert (found.counts["new"], sentences(found)) == (1, [])
    del named["联系电话"]
    paper.page.cell(row, paper.column("联系电话")).value = None
    (wrong,) = plan(house.db, house.people["town"], paper.data).of_fate("wrong")
    assert wrong.child == "贺*雨"  # by whom its row is found again


def test_who_may_be_known_must_be_confirmed(house: Casework, write: Callable[..., bytes]) -> None:
    db, by = house.db, house.people["town"]
    data = write(姓名="王小明")
    found = plan(db, by, data)
    (row,) = found.of_fate("new")
    assert row.newcomer.doubtful
    assert [one.case.number for one in row.newcomer.hits.cases] == [house.number]
    assert [one.name for one in row.newcomer.hits.children] == ["王小明"]
    assert take(db, by, data).id == ""
    assert count(db, "cases") == 1
    take(db, by, data, {row.newcomer.choice: OTHER})
    assert (newest(db).child, newest(db).number) == ("", "220605-2026-000002")


def test_a_child_of_the_roll_joins_its_case(house: Casework, write: Callable[..., bytes]) -> None:
    db, by = house.db, house.people["town"]
    data = write(姓名="王小明")
    (row,) = plan(db, by, data).of_fate("new")
    take(db, by, data, {row.newcomer.choice: house.room.children["王小明"]})
    assert count(db, "cases") == 1
    assert [one.key for one in cases.events_of(db, house.case)][-2:] == ["reported", "filled"]


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"姓名": None}, "姓名 请写孩子的姓名。"),
        ({"联系电话": "123"}, "联系电话 电话号码不对"),
        ({"最后到校日期": "2026-13-01"}, "最后到校日期 没有看懂日期"),
        ({"最后到校日期": "昨天"}, "最后到校日期 这样写要看是哪天填的"),
        ({"监护人": "=A1"}, "监护人 这一格是公式"),
        ({"与学生关系": None}, "与学生关系 请选择"),
        ({"核实日期": "2027-01-01"}, "核实日期 这个日期还没有到"),
    ],
)
def test_what_is_wrong_with_a_new_row_is_said_at_its_cell(
    house: Casework, write: Callable[..., bytes], said: dict[str, Any], where: str
) -> None:
    found = take(house.db, house.people["town"], write(**said)).plan
    assert where in sentences(found)[0]
    assert count(house.db, "cases") == 1


def test_another_town_and_another_ledger_take_no_new_row(
    house: Casework, write: Callable[..., bytes], tmp_path: Path
) -> None:
    found = plan(house.db, house.people["neighbour"], write())
    assert any("不归您管" in one for one in sentences(found))
    paper = Paper.of(sent_out(house.db, "absence", tmp_path))
    paper.page.insert_rows(paper.rows()[-1] + 1)
    paper.page.cell(paper.rows()[-1] + 1, paper.column("姓名")).value = "贺晓雨"
    assert "不收新行" in sentences(plan(house.db, house.people["town"], paper.data))[0]
