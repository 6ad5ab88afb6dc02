"""Where a message speaks of a child of school: by a name, by a word of kin that tells it from a brother, as a neighbour's."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.understanding.facts.found import Fact
from intake.language.patterns import regex

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
_NAMING = regex("[，,（( ]?(?:名字|大名|姓名|他|她|就|也)?(?:叫|是|名|：|:|我|俺|家|的|，|,|（|[(]| )*")
_MINE = regex("^(?:我|俺|咱|自己)(?:们)?")
ORDINALS = ("第一个孩子", "第二个孩子", "第三个孩子", "第四个孩子")


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a child is spoken of, and what that says of it."""

    start: int
    end: int
    said: str
    name: str = ""
    kin: str = ""
    rank: int = 0
    sex: str = ""
    house: str = ""


def called_child(said: str) -> str:
    """Give how a child is called in a few words, or nothing."""
    found = next((one for one in marks_of(said, []) if one.said), None)
    return called(found) if found else ""


def called(mark: Mark) -> str:
    """Give how a child is called to whoever told of it: 我家孩子 is 您家孩子."""
    return mark.name or _MINE.sub("您", mark.said)


def marks_of(plain: str, names: list[Fact]) -> list[Mark]:
    """Find where children are spoken of; a name beside a word of kin is one of both."""
    grandchild = "孙子" in plain or "孙女" in plain or "外孙" in plain
    found = [
        Mark(one.start, one.end, "", name=str(one.value))
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


def _mark(match: "re.Match[str]", ones: int) -> Mark:
    said = match[0].removeprefix("那个")
    sex = "女" if _FEMALE.search(said) else "男" if _MALE.search(said) else ""
    if match["one"]:
        return Mark(
            match.start(),
            match.end(),
            "第一个孩子" if ones == 1 else ORDINALS[min(ones, 4) - 1],
            "",
            "一个",
            ones,
        )
    if match["house"] or match["own"]:
        return Mark(match.start(), match.end(), said, sex=sex, house="他家" if match["house"] else "自家")
    if match["order"]:
        rank = _RANKS.get(said[1] if said[0] == "老" else said[0], 0)
        return Mark(match.start(), match.end(), said, rank=_LAST if said == "老小" else rank)
    if match["sibling"]:
        return Mark(match.start(), match.end(), said, rank=_RANKS[said[0]], sex=sex)
    kin = match["kin"] or match["sex"]
    rank = _RANKS.get(match["rank"] or "", 0)
    return Mark(match.start(), match.end(), said, kin=kin.removesuffix("儿"), rank=rank, sex=sex)


def _joined(plain: str, marks: list[Mark]) -> Iterator[Mark]:
    """Make one of a word of kin and the name beside it: 大孙子叫王小明, 王小明是我大孙子."""
    held: Mark | None = None
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


def _names(between: str, first: Mark) -> bool:
    """Tell whether what stands between a word of kin and a name makes them one child."""
    if first.name:
        return between.startswith("是") and bool(_NAMING.fullmatch(between))
    return bool(_NAMING.fullmatch(between))
