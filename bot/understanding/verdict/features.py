"""Features of a message for the linear model: short runs of characters and of sounds.

Words that mean the same here (俺孙子, 我家闺女) are made one first. Sounds, without tones and without the
distinctions that the local accent does not make, catch what speech recognition and thumbs write wrongly: 上雪, 住消.
"""

import re
from collections.abc import Iterator
from functools import cache

from bot.understanding.verdict.same_words import SAME
from intake.language import sounds, text
from intake.language.patterns import regex

LONGEST = 700
"""Characters that are looked at; of a longer message the beginning and the end."""
_SAME = regex("|".join(sorted(map(re.escape, SAME), key=len, reverse=True)))
_SPACE = regex(r"\s+")
_DIGITS = regex(r"[0-9]+")
_SIGNS = regex(r"[^\w\ue000-\uf8ff]+")
_RUN = regex(r"([\ue000-\uf8ff])\1+")
_ACCENT = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"))


def canonical(said: str) -> str:
    """Give the message with one word for each meaning, 0 for a number, and one mark for any punctuation."""
    plain = text.compact(_SPACE.sub("，", said.strip())).lower()  # people who do not punctuate leave spaces
    if len(plain) > LONGEST:
        plain = plain[: LONGEST - 200] + plain[-200:]
    plain = _RUN.sub(r"\1", _DIGITS.sub("0", plain))
    plain = _SAME.sub(lambda match: SAME[match[0]], plain)
    return _SIGNS.sub("，", plain).strip("，")


def features(said: str) -> set[str]:
    """Give the features of a message."""
    return set(_features(canonical(said)))


def _features(plain: str) -> Iterator[str]:
    marked = f"^{plain}$"
    for size in (1, 2, 3):
        for start in range(len(marked) - size + 1):
            yield marked[start : start + size]
    known = sounds_of()
    heard = [known.get(sign, "") for sign in plain]
    for start, sound in enumerate(heard[:-1]):
        if sound and heard[start + 1]:
            two = f"{sound} {heard[start + 1]}"
            yield two
            if start + 2 < len(heard) and heard[start + 2]:
                yield f"{two} {heard[start + 2]}"


@cache
def sounds_of() -> dict[str, str]:
    """Give the sound of each common character, as the local accent has it."""
    heard: dict[str, str] = {}
    for sign, syllable in sounds.syllables().items():
        for standard, local in _ACCENT:
            syllable = syllable.replace(standard, local)
        heard[sign] = syllable
    return heard
