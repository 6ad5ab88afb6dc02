"""The blind hashes by which children are found: telephones and their ends, a guardian's name with a telephone, a home.

They follow from facts that hold, and go with them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from intake.language.naming.names import name_key
from intake.language.naming.phones import phone_end
from intake.language.text import compact
from intake.store.db import Database

PHONE, PHONE_END, FAMILY, HOME = "phone", "phone_end", "family", "home"
MOST = 8
"""Children who may share a key and still be of one family; a number of more is a teacher's or a shop's."""


def phone_key(db: Database, phone: str) -> str:
    """Give the key of a whole telephone number."""
    return db.keys.blind("ChildPhone", phone)


def end_key(db: Database, four: str) -> str:
    """Give the key of a telephone's last four digits."""
    return db.keys.blind("ChildPhoneEnd", four)


def family_key(db: Database, name: str, phone: str) -> str:
    """Give the key of a guardian: the name with the telephone; of one alone nobody is known."""
    return db.keys.blind("ChildFamily", f"{name_key(name)} {phone}")


def home_key(db: Database, place: str) -> str:
    """Give the key of a home as it is written: with a house number, or 户号, else it is no single home."""
    return db.keys.blind("ChildHome", compact(place))


def enter(db: Database, child: str, fact: str, kind: str, value: Mapping[str, Any]) -> None:
    """Let a child be found by what a fact tells, in the caller's transaction."""
    for sort, key in keys_told(db, kind, value):
        db.run(
            "INSERT INTO child_keys (key, sort, child, fact) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (key, sort, child, fact),
        )


def drop(db: Database, fact: str) -> None:
    """Let a child be found no more by a fact that has ended, in the caller's transaction."""
    db.run("DELETE FROM child_keys WHERE fact = ?", (fact,))


def children_by_key(db: Database, sort: str, keys: Sequence[str], most: int = MOST) -> list[str]:
    """Give the ids of the children that have one of some keys; nothing where more than `most` do."""
    if not keys:
        return []
    rows = db.all(
        f"SELECT DISTINCT child FROM child_keys WHERE sort = ? AND key IN ({', '.join('?' * len(keys))}) LIMIT ?",  # noqa: S608
        [sort, *keys, most + 1],
    )
    return [row["child"] for row in rows] if len(rows) <= most else []


def keys_told(db: Database, kind: str, value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the keys (sort, key) by which a fact lets its child be found."""
    phone, name = value.get("phone"), value.get("guardian_name") or value.get("name")
    if phone:
        yield PHONE, phone_key(db, phone)
        yield PHONE_END, end_key(db, phone_end(phone))
        if name and kind in ("guardian", "father", "mother"):
            yield FAMILY, family_key(db, name, phone)
    if kind == "household" and value.get("household_number"):
        yield HOME, home_key(db, f"{value.get('household_place', '')}#{value['household_number']}")
    elif kind == "residence" and any(map(str.isdigit, value.get("residence", ""))):
        yield HOME, home_key(db, value["residence"])
