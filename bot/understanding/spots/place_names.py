"""The towns and villages of the district as words, and where a place's own name begins in running text."""

import re

from bot.understanding.spots import place_cues as cues
from intake.language.patterns import regex
from intake.places.place_words import TOWN_ENDS, VILLAGE_ENDS, cut
from intake.places.places import divisions

MOST = 60
"""Places of one message that are looked at; it bounds the work on hostile text."""


def either(words: tuple[str, ...] | list[str]) -> str:
    """Give the words as alternatives of a pattern, the longest first."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True)) or "(?!)"


TOWNS = {one.name: cut(one.name, TOWN_ENDS) for one in divisions() if one.level == "town"}
VILLAGES = {one.name: cut(one.name, VILLAGE_ENDS) for one in divisions() if one.level == "village"}
# 江源 alone is the district, 和平 and the like are words of every day.
SHORT_TOWNS = {core: name for name, core in TOWNS.items() if core != "江源"}
LONG_CORES = [
    core
    for core in VILLAGES.values()
    if len(core) > 2 and core not in SHORT_TOWNS and core not in cues.OLD_TOWNS
]
HAN = "\u3400-\u9fff"

STOPS = regex(cues.STOPS)
_SAFE = regex(
    either(
        [
            *TOWNS.values(),
            *VILLAGES.values(),
            *cues.OLD_TOWNS.split("|"),
            *cues.PROPER.split("|")[:3],
            *cues.SOFT,
        ]
    )
)


def own(text: str, floor: int, end: int) -> tuple[int, str]:
    """Give what may belong to a name that ends there: where it begins, and the characters."""
    window = text[floor:end]
    shielded = _SAFE.sub(lambda safe: "\u4e00" * len(safe[0]), window)
    stop = max((cut_at.end() for cut_at in STOPS.finditer(shielded)), default=0)
    return floor + stop, window[stop:]
