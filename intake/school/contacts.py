"""A call or a visit told in a sentence, in a teacher's report or in the chat: written on the open case of its child."""

from collections.abc import Mapping
from datetime import date

from intake.cases import case as cases
from intake.cases import rules, work
from intake.cases.case import Case, CaseEvent
from intake.cases.rulebook import records
from intake.cases.rulebook.transitions import TRANSITIONS
from intake.language.patterns import regex
from intake.people.accounts import Person
from intake.school.absentees import CHANNEL
from intake.school.caseload import caseload_of
from intake.store.db import Database

_VISIT = regex("家访|上门|到(?:他|她|孩子)?家|去.{0,12}家|家.{0,4}去过?了?")
_BY_WAY: Mapping[str, str] = {
    "电话": "电话",
    "微信": "微信",
    "当面": "当面",
    "面谈": "当面",
    "来学校": "当面",
}
_IN_VAIN = ("没人", "没接", "不接", "打不通", "联系不上", "没联系上", "没见到", "关机", "空号")


def way_of(said: str) -> str:
    """Give the way of a contact by the words in which it is told; a telephone call where they name none."""
    if "家访" in said:
        return "家访"
    told = next((way for word, way in _BY_WAY.items() if word in said), "")
    return told or ("家访" if _VISIT.search(said) else "电话")


def outcome_of(said: str) -> str:
    """Give whether somebody was reached, by the words in which it is told."""
    return records.NOT_REACHED if any(one in said for one in _IN_VAIN) else records.REACHED


def whom_of(said: str) -> str:
    """Give who was spoken to, by the words in which it is told; nothing where they name nobody."""
    return next((one for one in _WHOM if one in said), "")


_WHOM = (
    "奶奶", "爷爷", "姥姥", "姥爷", "外婆", "外公", "妈妈", "爸爸", "孩子妈", "孩子爸", "他妈", "他爸", "她妈", "她爸", "母亲",
    "父亲", "姑姑", "叔叔", "舅舅", "大爷", "大娘", "姐姐", "哥哥", "孩子本人", "本人", "孩子自己", "邻居", "家长",
)  # fmt: skip
REACHED, NOT_REACHED = records.REACHED, records.NOT_REACHED
SOMEBODY, NOBODY = "家里人", "没找到人"
"""Who was spoken to, where the words name nobody."""


def cases_for_contact(db: Database, by: Person) -> list[Case]:
    """Give the open cases on which somebody may write a contact: of a child's several the missing one first."""
    contact = TRANSITIONS["contact"]
    load = caseload_of(db, by)
    found = [one.case for one in (*load.mine, *load.others)]
    mine = [one for one in found if contact.leads(one.state) is not None and rules.allowed(contact, one, by)]
    absent = {one.child_name for one in mine if one.kind == "absence"}
    return [one for one in mine if one.kind == "absence" or one.child_name not in absent]


def case_for_contact(db: Database, child: str, by: Person) -> Case | None:
    """Give the open case of a child on which somebody may write a contact; None where there is none."""
    case, contact = cases.open_absence_of(db, child), TRANSITIONS["contact"]
    if case is None or contact.leads(case.state) is None or not rules.allowed(contact, case, by):
        return None
    return case


def note_contact(
    db: Database, child: str, said: str, by: Person, *, way: str = "", day: date | None = None,
    channel: str = CHANNEL, token: str | None = None,
) -> CaseEvent | None:  # fmt: skip
    """Write a contact that was told in a sentence on the open case of its child: it clears what was owed.

    None where there is no such case. Raises as work.act.
    """
    case = case_for_contact(db, child, by)
    if case is None or not said:
        return None
    return note_contact_on(db, case, said, by, way=way, day=day, channel=channel, token=token)


def note_contact_on(
    db: Database, case: Case, said: str, by: Person, *, way: str = "", whom: str = "", day: date | None = None,
    channel: str = CHANNEL, token: str | None = None,
) -> CaseEvent:  # fmt: skip
    """Write a contact that was told in a sentence on a case. Raises as work.act."""
    result = outcome_of(said)
    met = whom or whom_of(said) or SOMEBODY if result == REACHED else NOBODY
    raw = {"day": (day or db.today()).isoformat(), "way": way or way_of(said), "whom": met, "result": result,
           "words": said}  # fmt: skip
    return work.act(db, case, "contact", raw, by, channel=channel, token=token)
