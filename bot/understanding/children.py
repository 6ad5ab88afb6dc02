"""Several children in one message: whose clause is whose, so that nothing of one is said of another.

A child is told by a name, by a word of kin that tells it from a brother (大孙子, 老二, 闺女), or as a neighbour's.
Its clauses are those from where it is named to where another one is; what is said of all (两个都, 电话) is everybody's.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from bot.understanding.facts.found import Fact
from intake.language.patterns import regex

MOST = 5
"""Children of one message."""
_SHORT = 60
"""Characters up to which a message that only counts children, or tells of one among others, is taken apart."""
_CUT = regex(r"[，,。；;！!？?\n]+| +")
_KIN = (
    "外孙女|外孙子?|孙女儿?|孙子|儿子|闺女|女儿|姑娘|丫头|小子|侄女|侄子|外甥女|外甥|(?<=[大小二三])[宝娃妞]"
)
_HOUSE = "(?:邻居|隔壁|对门|邻家|亲戚|别人|人家|楼[上下]|同村|(?<![\u4e00-\u9fff])老[\u4e00-\u9fff](?=家))"
_MARK = regex(
    f"(?P<house>{_HOUSE}(?:老[\u4e00-\u9fff]|小[\u4e00-\u9fff])?家?(?:的|有个|那个|一个)*(?:孩子|小孩|娃|{_KIN}))"
    "|(?P<own>(?:我|俺|咱|自己)(?:们)?(?:家|的|自己)*(?:孩子|娃(?!娃)))"
    "|(?P<order>老[大二三四小幺](?![\u4e00-\u9fff]?老师)|(?:(?<=[，,。；、 \n和跟])|^)(?:那个)?[大小二三]的(?!时候|方面|问题|地方|那|话|事))"
    "|(?P<one>(?:(?:另外?|还有|再)一个|(?<![这那第每哪另有再几上下外])一个)(?=上|在|读|念|[一二三四五六七八九初]|男|女|叫|想|要|没|不)|(?<![这那第每哪])(?:另外?|还有|再)?一个(?=是(?:[大小二老]|儿|闺|女|男|孙|外孙|侄)))"
    f"|(?P<rank>[大小二三四老])?(?P<kin>{_KIN})"
    "|(?P<sex>[男女]孩(?:儿|子)?|[男女]娃)"
    "|(?:(?<=[他她的，,。；、 \n和跟子女儿])|^)(?P<sibling>哥哥?|姐姐?|弟弟?|妹妹?)(?![们俩夫]|的(?:孩子|儿子|闺女))"
)
_NO_CHILD = regex(
    "[们俩]|媳妇?|女婿|(?:他|她)?(?:爸|妈|爹|娘|爷|奶|姥|家长|父母)|[^，。；]{0,4}(?:打工|务工|离婚|外出)"
)
"""What follows a word of kin that is no child of school here: 孙子他妈, 儿子在外打工."""
_NO_CHILD_BEFORE = regex("(?:同学|别人|老师|领导)的?$|[我俺](?:的|有个|亲)?$|是[他她](?:的|亲)?$")
_TOGETHER = regex("孙子孙女|孙子外孙|儿子女儿|儿子闺女")
_MISTAKEN = regex("[录写登弄改叫](?:成|为|作)$|误为$")
"""What stands before how a name was written wrongly."""
_MALE = regex("孙子|外孙(?!女)|儿子|小子|侄子|外甥(?!女)|哥|弟|男")
_FEMALE = regex("孙女|闺女|女儿|姑娘|丫头|侄女|外甥女|妞|姐|妹|女")
_RANKS = {"大": 1, "哥": 1, "姐": 1, "二": 2, "小": 2, "弟": 2, "妹": 2, "三": 3, "四": 4, "幺": 9}
_LAST = 9
_ALL = regex(
    "[都全俩仨]|[两三四几]个(?!月|星期|礼拜|小时|学期|多月)|[两三]人|他们|她们|兄弟|姐妹|兄妹|姐弟|一起|一样"
)
_HOME = regex(
    "电话|手机|1[3-9][0-9]{9}|住(?![校宿在]?(?:校|宿|了校))|家[在是住里]|[我俺]是|[爸妈]|父母|低保|户口|[我俺咱]们?(?:家|村|屯)"
)
_JOIN = regex("(?:和|跟|与|、|及|还有|同|,|，| |我|俺|家|的|她|他|以)*")
_NAMING = regex("[，,（( ]?(?:名字|大名|姓名|他|她|就|也)?(?:叫|是|名|：|:|我|俺|家|的|，|,|（|[(]| )*")
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
_MINE = regex("^(?:我|俺|咱|自己)(?:们)?")
_COUNTS = {"两": 2, "二": 2, "俩": 2, "三": 3, "仨": 3, "四": 4}
_ORDINALS = ("第一个孩子", "第二个孩子", "第三个孩子", "第四个孩子")


@dataclass(frozen=True, slots=True)
class ChildTold:
    """A child that a message tells of: how it is called there, and the words that are about it."""

    called: str
    words: str


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where a child is spoken of, and what that says of it."""

    start: int
    end: int
    said: str
    name: str = ""
    kin: str = ""
    rank: int = 0
    sex: str = ""
    house: str = ""


