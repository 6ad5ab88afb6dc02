"""The columns of a kind's sheet, all derived from its declaration."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from intake import codes, fields
from intake.calendar import clock
from intake.fields import Answer
from intake.fields.privacy import Privacy
from intake.kinds import Answers, Report
from intake.kinds.statuses import status_of
from intake.store.db import Row

Cell = str | float | date | datetime | None

CHILD = ("school", "grade", "class_name", "child_name", "sex", "ethnic", "birth_date", "id_type", "id_number")
CONTACT = ("town", "village", "guardian_name", "relation", "phone")
LABELS: Mapping[str, str] = {"school": "学校名称", "relation": "与学生关系"}
"""Columns that the bureau's forms call otherwise than a question on a page can."""

# Widths count Chinese characters; a column narrower than its content wraps, dates and numbers cannot.
WIDTHS: tuple[tuple[type[Answer], float], ...] = (
    (fields.Day, 5.6),
    (fields.Moment, 8.6),
    (fields.Month, 4),
    (fields.Grade, 3.2),
    (fields.ClassName, 2.8),
    (fields.Town, 4.2),
    (fields.Village, 5),
    (fields.School, 6.6),
    (fields.Name, 3.2),
    (fields.Phone, 6.2),
    (fields.IdNumber, 5.6),
    (fields.Address, 7),
    (fields.Number, 4.2),
)
MASKED_WIDTHS: tuple[tuple[type[Answer], float], ...] = (
    (fields.Day, 3.2),
    (fields.Month, 3.2),
    (fields.Choice, 4.4),
    (fields.Address, 7),
    (fields.Text, 4.4),
)
MONEY = 6.0
"""Wide enough for the sum of a full day: Excel shows #### where a number does not fit."""
HEADER_LINES = 4
"""Lines a column's name may take before the column is widened for it."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its width in Chinese characters, and where a row's cell comes from."""

    label: str
    width: float
    cell: Callable[[Row, Answers], Cell]
    money: bool = False
    staff: bool = False


def columns(form: Report) -> list[Column]:
    """Give the columns of a kind after 序号, personal and sensitive answers masked."""
    keys = form.answers()
    own = [key for key in keys if key not in CHILD + CONTACT]
    child = [_answer(form, key) for key in CHILD if key in keys]
    at = next((i + 1 for i, one in enumerate(child) if one.label == LABELS["school"]), 0)
    child.insert(at, Column("学校标识码", 5.6, partial(_school_code, form)))
    return [
        *child,
        Column("全国学籍号", 5.6, _nothing),
        *(_answer(form, key) for key in own),
        *(_answer(form, key) for key in CONTACT if key in keys),
        Column("提交时间", 8.6, _received),
        Column("提交渠道", 3.2, _channel),
        Column("回执号", 7.8, lambda row, _: str(row["report_receipt"])),
        Column("目前状态", 3.6, lambda row, _: status_of(row["report_status"], form.opening).word),
        *(
            Column(label, max(4.2, len(label) / 2 + 1), _nothing, staff=True)
            for label in form.filled_by_staff
        ),
    ]


def seen(field: Answer, value: Any) -> Cell:
    """Give what an ordinary export shows of an answer: a date, a number or a text."""
    if field.asked.privacy is not Privacy.OPEN:
        return field.mask(value)
    if isinstance(field, fields.Number):
        return float(value)
    if isinstance(field, fields.Day | fields.Moment):
        try:
            return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
        except ValueError:  # a row from before the field had this type
            return str(value)
    return field.show(value)


def _answer(form: Report, key: str) -> Column:
    field = form.field(key)
    label = LABELS.get(key, field.asked.label)
    money = (
        isinstance(field, fields.Number) and field.asked.hint == "元" and field.asked.privacy is Privacy.OPEN
    )
    width = MONEY if money else max(_width(field), len(label) / HEADER_LINES + 0.6)
    return Column(label, width, partial(_seen, field, key), money)


def _seen(field: Answer, key: str, _: Row, answers: Answers) -> Cell:
    return seen(field, answers[key]) if key in answers else None


def _width(field: Answer) -> float:
    masked = field.asked.privacy is not Privacy.OPEN
    for kind, width in (*(MASKED_WIDTHS if masked else ()), *WIDTHS):
        if isinstance(field, kind):
            return width
    if words := field.options():
        several = isinstance(field, fields.Choices)
        return 5.4 if several else min(4.6, max(2.4, max(map(len, words)) / 2 + 0.8))
    return min(18.0, max(5.0, field.longest / 12))


def _nothing(_row: Row, _answers: Answers) -> Cell:
    return None


def _received(row: Row, _: Answers) -> Cell:
    return clock.local(row["report_received_at"]).replace(tzinfo=None, second=0, microsecond=0)


def _channel(row: Row, _: Answers) -> Cell:
    found = codes.find("channel", row["report_channel"])
    return found.label if found else str(row["report_channel"])


def _school_code(form: Report, _: Row, answers: Answers) -> Cell:
    place = form.world.places.get(str(answers.get("school", "")))
    return place.code if place and place.level == "school" else None
