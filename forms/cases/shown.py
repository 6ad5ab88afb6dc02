"""A case as a phone shows it: what is due, what was said, what was done, and which buttons fit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from intake.calendar import clock, schooldays
from intake.calendar.deadlines import FAR, OVERDUE, SOON
from intake.cases.case import Case, CaseEvent
from intake.cases.rulebook import records, states
from intake.cases.rulebook.duties import NOTHING
from intake.cases.rulebook.transitions import CLOCK, DOOR, PARENT, ROLL, TRANSITIONS
from intake.cases.writing import deadlines
from intake.fields import masks_beside
from intake.fields.privacy import Privacy
from intake.kinds import KINDS
from intake.kinds.envelope import Envelope
from intake.kinds.form import Form
from intake.kinds.reading import parents
from intake.people import accounts
from intake.people.accounts import Person
from intake.places import gazetteer
from intake.reports import lookup
from intake.reports.looking import reasons
from intake.school import caseload
from intake.school.caseload import HeldCase
from intake.store.db import Database

VISIT, CALL = "visit", "call"
WAYS: Mapping[str, str] = {VISIT: "家访", CALL: "电话"}
"""What a button of its own writes down as the way of a contact."""
TITLES: Mapping[str, str] = {VISIT: "记家访", CALL: "记电话", "observed": "记回访", "returned": "到校了",
                             "identified": "是我班的孩子"}  # fmt: skip
"""What buttons say here, where the table of transitions says it otherwise."""
_BUTTONS: Mapping[str, Sequence[str]] = {
    "question": ("answered",), "contact": (CALL, VISIT), "visit": (VISIT, CALL), "conclude": (VISIT, "returned"),
    "persuade": ("persuasion", CALL), "observe": ("observed", CALL), "leave_over": ("returned", "leave"),
    "back": ("back", CALL), "accept": ("accepted",), "handle": ("resolved", CALL), "identify": ("identified", CALL),
    "take": ("handled", CALL), "guardian": ("informed",), "parents_away": ("informed",), "police": ("informed",),
    "bullying": ("informed",), "serve": ("served",), "reply": ("replied",), "review": ("reviewed",), "close": ("closed",),
}  # fmt: skip
"""What fulfils a duty, the likeliest first."""
OFFERED = (
    VISIT, CALL, "answered", "identified", "persuasion", "observed", "returned", "leave", "back", "back_changed", "out_again",
    "false_alarm", "accepted", "handled", "informed", "resolved", "unresolved", "closed", "served", "replied", "reviewed",
    "note",
)  # fmt: skip
"""What may be written down on a phone; the rest is done at the desk."""
_CODES = frozenset({"owner", "staff", "child", "question", "letter", "referral", "file"})
_ACTORS: Mapping[str, str] = {CLOCK: "系统", DOOR: "", ROLL: "点名", PARENT: "家里"}
_LEFT = frozenset({"description", "phone", "relation", "child_name", "id_number", "id_type"})
"""Answers that stand elsewhere on the page, or on none."""
_CONFIDENTIAL = "有人反映，要求保密。"


@dataclass(frozen=True, slots=True)
class ShownDue:
    """A day by which something is due, as a badge says it; `look` is over, soon or nothing."""

    look: str
    words: str


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A case as a list shows it."""

    number: str
    name: str
    head: str
    due: ShownDue
    title: str
    sentence: str
    buttons: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ShownReport:
    """What somebody reported, with the telephone by which they can be asked."""

    who: str
    at: str
    words: str
    phone: str
    lines: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ShownStep:
    """One thing that was done."""

    mark: str
    at: str
    did: str
    who: str
    lines: Sequence[tuple[str, str]]
    undone: bool


def due_of(db: Database, due: str) -> ShownDue:
    """Say by when something is due, seen from today: 逾期 2 天, 今天, 明天, 12-02."""
    days = deadlines(db)
    if not due or due >= NOTHING:
        return ShownDue("", "")
    day = date.fromisoformat(due[:10])
    ahead = (day - days.today).days
    far = f"{day}" if ahead > FAR else f"{day:%m-%d}"
    near = {0: "今天", 1: "明天"}.get(ahead) or far
    words = f"{near} {due[11:16]}" if "T" in due else near
    match days.stage(due):
        case stage if stage == OVERDUE:
            late = schooldays.between(days.spans, day, days.today)
            return ShownDue("over", f"逾期 {max(late, 1)} 天")
        case stage if stage == SOON:
            return ShownDue("soon", words)
    return ShownDue("", words)


