"""Find inside a message roughly since when a child has not come: 好几天没去, 从上学期期末, 国庆以后就没来.

Read only where nobody gave a day or counted days; what belongs to the absence is told as in `when`.
"""

from collections.abc import Iterator
from datetime import date
from itertools import islice

from bot.understanding.facts import when
from bot.understanding.facts import when_words as words
from bot.understanding.facts.found import Fact, taken
from intake.language.dates import rough_dates, spans


def read_rough(text: str, today: date) -> Iterator[Fact]:
    """Find a rough last day at school, or else roughly how many days a child has not come."""
    known = taken("days") in text or taken("last_seen") in text
    if known or not (words.SEEN_LAST.search(text) or when.absent_now(text, words.SENT_HOME)):
        return
    if found := _point(text, today) or _span(text):
        yield found


def _point(text: str, today: date) -> Fact | None:
    for match in islice(words.ROUGH_DATE.finditer(text), when.MOST):
        if words.LUNAR.search(text[max(0, match.start() - 3) : match.start()]):
            continue
        if (when.is_last(text, match) or when.belongs(text, match)) and (
            day := rough_dates.day_of_point(match, today)
        ):
            return Fact("last_seen", day.isoformat(), match.start(), match.end(), rough=True)
    return None


def _span(text: str) -> Fact | None:
    for where, pattern in words.ROUGH_SPANS:
        for match in islice(pattern.finditer(text), when.MOST):
            if when.is_absence(text, where, match):
                days = spans.days_of_rough_span(match)
                return Fact("days", days, match.start("n"), match.end("n"), rough=True)
    return None
