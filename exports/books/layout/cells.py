"""Cells as a sheet's XML holds them: texts that stay texts, numbers, days as serials, and how high they stand."""

from datetime import date, datetime
from math import ceil, isfinite

from intake.fields import Cell
from intake.language.cells import guarded
from intake.language.patterns import regex

LONGEST = 32767
"""UTF-16 units; Excel's limit of a cell."""
_DAY_ZERO = date(1899, 12, 30).toordinal()
_LEAP = date(1900, 3, 1)
"""Before it Excel counts a 29 February that never was."""
_LOST = 1e15
"""From here on Excel drops digits of a number."""

# What XML 1.0 cannot hold, and carriage returns, which its readers turn into something else.
_UNHOLDABLE = regex("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# What must be looked at before it is written; most texts have none of it.
_ODD = regex(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff&<>]|_x[0-9A-Fa-f]{4}_|"
    r"^[\s\x00-\x1f\ufeff\u200b-\u200f\u2028-\u202f\u2060-\u206f'=+\-@|%＝＋－＠｜％]|\s$"
)
_ESCAPED = regex("(_x[0-9A-Fa-f]{4}_)")


def holdable(text: str) -> str:
    """Drop the characters that XML cannot hold."""
    return _UNHOLDABLE.sub("", text.replace("\r\n", "\n"))


def cell_text(text: str) -> str:
    """Make a text that a cell can hold and that stays a text."""
    text = guarded(holdable(text))
    if len(text) > LONGEST // 2:
        text = text.encode("utf-16-le")[: LONGEST * 2].decode("utf-16-le", "ignore")
    return text


def clean(text: str) -> str:
    """Make the same of a text that XlsxWriter is given to write."""
    text = cell_text(text)
    if text.startswith("<r>") and text.endswith("</r>"):
        text = text[: LONGEST - 1] + " "  # XlsxWriter would take it for XML of its own and write it raw
    return text


def inline(text: str) -> str:
    """Give the XML of a text, from the closing of the style on: `t="inlineStr"` and what is in it."""
    if len(text) <= LONGEST // 2 and not _ODD.search(text):
        return f' t="inlineStr"><is><t>{text}</t></is></c>'
    text = _ESCAPED.sub(r"_x005F\1", cell_text(text))
    kept = ' xml:space="preserve"' if text != text.strip() else ""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f' t="inlineStr"><is><t{kept}>{text}</t></is></c>'


def serial(value: date) -> float | None:
    """Give the number that Excel counts a day or a moment as; None for one before its calendar."""
    days = value.toordinal() - _DAY_ZERO
    if value.year < 1900:
        return None
    if not isinstance(value, datetime):
        return days - (value < _LEAP)
    past = value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
    return days - (value.date() < _LEAP) + past / 86400


def writable(value: Cell) -> Cell:
    """Give a value as a cell can hold it: a day before Excel's calendar and a number that it would damage are texts."""
    if isinstance(value, date):
        return value if serial(value) is not None else value.isoformat()
    if isinstance(value, int | float) and not (isfinite(value) and abs(value) < _LOST):
        return str(value)
    return value


def lines(text: str, width: float) -> int:
    """Count the lines that a text takes in a column of so many Chinese characters."""
    return sum(ceil(_long(line) / max(width - 0.3, 1) - 0.01) or 1 for line in text.split("\n"))


def _long(text: str) -> float:
    """Give the length of a text in Chinese characters: what UTF-8 holds in one byte is half as wide."""
    return 0.5 * len(text) + (len(text.encode(errors="replace")) - len(text)) / 4