@dataclass(slots=True)
class _Child:
    known: _Mark
    pieces: list[str] = field(default_factory=list)


def read_children(plain: str, names: Iterable[Fact]) -> tuple[ChildTold, ...]:
    """Give the children whose matters a message tells, in the order of telling.

    Nothing where it speaks of one child; one where it speaks of others only by the way.
    """
    marks = _marks(plain, list(names))
    children, owners = _children(plain, marks)
    if len(children) > 1:
        _share_out(plain, marks, children, owners)
        told = [one for one in children if _MATTER.search("，".join(one.pieces))]
        only_names = not told and all(one.name for one in marks) and not _beside(plain, marks)
        if len(told) == 1 and len(plain) > _SHORT:
            return ()
        return tuple(
            ChildTold(_called(one.known), "，".join(one.pieces))
            for one in (children if only_names else told)[:MOST]
        )
    counts = len(plain) <= _SHORT and not (children and children[0].known.name)
    return _counted(plain) if counts else ()


def called_child(said: str) -> str:
    """Give how a child is called in a few words, or nothing."""
    found = next((one for one in _marks(said, []) if one.said), None)
    return _called(found) if found else ""


def _called(mark: _Mark) -> str:
    """Give how a child is called to whoever told of it: 我家孩子 is 您家孩子."""
    return mark.name or _MINE.sub("您", mark.said)


def _counted(plain: str) -> tuple[ChildTold, ...]:
    """Give children that are only counted: 两个孩子都三天没上学了."""
    for found in _COUNT.finditer(plain):
        number = 2 if found["twin"] else _COUNTS[found["many"]]
        clauses = [one for one in _CUT.split(plain) if one]
        if any(
            _MATTER.search(one) and (found["twin"] or _COUNT.search(one) or _ALL.search(one))
            for one in clauses
        ):
            return tuple(ChildTold(one, plain) for one in _ORDINALS[:number])
    return ()


def _marks(plain: str, names: list[Fact]) -> list[_Mark]:
    """Find where children are spoken of; a name beside a word of kin is one of both."""
    grandchild = "孙子" in plain or "孙女" in plain or "外孙" in plain
    found = [
        _Mark(one.start, one.end, "", name=str(one.value))
        for one in names
        if not _MISTAKEN.search(plain[: one.start])
    ]
    ones = 0
    for match in _MARK.finditer(plain):
        if any(one.start < match.end() and match.start() < one.end for one in found):
            continue
        if not _is_child(plain, match, grandchild):
            continue
        ones += bool(match["one"])
        found.append(_mark(match, ones))
    if ones == 1 and not any(one.rank for one in found if one.kin != "一个"):
        found = [one for one in found if one.kin != "一个"]
    if len({one.sex for one in found if one.kin[1:2] in ("孩", "娃") and one.kin[0] in "男女"}) == 1:
        found = [one for one in found if one.kin[:1] not in ("男", "女")]
    if any(one.house == "自家" for one in found) and not any(one.house == "他家" for one in found):
        found = [one for one in found if one.house != "自家"]
    if any(one.said.startswith(("老二", "二")) for one in found):
        found = [replace(one, rank=_LAST) if one.said.startswith("小") else one for one in found]
    return list(_joined(plain, sorted(found, key=lambda one: one.start)))


def _is_child(plain: str, match: "re.Match[str]", grandchild: bool) -> bool:
    """Tell whether a word of kin is a child of school: of a grandmother's 儿子 the children are spoken of."""
    around = plain[max(0, match.start() - 2) : match.end() + 3]
    if _NO_CHILD.match(plain, match.end()) or (match["kin"] and _TOGETHER.search(around)):
        return False
    if grandchild and match["kin"] in ("儿子", "女儿", "闺女", "姑娘"):
        return False
    before = plain[max(0, match.start() - 4) : match.start()]
    return not (match["sibling"] and _NO_CHILD_BEFORE.search(before))


