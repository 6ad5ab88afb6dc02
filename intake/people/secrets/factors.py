"""The second factor: a code of six digits that an authenticator shows for half a minute (TOTP, RFC 6238).

The secret lies encrypted. A code is good for its own step and the one before and after it, and each step once: the step
of the last one that was taken is kept, and moved on in the same statement that takes it. Ten recovery codes stand in for
a lost authenticator, each once, kept as keyed digests.
"""

import hmac
import secrets
from datetime import timedelta

import pyotp

from intake.calendar import clock
from intake.errors import Refused
from intake.language import text
from intake.people import accounts, roles, tries
from intake.people.accounts import Person
from intake.people.tries import Knock, Try
from intake.store import audit
from intake.store.db import Database, Row

OFF, OPTIONAL, REQUIRED = "off", "optional", "required"
"""What BAOXUE_SECOND_FACTOR may say."""
POWERS = frozenset({"account.manage", "export.approve", "talk.answer"})
"""Whoever may do one of these for the whole district must have a factor where it is required."""
CODE, PASSWORD, FACTOR = "code", "password", "factor"
"""What may be lacking between a password and the desk: the code, a password of one's own, a factor."""
STEP = 30
WINDOW = (-1, 0, 1)
"""Steps around now whose codes are good: a phone's clock may be half a minute off."""
RECOVERY, _LENGTH = 10, 10
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # on paper, l is 1 and o is 0
WAITS = timedelta(hours=1)
"""How long an authenticator may be set up after its picture was shown."""
_GOOD, _NEXT = "factors.secret", "factors.next_secret"
WRONG = "验证码不对，或者已经用过。请等验证器换一个新的数字再填；手机的时间要准。"
UNREAD = "这个数字不对。请在验证器里扫上面的图，填它现在显示的 6 位数字；手机的时间要准。"
SLOW = "时间太久了，请重新扫图。"


def required_of(db: Database, person: Person) -> bool:
    """Tell whether somebody comes to the desk with a second factor only."""
    role = roles.ROLES.get(person.role)
    powerful = role is not None and not POWERS.isdisjoint(role.actions)
    return db.settings.second_factor == REQUIRED and powerful


def may_enrol(db: Database) -> bool:
    """Tell whether there are second factors in this house."""
    return db.settings.second_factor != OFF


def is_enrolled(db: Database, staff_id: str) -> bool:
    """Tell whether somebody has a second factor, whatever the house asks for."""
    return db.one("SELECT 1 FROM factors WHERE staff = ? AND secret <> ''", (staff_id,)) is not None


def is_missing(db: Database, person: Person) -> bool:
    """Tell whether somebody must have a second factor and has none yet."""
    return required_of(db, person) and not is_enrolled(db, person.id)


def is_asked(db: Database, person: Person) -> bool:
    """Tell whether somebody is asked for a code beside the password."""
    return may_enrol(db) and is_enrolled(db, person.id)


def lacking(db: Database, person: Person, *, coded: bool = False) -> str:
    """Tell what stands between somebody who has shown a password (and, `coded`, a code) and the desk; nothing: come in."""
    if not coded and is_asked(db, person):
        return CODE
    row = db.one("SELECT chosen FROM staff WHERE id = ?", (person.id,))
    if row and row["chosen"]:
        return PASSWORD
    return FACTOR if is_missing(db, person) else ""


def secret_to_enrol(db: Database, person: Person) -> str:
    """Give the secret of an authenticator that is being set up, the same for an hour; what was good before still is."""
    row, now = _row(db, person.id), db.now()
    if row and row["next_secret"] and row["next_at"] > clock.stamp(now - WAITS):
        return db.keys.unlock(row["next_secret"], _NEXT, person.id)
    secret = pyotp.random_base32()
    with db.write():
        db.run(
            "INSERT INTO factors (staff, secret, step, made_at, next_secret, next_at) VALUES (?, '', 0, '', ?, ?)"
            " ON CONFLICT (staff) DO UPDATE SET next_secret = excluded.next_secret, next_at = excluded.next_at",
            (person.id, db.keys.lock(secret, _NEXT, person.id), clock.stamp(now)),
        )
    return secret


def address_of(db: Database, person: Person, secret: str) -> str:
    """Give what an authenticator reads from the picture: the name of the house and the login, with the secret."""
    return pyotp.TOTP(secret).provisioning_uri(
        name=person.login, issuer_name=f"保学通 {db.settings.district_name}"
    )


