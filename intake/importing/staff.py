"""Lists of staff: accounts by phone, what they teach, and a slip with a one-time code for who cannot come in yet."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from intake.cases.moves.following import settle_class
from intake.errors import Refused
from intake.fields import privacy
from intake.importing.blocks import OF_CLASSES
from intake.importing.content import content_of
from intake.importing.member import COLUMNS, Member, read
from intake.importing.outcome import Options, Outcome, RowFault, taking
from intake.importing.places import Finder
from intake.importing.table import ListSheet, some
from intake.people import accounts, bindings, manage, pins, slots
from intake.people.accounts import Person
from intake.people.roles import ROLES
from intake.people.scope import Scope, sees
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


TICK = "去掉名单里没有的班级和包保"
OUTSIDE = "这个人不归您管，这一行没有导入。"
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

    `every_slip`: also for those who have come in already, or hold a slip that they have not used. Raises Refused, Stale.
    """
    outcome = Outcome("教职工", COLUMNS)
    finder = Finder.of(db, gazetteer.world(db).places, outcome, options)
    content = content_of(sheets, COLUMNS, "name", OF_CLASSES)
    outcome.read(content)
    members = read(db, content.tables, finder, school)
    with taking(db, outcome, options, "staff"):
        taken = [one for member in members if (one := _enter(db, member, outcome, options))]
        outcome.notes += _unlisted(db, members, outcome)
        for class_id in dict.fromkeys(one.id for member in members for one in member.classes):
            settle_class(db, class_id)
        if not options.dry_run and (options.skip_bad or not outcome.bad):
            finish(list(_slips(db, taken, outcome, every_slip, options.actor)))
    areas = Counter(accounts.area_name(db, member.area) for member in members)
    if areas:
        outcome.notes.append("管辖范围：" + "、".join(f"{name} {n} 人" for name, n in areas.items()) + "。")
    return outcome


def _unlisted(db: Database, members: Sequence[Member], outcome: Outcome) -> list[str]:
    """Name who of the schools of a list is not in it; nothing becomes of them."""
    listed = {accounts.as_login(member.phone) for member in members}
    refused = {"".join(row.get("name").split()) for row in outcome.bad_rows}
    rows = [
        row
        for school in sorted({member.school for member in members} - {""})
        for row in db.all(
            "SELECT name, login FROM staff WHERE school = ? AND active = 1 ORDER BY login", (school,)
        )
    ]
    names = [
        privacy.mask_name(row["name"])
        for row in rows
        if row["login"] not in listed and row["name"] not in refused
    ]
    return [f"这些学校里有、名单里没有的人：{len(names)} 人（{some(names)}），没有动。"] if names else []


def _enter(db: Database, member: Member, outcome: Outcome, options: Options) -> tuple[Person, str] | None:
    """Make or change an account; give it with the password it was made with, if it works at the desk."""
    by = options.by
    if by and not sees(Scope(by.area), town=member.area):
        outcome.refuse(member.row, OUTSIDE)
        return None
    row = db.one("SELECT * FROM staff WHERE login = ?", (accounts.as_login(member.phone),))
    if row and not row["active"]:
        outcome.refuse(member.row, RowFault("这个手机号的账号已经停用了。", "phone"))
        return None
    if by and row and row["id"] == by.id and row["role"] != member.role:
        outcome.refuse(member.row, RowFault("不能改自己的角色，请另一位管理员来改。", "role"))
        return None
    password = "" if row or ROLES[member.role].phone else manage.new_password()
    if row:
        changed = manage.edit(
            db, row, options.actor, name=member.name, role=member.role, area=member.area, school=member.school
        )
        staff_id, verdict = row["id"], "changed" if changed else "same"
    else:
        # A trial gives nobody a password: to keep one takes as long as a hundred rows.
        staff_id, verdict = _add(db, member, "" if options.dry_run else password, options.actor), "new"
    taught = _teach(db, staff_id, member, outcome, options)
    person = accounts.person_by_id(db, staff_id)
    try:
        named = person is not None and _name(db, person, member, outcome, options)
    except Refused as error:
        outcome.refuse(member.row, RowFault(str(error), "slots"))
        return None
    outcome.count("changed" if (taught or named) and verdict == "same" else verdict)
    return (person, password) if person else None


def _add(db: Database, member: Member, password: str, actor: str) -> str:
    return accounts.add_person(
        db, name=member.name, login=member.phone, password=password or None, role=member.role, area=member.area,
        school=member.school, demo=db.settings.demo, actor=actor,
    )  # fmt: skip


def _teach(db: Database, staff_id: str, member: Member, outcome: Outcome, options: Options) -> bool:
    """Give somebody the classes of the list; those it no longer has go only with `leave`. Tell of any change."""
    had, wanted = bindings.classes_taught(db, staff_id), member.classes
    new = [one for one in wanted if one not in had]
    for one in new:
        bindings.teach(db, staff_id, one.id, options.actor)
    gone = [one for one in had if one not in wanted] if wanted else []
    if gone and not options.leave:
        titles = "、".join(one.title for one in gone)
        outcome.doubt(member.row, f"以前还教{titles}，没有去掉；不教了{options.again('--leave', TICK)}。")
    for one in gone if options.leave else ():
        bindings.leave(db, staff_id, one.id, options.actor)
    return bool(new or (gone and options.leave))


def _name(db: Database, person: Person, member: Member, outcome: Outcome, options: Options) -> bool:
    """Fill the slots of the list; those it no longer has go only with `leave`. Tell of any change. Raises Refused."""
    new = [slots.fill(db, slot, place, person, options.actor) for slot, place in member.slots]
    held = slots.slots_of(db, person.id)
    gone = [one for one in held if member.slots and (one.slot, one.place) not in member.slots]
    if gone and not options.leave:
        titles = "、".join(f"{one.name}{one.title}" for one in gone)
        outcome.doubt(
            member.row, f"以前还有包保：{titles}，没有去掉；不包了{options.again('--leave', TICK)}。"
        )
    for one in gone if options.leave else ():
        slots.empty(db, one.slot, one.place, person.id, options.actor)
    return any(new) or bool(gone and options.leave)


def _slips(
    db: Database, taken: Sequence[tuple[Person, str]], outcome: Outcome, every: bool, actor: str
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
            yield Slip(person, school, titles, code=bindings.issue_code(db, person.id, actor), desk=desk)
    if waiting:
        outcome.notes.append(
            f"纸条发过、还没有用的：{waiting} 人，没有重发。丢了纸条的，在“人员”里补一个码，或者用 baoxue staff code。"
        )
