"""Children who are missing from their class: each becomes one report a day, however often it is told."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from intake import bindings, gazetteer, reports, spoken
from intake.bindings import Class
from intake.db import Database, Row
from intake.kinds import Invalid
from intake.people import Person

SICK, LEAVE, UNEXPLAINED = "病假", "事假", "不明"
REASONS = (SICK, LEAVE, UNEXPLAINED)
CHANNEL = "teacher"
_KIND, _SATURDAY = "absence", 5
_NEWEST = 20


class Refused(Exception):
    """A roll that cannot be taken; the text says why, in Chinese."""


class NoPhone(Refused):
    """The report of an absence needs the teacher's phone, and the account has none."""


@dataclass(frozen=True, slots=True)
class Child:
    """A child on the roll of a class."""

    id: str
    name: str
    sex: str
    birth_date: str
    town: str
    village: str


@dataclass(frozen=True, slots=True)
class Told:
    """What goes into the reports beside the roll: who tells, by which phone, and more answers by child id."""

    phone: str = ""
    reporter: str = ""
    consent: str = ""
    more: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def asked(day: date) -> bool:
    """Tell whether classes are asked for their roll on a day."""
    return day.weekday() < _SATURDAY


def school_day_before(day: date) -> date:
    """Give the last day before a day on which classes are asked."""
    day -= timedelta(days=1)
    while not asked(day):
        day -= timedelta(days=1)
    return day


def children(db: Database, class_id: str) -> list[Child]:
    """Give the children of a class, by name."""
    rows = db.all(
        "SELECT id, child_name, coalesce(sex, '') AS sex, coalesce(birth_date, '') AS birth_date, town,"
        " coalesce(village, '') AS village FROM children WHERE class = ? ORDER BY child_name, id",
        (class_id,),
    )
    return [Child(*row) for row in rows]


def phone_of(person: Person) -> str:
    """Give the phone of somebody whose login is one, or nothing."""
    return spoken.phone(person.login) or ""


def phone_said(db: Database, reporter: str) -> str:
    """Give the phone that somebody told with the newest report of a pupil, or nothing."""
    for report in reports.of_reporter(db, reporter, _NEWEST):
        if report["channel"] == CHANNEL:
            return str(reports.answers(db, report).get("phone", ""))
    return ""


@dataclass(frozen=True, slots=True)
class Absentees:
    """Absent children whose reports have been checked and can be made."""

    size: int
    key: str
    by: Person
    told: Told
    bodies: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of(
        cls, db: Database, class_id: str, day: date, absent: Mapping[str, str], by: Person, told: Told
    ) -> "Absentees":
        """Check everything before anything is written. Raises Refused."""
        taught = bindings.one_class(db, class_id)
        if taught is None or not bindings.has(db, by, class_id, "roll.mark"):
            raise Refused("这不是您教的班。")
        if day != db.today():
            raise Refused("点名只能报当天的。")
        roster = {one.id: one for one in children(db, class_id)}
        if not roster:
            raise Refused(f"{taught.title}的学生名单还没有导入，请联系学校或教育局。")
        if not absent.keys() <= roster.keys():
            raise Refused(f"{taught.title}的名单里没有这个孩子。")
        if not set(absent.values()) <= set(REASONS):
            raise Refused(f"原因只有：{'、'.join(REASONS)}。")
        phone = told.phone or phone_of(by)
        if absent and not phone:
            raise NoPhone("请写您的电话号码。")
        bodies = {
            child: _body(db, taught, roster[child], reason, day, phone, told.more.get(child, {}))
            for child, reason in absent.items()
        }
        return cls(len(roster), f"roll:{class_id}:{day}", by, told, bodies)

    def file(self, db: Database) -> dict[str, str]:
        """Make the reports that are not there yet, and correct those that say otherwise; give the receipts."""
        with db.write():
            return {child: _file(db, self, child, body) for child, body in self.bodies.items()}


def _body(
    db: Database, taught: Class, child: Child, reason: str, day: date, phone: str, more: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Give what a child's report says: the most of it that the declaration takes. Raises Refused."""
    least = {
        "child_name": child.name,
        "school": taught.school,
        "grade": taught.grade,
        "class_name": taught.class_name,
        "town": taught.town,
        "relation": "班主任",
        "phone": phone,
        "last_seen": school_day_before(day).isoformat(),
        "on_leave": "否" if reason == UNEXPLAINED else "是",
    } | ({"reason": "因病"} if reason == SICK else {})
    home = (
        {"town": child.town, "village": child.village} if gazetteer.world(db).places.get(child.town) else {}
    )
    known = {"sex": child.sex, "birth_date": child.birth_date}
    form = reports.schema(db, _KIND)
    refused: Invalid | None = None
    for body in (least | home | known | dict(more), least | home | dict(more), least | dict(more), least):
        try:
            form.accept(body, CHANNEL)
        except Invalid as wrong:
            refused = wrong
        else:
            return body
    errors = "".join(one for texts in (refused.errors.values() if refused else ()) for one in texts)
    raise Refused(f"{child.name}的资料有误：{errors}")


def _file(db: Database, taken: Absentees, child: str, body: Mapping[str, Any]) -> str:
    key = f"{taken.key}:{child}"
    while True:
        with suppress(reports.KeyReused):
            done = reports.receive(
                db, _KIND, body, channel=CHANNEL, reporter=taken.told.reporter or taken.by.actor, key=key,
                consent=taken.told.consent,
            )  # fmt: skip
            if done.new:
                db.run("UPDATE reports SET child = ? WHERE id = ? AND child IS NULL", (child, done.id))
                return done.receipt
        report = db.one("SELECT * FROM reports WHERE idempotency_key = ?", (key,))
        if report and report["status"] != reports.WITHDRAWN:
            _correct(db, taken, report, body)
            return str(report["receipt"])
        key += "+"  # the one before was taken back


def _correct(db: Database, taken: Absentees, report: Row, body: Mapping[str, Any]) -> None:
    """Say in an earlier report what is known now of leave; the rest stays as it was told first."""
    answers = reports.answers(db, report)
    changes = {
        key: body[key] for key in ("on_leave", "reason") if key in body and answers.get(key) != body[key]
    }
    if "on_leave" in changes:
        reports.amend(db, report, changes, actor=taken.told.reporter or taken.by.actor, reason="教师更正")
