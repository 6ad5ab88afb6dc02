"""What happened on a case, the newest first: who did what when by which door, with the words; roll days as one strip."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask import url_for

from exports.desk.case import filled
from intake import codes
from intake.calendar import clock, schooldays
from intake.cases import case as cases
from intake.cases import merging, work
from intake.cases.case import STAFF, Case, CaseEvent
from intake.cases.filling import FILLED
from intake.cases.rulebook import records
from intake.cases.rulebook.matters import MatterTold
from intake.cases.rulebook.sayings import TITLED, headline
from intake.cases.rulebook.standing import Standing
from intake.cases.rulebook.taking_back import ROW
from intake.cases.rulebook.transitions import CLOCK, PARENT, ROLL, TRANSITIONS
from intake.children import children
from intake.fields.privacy import mask_name
from intake.kinds.envelope import Envelope
from intake.kinds.reading.rough_days import about
from intake.ledgers.returning.judging import CHANNEL
from intake.people import accounts
from intake.people.accounts import Person
from intake.people.roles import ROLES
from intake.places import gazetteer
from intake.reports import lookup, receipts
from intake.reports.looking import looks
from intake.reports.looking.evidence import FIELD
from intake.school import roll
from intake.store.db import Database

STRIP = 15
"""School days of the roll that are shown."""
HOUSE: Mapping[str, str] = {CLOCK: "系统按时限", ROLL: "点名", PARENT: "家长"}
BESIDE: Mapping[str, str] = {CHANNEL: "台账交回"}
"""Doors by which no report comes."""
SAID = frozenset({"event", "role", "owner_role", "key", "report", "reports", "again", "opening", "asked_end", "stays",
                  "last_seen_rough", "told_last_seen", "into", "from", FIELD, "step", "kind", "against", "sort", "child_name",
                  "teller", "phone", "ledger", ROW})  # fmt: skip
"""Facts that are the house's own, or shown in another way."""
LABELS: Mapping[str, str] = {
    "number": "编号",
    "owner": "责任人",
    "last_seen": "最后到校日期",
    "leave_until": "请假到",
}


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """One line of what happened; `lines` are (label, words), `links` (words, address)."""

    event: str
    sign: str
    stamp: str
    at: str
    day: str
    what: str
    who: str
    lines: Sequence[tuple[str, str]]
    links: Sequence[tuple[str, str]]
    turn: bool
    new: bool = False
    undone: bool = False
    undoable: bool = False
    case: str = ""


@dataclass(frozen=True, slots=True)
class RollStrip:
    """The last school days of a child as its class told them: (day, words, kind of look)."""

    days: Sequence[tuple[str, str, str]]
    title: str


@dataclass(frozen=True, slots=True)
class CaseTeller:
    """What lines are told with: whose page it is, and the names that stand for ids."""

    db: Database
    case: Case
    now: Standing
    person: Person
    events: Sequence[CaseEvent]
    names: dict[str, str] = field(default_factory=dict)

    def report(self, event: CaseEvent) -> Envelope | None:
        """Give the report that an event is about."""
        said = event.facts.get("report")
        return lookup.report_by_id(self.db, str(said)) if said else None

    def unnamed(self, event: CaseEvent, of: Case) -> bool:
        """Tell whether it must not be told by whom and by which way an event came."""
        if accounts.scope_of(self.db, self.person).reporters:
            return False
        report = self.report(event)
        return bool(of.confidential or (report and report.confidential))

    def name(self, staff: str) -> str:
        """Give the name of an account, read once."""
        if staff not in self.names:
            self.names[staff] = accounts.name_of(self.db, staff)
        return self.names[staff]


def entries(teller: CaseTeller, seen: int | None) -> list[CaseEntry]:
    """Give the lines of a case and of those that were put into it, the newest first; what came after `seen` is new."""
    events = teller.events
    fresh = {one.id for one in events[seen:]} if seen is not None else set()
    last = next((one.id for one in reversed(events) if one.key in work.UNDOABLE and not one.undone), "")
    undo = last if teller.now.state in TRANSITIONS["undone"].moves else ""
    merged = [
        (event, inside)
        for inside in merging.merged_here(teller.db, teller.case)
        for event in cases.events_of(teller.db, inside)
    ]
    every = [(event, teller.case) for event in events] + merged
    every.sort(key=lambda one: (one[0].at, one[0].id), reverse=True)
    return [_entry(teller, event, of, event.id in fresh, event.id == undo) for event, of in every]


def strip_of(db: Database, case: Case) -> RollStrip | None:
    """Give the last school days of a child of the roll; None where it is of none, or its class said nothing."""
    if not (case.child and case.class_id):
        return None
    days, spans = [db.today()], db.settings.terms
    if not schooldays.is_school_day(spans, days[0]):
        days = [schooldays.before(spans, days[0])]
    while len(days) < STRIP:
        days.append(schooldays.before(spans, days[-1]))
    told = roll.lately(db, case.class_id, case.child, days[-1])
    shown = [(f"{one.day}", *_of_day(told, one)) for one in reversed(days)]
    return RollStrip(shown, f"最近 {STRIP} 个上课日的点名，到 {days[0]:%m-%d}") if told else None


