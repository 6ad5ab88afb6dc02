"""Read people's names: as typed on a page, and as said in a chat, where courtesy stands around them.

A name that looks odd is a doubt, for somebody to look at once, and never a refusal: 额尔德尼朝克图, 김철수 and Иванов
are names. What is plainly something else (妈妈, 收到, [捂脸], 没来上学) is none anywhere.
"""

import unicodedata
from dataclasses import dataclass

from intake.language.naming import name_marks as marks
from intake.language.naming.surnames import COMPOUND, SURNAMES, WEAK
from intake.language.patterns import regex
from intake.language.text import compact, normalise

_LONGEST = 100
_PLAIN_HAN = regex("[\u4e00-\u9fff]+")
"""What is read as it stands, and is equal to itself alone."""
_USUAL_LENGTH = 4
_LONG = 6
_LIKELY_SOUND, _DOUBTFUL_SOUND = 0.6, 0.7
"""Share of characters of other tongues from which on a long name may be one, and from which on it plainly is."""


@dataclass(frozen=True, slots=True)
class SaidName:
    """A name out of a sentence; `other` is what it may be as well, where what stood around it may belong to it."""

    name: str
    other: str = ""

    @property
    def sure(self) -> bool:
        """Tell whether nothing about it need be asked."""
        return not self.other and not is_odd_name(self.name)


def typed_name(said: str) -> str | None:
    """Read a name as it is typed: nothing that may belong to it is taken off; None if this is no name.

    Spaces and dots are regular afterwards: 张 三 is 张三, 古丽•买买提 and 古丽 买买提 are 古丽·买买提.
    """
    text = plain = _plain(said)
    bare = _uncourteous(text)[0]
    if not text or _is_other(text) or (bare != text and _is_other(bare)):
        return None
    if marks.OF_HAN.fullmatch(text):
        text = _joined([one for one in marks.GAP.split(text) if one])
    text = marks.HANGUL_GAP.sub("", text)
    return text if _is_written(text) and (text == plain or not _is_other(text)) else None


def said_name(said: str, *, adult: bool = False) -> SaidName | None:
    """Read a name as it is said in a chat, without courtesy: 我叫张三, 她叫古丽呀; None if this is no name.

    Of an `adult` it may be said who to the child it is: 她奶奶王桂芝.
    """
    text = _said_in_full(_plain(said))
    if adult and (kin := marks.OF_ADULT.match(text)):
        text = text[kin.end() :]
    if marks.ASKS.search(said):
        return None
    name, other = _uncourteous(text)
    ended = marks.AFTER.sub("", name) if len(name) > 2 else name
    if len(ended) >= 2 and ended != name:
        name, other = ended, other or (name if len(name) <= 3 and name[-1] not in "的学友" else "")
    if _is_talk(name) or _tells_more(name) or _is_long(name):
        return None
    found, other = typed_name(name), typed_name(other) or "" if other else ""
    if not found or _is_talk(found) or _is_long(found):  # without its gaps
        return None
    return SaidName(found, other if other != found else "")


def _said_in_full(text: str) -> str:
    """Give the whole name where a nickname stands beside it, or the surname apart."""
    if full := marks.FULL.search(text):
        return full["name"]
    if two := marks.IN_TWO.search(text):
        return two["given"] if two["given"].startswith(two["family"]) else two["family"] + two["given"]
    return marks.NICK.sub("", text)


def person_name(said: str) -> str | None:
    """Read a person's name, without what people say around it."""
    found = said_name(said)
    return found.name if found else None


def is_more_than(said: str, part: str) -> bool:
    """Tell whether words are a name as a whole, of which a part was taken for one: 额尔德尼朝克图."""
    found = said_name(said)
    if found is None or found.name == part:
        return False
    return _is_foreign(found.name) or part not in found.name or not _is_full(part)


def is_odd_name(name: str) -> bool:
    """Tell whether somebody should look once more at a name that was taken: 是建国, 王Amy, a sign of no font."""
    if marks.OTHER_NAME.fullmatch(name):
        return False
    if marks.LONG_NAME.fullmatch(name) and not _is_of_family(name):
        return _sounding(name) < _DOUBTFUL_SOUND
    return not marks.HAN_NAME.fullmatch(name) or bool(marks.COURTESY.match(name) or marks.BARE.match(name))


def name_key(name: str) -> str:
    """Give by what names are equal: neither spaces, dots, width nor case tell two people apart."""
    if _PLAIN_HAN.fullmatch(name):
        return name
    folded = unicodedata.normalize("NFKC", typed_name(name) or normalise(name)).casefold()
    return "".join(one for one in folded if one.isalnum() or unicodedata.category(one)[0] in "MC")


