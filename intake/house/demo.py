"""A fictional district: schools, classes, children with valid check digits, staff, a week of reports.

Everything is marked: names of schools end in （演示）, rows carry demo = 1, identity numbers begin
with 220699, which is no county, and phone numbers with 1380000.
"""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from stdnum.iso7064 import mod_11_2

from intake.calendar import clock
from intake.cases import records
from intake.children.children import Child, enter_child, number_hash
from intake.errors import Invalid
from intake.house import demo_staff
from intake.people import accounts
from intake.places.places import divisions
from intake.reports import door
from intake.store.db import Database
from intake.store.ids import new_id
from intake.talks import alarms
from intake.talks.alarm_case import duties_left

DAYS = 7
PER_DAY = 8
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
        demo_staff.enter_staff(db)  # roles that came since
        return 0
    dice = random.Random(148)  # noqa: S311 - the same fiction everywhere
    children = list(_enter_people(db, dice))
    demo_staff.enter_staff(db)
    made = sum(_week(db, dice, children))
    _finish_danger(db)
    return made


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
                for _ in range(CLASS_SIZE):
                    village = dice.choice([one for one in villages if one.town == towns[town].code])
                    child = _child(dice, db.today(), grade)
                    _enter_child(db, class_id, child, village.town, village.code)
                    yield {**child, "school": name, "grade": f"{_NUMERALS[grade - 1]}年级", "class_name": "1班",
                           "town": town, "village": village.name}  # fmt: skip


def _child(dice: random.Random, today: date, grade: int) -> dict[str, str]:
    born = date(today.year - 6 - grade, 9, 1) + timedelta(days=dice.randrange(365))
    sex = dice.choice("男女")
    order = dice.randrange(0, 499) * 2 + (1 if sex == "男" else 0)
    body = f"220699{born:%Y%m%d}{order:03d}"
    return {
        "child_name": dice.choice(_SURNAMES) + dice.choice(_GIVEN),
        "sex": sex,
        "birth_date": born.isoformat(),
        "id_number": body + mod_11_2.calc_check_digit(body),
    }


def _enter_child(db: Database, class_id: str, child: dict[str, str], town: str, village: str) -> None:
    number = child["id_number"]
    made = Child(
        new_id(), child["child_name"], child["sex"], child["birth_date"], town, village, class_id, "", "", "",
        number_hash(db, number),
    )  # fmt: skip
    enter_child(db, made, number, actor="demo")


def _week(db: Database, dice: random.Random, children: list[dict[str, Any]]) -> Iterator[int]:
    today = db.today()
    for back in range(DAYS - 1, -1, -1):
        day = today - timedelta(days=back)
        for number in range(PER_DAY):
            child = dice.choice(children)
            kind, facts = _matter(dice, day, number)
            raw = {
                key: child[key] for key in ("child_name", "school", "grade", "class_name", "town", "village")
            }
            if kind == "enrollment" or dice.random() < 0.3:
                raw["id_number"] = child["id_number"]
            raw |= {"relation": dice.choice(["母", "父", "祖母", "祖父"]), **facts,
                    "phone": f"1380000{dice.randrange(10000):04d}"}  # fmt: skip
            at = datetime.combine(day, time(7 + number, dice.randrange(60)), clock.CHINA)
            try:
                door.receive(db, kind, raw, channel="form", reporter="demo", at=min(at, db.now()))
            except Invalid as refused:  # a fiction that the rules refuse is a fault of this module
                raise AssertionError(f"demo {kind}: {sorted(refused.errors)}") from None
            yield 1


def _finish_danger(db: Database) -> None:
    """Let the demo's clerk have dealt with the danger of the days before; today's waits for somebody."""
    clerk = accounts.person_by_login(db, "demo-bureau")
    before = clock.bounds(db.today())[0]
    for alarm in alarms.alarms_waiting(db, clerk) if clerk else ():
        if clerk and alarm.since < before:
            told = {key: (records.YES, "") for key, _ in duties_left(db, alarm.subject)}
            words = "演示：已打电话，孩子平安，家里人陪着。"
            alarms.finish(db, alarm, words, clerk, alarms.mark(db, alarm), told)


def _matter(dice: random.Random, day: date, number: int) -> tuple[str, dict[str, Any]]:
    kind = ("absence", "boarding", "absence", "subsidy", "enrollment", "absence", "boarding", "safety")[
        number
    ]
    ago = (day - timedelta(days=dice.randint(1, 6))).isoformat()
    facts: dict[str, dict[str, Any]] = {
        "absence": {"last_seen": ago, "on_leave": dice.choice(["是", "否", "否"]), "reason": dice.choice(["因病", "厌学"])},
        "boarding": {"needs": ["寄宿"], "reason": "离校远", "distance_km": dice.randint(5, 30)},
        "subsidy": {"hardship": ["低保"], "program": "寄宿生生活补助", "problem": "已批未发", "semester": "2026年秋季",
                    "amount_due": 625, "amount_paid": 0},
        "enrollment": {"entry": "转入", "household_place": "吉林省白山市江源区演示路1号", "basis": "居住证",
                       "residence": "吉林省白山市江源区演示路1号", "boards": "否"},
        "safety": {"happened_at": ago, "place": "放学路上（演示）", "what": "突发疾病或受伤", "safe_now": "是",
                   "description": "演示：放学路上摔伤，已送医。"},
    }  # fmt: skip
    return kind, facts[kind]
