"""The staff of a demonstration: an account of every role, and what each types to come in."""

import secrets
from collections.abc import Iterator

from intake.children.children import children_of_class
from intake.people import accounts, bindings, slots
from intake.people.accounts import Person
from intake.people.bindings import Class
from intake.store.db import Database
from intake.store.keys import write_private

SIGN_INS = "demo-signins.txt"
SCHOOL = "DEMO000001"
_ACTOR = "demo"
_DESK = (
    ("教育局演示员", "demo-bureau", "bureau"), ("演示管理员", "demo-admin", "administrator"),
    ("演示业务员", "demo-officer", "officer"), ("演示审核人", "demo-approver", "approver"),
    ("演示镇干部", "demo-town", "town"), ("演示校长", "demo-principal", "principal"),
    ("演示审计员", "demo-auditor", "auditor"), ("演示运维", "demo-operator", "operator"),
)  # fmt: skip
"""Name, login and role of who has a password for the desk."""
_CADRE = ("演示村干部", "demo-village", "village")
_TEACHERS = (
    ("演示刘老师", "13800009001", SCHOOL, "三年级"),
    ("演示孙老师", "13800009002", "DEMO000002", "七年级"),
)


def enter_staff(db: Database) -> None:
    """Add the accounts that are not there yet, and say in the file of sign-ins how they come in."""
    path, room = db.settings.data / SIGN_INS, _room(db, SCHOOL, "三年级")
    parts = (
        ("演示登录（工作台）：", list(_desk(db, room))),
        ("演示登录（手机，打开 /forms/sign-in 填账号和登录码，只能用一次）：", list(_phones(db, room))),
        (
            "演示班主任（在聊天里发“绑定 …”，或者打开 /forms/sign-in 填账号和这 10 位数字；"
            f"只能用一次，{bindings.TERM.days} 天内有效；再要：baoxue staff code --login …）：",
            list(_teachers(db)),
        ),
    )
    if new := [line for head, lines in parts if lines for line in (head, *lines)]:
        _fill_slots(db)
        before = path.read_text("utf-8") if path.exists() else ""
        write_private(path, before + "\n".join(new) + "\n")


def _desk(db: Database, room: Class) -> Iterator[str]:
    for name, login, role in _DESK:
        password = secrets.token_urlsafe(8)
        if _add(db, name, login, role, password, room):
            yield f"  {name}：账号 {login}  密码 {password}"


def _phones(db: Database, room: Class) -> Iterator[str]:
    """Give what a cadre types, and a principal who has the desk as well."""
    added = _add(db, *_CADRE, None, room)
    for login in ("demo-village", "demo-principal") if added else ():
        if person := accounts.person_by_login(db, login):
            yield f"  {person.name}：账号 {login}  登录码 {bindings.issue_code(db, person.id)}"


def _teachers(db: Database) -> Iterator[str]:
    """Add class teachers, and give what they type to be bound."""
    for name, login, school, grade in _TEACHERS:
        taught = _room(db, school, grade)
        made = _add(db, name, login, "teacher", secrets.token_urlsafe(8), taught)
        if not made:
            continue
        bindings.teach(db, made.id, taught.id)
        pupils = "、".join(child.name for child in children_of_class(db, taught.id)[:3])
        code = bindings.issue_code(db, made.id)
        yield f"  {name}（{taught.school_name}{taught.title}）：绑定 {code}  账号 {login}  学生有{pupils}等"


def _add(db: Database, name: str, login: str, role: str, password: str | None, room: Class) -> Person | None:
    """Add an account where there is none of its login, with the town, school or village of a class."""
    if db.one("SELECT 1 FROM staff WHERE login = ?", (login,)):
        return None
    area = {
        "town": room.town, "principal": room.town, "teacher": room.town, "village": _village(db, room),
    }.get(role, db.settings.district_code)  # fmt: skip
    school = room.school if role in ("principal", "teacher") else ""
    accounts.add_person(
        db, name=name, login=login, password=password, role=role, area=area, school=school, demo=True
    )
    return accounts.person_by_login(db, login)


def _fill_slots(db: Database) -> None:
    """Name them for what is theirs."""
    for login, held in (
        ("demo-principal", ("principal_of_school",)), ("demo-town", ("town_of_school", "child_supervisor")),
        ("demo-village", ("village", "child_director")),
    ):  # fmt: skip
        person = accounts.person_by_login(db, login)
        if person is None:
            continue
        for slot in held:
            place = SCHOOL if slots.SLOTS[slot].place == "school" else person.area
            slots.fill(db, slot, place, person, _ACTOR)


def _room(db: Database, school: str, grade: str) -> Class:
    return next(one for one in bindings.classes_of(db, school) if one.grade == grade)


def _village(db: Database, room: Class) -> str:
    """Give the village of a child of the class, for its cadre to have somebody to look after."""
    return next(child.village for child in children_of_class(db, room.id))
