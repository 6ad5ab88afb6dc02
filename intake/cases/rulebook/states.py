"""Where a case stands: its word, what parents hear, and whether it is an end (教基厅函〔2024〕15号: 动态销号).

A state follows from a case's events (see `standing`); nobody sets one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from intake.kinds import statuses


@dataclass(frozen=True, slots=True)
class CaseState:
    """One state: its word, which is what is kept, and a parent's words for it."""

    word: str
    plain: str
    ended: bool = False
    suspected: bool = False
    """Whether the case is or was one of dropout: it ends by an approver, and a new report opens it again."""


_BUSY = "正在联系、核实"
_HELP = "学校和工作人员正在帮孩子回到学校"
_AWAY = "已经登记孩子的去向"

CLUE, CHECK, CHECKING = statuses.CLUE.word, "待核实", "核实中"
SUSPECTED, PERSUADING, LOST, WATCHED = "疑似辍学", "劝返中", "失联", "复学观察"
HERE, FALSE, CLOSED = "已到校", "误报或请假", "已销号"
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
"""Where a child may lawfully be instead; 休学 and 延缓入学 are looked at again on a day."""
PAUSED = ("休学", "延缓入学")
TODO, DOING, SOLVED, UNSOLVED, SHUT = statuses.RECEIVED.word, "处理中", "已解决", "无法解决", "关闭"
WITHDRAWN, MERGED = statuses.WITHDRAWN.word, "已并入"

STATES: Mapping[str, CaseState] = {
    one.word: one
    for one in (
        CaseState(CLUE, "已经收到，等待核实"),
        CaseState(CHECK, "已经收到，等待核实"),
        CaseState(CHECKING, _BUSY),
        CaseState(SUSPECTED, _BUSY, suspected=True),
        CaseState(PERSUADING, _HELP, suspected=True),
        CaseState(LOST, "工作人员正在找孩子", suspected=True),
        CaseState(WATCHED, "孩子已经回到学校，学校会继续关心", suspected=True),
        CaseState(HERE, "孩子已经到校", ended=True),
        CaseState(FALSE, "已经核实，不用再办", ended=True),
        CaseState(CLOSED, "已经办结", ended=True, suspected=True),
        *(CaseState(word, _AWAY, ended=True, suspected=True) for word in AWAY),
        CaseState(TODO, "已经收到，等待处理"),
        CaseState(DOING, "正在处理"),
        CaseState(SOLVED, "已经解决"),
        CaseState(UNSOLVED, "办不成，工作人员会说明原因"),
        CaseState(SHUT, "已经办结", ended=True),
        CaseState(WITHDRAWN, "已经按您的要求撤回", ended=True),
        CaseState(MERGED, "和同一个孩子的另一份报告一起办", ended=True),
    )
}
"""By their word."""
DROPPED_OUT = tuple(
    word for word, one in STATES.items() if one.suspected and not one.ended and word != WATCHED
)
"""Those in which a child has dropped out, or may have."""
MATTER = "matter"
"""The kind of what is none of the kinds of report."""
KINDS: Mapping[str, str] = {
    "absence": "未到校", "safety": "安全", "boarding": "寄宿", "subsidy": "资助", "enrollment": "入学",
    MATTER: "诉求",
}  # fmt: skip
"""The kinds of case in the order in which they are listed, and the word for each."""


def is_open(state: str) -> bool:
    """Tell whether something is still to be done in a state."""
    return not STATES[state].ended


def opening(kind: str, known: bool) -> str:
    """Give the state in which a case begins; `known` is whether the child is one of the roll."""
    if kind != "absence":
        return TODO
    return CHECK if known else CLUE
