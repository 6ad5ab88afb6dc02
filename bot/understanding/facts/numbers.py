"""Find identity numbers, telephone numbers and receipt numbers inside a message.

Digits are read in chains: groups joined by a space or a dash, as people write long numbers. A number is made of
whole groups, so that nothing is ever found inside a bank card's number or a mistyped one.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date

from bot.understanding.facts.found import Fact
from intake.language.patterns import regex
from intake.language.text import SPELT_DIGITS, positional
from intake.reports import receipts

# Gives the number that the digits are, knowing what was said before and behind them, or None.
_Accept = Callable[[str, str, str], str | None]

# Chinese keyboards offer 一 where a dash was meant: 0439一3721234.
_CHAIN = regex(r"[0-9]++[Xx×]?(?:[ \-‐‑‒–—―−_.·()（）一]{1,3}[0-9]++[Xx×]?)*+")
_GROUP = regex(r"[0-9]+[Xx×]?")
_SPELT, _SPELT_RECEIPT = (
    regex(
        rf"(?<![{SPELT_DIGITS}0-9十百千第])[{SPELT_DIGITS}0-9](?:[ -]?[{SPELT_DIGITS}0-9]){{{length - 1}}}"
        rf"(?![{SPELT_DIGITS}0-9十百千])"
    )
    for length in (11, 12)
)

_ANY_ID = regex("[1-9][0-9]{16}[0-9X]")
_ID = regex("[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]")
_ID_SAID = regex("(?:身份|证件号|户口)[^0-9]{0,12}$")
_MOBILE = regex("1[3-9][0-9]{9}")
_LANDLINE = regex("0[1-9][0-9]{1,2}[0-9]{7,8}")
_ABROAD = regex("(?:00)?86")
# What was said last before a number says what it is; 卡里没钱，回执号… is a receipt.
_SAID = regex(
    "(?P<no>(?:[卡账帐]号?|账户|学号|学籍[编辅副]?号?|QQ|qq|快递[单]?号?|订单号?|运单号?|票号|[电水]费户?号|户号"
    "|(?:电话|手机|微信|座机|身份证|证件|车牌)号?码?)(?=[^0-9，。,]{0,4}$))"
    "|(?P<receipt>(?:回执|受理|流水号|查询[号码]|单[号子]|编号|报告号|登记号)(?=[^0-9]{0,10}$)|号(?=[^0-9，。,]{0,3}$)"
    "|查(?:一?下|询|查|一查|个|看)?(?=[^0-9，。,]{0,6}$)"
    "|[给发留记](?:了|过|下)?(?:[我俺咱]们?)?(?:了|个|一个|一串|一组)*(?:号|号码|数|数字|码)(?=[^0-9，。,]{0,6}$)"
    "|凭证号?(?=[^0-9]{0,6}$))"
)
_RECEIPT_BEHIND = regex(
    "[，,、 ]?(?:(?:就|这|那|是|的|我|俺|您|你们|们|给|发|上次|上回|手里|一个|个|串|张|条){0,8}+"
    "(?:回执|单子|单号|编号|受理号|查询码|号(?!码?(?:打|是我|联系|有人|机))|数字)|[的]?(?:查一?[下查]|帮(?:我|忙|俺)?查|[查办]到哪|办[得的]咋样|到哪一?步))"
)
_STATUS = regex(
    "咋还|还没|办(?:[到得的了完没好结]|理|咋样)|处理|进[度展]|结果|[回答]复|有信|信儿|动静|查|到哪|咋样|怎么样|受理|啥情况|上次|上回|说法|着落|下文|没人(?:来|给|联系|管|理|找)|催|落实|登记过|[报递交反填]过|等(?:信|着|到现在)|没个?信"
)
_LIKE_MOBILE = regex("1[3-9]")
_ACCOUNT_SAID = regex("(?:卡号?|账号?|帐号?|账户|学号|学籍号?|QQ|qq)[^0-9，。,]{0,4}$")
_LONG = regex(r"[0-9](?:[ -]?[0-9]){6,}")
_LETTER = regex("[A-Za-z*]$")
_LETTERS_FOR_PHONE = regex("(?:tel|phone|mobile|vx?|wx)$", re.IGNORECASE)
_MINE = regex("(?:[我俺咱]|联系|打给?)[^0-9，。！？；]{0,8}$")
_NOT_MINE = regex("(?:老师|校长|主任|学校|别人|对方)[^0-9，。！？；]{0,6}$")
_SKIPPED = 8
"""Digits that may stand before a number in one chain, in groups of one or two: 3-2 138 4391 2345."""
_SAID_BEFORE = 16
_SAID_BEHIND = 12
"""Characters before and behind a number that may say what it is."""


def read_id_number(text: str, today: date) -> Iterator[Fact]:
    """Find 18-character identity numbers; the check character need not fit, as people mistype them."""
    yield from _find("id_number", text, (18,), _id_number)


def read_phone(text: str, today: date) -> Iterator[Fact]:
    """Find mobile and landline numbers: the speaker's own first, a teacher's or the school's last."""
    found = [*_find("phone", text, (11, 13, 12, 10, 15, 14), _phone), *_spelt("phone", text, _SPELT, _phone)]
    yield from sorted(found, key=lambda one: (_whose(text[max(0, one.start - 12) : one.start]), one.start))


