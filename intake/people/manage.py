"""What becomes of accounts: the list, changes, an end, a new way in, and a password of one's own."""

import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from intake.calendar import clock
from intake.errors import Refused
from intake.language import slip_codes
from intake.people import accounts, bindings, devices, pins, slots, tries
from intake.people.accounts import Person
from intake.people.secrets import factors, passwords
from intake.people.tries import Knock
from intake.places import gazetteer
from intake.store import audit
from intake.store.db import Database, Row

COMMAND = "command"
NONE = "没有这个登录名。"
_IN_CHARGE = ("officer", "approver")
"""The roles that are given kinds."""
_LETTERS, _LENGTH = "abcdefghjkmnpqrstuvwxyz23456789", 12  # on paper, l is 1 and o is 0


class Elsewhere(Refused):
    """Who has a way in, but not by this door; the text says by which."""


@dataclass(frozen=True, slots=True)
class ListedAccount:
    """An account as the list shows it, with names beside codes; `seen` is a stamp, or empty."""

    login: str
    name: str
    role: str
    area: str
    area_name: str
    school: str
    school_name: str
    kinds: str
    active: bool
    seen: str


def list_accounts(db: Database) -> Iterator[ListedAccount]:
    """List every account, those of the district first."""
    names = gazetteer.world(db).places
    for row in db.all(
        "SELECT s.login, s.name, s.role, s.area, s.school, s.kinds, s.active,"
        " (SELECT max(d.seen_at) FROM devices d WHERE d.staff = s.id) AS seen"
        " FROM staff s ORDER BY s.area, s.role, s.login"
    ):
        school = row["school"] or ""
        yield ListedAccount(
            row["login"], row["name"], row["role"], row["area"], accounts.area_name(db, row["area"]),
            school, names.name(school) if school else "", row["kinds"], bool(row["active"]), row["seen"] or "",
        )  # fmt: skip


def account(db: Database, login: str) -> Row:
    """Give the row of an account, active or not. Raises Refused."""
    row = db.one("SELECT * FROM staff WHERE login = ?", (accounts.as_login(login),))
    if row is None:
        raise Refused(NONE)
    return row


def edit(
    db: Database, row: Row, actor: str, *, name: str, role: str, area: str, school: str,
    kinds: Collection[str] | None = None,
) -> bool:  # fmt: skip
    """Change an account; tell whether anything is new. Raises Refused.

    Who comes in by another door from now on, phone or desk, is out, and comes in anew by a one-time code. `kinds` None
    leaves them as they are, as far as the role has any.
    """
    chosen = row["kinds"].split() if kinds is None and role in _IN_CHARGE else kinds or ()
    accounts.refuse_role(role, chosen)
    if not name:
        raise Refused("姓名不能空着。", "name")
    accounts.refuse_place(db, role, area, school)
    after = (name, role, area, school, accounts.kept_kinds(chosen))
    if after == (row["name"], row["role"], row["area"], row["school"] or "", row["kinds"]):
        return False
    before = accounts.person_of_row(row)
    new = Person(row["id"], name, row["login"], role, area, school)
    with db.write():
        db.run(
            "UPDATE staff SET name = ?, role = ?, area = ?, school = ?, kinds = ? WHERE id = ?",
            (*after, row["id"]),
        )
        _leave_sides(db, before, new, actor)
        slots.empty_unfit(db, new, actor)
        audit.note(db, actor, "staff.changed", row["id"], f"{role} {area}")
    return True


def _leave_sides(db: Database, before: Person, after: Person, actor: str) -> None:
    """End what somebody came in by where another door is theirs now, or the desk no longer; in the caller's transaction.

    Another role ends every session: what is open on a screen was meant for the one before.
    """
    if before.role != after.role:
        devices.revoke_all(db, after.id, actor)
    if accounts.phone_first(before) != accounts.phone_first(after):
        _shut(db, after.id, actor)
    elif accounts.at_desk(before) and not accounts.at_desk(after):
        devices.revoke_all(db, after.id, actor)
        _set(db, after.id, "")
    if not accounts.may(after, "roll.mark", after.area):
        _leave_classes(db, after.id)


