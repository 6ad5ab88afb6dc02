"""The columns that a kind of report has in its ledger, all derived from its declaration."""

from collections.abc import Mapping
from typing import Any

from intake import codes, fields
from intake.calendar import clock
from intake.fields.asked import HOUSE, asked
from intake.fields.privacy import Privacy
from intake.kinds import KINDS, Report, World
from intake.kinds.statuses import status_of
from intake.store.db import Row

CHILD = ("school", "school_code", "grade", "class_name", "child_name", "sex", "ethnic", "birth_date", "id_type",
         "id_number", "student_number")  # fmt: skip
CONTACT = ("town", "village", "guardian_name", "relation", "phone")
HOUSE_KNOWS: Mapping[str, fields.Answer] = {
    "school_code": fields.Text(
        20, metadata=asked("学校标识码", privacy=Privacy.OPEN, width=5.6, source=HOUSE)
    ),
    "student_number": fields.IdNumber(metadata=asked("全国学籍号", privacy=Privacy.SENSITIVE, source=HOUSE)),
    "received_at": fields.Moment(metadata=asked("提交时间", privacy=Privacy.OPEN, source=HOUSE)),
    "channel": fields.Choice(
        "channel", metadata=asked("提交渠道", privacy=Privacy.OPEN, width=3.2, source=HOUSE)
    ),
    "receipt": fields.Text(20, metadata=asked("回执号", privacy=Privacy.OPEN, width=7.8, source=HOUSE)),
    "status": fields.Text(20, metadata=asked("目前状态", privacy=Privacy.OPEN, width=3.6, source=HOUSE)),
}
"""What the house itself puts beside what was reported."""


def columns_of_kind(kind: type[Report]) -> dict[str, fields.Answer]:
    """Give the columns of a kind by key: the child, its own, the contact, the report, what staff fill in.

    Raises TypeError where two columns have one key.
    """
    asked_for, staff = kind.answers(), kind.filled_by_staff
    if (
        doubled := (asked_for.keys() | HOUSE_KNOWS.keys()) & staff.keys()
        | asked_for.keys() & HOUSE_KNOWS.keys()
    ):
        raise TypeError(f"{kind.__name__} has two columns of one key: {', '.join(sorted(doubled))}")
    known = {**asked_for, **HOUSE_KNOWS}
    own = [key for key in asked_for if key not in CHILD + CONTACT]
    order = (*CHILD, *own, *CONTACT, "received_at", "channel", "receipt", "status")
    return {**{key: known[key] for key in order if key in known}, **staff}


def house_values(world: World, row: Row, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the house knows of a report; `row` has its envelope under `report_…`."""
    found = codes.find("channel", row["report_channel"])
    place = world.places.get(str(answers.get("school", "")))
    values = {
        "received_at": clock.local(row["report_received_at"]).isoformat()[:16],
        "channel": found.label if found else row["report_channel"],
        "receipt": row["report_receipt"],
        "status": status_of(row["report_status"], KINDS[row["report_kind"]].opening).word,
    }
    return {**values, "school_code": place.code} if place and place.level == "school" else values
