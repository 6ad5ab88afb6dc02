"""How the columns of a sheet lie on paper: on one page where that can be read, else on pages beside each other."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from intake.ledgers import Column, Ledger
from intake.ledgers.ledger import ROW_KEY

UNIT = 1.9  # column widths count digits of styles.BASE; this many are one character of SIZE
READ = 0.9
"""By how much a sheet may shrink and still be read on paper: nine points."""
_NAME = "child_name"
_LEAD, _MOST = 0.25, 0.4
"""Parts of a page that the columns take which stand on each of several pages, at least and at most."""
SIDES = 0.3
"""Inches of margin on the left and on the right."""
_A4 = (841.9, 595.3)
"""Points of the long and the short side."""


def room(portrait: bool = False) -> float:
    """Give the points between the margins of a page."""
    return _A4[portrait] - 2 * SIDES * 72


def points(width: float) -> float:
    """Give the points that a column of so many Chinese characters takes on paper at its full size."""
    return (int(width * UNIT * 7 + 0.5) + 5) * 0.75


def scale(widths: Sequence[float], portrait: bool = False) -> float:
    """Give by how much a sheet shrinks so that it is one page wide; 1 where it need not."""
    return min(1.0, room(portrait) / sum(map(points, widths)))


def off_paper(one: Ledger, columns: Sequence[Column], *, clear: bool = False) -> frozenset[int]:
    """Give the columns that are not printed: 行码, and what is masked so far that paper has no need of it."""
    folded = frozenset() if clear else one.folded
    return frozenset(at for at, column in enumerate(columns) if column.key == ROW_KEY or column.key in folded)


def leading(columns: Sequence[Column], widths: Sequence[float], portrait: bool = False) -> int:
    """Give how many columns stand on every page where there are several: up to the name, by which a row is known."""
    named = next((at for at, one in enumerate(columns) if one.key == _NAME), 0)
    taken = 0.0
    for at, width in enumerate(widths):
        taken += points(width) / room(portrait)
        if taken > _MOST or (at > named and taken > _LEAD):
            return max(at, 1)
    return len(widths)


def pages_beside(
    widths: Sequence[float], lead: int, off: Collection[int] = (), portrait: bool = False
) -> int:
    """Count the pages beside each other on which columns can be read, the first `lead` of them on each."""
    most = room(portrait) / READ
    repeated = sum(points(width) for width in widths[:lead])
    pages, taken = 1, 0.0
    for at, width in enumerate(widths):
        if at in off:
            continue
        if taken + points(width) > most and taken > (repeated if pages > 1 else 0):
            pages, taken = pages + 1, repeated
        taken += points(width)
    return pages


@dataclass(frozen=True, slots=True)
class OnPaper:
    """The columns of a sheet as they are printed: widths, those that are `off` paper, those that stand on each page."""

    widths: Sequence[float]
    off: Collection[int]
    lead: int
    portrait: bool = False

    @property
    def pages(self) -> int:
        """Count the pages beside each other."""
        return pages_beside(self.widths, self.lead, self.off, self.portrait)

    @property
    def last(self) -> int:
        """Give the last column that is printed."""
        return max((at for at in range(len(self.widths)) if at not in self.off), default=0)

    @property
    def titled(self) -> Sequence[float]:
        """Give the widths of the columns that titles go over: of several pages those that stand on each."""
        return self.widths[: self.lead if self.pages > 1 else self.last + 1]

    def narrowed(self, columns: Collection[int], width: float) -> "OnPaper":
        """Give the same with some columns as narrow as `width`."""
        return replace(self, widths=[width if at in columns else one for at, one in enumerate(self.widths)])
