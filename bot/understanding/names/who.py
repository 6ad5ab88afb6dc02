"""Find inside a message which child it is about; who is speaking is read in `speaker`.

A name is a surname and one or two characters more whose surroundings say that somebody is named: what stands
before and after are both weighed, and where either speaks against it, nothing is found.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from bot.understanding.facts.found import Fact
from bot.understanding.names import name_called
from bot.understanding.names import name_signs as signs
from bot.understanding.names import name_words as words
from bot.understanding.names.name_called_words import EVERYDAY
from bot.understanding.names.speaker import read_relation
from intake.language.naming.name_marks import FEASTS
from intake.language.naming.surnames import ALSO_NAMES, COMPOUND, SURNAMES, WEAK
from intake.language.patterns import regex

__all__ = ["read_child_name", "read_relation"]

_MOST = 60
"""Likely beginnings of a name that are weighed; it bounds the work on hostile text."""
_ENOUGH, _BEFORE = 3, 14
_LITTLE = regex("小名儿?[叫是]?$")
_USUAL = frozenset("王李张刘陈杨赵黄周吴徐孙朱郭罗宋郑谢韩唐冯董")
_ENDS = frozenset(["", *' ，,。.！!？?、；;：:)）】」”"\n~…'])

# 班长孙雨桐 is of the 孙.
_LONG = "|".join(sorted(COMPOUND, key=len, reverse=True)).replace("长孙", "(?<![家班校村镇屯队组])长孙")
_SHORT = "".join(sorted(one for one in SURNAMES | WEAK if len(one) == 1))
_BEGIN = regex(f"(?:{_LONG})|[{_SHORT}](?=[\u3400-\u9fff])")
_CALLED = regex(
    f"(?:名叫|小名儿?叫?|名字叫|[大学姓全原]名[是为]?|名字是?|(?:{'|'.join(words.KIDS)}|[他她的]|[一有]个|有名)(?:就|大名|名字)?叫)(?:做)?[ :：]*$"
)
_GIVEN_TOO = regex(
    "[有英多秀文俊良育贤成]才|念[^书完到了一初过不上读在]|念(?=上|读|在)|今[^天年早晚儿日后]|以[^后前来为及上下外便]|晚[晴星秋棠舟宁意]|[永延瑞丰鹤嘉思庆]年|石头|冬至|[五六七八]一(?![天周个星次直])|端午|元宵|除夕|重阳"
    "|[小大志建永文海国晓玉春金立洪宏]刚(?![才来到从开去上满转入读念刚好过])|刚"
)
_CAN_END = {
    word[-1]
    for group in (words.KIDS, words.GROUPS, words.CALLED, words.BEFORE, words.ADULTS)
    for word in group
}
_CAN_END |= set("的和跟与学")
_BEAT = regex(
    "打(?!工|架|电话|算|听|车|针|扮|从|小)|揍|踹|欺负|骂|推(?!荐)|勒索|抢|掐|扇|砸|霸凌|欺凌|孤立|削|威胁|堵|熊我"
)
_CULPRIT = regex(
    "(?:打|欺负|堵|骂|揍|抢)[^，,。.！!？?；; \n]{1,8}的[^，,。.！!？?；; \n]{0,3}(?:是|叫)[^，,。.！!？?；; \n]{0,6}$"
)
_BY = regex("(?:被|让|叫|遭|挨|受)[^，,。.！!？?；; \n]{0,10}$")
_ATTACKS = regex(
    "(?:[^，,。.！!？?；; \n]{0,3}?(?:总|老|一直|又|动手|用[^，。]{1,3})?(?:把|给|打|揍|踹|欺负|骂|推|抢|掐|扇))了?(?:我|俺|咱|他|她|孩子|人|同学|别人)"
)


@dataclass(frozen=True, slots=True)
class _Name:
    start: int
    end: int
    weight: int


def read_child_name(text: str, today: date) -> Iterator[Fact]:
    """Find the children that are named, in the order they are; other people's names are left out."""
    found: list[_Name] = []
    end = 0
    likely = (match for match in _BEGIN.finditer(text) if may_begin(text, match.start()))
    for match in islice(likely, _MOST):
        if match.start() < end:
            continue
        continues = bool(found) and found[-1].end >= match.start() - 1
        name = _name(text, match, continues)
        if name:
            found.append(name)
            end = name.end
    yield from _unusual(text, found)
    for name in found:
        yield Fact("child_name", text[name.start : name.end], name.start, name.end)


def _unusual(text: str, found: list[_Name]) -> Iterator[Fact]:
    """Find names of no usual surname; beside usual ones only what was announced in front of them."""
    read = name_called.announced if found else name_called.unusual
    for one in read(text):
        if found and one.end > found[0].start and not _LITTLE.search(text[: found[0].start][-6:]):
            return
        if not _is_other(text, one):
            yield one


def may_begin(text: str, at: int) -> bool:
    """Tell whether a name may begin somewhere: at the start, behind what is no character, or behind a word that names children."""
    before = text[at - 1 : at]
    return not before or not "\u3400" <= before <= "\u9fff" or before in _CAN_END


