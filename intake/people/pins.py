"""How a teacher comes in: with her phone number and a one-time code the first time, then with a PIN of her own.

Six digits are soon guessed by who may try them all. So a PIN is kept as argon2 over a keyed digest (the key is not in
the database), and wrong tries are counted (intake.people.tries): after `tries.PIN.most` of strangers it opens known
phones alone, and a new one needs a code. Whoever knows a teacher's number can do no more from afar. Where VOID wrong
tries were made on phones that are in, one may be in the wrong hands: the PIN is void, and all must come in again.
"""

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from intake.calendar import clock
from intake.errors import Refused
from intake.language import spoken, text
from intake.people import accounts, bindings, devices, tries
from intake.people.accounts import Person
from intake.people.tries import Knock
from intake.store import audit
from intake.store.db import Database

DIGITS = 6
VOID = 20
"""Wrong tries on phones that are in, since the last right one, after which a PIN is void."""
TERM = timedelta(minutes=10)
"""How long after her code a teacher may take to think of a PIN."""

WRONG = "手机号和数字对不上，请核对。第一次用，填纸条上的登录码；设过密码的，填 6 位密码。"
SHUT = "这个号码的密码试错的次数太多了，现在只能在登录过的手机上用。换手机，请向学校或教育局要一个登录码，或者请管理员解除。"
IS_VOID = f"密码试错了 {VOID} 次，已经作废。请向学校或教育局要一个新的登录码，用它重新设密码。"
SPENT = "这个登录码已经用过了。设过密码的，请填 6 位密码；没设过的，请再要一个登录码。"
EXPIRED = "这个登录码过期了，请向学校或教育局再要一个。"
TOO_SLOW = "时间太久了，请再填一次纸条上的数字。"
NOT_HERS = "密码不对，请再填一次。"
BY_CODE = "第一个密码要用纸条上的登录码来设。请先退出这台手机，再用登录码进来。"
_EASY = "这个密码太好猜了。请换一个：不要连号，不要重复，也不要用手机号里的数字。"


@dataclass(frozen=True, slots=True)
class Entering:
    """Somebody between her code and her PIN; `token` is what her phone will be known by."""

    code: str
    staff: str
    token: str
    until: str


def digits(said: str) -> str:
    """Give the digits of a code or a PIN, however they are set apart; of anything else nothing."""
    found = text.positional(text.compact(said)).replace("-", "")
    return found if found.isascii() and found.isdecimal() else ""


def has(db: Database, staff_id: str) -> bool:
    """Tell whether somebody has chosen a PIN."""
    return db.one("SELECT 1 FROM pins WHERE staff = ?", (staff_id,)) is not None


def offer(db: Database, phone: str, said: str, knock: Knock | str) -> Entering:
    """Take a one-time code, without using it up yet. Wrong PINs do not count here. Raises Refused and TooMany."""
    login, code = _login(phone), None
    with db.write():
        taken = tries.take_try(db, bindings.secret_of(said), tries.account_of(db, login), knock)
        found = bindings.find_code(db, bindings.digest(db, said))
        if found and found.person and found.person.login == login:
            code = found
        if code and code.person and code.good:
            if not accounts.on_phone(code.person):
                raise Refused("这里是手机版。您的账号请到工作台登录。")
            tries.give_back(db, taken)
            return Entering(code.digest, code.staff, devices.new_token(), clock.stamp(db.now() + TERM))
        audit.note(db, "forms", "code.refused", code.staff if code else "")
    # Raised outside, so that the wrong try stays counted. Only who knows phone and code is told more.
    raise Refused((SPENT if code.used else EXPIRED) if code else WRONG)


def begin(db: Database, entering: Entering, pin: str, again: str, user_agent: str) -> Person:
    """Set her PIN, use the code up and remember her phone, in one; again is harmless. Raises Refused."""
    person = accounts.person_by_id(db, entering.staff)
    if person is None or entering.until <= clock.stamp(db.now()):
        raise Refused(TOO_SLOW)
    kept = _kept(db, person, pin, again)
    with db.write():
        if devices.find_device(db, entering.token) is None:
            code = bindings.find_code(db, entering.code)
            if code is None or not code.good:
                raise Refused(SPENT)
            bindings.use_up(db, code)
            devices.revoke_all(db, person.id, person.actor)
            devices.add_device(db, person, entering.token, user_agent)
        _set(db, person, kept)
    return person


def sign_in(db: Database, phone: str, pin: str, knock: Knock | str) -> Person:
    """Give the teacher whose phone number and PIN these are. Raises Refused and TooMany."""
    login = _login(phone)
    return _prove(db, login, accounts.person_by_login(db, login), [digits(pin)], knock, Refused(WRONG))


def enter(db: Database, person: Person, pin: str, knock: Knock | str) -> None:
    """Let somebody who comes by a link show that it is she; who has no PIN is let in. Raises as `sign_in`."""
    if has(db, person.id):
        _prove(db, person.login, person, [digits(pin)], knock, Refused(NOT_HERS, "pin"))


