"""How alike two names are, and two days of birth: what is alike, and what is not, by a key that has words."""

from collections.abc import Iterable

from rapidfuzz.distance import Levenshtein

from intake.language import sounds
from intake.language.naming.look_alikes import looks_like
from intake.language.naming.names import name_key

SAME, SPELLING, SOUND, LOOKS, SWAPPED, SIGN, PART, OTHER = (
    "same_name", "same_spelling", "same_sound", "look_alike", "swapped_name", "one_sign", "part_of_name", "other_name",
)  # fmt: skip
SAME_BIRTH, NEAR_BIRTH, SWAPPED_BIRTH, OTHER_BIRTH = (
    "same_birth",
    "near_birth",
    "swapped_birth",
    "other_birth",
)
CLOSE = (SAME, SPELLING, SOUND, LOOKS)
"""A name that was heard or typed otherwise, the closest first."""
ORDER = (*CLOSE, SWAPPED, SIGN, PART)
"""In which ways names are alike at all, the closest first."""
_SHORT, _USUAL, _LONG = 2, 4, 6
_CALLED = "小大阿"
"""What stands before one character of a name at home: 小明."""


def name_alike(said: str, name: str) -> str:
    """Say how a name that was said is alike the name of a child; OTHER where it is another's, nothing where none was said."""
    if not said or not name:
        return ""
    if said == name:
        return SAME
    one, other = short_key(said), short_key(name)
    if one == other:
        return SPELLING
    if len(one) == len(other):
        return _of_one_length(one, other)
    if min(len(one), len(other)) >= _LONG and Levenshtein.distance(one, other) <= len(one) // _LONG + 1:
        return SIGN
    return PART if _is_part(one, other) or _is_part(other, one) else _called(one, other)


def closer_names(said: str, known: Iterable[str], than: Iterable[str]) -> set[str]:
    """Give the names to which a name that was said is closer than to some others."""
    ways = [*ORDER, OTHER, ""]
    best = min((ways.index(name_alike(said, name)) for name in than), default=len(ways))
    return {name for name in known if ways.index(name_alike(said, name)) < best}


def short_key(name: str) -> str:
    """Give by what names are equal (`name_key`): at once for the usual ones, of which hundreds are compared."""
    return name if len(name) < _USUAL and name.isalpha() and not name.isascii() else name_key(name)


def birth_alike(said: str, born: str) -> str:
    """Say how a day of birth that was said is alike a child's; nothing where one of both is not known."""
    if len(said) != len("2015-03-09") or not born:
        return ""
    if said == born:
        return SAME_BIRTH
    if said[:4] == born[:4] and said[5:7] == born[8:] and said[8:] == born[5:7]:
        return SWAPPED_BIRTH
    wrong = [at for at, (one, other) in enumerate(zip(said, born, strict=True)) if one != other]
    turned = len(wrong) == 2 and wrong[1] - wrong[0] == 1 and said[wrong[0]] == born[wrong[1]]
    return NEAR_BIRTH if len(wrong) == 1 or (turned and said[wrong[1]] == born[wrong[0]]) else OTHER_BIRTH


def _of_one_length(one: str, other: str) -> str:
    if sounds.sounds_of(one) == sounds.sounds_of(other):
        return SOUND
    wrong = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    if len(wrong) == 1 and looks_like(*wrong[0]):
        return LOOKS
    if len(one) > _SHORT and sorted(one) == sorted(other):
        return SWAPPED
    if len(wrong) == 1 and len(one) > _SHORT and one[0] == other[0]:
        return SIGN
    if len(one) >= _LONG and len(wrong) <= len(one) // _LONG + 1:
        return SIGN
    return _called(one, other)


def _is_part(short: str, name: str) -> bool:
    """Tell whether one name stands within another, in its order: 小明 or 王明 of 王小明."""
    signs = iter(name)
    return _SHORT <= len(short) < len(name) and all(one in signs for one in short)


def _called(said: str, name: str) -> str:
    """Tell a name of home from another's: 明明 or 小明 for 王明."""
    own = said[-1:]
    called = len(said) == _SHORT and (said[0] == said[1] or said[0] in _CALLED)
    return PART if called and own in name[1:] else OTHER
