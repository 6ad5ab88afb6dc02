"""What a reader of facts found in a message, and where, so that no other reader takes the same words again."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

Slot = str | int | float | list[str]
"""A fact: text, a whole number, a number, or several labels of a code list."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact and the characters that said it (`start` to `end` of the text that was read); a `rough` one nobody counted."""

    key: str
    value: Slot
    start: int
    end: int
    rough: bool = False


Reader = Callable[[str, date], Iterable[Fact]]
"""Takes the text, in which what earlier readers took stands as `taken` signs, and the local date."""

KEYS = ("child_name", "school", "grade", "class_name", "town", "village", "phone", "id_number", "birth_date",
        "last_seen", "days", "reason", "distance_km", "relation", "hardship", "program", "needs", "receipt")  # fmt: skip
"""Every fact that a message may hold."""


def taken(key: str) -> str:
    """Give the sign (of the private use area) that stands for each character that said a fact."""
    return chr(0xE000 + KEYS.index(key))


def cover(text: str, found: Iterable[Fact]) -> str:
    """Put signs where facts were found; the length stays."""
    for one in found:
        text = text[: one.start] + taken(one.key) * (one.end - one.start) + text[one.end :]
    return text
