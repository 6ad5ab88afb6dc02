"""The table of what may be done on a case: from which states, by whom, what it needs, and where it leads.

Pages, commands, the reading of returned workbooks and docs/cases.md read this one table.
Sources: 教基厅函〔2024〕15号 (every clue followed, 动态销号), 未成年人保护法 §28, 义务教育法 §58.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from intake.cases.rulebook import matters, records, states
from intake.cases.rulebook.states import (
    CHECK,
    CHECKING,
    CLUE,
    DOING,
    FALSE,
    HERE,
    LOST,
    MERGED,
    PERSUADING,
    SHUT,
    SOLVED,
    STATES,
    SUSPECTED,
    TODO,
    UNSOLVED,
    WATCHED,
    WITHDRAWN,
)
from intake.kinds.form import Form

CLOCK, DOOR, ROLL, PARENT = "clock", "door", "roll", "parent"
"""Who acts without an account: the house itself, and a child's family."""
OWNER = "owner"
"""Whoever has the case, of whatever role."""
ASKED_FOR = "*"
"""The state that was submitted, as where an approval leads."""
BEFORE = "<"
"""The state before what is taken back."""
TURNED = ">"
"""The state in which a case of the kind begins that a matter turns out to be."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One thing that may be done on a case."""

    key: str
    title: str
    """What a button says."""
    who: frozenset[str]
    """Roles, and the house's own actors; `bureau` acts as an officer, and approves what others submitted."""
    moves: Mapping[str, str]
    """State → state; the same one is a record that moves nothing."""
    needs: type[Form] | None = None
    did: str = ""
    """What the line of a case says of it."""
    mark: str = "转"
    """The character that stands before that line."""
    plain: str = ""
    """What the family is told, where it should hear of it."""
    kinds: frozenset[str] = field(default_factory=frozenset)
    """The kinds of case it belongs to; nothing is all that have its states."""

    def leads(self, state: str) -> str | None:
        """Give where it leads from a state; None where it is not possible there."""
        return self.moves.get(state)

    @property
    def moving(self) -> bool:
        """Tell whether it changes where a case stands."""
        return any(before != after for before, after in self.moves.items())


_OPEN = tuple(word for word, one in STATES.items() if not one.ended)
_ABSENT = (CLUE, CHECK, CHECKING, SUSPECTED, PERSUADING, LOST, WATCHED)
_EARLY = (CLUE, CHECK, CHECKING)
_LATE = (SUSPECTED, LOST, PERSUADING)
_AGAIN = tuple(word for word, one in STATES.items() if one.ended and one.suspected)
_PARTED = (CHECKING, SUSPECTED, PERSUADING)
_STAFF = ("teacher", "principal", "town", "village", "officer", "approver")


def _who(*roles: str) -> frozenset[str]:
    return frozenset(roles) | ({"bureau"} if {"officer", "approver"} & set(roles) else set())


def _stay(*words: str) -> Mapping[str, str]:
    return {word: word for word in words}


def _to(after: str, *words: str) -> Mapping[str, str]:
    return dict.fromkeys(words, after)


