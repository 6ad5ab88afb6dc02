"""What the table of transitions asks for beside its columns: each rule says in one sentence why not, and what to do."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from intake.calendar.deadlines import Deadlines
from intake.cases.case import Case
from intake.cases.rulebook import duties, records, states
from intake.cases.rulebook.standing import Standing
from intake.cases.rulebook.transitions import OWNER, Transition
from intake.cases.writing import staff_id
from intake.people.accounts import Person

STREET = "街道"
"""How the four sub-district offices are called: they are no governments (义务教育法 §58)."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody who wants to do something on a case: what a rule looks at."""

    case: Case
    now: Standing
    actor: str
    role: str
    facts: Mapping[str, Any]
    days: Deadlines
    town: str = ""
    """The name of the child's town."""


Rule = Callable[[Attempt], Iterator[tuple[str, str]]]
"""Gives what is missing: the answer at which it is said (or nothing), and the sentence."""


def allowed(transition: Transition, case: Case, by: Person | str) -> bool:
    """Tell whether a role, or the house, may do something at all; the state of the case is not asked."""
    if transition.kinds and case.kind not in transition.kinds:
        return False
    if isinstance(by, str):
        return by in transition.who
    if case.restricted and by.role in ("town", "principal", "teacher", "village") and case.owner != by.id:
        return False
    return by.role in transition.who or (OWNER in transition.who and case.owner == by.id)


def lacking(key: str, asked: Attempt) -> list[tuple[str, str]]:
    """Give what a rule misses, by the answer at which it is said."""
    rule = RULES.get(key)
    return list(rule(asked)) if rule else []


def _identified(asked: Attempt) -> Iterator[tuple[str, str]]:
    if not asked.facts.get("child") and not asked.facts.get("school"):
        yield "school", "请选名单上的孩子，或者写是哪个学校的。"


def _assigned(asked: Attempt) -> Iterator[tuple[str, str]]:
    if asked.now.state == states.CLUE and not asked.case.child and not asked.case.school:
        yield "owner", "还不知道是哪个孩子、哪个学校的。请先认定，再分派。"


def _accepted(asked: Attempt) -> Iterator[tuple[str, str]]:
    me = staff_id(asked.actor)
    if asked.case.kind == "safety" and asked.now.owner == me and not asked.now.taken:
        return  # whose it is by the list has not said yet that they see to it
    if asked.now.owner == me:
        yield "", "这件事已经在您手里了。"
    elif (
        asked.now.owner
        and asked.now.transfer_to != me
        and asked.role not in ("officer", "bureau", "town", "principal")
    ):
        yield "", "这件事有人在办。要接手，请让他移交给您。"


def _confirmed(asked: Attempt) -> Iterator[tuple[str, str]]:
    absent = duties.days_absent(asked.now, asked.days)
    needed = asked.days.terms["decide"]
    if absent < needed and not asked.now.written:
        yield (
            "",
            f"今天是第 {absent} 个上课日。满 {needed} 个上课日，或者学校出了书面报告，才能认定辍学。",
        )
    if asked.now.confirmed:
        yield "", "已经认定过了。"


def _back(asked: Attempt) -> Iterator[tuple[str, str]]:
    day = str(asked.facts.get("day") or "")
    if day and asked.now.last_seen and day < asked.now.last_seen:
        yield "day", f"复学日期早于最后到校日期（{asked.now.last_seen}），请核对。"


def _observed(asked: Attempt) -> Iterator[tuple[str, str]]:
    which, day = str(asked.facts.get("which") or ""), str(asked.facts.get("day") or "")
    if which in asked.now.observed:
        yield "which", f"第 {which} 天的观察已经记过了。"
    elif which and day and asked.now.back:
        gone = (date.fromisoformat(day) - date.fromisoformat(asked.now.back)).days
        if gone < int(which):
            yield "day", f"复学日期是 {asked.now.back}，到这一天才 {max(gone, 0)} 天，还不到第 {which} 天。"


