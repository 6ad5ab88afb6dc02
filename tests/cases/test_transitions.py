"""The table of transitions is that of the rule book: for every state, transition and role, and nothing beside it.

What stands here is written from the rule book, not from the code. Where the house allows more, the reason stands beside.
"""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from intake.cases import case as cases
from intake.cases import rules, work
from intake.cases.case import Case
from intake.cases.rulebook import states
from intake.cases.rulebook.transitions import TRANSITIONS
from intake.errors import Invalid, Refused
from intake.people.accounts import Person
from intake.reports import door
from intake.store.db import Database
from tests.hands.caseworld import HOUSE, STAFF, WALKS, World, body
from tests.hands.samples import sample

AWAY = (
    "已转学",
    "户籍问题",
    "外地就读无学籍",
    "出国",
    "休学",
    "延缓入学",
    "送教上门",
    "特教学校",
    "专门学校",
)
EARLY, PARTED, LATE = (
    ("线索", "待核实", "核实中"),
    ("核实中", "疑似辍学", "劝返中"),
    ("疑似辍学", "失联", "劝返中"),
)
ROLES = (
    "administrator",
    "officer",
    "approver",
    "town",
    "principal",
    "teacher",
    "village",
    "auditor",
    "operator",
    "bureau",
)
DECIDED = "(what was asked for)"
TURNED = "(where its new kind begins)"

RULE_BOOK: Mapping[str, tuple[Mapping[str, str], str]] = {
    "reported": (dict.fromkeys(("已销号", *AWAY), "线索"), "door roll"),
    "identified": ({"线索": "待核实"}, "owner town officer"),
    "assigned": ({"线索": "待核实"}, "owner town officer"),
    "contact": ({"待核实": "核实中", "待处理": "处理中"}, "teacher principal town village"),
    "returned": (dict.fromkeys(EARLY, "已到校"), "roll teacher"),
    "false_alarm": (dict.fromkeys(EARLY, "误报或请假"), "principal town officer"),
    "three_days": (dict.fromkeys(EARLY, "疑似辍学"), "clock"),
    "elsewhere": ({}, "principal town"),
    "lost": (dict.fromkeys(PARTED, "失联"), "principal town"),
    "persuasion": ({"疑似辍学": "劝返中", "失联": "劝返中"}, "teacher principal town village officer"),
    "confirmed": ({}, "approver"),
    "back": (dict.fromkeys(LATE, "复学观察"), "principal"),
    "observed": ({}, "teacher"),
    "out_again": ({"复学观察": "劝返中"}, "clock principal"),
    "submit": ({}, "principal"),
    "approve": (dict.fromkeys((*PARTED, "复学观察"), DECIDED), "approver"),
    "handled": ({"待处理": "处理中"}, "owner teacher principal town village officer approver"),
    "resolved": ({"处理中": "已解决"}, "owner principal town officer"),
    "unresolved": ({"处理中": "无法解决"}, "owner principal town officer"),
    "closed": (dict.fromkeys(("已解决", "无法解决"), "关闭"), "owner principal town officer"),
}
"""By transition: from where to where, and who. An approval leads to what was asked for."""

MORE_MOVES: Mapping[str, tuple[Mapping[str, str], str]] = {
    "reported": (
        {"已解决": "处理中", "无法解决": "处理中"},
        "said again while it is not closed: it is not solved",
    ),
    "resolved": ({"待处理": "已解决"}, "what one call settles needs no step between"),
    "unresolved": ({"待处理": "无法解决"}, "what one call settles needs no step between"),
    "reopened": (dict.fromkeys(("已解决", "无法解决", "关闭"), "处理中"), "an end that was none"),
    "withdrawn": (
        dict.fromkeys(("线索", "待核实", "待处理"), "已撤回"),
        "a reporter takes back what nobody took up",
    ),
    "turned": (
        dict.fromkeys(("待处理", "处理中"), TURNED),
        "a complaint may become an absence or safety case",
    ),
    "merged": ({one: "已并入" for one in WALKS if not states.STATES[one].ended}, "two that are one child's"),
    "undone": (dict.fromkeys(("已到校", "误报或请假", "已并入", "已撤回", "关闭"), "(before)"), "undoable"),
    "deceased": (
        dict.fromkeys(("线索", "待核实", "核实中", "疑似辍学", "劝返中", "失联", "复学观察"), "关闭"),
        "a child that has died is looked for by nobody",
    ),
}
"""What moves a case beside the rule book's table, each with its reason."""

