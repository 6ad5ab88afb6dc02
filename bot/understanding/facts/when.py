"""Find inside a message when a child was born, when it was last at school, and how long it has not come.

A date or a duration counts only where words of not coming belong to it; what else people date (a call, a job,
an election) is left alone.
"""

import re
from collections.abc import Iterator
from datetime import date
from itertools import islice

from bot.understanding.facts import when_words as words
from bot.understanding.facts.found import Fact
from intake.language import spoken
from intake.language.dates.rough_dates import is_rough
from intake.language.dates.spans import amount_of_span

MOST = 40
"""Dates or durations of one message that are looked at; it bounds the work on hostile text."""
_BEFORE = 24
_AROUND, _AFTER = 40, 15
"""Characters before and after what lasts until today in which the absence must be said."""
_NEAR = 3
"""Characters around a date that may say that it is only about right."""
_LONGEST = 1500
_AGES_AGO = 300
"""Days after which a date without a year is more likely a slip than meant."""


def read_birth_date(text: str, today: date) -> Iterator[Fact]:
    """Find full dates that are said to be a child's birth date."""
    for pattern in words.BIRTH:
        for match in islice(pattern.finditer(text), MOST):
            start, end = match.span("date")
            if words.LUNAR.search(text[max(0, start - 8) : end + 4]):
                continue
            if born := spoken.birth_day(match["date"].replace(" ", ""), today):
                yield Fact("birth_date", born.isoformat(), start, end)
                return


def read_last_seen(text: str, today: date) -> Iterator[Fact]:
    """Find the day on which a child was last at school, or from which on it did not come."""
    if not (words.SEEN_LAST.search(text) or absent_now(text)):
        return
    first: Fact | None = None
    for match in islice(words.DATE.finditer(text), MOST):
        if words.LUNAR.search(text[max(0, match.start() - 3) : match.start()]):
            continue
        last = is_last(text, match)
        if not (last or (first is None and belongs(text, match))):
            continue
        if day := _past(match[0], today):
            near = text[max(0, match.start() - _NEAR) : match.end() + _NEAR]
            found = Fact("last_seen", day.isoformat(), match.start(), match.end(), is_rough(near))
            if last:
                first = found
                break
            first = first or found
    if first:
        yield first


def read_days(text: str, today: date) -> Iterator[Fact]:
    """Find how many days a child has not come: the lower end of a range, 7 to a week, 30 to a month."""
    if not absent_now(text, words.SENT_HOME):
        return
    for where, pattern in words.SPANS:
        for match in islice(pattern.finditer(text), MOST):
            if is_absence(text, where, match) and (days := _days(match)):
                said = match.groupdict()
                start = match.start("n") if said["n"] else match.start("about")
                end = match.end("unit")
                yield Fact("days", days, start, end, is_rough(text[max(0, start - _NEAR) : end + _NEAR]))
                return


def absent_now(text: str, too: re.Pattern[str] | None = None) -> bool:
    """Tell whether a message speaks of not coming (or of `too`), and neither of leave nor of what is over."""
    if not words.ANY_ABSENT.search(text) and not (too and too.search(text)):
        return False
    if words.LEAVE.search(text) and not words.NO_LEAVE.search(text):
        return False
    settled = words.SETTLED.search(text)
    if settled is None:
        return True
    # 不让孩子去上学了 holds 去上学了, and 去了两天又不来了 is not over.
    return any(absent.end() > settled.start() for absent in words.ANY_ABSENT.finditer(text))


def _before(text: str, end: int) -> str:
    return text[max(0, end - _BEFORE) : end]


def is_last(text: str, match: re.Match[str]) -> bool:
    return bool(words.LAST.search(_before(text, match.start())) or words.IS_LAST.match(text, match.end()))


def belongs(text: str, match: re.Match[str]) -> bool:
    """Tell whether a date is when a child stopped coming."""
    before = _before(text, match.start())
    if any(no.search(before) for no in (words.SUPPOSED, words.NO_CHILD, words.RANGE_END)):
        return False
    if words.REPORTED.match(text, match.end()):
        return False
    if words.ABSENT_SINCE.search(before) or words.LEFT_SCHOOL.match(text, match.end()):
        return True
    if words.DATE_OF_IT.match(text, match.end()) and _story(text, match.start()):
        return True
    if words.SINCE.search(before):
        return words.LATER_ABSENT.match(text, match.end()) is not None
    absent = words.DATE_THEN_ABSENT.match(text, match.end()) or words.DATE_THEN_LATER_ABSENT.match(
        text, match.end()
    )
    if absent is not None:
        to_come = words.WEEKDAY_TO_COME.fullmatch(match[0]) and words.NOT_YET.match(absent[0])
        return not (to_come or words.SUNDAY.match(match[0]) or _grown_up(before, absent[0]))
    thence = words.DATE_THEN_THENCE.match(text, match.end())
    return thence is not None and words.OTHERS_ABSENT.search(thence[0]) is None


