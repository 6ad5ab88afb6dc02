"""Lists of staff: accounts by phone, what they teach, and a slip with a one-time code for who cannot come in yet."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from intake.errors import Refused
from intake.importing.member import COLUMNS, Member, read
from intake.importing.outcome import ACTOR, Options, Outcome, taking
from intake.importing.places import Finder
from intake.importing.schools import unused
from intake.importing.table import ListSheet, tables
from intake.people import accounts, bindings, manage, pins, slots
from intake.people.accounts import Person
from intake.people.roles import ROLES
from intake.places import gazetteer
from intake.places.places import Place
from intake.store.db import Database


@dataclass(frozen=True, slots=True)
class Slip:
    """What somebody is handed: `code` opens their side once (or binds WeChat), `password` opens the desk."""

    person: Person
    school: str
    classes: tuple[str, ...]
    code: str = ""
    password: str = ""
    desk: bool = False
    """Whether the code opens the desk rather than the phone pages."""


Finish = Callable[[list[Slip]], None]


def take(
    db: Database,
    sheets: Sequence[ListSheet],
    options: Options,
    school: Place | None = None,
    *,
    every_slip: bool = False,
    finish: Finish = lambda slips: None,
) -> Outcome:
    """Enter staff; `finish` gets the slips within the transaction, so that a list whose slips are lost is not taken.

    `every_slip`: also for those who have come in already, or hold a slip that they have not used. Raises NoHeader.
    """
    outcome = Outcome("教职工")
    finder = Finder.of(db, gazetteer.world(db).places, outcome)
    found = tables(sheets, COLUMNS, "name")
    members = read(db, found, finder, school)
    outcome.notes += unused(found)
    with taking(db, outcome, options, "staff"):
        taken = [one for member in members if (one := _enter(db, member, outcome, options))]
        if not options.dry_run and (options.skip_bad or not outcome.bad):
            finish(list(_slips(db, taken, outcome, every_slip)))
    areas = Counter(accounts.area_name(db, member.area) for member in members)
    if areas:
        outcome.notes.append("管辖范围：" + "、".join(f"{name} {n} 人" for name, n in areas.items()) + "。")
    return outcome


def _enter(db: Database, member: Member, outcome: Outcome, options: Options) -> tuple[Person, str] | None:
    """Make or change an account; give it with the password it was made with, if it works at the desk."""
    row = db.one("SELECT * FROM staff WHERE login = ?", (accounts.as_login(member.phone),))
    if row and not row["active"]:
        outcome.refuse(member.row, "这个手机号的账号已经停用了。")
        return None
    password = "" if row or ROLES[member.role].phone else manage.new_password()
    if row:
        changed = manage.edit(
            db, row, ACTOR, name=member.name, role=member.role, area=member.area, school=member.school
        )
        staff_id, verdict = row["id"], "changed" if changed else "same"
    else:
        staff_id, verdict = _add(db, member, password), "new"
    taught = _teach(db, staff_id, member, outcome, options)
    person = accounts.person_by_id(db, staff_id)
    try:
        named = person is not None and _name(db, person, member, outcome, options)
    except Refused as error:
        outcome.refuse(member.row, str(error))
        return None
    outcome.count("changed" if (taught or named) and verdict == "same" else verdict)
    return (person, password) if person else None


def _add(db: Database, member: Member, password: str) -> str:
    return accounts.add_person(
        db, name=member.name, login=member.phone, password=password or None, role=member.role, area=member.area,
        school=member.school, demo=db.settings.demo,
    )  # fmt: skip


def _teach(db: Database, staff_id: str, member: Member, outcome: Outcome, options: Options) -> bool:
    """Give somebody the classes of the list; those it no longer has go only with `leave`. Tell of any change."""
    had, wanted = bindings.classes_taught(db, staff_id), member.classes
    new = [one for one in wanted if one not in had]
    for one in new:
        bindings.teach(db, staff_id, one.id)
    gone = [one for one in had if one not in wanted] if wanted else []
    if gone and not options.leave:
        titles = "、".join(one.title for one in gone)
        outcome.doubt(member.row, f"以前还教{titles}，没有去掉；不教了请加 --leave 再导入一次。")
    for one in gone if options.leave else ():
        bindings.leave(db, staff_id, one.id)
    return bool(new or (gone and options.leave))


def _name(db: Database, person: Person, member: Member, outcome: Outcome, options: Options) -> bool:
    """Fill the slots of the list; those it no longer has go only with `leave`. Tell of any change. Raises Refused."""
    new = [slots.fill(db, slot, place, person, ACTOR) for slot, place in member.slots]
    held = slots.slots_of(db, person.id)
    gone = [one for one in held if member.slots and (one.slot, one.place) not in member.slots]
    if gone and not options.leave:
        titles = "、".join(f"{one.name}{one.title}" for one in gone)
        outcome.doubt(member.row, f"以前还有包保：{titles}，没有去掉；不包了请加 --leave 再导入一次。")
    for one in gone if options.leave else ():
        slots.empty(db, one.slot, one.place, person.id, ACTOR)
    return any(new) or bool(gone and options.leave)


def _slips(
    db: Database, taken: Sequence[tuple[Person, str]], outcome: Outcome, every: bool
) -> Iterator[Slip]:
    """Make slips. One that was handed out and not used yet goes on working: a new code would end it."""
    places, waiting = gazetteer.world(db).places, 0
    for person, password in taken:
        house, of = db.settings, person.school or person.area
        school = places.name(of) if of != house.district_code else house.district_name + house.bureau
        desk = not accounts.phone_first(person)
        if desk and (password or manage.has_password(db, person.id)):
            if password:
                yield Slip(person, school, (), password=password)
        elif not every and bindings.waits(db, person.id):
            waiting += 1
        elif every or desk or not (pins.has(db, person.id) or bindings.bound(db, person.id)):
            titles = tuple(one.title for one in bindings.classes_taught(db, person.id))
            yield Slip(person, school, titles, code=bindings.issue_code(db, person.id), desk=desk)
    if waiting:
        outcome.notes.append(
            f"纸条发过、还没有用的：{waiting} 人，没有重发。丢了纸条的，用 baoxue staff code 补一个码。"
        )
