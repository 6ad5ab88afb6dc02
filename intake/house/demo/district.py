"""A fictional district: schools, classes, children with valid check digits, staff, a week of reports, cases.

Everything is marked: names of schools end in （演示）, rows carry demo = 1, identity numbers begin
with 220699, which is no county, and phone numbers with 1380000.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from intake.calendar import clock
from intake.children.children import Child, enter_child, number_hash
from intake.children.facts.sources import ROSTER
from intake.house.demo import (
    families,
    files,
    halfway,
    matched,
    others,
    registers,
    signed,
    staff,
    stories,
    week,
)
from intake.house.demo.narrator import Narrator
from intake.places.places import divisions
from intake.store.db import Database
from intake.store.ids import new_id

CLASS_SIZE = 12

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = ["小明", "雨桐", "浩然", "子涵", "欣怡", "一诺", "梓萱", "博文", "佳琪", "思远", "晓东", "丽娜", "志强", "春梅",
          "宇航", "诗涵", "建国", "红", "磊", "静"]  # fmt: skip
_SCHOOLS = [
    ("石人镇", "石人镇中心小学（演示）", "小学"), ("石人镇", "石人镇中学（演示）", "初中"),
    ("湾沟镇", "湾沟镇中心小学（演示）", "小学"), ("松树镇", "松树镇九年一贯制学校（演示）", "一贯制"),
    ("孙家堡子街道", "江源区育英小学（演示）", "小学"), ("江源街道", "江源区育英中学（演示）", "初中"),
]  # fmt: skip
_GRADES = {"小学": range(1, 7), "初中": range(7, 10), "一贯制": range(1, 10)}
_NUMERALS = "一二三四五六七八九"


def fill(db: Database) -> int:
    """Put the fictional district into an installation that has none; give the number of reports made."""
    if db.one("SELECT 1 FROM schools WHERE demo = 1"):
        staff.enter_staff(db)  # roles that came since
        return 0
    dice = random.Random(148)  # noqa: S311 - the same fiction everywhere
    children = list(_enter_people(db, dice))
    tell = Narrator(db, [one["id"] for one in children if one["named"]])
    files.enter_stays(tell)
    others.tell_unowned(tell)
    staff.enter_staff(db)
    week.tell_week(
        tell,
        dice,
        [
            one
            for one in children
            if not one["named"] and (one["school"], one["grade"]) not in stories.CLASSES
        ],
    )
    stories.tell_absences(tell)
    others.tell_others(tell)
    with db.write():  # at once: nobody waits, and the disk is waited for but once
        files.tell_files(tell)
        registers.tell_registers(tell, children)
        matched.tell_matches(tell)
    signed.tell_signed(db)
    halfway.tell_halfway(db)
    row = db.one("SELECT count(*) AS n FROM reports")
    return int(row["n"]) if row else 0


def _enter_people(db: Database, dice: random.Random) -> Iterator[dict[str, Any]]:
    towns = {place.name: place for place in divisions() if place.level == "town"}
    villages = [place for place in divisions() if place.level == "village"]
    with db.write():
        for number, (town, name, stage) in enumerate(_SCHOOLS, 1):
            code = f"DEMO{number:06d}"
            db.run(
                "INSERT INTO schools (code, name, aliases, town, stage, demo, changed_at) VALUES (?, ?, ?, ?, ?, 1, ?)",
                (code, name, name.removesuffix("（演示）"), towns[town].code, stage, clock.stamp(db.now())),
            )
            for grade in _GRADES[stage]:
                class_id = new_id()
                db.run(
                    "INSERT INTO classes (id, school, grade, class_name, demo) VALUES (?, ?, ?, ?, 1)",
                    (class_id, code, f"{_NUMERALS[grade - 1]}年级", "1班"),
                )
                for place in range(CLASS_SIZE):
                    village = dice.choice([one for one in villages if one.town == towns[town].code])
                    seat = (code, grade, place)
                    child = families.seated(seat, _child(dice, db.today(), grade), db.today())
                    made = _enter_child(db, class_id, child, village.town, village.code)
                    yield {**child, "id": made.id, "school": name, "grade": f"{_NUMERALS[grade - 1]}年级", "class_name": "1班",
                           "town": town, "village": village.name, "named": seat in families.SEATS, "seat": seat}  # fmt: skip


def _child(dice: random.Random, today: date, grade: int) -> dict[str, str]:
    born = date(today.year - 6 - grade, 9, 1) + timedelta(days=dice.randrange(365))
    sex = dice.choice("男女")
    order = dice.randrange(0, 499) * 2 + (1 if sex == "男" else 0)
    return {
        "child_name": dice.choice(_SURNAMES) + dice.choice(_GIVEN),
        "sex": sex,
        "birth_date": born.isoformat(),
        "id_number": families.demo_number(born, order),
    }


def _enter_child(db: Database, class_id: str, child: dict[str, str], town: str, village: str) -> Child:
    number = child["id_number"]
    made = Child(
        new_id(), child["child_name"], child["sex"], child["birth_date"], town, village, class_id, "", "", "",
        number_hash(db, number),
    )  # fmt: skip
    enter_child(db, made, number, actor="demo", source=ROSTER)
    return made
