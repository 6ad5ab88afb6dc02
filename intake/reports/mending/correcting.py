"""Corrections by those who reported, from the page and the chat: who guesses at what is masked learns nothing by them.

What is masked is never compared in sight: the same again and something else are read back alike, counted alike, told alike
and move what the outside knows of the version alike. Only inside nothing changes where nothing is new.
"""

import json
from collections.abc import Mapping
from typing import Any

from intake.calendar import clock
from intake.errors import Invalid, Problem, Stale, TooMany
from intake.kinds import Answers, Report
from intake.kinds.base import CITIZEN
from intake.kinds.envelope import Envelope
from intake.reports import door, lookup, notice
from intake.store import audit
from intake.store.db import Database, Row
from intake.store.ids import new_id

DAILY = 3
"""Corrections a day of one report that say anew what is masked."""
_OFTEN = "证件号、电话这类信息，一份登记一天最多改 {} 次，今天已经改满了。还要改，请打电话给工作人员：{}"
_TOGETHER = "填过身份证件号的，出生日期要和身份证件号一起改。请把身份证件号也填上。"


class CorrectedOften(TooMany):
    """What is masked was corrected as often as a day allows; the text says whom to call."""

    retry = 24 * 60 * 60

    def __init__(self, sentence: str) -> None:
        Problem.__init__(self, sentence)


def read_correction(form: Report, old: Mapping[str, Any], said: Mapping[str, Any], channel: str) -> Answers:
    """Read what is said anew, and what follows from it: nothing of it depends on a masked value that is kept.

    Raises Invalid.
    """
    if "birth_date" in said and "id_number" not in said and _has_number(old):
        # Told to disagree with the number, or not to, a day would be found among 365.
        raise Invalid({"birth_date": [_TOGETHER]})
    return form.accept(said, channel, waived=form.fields, before=old)


def correct_report(
    db: Database,
    report: Envelope,
    said: Mapping[str, Any],
    *,
    actor: str,
    reason: str,
    seen: int | None = None,
) -> None:
    """Put what its reporter says anew to a report; the same again changes nothing, and looks like any other.

    `seen` is the edition that was corrected, and what was sent twice is done once. Raises Invalid, Stale, CorrectedOften.
    """
    form = lookup.schema(db, report.kind)
    read_correction(form, lookup.answers_of(db, report), said, report.channel)
    body = db.keys.digest("correction", json.dumps(said, sort_keys=True, ensure_ascii=False, default=str))
    with db.write():
        now = lookup.report_by_id(db, report.id) or report
        if seen is not None and seen != edition_of(db, now):
            if _last(db, now) == body:
                return
            raise Stale
        guarded = any(form.field(key).guarded for key in said)
        if guarded:
            _refuse_more(db, now)
        old = lookup.answers_of(db, now)
        changed = form.correct(old, said, now.channel) != old
        _note(db, now, said, body, guarded=guarded, changed=changed)
        if changed:
            door.amend(db, now, said, actor=actor, reason=reason)
        else:
            audit.note(db, actor, "report.repeated", now.id, " ".join(sorted(said)))


def edition_of(db: Database, report: Envelope) -> int:
    """Give what the outside knows of a report's version: it moves with every correction, new or not."""
    row = db.one("SELECT count(*) AS n FROM corrections WHERE report = ? AND replaced = 0", (report.id,))
    return report.version + (int(row["n"]) if row else 0)


def corrections_of(db: Database, report: Envelope) -> list[Row]:
    """Give the corrections of a report, the oldest first: when, which keys, the version that each replaced."""
    return db.all("SELECT at, keys, replaced FROM corrections WHERE report = ? ORDER BY at, id", (report.id,))


def _has_number(answers: Mapping[str, Any]) -> bool:
    return bool(answers.get("id_number")) and answers.get("id_type", CITIZEN) == CITIZEN


def _refuse_more(db: Database, report: Envelope) -> None:
    """Raise CorrectedOften where a day's corrections of masked values are used up; counted behind the gate, and so exactly."""
    row = db.one(
        "SELECT count(*) AS n FROM corrections WHERE report = ? AND guarded = 1 AND at >= ?",
        (report.id, clock.bounds(db.today())[0]),
    )
    if row and row["n"] >= DAILY:
        raise CorrectedOften(_OFTEN.format(DAILY, notice.contact(db.settings)))


def _last(db: Database, report: Envelope) -> str:
    row = db.one(
        "SELECT body FROM corrections WHERE report = ? ORDER BY at DESC, id DESC LIMIT 1", (report.id,)
    )
    return str(row["body"]) if row else ""


def _note(
    db: Database, report: Envelope, said: Mapping[str, Any], body: str, *, guarded: bool, changed: bool
) -> None:
    db.run(
        "INSERT INTO corrections (id, report, at, keys, guarded, replaced, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (new_id(), report.id, clock.stamp(db.now()), " ".join(sorted(said)), int(guarded),
         report.version if changed else 0, body),
    )  # fmt: skip
