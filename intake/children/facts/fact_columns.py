"""What staff fill into the lists of children and is a fact of the child, by the key of the column, whichever list it is in."""

from collections.abc import Mapping
from typing import Any

from intake.children.facts.fact import FactOrigin
from intake.children.facts.fact_kinds import HELPERS
from intake.children.facts.filling import FactColumn, fill_facts, take_back_fact
from intake.children.facts.held import FactHistory
from intake.store.db import Database

FACT_COLUMNS: Mapping[str, FactColumn] = {
    "lodging": FactColumn("boarding", "lodging"),
    "father_name": FactColumn("guardian", "guardian_name", {"relation": "父"}),
    "mother_name": FactColumn("guardian", "guardian_name", {"relation": "母"}),
    "helping_teacher": FactColumn("helper", "name", {"sort": HELPERS[0]}),
    "police_filed_on": FactColumn("police", "day"),
    "village_group": FactColumn("household", "village_group"),
    "household_number": FactColumn("household", "household_number"),
    "transfer_state": FactColumn("transfer_state", "transfer_state"),
}
"""Which fact each of them is. A parent's name is that of a guardian: it says nothing of whether the parent is away."""
_ELSE: Mapping[str, tuple[str, str]] = {
    "father_name": ("father", "name"), "mother_name": ("mother", "name"),
    "village_group": ("residence", "village_group"),
}  # fmt: skip
"""Where else the same may be said."""


def columns_of_sheet(sheet: str) -> Mapping[str, FactColumn]:
    """Give the columns of one list: those of all, and the remark, which every list has for itself."""
    return {**FACT_COLUMNS, "remark": FactColumn("remark", "remark", {"sheet": sheet})}


def kinds_of_columns() -> set[str]:
    """Give the kinds of fact that columns hold."""
    return {one.kind for one in columns_of_sheet("").values()} | {kind for kind, _ in _ELSE.values()}


def shown_fact(said: FactHistory, sheet: str, key: str) -> Any:
    """Give what facts say that stands in a column; None where they say nothing."""
    column = columns_of_sheet(sheet)[key]
    facts = (one for one in said.standing(column.kind) if column.is_of(one) and one.get(column.key))
    fact = next(facts, None)
    if fact:
        return fact.get(column.key)
    return said.answer(*_ELSE[key]) if key in _ELSE else None


def note_filled(db: Database, child: str, words: Mapping[str, Any], origin: FactOrigin) -> None:
    """Keep as facts of a child what was filled in beside a case of it, in the caller's transaction; None takes it away."""
    if mine := {key: value for key, value in words.items() if key in FACT_COLUMNS}:
        fill_facts(db, child, FACT_COLUMNS, mine, origin)


def take_back_filled(
    db: Database, child: str, words: Mapping[str, Any], filled: FactOrigin, origin: FactOrigin
) -> None:
    """Take facts back that were filled in beside a case, in the caller's transaction; `words` are what stood there before."""
    for key, before in words.items():
        if key in FACT_COLUMNS:
            take_back_fact(db, child, FACT_COLUMNS[key], before, filled, origin)
