"""Privacy levels, and the masks that ordinary eyes see."""

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


def mask_digits(text: str, head: int, tail: int) -> str:
    """Mask the middle of a number: 138****1234 (3, 4), 220605********1234 (6, 4); short ones wholly."""
    if len(text) <= head + tail:
        return "*" * len(text)
    return text[:head] + "*" * (len(text) - head - tail) + text[-tail:]


def mask_after(text: str, head: int) -> str:
    """Mask all but the beginning of a number: 138********."""
    return text[:head] + "*" * max(len(text) - head, 1)


_NUMBER = regex(
    r"(?<![0-9])(?:1[3-9][0-9](?:[ -]?[0-9]){8}|0[0-9]{2,3}[- ]?[0-9]{7,8}|[0-9]{17}[0-9Xx]|[0-9]{15})(?![0-9])"
)
"""Telephones, with or without blanks, and identity numbers."""


def mask_numbers(text: str) -> str:
    """Mask the numbers in what somebody wrote by which a person is found: 打了 138********，奶奶接的."""
    return _NUMBER.sub(lambda found: mask_after(found[0], 3), text)


def mask_address(text: str) -> str:
    """Cut an address after the village, community, town or district, whichever comes last."""
    end = max((text.rfind(mark) + len(mark) for mark in ("村", "社区", "街道", "镇", "乡", "区", "县", "市")
               if mark in text), default=0)  # fmt: skip
    return text[:end] + "***"
