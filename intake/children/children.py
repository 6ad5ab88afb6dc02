"""The children of the schools' lists, and the one owner of their table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from intake.children.matching import waiting
from intake.errors import Unreadable
from intake.language import sounds
from intake.store import audit
from intake.store.db import Cell, Database, Row

COLUMNS = (
    "c.id, c.child_name AS name, coalesce(c.sex, '') AS sex, coalesce(c.birth_date, '') AS birth_date, c.town,"
    " coalesce(c.village, '') AS village, coalesce(c.class, '') AS class_id, coalesce(k.school, '') AS school,"
    " coalesce(k.grade, '') AS grade, coalesce(k.class_name, '') AS class_name,"
    " coalesce(c.id_number_hash, '') AS number_hash, coalesce(c.pupil_number_hash, '') AS pupil_hash,"
    " coalesce(c.merged, '') AS merged"
)
"""What a statement selects that gives children; more may follow."""
ROWS = "children c"
"""What a statement selects from, or joins, that asks of children without their class."""
FORMER_ROWS = "children f"
"""The same of files that may have gone into others, beside these."""
TABLES = f"{ROWS} LEFT JOIN classes k ON k.id = c.class"
"""What a statement that gives children selects from; more may be joined."""
OF_CLASS = "(SELECT id FROM children WHERE class = ?)"
"""The ids of a class's children, for a statement that asks whether something is of one of them."""
ENROLLED = "(SELECT class, count(*) AS listed FROM children WHERE class IS NOT NULL GROUP BY class)"
"""How many children each class has that has any, for a statement that joins it."""
ON_ROLL = "(SELECT id FROM children WHERE class IS NOT NULL)"
"""The ids of all children in a class, likewise."""
ALL_NAMES = "SELECT child_name AS name FROM children WHERE merged IS NULL"
"""A statement that gives every name that was ever on a roll."""
NAMES_OF_CLASS = "(SELECT child_name FROM children WHERE class = ?)"
"""Their names, likewise."""


@dataclass(frozen=True, slots=True)
class Child:
    """A child, with its class of today; an empty text is what the house does not know.

    One without a class is on a list of the bureau, or has left its class. `merged` is the child that it turned out to be:
    then nothing finds it any more but its own id.
    """

    id: str
    name: str
    sex: str
    birth_date: str
    town: str
    village: str
    class_id: str
    school: str
    grade: str
    class_name: str
    number_hash: str
    pupil_hash: str = ""
    merged: str = ""

    @classmethod
    def of(cls, row: Row) -> "Child":
        """Take a child out of a row that has COLUMNS."""
        return cls(*(row[one] for one in _FIELDS))

    def __repr__(self) -> str:
        return f"Child({self.id})"  # what stands in a traceback tells nothing about the child

    @property
    def title(self) -> str:
        """Give grade and class in one word; nothing for a child in no class."""
        return f"{self.grade}{self.class_name}"

    @property
    def facts(self) -> dict[str, str]:
        """Give name, class and home by key of the declarations, as far as they are known."""
        found = {
            "child_name": self.name, "school": self.school, "grade": self.grade, "class_name": self.class_name,
            "town": self.town, "village": self.village,
        }  # fmt: skip
        return {key: value for key, value in found.items() if value}


_FIELDS = tuple(one.name for one in fields(Child))


def tell_apart(namesakes: Sequence[Child]) -> dict[str, str]:
    """Say of each of some children of one name, by id, what tells it from the others, and no more.

    The sex, else the month of birth, else the day of the month: a whole birth date beside a sex leaves 500 identity numbers.
    """
    ways = ({one.id: words(one) for one in namesakes} for words in (_sex, _month, _day))
    told = [way for way in ways if len(set(way.values())) == len(way)]
    return told[0] if told else {one.id: _sex(one) for one in namesakes}


def _sex(child: Child) -> str:
    return child.sex


def _month(child: Child) -> str:
    return f"{child.birth_date[:4]}年{int(child.birth_date[5:7])}月生" if child.birth_date else ""


def _day(child: Child) -> str:
    return f"{int(child.birth_date[8:])}日生" if child.birth_date else ""


