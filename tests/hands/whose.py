"""Reports of children who are described, whose they are afterwards, and all that hangs on children and cases."""

from collections.abc import Mapping
from typing import Any

from intake.cases.case import Case, case_of_report
from intake.kinds.envelope import Envelope
from intake.reports import door, lookup
from intake.store.db import Database
from tests.hands.classroom import MORNING, SCHOOL_NAME
from tests.hands.samples import sample

WHO = "wechat:grandmother"
CLASS = {"school": SCHOOL_NAME, "grade": "三年级", "class_name": "2班", "town": "石人镇"}
MING = "王小明"


def told(db: Database, said: Mapping[str, Any], **how: Any) -> Envelope:
    """Report an absence of whoever is described."""
    plain = {key: one for key, one in sample("absence", 3, MORNING.date()).items()
             if key in ("relation", "phone", "last_seen", "guardian_name")}  # fmt: skip
    made = door.receive(db, "absence", {**plain, "on_leave": "否", "town": "石人镇", **said},
                        **{"channel": "wechat", "reporter": WHO, **how})  # fmt: skip
    report = lookup.find_report(db, made.receipt)
    assert report
    return report


def again(db: Database, report: Envelope) -> Envelope:
    found = lookup.report_by_id(db, report.id)
    assert found
    return found


def case_of(db: Database, report: Envelope) -> Case:
    found = case_of_report(db, report.id)
    assert found
    return found


def dump(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Give what hangs on children and cases, but for the records of decisions."""
    asked = {
        "reports": "id, child", "cases": "id, child, child_name, class_title, class, school, school_town, village, state, owner",
        "case_reports": "case_id, report", "links": "reporter, child, state",
        "children": "id, class, merged, birth_date, id_number_hash, village", "stays": "id, child, to_day, went",
        "child_keys": "key, child, fact", "roll_marks": "class, day, child",
    }  # fmt: skip
    found = {
        table: [tuple(row) for row in db.all(f"SELECT {columns} FROM {table}")]
        for table, columns in asked.items()
    }
    facts = "SELECT id, child, kind, source, said_on FROM child_facts WHERE closed_at IS NULL"
    return {
        one: sorted(rows, key=repr)
        for one, rows in {**found, "facts": [tuple(row) for row in db.all(facts)]}.items()
    }
