"""The first sheet: of which day, up to when, and how many reports of each kind from each town."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from exports.books import sheet
from exports.books.occasion import Occasion
from intake.kinds import KINDS

TABLE = 6
NOTE = (
    "说明：按收到报告的时间统计，一份报告计一条；各表合计与明细一致。姓名、证件号、电话、住址等已按个人信息保护要求遮盖，"
    "“已填（见系统）”表示系统中有内容。浅黄色各列由工作人员填写。"
)
DEMO = "演示数据：学校、学生和电话均为虚构。"


def fill(
    page: Any,
    styles: sheet.Formats,
    this: Occasion,
    towns: Sequence[tuple[str, str]],
    counts: Counter[tuple[str, str]],
) -> None:
    """Write the cover; `counts` has the number of rows by town code and kind."""
    last = len(KINDS) + 1
    page.set_column(0, 0, 16 * sheet.UNIT)
    page.set_column(1, last, 8 * sheet.UNIT)
    page.set_row(0, 44)
    page.merge_range(0, 0, 0, last, "", styles["title"])
    page.write_string(0, 0, f"{this.place}学生就学情况日报", styles["title"])
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
    for column, label in enumerate(("镇街", *(one.title for one in KINDS.values()), "合计")):
        page.write_string(TABLE, column, sheet.clean(label), styles["header"])
    row = _table(page, styles, _rows(this, towns, counts), counts)
    page.set_row(row + 1, 46)
    page.merge_range(row + 1, 0, row + 1, last, "", styles["note"])
    page.write_string(row + 1, 0, (DEMO if this.demo else "") + NOTE, styles["note"])
    sheet.sign(page, styles, row + 2, last)
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
    page: Any, styles: sheet.Formats, rows: Sequence[tuple[str, str]], counts: Counter[tuple[str, str]]
) -> int:
    row = TABLE
    for row, (code, name) in enumerate(rows, TABLE + 1):
        page.set_row(row, 20)
        page.write_string(row, 0, sheet.clean(name), styles["text"])
        numbers = [counts[code, kind] for kind in KINDS]
        for column, number in enumerate((*numbers, sum(numbers)), 1):
            page.write_number(row, column, number, styles["count"])
    row += 1
    page.set_row(row, 22)
    page.write_string(row, 0, "合计", styles["total"])
    numbers = [sum(n for (_, one), n in counts.items() if one == kind) for kind in KINDS]
    for column, number in enumerate((*numbers, sum(numbers)), 1):
        page.write_number(row, column, number, styles["bold_count"])
    return row