def confirm(db: Database, person: Person, pin: str, knock: Knock | str) -> None:
    """Let her who is signed in show that it is she, before a thing that opens doors. Raises as `sign_in`.

    Who has no PIN has come in from WeChat, and has confirmed her phone there.
    """
    if has(db, person.id):
        _prove(db, person.login, person, [digits(pin)], knock, Refused(NOT_HERS, "pin"))


def change(
    db: Database, person: Person, device: str, now: str, pin: str, again: str, knock: Knock | str
) -> None:
    """Set another PIN; her other phones must come in with it. The first one takes a code. Raises as `sign_in`.

    The same once more is harmless: where `now` is no longer true, but `pin` already is, nothing is wrong.
    """
    if not has(db, person.id):
        raise Refused(BY_CODE)
    kept = _kept(db, person, pin, again)
    wrong = Refused(f"现在的{NOT_HERS}", "now")
    _prove(db, person.login, person, [digits(now), digits(pin)], knock, wrong)
    with db.write():
        devices.revoke_all(db, person.id, person.actor, but=device)
        _set(db, person, kept)


def _prove(
    db: Database, login: str, person: Person | None, said: list[str], knock: Knock | str, wrong: Refused
) -> Person:
    """Give back whose PIN one of `said` is; unknown people take the same effort and get the same answer.

    Raises `wrong` where none is; says in its place, to known phones, that the PIN is void, and to strangers that it
    opens nothing for them now; and TooMany.
    """
    try:
        taken = tries.take_try(db, tries.PIN, tries.account_of(db, login), knock)
    except tries.Shut:
        raise Refused(SHUT, wrong.field) from None
    staff = person.id if person else ""
    row = db.one("SELECT pin, wrong FROM pins WHERE staff = ?", (staff,))
    kept = row["pin"] if row and row["wrong"] < VOID else accounts.nobody()
    fits = [accounts.matches(kept, _seasoned(db, staff, one)) for one in said]
    with db.write():
        if any(fits) and person and _forgive(db, person, kept):
            tries.give_back(db, taken)
            audit.note(db, person.actor, "pin.proved", person.id)
            return person
        inside = not isinstance(knock, str) and bool(knock.device)
        void = _blame(db, staff, inside)
        audit.note(db, "forms", "pin.failed", staff)
    raise Refused(IS_VOID, wrong.field) if void and taken.known else wrong


def _forgive(db: Database, person: Person, kept: str) -> bool:
    """Forget wrong tries, unless the PIN was changed or has become void while it was being checked."""
    done = db.run(
        "UPDATE pins SET wrong = 0 WHERE staff = ? AND pin = ? AND wrong < ?", (person.id, kept, VOID)
    )
    return done.rowcount == 1


def _blame(db: Database, staff: str, inside: bool) -> bool:
    """Count a wrong try on a phone that is in against a PIN; tell whether it is void. The same effort where there is none."""
    db.run("UPDATE pins SET wrong = wrong + ? WHERE staff = ?", (int(inside), staff))
    row = db.one("SELECT wrong FROM pins WHERE staff = ?", (staff,))
    void = row is not None and row["wrong"] >= VOID
    if void and inside:
        devices.revoke_all(db, staff, "forms")
        audit.note(db, "forms", "pin.void", staff)
    return void


def _kept(db: Database, person: Person, pin: str, again: str) -> str:
    """Give what is kept of a new PIN. Raises Refused where it is no good."""
    new = digits(pin)
    if len(new) != DIGITS:
        raise Refused(f"密码要 {DIGITS} 位数字。", "pin")
    if _easy(new) or new in person.login:
        raise Refused(_EASY, "pin")
    if digits(again) != new:
        raise Refused("两次填的不一样，请再填一次。", "again")
    return accounts.hashed(_seasoned(db, person.id, new))


def _easy(pin: str) -> bool:
    """Tell whether a PIN is among those that are guessed first: 111111, 123456, 975319, 121212, 123123, 112233."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    pairs = pin[::2] == pin[1::2]
    return len(steps) == 1 or pin == pin[:2] * 3 or pin == pin[:3] * 2 or pairs


def _set(db: Database, person: Person, kept: str) -> None:
    db.run(
        "INSERT INTO pins (staff, pin, wrong, set_at) VALUES (?, ?, 0, ?)"
        " ON CONFLICT (staff) DO UPDATE SET pin = excluded.pin, wrong = 0, set_at = excluded.set_at",
        (person.id, kept, clock.stamp(db.now())),
    )
    tries.forget_tries(db, tries.account_of(db, person.login))
    audit.note(db, person.actor, "pin.set", person.id)


def _seasoned(db: Database, staff_id: str, pin: str) -> str:
    return db.keys.digest("pin", f"{staff_id} {pin}")


def _login(phone: str) -> str:
    return spoken.phone(phone) or accounts.as_login(phone)
