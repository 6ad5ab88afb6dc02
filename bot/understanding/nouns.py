"""Nouns that were heard or typed wrongly: 季宿 is 寄宿, 助学斤 is 助学金. Only where nothing else can be meant.

What sounds like a noun (tones apart) stands for it where a character of it is right, and where no known word holds or
crosses any of its characters: 记住校门口 speaks of no boarding. Words of danger are none of these nouns.
The length stays, so that places in the message remain what they are.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from intake.language.sounds import syllables


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


NOUNS = _listed(
    "寄宿 住宿 住校 宿舍 寝室 走读 补助 补助金 助学金 资助 转学 转校 入学 学籍 学区 校车 班车 食堂 午餐 营养餐 请假 旷课 逃学 "
    "辍学 休学 退学 低保 贫困 残疾 录取 报名 户口 居住证 幼儿园"
)
"""What our matters are told by."""
_WORDS = _listed(
    "不住 不助 不注 不祝 几宿 请加 请家 请佳 学及 学即 学既 学几 学极 学急 学给 学去 学曲 学取 学废 路去 是糖 十堂 雨转雪 阴转雪 云转雪 "
    "晴转雪 转血 低报 地包 修学 讨学 搬车 专校 转小 住小 主校 小车 自助 食糖 食谱 报明 旷野 寝食 板车 雪转雪"
)
"""What means itself, though no dictionary need have it."""
_LONGEST = 3
_GOES_ON = frozenset("着得")
"""Behind a wrong character they make a verb of it: 住笑着."""
_HERE = Path(__file__).with_name("known_words.txt")

Spots = list[tuple[int, str]]
"""Where nouns stand that were written otherwise, and the nouns."""


def find_nouns(said: str) -> Spots:
    """Find what sounds like a noun and is no word of its own; `said` is best covered, so that no name is taken."""
    starts, found, end = _starts(), Spots(), 0
    for place, sign in enumerate(said[:-1]):
        if (nouns := starts.get(sign)) is None or place < end:
            continue
        for noun in nouns.get(said[place + 1], ()):
            if _meant(said, place, noun):
                found.append((place, noun))
                end = place + len(noun)
                break
    return found


def put_nouns(said: str, spots: Spots) -> str:
    """Put nouns where they were meant."""
    for place, noun in spots:
        said = said[:place] + noun + said[place + len(noun) :]
    return said


def is_known_word(word: str) -> bool:
    """Tell whether a word of two or three characters is one of the common ones."""
    return word in _known()


def _meant(said: str, start: int, noun: str) -> bool:
    """Tell whether the characters from a place on sound like a noun and can be nothing else."""
    end = start + len(noun)
    run = said[start:end]
    if run == noun or not all(map(_sounds_like, run, noun)) or len(run) < len(noun):
        return False
    if not any(one == right for one, right in zip(run, noun, strict=True)):
        return False
    goes_on = said[end : end + 1] in _GOES_ON and run[-1] != noun[-1]
    return not goes_on and not any(
        _forbids(word, at, start, noun) for at, word in _words_over(said, start, end)
    )


def _words_over(said: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """Give the known words that hold a character of a run, and where they begin."""
    known = _known()
    for at in range(max(0, start - _LONGEST + 1), end):
        for length in range(2, _LONGEST + 1):
            word = said[at : at + length]
            if at + length > start and word in known:
                yield at, word


def _forbids(word: str, at: int, start: int, noun: str) -> bool:
    """Tell whether a word speaks against a noun: not where it is a part of it, nor inside one of three characters."""
    inside = at >= start and at + len(word) <= start + len(noun)
    return not inside or (len(word) == len(noun) and word != noun)


def _sounds_like(sign: str, other: str) -> bool:
    known = syllables()
    return known.get(sign) == known[other]


@cache
def _starts() -> dict[str, dict[str, list[str]]]:
    """Give the nouns by the characters that sound like their first two, the longest noun first."""
    alike = defaultdict[str, list[str]](list)
    for sign, syllable in syllables().items():
        alike[syllable].append(sign)
    found: dict[str, dict[str, list[str]]] = {}
    for noun in sorted(NOUNS, key=len, reverse=True):
        for first in alike[syllables()[noun[0]]]:
            for second in alike[syllables()[noun[1]]]:
                found.setdefault(first, {}).setdefault(second, []).append(noun)
    return found


@cache
def _known() -> frozenset[str]:
    lines = _HERE.read_text("utf-8").splitlines()
    return frozenset(_WORDS).union(NOUNS, *(line.split() for line in lines if not line.startswith("#")))
