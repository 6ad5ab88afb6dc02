"""The words a place goes by, and what people put around them: tables and small rules behind `places`."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from intake.language import text
from intake.language.patterns import regex

MOST = 6
"""Candidates a person can be asked to choose from."""
LONGEST = 100
"""Characters of an address that are read."""


@dataclass(frozen=True, slots=True)
class Place:
    """A town (9 digits), a village or community (12 digits) or a school; `town` is a town's own code, too."""

    code: str
    name: str
    level: str  # town, village or school
    town: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """The place where exactly one is meant; otherwise candidates, best first; neither: nothing like it."""

    place: Place | None
    candidates: tuple[Place, ...] = ()


Tier = dict[str, tuple[Place, ...]]
NOTHING = FoundPlace(None)
TOWN_ENDS = ("街道办事处", "街道办", "街道", "办事处", "镇政府", "镇", "乡", "街")
VILLAGE_ENDS = ("村民委员会", "村委会", "村", "社区居委会", "社区", "居委会", "屯", "大队")
# The district's own name alone is no town, though a street bears it.
DISTRICT_WORDS = frozenset({"江源", "白山", "吉林"})
GENERIC = frozenset({"", "小学", "中学", "学校", "中", "小", "初中", "高中", "中心", "本部", "校区"})
LEAD = regex(r"^(?:我们?家?|俺们?家?|咱们?家?|孩子|家)?(?:就?是)?(?:住在|家在|住|在|搁)?")
TAIL = regex(r"(?:[那这](?:边|块儿?|儿|里)|嘎达|上学|念书|读书|的|住|啊|呀|吧|呢)+$")
AREA = regex(r"(?:中国)?(?:吉林省|吉林(?!市))?(?:白山市|白山)?(?:江源[区县])?(?:[区县市](?=..))?")
ELSEWHERE = regex(
    r"浑江|抚松|靖宇|长白|临江|通化|吉林市|延边|长春"
    r"|[^\W\d_]{2,9}?(?:省|市|自治州|县|(?<![社校小矿林城])区)"
)
HOUSE = regex(r"^(.+?(?:村|社区|屯)).+")  # 大石棚村二组
CAMPUS = regex(r"(.+?)[(（\[【〔](.+?)(?:[)）\]】〕](.*))?$|(.+(?:小学|中学|中|学校))(.{1,6}校区|本部|分校)$")
NUMBERED = regex(r"第?([0-9]{1,2}|[一二三四五六七八九十]{1,3})(?:(?:初级|高级)?中学|(中)(?!心)|(小)学?)")
PRIMARY = regex(r"(?:中心小学校?|中心学?校|完全小学|完小|小学校?|(?<=实验)小)$|(?<=实)(小)$")
KIND = regex(r"(?:小学|中学|学校|中|小)$")
ODD = regex(r"[\W_]+")
# Each group is one sound or one shape to a phone keyboard.
SLIPS = """
石十实时市是拾识食试 人仁任认壬入 镇真阵振震 岔叉差茬汊杈 阳洋羊杨扬样 湾弯万 沟勾钩狗 松宋送嵩 树数述术
砟碴渣炸扎札闸 堡保宝铺 正郑政 城成程诚 墙强枪 源原元圆园员 江姜将 棚朋鹏蓬篷 子仔籽 林临琳霖 头投 后候厚
小晓 河和何合 天添田 桥侨乔 岭领 站占栈 榆于鱼余 荣容融 斌彬宾滨 遥摇瑶姚 葫胡湖壶 芦卢炉 前钱 路陆 庄装桩
东冬 棒榜 槌锤垂捶 砬拉喇 光广 环还 红洪宏 护户 力利立丽 富付福 兴星 新欣心鑫 华花 永勇 太泰 平坪萍 丰风峰
盛胜圣 青清 汤唐 苇伟维 塘堂 世事 育玉 金今 四寺 齐奇 验研 村存 屯囤
"""
FOLD = str.maketrans({slip: group[0] for group in SLIPS.split() for slip in group[1:]})


def as_key(said: str) -> str:
    return ODD.sub("", text.compact(said[:LONGEST])).casefold()


def cut(name: str, ends: tuple[str, ...]) -> str:
    return next((name[: -len(end)] for end in ends if name.endswith(end) and len(name) > len(end)), name)


def forms(said: str) -> Iterator[str]:
    """Yield what was said; then without 我家在 and 白山市江源区; then without what follows a village."""
    seen = [said]
    yield said
    plain = TAIL.sub("", LEAD.sub("", said)) or said
    plain = plain[match.end() :] if (match := AREA.match(plain)) else plain
    bare = plain[2:] if plain.startswith("江源") and not plain.startswith("江源街") else plain
    for form in (plain, bare, HOUSE.sub(r"\1", bare)):
        if form and form not in seen:
            seen.append(form)
            yield form