def _of_day(told: Mapping[date, str], day: date) -> tuple[str, str]:
    if day not in told:
        return "未报", "dumb"
    reason = told[day]
    return ("没来" if reason == roll.UNEXPLAINED else reason, "out") if reason else ("到", "")


def _entry(teller: CaseTeller, event: CaseEvent, of: Case, new: bool, undoable: bool) -> CaseEntry:
    here, moved = clock.local(event.at), event.before != event.after and bool(event.before)
    sign = TRANSITIONS[event.key].mark if event.key in TRANSITIONS else "备"
    return CaseEntry(
        event.id, sign, event.at, f"{here:%m-%d %H:%M}", _day(teller, here.date()), _what(event, moved), _who(teller, event, of),
        list(_lines(teller, event)), list(_links(teller, event, of)), moved or sign == "转", new, event.undone,
        undoable, "" if of.id == teller.case.id else of.number,
    )  # fmt: skip


def _day(teller: CaseTeller, day: date) -> str:
    """Say on which day of the absence something was."""
    seen = teller.now.last_seen
    if (
        teller.case.kind != "absence"
        or not seen
        or not timedelta() < day - date.fromisoformat(seen) < timedelta(150)
    ):
        return ""
    return f"第 {schooldays.between(teller.db.settings.terms, date.fromisoformat(seen), day)} 天"


def _what(event: CaseEvent, moved: bool) -> str:
    said = headline(event.key, event.did, event.facts)
    return f"{said}（{event.before} → {event.after}）" if moved else said


def _who(teller: CaseTeller, event: CaseEvent, of: Case) -> str:
    if event.actor.startswith(STAFF):
        role = str(event.facts.get("role", ""))
        title = f"（{ROLES[role].title}）" if role in ROLES else ""
        return f"{teller.name(event.actor)}{title}{'' if event.channel == 'desk' else _door(event.channel)}"
    if teller.unnamed(event, of):
        return HOUSE.get(event.actor, "") if event.actor in (CLOCK, ROLL) else ""
    return f"{HOUSE.get(event.actor, '')}{_door(event.channel)}"


def _door(channel: str) -> str:
    label = {one.code: one.label for one in codes.codes("channel")}.get(channel, BESIDE.get(channel, ""))
    return f"　{label}" if label else ""


def _lines(teller: CaseTeller, event: CaseEvent) -> Iterator[tuple[str, str]]:
    """Give the words of an event: first what is short, in one line, then what people wrote at length."""
    if event.key == FILLED:
        yield from filled.filled_words(teller.db, event)
        return
    needs = TRANSITIONS[event.key].needs if event.key in TRANSITIONS else None
    needs = MatterTold if event.facts.get("sort") else needs
    form = records.bind(needs, gazetteer.world(teller.db)) if needs else None
    if event.key == "parted":
        yield "", f"合并期间办的 {event.facts.get('stays', 0)} 件事留在这个个案。"
    if event.key == "undone":
        back = next((one for one in teller.events if one.id == event.facts.get("event")), None)
        yield "", f"撤销了：{back.did if back else ''}"
    short: list[tuple[str, str]] = []
    long: list[tuple[str, str]] = []
    for key, value in {**event.facts, **event.words}.items():
        told = key in SAID or key in TITLED.get(event.key, ()) or value in ("", None, [])
        if told or (key == "day" and value == cases.local_day(event.at)):
            continue
        label = form.field(key).asked.label if form and key in form.fields else LABELS.get(key, "")
        shown = f"{about(key, event.facts)}{_value(teller, key, value)}"
        if shown and (label or key == "words"):
            (long if form and key in form.fields and form.field(key).widget == "area" else short).append(
                (label, shown)
            )
    if short:
        yield "", "　".join(f"{label}：{shown}" for label, shown in short)
    yield from long


def _value(teller: CaseTeller, key: str, value: Any) -> str:
    if key in ("owner", "staff"):
        return teller.name(str(value)) or "无人负责"
    if key in ("school", "town"):
        return gazetteer.world(teller.db).places.name(str(value))
    if key == "child":
        child = children.find_child(teller.db, str(value))
        return f"{mask_name(child.name)} {child.title}" if child else ""
    if key in ("letter", "referral", "question"):
        return ""
    return "、".join(value) if isinstance(value, list) else str(value)


def _links(teller: CaseTeller, event: CaseEvent, of: Case) -> Iterator[tuple[str, str]]:
    number = teller.case.number
    if kept := event.facts.get(FIELD):
        yield "打开文件", url_for("case.file", number=number, key=kept)
    if event.key == "letter":
        yield "打印文书", url_for("letters.page", number=of.number, event=event.id)
    report = teller.report(event)
    if report and looks.may_see_report(teller.db, report, teller.person):
        yield f"回执 {receipts.show_receipt(report.receipt)}", url_for("danger.page", receipt=report.receipt)
    for key in ("into", "from"):
        other = cases.case_by_id(teller.db, str(event.facts[key])) if event.facts.get(key) else None
        if other:
            yield other.number, url_for("case.page", number=other.number)
