"""A conversation with people: what the reporter writes goes to the staff, who answer from the desk."""

from datetime import timedelta

from bot.dialogue import draft, replies
from bot.dialogue.replies import Reply
from bot.dialogue.state import State
from bot.dialogue.turn import Turn
from intake.language import text
from intake.reports import promises
from intake.reports.lookup import schema

ENDS = timedelta(hours=24)
"""Silence after which the next message is for us again."""


def begin(state: State, turn: Turn) -> Reply:
    """Open the conversation and say when somebody reads; a draft under way waits."""
    draft.set_aside(state)
    again, state.talking = bool(state.talking), "1"
    head = "还在转给工作人员。" if again else "好的，给您转工作人员。"
    return Reply(f"{head}{_hours(turn)}\n{replies.talking(turn)}{_waiting(state, turn)}", replies.HUMAN)


def hear(said: str, state: State, turn: Turn) -> Reply | None:
    """Pass on what is said; None if no conversation with people is open."""
    if not state.talking:
        return None
    if turn.away >= ENDS or draft.named(text.compact(said), turn):
        state.talking = ""
        return None
    state.failed += 1
    heard = ("记下了，转给工作人员。", "这句也转过去了。", "也记下了，工作人员会看到。")[
        (state.failed - 1) % 3
    ]
    return Reply(
        f"{heard}{_hours(turn) if state.failed == 1 else ''}\n说完了回复 {replies.link('菜单')}。",
        replies.HUMAN,
    )


def _hours(turn: Turn) -> str:
    """Say when somebody reads what is written now."""
    opens = promises.opens_at(turn.db)
    return f"现在是下班时间，{opens} 以后有人回复。" if opens else "现在是上班时间，会尽快回复您。"


def _waiting(state: State, turn: Turn) -> str:
    if not state.kind:
        return ""
    return f"\n刚才的{schema(turn.db, state.kind).title}给您留着，回复 {replies.link('继续')} 接着填。"
