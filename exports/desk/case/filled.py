"""台账填写: what staff filled in beside a case in workbooks, with who and when; and the words of the line of each."""

from collections.abc import Iterator, Sequence

from exports.desk.moments import when
from intake.cases.case import STAFF, Case, CaseEvent
from intake.cases.filling import FILLED, filled_cells
from intake.fields.privacy import Privacy
from intake.ledgers.library import STAFF_COLUMNS
from intake.ledgers.returning.reading.values import column_title, shown_cell
from intake.people import accounts
from intake.reports.looking.reasons import HIDDEN
from intake.store.db import Database


def filled_facts(db: Database, case: Case, events: Sequence[CaseEvent]) -> list[tuple[str, str, str]]:
    """Give what is filled in now, in the order in which it came: column, value, who and when."""
    by_id = {one.id: one for one in events if one.key == FILLED}
    cells = filled_cells(db, [case.id]).get(case.id, {})
    found = []
    for key, cell in sorted(cells.items(), key=lambda one: (one[1].event, one[0])):
        event = by_id.get(cell.event)
        who = accounts.name_of(db, event.actor) if event and event.actor.startswith(STAFF) else "命令"
        at = when(event.at, db.now()) if event else ""
        found.append((column_title(key), _shown(db, key, cell.value), f"{who} {at}".strip()))
    return found


def _shown(db: Database, key: str, value: object) -> str:
    """Give a value as a person reads it; what is sensitive stands among the facts, where a look at it is on record."""
    field = STAFF_COLUMNS.get(key)
    return HIDDEN if field and field.asked.privacy is Privacy.SENSITIVE else shown_cell(db, key, value)


def filled_words(db: Database, event: CaseEvent) -> Iterator[tuple[str, str]]:
    """Give what an event filled in, each column with its value."""
    if event.closed:
        yield "", "打不开"
        return
    for key, value in event.words.items():
        yield column_title(key), "清空了" if value is None else _shown(db, key, value)