def read_receipt(text: str, today: date) -> Iterator[Fact]:
    """Find receipt numbers: said to be one, alone in a question how it stands, or with a fitting check digit."""
    alone = bool(_STATUS.search(text)) and len(_LONG.findall(positional(text))) == 1

    def accept(digits: str, before: str, behind: str) -> str | None:
        return _receipt(digits, before, behind, alone)

    yield from _find("receipt", text, (12,), accept)
    yield from _spelt("receipt", text, _SPELT_RECEIPT, accept)


def _find(key: str, text: str, lengths: tuple[int, ...], accept: _Accept) -> Iterator[Fact]:
    for match in _CHAIN.finditer(text):
        if len(match[0]) >= min(lengths):
            yield from _in_chain(key, text, match, lengths, accept)


def _in_chain(
    key: str, text: str, chain: re.Match[str], lengths: tuple[int, ...], accept: _Accept
) -> Iterator[Fact]:
    starts, ends, digits = _groups(chain)
    behind, skipped = 0, 0
    whole = any(end - start in lengths for start, end in zip(starts.values(), ends.values(), strict=True))
    for begin, start in starts.items():
        if begin < behind:
            continue
        if skipped > _SKIPPED and not whole:
            return
        for length in lengths:
            end = ends.get(begin + length)
            # Behind digits that are no number only one whole group counts, or a card would hold telephones.
            if end is None or (skipped > _SKIPPED and end - start != length):
                continue
            before, after = text[max(0, start - _SAID_BEFORE) : start], text[end : end + _SAID_BEHIND]
            if number := accept(digits[begin : begin + length], before, after):
                yield Fact(key, number, start, end)
                behind = begin + length
                break
        else:
            skipped += next((length for length in (1, 2) if begin + length in ends), _SKIPPED + 1)


def _groups(chain: re.Match[str]) -> tuple[dict[int, int], dict[int, int], str]:
    """Give where groups start and end in the text, by their place among the digits alone; and the digits."""
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    place, parts = 0, []
    for group in _GROUP.finditer(chain[0]):
        at = chain.start() + group.start()
        for part in _apart(group[0].upper().replace("×", "X")):
            starts[place] = at
            place, at = place + len(part), at + len(part)
            ends[place] = at
            parts.append(part)
    return starts, ends, "".join(parts)


def _apart(group: str) -> tuple[str, ...]:
    """Part an identity number and a mobile number that were written without any gap."""
    if len(group) == 29:
        for cut in (18, 11):
            one, other = sorted((group[:cut], group[cut:]), key=len)
            if _MOBILE.fullmatch(one) and _ID.fullmatch(other):
                return group[:cut], group[cut:]
    return (group,)


def _id_number(digits: str, before: str, behind: str) -> str | None:
    if _LETTER.search(before) or _ACCOUNT_SAID.search(before):
        return None
    sure = _ID.fullmatch(digits) or (_ANY_ID.fullmatch(digits) and _ID_SAID.search(before))
    return digits if sure else None


def _phone(digits: str, before: str, behind: str) -> str | None:
    if _LETTER.search(before) and not _LETTERS_FOR_PHONE.search(before):
        return None
    if len(digits) <= 12 and (_MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits)):
        return digits
    abroad = _ABROAD.match(digits)
    if abroad is None:
        return None
    # A receipt may begin like a number dialled from abroad.
    bare = abroad[0] == "86" and not before.endswith("+")
    if (
        len(digits) == receipts.LENGTH
        and bare
        and (_said(before) == "receipt" or receipts.read_receipt(digits))
    ):
        return None
    rest = digits[abroad.end() :]
    if _MOBILE.fullmatch(rest) or _LANDLINE.fullmatch(rest):
        return rest
    # Dialled from abroad, the area code loses its 0; without + or 00 it may be any number.
    dialled = before.endswith("+") or abroad[0] != "86"
    return "0" + rest if dialled and re.match("10|[2-9]", rest) and _LANDLINE.fullmatch("0" + rest) else None


def _receipt(digits: str, before: str, behind: str, alone: bool) -> str | None:
    if not digits.isdecimal() or digits[0] == "0" or _LETTER.search(before) or before.endswith("+"):
        return None
    said = _said(before)
    if said == "no":
        return None
    # A mobile number with a digit too many is likelier than a receipt with a wrong one.
    if said == "receipt" or _RECEIPT_BEHIND.match(behind) or (alone and not _LIKE_MOBILE.match(digits)):
        return digits
    return receipts.read_receipt(digits)


def _said(before: str) -> str | None:
    """Tell what a number is said to be by the last word before it: receipt, no (something else) or nothing."""
    last = None
    for match in _SAID.finditer(before):
        last = match.lastgroup
    return last


def _spelt(key: str, text: str, pattern: re.Pattern[str], accept: _Accept) -> Iterator[Fact]:
    """Find numbers written with Chinese numerals: 幺三八四三九幺二三四五."""
    for match in pattern.finditer(text):
        if match[0].isascii():
            continue
        digits = positional(match[0]).replace(" ", "").replace("-", "")
        start, end = match.span()
        before, behind = text[max(0, start - _SAID_BEFORE) : start], text[end : end + _SAID_BEHIND]
        if number := accept(digits, before, behind):
            yield Fact(key, number, start, end)


def _whose(before: str) -> int:
    if _NOT_MINE.search(before):
        return 2
    return 0 if _MINE.search(before) else 1
