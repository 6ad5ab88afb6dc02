"""Read days, months and moments as people say them: 9月1号, 上周五放学, 三天没去了.

Each rule knows one way to begin with a date and works it out; what may stand around a date (从, 没来上学) is
two patterns. Anything left over means that the text was about something else, and nothing is guessed.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from typing import Literal

from intake.language.dates import date_words as words
from intake.language.dates.spans import EARLIEST, month_later, moved_by_span
from intake.language.text import normalise, number, positional

Lean = Literal["past", "future"]
_Rule = Callable[[re.Match[str], date, Lean], date | None]
_Rules = tuple[tuple[re.Pattern[str], _Rule], ...]

# Longer than any date with its trimmings; it also bounds the work on hostile input.
_LONGEST = 60


def _count(said: str) -> int:
    value = number(said)
    return -1 if value is None else int(value)


def _year(said: str, today: date) -> int:
    # Digit by digit: as a number 二三 would be a guess between two and three.
    year = int(positional(said))
    if len(said) == 4:
        return year
    return 2000 + year if 2000 + year <= today.year + 2 else 1900 + year


def _step(said: str) -> int:
    """Count the weeks or months of 上上个 (-2), 这个 (0), 下 (1)."""
    return said.count("下") - said.count("上")


def _in_month(match: re.Match[str], year: int, month: int) -> date | None:
    """Take the day said, 初 for the first or 底 for the last of the month; the first if none was said."""
    said = match.groupdict()
    try:
        if end := said.get("end"):
            return date(year, month, 1 if end == "初" else monthrange(year, month)[1])
        return date(year, month, _count(said.get("d") or "1"))
    except ValueError:
        return None


def _nearest(days: Iterable[date | None], today: date, lean: Lean) -> date | None:
    fitting = (day for day in days if day and (day <= today if lean == "past" else day >= today))
    return next(fitting, None)


def _full(match: re.Match[str], today: date, lean: Lean) -> date | None:
    return _in_month(match, _year(match["y"], today), _count(match["m"]))


def _said_year(match: re.Match[str], today: date, lean: Lean) -> date | None:
    return _in_month(match, today.year + words.YEARS[match["said"]], _count(match["m"]))


def _said_month(match: re.Match[str], today: date, lean: Lean) -> date | None:
    return _in_month(match, *month_later(today.year, today.month, _step(match["said"])))


def _no_year(match: re.Match[str], today: date, lean: Lean) -> date | None:
    years = (today.year, today.year + (-1 if lean == "past" else 1))
    return _nearest((_in_month(match, year, _count(match["m"])) for year in years), today, lean)


def _no_month(match: re.Match[str], today: date, lean: Lean) -> date | None:
    # Three months are enough to find a 31st.
    months = (month_later(today.year, today.month, -step if lean == "past" else step) for step in range(3))
    return _nearest((_in_month(match, *month) for month in months), today, lean)


def _word(match: re.Match[str], today: date, lean: Lean) -> date | None:
    return today + timedelta(days=words.DAYS[match["word"]] if match["word"] else 0)


def _weekday(match: re.Match[str], today: date, lean: Lean) -> date | None:
    index = "一二三四五六日1234567".index(match["weekday"].replace("天", "日")) % 7
    if match["week"]:
        return today + timedelta(days=index - today.weekday() + 7 * _step(match["week"]))
    if lean == "past":
        return today - timedelta(days=(today.weekday() - index) % 7)
    return today + timedelta(days=(index - today.weekday()) % 7)


def _span(match: re.Match[str], today: date, lean: Lean) -> date | None:
    if match["side"]:
        return moved_by_span(match, today, 1 if match["side"].endswith("后") else -1)
    # 三天没来 looks back; 3年 alone is more likely a grade, 3日 a day of the month.
    if (
        lean == "future"
        or match["unit"] == "日"
        or (match["unit"] == "年" and match.end() == len(match.string))
    ):
        return None
    return moved_by_span(match, today, -1)


def _year_end(match: re.Match[str], today: date, lean: Lean) -> date | None:
    if match["end"] == "初":
        return date(today.year + words.YEARS[match["said"] or "今"], 1, 1)
    # 年底 alone, asked of the past, is last year's unless it is December now.
    year = today.year + words.YEARS[match["said"]] if match["said"] else today.year - (today.month < 12)
    return date(year, 12, 1)


def _rules(*rules: tuple[str, _Rule]) -> _Rules:
    return tuple((re.compile(pattern), rule) for pattern, rule in rules)


_FULL = _rules(
    (f"{words.YEAR}年{words.MONTH}月{words.DAY}[日号]?", _full),
    (f"(?P<y>[0-9]{{4}}|[0-9]{{2}})(?P<s>[-/. ]){words.MONTH}(?P=s){words.DAY}[日号]?", _full),
    ("(?P<y>(?:19|20)[0-9]{2})(?P<m>0[1-9]|1[0-2])(?P<d>[0-3][0-9])(?![0-9])", _full),
)
_DAYLIKE = _FULL + _rules(
    (f"{words.SAID_YEAR}{words.MONTH}(?:月份?|[-/.])(?:{words.DAY}[日号]?|{words.END})", _said_year),
    (f"{words.MONTH}月份?的?(?:{words.DAY}[日号]?|{words.END})", _no_year),
    (f"{words.MONTH}[-/.]{words.DAY}[日号]?(?![-/.:])", _no_year),
    (f"{words.SAID_MONTH}的?(?:{words.DAY}[日号]?|月?{words.END})", _said_month),
    (f"{words.DAY}[日号]", _no_month),
    (f"月{words.END}", _no_month),
    (
        f"(?P<word>大前|大后|[昨今前明后])(?:天|日|儿个|个儿|儿|个|(?={words.PERIOD}))|当天|刚才|刚刚|现在",
        _word,
    ),
    (
        f"(?P<week>上上个?|上一?个?|这一?个?|本|下下个?|下一?个?)?{words.WEEK}(?:的?{words.WEEK})?"
        "(?P<weekday>[一二三四五六日天]|[1-7](?![0-9]))",
        _weekday,
    ),
    (f"{words.SPAN}(?P<side>以前|之前|前|以后|之后|后)?", _span),
)
_MONTHLIKE = _rules(
    (f"{words.YEAR}年{words.MONTH}月份?", _full),
    (f"(?P<y>[0-9]{{4}})[-/. ]{words.MONTH}月?份?(?![-/.0-9])", _full),
    ("(?P<y>(?:19|20)[0-9]{2})(?P<m>0[1-9]|1[0-2])(?![0-9])", _full),
    (f"{words.SAID_YEAR}{words.MONTH}月份?", _said_year),
    (f"(?:{words.SAID_YEAR})?年?{words.END}", _year_end),
    (f"{words.SAID_MONTH}份?", _said_month),
    (f"{words.MONTH}月份?", _no_year),
    (
        f"{words.SPAN}(?P<side>以前|之前|前|(?=了|{words.ABSENT}))",
        lambda match, today, lean: moved_by_span(match, today, -1),
    ),
)
_EITHER_HALF = set("123456一二两三四五六")


def _clean(said: str) -> str:
    """Return the text without loose white space, or nothing if it is too long to be a date.

    A space between digits stays: 2026 9 1 has three parts.
    """
    if len(said) > 10 * _LONGEST:
        return ""
    text = normalise(said).translate(words.SIGNS)
    text = words.LOOSE_SPACE.sub("", text).strip("。，、！？；…,.!?;~'\"“”「」")
    return text if len(text) <= _LONGEST else ""


def _after_fillers(text: str) -> int:
    match = words.BEFORE.match(text)
    return match.end() if match else 0


def _read(text: str, rules: _Rules, today: date, lean: Lean) -> tuple[date | None, re.Match[str]] | None:
    """Return the date and the match of what follows it; None if no rule accounts for the whole text."""
    start = _after_fillers(text)
    for pattern, rule in rules:
        match = pattern.match(text, start)
        if match and (rest := words.REST.fullmatch(text, match.end())):
            found = rule(match, today, lean)
            return found if found and EARLIEST <= found.year <= today.year + 2 else None, rest
    return None


def _day(text: str, rules: _Rules, today: date, lean: Lean) -> date | None:
    read = _read(text, rules, today, lean)
    return read[0] if read else None


def day(said: str, today: date, *, lean: Lean) -> date | None:
    """Read the one day that the text names, or return None.

    A day without its year or month is the nearest in the direction of lean, today included.
    """
    text = _clean(said)
    if found := _day(text, _DAYLIKE, today, lean):
        return found
    # 上周五，后来就没去了: the other clauses may say anything as long as they name no other day.
    clauses = words.CLAUSES.split(text)
    days = {_day(clause, _DAYLIKE, today, lean) for clause in clauses} if len(clauses) > 1 else set()
    days.discard(None)
    return days.pop() if len(days) == 1 else None


def birth_day(said: str, today: date) -> date | None:
    """Read a full date of birth in the last 25 years, or return None."""
    text = re.sub(
        "^(?:孩子|[他她的是])*(?:出生(?:日期|年月日?)?|生日|生于|阳历|公历|[的是在为:])+", "", _clean(said)
    )
    found = _day(text, _FULL, today, "past")
    if found is None or found > today:
        return None
    return (
        found if (found.year + 25, found.month, found.day) >= (today.year, today.month, today.day) else None
    )


def month(said: str, today: date) -> str | None:
    """Read a month that is not in the future, as YYYY-MM, or return None."""
    found = _day(_clean(said), _MONTHLIKE + _DAYLIKE, today, "past")
    if found is None or (found.year, found.month) > (today.year, today.month):
        return None
    return f"{found:%Y-%m}"


def _ago(match: re.Match[str], now: datetime) -> datetime | None:
    amount = number(match["n"])
    if amount is None or amount > 10_000:
        return None
    amount += 0.5 if match["half"] or match["after"] else 0
    return now - timedelta(minutes=amount * words.MINUTES[match["unit"]])


def _at(there: date, clock: re.Match[str]) -> datetime | None:
    hour, period = _count(clock["hour"]), words.PERIODS.get(clock["period"] or "")
    minute = 30 if clock["half"] else _count(clock["colon"] or clock["minute"] or "0")
    minute = {"一": 15, "三": 45}.get(clock["quarter"] or "", minute)
    if not 0 <= hour * 60 + minute <= 24 * 60 or not 0 <= minute <= 59:
        return None
    if hour == 12:
        hour = {"evening": 24, "night": 24, "small hours": 0}.get(period or "", 12)
    elif hour < 12 and (
        period in ("afternoon", "evening")
        or (period == "night" and hour >= 6)
        or (period == "noon" and 1 <= hour <= 3)
    ):
        hour += 12
    return datetime.combine(there, time()) + timedelta(hours=hour, minutes=minute)


def moment(said: str, now: datetime) -> str | None:
    """Read when something happened, as YYYY-MM-DD or YYYY-MM-DDTHH:MM in local time, or return None.

    now is local time; what lies after it is refused. 三点 without 上午 or 下午 gives the day alone.
    """
    now, text = now.replace(tzinfo=None, second=0, microsecond=0), _clean(said)
    start = _after_fillers(text)
    for pattern in (words.NOW, words.AGO):
        match = pattern.match(text, start)
        rest = words.REST.fullmatch(text, match.end()) if match else None
        if match and rest and not rest["hour"]:
            ago = now if pattern is words.NOW else _ago(match, now)
            return ago.isoformat(timespec="minutes") if ago else None
    read = _read(text, _DAYLIKE, now.date(), "past")
    rest = read[1] if read else words.REST.fullmatch(text, start)
    if rest is None or not (read or rest["hour"] or words.PART_OF_DAY.match(text, start)):
        return None
    there = read[0] if read else now.date()
    if there is None or there > now.date():
        return None
    if not rest["hour"]:
        return there.isoformat()
    at = _at(there, rest)
    if at and not rest["period"] and rest["hour"] in _EITHER_HALF:
        return there.isoformat()
    if at and at > now and not read:
        # 晚上八点, said in the morning, was last night.
        at -= timedelta(days=1)
    return at.isoformat(timespec="minutes") if at and at <= now else None
