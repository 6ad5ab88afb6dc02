"""What a message means: the one place where free words become an intent and facts.

Facts are read first and covered, so that a name or a village speaks for no intent. A linear model over
characters and sounds weighs the rest; rules have the last word where the model cannot be trusted with it:
danger, leave, and talk of what is not, was once or might be.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.understanding import slots
from bot.understanding.children.told import ChildTold, read_children
from bot.understanding.facts import extras
from bot.understanding.facts.found import Slot
from bot.understanding.facts.leave import read_leave_until
from bot.understanding.verdict import stance
from bot.understanding.verdict.deciding import bears_out, decide
from bot.understanding.verdict.judgement import judge

__all__ = ["CLEAR", "POSSIBLE", "SURE", "ChildTold", "Slot", "Understood", "reason", "understand"]
SURE, CLEAR, POSSIBLE = 0.5, 0.8, 0.2
"""From where on a matter is taken for meant beside another, in the middle of one, and as possible."""
MISSING = ("absence", "safety")
"""Intents of which it is told how long."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What a message means.

    `intent` is a kind, status, human, greeting or other, `confidence` 0 to 1, `alternatives` all intents
    with theirs, the likeliest first. `slots` are the facts that were said, `extras` answers to other questions
    of the declarations; `approximate` beside `days` or `last_seen` says that nobody counted. `leave` says that
    leave is asked or told of, `question` that something is asked. `also` names further matters with their words,
    `children` the children that were told of where several are spoken of: each with its own words; `names` all
    names of children that were made out.
    `acts` says that this is clear enough to be acted upon; where it is not, `offers` are the intents to offer.
    `own` says that a child is told of whom the speaker knows, `complains` that something is said to be wrong,
    `schooling` that school is spoken of at all.
    """

    intent: str
    confidence: float
    alternatives: tuple[tuple[str, float], ...] = ()
    slots: Mapping[str, Slot] = field(default_factory=dict)
    extras: Mapping[str, Slot] = field(default_factory=dict)
    leave: bool = False
    question: bool = False
    also: tuple[tuple[str, str], ...] = ()
    children: tuple[ChildTold, ...] = ()
    acts: bool = False
    offers: tuple[str, ...] = ()
    own: bool = False
    complains: bool = False
    schooling: bool = False
    names: tuple[str, ...] = ()

    @property
    def facts(self) -> dict[str, Slot]:
        """Give all that was said, by key of the declarations."""
        return {**self.extras, **self.slots}


def understand(said: str, today: date, *, ongoing: bool = False) -> Understood:
    """Read a message. `today` is what relative dates count from; `ongoing` says that a child is talked of already."""
    plain = slots.plain(said)
    facts, names, covered = slots.read_all(plain, today)
    own = stance.tells_of_child(plain)
    verdict = judge(plain, covered, ongoing=ongoing, doubted=not (own and bears_out(facts)))
    intent = verdict.ranked[0][0]
    if slots.APPROXIMATE in facts and max(dict(verdict.ranked)[one] for one in MISSING) < POSSIBLE:
        facts, _, _ = slots.read_all(
            plain, today, counted=True
        )  # the school year of an old story is nobody's absence
    further = extras.read_extras(slots.meant(plain, covered), today)
    until = read_leave_until(slots.meant(plain, covered), today) if verdict.leave else None
    if until:
        further = {**further, "leave_until": until.isoformat()}
    if verdict.danger:
        further = {**further, "what": verdict.danger}
    schooling = stance.of_schooling(covered)
    acts, offers = decide(
        verdict.ranked,
        [one for one, _ in verdict.also],
        {**facts, **further},
        danger=bool(verdict.danger),
        leave=verdict.leave,
        schooling=schooling,
    )
    return Understood(
        intent,
        verdict.ranked[0][1],
        verdict.ranked,
        facts | slots.reason(covered, "absence" if verdict.leave else intent, today),
        further,
        verdict.leave,
        verdict.question and not stance.is_rhetorical(plain),
        verdict.also,
        read_children(plain, names),
        acts,
        offers,
        own,
        stance.complains(plain),
        schooling,
        tuple(dict.fromkeys(str(one.value) for one in names)),
    )


def reason(said: str, intent: str, today: date) -> dict[str, Slot]:
    """Give the reason that a few words tell, where it is known already what they are about."""
    return slots.reason(slots.plain(said), intent, today)
