"""What became of a list, as it is told to whoever brought it; and the one transaction it is taken in."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date

from intake.errors import Stale
from intake.fields import Answer, Day
from intake.fields.times import NO_DAY
from intake.importing.table import ERROR, FORMULA, LONGEST, MONTH, ListColumn, ListContent, ListRow, some
from intake.language.cells import letters_of_column
from intake.people.accounts import Person
from intake.store import audit
from intake.store.db import Database

ACTOR = "command"
CHANGED = "看过以后系统里的内容又变了，所以没有导入。请看看新的结果，再确认一次。"


@dataclass(frozen=True, slots=True)
class Options:
    """How a list is taken, by whom.

    `skip_bad` leaves bad rows out, `leave` lets those go who are no longer listed, of those with an open case only
    whose case is `confirmed` by its number. `by` narrows what may be touched; None is the whole house, by command.
    `seen` is the mark of the preview that this was decided by: where the numbers are others by now nothing is taken.
    `whole`: a register tells of all that is of whoever brings it, not only of the schools and villages that it names;
    `as_of` is the day of which it tells, today where none is given.
    """

    skip_bad: bool = False
    dry_run: bool = False
    leave: bool = False
    by: Person | None = None
    confirmed: frozenset[str] = frozenset()
    seen: str = ""
    whole: bool = False
    as_of: date | None = None

    @property
    def actor(self) -> str:
        """Give the name by which the audit knows who takes the list."""
        return self.by.actor if self.by else ACTOR

    def again(self, flag: str, tick: str) -> str:
        """Say how the same list is taken otherwise: with a flag of the command, or with a tick at the desk."""
        return f"请勾选“{tick}”再导入" if self.by else f"请加 {flag} 再导入一次"


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with a row; `key` says in which of its columns, where it is one."""

    sentence: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class ListFault:
    """A fault as it is told: sheet and line (as the reader counts them), column from 0 or -1, name of row and column."""

    sheet: int
    line: int
    column: int
    where: str
    label: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """A child that is no longer listed: its title and masked name, and the number of its open case if it has one."""

    title: str
    case: str = ""


@dataclass(frozen=True, slots=True)
class MovedGroup:
    """Children who moved alike: from where to where, how, how many; of a few their masked names."""

    before: str
    after: str
    way: str
    number: int
    names: Sequence[str] = ()


@dataclass(slots=True)
class Outcome:
    """Counts and sentences; `written` tells whether anything was taken.

    `gone` counts who stood on a register and stands there no more; they are named among the notes, and kept.
    """

    what: str
    columns: tuple[ListColumn, ...] = ()
    new: int = 0
    changed: int = 0
    same: int = 0
    gone: int = 0
    written: bool = False
    notes: list[str] = field(default_factory=list)
    whole: bool = True
    heads: frozenset[tuple[int, int]] = frozenset()
    leaving: list[Leaving] = field(default_factory=list)
    moves: list[MovedGroup] = field(default_factory=list)
    """Who moved from where to where."""
    left: list[str] = field(default_factory=list)
    """Those of the notes that say what became of who is no longer listed."""
    _bad: list[tuple[ListRow, RowFault]] = field(default_factory=list)
    _skipped: list[ListRow] = field(default_factory=list)
    _doubts: list[tuple[ListRow, str]] = field(default_factory=list)

    def read(self, content: ListContent) -> None:
        """Note what of the file was read, and what was left."""
        self.notes += [*content.notes, *content.unused]
        self.whole, self.heads = content.whole, frozenset(one.head for one in content.tables)

    def refuse(self, row: ListRow, *faults: str | RowFault) -> None:
        """Note why a row cannot be taken."""
        self._bad += [(row, fault if isinstance(fault, RowFault) else RowFault(fault)) for fault in faults]

    def skip(self, row: ListRow) -> None:
        """Note a row that is none of ours."""
        self._skipped.append(row)

    def doubt(self, row: ListRow, *doubts: str) -> None:
        """Note what was left out of a row that is taken nevertheless."""
        self._doubts += [(row, doubt) for doubt in doubts]

    def count(self, verdict: str) -> None:
        """Count a row that was taken: new, changed or same."""
        setattr(self, verdict, getattr(self, verdict) + 1)

    @property
    def bad(self) -> int:
        """Count the rows that cannot be taken."""
        return len({row.order for row, _ in self._bad})

    @property
    def bad_rows(self) -> list[ListRow]:
        """Give the rows that cannot be taken."""
        return [row for row, _ in self._bad]

    @property
    def skipped(self) -> list[str]:
        """Say which rows are of stages that are not ours."""
        if not self._skipped:
            return []
        rows = some([row.where for row in self._skipped])
        return [f"不是义务教育阶段（幼儿园、高中、职业学校），没有导入：{len(self._skipped)} 行（{rows}）。"]

    @property
    def faults(self) -> list[ListFault]:
        """Give what is wrong, by row and column."""
        labels = {one.key: one.label for one in self.columns}
        return [
            ListFault(row.order[0], row.order[1], row.columns.get(fault.key, -1), row.where,
                      labels.get(fault.key, "") if fault.key in row.columns else "", fault.sentence)
            for row, fault in sorted(self._bad, key=lambda one: one[0].order)
        ]  # fmt: skip

    @property
    def errors(self) -> list[str]:
        """Give what is wrong, by row and column, a line each."""
        return [
            f"{one.where}：{one.sentence}"
            + (f"（{letters_of_column(one.column)} 列）" if one.column >= 0 else "")
            for one in self.faults
        ]

    @property
    def moved(self) -> list[str]:
        """Say who moved from where to where, a line for those who moved alike."""
        return [
            f"{one.way}：{one.before} → {one.after}，{one.number} 人"
            + (f"（{some(list(one.names))}）" if one.names else "")
            for one in self.moves
        ]

    @property
    def doubts(self) -> list[str]:
        """Give what was left out, by row."""
        return [f"{row.where}：{text}" for row, text in sorted(self._doubts, key=lambda one: one[0].order)]

    @property
    def mark(self) -> str:
        """Give a mark of what becomes of a list: two that are the same were decided by the same."""
        said = (
            self.new,
            self.changed,
            self.same,
            self.gone,
            *self.errors,
            *(f"{one.title}{one.case}" for one in self.leaving),
            *(f"{one.before}{one.after}{one.number}" for one in self.moves),
        )
        return hashlib.sha256("\n".join(map(str, said)).encode()).hexdigest()[:16]


