"""Accounts as those who manage them see them: of their own area, found by words and role, changed as they were seen."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from intake.errors import Missing, Refused, Stale
from intake.language import spoken, text
from intake.people import accounts, bindings, devices, manage, pins, slots
from intake.people.accounts import Person
from intake.people.roles import ROLES
from intake.people.scope import Scope, narrow, sees
from intake.people.secrets import factors
from intake.people.slots import HeldSlot
from intake.places import gazetteer
from intake.store.db import Database, Row

PAGE = 50
_SEEN = "(SELECT max(d.seen_at) FROM devices d WHERE d.staff = s.id) AS seen"
OUTSIDE = "这个管辖范围不在您的管辖范围内。"


@dataclass(frozen=True, slots=True)
class Staffer:
    """An account with names beside codes, the slots that are held, and when it was used last (a stamp, or empty)."""

    person: Person
    active: bool
    title: str
    area_name: str
    school_name: str
    held: tuple[HeldSlot, ...]
    seen: str


@dataclass(frozen=True, slots=True)
class WaysIn:
    """By what somebody comes in: password, PIN, WeChat, a code that waits, a second factor, on how many devices they are."""

    password: bool
    pin: bool
    wechat: bool
    code: bool
    devices: int
    factor: bool


@dataclass(frozen=True, slots=True)
class HeldPlace:
    """A place with its slots: what each is called, and who holds it; `school` is the code where it has classes."""

    name: str
    held: tuple[tuple[str, tuple[Person, ...]], ...]
    school: str = ""

    @property
    def empty(self) -> bool:
        """Tell whether a slot of it has nobody."""
        return not all(people for _, people in self.held)


def places_held(db: Database, editor: Person, town: str, school: str = "") -> list[HeldPlace]:
    """Give a town with its schools and villages and who holds their slots, or the classes of a school of it.

    Only what lies in somebody's own area or school is told.
    """
    held, places, reach = slots.holders_by_place(db), gazetteer.world(db).places, _reach(editor)

    def line(level: str, key: str, name: str, at: str = "") -> HeldPlace:
        keys = [one for one, slot in slots.SLOTS.items() if slot.place == level]
        people = tuple((slots.SLOTS[one].title, tuple(held.get((one, key), ()))) for one in keys)
        return HeldPlace(name, people, at)

    if not sees(reach, town=town, school=school or reach.school):
        return []
    if school:
        rooms = bindings.classes_of(db, school)
        return [line("class", one.id, f"{one.school_name}{one.title}") for one in rooms if one.town == town]
    schools = [one for one in places.schools(town) if reach.school in ("", one.code)]
    found = [line("school", one.code, one.name, one.code) for one in schools]
    if reach.school:
        return found
    villages = [line("village", one.code, one.name) for one in places.villages(town)]
    return [line("town", town, places.name(town)), *found, *villages]


def find_staff(
    db: Database, editor: Person, said: str = "", role: str = "", page: int = 1
) -> tuple[list[Staffer], int]:
    """Give a page of the accounts of an area, and how many there are; by name or login, and role."""
    within, codes = narrow(_reach(editor), {"town": "s.area", "school": "s.school"})
    where, args = f"{within} AND (? = '' OR s.role = ?)", [*codes, role, role]
    if wanted := text.normalise(said):
        where += " AND (s.name LIKE ? ESCAPE '!' OR s.login LIKE ? ESCAPE '!')"
        args += [f"%{_plain(one)}%" for one in (wanted, accounts.as_login(wanted))]
    (count,) = db.all(f"SELECT count(*) AS n FROM staff s WHERE {where}", args)  # noqa: S608
    rows = db.all(
        f"SELECT s.*, {_SEEN}"  # noqa: S608
        f" FROM staff s WHERE {where} ORDER BY s.active DESC, s.area, s.role, s.name, s.login LIMIT ? OFFSET ?",
        (*args, PAGE, PAGE * (max(page, 1) - 1)),
    )
    return [_staffer(db, row) for row in rows], int(count["n"])


def _plain(said: str) -> str:
    """Give words as LIKE takes them for themselves, with ! to escape."""
    return "".join(f"!{one}" if one in "!%_" else one for one in said)


def staffer(db: Database, editor: Person, staff_id: str) -> Staffer:
    """Give an account of an area, active or not. Raises Missing."""
    return _staffer(db, _row(db, editor, staff_id))


def mark(db: Database, staff_id: str) -> str:
    """Give how an account stands, to be compared with when it is changed; it tells nothing of it."""
    row = db.one("SELECT * FROM staff WHERE id = ?", (staff_id,))
    keys = ("name", "role", "area", "school", "kinds", "active")
    return db.keys.digest("account", "\0".join(str(row[key]) for key in keys)) if row else ""


def ways_in(db: Database, staff_id: str) -> WaysIn:
    """Tell by what somebody comes in."""
    return WaysIn(
        manage.has_password(db, staff_id), pins.has(db, staff_id), bindings.bound(db, staff_id),
        bindings.waits(db, staff_id), len(devices.devices_of(db, staff_id)),
        factors.is_enrolled(db, staff_id),
    )  # fmt: skip


def enter(
    db: Database, editor: Person, *, name: str, login: str, role: str, area: str, school: str, kinds: Sequence[str]
) -> str:  # fmt: skip
    """Add an account, which is come in to by a code, and give its id. Raises Refused."""
    _refuse_outside(editor, role, area)
    return accounts.add_person(
        db, name=name, login=spoken.phone(login) or login, password=None, role=role, area=area, school=school,
        kinds=kinds, demo=db.settings.demo, actor=editor.actor,
    )  # fmt: skip


def change(
    db: Database, editor: Person, staff_id: str, seen: str, *, name: str, role: str, area: str, school: str,
    kinds: Collection[str],
) -> bool:  # fmt: skip
    """Change an account as it was `seen`; tell whether anything is new. Raises Missing, Refused, Stale."""
    _refuse_outside(editor, role, area)
    if staff_id == editor.id and role != editor.role:
        raise Refused("不能改自己的角色，请另一位管理员来改。", "role")
    with db.write():
        row = _row(db, editor, staff_id)
        if mark(db, staff_id) != seen:
            raise Stale
        return manage.edit(
            db, row, editor.actor, name=text.normalise(name), role=role, area=area, school=school, kinds=kinds
        )


def end(db: Database, editor: Person, staff_id: str) -> None:
    """End an account with all that was open to it; again is harmless. Raises Missing, Refused."""
    row = _row(db, editor, staff_id)
    if staff_id == editor.id:
        raise Refused("不能停用自己的账号，请另一位管理员来停用。")
    manage.deactivate(db, row["login"], editor.actor)


def resume(db: Database, editor: Person, staff_id: str) -> None:
    """Let an account be one again; it is come in to by a code. Raises Missing."""
    manage.activate(db, _row(db, editor, staff_id)["login"], editor.actor)


def give_code(db: Database, editor: Person, staff_id: str) -> str:
    """Give a code by which somebody comes in anew; what they came in by goes on. Raises Missing, Refused."""
    return bindings.issue_code(db, _row(db, editor, staff_id)["id"], editor.actor)


def take_factor(db: Database, editor: Person, staff_id: str) -> Person | None:
    """Take somebody's lost second factor away, and end their sessions; give them, or None where there was none.

    Raises Missing, Refused.
    """
    person = accounts.person_of_row(_row(db, editor, staff_id))
    if staff_id == editor.id:
        raise Refused("不能取消自己的二次验证，请另一位管理员来取消。")
    return person if manage.take_factor(db, person, editor.actor) else None


def send_away(db: Database, editor: Person, staff_id: str) -> int:
    """Sign somebody out everywhere; give on how many devices. Raises Missing."""
    return devices.revoke_all(db, _row(db, editor, staff_id)["id"], editor.actor)


def unlock(db: Database, editor: Person, staff_id: str) -> int:
    """Forget the wrong tries at an account; give how many there were. Raises Missing."""
    return manage.unlock(db, _row(db, editor, staff_id)["login"], editor.actor)


def _reach(editor: Person) -> Scope:
    """Give whose accounts somebody may look at, which is not whose children they see."""
    if ROLES[editor.role].sees == "school" and not editor.school:
        return Scope("")
    return Scope(editor.area, editor.school if ROLES[editor.role].sees == "school" else "")


def _row(db: Database, editor: Person, staff_id: str) -> Row:
    row = db.one(f"SELECT s.*, {_SEEN} FROM staff s WHERE s.id = ?", (staff_id,))  # noqa: S608
    if row is None or not sees(_reach(editor), town=row["area"], school=row["school"] or ""):
        raise Missing
    return row


def _refuse_outside(editor: Person, role: str, area: str) -> None:
    accounts.refuse_role(role)
    if not area or not sees(Scope(editor.area), town=area):
        raise Refused(OUTSIDE if area else "请选管辖范围。", "area")


def _staffer(db: Database, row: Row) -> Staffer:
    person, names = accounts.person_of_row(row), gazetteer.world(db).places
    role = ROLES.get(person.role)
    return Staffer(
        person, bool(row["active"]), role.title if role else person.role, accounts.area_name(db, person.area),
        names.name(person.school) if person.school else "", tuple(slots.slots_of(db, person.id)), row["seen"] or "",
    )  # fmt: skip
