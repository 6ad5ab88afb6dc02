"""Read a name that may be several things by the names that there are: 李想在三年级 names 李想 where such a child is.

Only a reader: what is found is no more than was said, and nothing else of the roll is known here. Names of several
parts are found in every spelling: with a dot of whatever kind, a full stop, a dash, a blank, or nothing between.
"""

from collections.abc import Collection, Iterator, Mapping
from itertools import islice

from bot.understanding.names import name_signs as signs
from bot.understanding.names import name_words as words
from bot.understanding.names import who
from bot.understanding.names.name_called_words import EVERYDAY
from intake.language.naming import name_marks as marks
from intake.language.naming.surnames import COMPOUND, SURNAMES, WEAK
from intake.language.patterns import regex

LONGEST = 120
"""Characters in which such names are looked for."""
_MOST = 600
"""Readings that are asked about; it bounds the work on hostile text."""
_HAN = "[\u3400-\u9fff]"
_RUN = regex(f"{_HAN}+")
_PARTS = regex(f"(?=({_HAN}{{2,8}})(?: ?[·•.・･‧∙⋅。—-] ?| {{1,2}})({_HAN}{{1,8}}))")
"""Two parts of a name with what may stand between, from every character of the first on."""
Spans = Mapping[str, tuple[int, int]]


def possible_names(said: str) -> dict[str, tuple[int, int]]:
    """Give what in a plain message may be a child's name, as a roll writes it, and where it stands."""
    found: dict[str, tuple[int, int]] = {}
    for name, start, end in islice(_readings(said[:LONGEST]), _MOST):
        if name not in EVERYDAY and name not in words.NOT_NAMES:
            found.setdefault(name, (start, end))
    return found


def settled_name(said: str, heard: Collection[str], possible: Spans, there: Collection[str]) -> str:
    """Give the one name that a message means, of those `there` are; nothing where it is not clear, or was `heard` so.

    `heard` are the names that were made out without them.
    """
    longest = [
        one for one in there
        if not any(one != other and _within(possible[one], possible[other]) for other in there)
    ]  # fmt: skip
    if len(longest) != 1 or len(heard) > 1:
        return ""
    (name,), (start, end) = longest, possible[longest[0]]
    before = next(iter(heard), "")
    if before:
        spelled = said[start:end]
        return name if before != name and before.startswith((spelled, spelled.split("·")[0])) else ""
    return "" if who.is_other(said, start, end) or signs.before(said, start, False) is None else name


def _within(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return other[0] <= one[0] and one[1] <= other[1]


def _readings(said: str) -> Iterator[tuple[str, int, int]]:
    for match in _RUN.finditer(said):
        yield from _usual(said, match.start(), match.end())
    for match in _PARTS.finditer(said):
        first, last = match[1], match[2]
        start, after = match.start(1), match.start(2)
        for end in range(1, len(last) + 1):
            yield f"{first}·{last[:end]}", start, after + end
    for match in _RUN.finditer(said):
        yield from _undotted(said, match.start(), match.end())


def _usual(said: str, begin: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Give a surname and one or two characters more wherever a name may begin."""
    for start in range(begin, end - 1):
        if who.may_begin(said, start):
            family = (
                2 if said.startswith(COMPOUND, start) else int(said[start] in SURNAMES or said[start] in WEAK)
            )
            for stop in range(start + family + 1, min(start + family + 3, end + 1)) if family else ():
                yield said[start:stop], start, stop


def _undotted(said: str, begin: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Give a name of two parts that were written as one: each way to part what sounds like another tongue."""
    for start in range(begin, end - 3):
        for stop in range(start + 4, min(start + 11, end) + 1):
            whole = said[start:stop]
            if who.may_begin(said, start) and sum(one in marks.SOUNDING for one in whole) >= 0.6 * len(whole):
                yield from ((f"{whole[:cut]}·{whole[cut:]}", start, stop) for cut in range(2, len(whole) - 1))