def folded(said: str) -> Iterator[str]:
    return (form.translate(FOLD) for form in forms(said))


def elsewhere(said: str) -> bool:
    return any(ELSEWHERE.match(form) for form in list(forms(said))[1:] or [said])


def gather(words: Iterable[tuple[str, Place]]) -> Tier:
    tier: dict[str, dict[Place, None]] = {}
    for word, place in words:
        tier.setdefault(word, {})[place] = None
    return {word: tuple(places) for word, places in tier.items()}


def division_words(place: Place, ends: tuple[str, ...]) -> tuple[set[str], set[str]]:
    names = {as_key(name) for name in (place.name, *place.aliases)}
    cores = {cut(name, ends) for name in names}
    if place.level == "village":
        names |= {name + end for name in names for end in ("委会", "民委员会", "居委会")}
        # 大石棚 for 大石棚子
        cores |= {core[:-1] for core in cores if len(core) > 2 and core.endswith("子")}
    return names, {core + end for core in cores for end in ("", *ends)} - DISTRICT_WORDS


def numbered(match: re.Match[str]) -> str:
    number = text.number(match[1])
    return match[0] if number is None else f"{number:.0f}{match[3] or '中'}"


def canonical(name: str) -> str:
    """第七中学 and 七中 are 7中; 白山市, 江源区 and 区 in front say nothing here."""
    key = as_key(name)
    match = AREA.match(key)
    short = key[match.end() :] if match else key
    return NUMBERED.sub(numbered, key if short in GENERIC else short)


def school_kind(name: str) -> str:
    name = re.sub(
        r"(?:初级中学|初中|中学校)$", "中学", PRIMARY.sub(lambda m: "验小学" if m[1] else "小学", name)
    )
    return re.sub(r"(?:九年一贯制|九年制|九年义务教育)学校$", "学校", name)


def school_words(name: str, towns: re.Pattern[str]) -> tuple[str | None, str, tuple[set[str], ...]]:
    """Give the town a name begins with, its campus, and the tiers of words it goes by."""
    match = CAMPUS.match(name)
    campus = as_key(match[2] or match[5]) if match else ""
    main = canonical((match[1] or "") + (match[3] or "") + (match[4] or "") if match else name)
    front = towns.match(main)
    bare = main[front.end() :] if front else main
    short = cut(front[0], TOWN_ENDS) + bare if front else main
    tiers = (
        {as_key(name)},
        {canonical(name)},
        {main, short},
        {school_kind(main), school_kind(short)},
        {bare},
        {school_kind(bare)},
    )
    return front[0] if front else None, campus, tiers


def listed(found: FoundPlace) -> tuple[Place, ...]:
    return (found.place,) if found.place else found.candidates


def as_found(hits: tuple[Place, ...]) -> FoundPlace:
    return FoundPlace(hits[0]) if len(hits) == 1 else FoundPlace(None, hits[:MOST])


def heard(found: FoundPlace, key: str) -> FoundPlace:
    """Doubt a place none of whose own characters was written: 福星 may well be elsewhere, not 富兴."""
    own = found.place and cut(cut(found.place.name, TOWN_ENDS), VILLAGE_ENDS)
    return FoundPlace(None, listed(found)) if own and not set(own) & set(key) else found


def both(first: tuple[Place, ...], then: tuple[Place, ...]) -> tuple[Place, ...]:
    return tuple(dict.fromkeys((*first, *then)))[:MOST]


def all_hits(tiers: Iterable[tuple[Tier, set[str]]]) -> tuple[Place, ...]:
    # The keys of a set come in another order in every process; people must see the same list twice.
    return tuple(
        dict.fromkeys(one for tier, keys in tiers for key in sorted(keys) for one in tier.get(key, ()))
    )


def within(hits: tuple[Place, ...], town: str | None) -> FoundPlace:
    """Let the town decide between several; without one there, those of the town come first."""
    here = tuple(one for one in hits if one.town == town)
    if len(hits) == 1 or len(here) == 1:
        return FoundPlace((here or hits)[0])
    return FoundPlace(None, both(here, hits))


def choose(tiers: Iterable[Tier], forms: Iterator[str], town: str | None = None) -> FoundPlace:
    """Take the plainest reading; where the given town has a less plain one, show both."""
    tiers = tuple(tiers)
    abroad: tuple[Place, ...] = ()
    for form in forms:
        for tier in tiers:
            hits = tier.get(form, ())
            here = tuple(one for one in hits if town in (None, one.town))
            if here:
                return FoundPlace(None, both(here, abroad)) if abroad else as_found(here)
            abroad = abroad or hits
    return FoundPlace(None, abroad[:MOST])
