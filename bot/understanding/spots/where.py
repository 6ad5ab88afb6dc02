"""Find inside a message where the child lives; schools, read first, are in `schools`.

A village is found by its ending or by the list of divisions, a town only where somebody lives there: in a
school's name or behind 在…打工 it is another matter.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import islice

from bot.understanding.facts.found import Fact, cover, taken
from bot.understanding.spots import place_cues as cues
from bot.understanding.spots.place_names import (
    HAN,
    LONG_CORES,
    MOST,
    SHORT_TOWNS,
    STOPS,
    TOWNS,
    VILLAGES,
    either,
    own,
)
from bot.understanding.spots.schools import read_school
from intake.language.patterns import regex
from intake.places.place_words import FOLD, TOWN_ENDS, VILLAGE_ENDS, cut
from intake.places.places import Places, divisions

__all__ = ["read_place", "read_school", "read_town", "read_village"]


@cache
def _places() -> Places:
    return Places(divisions())


_NAMED_VILLAGE = regex(f"(?P<name>{either(list(VILLAGES))})(?:村民?委员?会|居委会)?")
_LOOSE_VILLAGE = regex("(?P<end>村(?!镇)|社区|屯(?!子里)|屯子?|居委会)")
_LONG_VILLAGE = regex(
    f"(?<![{HAN}])(?P<a>{either(LONG_CORES)})|(?<=[在住是家搬道])(?P<b>{either(LONG_CORES)})"
)


def read_village(text: str, today: date) -> Iterator[Fact]:
    """Find the villages that are named: by the list's name where they are in it, else as said."""
    end = 0
    covered = text
    named = 0
    for match in islice(_NAMED_VILLAGE.finditer(text), MOST):
        if (
            text[match.start() - 1 : match.start()] == "小"
            and text[match.start() - 1 : match.end()] not in VILLAGES
        ):
            continue
        found = Fact("village", match["name"], match.start(), match.end())
        covered = cover(covered, [found])
        named += 1
        yield found
    for match in islice(_LOOSE_VILLAGE.finditer(covered), MOST):
        if (found_at := _loose_village(covered, match, end)) is not None:
            end = found_at.end
            covered = cover(covered, [found_at])
            named += 1
            yield found_at
    if (
        not named
        and (long := _LONG_VILLAGE.search(covered))
        and not covered.startswith(cues.NOT_A_HOME, long.end())
    ):
        core = long["a"] or long["b"]
        if full := _only_village(core):
            yield Fact("village", full, long.start(), long.end())


def _only_village(core: str) -> str | None:
    names = [name for name, short in VILLAGES.items() if short == core]
    return names[0] if len(names) == 1 else None


def _loose_village(text: str, match: re.Match[str], end: int) -> Fact | None:
    floor = max(end, match.start() - 10)
    town = max((hit.end() for hit in _TOWN_FRONT.finditer(text, floor, match.start())), default=floor)
    start, name = own(text, town, match.start())
    said = name + match["end"]
    known = _known_village(said) if name else None
    if known is None:
        announced = text.endswith(cues.VILLAGE_AT, 0, start) or (start == town > floor)
        if (
            not announced
            or not 2 <= len(name) <= 4
            or name in cues.NOT_VILLAGES
            or name.endswith(cues.VILLAGE_NOT_ENDS)
        ):
            return None
    return Fact("village", known or said, start, match.end())


def _known_village(said: str) -> str | None:
    """Give the list's name for 大石棚村 or 石棚子屯 where no more than a slip or a 子 differs."""
    if cut(said, VILLAGE_ENDS) in SHORT_TOWNS and said not in VILLAGES and not said.endswith("村"):
        return None
    place = _places().village(said).place
    if place is None or place.level != "village":
        return None
    ours, other = (cut(name, VILLAGE_ENDS).replace("子", "").translate(FOLD) for name in (said, place.name))
    return place.name if ours == other else None


_TOWN_FRONT = regex(
    f"(?:{either([*TOWNS, *SHORT_TOWNS])})(?:镇|乡|街道)?|镇|乡|街道|区|县|市|{taken('town')}+"
)
_FULL_TOWN = regex(
    f"(?P<core>{either([core.translate(FOLD) for core in TOWNS.values()])})(?P<end>街道办事处|街道办|街道|镇|乡)"
)
_SHORT_TOWN = regex(f"(?<![小])(?P<core>{either([*SHORT_TOWNS, *cues.TOWN_SLIPS])})")
_OTHER_TOWN = regex(f"(?:住在?|家在|家是|我是|俺是|家住|搬到|在)(?P<name>[{HAN}]{{2,3}}?(?:镇|街道))")
_FOLDED_TOWNS = {core.translate(FOLD): name for name, core in TOWNS.items()}


