"""Whatever shape the rows of a ledger come back in: only what was filled into its columns counts."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from intake.cases import work
from intake.cases.filling import filled_cells
from intake.errors import Refused
from intake.ledgers.returning import planning
from intake.ledgers.rowkeys import row_key
from intake.store.db import Database
from tests.hands.casework import MORNING, Casework, casework, report
from tests.hands.classroom import at
from tests.hands.page import count
from tests.hands.returned import WORD, Paper, pasted, plan, sent_out, sentences, take

Rows = list[list[Any]]
HOUR = timedelta(hours=1)
ALL = {"new": 0, "changed": 1, "same": 3, "stale": 0, "wrong": 0}
DAYS = ("2026-11-20", "2026.11.20", "2026/11/20", "11月20日", "20261120", "２０２６－１１－２０", "2026\u00a011 20", "46346",
        "2026年11月20日", date(2026, 11, 20), datetime.fromisoformat("2026-11-20T08:30"), 46346, 20261120, 46346.35)  # fmt: skip


@pytest.fixture
def house(app: Flask, db: Database, monkeypatch: pytest.MonkeyPatch) -> Casework:
    at(monkeypatch, MORNING)
    made = casework(app, db)
    for name in ("李红", "张雨桐", "赵磊"):
        report(db, made.room.children[name], child_name=name)
    at(monkeypatch, MORNING + HOUR)
    return made


@pytest.fixture
def paper(house: Casework, tmp_path: Path) -> Paper:
    """Give the work list with one thing filled in."""
    out = Paper.of(sent_out(house.db, "work", tmp_path))
    return out.fill(house.number, 办理结果="电话联系上了", 办理说明="说明天来")


def moved(order: Callable[[Rows], Rows]) -> Callable[[Rows], Rows]:
    """Change the rows below the header, and leave those below the table where they are."""

    def change(rows: Rows) -> Rows:
        body = [row for row in rows[1:] if "." in str(row[-1])]
        return [rows[0], *order(body), *(row for row in rows[1:] if row not in body)]

    return change


def columns(order: Callable[[list[Any]], list[Any]]) -> Callable[[Rows], Rows]:
    return lambda rows: [order(list(row)) for row in rows]


def twice_in_a_sheet(rows: Rows) -> Rows:
    return [["石人镇"], *rows[:3], [], ["别的表"], ["随便", "什么"], [], rows[0], *rows[3:]]


def side_by_side(rows: Rows) -> Rows:
    body = [row for row in rows[1:] if "." in str(row[-1])]
    pairs = zip(body[:2], body[2:], strict=True)
    return [[*rows[0], None, *rows[0]], *([*one, None, *other] for one, other in pairs)]


SHAPES: dict[str, Callable[[Rows], Rows]] = {
    "as it is": lambda rows: rows,
    "sorted": moved(lambda rows: sorted(rows, key=lambda row: str(row[2]), reverse=True)),
    "shuffled": moved(lambda rows: random.Random(1).sample(rows, len(rows))),
    "blank rows between": moved(lambda rows: [one for row in rows for one in (row, [None] * len(row))]),
    "columns turned round": columns(lambda row: row[::-1]),
    "columns of others added": columns(lambda row: ["内部编号", *row, "王主任看过"]),
    "titles above": lambda rows: [["石人镇汇总表"], ["制表：张三", "2026-11-23"], [], *rows],
    "two tables": twice_in_a_sheet,
    "side by side": side_by_side,
    "blanks in the header": lambda rows: [[f" {cell}\n　" for cell in rows[0]], *rows[1:]],
    "key in lower case and with blanks": lambda rows: [
        [*row[:-1], f" {str(row[-1]).lower()}\u00a0" if row[-1] else None] for row in rows
    ],
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_rows_are_known_again_in_any_shape(house: Casework, paper: Paper, shape: str) -> None:
    data = pasted(paper, SHAPES[shape])
    found = plan(house.db, house.people["bureau"], data)
    assert (found.counts, sentences(found)) == (ALL, [])
    take(house.db, house.people["bureau"], data)
    assert house.case.state == "核实中"


def test_a_column_that_was_given_another_name_is_told(house: Casework, paper: Paper) -> None:
    """What was written into it would be lost without a word."""
    head = paper.page.cell(paper.head, paper.column("办理说明"))
    head.value = "▲办理说明必填"
    page, row = paper.page, paper.rows()[0]
    page.cell(row, int(head.column or 0)).value = "妈妈说明天来"
    page.cell(row, page.max_column + 1).value = "王主任看过"
    found = plan(house.db, house.people["bureau"], paper.data)
    assert list(found.told) == [planning.UNREAD.format("办理说明必填", "办理说明")]
    assert found.counts["changed"] == ALL["changed"]


def test_rows_and_columns_that_are_missing_mean_nothing(house: Casework, paper: Paper) -> None:
    def few(rows: Rows) -> Rows:
        keep = [at for at, word in enumerate(rows[0]) if str(word)[:2] in ("行码", "办理")]
        return [[row[at] for at in keep] for row in rows[:3]]

    found = plan(house.db, house.people["bureau"], pasted(paper, few))
    assert found.counts == ALL | {"same": 1}


def test_a_doubled_row_is_refused_both_times(house: Casework, paper: Paper) -> None:
    data = pasted(paper, moved(lambda rows: [*rows, rows[0]]))
    found = plan(house.db, house.people["bureau"], data)
    assert (found.counts["wrong"], found.counts["changed"]) == (2, 0)
    assert all("同一行出现了两次" in one for one in sentences(found))
    assert take(house.db, house.people["bureau"], data).id == ""


def test_the_rows_of_yesterday_pasted_below_those_of_today_are_doubled(
    house: Casework, paper: Paper, tmp_path: Path
) -> None:
    work.act(house.db, house.case, "note", {"words": "x"}, house.people["bureau"], channel="desk")
    today = Paper.of(sent_out(house.db, "work", tmp_path))
    old = [cell.value for cell in paper.page[paper.row(house.number)]]
    data = pasted(today, lambda rows: [*rows[:5], old])
    assert plan(house.db, house.people["bureau"], data).counts["wrong"] == 2


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda key, db: key[:-1] + ("0" if key[-1] != "0" else "1"), "不是本系统导出的行"),
        (lambda key, db: key.replace("000001", "000002"), "不是本系统导出的行"),
        (lambda key, db: "随便写的", "不是本系统导出的行"),
        (lambda key, db: row_key(db, "work", "220605-2026-009999", 1), "找不到这一行"),
    ],
)
def test_a_key_that_is_none_of_ours_is_named(
    house: Casework, paper: Paper, change: Callable[[str, Database], str], sentence: str
) -> None:
    paper.page.cell(paper.row(house.number), paper.column(WORD)).value = change(
        paper.key(house.number), house.db
    )
    found = plan(house.db, house.people["bureau"], paper.data)
    assert found.counts == ALL | {"changed": 0, "wrong": 1}
    assert sentence in sentences(found)[0]


def test_a_key_of_another_ledger_is_of_that_ledger(house: Casework, paper: Paper) -> None:
    """The check in the key is bound to its ledger: under another ledger's header it stays what it was."""
    receipt = house.db.one("SELECT receipt FROM reports ORDER BY received_at LIMIT 1")
    assert receipt
    key = row_key(house.db, "absence", receipt["receipt"], 1)
    paper.page.cell(paper.row(house.number), paper.column(WORD)).value = key
    found = plan(house.db, house.people["bureau"], paper.data)
    assert {row.ledger for row in found.rows} == {"absence", "work"}
    assert found.counts["changed"] == 0  # that ledger has no such columns


