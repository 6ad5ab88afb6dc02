"""Wrong tries: secrets are not to be guessed, and nobody is shut out by what strangers do elsewhere.

A try is counted before it is looked at, under its secret, the account and where it comes from: an address, a browser
that was good before for this account, or a device that is in. Beyond a few each next one waits, up to a minute; what
comes before that is refused with the seconds, and no thread sleeps. All strangers together have a ceiling, which neither
devices nor codes from slips meet. docs/guessing.md has the arithmetic.
"""

import logging
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from ipaddress import IPv6Address, IPv6Network
from math import ceil
from typing import NamedTuple

from intake.calendar import clock
from intake.errors import Refused, TooMany
from intake.language import spoken, text
from intake.store.db import Database

ALLOWED = 5
"""Wrong tries of one origin after which each next one waits."""
WAITS = (10, 20, 40, 60)
"""Seconds that it waits; the last for all further ones."""
PAUSE = timedelta(minutes=15)
"""After how long without a try those of an address are forgotten."""
OWN = 20
"""Wrong tries in a row with which a browser or device that was good before becomes a stranger's."""
KNOWN = timedelta(days=365)
"""How long a browser is known after it was right; so long its wrong tries stay, too."""
KEPT = 6
"""Accounts, and receipts, for which one browser is known."""
FROM_ONE_PLACE = 100
"""Wrong tries an hour of one address's strangers, whatever the account, after which all of them wait as one."""
HOUR, DAY, MONTH = timedelta(hours=1), timedelta(days=1), timedelta(days=30)
_FROM, _PLACE, _HOUSE = "from:", "place", "house"

log = logging.getLogger("baoxue.tries")


class Shut(Refused):
    """Strangers have tried so often that for a time only known browsers and devices may."""


@dataclass(frozen=True, slots=True)
class Secret:
    """What may be guessed, and how often.

    `most` is how often all strangers together may be wrong within `span` (0: no ceiling); beyond it each of their tries
    waits `slow` seconds, or none is looked at where that is 0. Of one address only the first `share` count among them
    (0: all), so that one alone never reaches the ceiling. `alarm` is how many an hour in the whole house are told of.
    """

    key: str
    free: int = ALLOWED
    most: int = 0
    span: timedelta = DAY
    slow: int = 0
    share: int = 0
    placed: bool = False
    """Whether it counts for an address, too, whatever the account."""
    alarm: int = 0


PASSWORD = Secret("password", most=100, slow=60, share=10, placed=True, alarm=1000)
PIN = Secret("pin", most=50, span=MONTH, placed=True, alarm=1000)
CODE = Secret("code", alarm=1000)
"""Of ten digits: too many to be guessed, so no ceiling that somebody could reach on purpose."""
OLD_CODE = Secret("old_code", most=1000, slow=60, share=10, alarm=1000)
"""Of eight digits, on slips of before."""
BINDING = Secret("binding", alarm=100)
"""Codes without a phone number, which come from the chat."""
PROOF = Secret("proof", most=100, span=MONTH)
"""Of a receipt: the phone's last four digits and the name."""
LAST_FOUR = Secret("last_four", most=50, slow=3600)
"""Digits of a phone, asked of who comes by a link from the chat."""
FACTOR = Secret("factor", most=50, span=MONTH, slow=3600, placed=True, alarm=1000)
"""Codes of an authenticator, three of a million of which are right: guessed by who knows the password already."""
SECRETS = {one.key: one for one in (PASSWORD, FACTOR, PIN, CODE, OLD_CODE, BINDING, PROOF, LAST_FOUR)}


class Knock(NamedTuple):
    """From where something is tried: the address, the marks of a browser that was good before, a device that is in."""

    address: str = ""
    marks: str = ""
    device: str = ""


class Try(NamedTuple):
    """A try that was taken, and under what it was counted."""

    secret: Secret
    account: str
    origin: str
    counters: "tuple[_Counter, ...]"

    @property
    def known(self) -> bool:
        """Tell whether it comes from a browser or device that was good before."""
        return not self.origin.startswith(_FROM)


class _Counter(NamedTuple):
    """A row: beyond `free` tries each next waits as `waits` says; `fixed` begins anew after `span`, else after a pause."""

    secret: str
    account: str
    origin: str
    free: int
    waits: tuple[int, ...]
    span: timedelta
    fixed: bool = True


def account_of(db: Database, login: str) -> str:
    """Give under what an account is counted, there or not; not the login: people type ID numbers there, too."""
    return db.keys.digest("login", text.normalise(login).casefold())


