"""Help for staff with a reason why a child does not come to school: read where the reason stands, written by the bureau."""

from dataclasses import dataclass

from intake import codes
from intake.calendar import clock
from intake.cases.advice.reason_words import FIRST_WORDS
from intake.errors import Missing, Refused, Stale
from intake.language import text
from intake.store import audit
from intake.store.db import Database
from intake.store.ids import new_id

LIST = "absence_reason"
LONGEST = 600
"""Characters of a note: what is longer nobody reads beside a case."""
FIELD = "words"


@dataclass(frozen=True, slots=True)
class ReasonNote:
    """What staff read about one reason; `version` is empty while the house's own words stand."""

    code: str
    reason: str
    words: str
    version: str = ""
    written_by: str = ""
    written_at: str = ""


def reason_notes(db: Database) -> list[ReasonNote]:
    """Give the notes of all reasons that are in use today, in the order of their list."""
    rows = db.all("SELECT * FROM reason_notes WHERE id IN (SELECT max(id) FROM reason_notes GROUP BY reason)")
    kept = {row["reason"]: row for row in rows}
    return [
        ReasonNote(
            one.code, one.label, row["words"], row["id"], row["written_by"], clock.local(row["written_at"]).strftime("%Y-%m-%d")
        )
        if (row := kept.get(one.code))
        else ReasonNote(one.code, one.label, FIRST_WORDS.get(one.label, ""))
        for one in codes.codes(LIST, db.today())
    ]  # fmt: skip


def notes_of_reasons(db: Database, reasons: set[str]) -> list[ReasonNote]:
    """Give the notes of those reasons, by their labels, that have words."""
    return [one for one in reason_notes(db) if one.reason in reasons and one.words] if reasons else []


def write_note(db: Database, code: str, words: str, *, seen: str, actor: str) -> bool:
    """Write the note of a reason anew, as a version; tell whether that changed it.

    `seen` is the version that was read. Raises Missing (no such reason), Refused, Stale.
    """
    said = "\n".join(filter(None, map(text.normalise, words.splitlines())))
    if not said:
        raise Refused("请写几句：是什么，怎么帮，先做什么。", FIELD)
    if len(said) > LONGEST:
        raise Refused(f"太长了，最多 {LONGEST} 个字，现在有 {len(said)} 个。", FIELD)
    with db.write():
        note = next((one for one in reason_notes(db) if one.code == code), None)
        if note is None:
            raise Missing
        if note.version != seen:
            raise Stale
        if note.words == said:
            return False
        version = new_id()
        db.run(
            "INSERT INTO reason_notes (id, reason, words, written_by, written_at) VALUES (?, ?, ?, ?, ?)",
            (version, code, said, actor, clock.stamp(db.now())),
        )
        audit.note(db, actor, "reason_note.written", code, version)
    return True
