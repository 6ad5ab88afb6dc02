"""What is known of the child of a case: from the roll and from its reports, each with who said so and when; masked.

A value is shown in clear to somebody for a reason, one at a time, and each look is on record (个人信息保护法 §28).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from intake.calendar import clock
from intake.cases import case as cases
from intake.cases.case import Case
from intake.children import children
from intake.errors import Denied, Missing, Refused
from intake.fields import Answer, IdNumber, Phone
from intake.fields.answer import FILLED
from intake.fields.privacy import Privacy
from intake.kinds import KINDS
from intake.kinds.envelope import Envelope
from intake.language import text
from intake.people import accounts
from intake.people.accounts import Person
from intake.reports import lookup
from intake.reports.looks import REPORTERS, UNOPENED
from intake.store import audit
from intake.store.db import Database
from intake.store.ids import new_id

WHY: Mapping[str, str] = {"call": "打电话", "visit": "家访", "identity": "核对身份", "other": "其他"}
"""Why somebody wants to see a value."""
PRINTED = "print"
"""Why values are shown where a document is made."""
ROLL = "roll"
HIDDEN = "不显示"
NOT_HERE = frozenset({"child_name", "school", "grade", "class_name", "town", "id_type", "on_leave", "last_seen",
                      "contacted"})  # fmt: skip
"""What the head of a case says already."""


@dataclass(frozen=True, slots=True)
class KnownFact:
    """One thing that is known: its key among all of a case, label, text, whose word it is; `masked` where it is hidden."""

    key: str
    label: str
    text: str
    said_by: str
    at: str
    masked: bool = False
    phone: bool = False
    receipt: str = ""
    value: str = ""
    """The text in clear, for documents; never shown by pages."""

    def __repr__(self) -> str:
        return f"KnownFact({self.key})"  # what stands in a traceback tells nothing about the child


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody saw a value: who, when, which, why."""

    name: str
    at: str
    field: str
    why: str


def facts_of(db: Database, case: Case, person: Person) -> list[KnownFact]:
    """Give what is known of the child of a case as somebody may see it, the roll's word first, then the newest report's.

    Of who reports in confidence nothing is told to those who may not learn it. The same said again stands once.
    """
    found: list[KnownFact] = []
    for one in (*_of_roll(db, case), *_of_reports(db, case, person)):
        field = one.key.partition(".")[2]
        same = [other for other in found if other.key.partition(".")[2] == field]
        if len(same) < 2 and one.value not in {other.value for other in same}:
            found.append(one)
    return found


def reports_seen(db: Database, case: Case, person: Person) -> list[Envelope]:
    """Give the reports of a case that somebody may see, the newest first."""
    found = [lookup.report_by_id(db, one) for one in cases.reports_in(db, case)]
    scope = accounts.scope_of(db, person)
    return [one for one in reversed(found) if one and (scope.restricted or not one.restricted)]


def look_at_fact(db: Database, case: Case, key: str, person: Person, why: str, words: str) -> KnownFact:
    """Show one value in clear, and put the look on record. Raises Denied, Missing, and Refused at `why`."""
    refuse_look(person, why, words)
    fact = next((one for one in facts_of(db, case, person) if one.key == key), None)
    if fact is None:
        raise Missing
    note_look(db, case.id, fact.key, person, why, words)
    return replace(fact, text=fact.value, masked=False)


def refuse_look(person: Person, why: str, words: str) -> None:
    """Raise Denied for a role that may not look, and Refused for a reason that is none."""
    if not accounts.may(person, "case.look", person.area):
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
    kept = db.keys.lock(text.normalise(words)) if why == "other" else None
    with db.write():
        db.run(
            "INSERT INTO looks (id, subject, staff, at, field, why, words) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (new_id(), subject, person.id, clock.stamp(db.now()), field, why, kept),
        )
        audit.note(db, person.actor, verb, subject, f"{field} {why}")


def looks_at(db: Database, subject: str, limit: int = 8) -> list[Look]:
    """Give who looked at values of a case or a report lately, the newest first."""
    rows = db.all(
        "SELECT s.name, l.at, l.field, l.why, l.words FROM looks l LEFT JOIN staff s ON s.id = l.staff"
        " WHERE l.subject = ? ORDER BY l.at DESC, l.id DESC LIMIT ?",
        (subject, limit),
    )
    return [
        Look(
            row["name"] or "",
            row["at"],
            label_of(row["field"].rpartition(".")[2]),
            _why(db, row["why"], row["words"]),
        )
        for row in rows
    ]


def label_of(key: str) -> str:
    """Give what an answer is called, of whatever kind it is."""
    if key.startswith("letter"):
        return "文书"
    for kind in KINDS.values():
        if key in kind.answers():
            return kind.answers()[key].asked.label
    return key


def masked(field: Answer, value: Any) -> str:
    """Mask a value where a receipt or a case number stands beside it: no last digits, which would complete a proof."""
    shown = field.show(value)
    if isinstance(field, Phone):
        return shown[:3] + "*" * max(len(shown) - 3, 1)
    if isinstance(field, IdNumber):
        return shown[:4] + "*" * max(len(shown) - 4, 1)
    if isinstance(value, list):
        return f"{len(value)} 项"
    mask = field.mask(value)
    return HIDDEN if mask == FILLED else mask


def _of_roll(db: Database, case: Case) -> Iterator[KnownFact]:
    child = children.find_child(db, case.child) if case.child else None
    if child is None:
        return
    form = lookup.schema(db, "absence")
    said = {
        "child_name": child.name, "sex": child.sex, "birth_date": child.birth_date, "village": child.village,
        "id_number": children.number_of_child(db, child),
    }  # fmt: skip
    for key, value in said.items():
        if value:
            yield _fact(f"{ROLL}.{key}", form.field(key), value, "学校名单", "")


def _of_reports(db: Database, case: Case, person: Person) -> Iterator[KnownFact]:
    reporters = accounts.scope_of(db, person).reporters
    for report in reports_seen(db, case, person):
        if report.withdrawn:
            continue
        form, opened = lookup.schema(db, report.kind), lookup.open_report(db, report)
        unnamed = report.confidential and not reporters
        by = "不具名的报告人" if unnamed else str(opened.answers.get("relation") or "报告人")
        for key in form.answers():
            if key in NOT_HERE - ({"child_name"} if not case.child else set()) or (
                unnamed and key in REPORTERS
            ):
                continue
            if key in opened.unopened:
                yield KnownFact(f"{report.id}.{key}", form.field(key).asked.label, UNOPENED, by, report.received_at,
                                receipt=report.receipt, value=UNOPENED)  # fmt: skip
            elif opened.answers.get(key) is not None and not (unnamed and form.field(key).free):
                yield replace(
                    _fact(f"{report.id}.{key}", form.field(key), opened.answers[key], by, report.received_at),
                    receipt=report.receipt,
                )


def _fact(key: str, field: Answer, value: Any, by: str, at: str) -> KnownFact:
    shown, hidden = field.show(value), field.asked.privacy is not Privacy.OPEN
    text = masked(field, value) if hidden else shown
    return KnownFact(
        key, field.asked.label, text, by, at, hidden and text != shown, isinstance(field, Phone), "", shown
    )


def _why(db: Database, why: str, words: str | None) -> str:
    if why == PRINTED:
        return "打印文书"
    return f"{WHY.get(why, why)}：{db.keys.unlock_or_say(words)}" if words else WHY.get(why, why)