def account_of_phone(db: Database, phone: str) -> str:
    """Give the same for a phone number, however it is written."""
    return account_of(db, spoken.phone(phone) or phone)


def account_of_receipt(db: Database, receipt: str) -> str:
    """Give under what a receipt is counted."""
    return db.keys.digest("receipt", receipt)


def take_try(db: Database, secret: Secret, account: str, knock: Knock | str) -> Try:
    """Count a try before it is looked at; an address alone is a stranger's. Raises TooMany, Shut.

    In one transaction: of sixty that come at once as many are taken as are allowed.
    """
    now = db.now()
    with db.write():
        db.run("DELETE FROM wrong_tries WHERE until <= ?", (clock.stamp(now),))
        origin = _origin(db, secret, account, Knock(knock) if isinstance(knock, str) else knock)
        asked = list(_counters(db, secret, account, origin))
        counts = {one: _waited(db, secret, one, now) for one in asked}
        if wait := max(wait for _, wait in counts.values()):
            raise TooMany(wait)
        asked = [one for one in asked if not _spared(secret, one, counts[one][0], counts[asked[0]][0])]
        for one in asked:
            if not _count(db, one, now):
                raise TooMany(WAITS[0])  # another was faster
            _watch(secret, one, counts[one][0] + 1)
    return Try(secret, account, origin, tuple(asked))


def give_back(db: Database, taken: Try) -> None:
    """Forget the wrong tries of where a right one came from, in the caller's transaction; of others' its own alone.

    Codes go with it: at the desk what looks like one is tried as one before it is tried as a password.
    """
    db.run(
        "DELETE FROM wrong_tries WHERE account = ? AND origin = ? AND secret IN (?, ?, ?)",
        (taken.account, taken.origin, taken.secret.key, CODE.key, OLD_CODE.key),
    )
    for one in taken.counters:
        db.run(
            "UPDATE wrong_tries SET count = count - 1, free_at = ''"
            " WHERE secret = ? AND account = ? AND origin = ? AND count > 0",
            one[:3],
        )


def forget_tries(db: Database, account: str) -> int:
    """Forget the wrong tries at an account, from wherever, in the caller's transaction; give how many there were."""
    row = db.one("SELECT sum(count) AS n FROM wrong_tries WHERE account = ? AND origin <> ''", (account,))
    db.run("DELETE FROM wrong_tries WHERE account = ?", (account,))
    return int(row["n"] or 0) if row else 0


def crowded(db: Database, secret: Secret) -> bool:
    """Tell whether so many in the whole house were wrong within an hour that somebody is guessing."""
    return any(key == secret.key for key, _ in guessed(db))


def guessed(db: Database) -> list[tuple[str, str]]:
    """Give the keys of the secrets at which somebody is guessing, each with the stamp until which that holds."""
    rows = db.all(
        "SELECT account, count, until FROM wrong_tries WHERE secret = ? AND until > ? ORDER BY account",
        (_HOUSE, clock.stamp(db.now())),
    )
    return [(row["account"], row["until"]) for row in rows if row["count"] >= SECRETS[row["account"]].alarm]


def new_marks(db: Database, account: str, marks: str) -> str:
    """Give the marks of a browser that was right for an account, with those it has for others.

    They open nothing: what strangers did wrong does not count for who brings them.
    """
    others = [one for one in marks.split("~")[:KEPT] if one and not _marked(db, account, one)]
    made = f"{known_browser(db, account, marks) or secrets.token_hex(8)}.{db.today().toordinal()}"
    return "~".join([f"{made}.{_sealed(db, account, made)}", *others][:KEPT])


def network(address: str) -> str:
    """Give what of an address is counted: of IPv6 the /64 that one household has."""
    if ":" not in address:
        return address[:64]
    try:
        found = IPv6Address(address[:64].partition("%")[0])
    except ValueError:
        return address[:64]
    return str(found.ipv4_mapped or IPv6Network((int(found) >> 64 << 64, 64)))


def _counters(db: Database, secret: Secret, account: str, origin: str) -> Iterator[_Counter]:
    """Give under what a try is counted: that of its origin first."""
    stranger = origin.startswith(_FROM)
    span = PAUSE if stranger else KNOWN
    yield _Counter(secret.key, account, origin, secret.free, WAITS, span, fixed=False)
    if stranger and secret.most:
        slow = secret.slow or int(secret.span.total_seconds())
        yield _Counter(secret.key, account, "", secret.most, (slow,) * len(WAITS), secret.span)
    if stranger and secret.placed and origin != _from(db, ""):  # a server behind a socket knows none
        yield _Counter(_PLACE, "", origin, FROM_ONE_PLACE, WAITS, HOUR)
    if stranger and secret.alarm:
        yield _Counter(_HOUSE, secret.key, "", 0, (), HOUR)


