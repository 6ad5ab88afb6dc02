"""The columns that staff fill in, of all ledgers: a key is the same column wherever it stands."""

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from intake.fields import Answer
from intake.kinds import World
from intake.kinds.form import Form
from intake.ledgers import LEDGERS
from intake.ledgers.ledger import Ledger
from intake.ledgers.library import STAFF_COLUMNS
from intake.ledgers.returning.values import NO_VALUE
from intake.places import gazetteer
from intake.store.db import Database
from intake.store.keys import UNOPENED


@cache
def fillable_columns() -> Mapping[str, Answer]:
    """Give the field of every column that somebody fills in and that is kept with the case."""
    found = dict(STAFF_COLUMNS)
    for declared in _every():
        for key, one in declared.answers().items():
            if one.asked.filled_by and key not in declared.deeds:
                found.setdefault(key, one)
    return found


def column_title(key: str) -> str:
    """Give the words above a column."""
    found = fillable_columns().get(key)
    return found.asked.heading if found else key


def shown_cell(db: Database, key: str, value: Any) -> str:
    """Give what was filled into a column as a person reads it."""
    form = _form(gazetteer.world(db))
    if value is None:
        return NO_VALUE
    if value == UNOPENED or key not in form.fields:
        return str(value)
    return form.field(key).show(value)


def _every() -> list[type[Ledger]]:
    return [one for declared in LEDGERS.values() for one in (declared, *declared.sheets)]


@lru_cache(maxsize=16)
def _form(world: World) -> Form:
    made: Any = Form.from_dict({**fillable_columns()}, name="FilledColumns")
    form: Form = made(world)
    return form
