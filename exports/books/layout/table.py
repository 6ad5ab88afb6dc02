"""A ledger as sheets of a workbook: its rows written as they are read, on a further sheet where Excel's rows end."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from exports.books.layout import sheet
from exports.books.layout.cells import holdable
from exports.books.layout.dictionary import Dictionary
from exports.books.layout.pages import off_paper
from exports.books.layout.rows import LINE, RowWriter
from exports.books.layout.styles import Formats, lane_of_column
from exports.books.occasion import Occasion
from intake.fields import Cell
from intake.fields.asked import HOUSE
from intake.fields.privacy import Privacy
from intake.language.cells import letters_of_column
from intake.ledgers import Column, Ledger, Line
from intake.ledgers.ledger import ROW_KEY

HEADER = 3
"""The row of the header, counted from 0."""
ROWS = 1_048_576
"""Rows that a sheet has in Excel."""
BELOW = 3
"""Rows kept for what stands below the rows of a sheet: 小计, 合计 and the signatures."""
_REASONS = Column(sheet.FAULTS, "错误说明", 14.0, Privacy.OPEN, HOUSE, (), summed=False)


@dataclass(frozen=True, slots=True)
class Layout:
    """What differs between workbooks of the same ledgers.

    `faults` puts 错误说明 first and marks the cells at fault. `stamp` stands on every sheet: who fetched it and when.
    `clear` makes columns as wide as what is not masked in them. `limit` is the number of rows that a sheet has.
    """

    faults: bool = False
    stamp: str = ""
    clear: bool = False
    limit: int = ROWS


@dataclass(slots=True)
class LedgerSheets:
    """One ledger on its way into a workbook, over as many sheets as it takes."""

    book: Any
    styles: Formats
    this: Occasion
    layout: Layout
    dictionary: Dictionary
    digest: "hashlib._Hash"
    names: set[str]
    rows: dict[str, int] = field(default_factory=dict)
    """Rows by the name of the sheet."""

    def write(self, number: int, one: Ledger, lines: Iterator[Line]) -> None:
        """Write a ledger as 附件 `number`."""
        columns = ([_REASONS] if self.layout.faults else []) + one.columns()
        if self.layout.clear:
            columns = [replace(column, width=max(column.width, column.clear_width)) for column in columns]
        off = off_paper(one, columns, clear=self.layout.clear)
        widths = sheet.widths_of_columns(columns, one.portrait, off)
        may = sheet.narrowable(columns, widths, one.portrait, off)
        last = max(at for at in range(len(columns)) if at not in off)
        self.digest.update("|".join((one.key, *(column.key for column in columns), "\n")).encode())
        cells = self._cells(one, columns, lines)
        summed = [at for at, column in enumerate(columns) if column.summed]
        part, count, sums = 0, 0, [0.0] * len(columns)
        ahead = next(cells, None)
        while ahead is not None or not part:
            part += 1
            page, name = self._page(number, one, columns, widths, off, may, part)
            writer = RowWriter(page, HEADER + 1, self._lanes(columns, widths), self.digest)
            here, blank = [0.0] * len(columns), may
            while ahead is not None and writer.row < self.layout.limit - BELOW:
                blank = [at for at in blank if ahead[0][at] in (None, "")]
                self._row(writer, summed, here, *ahead)
                ahead = next(cells, None)
            sheet.narrow(page, blank)
            row = writer.end()
            if one.portrait and ahead is None and part == 1 and sheet.fits_one_page(writer.height):
                page.fit_to_pages(1, 1)
            self.rows[name] = row - HEADER - 1
            count += self.rows[name]
            sums = [total + more for total, more in zip(sums, here, strict=True)]
            self._below(page, columns, last, row, here, part, ahead is None, count, sums)

    def _page(
        self, number: int, one: Ledger, columns: Sequence[Column], widths: Sequence[float], off: Collection[int],
        may: Sequence[int], part: int,
    ) -> tuple[Any, str]:  # fmt: skip
        name = sheet_name(one.tab or one.title, self.names)
        page = self.book.add_worksheet(name)
        more = f"（续{part - 1}）" if part > 1 else ""
        told = [self.this.info]
        if any(column.filled_by for column in columns):
            told.append("▲为填报列")
        if self.layout.stamp:
            told.append(self.layout.stamp)
        title = f"{self.this.place}{one.title}{more}"
        printed = [
            0.0 if at in off else width for at, width in enumerate(widths) if columns[at].key != ROW_KEY
        ]
        sheet.head(page, self.styles, f"附件{number}", title, "    ".join(told), printed)
        folded = [at for at in off if columns[at].key != ROW_KEY]
        sheet.headings(page, self.styles, HEADER, columns, widths, may, folded)
        page.freeze_panes(HEADER + 1, 0)
        footer = "演示数据，人物均为虚构" if self.this.demo else ""
        sheet.paper(page, HEADER, portrait=one.portrait, footer=footer, stamp=self.layout.stamp)
        return page, name

    def _lanes(self, columns: Sequence[Column], widths: Sequence[float]) -> list[Any]:
        return [
            lane_of_column(self.styles, column, width) for column, width in zip(columns, widths, strict=True)
        ]

    def _cells(
        self, one: Ledger, columns: Sequence[Column], lines: Iterator[Line]
    ) -> Iterator[tuple[list[Cell], dict[int, str]]]:
        """Yield the cells of each row, and what is wrong with which; a cell at fault holds what was filled in.

        So does one that came back with an empty sentence: nothing is wrong with it, but the row was not taken.
        """
        at = {column.key: place for place, column in enumerate(columns)}
        labels = {column.key: column.label for column in columns}
        for number, line in enumerate(lines, 1):
            faults = line.faults if self.layout.faults else {}
            sound = (
                {key: value for key, value in line.values.items() if key not in faults}
                if faults
                else line.values
            )
            cells = one.cells(number, replace(line, values=sound) if faults else line)
            if self.layout.faults:
                reasons = "\n".join(
                    f"{labels[key]}：{said}" if key in labels else said
                    for key, said in faults.items()
                    if said
                )
                cells = [reasons, *cells]
            for key in faults.keys() & at.keys():
                cells[at[key]] = line.values.get(key)
            yield cells, {at[key]: said for key, said in faults.items() if said and key in at}

    @staticmethod
    def _row(
        writer: RowWriter, summed: Sequence[int], sums: list[float], cells: list[Cell],
        faults: dict[int, str],
    ) -> None:  # fmt: skip
        for place, said in faults.items():
            writer.note(place, said)
        for place in summed:
            value = cells[place]
            if isinstance(value, int | float):
                sums[place] += value
        writer.write(cells, faults)

    def _below(
        self, page: Any, columns: Sequence[Column], edge: int, row: int, here: Sequence[float], part: int,
        last: bool, count: int, sums: Sequence[float],
    ) -> None:  # fmt: skip
        """Write what stands below the rows, and what Excel is to do with them; `edge` is the last column on paper."""
        end = max(row - 1, HEADER)
        page.autofilter(HEADER, 0, end, len(columns) - 1)
        every = f"A{HEADER + 2}:{letters_of_column(len(columns) - 1)}{end + 1}"
        page.ignore_errors(
            {"number_stored_as_text": every}
        )  # they are meant: no green corner at each telephone
        if row > HEADER + 1:
            self.dictionary.bind(page, columns, HEADER + 1, end)
        if part > 1 or not last:
            self._total(page, columns, row, "小计", row - HEADER - 1, here)
            row += 1
        if last:
            self._total(page, columns, row, "合计", count, sums)
            row += 1
            sheet.sign(page, self.styles, row, edge)
        page.print_area(0, 0, row, edge)

    def _total(
        self, page: Any, columns: Sequence[Column], row: int, word: str, count: int, sums: Sequence[float]
    ) -> None:
        page.set_row(row, LINE * 1.6)
        for at, one in enumerate(columns):
            if at == 0:
                sheet.put(page, row, at, word, self.styles["total"])
            elif at == 1:
                page.write_number(row, at, count, self.styles["rows"])
            elif one.summed:
                whole = "whole_sum" if one.whole else "sum"
                page.write_number(row, at, round(sums[at], 2), self.styles[whole])
            else:
                page.write_blank(row, at, None, self.styles["total"])


def sheet_name(title: str, taken: set[str]) -> str:
    """Make a name that Excel allows (31 characters) and that no other sheet has."""
    plain = plain_name(title)
    name, n = plain, 1
    while name.casefold() in taken:
        n += 1
        name = f"{plain}{n}"
    taken.add(name.casefold())
    return name


def plain_name(title: str) -> str:
    """Make a short name without the characters that Excel and file systems keep for themselves."""
    kept = "".join(one for one in holdable(title) if one not in '[]:*?/\\<>|"\n\t')
    name = kept.strip("' .")[:28].rstrip("' .")
    return "报告" if name.casefold() in ("", "history") else name
