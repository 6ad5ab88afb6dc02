"""One sheet of a workbook: cells by type, rows as high as their text, and the paper it is printed on."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from math import ceil
from typing import Any

from intake.fields import Cell
from intake.language.patterns import regex
from intake.ledgers import Column

UNIT = 1.9  # Excel's column widths count digits of Calibri 11; this many are one character of SIZE
SIZE = 10
LINE = 14.0  # points
HIGHEST = 409.0  # points; Excel's limit
LONGEST = 32767
SIGNATURES = (" " * 20).join(("单位负责人(签名)：", "复核人(签名)：", "填表人(签名)：", "联系电话："))

# What XML 1.0 cannot hold, and carriage returns, which its readers turn into something else.
_UNHOLDABLE = regex("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BORDERED = {"border": 1, "text_wrap": True, "valign": "vcenter"}
_FONT = {"font_size": SIZE, "font_charset": 134, "font_family": 0}
_FORMATS: dict[str, dict[str, object]] = {
    "corner": {"font_name": "黑体", "valign": "vcenter"},
    "title": {"font_name": "方正小标宋简体", "font_size": 18, "align": "center", "valign": "vcenter"},
    "info": {"font_name": "仿宋", "valign": "vcenter"},
    "note": {"font_name": "仿宋", "valign": "top", "text_wrap": True},
    "header": {"font_name": "黑体", "align": "center", "bg_color": "#E7EEF4", **_BORDERED},
    "text": {"font_name": "仿宋", "num_format": "@", **_BORDERED},
    "number": {"font_name": "仿宋", "num_format": "General", "align": "center", **_BORDERED},
    "count": {"font_name": "仿宋", "num_format": "0", "align": "center", **_BORDERED},
    "date": {"font_name": "仿宋", "num_format": "yyyy-mm-dd", "align": "center", **_BORDERED},
    "moment": {"font_name": "仿宋", "num_format": "yyyy-mm-dd hh:mm", "align": "center", **_BORDERED},
    "staff": {"font_name": "仿宋", "num_format": "@", "bg_color": "#FFF8E1", **_BORDERED},
    "staff_header": {"font_name": "黑体", "align": "center", "bg_color": "#FFECB3", **_BORDERED},
    "total": {"font_name": "黑体", "align": "center", **_BORDERED},
    "bold_count": {"font_name": "黑体", "num_format": "0", "align": "center", **_BORDERED},
    "rows": {"font_name": "黑体", "num_format": '0"条"', "align": "center", **_BORDERED},
    "sum": {"font_name": "黑体", "num_format": "0.00", **_BORDERED},
}

Formats = dict[str, Any]


def formats(book: Any) -> Formats:
    """Register the cell formats of a workbook, by name."""
    return {name: book.add_format({**_FONT, **style}) for name, style in _FORMATS.items()}


def clean(text: str) -> str:
    """Make a text that a cell can hold and that stays a text."""
    text = _UNHOLDABLE.sub("", text.replace("\r\n", "\n"))
    if len(text) > LONGEST // 2:  # Excel counts UTF-16 units
        text = text.encode("utf-16-le")[: LONGEST * 2].decode("utf-16-le", "ignore")
    if text.startswith("<r>") and text.endswith("</r>"):
        text = text[: LONGEST - 1] + " "  # XlsxWriter would take it for XML of its own and write it raw
    return text


def put(sheet: Any, row: int, column: int, value: Cell, styles: Formats, style: str = "") -> None:
    """Write a cell as the type it has: never a formula, never a guess."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, styles[style or "text"])
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, value, styles[style or "moment"])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, styles[style or "date"])
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, styles[style or "number"])
    else:
        sheet.write_string(row, column, clean(value), styles[style or "text"])


def lines(text: str, width: float) -> int:
    """Count the lines that a text takes in a column of so many Chinese characters."""
    return sum(ceil(_long(line) / max(width - 0.3, 1) - 0.01) or 1 for line in text.split("\n"))


def paper(sheet: Any, header: int, footer: str = "") -> None:
    """Set A4 landscape, one page wide, header rows on every page, page numbers."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.3, right=0.3, top=0.5, bottom=0.6)
    sheet.center_horizontally()
    sheet.repeat_rows(max(header - 2, 0), header)
    sheet.set_footer(f"&L&9{footer}&C&9第 &P 页/共 &N 页")


def head(sheet: Any, styles: Formats, number: int, title: str, info: str, last: int) -> None:
    """Write 附件N, the title and the line below it, over the columns up to `last`."""
    sheet.write_string(0, 0, f"附件{number}", styles["corner"])
    sheet.set_row(1, 32)
    sheet.merge_range(1, 0, 1, last, "", styles["title"])
    sheet.write_string(1, 0, clean(title), styles["title"])
    sheet.set_row(2, 20)
    sheet.merge_range(2, 0, 2, last, "", styles["info"])
    sheet.write_string(2, 0, clean(info), styles["info"])


def headings(sheet: Any, styles: Formats, row: int, columns: Sequence[Column]) -> None:
    """Write the header row and set the widths of the columns."""
    deepest = max(lines(one.label, one.width) for one in columns)
    sheet.set_row(row, (deepest + 1) * LINE)  # one line more for the filter's arrow
    for at, one in enumerate(columns):
        sheet.set_column(at, at, one.width * UNIT)
        sheet.write_string(row, at, clean(one.label), styles["staff_header" if one.filled_by else "header"])


def body(
    sheet: Any, styles: Formats, row: int, columns: Sequence[Column], cells: Iterable[Sequence[Cell]]
) -> tuple[int, list[float]]:
    """Write numbered rows, the filter and the 合计 row; give the number of rows and each column's sum."""
    first, sums = row, [0.0] * len(columns)
    for values in cells:
        deepest = max(lines(v, c.width) for v, c in zip(values, columns, strict=True) if isinstance(v, str))
        sheet.set_row(row, min(HIGHEST, deepest * LINE + 5))
        for at, (value, one) in enumerate(zip(values, columns, strict=True)):
            put(sheet, row, at, value, styles, "staff" if one.filled_by else "count" if at == 0 else "")
            if one.summed and isinstance(value, float):
                sums[at] += value
        row += 1
    sheet.autofilter(first - 1, 0, max(row - 1, first - 1), len(columns) - 1)
    return row - first, sums


def foot(
    sheet: Any, styles: Formats, row: int, columns: Sequence[Column], count: int, sums: Sequence[float]
) -> None:
    """Write the 合计 row and the line of signatures."""
    sheet.set_row(row, LINE * 1.6)
    for at, one in enumerate(columns):
        total: Cell = "合计" if at == 0 else count if at == 1 else round(sums[at], 2) if one.summed else None
        put(sheet, row, at, total, styles, "rows" if at == 1 else "sum" if one.summed else "total")
    sign(sheet, styles, row + 1, len(columns) - 1)


def sign(sheet: Any, styles: Formats, row: int, last: int) -> None:
    """Write the line of signatures over the columns up to `last`."""
    sheet.set_row(row, 30)
    sheet.merge_range(row, 0, row, last, "", styles["info"])
    sheet.write_string(row, 0, SIGNATURES, styles["info"])


def _long(text: str) -> float:
    """Give the length of a text in Chinese characters: what UTF-8 holds in one byte is half as wide."""
    return 0.5 * len(text) + (len(text.encode(errors="replace")) - len(text)) / 4
