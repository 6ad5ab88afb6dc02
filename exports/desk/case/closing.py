"""What an approver looks at before an end is decided: each point with yes or no, and who asked for it."""

from collections.abc import Iterator, Sequence
from datetime import date

from intake.calendar.deadlines import Deadlines
from intake.cases.case import CaseEvent
from intake.cases.rulebook import duties, states
from intake.cases.rulebook.standing import Standing
from intake.cases.rulebook.transitions import CLOSING
from intake.people import accounts
from intake.people.accounts import Person
from intake.places import gazetteer
from intake.reports.looking.evidence import FIELD
from intake.store.db import Database

Check = tuple[bool, str]


def checks_of(
    db: Database, now: Standing, events: Sequence[CaseEvent], days: Deadlines, person: Person
) -> list[Check]:
    """Give the points of an end that waits for its decision; nothing where none was asked for."""
    asked = next((one for one in reversed(events) if one.key in CLOSING and not one.undone), None)
    if not now.pending or asked is None:
        return []
    checks = _closing(db, now, events, days) if asked.key == "submit" else _elsewhere(asked)
    return [*checks, _material(asked, events), _by(db, now, person)]


def _closing(db: Database, now: Standing, events: Sequence[CaseEvent], days: Deadlines) -> Iterator[Check]:
    back = next((one for one in reversed(events) if one.key in ("back", "back_changed")), None)
    if back:
        place = gazetteer.world(db).places.name(str(back.facts.get("school", "")))
        where = f"{place}{back.facts.get('grade', '')}{back.facts.get('class_name', '')}"
        yield True, f"复学：{where}，{now.back} 起"
    gone = (days.today - date.fromisoformat(now.back)).days if now.back else 0
    yield gone >= duties.OBSERVED[-1], f"观察 {duties.OBSERVED[-1]} 天：今天第 {gone} 天"
    missing = [str(one) for one in duties.OBSERVED if str(one) not in now.observed]
    told = (
        f"还缺第 {'、'.join(missing)} 天" if missing else f"第 {'、'.join(map(str, duties.OBSERVED))} 天都有"
    )
    yield not missing, f"回访：{told}"
    yield not now.missing_since, "又没来过，还没有核实" if now.missing_since else "观察以来没有说不清的缺课"


def _elsewhere(asked: CaseEvent) -> Iterator[Check]:
    to = str(asked.facts.get("to", ""))
    yield True, f"去向：{to}，{asked.facts.get('day', '')} 起"
    if to in (*states.PAUSED, "专门学校"):
        decision = str(asked.words.get("decision", ""))
        yield bool(decision), f"批准的决定：{decision or '没有'}"
    if to in states.PAUSED:
        yield bool(asked.facts.get("review_on")), f"复核：{asked.facts.get('review_on') or '没有定日子'}"


def _material(asked: CaseEvent, events: Sequence[CaseEvent]) -> Check:
    files = sum(FIELD in one.facts for one in events)
    told = str(asked.words.get("evidence", ""))
    return bool(told), f"材料：{told or '没有写'}" + (
        f"，个案里有 {files} 个文件" if files else "，没有上传文件"
    )


def _by(db: Database, now: Standing, person: Person) -> Check:
    name = accounts.name_of(db, now.pending_by)
    if now.pending_by == person.actor:
        return False, f"提交人和审核人不能是同一个人：{name} {now.pending_since[5:]} 提交，请由另一位审核人审"
    return True, f"提交：{name} {now.pending_since[5:]}，与您不是同一个人"