def number_hash(db: Database, id_number: str) -> str:
    """Give the keyed hash by which a child of an identity number is found; nothing for no number."""
    return db.keys.blind("IdNumber", id_number) if id_number else ""


def pupil_hash(db: Database, pupil_number: str) -> str:
    """Give the keyed hash by which a child of a 学籍号 is found; nothing for no number."""
    return db.keys.blind("PupilNumber", pupil_number) if pupil_number else ""


def find_child(db: Database, child_id: str) -> Child | None:
    """Give the child of an id; one that turned out to be another gives that one."""
    row = db.one(f"SELECT {COLUMNS} FROM {TABLES} WHERE c.id = ?", (child_id,))  # noqa: S608
    found = Child.of(row) if row else None
    return find_child(db, found.merged) if found and found.merged else found


def children_of_ids(db: Database, ids: Sequence[str]) -> dict[str, Child]:
    """Give some children by id."""
    sql = f"SELECT {COLUMNS} FROM {TABLES} WHERE c.merged IS NULL AND c.id IN"  # noqa: S608
    return {row["id"]: Child.of(row) for row in db.among(sql, ids)}


def child_of_number(db: Database, hashed: str) -> Child | None:
    """Give the child of an identity number's hash."""
    return next(iter(_children(db, "c.id_number_hash = ?", (hashed,))), None) if hashed else None


def child_of_pupil_number(db: Database, hashed: str) -> Child | None:
    """Give the child of a 学籍号's hash."""
    return next(iter(_children(db, "c.pupil_number_hash = ?", (hashed,))), None) if hashed else None


def values_of_children(db: Database, column: str, values: Sequence[str]) -> set[str]:
    """Give those of some values that children have in a column, for a list that asks of many at once."""
    sql = f"SELECT DISTINCT {column} AS value FROM children WHERE merged IS NULL AND {column} IN"  # noqa: S608
    return {row["value"] for row in db.among(sql, values)}


def children_of_name(db: Database, name: str, limit: int = 20) -> list[Child]:
    """Give the children of a name, of the whole roll."""
    return _children(db, "c.child_name = ? ORDER BY c.id LIMIT ?", (name, limit)) if name else []


def number_of_child(db: Database, child: Child, column: str = "id_number") -> str:
    """Give a child's identity number or `pupil_number`, for a look that is on record.

    Nothing where it is unknown or no key opens it.
    """
    row = db.one(f"SELECT {column} AS cell FROM children WHERE id = ?", (child.id,))  # noqa: S608
    try:
        return db.keys.unlock(row["cell"], f"children.{column}", child.id) if row and row["cell"] else ""
    except Unreadable:
        return ""


def children_of_class(db: Database, class_id: str) -> list[Child]:
    """Give the children of a class, by name."""
    return _children(db, "c.class = ? ORDER BY c.child_name, c.id", (class_id,))


def size_of_class(db: Database, class_id: str) -> int:
    """Count the children of a class."""
    row = db.one("SELECT count(*) AS n FROM children WHERE class = ? AND merged IS NULL", (class_id,))
    return int(row["n"]) if row else 0


def children_in_classes(db: Database) -> list[Child]:
    """Give all children in a class: for a small district."""
    return _children(db, "c.class IS NOT NULL", ())


def children_of_school(db: Database, school: str) -> list[Child]:
    """Give the children of a school; those in no class for no school."""
    return _children(db, "k.school = ?" if school else "k.school IS NULL", (school,) if school else ())


def children_named(db: Database, name: str, school: str, grade: str, class_name: str = "") -> list[Child]:
    """Give the children of a name in a grade of a school; of several classes in the one that is named."""
    where = "c.child_name = ? AND k.school = ? AND k.grade = ?"
    found = _children(db, where, (name, school, grade))
    return [one for one in found if class_name in ("", one.class_name)]


def children_called(db: Database, name: str, school: str, grade: str = "") -> list[Child]:
    """Give the children of a name at a school, whatever their grade where none is named."""
    found = _children(db, "c.child_name = ? AND k.school = ?", (name, school))
    return [one for one in found if grade in ("", one.grade)]


