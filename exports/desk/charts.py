"""Charts as one drawing each: bars with their number on top, a dashed frame where a day says nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

BAR, GAP, TALL, TOP, BELOW = 22, 8, 96, 24, 24
"""Sizes in the drawing's own units: a bar, the space after it, the tallest bar, room for its number and for the days."""
EVERY = 5
"""One day of so many is named below the bars; the last one always is."""
UNKNOWN = "缺"


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing as its template needs it; `said` tells the same to those who do not see it."""

    title: str
    unit: str
    said: str
    width: int
    height: int
    floor: float
    bars: str
    gaps: str
    words: Sequence[tuple[float, float, str]]


def bar_chart(title: str, unit: str, days: Sequence[tuple[str, int | None]]) -> Chart:
    """Draw a bar a day; None is a day that says nothing, which is not 0."""
    most, floor = max([number or 0 for _, number in days] + [1]), TOP + TALL
    bars: list[str] = []
    gaps: list[str] = []
    words: list[tuple[float, float, str]] = []
    for n, (day, number) in enumerate(days):
        left, middle = n * (BAR + GAP), n * (BAR + GAP) + BAR / 2
        tall = TALL if number is None else round(TALL * number / most, 1)
        (gaps if number is None else bars).append(f"M{left} {floor}v-{tall}h{BAR}v{tall}z")
        words.append((middle, floor - tall / 2 + 6 if number is None else floor - tall - 5,
                      UNKNOWN if number is None else str(number)))  # fmt: skip
        if (len(days) - 1 - n) % EVERY == 0:
            words.append((max(middle, 24), floor + BELOW - 6, day))
    said = "，".join(f"{day} {UNKNOWN if number is None else number}" for day, number in days)
    width = len(days) * (BAR + GAP) + 16
    return Chart(title, unit, said, width, floor + BELOW, floor + 0.5, "".join(bars), "".join(gaps), words)
