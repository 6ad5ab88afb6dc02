"""Staff: their accounts, their signing in, and the one place that says who may do what."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from intake.errors import Refused
from intake.language import text
from intake.people import roles, tries
from intake.people.roles import ROLES
from intake.people.scope import Scope, sees
from intake.people.secrets import passwords
from intake.people.tries import Knock
from intake.places.places import divisions
from intake.store import audit
from intake.store.db import Database, Row
from intake.store.ids import new_id

COMMAND = "command"
"""Who acts where a command names nobody: it has no account."""
TOWN_DIGITS, VILLAGE_DIGITS = 9, 12
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # OWASP's choice for argon2id
# Each check takes 19 MiB and a core; a crowd at the door must not take them all from those who report.
_turn = BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the staff; `area` is the code prefix that all they may see begins with.

    `kinds` are those that somebody of the bureau is in charge of; None is all of them.
    """

    id: str
    name: str
    login: str
    role: str
    area: str
    school: str
    kinds: frozenset[str] | None = None

    @property
    def actor(self) -> str:
        """Give the name by which the audit knows them."""
        return COMMAND if self.id == COMMAND else f"staff:{self.id}"


def person_of_command(db: Database) -> Person:
    """Give who acts for the bureau where a command names no account."""
    return Person(COMMAND, "命令", "", "bureau", db.settings.district_code, "")


def may(person: Person, action: str, area: str, school_town: str = "") -> bool:
    """Tell whether somebody may do something to rows of an area (a code or a code prefix), or of a school's town."""
    role = ROLES.get(person.role)
    mine = sees(Scope(person.area), town=area, school_town=school_town)
    return role is not None and action in role.actions and mine


def scope_of(db: Database, person: Person) -> Scope:
    """Give what somebody may see: their area; of it a principal the school, a teacher the classes, a cadre the village.

    Restricted rows are seen by the bureau's safety officers alone, and nobody else learns confidential reporters.
    """
    role = ROLES.get(person.role)
    if role is None:
        return Scope("")
    match role.sees:
        case "area":
            safety = role.kinds and (person.kinds is None or roles.SAFETY in person.kinds)
            return Scope(person.area, kinds=person.kinds, restricted=safety, reporters=role.kinds)
        case "school" if person.school:
            return Scope(person.area, person.school)
        case "classes":
            taught = db.all("SELECT class FROM teaches WHERE staff = ?", (person.id,))
            return Scope(person.area, classes=frozenset(row["class"] for row in taught))
        case "village" if len(person.area) == VILLAGE_DIGITS:
            return Scope(person.area[:TOWN_DIGITS], village=person.area)
    return Scope("")


def at_desk(person: Person) -> bool:
    """Tell whether the desk is open to somebody."""
    return may(person, roles.DESK, person.area)


def on_phone(person: Person) -> bool:
    """Tell whether the pages on a phone are open to somebody."""
    return may(person, roles.PHONE, person.area)


def phone_first(person: Person) -> bool:
    """Tell whether somebody comes in on a phone first, by a code, rather than at the desk by a password."""
    role = ROLES.get(person.role)
    return role is not None and role.phone and on_phone(person)


def add_person(
    db: Database,
    *,
    name: str,
    login: str,
    password: str | None,
    role: str,
    area: str,
    school: str = "",
    kinds: Collection[str] = (),
    demo: bool = False,
    actor: str = "command",
) -> str:
    """Add an account and give its id; with no password they come in by a one-time code only. Raises Refused."""
    login, name = as_login(login), text.normalise(name)
    if not login or not name:
        raise Refused("姓名和账号不能空着。", "login" if name else "name")
    refuse_role(role, kinds)
    refuse_place(db, role, area, school)
    if password is not None:
        passwords.refuse_weak(db, password, (login, name), "password")
    kept = "" if password is None else hashed(password)
    chosen = int(password is not None and not db.settings.demo)  # by somebody else than its owner
    row = (new_id(), name, login, kept, role, area, school, kept_kinds(kinds), 1, int(demo), chosen)
    with db.write():
        added = db.run(
            "INSERT INTO staff (id, name, login, password, role, area, school, kinds, active, demo, chosen)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (login) DO NOTHING",
            row,
        )
        if added.rowcount != 1:
            raise Refused("这个账号已经有了。", "login")
        audit.note(db, actor, "staff.added", row[0], f"{role} {area}")
    return row[0]


def refuse_role(role: str, kinds: Collection[str] = ()) -> None:
    """Raise Refused for a role that does not exist, and for kinds that are none or that a role cannot be given."""
    if role not in ROLES:
        raise Refused(f"没有这个角色。角色有：{'、'.join(ROLES)}。", "role")
    if unknown := [one for one in kinds if one not in roles.KINDS]:
        raise Refused(f"没有这个类别：{'、'.join(unknown)}。类别有：{'、'.join(roles.KINDS)}。", "kinds")
    if any(kinds) and not (ROLES[role].kinds and role != "bureau"):
        raise Refused("只有业务员和审核人分管类别，别的角色不用选。", "kinds")


def kept_kinds(kinds: Collection[str]) -> str:
    """Give the kinds that somebody is in charge of as they are kept; nothing means all of them."""
    chosen = set(kinds)
    return " ".join(one for one in roles.KINDS if one in chosen)