def test_two_columns_of_one_name_are_refused_where_they_say_something(house: Casework, paper: Paper) -> None:
    data = pasted(paper, columns(lambda row: [*row, row[10]]))
    found = plan(house.db, house.people["bureau"], data)
    assert "“办理说明”有两列" in sentences(found)[0]


def test_edits_elsewhere_are_told_and_do_not_count(house: Casework, paper: Paper) -> None:
    paper.fill(house.number, 姓名="王大明", 事项和状态="已销号", 期限=None)
    paper.page.cell(paper.row(house.number), 1).value = 99  # numbers are no content
    found = plan(house.db, house.people["bureau"], paper.data)
    (row,) = found.of_fate("changed")
    assert [(one.label, one.typed) for one in row.ignored] == [("姓名", "王大明"), ("事项和状态", "已销号")]
    take(house.db, house.people["bureau"], paper.data)
    assert (house.case.child_name, house.case.state) == ("王小明", "核实中")


def test_hidden_rows_count_and_are_told(house: Casework, paper: Paper) -> None:
    """Filling down over a filter writes into hidden rows, and whoever filters does not mean that others go."""
    paper.page.row_dimensions[paper.row(house.number)].hidden = True
    found = plan(house.db, house.people["bureau"], paper.data)
    assert found.counts == ALL
    assert "1 行被筛选或隐藏" in found.told[0]
    assert found.of_fate("changed")[0].raw.hidden


