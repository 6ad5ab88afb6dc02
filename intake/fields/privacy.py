"""Privacy levels, and the masks that ordinary eyes see.

A mask is no better than what stands beside it. A citizen number (GB 11643) is six digits of a region, eight of a birth,
three in sequence whose last is odd for a man, and a check digit that follows from the rest. Whoever knows the region
(most children of a district have its own) and the sex is left with 500 numbers of one birth date, with 182,500 of a
year of birth. Hence one rule for every row, block, message and page, kept by `Masks.beside` and by nobody else:

- A number of identity, and a 学籍号, which is mostly G and that number, shows four signs; any other number nothing.
- A birth date shows its year. Where it stands in clear, no number beside it shows anything, nor an address its county.
- A telephone shows three digits: its last four are a part of a proof, and receipts and case numbers stand everywhere.

`tests/fields/test_candidates.py` counts what is left on every face; it must be FEWEST.
"""

from collections.abc import Iterable
from enum import StrEnum

from intake.language.patterns import regex


class Privacy(StrEnum):
    """How far an answer may be shown (未成年人保护法, 个人信息保护法 §28 §31): see each member.

    open: to anybody whose area covers the row. personal: to those who handle the row, masked in
    ordinary exports. sensitive: encrypted at rest, masked, shown one at a time with a reason.
    """

    OPEN = "open"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"


def mask_name(name: str) -> str:
    """Mask a person's name: 张*明, 张*, 阿*·*."""
    if "·" in name:
        return "·".join(part[:1] + "*" * min(len(part) - 1, 2) for part in name.split("·"))
    if len(name) <= 2:
        return name[:1] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


FEWEST = 10_000
"""Values of which any may be the masked one, for whoever sees all that stands beside it."""


class Masks(StrEnum):
    """How much the masks of a row may show, after what else it shows; see each member.

    usual: nothing beside them narrows a number down. bare: a birth date stands in clear.
    """

    USUAL = "usual"
    BARE = "bare"

    @classmethod
    def beside(cls, numbering: Iterable[bool]) -> "Masks":
        """Choose the masks of a row; `numbering` says of each value in clear whether it tells most of a number."""
        return cls.BARE if any(numbering) else cls.USUAL


def mask_identity(text: str) -> str:
    """Show the first four of a citizen number or of a 学籍号 made of one: 2206**************; of others nothing."""
    return mask_after(text, 4) if _CITIZEN.fullmatch(text) else ""


def mask_phone(text: str) -> str:
    """Show the first three of a telephone: 138********."""
    return mask_after(text, 3) if len(text) >= 10 else "*" * len(text)


def mask_but_end(text: str) -> str:
    """Show the last four of a telephone to who must know it again, where no receipt stands near: *******1234."""
    return "*" * (len(text) - 4) + text[-4:] if len(text) >= 11 else mask_phone(text)


def mask_after(text: str, head: int) -> str:
    """Mask all but the beginning of a number: 138********."""
    return text[:head] + "*" * max(len(text) - head, 1)


_CITIZEN = regex(r"[A-Z]?(?:[0-9]{17}[0-9X]|[0-9]{15})")
_NUMBER = regex(
    r"\+[1-9](?:[ .·-]?[0-9]){6,14}|(?<![0-9])(?:1[3-9][0-9](?:[ .·-]?[0-9]){8}|0[0-9]{2,3}[- ]?[0-9]{7,8}"
    r"|[0-9](?:[ .·-]?[0-9]){16}[ .·-]?[0-9Xx]|[0-9](?:[ .·-]?[0-9]){14})(?![0-9])"
)
"""Telephones and identity numbers, with or without blanks and dashes."""
_DAY = (
    r"(?P<{}>(?:19|20)[0-9]{{2}})"
    r"(?:年[0-9]{{1,2}}月[0-9]{{1,2}}[日号]?|[-./][0-9]{{1,2}}[-./][0-9]{{1,2}}|[0-9]{{4}}(?![0-9]))"
)
_BORN = regex(
    rf"(?P<before>(?:出生(?:日期|年月日?)?|生日|生于|生)[:：是为在 ]{{0,3}}){_DAY.format('late')}"
    rf"|{_DAY.format('early')}(?P<after>[, ，（(]{{0,2}}(?:日)?(?:出生|生(?!病|气)))"
)
"""A full date that is said to be that of a birth."""


def mask_numbers(text: str) -> str:
    """Mask the numbers in what somebody wrote by which a person is found: 打了 138********，奶奶接的, 2015年生."""
    text = _BORN.sub(
        lambda found: f"{found['before'] or ''}{found['late'] or found['early']}年{found['after'] or ''}",
        text,
    )
    return _NUMBER.sub(lambda found: mask_after(found[0], 3), text)


def mask_address(text: str) -> str:
    """Cut an address after the village or community; where there is none after town, district, city."""
    for mark in _AREAS:
        if found := mark.match(text):
            return f"{found[0]}***"
    return "***"


_AREAS = (
    regex(r".{0,40}?(?:村|社区)"),
    regex(r".{0,40}(?:街道|镇|乡)"),
    regex(r".{0,40}?(?:(?<!小)区|县)"),
    regex(r".{0,40}?市"),
)
"""What an address is cut after: 大石棚村三组 has a village, 森工小区 is none and 市场街 no city."""
