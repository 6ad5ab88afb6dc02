"""Teachers' one-time codes and their WeChat, which such a code binds; and each has classes.

A code is kept as a keyed digest only, works once within TERM, and is read aloud or handed over on paper.
It opens one door: that of the chat, or that of the pages (intake.people.pins). Those of before have eight digits, and
are good with the phone number alone.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from intake.calendar import clock
from intake.errors import Refused, TooMany
from intake.language import spoken
from intake.language.slip_codes import DIGITS, OLD_DIGITS
from intake.people import accounts, tries
from intake.people.accounts import Person
from intake.people.roles import ROLES
from intake.people.tries import Knock, Secret, Try
from intake.places import gazetteer
from intake.places.places import Place
from intake.store import audit
from intake.store.db import Database

TERM = timedelta(days=7)
"""How long a code waits for its teacher."""
NEEDS_PHONE = "这是旧的 8 位码，请连手机号一起写上，例如：绑定 12345678 13812340001。"
CROWDED = "现在试绑定码的人太多，请连手机号一起写上，例如：绑定 1234567890 13812340001。"
WRONG = f"绑定码不对，或者已经用过了。请核对 {DIGITS} 位数字，或者再要一个。"
WRONG_TOGETHER = "绑定码和手机号对不上，或者码已经用过了。请核对，或者再要一个。"


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


@dataclass(frozen=True, slots=True)
class OneTimeCode:
    """A code that was given out: by its digest, whose it is (None: switched off since), and why it is no good."""

    digest: str
    staff: str
    person: Person | None
    used: bool
    expired: bool
    door: str = ""
    """By which door alone it lets in; by any where it was given by somebody else than its owner."""

    @property
    def good(self) -> bool:
        """Tell whether it may be used."""
        return self.person is not None and not self.used and not self.expired


def find_code(db: Database, digest: str) -> OneTimeCode | None:
    """Give what is known of a code, by its `digest`; None if it was never given out, or has been replaced."""
    row = db.one("SELECT * FROM bindings WHERE code_hash = ?", (digest,))
    if row is None:
        return None
    expired = row["expires_at"] <= clock.stamp(db.now())
    return OneTimeCode(
        digest,
        row["staff"],
        accounts.person_by_id(db, row["staff"]),
        bool(row["used_at"]),
        expired,
        row["door"],
    )


def use_up(db: Database, code: OneTimeCode) -> None:
    """Let a code be used no more; in the transaction in which it was found good."""
    db.run("UPDATE bindings SET used_at = ? WHERE code_hash = ?", (clock.stamp(db.now()), code.digest))


def waits(db: Database, staff_id: str) -> bool:
    """Tell whether somebody has been given a code that still opens a door."""
    sql = "SELECT 1 FROM bindings WHERE staff = ? AND used_at IS NULL AND expires_at > ?"
    return db.one(sql, (staff_id, clock.stamp(db.now()))) is not None


def issue_code(db: Database, staff_id: str, actor: str = "command", door: str = "") -> str:
    """Give a new code for a member of staff; it replaces those not used yet. Raises Refused.

    With a `door` it opens that one alone: what a PIN proved must not open the desk.
    """
    if accounts.person_by_id(db, staff_id) is None:
        raise Refused("没有这个账号，或者已经停用。")
    with db.write():
        db.run("DELETE FROM bindings WHERE staff = ? AND used_at IS NULL", (staff_id,))
        until = clock.stamp(db.now() + TERM)
        while True:
            # None begins with 1, as mobile numbers do: where both stand together it is plain which is which.
            made = str(2 * 10 ** (DIGITS - 1) + secrets.randbelow(8 * 10 ** (DIGITS - 1)))
            done = db.run(
                "INSERT INTO bindings (code_hash, staff, expires_at, door) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (digest(db, made), staff_id, until, door),
            )
            if done.rowcount == 1:
                break
        audit.note(db, actor, "binding.issued", staff_id)
    return made


def secret_of(code: str) -> Secret:
    """Give under what a wrong code is counted."""
    return tries.OLD_CODE if len(code) == OLD_DIGITS else tries.CODE


def bind(db: Database, reporter: str, said: str, phone: str = "") -> Person:
    """Bind a reporter to the member of staff whose code this is. Raises Refused.

    One WeChat for each: a new one takes the place of the old one. An old code needs the `phone` with it; so does any
    while somebody is guessing codes by the hundred, whatever number of WeChats they have.
    """
    if not phone and len(said) == OLD_DIGITS:
        raise Refused(NEEDS_PHONE)
    with db.write():
        found, known = find_code(db, digest(db, said)), person_bound(db, reporter)
        if found and found.used and known and known.id == found.staff:
            return known  # sent twice
        taken = _take_tries(db, reporter, said, phone)
        if found and phone and not _is_login(found.person, phone):
            found = None
        if found and found.good and found.person:
            use_up(db, found)
            db.run("DELETE FROM bound WHERE staff = ? OR reporter = ?", (found.staff, reporter))
            db.run(
                "INSERT INTO bound (reporter, staff, at) VALUES (?, ?, ?)",
                (reporter, found.staff, clock.stamp(db.now())),
            )
            for one in taken:
                tries.give_back(db, one)
            audit.note(db, reporter, "binding.made", found.staff)
            return found.person
        audit.note(db, reporter, "binding.failed", found.staff if found else "")
    # Raised outside, so that the wrong try stays counted.
    if found and found.expired:
        raise Refused("这个绑定码过期了，请找发码的人再要一个。")
    raise Refused(WRONG_TOGETHER if phone else WRONG)


def _take_tries(db: Database, reporter: str, said: str, phone: str) -> list[Try]:
    """Count a code from the chat: for the reporter and the house, or with a phone number for that account. Raises Refused."""
    if not phone and tries.crowded(db, tries.BINDING):
        raise Refused(CROWDED)
    try:
        taken = [tries.take_try(db, tries.BINDING, reporter, "")]
        if phone:
            taken.append(
                tries.take_try(db, secret_of(said), tries.account_of_phone(db, phone), Knock(reporter))
            )
    except TooMany as wait:
        raise Refused(str(wait)) from None
    return taken


def _is_login(person: Person | None, phone: str) -> bool:
    return person is not None and person.login == spoken.phone(phone)


def unbind(db: Database, reporter: str) -> bool:
    """Undo the binding of a reporter; tell whether there was one."""
    with db.write():
        row = db.one("SELECT staff FROM bound WHERE reporter = ?", (reporter,))
        if row is None:
            return False
        db.run("DELETE FROM bound WHERE reporter = ?", (reporter,))
        audit.note(db, reporter, "binding.undone", row["staff"])
    return True


def person_bound(db: Database, reporter: str) -> Person | None:
    """Give the member of staff a reporter is; None for everybody else, and for accounts switched off."""
    row = db.one("SELECT staff FROM bound WHERE reporter = ?", (reporter,))
    return accounts.person_by_id(db, row["staff"]) if row else None


def bound(db: Database, staff_id: str) -> bool:
    """Tell whether a member of staff has bound a WeChat."""
    return db.one("SELECT 1 FROM bound WHERE staff = ?", (staff_id,)) is not None


def teach(db: Database, staff_id: str, class_id: str, actor: str = "command") -> None:
    """Say that somebody teaches a class; again is harmless. Raises Refused."""
    person, taught = accounts.person_by_id(db, staff_id), one_class(db, class_id)
    if person is None:
        raise Refused("没有这个账号，或者已经停用。")
    if taught is None:
        raise Refused("名单里没有这个班。")
    if not accounts.may(person, "roll.mark", taught.town):
        raise Refused("这个账号不是老师或校长，或者管辖范围不包括这所学校。")
    with db.write():
        done = db.run(
            "INSERT INTO teaches (staff, class) VALUES (?, ?) ON CONFLICT DO NOTHING", (staff_id, class_id)
        )
        if done.rowcount:
            audit.note(db, actor, "class.given", staff_id, class_id)


def leave(db: Database, staff_id: str, class_id: str, actor: str = "command") -> bool:
    """Say that somebody teaches a class no longer; tell whether they did."""
    with db.write():
        done = db.run("DELETE FROM teaches WHERE staff = ? AND class = ?", (staff_id, class_id))
        if done.rowcount:
            audit.note(db, actor, "class.taken", staff_id, class_id)
    return bool(done.rowcount)


_CLASSES = "SELECT c.id, c.school, s.name, s.town, c.grade, c.class_name FROM classes c JOIN schools s ON s.code = c.school"


def classes_taught(db: Database, staff_id: str) -> list[Class]:
    """Give the classes somebody teaches, by school and grade."""
    return _read(db, "JOIN teaches t ON t.class = c.id WHERE t.staff = ?", staff_id)


def classes_open(db: Database, person: Person) -> list[Class]:
    """Give the classes whose rolls are open to somebody: those she teaches; to a principal all of the school."""
    if _leads(person):
        return classes_of(db, person.school)
    return classes_taught(db, person.id)


def _leads(person: Person) -> bool:
    role = ROLES.get(person.role)
    return role is not None and role.sees == "school" and bool(person.school)


def one_class(db: Database, class_id: str) -> Class | None:
    """Give a class by its id."""
    row = db.one(f"{_CLASSES} WHERE c.id = ?", (class_id,))
    return Class(*row) if row else None


def classes_of(db: Database, school: str) -> list[Class]:
    """Give the classes of a school (its code), by grade."""
    return _read(db, "WHERE c.school = ?", school)


def school_meant(db: Database, said: str) -> Place:
    """Find a school by what people call it, or by its code. Raises Refused, naming those that may be meant."""
    found = gazetteer.world(db).places.school(said)
    if found.place is None:
        names = "、".join(f"{one.name}（{one.code}）" for one in found.candidates)
        raise Refused(f"不能确定是哪所学校，请写代码：{names}" if names else "名单里没有这所学校。")
    return found.place


def find_class(db: Database, school: str, grade: str, name: str) -> Class:
    """Find a class by what people call its school, its grade and itself. Raises Refused."""
    place = school_meant(db, school)
    there = classes_of(db, place.code)
    wanted = (spoken.grade(grade), spoken.class_name(name))
    meant = next((one for one in there if (one.grade, one.class_name) == wanted), None)
    if meant is None:
        titles = "、".join(one.title for one in there)
        raise Refused(f"{place.name}没有这个班。有：{titles}" if titles else f"{place.name}还没有班级名单。")
    return meant


def may_in_class(db: Database, person: Person, class_id: str, action: str) -> bool:
    """Tell whether a class is somebody's (see `classes_open`), who may do something there."""
    found = one_class(db, class_id)
    if found is None or not accounts.may(person, action, found.town):
        return False
    if _leads(person):
        return found.school == person.school
    return db.one("SELECT 1 FROM teaches WHERE staff = ? AND class = ?", (person.id, class_id)) is not None


def _read(db: Database, which: str, key: str) -> list[Class]:
    found = [Class(*row) for row in db.all(f"{_CLASSES} {which}", (key,))]
    return sorted(found, key=lambda one: (one.school_name, spoken.class_order(one.title)))


def digest(db: Database, said: str) -> str:
    """Give the digest by which a code is kept."""
    return db.keys.digest("binding", said)
