"""Write intake/language/pinyin.txt anew: `pip install pypinyin==0.55.0`, then run this; the product needs neither.

The model of `bot/understanding` was learned with these sounds: after a change of them, `make train`.
"""

from collections import defaultdict
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from pypinyin import lazy_pinyin

FILE = Path(__file__).parent.parent / "intake" / "language" / "pinyin.txt"
HEADER = """\
# The sounds of the 6763 characters of GB 2312: a toneless syllable (v for ü), then the characters that sound so.
# Source: the commonest reading of each in pypinyin {version} (https://github.com/mozillazg/python-pinyin),
# MIT License, Copyright (c) 2016 mozillazg, 闲耘 <hotoo.cn@gmail.com>. Written by docs/pinyin.py.
"""


def signs() -> Iterator[str]:
    """Yield the characters of GB 2312 in its order."""
    for row in range(0xB0, 0xF8):
        for cell in range(0xA1, 0xFF):
            yield bytes((row, cell)).decode("gb2312", "ignore")


def main() -> None:
    """Write the file."""
    heard: dict[str, str] = defaultdict(str)
    for sign in filter(None, signs()):
        heard[lazy_pinyin(sign)[0]] += sign
    lines = [f"{syllable} {same}\n" for syllable, same in sorted(heard.items())]
    FILE.write_text(HEADER.format(version=version("pypinyin")) + "".join(lines), "utf-8")


if __name__ == "__main__":
    main()