def read_town(text: str, today: date) -> Iterator[Fact]:
    """Find the town where the child lives, by the list's name; towns of work or of school are no answer."""
    weighed = sorted(_towns(text), key=lambda pair: -pair[0])
    if weighed and weighed[0][0] > 0:
        yield weighed[0][1]
    elif match := _OTHER_TOWN.search(text):
        name = match["name"]
        if (
            not STOPS.search(name)
            and not text.startswith(cues.NOT_A_HOME, match.end())
            and name not in cues.NOT_TOWNS
            and not name.endswith(cues.TOWN_NOT_ENDS)
        ):
            yield Fact("town", name, match.start("name"), match.end("name"))


def _towns(text: str) -> Iterator[tuple[int, Fact]]:
    full_at: set[int] = set()
    folded = text.translate(FOLD)
    for match in islice(_FULL_TOWN.finditer(folded), MOST):
        name = _FOLDED_TOWNS[match["core"]]
        if not set(cut(name, TOWN_ENDS)) & set(text[match.start() : match.end("core")]):
            continue
        full_at.update(range(match.start(), match.end()))
        yield _weighed(text, name, match.start(), match.end(), full=True)
    for match in islice(_SHORT_TOWN.finditer(text), MOST):
        if match.start() not in full_at:
            core = cues.TOWN_SLIPS.get(match["core"], match["core"])
            yield _weighed(text, SHORT_TOWNS[core], match.start(), match.end(), full=False)


_KIN_HOME = regex("(?:舅舅?|姑姑?|姨|姥姥?|姥爷|叔叔?|伯|亲戚|同学|朋友|对象|邻居)家(?:住?在|是)?$")


def _weighed(text: str, name: str, start: int, end: int, *, full: bool) -> tuple[int, Fact]:
    """Weigh how clearly the child lives there: 0 and less is no answer."""
    before, after = text[max(0, start - 12) : start].rstrip(" :："), text[end : end + 6].lstrip()
    for area in ("江源区", "白山市", "吉林省", "江源", "白山", "的", " "):
        before = before.removesuffix(area)
    found = Fact("town", name, start, end)
    if after.startswith((taken("village"), "住", "的人", "居民", "村民")):
        return 3, found
    if after.startswith((*cues.NOT_A_HOME, *cues.ELSEWHERE_AFTER, taken("school"))):
        return 0, found
    if _KIN_HOME.search(before):
        return 0, found
    if before.endswith(cues.LIVING) and not before.endswith(cues.STILL_NOT):
        return (0 if before.endswith("我在") and after.startswith(cues.SCHOOLING_AFTER) else 3), found
    if before.endswith(cues.NOT_LIVING):
        return 0, found
    if before.endswith(("在", "搁", "于")) and after.startswith(cues.STAYING):
        return 2, found
    if after.startswith(cues.SCHOOLING_AFTER):
        return 0, found
    bounded = not before or not "\u3400" <= before[-1] <= "\u9fff" or before.endswith(cues.TOWN_BEFORE)
    if full:
        return 1, found
    common = text[start:end] in ("松树", "城墙")
    return (1 if bounded and not common and (not after or after.startswith(cues.TOWN_AFTER)) else 0), found


def read_place(text: str, today: date) -> Iterator[Fact]:
    """Find villages, then the town in what they leave."""
    villages = list(read_village(text, today))
    yield from villages
    covered = cover(text, villages)
    towns = list(read_town(covered, today))
    yield from towns or _town_of(covered, {str(one.value) for one in villages})


def _town_of(text: str, villages: set[str]) -> Iterator[Fact]:
    """Take 从大阳岔转过来 for the home where a village of that town is named too."""
    codes = {one.town for one in divisions() if one.level == "village" and one.name in villages}
    names = {one.name for one in divisions() if one.level == "town" and one.town in codes}
    for _, found in _towns(text):
        if found.value in names and not text.startswith(cues.OFFICES, found.end):
            yield found
            return
