"""The parts that every sheet has: title, header, the line of signatures, and the paper it is printed on."""

from collections.abc import Collection, Sequence
from typing import Any

from exports.books.layout.cells import clean, lines
from exports.books.layout.pages import SIDES, UNIT, points, room, scale
from exports.books.layout.rows import LINE
from exports.books.layout.styles import MARK, SIZE, TITLE, Formats
from intake.ledgers import Column

WIDEST = 24.0
"""Chinese characters that a column to fill in may grow to where the paper has room."""
NARROW = 2.2
"""Chinese characters of a column in which no row has anything, where a sheet is too wide for its paper."""
_LEAST = {"text": 6.0, "number": 4.0, "date": 5.8, "moment": 8.8}
"""Chinese characters that a column to fill in has at least."""
_STRETCHED = 1.6
"""By how much a column of texts may grow."""
_UPRIGHT, _SMALLEST = 700.0, 0.8
"""Points of rows that an upright page has room for below its header, and how small they may get."""
SIGNATURES = (" " * 20).join(("单位负责人(签名)：", "复核人(签名)：", "填表人(签名)：", "联系电话："))


def put(sheet: Any, row: int, column: int, text: str, style: Any) -> None:
    """Write a text: never a formula, a link or a number."""
    sheet.write_string(row, column, clean(text), style)


def across(sheet: Any, row: int, last: int, text: str, style: Any) -> None:
    """Write a text over the columns up to `last`."""
    if last:
        sheet.merge_range(row, 0, row, last, "", style)
    put(sheet, row, 0, text, style)


def widths_of_columns(
    columns: Sequence[Column], portrait: bool = False, off: Collection[int] = ()
) -> list[float]:
    """Give the widths in Chinese characters; `off` are the columns that are not printed.

    What the paper has left goes to what is written freely, else to what is chosen from a list, else to texts.
    """
    widths = [max(one.width, _LEAST[one.shape] if one.filled_by else 0.0) for one in columns]
    printed = [at for at in range(len(columns)) if at not in off]
    texts = [at for at in printed if columns[at].shape == "text"]
    filled = [at for at in texts if columns[at].filled_by]
    more = [at for at in filled if not columns[at].options] or filled or texts
    taken = sum(points(widths[at]) for at in printed)
    left = (room(portrait) - taken) / (UNIT * 7 * 0.75) - 0.1 * len(printed)
    for at in more if left > 0 else ():
        most = WIDEST if filled else widths[at] * _STRETCHED
        widths[at] = max(widths[at], min(most, widths[at] + left / len(more)))
    return widths


def narrowable(
    columns: Sequence[Column], widths: Sequence[float], portrait: bool = False, off: Collection[int] = ()
) -> list[int]:
    """Give the columns that may be narrow where no row has anything in them: those of the house, on a sheet that shrinks."""
    if scale(widths, portrait, off) == 1:
        return []
    first = (0, 1)  # 合计 stands there, and how many rows there are
    return [at for at, one in enumerate(columns)
            if at not in first and at not in off and not one.filled_by and not one.summed and widths[at] > NARROW]  # fmt: skip


def narrow(sheet: Any, columns: Sequence[int]) -> None:
    """Make columns narrow in which nothing stands, so that all others are larger on paper."""
    for at in columns:
        sheet.set_column(at, at, NARROW * UNIT)


def fits_one_page(height: float) -> bool:
    """Tell whether so many points of rows, on a page that stands upright, are read well when they are put on one."""
    return height <= _UPRIGHT / _SMALLEST


def paper(sheet: Any, header: int, *, portrait: bool = False, footer: str = "", stamp: str = "") -> None:
    """Set A4, one page wide, header rows on every page, page numbers, and who fetched it."""
    sheet.set_paper(9)
    sheet.set_portrait() if portrait else sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=SIDES, right=SIDES, top=0.6 if stamp else 0.5, bottom=0.6)
    sheet.center_horizontally()
    sheet.repeat_rows(max(header - 2, 0), header)
    if stamp:
        sheet.set_header(f"&R&9{_printed(stamp)}")
    left, right = (f"&L&9{_printed(footer)}", f"&R&9{_printed(stamp)}" if stamp else "")
    sheet.set_footer(f"{left}&C&9第 &P 页/共 &N 页{right}")


def _printed(text: str) -> str:
    """Give a text for the margin of a page, where & begins a command."""
    return clean(text).replace("&", "&&")[:80]


def head(sheet: Any, styles: Formats, corner: str, title: str, info: str, widths: Sequence[float]) -> None:
    """Write 附件N, the title and the line below it, over columns of these widths."""
    last, whole = len(widths) - 1, sum(widths)
    put(sheet, 0, 0, corner, styles["corner"])
    deep = lines(title, whole * SIZE / TITLE)
    sheet.set_row(1, 32 + (deep - 1) * TITLE * 1.3)
    across(sheet, 1, last, title, styles["title"])
    sheet.set_row(2, max(20, lines(info, whole) * LINE + 6))
    across(sheet, 2, last, info, styles["info"])


def headings(
    sheet: Any, styles: Formats, row: int, columns: Sequence[Column], widths: Sequence[float],
    may: Collection[int] = (), folded: Collection[int] = (),
) -> None:  # fmt: skip
    """Write the header row and set the widths of the columns; `may` become narrow, `folded` are opened by a click."""
    labels = [(MARK if one.filled_by else "") + one.label for one in columns]
    deepest = max(
        lines(label, NARROW if at in may else width)  # how deep they are then is not known yet
        for at, (label, width) in enumerate(zip(labels, widths, strict=True))
    )
    sheet.set_row(row, (deepest + 1) * LINE)  # one line more for the filter's arrow
    for at, (one, width) in enumerate(zip(columns, widths, strict=True)):
        fold = (
            {"level": 1, "hidden": True} if at in folded else {"collapsed": True} if at - 1 in folded else {}
        )
        sheet.set_column(at, at, width * UNIT, None, fold)
        style = "fault_header" if one.key == FAULTS else "staff_header" if one.filled_by else "header"
        put(sheet, row, at, one.label, styles[style])


FAULTS = "faults"
"""The key of the column 错误说明."""


def sign(sheet: Any, styles: Formats, row: int, last: int) -> None:
    """Write the line of signatures over the columns up to `last`."""
    sheet.set_row(row, 30)
    across(sheet, row, last, SIGNATURES, styles["info"])
