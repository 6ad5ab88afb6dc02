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
from bot.understanding.verdict.judgement import judge

__all__ = ["ChildTold", "Slot", "Understood", "reason", "understand"]


@dataclass(frozen=True, slots=True)
class Understood:
    """What a message means.

    `intent` is a kind, status, human, greeting or other, `confidence` 0 to 1, `alternatives` all intents
    with theirs, the likeliest first. `slots` are the facts that were said, `extras` answers to other questions
    of the declarations. `leave` says that leave is asked or told of, `question` that something is asked.
    `also` names further matters with their words, `children` the children that were told of where several are
    spoken of: each with its own words.
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

    @property
    def facts(self) -> dict[str, Slot]:
        """Give all that was said, by key of the declarations."""
        return {**self.extras, **self.slots}


def understand(said: str, today: date) -> Understood:
    """Read a message. `today` is what relative dates count from."""
    plain = slots.plain(said)
    facts, names, covered = slots.read_all(plain, today)
    verdict = judge(plain, covered)
    intent = verdict.ranked[0][0]
    further = extras.read_extras(plain, today)
    if verdict.danger:
        further = {**further, "what": verdict.danger}
    return Understood(
        intent,
        verdict.ranked[0][1],
        verdict.ranked,
        facts | slots.reason(covered, "absence" if verdict.leave else intent, today),
        further,
        verdict.leave,
        verdict.question,
        verdict.also,
        read_children(plain, names),
    )


def reason(said: str, intent: str, today: date) -> dict[str, Slot]:
    """Give the reason that a few words tell, where it is known already what they are about."""
    return slots.reason(slots.plain(said), intent, today)
