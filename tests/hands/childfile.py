"""A child of whom much is known, its sister, and a child of another school and town; staff of every role around them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from intake.children.children import Child, change_child, find_child
from intake.children.facts import noting
from intake.children.facts.fact import ChildFact, FactOrigin, facts_of
from intake.people.accounts import Person
from intake.store.db import Database
from intake.store.ids import new_id
from tests.hands import staffed
from tests.hands.candidates import secret_of
from tests.hands.classroom import OTHER_TOWN, Classroom, classroom, school, teacher
from tests.hands.desk import signed_in
from tests.hands.page import opened

GIRL = secret_of(date(2017, 3, 8), "女", 61, "13812345607")
PHONE, GRANDMOTHER = GIRL.phone, "徐桂兰"
HOME = "吉林省白山市江源区石人镇大石棚村三组15号"
OTHER_SCHOOL, OTHER_SCHOOL_NAME = "2206050009", "大阳岔镇中心小学"
LISTED = FactOrigin("xueji", "command", date(2026, 9, 1), "list")
REPORTED = FactOrigin("report", "wechat:a", date(2026, 11, 12), "wechat")


@dataclass
class ChildHouse:
    """The house: `child` of much, `sister` of the same class, `other` of another school and town."""

    app: Flask
    db: Database
    room: Classroom
    people: dict[str, Person]
    other: str

    @property
    def child(self) -> str:
        """Give the id of the child of whom much is known."""
        return self.room.children["王小明"]

    @property
    def sister(self) -> str:
        """Give the id of its sister."""
        return self.room.children["李红"]

    @property
    def path(self) -> str:
        """Give the address of its file."""
        return f"/desk/children/{self.child}"

    @property
    def now(self) -> Child:
        """Give the child as it is now."""
        found = find_child(self.db, self.child)
        assert found
        return found

    def browser(self, login: str) -> FlaskClient:
        """Give a browser at the desk that somebody is signed in with."""
        return signed_in(self.app, login)

    def facts(self, kind: str, *, former: bool = False) -> list[ChildFact]:
        """Give the facts of a kind of the child that hold, or held before."""
        every = facts_of(self.db, self.child, former=former)
        return [one for one in every if one.kind == kind and one.open is not former]

    def note(self, kind: str, value: dict[str, Any], origin: FactOrigin = LISTED, child: str = "") -> str:
        """Note a fact."""
        return noting.note_fact(self.db, child or self.child, kind, value, origin)

    def send(self, client: FlaskClient, action: str, path: str = "", **said: str) -> TestResponse:
        """Open the file and send one of its forms."""
        page = opened(client, self.path)
        return client.post(
            f"{path or self.path}/{action}", data={"csrf_token": page.fields["csrf_token"]} | said
        )

    def words(self, client: FlaskClient, path: str = "") -> str:
        """Give what somebody reads in the file."""
        return opened(client, path or self.path).words


def childhouse(app: Flask, db: Database) -> ChildHouse:
    """Enter them all."""
    room = classroom(db)
    people = staffed.everybody(db)
    people["teacher"] = teacher(db, room)
    school(db, OTHER_SCHOOL, OTHER_SCHOOL_NAME, OTHER_TOWN)
    with db.write():
        away, other = new_id(), new_id()
        db.run(
            "INSERT INTO classes (id, school, grade, class_name, demo) VALUES (?, ?, '四年级', '1班', 0)",
            (away, OTHER_SCHOOL),
        )
        db.run(
            "INSERT INTO children (id, child_name, sex, birth_date, class, town, initials, demo)"
            " VALUES (?, '孙一诺', '男', '2016-05-01', ?, ?, 'syn', 0)",
            (other, away, OTHER_TOWN),
        )
    made = ChildHouse(app, db, room, people, other)
    change_child(db, made.now, GIRL.number, actor="command", pupil_number=f"G{GIRL.number}")
    with db.write():
        db.run(
            "UPDATE children SET source = 'xueji', sourced_on = '2026-09-01', birth_date = ? WHERE id = ?",
            (GIRL.born.isoformat(), made.child),
        )
    guardian = {"guardian_name": GRANDMOTHER, "relation": "祖母", "phone": PHONE}
    for child in (made.child, made.sister):
        made.note("guardian", guardian, child=child)
    made.note("residence", {"residence": HOME})
    made.note("phone", {"phone": PHONE}, REPORTED)
    made.note("father", {"away": "是", "since": "2024-03", "place": "辽宁省大连市甘井子区"}, REPORTED)
    made.note("hardship", {"hardship": "低保"})
    return made
