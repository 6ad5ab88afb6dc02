"""Orders: which workbooks are to be made, the daily set among them, each by one worker and once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from intake.calendar import clock, schooldays
from intake.errors import Missing
from intake.ledgers.ledger import Period
from intake.ledgers.wanted import extents
from intake.ledgers.wanted.extents import Extent
from intake.people.accounts import Person
from intake.people.scope import Scope
from intake.store.db import HURRIED, Cell, Database, Row
from intake.store.ids import new_id

WORK, DAILY = "work", "daily"
SET = (WORK, DAILY)
"""The workbooks of the daily set, of each place."""
WORKER = "worker"
LEASE = timedelta(minutes=3)
"""After which somebody else takes in hand what a worker has not finished: it was killed, or it is stuck."""
TRIES = 3
WAITING, MAKING, MADE, FAILED = "waiting", "making", "made", "failed"
_OPEN = "(state = 'waiting' OR (state = 'making' AND claimed_at < ?))"
_ORDER = "ORDER BY CASE WHEN asked_by = 'worker' THEN 1 ELSE 0 END, asked_at, id"
"""Who stands at the desk and waits comes before the morning's set."""


@dataclass(frozen=True, slots=True)
class Order:
    """A workbook that is to be made: which, of which place and days; `staff` is whose own scope it has, if anybody's."""

    id: str
    key: str
    level: str
    code: str
    first: date
    last: date
    staff: str
    day: str
    asked_by: str
    state: str
    claimed_at: str
    workbook: str

    @classmethod
    def of(cls, row: Row) -> "Order":
        """Read an order from its row."""
        days = (date.fromisoformat(row["first"]), date.fromisoformat(row["last"]))
        rest = (row[name] for name in ("staff", "day", "asked_by", "state", "claimed_at", "workbook"))
        return cls(row["id"], row["key"], row["level"], row["code"], *days, *rest)

    @property
    def waits(self) -> bool:
        """Tell whether it is still to be made."""
        return self.state in (WAITING, MAKING)

    def extent(self, db: Database, scope: Scope) -> Extent:
        """Give the place. Raises Missing where it is gone from the lists, or lies outside of a scope."""
        asked = {} if self.level == extents.DISTRICT else {self.level: self.code}
        found = extents.extent_of(db, scope, **asked)
        if (found.level, found.code) != (self.level, self.code):
            raise Missing
        return found

    def period(self, db: Database) -> Period:
        """Give the days, up to now."""
        return extents.period_of(db, first=self.first, last=self.last)


def order_mornings_set(db: Database) -> int:
    """Order the set of a school day once its hour has come, however late; give how many. A demonstration has no hour.

    Whoever is first of several workers does it, for all.
    """
    here = db.here()
    today, house = here.date(), db.settings
    if not (
        house.demo or (schooldays.is_school_day(house.terms, today) and here.hour >= house.workbook_hour)
    ):
        return 0
    places = list(set_places(db))
    if _number_of_set(db, today) >= len(SET) * len(places):
        return 0
    with db.write(HURRIED):  # somebody may have asked for some before the hour, and a school may be new
        if _number_of_set(db, today) >= len(SET) * len(places):
            return 0
        return sum(_enter_set(db, place, today, WORKER) for place in places)


def order_set(db: Database, places: Iterable[Extent], person: Person) -> int:
    """Order the set of today again for some places, because somebody asks for it; give how many workbooks."""
    with db.write():
        return sum(_enter_set(db, place, db.today(), person.actor) for place in places)


def order_workbook(db: Database, key: str, extent: Extent, period: Period, person: Person) -> str:
    """Order one workbook with somebody's own scope, too large to be waited for; give the order's id."""
    with db.write():
        return _enter(db, (key, extent, period.first, period.last, person.id), "", person.actor)


def set_places(db: Database) -> Iterator[Extent]:
    """Yield the places that get a set: the district, each town, each school."""
    whole = Scope(db.settings.district_code)
    yield extents.extent_of(db, whole)
    for level in (extents.TOWN, extents.SCHOOL):
        yield from extents.extents_below(db, whole, level)


def days_of_set(db: Database, key: str, today: date) -> tuple[date, date]:
    """Give the days of which a workbook of the set tells: both since the last school day, the work list up to now.

    In the morning nothing is new of that day: new is what came in since the list of the day before.
    """
    first = schooldays.before(db.settings.terms, today)
    return first, today if key == WORK else today - timedelta(days=1)