MORE_HANDS: Mapping[str, tuple[str, str]] = {
    "assigned": (
        "principal clock door",
        "a principal shares out what is her school's; the clock brings the town in",
    ),
    "contact": ("owner officer", "whoever has the case calls; the bureau has what nobody else has"),
    "observed": ("principal", "a school's principal has every class of it"),
}
"""Who may beside the rule book's table, each with its reason."""

BUREAU = frozenset({"elsewhere", "lost", "back", "back_changed", "out_again", "submit"})
"""What 教育局, all in one, does where a school or town has nobody in the system; never approved by the same person."""

RECORDS = frozenset({
    "filled", "imported", "amended", "said_back", "family_said",
    "leave_said", "asked", "seen", "missed", "transfer", "accepted", "shared", "note",
    "evidence", "referral", "replied", "letter", "served", "leave", "answered", "elsewhere", "confirmed", "back_changed",
    "observed", "submit", "reject", "reviewed", "informed", "joined", "parted", "told", "moved",
})  # fmt: skip
"""What is written down and moves nothing."""


def moves(key: str) -> dict[str, str]:
    """Give where the rule book lets a transition lead, by state."""
    return {**RULE_BOOK.get(key, ({}, ""))[0], **MORE_MOVES.get(key, ({}, ""))[0]}


def hands(key: str) -> frozenset[str]:
    """Give who may by the rule book."""
    who = set(RULE_BOOK[key][1].split()) | set(MORE_HANDS.get(key, ("", ""))[0].split())
    if {"officer", "approver"} & who or key in BUREAU:
        who.add("bureau")
    return frozenset(who)


def somebody(role: str) -> Person | str:
    """Give somebody of a role, who owns nothing; or one of the house's actors."""
    return role if role in HOUSE else Person(f"{role}-1", "某", role, role, "220605", "")


def led(key: str, state: str) -> str | None:
    """Give where the code lets a transition lead, in the words of this page."""
    after = TRANSITIONS[key].leads(state)
    return {"*": DECIDED, "<": "(before)", ">": TURNED}.get(after or "", after)


def test_every_transition_is_of_the_rule_book_or_a_record() -> None:
    assert set(TRANSITIONS) == set(RULE_BOOK) | set(MORE_MOVES) | RECORDS
    assert set(WALKS) == set(states.STATES)


@pytest.mark.parametrize("key", TRANSITIONS)
def test_a_transition_leads_from_and_to_where_the_rule_book_says(key: str) -> None:
    moved = {state: after for state in states.STATES if (after := led(key, state)) not in (None, state)}
    assert moved == moves(key)


