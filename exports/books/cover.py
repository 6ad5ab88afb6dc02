"""The first sheet: of which day, up to when, how many rows of each ledger from each town, what cannot be opened."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from exports.books import sheet
from exports.books.occasion import Occasion
from intake.ledgers import Ledger, Line
from intake.store.keys import UNOPENED

TABLE = 6
FEWEST = 6
"""Columns that titles and notes go over at least."""
NAMED = 30
"""Receipts named of rows with cells that cannot be opened."""
NOTE = (
    "说明：{}各表合计与明细一致。姓名、证件号、电话、住址等已按个人信息保护要求遮盖，"
    "“已填（见系统）”表示系统中有内容。浅黄色各列由工作人员填写。"
)
DEMO = "演示数据：学校、学生和电话均为虚构。"
CLOSED = (
    "打不开的单元格：共 {} 格，在表中写着“{}”，其余内容不受影响。回执号：{}。"
    "请管理员运行 baoxue verify 查看，从备份恢复密钥文件后重新下载。"
)


@dataclass(slots=True)
class Written:
    """What went into the sheets, counted as it went in, so that the cover cannot say anything else.

    `rows` counts by town code and key of the ledger, `unopened` the cells by receipt.
    """

    rows: Counter[tuple[str, str]] = field(default_factory=Counter)
    unopened: Counter[str] = field(default_factory=Counter)

    def counted(self, key: str, lines: Iterator[Line]) -> Iterator[Line]:
        """Count the rows of a ledger on their way."""
        for line in lines:
            self.rows[line.town, key] += 1
            if line.unopened:
                self.unopened[line.receipt] += len(line.unopened)
            yield line

    @property
    def towns(self) -> set[str]:
        """Give the codes of the towns that rows came from."""
        return {town for town, _ in self.rows}

    @property
    def told(self) -> str:
        """Say for the audit how much it was."""
        return f"rows={self.rows.total()}" + (f" unopened={self.unopened.total()}" if self.unopened else "")

    @property
    def warning(self) -> str:
        """Name the receipts of the rows whose cells cannot be opened, and what to do; nothing where all can."""
        if not self.unopened:
            return ""
        named = "、".join(list(self.unopened)[:NAMED])
        rest = f" 等 {len(self.unopened)} 份" if len(self.unopened) > NAMED else ""
        return CLOSED.format(self.unopened.total(), UNOPENED, named + rest)


def fill(
    page: Any,
    styles: sheet.Formats,
    this: Occasion,
    towns: Sequence[tuple[str, str]],
    every: Sequence[Ledger],
    written: Written,
) -> None:
    """Write the cover over what was written of every ledger."""
    last = max(len(every) + 1, FEWEST)
    page.set_column(0, 0, 16 * sheet.UNIT)
    page.set_column(1, last, 8 * sheet.UNIT)
    page.set_row(0, 44)
    page.merge_range(0, 0, 0, last, "", styles["title"])
    page.write_string(0, 0, sheet.clean(f"{this.place}{this.title}"), styles["title"])
    day = f"{this.day.year}年{this.day.month}月{this.day.day}日"
    told = {
        "日期": day,
        "填报单位": this.unit,
        "数据截止时间": this.cut_off,
        "填报日期": str(this.made.date()),
    }
    for row, (label, value) in enumerate(told.items(), 1):
        page.set_row(row, 20)
        page.write_string(row, 0, label, styles["corner"])
        page.write_string(row, 1, value, styles["info"])
    page.set_row(TABLE, 32)
    for column, label in enumerate(("镇街", *(one.tab or one.title for one in every), "合计")):
        page.write_string(TABLE, column, sheet.clean(label), styles["header"])
    keys = [one.key for one in every]
    row = _table(page, styles, _rows(this, towns, written.rows), keys, written.rows)
    note = (DEMO if this.demo else "") + NOTE.format(every[0].counted)
    for said in filter(None, (note, written.warning)):
        row += 1
        page.set_row(row, max(46, sheet.lines(said, 16 + 8 * last) * sheet.LINE))
        page.merge_range(row, 0, row, last, "", styles["note"])
        page.write_string(row, 0, said, styles["note"])
    sheet.sign(page, styles, row + 1, last)
    sheet.paper(page, TABLE)


def _rows(
    this: Occasion, towns: Sequence[tuple[str, str]], counts: Counter[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Give code and name of every row: all towns, what bears no town, and codes that are no longer listed."""
    rows = list(towns)
    if len(this.area) < 9:
        rows.append((this.area, "全区（未注明镇街）"))
    known = {code for code, _ in rows}
    return rows + [(code, code) for code in sorted({code for code, _ in counts} - known)]


def _table(
    page: Any,
    styles: sheet.Formats,
    rows: Sequence[tuple[str, str]],
    keys: Sequence[str],
    counts: Counter[tuple[str, str]],
) -> int:
    row = TABLE
    for row, (code, name) in enumerate(rows, TABLE + 1):
        page.set_row(row, 20)
        page.write_string(row, 0, sheet.clean(name), styles["text"])
        numbers = [counts[code, key] for key in keys]
        for column, number in enumerate((*numbers, sum(numbers)), 1):
            page.write_number(row, column, number, styles["count"])
    row += 1
    page.set_row(row, 22)
    page.write_string(row, 0, "合计", styles["total"])
    numbers = [sum(n for (_, one), n in counts.items() if one == key) for key in keys]
    for column, number in enumerate((*numbers, sum(numbers)), 1):
        page.write_number(row, column, number, styles["bold_count"])
    return row
