"""A school with classes, children and teachers, entered as the bureau's lists are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pytest

from intake.calendar import clock
from intake.people import accounts, bindings
from intake.people.accounts import Person
from intake.store.db import Database
from intake.store.ids import new_id

TOWN, VILLAGE, OTHER_TOWN = "220605105", "220605105200", "220605103"
SCHOOL, SCHOOL_NAME = "2206050001", "石人镇中心小学"
NAMES = ("王小明", "李红", "张雨桐", "赵磊")
MORNING = datetime(2026, 11, 23, 8, 5, tzinfo=clock.CHINA)
"""A Monday, 江源's teachers at work."""


@dataclass
class Classroom:
    """A class and who is in it: ids by name (of several of a name the last)."""

    id: str
    children: dict[str, str]


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """Let it be a certain moment."""
    monkeypatch.setattr(clock, "here", lambda pinned=None: moment)


def school(
    db: Database, code: str = SCHOOL, name: str = SCHOOL_NAME, town: str = TOWN, stage: str = "小学"
) -> None:
    """Enter the school of the classes, or another one; once."""
    with db.write():
        db.run(
            "INSERT INTO schools (code, name, aliases, town, stage, demo, changed_at) VALUES (?, ?, '', ?, ?, 0, '')"
            " ON CONFLICT DO NOTHING",
            (code, name, town, stage),
        )


def classroom(
    db: Database, grade: str = "三年级", name: str = "2班", names: Sequence[str] = NAMES
) -> Classroom:
    """Enter a class with its children."""
    school(db)
    made = Classroom(new_id(), {})
    with db.write():
        db.run(
            "INSERT INTO classes (id, school, grade, class_name, demo) VALUES (?, ?, ?, ?, 0)",
            (made.id, SCHOOL, grade, name),
        )
        for number, child in enumerate(names):
            made.children[child] = new_id()
            db.run(
                "INSERT INTO children (id, child_name, sex, birth_date, class, town, village, demo)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
                (
                    made.children[child],
                    child,
                    "男" if number % 2 else "女",
                    f"2017-03-0{number + 1}",
                    made.id,
                    TOWN,
                    VILLAGE,
                ),
            )
    return made


def teacher(
    db: Database, *taught: Classroom, login: str = "13812340001", name: str = "刘老师", role: str = "teacher"
) -> Person:
    """Add a teacher of classes."""
    made = accounts.add_person(db, name=name, login=login, password="long enough", role=role, area=TOWN)
    for one in taught:
        bindings.teach(db, made, one.id)
    person = accounts.person_by_id(db, made)
    assert person is not None
    return person


SIGNS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙洪荒日月盈昃星宿列张寒暑往来"
MANY = ("王小明", *(f"赵{sign}" for sign in SIGNS[:42]))
