"""The card of a child (一人一档卡) on one sheet of A4: masked, with who printed it and when, which is on record."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template

from exports.desk.case.head import state_of
from exports.desk.children import sections
from intake.calendar import clock
from intake.cases import case as cases
from intake.cases.case import Case, CaseEvent, visible
from intake.cases.folders import worklist
from intake.cases.rulebook import duties
from intake.cases.rulebook.standing import standing_of
from intake.cases.writing import deadlines
from intake.children.access import child_seen
from intake.children.children import Child
from intake.fields.privacy import mask_numbers
from intake.people.accounts import Person
from intake.places import gazetteer
from intake.reports.looking import known
from intake.reports.looking.child_file import KnownFile, file_of
from intake.store import audit
from intake.store.db import Database
from intake.web import get_db
from intake.web.signin import permitted, person

TALKS, MONEY = 5, 3
"""Lines of what was done, and of aid, that fit on the sheet."""
LONGEST, SHORT = 42, 16
"""Characters of words in one line, and of who it was."""
ACTS = ("contact", "persuasion", "observed", "lost", "back", "letter", "elsewhere", "approve")
"""What of a case is told on the card."""
COVERED, UNKNOWN = "（遮盖）", "还不知道"

bp = Blueprint("card", __name__, url_prefix="/desk/children", template_folder="../templates")


@bp.get("/<child_id>/card")
@permitted("child.read")
def page(child_id: str) -> str:
    """Show the card, ready to be printed."""
    db, who = get_db(), person()
    child = child_seen(db, who, child_id)
    with db.write():
        audit.note(db, who.actor, "child.printed", child.id)
    file = file_of(db, child, who)
    return render_template(
        "desk/child_card.html",
        child=child,
        name=sections.name_words(child),
        number=child.id[-8:].upper(),
        facts=_facts(db, child, file),
        flags=sections.flags_of(db, child, who),
        absence=_absence(db, child, who),
        money=_money(file),
        who=who.name,
        at=f"{db.here():%Y-%m-%d %H:%M}",
        demo=db.settings.demo,
    )


_AWAY = {"是": "外出", "否": "在家"}


def _facts(db: Database, child: Child, file: KnownFile) -> dict[str, str]:
    """Give what stands in the boxes, by kind of fact; what nobody knows is said."""
    found = {one.kind: one.text for one in reversed(file.held) if one.kind not in ("guardian", "helper")}
    for parent in ("father", "mother"):
        away, rest = found.get(parent, "")[:1], found.get(parent, "")[1:]
        found |= {parent: f"{_AWAY[away]}{rest}"} if away in _AWAY else {}
    guardian = next(iter(file.rows("guardian")), None)
    told = {one.key.rpartition(".")[2]: one.text for one in guardian.values} if guardian else {}
    found |= {key: told[key] for key in ("guardian_name", "relation", "phone") if told.get(key)}
    helpers = [one.text for one in file.rows("helper")]
    school = gazetteer.world(db).places.name(child.school) if child.school else "没有班级"
    covered = sections.categories(file)
    return found | {
        "school": school, "class": child.title, "helper": "；".join(helpers)[:LONGEST],
        "categories": f"{covered} 项{COVERED}" if covered else UNKNOWN,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class CardCase:
    """What the card tells of an absence: last seen, days, state, reason, where, number, and what was done."""

    last_seen: str
    days: str
    state: str
    reason: str
    whereabouts: str
    number: str
    lines: Sequence[tuple[str, str, str, str, str]]


def _absence(db: Database, child: Child, who: Person) -> CardCase | None:
    """Tell of the newest absence that somebody may see."""
    inside, args = visible(db, who)
    where = (
        f"c.child = ? AND c.kind = 'absence' AND {inside} ORDER BY c.open DESC, c.opened_at DESC, c.id DESC"
    )
    found = worklist.listed_where(db, where, [child.id, *args], 1)
    return _told(db, found[0].case, who) if found else None


def _told(db: Database, case: Case, who: Person) -> CardCase:
    events, days = cases.events_of(db, case), deadlines(db)
    now = standing_of(one.happening for one in events)
    said = {one.key.rpartition(".")[2]: one.text for one in reversed(known.facts_of(db, case, who))}
    absent = duties.days_absent(now, days) if case.open else 0
    done = [one for one in events if one.key in ACTS and not one.undone][-TALKS:]
    return CardCase(
        now.last_seen or UNKNOWN, f"{absent} 个上课日" if absent else "", state_of(case, now, days),
        said.get("reason", UNKNOWN), said.get("whereabouts", UNKNOWN), case.number,
        [_line(db, one) for one in done],
    )  # fmt: skip


def _line(db: Database, event: CaseEvent) -> tuple[str, str, str, str, str]:
    """Give the day, what was done, by whom, with whom, and what came of it."""
    said: dict[str, Any] = {**event.facts, **event.words}
    day = str(said.get("day") or f"{clock.local(event.at):%Y-%m-%d}")
    what = str(said.get("way") or event.did) if event.key == "contact" else event.did
    words = [
        said.get("result"),
        said.get("words"),
        said.get("next_step"),
        f"下次 {said['next_on']}" if said.get("next_on") else "",
    ]
    told = mask_numbers("，".join(str(one) for one in words if one))
    people, whom = (mask_numbers(str(said.get(key) or "")) for key in ("people", "whom"))
    return day, what, _cut(people, SHORT), _cut(whom, SHORT), _cut(told)


def _money(file: KnownFile) -> list[tuple[str, str, str, str, str]]:
    return [one[1:] for one in sections.aid_rows(file)][:MONEY]


def _cut(words: str, longest: int = LONGEST) -> str:
    return words if len(words) <= longest else f"{words[:longest]}…"
