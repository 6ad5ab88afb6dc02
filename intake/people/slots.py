"""包保: who of the staff answers for a school, a class, a village or a town by name; and who does where nobody is named.

Several persons may hold one slot. Who is asked first, and who next where a slot is empty, the work on cases decides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from intake.errors import Missing, Refused
from intake.people import accounts, bindings
from intake.people.accounts import TOWN_DIGITS, Person
from intake.people.roles import ROLES
from intake.people.scope import Scope, sees
from intake.places import gazetteer
from intake.store import audit
from intake.store.db import Database, Row


@dataclass(frozen=True, slots=True)
class Slot:
    """One sort of slot: of which places (school, class, village, town), and which roles may hold it."""

    title: str
    place: str
    roles: tuple[str, ...]


SLOTS: Mapping[str, Slot] = {
    "principal_of_school": Slot("校长包校", "school", ("principal",)),
    "teacher_of_class": Slot("教师包班", "class", ("teacher", "principal")),
    "town_of_school": Slot("镇街包保人", "school", ("town",)),
    "village": Slot("村(社区)干部", "village", ("village",)),
    "child_director": Slot("儿童主任", "village", ("village",)),
    "child_supervisor": Slot("儿童督导员", "town", ("town",)),
}


@dataclass(frozen=True, slots=True)
class SlotPlace:
    """A place that slots are of: its name, the code that its area begins with, and its school."""

    name: str
    code: str
    school: str = ""


@dataclass(frozen=True, slots=True)
class HeldSlot:
    """A slot that somebody holds, with the name of its place."""

    slot: str
    place: str
    name: str

    @property
    def title(self) -> str:
        """Give what it is called: 校长包校."""
        return SLOTS[self.slot].title


def slot_holders(db: Database, slot: str, place: str) -> list[Person]:
    """Give who holds a slot of a place (code of the school, village or town, id of the class)."""
    return _people(db, "JOIN slots t ON t.staff = s.id WHERE t.slot = ? AND t.place = ?", slot, place)


def class_teachers(db: Database, class_id: str) -> list[Person]:
    """Give who teaches a class; a principal who has it as well comes last."""
    found = _people(db, "JOIN teaches t ON t.staff = s.id WHERE t.class = ?", class_id)
    return sorted(found, key=lambda one: one.role != "teacher")


def principals_of(db: Database, school: str) -> list[Person]:
    """Give the principals of a school (its code)."""
    return _people(db, "WHERE s.role = 'principal' AND s.school = ?", school) if school else []


def town_people(db: Database, town: str) -> list[Person]:
    """Give who works for a town (its code, or a code within it)."""
    return _people(db, "WHERE s.role = 'town' AND s.area = ?", town[:TOWN_DIGITS])


def officers_of(db: Database, kind: str, town: str = "") -> list[Person]:
    """Give who of the bureau is in charge of a kind, for a town where one is given.

    First those who are in charge of it by name, then officers of everything, then who is all in one.
    """
    found = in_charge(_people(db, "WHERE s.role IN ('officer', 'bureau')"), kind)
    return [one for one in found if not town or sees(Scope(one.area), town=town)]


def in_charge(people: Iterable[Person], kind: str) -> list[Person]:
    """Give those of the bureau's people who are in charge of a kind, in the order of `officers_of`."""
    found = [one for one in people if one.kinds is None or kind in one.kinds]
    return sorted(found, key=lambda one: (one.kinds is None, one.role == "bureau"))


def approvers_of(db: Database, kind: str) -> list[Person]:
    """Give who decides on the ends of a kind that others ask for, approvers by name first."""
    found = _people(db, "WHERE s.role IN ('approver', 'bureau')")
    return sorted(
        (one for one in found if one.kinds is None or kind in one.kinds), key=lambda one: one.role == "bureau"
    )


def slots_of(db: Database, staff_id: str) -> list[HeldSlot]:
    """Give the slots that somebody holds."""
    rows = db.all("SELECT slot, place FROM slots WHERE staff = ? ORDER BY slot, place", (staff_id,))
    return [_held(db, row) for row in rows if row["slot"] in SLOTS]


def holders_by_place(db: Database) -> dict[tuple[str, str], list[Person]]:
    """Give who holds each slot that somebody holds, by slot and place."""
    found: dict[tuple[str, str], list[Person]] = {}
    for row in db.all(
        "SELECT t.slot, t.place, s.* FROM slots t JOIN staff s ON s.id = t.staff WHERE s.active = 1"
        " ORDER BY s.name, s.login"
    ):
        found.setdefault((row["slot"], row["place"]), []).append(accounts.person_of_row(row))
    return found


def answering_by_place(db: Database) -> dict[tuple[str, str], list[str]]:
    """Give the names of those who hold each slot, by slot and place.

    Of a class and a school for which nobody is named, it is who teaches the class, and who leads the school.
    """
    found = {("teacher_of_class", place): names for place, names in teachers_by_class(db).items()}
    for row in db.all(
        "SELECT school, name FROM staff WHERE active = 1 AND role = 'principal' AND school <> '' ORDER BY name, login"
    ):
        found.setdefault(("principal_of_school", row["school"]), []).append(row["name"])
    return found | {place: [one.name for one in people] for place, people in holders_by_place(db).items()}


