"""Children who are missing from their class: each becomes one report, however often it is told and for how many days.

See intake.school.streaks for which days belong together.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from intake.calendar import schooldays
from intake.cases import joins
from intake.children.children import Child, children_of_class
from intake.errors import Invalid, KeyReused, Refused
from intake.kinds.envelope import Envelope
from intake.language import spoken
from intake.people import bindings
from intake.people.accounts import Person
from intake.people.bindings import Class
from intake.places import gazetteer
from intake.reports import door, lookup
from intake.school import streaks
from intake.school.streaks import UNEXPLAINED, Missed
from intake.settings import Settings
from intake.store.db import Database

SICK, LEAVE = "病假", "事假"
REASONS = (SICK, LEAVE, UNEXPLAINED)
CHANNEL = "teacher"
LATE = 3
"""School days for which the first word of a class may come afterwards: it waited on a phone for a signal."""
_KIND = "absence"
_DESCRIPTION = 500
_LONG_AGO = timedelta(days=100)
"""Longer than any holiday; so far nobody counts school days one by one."""
_NEWEST = 20


class NoPhone(Refused):
    """The report of an absence needs the teacher's phone, and the account has none."""


@dataclass(frozen=True, slots=True)
class Told:
    """What goes into the reports beside the roll: who tells, by which phone, and more answers by child id."""

    phone: str = ""
    reporter: str = ""
    consent: str = ""
    more: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)
    """Receipts of reports that say already what the roll says, by child id: there is no second one."""


def unfit(settings: Settings, today: date, day: date) -> str:
    """Say why a class cannot speak of a day any more, or yet; nothing where it can."""
    if day > today:
        return "这一天还没到。点名只能报当天的，或者补报前几天的。"
    if day == today:
        return ""
    if not schooldays.is_school_day(settings.terms, day):
        return "这一天不上课，不用补报。除了当天的点名，只能补报上课的日子。"
    if today - day > _LONG_AGO or schooldays.between(settings.terms, day, today) > LATE:
        return f"除了当天的点名，只能补报最近 {LATE} 个上课日的。更早的请找学校。"
    return ""


def phone_of(person: Person) -> str:
    """Give the phone of somebody whose login is one, or nothing."""
    return spoken.phone(person.login) or ""


def phone_said(db: Database, reporter: str) -> str:
    """Give the phone that somebody told with the newest report of a pupil, or nothing."""
    for report in lookup.reports_of(db, reporter, _NEWEST):
        if report.channel == CHANNEL:
            return str(lookup.answers_of(db, report).get("phone", ""))
    return ""


