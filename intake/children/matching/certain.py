"""Who it certainly is, or nobody: by number, by name and day of birth, by name and a telephone of the family.

A number under another name, as a child is called at home, is that child's unless the name and something else tell of
another one. Twins, namesakes and brothers and sisters with one telephone are never certain by these alone; what
contradicts makes it uncertain, and so do two children that fit. What is left is offered to a person (`scoring`).
"""

from collections.abc import Container, Mapping
from datetime import date
from typing import NamedTuple

from intake.children import child_keys
from intake.children.children import (
    COLUMNS,
    ROWS,
    TABLES,
    Child,
    find_child,
    number_hash,
    pupil_hash,
)
from intake.children.matching.alike import CLOSE, closer_names, name_alike, short_key
from intake.children.matching.described import Described
from intake.language import identity
from intake.store.db import Cell, Database

PUPIL = "G"
"""What stands before the number of identity in most 学籍号 (教育部, 中小学生学籍管理办法 2013, §5)."""
_RELATED = 60
"""Children with one of the keys of another one who are looked at."""
_SHORT = 4
"""Signs up to which a name has one way to be written; longer ones have dots, or none."""


def certain_child(db: Database, described: Described) -> Child | None:
    """Give the child that somebody certainly told of; None where nobody fits, or more than one, or something contradicts."""
    numbers = known_numbers(db, described)
    holders, others = _fitting(db, described, numbers)
    children = {one.child.id: one.child for one in holders}
    named = {
        one.child.id: one.child for one in holders if _same(described.name or one.child.name, one.child.name)
    }
    if (
        holders
        and not named
        and ({one.id for one in others} - children.keys() or _names_another(db, described, children))
    ):
        return None  # the number of one of a family, or of a class, under the name of another
    fitting = named or children or {one.id: one for one in others}
    held = {(one.child.id, one.number) for one in holders}
    true = [one for one in fitting.values() if not _contradicts(described, one, numbers, held, db.today())]
    if len(true) != 1:
        return None
    # A sex is ticked wrongly too often to tell two namesakes of one day apart, or to weigh more than a number.
    sexes = {described.sex, true[0].sex} - {""}
    return true[0] if named or len(sexes) < 2 else None


def known_numbers(db: Database, described: Described) -> tuple[str, str]:
    """Give the hashes of the number of identity and of the 学籍号; each may tell the other."""
    number, pupil = described.id_number, described.pupil_number
    if not number and pupil.startswith(PUPIL) and len(pupil) == identity.DIGITS + 1:
        number = pupil[1:]
    if not pupil and len(number) == identity.DIGITS:
        pupil = PUPIL + number
    return number_hash(db, number), pupil_hash(db, pupil)


class _Holder(NamedTuple):
    """A child found by a number, and which."""

    child: Child
    number: str


def _fitting(
    db: Database, described: Described, numbers: tuple[str, str]
) -> tuple[list[_Holder], list[Child]]:
    """Give who has a number that was said, and who has the name with the day of birth or a telephone, in one look.

    The number of a file that went into another one's leads there. A telephone of very many is no family's.
    """
    wanted, args = _wanted(db, described, numbers)
    if not wanted:
        return [], []
    sql = f"SELECT {COLUMNS} FROM {TABLES} WHERE c.id IN ({' UNION '.join(wanted)})"  # noqa: S608
    holders, others, by_phone = list[_Holder](), list[Child](), list[Child]()
    for row in db.all(sql, args):
        found = Child.of(row)
        said = [one for one in (found.number_hash, found.pupil_hash) if one and one in numbers]
        if said:
            child = find_child(db, found.merged) if found.merged else found
            holders += [_Holder(child, one) for one in said] if child else []
        elif not found.merged:
            born = bool(found.birth_date) and found.birth_date == described.birth_date
            (others if born else by_phone).append(found)
    few = by_phone if len(by_phone) <= child_keys.MOST else []
    return holders, [one for one in (*others, *few) if _same(described.name, one.name)]


