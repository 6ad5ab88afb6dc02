"""Find inside a message which school is spoken of: by how its name ends, and then backwards."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import islice

from bot.understanding.facts.found import Fact
from bot.understanding.spots import place_cues as cues
from bot.understanding.spots.place_names import HAN, MOST, SHORT_TOWNS, TOWNS, VILLAGES, either, own
from intake.language.naming.surnames import SURNAMES
from intake.language.patterns import regex

_WINDOW = 18
_KNOWN = (
    f"(?:(?:{either([*TOWNS, *SHORT_TOWNS])})(?:镇|乡|街道|街)?"
    f"|(?:{either(list(VILLAGES.values()))}|{cues.OLD_TOWNS})(?:村|社区|屯)?)"
)
_AREA = "(?:(?:吉林省|白山市|白山|浑江区|江源[区县]|江源)+)"
_KIND = regex(f"(?P<kind>{cues.SCHOOL_KINDS})")
_CAMPUS = regex(
    f"(?:协力|[东西南北新老]|本部|分|第[一二三])校区|分校|本部|[(（][{HAN}]{{2,4}}(?:校区|分校|部)[)）]"
)
# The first that fits decides; each may be followed by a name of its own.
_FRONTS = tuple(
    regex(f"{front}(?:镇|乡|街道)?(?:{cues.PROPER}|[{HAN}]{{0,4}})$")
    for front in (f"{_AREA}?{_KNOWN}", _AREA, f"[{HAN}]{{2,3}}[镇乡]", "[市区县镇]")
)
_PROPER = regex(f"(?:{cues.PROPER})$")


def read_school(text: str, today: date) -> Iterator[Fact]:
    """Find the schools that are named, as said; one that a child has left comes last."""
    found: list[Fact] = []
    left: list[Fact] = []
    end = 0
    for match in islice(_KIND.finditer(text), MOST):
        start = _school_start(text, match, end)
        if start is None:
            continue
        campus = _CAMPUS.match(text, match.end())
        end = campus.end() if campus else match.end()
        one = Fact("school", text[start:end], start, end)
        (left if text.endswith(cues.LEFT_SCHOOL, 0, start) else found).append(one)
    yield from found
    yield from left


def _school_start(text: str, match: re.Match[str], end: int) -> int | None:
    """Read the name backwards from its kind; None where none is named, as in 我们学校."""
    kind = match["kind"]
    if _is_number(text, match):
        return None
    floor, front = own(text, max(end, match.start() - _WINDOW), match.start())
    for pattern in _FRONTS:
        if (placed := pattern.search(front)) and not _is_generic(front, placed, kind):
            return floor + placed.start()
    if named := _PROPER.search(front):
        # 希望学校管管 is a wish.
        wish = named[0] == "希望" and not text.endswith(cues.AT, 0, floor)
        return None if wish else floor + named.start()
    if kind not in cues.BARE_KINDS:
        # 建议我们去特教学校 tells the sort of school.
        special = kind in ("特殊教育学校", "特教学校")
        return None if special and text.endswith(cues.SENT_TO, 0, match.start()) else match.start()
    if kind in cues.NEEDS_PLACE or not 2 <= len(front) <= 4 or _says_which(front):
        return None
    announced = text.endswith(cues.AT, 0, floor)
    return floor if announced or front[0] not in SURNAMES else None


def _is_generic(front: str, placed: re.Match[str], kind: str) -> bool:
    """区小学 and 邻镇小学 are no names; 镇中学 is the one its town has."""
    if placed[0] == "镇":
        return (kind not in ("小学", "中学") and kind in cues.BARE_KINDS) or front[:-1].endswith(
            ("邻", "乡", "城", "本", "各")
        )
    if kind not in cues.BARE_KINDS:
        return False
    loose = placed[0][0] in "市区县" and not _PROPER.search(placed[0])
    return (
        loose
        or placed[0] in cues.GENERIC_FRONTS
        or placed[0].endswith("中")
        or placed[0][:-1] in cues.GENERIC_FRONTS
    )


def _says_which(front: str) -> bool:
    """外省某小学 and 好点小学 say which sort of school, not its name."""
    return (
        front in cues.GENERIC_FRONTS
        or front[-1] in "常某近地式制般好别点个所"
        or front.startswith(cues.SORTS)
    )


def _is_number(text: str, match: re.Match[str]) -> bool:
    """一中 must not come out of 一中午, nor 二小 of 二小子 or of 第二小组."""
    kind, behind = match["kind"], match.end()
    if kind[0] == "一" and text.endswith(tuple("同某另每任统唯"), 0, match.start()):
        return True
    if kind[-1] == "中" and kind != "初中":
        return text.startswith(cues.NOT_AFTER_MIDDLE, behind)
    if kind[-1] != "小" or kind in ("完小", "实小"):
        return False
    announced = text.endswith(
        (*cues.AT, *SHORT_TOWNS, "江源", "镇", "区"), 0, match.start()
    ) or text.startswith(cues.AFTER_SCHOOL, behind)
    return not announced or text.startswith(cues.NOT_AFTER_PRIMARY, behind)
