"""Which child a row of a register is of: the one it was of before, the one it certainly is, or one that is entered."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from intake.children.children import Child, children_of_ids, find_child, values_of_children
from intake.children.listed import XUEJI, ListedRow, listed_rows
from intake.children.matching.certain import certain_child, known_numbers
from intake.children.matching.described import Described
from intake.importing.registers.persons import ListedPerson
from intake.language.naming.names import name_key
from intake.store.db import Database

CHUNK = 400
_ONE_SPELLING = 4
"""Signs from which on a name has several spellings."""
Facts = Callable[[Mapping[str, str]], Iterator[tuple[str, dict[str, object]]]]


@dataclass(slots=True)
class PlannedRow:
    """What becomes of a row: `known` is the child it is of, `enters` whether one is entered; `before` stood on the list.

    `verdict` is new, changed or same.
    """

    person: ListedPerson
    described: Described
    mark: str
    hashes: tuple[str, str]
    before: ListedRow | None = None
    known: Child | None = None
    enters: bool = False
    verdict: str = "new"

    def __repr__(self) -> str:
        return (
            f"PlannedRow({self.person.row.where})"  # what stands in a traceback tells nothing about the child
        )

    def judge(self) -> None:
        """Say whether the row is new on its list, says something else than before, or the same; what was the same is let go."""
        before, person = self.before, self.person
        if before is None:
            return
        same = (
            before.cells == person.cells
            and not before.gone
            and (before.town, before.school, before.village) == (person.town, person.school, person.village)
            and not self.enters
            and before.child == (self.known.id if self.known else "")
        )
        self.verdict = "same" if same else "changed"
        if same:
            self.before = replace(before, cells=None)


def described_person(person: ListedPerson) -> Described:
    """Give what a row says of its child, for finding it."""
    who = person.who
    return Described(
        name=who.name, birth_date=who.birth_date, sex=who.sex, id_number=who.id_number,
        pupil_number=who.pupil_number, phones=person.phones, guardian_names=person.guardians, school=person.school,
        grade=person.cells.get("grade", ""), class_name=person.cells.get("class_name", ""), town=person.town,
        village=person.village,
    )  # fmt: skip


def mark_of(db: Database, listing: str, person: ListedPerson) -> str:
    """Give what makes a row the same again: a number of school or of identity, else name, birth and place."""
    who, cells = person.who, person.cells
    numbers = (who.pupil_number if listing == XUEJI else "", who.id_number, who.pupil_number)
    place = next((cells[key] for key in ("household_number", "permit_number") if key in cells), person.extent)
    said = next(filter(None, numbers), "") or f"{name_key(who.name)} {who.birth_date} {place}"
    return db.keys.blind("Listed", said)


def planned(db: Database, listing: str, persons: Sequence[ListedPerson]) -> list[PlannedRow]:
    """Find out what each row is of; nothing is written."""
    rows = list[PlannedRow]()
    for at in range(0, len(persons), CHUNK):
        some = [_row(db, listing, one) for one in persons[at : at + CHUNK]]
        _find_before(db, listing, some)
        _find_children(db, some)
        for row in some:
            row.enters = row.known is None and _has_enough(listing, row.person)
            row.judge()
        rows += some
    return rows


def _row(db: Database, listing: str, person: ListedPerson) -> PlannedRow:
    described = described_person(person)
    return PlannedRow(person, described, mark_of(db, listing, person), known_numbers(db, described))


def _has_enough(listing: str, person: ListedPerson) -> bool:
    """Tell whether a row says enough of a child for a file of its own: a name alone is nobody."""
    who = person.who
    return listing == XUEJI or bool(who.id_number or who.pupil_number or who.birth_date)


def _find_before(db: Database, listing: str, rows: Sequence[PlannedRow]) -> None:
    """Find the rows of the list that say of the same; each goes on being of the child it was of."""
    among = f"l.mark IN ({', '.join('?' * len(rows))})"
    there = {one.mark: one for one in listed_rows(db, listing, among, [row.mark for row in rows])}
    children = children_of_ids(db, sorted({one.child for one in there.values() if one.child}))
    for row in rows:
        row.before = there.get(row.mark)
        if row.before and row.before.child:  # one that turned out to be another is looked for by itself
            row.known = children.get(row.before.child) or find_child(db, row.before.child)


def _find_children(db: Database, rows: Sequence[PlannedRow]) -> None:
    """Find the children of rows that are new on their list; who shares neither name nor number with any child is none."""
    open_to = [row for row in rows if row.known is None]
    names = values_of_children(db, "child_name", [row.person.who.name for row in open_to])
    numbers = values_of_children(db, "id_number_hash", [row.hashes[0] for row in open_to if row.hashes[0]])
    pupils = values_of_children(db, "pupil_number_hash", [row.hashes[1] for row in open_to if row.hashes[1]])
    for row in open_to:
        name = row.person.who.name
        if name in names or len(name) >= _ONE_SPELLING or row.hashes[0] in numbers or row.hashes[1] in pupils:
            row.known = certain_child(db, row.described)
