"""An empty list to be filled in: the words of its header, every column a text, so that long numbers keep their digits."""

from collections.abc import Sequence
from io import BytesIO

import xlsxwriter

from intake.importing.table import ListColumn

_LEAST, _WIDE = 12, 2.2


def blank_list(title: str, columns: Sequence[ListColumn]) -> bytes:
    """Write an empty list of some columns."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        text = book.add_format({"num_format": "@"})
        head = book.add_format({"num_format": "@", "bold": True, "border": 1, "valign": "top"})
        page = book.add_worksheet(title)
        for at, column in enumerate(columns):
            page.set_column(at, at, max(_LEAST, len(column.label) * _WIDE), text)
            page.write_string(0, at, column.label, head)
        page.freeze_panes(1, 0)
    return out.getvalue()