def _wanted(db: Database, described: Described, numbers: tuple[str, str]) -> tuple[list[str], list[Cell]]:
    """Give the statements that find ids, each by an index, with their arguments."""
    wanted, args = list[str](), list[Cell]()
    for column, hashed in zip(("id_number_hash", "pupil_number_hash"), numbers, strict=True):
        if hashed:
            wanted.append(f"SELECT c.id FROM {ROWS} WHERE c.{column} = ?")  # noqa: S608
            args.append(hashed)
    if described.name and len(described.birth_date) == len("2015-03-09"):
        plain = len(described.name) < _SHORT and described.name.isalpha()
        of_name = " AND c.child_name = ?" if plain else ""
        wanted.append(f"SELECT c.id FROM {ROWS} WHERE c.birth_date = ?{of_name}")  # noqa: S608
        args += [described.birth_date, described.name] if plain else [described.birth_date]
    if described.name and described.phones:
        keys = [child_keys.phone_key(db, one) for one in described.phones]
        among = f"sort = ? AND key IN ({', '.join('?' * len(keys))})"
        called = f"SELECT DISTINCT child FROM child_keys WHERE {among} LIMIT ?"  # noqa: S608
        wanted.append(f"SELECT child FROM ({called}) AS called")  # noqa: S608
        args += [child_keys.PHONE, *keys, child_keys.MOST + 1]
    return wanted, args


def _names_another(db: Database, described: Described, holders: Mapping[str, Child]) -> bool:
    """Tell whether the name beside a number is rather that of another child of the family, or of the class that was said.

    Lists write names otherwise, too: whose name is closer to what was said is meant as much as who has the number.
    """
    said, own = described.name, [one.name for one in holders.values()]
    if not said:
        return False
    marks = ", ".join("?" * len(holders))
    sql = (
        "SELECT DISTINCT c.child_name AS name FROM child_keys mine JOIN child_keys theirs ON theirs.key = mine.key"  # noqa: S608
        f" AND theirs.sort = mine.sort JOIN {ROWS} ON c.id = theirs.child"
        f" WHERE mine.child IN ({marks}) AND mine.sort IN (?, ?, ?) AND c.merged IS NULL LIMIT ?"
    )
    rows = db.all(sql, [*holders, child_keys.PHONE, child_keys.FAMILY, child_keys.HOME, _RELATED])
    if closer_names(said, (row["name"] for row in rows), own):
        return True
    place = (described.school, described.grade, described.class_name)
    of_class = "k.school = ? AND k.grade = ? AND k.class_name = ? AND c.merged IS NULL"
    sql = f"SELECT c.child_name AS name FROM {TABLES} WHERE {of_class} AND c.id NOT IN ({marks})"  # noqa: S608
    mates = db.all(sql, [*place, *holders]) if all(place) else []
    closer = closer_names(said, (row["name"] for row in mates), own)
    return any(name_alike(said, name) in CLOSE for name in closer)


def _same(one: str, other: str) -> bool:
    return one == other or short_key(one) == short_key(other)


def _contradicts(
    described: Described, child: Child, numbers: tuple[str, str], held: Container[tuple[str, str]],
    today: date,
) -> bool:  # fmt: skip
    """Tell whether something that was said is known otherwise: another number or day of birth.

    A 学籍号 changes now and then; one that differs weighs nothing beside the number of identity. A number that no citizen
    can have is nobody's: a digit of it is wrong.
    """
    number, pupil = numbers
    by_number = (child.id, number) in held
    no_number = by_number or _is_damaged(described.id_number, today)
    no_pupil = by_number or not described.pupil_number or (child.id, pupil) in held
    told = (
        ("" if no_number else number, child.number_hash),
        (described.birth_date, child.birth_date),
        ("" if no_pupil or _is_damaged(described.pupil_number[1:], today) else pupil, child.pupil_hash),
    )
    return any(said and known and said != known for said, known in told)


def _is_damaged(number: str, today: date) -> bool:
    """Tell whether a number has as many signs as that of a citizen and is none: one of them is wrong."""
    if len(number) != identity.DIGITS or not number[:-1].isdecimal():
        return False
    try:
        identity.citizen(number, today)
    except ValueError:
        return True
    return False
