"""A clerk's morning, from eight to nine: the work list is fetched, worked from, filled in, sent back, and is known next time."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page

from exports.books import making
from intake import settings as house_settings
from intake.store.db import Database
from tests.e2e import browser as hands
from tests.e2e.server import MONDAY, Server
from tests.hands.returned import Paper

Opener = Callable[[str], Page]
WIDE: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, "is_mobile": False, "has_touch": False}
CALLED, ASKED, MENDED = "奶奶接的，说明天来", "请学校今天再问一次", "家里没有人，邻居说去外地了"
ALL = "工作单"


@pytest.fixture
def desk(chromium: Browser, house: Server, home: str) -> Iterator[Opener]:
    """Give a screen at which somebody of the demonstration has signed in, by login; its worker has made the day's set."""
    data = Path(house.env["BAOXUE_DATA"])
    db = Database(house_settings.load({"DATA": data, "MODE": "demo", "TODAY": MONDAY}, {}))
    while making.make_next(db):
        pass
    db.close()
    words = dict(re.findall(r"账号 (demo-\w+)  密码 (\S+)", (data / "demo-signins.txt").read_text("utf-8")))
    with ExitStack() as open_ones:

        def entered(login: str) -> Page:
            page = open_ones.enter_context(hands.phone(chromium, home, **WIDE)).open("/desk/sign-in")
            page.fill("#login", login)
            page.fill("#password", words[login])
            page.get_by_role("button", name="登录").press("Enter")
            page.get_by_text("退出登录").first.wait_for(state="attached")
            return page

        yield entered


def fetch(page: Page, link: str | re.Pattern[str]) -> tuple[str, Paper]:
    """Follow a link to a workbook, by the keyboard; give its name and the workbook."""
    with page.expect_download() as fetched:
        page.get_by_role("link", name=link).first.press("Enter")
    return fetched.value.suggested_filename, Paper(
        load_workbook(BytesIO(Path(fetched.value.path()).read_bytes()))
    )


def of_person(paper: Paper, name: str, state: str = "") -> str:
    """Give the number of a case in somebody's hands, as the sheet says it."""
    who, how = paper.column("要做什么、谁做"), paper.column("事项和状态")
    at = paper.column("行码")
    return next(
        str(paper.page.cell(row, at).value).partition(".")[0]
        for row in paper.rows()
        if str(paper.page.cell(row, who).value).endswith(name)
        and str(paper.page.cell(row, how).value).endswith(state)
    )


def send(page: Page, home: str, paper: Paper, path: Path) -> None:
    """Upload a workbook and look at what it would change."""
    path.write_bytes(paper.data)
    page.goto(f"{home}/desk/ledgers")
    page.get_by_role("link", name="收表").first.press("Enter")
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="上传，先看会改什么").press("Enter")
    page.get_by_role("heading", name="看清楚再办").wait_for()


def done(page: Page, rows: int) -> None:
    """Do what was looked at."""
    page.get_by_role("button", name=re.compile(f"^办理 {rows} 行")).press("Enter")
    page.get_by_text(f"办好了。{rows} 行已经记下").wait_for()


def test_a_clerks_morning(desk: Opener, home: str, tmp_path: Path) -> None:
    clerk = desk("demo-town")
    # what the inbox says lies ready is there, masked
    clerk.goto(f"{home}/desk/inbox")
    clerk.get_by_role("link", name="下载工作单").press("Enter")
    name, ready = fetch(clerk, re.compile(r"^石人镇_工作单_[\d-]+\.xlsx"))
    mine = of_person(ready, "演示镇干部", "待核实")
    theirs = of_person(ready, "演示校长")
    assert re.search(r"\d{4}", str(ready.get(mine, "联系电话"))) is None
    # whom one calls: after a reason, in a file that cannot be taken for the other
    clerk.get_by_role("link", name=ALL, exact=True).first.press("Enter")
    clerk.get_by_text("要给自己手上的家长打电话？").press("Enter")
    clerk.get_by_label("打电话", exact=True).press("Space")
    clerk.get_by_role("button", name="查看并记录").press("Enter")
    clerk.get_by_text("今天显示姓名和电话，已经记录").wait_for()
    calling, paper = fetch(clerk, re.compile("下载表格"))
    assert (calling != name, "可打电话" in calling) == (True, True)
    assert re.fullmatch(r"1\d{10}", str(paper.get(mine, "联系电话")))
    assert "*" in str(paper.get(theirs, "联系电话"))
    # filled in: done, asked of others, and one that cannot be so
    wrong = next(
        number
        for row in paper.rows()
        if (number := str(paper.page.cell(row, paper.column("行码")).value).partition(".")[0])
        not in (mine, theirs)
    )
    paper.fill(mine, 办理结果="电话联系上了", 办理日期="11月23日", 办理说明=CALLED)
    paper.fill(theirs, 办理说明=ASKED).fill(wrong, 办理结果="去过了", 办理说明=MENDED)
    send(clerk, home, paper, tmp_path / f"{Path(calling).stem} (1).xlsx")
    words = clerk.locator("main").inner_text()
    assert "联系（待核实 → 核实中）" in words
    _, refused = fetch(clerk, "下载不收的 1 行，改好再传")
    done(clerk, 2)
    made = clerk.url
    # what was refused says why, and is taken when it is mended
    assert "请从这些里选" in str(refused.get(wrong, "错误说明"))
    send(clerk, home, refused.fill(wrong, 办理结果="家访没见到"), tmp_path / "改好的.xlsx")
    done(clerk, 1)
    # the case, its owner, and the next workbook know of it
    clerk.goto(f"{home}/desk/cases/{mine}")
    said = clerk.locator("main").inner_text()
    assert ("核实中" in said, CALLED in said, "台账交回" in said) == (True, True, True)
    owner = desk("demo-principal")
    owner.goto(f"{home}/desk/inbox")
    row = owner.locator("tr", has_text=theirs).filter(has_text="交回的台账")
    row.get_by_role("link").press("Enter")
    owner.get_by_text(ASKED).first.wait_for()
    clerk.goto(f"{home}/desk/ledgers/work")
    _, after = fetch(clerk, re.compile("下载表格"))
    assert "联系上了" in str(after.get(mine, "上一步"))
    assert str(after.get(mine, "事项和状态")).endswith("核实中")
    # the same file again changes nothing; one step is taken back, the other stays
    send(clerk, home, paper, tmp_path / "再传一次.xlsx")
    assert clerk.get_by_role("button", name=re.compile("^办理")).count() == 0
    clerk.goto(made)
    clerk.locator("tr", has_text=mine).get_by_role("checkbox").press("Space")
    clerk.get_by_role("button", name="撤回选中的").press("Enter")
    clerk.get_by_text("撤回了 1 处").wait_for()
    clerk.goto(f"{home}/desk/cases/{mine}")
    assert "待核实" in clerk.locator("main").inner_text()
    clerk.goto(f"{home}/desk/cases/{theirs}")
    assert ASKED in clerk.locator("main").inner_text()
