"""The commands `staff …`: thin shells over what becomes of accounts."""

import json
from dataclasses import asdict

import click

from intake.calendar import clock
from intake.cases.told import guarding
from intake.errors import Refused
from intake.house.shell import open_prepared, told
from intake.people import accounts, bindings, devices, manage
from intake.people.roles import KINDS, ROLES
from intake.store.db import Database, Row

_NO_SCHOOL = "还没有学校，什么都看不到。请用 baoxue staff edit --school 写上。"
_NO_CLASSES = "学校还没有班级名单。请用 baoxue import roster 导入。"


_kinds = click.option(
    "--kind", "kinds", multiple=True, type=click.Choice([*KINDS]),
    help="What an officer or approver is in charge of; again for several. Default: everything.",
)  # fmt: skip


@click.group()
def staff() -> None:
    """Accounts of staff."""


@staff.command(name="add")
@click.option("--name", required=True)
@click.option("--login", required=True, help="Phone number or any short name.")
@click.option("--role", required=True, type=click.Choice(list(ROLES)))
@click.option(
    "--area", required=True, help="Code: 220605 the district, 220605105 a town, 220605105200 a village."
)
@click.option("--school", default="", help="Name or code.")
@_kinds
@click.password_option(prompt="密码", confirmation_prompt="再输一次")
@told
def staff_add(
    name: str, login: str, role: str, area: str, school: str, kinds: tuple[str, ...], password: str
) -> None:
    """Add an account; asks for the password."""
    db = open_prepared()
    code = _school(db, school)
    accounts.add_person(
        db, name=name, login=login, password=password, role=role, area=area, school=code, kinds=kinds
    )
    row = manage.account(db, login)
    click.echo(f"已添加：{_told_of(db, row)}。")
    _tell_lacking(db, row)


def _tell_lacking(db: Database, row: Row) -> None:
    """Say what somebody lacks to see anything on the phone, and the command for it."""
    person = accounts.person_of_row(row)
    if not accounts.may(person, "roll.mark", person.area) or bindings.classes_open(db, person):
        return None
    if person.role == "principal":
        return click.echo(_NO_CLASSES if person.school else _NO_SCHOOL)
    return click.echo("还没有班级，点不了名。请用 baoxue staff class 一个一个设上。")


def _school(db: Database, said: str) -> str:
    return bindings.school_meant(db, said).code if said else ""


def _told_of(db: Database, row: Row) -> str:
    """Say who somebody is, with the name of the area beside its code: a wrong digit shows."""
    role, area = ROLES.get(row["role"]), row["area"]
    kinds = "、".join(KINDS[one] for one in row["kinds"].split())
    title = f"{role.title if role else row['role']}{f'（{kinds}）' if kinds else ''}"
    return f"{row['name']}，{title}，{accounts.area_name(db, area) or '？'}（{area}）"


@staff.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each account.")
@told
def staff_list(as_json: bool) -> None:
    """List the accounts: who, role, area by code and name, school, and when last seen."""
    for one in manage.list_accounts(open_prepared()):
        if as_json:
            click.echo(json.dumps(asdict(one), ensure_ascii=False))
            continue
        role = ROLES.get(one.role)
        seen = f"最近用过 {clock.local(one.seen):%Y-%m-%d}" if one.seen else "没有登录过"
        click.echo(
            f"{one.login}  {one.name}  {role.title if role else one.role}  {one.area_name or '？'}（{one.area}）"
            f"  {one.school_name or '-'}  {'' if one.active else '已停用，'}{seen}"
        )


@staff.command(name="edit")
@click.option("--login", required=True)
@click.option("--name")
@click.option("--role", type=click.Choice(list(ROLES)))
@click.option("--area", help="Code: 220605 the district, 220605105 a town, 220605105200 a village.")
@click.option("--school", help="Name or code; empty for none.")
@_kinds
@click.option("--all-kinds", is_flag=True, help="In charge of every kind again.")
@click.option("--activate", is_flag=True, help="Undo `deactivate`; then `reset` gives a way in.")
@told
def staff_edit(
    login: str, name: str | None, role: str | None, area: str | None, school: str | None, kinds: tuple[str, ...],
    all_kinds: bool, activate: bool,
) -> None:  # fmt: skip
    """Change name, role, area, school or kinds of an account."""
    db = open_prepared()
    row = manage.account(db, login)
    given = {
        "name": name,
        "role": role,
        "area": area,
        "school": None if school is None else _school(db, school),
    }
    values = {key: (row[key] or "") if value is None else value for key, value in given.items()}
    if activate:
        manage.activate(db, login)
    manage.edit(db, row, manage.COMMAND, **values, kinds=kinds or (() if all_kinds else None))
    row = manage.account(db, login)
    click.echo(f"现在是：{_told_of(db, row)}。")
    _tell_lacking(db, row)
    if not (row["password"] or accounts.phone_first(accounts.person_of_row(row))):
        click.echo("还没有密码，登不进工作台。请用 baoxue staff code 或 staff reset 给一个。")