@dataclass(frozen=True, slots=True)
class Absentees:
    """Absent children whose reports have been checked and can be made."""

    size: int
    class_id: str
    day: date
    by: Person
    told: Told
    bodies: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of(
        cls, db: Database, class_id: str, day: date, absent: Mapping[str, str], by: Person, told: Told
    ) -> "Absentees":
        """Check everything before anything is written. Raises Refused."""
        taught = bindings.one_class(db, class_id)
        if taught is None or not bindings.may_in_class(db, by, class_id, "roll.mark"):
            raise Refused("这不是您教的班。")
        if sentence := unfit(db.settings, db.today(), day):
            raise Refused(sentence)
        roster = {one.id: one for one in children_of_class(db, class_id)}
        if not roster:
            raise Refused(f"{taught.title}的学生名单还没有导入，请联系学校或教育局。")
        if not absent.keys() <= roster.keys():
            raise Refused(f"{taught.title}的名单里没有这个孩子。")
        if not set(absent.values()) <= set(REASONS):
            raise Refused(f"原因只有：{'、'.join(REASONS)}。")
        phone = told.phone or phone_of(by)
        if absent and not phone:
            raise NoPhone("请写您的电话号码。", "phone")
        bodies = {
            child: _body(db, taught, roster[child], reason, day, phone, told.more.get(child, {}))
            for child, reason in absent.items()
        }
        return cls(len(roster), class_id, day, by, told, bodies)

    def file(self, db: Database) -> dict[str, str]:
        """Make the reports that are not there yet, and correct those that say otherwise; give the receipts."""
        with db.write():
            return {child: _file(db, self, child, body) for child, body in self.bodies.items()}

    def take_back(self, db: Database, receipts: Iterable[str]) -> None:
        """Take back reports of children who are there after all: where no other day is in them, and nobody has acted."""
        for receipt in receipts:
            report = lookup.find_report(db, receipt)
            missed = db.one("SELECT 1 FROM roll_marks WHERE report = ?", (receipt,))
            if report is None or report.channel != CHANNEL:
                continue  # what a family said is theirs
            if not missed and report.retractable and not joins.taken_up(db, report.id):
                door.withdraw(db, report, actor=self.actor)

    @property
    def actor(self) -> str:
        """Give the name by which reports and audit know who tells."""
        return self.told.reporter or self.by.actor


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
        "last_seen": streaks.last_seen(db, Missed(taught.id, day, child.id)).isoformat(),
        "on_leave": "否" if reason == UNEXPLAINED else "是",
    } | ({"reason": "因病"} if reason == SICK else {})
    home = (
        {"town": child.town, "village": child.village} if gazetteer.world(db).places.get(child.town) else {}
    )
    known = {"sex": child.sex, "birth_date": child.birth_date}
    form = lookup.schema(db, _KIND)
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
    """Make a report of its own, or go on with the one of the days around."""
    own = f"roll:{taken.class_id}:{taken.day}:{child}"
    missed = Missed(taken.class_id, taken.day, child)
    if body["on_leave"] == "否" and (report := streaks.report(db, missed)):
        _take_back(db, taken, own)
        _go_on(db, taken, report, body)
        return report.receipt
    if (known := taken.told.known.get(child)) and not _own(db, own):
        return known
    while True:
        with suppress(KeyReused):
            done = door.receive(
                db, _KIND, body, channel=CHANNEL, reporter=taken.actor, key=own, consent=taken.told.consent,
                child=child,
            )  # fmt: skip
            if done.new:
                return done.receipt
        report = lookup.report_by_key(db, own)
        if report and not report.withdrawn:
            _correct(db, taken, report, body)
            return report.receipt
        own += "+"  # the one before was taken back


def _own(db: Database, own: str) -> Envelope | None:
    """Give the report that was made of the same day, unless it was taken back."""
    while report := lookup.report_by_key(db, own):
        if not report.withdrawn:
            return report
        own += "+"
    return None


def _take_back(db: Database, taken: Absentees, own: str) -> None:
    """Take back the leave that was reported of the same day by mistake, unless somebody has taken it up."""
    while report := lookup.report_by_key(db, own):
        if report.on_leave:
            door.withdraw(db, report, actor=taken.actor)
        own += "+"


def _go_on(db: Database, taken: Absentees, report: Envelope, body: Mapping[str, Any]) -> None:
    """Add to the report of the days around what is told now; it was last seen before the first of them."""
    answers = lookup.answers_of(db, report)
    changes = {key: body[key] for key in ("reason",) if key in body}
    told, more = str(answers.get("description", "")), str(body.get("description", ""))
    if more not in told:
        changes["description"] = f"{told}\n{more}".strip()[:_DESCRIPTION]
    if body["last_seen"] < answers["last_seen"]:
        changes |= {key: body[key] for key in ("last_seen", "last_seen_rough") if key in body}
    _amend(db, taken, report, {key: value for key, value in changes.items() if answers.get(key) != value})


def _correct(db: Database, taken: Absentees, report: Envelope, body: Mapping[str, Any]) -> None:
    """Say in an earlier report what is known now of leave; the rest stays as it was told first."""
    answers = lookup.answers_of(db, report)
    changes = {
        key: body[key] for key in ("on_leave", "reason") if key in body and answers.get(key) != body[key]
    }
    if "on_leave" in changes:
        _amend(db, taken, report, changes)


def _amend(db: Database, taken: Absentees, report: Envelope, changes: Mapping[str, Any]) -> None:
    if changes:
        door.amend(db, report, changes, actor=taken.actor, reason="教师更正")
