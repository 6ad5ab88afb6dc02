"""Workbooks that were made: where and up to when, sealed in the data directory for 30 days, and who fetched them."""

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from datetime import timedelta

from intake.calendar import clock
from intake.errors import Missing
from intake.ledgers.ledger import Period
from intake.ledgers.shelf import files
from intake.ledgers.shelf.orders import Order, fulfil_order
from intake.ledgers.wanted.extents import DISTRICT, Extent, extent_of
from intake.people import accounts
from intake.people.accounts import Person
from intake.people.scope import Scope
from intake.store import audit
from intake.store.db import Cell, Database, Row
from intake.store.ids import new_id

_WHAT = "key = ? AND level = ? AND code = ? AND first = ? AND last = ? AND staff = ?"


@dataclass(frozen=True, slots=True)
class MadeWorkbook:
    """What a writer says of a workbook: its file's name, up to when, the hash of what is in it, rows, bytes, sha256."""

    name: str
    cut_off: str
    export: str
    rows: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook that was made, as it stands on record; `kept` tells whether its file lies here."""

    id: str
    key: str
    level: str
    code: str
    first: str
    last: str
    staff: str
    name: str
    made_at: str
    cut_off: str
    export: str
    rows: int
    bytes: int
    sha256: str
    made_by: str
    kept: int
    expires: str

    @classmethod
    def of(cls, row: Row) -> "Workbook":
        """Read a workbook from its row."""
        return cls(*(row[name] for name in cls.__dataclass_fields__))


@dataclass(frozen=True, slots=True)
class Fetched:
    """Somebody fetched a workbook: who, and when."""

    name: str
    at: str


def keep_workbook(
    db: Database, order: Order, made: MadeWorkbook, data: bytes, then: Callable[[], object] | None = None
) -> str:
    """Keep what was made of an order, and give its id: that of the former one where the data are the same.

    Gives nothing where the order is no longer the caller's: another worker has made it meanwhile. `then` comes in the
    same transaction: an order that is made is not taken up again, and what had to wait would never be done.
    """
    what = (order.key, order.level, order.code, order.first.isoformat(), order.last.isoformat(), order.staff)
    former = _newest(db, what)
    if former and former.export == made.export and files.has_workbook(db, former.id):
        with db.write():
            ours = fulfil_order(db, order, former.id)
            if ours and then:
                then()
        return former.id if ours else ""
    one = _workbook(db, what, made, order.asked_by, kept=True)
    files.write_workbook(db, one.id, data)
    with db.write():
        ours = fulfil_order(db, order, one.id)
        if ours:
            _insert(db, one)
            if then:
                then()
    if not ours:
        files.drop_workbook(db, one.id)
    return one.id if ours else ""


def note_workbook(
    db: Database, person: Person, key: str, extent: Extent, period: Period, made: MadeWorkbook
) -> None:
    """Put a workbook on record that somebody got as it was made, and that is not kept."""
    what = (key, extent.level, extent.code, period.first.isoformat(), period.last.isoformat(), person.id)
    one = _workbook(db, what, made, person.actor, kept=False)
    with db.write():
        _insert(db, one)
        _note_download(db, one, person)


def workbook_seen(db: Database, person: Person, workbook_id: str) -> Workbook:
    """Give a workbook that lies ready for somebody. Raises Missing."""
    row = db.one("SELECT * FROM workbooks WHERE id = ? AND kept = 1 AND expires > ?", (workbook_id, _now(db)))
    if row is None or not may_fetch(db, person, found := Workbook.of(row)):
        raise Missing
    return found


def may_fetch(db: Database, person: Person, one: Workbook) -> bool:
    """Tell whether a workbook is somebody's own, or of a place that all of their scope covers."""
    return one.staff == person.id if one.staff else covers_place(db, person, one.level, one.code)


def covers_place(db: Database, person: Person, level: str, code: str) -> bool:
    """Tell whether what lies ready for everybody of a place is somebody's to fetch."""
    scope = accounts.scope_of(db, person)
    try:
        found = extent_of(db, scope, **({} if level == DISTRICT else {level: code}))
    except Missing:
        return False
    return (found.level, found.code) == (level, code) and whole_kinds(scope)


def whole_kinds(scope: Scope) -> bool:
    """Tell whether a scope holds all kinds: what lies ready for everybody tells of all of them."""
    return bool(scope.area) and scope.kinds is None and scope.classes is None


