"""A message without anybody's name, number or place, so that it may be kept and learned from.

First goes what the readers of facts find, then every name of people and places that the house knows, numbers and
addresses, then what looks like a name. What is left is an allow-list: a pair of characters stays where the words of
this product have it, or where several people have said it. A line of which too much had to go is not given at all.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise

from bot.understanding import slots
from bot.understanding.facts.found import taken
from bot.understanding.nouns import is_known_word
from bot.understanding.verdict.model import model
from intake.language.naming.surnames import SURNAMES, WEAK
from intake.language.patterns import regex

GONE = "○"
"""Stands for whatever was taken out and is no name, school or place."""
SAID_BY = 3
"""How many different people must have said a pair of characters that is nobody's secret then."""
SHORTEST, MOST_GONE = 4, 0.35
"""Characters that a line must have, and the share of them that may have gone."""
_MARKS = {"child_name": "{name}", "school": "{school}", "town": "{town}", "village": "{village}"}
_HIDDEN = ("id_number", "phone", "birth_date", "receipt", "last_seen")
_NUMBER = regex(
    r"[0-9０-９][0-9０-９\-.·:/ ]*[0-9０-９]|[零〇○一壹幺二两三四五六七八九十百千万]{4,}|[A-Za-z0-9_.@-]*[A-Za-z][A-Za-z0-9_.@-]*"
)
_ADDRESS = regex(
    r"[\u3400-\u9fff]{1,5}?(?:社区|小区|胡同|花园|家园|新村|[村屯街镇乡县省庄沟堡岭])(?![上里的]?(?:人|民|干|委|长|部|小学|中学))"
)
_DOTTED = regex(r"[\u3400-\u9fff]+(?:[·•.．][\u3400-\u9fff]+)+")
_CALLED = regex(r"(?<=[小老阿])[\u3400-\u9fff]|([\u3400-\u9fff])\1|[\u3400-\u9fff](?=[子儿]家)")
_HOME_OF = regex(r"([\u3400-\u9fff]{2})(?=家(?:的|里|那|孩子|小子|闺女|丫头|老[大二三]|[男女]孩))")
_OF_FAMILY = regex("[我俺咱他她你]|[们人戚居学己奶爷姥舅姑姨叔伯婶院壁里难困保全公国搬回在到离住]$")
_CHILD_OF = regex(r"[\u3400-\u9fff]子(?!女)")
_OF_THINGS = frozenset(
    re.findall(
        "..",
        "孩子儿子孙子妻子日子房子屯子样子村子本子一子独子父子母子肚子鞋子裤子被子车子例子票子屋子院子班子条子电子亲子骗子",
    )
)
_HAN = regex(r"[\u3400-\u9fff]")
_TEMPLATE = str.maketrans("(){}|", "（）〔〕，")


@dataclass(frozen=True, slots=True)
class Nameless:
    """A line that says nobody's name: the words, and its label."""

    text: str
    intent: str


def without_names(
    told: Iterable[tuple[str, str, str]], names: Collection[str], places: Collection[str], today: date
) -> Iterator[Nameless]:
    """Give the lines of (who said it, words, intent) without names; leave out those of which too little is left."""
    known = _Known(frozenset(names), frozenset(places))
    lines = [(who, _cover(said, known, today), intent) for who, said, intent in told]
    said_by: dict[str, set[str]] = defaultdict(set)
    for who, parts, _ in lines:
        for pair in _pairs(parts):
            said_by[pair].add(who)
    common = Counter({pair: len(people) for pair, people in said_by.items()})
    seen: set[str] = set()
    for _, parts, intent in lines:
        text = _shown(parts, common)
        if text and text not in seen:
            seen.add(text)
            yield Nameless(text, intent)


class _Known:
    """The names of people and places, with the forms in which they are also said."""

    def __init__(self, names: frozenset[str], places: frozenset[str]) -> None:
        given = {one[1:] for one in names if len(one) == 3}
        parts = {part for one in names if "·" in one for part in one.split("·") if len(part) > 1}
        short = {re.sub("(?:村|社区|镇|街道|乡|屯|小学|中学|学校)$", "", one) for one in places}
        self.words = {
            **dict.fromkeys((one for one in short | places if len(one) > 1), "{village}"),
            **dict.fromkeys((one for one in names | given | parts if len(one) > 1), "{name}"),
        }
        self.longest = max(map(len, self.words), default=0)


