"""How a cell reads to a person: numbers, dates by their format, and what its format leaves out."""

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache

LOST = 1e15
"""From here on a number has lost digits: Excel keeps 15 of them."""
DAY, MONTH = "day", "month"
"""What a number format makes of a number: a day or moment, or a month and no day."""

_BUILT_IN = frozenset(
    {14, 15, 16, 18, 19, 20, 21, 22, 28, 29, 30, 31, 32, 33, 34, 35, 45, 46, 47, 51, 53, 54, 55, 56, 58}
)
_MONTHS = frozenset({17, 27, 36, 50, 52, 57})
"""Formats that stand in no file, as Excel and WPS show them in Chinese: 57 is yyyy年m月."""
_ASIDE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_DATED, _CLOCK, _DIGITS = re.compile("[ymdhsebg]"), re.compile("[ymdhs]"), re.compile("[0#?@]")
_YEARS, _DAYS = re.compile("[yebg]"), re.compile("[dhs]")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_EPOCH_1900, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 - a cell has no zone
_MOST = 2958466
"""The day after 9999-12-31, counted from 1900."""


@lru_cache(maxsize=1024)
def kind_of_format(number: int, code: str) -> str:
    """Tell what a number format shows: DAY, MONTH, or an empty text for what is no date."""
    if not code:
        return MONTH if number in _MONTHS else DAY if number in _BUILT_IN else ""
    shown = _ASIDE.sub("", code.split(";")[0]).lower()
    if "general" in shown or not _DATED.search(shown) or (_DIGITS.search(shown) and not _CLOCK.search(shown)):
        return ""
    return MONTH if _YEARS.search(shown) and not _DAYS.search(shown) else DAY


def moment(serial: float, from_1904: bool = False) -> date | datetime | time | None:
    """Give the day or moment of a serial number, or nothing for what is none."""
    if not 0 <= serial < _MOST:
        return None
    whole = (_EPOCH_1904 if from_1904 else _EPOCH_1900) + timedelta(seconds=round(serial * 86400))
    if serial < 1:
        return whole.time()
    if not from_1904 and serial < 61:  # Excel counts a 29th of February that never was
        whole += timedelta(days=1)
    return whole if whole.time() != time() else whole.date()


def text(cell: object) -> str:
    """Write a cell as a person reads it; a number that has lost digits as Excel shows it, 2.20605E+17."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, int | float):
        if abs(cell) >= LOST:
            return f"{cell:.5E}"
        return str(int(cell)) if cell == int(cell) else f"{cell:.10g}"
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes") if cell.time() != time() else cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date | time) else plain(str(cell))


def written(said: str) -> str:
    """Give what an XML part means with _x000D_ (ECMA-376, ST_Xstring): the sign, or nothing for one that is no text."""
    return _ESCAPED.sub(_meant, said) if "_x" in said else said


def _meant(found: re.Match[str]) -> str:
    sign = chr(int(found[1], 16))
    return sign if sign.isprintable() or sign in "\n\t" else ""


def plain(said: str) -> str:
    """Give a text without what keeps it a text in other programs: blanks around it, an apostrophe in front."""
    return said.strip().lstrip("'\uff07").strip() if "'" in said or "\uff07" in said else said.strip()