def _story(text: str, start: int) -> bool:
    """Tell whether what was told last before a place is that a child does not come."""
    before = text[max(0, start - _AROUND) : start]
    absent = _last_absent(before)
    return (
        absent is not None
        and words.OTHER_BUSINESS.search(before[absent.end() :]) is None
        and words.NO_CHILD.search(before[: absent.start()]) is None
    )


def _last_absent(before: str) -> re.Match[str] | None:
    told = list(words.STORY.finditer(before))
    return told[-1] if told else None


def _grown_up(before: str, absent: str) -> bool:
    return words.GROWN_UP.search(before) is not None and not words.AT_SCHOOL.search(absent)


def _past(said: str, today: date) -> date | None:
    """Read a date before today."""
    day = spoken.day(said.replace(" ", ""), today, lean="past")
    if day is None or day >= today:
        return None
    unsaid = "年" not in said and not re.match("[0-9]{4}", said)
    return None if unsaid and (today - day).days > _AGES_AGO else day


def is_absence(text: str, where: str, match: re.Match[str]) -> bool:
    """Tell whether a duration is how long a child has not come."""
    said = match.groupdict()
    before = _before(text, match.start())
    # 小半个月 is some days, nobody knows how many.
    if said["n"] == "半" and text[match.start("n") - 1 : match.start("n")] == "小":
        return False
    if words.SUPPOSED.search(before) or words.PENALTY.match(text, match.end()):
        return False
    if (
        said["unit"] == "日"
        and before[-1:] not in words.SO_MANY
        and not (said.get("absent") or "").endswith("课")
    ):
        return False
    absent = said.get("absent") or ""
    if words.NO_CHILD.search(before) or _grown_up(before, absent):
        return False
    if absent.startswith(("不能", "去不了", "来不了", "上不了")) and words.NOT_ABLE.search(before):
        return False
    single = said["n"] in ("一", "1") and said["unit"] == "天"
    if where == words.ALONE:
        return not single and _story(text, match.start())
    if where == words.UNTIL_NOW:
        return not single and _until_now(
            text[max(0, match.start() - _AROUND) : match.start()], text[match.end() :][:_AFTER]
        )
    if where != words.THEN_ABSENT:
        return not (single and said.get("home"))
    # 一天都没落 and 有一天没来 count no days; 这一周有三天不去 is a habit.
    # 一天没来了 is one day, 一天没上过 all of them.
    never = single and (
        said["fill"] != ""
        or absent.startswith(("课", "书", "学"))
        or absent.endswith("过")
        or not re.match("了|[，,。 ]|$", text[match.end() :])
    )
    return not (
        words.BUSY.search(before)
        or never
        or (single and (before.endswith(("有", "那", "同")) or words.ALL_OF.search(before)))
    )


def _until_now(before: str, after: str) -> bool:
    """Tell whether what has lasted until today is that a child does not come, said shortly before or after."""
    earlier = _last_absent(before)
    if earlier:
        return words.OTHER_BUSINESS.search(before[earlier.end() :]) is None
    later = words.ANY_ABSENT.search(after)
    return later is not None and words.OTHER_BUSINESS.search(before + after[: later.start()]) is None


def _days(match: re.Match[str]) -> int | None:
    said = match.groupdict()
    unit, about = said["unit"], said.get("about")
    amount = 1.0 if about else amount_of_span(said["n"])
    if amount is None:
        return None
    # 三月 is March, 2019年 a year; only 三个月, 俩月, 半月 and 两年 are spans.
    if unit == "月" and not (about or said.get("ge") or said["n"] in "半两俩仨"):
        return None
    if unit == "年" and (amount > 5 or said.get("ge")):
        return None
    if said.get("half") or said.get("after"):
        amount += 0.5
    days = 180 if (unit, amount) == ("年", 0.5) else int(amount * words.DAYS_OF[unit])
    return days if 0 < days <= _LONGEST else None
