"""Staff: their accounts, their signing in, and the one place that says who may do what."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from intake.errors import Refused
from intake.language import text
from intake.people import tries
from intake.people.scope import Scope, sees
from intake.places.places import divisions
from intake.store import audit
from intake.store.db import Database, Row
from intake.store.ids import new_id


@dataclass(frozen=True, slots=True)
class Role:
    """What those of a role may do, and whether they see all of their area, a school's rows, or their classes'.

    Its area is the district or a town; where `villages`, it may be a village.
    """

    title: str
    actions: frozenset[str]
    sees: str = "area"
    villages: bool = False


# The roll and the parents of a class belong to whoever teaches it (intake.people.bindings); a principal may, too.
ROLES: Mapping[str, Role] = {
    "bureau": Role(
        "教育局",
        frozenset({"desk.read", "export.masked", "talk.read", "talk.answer", "report.place", "account.own"}),
    ),
    "town": Role("镇街", frozenset({"desk.read", "export.masked", "account.own"})),
    "principal": Role("校长", frozenset({"roll.mark", "link.decide"}), "school"),
    "teacher": Role("老师", frozenset({"roll.mark", "link.decide"}), "classes"),
}
"""What each role may do; what is not here is denied."""

SHORTEST = 8
LONGEST = 200
TOWN_DIGITS = 9
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # OWASP's choice for argon2id
# Each check takes 19 MiB and a core; a crowd at the door must not take them all from those who report.
_turn = BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the staff; `area` is the code prefix that all they may see begins with."""

    id: str
    name: str
    login: str
    role: str
    area: str
    school: str

    @property
    def actor(self) -> str:
        """Give the name by which the audit knows them."""
        return f"staff:{self.id}"


def may(person: Person, action: str, area: str, school_town: str = "") -> bool:
    """Tell whether somebody may do something to rows of an area (a code or a code prefix), or of a school's town."""
    role = ROLES.get(person.role)
    mine = sees(Scope(person.area), town=area, school_town=school_town)
    return role is not None and action in role.actions and mine


def scope_of(db: Database, person: Person) -> Scope:
    """Give what somebody may see: their area, of it a principal the school, a teacher the classes."""
    role = ROLES.get(person.role)
    if role is None or (role.sees == "school" and not person.school):
        return Scope("")
    if role.sees == "area":
        return Scope(person.area)
    if role.sees == "school":
        return Scope(person.area, person.school)
    taught = db.all("SELECT class FROM teaches WHERE staff = ?", (person.id,))
    return Scope(person.area, classes=frozenset(row["class"] for row in taught))


def marks_rolls(person: Person) -> bool:
    """Tell whether somebody belongs to the teachers' side, the phone, rather than to the desk."""
    return may(person, "roll.mark", person.area)


def add_person(
    db: Database,
    *,
    name: str,
    login: str,
    password: str | None,
    role: str,
    area: str,
    school: str = "",
    demo: bool = False,
) -> str:
    """Add an account and give its id; with no password they come in by a one-time code only. Raises Refused."""
    login, name = as_login(login), text.normalise(name)
    if not login or not name:
        raise Refused("姓名和登录名不能空着。")
    if role not in ROLES:
        raise Refused(f"没有这个角色。角色有：{'、'.join(ROLES)}。")
    refuse_place(db, role, area, school)
    kept = "" if password is None else kept_of(password)
    row = (new_id(), name, login, kept, role, area, school, 1, int(demo))
    with db.write():
        added = db.run(
            "INSERT INTO staff (id, name, login, password, role, area, school, active, demo)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (login) DO NOTHING",
            row,
        )
        if added.rowcount != 1:
            raise Refused("这个登录名已经有了。")
        audit.note(db, "command", "staff.added", row[0], f"{role} {area}")
    return row[0]


def refuse_place(db: Database, role: str, area: str, school: str) -> None:
    """Raise Refused for an area that does not exist or is none of a role, and for a school that is not in it."""
    if not area_name(db, area):
        raise Refused(
            f"没有代码为“{area}”的区、镇街或村。管辖范围要写行政区划代码，"
            f"例如 {db.settings.district_code}（区）或 220605105（镇）。"
        )
    if len(area) > TOWN_DIGITS and not ROLES[role].villages:
        raise Refused(f"{ROLES[role].title}的管辖范围写到镇街为止，例如 {area[:TOWN_DIGITS]}。")
    row = db.one("SELECT town FROM schools WHERE code = ?", (school,)) if school else None
    if school and row is None:
        raise Refused("名单里没有这所学校。")
    if row and not sees(Scope(area), town=row["town"]):
        raise Refused(f"这所学校不在{area_name(db, area)}。")


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


def sign_in(db: Database, login: str, password: str, verb: str = "staff.signed_in") -> Person | None:
    """Give the person whose login and password these are, or None, at the same effort. Raises TooMany."""
    login = as_login(login)
    what = tries_of_login(db, login)
    tries.refuse(db, what)
    row = db.one("SELECT * FROM staff WHERE login = ? AND active = 1", (login,))
    if not matches((row["password"] if row else "") or nobody(), password) or row is None:
        with db.write():
            tries.count(db, what)
            audit.note(db, "desk", "staff.sign_in_failed", row["id"] if row else "")
        return None
    person = person_of_row(row)
    with db.write():
        tries.forget(db, what)
        audit.note(db, person.actor, verb, person.id)
    return person


def tries_of_login(db: Database, login: str) -> str:
    """Give under what wrong passwords are counted; not the login: people type ID numbers there, too."""
    return "sign-in:" + db.keys.digest("login", as_login(login))


def as_login(said: str) -> str:
    """Give a login as it is kept, however it was typed."""
    return text.normalise(said).casefold()


def kept_of(password: str) -> str:
    """Give what is kept of a new password. Raises Refused where it is no good."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Refused(f"密码要 {SHORTEST} 到 {LONGEST} 个字符。")
    return hashed(password)


def hashed(secret: str) -> str:
    """Give what is kept of a password."""
    with _turn:
        return _hasher.hash(secret)


def matches(kept: str, secret: str) -> bool:
    """Tell whether this is the secret that something was kept of."""
    with _turn:
        try:
            return _hasher.verify(kept, secret[: LONGEST + 1])
        except (VerificationError, InvalidHashError):
            return False


@cache
def nobody() -> str:
    """Give a hash that no password fits, so that unknown logins take as long as known ones."""
    return hashed(new_id())


def person_of_row(row: Row) -> Person:
    """Read a person from a row of their account."""
    return Person(row["id"], row["name"], row["login"], row["role"], row["area"], row["school"] or "")
