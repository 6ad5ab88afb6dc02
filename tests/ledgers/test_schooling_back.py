"""The ledgers of schooling come back: untouched nothing changes, and what is filled in stands with the case of the row."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from exports.books import book, daily
from intake import ledgers
from intake.cases import case as cases
from intake.cases import work
from intake.cases.filling import filled_cells
from intake.children.facts.fact import FactOrigin, facts_of
from intake.children.facts.noting import note_fact
from intake.house.verify import faults
from intake.ledgers import Period, View
from intake.ledgers.returning import history, newcomers, undoing
from intake.ledgers.wanted.extents import extent_of, period_of
from intake.people.accounts import Person, scope_of
from intake.store.db import Database
from tests.hands.books import DAY, give
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


def test_a_report_without_a_case_comes_back_as_it_went_out(
    db: Database, people: dict[str, Person], room: Classroom, tmp_path: Path
) -> None:
    """One of leave has no key in the sheet of the day: it is no new row."""
    give(db, "absence", 0, on_leave="是")
    paper = Paper.of(daily.write(db, DAY, tmp_path, actor="t"))
    found = plan(db, people["bureau"], paper.data)
    assert (sentences(found), found.counts["new"], found.counts["changed"]) == ([], 0, 0)
    page = paper.book["孩子未到校"]
    heads = {
        str(cell.value): int(cell.column or 0)
        for row in page.iter_rows(max_row=8)
        for cell in row
        if cell.value
    }
    row = next(cell.row for cell in page["A"] if cell.value == 1)
    page.cell(
        int(row or 0), next(at for word, at in heads.items() if word.startswith("备注"))
    ).value = "知道了"
    assert sentences(plan(db, people["bureau"], paper.data)) == [f"第 {row} 行  {newcomers.NO_CASE}"]


@pytest.mark.parametrize("said", ["_x000D_ 床", "_x0041_", "a_x005F_b", "_xD800_", "_x0000_", "__x0041_"])
def test_words_that_look_like_an_escape_of_the_format_stay_words(
    db: Database, people: dict[str, Person], room: Classroom, tmp_path: Path, said: str
) -> None:
    first = sent(db, "boarding", people["bureau"], tmp_path)
    key = str(first.page.cell(first.rows()[0], first.column("行码")).value)
    case = cases.find_case(db, key.split(".")[0])
    assert case
    work.act(db, case, "filled", {}, people["bureau"], channel="desk", words={"bed": said})
    again = sent(db, "boarding", people["bureau"], tmp_path)
    found = plan(db, people["bureau"], again.data)
    assert (found.counts["changed"], sentences(found)) == (0, [])


@pytest.mark.parametrize("kind", ["subsidy", "enrollment"])
def test_a_day_without_masks_comes_back_without_edits(
    db: Database, people: dict[str, Person], room: Classroom, tmp_path: Path, kind: str
) -> None:
    scope, period = scope_of(db, people["bureau"]), period_of(db, **PERIOD)
    extent = extent_of(db, scope)
    (one,) = [made for made in ledgers.ledgers_of_kinds(db) if made.key == kind]
    view = View(extent.within(scope), period, full=True)
    path = book.write_extent(db, [one], extent, view, tmp_path, actor="t").path
    found = plan(db, people["bureau"], Paper.of(path).data)
    assert found.rows
    assert not [row for row in found.rows if row.fate != "same" or row.ignored]


def test_what_is_sensitive_is_not_brought_to_light_by_a_workbook(
    db: Database, people: dict[str, Person], room: Classroom, tmp_path: Path
) -> None:
    """Before and after stand in the preview of every row at once, and nobody says why they look."""
    by, secret = people["bureau"], "低保证 220605-0017"
    first, old = (sent(db, "aid", by, tmp_path) for _ in range(2))
    row = first.rows()[0]
    first.page.cell(row, first.column("依据/证号")).value = secret
    done = take(db, by, first.data)
    again = sent(db, "aid", by, tmp_path)
    again.page.cell(row, again.column("依据/证号")).value = "不记得了"
    found = plan(db, by, again.data)
    (change,) = [one for line in found.rows for one in line.changes]
    assert (change.was, change.becomes) == ("已填（见系统）", "不记得了")
    old.page.cell(row, old.column("依据/证号")).value = "不记得了"
    (stale,) = [one for line in plan(db, people["officer"], old.data).rows for one in line.stale]
    assert (stale.sent, stale.now) == ("（空）", "已填（见系统）")
    (made,) = history.changes_of(db, done.id)
    assert (made.was, made.became) == ("（空）", "已填（见系统）")


FACTS_FILLED: tuple[tuple[str, str, dict[str, Any], dict[str, str]], ...] = (
    ("aid", "boarding", {"lodging": "走读", "room": "2 号楼"}, {"就读方式": "住校"}),
    ("left-behind", "guardian", {"guardian_name": "王大强", "relation": "父", "phone": "13800000001"}, {"父亲姓名": "王建国"}),
    ("left-behind", "household", {"household_number": "9", "village_group": "三组"}, {"户号": "17"}),
    ("left-behind", "helper", {"sort": "师生结对", "name": "李敏"}, {"帮扶教师": "刘芳"}),
)  # fmt: skip
"""By ledger what a list says of the child, and what is filled in otherwise."""


@pytest.mark.parametrize(("key", "kind", "said", "typed"), FACTS_FILLED)
def test_what_is_taken_back_brings_back_what_a_list_had_said(
    db: Database, people: dict[str, Person], room: Classroom, tmp_path: Path, key: str, kind: str,
    said: dict[str, Any], typed: dict[str, str],
) -> None:  # fmt: skip
    by = people["principal"]
    number = str(
        (paper := sent(db, key, by, tmp_path)).page.cell(paper.rows()[0], paper.column("行码")).value
    )
    number = number.split(".")[0]
    (case,) = db.all("SELECT id, child FROM cases WHERE number = ?", (number,))
    note_fact(
        db,
        case["child"],
        kind,
        said,
        FactOrigin("xueji", "command", MORNING.date() - timedelta(days=60), "list"),
    )

    def known() -> Any:
        facts = {(one.id, one.source, repr(one.value)) for one in facts_of(db, case["child"])}
        keys = {
            tuple(row)
            for row in db.all("SELECT key, sort, fact FROM child_keys WHERE child = ?", (case["child"],))
        }
        return facts, keys, filled_cells(db, [case["id"]])

    def undo(made: str) -> None:
        changes = history.changes_of(db, made)
        done = undoing.undo_changes(db, by, history.return_of(db, made, by), [one.id for one in changes])
        assert [one.why_not for one in done] == [""] * len(changes)

    before = known()
    done = take(db, by, sent(db, key, by, tmp_path / "1").fill(number, **typed).data)
    filled = known()
    assert filled[0] != before[0]
    assert filled[2] != before[2]
    undo(done.id)
    assert known() == before
    take(db, by, sent(db, key, by, tmp_path / "2").fill(number, **typed).data)
    filled = known()
    emptied = take(
        db, by, sent(db, key, by, tmp_path / "3").fill(number, **dict.fromkeys(typed, "清空")).data
    )
    assert not {one[0] for one in known()[0]} & {one[0] for one in filled[0] - before[0]}
    undo(emptied.id)
    assert known()[0] == filled[0]
    assert faults(db) == []
