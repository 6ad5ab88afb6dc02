"""What somebody types to find a child by, within what they may see: a name in any spelling, its first letters, a number.

Names are kept in one spelling; lists of before and of other hands may have another (古丽买买提, 古丽•买买提). So beside
the beginning of a name as it stands those are found whose first letters fit and which are the same without their dots.
"""

from dataclasses import dataclass

from intake.children import child_keys
from intake.children.access import PLACED, children_within
from intake.children.children import COLUMNS, ROWS, Child, number_hash, pupil_hash
from intake.language import sounds, text
from intake.language.identity import document_number
from intake.language.naming.names import name_key, typed_name
from intake.language.naming.phones import phone_number
from intake.language.patterns import regex
from intake.people.scope import Scope
from intake.store.db import Cell, Database

PAGE = 18
"""Children of a page."""
MOST = 1_000
"""Children that are counted; of more it is said that there are more."""
LONGEST = 60
"""Characters of a search."""
NOBODY = "1 = 0"
Condition = tuple[str, list[Cell]]
_NUMBER = regex(r"[A-Z]?\d{17}[\dX]")
_LONG = 4
"""Characters from which on a name may have a dot that somebody leaves out."""
_ALIKE = 500
"""Names with the same first letters that are compared letter by letter."""


@dataclass(frozen=True, slots=True)
class ChildFilter:
    """Which children somebody wants to see: what was typed, and codes of a town, a school and a class; `free` in no class.

    `sound`: those whose whole name sounds like what was typed.
    """

    q: str = ""
    town: str = ""
    school: str = ""
    class_id: str = ""
    free: str = ""
    sound: str = ""

    @property
    def narrows(self) -> bool:
        """Tell whether anything is asked for."""
        return bool(self.q or self.town or self.school or self.class_id or self.free)


def listed_children(
    db: Database, scope: Scope, wanted: ChildFilter, skip: int = 0, size: int = PAGE
) -> list[Child]:
    """Give a page of the children that somebody wants to see and may, by name."""
    sql, args = _wanted(db, scope, wanted)
    rows = db.all(
        f"SELECT {COLUMNS} FROM {PLACED} WHERE {sql} ORDER BY c.child_name, c.id LIMIT ? OFFSET ?",  # noqa: S608
        [*args, size, skip],
    )
    return [Child.of(row) for row in rows]


def number_of_children(db: Database, scope: Scope, wanted: ChildFilter) -> int:
    """Count the same, up to one more than MOST."""
    sql, args = _wanted(db, scope, wanted)
    row = db.one(
        f"SELECT count(*) AS n FROM (SELECT c.id FROM {PLACED} WHERE {sql} LIMIT ?) AS found",  # noqa: S608
        [*args, MOST + 1],
    )
    return int(row["n"]) if row else 0


def children_known(
    db: Database, name: str, number: str, most: int, scope: Scope | None = None
) -> list[Child]:
    """Give the children of the whole district of a name in any spelling, or of a number of identity, a 学籍号 or a phone.

    Those of the number stand first. Whoever asks leaves out what somebody may not see; with a `scope` those of it alone
    are read, so that no namesakes of elsewhere use up the number of `most`.
    """
    within, codes = children_within(scope) if scope else ("c.merged IS NULL", [])
    found: dict[str, Child] = {}
    for sql, args in (_by_number(db, number) if number else (NOBODY, []), _of_name(db, name)):
        rows = db.all(
            f"SELECT {COLUMNS} FROM {PLACED} WHERE {within} AND {sql} ORDER BY c.id LIMIT ?",  # noqa: S608
            [*codes, *args, most],
        )
        found |= {one.id: one for one in map(Child.of, rows)}
    return list(found.values())[:most]


def is_of_one(said: str) -> bool:
    """Tell whether what was typed is meant for one child: a whole number, or a whole name."""
    said = said[:LONGEST]
    if is_number(said):
        return True
    called = typed_name(said)
    return called is not None and not (called.isascii() and called.islower())


def is_number(said: str) -> bool:
    """Tell whether what was typed is a whole number of identity, a 学籍号 or a telephone."""
    return bool(_NUMBER.fullmatch(_document(said)) or phone_number(said[:LONGEST]))


def found_by(db: Database, said: str) -> Condition:
    """Give the condition (SQL, arguments) over `children c` for what was typed; nothing that can be read finds nobody."""
    said = said[:LONGEST]
    if is_number(said):
        return _by_number(db, said)
    plain = text.compact(said)
    digits = plain.replace("-", "")
    if digits.isdecimal():
        return (
            _of_key(child_keys.PHONE_END, child_keys.end_key(db, digits))
            if len(digits) == 4
            else (NOBODY, [])
        )
    return _by_name(db, said) if plain else (NOBODY, [])


def _by_number(db: Database, said: str) -> Condition:
    number = _document(said)
    if _NUMBER.fullmatch(number):
        own = number if number[0].isdecimal() else number[1:]
        pupils = [pupil_hash(db, one) for one in dict.fromkeys((number, own, f"G{own}"))]
        return (
            f"(c.id_number_hash = ? OR c.pupil_number_hash IN ({', '.join('?' * len(pupils))}))",
            [number_hash(db, own), *pupils],
        )
    if phone := phone_number(said[:LONGEST]):
        return _of_key(child_keys.PHONE, child_keys.phone_key(db, phone))
    hashed = [number_hash(db, number), pupil_hash(db, number)] if number else []
    return ("(c.id_number_hash = ? OR c.pupil_number_hash = ?)", [*hashed]) if hashed else (NOBODY, [])