def cells_of_child(db: Database, child: Child) -> Row:
    """Give the row of a child as it is kept, whatever became of it."""
    row = db.one("SELECT * FROM children WHERE id = ?", (child.id,))
    if row is None:
        raise LookupError
    return row


def write_cells(db: Database, child_id: str, cells: Mapping[str, Cell]) -> None:
    """Write some columns of a child's row, in the caller's transaction, which puts on record why."""
    for column, cell in cells.items():
        db.run(f"UPDATE children SET {column} = ? WHERE id = ?", (cell, child_id))  # noqa: S608


def without_initials(db: Database, limit: int) -> list[Row]:
    """Give id, name and class of children of before, who have no letters yet by which they are found."""
    sql = "SELECT id, child_name, class FROM children WHERE initials IS NULL LIMIT ?"
    return db.all(sql, (limit,))


def note_initials(db: Database, child_id: str, name: str) -> None:
    """Give a child of before its letters, in the caller's transaction; one whose name was changed since has them."""
    db.run(
        "UPDATE children SET initials = ? WHERE id = ? AND initials IS NULL",
        (sounds.initials(name), child_id),
    )


def drop_row(db: Database, child_id: str) -> bool:
    """Take out the row of a child on whom nothing hangs and that is in no class; tell whether it was."""
    return bool(db.run("DELETE FROM children WHERE id = ? AND class IS NULL", (child_id,)).rowcount)


def enter_child(
    db: Database, child: Child, id_number: str, *, actor: str, pupil_number: str = "", source: str = ""
) -> None:
    """Enter a child that is new; `source` is where its identity is from."""
    with db.write():
        db.run(
            "INSERT INTO children (id, child_name, sex, birth_date, id_number, id_number_hash, class, town, village, demo,"
            " pupil_number, pupil_number_hash, initials, source, sourced_on)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (child.id, child.name, child.sex or None, child.birth_date or None, _locked(db, child, id_number),
             child.number_hash or None, child.class_id or None, child.town, child.village or None,
             int(db.settings.demo), _locked(db, child, pupil_number, "pupil_number"), child.pupil_hash or None,
             sounds.initials(child.name), source or None, db.today().isoformat()),
        )  # fmt: skip
        waiting.enqueue_child(db, child.id)
        audit.note(db, actor, "child.entered", child.id, child.class_id)


def change_child(
    db: Database, child: Child, id_number: str = "", *, actor: str, pupil_number: str = ""
) -> None:
    """Write a child as it is now; its numbers change only where one is given."""
    with db.write():
        db.run(
            "UPDATE children SET child_name = ?, sex = ?, birth_date = ?, class = ?, town = ?, village = ?, initials = ?"
            " WHERE id = ?",
            (child.name, child.sex or None, child.birth_date or None, child.class_id or None, child.town,
             child.village or None, sounds.initials(child.name), child.id),
        )  # fmt: skip
        if id_number:
            db.run(
                "UPDATE children SET id_number = ?, id_number_hash = ? WHERE id = ?",
                (_locked(db, child, id_number), number_hash(db, id_number), child.id),
            )
        if pupil_number:
            db.run(
                "UPDATE children SET pupil_number = ?, pupil_number_hash = ? WHERE id = ?",
                (_locked(db, child, pupil_number, "pupil_number"), pupil_hash(db, pupil_number), child.id),
            )
        audit.note(db, actor, "child.changed", child.id, child.class_id)


def take_child_out(db: Database, child: Child, *, actor: str) -> None:
    """Take a child out of its class."""
    with db.write():
        db.run("UPDATE children SET class = NULL WHERE id = ?", (child.id,))
        audit.note(db, actor, "child.left", child.id, child.class_id)


def _children(db: Database, where: str, args: Sequence[Cell]) -> list[Child]:
    sql = f"SELECT {COLUMNS} FROM {TABLES} WHERE c.merged IS NULL AND {where}"  # noqa: S608
    return [Child.of(row) for row in db.all(sql, args)]


def _locked(db: Database, child: Child, number: str, column: str = "id_number") -> str | None:
    return db.keys.lock(number, f"children.{column}", child.id) if number else None
