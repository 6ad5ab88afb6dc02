"""A case led to any of its states by what staff, the clock and the roll really do."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from intake.cases import case as cases
from intake.cases import work
from intake.cases.case import Case
from intake.cases.rulebook.states import AWAY
from intake.people import accounts, bindings
from intake.people.accounts import Person
from intake.reports import door, lookup
from intake.store.db import Database
from intake.store.ids import new_id
from intake.talks.matters import open_by_hand
from tests.hands.classroom import MORNING, SCHOOL, SCHOOL_NAME, TOWN, VILLAGE, at, classroom
from tests.hands.samples import sample

DAY = timedelta(days=1)
NOBODY = "nobody"
HOUSE = ("clock", "door", "roll", "parent")
Step = tuple[str, str, int, Mapping[str, Any]]
"""Transition, who, days since the report, and what differs from `body`."""


STAFF = ("officer", "approver", "town", "principal", "teacher", "village", "bureau")
"""Roles that work on cases, two of each."""
PLACE = {
    "school": SCHOOL_NAME,
    "grade": "三年级",
    "class_name": "2班",
    "town": "石人镇",
    "village": "林子头村",
}
"""Where a child belongs that is not on the roll: whoever is about that class sees its case."""

TOLD = {
    "school": SCHOOL_NAME,
    "town": "石人镇",
    "sort": "校车食堂",
    "against": "否",
    "words": "食堂的饭是凉的",
}
"""A matter that is none of the kinds of report."""


def body(key: str, today: str) -> dict[str, Any]:
    """Give what a transition asks for, written as it must be on a day."""
    visit = {"day": today, "way": "家访", "people": "李老师", "whom": "奶奶"}
    back = {"day": today, "school": SCHOOL, "grade": "三年级", "class_name": "2班"}
    written: dict[str, dict[str, Any]] = {
        "identified": {"school": SCHOOL}, "assigned": {"owner": NOBODY}, "transfer": {"owner": NOBODY},
        "shared": {"staff": NOBODY, "reason": "一起办"}, "note": {"words": "记一笔"},
        "contact": {**visit, "result": "联系上了", "words": "说明天去"},
        "reviewed": {**visit, "result": "没联系上", "words": "还没有消息"},
        "evidence": {"what": "请假条"}, "referral": {"to": "派出所", "day": today},
        "replied": {"referral": "x", "day": today, "words": "知道了"}, "letter": {"document": "书面报告"},
        "served": {"letter": "x", "day": today, "people": "李老师", "how": "签收"}, "leave": {"until": today},
        "answered": {"question": "x", "answer": "在校"}, "returned": {"day": today},
        "said_back": {"day": today}, "family_said": {"words": "还在家"}, "false_alarm": {"reason": "记错了"},
        "elsewhere": {"to": "已转学", "day": today, "evidence": "在读证明", "decision": "教育局 1 号", "review_on": "2027-06-01"},
        "lost": {"day": today, "police": "石人派出所"},
        "persuasion": {**visit, "words": "劝了", "result": "没有答应"}, "confirmed": {}, "back": back,
        "back_changed": {**back, "reason": "写错了"}, "observed": {"which": "7", "day": today},
        "out_again": {"reason": "又没来"}, "submit": {"basis": "三次都在校", "evidence": "考勤表"}, "approve": {},
        "reject": {"reason": "材料不全"}, "informed": {"duty": "告知监护人", "done": "做了", "day": today, "words": "电话说过"},
        "resolved": {"result": "办好了"}, "unresolved": {"reason": "没有名额"}, "reopened": {"reason": "还没办好"},
        "turned": {"to_kind": "未到校", "last_seen": today, "what": "走失失联", "reason": "孩子其实没上学"},
    }  # fmt: skip
    return written.get(key, {})


_CONTACT: Step = ("contact", "teacher", 0, {})
_SUSPECTED: tuple[Step, ...] = (_CONTACT, ("three_days", "clock", 3, {}))
_BACK: tuple[Step, ...] = (*_SUSPECTED, ("back", "principal", 3, {}))
_WATCHED: tuple[Step, ...] = (
    *_BACK, *(("observed", "teacher", 3 + int(which), {"which": which}) for which in ("7", "15", "30")),
)  # fmt: skip
WALKS: Mapping[str, tuple[str, Sequence[Step]]] = {
    "线索": ("stranger", ()),
    "待核实": ("absence", ()),
    "核实中": ("absence", (_CONTACT,)),
    "疑似辍学": ("absence", _SUSPECTED),
    "劝返中": ("absence", (*_SUSPECTED, ("persuasion", "village", 3, {}))),
    "失联": ("absence", (*_SUSPECTED, ("lost", "town", 3, {}))),
    "复学观察": ("absence", _WATCHED),
    "已到校": ("absence", (("returned", "teacher", 0, {}),)),
    "误报或请假": ("absence", (("false_alarm", "principal", 0, {}),)),
    "已销号": ("absence", (*_WATCHED, ("submit", "principal", 34, {}), ("approve", "approver", 34, {}))),
    **{
        one: ("absence", (*_SUSPECTED, ("elsewhere", "town", 3, {"to": one}), ("approve", "approver", 3, {})))
        for one in AWAY
    },
    "待处理": ("boarding", ()),
    "处理中": ("boarding", (("handled", "officer", 0, {}),)),
    "已解决": ("boarding", (("resolved", "officer", 0, {}),)),
    "无法解决": ("boarding", (("unresolved", "officer", 0, {}),)),
    "关闭": ("boarding", (("resolved", "officer", 0, {}), ("closed", "officer", 0, {}))),
    "已撤回": ("withdrawn", ()),
    "已并入": ("boarding", (("merged", "officer", 0, {}),)),
}  # fmt: skip
"""How each state is reached: the report, and what is done afterwards."""


def one(db: Database, role: str, number: int) -> Person:
    """Add somebody of a role who is in charge of the class, its school, its town and village."""
    area = {"village": VILLAGE, "officer": "220605", "approver": "220605", "bureau": "220605"}.get(role, TOWN)
    made = accounts.add_person(
        db, name=f"{role}{number}", login=f"{role}-{number}", password=None, role=role, area=area,
        school=SCHOOL if role in ("principal", "teacher") else "",
    )  # fmt: skip
    person = accounts.person_by_id(db, made)
    assert person
    return person


@dataclass
class World:
    """A house with a class, where it can be any day."""

    db: Database
    patch: pytest.MonkeyPatch

    def __post_init__(self) -> None:
        at(self.patch, MORNING)
        self.room = classroom(self.db)
        self._staff = {(role, number): one(self.db, role, number) for role in STAFF for number in (1, 2)}
        for number in (1, 2):
            bindings.teach(self.db, self._staff["teacher", number].id, self.room.id)
        self.officer = self._staff["officer", 1]
        self.fresh()

    def by(self, who: str, number: int = 1) -> Person | str:
        """Give who acts: one of the house's actors, or the first or second of a role."""
        return who if who in HOUSE else self._staff[who, number]

    def fresh(self) -> None:
        """Forget which children have a matter."""
        self._children: Iterator[str] = iter(self.room.children.values())

    def reported(self, what: str = "absence") -> Case:
        """Report a matter of a child that has none yet; of one that is not on the roll for a stranger."""
        if what in ("matter", "turned"):
            matter = open_by_hand(self.db, self.officer, TOLD, key=new_id())
            return matter if what == "matter" else self.done(matter, "turned", self.officer)
        kind = (
            "boarding" if what in ("boarding", "withdrawn") else "safety" if what == "safety" else "absence"
        )
        said = sample(kind, 1, MORNING.date())
        if kind == "absence":
            said |= {"last_seen": "2026-11-20", "on_leave": "否"}
        if what == "stranger":
            said.pop("id_number", None)
        if what != "absence":
            said |= PLACE
        child = "" if what in ("stranger", "boarding", "withdrawn", "safety") else next(self._children)
        done = door.receive(self.db, kind, said, channel="api", child=child, reporter="web:a")
        report = lookup.find_report(self.db, done.receipt)
        assert report
        if what == "withdrawn":
            door.withdraw(self.db, report, actor="web:a")
        case = cases.case_of_report(self.db, report.id)
        assert case
        return case

    def led(self, state: str) -> Case:
        """Give a case that was led to a state."""
        at(self.patch, MORNING)
        what, steps = WALKS[state]
        case = self.reported(what)
        for key, who, day, more in steps:
            at(self.patch, MORNING + day * DAY)
            case = self.done(case, key, self.by(who), **more)
        assert case.state == state
        return case

    def done(self, case: Case, key: str, who: Person | str, **more: Any) -> Case:
        """Do something on a case now; the case afterwards."""
        said = body(key, self.db.today().isoformat()) | more
        said |= {one: self.officer.id for one in ("owner", "staff") if said.get(one) == NOBODY}
        work.act(self.db, case, key, said, who, channel="desk")
        return self.again(case)

    def again(self, case: Case) -> Case:
        """Read a case again."""
        found = cases.case_by_id(self.db, case.id)
        assert found
        return found
