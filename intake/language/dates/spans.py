"""Spans of time as people count them: 三两天, 半个月, 两年半, and the day from which they are counted."""

import re
from calendar import monthrange
from datetime import date, timedelta

from intake.language.text import number, positional

EARLIEST = 1990
"""The first year that anybody means."""
_UNIT = "天|周|个?星期|个?[礼里]拜|个?月|个?学期|年"
ROUGH_SPAN = (
    r"(?:(?<![没过前头每隔差第])(?P<some>好几|几十|几|好些|好多|老多|挺多|不少|许多|数)(?P<span>"
    + _UNIT
    + ")"
    rf"|(?P<part>小半|大半|多半|少半)拉?(?P<whole>{_UNIT})"
    r"|(?P<terms>半|一|整|两|俩|几)个?学期"
    r"|(?<![个大小少多一])(?P<half>半)拉?个?(?P<half_unit>月|年)|(?P<years>一|两|俩|三)年多?(?!级)"
    r"|个[把来多](?P<about>月|星期|礼拜|年)"
    r"|第(?P<nth_day>[0-9]{1,2}|[一二两三四五六七八九十]{1,3})天"
    r"|(?P<long>[老好很挺许老]久|(?:[老好很挺这]么?)?长(?:一段)?(?:时间|工夫|日子)|更久|更长)"
    r"|(?P<while>(?:[一好有这]|好一|有一|有好|这一)?段(?:时间|日子)|(?:有|好|有好|有一)?些?(?:日子|时日)(?=了|没|不|，|$)"
    r"|(?:一|好一?|有一?|有好)小?阵(?:子|儿)?))"
)
"""How long, by nobody's count."""
BY_UNIT = {"天": 1, "周": 7, "星期": 7, "礼拜": 7, "里拜": 7, "月": 30, "学期": 140, "年": 365}
SOME = {"几": 3, "数": 5, "好几": 5, "几十": 30}
MANY = 7
"""What 好些 days are, and any other word for many."""
FEWER = {"几": 3, "好几": 4, "数": 4}
"""How many weeks or months the same words say."""
PARTS = {"小半": 0.35, "少半": 0.35, "大半": 0.5, "多半": 0.5}
HALF = {"月": 15, "年": 180}
TERMS = {"半": 0.5, "一": 1, "整": 1, "两": 2, "俩": 2, "几": 2}
LONG, WHILE, LONGER = 30, 14, 60


def amount_of_span(said: str) -> float | None:
    """Read how many days or months are said, the lower number where two are; None for no number."""
    digits = positional(said)
    # 三两天 and 仨俩月 are two or three.
    if len(said) == 2 and digits.isascii() and not said.isascii() and digits[0] > digits[1]:
        return float(digits[1])
    return number(said)


def month_later(year: int, month: int, months: int) -> tuple[int, int]:
    """Give year and month, so many months later."""
    years, index = divmod(year * 12 + month - 1 + months, 12)
    return years, index + 1


def moved_by_span(match: re.Match[str], today: date, sign: int) -> date | None:
    """Move by a span: whole days, 7 to a week, 15 to half a month, months by the calendar."""
    amount = amount_of_span(match["n"])
    if amount is None or amount > 1000:
        return None
    amount += 0.5 if match["half"] or match["after"] else 0
    unit = match["unit"]
    if unit in "天日":
        return today + sign * timedelta(days=int(amount))
    if unit not in "月年":
        return today + sign * timedelta(days=int(amount * 7))
    # 三月 is March; only 三个月, 俩月 and 半月 are spans.
    if unit == "月" and not match["ge"] and match["n"] not in "半两俩仨":
        return None
    months = amount * 12 if unit == "年" else amount
    year, month = month_later(today.year, today.month, sign * int(months))
    if year < EARLIEST or year > today.year + 2:
        return None
    there = date(year, month, min(today.day, monthrange(year, month)[1]))
    return there + sign * timedelta(days=15 if months % 1 else 0)


def days_of_rough_span(match: re.Match[str]) -> int:
    """Give how many days a match of `ROUGH_SPAN` says."""
    said = match.groupdict()
    if said["some"]:
        return days_of_many(said["some"], said["span"])
    if said["part"]:
        return _part(said["part"], said["whole"].removeprefix("个"))
    if said["terms"]:
        return int(TERMS[said["terms"]] * BY_UNIT["学期"])
    if said["half"]:
        return HALF[said["half_unit"]]
    if said["years"]:
        return int(number(said["years"]) or 1) * BY_UNIT["年"]
    if said["about"]:
        return BY_UNIT[said["about"]]
    if said["nth_day"]:
        return int(number(said["nth_day"]) or 1)
    return (LONGER if said["long"].startswith("更") else LONG) if said["long"] else WHILE


def days_of_many(many: str, unit: str) -> int:
    """Give the days of words for some or many weeks, say."""
    unit = unit.removeprefix("个")
    weeks = FEWER.get(many, FEWER["好几"])
    return SOME.get(many, MANY) if unit == "天" else weeks * BY_UNIT[unit]


def _part(part: str, unit: str) -> int:
    if unit == "年":  # half of its months
        return int(PARTS[part] * 360)
    return max(SOME["几"], int(PARTS[part] * BY_UNIT[unit] / 5) * 5)
