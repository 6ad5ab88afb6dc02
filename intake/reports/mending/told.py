"""What was put right in a report, as its reporter may read it: when and which answers, never what they were or are."""

import json
from collections.abc import Iterator, Sequence
from typing import cast

from intake.errors import Unreadable
from intake.kinds import Answers, Report
from intake.kinds.envelope import Envelope
from intake.reports import lookup
from intake.reports.mending import correcting
from intake.store.db import Database, Row

_BY_STAFF = "staff:"


def corrections_told(db: Database, report: Envelope) -> Iterator[tuple[str, str]]:
    """Yield (stamp, words) of what was put right in a report.

    Of a reporter's own correction that is what was said anew, whether or not it was new; of others what has changed.
    """
    form, mended = lookup.schema(db, report.kind), correcting.corrections_of(db, report)
    for row in mended:
        yield row["at"], f"您更正了：{_labels(form, row['keys'].split())}"
    yield from _versions(db, form, report, {row["replaced"] for row in mended})


def _versions(db: Database, form: Report, report: Envelope, told: set[int]) -> Iterator[tuple[str, str]]:
    """Yield what each version changed that no correction tells of already, comparing it with the next."""
    rows = db.all("SELECT * FROM versions WHERE report_id = ? ORDER BY version", (report.id,))
    kept = [_answers(db, row) for row in rows]
    for row, old, new in zip(rows, kept, [*kept[1:], lookup.answers_of(db, report)], strict=False):
        if row["version"] in told:
            continue
        what = "内容"
        if old is not None and new is not None:
            what = _labels(form, [key for key in form.answers() if old.get(key) != new.get(key)]) or what
        by = "工作人员" if str(row["changed_by"]).startswith(_BY_STAFF) else "您"
        yield row["changed_at"], f"{by}更正了：{what}"


def _labels(form: Report, keys: Sequence[str]) -> str:
    """Name answers in the order of asking."""
    return "、".join(one.asked.called for key, one in form.answers().items() if key in keys)


def _answers(db: Database, row: Row) -> Answers | None:
    try:
        cell = db.keys.unlock(row["answers"], "versions.answers", row["report_id"], row["version"])
        return cast(Answers, json.loads(cell))
    except Unreadable:
        return None
