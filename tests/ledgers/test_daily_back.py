"""The daily workbook's way back: what is filled in beside a report's case, and the key by which its row is known."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from intake import ledgers
from intake.cases import case as cases
from intake.cases import work
from intake.cases.case import Case
from intake.ledgers import Line, Period, View, daily
from intake.ledgers.rowkeys import read_row_key
from intake.people.accounts import Person
from intake.people.scope import Scope
from intake.reports import lookup
from intake.store.db import Cell, Database, Row
from tests.hands import staffed
from tests.hands.books import DAY, give
from tests.hands.classroom import TOWN

DISTRICT = Scope("220605")


@pytest.fixture
def officer(db: Database) -> Person:
    return staffed.one(db, "officer")


def lines(db: Database, kind: str, scope: Scope = DISTRICT, **more: Any) -> list[Line]:
    (made,) = [one for one in ledgers.ledgers_of_kinds(db) if one.key == kind]
    return list(made.rows(db, View(scope, Period(DAY, DAY), **more)))


def case_of(db: Database, receipt: str) -> Case:
    report = lookup.find_report(db, receipt)
    assert report
    found = cases.case_of_report(db, report.id)
    assert found
    return found


def fill(db: Database, receipt: str, by: Person, **words: Any) -> None:
    work.act(
        db, case_of(db, receipt), "filled", {}, by, channel="return", words=words, facts={"ledger": "subsidy"}
    )


def test_what_staff_filled_in_stands_in_the_row_of_each_report_of_the_case(
    db: Database, officer: Person
) -> None:
    first, second, other = give(db, "subsidy", 0), give(db, "subsidy", 0), give(db, "subsidy", 3)
    assert case_of(db, first).id == case_of(db, second).id != case_of(db, other).id
    fill(
        db, first, officer, paid_on="2026-11-18", handled_by="李红", remark="已打款", evidence="低保证 12 号"
    )
    rows = {line.receipt: line.values for line in lines(db, "subsidy")}
    for receipt in (first, second):
        filled = {key: rows[receipt][key] for key in ("paid_on", "handled_by", "remark")}
        assert filled == {"paid_on": "2026-11-18", "handled_by": "李红", "remark": "已打款"}
        assert "evidence" not in rows[receipt]
    assert not rows[other].keys() & {"paid_on", "handled_by", "remark"}


def test_each_row_has_a_key_of_its_own_that_names_its_receipt_and_the_version_of_its_case(
    db: Database, officer: Person
) -> None:
    first, second = give(db, "subsidy", 0), give(db, "subsidy", 0)
    fill(db, first, officer, remark="一")
    keys = {line.receipt: line.values["row_key"] for line in lines(db, "subsidy")}
    assert len(set(keys.values())) == 2
    for receipt in (first, second):
        found = read_row_key(db, "subsidy", keys[receipt])
        assert found
        assert (found.receipt, found.number, found.version) == (receipt, "", case_of(db, receipt).version)
    fill(db, first, officer, remark="二")
    assert {line.values["row_key"] for line in lines(db, "subsidy")}.isdisjoint(keys.values())


def test_a_report_of_leave_has_no_case_no_key_and_nothing_filled_in(db: Database) -> None:
    give(db, "absence", 0, on_leave="是")
    (line,) = lines(db, "absence")
    assert not line.values.keys() & {"row_key", "remark", "result", "teacher"}
    assert line.values["status"] == "已请假"


def test_the_state_is_that_of_the_case(db: Database, officer: Person) -> None:
    receipt = give(db, "subsidy", 0)
    assert lines(db, "subsidy")[0].values["status"] == "待处理"
    work.act(db, case_of(db, receipt), "resolved", {"result": "发了"}, officer, channel="desk")
    assert lines(db, "subsidy")[0].values["status"] == "已解决"


def test_a_case_beyond_the_scope_gives_neither_key_nor_values(db: Database, officer: Person) -> None:
    receipt = give(db, "subsidy", 0)
    fill(db, receipt, officer, remark="不给别人看")
    with db.write():
        db.run("UPDATE cases SET restricted = 1")
    (town,) = lines(db, "subsidy", Scope(TOWN))
    assert not town.values.keys() & {"row_key", "remark"}
    assert town.values["status"] == "待处理"
    (bureau,) = lines(db, "subsidy", replace(DISTRICT, restricted=True))
    assert bureau.values["remark"] == "不给别人看"


def test_a_cell_that_no_key_opens_says_so(db: Database, officer: Person) -> None:
    receipt = give(db, "subsidy", 0)
    fill(db, receipt, officer, remark="一", handled_by="李红")
    with db.write():
        db.run("UPDATE case_cells SET value = 'gAAAA' WHERE key = 'remark'")
    (line,) = lines(db, "subsidy")
    assert line.unopened == {"remark"}
    assert line.values["handled_by"] == "李红"


def test_in_the_masked_book_words_are_named_and_for_who_may_read_all_they_are_told(db: Database) -> None:
    give(db, "boarding", 1, pickup="欧阳爷爷", health_note="花生过敏", description="路不好走", away_since="2025-03",
         father_away="是")  # fmt: skip
    (masked,), (clear,) = lines(db, "boarding"), lines(db, "boarding", full=True)
    assert masked.values["more"] == "饮食与健康注意、说明、父母外出情况"
    assert (
        clear.values["more"]
        == "饮食与健康注意：花生过敏；说明：路不好走；父亲是否外出：是；外出起始年月：2025-03"
    )
    (made,) = [one for one in ledgers.ledgers_of_kinds(db) if one.key == "boarding"]
    at = [one.key for one in made.columns()].index("pickup")
    assert made.cells(1, masked)[at] == "已填（见系统）"
    assert made.cells(1, clear)[at] == "欧阳爷爷"


def test_of_a_confidential_reporter_a_town_reads_neither_telephone_nor_words(db: Database) -> None:
    give(db, "subsidy", 0)
    with db.write():
        db.run("UPDATE reports SET confidential = 1")
    (town,) = lines(db, "subsidy", Scope(TOWN), full=True)
    assert not town.values.keys() & {"phone", "guardian_name", "relation", "description"}
    assert not town.values["more"]
    (bureau,) = lines(db, "subsidy", replace(DISTRICT, reporters=True), full=True)
    assert bureau.values["phone"] == "13801234567"
    assert "家长来问" in bureau.values["more"]


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keep the statements that read many rows."""
    asked: list[str] = []
    every = Database.all

    def counting(self: Database, sql: str, args: Sequence[Cell] = ()) -> list[Row]:
        asked.append(sql)
        return every(self, sql, args)

    monkeypatch.setattr(Database, "all", counting)
    return asked


def test_reading_asks_by_the_page_and_not_by_the_row(
    db: Database, officer: Person, counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daily, "PAGE", 10)
    given = [give(db, "subsidy", n) for n in range(40)]
    for receipt in given[::2]:
        fill(db, receipt, officer, remark=receipt)
    counted.clear()
    rows = lines(db, "subsidy")
    assert sorted(line.values.get("remark", "") for line in rows) == sorted([*given[::2], *[""] * 20])
    assert len(counted) <= 5 * 3  # pages: answers, cases, what is filled in
