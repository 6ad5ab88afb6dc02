"""How a case stands, derived from its events and from nothing else: no page, workbook or script can put it elsewhere."""

from collections.abc import Iterable

from intake.cases.rulebook import states
from intake.cases.rulebook.effects import EFFECTS
from intake.cases.rulebook.happenings import TAKING, Facts, Happening, Standing
from intake.cases.rulebook.transitions import ASKED_FOR, BEFORE, TRANSITIONS, TURNED

STAFF = "staff:"
"""How the names of those begin whose doing takes all doubt from a case."""

__all__ = ["Facts", "Happening", "Standing", "advance", "leads", "standing_of"]


def standing_of(steps: Iterable[Happening]) -> Standing:
    """Derive how a case stands from its events in their order; what was undone has no effect."""
    known = list(steps)
    undone = {str(step.facts.get("event", "")): step for step in known if step.key == "undone"}
    now = Standing()
    for step in known:
        if step.key == "undone":
            if not any(one.id == step.facts.get("event") for one in known):
                now.impossible.append(step.id)
        elif step.id not in undone:
            _take(now, step)
    return now


def advance(now: Standing, step: Happening) -> Standing:
    """Take one more event, which undoes none."""
    _take(now, step)
    return now


def leads(now: Standing, key: str) -> str | None:
    """Give the state to which an event would lead from here; None where it is not possible."""
    after = TRANSITIONS[key].leads(now.state) if key in TRANSITIONS else None
    if after == ASKED_FOR:
        return now.pending or None
    if key == "reject" and not now.pending:
        return None
    return after


def _take(now: Standing, step: Happening) -> None:
    after = leads(now, step.key)
    if after == TURNED or (step.key in ("reported", "imported") and not now.state):
        after = str(step.facts.get("opening") or "") or None
    if after is None or after == BEFORE or (after and after not in states.STATES):
        now.impossible.append(step.id)
        return
    moved, now.state = after != now.state, after
    if moved and step.key != "approve":
        now.pending = now.pending_by = ""
    now.taken = now.taken or step.key in TAKING
    effect = EFFECTS.get(step.key)
    if effect:
        effect(now, step)
    now.doubted = now.doubted and not step.actor.startswith(STAFF)