def teachers_by_class(db: Database) -> dict[str, list[str]]:
    """Give the names of those who teach each class; a principal only where nobody else does."""
    found: dict[str, list[str]] = {}
    heads: dict[str, list[str]] = {}
    for row in db.all(
        "SELECT t.class, s.name, s.role FROM teaches t JOIN staff s ON s.id = t.staff WHERE s.active = 1"
        " ORDER BY s.name, s.login"
    ):
        (found if row["role"] == "teacher" else heads).setdefault(row["class"], []).append(row["name"])
    return heads | found


def slots_open(db: Database, person: Person) -> list[HeldSlot]:
    """Give the slots that somebody could hold, by what their role and area allow."""
    places = gazetteer.world(db).places
    area, school = person.area[:TOWN_DIGITS], person.school
    found = {
        "school": [school] if school else [one.code for one in places.schools(area)],
        "class": [one.id for one in bindings.classes_of(db, school)] if school else [],
        "village": [person.area],
        "town": [area],
    }
    fit = [
        (key, place) for key, one in SLOTS.items() if person.role in one.roles for place in found[one.place]
    ]
    named = [(key, place, slot_place(db, key, place)) for key, place in fit]
    return [HeldSlot(key, place, one.name) for key, place, one in named if one]


def slot_place(db: Database, slot: str, place: str) -> SlotPlace | None:
    """Give the place of a slot by its code or id; None where there is no such place of its sort."""
    match SLOTS[slot].place:
        case "class":
            found = bindings.one_class(db, place)
            return SlotPlace(f"{found.school_name}{found.title}", found.town, found.school) if found else None
        case "school":
            row = db.one("SELECT name, town FROM schools WHERE code = ?", (place,))
            return SlotPlace(row["name"], row["town"], place) if row else None
        case level:
            names = gazetteer.world(db).places
            known = names.get(place)
            same = known is not None and (known.level, known.code) == (level, place)
            return SlotPlace(names.full_name(place), place) if same else None


def fill(db: Database, slot: str, place: str, person: Person, actor: str) -> bool:
    """Name somebody for a slot; tell whether that is new. Raises Refused."""
    _refuse(db, slot, place, person)
    with db.write():
        done = db.run(
            "INSERT INTO slots (slot, place, staff) VALUES (?, ?, ?) ON CONFLICT (slot, place, staff) DO NOTHING",
            (slot, place, person.id),
        )
        if done.rowcount:
            audit.note(db, actor, "slot.filled", person.id, f"{slot} {place}")
    return bool(done.rowcount)


def empty(db: Database, slot: str, place: str, staff_id: str, actor: str) -> bool:
    """Let somebody hold a slot no longer; tell whether they did."""
    with db.write():
        done = db.run("DELETE FROM slots WHERE slot = ? AND place = ? AND staff = ?", (slot, place, staff_id))
        if done.rowcount:
            audit.note(db, actor, "slot.emptied", staff_id, f"{slot} {place}")
    return bool(done.rowcount)


def empty_unfit(db: Database, person: Person, actor: str, *, active: bool = True) -> int:
    """Empty the slots that somebody can hold no longer: another role or area, or an account that ends."""
    held = slots_of(db, person.id)
    gone = [one for one in held if not (active and _fits(db, one.slot, one.place, person))]
    return sum(empty(db, one.slot, one.place, person.id, actor) for one in gone)


def refuse_editor(db: Database, slot: str, place: str, editor: Person) -> None:
    """Raise Missing where a slot is of no place that somebody may name people for."""
    found = slot_place(db, slot, place) if slot in SLOTS else None
    mine = found is not None and accounts.may(editor, "slot.edit", found.code)
    if found is None or not mine or (ROLES[editor.role].sees == "school" and found.school != editor.school):
        raise Missing


def _refuse(db: Database, slot: str, place: str, person: Person) -> None:
    if slot not in SLOTS:
        raise Refused("没有这个包保岗位。", "slot")
    if slot_place(db, slot, place) is None:
        raise Refused(f"{SLOTS[slot].title}要写明是哪里的，请从名单里选。", "place")
    if person.role not in SLOTS[slot].roles:
        titles = "、".join(ROLES[role].title for role in SLOTS[slot].roles)
        raise Refused(f"{SLOTS[slot].title}只能由{titles}担任。", "slot")
    if not _fits(db, slot, place, person):
        raise Refused(f"这里不在{person.name}的管辖范围内。", "place")


def _fits(db: Database, slot: str, place: str, person: Person) -> bool:
    found = slot_place(db, slot, place)
    return (
        found is not None
        and person.role in SLOTS[slot].roles
        and sees(Scope(person.area), town=found.code)
        and (not (found.school and person.school) or found.school == person.school)
    )


def _held(db: Database, row: Row) -> HeldSlot:
    found = slot_place(db, row["slot"], row["place"])
    return HeldSlot(row["slot"], row["place"], found.name if found else row["place"])


def _people(db: Database, which: str, *args: str) -> list[Person]:
    """Read the active accounts that are meant, in an order that stays."""
    rows = db.all(f"SELECT s.* FROM staff s {which} ORDER BY s.name, s.login", args)  # noqa: S608
    return [accounts.person_of_row(row) for row in rows if row["active"]]
