"""An officer's first day and the next one in a browser: the picture is scanned, the code let in, the password asked again."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from intake import settings as house_settings
from intake.people.accounts import Person
from intake.store.db import Database
from tests.e2e import browser as hands
from tests.e2e.browser import WIDE, Phone
from tests.e2e.server import HOST, Server, app_server
from tests.hands import staffed
from tests.hands.authenticator import Authenticator


@pytest.fixture
def office(bare: Path, tmp_path: Path) -> Iterator[tuple[Server, Database, Person]]:
    """Give a house that asks for a second factor, and an officer who has none yet."""
    data = tmp_path / "data"
    shutil.copytree(bare, data)
    db = Database(house_settings.load({"DATA": data, "MODE": "demo"}, {}))
    person = staffed.one(db, "officer")
    with app_server(data, BAOXUE_SECOND_FACTOR="required") as server:
        yield server, db, person
    db.close()


def sign_in(phone: Phone) -> None:
    phone.open("/desk/sign-in")
    phone.page.fill("#login", "officer")
    phone.page.fill("#password", staffed.PASSWORD)
    phone.page.click("main button")


@pytest.mark.parametrize("wide", [False, True])
def test_an_officer_sets_an_authenticator_up_and_comes_in_with_it(
    office: tuple[Server, Database, Person], chromium: Browser, wide: bool
) -> None:
    server, db, person = office
    with hands.phone(chromium, f"http://{HOST}:{server.port}", **(WIDE if wide else {})) as held:
        page = held.page
        sign_in(held)
        assert page.url.endswith("/desk/factor")
        assert page.locator(".scan svg").bounding_box()
        assert hands.amiss(page) == []
        mine = Authenticator(db, person)
        page.fill("#code", mine.code())
        page.click("main button")
        codes = page.locator(".recovery li").all_inner_texts()
        assert len(set(codes)) == 10
        assert hands.amiss(page) == []
        page.click("text=抄好了，进工作台")
        assert page.url.endswith("/desk/")
        page.click("summary:has-text('更多')")
        page.click("text=退出登录")
        sign_in(held)
        assert page.url.endswith("/desk/code")
        assert hands.amiss(page) == []
        page.fill("#code", codes[0])
        page.click("main button")
        assert page.url.endswith("/desk/")
        with sqlite3.connect(Path(server.env["BAOXUE_DATA"]) / "baoxue.db") as raw:
            raw.execute("UPDATE devices SET proved_at = ''")
        raw.close()
        held.open("/desk/me/factor")
        assert page.locator("h1").inner_text() == "请再输入一次密码"
        assert hands.amiss(page) == []
        page.fill("#password", staffed.PASSWORD)
        page.fill("#code", codes[1])
        page.click("main button")
        assert page.url.endswith("/desk/me/factor")
        assert hands.amiss(page) == []
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.evaluate("window.innerWidth")