def deactivate(db: Database, login: str, actor: str = COMMAND) -> None:
    """End an account with all that was open to it: sessions, phones, codes, WeChat, classes, 包保. Again is harmless."""
    row = account(db, login)
    with db.write():
        _shut(db, row["id"], actor)
        db.run("DELETE FROM bindings WHERE staff = ? AND used_at IS NULL", (row["id"],))
        db.run("DELETE FROM bound WHERE staff = ?", (row["id"],))
        slots.empty_unfit(db, accounts.person_of_row(row), actor, active=False)
        if db.run("UPDATE staff SET active = 0 WHERE id = ? AND active = 1", (row["id"],)).rowcount:
            audit.note(db, actor, "staff.deactivated", row["id"])


def activate(db: Database, login: str, actor: str = COMMAND) -> None:
    """Let an account be one again; it has no way in until it is `reset`."""
    row = account(db, login)
    with db.write():
        if db.run("UPDATE staff SET active = 1 WHERE id = ? AND active = 0", (row["id"],)).rowcount:
            audit.note(db, actor, "staff.activated", row["id"])


def reset(db: Database, person: Person, actor: str = COMMAND) -> tuple[str, str]:
    """End what somebody came in by, and give a new way: (password, "") at the desk, ("", code) on a phone."""
    password = "" if accounts.phone_first(person) else new_password()
    kept = accounts.hashed(password) if password else ""
    with db.write():
        devices.revoke_all(db, person.id, actor)
        db.run("DELETE FROM pins WHERE staff = ?", (person.id,))
        db.run("DELETE FROM bindings WHERE staff = ? AND used_at IS NULL", (person.id,))
        _set(db, person.id, kept, chosen=bool(password) and not db.settings.demo)
        code = "" if password else bindings.issue_code(db, person.id, actor)
        tries.forget_tries(db, tries.account_of(db, person.login))
        audit.note(db, actor, "staff.reset", person.id)
    return password, code


def take_factor(db: Database, person: Person, actor: str = COMMAND) -> bool:
    """Take somebody's second factor away, which they lost, and end their sessions; tell whether there was one."""
    with db.write():
        had = factors.remove_factor(db, person, actor)
        if had:
            devices.revoke_all(db, person.id, actor)
    return had


def unlock(db: Database, login: str, actor: str = COMMAND) -> int:
    """Forget the wrong tries at an account, from wherever; give how many there were. Raises Refused."""
    row = account(db, login)
    with db.write():
        gone = tries.forget_tries(db, tries.account_of(db, row["login"]))
        db.run("UPDATE pins SET wrong = 0 WHERE staff = ?", (row["id"],))
        audit.note(db, actor, "staff.unlocked", row["id"])
    return gone


