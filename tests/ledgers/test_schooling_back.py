"""The ledgers of schooling come back: untouched nothing changes, and what is filled in stands with the case of the row."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from exports.books import book, daily
from intake import ledgers
from intake.cases.filling import filled_cells
from intake.ledgers import Period, View
from intake.ledgers.extents import extent_of, period_of
from intake.people.accounts import Person, scope_of
from intake.store.db import Database
from tests.hands import staffed
from tests.hands.books import DAY
from tests.hands.classroom import MORNING, SCHOOL_NAME, Classroom, at, classroom, teacher
from tests.hands.ledgers import rows_of, told
from tests.hands.returned import Paper, plan, sentences, take

PERIOD: dict[str, Any] = {"first": DAY.replace(month=9, day=1), "last": DAY.replace(day=30)}
FILLED: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "aid": ({"就读方式": "住校", "发放日期": "11月25日", "经办人": "李红", "处理结果": "补发了", "备注": "一"},
            {"lodging": "住校", "paid_on": "2026-11-25", "handled_by": "李红", "result": "补发了", "remark": "一"}),
    "boarding": ({"床位": "2 号楼 201", "处理结果": "有床", "备注": "一"},
                 {"bed": "2 号楼 201", "result": "有床", "remark": "一"}),
    "enrollment": ({"报到状态": "已报到", "备注": "一"}, {"arrival": "已报到", "remark": "一"}),
    "left-behind": ({"父亲姓名": "王建国", "帮扶教师": "刘芳", "派出所备案日期": "2026.11.21", "户号": "17"},
                    {"father_name": "王建国", "helping_teacher": "刘芳", "police_filed_on": "2026-11-21",
                     "household_number": "17"}),
    "migrant": ({"学籍转接状态": "已转接", "备注": "一"}, {"transfer_state": "已转接", "remark": "一"}),
}  # fmt: skip


@pytest.fixture
def people(db: Database) -> dict[str, Person]:
    return staffed.everybody(db)


@pytest.fixture
def room(db: Database, people: dict[str, Person]) -> Classroom:
    made = classroom(db)
    people["teacher"] = teacher(db, made)
    for n, child in enumerate(made.children.values()):
        away: dict[str, Any] = {
            "father_away": "是",
            "mother_away": "是",
            "away_since": "2026-03",
            "away_place": "辽宁省大连市",
        }
        told(db, "enrollment", n, child, **away, school=SCHOOL_NAME, basis="居住证", permit_number="22060500001",
             town="石人镇", village=None)  # fmt: skip
        told(db, "boarding", n, child, 1, school=SCHOOL_NAME, town="石人镇", village=None)
        told(db, "subsidy", n, child, 2, school=SCHOOL_NAME, town="石人镇", village=None)
    return made


def sent(db: Database, key: str, by: Person, folder: Path) -> Paper:
    """Let a ledger of the term go out to somebody."""
    scope, period = scope_of(db, by), period_of(db, **PERIOD)
    extent = extent_of(db, scope)
    view = View(extent.within(scope), period)
    made = book.write_extent(db, ledgers.ledgers_of_book(db, key), extent, view, folder, actor="t")
    return Paper.of(made.path)


@pytest.mark.parametrize("login", ["bureau", "town", "principal"])
@pytest.mark.parametrize("key", FILLED)
def test_what_comes_back_untouched_changes_nothing_and_tells_of_no_edit(
    db: Database, people: dict[str, Person], room: Classroom, tmp_path: Path, key: str, login: str
) -> None:
    by = people[login]
    found = plan(db, by, sent(db, key, by, tmp_path).data)
    assert found.counts == {"new": 0, "changed": 0, "same": 4, "stale": 0, "wrong": 0}
    assert [row.ignored for row in found.rows] == [[]] * len(found.rows)
    assert sentences(found) == []


def test_flags_that_days_alone_make_others_are_no_edit(
    db: Database, people: dict[str, Person], room: Classroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(db, "boarding", 1, next(iter(room.children.values())), 3, father_away="是", mother_away="是", away_since="2026-10",
         away_place="辽宁省大连市")  # fmt: skip
    paper = sent(db, "left-behind", people["bureau"], tmp_path)
    at(monkeypatch, MORNING + timedelta(days=120))
    now = rows_of(db, "left-behind", period=Period(db.today(), db.today()))
    assert {row["教育口径"] for row in now} != {
        paper.page.cell(row, paper.column("教育口径")).value for row in paper.rows()
    }
    found = plan(db, people["bureau"], paper.data)
    assert found.counts["same"] == 4
    assert [row.ignored for row in found.rows] == [[]] * len(found.rows)


@pytest.mark.parametrize("key", FILLED)
def test_what_is_filled_in_stands_with_the_case_and_goes_out_again(
    db: Database, people: dict[str, Person], room: Classroom, tmp_path: Path, key: str
) -> None:
    by, (typed, kept) = people["principal"], FILLED[key]
    paper = sent(db, key, by, tmp_path)
    number = str(paper.page.cell(paper.rows()[0], paper.column("行码")).value).split(".")[0]
    take(db, by, paper.fill(number, **typed).data)
    (case,) = db.all("SELECT id FROM cases WHERE number = ?", (number,))
    assert {name: one.value for name, one in filled_cells(db, [case["id"]])[case["id"]].items()} == kept
    assert plan(db, by, paper.data).counts["same"] == 4
    again = sent(db, key, people["bureau"], tmp_path)
    assert plan(db, people["bureau"], again.data).counts["same"] == 4
    assert again.get(number, "行码") != paper.get(number, "行码")


def test_two_reports_of_one_case_that_say_different_things_are_both_refused(
    db: Database, people: dict[str, Person], room: Classroom, tmp_path: Path
) -> None:
    pupil = next(iter(room.children.values()))
    told(db, "subsidy", 1, pupil, 2, school=SCHOOL_NAME, town="石人镇", village=None)
    last = told(db, "subsidy", 1, pupil, 2, school=SCHOOL_NAME, town="石人镇", village=None)
    path = daily.write(db, DAY.replace(day=22), tmp_path, actor="t")
    receipts = [
        row["receipt"]
        for row in db.all(
            "SELECT r.receipt FROM reports r JOIN case_reports k ON k.report = r.id WHERE k.case_id = ? ORDER BY r.id",
            (last.id,),
        )
    ]
    page = next(one for one in Paper.of(path).book.worksheets if one.title == "资助困难")
    paper = Paper.of(path)
    paper.book._sheets = [one for one in paper.book.worksheets if one.title == page.title]  # type: ignore[attr-defined]
    paper.fill(receipts[0], 备注="甲").fill(receipts[1], 备注="乙")
    found = plan(db, people["bureau"], paper.data)
    assert found.counts["wrong"] == 2
    paper.fill(receipts[1], 备注="甲")
    assert plan(db, people["bureau"], paper.data).counts == {
        "new": 0, "changed": 1, "same": len(paper.rows()) - 1, "stale": 0, "wrong": 0,
    }  # fmt: skip