def _mark(match: "re.Match[str]", ones: int) -> _Mark:
    said = match[0].removeprefix("那个")
    sex = "女" if _FEMALE.search(said) else "男" if _MALE.search(said) else ""
    if match["one"]:
        return _Mark(
            match.start(),
            match.end(),
            "第一个孩子" if ones == 1 else _ORDINALS[min(ones, 4) - 1],
            "",
            "一个",
            ones,
        )
    if match["house"] or match["own"]:
        return _Mark(match.start(), match.end(), said, sex=sex, house="他家" if match["house"] else "自家")
    if match["order"]:
        rank = _RANKS.get(said[1] if said[0] == "老" else said[0], 0)
        return _Mark(match.start(), match.end(), said, rank=_LAST if said == "老小" else rank)
    if match["sibling"]:
        return _Mark(match.start(), match.end(), said, rank=_RANKS[said[0]], sex=sex)
    kin = match["kin"] or match["sex"]
    rank = _RANKS.get(match["rank"] or "", 0)
    return _Mark(match.start(), match.end(), said, kin=kin.removesuffix("儿"), rank=rank, sex=sex)


def _joined(plain: str, marks: list[_Mark]) -> Iterator[_Mark]:
    """Make one of a word of kin and the name beside it: 大孙子叫王小明, 王小明是我大孙子."""
    held: _Mark | None = None
    for one in marks:
        if (
            held is not None
            and bool(held.name) != bool(one.name)
            and _names(plain[held.end : one.start], held)
        ):
            both = replace(held if held.said else one, start=held.start, end=one.end)
            yield replace(both, name=held.name or one.name)
            held = None
            continue
        if held is not None:
            yield held
        held = one
    if held is not None:
        yield held


def _names(between: str, first: _Mark) -> bool:
    """Tell whether what stands between a word of kin and a name makes them one child."""
    if first.name:
        return between.startswith("是") and bool(_NAMING.fullmatch(between))
    return bool(_NAMING.fullmatch(between))


def _children(plain: str, marks: list[_Mark]) -> tuple[list[_Child], list[int]]:
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


def _told_of(children: list[_Child], owners: list[int], mark: _Mark) -> int | None:
    """Give the child that a mark says more of: its name, or a word of kin without rank for the only one."""
    if not owners or _differs(children[owners[-1]].known, mark):
        return None
    last = children[owners[-1]].known
    if mark.name and not mark.said:
        return owners[-1] if not last.name and len(children) == 1 else None
    plain_kin = not mark.rank and not mark.house
    return owners[-1] if plain_kin and not last.kin and not last.rank and len(children) == 1 else None


def _differs(one: _Mark, other: _Mark) -> bool:
    return any(
        mine and yours and mine != yours
        for mine, yours in ((one.rank, other.rank), (one.sex, other.sex), (one.house, other.house))
    ) or bool(one.name and other.name and not one.name.endswith(other.name))


def _same(one: _Mark, other: _Mark) -> bool:
    if _differs(one, other):
        return False
    if one.name and other.name:
        return True
    if one.rank and other.rank:
        return True
    return bool((one.kin and one.kin == other.kin) or (one.house and one.house == other.house))


def _both(one: _Mark, other: _Mark) -> _Mark:
    return replace(
        one,
        said=other.said if one.kin == "一个" and other.said else one.said or other.said,
        name=one.name or other.name,
        kin=one.kin or other.kin,
        rank=one.rank or other.rank,
        sex=one.sex or other.sex,
        house=one.house or other.house,
    )


def _share_out(plain: str, marks: list[_Mark], children: list[_Child], owners: list[int]) -> None:
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
                _give(children, [owner], plain[mark.start : mark.end] + own)
            whose = sorted({owner for _, owner in group})
        if tail:
            whose = sorted({owner for _, owner in inside})
            _give(children, whose, groups[-1][1][tail.start() :])


def _give(children: list[_Child], whose: list[int], said: str) -> None:
    for at in whose:
        children[at].pieces.append(said)


def _groups(
    plain: str, start: int, end: int, inside: list[tuple[_Mark, int]]
) -> Iterator[tuple[list[tuple[_Mark, int]], str]]:
    """Cut a clause before each child; children that are joined by 和 have what follows in common.

    What stands before the first child is the first one's.
    """
    group: list[tuple[_Mark, int]] = []
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


def _beside(plain: str, marks: list[_Mark]) -> bool:
    """Tell whether more is said than names."""
    for one in reversed(marks):
        plain = plain[: one.start] + plain[one.end :]
    return not re.fullmatch(
        "(?:和|跟|与|、|还有|及|，|,| |两个|俩|都|是|叫|一个|另一个|孩子|吧|呢|。|他|她|我|俺|家|的)*", plain
    )
