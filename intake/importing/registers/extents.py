"""Of what a register tells: the schools or villages that it names, or all of an area; who stood there and is not in it."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from intake.children.listed import STANDING, XUEJI, ListedRow, listed_rows
from intake.fields import privacy
from intake.importing.outcome import Options
from intake.importing.registers.persons import ListedPerson
from intake.people.accounts import scope_of
from intake.places.places import Places
from intake.store.db import Database

_TOWN = 9
"""Digits of a town's code: what is longer is a school or a village."""


def extents_of(
    db: Database, listing: str, persons: Sequence[ListedPerson], options: Options
) -> dict[str, int]:
    """Give the codes of what a list tells of, with how many rows: schools, villages; a town where no village of it is named.

    With `whole` it is all that is of whoever brings it: the district, a town, a school.
    """
    if options.whole:
        scope = scope_of(db, options.by) if options.by else None
        area = (scope.school or scope.village or scope.area) if scope else db.settings.district_code
        return {area: len(persons)}
    counted = Counter(person.extent for person in persons)
    if listing == XUEJI:
        return dict(counted)
    named = {code[:_TOWN] for code in counted if len(code) > _TOWN}
    return {code: rows for code, rows in counted.items() if code not in named}


def rows_gone(
    db: Database, listing: str, extents: Collection[str], there: Collection[str]
) -> Iterator[ListedRow]:
    """Give the rows that stand on a list for what it tells of, and are none of those that it has now (by id)."""
    for code in sorted(extents):
        where, args = _within(listing, code)
        found = list(listed_rows(db, listing, f"{STANDING} AND {where}", args))
        yield from (one for one in found if one.id not in there)


def named_gone(rows: Sequence[ListedRow], places: Places) -> list[str]:
    """Name who is gone: place, class, masked name."""
    return [
        f"{places.name(one.school or one.village or one.town)}{one.get('grade')}{one.get('class_name')}"
        f"{privacy.mask_name(one.get('child_name'))}"
        for one in rows
    ]


def _within(listing: str, code: str) -> tuple[str, list[str]]:
    if len(code) <= _TOWN:
        return "l.town >= ? AND l.town < ?", [code, str(int(code) + 1).zfill(len(code))]
    return ("l.school = ?", [code]) if listing == XUEJI else ("l.village = ?", [code])
