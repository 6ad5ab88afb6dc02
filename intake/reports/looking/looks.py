"""A report as staff look at it at the desk; each look is noted."""

from dataclasses import dataclass

from intake.errors import Missing
from intake.fields import Answer, masks_beside
from intake.fields.privacy import Masks, Privacy
from intake.kinds import Answers, Report
from intake.kinds.envelope import Envelope
from intake.kinds.reading.parents import UNVERIFIED
from intake.kinds.reading.rough_days import ROUGH
from intake.people import accounts
from intake.people.accounts import Person
from intake.people.scope import sees
from intake.reports import lookup
from intake.reports.looking.reasons import masked, note_look, refuse_look
from intake.store import audit
from intake.store.db import Database

UNOPENED = "打不开，请管理员运行 baoxue verify"
REPORTERS = frozenset({"relation", "phone", "guardian_name", "channel"})
"""What tells who reports, kept from those who may not learn a confidential reporter; as what they wrote freely is."""
PLACE = "place"
"""Where a child is in danger: whoever is near must know, whoever said it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer as it is shown; `clear` tells that nothing of it is masked, `hidden` that a look would tell more."""

    key: str
    label: str
    text: str
    clear: bool
    hidden: bool


def report_seen(db: Database, receipt: str, person: Person) -> Envelope:
    """Give the report of a receipt, if it lies in somebody's scope. Raises Missing."""
    report = lookup.find_report(db, receipt)
    if report is None or not may_see_report(db, report, person):
        raise Missing
    return report


def may_see_report(db: Database, report: Envelope, person: Person) -> bool:
    """Tell whether a report lies in somebody's scope, whose role reads reports."""
    return accounts.may(person, "report.read", person.area) and sees(
        accounts.scope_of(db, person), town=report.town, school_town=report.school_town, school=report.school,
        kind=report.kind, restricted=report.restricted,
    )  # fmt: skip


def look(db: Database, report: Envelope, person: Person) -> list[Shown]:
    """Give the answers of a report: of an urgent one in clear, since somebody must call now, else masked.

    A number of identity and a birth date help nobody to call. A cell that cannot be opened says so in its place. Who reports in
    confidence is told to the bureau alone.
    """
    with db.write():
        audit.note(db, person.actor, "report.read", report.id, report.kind)
    return _answers(db, report, person)


def look_at_answer(
    db: Database, report: Envelope, key: str, person: Person, why: str, words: str
) -> list[Shown]:
    """Give the answers of a report with one of them in clear, for a reason. Raises Denied, Missing, Refused at `why`."""
    refuse_look(person, why, words)
    found = _answers(db, report, person, key)
    if key not in {one.key for one in found if one.clear}:
        raise Missing
    note_look(db, report.id, key, person, why, words, "report.looked")
    return found


def draft_shown(db: Database, form: Report, answers: Answers, unnamed: bool, person: Person) -> list[Shown]:
    """Give what is known of a report that is half-said, by the masks of one that was sent; see `look`."""
    unnamed = unnamed and not accounts.scope_of(db, person).reporters
    keys = [
        key
        for key, one in form.answers().items()
        if key in answers and not (unnamed and (key in REPORTERS or one.free))
    ]
    clear = {key for key in keys if _in_clear(form.field(key), bool(form.urgent))}
    masks = masks_beside(map(form.field, clear))
    return [_shown(key, form, answers, key in clear, masks) for key in keys if not key.endswith(ROUGH)]


def _answers(db: Database, report: Envelope, person: Person, wanted: str = "") -> list[Shown]:
    form, known = lookup.schema(db, report.kind), lookup.open_report(db, report)
    unnamed = report.confidential and not accounts.scope_of(db, person).reporters
    hidden = REPORTERS if unnamed else frozenset()
    keys = [
        key
        for key, one in form.answers().items()
        if (key in known.answers or key in known.unopened)
        and key not in hidden
        and not key.endswith(ROUGH)
        and not (unnamed and one.free and key != PLACE)  # in their own words people say who they are
    ]
    urgent = bool(form.urgent)
    if urgent:  # what whoever calls must know comes before the rest
        keys.sort(key=lambda key: key not in ("child_name", *form.essential, "description"))
    clear = {key for key in keys if key == wanted or _in_clear(form.field(key), urgent)}
    masks = masks_beside(map(form.field, clear - known.unopened))
    found = [
        Shown(key, form.field(key).asked.label, UNOPENED, False, False)
        if key in known.unopened
        else _shown(key, form, known.answers, key in clear, masks)
        for key in keys
    ]
    left = [key for key in form.unverified(known.answers) if key not in {*hidden, *known.unopened}]
    return found + [Shown(key, form.field(key).asked.label, UNVERIFIED, False, False) for key in left]


def _in_clear(field: Answer, urgent: bool) -> bool:
    return field.asked.privacy is Privacy.OPEN or (urgent and not field.tells_number)


def _shown(key: str, form: Report, answers: Answers, clear: bool, masks: Masks) -> Shown:
    field, whole = form.field(key), form.show(key, answers)
    text = whole if clear else masked(field, answers[key], masks)
    doubt = f"（{Answer.unsure}）" if field.doubts and field.doubt(answers[key]) else ""
    return Shown(key, field.asked.label, f"{text}{doubt}", clear, not clear and text != whole)
