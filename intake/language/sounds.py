"""How common characters sound: by ear for the bot, by first letters for whoever searches a list."""

from functools import cache
from pathlib import Path


@cache
def syllables() -> dict[str, str]:
    """Give the toneless syllable of each common character, from pinyin.txt: one line a syllable, then its characters."""
    lines = Path(__file__).with_name("pinyin.txt").read_text("utf-8").splitlines()
    told = (line.split() for line in lines if not line.startswith("#"))
    return {sign: syllable for syllable, signs in told for sign in signs}


def initials(words: str) -> str:
    """Give the first letters by which 石人镇 is typed: srz; letters and digits stay, other signs are left out."""
    known = syllables()
    return "".join(
        known[one][0] if one in known else one.lower() if one.isascii() and one.isalnum() else ""
        for one in words
    )
