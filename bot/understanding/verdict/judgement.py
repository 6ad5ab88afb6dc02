"""The verdict on a message: the model's opinion, corrected by the rules that must hold."""

from dataclasses import dataclass

from bot.understanding.verdict import cues, features, matters, minors
from bot.understanding.verdict.matters import KINDS, Clause
from bot.understanding.verdict.model import model

CERTAIN, SURE = 0.95, 0.85
"""From where on a clause decides what the message is about, and speaks of a matter of its own."""
LIKELY = 0.5
WATCHFUL = 6.5
"""Weight of the model's suspicion of danger: rather one alarm too many."""
ALARM = 2.0
"""Weight of danger where clear words speak of it: in few words always, in a long story unless the model is sure
that it is about something else (a widow of an accident asks for aid)."""
PLAIN = 6.0
"""By how much a few words are taken for aid where they say that none came."""
SHORT, SLIGHT, CRY = 25, 0.03, 9.0
"""Characters of a few words; how little of danger in a long story suffices; the weight of clear words and no more."""
SOBER = 4.2
"""Weight of the model's doubt whether a message concerns us at all."""
LONG, FAMILIAR, TALE, ROOM = 3, 0.33, 120, 40
"""Of the runs of so many characters a message of the usual kind has so large a share that was learned; how long a
message grows stranger by its length, and how fast."""
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


def judge(plain: str, covered: str, *, ongoing: bool = False, doubted: bool = True) -> Verdict:
    """Judge a message: as it was said, and with the words of its facts covered.

    `ongoing` says that a child is being talked of already, `doubted` that the model's doubt whether this concerns us
    counts for more: no child of the speaker's is told of, or no fact of our matters was read.
    """
    found = features.features(covered)
    scores = model().score(found)
    child = ongoing or minors.child_told_of(plain)
    parts = [one for one in matters.clauses(covered) if child is not False or one.intent != "safety"]
    danger = "" if child is False else cues.danger(plain)
    leave = cues.leave(plain) or (scores["leave"] >= LIKELY and not cues.no_leave(plain))
    scores["other"] += scores.pop("leave")  # a child on leave is no report of ours, and not missing
    _weigh_danger(scores, plain, child, danger, leave)
    if cues.introduces(covered):
        scores["safety"] *= cues.DOUBT
    beside = any(one.intent in KINDS - {"subsidy"} and one.sure >= SURE for one in parts)
    if not (danger or beside) and len(plain) <= SHORT and cues.unpaid(plain):
        scores["subsidy"] += PLAIN * max(scores.values())
    if doubted:
        scores["other"] *= SOBER
    if leave or cues.unreal(plain):
        scores["absence"] *= cues.DOUBT
    told = _told(scores, parts, CERTAIN)
    if len(told) > 1 and max(scores, key=lambda one: scores[one]) in KINDS:
        first = next((kind for kind in ("safety", "absence") if kind in told), next(iter(told)))
        scores[first] += max(scores.values())
    ranked = _ranked(scores, covered, found)
    intent, told = ranked[0][0], _told(scores, parts, SURE)
    also = {
        kind: "，".join(plain[one.start : one.end] for one in told[kind]) for kind in told if kind != intent
    }
    return Verdict(
        tuple(ranked), danger, leave, cues.question(plain), tuple(also.items()) if intent in KINDS else ()
    )


def _weigh_danger(scores: dict[str, float], plain: str, child: bool | None, danger: str, leave: bool) -> None:
    """Weigh danger: as good as nothing where it is no child's or not meant, most where plain words say it."""
    if child is False:
        scores["other"] += scores["safety"]
    if child is False or cues.harmless(plain):
        scores["safety"] *= cues.DOUBT
    else:
        plainly = danger and ((len(plain) < SHORT and not cues.long_ago(plain)) or scores["safety"] > SLIGHT)
        alarm = CRY if len(plain) <= minors.BARE and not leave else ALARM
        scores["safety"] = max(scores["safety"] * (WATCHFUL if child else 1), alarm if plainly else 0.0)


def _ranked(scores: dict[str, float], covered: str, found: set[str]) -> list[tuple[str, float]]:
    """Give the intents with their confidences, the likeliest first: less sure of what is said in words never learned.

    A long message leaves more room for being mistaken about what is strange to the model.
    """
    known = model().known(one for one in found if len(one) == LONG and " " not in one)
    doubt = 1 + max(0.0, FAMILIAR - known) * (1 + min(len(covered), TALE) / ROOM)
    tempered = {intent: value ** (1 / doubt) for intent, value in scores.items()}
    whole = sum(tempered.values())
    return sorted(
        ((intent, round(value / whole, 4)) for intent, value in tempered.items()), key=lambda one: -one[1]
    )


def _told(scores: dict[str, float], parts: list[Clause], sure: float) -> dict[str, list[Clause]]:
    """Give the matters of which whole clauses speak, in the order of speaking."""
    told: dict[str, list[Clause]] = {}
    for one in parts:
        if one.intent in KINDS and one.sure >= sure and (sure == SURE or scores[one.intent] > LITTLE):
            told.setdefault(one.intent, []).append(one)
    return told
