"""Devices of staff: each is known by a token that only its browser has, until it is sent away or its term is over.

A phone is let in by code and PIN and serves the pages there, and no desk; a browser that a password let in serves
the desk for a day, and the pages of a phone where its owner has both. One that came by a link from the chat is on
probation: it lives for hours, until its owner confirms it in the chat, and opens no further door.
"""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from intake.calendar import clock
from intake.errors import Busy, Refused
from intake.people import accounts
from intake.people.accounts import Person
from intake.people.secrets import factors
from intake.store import audit
from intake.store.db import HURRIED, Database
from intake.store.ids import new_id

PHONE, DESK = "phone", "desk"
"""The doors."""
TERM = timedelta(days=90)
"""How long a phone is known after it was entered with."""
TERMS = {PHONE: TERM, DESK: timedelta(hours=10)}
"""How long each door stays open: at the desk a working day, not a stolen cookie's life."""
PROBATION = timedelta(hours=8)
"""How long a phone that came by a link is known before its owner has confirmed it in the chat."""
STALE = timedelta(hours=1)
"""A phone that was seen within this time is not noted again: a look at a page is no reason to write."""
PROOF = timedelta(minutes=30)
"""How long somebody counts as having shown that it is they, on the session on which they did."""

_KINDS = (("iPad", "苹果平板"), ("iPhone", "苹果手机"), ("HarmonyOS", "鸿蒙手机"), ("Android", "安卓手机"))


@dataclass(frozen=True, slots=True)
class Device:
    """A device as its owner sees it among hers; times are stamps."""

    id: str
    name: str
    seen_at: str
    until: str
    door: str
    link: str = ""
    """By which link it came (its digest), while it is on probation."""


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """Whose device this is; `proved_at` is when they last showed on it that it is they (a stamp, or empty)."""

    id: str
    person: Person
    seen_at: str
    door: str = PHONE
    probation: bool = False
    """Whether it came by a link and nobody has confirmed it in the chat."""
    proved_at: str = ""


def new_token() -> str:
    """Give a token: 256 random bits."""
    return secrets.token_urlsafe(32)


def token_for(db: Database, seed: str, person: Person) -> str:
    """Give the token that a page's own `seed` means for somebody, so that a page sent twice is one phone.

    Who knows the seed does not know the token: the key of the house is in it.
    """
    return "".join(db.keys.digest(f"device {half}", f"{seed} {person.id}") for half in "12")


def add_device(
    db: Database, person: Person, token: str, user_agent: str, door: str = PHONE, *, link: str = ""
) -> bool:
    """Remember a device of somebody by its token; tell whether it is new. Again is harmless. Raises Refused.

    One that came by a `link` (its digest) is on probation.
    """
    if door == PHONE and not accounts.on_phone(person):
        raise Refused("这里是手机版。您的账号请到工作台登录。")
    row = db.one("SELECT staff, revoked_at FROM devices WHERE token_hash = ?", (_digest(db, token),))
    if row:
        if row["staff"] != person.id or row["revoked_at"]:
            raise Refused("这次登录已经失效了，请重新打开登录页。")
        return False
    now, made = db.now(), new_id()
    with db.write():
        done = db.run(
            "INSERT INTO devices (id, token_hash, staff, name, made_at, seen_at, until, revoked_at, door, proved_at, link)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?) ON CONFLICT (token_hash) DO NOTHING",
            (made, _digest(db, token), person.id, name(user_agent), clock.stamp(now), clock.stamp(now),
             clock.stamp(now + (PROBATION if link else TERMS[door])), door,
             clock.stamp(now) if door == DESK else "", link),
        )  # fmt: skip
        if done.rowcount:
            audit.note(db, person.actor, "device.entered", made, "link" if link else "")
    return done.rowcount == 1


def find_device(db: Database, token: str) -> KnownDevice | None:
    """Tell whose device has a token: one that is good still, of an account that is, too.

    A session of the desk is good no longer once nobody has used it for a while, or its owner lacks what the desk asks
    for by now: a password of their own, a second factor.
    """
    row = db.one(
        "SELECT s.*, d.id AS device, d.seen_at, d.door, d.proved_at, d.link FROM devices d"  # noqa: S608
        f" JOIN staff s ON s.id = d.staff WHERE d.token_hash = ? AND {_GOOD} AND s.active = 1",
        (_digest(db, token), *_moments(db)),
    )
    person = accounts.person_of_row(row) if row else None
    if row is None or person is None or (row["door"] == PHONE and not accounts.on_phone(person)):
        return None
    if row["door"] == DESK and (row["chosen"] or factors.is_missing(db, person)):
        return None
    return KnownDevice(
        row["device"], person, row["seen_at"], row["door"], bool(row["link"]), row["proved_at"]
    )


_GOOD = "d.revoked_at = '' AND d.until > ? AND (d.door <> 'desk' OR d.seen_at > ?)"
"""Condition, of `devices d`, of one that is good still; see `_moments`."""


def _moments(db: Database) -> tuple[str, str]:
    """Give the stamps that _GOOD compares with: now, and since when a session of the desk must have been used."""
    now = db.now()
    return clock.stamp(now), clock.stamp(now - timedelta(minutes=db.settings.idle_minutes))