def enrol(db: Database, person: Person, said: str, knock: Knock | str = "") -> list[str]:
    """Make the authenticator good that was set up, by its first code; give new recovery codes, which nobody shows again.

    Raises Refused at `code`, and TooMany.
    """
    row = _row(db, person.id)
    if row is None or not row["next_secret"] or row["next_at"] <= clock.stamp(db.now() - WAITS):
        raise Refused(SLOW, "code")
    secret = db.keys.unlock(row["next_secret"], _NEXT, person.id)
    taken = _take(db, person, knock)
    step = _step_of(secret, said)
    if step is None:
        _blame(db, person, "factor.refused")
        raise Refused(UNREAD, "code")
    with db.write():
        done = db.run(
            "UPDATE factors SET secret = ?, step = ?, made_at = ?, next_secret = '', next_at = ''"
            " WHERE staff = ? AND next_secret = ?",
            (
                db.keys.lock(secret, _GOOD, person.id),
                step,
                clock.stamp(db.now()),
                person.id,
                row["next_secret"],
            ),
        )
        if done.rowcount != 1:
            raise Refused(SLOW, "code")
        tries.give_back(db, taken)
        audit.note(db, person.actor, "factor.added", person.id)
        return _new_codes(db, person)


def prove_factor(db: Database, person: Person, said: str, knock: Knock | str = "") -> None:
    """Take a code of the authenticator or a recovery code, each once. Raises Refused at `code`, and TooMany."""
    taken, row = _take(db, person, knock), _row(db, person.id)
    if row is None or not row["secret"]:
        raise Refused(WRONG, "code")
    step = _step_of(db.keys.unlock(row["secret"], _GOOD, person.id), said)
    with db.write():
        if (step is not None and _take_step(db, person, step)) or _take_recovery(db, person, said):
            tries.give_back(db, taken)
            return
        _blame(db, person, "factor.failed")
    raise Refused(WRONG, "code")


def renew_recovery(db: Database, person: Person) -> list[str]:
    """Give new recovery codes; those of before end."""
    with db.write():
        audit.note(db, person.actor, "factor.renewed", person.id)
        return _new_codes(db, person)


def recovery_left(db: Database, staff_id: str) -> int:
    """Count the recovery codes that somebody has not used."""
    row = db.one("SELECT count(*) AS n FROM recovery_codes WHERE staff = ? AND used_at = ''", (staff_id,))
    return int(row["n"]) if row else 0


def remove_factor(db: Database, person: Person, actor: str) -> bool:
    """Take somebody's second factor away with its recovery codes; tell whether there was one."""
    with db.write():
        had = is_enrolled(db, person.id)
        db.run("DELETE FROM factors WHERE staff = ?", (person.id,))
        db.run("DELETE FROM recovery_codes WHERE staff = ?", (person.id,))
        if had:
            audit.note(db, actor, "factor.removed", person.id)
    return had


def _step_of(secret: str, said: str) -> int | None:
    """Give the step near now whose code this is; every code is compared, each in the same time."""
    code, now = _signs(said), int(clock.now().timestamp()) // STEP
    known = pyotp.TOTP(secret)
    fits = [hmac.compare_digest(known.at((now + off) * STEP).encode(), code.encode()) for off in WINDOW]
    return next((now + off for off, fit in zip(WINDOW, fits, strict=True) if fit), None)


def _take_step(db: Database, person: Person, step: int) -> bool:
    done = db.run("UPDATE factors SET step = ? WHERE staff = ? AND step < ?", (step, person.id, step))
    if done.rowcount == 1:
        audit.note(db, person.actor, "factor.proved", person.id)
    return done.rowcount == 1


def _take_recovery(db: Database, person: Person, said: str) -> bool:
    done = db.run(
        "UPDATE recovery_codes SET used_at = ? WHERE digest = ? AND staff = ? AND used_at = ''",
        (clock.stamp(db.now()), _digest(db, person, _signs(said)), person.id),
    )
    if done.rowcount == 1:
        audit.note(db, person.actor, "recovery.used", person.id)
    return done.rowcount == 1


def _new_codes(db: Database, person: Person) -> list[str]:
    made = ["".join(secrets.choice(_SIGNS) for _ in range(_LENGTH)) for _ in range(RECOVERY)]
    db.run("DELETE FROM recovery_codes WHERE staff = ?", (person.id,))
    for one in made:
        db.run(
            "INSERT INTO recovery_codes (digest, staff, used_at) VALUES (?, ?, '')",
            (_digest(db, person, one), person.id),
        )
    return [f"{one[:5]}-{one[5:]}" for one in made]


def _signs(said: str) -> str:
    """Give the letters and digits of a code, however they are set apart."""
    return "".join(one for one in text.normalise(said).casefold() if one.isascii() and one.isalnum())


def _digest(db: Database, person: Person, code: str) -> str:
    return db.keys.digest("recovery", f"{person.id} {code}")


def _row(db: Database, staff_id: str) -> Row | None:
    return db.one("SELECT * FROM factors WHERE staff = ?", (staff_id,))


def _take(db: Database, person: Person, knock: Knock | str) -> Try:
    """Count a try before it is looked at. Raises TooMany, Shut."""
    return tries.take_try(db, tries.FACTOR, tries.account_of(db, person.login), knock)


def _blame(db: Database, person: Person, verb: str) -> None:
    with db.write():
        accounts.note_failed(db, person.id)
        audit.note(db, "desk", verb, person.id)
