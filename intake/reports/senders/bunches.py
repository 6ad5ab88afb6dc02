"""Danger that one address tells of: above a school gate's worth the rest is a bunch, kept and 待核实, one alarm for all.

The count is the house's, not a process's. An address is kept as a keyed digest, and forgotten with the day.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from intake.calendar import clock
from intake.cases import owners, work
from intake.cases.case import Case, may_see
from intake.cases.told import inbox
from intake.cases.writing import deadlines
from intake.errors import Busy, Missing, where
from intake.kinds import KINDS
from intake.kinds.envelope import Envelope
from intake.people import accounts, slots
from intake.people.accounts import Person
from intake.store import audit
from intake.store.db import Database, Row
from intake.store.ids import new_id

CEILINGS: Mapping[str, int] = {"safety": 10, "absence": 30}
"""Reports of each kind that are believed of one address in a while: what a gate, or a bus, can have to tell."""
WHILE = timedelta(minutes=10)
"""After so long without too many, an address is believed again; one that goes on is not."""
FORGOTTEN = timedelta(days=1)
"""After which nothing of an address is kept."""
AT_ONCE = 100
"""Cases that are believed with one press."""
VOUCHED = "看过同一地址的这一批，按真的办"
_CASES = (
    "FROM reports r JOIN case_reports k ON k.report = r.id JOIN cases c ON c.id = k.case_id"
    " WHERE r.bunch = ? AND c.doubted = 1"
)

log = logging.getLogger("baoxue.bunches")


@dataclass(frozen=True, slots=True)
class Bunch:
    """Reports of danger of one address that were too many: of what kind, since when, how many, how many nobody has handled."""

    id: str
    kind: str
    begun_at: str
    number: int
    left: int
    seen_at: str

    @property
    def title(self) -> str:
        """Name the kind."""
        return KINDS[self.kind].title


def bunch_of_report(db: Database, report: Envelope, address: str) -> str:
    """Count a report of danger that an address tells of, in its transaction; give the bunch where it is one too many."""
    if not address or report.kind not in CEILINGS or report.on_leave:
        return ""
    kept, now, since = (
        db.keys.digest("address", address),
        clock.stamp(db.now()),
        clock.stamp(db.now() - WHILE),
    )
    row = db.one("SELECT * FROM danger_addresses WHERE address = ? AND kind = ?", (kept, report.kind))
    over = row is None or (row["last_at"] if row["bunch"] else row["begun_at"]) < since
    begun, number, bunch = (
        (now, 1, "") if over or row is None else (row["begun_at"], row["number"] + 1, row["bunch"])
    )
    if number > CEILINGS[report.kind]:
        bunch = _unseen(db, bunch) or _begin(db, report.kind, now)
        db.run("UPDATE reports SET bunch = ? WHERE id = ?", (bunch, report.id))
    db.run(
        "INSERT INTO danger_addresses (address, kind, begun_at, last_at, number, bunch) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (address, kind) DO UPDATE SET begun_at = excluded.begun_at, last_at = excluded.last_at,"
        " number = excluded.number, bunch = excluded.bunch",
        (kept, report.kind, begun, now, number, bunch),
    )
    return bunch


def tell_bunches(db: Database) -> list[str]:
    """Tell 值班 of each bunch that nobody has looked at, one line for all of it, and again after a while. Raises Busy.

    Gives the number of the first case of each in which children may be in danger: whoever rings rings once. Where somebody
    has the gate in the middle, it gives those that were told; the next round goes on.
    """
    again, rung = clock.stamp(db.now() - timedelta(minutes=deadlines(db).terms["alarm"])), list[str]()
    for row in db.all("SELECT * FROM bunches WHERE seen_at = '' AND told_at < ?", (again,)):
        try:
            rung += _tell_once(db, row)
        except Busy:
            if not rung:
                raise
            break
        except Exception as fault:  # one that cannot be read takes no ring from the others
            log.error("bunch %s: %s", row["id"], where(fault))
    return rung


def _tell_once(db: Database, row: Row) -> list[str]:
    """Tell of a bunch, unless another round has just done so; give the number that is rung with."""
    with db.write():
        done = db.run(
            "UPDATE bunches SET told_at = ? WHERE id = ? AND seen_at = '' AND told_at = ?",
            (clock.stamp(db.now()), row["id"], row["told_at"]),
        )
        if not done.rowcount:
            return []
        bunch = _bunch(db, row)
        inbox.tell_bunch(db, _told(db, bunch.kind), bunch.id, f"{bunch.kind}:{bunch.number}")
        first = db.one(f"SELECT c.number {_CASES} ORDER BY r.id LIMIT 1", (bunch.id,))
    return [str(first["number"])] if first and bunch.kind == "safety" else []


def bunches_open(db: Database, person: Person) -> list[Bunch]:
    """Give the bunches that nobody has looked at and somebody is in charge of, the oldest first."""
    if not accounts.may(person, "talk.read", db.settings.district_code):
        return []
    kinds = accounts.scope_of(db, person).kinds
    rows = db.all("SELECT * FROM bunches WHERE seen_at = '' ORDER BY begun_at, id")
    return [_bunch(db, row) for row in rows if kinds is None or row["kind"] in kinds]


def see_bunch(db: Database, bunch_id: str, person: Person) -> None:
    """Note that somebody has looked at a bunch: nobody is asked any more, its cases stay 待核实. Raises Missing."""
    bunch = _found(db, bunch_id, person)
    with db.write():
        done = db.run(
            "UPDATE bunches SET seen_at = ?, seen_by = ? WHERE id = ? AND seen_at = ''",
            (clock.stamp(db.now()), person.actor, bunch.id),
        )
        if done.rowcount:
            inbox.settle_bunch(db, bunch.id)
            audit.note(db, person.actor, "bunch.seen", bunch.id)


def vouch_bunch(db: Database, bunch_id: str, person: Person, channel: str) -> int:
    """Believe a bunch, some of its cases at once: their clocks run from now on; give how many are left. Raises Missing."""
    bunch = _found(db, bunch_id, person)
    rows = db.all(f"SELECT c.* {_CASES} ORDER BY r.id LIMIT ?", (bunch.id, AT_ONCE))
    for case in map(Case.of, rows):
        if may_see(db, person, case):
            work.act(db, case, "note", {"words": VOUCHED}, person, channel=channel)
    see_bunch(db, bunch_id, person)
    return _found(db, bunch_id, person).left


def purge_addresses(db: Database) -> int:
    """Forget the addresses that have told of nothing for a day; give how many."""
    before = clock.stamp(db.now() - FORGOTTEN)
    return db.prune("danger_addresses", ("address", "kind"), "last_at < ?", (before,))


def _unseen(db: Database, bunch: str) -> str:
    """Give a bunch that still grows; what comes after somebody has looked is another one."""
    row = db.one("SELECT id FROM bunches WHERE id = ? AND seen_at = ''", (bunch,)) if bunch else None
    return str(row["id"]) if row else ""


def _begin(db: Database, kind: str, now: str) -> str:
    made = new_id()
    db.run(
        "INSERT INTO bunches (id, kind, begun_at, told_at, seen_at, seen_by) VALUES (?, ?, ?, '', '', '')",
        (made, kind, now),
    )
    audit.note(db, "door", "bunch.begun", made, kind)
    return made


def _told(db: Database, kind: str) -> list[Person]:
    return owners.people_on_duty(db) if kind == "safety" else slots.officers_of(db, kind)


def _found(db: Database, bunch_id: str, person: Person) -> Bunch:
    row, kinds = (
        db.one("SELECT * FROM bunches WHERE id = ?", (bunch_id,)),
        accounts.scope_of(db, person).kinds,
    )
    if row is None or not (kinds is None or row["kind"] in kinds):
        raise Missing
    return _bunch(db, row)


def _bunch(db: Database, row: Row) -> Bunch:
    number = db.one("SELECT count(*) AS n FROM reports WHERE bunch = ?", (row["id"],))
    left = db.one(f"SELECT count(*) AS n {_CASES}", (row["id"],))
    return Bunch(
        row["id"], row["kind"], row["begun_at"], int(number["n"]) if number else 0, int(left["n"]) if left else 0,
        row["seen_at"],
    )  # fmt: skip
