"""疑似辍学学生台账: absences that are or were 疑似辍学 (教基厅函〔2024〕15号), each column from what was done on the case."""

from collections.abc import Mapping
from typing import Any

from intake import fields
from intake.cases.rulebook import states
from intake.fields.asked import HOUSE, asked
from intake.fields.privacy import Privacy
from intake.ledgers.casefile import CaseFile
from intake.ledgers.columns import CHILD
from intake.ledgers.of_cases import CaseLedger, case_ledger
from intake.ledgers.registers import history
from intake.store.db import Database

WERE = (states.SUSPECTED, states.PERSUADING, states.LOST, states.WATCHED)
"""The states of a child that is missing for too long, from the third day until it is back for good."""
_WERE = ", ".join(f"'{one}'" for one in WERE)


class _Suspected(CaseLedger):
    """Children who missed school for days, and how each was followed."""

    counted = "一个未到校的个案连续三个上课日没来（或者失联）计一条，办结的列到办结那天，状态是现在的；"
    which = (
        f"c.state <> '{states.MERGED}' AND (c.state IN ({_WERE}) OR EXISTS (SELECT 1 FROM case_events e"  # noqa: S608
        f" WHERE e.case_id = c.id AND e.after IN ({_WERE})))"
    )
    order = "c.town, c.school, c.class_title, c.opened_at, c.id"
    events = True
    beside = True
    begins = "absence"
    guide = (
        "表里没有的孩子，在表下面另起一行，行码空着，写姓名、学校名称、年级、班级、与学生关系（告诉您的人是孩子的什么人）、"
        "联系电话、最后到校日期。交回时先查有没有登记过。"
    )

    def known(self, db: Database, file: CaseFile) -> Mapping[str, Any]:
        """Derive what the steps tell, and who answers for the child."""
        contact, visit = history.first_contact(file), history.first_visit(file)
        case, reading = file.case, file.reading
        return {
            "last_seen": case.last_seen or file.answer("last_seen"),
            "found_by": history.found_by(file),
            "found_on": file.standing.discovered or None,
            "contact_on": history.day_of(contact) if contact else None,
            "contact_result": contact.facts.get("result") if contact else None,
            "visit_on": history.day_of(visit) if visit else None,
            "teacher_of_class": _said(file, "teacher")
            or reading.answering_for("teacher_of_class", case.class_id),
            "head_of_school": reading.answering_for("principal_of_school", case.school),
            "helper_of_town": reading.answering_for("town_of_school", case.school),
        }


def _said(file: CaseFile, key: str) -> str:
    """Give what staff wrote into the column of the day's book of the same name."""
    cell = file.filled.get(key)
    return str(cell.value) if cell and not cell.closed else ""


def _day(label: str) -> fields.Day:
    return fields.Day(metadata=asked(label, privacy=Privacy.OPEN, source=HOUSE))


def _text(label: str, width: float) -> fields.Text:
    return fields.Text(100, metadata=asked(label, privacy=Privacy.OPEN, width=width, source=HOUSE))


SUSPECTED = case_ledger(
    "suspected",
    "疑似辍学学生台账",
    (*CHILD, "household_place", "residence", "guardian_name", "relation", "phone", "last_seen", "absent_days", "found_by",
     "found_on", "special_group", "contact_on", "contact_result", "visit_on", "conclusion", "concluded_on",
     "teacher_of_class", "head_of_school", "helper_of_town", "state", "remark", "row_key"),
    kind="absence",
    base=_Suspected,
    filed_as="控辍保学台账",
    own={
        "contact_on": _day("首次联系日期"), "contact_result": _text("首次联系结果", 3.6), "visit_on": _day("首次家访日期"),
        "teacher_of_class": _text("责任教师", 3.6), "head_of_school": _text("包校领导", 3.6),
        "helper_of_town": _text("镇街包保人", 3.6),
    },
)  # fmt: skip
"""疑似辍学学生台账."""
