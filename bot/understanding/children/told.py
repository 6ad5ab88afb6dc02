"""Several children in one message: whose clause is whose, so that nothing of one is said of another.

A child is told by a name, by a word of kin that tells it from a brother (大孙子, 老二, 闺女), or as a neighbour's.
Its clauses are those from where it is named to where another one is; what is said of all (两个都, 电话) is everybody's.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from bot.understanding.children.marks import ORDINALS, Mark, called, marks_of
from bot.understanding.facts.found import Fact
from intake.language.patterns import regex

MOST = 5
"""Children of one message."""
_SHORT = 60
"""Characters up to which a message that only counts children, or tells of one among others, is taken apart."""
_CUT = regex(r"[，,。；;！!？?\n]+| +")
_ALL = regex(
    "^都|(?<=[们俩人子女个级班])都|都(?!快|[一二两三四五六七八九十几半大好俩仨0-9]+个?(?:多|来|整)?(?:天|月|星期|礼拜|年|周|学期|岁|上))|全(?!家|村|县)|[俩仨](?!月|星期|礼拜|天|礼|年)|[两三四几]个(?!月|星期|礼拜|小时|学期|多月)|[两三]人|他们|她们|兄弟|姐妹|兄妹|姐弟|一起|一样"
)
_HOME = regex(
    "电话|手机|1[3-9][0-9]{9}|住(?![校宿在]?(?:校|宿|了校))|家[在是住里]|[我俺]是|[爸妈]|父母|低保|户口|[我俺咱]们?(?:家|村|屯)"
)
_COUNTED_ON = regex("(?<=老[大二三四])(?=[一二三四五六七八九])")
"""Between 老二 and 三年级 no number is read across."""
_JOIN = regex("(?:和|跟|与|、|及|还有|同|,|，| |我|俺|家|的|她|他|以)*")
_AGAIN = regex("(?:还有|另外|再就是|再一个)[^，。；]{0,4}$")
_TOO = regex("也")
_MATTER = regex(
    "没(?:有)?(?:去|来|上|到|念|读|见|学上)|[不没未](?:去|来|上|念|读|想|愿|肯|爱|让|到)|[辍弃厌失休]学|旷课|逃学|请[^，。]{0,3}假|发烧|生病|感冒|病了"
    "|住校|住宿|寄宿|住[^，。]{0,3}宿舍|校车|坐车|接送|午[餐饭]|补助|助学|资助|贫困|困难|入学|报名|转学|转[到来]|转校"
    "|(?:要|该|想|得|能|准备|今年|明年|打算)(?:去)?(?:上|念|读)|学籍|也(?:是|一样|没|不|想|要)|不见|跑了|[被挨][^，。]{0,6}[打骂欺揍踹抢伤]|受伤|摔|走[丢失]|丢了|找不[到着]"
)
_COUNT = regex(
    "(?P<twin>双胞胎|龙凤胎|双棒儿?)|(?<![0-9一二三四五六七八九十百几])(?P<many>[两二三四](?=个)|[俩仨])个?(?:孩子|娃|小孩|孙子|孙女|儿子|闺女|女儿|姑娘|丫头)(?!的|他|她|爸|妈)"
)
_COUNTS = {"两": 2, "二": 2, "俩": 2, "三": 3, "仨": 3, "四": 4}


@dataclass(frozen=True, slots=True)
class ChildTold:
    """A child that a message tells of: how it is called there, and the words that are about it."""

    called: str
    words: str


@dataclass(slots=True)
class _Child:
    known: Mark
    pieces: list[str] = field(default_factory=list)


def read_children(plain: str, names: Iterable[Fact]) -> tuple[ChildTold, ...]:
    """Give the children whose matters a message tells, in the order of telling.

    Nothing where it speaks of one child; one where it speaks of others only by the way.
    """
    marks = marks_of(plain, list(names))
    children, owners = _children(plain, marks)
    if len(children) > 1:
        _share_out(plain, marks, children, owners)
        told = [one for one in children if tells_matter("，".join(one.pieces))]
        only_names = not told and all(one.name for one in marks) and not _beside(plain, marks)
        if len(told) == 1 and len(plain) > _SHORT:
            return ()
        return tuple(
            ChildTold(called(one.known), "，".join(one.pieces))
            for one in (children if only_names else told)[:MOST]
        )
    counts = len(plain) <= _SHORT and not (children and children[0].known.name)
    return _counted(plain) if counts else ()


def tells_matter(words: str) -> bool:
    """Tell whether something is told of a child, and not only who it is."""
    return bool(_MATTER.search(words))


def _counted(plain: str) -> tuple[ChildTold, ...]:
    """Give children that are only counted: 两个孩子都三天没上学了."""
    for found in _COUNT.finditer(plain):
        number = 2 if found["twin"] else _COUNTS[found["many"]]
        clauses = [one for one in _CUT.split(plain) if one]
        if any(
            _MATTER.search(one) and (found["twin"] or _COUNT.search(one) or _ALL.search(one))
            for one in clauses
        ):
            return tuple(ChildTold(one, plain) for one in ORDINALS[:number])
    return ()


def _children(plain: str, marks: list[Mark]) -> tuple[list[_Child], list[int]]:
    """Give the children that marks speak of, and whose each mark is."""
    children: list[_Child] = []
    owners: list[int] = []
    for mark in marks:
        again = bool(_AGAIN.search(plain[: mark.start])) or bool(_TOO.match(plain, mark.end))
        at = next((at for at, one in enumerate(children) if _same(one.known, mark)), None)
        if at is None and not again:
            at = _told_of(children, owners, mark)
        if at is None:
            children.append(_Child(mark))
            at = len(children) - 1
        else:
            children[at].known = _both(children[at].known, mark)
        owners.append(at)
    return children, owners


def _told_of(children: list[_Child], owners: list[int], mark: Mark) -> int | None:
    """Give the child that a mark says more of: its name, or a word of kin without rank for the only one."""
    if not owners or _differs(children[owners[-1]].known, mark):
        return None
    last = children[owners[-1]].known
    if mark.name and not mark.said:
        return owners[-1] if not last.name and len(children) == 1 else None
    plain_kin = not mark.rank and not mark.house
    return owners[-1] if plain_kin and not last.kin and not last.rank and len(children) == 1 else None


def _differs(one: Mark, other: Mark) -> bool:
    return any(
        mine and yours and mine != yours
        for mine, yours in ((one.rank, other.rank), (one.sex, other.sex), (one.house, other.house))
    ) or bool(one.name and other.name and not one.name.endswith(other.name))


def _same(one: Mark, other: Mark) -> bool:
    if _differs(one, other):
        return False
    if one.name and other.name:
        return True
    if one.rank and other.rank:
        return True
    return bool((one.kin and one.kin == other.kin) or (one.house and one.house == other.house))


def _both(one: Mark, other: Mark) -> Mark:
    return replace(
        one,
        said=other.said if one.kin == "一个" and other.said else one.said or other.said,
        name=one.name or other.name,
        kin=one.kin or other.kin,
        rank=one.rank or other.rank,
        sex=one.sex or other.sex,
        house=one.house or other.house,
    )


def _share_out(plain: str, marks: list[Mark], children: list[_Child], owners: list[int]) -> None:
    """Give each child its own clauses and those of all."""
    everybody = list(range(len(children)))
    whose: list[int] = everybody
    for start, end in _clauses(plain):
        inside = [
            (mark, owner) for mark, owner in zip(marks, owners, strict=True) if start <= mark.start < end
        ]
        if not inside:
            said = plain[start:end]
            common = _ALL.search(said) or (_HOME.search(said) and not _MATTER.search(said))
            _give(children, everybody if common else whose, said)
            continue
        groups = list(_groups(plain, start, end, inside))
        tail = _ALL.search(groups[-1][1]) if len(groups) > 1 else None
        for group, text in groups:
            own = text[: tail.start()] if tail and text is groups[-1][1] else text
            for mark, owner in group:
                _give(children, [owner], _COUNTED_ON.sub("，", plain[mark.start : mark.end] + own, 1))
            whose = sorted({owner for _, owner in group})
        if tail:
            whose = sorted({owner for _, owner in inside})
            _give(children, whose, groups[-1][1][tail.start() :])


def _give(children: list[_Child], whose: list[int], said: str) -> None:
    for at in whose:
        children[at].pieces.append(said)


def _groups(
    plain: str, start: int, end: int, inside: list[tuple[Mark, int]]
) -> Iterator[tuple[list[tuple[Mark, int]], str]]:
    """Cut a clause before each child; children that are joined by 和 have what follows in common.

    What stands before the first child is the first one's.
    """
    group: list[tuple[Mark, int]] = []
    lead = plain[start : inside[0][0].start]
    for at, (mark, owner) in enumerate(inside):
        group.append((mark, owner))
        after = inside[at + 1][0].start if at + 1 < len(inside) else end
        text = plain[mark.end : after]
        if at + 1 < len(inside) and (inside[at + 1][1] == owner or _JOIN.fullmatch(text)):
            continue
        first = group[0][0]
        if len({owner for _, owner in group}) == 1:
            yield [(replace(first, start=start if lead else first.start, end=mark.end), owner)], text
        else:
            yield group, text
        group, lead = [], ""


def _clauses(plain: str) -> Iterator[tuple[int, int]]:
    start = 0
    for cut in _CUT.finditer(plain):
        if cut.start() > start:
            yield start, cut.start()
        start = cut.end()
    if start < len(plain):
        yield start, len(plain)


def _beside(plain: str, marks: list[Mark]) -> bool:
    """Tell whether more is said than names."""
    for one in reversed(marks):
        plain = plain[: one.start] + plain[one.end :]
    return not re.fullmatch(
        "(?:和|跟|与|、|还有|及|，|,| |两个|俩|都|是|叫|一个|另一个|孩子|吧|呢|。|他|她|我|俺|家|的)*", plain
    )
