"""Facts of children as lists, staff and reports tell them."""

from datetime import date
from typing import Any

from intake.children.facts.fact import FactOrigin
from intake.children.facts.noting import accept, note_fact
from intake.store.db import Database

MARCH = date(2026, 3, 1)


def fact(
    db: Database,
    child: str,
    kind: str,
    source: str = "staff",
    on: date = MARCH,
    report: str = "",
    **said: Any,
) -> str:
    """Note a fact of a child as its declaration reads it; give its id."""
    by = "staff:somebody" if source in ("staff", "returned", "visit") else "command"
    value = accept(db, kind, said)
    return note_fact(db, child, kind, value, FactOrigin(source, by, on, report=report))
