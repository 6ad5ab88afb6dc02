"""How cells look: fonts, borders, colours that black and white can do without, and the format of each type."""

from collections.abc import Mapping
from typing import Any

from exports.books.layout.rows import Lane
from intake.ledgers import Column
from intake.ledgers.ledger import ROW_KEY

SIZE = 10
"""Points of the text in rows."""
TITLE = 18
"""Points of a title."""
MARK = "▲"
"""Stands before the name of a column that staff fill in, by a number format: the name itself stays as it is."""
_MOMENT = 8.0
"""Chinese characters that a moment with its year takes; in a narrower column it is shown without."""
SHAPES = ("text", "number", "date", "moment")

BASE = {"font_name": "Arial", "font_size": 10}
"""What widths of columns are counted in: its digits are as wide in Excel, WPS and LibreOffice, Calibri's are not."""
_BORDERED = {"border": 1, "text_wrap": True, "valign": "vcenter"}
# 134 is GB 2312; with a family, software without the font takes another one of its kind: 1 with serifs, 2 without.
_SONG = {"font_name": "方正小标宋简体", "font_family": 1}
_HEI = {"font_name": "黑体", "font_family": 2}
_FANG = {"font_name": "仿宋", "font_family": 1}
_FONT = {"font_size": SIZE, "font_charset": 134}
_CENTRED = {"align": "center"}
# Where a number or a day does not fit, it is written smaller: otherwise #### would stand there.
_FITTED = {"align": "center", "text_wrap": False, "shrink": True}
# A telephone number that goes on in the next line is dialled wrongly.
_DIALLED = {"num_format": "@", "text_wrap": False, "shrink": True}
_SYSTEM, _YELLOW, _PALE, _WRONG = "#E7E6E6", "#FFECB3", "#FFF8E1", "#F8CBAD"
_TYPES: Mapping[str, Mapping[str, object]] = {
    "text": {"num_format": "@"},
    "number": {"num_format": "General", **_FITTED},
    "date": {"num_format": "yyyy-mm-dd", **_FITTED},
    "moment": {"num_format": "yyyy-mm-dd hh:mm", **_FITTED},
    "minute": {"num_format": "mm-dd hh:mm", **_FITTED},
}
_FORMATS: dict[str, Mapping[str, object]] = {
    "corner": {**_HEI, "valign": "vcenter"},
    "title": {**_SONG, "font_size": TITLE, "valign": "vcenter", "text_wrap": True, **_CENTRED},
    "info": {**_FANG, "valign": "vcenter", "text_wrap": True},
    "fact": {**_FANG, "valign": "vcenter", "num_format": "@"},
    "note": {**_FANG, "valign": "top", "text_wrap": True},
    "header": {**_HEI, "bg_color": _SYSTEM, **_CENTRED, **_BORDERED},
    "staff_header": {**_HEI, "bg_color": _YELLOW, "num_format": f'"{MARK}"@', **_CENTRED, **_BORDERED},
    "fault_header": {**_HEI, "bg_color": _WRONG, **_CENTRED, **_BORDERED},
    **{name: {**_FANG, **_BORDERED, **one} for name, one in _TYPES.items()},
    **{f"staff_{name}": {**_FANG, **_BORDERED, **one, "bg_color": _PALE} for name, one in _TYPES.items()},
    **{
        f"wrong_{name}": {**_HEI, **_BORDERED, **one, "bold": True, "bg_color": _WRONG, "border": 2}
        for name, one in _TYPES.items()
    },
    "dialled": {**_FANG, **_BORDERED, **_DIALLED},
    "staff_dialled": {**_FANG, **_BORDERED, **_DIALLED, "bg_color": _PALE},
    "count": {**_FANG, **_BORDERED, **_FITTED, "num_format": "0"},
    "key": {**_FANG, "num_format": "@", "font_size": 8, "font_color": "#767676", **_BORDERED},
    "total": {**_HEI, **_CENTRED, **_BORDERED},
    "bold_count": {**_HEI, **_BORDERED, **_FITTED, "num_format": "0"},
    "rows": {**_HEI, **_BORDERED, **_FITTED, "num_format": '0"条"'},
    "whole_sum": {**_HEI, **_BORDERED, **_FITTED, "num_format": "0"},
    "sum": {**_HEI, **_BORDERED, **_FITTED, "num_format": "0.00"},
}

Formats = dict[str, Any]


def formats(book: Any) -> Formats:
    """Register the cell formats of a workbook, by name."""
    return {name: book.add_format({**_FONT, **style}) for name, style in _FORMATS.items()}


def lane_of_column(styles: Formats, one: Column, width: float) -> Lane:
    """Give the lane of a column: who fills it in and what it holds decide how its cells look."""
    prefix = "staff_" if one.filled_by else ""
    names = {shape: prefix + shape for shape in SHAPES}
    names["blank"] = prefix + one.shape
    if width < _MOMENT:
        names["moment"] = prefix + "minute"
    if one.key == "number":
        names["number"] = "count"
    if one.unbroken:
        names["text"] = names["blank"] = prefix + "dialled"
    if one.key == ROW_KEY:
        names["text"] = names["blank"] = "key"
    wrong = {shape: f"wrong_{shape}" for shape in SHAPES} | {"blank": f"wrong_{one.shape}"}
    return Lane(width, _numbers(styles, names), _numbers(styles, wrong))


def _numbers(styles: Formats, names: Mapping[str, str]) -> dict[str, int]:
    """Give the numbers that formats have in the workbook's list of styles."""
    return {shape: styles[name]._get_xf_index() for shape, name in names.items()}
