"""What the page of a case shows below its head: what comes next, what may be done, who is in charge."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from exports.desk.case.asking import Acting
from exports.desk.case.closing import checks_of
from exports.desk.case.head import head_of, owner_of
from exports.desk.work.shown import badge
from intake.calendar import clock
from intake.calendar.deadlines import Deadlines
from intake.cases import case as cases
from intake.cases import work
from intake.cases.case import Case, CaseEvent
from intake.cases.folders.filters import hour_of
from intake.cases.rulebook import duties, records, states
from intake.cases.rulebook.duties import Duty
from intake.cases.rulebook.standing import Standing, standing_of
from intake.cases.rulebook.transitions import Transition
from intake.cases.writing import deadlines
from intake.people import slots
from intake.people.accounts import Person
from intake.people.roles import ROLES
from intake.store.db import Database

OWN = frozenset({"merged", "joined", "parted", "undone"})
"""What has a place of its own on the page."""
ANSWERS: Mapping[str, tuple[str, str]] = {
    "back_said": ("returned", ""), "identify": ("identified", ""), "contact": ("contact", "way=电话"),
    "visit": ("contact", "way=家访"),
    "conclude": ("returned", ""), "persuade": ("persuasion", ""), "lead": ("accepted", ""),
    "written": ("letter", "document=书面报告"), "decide": ("confirmed", ""), "observe": ("observed", "which="),
    "submit": ("submit", ""), "approve": ("approve", ""), "back": ("back", ""), "question": ("answered", "question="),
    "leave_over": ("contact", "way=电话"), "serve": ("served", "letter="), "reply": ("replied", "referral="),
    "accept": ("accepted", ""), "review": ("reviewed", ""), "handle": ("resolved", ""), "close": ("closed", ""),
    "take": ("accepted", ""), "guardian": ("informed", "duty=告知监护人"),
    "parents_away": ("informed", "duty=告知外出父母"), "police": ("informed", "duty=报告公安"),
    "bullying": ("informed", "duty=学校欺凌调查"),
}  # fmt: skip
"""By duty: what is done about it, and what its form knows already."""
USUAL: Sequence[tuple[str, str, str]] = (
    ("reject", "退回", ""), ("contact", "记电话", "way=电话"), ("contact", "记家访", "way=家访"), ("persuasion", "记劝返", ""),
    ("observed", "记观察", ""), ("note", "写备注", ""), ("evidence", "加材料", ""),
)  # fmt: skip
CLOCK: Sequence[tuple[str, str, str]] = (
    ("", "联系家里", "contacted"), ("visit", "首次家访", "visited"), ("suspect", "疑似辍学", "suspected"),
    ("lead", "镇街牵头", "led"), ("written", "书面报告", "written"), ("decide", "教育局认定", "confirmed"),
)  # fmt: skip
"""The steps of an absence's clock: under which term its school day is set, what, by which mark it is known to be done."""
_ANYBODYS = ("owner", "transfer", "safety", "")
"""Who owes a duty where that is no role."""
SAYS: Mapping[str, str] = {
    "contact": "打通打不通都记一笔，家访、当面、微信联系上也算。", "visit": "去过就记一次，见到谁、说了什么都写上。",
    "persuade": "谈过就记一次，电话、家访、在村部谈都算。", "approve": "请对照材料看。报的人和审的人不能是同一个人。",
    "take": "先打电话，再点“接手”。", "written": "学校报教育局，同时抄送镇街。", "conclude": "核实清楚了就选一个结果。",
    "identify": "认定是名单上的哪个孩子，或者至少是哪所学校的。",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaseAction:
    """What may be done: key, what its button says, what its form knows (as a query), and why it cannot be done yet."""

    key: str
    title: str
    known: str = ""
    lacks: Sequence[str] = ()
    first: bool = False


@dataclass(frozen=True, slots=True)
class NextStep:
    """What comes next: title, one sentence, whether it is late, the steps of the clock."""

    title: str
    sentence: str
    over: bool
    clock: Sequence[tuple[str, str, str, str]]


def next_step(
    db: Database,
    case: Case,
    now: Standing,
    owed: Sequence[Duty],
    events: Sequence[CaseEvent],
    days: Deadlines,
) -> NextStep:
    """Say what comes next, by whom and by when."""
    steps = clock_of(case, now, events, days)
    if not owed:
        ended = "这件事已经办完。" if not case.open else "现在没有到期要办的事。"
        return NextStep(f"{case.state}" if not case.open else "没有到期要办的事", ended, False, steps)
    first = owed[0]
    words, stage = badge(db, case.kind, first.key, first.due, hour_of(db))
    by = "" if stage == "over" else "办"
    who = {"owner": owner_of(db, case.owner)}.get(
        first.role, ROLES[first.role].title if first.role in ROLES else ""
    )
    if first.role == "transfer":
        who = owner_of(db, now.transfer_to)
    said = SAYS.get(first.key.partition(":")[0], "")
    rest = f" 还欠着：{'、'.join(one.title for one in owed[1:4])}。" if len(owed) > 1 else ""
    sentence = f"{f'{who}，' if who else ''}{words}{by}。{said}{rest}"
    return NextStep(f"下一步：{first.title}", sentence, stage == "over", steps)


def clock_of(
    case: Case, now: Standing, events: Sequence[CaseEvent], days: Deadlines
) -> list[tuple[str, str, str, str]]:
    """Give the steps of an absence's clock: past, now or to come, which day, what, when."""
    if case.kind != "absence" or not now.last_seen or not case.open:
        return []
    done = _done_on(events)
    if case.state == states.WATCHED:
        told = [(f"第 {one} 天", "复学回访", done.get(f"observed{one}", ""), _after(now.back, one, days))
                for one in duties.OBSERVED]  # fmt: skip
    else:
        told = [
            (f"第 {number} 天" if number else "发现当天", what, done.get(key, ""),
             duties.nth_day_absent(now, days, max(number, 1)))
            for number, what, key in ((days.terms.get(term, 0), what, key) for term, what, key in CLOCK)
        ]  # fmt: skip
    shown, current = [], True
    for day, what, happened, on in told:
        stage = "past" if happened else "now" if current and on <= days.soon else ""
        current = current and stage != "now"
        shown.append((stage, day, what, (happened or on)[5:]))
    return shown


def _done_on(events: Sequence[CaseEvent]) -> dict[str, str]:
    """Give the day on which each step of the clock was done first, of the newest round of the matter."""
    rounds = [n for n, one in enumerate(events) if one.key == "reported" and one.facts.get("again")]
    found: dict[str, str] = {}
    for one in events[rounds[-1] if rounds else 0 :]:
        on = str(one.facts.get("day") or cases.local_day(one.at))
        for key in [] if one.undone else _steps(one):
            found.setdefault(key, on)
    return found


def _steps(event: CaseEvent) -> Iterator[str]:
    facts = event.facts
    met = event.key == "persuasion" or (event.key == "contact" and facts.get("result") == records.REACHED)
    if met:
        yield "contacted"
    if met and facts.get("way") in ("家访", "当面"):
        yield "visited"
    if event.key == "three_days":
        yield "suspected"
    if "town" in (facts.get("owner_role"), facts.get("role") if event.key == "persuasion" else ""):
        yield "led"
    if event.key == "letter" and facts.get("document") == records.REPORT:
        yield "written"
    if event.key == "confirmed":
        yield "confirmed"
    if event.key == "observed":
        yield f"observed{facts.get('which')}"


def actions_of(wanted: Acting, possible: Sequence[Transition], owed: Sequence[Duty]) -> list[CaseAction]:
    """Give what somebody may do now: first what is due, then the usual records, then the rest; each once."""
    db, case, person = wanted.db, wanted.case, wanted.person
    can = {one.key: one for one in possible if one.key not in OWN | _idle(wanted.now, case)}
    chosen: list[tuple[str, str, str]] = []
    for duty in owed:
        stem, _, rest = duty.key.partition(":")
        key, known = ANSWERS.get(stem, ("", ""))
        if key in can and duty.role in (*_ANYBODYS, person.role):  # the rest is somebody else's to do
            known = known + rest if known.endswith("=") else known
            chosen.append((key, _title(can[key], known, wanted.events), known))
    chosen += [one for one in USUAL if one[0] in can]
    used = {key for key, _, _ in chosen}
    chosen += [(key, one.title, "") for key, one in can.items() if key not in used]
    found = [
        CaseAction(key, title, known, work.missing(db, case, key, person, wanted.now)) for key, title, known in chosen
    ]  # fmt: skip
    once = list({(one.key, one.known): one for one in reversed(found)}.values())[::-1]
    return [
        one for n, one in enumerate(once) if one.known or one.key not in {other.key for other in once[:n]}
    ]


def _idle(now: Standing, case: Case) -> set[str]:
    """Give what there is nothing to do about: no letter to be served, no question that waits."""
    nothing = {"served": now.letters, "replied": now.referrals, "answered": now.questions}
    return {key for key, waiting in nothing.items() if not waiting} | (
        {"identified"} if case.child else set()
    )


def people_of(db: Database, case: Case) -> list[tuple[str, str, str]]:
    """Give who is in charge of a child: what as, name, more."""
    found = [("责任人", owner_of(db, case.owner), "")]
    if case.restricted:
        return found
    rows: tuple[tuple[str, Sequence[Person]], ...] = (
        ("班主任", slots.class_teachers(db, case.class_id) if case.class_id else ()),
        ("校长", slots.principals_of(db, case.school)),
        ("镇街", slots.town_people(db, case.town)),
        ("村干部", slots.slot_holders(db, "village", case.village) if case.village else ()),
        ("教育局", slots.officers_of(db, case.kind)),
    )
    return found + [
        (title, "、".join(one.name for one in people[:3]), "") for title, people in rows if people
    ]


def context(db: Database, case: Case, person: Person, events: Sequence[CaseEvent]) -> Mapping[str, Any]:
    """Give what every face of the page needs: head, next step, actions, who is in charge."""
    now, days, at = standing_of(one.happening for one in events), deadlines(db), hour_of(db)
    opened = case.clock_from if "T" in case.clock_from else case.opened_at
    owed = duties.owed(case.kind, now, days, clock.local(opened))
    wanted = Acting(db, case, now, events, person)
    possible = work.possible(db, case, person, now)
    actions = (
        [] if case.state == states.MERGED else actions_of(wanted, possible, owed)
    )  # the other one goes on
    return {
        "head": head_of(db, case, now, days),
        "step": next_step(db, case, now, owed, events, days),
        "owed": [(one, *badge(db, case.kind, one.key, one.due, at)) for one in owed],
        "ready": [one for one in actions if not one.lacks],
        "lacking": [one for one in actions if one.lacks],
        "checks": checks_of(db, now, events, days, person),
        "people": people_of(db, case),
        "wanted": wanted,
        "may": {one.key for one in possible},
    }


def _title(transition: Transition, known: str, events: Sequence[CaseEvent]) -> str:
    """Say on a button what is done, so that no two of one page say the same."""
    key, _, value = known.partition("=")
    if key in ("way", "duty", "document"):
        return f"{'出' if key == 'document' else '记'}{value}"
    about = next((one.facts for one in events if value and one.id == value), {})
    named = about.get("document") or about.get("to") if key in ("letter", "referral") else ""
    return f"{transition.title}：{named}" if named else transition.title


def _after(back: str, number: int, days: Deadlines) -> str:
    return days.days_after(date.fromisoformat(back), number).isoformat() if back else ""
