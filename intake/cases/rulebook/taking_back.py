"""What of a case can be taken back, and to which state that leads."""

from collections.abc import Sequence

from intake.cases.rulebook import standing
from intake.cases.rulebook.standing import Facts, Happening, Standing
from intake.cases.rulebook.transitions import TRANSITIONS
from intake.errors import Denied, Refused
from intake.people.roles import SAFETY

UNDOABLE = frozenset({"returned", "false_alarm", "merged", "withdrawn", "deceased"})
"""What can be taken back from where it led to, whichever way it came."""
ROW = "row"
"""The fact by which an event that came with a returned workbook names its row.

Whoever filled that in did not have the case before them, so it can be taken back from any state, as long as nothing
rests on it.
"""
_APART = frozenset({"told", "note", "filled", "undone"})
"""What rests on nothing that was done before it."""
_OWN = ("teacher", "village")
"""Roles that take back what they did themselves."""


def state_before(
    steps: Sequence[Happening], now: Standing, facts: Facts, actor: str, role: str, kind: str
) -> str | None:
    """Give the state to which it leads to take back the event that `facts` name; None where that cannot be.

    That is the last move of the case, or something that a returned workbook did; never what was done about danger, since
    nobody is alarmed any more. Raises Denied, Refused.
    """
    gone = {str(one.facts.get("event")) for one in steps if one.key == "undone"}
    mine = next((one for one in steps if one.id == facts.get("event") and one.id not in gone), None)
    if mine is None:
        return None
    if role in _OWN and mine.actor != actor:
        raise Denied
    if mine.facts.get(ROW) and mine.key not in UNDOABLE:
        if kind == SAFETY and mine.key not in _APART:
            raise Refused("孩子有危险的个案，记下的不能撤回。写错了请在个案里再记一条。")
        return _state_without(steps, mine, gone)
    moves = [one for one in steps if one.key in UNDOABLE and one.id not in gone]
    last = bool(moves) and moves[-1].id == mine.id
    return mine.before if last and now.state in TRANSITIONS["undone"].moves else None


def _state_without(steps: Sequence[Happening], mine: Happening, gone: set[str]) -> str:
    """Give the state of a case without one of its events. Raises Refused where something rests on that."""
    if mine.key == "filled":
        raise Refused("填写的内容要一格一格撤回。")
    behind = [one for one in steps[steps.index(mine) + 1 :] if one.key not in _APART and one.id not in gone]
    if behind:
        raise Refused(f"后面又办了“{TRANSITIONS[behind[0].key].title}”，这一步不能单独撤回。请在个案里办。")
    return standing.standing_of([one for one in steps if one.id != mine.id]).state
