"""A report that stops half-way lies before people, until its reporter sends it or gives it up."""

from datetime import timedelta
from typing import NamedTuple

from bot.dialogue import draft, emergency, filing
from bot.dialogue.replies import Reply
from bot.dialogue.state import ASK, CONSENT, PICK, REVIEW, State
from bot.dialogue.turn import Turn
from intake.language.patterns import regex
from intake.messages.conversations import NOTHING, Underway
from intake.talks import alarms, half_said, triage

PAUSE = timedelta(hours=1)
"""Silence after which a bare 好的 is no answer: it is said to a reminder, and the question is out of sight."""
_BACK = regex(
    "(?:好的?|行|中|可以|嗯+|哦+|噢|[您你]好|在呢?|来了?|回来了?|是我"
    "|(?:刚才?|刚刚|才|这会儿?)?在?(?:有点儿?)?(?:忙|有事儿?|干活|做饭|没空)(?:完|着)?|(?:接着|继续)[说填来聊]?"
    "|(?:话?还)?没[说填]完|收到|知道了?|我们?|俺们?|咱们?|那|就|给|[了呢啊吧哈的呀~～，,。！!、])++"
)


class Stood(NamedTuple):
    """Where a draft stood before a message: its kind, the receipt before it, and whether danger was chosen and not told."""

    kind: str = ""
    receipt: str = ""
    chosen: bool = False


NOWHERE = Stood()


def stood(state: State) -> Stood:
    """Tell where the draft stands."""
    return Stood(_kind(state), state.receipt, _chosen(state))


def note_begun(state: State, turn: Turn) -> None:
    """Note which message began what is under way now."""
    if not state.begun and (_chosen(state) or _kind(state)):
        state.begun = turn.key


def under_way(state: State, turn: Turn) -> Underway:
    """Give what people must know of if nobody goes on with it; not while people are asked, or called, already."""
    if _chosen(state):
        return Underway(state.begun, emergency.kind(turn))
    if not _kind(state) or state.talking or emergency.under_way(state):
        return NOTHING
    return Underway(state.begun, _kind(state))


def hear_back(word: str, state: State, turn: Turn) -> Reply | None:
    """Put the open question again to who comes back with no more than a word; None if more is said, or nobody was away.

    Neither a notice nor a read-back is agreed to by a 好的 that answers a reminder.
    """
    open_ = state.kind and state.step in (ASK, CONSENT, PICK, REVIEW)
    if not open_ or turn.away < PAUSE or state.talking or emergency.under_way(state):
        return None
    return draft.take_up(state, turn, "好的，咱们接着来。") if _BACK.fullmatch(word) else None


def settle(turn: Turn, before: Stood, state: State) -> None:
    """Let nobody look any more at what was sent or given up, in the message's transaction."""
    report = filing.own_report(turn, state.emergency) if before.chosen and state.emergency else None
    if report:
        alarms.tie(turn.db, turn.reporter, report.id, report.receipt)
    if before.kind and not _kind(state):
        sent = state.receipt != before.receipt
        half_said.settle_half_said(turn.db, turn.reporter, triage.FINISHED if sent else triage.DROPPED)


def _kind(state: State) -> str:
    """Give the kind of what is half-said: of the report under way, or else of the next that waits; a correction is none."""
    if state.kind:
        return "" if state.amending else state.kind
    return str(state.queue[0][0]) if state.queue else ""


def _chosen(state: State) -> bool:
    return emergency.under_way(state) and not state.emergency
