"""The work list and the registers as workbooks: every cell is that of the ledger, every total the sum of its column."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from exports.books import book
from intake import ledgers
from intake.calendar import clock
from intake.fields import Cell
from intake.ledgers import Ledger, Period, View
from intake.people import bindings
from intake.people.accounts import Person
from intake.people.scope import Scope
from intake.store.db import Database
from tests.hands.books import HEADER
from tests.hands.caseworld import DAY, WALKS, World
from tests.hands.classroom import MANY, MORNING, at, classroom

TODAY = MORNING.date()


@pytest.fixture
def world(db: Database, monkeypatch: pytest.MonkeyPatch) -> World:
    """Give a house in which every state has been reached, and one dropout is confirmed; it is the fourth day."""
    made = World(db, monkeypatch)
    made.room = classroom(db, "五年级", "1班", MANY)
    for number in (1, 2):
        who = made.by("teacher", number)
        assert isinstance(who, Person)
        bindings.teach(db, who.id, made.room.id)
    made.fresh()
    for state in WALKS:
        made.led(state)
    case = made.led("劝返中")
    made.done(case, "letter", made.by("principal"))
    made.done(case, "confirmed", made.by("approver"))
    at(monkeypatch, MORNING.replace(hour=10) + 3 * DAY)
    return made


def rows_below(page: Worksheet) -> tuple[list[list[object]], list[object]]:
    """Give the rows between header and 合计, and what stands in 合计."""
    rows: list[list[object]] = []
    for row in page.iter_rows(min_row=HEADER + 1, values_only=True):
        if row[0] == "合计":
            return rows, list(row)
        rows.append(list(row))
    raise AssertionError("no 合计")


def as_read(cells: Sequence[Cell]) -> list[object]:
    """Give cells as openpyxl reads them: days as moments, nothing for an empty text."""
    return [
        datetime(one.year, one.month, one.day) if type(one) is date else one or (one if one == 0 else None)  # noqa: DTZ001
        for one in cells
    ]


def cells_of(db: Database, one: Ledger) -> list[list[object]]:
    view = View(Scope("220605"), Period(TODAY + 3 * DAY, TODAY + 3 * DAY, clock.stamp(db.now())))
    return [as_read(one.cells(number, line)) for number, line in enumerate(one.rows(db, view), 1)]


@pytest.mark.parametrize("key", ["work", "suspected", "dropout", "safety", "police", "brief"])
def test_every_cell_and_every_total_of_every_sheet(world: World, key: str, tmp_path: Path) -> None:
    db = world.db
    path = book.write_ledger(db, key, TODAY + 3 * DAY, tmp_path, actor="t")
    workbook = load_workbook(path)
    for one in ledgers.ledgers_of_book(db, key):
        page = workbook[one.tab or one.title]
        assert isinstance(page, Worksheet)
        rows, total = rows_below(page)
        wanted = cells_of(db, one)
        assert rows == wanted, one.key
        assert total[1] == len(wanted)
        for at_, column in enumerate(one.columns()):
            if column.summed and at_ > 1:
                said = [row[at_] for row in wanted]
                assert total[at_] == sum(number for number in said if isinstance(number, int)), column.key
                cell = page.cell(HEADER + 1 + len(rows), at_ + 1)
                assert cell.number_format == "0"
        assert page.page_setup.orientation == ("portrait" if one.portrait else "landscape")


def test_the_totals_of_the_summary_are_the_rows_of_the_other_sheets(world: World, tmp_path: Path) -> None:
    db = world.db
    workbook = load_workbook(book.write_ledger(db, "work", TODAY + 3 * DAY, tmp_path, actor="t"))
    read = {name: rows_below(workbook[name]) for name in ("工作单", "新增", "逾期", "撤回", "汇总")}
    header = [cell.value for cell in workbook["汇总"][HEADER]]
    total = dict(zip(header, read["汇总"][1], strict=True))
    assert [total[one] for one in ("未办结", "新增", "其中逾期", "撤回")] == [
        len(read[name][0]) for name in ("工作单", "新增", "逾期", "撤回")
    ]
    assert total["未办结"]
    assert total["其中逾期"]