def _spared(secret: Secret, one: _Counter, count: int, own: int) -> bool:
    """Tell whether a try leaves the ceiling alone: that of an address which had its share, before the ceiling is reached."""
    return not one.origin and one.secret == secret.key and count < secret.most and 0 < secret.share <= own


def _origin(db: Database, secret: Secret, account: str, knock: Knock) -> str:
    """Give where a try comes from; what was good before stays exempt until it has been wrong OWN times in a row."""
    known = known_browser(db, account, knock.marks)
    for one in filter(None, (knock.device and f"in:{knock.device}", known and f"known:{known}")):
        row = db.one(
            "SELECT max(count) AS n FROM wrong_tries WHERE account = ? AND origin = ?", (account, one)
        )
        if row is None or (row["n"] or 0) < OWN:
            return one
    return _from(db, knock.address)


def _waited(db: Database, secret: Secret, one: _Counter, now: datetime) -> tuple[int, int]:
    """Give how often was tried, and the seconds until the next is taken. Raises Shut.

    A clock that went back, as a demo's does at midnight, makes nobody wait for longer than there is to wait.
    """
    row = db.one(
        "SELECT count, free_at FROM wrong_tries WHERE secret = ? AND account = ? AND origin = ?", one[:3]
    )
    if row is None:
        return 0, 0
    if not one.origin and one.secret == secret.key and not secret.slow and row["count"] >= secret.most:
        raise Shut("试错的次数太多了，现在只能用登录过的设备。")
    left = (clock.local(row["free_at"]) - now).total_seconds() if row["free_at"] else 0
    return row["count"], ceil(left) if 0 < left <= max(one.waits, default=0) else 0


def _count(db: Database, one: _Counter, now: datetime) -> bool:
    """Count a try, unless it must wait; tell whether it was counted."""
    waits = one.waits or (0,) * len(WAITS)
    frees = [clock.stamp(now + timedelta(seconds=wait)) if wait else "" for wait in waits]
    done = db.run(
        "INSERT INTO wrong_tries (secret, account, origin, count, free_at, until) VALUES (?, ?, ?, 1, '', ?)"
        " ON CONFLICT (secret, account, origin) DO UPDATE SET count = wrong_tries.count + 1,"
        " free_at = CASE WHEN wrong_tries.count + 1 < ? THEN '' WHEN wrong_tries.count + 1 = ? THEN ?"
        " WHEN wrong_tries.count + 1 = ? THEN ? WHEN wrong_tries.count + 1 = ? THEN ? ELSE ? END,"
        " until = CASE WHEN ? = 1 THEN wrong_tries.until ELSE excluded.until END"
        " WHERE wrong_tries.free_at <= ? OR wrong_tries.free_at > ?",
        (*one[:3], clock.stamp(now + one.span), one.free, one.free, frees[0], one.free + 1, frees[1],
         one.free + 2, frees[2], frees[3], int(one.fixed), clock.stamp(now),
         clock.stamp(now + timedelta(seconds=max(waits)))),
    )  # fmt: skip
    return done.rowcount == 1


def _watch(secret: Secret, one: _Counter, count: int) -> None:
    """Say once an hour in the log that somebody is guessing."""
    if one.secret == _HOUSE and count == secret.alarm:
        log.warning("alarm: %s wrong tries of kind %s within an hour", count, secret.key)


def known_browser(db: Database, account: str, marks: str) -> str:
    """Give the id by which a browser is known for an account, or nothing."""
    return next(filter(None, (_marked(db, account, one) for one in marks.split("~")[: 2 * KEPT])), "")


def _marked(db: Database, account: str, one: str) -> str:
    """Give the id of a mark that was made for an account and is good still, or nothing."""
    made, _, seal = one.rpartition(".")
    name, _, day = made.partition(".")
    if not compare_digest(seal.encode(errors="surrogatepass"), _sealed(db, account, made).encode()):
        return ""
    return name if int(day) > db.today().toordinal() - KNOWN.days else ""


def _sealed(db: Database, account: str, made: str) -> str:
    return db.keys.digest("known browser", f"{account} {made}")


def _from(db: Database, address: str) -> str:
    return _FROM + db.keys.digest("address", network(address))
