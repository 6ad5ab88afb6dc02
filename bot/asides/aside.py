"""Interruptions: answered, and then the dialogue goes on where it was."""

from bot.dialogue import draft, emergency, replies
from bot.dialogue.replies import Reply
from bot.dialogue.state import State
from bot.dialogue.turn import Turn
from intake.reports.lookup import schema


def aside(sentence: str, state: State, turn: Turn, otherwise: str = "", note: str = "") -> Reply:
    """Answer an interruption, then put the question again that was open."""
    question = draft.current(state, turn) or otherwise
    return Reply(f"{sentence}\n\n{question}" if question else sentence, note)


def then(reply: Reply, state: State, turn: Turn) -> Reply:
    """After an emergency, go on with the draft it interrupted."""
    if emergency.under_way(state) or not state.kind:
        return reply
    title = schema(turn.db, state.kind).title
    question = draft.current(state, turn) or f"回复 {replies.link('继续')} 接着填。"
    return Reply(f"{reply.text}\n\n刚才的{title}还可以接着填：\n{question}", reply.note)
