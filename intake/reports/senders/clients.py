"""Systems that send reports: each with a key, a place, kinds and a rate; of the key only a keyed digest is kept."""

import hmac
import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta

from intake.calendar import clock
from intake.children.children import Child
from intake.errors import Denied, Refused
from intake.kinds import KINDS
from intake.language import text
from intake.people import accounts
from intake.people.accounts import TOWN_DIGITS
from intake.people.scope import Scope, sees
from intake.places import gazetteer
from intake.store import audit
from intake.store.db import HURRIED, Busy, Database, Row

REPORTER = "client:"
"""How the name begins under which the reports of a system are kept."""
RATE, FASTEST = 600, 1200
"""Reports a minute, where nothing else is said, and at most: that is what any address may send."""
LONGEST = 40
"""Characters of a name."""
SEEN = timedelta(hours=1)
"""How often it is noted, at most, that a key was used."""
_ID, _SIGNS = 10, "abcdefghjkmnpqrstuvwxyz23456789"
_BYTES = 32
_LONGEST_KEY = 200
_NOBODY = "0" * 32
_KIND = "这个系统的密钥不能报“{}”。能报的有：{}。"
_PLACE = "这个系统的密钥只能报{}的孩子。请核对镇街和学校。"


@dataclass(frozen=True, slots=True)
class ApiClient:
    """A system that sends reports; no kinds are all of them, the moments are stamps, or empty."""

    id: str
    name: str
    area: str
    school: str
    kinds: frozenset[str]
    rate: int
    made_at: str
    used_at: str
    revoked_at: str

    @property
    def reporter(self) -> str:
        """Give the name under which its reports are kept."""
        return f"{REPORTER}{self.id}"

    @property
    def scope(self) -> Scope:
        """Give of which children it may tell."""
        return Scope(self.area, self.school, kinds=self.kinds or None)


def add_client(
    db: Database, name: str, *, area: str = "", school: str = "", kinds: Collection[str] = (), rate: int = RATE,
    actor: str = "command",
) -> tuple[ApiClient, str]:  # fmt: skip
    """Add a system; give it, and its key, which nobody can tell again. Raises Refused."""
    name, area = text.normalise(name), area or db.settings.district_code
    if not name or len(name) > LONGEST:
        raise Refused(f"名称要写 1 到 {LONGEST} 个字。", "name")
    _refuse_place(db, area, school)
    if not 1 <= rate <= FASTEST:
        raise Refused(f"每分钟最多收多少份，要写 1 到 {FASTEST}。", "rate")
    client_id, secret = "".join(secrets.choice(_SIGNS) for _ in range(_ID)), secrets.token_urlsafe(_BYTES)
    key, kept = f"{client_id}.{secret}", " ".join(one for one in KINDS if one in kinds)
    with db.write():
        db.run(
            "INSERT INTO clients (id, name, secret, area, school, kinds, rate, made_at, used_at, revoked_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, '', '')",
            (client_id, name, _digest(db, key), area, school, kept, rate, clock.stamp(db.now())),
        )
        audit.note(db, actor, "client.added", client_id, " ".join(filter(None, (area, school, kept))))
    return find_client(db, client_id), key


def client_of_key(db: Database, key: str) -> ApiClient | None:
    """Give the system of a key that is good; None of any other, at the same effort whatever is wrong with it."""
    client_id = key.partition(".")[0]
    row = db.one("SELECT * FROM clients WHERE id = ?", (client_id,)) if len(key) <= _LONGEST_KEY else None
    same = hmac.compare_digest(_digest(db, key[: _LONGEST_KEY + 1]), row["secret"] if row else _NOBODY)
    return _client(row) if same and row and not row["revoked_at"] else None


def note_use(db: Database, client: ApiClient) -> None:
    """Note that a key was used, at most once in a while; who sends never waits for it."""
    now = db.now()
    if client.used_at > clock.stamp(now - SEEN):
        return
    try:
        with db.write(HURRIED):
            db.run("UPDATE clients SET used_at = ? WHERE id = ?", (clock.stamp(now), client.id))
    except Busy:
        pass  # the next report notes it


def refuse_kind(client: ApiClient, kind: str) -> None:
    """Raise Denied for a kind of which a system may not tell."""
    if client.kinds and kind not in client.kinds:
        may = "、".join(one.title for key, one in KINDS.items() if key in client.kinds)
        raise Denied(_KIND.format(KINDS[kind].title, may))


def refuse_elsewhere(db: Database, client: ApiClient, *, town: str, school_town: str, school: str) -> None:
    """Raise Denied where a child is none of a system's area or school."""
    if not sees(Scope(client.area, client.school), town=town, school_town=school_town, school=school):
        raise Denied(_PLACE.format(place_of(db, client)))


def tells_of(db: Database, client: ApiClient, child: Child) -> bool:
    """Tell whether a child of the roll is one of whom a system may tell."""
    school = gazetteer.world(db).places.get(child.school)
    return sees(Scope(client.area, client.school), town=child.town, school_town=school.town if school else "",
                school=child.school)  # fmt: skip


def place_of(db: Database, client: ApiClient) -> str:
    """Name of which children a system may tell: of a school, a town or the district."""
    row = db.one("SELECT name FROM schools WHERE code = ?", (client.school,)) if client.school else None
    return str(row["name"]) if row else accounts.area_name(db, client.area) or client.area


def list_clients(db: Database) -> Iterator[ApiClient]:
    """List every system, in the order in which they were added."""
    return map(_client, db.all("SELECT * FROM clients ORDER BY made_at, id"))


def find_client(db: Database, client_id: str) -> ApiClient:
    """Give the system of an id. Raises Refused."""
    row = db.one("SELECT * FROM clients WHERE id = ?", (client_id,))
    if row is None:
        raise Refused("没有这个编号的系统。用 baoxue client list 看有哪些。")
    return _client(row)


def revoke_client(db: Database, client_id: str, actor: str = "command") -> ApiClient:
    """End a key at once, in every process; again is harmless. Raises Refused."""
    find_client(db, client_id)
    with db.write():
        done = db.run(
            "UPDATE clients SET revoked_at = ? WHERE id = ? AND revoked_at = ''",
            (clock.stamp(db.now()), client_id),
        )
        if done.rowcount:
            audit.note(db, actor, "client.revoked", client_id)
    return find_client(db, client_id)


def name_of_sender(db: Database, reporter: str) -> str:
    """Give the name of the system that sent a report; nothing of whoever else did."""
    if not reporter.startswith(REPORTER):
        return ""
    row = db.one("SELECT name FROM clients WHERE id = ?", (reporter.removeprefix(REPORTER),))
    return str(row["name"]) if row else ""


def _refuse_place(db: Database, area: str, school: str) -> None:
    if len(area) > TOWN_DIGITS or not accounts.area_name(db, area):
        raise Refused(f"管辖范围要写区或镇街的代码，例如 {db.settings.district_code} 或 220605105。", "area")
    row = db.one("SELECT town FROM schools WHERE code = ?", (school,)) if school else None
    if school and row is None:
        raise Refused("名单里没有这所学校。", "school")
    if row and not sees(Scope(area), town=row["town"]):
        raise Refused(f"这所学校不在{accounts.area_name(db, area)}。", "school")


def _digest(db: Database, key: str) -> str:
    return db.keys.digest("client", key)


def _client(row: Row) -> ApiClient:
    return ApiClient(
        row["id"], row["name"], row["area"], row["school"], frozenset(row["kinds"].split()), row["rate"],
        row["made_at"], row["used_at"], row["revoked_at"],
    )  # fmt: skip