def _of_key(sort: str, key: str) -> Condition:
    return "c.id IN (SELECT f.child FROM child_keys f WHERE f.sort = ? AND f.key = ?)", [sort, key]


def _by_name(db: Database, said: str) -> Condition:
    """Find names that begin so, and first letters that do where letters alone were typed."""
    plain = text.compact(said)
    if plain.isascii() and plain.isalnum():
        return "c.initials >= ? AND c.initials < ?", [plain.lower(), f"{plain.lower()}~"]
    parts: list[str] = []
    args: list[Cell] = []
    for one in dict.fromkeys(filter(None, (typed_name(said), plain))):
        parts.append("(c.child_name >= ? AND c.child_name < ?)")
        args += [one, f"{one}\U0010ffff"]
    if alike := _spelt_otherwise(db, said):
        parts.append(f"c.id IN ({', '.join('?' * len(alike))})")
        args += alike
    return f"({' OR '.join(parts)})", args


def _by_sound(db: Database, said: str) -> Condition:
    """Find names that sound as a whole like what was typed: 张小明 for 张晓明."""
    name = typed_name(said) or ""
    if len(name) < 2 or is_number(said) or not sounds.initials(name) or any(one.isascii() for one in name):
        return NOBODY, []
    heard = sounds.sounds_of(name)
    rows = db.all(
        f"SELECT c.id, c.child_name FROM {ROWS} WHERE c.initials = ? AND c.merged IS NULL LIMIT ?",  # noqa: S608
        (sounds.initials(name), _MANY),
    )
    alike: list[Cell] = [row["id"] for row in rows if sounds.sounds_of(row["child_name"]) == heard][:_ALIKE]
    return (f"c.id IN ({', '.join('?' * len(alike))})", alike) if alike else (NOBODY, [])


def _of_name(db: Database, said: str) -> Condition:
    """Find the very name, in whatever spelling."""
    names = list(dict.fromkeys(filter(None, (typed_name(said), text.compact(said)))))
    alike = _spelt_otherwise(db, said, whole=True)
    parts = [f"c.child_name IN ({', '.join('?' * len(names))})"] if names else []
    if alike:
        parts.append(f"c.id IN ({', '.join('?' * len(alike))})")
    return (f"({' OR '.join(parts)})", [*names, *alike]) if parts else (NOBODY, [])


def _spelt_otherwise(db: Database, said: str, *, whole: bool = False) -> list[str]:
    """Give the ids of names that are the same but for dots, spaces, width and case."""
    key, first = name_key(said), sounds.initials(text.normalise(said))
    mixed = any(one.isascii() for one in key)
    if len(first) < 2 or not (mixed or len(key) >= _LONG):
        return []
    rows = db.all(
        f"SELECT c.id, c.child_name FROM {ROWS} WHERE c.initials >= ? AND c.initials < ? AND c.merged IS NULL LIMIT ?",  # noqa: S608
        (first, first + ("!" if whole else "~"), _ALIKE),
    )
    keys = ((row["id"], name_key(row["child_name"])) for row in rows)
    return [child for child, other in keys if (other == key if whole else other.startswith(key))][:_ALIKE]


def _wanted(db: Database, scope: Scope, wanted: ChildFilter) -> Condition:
    within, codes = children_within(scope)
    by = _by_sound if wanted.sound else found_by
    parts: list[Condition] = [by(db, wanted.q)] if wanted.q else []
    area = wanted.town or ("" if wanted.narrows or scope.school else scope.area)
    if area:
        parts.append(
            _of_area(db, area, alone=not (wanted.q or wanted.school or wanted.class_id or wanted.free))
        )
    if wanted.school:
        parts.append(("k.school = ?", [wanted.school]))
    if wanted.class_id:
        parts.append(("c.class = ?", [wanted.class_id]))
    if wanted.free:
        parts.append(("c.class IS NULL", []))
    parts.append((within, [*codes]))
    return " AND ".join(sql for sql, _ in parts), [cell for _, cells in parts for cell in cells]


def _of_area(db: Database, area: str, *, alone: bool) -> Condition:
    """Find the children who live or learn in an area.

    Where it is all that is asked for and few are there, by what each table has an index for; of many the first by name
    are soon met with.
    """
    end = str(int(area) + 1).zfill(len(area)) if area.isdecimal() else area
    args: list[Cell] = [area, end, area, end]
    if alone:
        bounded = f"SELECT count(*) AS n FROM (SELECT 1 FROM ({_THERE}) AS every LIMIT ?) AS found"  # noqa: S608
        row = db.one(bounded, [*args, _MANY])
        if row and row["n"] < _MANY:
            return f"c.id IN ({_THERE})", args
    return "((c.town >= ? AND c.town < ?) OR (s.town >= ? AND s.town < ?))", args


_THERE = (
    f"SELECT c.id FROM {ROWS} WHERE c.town >= ? AND c.town < ? UNION ALL"  # noqa: S608
    f" SELECT c.id FROM {ROWS} WHERE c.class IN (SELECT r.id FROM classes r WHERE r.school IN"
    " (SELECT n.code FROM schools n WHERE n.town >= ? AND n.town < ?))"
)
_MANY = 3_000
"""Children of an area from which on it is no small one."""


def _document(said: str) -> str:
    return document_number(said[:LONGEST]) or ""