def refuse_place(db: Database, role: str, area: str, school: str) -> None:
    """Raise Refused for an area that does not exist or is none of a role, and for a school that is not in it."""
    if not area_name(db, area):
        raise Refused(
            f"没有代码为“{area}”的区、镇街或村。管辖范围要写行政区划代码，"
            f"例如 {db.settings.district_code}（区）或 220605105（镇）。",
            "area",
        )
    if ROLES[role].sees == "village" and len(area) != VILLAGE_DIGITS:
        raise Refused(f"{ROLES[role].title}的管辖范围要写到村(社区)，12 位，例如 220605105200。", "area")
    if len(area) > TOWN_DIGITS and ROLES[role].sees != "village":
        raise Refused(f"{ROLES[role].title}的管辖范围写到镇街为止，例如 {area[:TOWN_DIGITS]}。", "area")
    row = db.one("SELECT town FROM schools WHERE code = ?", (school,)) if school else None
    if school and row is None:
        raise Refused("名单里没有这所学校。", "school")
    if row and not sees(Scope(area), town=row["town"]):
        raise Refused(f"这所学校不在{area_name(db, area)}。", "school")


def area_name(db: Database, area: str) -> str:
    """Give the name of the district, a town, or a village with its town's; nothing where there is none."""
    if area == db.settings.district_code:
        return db.settings.district_name
    places = {one.code: one for one in divisions()}
    found, town = places.get(area), places.get(area[:TOWN_DIGITS])
    return f"{town.name}{found.name}" if found and town and found != town else found.name if found else ""


def person_by_id(db: Database, person_id: str) -> Person | None:
    """Give an active account by its id."""
    row = db.one("SELECT * FROM staff WHERE id = ? AND active = 1", (person_id,))
    return person_of_row(row) if row else None


def name_of(db: Database, actor: str) -> str:
    """Give the name of whoever acted, of an account that has ended too; nothing of a program."""
    row = db.one("SELECT name FROM staff WHERE id = ?", (actor.removeprefix("staff:"),))
    return str(row["name"]) if row else ""


def person_by_login(db: Database, login: str) -> Person | None:
    """Give an active account by its login."""
    row = db.one("SELECT * FROM staff WHERE login = ? AND active = 1", (as_login(login),))
    return person_of_row(row) if row else None


def sign_in(
    db: Database, login: str, password: str, verb: str = "staff.signed_in", knock: Knock | str = ""
) -> Person | None:
    """Give the person whose login and password these are, or None, at the same effort. Raises TooMany."""
    login = as_login(login)
    taken = tries.take_try(db, tries.PASSWORD, tries.account_of(db, login), knock)
    row = db.one("SELECT * FROM staff WHERE login = ? AND active = 1", (login,))
    if not matches((row["password"] if row else "") or nobody(), password) or row is None:
        with db.write():
            note_failed(db, row["id"] if row else "")
            audit.note(db, "desk", "staff.sign_in_failed", row["id"] if row else "")
        return None
    person = person_of_row(row)
    with db.write():
        tries.give_back(db, taken)
        audit.note(db, person.actor, verb, person.id)
    return person


def note_failed(db: Database, staff_id: str) -> None:
    """Count, in the caller's transaction, a wrong password or code of somebody, for them to be told."""
    db.run("UPDATE staff SET failed = failed + 1 WHERE id = ?", (staff_id,))


def take_failed(db: Database, person: Person) -> int:
    """Give, in the caller's transaction, how often somebody's password or code was wrong since this was asked last."""
    row = db.one("SELECT failed FROM staff WHERE id = ?", (person.id,))
    if row and row["failed"]:
        db.run("UPDATE staff SET failed = 0 WHERE id = ?", (person.id,))
    return int(row["failed"]) if row else 0


def as_login(said: str) -> str:
    """Give a login as it is kept, however it was typed."""
    return text.normalise(said).casefold()


def hashed(secret: str) -> str:
    """Give what is kept of a password."""
    with _turn:
        return _hasher.hash(secret)


def matches(kept: str, secret: str) -> bool:
    """Tell whether this is the secret that something was kept of."""
    with _turn:
        try:
            return _hasher.verify(kept, secret[: passwords.LONGEST + 1])
        except (VerificationError, InvalidHashError):
            return False


@cache
def nobody() -> str:
    """Give a hash that no password fits, so that unknown logins take as long as known ones."""
    return hashed(new_id())


def people_who_may(db: Database, action: str) -> list[Person]:
    """Give the active accounts whose role may do something, wherever."""
    able = [key for key, role in ROLES.items() if action in role.actions]
    marks = ", ".join("?" * len(able))
    rows = db.all(f"SELECT * FROM staff WHERE active = 1 AND role IN ({marks}) ORDER BY id", able)  # noqa: S608
    return [person_of_row(row) for row in rows] if able else []


def person_of_row(row: Row) -> Person:
    """Read a person from a row of their account."""
    kinds = frozenset(str(row["kinds"]).split())
    return Person(
        row["id"], row["name"], row["login"], row["role"], row["area"], row["school"] or "", kinds or None
    )