def _name(text: str, match: re.Match[str], continues: bool) -> _Name | None:
    start = match.start()
    before = signs.before(text, start, continues)
    if before is None:
        return None
    best = _best(text, start, match.end(), before)
    if best is None and match[0] in ALSO_NAMES:
        best = _best(text, start, start + 1, before)
    return None if best is None or _is_other(text, best) else best


def _best(text: str, start: int, given: int, before: int) -> _Name | None:
    best: _Name | None = None
    for end in range(given + 1, min(given + 2, len(text)) + 1):
        weight = _weigh(text, start, given, end, before)
        give_way = _gives_way(text, end, before) and not _is_special(text, given, end)
        if weight and (best is None or weight >= best.weight + give_way):
            best = _Name(start, end, weight)
    if given - start == 1 and before >= signs.CLEAR and _is_double(text, start, given + 3):
        return _Name(start, given + 3, _ENOUGH)
    return best


def _is_special(text: str, given: int, end: int) -> bool:
    """Tell whether a given name is one of those that hold what else ends a name: 端午, 八一, 秀才."""
    special = _GIVEN_TOO.match(text, given)
    return bool(special and special.end() == end)


def _gives_way(text: str, end: int, before: int) -> bool:
    """何红有两个学籍 names 何红: a last character that often begins what follows gives way."""
    last = text[end - 1]
    if last in "男女" or not text.startswith(words.AFTER, end - 1):
        return False
    if last in words.ENDS and not text.startswith(("初一", "初二", "初三", "初中"), end - 1):
        return not signs.after(text, end)
    return before < signs.CLEAR or last in "家于自" or not _ends(text, end)


def _is_double(text: str, start: int, end: int) -> bool:
    """Tell whether 张杨佳怡 has the names of both families."""
    given = text[start + 1 : end]
    if len(given) < 3 or given[0] not in SURNAMES or not words.GIVEN.issuperset(given[1:]):
        return False
    return _ends(text, end) or (given[0] in _USUAL and bool(signs.after(text, end)))


def _ends(text: str, at: int) -> bool:
    """Tell whether a clause ends there."""
    return text[at : at + 1] in _ENDS


def _weigh(text: str, start: int, given: int, end: int, before: int) -> int:
    """Weigh a name of a certain length; 0 if it is none."""
    rest, part = text[given:end], text[given - 1 : end]
    announced = before == signs.STRONG and _ends(text, end)
    weighty = before >= signs.CLEAR and (len(rest) > 1 or text[start:given] not in WEAK)
    if text.startswith(words.TITLES, given) or text[start:end] in EVERYDAY:
        return 0
    if rest in FEASTS and text[start] in words.WISHES:
        return 0
    special = _is_special(text, given, end)
    if not special and not _may_be_given(rest, announced or (weighty and _ends(text, end))):
        return 0
    single = given - start == 1
    ordinary = single and part[:2] in words.NOT_NAMES and rest[1:] not in words.ONLY_NAMES
    if ordinary and not _holds_word(text, start, end):
        called = end - given > 1 or _CALLED.search(text, max(0, start - 12), start)
        if before < signs.STRONG or not called:
            return 0
    after = signs.after(text, end)
    if before == signs.STRONG and after is None and text.startswith("的", end):
        after = signs.FAIR
    if before and after == signs.FAIR and signs.is_described(text, end):
        after = signs.CLEAR
    usual = special or words.GIVEN.issuperset(rest)
    weak = text[start:given] in WEAK and rest not in FEASTS
    owned = before == 0 and text.startswith(("的", "他", "她"), end)
    if after is None or (ordinary and not usual):
        return 0
    if not usual and not owned and not announced and (weak or before < signs.CLEAR or not after):
        return 0
    if before == 0:
        return after + signs.FAIR if after == signs.CLEAR else 0
    if not after:
        # Nothing known follows: only where a name was announced, and of usual characters.
        return _ENOUGH if before == signs.STRONG and usual else 0
    weight = before + after + (usual or announced)
    return weight if weight >= _ENOUGH + weak else 0


def _holds_word(text: str, start: int, end: int) -> bool:
    """Tell whether a name may hold an ordinary word: 王国庆 and 许可欣 of whom is told what only a pupil does."""
    name = text[start:end]
    if name[1:] in FEASTS:
        return True
    return (
        end - start == words.WHOLE
        and name[0] in SURNAMES
        and words.GIVEN.issuperset(name[1:])
        and not words.GOES_ON.match(name)
        and signs.is_pupils(text, end)
    )


def _may_be_given(rest: str, announced: bool) -> bool:
    if rest in ("家", "子", "女", "小", "大", "老") or any(not "\u3400" <= sign <= "\u9fff" for sign in rest):
        return False
    body = rest[:-1] if announced and rest[-1] in words.LAST else rest
    return words.NEVER.isdisjoint(body)


def is_other(text: str, start: int, end: int) -> bool:
    """Tell whether what stands there is who beats or bullies a child."""
    return _is_other(text, _Name(start, end, 0))


def _is_other(text: str, name: _Name | Fact) -> bool:
    """Tell whether this is who beats or bullies a child."""
    ahead = text[max(0, name.start - 20) : name.start]
    if _ATTACKS.match(text, name.end) or _CULPRIT.search(ahead):
        return True
    behind = text[name.end : name.end + 8]
    return bool(_BY.search(ahead[-12:]) and _BEAT.search(re.split("[，,。 被挨遭]", behind)[0]))
