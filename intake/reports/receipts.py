"""Receipt numbers: twelve digits, the last of which checks the others (ISO 7064 Mod 11, 10)."""

import secrets

from stdnum.iso7064 import mod_11_10

from intake.language import text

LENGTH = 12


def make_receipt() -> str:
    """Give a new number; random, so that nobody learns how many reports there are or whose comes next."""
    first = 10 ** (LENGTH - 2)
    body = str(first + secrets.randbelow(9 * first))
    return body + str(mod_11_10.calc_check_digit(body))


def read_receipt(said: str) -> str | None:
    """Read a number as people write it, with spaces or dashes; None unless its check digit is right."""
    digits = "".join(one for one in text.normalise(said) if one.isdecimal())
    return digits if len(digits) == LENGTH and mod_11_10.is_valid(digits) else None


def show_receipt(receipt: str) -> str:
    """Write a number in groups of four, to be read over the phone."""
    return " ".join(receipt[i : i + 4] for i in range(0, len(receipt), 4))


def show_word(word: str) -> str:
    """Write a word in two groups, to be read over the phone; nothing where there is none."""
    return f"{word[:3]} {word[3:]}".strip()