def seen(db: Database, found: KnownDevice) -> None:
    """Note that a device is in use, at most once within STALE, at the desk once within a twelfth of what may be idle.

    That waits for nobody: where the disk takes nothing, pages are read all the same.
    """
    now = db.now()
    often = timedelta(minutes=db.settings.idle_minutes) / 12 if found.door == DESK else STALE
    if found.seen_at > clock.stamp(now - often):
        return
    with suppress(Busy), db.write(HURRIED):
        db.run("UPDATE devices SET seen_at = ? WHERE id = ?", (clock.stamp(now), found.id))


def is_proved(db: Database, found: KnownDevice) -> bool:
    """Tell whether somebody has shown lately, on this device, that it is they."""
    return found.proved_at > clock.stamp(db.now() - PROOF)


def prove_device(db: Database, found: KnownDevice) -> None:
    """Note that somebody has just shown on this device that it is they."""
    with db.write():
        db.run("UPDATE devices SET proved_at = ? WHERE id = ?", (clock.stamp(db.now()), found.id))
        audit.note(db, found.person.actor, "device.proved", found.id)


def devices_of(db: Database, staff_id: str) -> list[Device]:
    """Give somebody's devices that are known still, the one used last first."""
    rows = db.all(
        f"SELECT d.id, d.name, d.seen_at, d.until, d.door, d.link FROM devices d WHERE d.staff = ? AND {_GOOD}"  # noqa: S608
        " ORDER BY d.seen_at DESC, d.id DESC",
        (staff_id, *_moments(db)),
    )
    return [Device(*row) for row in rows]


def devices_on_probation(db: Database, staff_id: str) -> list[Device]:
    """Give somebody's devices that came by a link and wait to be confirmed, the oldest first."""
    rows = db.all(
        "SELECT id, name, made_at, until, door, link FROM devices WHERE staff = ? AND link <> '' AND revoked_at = ''"
        " AND until > ? ORDER BY made_at, id",
        (staff_id, clock.stamp(db.now())),
    )
    return [Device(*row) for row in rows]


def confirm_device(db: Database, person: Person, device_id: str) -> bool:
    """Let a device that was on probation live the ordinary term; tell whether it still waited for that."""
    with db.write():
        now = db.now()
        done = db.run(
            "UPDATE devices SET link = '', until = ? WHERE id = ? AND staff = ? AND link <> '' AND revoked_at = ''"
            " AND until > ?",
            (clock.stamp(now + TERM), device_id, person.id, clock.stamp(now)),
        )
        if done.rowcount:
            audit.note(db, person.actor, "device.confirmed", device_id)
    return done.rowcount == 1


def is_revoked(db: Database, token: str) -> bool:
    """Tell whether the device of a token was sent away."""
    row = db.one("SELECT revoked_at FROM devices WHERE token_hash = ?", (_digest(db, token),))
    return row is not None and bool(row["revoked_at"])


def has_been_in(db: Database, staff_id: str) -> bool:
    """Tell whether somebody has come in before, on any device, by any door."""
    return db.one("SELECT 1 FROM devices WHERE staff = ?", (staff_id,)) is not None


def revoke(db: Database, staff_id: str, device_id: str, actor: str) -> bool:
    """Send a device of somebody away; tell whether it is theirs. Again is harmless."""
    with db.write():
        done = db.run(
            "UPDATE devices SET revoked_at = ? WHERE id = ? AND staff = ? AND revoked_at = ''",
            (clock.stamp(db.now()), device_id, staff_id),
        )
        if done.rowcount:
            audit.note(db, actor, "device.revoked", device_id)
            return True
    return db.one("SELECT 1 FROM devices WHERE id = ? AND staff = ?", (device_id, staff_id)) is not None


def revoke_all(db: Database, staff_id: str, actor: str, but: str = "") -> int:
    """Send all devices of somebody away, `but` one; give how many."""
    with db.write():
        others = [one.id for one in devices_of(db, staff_id) if one.id != but]
        for one in others:
            revoke(db, staff_id, one, actor)
    return len(others)


def revoke_everywhere(db: Database, actor: str) -> int:
    """Send all devices of everybody away; give how many."""
    with db.write():
        rows = db.all("SELECT id, staff FROM devices WHERE revoked_at = ''")
        for row in rows:
            revoke(db, row["staff"], row["id"], actor)
    return len(rows)


def purge(db: Database, past: str) -> int:
    """Delete phones that were sent away or ran out before a stamp; give how many."""
    return db.prune("devices", ("id",), "until < ? OR (revoked_at <> '' AND revoked_at < ?)", (past, past))


def name(user_agent: str) -> str:
    """Call a device as its owner would: 安卓手机（微信）."""
    kind = next((words for sign, words in _KINDS if sign in user_agent), "电脑")
    if kind == "安卓手机" and "Mobile" not in user_agent:
        kind = "安卓平板"
    return f"{kind}（{'微信' if 'MicroMessenger' in user_agent else '浏览器'}）"


def _digest(db: Database, token: str) -> str:
    return db.keys.digest("device", token)