def test_a_formula_is_no_content(house: Casework, paper: Paper) -> None:
    paper.fill(house.number, 办理说明="=A1&B1")
    assert "公式" in sentences(plan(house.db, house.people["bureau"], paper.data))[0]


@pytest.mark.parametrize("said", DAYS, ids=str)
def test_a_day_in_every_spelling(house: Casework, paper: Paper, said: Any) -> None:
    paper.fill(house.number, 办理日期=said)
    (row,) = plan(house.db, house.people["bureau"], paper.data).of_fate("changed")
    assert row.changes[0].raw["day"] == "2026-11-20"


@pytest.mark.parametrize("said", ["昨天", "周五", "上周五", "三天前", "30号", "12月31日"])
def test_a_day_that_means_another_one_when_the_sheet_comes_later_is_refused(
    house: Casework, paper: Paper, said: str
) -> None:
    """Filled in on Friday and sent on Monday, 昨天 was kept as Sunday; sent again it was another day each time."""
    paper.fill(house.number, 办理日期=said)
    found = plan(house.db, house.people["bureau"], paper.data)
    assert found.counts == ALL | {"changed": 0, "wrong": 1}
    assert "办理日期 这样写要看是哪天填的" in sentences(found)[0]


@pytest.mark.parametrize("said", [11.3, "11.3", 11.2])
def test_a_day_of_which_a_nought_may_be_lost_is_refused(house: Casework, paper: Paper, said: Any) -> None:
    """Who types 11.30 into a cell of numbers has 11.3 in it: the 3rd was kept."""
    paper.fill(house.number, 办理日期=said)
    paper.page.cell(paper.row(house.number), paper.column("办理日期")).number_format = "General"
    assert "分不清是哪一天" in sentences(plan(house.db, house.people["bureau"], paper.data))[0]


def test_a_cell_that_shows_a_month_alone_is_no_day(house: Casework, paper: Paper) -> None:
    paper.fill(house.number, 办理日期=date(2026, 11, 1))
    paper.page.cell(paper.row(house.number), paper.column("办理日期")).number_format = 'yyyy"年"m"月"'
    assert "只有年月" in sentences(plan(house.db, house.people["bureau"], paper.data))[0]


def test_a_deed_without_a_day_says_by_which_it_will_be_kept(house: Casework, paper: Paper) -> None:
    (row,) = plan(house.db, house.people["bureau"], paper.data).of_fate("changed")
    assert row.changes[0].becomes.endswith("没写日期，按 2026-11-23 记")
    paper.fill(house.number, 办理日期="2026-11-20")
    (row,) = plan(house.db, house.people["bureau"], paper.data).of_fate("changed")
    assert "没写日期" not in row.changes[0].becomes


