"""A list as it came, with its faults: the reasons first, the cells marked, ready to be mended and sent again."""

from collections.abc import Collection, Mapping, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter

from exports.books.layout.cells import clean
from exports.books.layout.table import sheet_name
from intake.importing.outcome import ListFault
from intake.importing.table import MONTH, REASONS, ListLine, ListSheet

_UNNAMED = "名单"
_WIDTH, _REASON_WIDTH, _NOTE = 14, 44, 250
_FORMATS: Mapping[str, Mapping[str, object]] = {
    "text": {"num_format": "@", "border": 1, "valign": "top"},
    "reason": {"num_format": "@", "border": 1, "valign": "top", "text_wrap": True, "bold": True, "font_color": "#9C0006"},
    "bad": {"num_format": "@", "border": 2, "valign": "top", "bg_color": "#FFC7CE", "bold": True},
}  # fmt: skip

Place = tuple[int, int]
"""Sheet and line, as the reader counts them."""


def marked(sheets: Sequence[ListSheet], faults: Sequence[ListFault], heads: Collection[Place]) -> bytes:
    """Write a list anew with its faults; `heads` are its headers, beside which the reasons have theirs.

    Every cell is a text, so that nothing becomes a formula and a number keeps its digits.
    """
    out = BytesIO()
    options = {"in_memory": True, "date_1904": any(one.from_1904 for one in sheets)}
    with xlsxwriter.Workbook(out, options) as book:
        styles = {name: book.add_format(dict(style)) for name, style in _FORMATS.items()}
        taken: set[str] = set()
        pages = [book.add_worksheet(sheet_name(one.name or _UNNAMED, taken)) for one in sheets]
        for number, (page, one) in enumerate(zip(pages, sheets, strict=True)):
            mine = [fault for fault in faults if fault.sheet == number]
            _write(page, styles, one, mine, {line for sheet, line in heads if sheet == number})
            if one.hidden:
                page.hide()
        first = next((n for n, one in enumerate(sheets) if not one.hidden), 0)
        pages[first].activate()
        pages[first].set_first_sheet()
    return out.getvalue()


def _write(
    page: Any,
    styles: Mapping[str, Any],
    sheet: ListSheet,
    faults: Sequence[ListFault],
    heads: Collection[int],
) -> None:
    """Write one sheet, each line where it stood, one column further to the right."""
    page.set_column(0, 0, _REASON_WIDTH)
    page.set_column(1, max((len(line.cells) for line in sheet.lines), default=1), _WIDTH)
    by_line: dict[int, list[ListFault]] = {}
    for fault in faults:
        by_line.setdefault(fault.line, []).append(fault)
    for line in sheet.lines:
        row, mine = line.number - 1, by_line.get(line.number, [])
        if line.hidden:
            page.set_row(row, None, None, {"hidden": True})
        if mine:
            page.write_string(row, 0, clean("\n".join(one.sentence for one in mine)), styles["reason"])
        elif line.number in heads:
            page.write_string(row, 0, REASONS, styles["text"])
        wrong = {one.column: one.sentence for one in reversed(mine)}
        _cells(page, styles, row, line, wrong)


def _cells(page: Any, styles: Mapping[str, Any], row: int, line: ListLine, wrong: Mapping[int, str]) -> None:
    said = set(line.cells)
    for at, cell in enumerate(line.cells):
        if at in wrong:
            page.write_comment(row, at + 1, wrong[at][:_NOTE])
        if not cell and at not in wrong:
            continue
        if at and len(said) == 1:
            break  # a merged title says the same in every cell
        text = f"{cell[:4]}年{int(cell[5:7])}月" if line.marks.get(at) == MONTH and cell[4:5] == "-" else cell
        page.write_string(row, at + 1, clean(text), styles["bad" if at in wrong else "text"])
