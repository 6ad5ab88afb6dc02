"""A workbook that comes back, in the browser: looked at on a screen and on a phone, done, taken back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e import browser as hands
from tests.e2e.browser import Phone
from tests.e2e.server import MONDAY, Server
from tests.hands.command import shell
from tests.hands.returned import Paper

ROOM = "/desk/returns"
SIZES: dict[str, dict[str, Any]] = {"screen": hands.WIDE, "phone": {}}


@pytest.fixture(params=SIZES)
def held(request: pytest.FixtureRequest, chromium: Browser, house: Server, home: str) -> Iterator[Phone]:
    """Give a screen, and then a phone, that the demonstration's clerk is signed in with."""
    with hands.phone(chromium, home, **SIZES[request.param]) as one:
        hands.enter_desk(one, house)
        yield one


@pytest.fixture
def filled(house: Server, tmp_path: Path) -> Path:
    """Give the work list of today with a note, a wrong deed, a hidden row and an edit that does not count."""
    data = Path(house.env["BAOXUE_DATA"])
    path = shell(
        data, "ledger", "work", "--date", MONDAY, "--out", str(tmp_path), BAOXUE_TODAY=MONDAY
    ).stdout.strip()
    paper = Paper.of(Path(path))
    note, wrong, hidden = paper.rows()[:3]
    paper.page.cell(note, paper.column("办理说明")).value = "已经问过村里，下周一再去"
    paper.page.cell(note, paper.column("姓名")).value = "王大明"
    paper.page.cell(wrong, paper.column("办理结果")).value = "销号了"
    paper.page.cell(hidden, paper.column("办理说明")).value = "再看"
    paper.page.row_dimensions[hidden].hidden = True
    made = tmp_path / "工作单 (1).xlsx"
    made.write_bytes(paper.data)
    return made


def sound(page: Page, wide: int) -> None:
    """Hold a page to what every page of the desk is held to."""
    hands.unfold(page)
    assert hands.amiss(page) == []
    assert hands.too_wide(page, wide) == []
    if wide < hands.WIDE["viewport"]["width"]:
        assert hands.clumsy(page) == []
        assert hands.unreadable(page) == []
        assert hands.nameless(page) == []


def test_a_workbook_is_looked_at_done_and_taken_back(held: Phone, filled: Path) -> None:
    wide = (
        hands.WIDE["viewport"]["width"] if held.page.viewport_size == hands.WIDE["viewport"] else hands.WIDTH
    )
    page = held.open(ROOM)
    sound(page, wide)
    page.set_input_files("input[type=file]", filled)
    page.get_by_role("button", name="上传，先看会改什么").click()
    page.get_by_role("heading", name="看清楚再办").wait_for()
    sound(page, wide)
    with page.expect_download() as fetched:
        page.get_by_role("link", name="下载不收的 1 行").click()
    assert fetched.value.suggested_filename.endswith(".xlsx")
    page.get_by_role("button", name="办理 2 行修改").click()
    page.get_by_text("办好了。2 行已经记下").wait_for()
    sound(page, wide)
    page.get_by_role("button", name="全部撤回").click()
    page.get_by_text("撤回了 2 处").wait_for()
    sound(held.open(ROOM), wide)
