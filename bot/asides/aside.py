"""Interruptions: answered, and then the dialogue goes on where it was."""

from bot.dialogue import draft, emergency, replies
from bot.dialogue.office import Office
from bot.dialogue.replies import Reply
from bot.dialogue.state import State


def aside(sentence: str, state: State, office: Office, otherwise: str = "", note: str = "") -> Reply:
    """Answer an interruption, then put the question again that was open."""
    question = draft.current(state, office) or otherwise
    return Reply(f"{sentence}\n\n{question}" if question else sentence, note)


def then(reply: Reply, state: State, office: Office) -> Reply:
    """After an emergency, go on with the draft it interrupted."""
    if emergency.under_way(state) or not state.kind:
        return reply
    title = office.form(state.kind).title
    question = draft.current(state, office) or f"回复 {replies.link('继续')} 接着填。"
    return Reply(f"{reply.text}\n\n刚才的{title}还可以接着填：\n{question}", reply.note)
