"""A case at the desk: a child of the roll who misses school, and those of the staff who may see it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from intake.cases import case as cases
from intake.cases import work
from intake.cases.case import Case
from intake.people.accounts import Person
from intake.reports import door, lookup
from intake.store.db import Database
from tests.hands import staffed
from tests.hands.classroom import MORNING, SCHOOL_NAME, Classroom, classroom, teacher
from tests.hands.desk import signed_in
from tests.hands.page import Page, opened
from tests.hands.samples import sample

CHILD, PHONE, GRANDMOTHER = "王小明", "13811112222", "徐桂兰"
CONTACT = {"day": "2026-11-23", "way": "电话", "whom": "奶奶", "result": "联系上了", "words": "说明天去"}
DAY = timedelta(days=1)


@dataclass
class Casework:
    """The house with one case; `people` by login."""

    app: Flask
    db: Database
    room: Classroom
    people: dict[str, Person]
    number: str

    @property
    def case(self) -> Case:
        """Give the case as it is now."""
        found = cases.find_case(self.db, self.number)
        assert found
        return found

    @property
    def path(self) -> str:
        """Give the address of the case's page."""
        return f"/desk/cases/{self.number}"

    def browser(self, login: str) -> FlaskClient:
        """Give a browser at the desk that somebody is signed in with."""
        return signed_in(self.app, login)

    def act(self, key: str, by: str, **raw: Any) -> None:
        """Let somebody do something on the case."""
        who = self.people.get(by, by)
        work.act(self.db, self.case, key, raw, who, channel="desk")

    def send(self, client: FlaskClient, key: str, page: Page | None = None, /, **said: Any) -> TestResponse:
        """Open the form of an action and send it."""
        page = page or opened(client, f"{self.path}?do={key}")
        carried = {one: page.fields[one] for one in ("csrf_token", "seen", "token") if one in page.fields}
        return client.post(f"{self.path}/do/{key}", data=carried | said, content_type="multipart/form-data")

    def post(self, client: FlaskClient, action: str, **said: Any) -> TestResponse:
        """Send one of the page's other forms."""
        page = opened(client, self.path)
        return client.post(
            f"{self.path}/{action}",
            data={one: page.fields[one] for one in ("csrf_token", "seen") if one in page.fields} | said,
        )


def report(db: Database, child: str, kind: str = "absence", channel: str = "form", **more: Any) -> Case:
    """Let a report of a child come in; give its case."""
    said = sample(kind, 1, db.today()) | {"child_name": CHILD, "town": "石人镇", "village": "", "id_number": "",
                                          "id_type": "", "phone": PHONE, "guardian_name": GRANDMOTHER,
                                          "relation": "祖母", "sex": "", "birth_date": "", "school": SCHOOL_NAME}  # fmt: skip
    said |= {"last_seen": "2026-11-20", "on_leave": "否"} if kind == "absence" else {}
    reporter = more.pop("reporter", "")
    done = door.receive(db, kind, {**said, **more}, channel=channel, reporter=reporter, child=child)
    found = lookup.find_report(db, done.receipt)
    assert found
    case = cases.case_of_report(db, found.id)
    assert case
    return case


def casework(app: Flask, db: Database) -> Casework:
    """Make a house with a class, everybody of the staff, and one absent child."""
    room = classroom(db)
    people = staffed.everybody(db)
    people["teacher"] = teacher(db, room)
    case = report(db, room.children[CHILD])
    return Casework(app, db, room, people, case.number)


__all__ = ["CHILD", "CONTACT", "DAY", "GRANDMOTHER", "MORNING", "PHONE", "Casework", "casework", "report"]
