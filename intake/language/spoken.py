"""Read short answers as people write them: numbers, distances, grades, classes, phones, names, yes and no.

Every function takes any text and returns one canonical value, or None if the text is something else; a
canonical value reads as itself. Dates are in spoken_dates and rough_dates and are offered from here too.
"""

import re

from intake.language.dates.rough_dates import PastDay, past_day
from intake.language.dates.spoken_dates import birth_day, day, moment, month
from intake.language.naming.names import person_name
from intake.language.naming.phones import phone
from intake.language.patterns import regex
from intake.language.text import NUMERAL, compact, normalise, number, positional

__all__ = [
    "PastDay",
    "asks",
    "birth_day",
    "class_name",
    "day",
    "distance_km",
    "grade",
    "moment",
    "money",
    "month",
    "number",
    "past_day",
    "person_name",
    "phone",
    "plain_yes_no",
    "yes_no",
]


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_TENTHS = "一二两三四五六七八九半"
_DISTANCE = regex(
    r"(?:我|俺|家|孩子|离|距离?|到|学校|大概|大约|约|差不多|有|得|将近|至少|也就|能|走|是|[,:，：])*+"
    rf"(?P<low>[{NUMERAL}]+?)[多来几余]?(?:[-~至到、][{NUMERAL}]+)?(?P<unit>公里|km|华里|里|米|m|)"
    r"(?P<half>半)?[多来]?(?:地|路|远|左右|上下|的?样子|吧|呢|了|那么|多)*+"
)
_KM = {"公里": 1.0, "km": 1.0, "": 1.0, "里": 0.5, "华里": 0.5, "米": 0.001, "m": 0.001}
# Without a unit a larger number is as likely metres, and asking again costs less than a wrong 800 km.
_FARTHEST_BARE = 200

_MONEY_ROUND = regex(
    "^(?:应该?发?|实发|发了?|到账|给了?|拿到?|领了?|收到|补助|人民币|(?:每|一)个?(?:人|年|月|学?期|学年|次|天)|一共|总共|共|合计|大概其?|大约|约|差不多|也就|是|有|[:：¥])+"
    "|(?:左右|上下|吧|呢|啊|呀|了|整|正|钱|/(?:年|月|学?期|人|次|天)|每?一?(?:年|个?月|个?学?期|学年|次|人))+$"
)
_NOTHING_PAID = regex("(?:一分|一毛|一块)钱?(?:都|也)?(?:没有?|未)(?:发|给|到|拿到|领到)?")
_MONEY = regex(
    rf"(?:(?P<yuan>[{NUMERAL},]+?)[多来几余]?(?:元|块钱?|圆|¥|yuan|rmb|RMB)?[多来]?)?"
    rf"(?:零?(?P<jiao>[0-9{_TENTHS}])(?:(?<=[块元圆].)|毛|角))?(?:零?(?P<fen>[0-9{_TENTHS}])(?:分|(?<=[毛角].)))?钱?"
)

GRADES = "一二三四五六七八九"
LAST_GRADE = f"{GRADES[-1]}年级"
"""The last year of compulsory schooling."""
_YEAR = f"[1-9{GRADES}]"
_NUMBER = f"(?P<number>[0-9]{{1,2}}|[{GRADES}十]{{1,3}})"
_GRADE = regex(
    "(?:我|俺|家|孩子|现在|今年|开学|在|上|读|念|是|升|该|就)*+"
    f"(?:(?P<stage>小学?|初中?)第?(?P<of_stage>{_YEAR})(?:年[级纪及]?)?|第?(?P<year>{_YEAR})年[级纪及]?"
    # Alone, or before a class as in 七(2)班, 3.2班 and 三二班; 32班 may just as well be class 32.
    f"|(?P<bare>{_YEAR})(?=$|[(.-]|[{GRADES}]班))"
    rf"(?:(?P<mark>[(.,，、-])?第?{_NUMBER}\)?(?P<ban>班)?|[,，、]?(?P<named>[\u4e00-\u9fffA-Za-z]{{1,8}}班)|班)?"
    "(?:学生|新生|上学期|下学期|[了的吧呢啊呀])*+"
)
_CLASS = regex(rf"[(]?第?{_NUMBER}\)?班?[的吧呢啊呀]?")
_CLASS_NAME = regex(r"[\u3400-\u9fffA-Za-z0-9]{1,9}班")
# 我在上班 and 不知道哪个班 end in 班 as well.
_NO_CLASS = regex("[不没哪啥几我俺咱他她你这个忘谁]|什么|年[级纪及]|[上下加值换倒夜接轮替]班$")

_YES = _words(
    """是 有 对 嗯 恩 要 已 好 行 中 成 可以 当然 必须 同意 没错 没问题 肯定 确定 嗯呐 嗯哪 在外
    y yes true 1 on ok √ ✓ ✔"""
)
_NO = _words("否 没有 没 无 不 未 非 算了 还没 还没有 没有过 n no false 0 off × ✗")
_PLAIN_YES = _words(
    """是 对 嗯 恩 要 好 行 中 成 妥 可以 当然 同意 没错 没问题 肯定 确定 嗯呐 嗯哪 想 需要 对对 好嘞 行行
    y yes true 1 on ok √ ✓ ✔"""
)
_PLAIN_NO = _words(
    """否 没有 没 无 不 不是 不对 不行 不要 不用 不想 不需要 不可以 不同意 不好 非 算了 还没 还没有
    n no false 0 off × ✗"""
)
_UNSURE = regex(r"知道|清楚|一定|记得|好说|不是不|不能不|不是没")
_DOING = (
    r"(?:是|有|要|在外?|用|需要?|想|行|能|会|对|办|报|请|住|去|同意|愿意|可以|申请|请假|外出|打工|务工|联系|报告|告诉|告知|住校|寄宿|安全)"
    r"(?:地|面|边|打工|务工|上|到|过)*"
)
_NOT = r"不太?|没有?|未|还没有?|还不|也没有?|也不|都没有?|都不|暂不"
_DEED = regex(
    rf"(?P<no>{_NOT})?(?:已经|[已都也还真很]|现在|确实)?(?:[要想能会]|可以|愿意|需要|申请)?{_DOING}"
)
_AGAIN = regex(r"(.{1,3}?)\1+")
_ASKING = regex("[?？]")
_ENDINGS = "啊呀吧呢哦的了嘛哈啦呗哇哟噢"


