"""What became of a list, as it is told to whoever brought it; and the one transaction it is taken in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from intake.importing.table import ListRow
from intake.store import audit
from intake.store.db import Database

ACTOR = "command"


@dataclass(frozen=True, slots=True)
class Options:
    """How a list is taken: `skip_bad` leaves bad rows out, `leave` lets those go who are no longer listed."""

    skip_bad: bool = False
    dry_run: bool = False
    leave: bool = False


@dataclass(slots=True)
class Outcome:
    """Counts and sentences; `written` tells whether anything was taken."""

    what: str
    new: int = 0
    changed: int = 0
    same: int = 0
    written: bool = False
    notes: list[str] = field(default_factory=list)
    _bad: list[tuple[ListRow, str]] = field(default_factory=list)
    _doubts: list[tuple[ListRow, str]] = field(default_factory=list)

    def refuse(self, row: ListRow, *faults: str) -> None:
        """Note why a row cannot be taken."""
        self._bad += [(row, fault) for fault in faults]

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
    def errors(self) -> list[str]:
        """Give what is wrong, by row."""
        return _told(self._bad)

    @property
    def doubts(self) -> list[str]:
        """Give what was left out, by row."""
        return _told(self._doubts)


def _told(said: list[tuple[ListRow, str]]) -> list[str]:
    return [f"{row.where}：{text}" for row, text in sorted(said, key=lambda one: one[0].order)]


class _Undo(Exception):
    pass


@contextmanager
def taking(db: Database, outcome: Outcome, options: Options, noun: str) -> Iterator[None]:
    """Make the changes of a list in one transaction, and undo them for a trial or for a bad row."""
    try:
        with db.write():
            yield
            if options.dry_run or (outcome.bad and not options.skip_bad):
                raise _Undo
            if outcome.new or outcome.changed:
                audit.note(
                    db, ACTOR, f"{noun}.imported", "", f"{outcome.new} {outcome.changed} {outcome.same}"
                )
    except _Undo:
        return
    outcome.written = True