def new_password() -> str:
    """Make a password to be handed over."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def has_password(db: Database, staff_id: str) -> bool:
    """Tell whether somebody can come in at the desk without a code."""
    row = db.one("SELECT password FROM staff WHERE id = ?", (staff_id,))
    return row is not None and bool(row["password"])


def offer(db: Database, login: str, said: str, knock: Knock | str = "") -> pins.Entering | None:
    """Take a one-time code at the desk, without using it up yet; None where it is none of theirs.

    Raises TooMany, and Elsewhere for whom the phone's door is. Wrong passwords do not count here.
    """
    number = pins.digits(said)
    if len(number) not in (slip_codes.DIGITS, slip_codes.OLD_DIGITS):
        return None
    with db.write():
        taken = tries.take_try(db, bindings.secret_of(number), tries.account_of(db, login), knock)
        found = _code(db, login, said)
        if found is None or not found.good or found.person is None:
            return None
        tries.give_back(db, taken)
    if not accounts.at_desk(found.person) or found.door == devices.PHONE:
        raise Elsewhere("这个登录码在这里用：填手机号和登录码，再设 6 位密码。")
    until = clock.stamp(db.now() + pins.TERM)
    return pins.Entering(found.digest, found.staff, devices.new_token(), until)


def spent(db: Database, login: str, said: str) -> str:
    """Say why a code of theirs opens nothing any more; nothing where it is no code of theirs."""
    found = _code(db, login, said)
    if found is None or found.good:
        return ""
    return "这个登录码已经用过了。请填您设的密码。" if found.used else pins.EXPIRED


def _code(db: Database, login: str, said: str) -> bindings.OneTimeCode | None:
    found = bindings.find_code(db, bindings.digest(db, pins.digits(said)))
    theirs = found is not None and found.person is not None and found.person.login == accounts.as_login(login)
    return found if theirs else None


def begin(db: Database, entering: pins.Entering, new: str, again: str, user_agent: str) -> Person:
    """Set a password after a one-time code, use it up and remember the browser, in one; again is harmless.

    Other sessions end. Whom the desk asks for more than a password is not let in yet. Raises Refused.
    """
    owner = accounts.person_by_id(db, entering.staff)
    kept = _kept(db, owner, new, again)
    with db.write():
        if sent := devices.find_device(db, entering.token):
            return sent.person
        code = bindings.find_code(db, entering.code)
        if code is None or not code.good or code.person is None or not accounts.at_desk(code.person):
            raise Refused(pins.SPENT)
        bindings.use_up(db, code)
        devices.revoke_all(db, code.staff, code.person.actor)
        _set(db, code.staff, kept)
        tries.forget_tries(db, tries.account_of(db, code.person.login))
        if not factors.lacking(db, code.person):
            devices.add_device(db, code.person, entering.token, user_agent, devices.DESK)
        audit.note(db, code.person.actor, "password.set", code.staff)
    return code.person


def change_password(db: Database, person: Person, here: str, now: str, new: str, again: str) -> None:
    """Change one's own password; all sessions but the one `here` end. Raises Refused, TooMany."""
    kept = _kept(db, person, new, again)
    if accounts.sign_in(db, person.login, now, "password.proved", Knock(device=here)) is None:
        raise Refused("现在的密码不对，请再填一次。", "now")
    with db.write():
        devices.revoke_all(db, person.id, person.actor, but=here)
        _set(db, person.id, kept)
        audit.note(db, person.actor, "password.set", person.id)


def replace_password(db: Database, person: Person, new: str, again: str) -> None:
    """Set one's own password in place of one that somebody else chose; all sessions end. Raises Refused."""
    row = db.one("SELECT password FROM staff WHERE id = ?", (person.id,))
    kept = _kept(db, person, new, again)
    if row and accounts.matches(row["password"], new):
        raise Refused(passwords.SAME, "new")
    with db.write():
        devices.revoke_all(db, person.id, person.actor)
        _set(db, person.id, kept)
        audit.note(db, person.actor, "password.set", person.id)


def _kept(db: Database, owner: Person | None, new: str, again: str) -> str:
    passwords.refuse_weak(db, new, (owner.login, owner.name) if owner else (), "new")
    if new != again:
        raise Refused("两次填的不一样，请再填一次。", "again")
    return accounts.hashed(new)


def _shut(db: Database, staff_id: str, actor: str) -> None:
    """End what somebody came in by, and what only their side has; in the caller's transaction."""
    devices.revoke_all(db, staff_id, actor)
    db.run("DELETE FROM pins WHERE staff = ?", (staff_id,))
    _set(db, staff_id, "")
    _leave_classes(db, staff_id)


def _leave_classes(db: Database, staff_id: str) -> None:
    for taught in bindings.classes_taught(db, staff_id):
        bindings.leave(db, staff_id, taught.id)


def _set(db: Database, staff_id: str, kept: str, *, chosen: bool = False) -> None:
    """Keep a password; `chosen` by somebody else than its owner, who must choose another one first of all."""
    db.run("UPDATE staff SET password = ?, chosen = ? WHERE id = ?", (kept, int(chosen), staff_id))