@pytest.mark.parametrize("key", RULE_BOOK)
def test_a_transition_is_in_the_hands_that_the_rule_book_says(
    db: Database, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    case, may = World(db, monkeypatch).reported(), hands(key)
    for role in (*ROLES, *HOUSE):
        assert rules.allowed(TRANSITIONS[key], case, somebody(role)) == (role in may), role
    mine = replace(case, owner="auditor-1")
    assert rules.allowed(TRANSITIONS[key], mine, somebody("auditor")) == ("owner" in may)


@pytest.mark.parametrize("state", WALKS)
def test_what_somebody_is_offered_is_what_the_rule_book_lets_them(
    db: Database, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    world = World(db, monkeypatch)
    case = world.led(state)
    for role in ROLES:
        person = world.by(role, 2) if role in STAFF else somebody(role)
        assert isinstance(person, Person)
        offered = {one.key for one in work.possible(db, case, person)} & set(RULE_BOOK) - RECORDS
        wanted = {key for key in RULE_BOOK if role in hands(key) and state in moves(key)} - RECORDS
        records = {key for key in RULE_BOOK if role in hands(key) and led(key, state) == state}
        assert wanted - {"approve"} <= offered <= wanted | records, role
        assert "approve" not in offered  # nothing was asked for


@pytest.mark.parametrize("state", WALKS)
def test_from_every_state_a_move_leads_where_the_rule_book_says(
    db: Database, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    world = World(db, monkeypatch)
    case = world.led(state)
    for key in sorted(RULE_BOOK):
        if (after := moves(key).get(state)) in (None, DECIDED):
            continue
        for who in sorted(hands(key) - {"owner"}):
            assert tried(world, case, key, who) == after, (key, who)


@pytest.mark.parametrize("state", WALKS)
def test_what_leads_nowhere_is_refused_and_on_record(
    db: Database, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    world = World(db, monkeypatch)
    case = world.led(state)
    for key, one in TRANSITIONS.items():
        if one.leads(state) is not None or (one.kinds and case.kind not in one.kinds):
            continue
        who = world.by(sorted(one.who - {"owner"})[0])
        with pytest.raises(work.Impossible):
            work.act(db, case, key, body(key, db.today().isoformat()), who, channel="desk")
        last = db.one("SELECT verb, subject, detail FROM audit ORDER BY id DESC LIMIT 1")
        assert last
        assert tuple(last) == ("case.refused", case.id, key)
    assert world.again(case) == case


@pytest.mark.parametrize("to", AWAY)
def test_an_end_is_what_was_asked_for_and_decided_by_somebody_else(
    db: Database, monkeypatch: pytest.MonkeyPatch, to: str
) -> None:
    world = World(db, monkeypatch)
    case = world.led("核实中")
    asked = world.done(case, "elsewhere", world.by("bureau", 1), to=to)
    assert (asked.state, asked.duty) == ("核实中", "approve")
    with pytest.raises(Refused, match="不能是同一个人"):
        world.done(asked, "approve", world.by("bureau", 1))
    rejected = world.done(asked, "reject", world.by("approver"))
    with pytest.raises(work.Impossible):
        world.done(rejected, "approve", world.by("approver"))
    asked = world.done(rejected, "elsewhere", world.by("town"), to=to)
    ended = world.done(asked, "approve", world.by("bureau", 1))
    assert (ended.state, ended.open, ended.duty) == (to, 0, "review" if to in ("休学", "延缓入学") else "")


def test_a_special_school_is_never_the_schools_to_say_and_a_pause_needs_a_decision(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(db, monkeypatch)
    case = world.led("疑似辍学")
    with pytest.raises(Refused, match="学校不能报"):
        world.done(case, "elsewhere", world.by("principal"), to="专门学校")
    for to in ("休学", "延缓入学", "专门学校"):
        with pytest.raises(Invalid) as wrong:
            world.done(case, "elsewhere", world.by("town"), to=to, decision="")
        assert "decision" in wrong.value.errors


@pytest.mark.parametrize(
    ("state", "again"), [("已销号", True), ("已转学", True), ("休学", True), ("已到校", False)]
)
def test_a_matter_that_comes_again_opens_its_case_where_it_was_one_of_dropout(
    db: Database, monkeypatch: pytest.MonkeyPatch, state: str, again: bool
) -> None:
    world = World(db, monkeypatch)
    ended = world.led(state)
    said = sample("absence", 2) | {"last_seen": db.today().isoformat(), "on_leave": "否"}
    door.receive(db, "absence", said, channel="api", child=ended.child)
    (newest, *_) = cases.cases_of_child(db, ended.child)
    assert (newest.number == ended.number) == again
    assert newest.state == ("线索" if again else "待核实")


class Back(Exception):
    """What was tried is taken back."""


def tried(world: World, case: Case, key: str, who: str) -> str:
    """Give where something leads, without leaving a trace."""
    try:
        with world.db.write():
            raise Back(world.done(case, key, world.by(who)).state)
    except Back as back:
        return str(back)
