"""What facts say of a child in the columns that staff fill in: a fact comes first, then what stands with the case of the row."""

from collections.abc import Iterable
from typing import Any

from intake.children.facts.fact_columns import shown_fact
from intake.children.facts.held import FactHistory
from intake.children.facts.parents import told_at
from intake.ledgers.casefile import CaseFile
from intake.ledgers.library import value_of
from intake.ledgers.schooling.of_children import ChildWithCases


def said_of(file: CaseFile) -> FactHistory:
    """Give what facts said of the child of a row up to its day; nothing of a row that is no child's."""
    return file.said if isinstance(file, ChildWithCases) else FactHistory(file.reading.days.today)


def filled_values(file: CaseFile, sheet: str, keys: Iterable[str]) -> dict[str, Any]:
    """Give what some columns that staff fill in hold, by key."""
    said = said_of(file)
    return {key: shown_fact(said, sheet, key) or value_of(file, key) for key in keys}


def guardian_of(file: CaseFile) -> tuple[str | None, str | None]:
    """Give name and telephone of whoever answers for a child: as facts have it, or the newest report where that is later."""
    said = said_of(file)
    fact, told = said.believed("guardian"), next(file.told("guardian_name"), None)
    later = told is not None and (
        fact is None or (fact.weight == 1 and told[0].received_at > told_at(fact, said.day))
    )
    if fact is None or later:
        return told[1] if told else None, file.answer("phone") or said.answer("phone", "phone")
    return fact.get("guardian_name"), fact.get("phone") or said.answer("phone", "phone") or file.answer(
        "phone"
    )
