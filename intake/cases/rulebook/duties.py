"""What somebody owes by a day, derived from how a case stands; any real contact clears what was owed of contact.

The terms are defaults where no national rule was found (`intake.calendar.deadlines.TERMS`). Absence counts school
days, other kinds working days, safety minutes, documents days of the calendar.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from intake.calendar.deadlines import Deadlines
from intake.cases.rulebook import records, states
from intake.cases.rulebook.standing import Standing

NOTHING = "9"
"""The due of a case on which nothing is owed: it sorts behind every day."""
OBSERVED = (7, 15, 30)
"""Days after 复学 on which a child is looked at."""


@dataclass(frozen=True, slots=True)
class Duty:
    """What is owed: its key, by when, by whom (owner, a role), since when."""

    key: str
    due: str
    role: str

    @property
    def title(self) -> str:
        """Say what is to be done."""
        stem, _, number = self.key.partition(":")
        return TITLES[stem].format(number)


TITLES: Mapping[str, str] = {
    "back_said": "核实孩子是否回校",
    "identify": "认定是哪个孩子", "contact": "联系家里", "visit": "首次家访", "conclude": "核实结论",
    "persuade": "第 {} 次劝返", "lead": "镇街牵头", "written": "书面报告", "decide": "教育局认定",
    "observe": "第 {} 天复学回访", "submit": "报销号", "approve": "审核", "back": "登记复学", "question": "核对点名",
    "leave_over": "假满了，孩子来了吗", "serve": "送达文书", "reply": "问回音", "accept": "接手", "review": "复核",
    "handle": "办理答复", "close": "关闭", "take": "接手，先打电话", "guardian": "告知监护人",
    "parents_away": "告知外出父母", "police": "报告公安", "bullying": "学校欺凌调查",
}  # fmt: skip
_ORDER = list(TITLES)
"""What comes first of what is due on one day."""
SAFETY_KEYS: Mapping[str, str] = {
    records.GUARDIAN: "guardian", records.PARENTS_AWAY: "parents_away", records.POLICE: "police",
    records.BULLYING: "bullying",
}  # fmt: skip
ABUSE, BULLIED = "受侵害", "校园欺凌"


def owed(kind: str, now: Standing, days: Deadlines, opened: datetime | None = None) -> list[Duty]:
    """Give all that is owed on a case, the most pressing first; `opened` is the local moment of a safety case."""
    if now.doubted:
        return []
    found = [*_always(now, days)]
    if kind == "absence":
        found += _absence(now, days)
    elif kind == "safety" and opened:
        found += _safety(now, days, opened)
    else:
        found += _matter(now, days)
    return sorted(found, key=lambda one: (one.due, _ORDER.index(one.key.partition(":")[0]), one.key))


def days_absent(now: Standing, days: Deadlines) -> int:
    """Count the school days after the last one at school, leave left out, until today."""
    if not now.last_seen:
        return 0
    day, absent = date.fromisoformat(now.last_seen), 0
    while (day := days.school_days_after(day, 1)) <= days.today:
        absent += not now.on_leave(day.isoformat())
    return absent


def absent_since(now: Standing) -> str:
    """Give the day from which the clocks count: the last one at school, or the day before the child was found missing.

    Nobody may know the last day; a child is not looked for later because of that.
    """
    return now.last_seen or (_iso(_date(now.discovered) - timedelta(days=1)) if now.discovered else "")


def nth_day_absent(now: Standing, days: Deadlines, number: int, since: str = "") -> str:
    """Give the school day on which a child is absent for the so-many-th time, leave left out.

    Counted from the day after `since`, which is the last one at school where nothing else is said.
    """
    day, left = _date(since or now.last_seen), number
    if not now.leaves:
        return _iso(days.school_days_after(day, number))
    while left and days.is_near(day):
        day = days.school_days_after(day, 1)
        left -= not now.on_leave(day.isoformat())
    return _iso(day)


def _always(now: Standing, days: Deadlines) -> Iterator[Duty]:
    if now.open and now.transfer_to:
        yield Duty(
            "accept", _iso(days.work_days_after(_date(now.transfer_since), days.terms["accept"])), "transfer"
        )
    if now.open or (now.state and states.STATES[now.state].suspected):
        for letter, day in now.letters.items():
            yield Duty(f"serve:{letter}", _iso(days.days_after(_date(day), days.terms["serve"])), "owner")
    if now.open:
        for referral, day in now.referrals.items():
            yield Duty(
                f"reply:{referral}", _iso(days.work_days_after(_date(day), days.terms["reply"])), "owner"
            )
    if now.review_on and now.state in states.PAUSED:
        yield Duty("review", now.review_on, "owner")


def _absence(now: Standing, days: Deadlines) -> Iterator[Duty]:
    if not now.open:
        return
    for question, day in now.questions.items():
        yield Duty(f"question:{question}", _iso(days.school_day(_date(day))), "teacher")
    if now.back_said:
        yield Duty("back_said", _iso(days.school_day(_date(now.back_said))), "owner")
    over = bool(now.leaves) and now.leave_until < _iso(days.today) and now.state in (*_EARLY, *_LATE)
    if over and max(now.contacted, now.last_at_school) <= now.leave_until:
        yield Duty("leave_over", _iso(days.school_days_after(_date(now.leave_until), 1)), "teacher")
    if now.pending:
        yield Duty(
            "approve", _iso(days.work_days_after(_date(now.pending_since), days.terms["approve"])), "approver"
        )
        return
    yield from _STAGES[now.state](now, days)


def _early(now: Standing, days: Deadlines) -> Iterator[Duty]:
    start = _date(now.discovered)
    if now.state == states.CLUE:
        yield Duty("identify", _held(now, days, days.school_day(start)), "owner")
    if not now.contacted:
        yield Duty("contact", _held(now, days, days.school_days_after(start, days.terms["contact"])), "owner")
    elif not now.visited:
        yield Duty("visit", _held(now, days, days.school_days_after(start, days.terms["visit"])), "owner")
    else:
        yield Duty(
            "conclude", _held(now, days, days.school_days_after(start, days.terms["suspect"])), "owner"
        )


def _late(now: Standing, days: Deadlines) -> Iterator[Duty]:
    if now.came:
        yield Duty("back", _iso(days.school_days_after(_date(now.came), 1)), "principal")
    start = _date(now.persuaded or now.suspected or now.discovered)
    term = days.terms["again" if now.persuaded else "persuade"]
    due = _date(now.next_on) if now.next_on else days.school_days_after(start, term)
    yield Duty(f"persuade:{now.persuasions + 1}", _held(now, days, due), "owner")
    if not now.led and (day := _reached(now, days, "lead")):
        yield Duty("lead", day, "town")
    if not now.written and (day := _reached(now, days, "written")):
        yield Duty("written", day, "principal")
    if now.state == states.PERSUADING and not now.confirmed and (day := _reached(now, days, "decide")):
        yield Duty("decide", day, "approver")


def _lost(now: Standing, days: Deadlines) -> Iterator[Duty]:
    yield Duty(
        "review", _iso(days.days_after(_date(now.reviewed or now.lost), days.terms["review"])), "owner"
    )
    if now.came:
        yield Duty("back", _iso(days.school_days_after(_date(now.came), 1)), "principal")


def _watched(now: Standing, days: Deadlines) -> Iterator[Duty]:
    back = _date(now.back)
    for number in OBSERVED:
        if str(number) not in now.observed:
            yield Duty(f"observe:{number}", _iso(days.school_day(days.days_after(back, number))), "teacher")
            return
    yield Duty("submit", _iso(days.work_days_after(days.days_after(back, OBSERVED[-1]), 1)), "principal")


def _safety(now: Standing, days: Deadlines, opened: datetime) -> Iterator[Duty]:
    if not now.open:
        return
    # An old one waits for no alarm, but is handled like any matter.
    if now.state in (states.TODO, states.DOING) and not now.taken and not now.imported:
        yield Duty("take", _moment(opened, days.terms["take"]), "safety")
    if now.state in (states.TODO, states.DOING):
        for what in safety_duties(now.what):
            if what in now.informed:
                continue
            due = _moment(opened, days.terms["tell"])
            if now.imported:
                due = _iso(days.work_days_after(_date(now.discovered), days.terms["handle"]))
            elif what == records.BULLYING:
                due = _iso(days.work_days_after(opened.date(), days.terms["bullying"]))
            yield Duty(SAFETY_KEYS[what], due, "owner")
    yield from _matter(now, days)


def safety_duties(what: str) -> tuple[str, ...]:
    """Give the duties of a safety case by what it is about (未成年人保护法 §11, §39: report, tell the parents, look into it)."""
    police = (records.POLICE,) if what in (ABUSE, "走失失联", "") else ()
    bullying = (records.BULLYING,) if what == BULLIED else ()
    return (records.GUARDIAN, records.PARENTS_AWAY, *police, *bullying)


def _matter(now: Standing, days: Deadlines) -> Iterator[Duty]:
    if now.state in (states.TODO, states.DOING):
        yield Duty("handle", _iso(days.work_days_after(_date(now.discovered), days.terms["handle"])), "owner")
    elif now.state in (states.SOLVED, states.UNSOLVED):
        yield Duty(
            "close",
            _iso(days.work_days_after(_date(now.solved or now.discovered), days.terms["close"])),
            "owner",
        )


_EARLY = (states.CLUE, states.CHECK, states.CHECKING)
_LATE = (states.SUSPECTED, states.PERSUADING)
_STAGES = {
    **dict.fromkeys(_EARLY, _early), **dict.fromkeys(_LATE, _late), states.LOST: _lost, states.WATCHED: _watched,
}  # fmt: skip


def _held(now: Standing, days: Deadlines, due: date) -> str:
    """Put off what is due until leave has ended."""
    until = now.leave_until
    return max(_iso(due), _iso(days.school_days_after(_date(until), 1)) if until else "")


def _reached(now: Standing, days: Deadlines, key: str) -> str:
    """Give the day on which a child has been absent for so many school days; nothing while that is far off, or unknown."""
    since = absent_since(now)
    day = nth_day_absent(now, days, days.terms[key], since) if since else ""
    return day if day <= days.soon else ""


def _date(day: str) -> date:
    return date.fromisoformat(day[:10])


def _iso(day: date) -> str:
    return day.isoformat()


def _moment(opened: datetime, minutes: int) -> str:
    return (opened + timedelta(minutes=minutes)).isoformat(timespec="minutes")[:16]
