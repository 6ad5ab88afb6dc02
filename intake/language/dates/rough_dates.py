"""Read since when something is where nobody counted: 好几天, 大半年, 上学期期末, 国庆以后, 上个月.

A rough day errs on the early side: a child that is missing is then looked for earlier, not later. Terms are those of
any year (from 1 March and 1 September), holidays those of the calendar.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from intake.language.dates import date_words, spans, spoken_dates
from intake.language.patterns import regex
from intake.language.text import normalise, number

LONGEST = 60
"""Characters of an answer that is looked at."""
SPRING, AUTUMN = (3, 1), (9, 1)
ENDS = ((1, 5), (7, 5))
"""When the last exams of a term are."""
EXAMS = ((4, 20), (11, 5))
"""When those in the middle of a term are."""
_TERM_PART = "(?:期[末中](?:考试?)?|[末初](?!班)|快?结束|快放假|中间|一?开学|一?开始)"
_THIRD = "份|初|头|上旬|中旬|中|下旬|底|末"
_SEASON = "春天|夏天|秋天|冬天|开春|入夏|入秋|入冬|立冬|秋收"
POINT = (
    rf"(?:(?P<term>上上个?|上一?个?|这一?个?|本)学期(?!间)的?(?P<term_part>{_TERM_PART})?"
    r"|(?P<exam>期[末中])(?:考试?)?"
    r"|(?<![没未快要等再])(?P<start>开学)(?:第(?P<nth>[二三四五六七八2-8])周)?"
    r"|(?<![二三四五六七八九])(?P<feast>国庆|十一(?![0-9一二三四五六七八九十月天岁日号个点周年班路级])|十月一(?![日号])"
    r"|五一(?!班)|元旦|清明|端午|中秋|八月节|春节|过大?年|过完大?年|年后|年前(?!头)|正月|[寒暑]假)"
    rf"|(?:(?P<said>今|去|前)年)?(?<![0-9一二三四五六七八九])(?<!个){date_words.MONTH}月(?P<third>{_THIRD})"
    rf"|(?<!早)(?<!晚)(?P<month>上上个?|上一?个?|这一?个?|本)月(?P<month_third>{_THIRD})?(?!的?[0-9一二三四五六七八九十])"
    r"|(?<![月0-9一二三四五六七八九十])(?P<bare>月[初中底])"
    rf"|(?<!早)(?<!晚)(?P<week>上上个?|上一?个?|这一?个?|本){date_words.WEEK}(?P<week_end>末)?(?![一二三四五六日天1-7])"
    r"|(?P<days_ago>[前头](?:几|两|些|一些)天|[前头](?:些|段)(?:日子|时间)|[前头]一?阵(?:子|儿)?)"
    r"|(?<!没)(?P<ago>好几|几|好些|好多)(?P<ago_unit>天|周|个?星期|个?礼拜|个?月|年)(?:以前|之前|前)"
    rf"|(?P<year>今|去|前)年(?P<year_part>上半年|下半年|年[初底]|{_SEASON})"
    r"|(?P<whole_year>去|前)年(?![0-9一二三四五六七八九十])"
    rf"|(?P<season>{_SEASON}|年初))"
)
"""Since when, without a day."""

LOOSE = (
    rf"(?:{date_words.MAYBE}|将近|近|约摸|估摸|大致|得有|能有|好像)(?=.*[0-9一二两俩三仨四五六七八九十半个上昨前周星礼去今国])"
    r"|(?<=[天周期拜月年日号])(?:左右|上下|前后|来的?样子)|[0-9十百]?[多来几余](?=个|天|周|星期|礼拜|月|年)"
    r"|(?<=[个半])[把来多](?=月|年)|(?<=[月年期])多|(?:[0-9]+[-~到至、][0-9]+|[一二两俩三仨四五六七八九][-~到至、]?[一二两俩三四五六七八九])(?=十?个?(?:天|周|星期|礼拜|月))"
    r"|[大小多]半|半拉|[月年](?:初|底|末)|第[0-9一二两三四五六七八九十]{1,3}天"
)
"""What makes a date or a duration with a number in it a rough one."""

BEFORE_HOLIDAY = {
    "国庆": (9, 30),
    "十一": (9, 30),
    "十月一": (9, 30),
    "五一": (4, 30),
    "元旦": (12, 31),
    "清明": (4, 3),
}
"""The last day before a holiday is the last one at school."""
MOON = {
    "端午": ((2024, 6, 10), (2025, 5, 31), (2026, 6, 19), (2027, 6, 9), (2028, 5, 28), (2029, 6, 16), (2030, 6, 5)),
    "中秋": ((2024, 9, 17), (2025, 10, 6), (2026, 9, 25), (2027, 9, 15), (2028, 10, 3), (2029, 9, 22), (2030, 9, 12)),
}  # fmt: skip
"""Days of feasts that follow the moon."""
MOON_USUAL = {"端午": (6, 8), "中秋": (9, 20)}
"""About when they are, beyond the list."""
SEASONS = {
    "春天": (3, 1), "开春": (3, 1), "夏天": (6, 1), "入夏": (6, 1), "秋天": (9, 1), "入秋": (9, 1), "秋收": (9, 20),
    "冬天": (12, 1), "入冬": (11, 1), "立冬": (11, 7), "上半年": (3, 1), "下半年": (9, 1), "年初": (1, 5), "年底": (12, 1),
}  # fmt: skip
THIRDS = {"份": 1, "初": 1, "头": 1, "上旬": 1, "中": 10, "中旬": 10, "下旬": 20}
"""The first day that is meant; 底 and 末 are the month's last."""
_MOON_YEAR = 390
"""Days from one feast of the moon to the next, at most."""
_SPAN, _POINT, _LOOSE = regex(spans.ROUGH_SPAN), regex(POINT), regex(LOOSE)
_ROUND = regex(
    f"(?:{date_words.WHO}|{date_words.MAYBE}|{date_words.ABSENT}|{date_words.LEFT}|最后一[次天回]|到校|记得|记不(?:太)?清|说不准|从打?|打从?"
    "|自从|自打|就是|得有|能有|已经|时间|上学|去学校|以后|之后|过后|以来|开始|放假|假期|长假|小长假|回来|节|那会儿?|那时候?|那阵|完事|完"
    "|现在|今[天儿]|到|刚一?|一|起|后|前|快|整整|都|也|又|有|没|了|过|的|吧|呢|啊|呀|就|是|在|再|嗯|，|。|,| )*"
)


