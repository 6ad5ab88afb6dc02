"""Teachers and their WeChat: a one-time code of the bureau binds them, and each has classes.

A code is kept as a keyed digest only, works once within TERM, and is read aloud or handed over on paper.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from intake import audit, clock, gazetteer, people, spoken, tries
from intake.db import Database
from intake.people import Person

TERM = timedelta(days=30)
"""How long a code waits for its teacher."""
DIGITS = 8


class Refused(people.Refused):
    """What cannot be bound or taught; the text says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Class:
    """A class of the bureau's list; `town` is that of the school."""

    id: str
    school: str
    school_name: str
    town: str
    grade: str
    class_name: str

    @property
    def title(self) -> str:
        """Give 三年级2班."""
        return f"{self.grade}{self.class_name}"


def issue(db: Database, staff_id: str) -> str:
    """Give a new code for a member of staff; it replaces those not used yet. Raises Refused."""
    if people.get(db, staff_id) is None:
        raise Refused("没有这个账号，或者已经停用。")
    with db.write():
        db.run("DELETE FROM bindings WHERE staff = ? AND used_at IS NULL", (staff_id,))
        until = clock.stamp(db.now() + TERM)
        while True:
            code = str(10 ** (DIGITS - 1) + secrets.randbelow(9 * 10 ** (DIGITS - 1)))
            done = db.run(
                "INSERT INTO bindings (code_hash, staff, expires_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (_digest(db, code), staff_id, until),
            )
            if done.rowcount == 1:
                break
        audit.note(db, "command", "binding.issued", staff_id)
    return code


def bind(db: Database, reporter: str, code: str) -> Person:
    """Bind a reporter to the member of staff whose code this is. Raises Refused.

    One WeChat for each: a new one takes the place of the old one.
    """
    what = f"bind:{reporter}"
    try:
        tries.refuse(db, what)
    except tries.TooMany:
        raise Refused("试的次数太多了，请过 15 分钟再试。") from None
    with db.write():
        row = db.one("SELECT * FROM bindings WHERE code_hash = ?", (_digest(db, code),))
        known = of(db, reporter)
        if row and row["used_at"] and known and known.id == row["staff"]:
            return known  # sent twice
        person = people.get(db, row["staff"]) if row else None
        at = clock.stamp(db.now())
        if row is None or row["used_at"] or person is None or row["expires_at"] <= at:
            tries.count(db, what)
            audit.note(db, reporter, "binding.failed", row["staff"] if row else "")
        else:
            db.run("UPDATE bindings SET used_at = ? WHERE code_hash = ?", (at, row["code_hash"]))
            db.run("DELETE FROM bound WHERE staff = ? OR reporter = ?", (person.id, reporter))
            db.run("INSERT INTO bound (reporter, staff, at) VALUES (?, ?, ?)", (reporter, person.id, at))
            tries.forget(db, what)
            audit.note(db, reporter, "binding.made", person.id)
            return person
    # Raised outside, so that the wrong try stays counted.
    if row and row["expires_at"] <= at:
        raise Refused("这个绑定码过期了，请找发码的人再要一个。")
    raise Refused("绑定码不对，或者已经用过了。请核对 8 位数字，或者再要一个。")


def unbind(db: Database, reporter: str) -> bool:
    """Undo the binding of a reporter; tell whether there was one."""
    with db.write():
        row = db.one("SELECT staff FROM bound WHERE reporter = ?", (reporter,))
        if row is None:
            return False
        db.run("DELETE FROM bound WHERE reporter = ?", (reporter,))
        audit.note(db, reporter, "binding.undone", row["staff"])
    return True


def of(db: Database, reporter: str) -> Person | None:
    """Give the member of staff a reporter is; None for everybody else, and for accounts switched off."""
    row = db.one("SELECT staff FROM bound WHERE reporter = ?", (reporter,))
    return people.get(db, row["staff"]) if row else None


def teach(db: Database, staff_id: str, class_id: str) -> None:
    """Say that somebody teaches a class; again is harmless. Raises Refused."""
    person, taught = people.get(db, staff_id), one_class(db, class_id)
    if person is None:
        raise Refused("没有这个账号，或者已经停用。")
    if taught is None:
        raise Refused("名单里没有这个班。")
    if not people.may(person, "roll.mark", taught.town):
        raise Refused("这个账号不是老师或校长，或者管辖范围不包括这所学校。")
    with db.write():
        done = db.run(
            "INSERT INTO teaches (staff, class) VALUES (?, ?) ON CONFLICT DO NOTHING", (staff_id, class_id)
        )
        if done.rowcount:
            audit.note(db, "command", "class.given", staff_id, class_id)


def leave(db: Database, staff_id: str, class_id: str) -> bool:
    """Say that somebody teaches a class no longer; tell whether they did."""
    with db.write():
        done = db.run("DELETE FROM teaches WHERE staff = ? AND class = ?", (staff_id, class_id))
        if done.rowcount:
            audit.note(db, "command", "class.taken", staff_id, class_id)
    return bool(done.rowcount)


_CLASSES = "SELECT c.id, c.school, s.name, s.town, c.grade, c.class_name FROM classes c JOIN schools s ON s.code = c.school"


def classes(db: Database, staff_id: str) -> list[Class]:
    """Give the classes somebody teaches, by school and grade."""
    return _read(db, "JOIN teaches t ON t.class = c.id WHERE t.staff = ?", staff_id)


def one_class(db: Database, class_id: str) -> Class | None:
    """Give a class by its id."""
    row = db.one(f"{_CLASSES} WHERE c.id = ?", (class_id,))
    return Class(*row) if row else None


def classes_of(db: Database, school: str) -> list[Class]:
    """Give the classes of a school (its code), by grade."""
    return _read(db, "WHERE c.school = ?", school)


def find(db: Database, school: str, grade: str, name: str) -> Class:
    """Find a class by what people call its school, its grade and itself. Raises Refused."""
    found = gazetteer.world(db).places.school(school)
    if found.place is None:
        names = "、".join(f"{one.name}（{one.code}）" for one in found.candidates)
        raise Refused(f"不能确定是哪所学校，请写代码：{names}" if names else "名单里没有这所学校。")
    there = classes_of(db, found.place.code)
    wanted = (spoken.grade(grade), spoken.class_name(name))
    meant = next((one for one in there if (one.grade, one.class_name) == wanted), None)
    if meant is None:
        titles = "、".join(one.title for one in there)
        raise Refused(
            f"{found.place.name}没有这个班。有：{titles}" if titles else f"{found.place.name}还没有班级名单。"
        )
    return meant


def has(db: Database, person: Person, class_id: str, action: str) -> bool:
    """Tell whether somebody teaches a class and may do something there."""
    taught = db.one("SELECT 1 FROM teaches WHERE staff = ? AND class = ?", (person.id, class_id))
    found = one_class(db, class_id) if taught else None
    return found is not None and people.may(person, action, found.town)


def _read(db: Database, which: str, key: str) -> list[Class]:
    found = [Class(*row) for row in db.all(f"{_CLASSES} {which}", (key,))]
    return sorted(
        found, key=lambda one: (one.school_name, "一二三四五六七八九".find(one.grade[:1]), one.class_name)
    )


def _digest(db: Database, code: str) -> str:
    return db.keys.digest("binding", code)