def test_a_file_without_keys_says_so(house: Casework, paper: Paper) -> None:
    with pytest.raises(Refused, match="行码") as no:
        plan(house.db, house.people["bureau"], pasted(paper, columns(lambda row: row[:-1])))
    assert no.value.field == "file"


def test_rows_of_a_hidden_sheet_count_as_hidden(house: Casework, paper: Paper) -> None:
    paper.page.sheet_state = "hidden"
    found = plan(house.db, house.people["bureau"], paper.data)
    assert "4 行被筛选或隐藏" in found.told[0]
    assert found.counts == ALL


def test_one_case_in_two_ledgers_of_a_workbook(house: Casework, paper: Paper, tmp_path: Path) -> None:
    db, by = house.db, house.people["bureau"]
    daily = Paper.of(sent_out(db, "absence", tmp_path))
    first = daily.rows()[0]
    at = daily.column("备注")
    daily.page.cell(first, at).value = "甲"
    other = Worksheet(daily.book, "又一张")
    for row in daily.page.iter_rows(min_row=daily.head, max_row=first):
        other.append([cell.value for cell in row])
    daily.book._add_sheet(other)  # type: ignore[attr-defined]
    assert plan(db, by, daily.data).counts["wrong"] == 2  # the same row twice, on two sheets


EDITS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 40), st.text("甲乙丙=1-清空—　 \n", max_size=6)), max_size=12
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(edits=EDITS)
def test_random_edits_change_declared_columns_alone(house: Casework, tmp_path: Path, edits: Any) -> None:
    db, by = house.db, house.people["bureau"]
    paper = Paper.of(sent_out(db, "absence", tmp_path))
    wide, rows = paper.page.max_column, paper.rows()
    fillable = {paper.column(one): one for one in ("处理结果", "责任教师", "备注")}
    for row, place, said in edits:
        column = place % wide + 1
        if column != paper.column(WORD):
            paper.page.cell(rows[row], column).value = said
    tables = ("children", "reports", "answers_absence", "duties", "numbers", "staff", "case_reports")
    known = {one: [tuple(row) for row in db.all(f"SELECT * FROM {one}")] for one in tables}
    heads = [
        tuple(row)
        for row in db.all("SELECT id, number, kind, state, owner, due, child_name, school FROM cases")
    ]
    cells = filled_cells(db, [row["id"] for row in db.all("SELECT id FROM cases")])
    done = take(db, by, paper.data)
    assert {one: [tuple(row) for row in db.all(f"SELECT * FROM {one}")] for one in tables} == known
    assert [
        tuple(row)
        for row in db.all("SELECT id, number, kind, state, owner, due, child_name, school FROM cases")
    ] == heads
    touched = {
        rows[row] for row, place, said in edits if place % wide + 1 in fillable and said.strip(" \n　")
    }
    changed = filled_cells(db, [row["id"] for row in db.all("SELECT id FROM cases")]) != cells
    assert not changed or touched
    assert {row.raw.number for row in done.plan.of_fate("changed")} <= touched
    assert take(db, by, paper.data).plan.counts["changed"] == 0


def test_another_workbook_with_several_sheets(house: Casework, paper: Paper) -> None:
    book, rows = (
        Workbook(),
        [[cell.value for cell in row] for row in paper.page.iter_rows(min_row=paper.head)],
    )
    for name, some in (("甲", rows[:3]), ("乙", [rows[0], *rows[3:]])):
        sheet = book.create_sheet(name)
        for row in some:
            sheet.append(row)
    out = BytesIO()
    book.save(out)
    assert plan(house.db, house.people["bureau"], out.getvalue()).counts == ALL
    assert count(house.db, "returns") == 0
