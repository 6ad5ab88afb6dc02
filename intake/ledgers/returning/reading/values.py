"""What somebody fills into a cell, read and shown by the field of its column: blank, erased, untouched, or a value."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from marshmallow import ValidationError

from intake import fields
from intake.errors import Refused
from intake.fields import FILLED, Answer, Cell
from intake.fields.privacy import Masks, Privacy
from intake.fields.times import NO_DAY
from intake.kinds import World
from intake.kinds.form import Form
from intake.language import text
from intake.language.cells import unguarded
from intake.language.patterns import regex
from intake.ledgers import LEDGERS
from intake.ledgers.library import STAFF_COLUMNS
from intake.places import gazetteer
from intake.store.db import Database
from intake.store.keys import UNOPENED

ERASED = frozenset({"清空", "—", "——", "―", "－－"})
"""What is written to take a value away; a blank changes nothing."""
NO_VALUE = "（空）"
_SERIAL = regex(r"[2-7]\d{4}(?:\.\d+)?")
"""The number as which a table software keeps a day between 1954 and 2119."""
_ZERO, _ZERO_1904 = date(1899, 12, 30), date(1904, 1, 1)
_MASKED = "这是系统的遮盖字样，不是内容。请写内容；不改就留空。"
_DAY = "没有看懂日期。请写成 2026-12-05 这样。"
_MARKS = {
    "formula": "这一格是公式，没有算出来的值。请改成直接写的内容。",
    "error": "这一格的公式出错了。请改成直接写的内容。",
    "damaged": "这一格的数字已被表格软件改坏，请重新填成文本。",
}


def said_in(cell: str) -> str:
    """Give what a person reads in a cell: half-width digits, no guard before a sign, no blanks at the ends."""
    return text.normalise(unguarded(cell))


def is_untouched(field: Answer, said: str, base: Any) -> bool:
    """Tell whether a cell holds what went out: the value, or the mask of it."""
    if said == UNOPENED:
        return True
    if base is None:
        return False
    if said in {
        text.normalise(field.show(base)),
        said_in(field.show(base)),
        *(said_in(field.mask(base, masks)) for masks in Masks),
        cell_said(field.cell(base)),
    }:
        return True
    try:
        return bool(read_value(field, said) == base)
    except Refused:
        return False


def read_value(field: Answer, said: str, mark: str = "", *, from_1904: bool = False) -> Any:
    """Read a cell as the value of a field. Raises Refused with what is wrong and what to do."""
    said = sure_words(field, said, mark, from_1904=from_1904)
    try:
        return field.deserialize(said)
    except ValidationError as error:
        told = "".join(_sentences(error.messages))
        raise Refused(_DAY if told == fields.Day.problem else told) from None


def sure_words(
    field: Answer, said: str, mark: str = "", *, from_1904: bool = False, today: date | None = None
) -> str:
    """Give what somebody means with a cell. Raises Refused where the sheet does not tell.

    `today` is needed for a field that is not bound to a world.
    """
    if mark in _MARKS:
        raise Refused(_MARKS[mark])
    if said == FILLED:
        raise Refused(_MASKED)
    said = spelled(field, said, from_1904)
    if isinstance(field, fields.Day):
        if mark == "month":
            raise Refused(NO_DAY)
        if why := field.untold(said, today or field.today):
            raise Refused(why)
    return said


def cell_said(value: Cell) -> str:
    """Write the value of a cell as the reader gives it when it comes back."""
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        return f"{value:.10g}"
    return text.normalise(value or "")


def shown_value(field: Answer, value: Any) -> str:
    """Give a value as a person reads it, （空） where there is none; of a sensitive one only that it is there.

    Sensitive values are looked at one by one, with a reason: a workbook would bring them to light by the hundred.
    """
    if value is None:
        return NO_VALUE
    return FILLED if field.asked.privacy is Privacy.SENSITIVE else field.show(value)


def spelled(field: Answer, said: str, from_1904: bool = False) -> str:
    """Give what somebody means who let a table software turn a day into its number."""
    if not isinstance(field, fields.Day | fields.Moment) or not _SERIAL.fullmatch(said):
        return said
    return ((_ZERO_1904 if from_1904 else _ZERO) + timedelta(days=int(float(said)))).isoformat()


def _sentences(messages: Any) -> list[str]:
    return [str(one) for one in messages] if isinstance(messages, list) else [str(messages)]


@cache
def fillable_columns() -> Mapping[str, Answer]:
    """Give the field of every column that somebody fills in and that is kept with the case."""
    found = dict(STAFF_COLUMNS)
    every = [one for declared in LEDGERS.values() for one in (declared, *declared.sheets)]
    for declared in every:
        for key, one in declared.answers().items():
            if one.asked.filled_by and key not in declared.deeds:
                found.setdefault(key, one)
    return found


def column_title(key: str) -> str:
    """Give the words above a column."""
    found = fillable_columns().get(key)
    return found.asked.heading if found else key


def masked_cell(db: Database, key: str, value: Any) -> str:
    """Give what was filled into a column as `shown_value` does."""
    field = fillable_columns().get(key)
    hides = value is not None and field is not None and field.asked.privacy is Privacy.SENSITIVE
    return FILLED if hides else shown_cell(db, key, value)


def shown_cell(db: Database, key: str, value: Any) -> str:
    """Give what was filled into a column as a person reads it."""
    form = _form(gazetteer.world(db))
    if value is None:
        return NO_VALUE
    if value == UNOPENED or key not in form.fields:
        return str(value)
    return form.field(key).show(value)


@lru_cache(maxsize=16)
def _form(world: World) -> Form:
    made: Any = Form.from_dict({**fillable_columns()}, name="FilledColumns")
    form: Form = made(world)
    return form
