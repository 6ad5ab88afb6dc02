"""What is known of the child of a case: from the roll and from its reports, each with who said so and when; masked."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from intake.cases import case as cases
from intake.cases.case import Case
from intake.cases.filling import FILLED, filled_cells
from intake.cases.rulebook import records
from intake.cases.rulebook.matters import MatterTold
from intake.cases.rulebook.states import MATTER
from intake.children import children
from intake.errors import Missing
from intake.fields import Answer, Phone
from intake.fields.privacy import Masks, Privacy
from intake.kinds import KINDS
from intake.kinds.envelope import Envelope
from intake.people import accounts
from intake.people.accounts import Person
from intake.places import gazetteer
from intake.reports import lookup
from intake.reports.looking.looks import REPORTERS, UNOPENED
from intake.reports.looking.reasons import masked, note_look, refuse_look
from intake.store.db import Database

ROLL = "roll"
_FIRST = (
    "child_name",
    "guardian_name",
    "relation",
    "phone",
    "residence",
    "village",
    "id_number",
    "sex",
    "birth_date",
)
"""What whoever calls or visits looks for; the rest follows."""
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
    bare: str = ""
    """The mask that stands beside what tells most of a number of identity."""
    tells_number: bool = False
    """Whether it is that."""

    def __repr__(self) -> str:
        return f"KnownFact({self.key})"  # what stands in a traceback tells nothing about the child


def facts_of(
    db: Database, case: Case, person: Person, *, outward: bool = False, looked: KnownFact | None = None
) -> list[KnownFact]:
    """Give what is known of the child of a case as somebody may see it, the roll's word first, then the newest report's.

    Of who reports in confidence nothing is told to those who may not learn it, nor `outward`: on paper that school,
    town, police or the family get. The same said again stands once. What was just `looked` at stands in clear; the
    masks of the rest go by it.
    """
    found: list[KnownFact] = []
    told = () if outward else (*_of_matter(db, case), *_of_filled(db, case))
    for one in (*_of_roll(db, case), *_of_reports(db, case, person, outward), *told):
        field = one.key.partition(".")[2]
        same = [other for other in found if other.key.partition(".")[2] == field]
        if len(same) < 2 and one.value not in {other.value for other in same}:
            found.append(one)
    found.sort(key=_place)  # stable: of one answer the roll's word stays first
    return [_beside(one, looked) for one in found] if looked else found


def _beside(fact: KnownFact, looked: KnownFact) -> KnownFact:
    """Give a fact as it stands beside the one that is shown in clear."""
    if fact.key == looked.key:
        return looked
    return replace(fact, text=fact.bare) if fact.masked and looked.tells_number else fact


def _place(fact: KnownFact) -> int:
    key = fact.key.partition(".")[2]
    return _FIRST.index(key) if key in _FIRST else len(_FIRST)


def reports_seen(db: Database, case: Case, person: Person) -> list[Envelope]:
    """Give the reports of a case that is open to somebody, the newest first; of few eyes' ones only where the case is so."""
    found = [lookup.report_by_id(db, one) for one in cases.reports_in(db, case)]
    scope = accounts.scope_of(db, person)
    return [
        one for one in reversed(found) if one and (scope.restricted or case.restricted or not one.restricted)
    ]


def look_at_fact(db: Database, case: Case, key: str, person: Person, why: str, words: str) -> KnownFact:
    """Show one value in clear, and put the look on record. Raises Denied, Missing, and Refused at `why`."""
    refuse_look(person, why, words)
    fact = next((one for one in facts_of(db, case, person) if one.key == key), None)
    if fact is None:
        raise Missing
    note_look(db, case.id, fact.key, person, why, words)
    return replace(fact, text=fact.value, masked=False)


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


def _of_reports(db: Database, case: Case, person: Person, outward: bool) -> Iterator[KnownFact]:
    reporters = accounts.scope_of(db, person).reporters and not outward
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


def _of_matter(db: Database, case: Case) -> Iterator[KnownFact]:
    """Yield what was written down of a matter, which has no report; its words stand in its first event."""
    if not case.sort:
        return
    form, first = records.bind(MatterTold, gazetteer.world(db)), cases.events_of(db, case)[0]
    for key in ("child_name", "teller", "phone"):
        if first.closed:
            yield KnownFact(
                f"{MATTER}.{key}", form.field(key).asked.label, UNOPENED, "", first.at, value=UNOPENED
            )
        elif first.words.get(key):
            yield _fact(f"{MATTER}.{key}", form.field(key), first.words[key], "说这件事的人", first.at)


def _of_filled(db: Database, case: Case) -> Iterator[KnownFact]:
    """Yield what staff filled in beside a case that is sensitive: shown, like what reports say, for a reason only."""
    staff = KINDS[case.kind].filled_by_staff if case.kind in KINDS else {}
    for key, cell in filled_cells(db, [case.id]).get(case.id, {}).items():
        if key not in staff or staff[key].asked.privacy is not Privacy.SENSITIVE:
            continue
        if cell.closed:
            yield KnownFact(
                f"{FILLED}.{key}", staff[key].asked.label, UNOPENED, "工作人员", "", value=UNOPENED
            )
        else:
            yield _fact(f"{FILLED}.{key}", staff[key], cell.value, "工作人员", "")


def _fact(key: str, field: Answer, value: Any, by: str, at: str) -> KnownFact:
    shown, hidden = field.show(value), field.asked.privacy is not Privacy.OPEN
    text = masked(field, value) if hidden else shown
    return KnownFact(
        key, field.asked.label, text, by, at, hidden and text != shown, isinstance(field, Phone), "", shown,
        masked(field, value, Masks.BARE), field.tells_number,
    )  # fmt: skip
