"""Read telephone numbers: of this country and of others, with what people write around them and behind them."""

import re
from collections.abc import Sequence

from intake.language.patterns import regex
from intake.language.text import SPELT_DIGITS, compact, normalise, positional

_LONGEST = 100
_MARKS = r"[-\s‐‑‒–—―−﹣ー_.·•()（）\[\]【】]"
_CHAIN = regex(rf"(?P<abroad>\+|00(?=[1-9]))?[0-9](?:{_MARKS}{{0,3}}[0-9])*")
_LOOSE_CHAIN = regex(rf"(?P<abroad>\+|00(?=[1-9]))?[0-9](?:(?:{_MARKS}|[,，。、]){{0,3}}[0-9])*")
"""With what a thumb hits beside the dash: 138，1234，5678."""
_SPELT_CHAIN = regex(rf"[{SPELT_DIGITS}0-9](?:{_MARKS}{{0,3}}[{SPELT_DIGITS}0-9]){{6,}}")
_DASHED = regex("(?<=[0-9])一(?=[0-9])")
_EXTENSION = regex(
    rf"[\s,，(（]{{0,2}}(?:转|分机号?|内线|[xX#]|[eE][xX][tT]\.?)[\s:：]{{0,2}}(?P<inner>[{SPELT_DIGITS}0-9]{{1,6}})(?![{SPELT_DIGITS}0-9])"
)
_GROUP = regex("[0-9]+")
_MOBILE = regex("0?(1[3-9][0-9]{9})")
_LANDLINE = regex("0[1-9][0-9]{1,2}[0-9]{7,8}")
_SERVICE = regex("[48]00[0-9]{7}")
_ABROAD = regex("[1-9][0-9]{6,14}")
_DIALLED = regex("10|[2-9]")
_CHINA = "86"
_ASIDE = 2
"""Digits that may stand beside a number and mean something else: 晚上7点后打."""
_WHOLE, _INNER, _KNOWN = 7, 6, 4
_WORDS = regex(
    "(?:[我俺他她的]|妈妈|爸爸|奶奶|爷爷|姥姥|姥爷|家长|联系|电话|手机|座机|号码|方式|号|是|为|打|tel|phone|[:：,，.。、;；'\"“”‘’()（）\\[\\]【】-])*"
)


def phone_numbers(said: str) -> list[str]:
    """Give the numbers of an answer in their order; nothing where digits stand there that are part of none.

    A mobile number is its 11 digits, a landline has its area code, an extension stands behind a dash
    (04393721234-802), a number of another country begins with +.
    """
    return _read(said)[0]


def phone_number(said: str) -> str | None:
    """Give the first number of an answer."""
    return next(iter(phone_numbers(said)), None)


def phone(said: str) -> str | None:
    """Read what is nothing but one mobile or landline number of China; give its 10 to 12 digits."""
    found, rest = _read(said)
    own = len(found) == 1 and found[0].isdecimal() and not _SERVICE.fullmatch(found[0])
    return found[0] if own and _WORDS.fullmatch(compact(rest).lower()) else None


def phone_end(number: str) -> str:
    """Give the last four digits of a number, before its extension, by which people know it."""
    return number.partition("-")[0][-_KNOWN:]


def phone_ends(number: str, said: str) -> bool:
    """Tell whether a number ends, before its extension or with it, as somebody says who knows it."""
    last = "".join(_GROUP.findall(positional(compact(said))))[-_KNOWN:]
    ends = number.partition("-")[0], "".join(_GROUP.findall(number))
    return len(last) == _KNOWN and any(one.endswith(last) for one in ends)


def _read(said: str) -> tuple[list[str], str]:
    """Give the numbers and the words around them; 一 between figures was meant for a dash: 0439一3721234."""
    text = normalise(said) if len(said) <= _LONGEST else ""
    dashed, spelt = _DASHED.sub("-", text), _SPELT_CHAIN.sub(lambda chain: positional(chain[0]), text)
    for written in dict.fromkeys((dashed, spelt)):
        for chains in (_CHAIN, _LOOSE_CHAIN):
            found, rest = _found(written, chains)
            if found:
                return found, rest
    return [], text


def _found(text: str, chains: re.Pattern[str]) -> tuple[list[str], str]:
    found: list[str] = []
    rest, end = "", 0
    for chain in chains.finditer(text):
        if chain.start() < end:
            continue
        before = text[end : chain.start()]
        numbers = _numbers(chain)
        if not numbers and (len(chain[0]) > _ASIDE or before.endswith(("转", "机", "线"))):
            return [], text
        rest, end = rest + before, chain.end()
        if numbers and numbers[-1][0] in "048" and (inner := _EXTENSION.match(text, end)):
            numbers[-1], end = f"{numbers[-1]}-{positional(inner['inner'])}", inner.end()
        found += [one for one in numbers if one not in found]
    return found, rest + text[end:]


def _numbers(chain: re.Match[str]) -> list[str]:
    """Part a chain of digits into numbers; nothing where that leaves any over."""
    abroad, groups = chain["abroad"] or "", _GROUP.findall(chain[0])
    if abroad == "00":
        groups[0] = groups[0][2:]
    head = _number(abroad, "".join(groups[:-1]))
    if (
        head
        and head[0] in "048"
        and len(groups[-1]) <= _INNER
        and len(groups) > 1
        and len(groups[-2]) >= _WHOLE
    ):
        return [f"{head}-{groups[-1]}"]
    return _parted(abroad, groups)


def _parted(abroad: str, groups: Sequence[str]) -> list[str]:
    for end in range(len(groups), 0, -1):
        if number := _number(abroad, "".join(groups[:end])):
            rest = _parted("", groups[end:]) if end < len(groups) else []
            return [number, *rest] if rest or end == len(groups) else []
    return []


def _number(abroad: str, digits: str) -> str:
    """Give a number in canonical form, or nothing."""
    if not abroad and (own := _own(digits)):
        return own
    if not digits.startswith(_CHINA):
        return f"+{digits}" if abroad and _ABROAD.fullmatch(digits) else ""
    rest = digits.removeprefix(_CHINA)
    # Dialled from abroad, the area code loses its 0.
    return _own(rest) or (_own(f"0{rest}") if abroad and _DIALLED.match(rest) else "")


def _own(digits: str) -> str:
    if mobile := _MOBILE.fullmatch(digits):
        return mobile[1]
    return digits if _LANDLINE.fullmatch(digits) or _SERVICE.fullmatch(digits) else ""