def _cover(said: str, known: _Known, today: date) -> list[str]:
    """Give the characters of a message, with a mark or `GONE` where something was taken out."""
    plain = slots.plain(said)
    _, _, covered = slots.read_all(plain, today)
    signs = {taken(key): _MARKS.get(key, GONE) for key in (*_MARKS, *_HIDDEN)}
    parts = [signs.get(sign, own) for sign, own in zip(covered, plain.translate(_TEMPLATE), strict=True)]
    text = "".join(one if len(one) == 1 else GONE for one in parts)
    for start, end, mark in [*_known_in(text, known), *_odd(text)]:
        parts[start:end] = [mark] * (end - start)
    text = "".join(one if len(one) == 1 else GONE for one in parts)
    for start, end, mark in _like_names(text):
        parts[start:end] = [mark] * (end - start)
    return parts


def _known_in(text: str, known: _Known) -> Iterator[tuple[int, int, str]]:
    for start in range(len(text)):
        for length in range(min(known.longest, len(text) - start), 1, -1):
            if mark := known.words.get(text[start : start + length]):
                yield start, start + length, mark
                break


def _odd(text: str) -> Iterator[tuple[int, int, str]]:
    """Give numbers, accounts, addresses and names with a dot in them."""
    for pattern, mark in ((_NUMBER, GONE), (_ADDRESS, "{village}"), (_DOTTED, "{name}")):
        for match in pattern.finditer(text):
            start = match.start()
            if pattern is _ADDRESS:  # 送到学校旁边的庙岭村: what is public before it stays
                while match.end() - start > 3 and _public(text[start : start + 2]):
                    start += 1
            yield start, match.end(), mark


def _like_names(text: str) -> Iterator[tuple[int, int, str]]:
    """Give what looks like a name nobody told us: a surname before what is no word, 小芳, 强子家."""
    for place, sign in enumerate(text[:-1]):
        pair = text[place : place + 2]
        if (sign in SURNAMES or sign in WEAK) and _HAN.match(pair[1]) and not _public(pair):
            third = text[place + 1 : place + 3]
            longer = len(third) == 2 and _HAN.match(third[1]) is not None and not _public(third)
            if sign in WEAK and not longer:  # 不爱去 is no family of its own
                continue
            yield place, place + 2 + bool(longer), "{name}"
    for match in _HOME_OF.finditer(text):
        if not _OF_FAMILY.search(match[1]):
            yield match.start(), match.end(), "{name}"
    for match in _CHILD_OF.finditer(text):
        if match[0] not in _OF_THINGS:
            yield match.start(), match.end(), "{name}"
    for match in _CALLED.finditer(text):
        around = text[max(0, match.start() - 1) : match.end()] if len(match[0]) == 1 else match[0]
        if not _public(around[:2]):
            yield match.start(), match.end(), "{name}"


def _public(pair: str) -> bool:
    """Tell whether the words of this product have two characters side by side."""
    return pair in _pairs_of_model() or is_known_word(pair)


@cache
def _pairs_of_model() -> frozenset[str]:
    return frozenset(
        one[at : at + 2] for one in model().weights if " " not in one for at in range(len(one) - 1)
    )


def _pairs(parts: list[str]) -> set[str]:
    return {one + two for one, two in pairwise(parts) if _HAN.match(one) and _HAN.match(two)}


def _shown(parts: list[str], common: Counter[str]) -> str:
    """Give the words that may stay, or nothing where too much of a line had to go."""

    def stays(place: int) -> bool:
        if not _HAN.match(parts[place]):
            return True
        around = (parts[place - 1 : place + 1], parts[place : place + 2])
        pairs = ["".join(one) for one in around if len(one) == 2]
        return any(_public(one) or common[one] >= SAID_BY for one in pairs)

    kept = [one if stays(place) else GONE for place, one in enumerate(parts)]
    gone = sum(one == GONE for one in kept) / max(1, len(kept))
    own = sum(len(one) == 1 and one != GONE for one in kept)
    once = (one for place, one in enumerate(kept) if place == 0 or len(one) == 1 or one != kept[place - 1])
    text = re.sub(f"{GONE}{{2,}}", GONE, "".join(once)).strip()
    return text if own >= SHORTEST and gone <= MOST_GONE else ""
