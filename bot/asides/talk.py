"""A conversation with people: what the reporter writes goes to the staff, who answer from the desk."""

from datetime import timedelta

from bot.dialogue import draft, replies
from bot.dialogue.office import Office
from bot.dialogue.replies import Reply
from bot.dialogue.state import State
from intake.language import text

ENDS = timedelta(hours=24)
"""Silence after which the next message is for us again."""


def begin(state: State, office: Office) -> Reply:
    """Open the conversation and say when somebody reads; a draft under way waits."""
    draft.set_aside(state)
    again, state.talking = bool(state.talking), "1"
    head = "还在转给工作人员。" if again else "好的，给您转工作人员。"
    return Reply(f"{head}{office.hours()}\n{replies.talking(office)}{_waiting(state, office)}", replies.HUMAN)


def hear(said: str, state: State, office: Office) -> Reply | None:
    """Pass on what is said; None if no conversation with people is open."""
    if not state.talking:
        return None
    if office.away >= ENDS or draft.named(text.compact(said), office):
        state.talking = ""
        return None
    state.failed += 1
    heard = ("记下了，转给工作人员。", "这句也转过去了。", "也记下了，工作人员会看到。")[
        (state.failed - 1) % 3
    ]
    return Reply(
        f"{heard}{office.hours() if state.failed == 1 else ''}\n说完了回复 {replies.link('菜单')}。",
        replies.HUMAN,
    )


def _waiting(state: State, office: Office) -> str:
    if not state.kind:
        return ""
    return f"\n刚才的{office.form(state.kind).title}给您留着，回复 {replies.link('继续')} 接着填。"