def claim_order(db: Database) -> Order | None:
    """Take the next order in hand; None where there is none. Raises Busy."""
    past = clock.stamp(db.now() - LEASE)
    sql = f"SELECT * FROM workbook_orders WHERE {_OPEN} {_ORDER} LIMIT 1"  # noqa: S608
    if db.one(sql, (past,)) is None:
        return None
    with db.write(HURRIED):
        while row := db.one(sql, (past,)):
            state = MAKING if row["tries"] < TRIES else FAILED
            taken = db.run(
                "UPDATE workbook_orders SET state = ?, claimed_at = ?, tries = tries + 1"
                " WHERE id = ? AND state = ? AND claimed_at = ?",
                (state, clock.stamp(db.now()), row["id"], row["state"], row["claimed_at"]),
            )
            if taken.rowcount and state == MAKING:
                return order_of_id(db, row["id"])
    return None


def fulfil_order(db: Database, order: Order, workbook: str) -> bool:
    """Note, in the caller's transaction, what was made of an order; tell whether it was still ours to make."""
    done = db.run(
        "UPDATE workbook_orders SET state = 'made', workbook = ? WHERE id = ? AND state = 'making' AND claimed_at = ?",
        (workbook, order.id, order.claimed_at),
    )
    return done.rowcount == 1


def fail_order(db: Database, order: Order) -> None:
    """Give an order up that cannot be made; who asked for it is told so."""
    with db.write():
        db.run("UPDATE workbook_orders SET state = 'failed' WHERE id = ?", (order.id,))


def order_of_id(db: Database, order_id: str) -> Order | None:
    """Give an order as it is now."""
    row = db.one("SELECT * FROM workbook_orders WHERE id = ?", (order_id,))
    return Order.of(row) if row else None


def orders_of_day(db: Database, day: date, extent: Extent | None = None) -> list[Order]:
    """Give the orders of a day's set, of one place where it is given."""
    args: list[Cell] = [day.isoformat()]
    where = "day = ?"
    if extent:
        where += " AND code = ? AND level = ?"
        args += [extent.code, extent.level]
    return [Order.of(row) for row in db.all(f"SELECT * FROM workbook_orders WHERE {where} ORDER BY id", args)]  # noqa: S608


def number_waiting(db: Database, person: Person, key: str) -> int:
    """Count the orders of a ledger that somebody waits for."""
    row = db.one(
        "SELECT count(*) AS n FROM workbook_orders WHERE staff = ? AND key = ? AND state IN ('waiting', 'making')",
        (person.id, key),
    )
    return int(row["n"]) if row else 0


def purge_orders(db: Database, before: str) -> int:
    """Delete orders from before a stamp; give how many."""
    return db.prune("workbook_orders", ("id",), "asked_at < ?", (before,))


def _number_of_set(db: Database, day: date) -> int:
    row = db.one("SELECT count(*) AS n FROM workbook_orders WHERE day = ?", (day.isoformat(),))
    return int(row["n"]) if row else 0


def _enter_set(db: Database, place: Extent, today: date, actor: str) -> int:
    for key in SET:
        _enter(db, (key, place, *days_of_set(db, key, today), ""), today.isoformat(), actor)
    return len(SET)


def _enter(db: Database, what: tuple[str, Extent, date, date, str], day: str, actor: str) -> str:
    """Enter an order, or the same one again; one that waits already stays as it is."""
    key, place, first, last, staff = what
    cells = (key, place.level, place.code, first.isoformat(), last.isoformat(), staff)
    db.run(
        "INSERT INTO workbook_orders (id, key, level, code, first, last, staff, day, asked_at, asked_by, state, claimed_at,"
        " tries, workbook) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', '', 0, '')"
        " ON CONFLICT (key, level, code, first, last, staff) DO UPDATE SET day = excluded.day, asked_at = excluded.asked_at,"
        " asked_by = excluded.asked_by, state = 'waiting', tries = 0"
        " WHERE workbook_orders.state IN ('made', 'failed')",
        (new_id(), *cells, day, clock.stamp(db.now()), actor),
    )
    row = db.one(
        "SELECT id FROM workbook_orders WHERE key = ? AND level = ? AND code = ? AND first = ? AND last = ? AND staff = ?",
        cells,
    )
    return str(row["id"]) if row else ""
