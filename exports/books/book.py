"""A workbook of ledgers: a cover with counts, and a sheet for each ledger."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from exports.books import cover, occasion, sheet
from exports.books.cover import Written
from exports.books.files import whole
from exports.books.occasion import Occasion
from intake import ledgers
from intake.fields import Cell
from intake.ledgers import Ledger, Line, Period, View
from intake.ledgers.extents import Extent
from intake.people.scope import Scope
from intake.places import gazetteer
from intake.store import audit
from intake.store.db import Database

HEADER = 3


def write(
    db: Database,
    this: Occasion,
    every: Sequence[Ledger],
    folder: Path,
    *,
    actor: str,
    scope: Scope | None = None,
) -> Path:
    """Write the masked workbook of some ledgers into a folder and give its path.

    Without a reader's own `scope` it has what everybody of its area may see.
    """
    path = folder / this.file
    with whole(path) as draft:
        written = _build(db, this, every, draft, scope or Scope(this.area))
        with db.write():  # before the file can be seen: no export without its record
            audit.note(db, actor, "export.made", this.area, f"{this.key} {this.day} {written.told}")
    return path


def write_ledger(db: Database, key: str, day: date, folder: Path, *, actor: str, area: str = "") -> Path:
    """Write one ledger of a day as a workbook of its own and give its path. Raises KeyError, Missing."""
    this = occasion.occasion_of(db, day, area)
    return write_extent(
        db, key, this.extent, this.period, folder, actor=actor, scope=Scope(db.settings.district_code)
    )


def write_extent(
    db: Database, key: str, extent: Extent, period: Period, folder: Path, *, actor: str, scope: Scope
) -> Path:
    """Write one ledger with its further sheets, of a part of a scope and of some days. Raises KeyError."""
    every = ledgers.ledgers_of_book(db, key)
    this = occasion.occasion_for(
        db, extent, period, key=key, name=_plain(every[0].title), title=every[0].title
    )
    return write(db, this, every, folder, actor=actor, scope=extent.within(scope))


def _build(db: Database, this: Occasion, every: Sequence[Ledger], draft: Path, scope: Scope) -> Written:
    import xlsxwriter  # 20 MB that a web worker pays only when somebody exports

    options = {"constant_memory": True, "tmpdir": str(draft.parent), "strings_to_formulas": False,
               "strings_to_urls": False, "strings_to_numbers": False}  # fmt: skip
    written = Written()
    with xlsxwriter.Workbook(str(draft), options) as workbook:
        workbook.set_properties(
            {"title": f"{this.place}{this.name} {this.day}", "author": this.unit, "created": this.made.replace(tzinfo=None),
             "company": db.settings.district_name + db.settings.bureau, "subject": f"保学通 {this.name}（已脱敏）"}
        )  # fmt: skip
        styles = sheet.formats(workbook)
        front = workbook.add_worksheet("封面")
        names = {"封面"}
        for number, one in enumerate(every, 1):
            page = workbook.add_worksheet(_sheet_name(one.tab or one.title, names))
            lines = written.counted(one.key, one.rows(db, View(scope, this.period)))
            _ledger(page, styles, this, number, one, lines)
        towns = [
            (place.code, place.name)
            for place in gazetteer.world(db).places.towns()
            if place.code.startswith(this.area) or place.code in written.towns
        ]
        cover.fill(front, styles, this, towns, every, written)
    return written


def _ledger(
    page: Any, styles: sheet.Formats, this: Occasion, number: int, one: Ledger, lines: Iterator[Line]
) -> None:
    columns = one.columns()
    sheet.head(page, styles, number, f"{this.place}{one.title}", this.info, len(columns) - 1)
    sheet.headings(page, styles, HEADER, columns)
    page.freeze_panes(HEADER + 1, 0)
    count, sums = sheet.body(page, styles, HEADER + 1, columns, _cells(one, lines))
    sheet.foot(page, styles, HEADER + 1 + count, columns, count, sums)
    sheet.paper(page, HEADER, "演示数据，人物均为虚构" if this.demo else "")


def _cells(one: Ledger, lines: Iterator[Line]) -> Iterator[list[Cell]]:
    for number, line in enumerate(lines, 1):
        yield one.cells(number, line)


def _sheet_name(title: str, taken: set[str]) -> str:
    """Make a name that Excel allows (31 characters) and that no other sheet has."""
    plain = _plain(title)
    name, n = plain, 1
    while name.casefold() in taken:
        n += 1
        name = f"{plain}{n}"
    taken.add(name.casefold())
    return name


def _plain(title: str) -> str:
    """Make a short name without the characters that Excel and file systems keep for themselves."""
    return "".join(one for one in sheet.clean(title) if one not in "[]:*?/\\\n\t").strip("' ")[:28] or "报告"
