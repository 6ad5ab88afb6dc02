"""The first sheet: of which days, up to when, how many rows of each ledger from each town, how to fill it in."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from exports.books.layout import sheet
from exports.books.layout.cells import lines
from exports.books.layout.pages import UNIT
from exports.books.layout.rows import LINE
from exports.books.layout.styles import Formats
from exports.books.occasion import Occasion
from intake.ledgers import Ledger, Line
from intake.ledgers.ledger import ROW_KEY
from intake.store.keys import UNOPENED

TABLE = 6
FEWEST = 6
"""Columns that titles and notes go over at least."""
_NAMES, _COUNTS = 10.5, 6.8
"""Widths of the first column and of the others, in Chinese characters."""
NAMED = 30
"""Receipts named of rows with cells that cannot be opened."""
_COUNTED = "说明：{}各表合计与明细一致。"
_MASKED = "姓名、证件号、电话、住址等已按个人信息保护要求遮盖，“已填（见系统）”表示系统中有内容。"
_OWNED = "您自己负责、没办完的个案显示姓名和电话，其他的遮盖。"
_FULL = "本表没有遮盖，含儿童个人信息：只能用于申请时写明的事，不要转发，用完删除。"
DEMO = "演示数据：学校、学生和电话均为虚构。"
CLOSED = (
    "打不开的单元格：共 {} 格，在表中写着“{}”，其余内容不受影响。回执号：{}。"
    "请管理员运行 baoxue verify 查看，从备份恢复密钥文件后重新下载。"
)
_GUIDE = (
    "填表说明：",
    "1. 只填名称前有 ▲ 的浅黄色列。其他列改了不算数，交回时会告诉您。",
    "2. 空着就是不改，写着“已填（见系统）”的不动也是不改；要清掉原来填的，写 清空 或 —。",
    "3. 有下拉表的从表里选（都列在“字典”页）；日期写成 2026-11-03，11月3日 也行。",
    "4. 可以排序、筛选、删行；少了的行和列不算改动。同一行不要复制成两行。",
    "5. 填好后登录保学通工作台，在“收表”（/desk/returns）交回：先看会改哪些，您点了才改。",
)
_KEYED = "6. 最后一列“行码”是系统认行用的，不要改，不要删。"


@dataclass(slots=True)
class Written:
    """What went into the sheets, counted as it went in, so that the cover cannot say anything else.

    `rows` counts by town code (`area` for a row that bears none) and key of the ledger, `unopened` the cells by receipt.
    """

    area: str = ""

    rows: Counter[tuple[str, str]] = field(default_factory=Counter)
    unopened: Counter[str] = field(default_factory=Counter)

    def counted(self, key: str, lines: Iterable[Line]) -> Iterator[Line]:
        """Count the rows of a ledger on their way."""
        for line in lines:
            self.rows[line.town or self.area, key] += 1
            if line.unopened:
                self.unopened[line.receipt] += len(line.unopened)
            yield line

    @property
    def by_ledger(self) -> Counter[str]:
        """Count the rows of each ledger, by its key."""
        found: Counter[str] = Counter()
        for (_, key), number in self.rows.items():
            found[key] += number
        return found

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


@dataclass(frozen=True, slots=True)
class CoverNotes:
    """What else a cover says: the id of the export, who fetched it, and what of its rows is shown in clear."""

    export_id: str
    stamp: str = ""
    owned: bool = False
    full: bool = False
    adds_up: bool = True

    def notes(self, this: Occasion, every: Sequence[Ledger]) -> list[str]:
        """Say what counts as a row, and what is masked."""
        demo = DEMO if this.demo else ""
        shown = _FULL if self.full else _MASKED + (_OWNED if self.owned else "")
        return [demo + _COUNTED.format(every[0].counted) + shown]


def fill(
    page: Any,
    styles: Formats,
    this: Occasion,
    towns: Sequence[tuple[str, str]],
    every: Sequence[Ledger],
    written: Written,
    told: CoverNotes,
) -> None:
    """Write the cover over what was written of every ledger."""
    # Sheets that show the same cases from several sides add up to nothing.
    heads = [one.tab or one.title for one in every] + (["合计"] if told.adds_up else [])
    last = max(len(heads), FEWEST)
    page.set_column(0, 0, _NAMES * UNIT)
    page.set_column(1, last, _COUNTS * UNIT)
    page.set_row(0, 44)
    sheet.across(page, 0, last, f"{this.place}{this.title}", styles["title"])
    facts = {
        "日期": this.days,
        "填报单位": this.unit,
        "数据截止时间": this.told_cut_off,
        "填报日期": str(this.filled_on),
        "导出编号": told.export_id,
    }
    for row, (label, value) in enumerate(facts.items(), 1):
        page.set_row(row, 20)
        sheet.put(page, row, 0, label, styles["corner"])
        sheet.put(page, row, 1, value, styles["fact"])
    page.set_row(TABLE, 32)
    by_town = any(one.by_town for one in every)
    for column, label in enumerate(("镇街" if by_town else "范围", *heads)):
        sheet.put(page, TABLE, column, label, styles["header"])
    keys = [one.key for one in every]
    rows = _rows(this, towns if by_town else (), written.rows)
    row = _table(page, styles, rows, keys, written.rows, told.adds_up)
    for said in (
        *told.notes(this, every),
        *filter(None, (written.warning,)),
        *_guide(every),
        *filter(None, (told.stamp,)),
    ):
        row += 1
        page.set_row(row, lines(said, _NAMES + _COUNTS * last) * LINE + 6)
        sheet.across(page, row, last, said, styles["note"])
    sheet.sign(page, styles, row + 1, last)
    sheet.paper(page, TABLE, portrait=True, stamp=told.stamp)


def _guide(every: Sequence[Ledger]) -> list[str]:
    """Say how to fill in; nothing where there is nothing to fill in."""
    columns = [column for one in every for column in one.columns()]
    if not any(one.filled_by for one in columns):
        return []
    said = [*_GUIDE, *([_KEYED] if any(one.key == ROW_KEY for one in columns) else [])]
    further = [one.guide for one in every if one.guide]
    return said + [f"{number}. {sentence}" for number, sentence in enumerate(further, len(said))]


def _rows(
    this: Occasion, towns: Sequence[tuple[str, str]], counts: Counter[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Give code and name of every row: all towns, what bears no town, and codes that are no longer listed."""
    rows = list(towns) or [(this.area, this.place)]
    if towns and len(this.area) < 9:
        rows.append((this.area, "全区（未注明镇街）"))
    known = {code for code, _ in rows}
    return rows + [(code, code) for code in sorted({code for code, _ in counts} - known)]


def _table(
    page: Any,
    styles: Formats,
    rows: Sequence[tuple[str, str]],
    keys: Sequence[str],
    counts: Counter[tuple[str, str]],
    adds_up: bool,
) -> int:
    row = TABLE
    for row, (code, name) in enumerate(rows, TABLE + 1):
        page.set_row(row, 20)
        sheet.put(page, row, 0, name, styles["text"])
        _numbers(page, row, [counts[code, key] for key in keys], styles["count"], adds_up)
    row += 1
    page.set_row(row, 22)
    sheet.put(page, row, 0, "合计", styles["total"])
    totals = [sum(n for (_, one), n in counts.items() if one == key) for key in keys]
    _numbers(page, row, totals, styles["bold_count"], adds_up)
    return row


def _numbers(page: Any, row: int, numbers: Sequence[int], style: Any, adds_up: bool) -> None:
    for column, number in enumerate((*numbers, sum(numbers)) if adds_up else numbers, 1):
        page.write_number(row, column, number, style)
