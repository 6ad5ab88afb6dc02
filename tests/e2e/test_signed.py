"""A month is signed and a full export fetched in a real browser, each by who has to do it."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from msoffcrypto import OfficeFile
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page

from tests.e2e import browser as hands
from tests.e2e.server import MONDAY, Server

Opener = Callable[[str], Page]
WIDE: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, "is_mobile": False, "has_touch": False}


@pytest.fixture
def desk(chromium: Browser, house: Server, home: str) -> Iterator[Opener]:
    """Give a screen at which somebody of the demonstration has signed in, by login."""
    told = (Path(house.env["BAOXUE_DATA"]) / "demo-signins.txt").read_text("utf-8")
    words = dict(re.findall(r"账号 (demo-\w+)  密码 (\S+)", told))
    with ExitStack() as open_ones:

        def entered(login: str) -> Page:
            page = open_ones.enter_context(hands.phone(chromium, home, **WIDE)).open("/desk/sign-in")
            page.fill("#login", login)
            page.fill("#password", words[login])
            page.get_by_role("button", name="登录").click()
            page.get_by_text("退出登录").first.wait_for(state="attached")
            return page

        yield entered


def test_a_full_export_goes_from_the_asker_over_the_approver_into_a_closed_file(
    desk: Opener, home: str
) -> None:
    officer, approver = desk("demo-officer"), desk("demo-approver")
    officer.goto(f"{home}/desk/exports?key=safety")
    officer.get_by_label("上级检查要看").check()
    officer.fill("#reason", "演示：市里来检查，当天看完就删")
    officer.get_by_role("button", name="提交申请").click()
    officer.get_by_text("等审核人批").first.wait_for()
    approver.goto(f"{home}/desk/exports")
    asked = approver.locator("section", has_text="市里来检查")
    asked.get_by_role("button", name="批，让").click()
    approver.get_by_text("申请人 7 天内可以下载").wait_for()
    officer.goto(f"{home}/desk/exports")
    officer.get_by_role("button", name="看密码").click()
    password = officer.locator(".secret").inner_text().strip()
    with officer.expect_download() as fetched:
        officer.locator(".step").get_by_role("link", name="下载完整版").click()
    plain = BytesIO()
    with Path(fetched.value.path()).open("rb") as closed:
        file = OfficeFile(closed)
        file.load_key(password=password, verify_password=True)
        file.decrypt(plain, verify_integrity=True)
    found = load_workbook(plain)
    assert all("演示业务员" in str(list(sheet.values)) for sheet in found.worksheets)
    officer.reload()
    assert password not in officer.content()


def test_a_principal_signs_the_month_and_the_bureau_sees_it(desk: Opener, home: str) -> None:
    principal, officer = desk("demo-principal"), desk("demo-officer")
    month = MONDAY[:7]
    principal.goto(f"{home}/desk/sent")
    principal.locator(f"a[href$='/{month}']").first.click()
    principal.get_by_role("button", name="签名，报给教育局").click()
    assert "已经报出" not in principal.content()  # the browser asks for the declaration
    principal.get_by_label("我已经核对过").check()
    principal.get_by_role("button", name="签名，报给教育局").click()
    principal.get_by_text("第 1 版。报出的内容锁定了").wait_for()
    officer.goto(f"{home}/desk/sent?month={month}")
    row = officer.locator("tr", has_text="石人镇中心小学")
    assert "已报 第1版" in row.inner_text()
    assert officer.get_by_text("未上报", exact=True).count() >= 5
    with officer.expect_download() as fetched:
        officer.get_by_role("link", name="下载这个月的").click()
    found = load_workbook(BytesIO(Path(fetched.value.path()).read_bytes()))
    assert "演示校长" in str(list(found["上报情况"].values))
