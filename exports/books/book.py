"""A workbook of ledgers: a cover with counts, the sheets of each ledger, and the 字典."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from exports.books import occasion
from exports.books.files import whole
from exports.books.layout import cover
from exports.books.layout.cover import CoverNotes, Written
from exports.books.layout.dictionary import NAME, Dictionary
from exports.books.layout.styles import BASE, formats
from exports.books.layout.table import Layout, LedgerSheets, plain_name
from exports.books.occasion import Occasion
from intake import ledgers
from intake.ledgers import Ledger, Line, View
from intake.ledgers.wanted.extents import Extent
from intake.people.scope import Scope
from intake.places import gazetteer
from intake.store import audit
from intake.store.db import Database

COVER = "封面"
EXPORT, LEDGER = "baoxue-export", "baoxue-ledger"
"""The custom properties of a workbook that hold the id of the export and the keys of its ledgers."""
CALLING = "_可打电话"
"""In the name of a file that shows whom its reader calls: it must not be taken for a masked one, and sent on."""
_ID = 16
"""Hex digits of an export's id."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A workbook that was written: where, how many rows each sheet has, and by what it is known again.

    `export_id` is the hash of scope, days and rows: equal for the same data. `sha256` is that of the file. `cut_off`
    says up to when the data are, `counts` how many rows each ledger has, by key.
    """

    path: Path
    rows: Mapping[str, int]
    export_id: str
    size: int
    sha256: str
    cut_off: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Order:
    """What a workbook is made of: of what it tells, its ledgers, what of them is wanted, how it looks."""

    this: Occasion
    every: Sequence[Ledger]
    view: View
    layout: Layout
    lines: Mapping[str, Iterable[Line]]


def write(
    db: Database,
    this: Occasion,
    every: Sequence[Ledger],
    folder: Path,
    *,
    actor: str,
    view: View | None = None,
    layout: Layout | None = None,
    lines: Mapping[str, Iterable[Line]] | None = None,
) -> Exported:
    """Write the workbook of some ledgers into a folder.

    Without a reader's own `view` it has what everybody of its area may see, masked. `lines` stand in, by key of
    the ledger, for the rows that it would read.
    """
    order = _Order(
        this,
        every,
        view or View(this.extent.within(Scope(this.area)), this.period),
        layout or Layout(),
        lines or {},
    )
    path = folder / this.file
    with whole(path) as draft:
        written, rows, export_id = _build(db, order, draft)
        size, digest = _measured(draft)
        with db.write():  # before the file can be seen: no export without its record
            told = f"{this.key} {this.day} {written.told}{' calls' if order.view.owner else ''}"
            audit.note(db, actor, "export.made", this.extent.code, told)
    return Exported(path, rows, export_id, size, digest, this.told_cut_off, written.by_ledger)


def write_ledger(db: Database, key: str, day: date, folder: Path, *, actor: str, area: str = "") -> Path:
    """Write one ledger of a day as a workbook of its own and give its path. Raises KeyError, Missing."""
    this, whole = occasion.occasion_of(db, day, area), Scope(db.settings.district_code)
    view = View(this.extent.within(whole), this.period)
    return write_extent(db, ledgers.ledgers_of_book(db, key), this.extent, view, folder, actor=actor).path


def write_extent(
    db: Database, every: Sequence[Ledger], extent: Extent, view: View, folder: Path, *, actor: str
) -> Exported:
    """Write one ledger, with its further sheets, of a part of the district.

    `view` says what of it is wanted: its scope lies within that part, and its period names the days.
    """
    first = every[0]
    this = occasion.occasion_for(
        db,
        extent,
        view.period,
        scope=view.scope,
        key=first.key,
        name=plain_name(first.filed_as or first.title) + (CALLING if view.owner else ""),
        title=first.title,
    )
    return write(db, this, every, folder, actor=actor, view=view)


def _build(db: Database, order: _Order, draft: Path) -> tuple[Written, dict[str, int], str]:
    import xlsxwriter  # 20 MB that a web worker pays only when somebody exports

    this, view, layout = order.this, order.view, order.layout
    options = {"constant_memory": True, "tmpdir": str(draft.parent), "strings_to_formulas": False,
               "strings_to_urls": False, "strings_to_numbers": False, "default_format_properties": dict(BASE)}  # fmt: skip
    written = Written(this.area)
    with xlsxwriter.Workbook(str(draft), options) as workbook:
        workbook.set_properties(_properties(db, order))
        styles, digest = formats(workbook), _digest(order)
        front = workbook.add_worksheet(COVER)
        dictionary = Dictionary(workbook)
        table = LedgerSheets(workbook, styles, this, layout, dictionary, digest, {COVER, NAME})
        for number, one in enumerate(order.every, 1):
            rows = order.lines[one.key] if one.key in order.lines else one.rows(db, view)
            table.write(number, one, written.counted(one.key, rows))
        dictionary.write(workbook.add_worksheet(NAME), styles, order.every, stamp=layout.stamp)
        export_id = digest.hexdigest()[:_ID]
        workbook.set_custom_property(EXPORT, export_id)
        workbook.set_custom_property(LEDGER, " ".join(one.key for one in order.every))
        adds_up = not any(one.sheets for one in order.every)
        notes = CoverNotes(export_id, layout.stamp, bool(view.owner), view.full, adds_up)
        cover.fill(front, styles, this, _towns(db, this, written), order.every, written, notes)
    return written, table.rows, export_id


def _properties(db: Database, order: _Order) -> dict[str, Any]:
    this = order.this
    masked = "" if order.view.full or order.view.owner else "（已脱敏）"
    return {"title": f"{this.place}{this.name} {this.day}", "author": this.unit,
            "created": this.cut_off.replace(tzinfo=None),  # its only time: the same data give the same file
            "company": db.settings.district_name + db.settings.bureau, "subject": f"保学通 {this.name}{masked}"}  # fmt: skip


def _digest(order: _Order) -> "hashlib._Hash":
    """Begin the hash of an export with what it is of; the rows follow as they are written."""
    scope, period = order.view.scope, order.view.period
    named = (scope.area, scope.school, scope.village, *sorted(scope.classes or ()), "", *sorted(scope.kinds or ()), "",
             scope.restricted, scope.reporters, period.first, period.last, order.view.owner, order.view.full)  # fmt: skip
    return hashlib.sha256("|".join(map(str, named)).encode())


def _towns(db: Database, this: Occasion, written: Written) -> list[tuple[str, str]]:
    return [
        (place.code, place.name)
        for place in gazetteer.world(db).places.towns()
        if place.code.startswith(this.area) or place.code in written.towns
    ]


def _measured(path: Path) -> tuple[int, str]:
    """Give the size of a file and its hash."""
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()