def _plain(said: str) -> str:
    """Take off what is no part of a name anywhere: faces, quotes, the label of the field."""
    if len(said) > _LONGEST:
        return ""
    text = marks.STICKER.sub(" ", normalise(said))
    text = "".join(one for one in text if unicodedata.category(one) not in ("So", "Sk"))
    text = " ".join(text.split()).strip(marks.EDGES)
    text = marks.LABEL.sub("", text, count=1).strip(marks.EDGES)
    return marks.DOT.sub("·", text)


def _is_other(text: str) -> bool:
    """Tell whether words are plainly none of a name: kin, an answer, part of a sentence."""
    word = compact(text)
    return bool(
        word.lower() in marks.NONE
        or marks.ROLE.fullmatch(word)
        or marks.ANSWERED.fullmatch(word)
        or marks.SENTENCE.search(word)
        or marks.CLASS.fullmatch(word)
    )


def _is_written(text: str) -> bool:
    """Tell whether a text has nothing but letters, of any tongue, and what may stand between them."""
    letters = [one for one in text if one not in marks.BETWEEN]
    if len(letters) < 2 or any(
        unicodedata.category(one)[0] not in "LM" and not _is_sign(one) for one in letters
    ):
        return False
    long_ = len(letters) > _LONG and marks.LONG_NAME.fullmatch(text) and _sounding(text) < _DOUBTFUL_SOUND
    return not (long_ and sum(one in marks.COUNTED for one in text) > 1)


def _is_sign(one: str) -> bool:
    return one == "〇" or unicodedata.category(one) in ("Co", "Cn")


def _joined(parts: list[str]) -> str:
    """Put a name of Chinese characters together that was written with gaps; two things told at once are no name."""
    if len(parts) < 2:
        return "".join(parts)
    if any(len(one) > 1 and (_is_other(one) or marks.PLACE.fullmatch(one)) for one in parts):
        return ""
    if sum(len(one) > 1 and _is_full(one) for one in parts) > 1:
        return ""
    short = sum(map(len, parts)) <= _USUAL_LENGTH or sum(len(one) > 1 for one in parts) < 2
    return ("" if short else "·").join(parts)


def _is_full(name: str) -> bool:
    """Tell whether this is a whole name of the usual kind."""
    return len(name) in (2, 3, 4) and (name[0] in SURNAMES or name.startswith(COMPOUND))


def _is_of_family(name: str) -> bool:
    return len(name) <= _LONG and (name[0] in SURNAMES or name[0] in WEAK or name.startswith(COMPOUND))


def _sounding(name: str) -> float:
    return sum(one in marks.SOUNDING for one in name) / len(name)


def _uncourteous(text: str) -> tuple[str, str]:
    """Give a name without what is said before it, and what it may be else: 是建国 may have the surname 是."""
    if bare := marks.BARE.match(text):
        rest = text[bare.end() :].strip(marks.EDGES)
        family = rest[:1] in SURNAMES or rest[:1] in WEAK or rest.startswith(COMPOUND)
        if len(rest) < 2 or marks.COURTESY.match(rest):
            return (text, "") if len(rest) < 2 else _uncourteous(rest)
        if (family and len(rest) <= _USUAL_LENGTH) or _is_other(rest):
            return rest, ""
        return (text, rest) if len(text) <= _USUAL_LENGTH and marks.OF_HAN.fullmatch(text) else (rest, "")
    rest = text
    while words := marks.COURTESY.match(rest):
        rest = rest[words.end() :].strip(marks.EDGES)
    if (kin := marks.OF_CHILD.match(rest)) and _is_full(rest[kin.end() :]):
        rest = rest[kin.end() :]
    return rest, ""


def _is_talk(name: str) -> bool:
    """Tell whether words said where a name was asked for are talk; names of other tongues may hold any sound."""
    return not (_is_foreign(name) or _is_given(name)) and bool(marks.TALK.search(name))


def _is_given(name: str) -> bool:
    """Tell whether what would be talk is a given name behind a surname: 王国庆 and no 国庆以后."""
    family = 2 if name.startswith(COMPOUND) else int(name[:1] in SURNAMES)
    return bool(family and marks.GIVEN.fullmatch(name[family:]))


def _is_long(name: str) -> bool:
    """Tell whether words are a sentence rather than a name: long, and not written by sound."""
    return len(name) > _LONG and bool(marks.LONG_NAME.fullmatch(name)) and _sounding(name) < _LIKELY_SOUND


def _is_foreign(name: str) -> bool:
    return "·" in name or (len(name) > _USUAL_LENGTH and _sounding(name) >= _DOUBTFUL_SOUND)


def _tells_more(name: str) -> bool:
    """Tell whether a whole name is followed by something else: 马小跳 石人 is a child and a town."""
    parts = [one for one in marks.GAP.split(name) if one]
    return len(parts) > 1 and _is_full(parts[0]) and any(len(one) > 1 for one in parts[1:])
