"""What is done with a verdict: acted upon where it is sure, or else offered; nothing half understood is acted upon."""

from collections.abc import Collection, Sequence

from bot.understanding.verdict.matters import KINDS

ACTS = 0.8
"""From where on the dialogue acts on what it took a message for."""
BORNE_OUT = 0.7
"""The same where a fact was read that belongs to the matter: 想住校 is a need, 三天没去 is a time of absence."""
ALARMED = 0.9
"""The same for danger without a clear word of it: it is offered with what to do now, and lies before people at once."""
ALARMS = 0.5
"""The same where clear words of danger are said: life comes first."""
IDLE = 0.8
"""The same for what has no word of school: it may be passed over."""
OFFERED, WORTH = 3, 0.05
"""How many matters are offered at most, and how likely each must be."""
_OF_MATTER = {
    "boarding": frozenset({"needs", "distance_km"}), "subsidy": frozenset({"program", "problem"}),
    "absence": frozenset({"days", "last_seen"}), "enrollment": frozenset({"entry"}),
}  # fmt: skip
OTHER, DANGER = "other", "safety"
_ONE_MATTER = (frozenset({"absence", "enrollment"}),)
"""What is seldom two matters: a child without a place at school does not go there."""
SUSPECT = 0.15
"""How likely danger must be to be offered: such an offer rings."""
_NEVER = frozenset({OTHER, "greeting"})


def decide(
    ranked: Sequence[tuple[str, float]],
    also: Collection[str] = (),
    facts: Collection[str] = (),
    *,
    danger: bool = False,
    leave: bool = False,
    schooling: bool = True,
) -> tuple[bool, tuple[str, ...]]:
    """Tell whether to act on the likeliest intent, and which intents to offer instead (none where it acts).

    `also` are further matters that whole clauses speak of: of two that are told, neither makes the other doubtful.
    `facts` are the keys of what was read.
    An offer always ends with none of these, which is `other`: then a person reads what was said.
    """
    intent = ranked[0][0]
    sure = sum(chance for one, chance in ranked if one == intent or _beside(one, intent, also))
    needed = ACTS
    if leave or (intent == OTHER and not schooling):
        needed = IDLE
    elif intent == DANGER:
        needed = ALARMS if danger else ALARMED
    elif bears_out(facts, intent):
        needed = BORNE_OUT
    if sure >= needed:
        return True, ()
    likely = [one for one, chance in ranked if one not in _NEVER and chance >= _worth(one)][:OFFERED]
    if (danger or DANGER in also) and DANGER not in likely:
        likely = [*likely[: OFFERED - 1], DANGER]
    if not any(one in KINDS for one in likely) and intent == OTHER:
        return True, ()
    return (False, (*likely, OTHER)) if likely else (True, ())


def bears_out(facts: Collection[str], intent: str = "") -> bool:
    """Tell whether a fact was read that belongs to a matter, or to any of ours."""
    return any(keys & {*facts} for one, keys in _OF_MATTER.items() if intent in ("", one))


def _beside(one: str, intent: str, also: Collection[str]) -> bool:
    """Tell whether a matter is told beside another; danger is one with all that leads to it."""
    return one in also and DANGER not in (one, intent) and {one, intent} not in _ONE_MATTER


def _worth(intent: str) -> float:
    return SUSPECT if intent == DANGER else WORTH