@dataclass(frozen=True, slots=True)
class PastDay:
    """A day that was said, and whether it is a rough one."""

    day: date
    rough: bool


def past_day(said: str, today: date) -> PastDay | None:
    """Read the one day before or on today that an answer names, a rough one where no other is said, or return None."""
    if exact := spoken_dates.day(said, today, lean="past"):
        return PastDay(exact, is_rough(said))
    day = rough_day(said, today)
    return PastDay(day, rough=True) if day else None


def rough_day(said: str, today: date) -> date | None:
    """Read an answer that says roughly since when, or return None: 好几天了; 国庆以后就没去."""
    text = normalise(said)
    if len(text) > LONGEST:
        return None
    for pattern, read in ((_SPAN, _since), (_POINT, day_of_point)):
        for match in pattern.finditer(text):
            if _ROUND.fullmatch(text[: match.start()]) and _ROUND.fullmatch(text[match.end() :]):
                return read(match, today)
    return None


def is_rough(said: str) -> bool:
    """Tell whether a date or a duration is said to be no more than about right: 大概上周三, 十来天, 两三天, 月底."""
    return bool(_LOOSE.search(said))


def _since(match: re.Match[str], today: date) -> date | None:
    return today - timedelta(days=spans.days_of_rough_span(match))


def day_of_point(match: re.Match[str], today: date) -> date | None:
    """Give the day that a match of `POINT` means, or nothing where that is not past."""
    key = next(one for one in _POINTS if match[one])
    found = _POINTS[key](match, today)
    return found if found and found < today else None


def _latest(days: Iterable[tuple[int, int]], today: date) -> date:
    """Give the newest of the days of each year that are past."""
    found = (date(year, *day) for year in (today.year - 1, today.year) for day in days)
    return max(one for one in found if one < today)


