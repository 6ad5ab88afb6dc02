"""How a ledger (台账) is declared: its columns are fields, and it knows where its rows come from."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, ClassVar, TypeVar, cast

from intake import fields
from intake.calendar import clock
from intake.fields import Cell
from intake.fields.asked import HOUSE, asked
from intake.fields.privacy import Masks, Privacy
from intake.kinds import Answers, World
from intake.kinds.form import Form
from intake.people.scope import Scope
from intake.store.db import Database
from intake.store.keys import UNOPENED

HEADER_LINES = 4
"""Lines a column's name may take before the column is widened for it."""
ROW_KEY = "row_key"
"""The column by which a row is known again when it comes back."""
SHAPES: Mapping[type[fields.Answer], str] = {
    fields.Day: "date", fields.Moment: "moment", fields.Number: "number",
}  # fmt: skip


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
class View:
    """What is wanted of a ledger: the rows of a scope and of some days, and what of them is shown in clear.

    `owner` is the account whose own open cases show whom to call; `full` shows everything, for who was allowed to.
    """

    scope: Scope
    period: Period
    owner: str = ""
    full: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One row: canonical values by the key of their column, those whose cell no key opens, and the town.

    `receipt` names the row to whoever must look after a cell that cannot be opened. `clear` are the columns
    that are not masked in it, `faults` says of columns why what was filled in could not be taken.
    """

    receipt: str
    town: str
    values: Mapping[str, Any]
    unopened: frozenset[str] = frozenset()
    clear: frozenset[str] = frozenset()
    faults: Mapping[str, str] = field(default_factory=dict)
    owner: str = ""
    """Who owes something of it (staff.id), where a ledger can be asked for what is one's own."""
    late: bool = False
    child: str = ""
    """The id of the child whose file it leads to, where it is of no case."""

    def __repr__(self) -> str:
        return f"Line({self.receipt})"  # what stands in a traceback tells nothing about the child


@dataclass(frozen=True, slots=True)
class Column:
    """One column as a writer needs it; the width counts Chinese characters.

    `shape` is text, date, moment or number; `options` are the words to choose from, where there are such; `whole` tells
    that its sum has no decimals; `clear_width` is what it needs where it is not masked; `unbroken` that it stands in one line.
    """

    key: str
    label: str
    width: float
    privacy: Privacy
    source: str
    filled_by: Collection[str]
    summed: bool
    shape: str = "text"
    options: tuple[str, ...] = ()
    whole: bool = False
    clear_width: float = 0.0
    unbroken: bool = False


Made = TypeVar("Made", bound="Ledger")


class Ledger(Form):
    """A declared table: a field for each column, in the order of the sheet, and `rows`.

    What is personal or sensitive is masked. The rows of a ledger of its own are read in `rows`; who may fill
    a column in when the ledger comes back stands in its field's metadata.
    """

    key: ClassVar[str] = ""
    """Names it in commands, addresses and the audit."""
    tab: ClassVar[str] = ""
    """Name of its sheet, where it differs from the title."""
    filed_as: ClassVar[str] = ""
    """What its file is called, where the bureau calls it otherwise than its title."""
    counted: ClassVar[str] = ""
    """A sentence for the cover that says what counts as one row."""
    by_town: ClassVar[bool] = True
    """Whether its rows are of towns, and counted by them on the cover."""
    guide: ClassVar[str] = ""
    """A sentence for the cover that says what else is to be known by whoever fills it in."""
    portrait: ClassVar[bool] = False
    """Whether its page stands upright."""
    sheets: ClassVar[tuple[type["Ledger"], ...]] = ()
    """Further sheets of its workbook."""
    begins: ClassVar[str] = ""
    """The kind of report that a new row of it becomes when it comes back; nothing where it takes none."""
    kinds: ClassVar[frozenset[str]] = frozenset()
    """The kinds of case it tells of; nothing is all. Whoever is in charge of none of them does not get it."""

    number = fields.Number(1, 10**7, metadata=asked("序号", privacy=Privacy.OPEN, width=2.6, source=HOUSE))

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._columns = [(key, self.field(key)) for key in self.declared_fields]
        self._shown = {
            masks: [(key, one.cell, _shown(one, masks)) for key, one in self._columns] for masks in Masks
        }
        """By key how a value is shown in clear, and how it is shown to everybody (`Answer.seen`, looked up once)."""
        self._numbered = [
            (key, one.asked.privacy is Privacy.OPEN, one) for key, one in self._columns if one.tells_number
        ]

    def rows(self, db: Database, view: View) -> Iterator[Line]:
        """Yield the rows that are wanted, in the order of the sheet."""
        raise NotImplementedError

    def columns(self) -> list[Column]:
        """Give the columns, 序号 first."""
        return [_column(key, field) for key, field in self._columns]

    def cells(self, number: int, line: Line) -> list[Cell]:
        """Give the cells of a row, masked; one that cannot be opened says so in its place."""
        values = {**line.values, "number": number}
        masks = fields.masks_beside(
            one for key, is_open, one in self._numbered if (is_open or key in line.clear) and values.get(key)
        )
        return [
            UNOPENED
            if key in line.unopened
            else None
            if (value := values.get(key)) is None
            else clear(value)
            if key in line.clear
            else seen(value)
            for key, clear, seen in self._shown[masks]
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

    def deed(self, said: Answers) -> tuple[str, dict[str, Any]] | None:
        """Give the transition that what was filled in asks for, with what it needs; None where it asks for none."""
        return None

    deeds: ClassVar[frozenset[str]] = frozenset()
    """The columns that `deed` reads: what is filled into them is done on the case, and not kept beside it."""
    passing: ClassVar[frozenset[str]] = frozenset()
    """The columns that become others with the days alone: in a row that comes back they are no edit."""
    folded: ClassVar[frozenset[str]] = frozenset()
    """The columns that a sheet folds away, and paper does not have, while masks leave nothing of them to be read."""


def declare_ledger(
    base: type[Made], key: str, title: str, columns: Mapping[str, fields.Answer], **more: Any
) -> type[Made]:
    """Declare a ledger whose columns are those of others; `more` are class attributes of its base."""
    made = cast(type[Made], base.from_dict({**columns}, name=f"{key.title().replace('-', '')}Ledger"))
    made.key, made.title = key, title
    for name, value in more.items():
        setattr(made, name, value)
    return made


def _shown(one: fields.Answer, masks: Masks) -> Callable[[Any], Cell]:
    """Give how a column is shown to everybody."""
    return one.cell if one.asked.privacy is Privacy.OPEN else partial(one.mask, masks=masks)


def _column(key: str, field: fields.Answer) -> Column:
    said = field.asked
    open_ = said.privacy is Privacy.OPEN
    shape = next((word for one, word in SHAPES.items() if isinstance(field, one)), "text")
    return Column(key, said.heading, _width(field), said.privacy, said.source, said.filled_by,
                  summed=field.summed and open_, shape=shape, options=tuple(field.options()),
                  whole=isinstance(field, fields.Count), clear_width=field.clear_width(),
                  unbroken=isinstance(field, fields.Phone))  # fmt: skip


def _width(field: fields.Answer) -> float:
    said = field.asked
    if said.width:
        return said.width
    if said.filled_by:
        return max(4.2, len(said.heading) / 2 + 1)
    if field.summed and said.privacy is Privacy.OPEN:
        return field.width()
    return max(field.width(), len(said.heading) / HEADER_LINES + 0.6)
