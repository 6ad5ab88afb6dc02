"""What is found in a workbook that came back: a fate for each row, and for each cell that was touched what becomes of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from intake.cases.case import Case
from intake.language.cells import letters_of_column
from intake.ledgers.returning.reading.sheets import TableRow

NEW, CHANGED, SAME, STALE, WRONG = "new", "changed", "same", "stale", "wrong"
FATES: Mapping[str, str] = {NEW: "新增", CHANGED: "修改", SAME: "不变", STALE: "过期", WRONG: "错误"}
"""What can become of a row, in the order in which it is counted."""
DEED, BEGUN = "", "begins"
"""As key of a change: what was done on the case, and the report that a new row became."""


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that changes something: of which column, from which value to which, and in words what that does.

    `key` is the column's; DEED for something done on the case, of which `raw` is what it needs.
    """

    key: str
    label: str
    column: int
    before: Any
    after: Any
    was: str
    becomes: str
    effect: str = ""
    event: str = ""
    """The transition of a deed."""
    raw: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, Any] = field(default_factory=dict)
    """What was written for which its transition has no place of its own."""
    token: str = ""

    def __repr__(self) -> str:
        return f"CellChange({self.key!r})"  # what stands in a traceback tells nothing about the child


@dataclass(frozen=True, slots=True)
class CellStale:
    """A cell that somebody filled in while the case went on: what went out, what stands there now, what was typed."""

    key: str
    label: str
    column: int
    sent: str
    now: str
    typed: str
    since: str
    """What was done last, by whom and when."""

    def __repr__(self) -> str:
        return f"CellStale({self.key!r})"


@dataclass(frozen=True, slots=True)
class CellFault:
    """What cannot be taken: at which column (-1: the whole row), why, and what to do."""

    key: str
    label: str
    column: int
    sentence: str
    typed: str = ""

    def __repr__(self) -> str:
        return f"CellFault({self.key!r})"


@dataclass(frozen=True, slots=True)
class CellIgnored:
    """A cell that was changed although its column is not to be filled in: it does not count."""

    label: str
    column: int
    typed: str

    def __repr__(self) -> str:
        return f"CellIgnored({self.label!r})"


@dataclass(slots=True)
class ReturnedRow:
    """A row that came back, with all that is found about it."""

    raw: TableRow
    ledger: str = ""
    ref: str = ""
    """What its key names: the number of a case, or a receipt."""
    number: str = ""
    """The number of its case."""
    version: int = 0
    case: Case | None = None
    child: str = ""
    """The child's name, masked."""
    changes: list[CellChange] = field(default_factory=list)
    stale: list[CellStale] = field(default_factory=list)
    faults: list[CellFault] = field(default_factory=list)
    ignored: list[CellIgnored] = field(default_factory=list)
    typed: dict[str, str] = field(default_factory=dict)
    """What stands in the columns to be filled in, by key: it goes back with a row that is not taken."""
    subject: Any = None
    """What it is of where it is of no case, see `intake.ledgers.subjects`."""
    held: Mapping[str, Any] = field(default_factory=dict)
    """What facts say of the child of its case in the columns to be filled in, by key."""
    newcomer: Any = None
    """What a row without a key says of a child, see `newcomers`."""

    def __repr__(self) -> str:
        return f"ReturnedRow({self.raw!r})"

    @property
    def fate(self) -> str:
        """Give what becomes of the row; one fault or stale cell keeps all of it from being taken."""
        if self.faults:
            return WRONG
        if self.stale:
            return STALE
        if self.newcomer is not None:
            return SAME if self.newcomer.known else NEW
        return CHANGED if self.changes else SAME

    @property
    def about(self) -> str:
        """Give what the row is of: the number of its case, else what its key names."""
        return self.number or self.ref

    def column_of(self, words: Mapping[str, str], key: str) -> int:
        """Give where a column stands in it, by the ledger's columns by their words; -1 where it does not."""
        return next((self.raw.head.columns.get(word, -1) for word, one in words.items() if one == key), -1)

    @property
    def mark(self) -> str:
        """Give by what events say from which row they came; equal for the same row of the same workbook."""
        return f"{self.ledger}:{self.version}"

    def refuse(
        self, sentence: str, key: str = "", label: str = "", column: int = -1, typed: str = ""
    ) -> None:
        """Note what is wrong."""
        self.faults.append(CellFault(key, label, column, sentence, typed))

    def address(self, column: int) -> str:
        """Name a cell as a table software does; the row where it is about all of it."""
        return f"第 {self.raw.number} 行" if column < 0 else f"{letters_of_column(column)}{self.raw.number}"


@dataclass(frozen=True, slots=True)
class ReturnPlan:
    """All that is found in a workbook; `told` are sentences about the whole of it."""

    rows: Sequence[ReturnedRow]
    told: Sequence[str] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Count the rows by their fate; each fate is there."""
        found = Counter(one.fate for one in self.rows)
        return {fate: found[fate] for fate in FATES}

    def of_fate(self, *fates: str) -> list[ReturnedRow]:
        """Give the rows of some fates."""
        return [one for one in self.rows if one.fate in fates]

    @property
    def ledgers(self) -> list[str]:
        """Give the keys of the ledgers that came back."""
        return sorted({one.ledger for one in self.rows if one.ledger})
