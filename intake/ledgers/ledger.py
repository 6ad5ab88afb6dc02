"""How a ledger (台账) is declared: its columns are fields, and it knows where its rows come from."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from intake import fields
from intake.calendar import clock
from intake.fields import Cell
from intake.fields.asked import HOUSE, asked
from intake.fields.privacy import Privacy
from intake.kinds import Answers, World
from intake.kinds.form import Form
from intake.people.scope import Scope
from intake.store.db import Database
from intake.store.keys import UNOPENED

HEADER_LINES = 4
"""Lines a column's name may take before the column is widened for it."""


@dataclass(frozen=True, slots=True)
class Period:
    """The local days that a ledger tells of, the first and the last; `until` is a stamp that cuts them short."""

    first: date
    last: date
    until: str = ""

    def bounds(self) -> tuple[str, str]:
        """Give the stamps between which the days lie: [first, last)."""
        end = clock.bounds(self.last)[1]
        return clock.bounds(self.first)[0], min(end, self.until or end)


@dataclass(frozen=True, slots=True)
class Line:
    """One row: canonical values by the key of their column, those whose cell no key opens, and the town.

    `receipt` names the row to whoever must look after a cell that cannot be opened.
    """

    receipt: str
    town: str
    values: Mapping[str, Any]
    unopened: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Column:
    """One column as a writer needs it; the width counts Chinese characters."""

    key: str
    label: str
    width: float
    privacy: Privacy
    source: str
    filled_by: Collection[str]
    summed: bool


class Ledger(Form):
    """A declared table: a field for each column, in the order of the sheet, and `rows`.

    What is personal or sensitive is masked. The rows of a ledger of its own are read in `rows`; who may fill
    a column in when the ledger comes back stands in its field's metadata.
    """

    key: ClassVar[str] = ""
    """Names it in commands, addresses and the audit."""
    tab: ClassVar[str] = ""
    """Name of its sheet, where it differs from the title."""
    counted: ClassVar[str] = ""
    """A sentence for the cover that says what counts as one row."""

    number = fields.Number(1, 10**7, metadata=asked("序号", privacy=Privacy.OPEN, width=2.6, source=HOUSE))

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._columns = [(key, self.field(key)) for key in self.declared_fields]

    def rows(self, db: Database, scope: Scope, period: Period) -> Iterator[Line]:
        """Yield the rows of a period within a scope, in the order of the sheet."""
        raise NotImplementedError

    def columns(self) -> list[Column]:
        """Give the columns, 序号 first."""
        return [_column(key, field) for key, field in self._columns]

    def cells(self, number: int, line: Line) -> list[Cell]:
        """Give the cells of a row, masked; one that cannot be opened says so in its place."""
        values = {**line.values, "number": number}
        return [
            UNOPENED if key in line.unopened else field.seen(values[key]) if key in values else None
            for key, field in self._columns
        ]

    def fillable(self, role: str) -> dict[str, fields.Answer]:
        """Give the columns, by key, that somebody of a role may fill in."""
        return {key: field for key, field in self._columns if role in field.asked.filled_by}

    def filled(self, raw: Mapping[str, Any], role: str) -> Answers:
        """Read what somebody of a role filled into a row, by label; other columns and blanks are left alone.

        Raises Invalid.
        """
        mine = {field.asked.heading: key for key, field in self.fillable(role).items()}
        return self.accept(
            {mine[label]: said for label, said in raw.items() if label in mine}, waived=self.fields
        )


def _column(key: str, field: fields.Answer) -> Column:
    said = field.asked
    open_ = said.privacy is Privacy.OPEN
    return Column(key, said.heading, _width(field), said.privacy, said.source, said.filled_by,
                  summed=field.summed and open_)  # fmt: skip


def _width(field: fields.Answer) -> float:
    said = field.asked
    if said.width:
        return said.width
    if said.filled_by:
        return max(4.2, len(said.heading) / 2 + 1)
    if field.summed and said.privacy is Privacy.OPEN:
        return field.width()
    return max(field.width(), len(said.heading) / HEADER_LINES + 0.6)
