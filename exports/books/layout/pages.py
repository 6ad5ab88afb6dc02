"""How large the columns of a sheet are on paper, and which of them are printed."""

from collections.abc import Collection, Sequence

from intake.ledgers import Column, Ledger
from intake.ledgers.ledger import ROW_KEY

UNIT = 1.9  # column widths count digits of styles.BASE; this many are one character of SIZE
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


def scale(widths: Sequence[float], portrait: bool = False, off: Collection[int] = ()) -> float:
    """Give by how much a sheet shrinks so that what is printed of it is one page wide; 1 where it need not."""
    return min(1.0, room(portrait) / sum(points(one) for at, one in enumerate(widths) if at not in off))


def off_paper(one: Ledger, columns: Sequence[Column], *, clear: bool = False) -> frozenset[int]:
    """Give the columns that are not printed: 行码, and what is masked so far that paper has no need of it."""
    folded = frozenset() if clear else one.folded
    return frozenset(at for at, column in enumerate(columns) if column.key == ROW_KEY or column.key in folded)