def distance_km(said: str) -> float | None:
    """Read a distance and return kilometres, rounded to 10 m; 里 is half a kilometre.

    Of a range the lower end counts. A bare number is kilometres, beyond 200 none at all.
    """
    match = _DISTANCE.fullmatch(compact(said).lower()) if len(said) <= 100 else None
    if match is None:
        return None
    low, unit = match["low"], match["unit"]
    value = number(low)
    if value is None and unit == "米" and low.endswith("千"):
        # 三千米 works out as a number of metres, 十二千米 only as a number of 千米.
        value, unit = number(low[:-1]), "公里"
    if value is None or (not unit and (match["half"] or value > _FARTHEST_BARE)):
        return None
    return round((value + (0.5 if match["half"] else 0)) * _KM[unit], 2)


def money(said: str) -> float | None:
    """Read a sum and return yuan: 1,200元, 一千二, 1.2千, 625块5, 五百来块钱, 三块两毛五.

    The first of several sums is none: who is owed 625 and got 500 is asked again.
    """
    if len(said) > 60:
        return None
    text = _MONEY_ROUND.sub("", compact(said).replace("，", ",").replace("￥", "¥"))
    if _NOTHING_PAID.fullmatch(text):
        return 0.0
    match = _MONEY.fullmatch(text)
    if match is None or not (match["yuan"] or match["jiao"]):
        return None
    jiao = "五" if match["jiao"] == "半" else match["jiao"]  # 一块半
    parts = [number(one) if one else 0.0 for one in (match["yuan"], jiao, match["fen"])]
    return (
        round(sum((one or 0.0) / by for one, by in zip(parts, (1, 10, 100), strict=True)), 2)
        if None not in parts
        else None
    )


def _short(said: str) -> str:
    # 3 2班 must not become 32班 when the space goes.
    text = re.sub(r"(?<=[0-9])\s+(?=[0-9])", ".", normalise(said[:100]))
    return compact(text).replace("（", "(").replace("）", ")")


def _grade(said: str) -> re.Match[str] | None:
    match = _GRADE.fullmatch(_short(said))
    if match and match["number"] and not (match["ban"] or match["mark"] == "(" or "级" in match[0]):
        return None
    return match


def grade(said: str) -> str | None:
    """Read a school year and return 一年级 … 九年级; 初一 is 七年级."""
    match = _grade(said)
    if match is None:
        return None
    stage = (match["stage"] or "")[:1]
    year = int(positional(match["of_stage"] or match["year"] or match["bare"]))
    if stage == "初" and year <= 3:
        year += 6
    elif (stage == "初" and year < 7) or (stage == "小" and year > 6):
        return None
    return f"{GRADES[year - 1]}年级"


def class_name(said: str) -> str | None:
    """Read a class and return 2班, or a name such as 实验班 of at most 10 characters."""
    match = _grade(said)
    if match and match["named"]:
        return class_name(match["named"])
    text = _short(said)
    if match and match["number"]:
        numbered = match["number"]
    elif found := _CLASS.fullmatch(text.lstrip("在是")):
        numbered = found["number"]
    else:
        text = text.lstrip("在是")
        return text if not match and _CLASS_NAME.fullmatch(text) and not _NO_CLASS.search(text) else None
    count = number(numbered)
    return f"{count:.0f}班" if count else None


def class_order(title: str) -> tuple[int, int, str]:
    """Give where a class stands as a school counts: 一年级 before 二年级 before 三年级, 2班 before 10班."""
    grade, _, name = title.partition("年级")
    digits = name.removesuffix("班")
    return GRADES.find(grade), int(digits) if digits.isdecimal() else 0, name


def yes_no(said: str) -> bool | None:
    """Read an answer to a yes-or-no question; None if it is neither or unsure."""
    text = compact(said).lower() if len(said) <= 60 else ""
    for core in (text, text.rstrip(_ENDINGS)):
        # 有有有 is one answer; 11 is not.
        if (again := _AGAIN.fullmatch(core)) and not core.isascii():
            core = again[1]
        if core in _YES or core in _NO:
            return core in _YES
        if not _UNSURE.search(core) and (deed := _DEED.fullmatch(core)):
            return deed["no"] is None
    return None


def asks(said: str) -> bool:
    """Tell whether words carry a question mark, which makes no answer of them."""
    return bool(_ASKING.search(said))


def plain_yes_no(said: str) -> bool | None:
    """Read yes or no where nothing but that was asked: a whole answer that says yes or no, and no deed.

    请假了 answers whether there was leave (see `yes_no`), and not whether what was read back is right.
    """
    if len(said) > 60 or asks(said):
        return None
    text = compact(said).lower()
    for core in (text, text.rstrip(_ENDINGS)):
        if (again := _AGAIN.fullmatch(core)) and not core.isascii():
            core = again[1]
        if core in _PLAIN_YES or core in _PLAIN_NO:
            return core in _PLAIN_YES
    return None
