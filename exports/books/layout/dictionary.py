"""The sheet 字典: the words of every drop-down list under a name, and what each column is.

Lists stand on a sheet of their own because Excel drops all lists of a workbook of which one, written into its cells,
is longer than 255 characters.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from exports.books.layout import sheet
from exports.books.layout.cells import holdable, lines
from exports.books.layout.pages import UNIT
from exports.books.layout.rows import LINE
from exports.books.layout.styles import Formats
from intake.fields.privacy import Privacy
from intake.language.cells import letters_of_column
from intake.ledgers import Column, Ledger
from intake.ledgers.ledger import ROW_KEY
from intake.people.roles import ROLES

NAME = "字典"
"""The name of the sheet."""
_TITLE = 0
_LISTS = 2
"""The row of the lists' header."""
_FIRST = date(2000, 1, 1)
_HEADS = ("台账", "列名", "谁来填", "内容来自", "公开程度", "怎么填")
_WIDTHS = (9.5, 10.5, 20.0, 6.0, 9.0, 18.0)
_TITLED = 31
"""Characters that Excel takes as the title of a warning."""
_FURTHER = 8.0
"""Characters of a column in which nothing but a list stands."""
_PRIVACY: Mapping[Privacy, str] = {
    Privacy.OPEN: "公开",
    Privacy.PERSONAL: "个人信息，遮盖",
    Privacy.SENSITIVE: "敏感信息，遮盖",
}
_HOW: Mapping[str, str] = {
    "date": "填日期，例如 2026-11-03",
    "moment": "填日期和时间，例如 2026-11-03 08:30",
    "number": "填数字，不带单位",
    "text": "填文字",
}
_CHOSEN = "从下拉表里选"


@dataclass(slots=True)
class Dictionary:
    """The drop-down lists of a workbook, as columns that use them are met."""

    book: Any
    lists: dict[tuple[str, tuple[str, ...]], str] = field(default_factory=dict)
    """The name of each list, by the key of the column and its words."""
    labels: list[str] = field(default_factory=list)

    def bind(self, page: Any, columns: Sequence[Column], first: int, last: int) -> None:
        """Let the cells of the columns to fill in, from row to row, say what fits and warn of the rest.

        A warning can be passed over: 清空 and days like 11月3日 are read, too, when the workbook comes back.
        """
        for at, one in enumerate(columns):
            if one.filled_by and (rule := self._rule(one)):
                page.data_validation(first, at, last, at, rule)

    def _rule(self, one: Column) -> dict[str, object]:
        rule: dict[str, object] = {"error_type": "warning", "error_title": holdable(one.label)[:_TITLED]}
        if one.options:
            said = "下拉表里没有这一项。请从下拉表里选；要清掉原来填的，写 清空。"
            return {**rule, "validate": "list", "source": f"={self.list_name(one)}", "error_message": said}
        if one.shape in ("date", "moment"):
            said = "这里要填日期，例如 2026-11-03。要清掉原来填的，写 清空。"
            return {**rule, "validate": "date", "criteria": ">=", "value": _FIRST, "error_message": said}
        if one.shape == "number":
            said = "这里要填数字，不带单位。要清掉原来填的，写 清空。"
            bounds = {"criteria": "between", "minimum": -1e9, "maximum": 1e9}
            return {**rule, "validate": "decimal", **bounds, "error_message": said}
        return {}

    def list_name(self, one: Column) -> str:
        """Give the name under which a column's words stand in the workbook, and define it when it is first asked for."""
        wanted = (one.key, one.options)
        if wanted not in self.lists:
            again = sum(key == one.key for key, _ in self.lists)
            name = f"list_{one.key}" + (f"_{again + 1}" if again else "")
            letter = letters_of_column(len(self.lists))
            rows = f"${letter}${_LISTS + 2}:${letter}${_LISTS + 1 + len(one.options)}"
            self.book.define_name(name, f"={NAME}!{rows}")
            self.lists[wanted] = name
            self.labels.append(one.label)
        return self.lists[wanted]

    def write(self, page: Any, styles: Formats, every: Iterable[Ledger], *, stamp: str = "") -> None:
        """Write the sheet: the lists side by side, and below them every column of every ledger."""
        last = max(len(_HEADS), len(self.lists)) - 1
        for at in range(last + 1):
            page.set_column(at, at, (_WIDTHS[at] if at < len(_WIDTHS) else _FURTHER) * UNIT)
        page.set_row(_TITLE, 32)
        sheet.across(page, _TITLE, last, "字典：下拉表和各列说明", styles["title"])
        row = self._lists(page, styles) if self.lists else _LISTS
        page.set_row(row, 20)
        _texts(page, row, _HEADS, styles["header"])
        for told in _told(every):
            row += 1
            deepest = max(lines(text, width) for text, width in zip(told, _WIDTHS, strict=True))
            page.set_row(row, deepest * LINE + 5)
            _texts(page, row, told, styles["text"])
        if stamp:
            sheet.across(page, row + 2, last, stamp, styles["note"])
        sheet.paper(page, _LISTS, stamp=stamp)

    def _lists(self, page: Any, styles: Formats) -> int:
        """Write the lists; give the row below them."""
        page.set_row(_LISTS, 20)
        _texts(page, _LISTS, self.labels, styles["header"])
        columns = [words for _, words in self.lists]
        row = _LISTS
        for row in range(_LISTS + 1, _LISTS + 1 + max(map(len, columns))):
            for at, words in enumerate(columns):
                if row - _LISTS <= len(words):
                    sheet.put(page, row, at, words[row - _LISTS - 1], styles["text"])
        return row + 2


def _told(every: Iterable[Ledger]) -> Iterable[tuple[str, ...]]:
    """Yield what is told of each column: ledger, name, who fills it in, source, privacy, how."""
    for ledger in every:
        for one in ledger.columns():
            if one.key == ROW_KEY:  # a line that names it would be taken for the header of a table
                continue
            who = "、".join(ROLES[role].title if role in ROLES else role for role in sorted(one.filled_by))
            how = (_CHOSEN if one.options else _HOW[one.shape]) if one.filled_by else "不用填"
            name = ledger.tab or ledger.title
            yield (name, one.label, who or "系统，不用填", one.source, _PRIVACY[one.privacy], how)


def _texts(page: Any, row: int, texts: Sequence[str], style: Any) -> None:
    for at, text in enumerate(texts):
        sheet.put(page, row, at, text, style)
