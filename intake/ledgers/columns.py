"""The columns that a kind of report has in the daily workbook, all derived from its declaration."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from intake import fields
from intake.calendar import clock
from intake.fields.asked import HOUSE, asked
from intake.fields.privacy import Privacy
from intake.kinds import KINDS, Report, World
from intake.kinds.reading.rough_days import ROUGH
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
    "more": fields.Text(200, metadata=asked("另有（见系统）", privacy=Privacy.OPEN, width=5.4, source=HOUSE)),
    "received_at": fields.Moment(metadata=asked("提交时间", privacy=Privacy.OPEN, source=HOUSE)),
    "receipt": fields.Text(20, metadata=asked("回执号", privacy=Privacy.OPEN, width=7.8, source=HOUSE)),
    "status": fields.Text(20, metadata=asked("目前状态", privacy=Privacy.OPEN, width=3.6, source=HOUSE)),
    "row_key": fields.Text(
        40, metadata=asked("行码（请勿改动）", privacy=Privacy.OPEN, width=7.0, source=HOUSE)
    ),
}
"""What the house itself puts beside what was reported. `more` names what is there and nobody reads in a sheet."""
OF_FORMS = frozenset({"hardship", "pickup"})
"""Columns of the bureau's own forms (资助台账, 寄宿需求台账): they stand there, although what is in them is masked."""
_PARENTS, _PARENTS_AWAY = "父母", "父母外出情况"


def columns_of_kind(kind: type[Report]) -> dict[str, fields.Answer]:
    """Give the columns of a kind by key: the child, its own, the contact, the report, what staff fill in, the row's key.

    What a mask leaves nothing of is named in `more` instead; a staff column of that sort stands in the kind's ledger of
    cases. Raises TypeError where two columns have one key.
    """
    asked_for, staff = kind.answers(), kind.filled_by_staff
    if (
        doubled := (asked_for.keys() | HOUSE_KNOWS.keys()) & staff.keys()
        | asked_for.keys() & HOUSE_KNOWS.keys()
    ):
        raise TypeError(f"{kind.__name__} has two columns of one key: {', '.join(sorted(doubled))}")
    known, unread = {**asked_for, **HOUSE_KNOWS}, unread_keys(kind)
    own = [key for key in asked_for if key not in (*CHILD, *CONTACT, *unread)]
    order = (*CHILD, *own, *(["more"] if unread else []), *CONTACT, "received_at", "receipt", "status")
    filled = {key: one for key, one in staff.items() if one.asked.privacy is not Privacy.SENSITIVE}
    return {**{key: known[key] for key in order if key in known}, **filled, "row_key": HOUSE_KNOWS["row_key"]}


@cache
def unread_keys(kind: type[Report]) -> tuple[str, ...]:
    """Give the keys of what a kind asks that nobody can read in a masked sheet: free words, numbers of papers, parents."""
    return tuple(
        key
        for key, one in kind.answers().items()
        if key not in (*CHILD, *CONTACT, *OF_FORMS)
        and (one.asked.silent or (one.asked.privacy is not Privacy.OPEN and _unread(one)))
    )


def _unread(one: fields.Answer) -> bool:
    return (
        one.asked.group == _PARENTS
        or isinstance(one, fields.IdNumber)
        or type(one).mask is fields.Answer.mask  # it gives FILLED
    )


def house_values(world: World, row: Row, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the house knows of a report; `row` has its envelope under `report_…`."""
    kind = KINDS[row["report_kind"]]
    place = world.places.get(str(answers.get("school", "")))
    values = {
        "more": _more_named(kind, answers) or None,
        "received_at": clock.local(row["report_received_at"]).isoformat()[:16],
        "receipt": row["report_receipt"],
        "status": status_of(row["report_status"], kind.opening).word,
    }
    return {**values, "school_code": place.code} if place and place.level == "school" else values


def more_told(kind: type[Report], answers: Mapping[str, Any]) -> str:
    """Give what `more` names with its words, for who may read everything."""
    asked_for = {key: one for key, one in kind.answers().items() if key in answers}
    return "；".join(
        f"{asked_for[key].asked.heading}：{asked_for[key].show(answers[key])}"
        for key in unread_keys(kind)
        if key in asked_for
    )


def _more_named(kind: type[Report], answers: Mapping[str, Any]) -> str:
    return "、".join(
        dict.fromkeys(
            label for key, label in _unread_labels(kind) if key in answers and not _exact(key, answers)
        )
    )


def _exact(key: str, answers: Mapping[str, Any]) -> bool:
    """Tell whether an answer says no more than that the day before it is not a rough one."""
    return key.endswith(ROUGH) and answers[key] == "否"


@cache
def _unread_labels(kind: type[Report]) -> tuple[tuple[str, str], ...]:
    """Give the names under which `more` has them; what is asked of the parents is one thing."""
    asked_for = {key: kind.answers()[key].asked for key in unread_keys(kind)}
    return tuple(
        (key, _PARENTS_AWAY if one.group == _PARENTS else one.heading) for key, one in asked_for.items()
    )