def _of_term(match: re.Match[str], today: date) -> date:
    start = _latest((SPRING, AUTUMN), today)
    end = _latest(ENDS, today)
    if match["term"].startswith("上"):
        # In the holidays the last term is the one that has just ended.
        start = start if end > start else _latest((SPRING, AUTUMN), start)
        start = _latest((SPRING, AUTUMN), start) if match["term"].startswith("上上") else start
        end = min(date(start.year + (start.month == 9), *ENDS[start.month == 3]), today - timedelta(days=1))
    part = match["term_part"] or ""
    if part.startswith("期中") or part == "中间":
        return date(start.year, *EXAMS[start.month == 9])
    return end if part.startswith(("期末", "末", "快", "结束")) else start


def _exam(match: re.Match[str], today: date) -> date:
    return _latest(EXAMS if match["exam"] == "期中" else ENDS, today)


def _start(match: re.Match[str], today: date) -> date:
    start = _latest((SPRING, AUTUMN), today)
    return start + timedelta(weeks=int(number(match["nth"]) or 1) - 1) if match["nth"] else start


def _feast(match: re.Match[str], today: date) -> date:
    said = match["feast"].replace("八月节", "中秋")
    if known := BEFORE_HOLIDAY.get(said):
        return _latest((known,), today)
    if said in MOON:
        days = (date(*one) - timedelta(days=1) for one in MOON[said])
        known_day = max((one for one in days if one < today), default=date.min)
        late = (today - known_day).days > _MOON_YEAR
        return _latest((MOON_USUAL[said],), today) if late else known_day
    return _latest((ENDS[said == "暑假"],), today)


def _third(year: int, month: int, third: str | None) -> date:
    last = monthrange(year, month)[1]
    return date(year, month, last if third in ("底", "末") else THIRDS[third or "份"])


def _month(match: re.Match[str], today: date) -> date | None:
    month = int(number(match["m"]) or 0)
    if match["said"]:
        return _third(today.year + date_words.YEARS[match["said"]], month, match["third"])
    found = (_third(year, month, match["third"]) for year in (today.year, today.year - 1))
    return next((one for one in found if one < today), None)


def _said_month(match: re.Match[str], today: date) -> date:
    year, index = divmod(today.year * 12 + today.month - 1 - match["month"].count("上"), 12)
    return _third(year, index + 1, match["month_third"])


def _bare(match: re.Match[str], today: date) -> date:
    this = _third(today.year, today.month, match["bare"][1])
    if match["bare"] == "月底" or this >= today:
        year, index = divmod(today.year * 12 + today.month - 2, 12)
        return _third(year, index + 1, match["bare"][1])
    return this


def _week(match: re.Match[str], today: date) -> date:
    monday = today - timedelta(days=today.weekday() + 7 * match["week"].count("上"))
    return monday + timedelta(days=4 if match["week_end"] else 0)


def _days_ago(match: re.Match[str], today: date) -> date:
    few = match["days_ago"][1:] in ("几天", "两天")
    return today - timedelta(days=3 if few else spans.WHILE)


def _ago(match: re.Match[str], today: date) -> date:
    return today - timedelta(days=spans.days_of_many(match["ago"], match["ago_unit"]))


def _year_part(match: re.Match[str], today: date) -> date:
    part = match["year_part"]
    return date(today.year + date_words.YEARS[match["year"]], *SEASONS[part])


def _whole_year(match: re.Match[str], today: date) -> date:
    return date(today.year + date_words.YEARS[match["whole_year"]], *AUTUMN)


def _season(match: re.Match[str], today: date) -> date:
    return _latest((SEASONS[match["season"]],), today)


_POINTS: dict[str, Callable[[re.Match[str], date], date | None]] = {
    "term": _of_term,
    "exam": _exam,
    "start": _start,
    "feast": _feast,
    "third": _month,
    "month": _said_month,
    "bare": _bare,
    "week": _week,
    "days_ago": _days_ago,
    "ago": _ago,
    "year": _year_part,
    "whole_year": _whole_year,
    "season": _season,
}