_ALL = (
    # From the doors
    Transition("reported", "报告", _who(DOOR, ROLL),
               {"": "", **_stay(*_OPEN), **_to(CLUE, *_AGAIN), SOLVED: DOING, UNSOLVED: DOING},
               did="收到报告", mark="报"),
    Transition("imported", "结转", _who(DOOR), {"": "", **_stay(*STATES)}, did="从以前的报告结转", mark="报"),
    Transition("amended", "更正", _who(DOOR), _stay(*STATES), did="报告有更正", mark="报"),
    Transition("withdrawn", "撤回", _who(DOOR, ROLL), _to(WITHDRAWN, CLUE, CHECK, TODO), did="报告被撤回", mark="报"),
    Transition("said_back", "家长说孩子回校了", _who(PARENT), _stay(*_ABSENT), records.Returned, "家长说孩子回校了", "报",
               plain="家里说孩子回学校了，等老师核实"),
    Transition("family_said", "家里回复", _who(PARENT), _stay(*STATES), records.Note, "家里回复", "话"),
    Transition("leave_said", "家长说请假", _who(PARENT, DOOR), _stay(*_ABSENT), did="家长说请假", mark="报"),
    Transition("asked", "和点名不一致", _who(DOOR, ROLL, CLOCK), _stay(*_ABSENT), did="和点名不一致，要核对", mark="问"),
    Transition("seen", "点名：到了", _who(ROLL), _stay(*_LATE, WATCHED), did="点名：到校", mark="点"),
    Transition("missed", "点名：没来", _who(ROLL), _stay(*_ABSENT), did="点名：没来", mark="点"),
    # Whose it is
    Transition("identified", "认定是哪个孩子", _who(OWNER, "town", "officer"), {**_stay(*_OPEN), CLUE: CHECK},
               records.Identified, "认定了孩子"),
    Transition("assigned", "分派", _who(OWNER, "principal", "town", "officer", CLOCK, DOOR), {**_stay(*_OPEN), CLUE: CHECK},
               records.Assigned, "分派", plain=""),
    Transition("transfer", "移交", _who(OWNER, "principal", "town", "officer"), _stay(*_OPEN), records.Assigned, "提出移交"),
    Transition("accepted", "接手", _who(*_STAFF), _stay(*_OPEN), None, "接手"),
    Transition("moved", "换了班级", _who(DOOR), _stay(*_OPEN), did="孩子换了班级", mark="转"),
    Transition("shared", "给别人看", _who("officer"), _stay(*STATES), records.Shared, "允许查看", "备"),
    # Records
    Transition("note", "写备注", _who(OWNER, *_STAFF), _stay(*STATES), records.Note, "备注", "备"),
    Transition("filled", "填台账", _who(OWNER, *_STAFF), _stay(*STATES), None, "填了台账", "填"),
    Transition("contact", "记联系", _who(OWNER, "teacher", "principal", "town", "village", "officer"),
               {**_stay(*_OPEN), CHECK: CHECKING, TODO: DOING}, records.Contact, "联系", "访",
               plain="老师已经和家里联系"),
    Transition("evidence", "加材料", _who(OWNER, *_STAFF), _stay(*STATES), records.Evidence, "加了材料", "材"),
    Transition("referral", "转其他部门", _who("principal", "town", "officer"), _stay(*_OPEN), records.Referral, "转送", "文"),
    Transition("replied", "记回音", _who(OWNER, "principal", "town", "officer"), _stay(*_OPEN), records.Replied,
               "收到回音", "文"),
    Transition("letter", "出文书", _who("principal", "town", "officer"), _stay(*_OPEN, *_AGAIN), records.Letter,
               "出具文书", "文"),
    Transition("served", "记送达", _who(OWNER, "principal", "town", "village", "officer"), _stay(*_OPEN, *_AGAIN), records.Served,
               "文书送达", "文"),
    Transition("leave", "记请假", _who("teacher", "principal"), _stay(*_ABSENT), records.OnLeave, "请假", "假"),
    Transition("answered", "答复核对", _who("teacher", "principal"), _stay(*_ABSENT), records.Answered, "核对了点名", "问"),
    # An absence, to its end
    Transition("returned", "已回校", _who("teacher", ROLL), _to(HERE, *_EARLY), records.Returned, "孩子到校",
               plain="老师说孩子已经到校"),
    Transition("false_alarm", "误报或请假", _who("principal", "town", "officer"), _to(FALSE, *_EARLY), records.Reason,
               "误报或请假", plain="已经核实，这件事办完了"),
    Transition("three_days", "连续三天没来", _who(CLOCK), _to(SUSPECTED, *_EARLY), None, "连续三个上课日没来，列入疑似辍学"),
    Transition("elsewhere", "报去向", _who("principal", "town", "bureau"), _stay(*_PARTED), records.Whereabouts,
               "报了去向，等审核", "销"),
    Transition("deceased", "孩子去世", _who("principal", "officer"), _to(SHUT, *_ABSENT), None, "孩子去世，不再找"),
    Transition("lost", "失联", _who("principal", "town", "bureau"), _to(LOST, *_PARTED), records.Lost, "找不到孩子，已报公安"),
    Transition("persuasion", "记劝返", _who("teacher", "principal", "town", "village", "officer"), _to(PERSUADING, *_LATE),
               records.Persuasion, "劝返", "劝", plain="工作人员和家里谈过孩子上学的事"),
    Transition("confirmed", "认定辍学", _who("approver"), _stay(PERSUADING), records.Decided, "认定辍学"),
    Transition("back", "复学", _who("principal", "bureau"), _to(WATCHED, *_LATE), records.Back, "复学",
               plain="学校登记了孩子复学，会继续关心"),
    Transition("back_changed", "改复学日期", _who("principal", "bureau"), _stay(WATCHED), records.BackChanged,
               "改了复学日期"),
    Transition("observed", "记观察", _who("teacher", "principal"), _stay(WATCHED), records.Observed, "复学观察", "访"),
    Transition("out_again", "又没来", _who(CLOCK, "principal", "bureau"), _to(PERSUADING, WATCHED), records.Reason,
               "复学后又没来"),
    Transition("submit", "报销号", _who("principal", "bureau"), _stay(WATCHED), records.Submitted, "报销号，等审核", "销"),
    Transition("approve", "审核通过", _who("approver"), _to(ASKED_FOR, *_PARTED, WATCHED), records.Decided, "审核通过", "销",
               plain="这件事已经办结"),
    Transition("reject", "退回", _who("approver"), _stay(*_PARTED, WATCHED), records.Reason, "审核退回", "销"),
    Transition("reviewed", "记复核", _who(OWNER, "principal", "town", "officer"), _stay(LOST, *states.PAUSED),
               records.Contact, "复核", "访"),
    # Every other kind
    Transition("handled", "开始办", _who(OWNER, *_STAFF), {TODO: DOING}, None, "开始办理", plain="工作人员开始办理"),
    Transition("informed", "记告知和报告", _who(OWNER, "principal", "town", "officer"), _stay(TODO, DOING, SOLVED, UNSOLVED),
               records.Informed, "告知和报告", "备", kinds=frozenset({"safety"})),
    Transition("resolved", "已解决", _who(OWNER, "principal", "town", "officer"), _to(SOLVED, TODO, DOING), records.Solved,
               "已解决", plain="这件事已经解决"),
    Transition("unresolved", "无法解决", _who(OWNER, "principal", "town", "officer"), _to(UNSOLVED, TODO, DOING), records.Reason,
               "无法解决", plain="这件事现在办不成，工作人员会向您说明"),
    Transition("closed", "关闭", _who(OWNER, "principal", "town", "officer"), _to(SHUT, SOLVED, UNSOLVED), None, "关闭"),
    Transition("reopened", "重新办理", _who(OWNER, "principal", "town", "officer"), _to(DOING, SOLVED, UNSOLVED, SHUT),
               records.Reason, "重新办理", plain="这件事重新开始办", kinds=frozenset(states.KINDS) - {"absence"}),
    Transition("turned", "转为未到校或安全", _who("officer"), _to(TURNED, TODO, DOING), matters.Turned,
               "转为另一类", kinds=frozenset({states.MATTER})),
    # Two that are one
    Transition("merged", "并入", _who(OWNER, "principal", "town", "officer"), _to(MERGED, *_OPEN), None, "并入另一个个案"),
    Transition("joined", "合并", _who(OWNER, "principal", "town", "officer"), _stay(*STATES), None, "合并了另一个个案", "报"),
    Transition("parted", "分开", _who(OWNER, "principal", "town", "officer"), _stay(*STATES), None, "分出了另一个个案", "报"),
    Transition("undone", "撤销", _who(OWNER, *_STAFF, ROLL, DOOR), _to(BEFORE, HERE, FALSE, MERGED, WITHDRAWN, SHUT), None,
               "撤销上一步"),
    Transition("told", "提醒", _who(CLOCK), _stay(*_OPEN, *_AGAIN), None, "提醒", "催"),
)  # fmt: skip

TRANSITIONS: Mapping[str, Transition] = {one.key: one for one in _ALL}
"""By key."""
CLOSING = frozenset({"elsewhere", "submit"})
"""What asks for an end that somebody else must approve."""
