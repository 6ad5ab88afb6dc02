"""Danger is not taken back in the chat: people must see that the child is safe, and what was said goes to them."""

from dataclasses import replace

from bot.asides.aside import aside, then
from bot.dialogue import emergency, filing, replies
from bot.dialogue.replies import Reply
from bot.dialogue.state import State
from bot.dialogue.turn import Turn
from bot.minds import instead
from bot.minds.instead import Hear
from bot.understanding import wishes
from bot.understanding.wishes import Wish


def in_danger(wish: Wish, said: str, hear: Hear, state: State, turn: Turn) -> Reply | None:
    """Say that people have it already; whoever speaks of something else is heard, and the alarm stays."""
    received, urgent = state.emergency, emergency.kind(turn)
    other = instead.other_matter(wish.rest, state, turn)
    if wish.kind in (wishes.OTHER_CHILD, wishes.OTHER_MATTER) or (wish.rest and not other and not received):
        return None  # it belongs to the story
    if received:
        filing.add_to_report(turn, received, {}, said)
    if wish.kind == wishes.ANEW:
        return aside("您说的都收到了，不用重来，接着说就行。", state, turn, note=urgent)
    keeps_phone = wish.kind == wishes.WITHDRAW and received and emergency.PHONE in state.waiting
    state.waiting = [emergency.PHONE] if keeps_phone else []
    told = replies.ALARMED if received else replies.NOTHING_SENT
    if other:
        state.waiting = []
        reply = instead.hear_matter(wish.rest, hear, state, turn)
        return replace(reply, text=f"{told}\n\n{reply.text}", note=reply.note or (urgent if received else ""))
    if keeps_phone:
        return aside(told, state, turn, note=urgent)
    return then(Reply(told, urgent if received else ""), state, turn)


def just_alarmed(state: State, turn: Turn) -> bool:
    """Tell whether the newest report is one of danger, told a little while ago."""
    return bool(state.emergency) and state.receipt == state.emergency and turn.away < filing.JUST_NOW


def stays(said: str, state: State, turn: Turn, after: str = "") -> Reply | None:
    """Say that danger which was just told is not taken back; None where none was."""
    if not just_alarmed(state, turn):
        return None
    filing.add_to_report(turn, state.emergency, {}, said)
    return Reply(replies.ALARMED + after, emergency.kind(turn))
