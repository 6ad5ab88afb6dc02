"""What facts say of a child in the columns that staff fill in: a fact comes first, then what stands with the case of the row."""

from collections.abc import Iterable
from typing import Any

from intake.children.facts.held import FactHistory
from intake.ledgers.casefile import CaseFile
from intake.ledgers.library import value_of
from intake.ledgers.schooling.filled_in import FACT_COLUMNS
from intake.ledgers.schooling.of_children import ChildFile


def said_of(file: CaseFile) -> FactHistory:
    """Give what facts said of the child of a row up to its day; nothing of a row that is no child's."""
    return file.said if isinstance(file, ChildFile) else FactHistory(file.reading.days.today)


def filled_value(file: CaseFile, key: str) -> Any:
    """Give what a column that staff fill in holds: the believed of the facts that say it, else the case's cell."""
    column = FACT_COLUMNS[key]
    facts = (one for one in said_of(file).standing(column.kind) if column.is_of(one) and one.get(column.key))
    fact = next(facts, None)
    return fact.get(column.key) if fact else value_of(file, key)


def filled_values(file: CaseFile, keys: Iterable[str]) -> dict[str, Any]:
    """Give what some columns hold, by key."""
    return {key: filled_value(file, key) for key in keys}
