"""The bureau's daily workbook: a cover with counts, and a sheet for each kind of report."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from exports.books import cover, occasion, sheet
from exports.books.columns import Cell, Column, columns
from exports.books.files import whole
from exports.books.occasion import Occasion
from intake import kinds
from intake.calendar import clock
from intake.kinds import Answers, Report
from intake.ledgers import ledger
from intake.people.scope import Scope
from intake.places import gazetteer
from intake.reports import door
from intake.store import audit
from intake.store.db import Database, Row

HEADER = 3


def write(db: Database, day: date, folder: Path, *, actor: str, area: str = "") -> Path:
    """Write the masked workbook of a local day into a folder and give its path.

    `area` is a code prefix that its rows share. Raises occasion.Refused, privacy.Unreadable.
    """
    this = occasion.of(db, day, area)
    path = folder / this.name
    with whole(path) as draft:
        rows = _build(db, this, draft)
        with db.write():  # before the file can be seen: no export without its record
            audit.note(db, actor, "export.made", this.area, f"daily {day} rows={rows}")
    return path


def _build(db: Database, this: Occasion, draft: Path) -> int:
    import xlsxwriter  # 20 MB that a web worker pays only when somebody exports

    options = {"constant_memory": True, "tmpdir": str(draft.parent), "strings_to_formulas": False,
               "strings_to_urls": False, "strings_to_numbers": False}  # fmt: skip
    counts: Counter[tuple[str, str]] = Counter()
    with xlsxwriter.Workbook(str(draft), options) as book:
        book.set_properties(
            {"title": f"{this.place}日报 {this.day}", "author": this.unit, "created": this.made.replace(tzinfo=None),
             "company": db.settings.district_name + db.settings.bureau, "subject": "保学通 日报（已脱敏）"}
        )  # fmt: skip
        styles = sheet.formats(book)
        front = book.add_worksheet("封面")
        names = {"封面"}
        for number, kind in enumerate(kinds.KINDS, 1):
            form = door.schema(db, kind)
            page = book.add_worksheet(_sheet_name(form.title, names))
            _ledger(page, styles, this, number, form, _counted(db, this, kind, counts))
        towns = [
            (one.code, one.name)
            for one in gazetteer.world(db).places.towns()
            if one.code.startswith(this.area) or any(code == one.code for code, _ in counts)
        ]
        cover.fill(front, styles, this, towns, counts)
    return counts.total()


def _counted(
    db: Database, this: Occasion, kind: str, counts: Counter[tuple[str, str]]
) -> Iterator[tuple[Row, Answers]]:
    """Count the rows as they go into their sheet, so that the cover cannot say anything else."""
    for row, answers in ledger.of_day(db, kind, this.day, Scope(this.area), before=clock.stamp(this.made)):
        counts[row["report_town"][:9], kind] += 1
        yield row, answers


def _ledger(
    page: Any,
    styles: sheet.Formats,
    this: Occasion,
    number: int,
    form: Report,
    rows: Iterator[tuple[Row, Answers]],
) -> None:
    every = [Column("序号", 2.6, lambda _row, _answers: None), *columns(form)]
    title = f"{this.place}{form.ledger or form.title}"
    sheet.head(page, styles, number, title, this.info, len(every) - 1)
    sheet.headings(page, styles, HEADER, every)
    page.freeze_panes(HEADER + 1, 0)
    count, sums = sheet.body(page, styles, HEADER + 1, every, _numbered(every[1:], rows))
    sheet.foot(page, styles, HEADER + 1 + count, every, count, sums)
    sheet.paper(page, HEADER, "演示数据，人物均为虚构" if this.demo else "")


def _numbered(every: Sequence[Column], rows: Iterator[tuple[Row, Answers]]) -> Iterator[list[Cell]]:
    for number, (row, answers) in enumerate(rows, 1):
        yield [number, *(one.cell(row, answers) for one in every)]


def _sheet_name(title: str, taken: set[str]) -> str:
    """Make a name that Excel allows (31 characters, none of []:*?/\\) and that no other sheet has."""
    plain = "".join(one for one in sheet.clean(title) if one not in "[]:*?/\\\n\t").strip("' ")[:28] or "报告"
    name, n = plain, 1
    while name.casefold() in taken:
        n += 1
        name = f"{plain}{n}"
    taken.add(name.casefold())
    return name
