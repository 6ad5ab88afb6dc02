"""A masked value is shown in clear to somebody for a reason, one at a time, and each look is on record (个人信息保护法 §28)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from intake.calendar import clock
from intake.children.facts.fact_kinds import FACT_KINDS
from intake.errors import Denied, Refused
from intake.fields import Answer
from intake.fields.answer import FILLED
from intake.fields.privacy import Masks
from intake.kinds import KINDS
from intake.language import text
from intake.people import accounts
from intake.people.accounts import Person
from intake.store import audit
from intake.store.db import Database
from intake.store.ids import new_id

WHY: Mapping[str, str] = {"call": "打电话", "visit": "家访", "identity": "核对身份", "other": "其他"}
"""Why somebody wants to see a value."""
PRINTED = "print"
"""Why values are shown where a document is made."""
HIDDEN = "不显示"


@dataclass(frozen=True, slots=True)
class ValueLook:
    """Somebody saw a value: who, when, which, why."""

    name: str
    at: str
    field: str
    why: str


def refuse_look(person: Person, why: str, words: str, action: str = "case.look") -> None:
    """Raise Denied for a role that may not look, and Refused for a reason that is none."""
    if not accounts.may(person, action, person.area):
        raise Denied
    if why not in WHY:
        raise Refused("请选为什么要看。", "why")
    if why == "other" and len(text.normalise(words)) < 2:
        raise Refused("选了“其他”，请写明为什么要看。", "why")
    if len(words) > 100:
        raise Refused("原因太长了，最多 100 个字。", "why")


def note_look(
    db: Database,
    subject: str,
    field: str,
    person: Person,
    why: str,
    words: str = "",
    verb: str = "case.looked",
) -> None:
    """Put a look at a case or a report on record."""
    made = new_id()
    kept = db.keys.lock(text.normalise(words), "looks.words", made) if why == "other" else None
    with db.write():
        db.run(
            "INSERT INTO looks (id, subject, staff, at, field, why, words) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (made, subject, person.id, clock.stamp(db.now()), field, why, kept),
        )
        audit.note(db, person.actor, verb, subject, f"{field} {why}")


def looks_at(db: Database, subject: str, limit: int = 8, since: str = "") -> list[ValueLook]:
    """Give who looked at values of a case, a report or a child's file lately, the newest first."""
    rows = db.all(
        "SELECT l.id, s.name, l.at, l.field, l.why, l.words FROM looks l LEFT JOIN staff s ON s.id = l.staff"
        " WHERE l.subject = ? AND l.at >= ? ORDER BY l.at DESC, l.id DESC LIMIT ?",
        (subject, since, limit),
    )
    return [
        ValueLook(
            row["name"] or "",
            row["at"],
            label_of(row["field"]),
            _why(db, row["why"], row["words"], row["id"]),
        )
        for row in rows
    ]


def label_of(field: str) -> str:
    """Give what a value is called that was looked at, of whatever kind of report or fact it is."""
    stem, _, key = field.rpartition(".")
    if stem in FACT_KINDS and key in FACT_KINDS[stem].answers():
        several = len(FACT_KINDS[stem].answers()) > 1
        return FACT_KINDS[stem].title + (FACT_KINDS[stem].answers()[key].asked.label if several else "")
    if key.startswith("letter"):
        return "文书"
    for kind in KINDS.values():
        for known in (kind.answers(), kind.filled_by_staff):
            if key in known:
                return known[key].asked.label
    return key


def masked(field: Answer, value: Any, masks: Masks = Masks.USUAL) -> str:
    """Mask a value as staff see it without a look; `masks` is what the block allows in which it stands."""
    mask = field.mask(value, masks)
    return HIDDEN if mask == FILLED else mask


def _why(db: Database, why: str, words: str | None, look: str) -> str:
    if why == PRINTED:
        return "打印文书"
    said = f"：{db.keys.unlock_or_say(words, 'looks.words', look)}" if words else ""
    return f"{WHY.get(why, why)}{said}"