def _submit(asked: Attempt) -> Iterator[tuple[str, str]]:
    if asked.now.pending:
        yield "", "已经报过了，正在等审核。"
    if not asked.now.back:
        yield "", "还没有登记复学。"
        return
    gone = (asked.days.today - date.fromisoformat(asked.now.back)).days
    if gone < duties.OBSERVED[-1]:
        yield "", f"观察还没满 {duties.OBSERVED[-1]} 天（今天第 {gone} 天），满了才能报销号。"
    missing = [str(one) for one in duties.OBSERVED if str(one) not in asked.now.observed]
    if missing:
        yield "", f"还缺第 {'、'.join(missing)} 天的观察记录，请班主任先记。"
    if asked.now.missing_since:
        yield "", "孩子又没来，不能报销号。请先核实。"


def _elsewhere(asked: Attempt) -> Iterator[tuple[str, str]]:
    if asked.now.pending:
        yield "", "已经报过去向了，正在等审核。"
    if asked.facts.get("to") == "专门学校" and asked.role == "principal":
        yield "to", "送专门学校由有关部门依法决定，学校不能报。请与镇街或教育局联系。"


def _approve(asked: Attempt) -> Iterator[tuple[str, str]]:
    if not asked.now.pending:
        yield "", "现在没有等审核的申请。"
    elif asked.now.pending_by == asked.actor:
        yield "", "报的人和审的人不能是同一个人。请由另一位审核人审。"


def _letter(asked: Attempt) -> Iterator[tuple[str, str]]:
    document, street = asked.facts.get("document"), asked.town.endswith(STREET)
    if document == records.ORDER:
        if not asked.now.persuasions:
            yield "document", "还没有劝返过。先劝返，没有效果再出限期复学通知书。"
        if asked.role == "principal":
            yield "document", "限期复学通知书由镇政府或教育局出，学校不能出。请先出书面报告。"
        elif street and asked.role == "town":
            yield "document", "街道不是一级政府，限期复学通知书由教育局出。"
        elif not street and asked.role in ("officer", "bureau") and asked.town:
            yield "document", f"这个孩子家在{asked.town}，限期复学通知书由镇政府出。"


def _served(asked: Attempt) -> Iterator[tuple[str, str]]:
    if asked.facts.get("letter") not in asked.now.letters:
        yield "letter", "没有这份文书，或者已经记过送达。"


def _replied(asked: Attempt) -> Iterator[tuple[str, str]]:
    if asked.facts.get("referral") not in asked.now.referrals:
        yield "referral", "没有这一次转送，或者已经记过回音。"


def _answered(asked: Attempt) -> Iterator[tuple[str, str]]:
    if asked.facts.get("question") not in asked.now.questions:
        yield "question", "这个问题已经答复过了。"


def _informed(asked: Attempt) -> Iterator[tuple[str, str]]:
    spared = asked.facts.get("done") == records.NO and asked.facts.get("duty") == records.POLICE
    if spared and asked.now.what == duties.ABUSE:
        yield "done", "孩子受到侵害必须马上报告公安（未成年人保护法第十一条），不能不报。"


def _solved(asked: Attempt) -> Iterator[tuple[str, str]]:
    if asked.case.kind == "safety":
        missing = [one for one in duties.safety_duties(asked.now.what) if one not in asked.now.informed]
        if missing:
            yield "", f"还没有记：{'、'.join(missing)}。做了就记一笔，不用做的写明原因。"


RULES: Mapping[str, Rule] = {
    "identified": _identified, "assigned": _assigned, "transfer": _assigned, "accepted": _accepted,
    "confirmed": _confirmed, "back": _back, "back_changed": _back, "observed": _observed, "submit": _submit,
    "elsewhere": _elsewhere, "approve": _approve, "reject": _approve, "letter": _letter, "served": _served,
    "replied": _replied, "answered": _answered, "informed": _informed, "resolved": _solved, "unresolved": _solved,
}  # fmt: skip
"""By key of the transition; where there is none, its columns say all."""
