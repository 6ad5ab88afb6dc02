"""A school with two classes, its house, and phones that are somebody's already."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from playwright.sync_api import Browser, Locator, Page, expect

from intake.cases import case as cases
from intake.cases.case import CaseEvent
from intake.people import devices
from intake.people.accounts import Person
from intake.school import roll
from intake.store.db import Database, Row
from intake.web import phones
from tests.e2e import browser as hands
from tests.e2e.browser import Phone
from tests.e2e.form import NO_NETWORK, tap
from tests.e2e.server import HOST, MONDAY, Server
from tests.hands.classroom import Classroom

TODAY = date.fromisoformat(MONDAY)


MING, HONG = "王小明", "赵甲"


PIN, LOGIN = "274918", "13812340001"


@dataclass
class School:
    """Two classes of 43 with a teacher each, and a second teacher of the first class."""

    server: Server
    db: Database
    room: Classroom
    silent: Classroom
    liu: Person
    sun: Person

    @property
    def home(self) -> str:
        """Give its address."""
        return f"http://{HOST}:{self.server.port}"

    def state(self, day: str = MONDAY) -> roll.Roll | None:
        """Give what the first class said of a day."""
        return roll.state(self.db, self.room.id, date.fromisoformat(day))

    def missing(self, day: str = MONDAY) -> dict[str, str]:
        """Give who was missing on a day, by name, with the reason."""
        names = {child: name for name, child in self.room.children.items()}
        said = self.state(day)
        assert said is not None
        return {names[child]: why for child, why in said.reasons.items()}

    def reports(self) -> list[Row]:
        """Give all reports."""
        return self.db.all("SELECT * FROM reports ORDER BY received_at")

    def case_events(self) -> list[CaseEvent]:
        """Give what was done on the newest case."""
        row = self.db.one("SELECT number FROM cases ORDER BY id DESC LIMIT 1")
        case = cases.find_case(self.db, row["number"]) if row else None
        return cases.events_of(self.db, case) if case else []

    def move_to(self, day: str) -> None:
        """Let it be another day: the house is closed and opened again."""
        self.server.stop()
        same = self.server
        self.server = Server(same.command, {**same.env, "BAOXUE_TODAY": day}, same.port, same.log, same.ready)
        self.server.start()


@contextmanager
def held(chromium: Browser, school: School, person: Person, **other: object) -> Iterator[Phone]:
    """Give a phone that is somebody's already."""
    token = devices.new_token()
    devices.add_device(school.db, person, token, hands.WECHAT_AGENT)
    with hands.phone(chromium, school.home, **other) as phone:
        phone.context.add_cookies(
            [{"name": phones.COOKIE, "value": token, "url": school.home, "sameSite": "Lax", "httpOnly": True}]
        )
        phone.tolerated.extend(NO_NETWORK)
        yield phone


def child(page: Page, name: str) -> Locator:
    """Give a child's place on the roll."""
    return page.locator(".pupils label[for]").filter(has_text=re.compile(f"^{name}$"))


def send(page: Page) -> Locator:
    """Give the button of the roll."""
    return page.locator(".bar button")


def visit(page: Page, result: str) -> None:
    """Write what a visit showed into the form that is open, and let the phone keep or send it."""
    tap(page, "contacted", "是")
    page.fill("#contact_result", result)
    page.locator("button[value=check]").click()
    expect(page.locator("h1")).to_have_text("请您核对")
