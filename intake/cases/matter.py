"""What a case takes from a report: where the child belongs, what it is found by, and what the clocks count from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from intake.children.children import Child
from intake.children.links import STRANGERS
from intake.kinds.envelope import Envelope
from intake.language.naming.phones import phone_end
from intake.places import gazetteer
from intake.store.db import Database

FIRST_AMONG = frozenset({"脱贫户", "低保", "特困", "孤儿", "残疾"})
"""What puts a case first among equals (教基厅函〔2024〕15号)."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What a case takes from a report: where the child belongs, and what the clocks count from."""

    child: str
    child_name: str
    class_title: str
    class_id: str
    school: str
    school_town: str
    town: str
    village: str
    first: bool
    family: bool
    keys: tuple[str, ...]
    number_key: str
    facts: Mapping[str, str]


def matter_of(db: Database, report: Envelope, answers: Mapping[str, Any], child: Child | None) -> Matter:
    """Read what a case takes from a report: of a child of the roll from the roll, otherwise from what was said."""
    number = str(answers.get("id_number") or "")
    number_key = db.keys.blind("case-id", number) if number else ""
    phone = "" if report.confidential else str(answers.get("phone") or "")  # it tells who reports
    keys = (*phone_keys(db, phone), *([number_key] if number_key else []))
    facts = {key: str(answers[key]) for key in ("last_seen", "leave_until", "what") if answers.get(key)}
    facts |= {"last_seen_rough": "是"} if answers.get("last_seen_rough") == "是" else {}
    groups = {*_words(answers, "special_group"), *_words(answers, "hardship")}
    family = answers.get("relation") not in {None, *STRANGERS}
    first = bool(groups & FIRST_AMONG)
    if child and child.class_id:
        place = gazetteer.world(db).places.get(child.school)
        town = child.town if report.town == db.settings.district_code else report.town
        home = child.village or str(answers.get("village") or "")
        return Matter(child.id, child.name, child.title, child.class_id, child.school,
                      place.town if place else report.school_town, town, home, first, family, keys, number_key,
                      facts)  # fmt: skip
    grade, name = str(answers.get("grade") or ""), str(answers.get("class_name") or "")
    return Matter(child.id if child else "", str(answers.get("child_name") or ""), f"{grade}{name}",
                  class_said(db, report.school, grade, name), report.school, report.school_town, report.town,
                  str(answers.get("village") or ""), first, family, keys, number_key, facts)  # fmt: skip


def _words(answers: Mapping[str, Any], key: str) -> list[str]:
    value = answers.get(key)
    return value if isinstance(value, list) else []


def class_said(db: Database, school: str, grade: str, name: str) -> str:
    """Give the class that was said, where it is one of the list: its teacher is the first to know."""
    if not (school and grade):
        return ""
    rows = db.all("SELECT id, class_name FROM classes WHERE school = ? AND grade = ?", (school, grade))
    said = [row["id"] for row in rows if not name or row["class_name"] == name]
    return str(said[0]) if len(said) == 1 else ""


def phone_keys(db: Database, phone: str) -> tuple[str, ...]:
    """Give the digests by which a case is found from a phone, and from its last four digits."""
    ends = (("case-phone", phone), ("case-phone-end", phone_end(phone))) if phone else ()
    return tuple(db.keys.blind(name, digits) for name, digits in ends)
