"""The head of a case: state with its count, day of absence, by when, whose, which number; the same five on every page."""

from dataclasses import dataclass
from datetime import date

from exports.desk.case.asking import named
from exports.desk.work.shown import badge
from intake.calendar import clock
from intake.calendar.deadlines import Deadlines
from intake.cases.case import Case
from intake.cases.folders.filters import hour_of
from intake.cases.rulebook import duties, states
from intake.cases.rulebook.standing import Standing
from intake.children import children
from intake.fields.privacy import mask_name
from intake.kinds.reading.rough_days import ABOUT
from intake.people import accounts
from intake.places import gazetteer
from intake.store.db import Database


@dataclass(frozen=True, slots=True)
class CaseHead:
    """What stands above everything on the page of a case; the same five in the same order."""

    name: str
    more: str
    state: str
    since: tuple[str, str]
    due: tuple[str, str]
    owner: str


def head_of(db: Database, case: Case, now: Standing, days: Deadlines) -> CaseHead:
    """Give the head of a case."""
    child = children.find_child(db, case.child) if case.child else None
    school = gazetteer.world(db).places.name(case.school) if case.school else ""
    age = f"今年 {_age(child.birth_date, days.today)} 岁" if child and child.birth_date else ""
    more = [one for one in (child.sex if child else "", age, f"{school}{case.class_title}") if one]
    return CaseHead(
        name_of(case), " · ".join(more), state_of(case, now, days),
        _since(case, now, days), _due(db, case), owner_of(db, case.owner),
    )  # fmt: skip


def name_of(case: Case) -> str:
    """Name the child of a case, masked; a matter that is about none by its sort."""
    if case.child_name:
        return mask_name(case.child_name)
    return case.title if case.kind == states.MATTER else "还不知道姓名"


def state_of(case: Case, now: Standing, days: Deadlines) -> str:
    """Give the word of the state, with its count."""
    if case.state == states.PERSUADING:
        return f"{case.state} 第 {now.persuasions} 次" + ("，已认定辍学" if now.confirmed else "")
    if case.state == states.WATCHED and now.back:
        gone = (days.today - date.fromisoformat(now.back)).days
        return f"{case.state} {min(max(gone, 0), duties.OBSERVED[-1])}/{duties.OBSERVED[-1]}"
    return case.state


def owner_of(db: Database, owner: str) -> str:
    """Name who has a case; nobody is said."""
    person = accounts.person_by_id(db, owner) if owner else None
    if person:
        return named(person)
    return f"{accounts.name_of(db, owner)}（账号已停用）" if owner else "无人负责"


def _since(case: Case, now: Standing, days: Deadlines) -> tuple[str, str]:
    if case.kind == "absence" and case.state == states.WATCHED and now.back:
        return "复学", f"{now.back[5:]} 起"
    if case.kind == "absence" and now.last_seen and case.open:
        return "未到校", f"{ABOUT if now.rough else ''}第 {duties.days_absent(now, days)} 个上课日"
    return "收到", f"{clock.local(case.opened_at):%m-%d}"


def _age(born: str, today: date) -> int:
    """Give the years since the year of birth: a birthday that is near would tell the day beside the year."""
    return today.year - int(born[:4])


def _due(db: Database, case: Case) -> tuple[str, str]:
    if not case.duty:
        return ("没有要办的" if case.open else "办完了"), ""
    return badge(db, case.kind, case.duty, case.due, hour_of(db))
