"""The columns that ledgers of cases are made of, by key, beside what reports ask: what the house knows, what staff fill in."""

from collections.abc import Callable, Mapping
from typing import Any

from intake import fields
from intake.cases.case import local_day
from intake.cases.rulebook import duties, states
from intake.fields.asked import HOUSE, asked
from intake.fields.privacy import Privacy
from intake.kinds import KINDS, filled
from intake.kinds.base import CITIZEN
from intake.language import identity
from intake.ledgers.casefile import CaseFile
from intake.ledgers.columns import HOUSE_KNOWS
from intake.ledgers.schooling.filled_in import SCHOOLING
from intake.people.accounts import TOWN_DIGITS
from intake.places import gazetteer


def _text(label: str, width: float = 0.0, longest: int = 200, privacy: Privacy = Privacy.OPEN) -> fields.Text:
    return fields.Text(longest, metadata=asked(label, privacy=privacy, width=width, source=HOUSE))


def _day(label: str) -> fields.Day:
    return fields.Day(metadata=asked(label, privacy=Privacy.OPEN, source=HOUSE))


def _count(label: str, width: float = 3.2) -> fields.Number:
    return fields.Number(0, 10**7, metadata=asked(label, privacy=Privacy.OPEN, width=width, source=HOUSE))


HOUSE_COLUMNS: Mapping[str, fields.Answer] = {
    **{key: HOUSE_KNOWS[key] for key in ("school_code", "student_number", "row_key")},
    "case_number": _text("个案编号", 7.0),
    "kind": _text("类别", 3.4),
    "class_of": _text("学校班级", 7.4, 60),
    "matter": _text("事项和状态", 4.6, 60),
    "wanted": _text("要做什么、谁做", 7.0, 60),
    "state": _text("目前状态", 3.6),
    "opened_on": _day("收到日期"),
    "due_on": fields.Day(
        metadata=asked("期限", privacy=Privacy.OPEN, width=8.6, source=HOUSE)
    ),  # of danger to the minute
    "asked_of_us": _text("要做什么", 5.6),
    "last_step": _text("上一步", 6.0),
    "owner": _text("责任人", 3.2),
    "absent_days": _count("连续未到校天数"),
    "ended_on": _day("办结日期"),
    "found_on": _day("发现日期"),
    "found_by": _text("发现方式", 3.6, 20),
}
"""What the house knows of a case."""

STAFF_COLUMNS: Mapping[str, fields.Answer] = {
    "result": filled.RESULT,
    "handled_by": filled.HANDLED_BY,
    "remark": filled.REMARK,
    "conclusion": fields.StaffText(
        200, metadata=asked("核实结论", privacy=Privacy.PERSONAL, filled_by=filled.HANDLERS)
    ),
    "concluded_on": fields.Day(
        "past", metadata=asked("核实日期", privacy=Privacy.OPEN, filled_by=filled.HANDLERS)
    ),
    **{key: one for kind in KINDS.values() for key, one in kind.filled_by_staff.items()},
    **SCHOOLING,
}
"""What staff fill in: a key is the same column in every ledger, and what is filled into it is the case's."""


def value_of(file: CaseFile, key: str) -> Any:
    """Give the value of a column for a case: what was filled in, what the house knows, the roll, the newest report."""
    if key in STAFF_COLUMNS:
        cell = file.filled.get(key)
        if cell and cell.closed:
            file.unopened.add(key)
        return None if cell is None or cell.closed else cell.value
    if key in KNOWN:
        return KNOWN[key](file) or None
    of_roll = getattr(file.child, ROLL[key]) if file.child and key in ROLL else ""
    return of_roll or file.answer(key) or (getattr(file.case, key) or None if key in PLACES else None)


PLACES = frozenset({"school", "village"})
"""What a case itself knows of where its child belongs, where nothing else does."""


ROLL: Mapping[str, str] = {
    "child_name": "name", "sex": "sex", "birth_date": "birth_date", "school": "school", "grade": "grade",
    "class_name": "class_name", "village": "village",
}  # fmt: skip
"""Where a child of the roll has what a report may say as well: the roll's word comes first."""


def _school_code(file: CaseFile) -> str:
    return file.case.school if file.case.school_town else ""


def _last_step(file: CaseFile) -> str:
    last = next((one for one in reversed(file.steps) if one.key != "told"), None)
    if last is None:
        return ""
    result = str(last.facts.get("result") or "")
    return f"{last.happening.day[5:]} {last.did}" + (f"：{result}" if result else "")


def _due(file: CaseFile) -> str:
    return file.case.due[:16] if file.case.due[:1] == "2" else ""


def _class_of(file: CaseFile) -> str:
    school, places = file.case.school, gazetteer.world(file.reading.db).places
    return f"{places.name(school) if school else '学校不清楚'}\n{file.case.class_title}".strip()


def _wanted(file: CaseFile) -> str:
    case = file.case
    if not case.open:
        return ""
    step = duties.Duty(case.duty, "", "").title if case.duty else "看一看"
    return f"{step}\n{file.reading.staff_name(case.owner) or '无人负责'}"


def _document(file: CaseFile) -> str | None:
    """Give the sort of document that was told; the roll has a number alone, and that of a citizen says what it is."""
    told = file.answer("id_type")
    if told or not file.id_number:
        return str(told) if told else None
    try:
        identity.citizen(file.number_of_child() or "", file.reading.days.today)
    except ValueError:
        return None
    return CITIZEN


KNOWN: Mapping[str, Callable[[CaseFile], Any]] = {
    "school_code": _school_code,
    "case_number": lambda file: file.case.number,
    "class_of": _class_of,
    "matter": lambda file: f"{file.case.title}\n{file.case.state}",
    "wanted": _wanted,
    "kind": lambda file: states.KINDS.get(file.case.kind, file.case.kind),
    "state": lambda file: file.case.state,
    "opened_on": lambda file: local_day(file.case.opened_at),
    "due_on": _due,
    "asked_of_us": lambda file: duties.Duty(file.case.duty, "", "").title if file.case.duty else "",
    "last_step": _last_step,
    "owner": lambda file: file.reading.staff_name(file.case.owner),
    "absent_days": lambda file: (
        duties.days_absent(file.standing, file.reading.days)
        if file.case.open and not file.standing.back
        else None
    ),
    "ended_on": lambda file: file.case.ended_at and local_day(file.case.ended_at),
    "town": lambda file: file.case.town if len(file.case.town) >= TOWN_DIGITS else None,
    "child_name": lambda file: (
        (file.child.name if file.child else "") or file.answer("child_name") or file.case.child_name
    ),
    "id_number": CaseFile.number_of_child,
    "student_number": CaseFile.number_of_pupil,
    "id_type": _document,
}
"""How the house works a column out, by key."""
