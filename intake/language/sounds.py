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


def sounds_of(words: str) -> tuple[str, ...]:
    """Give how a name sounds, a syllable a character: what is often mixed up by ear (z and zh, in and ing) is one."""
    known = syllables()
    return tuple(_folded(known.get(one, one)) for one in words)


@cache
def _folded(syllable: str) -> str:
    for said, plain in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if syllable.startswith(said):
            syllable = plain + syllable[len(said) :]
    return syllable[:-1] if syllable.endswith("ng") else syllable
