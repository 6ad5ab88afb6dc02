"""Write bot/understanding/known_words.txt anew: `pip install jieba==0.42.1`, then run this; the product needs it not.

Kept are only the words that may overlap something that sounds like one of the nouns of `bot/understanding/nouns.py`.
"""

from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path

from bot.understanding.nouns import NOUNS
from intake.language.sounds import syllables

FILE = Path(__file__).parent.parent / "bot" / "understanding" / "known_words.txt"
OFTEN = 40
"""How often a word must have been seen."""
HEADER = """\
# Words that may overlap something that sounds like a noun of nouns.py; what belongs to one is no noun misheard.
# Source: words seen at least {often} times in the dictionary of jieba {version} (https://github.com/fxsjy/jieba),
# MIT License, Copyright (c) 2013 Sun Junyi. Written by docs/known_words.py; a line for each first character.
"""


def words() -> Iterator[str]:
    """Yield the common words of two and three characters."""
    spec = find_spec("jieba")
    if spec is None or spec.origin is None:
        raise SystemExit("pip install jieba==0.42.1")
    for line in (Path(spec.origin).parent / "dict.txt").read_text("utf-8").splitlines():
        word, often, *_ = line.split()
        if 2 <= len(word) <= 3 and int(often) >= OFTEN:
            yield word


def overlaps(word: str, noun: str) -> bool:
    """Tell whether a word sounds like the noun where the two overlap."""
    known = syllables()
    here, there = ([known.get(sign, sign) for sign in one] for one in (word, noun))
    for offset in range(1 - len(there), len(here)):
        low, high = max(0, offset), min(len(here), offset + len(there))
        if here[low:high] == there[low - offset : high - offset]:
            return True
    return False


def main() -> None:
    """Write the file."""
    kept = sorted({one for one in words() if any(overlaps(one, noun) for noun in NOUNS)} - {*NOUNS})
    lines = (" ".join(same) + "\n" for _, same in groupby(kept, key=lambda one: one[0]))
    FILE.write_text(HEADER.format(often=OFTEN, version=version("jieba")) + "".join(lines), "utf-8")


if __name__ == "__main__":
    main()
