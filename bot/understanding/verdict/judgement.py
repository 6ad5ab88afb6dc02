"""The verdict on a message: the model's opinion, corrected by the rules that must hold."""

from dataclasses import dataclass

from bot.understanding.verdict import cues, features, matters
from bot.understanding.verdict.matters import KINDS, Clause
from bot.understanding.verdict.model import model

CERTAIN, SURE = 0.95, 0.85
"""From where on a clause decides what the message is about, and speaks of a matter of its own."""
LIKELY = 0.5
WATCHFUL = 3.5
"""Weight of the model's suspicion of danger: rather one alarm too many."""
ALARM = 2.0
"""Weight of danger where clear words speak of it: in few words always, in a long story unless the model is sure
that it is about something else (a widow of an accident asks for aid)."""
SHORT, SLIGHT = 25, 0.03
SOBER = 2.4
"""Weight of the model's doubt whether a message concerns us at all."""
LITTLE = 0.01
"""What the whole message must leave of a matter for a clause to speak of it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Intents with confidences, the likeliest first; the danger named, if any; leave; whether it is a question.

    `also` holds further matters with their words.
    """

    ranked: tuple[tuple[str, float], ...]
    danger: str
    leave: bool
    question: bool
    also: tuple[tuple[str, str], ...]


def judge(plain: str, covered: str) -> Verdict:
    """Judge a message: as it was said, and with the words of its facts covered."""
    scores = model().score(features.features(covered))
    parts = matters.clauses(covered)
    danger = cues.danger(plain)
    leave = cues.leave(plain) or (scores["leave"] >= LIKELY and not cues.no_leave(plain))
    scores["other"] += scores.pop("leave")  # a child on leave is no report of ours, and not missing
    if cues.harmless(plain):
        scores["safety"] *= cues.DOUBT
    else:
        plainly = danger and ((len(plain) < SHORT and not cues.long_ago(plain)) or scores["safety"] > SLIGHT)
        scores["safety"] = max(scores["safety"] * WATCHFUL, ALARM if plainly else 0.0)
    scores["other"] *= SOBER
    if leave or cues.unreal(plain):
        scores["absence"] *= cues.DOUBT
    told = _told(scores, parts, CERTAIN)
    if len(told) > 1 and max(scores, key=lambda one: scores[one]) in KINDS:
        first = next((kind for kind in ("safety", "absence") if kind in told), next(iter(told)))
        scores[first] += max(scores.values())
    whole = sum(scores.values())
    ranked = sorted(
        ((intent, round(value / whole, 4)) for intent, value in scores.items()), key=lambda one: -one[1]
    )
    intent, told = ranked[0][0], _told(scores, parts, SURE)
    also = {
        kind: "，".join(plain[one.start : one.end] for one in told[kind]) for kind in told if kind != intent
    }
    return Verdict(
        tuple(ranked), danger, leave, cues.question(plain), tuple(also.items()) if intent in KINDS else ()
    )


def _told(scores: dict[str, float], parts: list[Clause], sure: float) -> dict[str, list[Clause]]:
    """Give the matters of which whole clauses speak, in the order of speaking."""
    told: dict[str, list[Clause]] = {}
    for one in parts:
        if one.intent in KINDS and one.sure >= sure and (sure == SURE or scores[one.intent] > LITTLE):
            told.setdefault(one.intent, []).append(one)
    return told