def unread(row: ListRow, columns: Sequence[ListColumn]) -> list[RowFault]:
    """Tell the cells of which the file does not say what stands in them: that is not the same as empty."""
    labels = {one.key: one.label for one in columns}
    sentences = {
        FORMULA: "“{}”这一格是公式，文件里没有存下结果。请用 Excel 或 WPS 打开，保存一次，再导入。",
        ERROR: "“{}”这一格是算错了的公式（像 #REF!）。请改成文字，再导入。",
    }
    found = [
        RowFault(sentences[mark].format(labels[key]), key)
        for key, mark in row.marks.items()
        if mark in sentences
    ]
    too_long = [key for key, cell in row.cells.items() if len(cell) > LONGEST]
    return found + [RowFault(f"“{labels[key]}”这一格太长了，最多 {LONGEST} 个字。", key) for key in too_long]


def unsure(row: ListRow, declared: Mapping[str, Answer], today: date) -> list[RowFault]:
    """Tell the days that a list does not tell: 昨天, 11.3 for 11.30, a month without its day."""
    found = []
    for key, field_ in declared.items():
        if isinstance(field_, Day) and (said := row.get(key)):
            why = NO_DAY if row.marks.get(key) == MONTH else field_.untold(said, today)
            found += [RowFault(why, key)] if why else []
    return found


def at_once(faults: Sequence[RowFault]) -> list[RowFault]:
    """Keep of the faults of one cell the first: what cannot be read needs no second sentence."""
    found: dict[str, RowFault] = {}
    for fault in faults:
        found.setdefault(fault.key or fault.sentence, fault)
    return list(found.values())


class _Undo(Exception):
    pass


@contextmanager
def taking(
    db: Database, outcome: Outcome, options: Options, noun: str, *, gate: bool = True
) -> Iterator[None]:
    """Make the changes of a list in one transaction, and undo them for a trial or for a bad row. Raises Stale.

    Without `gate` a trial makes no changes that could be undone, and nobody waits for it.
    """
    try:
        with db.write() if gate or not options.dry_run else nullcontext():
            yield
            if options.seen and options.seen != outcome.mark:
                raise Stale(CHANGED)
            if options.dry_run or (outcome.bad and not options.skip_bad):
                raise _Undo
            if outcome.new or outcome.changed:
                counts = f"{outcome.new} {outcome.changed} {outcome.same}"
                audit.note(db, options.actor, f"{noun}.imported", "", counts)
    except _Undo:
        return
    outcome.written = True