@staff.command(name="deactivate")
@click.option("--login", required=True)
@told
def staff_deactivate(login: str) -> None:
    """Switch an account off: its sessions, phones, codes, WeChat and classes end at once."""
    db = open_prepared()
    manage.deactivate(db, login)
    click.echo(f"已停用：{_told_of(db, manage.account(db, login))}。")


@staff.command(name="reset")
@click.option("--login", required=True)
@click.option("--second-factor", is_flag=True, help="Take a lost second factor away; the password stays.")
@told
def staff_reset(login: str, second_factor: bool) -> None:
    """End what somebody signs in with, and print a new password, or for the phone a new one-time code."""
    db = open_prepared()
    person = _person(db, login)
    if second_factor:
        return _take_factor(db, person)
    password, code = manage.reset(db, person)
    if password:
        click.echo(f"{person.name}的新密码：{password}（只显示这一次；登录后要先改掉）")
    else:
        _tell_code(db, person, code)
    return None


def _take_factor(db: Database, person: accounts.Person) -> None:
    with db.write():
        if had := manage.take_factor(db, person):
            guarding.tell_factor_gone(db, person)
    click.echo(
        f"{person.name}的二次验证已取消，要重新登录。" if had else f"{person.name}本来就没有二次验证。"
    )


@staff.command(name="unlock")
@click.argument("login")
@told
def staff_unlock(login: str) -> None:
    """Forget the wrong tries at an account, from wherever they came: its owner may try again at once."""
    db = open_prepared()
    gone = manage.unlock(db, login)
    click.echo(f"已解除：{_told_of(db, manage.account(db, login))}。忘掉了 {gone} 次试错。")


def _person(db: Database, login: str) -> accounts.Person:
    person = accounts.person_by_login(db, login)
    if person is None:
        raise Refused("没有这个登录名，或者账号已经停用。")
    return person


@staff.command(name="code")
@click.option("--login", required=True)
@told
def staff_code(login: str) -> None:
    """Make the code by which somebody comes in, or binds WeChat; it works once, for 7 days."""
    db = open_prepared()
    person = _person(db, login)
    _tell_code(db, person, bindings.issue_code(db, person.id))


def _tell_code(db: Database, person: accounts.Person, code: str) -> None:
    if not accounts.phone_first(person):
        click.echo(f"{person.name}的登录码：{code}（只能用一次，{bindings.TERM.days} 天内有效）")
        click.echo(f"在 {db.settings.public}/desk/sign-in 填账号，密码栏里填这个码，再设自己的密码。")
        return
    click.echo(f"{person.name}的绑定码：{code}（只能用一次，{bindings.TERM.days} 天内有效）")
    click.echo(f"请老师在公众号里回复：绑定 {code}")
    if db.settings.public:
        click.echo(f"或者在 {db.settings.public}/forms/sign-in 填手机号和这个码，用网页点名。")


@staff.command(name="devices")
@click.option("--login", required=True)
@click.option("--revoke-all", is_flag=True, help="They must come in again, on every phone.")
@told
def staff_devices(login: str, revoke_all: bool) -> None:
    """List the devices that somebody is signed in with, at the desk and on phones."""
    db = open_prepared()
    person = _person(db, login)
    if revoke_all:
        click.echo(f"{person.name}的 {devices.revoke_all(db, person.id, 'command')} 台手机已退出。")
        return
    listed = devices.devices_of(db, person.id)
    click.echo(f"{person.name}有 {len(listed)} 台手机登录着。")
    for one in listed:
        seen, until = clock.local(one.seen_at), clock.local(one.until)
        click.echo(f"  {one.name}  最近用过 {seen:%Y-%m-%d}  有效到 {until:%Y-%m-%d}")


@staff.command(name="class")
@click.option("--login", required=True)
@click.option("--school", required=True, help="Name or code.")
@click.option("--grade", required=True, help="三年级")
@click.option("--class", "name", required=True, help="2班")
@click.option("--remove", is_flag=True, help="They teach it no longer.")
@told
def staff_class(login: str, school: str, grade: str, name: str, remove: bool) -> None:
    """Say which class somebody teaches."""
    db = open_prepared()
    person = _person(db, login)
    found = bindings.find_class(db, school, grade, name)
    if remove:
        done = bindings.leave(db, person.id, found.id)
        click.echo(
            f"{person.name}不再教{found.title}。" if done else f"{person.name}本来就不教{found.title}。"
        )
        return
    bindings.teach(db, person.id, found.id)
    taught = "、".join(f"{one.school_name}{one.title}" for one in bindings.classes_taught(db, person.id))
    click.echo(f"{person.name}教：{taught}")
