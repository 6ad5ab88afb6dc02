"""A report that stops half-way lies before people, until its reporter sends it or gives it up."""

from typing import NamedTuple

from bot.dialogue import emergency, filing
from bot.dialogue.state import State
from bot.dialogue.turn import Turn
from intake.messages.conversations import NOTHING, Underway
from intake.talks import alarms, half_said, triage


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
