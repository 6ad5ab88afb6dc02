"""What a new password must be: long, not among those that are guessed first, nothing of its owner's.

NIST SP 800-63B (rev. 4, 3.1.1.2): length and a list of what is often chosen, no rules of composition, no change by the
calendar. A password of before stays good until it is changed.
"""

from collections.abc import Iterator

from intake.errors import Refused
from intake.language import sounds, text
from intake.store.db import Database

SHORTEST, LONGEST = 10, 200
"""In characters; a Chinese one counts for two, since so many more of them may stand in its place."""
LENGTH = f"密码要 {SHORTEST} 到 {LONGEST} 个字符，一个汉字算两个。可以用几个不相干的词连起来。"
COMMON = "这个密码太常见，别人很快能猜到。请换一个：不要用常见的词、连号、重复和键盘上挨着的键。"
OWN = "密码里不要有自己的手机号、账号和姓名（拼音、倒过来写也不行）。请换一个。"
SAME = "不能和现在的密码一样，请换一个。"
EASY = 1e7
"""Guesses, by the estimate of zxcvbn (30,000 passwords that were stolen, words, names, dates, keyboards), below which a
password is common."""
_READ = 72
"""Characters that are estimated: what comes after them makes nothing easier to guess."""
_HOUSE = ("baoxue", "保学通", "jiaoyuju", "教育局")
_PRIVATE = 0xE000
"""Where signs begin that no language has."""
_ALONE = 4
"""Signs from which on a word of one's own may stand nowhere in a password; a shorter one may not be all of it."""


def refuse_weak(db: Database, new: str, own: tuple[str, ...] = (), field: str = "") -> None:
    """Raise Refused for a new password that is no good; `own` is what its owner is called: login, name."""
    if _length(new) < SHORTEST or len(new) > LONGEST:
        raise Refused(LENGTH, field)
    words = list(_words(own))
    if _holds(new, words):
        raise Refused(OWN, field)
    district = db.settings.district_name
    if _guesses(new, [*words, *_HOUSE, *_words((district, district[:-1]))]) < EASY:
        raise Refused(COMMON, field)


def _length(said: str) -> int:
    return sum(1 if one.isascii() else 2 for one in said)


def _guesses(new: str, words: list[str]) -> float:
    from zxcvbn import zxcvbn  # its lists cost a tenth of a second, which most commands need not pay

    said, own = _doubled(new)[:_READ], [_doubled(one) for one in words]
    return float(zxcvbn(said, user_inputs=own)["guesses"])


def _doubled(said: str) -> str:
    """Give two signs for each that is not ASCII: the estimate knows no Chinese, and counts each sign for ten guesses."""
    return "".join(
        one if one.isascii() else f"{chr(_PRIVATE + ord(one) // 256)}{chr(_PRIVATE + ord(one) % 256)}"
        for one in said
    )


def _words(own: tuple[str, ...]) -> Iterator[str]:
    """Yield the words of one's own, as they are and as they sound."""
    known = sounds.syllables()
    for one in own:
        plain = _plain(one)
        heard = "".join(known.get(sign, sign) for sign in plain)
        yield from {plain, heard} - {""}


def _holds(new: str, words: list[str]) -> bool:
    said = _plain(new)
    bare = "".join(one for one in said if not one.isdecimal())
    for word in words:
        for way in (word, word[::-1]):
            long = _length(way) >= _ALONE
            if (long and way in said) or bare == way or said == way:
                return True
    return False


def _plain(said: str) -> str:
    """Give letters, digits and Chinese characters alone, small."""
    return "".join(one for one in text.normalise(said).casefold() if one.isalnum())
