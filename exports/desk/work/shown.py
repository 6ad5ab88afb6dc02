"""Cases as a list shows them: names masked, days said as people say them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from exports.desk.moments import waited, when
from intake.calendar import schooldays
from intake.calendar.deadlines import FAR, OVERDUE, SOON
from intake.cases.case import Case
from intake.cases.folders.filters import Hour
from intake.cases.folders.worklist import Listed
from intake.cases.rulebook import duties, states
from intake.cases.rulebook.duties import NOTHING
from intake.cases.rulebook.standing import Standing
from intake.cases.rulebook.transitions import TRANSITIONS
from intake.cases.writing import deadlines
from intake.fields.privacy import mask_name
from intake.places import gazetteer
from intake.store.db import Database

UNKNOWN = "还不知道"
_ABSENT = (states.CLUE, states.CHECK, states.CHECKING, states.SUSPECTED, states.PERSUADING, states.LOST)
"""Where days absent are counted."""
_STAGES = {OVERDUE: "over", SOON: "soon"}
_HELD = {"reply": "等回音", "accept": "等接手"}
"""What a case waits for that somebody else must do; the badge says so instead of a day that is still far off."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A row of a list; `stage` is the look of its badge, an empty text what is not known or not so."""

    number: str
    short: str
    version: int
    name: str
    kind: str
    school: str
    class_title: str
    state: str
    days: str
    due: str
    stage: str
    next_step: str
    owner: str
    last: str

    @property
    def href(self) -> str:
        """Give where it is opened."""
        return f"/desk/cases/{self.number}"


def shown_cases(
    db: Database, listed: Iterable[Listed], at: Hour, standings: Mapping[str, Standing] | None = None
) -> list[CaseRow]:
    """Show the rows of a list; without standings neither days absent nor how often."""
    places, now = gazetteer.world(db).places, db.now()
    found = []
    for one in listed:
        case, standing = one.case, (standings or {}).get(one.case.id)
        words, stage = due_words(db, one, at)
        did = TRANSITIONS[case.last_event].did if case.last_event in TRANSITIONS else ""
        found.append(
            CaseRow(
                case.number, case.short, case.version, *_about(case),
                places.name(case.school) or UNKNOWN, short_class(case.class_title), state_words(case.state, standing, at),
                days_words(db, standing), words, stage, one.next_step, one.owner_name,
                f"{when(case.last_at, now)} {did}".strip() if case.last_at else "",
            )
        )  # fmt: skip
    return found


def _about(case: Case) -> tuple[str, str]:
    """Give the name of the child, masked, and the kind; a matter that is about no child goes by its sort."""
    if case.kind == states.MATTER and not case.child_name:
        return case.sort, states.KINDS[states.MATTER]
    return masked(case.child_name), case.title


def masked(name: str) -> str:
    """Mask a child's name; say so where nobody knows it."""
    return mask_name(name) if name else UNKNOWN


def short_class(title: str) -> str:
    """Write a class as lists do: 七年级1班 is 七(1)班."""
    grade, found, name = title.partition("年级")
    return f"{grade}({name.removesuffix('班')})班" if found and name else title


def state_words(state: str, standing: Standing | None, at: Hour) -> str:
    """Say where a case stands, with how often or how far where that is known: 劝返中 1, 复学观察 12/30."""
    if standing and state == states.PERSUADING:
        return f"{state} {standing.persuasions}"
    if standing and state == states.WATCHED and standing.back:
        days = (date.fromisoformat(at.today) - date.fromisoformat(standing.back[:10])).days
        return f"{state} {min(max(days, 0), duties.OBSERVED[-1])}/{duties.OBSERVED[-1]}"
    return state


def days_words(db: Database, standing: Standing | None) -> str:
    """Say for how many school days a child has been absent; nothing where that does not count any more."""
    if standing is None or standing.state not in _ABSENT:
        return ""
    return str(duties.days_absent(standing, deadlines(db)) or "")


def due_words(db: Database, listed: Listed, at: Hour) -> tuple[str, str]:
    """Say by when something is due on a case, and how that looks: over, soon, held or nothing."""
    case = listed.case
    if listed.untaken:
        return f"已等 {waited(case.opened_at, db.now())}", "over"
    if case.doubted and case.open:
        return "待核实", "held"
    if not case.open and case.due >= NOTHING:
        return "办完了", ""
    return badge(db, case.kind, case.duty, case.due, at)


def badge(db: Database, kind: str, duty: str, due: str, at: Hour) -> tuple[str, str]:
    """Say by when a duty of a kind of case is due, and how that looks: over, soon, held or nothing."""
    if due >= NOTHING or not due:
        return "没有期限", ""
    stage = at.stage(due)
    if stage == OVERDUE:
        return f"逾期 {_late(db, kind, due, at)}", "over"
    held = _HELD.get(duty.partition(":")[0])
    if held and stage != SOON:
        return held, "held"
    return _day(due, at), _STAGES.get(stage, "")


def _late(db: Database, kind: str, due: str, at: Hour) -> str:
    if "T" in due and due[:10] == at.today:
        hours, minutes = divmod(_minutes(at.now) - _minutes(due), 60)
        return f"{hours} 小时" if hours else f"{minutes} 分钟"
    first, today = date.fromisoformat(due[:10]), date.fromisoformat(at.today)
    if kind == "absence":
        return f"{max(schooldays.between(db.settings.terms, first, today), 1)} 天"
    return f"{(today - first).days} 天"


def _minutes(moment: str) -> int:
    return int(moment[11:13]) * 60 + int(moment[14:16])


def _day(due: str, at: Hour) -> str:
    days = (date.fromisoformat(due[:10]) - date.fromisoformat(at.today)).days
    far = due[:10] if days > FAR else due[5:10]
    word = ("今天", "明天")[days] if days in (0, 1) else far
    return f"{word} {due[11:16]}" if "T" in due and days == 0 else word