def fetch_workbook(db: Database, person: Person, one: Workbook) -> bytes:
    """Give the bytes of a workbook, and put on record who got it. Raises Missing, Unreadable."""
    data = files.read_workbook(db, one.id)
    with db.write():
        _note_download(db, one, person)
        audit.note(db, person.actor, "export.fetched", one.code, f"{one.key} {one.id}")
    return data


def workbooks_of_place(db: Database, extent: Extent, key: str = "", limit: int = 60) -> list[Workbook]:
    """Give the workbooks that lie ready for everybody of a place, the newest first; of one ledger where it is given."""
    sql = "SELECT * FROM workbooks WHERE code = ? AND level = ? AND kept = 1 AND staff = '' AND expires > ?"
    args: list[Cell] = [extent.code, extent.level, _now(db)]
    if key:
        sql += " AND key = ?"
        args.append(key)
    return [
        Workbook.of(row) for row in db.all(f"{sql} ORDER BY made_at DESC, id DESC LIMIT ?", [*args, limit])
    ]


def workbooks_by(db: Database, person: Person) -> dict[str, Workbook]:
    """Give the newest workbook of each ledger that somebody has made for themselves, by key."""
    rows = db.all("SELECT * FROM workbooks WHERE staff = ? ORDER BY made_at, id", (person.id,))
    return {row["key"]: Workbook.of(row) for row in rows}


def workbooks_for(db: Database, person: Person, key: str, limit: int = 5) -> list[Workbook]:
    """Give the workbooks of a ledger that lie ready for somebody alone, the newest first."""
    rows = db.all(
        "SELECT * FROM workbooks WHERE key = ? AND staff = ? AND kept = 1 AND expires > ?"
        " ORDER BY made_at DESC, id DESC LIMIT ?",
        (key, person.id, _now(db), limit),
    )
    return [Workbook.of(row) for row in rows]


def workbook_of_id(db: Database, workbook_id: str) -> Workbook | None:
    """Give a workbook by its id."""
    row = db.one("SELECT * FROM workbooks WHERE id = ?", (workbook_id,)) if workbook_id else None
    return Workbook.of(row) if row else None


def fetched_by(db: Database, ids: Sequence[str]) -> dict[str, list[Fetched]]:
    """Give who fetched some workbooks, by id, the newest first."""
    found: dict[str, list[Fetched]] = {one: [] for one in ids}
    if found:
        rows = db.all(
            "SELECT d.workbook, d.at, s.name FROM workbook_downloads d LEFT JOIN staff s ON s.id = d.staff"  # noqa: S608
            f" WHERE d.workbook IN ({', '.join('?' * len(found))}) ORDER BY d.at DESC, d.id DESC",
            list(found),
        )
        for row in rows:
            found[row["workbook"]].append(Fetched(row["name"] or "", row["at"]))
    return found


def purge_workbooks(db: Database) -> int:
    """Delete what is past its time, with who fetched it; `files.sweep_workbooks` follows. Raises Busy."""
    past = (_now(db),)
    of_past = "workbook IN (SELECT id FROM workbooks WHERE expires <= ?)"
    gone = db.prune("workbook_downloads", ("id",), of_past, past)
    return gone + db.prune("workbooks", ("id",), "expires <= ?", past)


def _newest(db: Database, what: tuple[str, ...]) -> Workbook | None:
    row = db.one(
        f"SELECT * FROM workbooks WHERE {_WHAT} AND kept = 1 AND expires > ? ORDER BY made_at DESC, id DESC LIMIT 1",  # noqa: S608
        (*what, _now(db)),
    )
    return Workbook.of(row) if row else None


def _workbook(db: Database, what: tuple[str, ...], made: MadeWorkbook, by: str, *, kept: bool) -> Workbook:
    key, level, code, first, last, staff = what
    now = db.now()
    return Workbook(
        new_id(), key, level, code, first, last, staff, made.name, clock.stamp(now), made.cut_off, made.export, made.rows,
        made.size, made.sha256, by, int(kept), clock.stamp(now + timedelta(days=db.settings.days_kept("workbooks"))),
    )  # fmt: skip


def _insert(db: Database, one: Workbook) -> None:
    names = tuple(Workbook.__dataclass_fields__)
    db.run(
        f"INSERT INTO workbooks ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",  # noqa: S608
        astuple(one),
    )


def _note_download(db: Database, one: Workbook, person: Person) -> None:
    db.run(
        "INSERT INTO workbook_downloads (id, workbook, staff, at) VALUES (?, ?, ?, ?)",
        (new_id(), one.id, person.id, _now(db)),
    )


def _now(db: Database) -> str:
    return clock.stamp(db.now())
