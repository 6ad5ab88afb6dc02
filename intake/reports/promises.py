"""What a reporter is told to expect: only what exists. A teacher in the system, somebody who has the case, office hours."""

from datetime import date, timedelta

from intake.calendar import clock, hours, schooldays
from intake.cases import case as cases
from intake.cases import owners
from intake.cases.case import Case
from intake.cases.matter import class_said
from intake.children import children, links
from intake.kinds import Report
from intake.kinds.envelope import Envelope
from intake.people import accounts, slots
from intake.people.accounts import Person
from intake.places import gazetteer
from intake.reports import lookup, notice
from intake.store.db import Database

_NOON = 12
BY_STAFF = frozenset({"teacher", "proxy"})
"""Channels of those who know the child themselves."""
SEEN_BY_TEACHER = "请假记下了，班主任能看到。"
UNSEEN = "请假记下了。孩子的班主任还没有用上这里，请您再跟班主任说一声。"
BY_TEACHER = "已经列入“孩子的事”，接下来要做什么、什么时候做，那里都有。"
NOBODY = "已经登记，还没有定下由谁来办。急的话请找：{}"
UNNAMED = "{who}会去核实。有需要，{bureau}的工作人员会与您联系。"
NOT_MANNED = "现在没有人值班，工作人员看到了才会打电话联系您。请不要等，有危险马上打 110 或 120，也可以找：{}"


def promise_of(db: Database, report: Envelope) -> str:
    """Say what happens next with a report that nobody has begun on, and by when."""
    if report.on_leave:
        return SEEN_BY_TEACHER if _taught(db, report) else UNSEEN
    form = lookup.schema(db, report.kind)
    if form.urgent:
        return _danger(db, form)
    case = cases.case_of_report(db, report.id)
    who = handler_told(db, report, case) if case else ""
    if not who:
        return NOBODY.format(notice.contact(db.settings))
    if report.channel == "teacher":
        return BY_TEACHER
    if report.confidential:
        return UNNAMED.format(who=who, bureau=db.settings.bureau) + there_again(db, who)
    return form.promised(who) + there_again(db, who)


def handler(db: Database, case: Case) -> str:
    """Say in a family's words who has a case; nothing where nobody has it."""
    person = accounts.person_by_id(db, case.owner) if case.owner else None
    return _called(db, person, case.class_id) if person else ""


def handler_told(db: Database, report: Envelope, case: Case) -> str:
    """Say who has a case as far as its reporter may know: what was found in silence would tell of a guess."""
    if not is_found_in_silence(db, report):
        return handler(db, case)
    there = _class_said(db, report)
    person = owners.first_owner(
        db,
        report.kind,
        class_id=there,
        school=report.school if report.school_town else "",
        town=report.town,
        restricted=False,
    )
    return _called(db, person, there) if person else ""


def _called(db: Database, person: Person, class_id: str) -> str:
    if person.role == "teacher":
        return CLASS_TEACHER if _teaches(db, person, class_id) else "老师"
    place = gazetteer.world(db).places.get(person.area)
    return {
        "principal": "学校",
        "town": f"{place.name if place else '镇街'}的工作人员",
        "village": "村(社区)干部",
    }.get(person.role, f"{db.settings.bureau}的工作人员")


def opens_at(db: Database) -> str:
    """Give when the office opens again; nothing while it is open."""
    office, now = db.settings.office_hours, db.now()
    return "" if hours.open_now(office, now) else hours.next_opening(office, now)


def closed_until(db: Database) -> str:
    """Say outside the office hours when somebody is there again; nothing within them."""
    opens = opens_at(db)
    return f"现在是下班时间，{opens} 以后有人办。" if opens else ""


CLASS_TEACHER = "班主任"
LONG = timedelta(days=7)
"""From how many days without school on it is said whom to ask meanwhile."""


def there_again(db: Database, who: str) -> str:
    """Say when somebody is there again who has a matter; nothing while they are. A teacher is there on school days."""
    if who != CLASS_TEACHER:
        return closed_until(db)
    house, here = db.settings, clock.local(clock.stamp(db.now()))
    today, terms = here.date(), house.terms
    if schooldays.is_school_day(terms, today):
        if hours.open_now(house.office_hours, db.now()):
            return ""
        day = today if here.hour < _NOON else schooldays.next_day(terms, today)
    else:
        day = schooldays.next_day(terms, today)
    meanwhile = f"这段时间有急事，请找：{notice.contact(house)}" if day - today > LONG else ""
    return f"现在不是上课时间，下一个上课日是{_called_day(day, today)}。{meanwhile}"


def _called_day(day: date, today: date) -> str:
    near = {0: "今天", 1: "明天"}.get((day - today).days, f"{day.month}月{day.day}日")
    return f"{near}（{clock.weekday(day)}）"


def is_manned(db: Database) -> bool:
    """Tell whether somebody is there now who is called about danger."""
    return bool(owners.people_on_duty(db)) and hours.open_now(db.settings.office_hours, db.now())


def urgent_now(db: Database, form: Report) -> str:
    """Say what to do at once in danger; while nobody is there 110 stands first, on a line of its own."""
    if is_manned(db):
        return form.urgent
    why = "现在是下班时间" if owners.people_on_duty(db) else "现在没有人值班"
    return f"【先打 110】{why}，孩子有危险，现在就打 110！\n{form.urgent}"


def _danger(db: Database, form: Report) -> str:
    """Promise a call at once only while somebody is there to make it; 110 and 120 are said in any case."""
    house = db.settings
    if not owners.people_on_duty(db):
        return NOT_MANNED.format(notice.contact(house))
    if is_manned(db):
        return form.promised("会有专人马上")
    opens = hours.next_opening(house.office_hours, db.now())
    if house.on_duty:
        call = form.promised("看到了就")
        return f"现在是下班时间，已经通知值班的人，{call}{opens} 起有人上班。等不及请打 110 或 120。"
    return f"现在是下班时间，{form.promised(f'工作人员{opens} 以后会')}等不及请打 110 或 120。"


def _taught(db: Database, report: Envelope) -> bool:
    """Tell whether the class of a report's child has a teacher in the system."""
    child = (
        children.find_child(db, report.child)
        if report.child and not is_found_in_silence(db, report)
        else None
    )
    there = child.class_id if child and child.class_id else _class_said(db, report)
    return bool(there and slots.class_teachers(db, there))


def is_found_in_silence(db: Database, report: Envelope) -> bool:
    """Tell whether the house may have found a report's child by what it knows itself, for who is not confirmed family.

    By a number of identity, right or wrong; by a birth date, a telephone: whether that led to anybody is not told.
    """
    if report.channel in BY_STAFF or not (report.child or lookup.answers_of(db, report).get("id_number")):
        return False
    return all(one.id != report.child for one in links.confirmed(db, report.reporter))


def is_joined_in_silence(db: Database, report: Envelope, case: Case) -> bool:
    """Tell whether only what the house knows has led a report to a case that somebody else had told of."""
    if not is_found_in_silence(db, report) or _class_said(db, report) == case.class_id != "":
        return False
    row = db.one("SELECT report FROM case_reports WHERE case_id = ? ORDER BY at, report LIMIT 1", (case.id,))
    return row is not None and row["report"] != report.id


def _class_said(db: Database, report: Envelope) -> str:
    answers = lookup.answers_of(db, report)
    grade, name = str(answers.get("grade") or ""), str(answers.get("class_name") or "")
    return class_said(db, report.school, grade, name)


def _teaches(db: Database, person: Person, class_id: str) -> bool:
    return bool(class_id) and any(one.id == person.id for one in slots.class_teachers(db, class_id))