def case_in_list(db: Database, held: HeldCase, may: Sequence[str]) -> ShownCase:
    """Give a case as the list of whoever owes something on it shows it."""
    duty = held.mine[0] if held.mine else held.due[0] if held.due else None
    due = due_of(db, duty.due) if duty and held.mine else ShownDue("", "不用您办")
    case = held.case
    head = "，".join(filter(None, (states.KINDS[case.kind], case.class_title, case.state)))
    return ShownCase(
        case.number, case.child_name or "还不知道姓名", head, due, duty.title if duty else "", _sentence(db, held),
        [(one, title_of(one)) for one in buttons(held, may)] if held.mine else [],
    )  # fmt: skip


def buttons(held: HeldCase, may: Sequence[str]) -> list[str]:
    """Give the buttons that fit what somebody owes on a case, as far as she may."""
    wanted = [do for duty in held.mine for do in _BUTTONS.get(duty.key.partition(":")[0], ())]
    return [one for one in dict.fromkeys(wanted) if one in may]


def title_of(do: str) -> str:
    """Give what a button says."""
    return TITLES.get(do) or TRANSITIONS[do].title


def _sentence(db: Database, held: HeldCase) -> str:
    """Say how it stands: how long the child is away, who has it."""
    now, days = caseload.how_it_stands(db, held.case)
    parts = [f"没来 {days} 个上课日。"] if days and held.case.kind == "absence" and not now.back else []
    if now.persuasions:
        parts.append(f"劝返过 {now.persuasions} 次。")
    if now.back:
        parts.append(f"{now.back[5:]} 复学。")
    if not held.mine:
        parts.append(f"{held.owner}在办。" if held.owner else "还没有人办。")
    return "".join(parts)


def report_on_phone(db: Database, report: Envelope, reader: Person) -> ShownReport:
    """Give what a report says; of who asked to stay unnamed only that there is one."""
    at = moment(report.received_at, db.today())
    if report.confidential and not accounts.scope_of(db, reader).reporters:
        return ShownReport(_CONFIDENTIAL, at, "", "", ())
    answers, form = lookup.answers_of(db, report), lookup.schema(db, report.kind)
    clear = bool(form.urgent)  # somebody must act on it now
    shown = form.shown(answers)
    secret = {key for key, _, _ in shown if _is_secret(form, key, clear)}
    masks = masks_beside(form.field(key) for key, _, _ in shown if key not in secret)
    lines = [
        (label, reasons.masked(form.field(key), answers[key], masks) if key in secret else text)
        for key, label, text in shown
        if key not in _LEFT
    ]
    lines += [(label, words) for key, label, words in parents.open_lines(form, answers) if key not in _LEFT]
    told = "description" in form.fields and "description" not in secret
    words = str(answers.get("description") or "") if told else ""
    return ShownReport(
        str(answers.get("relation") or "") or "有人", at, words, str(answers.get("phone") or ""), lines
    )


def reasons_said(case: Case, reports: Iterable[ShownReport]) -> set[str]:
    """Give the reasons for which a child is said not to come, as the reports show them."""
    label = KINDS[case.kind].answers()["reason"].asked.label if case.kind == "absence" else ""
    return {text for one in reports for told, text in one.lines if label and told == label}


def _is_secret(form: Form, key: str, urgent: bool) -> bool:
    """Tell whether an answer is shown at the desk alone, one at a time, with a reason; numbers of identity always are."""
    field = form.field(key)
    return field.tells_number or (field.asked.privacy is Privacy.SENSITIVE and not urgent)


def step_on_phone(db: Database, event: CaseEvent) -> ShownStep:
    """Give one line of what was done."""
    needs = TRANSITIONS[event.key].needs if event.key in TRANSITIONS else None
    told = {**event.facts, **event.words}
    lines: list[tuple[str, str]] = []
    if needs:
        form = records.bind(needs, gazetteer.world(db))
        said = {key: one for key, one in told.items() if key in form.fields and key not in _CODES}
        lines = [(label, text) for _, label, text in form.shown(said)]
    elif event.closed:
        lines = [("内容", str(event.words.get("words", "")))]
    mark = TRANSITIONS[event.key].mark if event.key in TRANSITIONS else "转"
    who = _ACTORS.get(event.actor, accounts.name_of(db, event.actor))
    return ShownStep(mark, moment(event.at, db.today()), event.did, who, lines, event.undone)


def moment(stamp: str, today: date) -> str:
    """Give 今天 07:50, 昨天 18:20, 11-20 07:50."""
    at = clock.local(stamp)
    near = {0: "今天", 1: "昨天"}.get((today - at.date()).days)
    return f"{near or at.strftime('%m-%d')} {at:%H:%M}"
