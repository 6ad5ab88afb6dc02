"""One-time codes as people type and read them aloud: ten digits, eight on slips of before, and a phone number with them."""

from intake.language import text
from intake.language.patterns import regex

DIGITS, OLD_DIGITS = 10, 8
"""Of a code, and of those on slips of before."""
_SEPARATORS = regex(r"[\s\-—－,，.。·]")
_WITH_PHONE = regex(
    r"(1[3-9]\d{9})(\d{10})|(?P<code>\d{8}|\d{10})(?P<phone>1[3-9]\d{9})|(1[3-9]\d{9})(\d{8})"
)


def show_code(code: str) -> str:
    """Give a code as it is read aloud, in groups: 123 456 7890."""
    return f"{code[:3]} {code[3:6]} {code[6:]}"


def read_code(said: str) -> tuple[str, str]:
    """Give the digits of a code, however they are set apart, and the phone number that stands with it.

    Other digits are given as they are, and other words give nothing.
    """
    plain = text.positional(_SEPARATORS.sub("", text.normalise(said)))
    if found := _WITH_PHONE.fullmatch(plain):
        return found["code"] or found[2] or found[6], found["phone"] or found[1] or found[5]
    return (plain, "") if plain.isascii() and plain.isdecimal() else ("", "")
