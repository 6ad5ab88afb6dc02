"""Find inside a message roughly since when a child has not come: 好几天没去, 从上学期期末, 国庆以后就没来.

Read only where nobody gave a day or counted days; what belongs to the absence is told as in `when`.
"""

import re
from collections.abc import Iterator
from datetime import date
from itertools import islice

from bot.understanding.facts import when
from bot.understanding.facts import when_words as words
from bot.understanding.facts.found import Fact, taken
from intake.language.dates import rough_dates, spans
from intake.language.naming.name_marks import FEASTS
from intake.language.naming.surnames import COMPOUND, SURNAMES, WEAK
from intake.language.patterns import regex

_FAMILY = regex(
    "(?:^|[^\u3400-\u9fff]|[家班里上的叫是名个位生子孩娃儿女](?!于))"
    f"(?:{'|'.join([*sorted(SURNAMES | WEAK - frozenset('全连应时向计经')), *COMPOUND])})$"
)
"""A surname where a name may begin; 该生于 is none, and 全国庆 no family's."""
_GOES_ON = regex("[长小]?假|放假|期间|那|[节完]|当天|前")
_ON = regex("于[^，,。 ]{2,3}[以之]?[前后]")
"""What makes a feast a day all the same: 国庆节, 于国庆后."""


def read_rough(text: str, today: date) -> Iterator[Fact]:
    """Find a rough last day at school, or else roughly how many days a child has not come."""
    known = taken("days") in text or taken("last_seen") in text
    if known or not (words.SEEN_LAST.search(text) or when.absent_now(text, words.SENT_HOME)):
        return
    if found := _point(text, today) or _span(text):
        yield found


def _point(text: str, today: date) -> Fact | None:
    for match in islice(words.ROUGH_DATE.finditer(text), when.MOST):
        if words.LUNAR.search(text[max(0, match.start() - 3) : match.start()]) or _is_named(text, match):
            continue
        if (when.is_last(text, match) or when.belongs(text, match)) and (
            day := rough_dates.day_of_point(match, today)
        ):
            return Fact("last_seen", day.isoformat(), match.start(), match.end(), rough=True)
    return None


def _is_named(text: str, match: re.Match[str]) -> bool:
    """Tell whether a feast is a child's given name: 李元旦好几天没来; 国庆以后 and 于国庆后 are days."""
    return bool(
        match["feast"] in FEASTS
        and not _GOES_ON.match(text, match.end())
        and not _ON.match(text, match.start() - 1)
        and _FAMILY.search(text[max(0, match.start() - 4) : match.start()])
    )


def _span(text: str) -> Fact | None:
    for where, pattern in words.ROUGH_SPANS:
        for match in islice(pattern.finditer(text), when.MOST):
            if when.is_absence(text, where, match):
                days = spans.days_of_rough_span(match)
                return Fact("days", days, match.start("n"), match.end("n"), rough=True)
    return None
