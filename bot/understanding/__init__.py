"""What a message means: the one place where free words become an intent and facts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.understanding import words
from intake import text

_PHONE = re.compile(r"(?<!\d)(?:\+?86)?(1[3-9]\d{9})(?!\d)")
_GAPS = re.compile(r"(?<=\d)[ -](?=\d)")


@dataclass(frozen=True, slots=True)
class Understood:
    """An intent (a kind, status, human, greeting or other), how sure it is (0 to 1), and the facts that were said."""

    intent: str
    confidence: float
    slots: Mapping[str, str] = field(default_factory=dict)


def understand(said: str, today: date) -> Understood:
    """Read a message by key words. `today` is what relative dates count from."""
    plain = text.compact(said).lower()
    slots = _slots(said)
    if danger := emergency(plain):
        return Understood("safety", 0.95, {**slots, "what": danger})
    for intent, found in words.INTENTS.items():
        if any(word in plain for word in found):
            return Understood(intent, 0.7, slots)
    return Understood("other", 0.2, slots)


def emergency(plain: str) -> str:
    """Give the kind of danger (list `danger`) that clear words speak of, or nothing."""
    for harmless in words.HARMLESS:
        plain = plain.replace(harmless, "")
    for danger, found in words.EMERGENCIES.items():
        if any(word in plain for word in found):
            return danger
    return next((danger for danger, said in words.PHRASES.items() if said.search(plain)), "")


def _slots(said: str) -> dict[str, str]:
    phone = _PHONE.search(_GAPS.sub("", text.normalise(said)))
    return {"phone": phone[1]} if phone else {}
