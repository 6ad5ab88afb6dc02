"""What stands on the lists of registers: a row of 学籍, 户籍, 脱贫户 or 居住证 with the child it is of.

A row is never deleted: one that a later list of the same extent has no more is `gone` since then. Which keys the cells
of a list may have docs/lists.md says.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from intake.calendar import clock
from intake.errors import Unreadable
from intake.store.db import Cell, Database, Row

XUEJI, HUJI, POOR, PERMITS = "xueji", "huji", "poor", "juzhuzheng"
LISTINGS: Mapping[str, str] = {
    XUEJI: "学籍名单", HUJI: "户籍名单", POOR: "脱贫户名单", PERMITS: "居住证名单",
}  # fmt: skip
"""The lists by key, as people call them."""
STANDING = "l.gone_at IS NULL"
"""The condition of rows that stand on their list today."""
CELLS = "listed.cells"
_COLUMNS = "l.id, l.listing, l.mark, l.child, l.cells, l.town, l.school, l.village, l.batch, l.at, l.gone_at"


@dataclass(frozen=True, slots=True)
class ListedRow:
    """A row of a list: `cells` by key, None where no key opens them; an empty `child` is nobody we know.

    `gone` is the local day since when the list has it no more, or an empty text.
    """

    id: str
    listing: str
    mark: str
    child: str
    cells: Mapping[str, str] | None
    town: str
    school: str
    village: str
    batch: str
    at: str
    gone: str

    def __repr__(self) -> str:
        return f"ListedRow({self.id})"  # what stands in a traceback tells nothing about the child

    def get(self, key: str) -> str:
        """Give a cell, or an empty text."""
        return (self.cells or {}).get(key, "")


def listed_rows(
    db: Database, listing: str, where: str = STANDING, args: Sequence[Cell] = ()
) -> Iterator[ListedRow]:
    """Give the rows of a list that meet a condition (SQL over `listed l`), row by row; those that stand on it by default."""
    sql = f"SELECT {_COLUMNS} FROM listed l WHERE l.listing = ? AND {where} ORDER BY l.id"  # noqa: S608
    return (listed_row(db, row) for row in db.each(sql, (listing, *args)))


def listed_of_child(db: Database, child: str) -> list[ListedRow]:
    """Give the rows of all lists that are of a child, those that are gone too."""
    sql = f"SELECT {_COLUMNS} FROM listed l WHERE l.child = ? ORDER BY l.listing, l.id"  # noqa: S608
    return [listed_row(db, row) for row in db.all(sql, (child,))]


def last_batches(db: Database, listing: str) -> dict[str, str]:
    """Give the local day on which a list last told of each extent: the code of a school, village, town or the district."""
    rows = db.all(
        "SELECT extent, max(at) AS last FROM list_batches WHERE listing = ? GROUP BY extent", (listing,)
    )
    return {row["extent"]: clock.local(row["last"]).date().isoformat() for row in rows}


def listed_row(db: Database, row: Row) -> ListedRow:
    """Read a row of `listed`."""
    gone = clock.local(row["gone_at"]).date().isoformat() if row["gone_at"] else ""
    return ListedRow(
        row["id"], row["listing"], row["mark"], row["child"], opened_cells(db, row), row["town"], row["school"],
        row["village"], row["batch"], row["at"], gone,
    )  # fmt: skip


def opened_cells(db: Database, row: Row) -> Mapping[str, str] | None:
    """Open the cells of a row of `listed`."""
    try:
        found: Any = json.loads(db.keys.unlock(row["cells"], CELLS, row["id"]))
    except (Unreadable, ValueError):
        return None
    return found if isinstance(found, dict) else None
