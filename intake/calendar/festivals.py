"""Public holidays that the law fixes, for years of which the State Council has not said yet how they are arranged.

全国年节及纪念日放假办法 (国务院令第795号, from 2025): 13 days. Three of them follow the moon and one the sun: their days
are those of GB/T 33661-2017 《农历的编算和颁行》, on which lunardate, borax and lunar_python agree for every year here.
Which weekends are worked for them (调休) nobody knows before it is announced.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

FIXED = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
"""元旦, 劳动节, 国庆节."""
MOVING: Mapping[int, str] = {
    2025: "0129 0404 0531 1006", 2026: "0217 0405 0619 0925", 2027: "0206 0405 0609 0915", 2028: "0126 0404 0528 1003",
    2029: "0213 0404 0616 0922", 2030: "0203 0405 0605 0912", 2031: "0123 0405 0624 1001", 2032: "0211 0404 0612 0919",
    2033: "0131 0404 0601 0908", 2034: "0219 0405 0620 0927", 2035: "0208 0405 0610 0916", 2036: "0128 0404 0530 1004",
    2037: "0215 0404 0618 0924", 2038: "0204 0405 0607 0913", 2039: "0124 0405 0527 1002", 2040: "0212 0404 0614 0920",
    2041: "0201 0404 0603 0910", 2042: "0122 0404 0622 0928", 2043: "0210 0405 0611 0917", 2044: "0130 0404 0531 1005",
    2045: "0217 0404 0619 0925", 2046: "0206 0404 0608 0915", 2047: "0126 0405 0529 1004", 2048: "0214 0404 0615 0922",
    2049: "0202 0404 0604 0911", 2050: "0123 0404 0623 0930",
}  # fmt: skip
"""春节 (初一), 清明, 端午, 中秋 of a year, as month and day."""
_SPRING = (-1, 0, 1, 2)
"""除夕 to 初三, counted from 初一."""


def is_lawful_holiday(day: date) -> bool:
    """Tell whether a day is a public holiday by law, whatever is arranged around it."""
    return day in lawful_holidays(day.year)


@cache
def lawful_holidays(year: int) -> frozenset[date]:
    """Give the public holidays of a year; of one beyond the table those of a fixed date, before the law none."""
    if year < min(MOVING):
        return frozenset()
    found = {date(year, month, day) for month, day in FIXED}
    if year in MOVING:
        spring, *others = (date(year, int(one[:2]), int(one[2:])) for one in MOVING[year].split())
        found |= {spring + timedelta(days=away) for away in _SPRING} | set(others)
    return frozenset(found)
