"""Who it certainly is, or nobody: by number, by name and day of birth, by name and a telephone of the family.

A number under another name, as a child is called at home, is that child's unless the name and something else tell of
another one. Twins, namesakes and brothers and sisters with one telephone are never certain by these alone; what
contradicts makes it uncertain, and so do two children that fit. What is left is offered to a person (`scoring`).
"""

from collections.abc import Container, Iterator

from intake.children import child_keys
from intake.children.children import (
    COLUMNS,
    TABLES,
    Child,
    children_of_ids,
    find_child,
    number_hash,
    pupil_hash,
)
from intake.children.matching.described import Described
from intake.language.naming.names import name_key
from intake.store.db import Cell, Database

PUPIL = "G"
"""What stands before the number of identity in most 学籍号 (教育部, 中小学生学籍管理办法 2013, §5)."""
_CITIZEN = 18
_SHORT = 4
"""Signs up to which a name has one way to be written; longer ones have dots, or none."""


def certain_child(db: Database, described: Described) -> Child | None:
    """Give the child that somebody certainly told of; None where nobody fits, or more than one, or something contradicts."""
    numbers = known_numbers(db, described)
    held = {(one.id, number): one for one, number in _of_numbers(db, numbers)}
    holders = {one.id: one for one in held.values()}
    named = {one.id: one for one in holders.values() if _same(described.name or one.name, one.name)}
    other = {} if named else {one.id: one for one in _fitting(db, described)}
    if holders and other.keys() - holders.keys():
        return None  # the number of one twin under the name of the other
    fitting = named or holders or other
    true = [one for one in fitting.values() if not _contradicts(described, one, numbers, held)]
    if len(true) != 1:
        return None
    # A sex is ticked wrongly too often to tell two namesakes of one day apart, or to weigh more than a number.
    sexes = {described.sex, true[0].sex} - {""}
    return true[0] if named or len(sexes) < 2 else None


def known_numbers(db: Database, described: Described) -> tuple[str, str]:
    """Give the hashes of the number of identity and of the 学籍号; each may tell the other."""
    number, pupil = described.id_number, described.pupil_number
    if not number and pupil.startswith(PUPIL) and len(pupil) == _CITIZEN + 1:
        number = pupil[1:]
    if not pupil and len(number) == _CITIZEN:
        pupil = PUPIL + number
    return number_hash(db, number), pupil_hash(db, pupil)


def _of_numbers(db: Database, numbers: tuple[str, str]) -> Iterator[tuple[Child, str]]:
    """Find by number, which is told beside; the number of a file that went into another one's leads there."""
    for column, hashed in zip(("id_number_hash", "pupil_number_hash"), numbers, strict=True):
        sql = f"SELECT {COLUMNS} FROM {TABLES} WHERE c.{column} = ?"  # noqa: S608
        for row in db.all(sql, (hashed,)) if hashed else ():
            found = Child.of(row)
            child = find_child(db, found.merged) if found.merged else found
            if child:
                yield child, hashed


def _fitting(db: Database, described: Described) -> Iterator[Child]:
    if described.name and len(described.birth_date) == len("2015-03-09"):
        yield from _born(db, described.name, described.birth_date)
    if described.name and described.phones:
        yield from _called(db, described)


def _born(db: Database, name: str, day: str) -> Iterator[Child]:
    called: list[Cell] = [name] if len(name) < _SHORT and name.isalpha() else []
    of_name = " AND c.child_name = ?" if called else ""
    sql = f"SELECT {COLUMNS} FROM {TABLES} WHERE c.birth_date = ?{of_name} AND c.merged IS NULL"  # noqa: S608
    for row in db.all(sql, [day, *called]):
        if called or _same(name, row["name"]):
            yield Child.of(row)


def _called(db: Database, described: Described) -> Iterator[Child]:
    keys = [child_keys.phone_key(db, one) for one in described.phones]
    ids = child_keys.children_by_key(db, child_keys.PHONE, keys)
    if ids:
        for child in children_of_ids(db, ids).values():
            if _same(described.name, child.name):
                yield child


def _same(one: str, other: str) -> bool:
    return one == other or ((len(one) >= _SHORT or len(other) >= _SHORT) and name_key(one) == name_key(other))


def _contradicts(
    described: Described, child: Child, numbers: tuple[str, str], held: Container[tuple[str, str]]
) -> bool:
    """Tell whether something that was said is known otherwise: another number or day of birth.

    A 学籍号 changes now and then; one that differs weighs nothing beside the number of identity.
    """
    number, pupil = numbers
    by_number = (child.id, number) in held
    told = (
        ("" if by_number else number, child.number_hash),
        (described.birth_date, child.birth_date),
        (
            "" if by_number or not described.pupil_number or (child.id, pupil) in held else pupil,
            child.pupil_hash,
        ),
    )
    return any(said and known and said != known for said, known in told)
