"""A comparison, done: what is new is opened, what is gone is closed and kept, what comes again opens under the same row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from intake.calendar import clock
from intake.people import accounts
from intake.school.differences.difference import GONE, SHEETS, closed_sides, sides_opened
from intake.school.differences.finding import FINDERS
from intake.school.differences.lists import FoundDifference, Lists
from intake.school.differences.owing import Owners, due_day, tell_late, tell_owner
from intake.store import audit
from intake.store.db import Database, Row
from intake.store.ids import new_id

ACTOR = "clock"
AT_ONCE = 300
"""Differences that are written in one transaction, so that nobody who reports waits at the gate."""

PATIENCE = timedelta(minutes=10)
"""How long single changes wait for others, so that not each of them has all lists compared."""
_AT_ONCE = ("roster.imported", "school.merged", "school.parted")
_ONE_BY_ONE = (
    "entry.entered", "entry.finished", "entry.reopened", "entry.undone", "child.merged", "child.parted", "child.left",
)  # fmt: skip
"""Verbs of the audit that change what is compared."""


@dataclass(frozen=True, slots=True)
class Compared:
    """How many differences of a sheet are new (or come again), the same as before, and gone."""

    new: int
    same: int
    gone: int


def compare_all(db: Database, actor: str = ACTOR) -> dict[str, Compared]:
    """Do every comparison, the lists being read once; give by sheet what came of it."""
    begun, lists = clock.stamp(db.now()), Lists(db)
    return {sheet: compare(db, sheet, actor, lists, begun) for sheet in SHEETS}


def is_comparison_due(db: Database) -> bool:
    """Tell whether the lists are to be compared: not yet today, or a list came since, or schools became one.

    What single entries of the register change is compared a while later: they come one after the other.
    """
    row = db.one(
        "SELECT (SELECT min(at) FROM comparisons) AS last, (SELECT count(*) FROM comparisons) AS n,"
        " (SELECT max(at) FROM list_batches) AS came, (SELECT max(c.id) FROM classes c) AS class_id"
    )
    if row is None or (row["came"] is None and row["class_id"] is None):
        return False  # there is nothing to compare
    if row["n"] < len(SHEETS) or row["last"] < clock.bounds(db.today())[0]:
        return True
    if (row["came"] and row["came"] > row["last"]) or _changed(db, _AT_ONCE, row["last"]):
        return True
    return row["last"] < clock.stamp(db.now() - PATIENCE) and _changed(db, _ONE_BY_ONE, row["last"])


def _changed(db: Database, verbs: Sequence[str], since: str) -> bool:
    """Tell whether the audit knows something of what is compared since a moment."""
    marks = ", ".join("?" * len(verbs))
    return (
        db.one(f"SELECT 1 FROM audit WHERE at > ? AND verb IN ({marks}) LIMIT 1", [since, *verbs]) is not None  # noqa: S608
    )


def keep_compared(db: Database) -> None:
    """Compare the lists where that is due, and tell of what is overdue. Raises Busy."""
    if is_comparison_due(db):
        compare_all(db)
    tell_late(db)


def last_comparison(db: Database, sheet: str) -> str:
    """Give when the lists of a sheet were last compared; nothing where they never were."""
    row = db.one("SELECT at FROM comparisons WHERE sheet = ?", (sheet,))
    return str(row["at"]) if row else ""


def compare(
    db: Database, sheet: str, actor: str = ACTOR, lists: Lists | None = None, begun: str = ""
) -> Compared:
    """Compare the lists of a sheet and bring what is kept to what was found. Idempotent.

    Who answered a difference that is still there is not asked again; one that was gone and comes again is. `begun` is since
    when the lists were read: what changes while they are compared is compared next time.
    """
    begun = begun or clock.stamp(db.now())
    found = {_mark(db, one): one for one in FINDERS[sheet](lists or Lists(db))}
    known = {row["mark"]: row for row in db.all("SELECT * FROM differences WHERE sheet = ?", (sheet,))}
    owners, due = Owners(db), due_day(db)
    new = [mark for mark in found if mark not in known or known[mark]["how"] == GONE]
    gone = [mark for mark, row in known.items() if mark not in found and row["how"] != GONE]
    for some in _pages([mark for mark in found if mark in known]):
        _refresh(db, {mark: known[mark] for mark in some}, found, owners, due)
    for some in _pages([mark for mark in new if mark not in known]):
        with db.write():
            for mark in some:
                _open(db, mark, found[mark], owners, due)
    for some in _pages(gone):
        with db.write():
            for mark in some:
                _vanish(db, known[mark])
    done = Compared(len(new), len(found) - len(new), len(gone))
    with db.write():
        _note(db, sheet, done, actor, begun)
    return done


def _refresh(
    db: Database, known: Mapping[str, Row], found: Mapping[str, FoundDifference], owners: Owners, due: str
) -> None:
    """Bring rows that are there to what the lists say now; one that comes again is open again."""
    changed = {mark: row for mark, row in known.items() if _is_other(db, row, found[mark], owners)}
    if not changed:
        return
    with db.write():
        for mark, row in changed.items():
            one, again = found[mark], row["how"] == GONE
            owner = owners.of(one) if one.owed and (again or not row["closed_at"]) else None
            keeps = row["owner"] if not again and _still(db, row["owner"]) else ""
            db.run(
                "UPDATE differences SET town = ?, school = ?, school_town = ?, village = ?, here = ?, there = ?, advice = ?,"
                " owner = ?, changed_at = ?, version = version + 1 WHERE id = ?",
                (
                    *_place(db, one),
                    *_sides(db, row["id"], one),
                    one.advice,
                    keeps or (owner.id if owner else ""),
                    clock.stamp(db.now()),
                    row["id"],
                ),
            )
            if again:
                db.run(
                    "UPDATE differences SET closed_at = NULL, how = NULL, due = ?, finished_on = NULL, opened_at = ?"
                    " WHERE id = ?",
                    (due if one.owed else "", clock.stamp(db.now()), row["id"]),
                )
                _told(db, one, owners)


def _is_other(db: Database, row: Row, one: FoundDifference, owners: Owners) -> bool:
    if row["how"] == GONE or (one.owed and not row["closed_at"] and not _still(db, row["owner"])):
        return True
    there = (row["town"], row["school"] or "", row["village"] or "", row["advice"])
    if there != (one.town, one.school, one.village, one.advice):
        return True
    return any(
        dict(sides_opened(db, row["id"], row[key], key)) != dict(said)
        for key, said in (("here", one.here), ("there", one.there))
    )


def _still(db: Database, staff: str) -> bool:
    """Tell whether an owner is there still."""
    return bool(staff) and accounts.person_by_id(db, staff) is not None


def _open(db: Database, mark: str, one: FoundDifference, owners: Owners, due: str) -> None:
    made, now, owner = new_id(), clock.stamp(db.now()), owners.of(one) if one.owed else None
    town, school, school_town, village, *sides = (*_place(db, one), *_sides(db, made, one))
    db.run(
        "INSERT INTO differences (id, sheet, mark, problem, child, town, school, school_town, village, here, there, advice,"
        " owner, due, opened_at, changed_at, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)"
        " ON CONFLICT (mark) DO NOTHING",
        (made, one.sheet, mark, one.problem, one.child.id, town, school, school_town, village, *sides, one.advice,
         owner.id if owner else "", due if one.owed else "", now, now),
    )  # fmt: skip
    _told(db, one, owners)


def _told(db: Database, one: FoundDifference, owners: Owners) -> None:
    if one.owed and (owner := owners.of(one)):
        tell_owner(db, owner, one.sheet)


def _vanish(db: Database, row: Row) -> None:
    """Close what is not found any more; it stays on record, also where somebody had answered it."""
    now = clock.stamp(db.now())
    db.run(
        "UPDATE differences SET how = ?, closed_at = coalesce(closed_at, ?), changed_at = ?, version = version + 1"
        " WHERE id = ?",
        (GONE, now, now, row["id"]),
    )


def _note(db: Database, sheet: str, done: Compared, actor: str, at: str) -> None:
    db.run(
        "INSERT INTO comparisons (sheet, at, new, same, gone, actor) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (sheet)"
        " DO UPDATE SET at = excluded.at, new = excluded.new, same = excluded.same, gone = excluded.gone,"
        " actor = excluded.actor",
        (sheet, at, done.new, done.same, done.gone, actor),
    )
    audit.note(db, actor, "lists.compared", sheet, f"{done.new} {done.same} {done.gone}")


def _place(db: Database, one: FoundDifference) -> tuple[str, str, str, str]:
    return one.town, one.school, Lists(db).town_of(one.school), one.village


def _sides(db: Database, made: str, one: FoundDifference) -> tuple[str, str]:
    return closed_sides(db, made, one.here, "here"), closed_sides(db, made, one.there, "there")


def _mark(db: Database, one: FoundDifference) -> str:
    return db.keys.digest("difference", "|".join((one.sheet, one.problem, one.child.id, one.about)))


def _pages(marks: Sequence[str]) -> Iterator[Sequence[str]]:
    return (marks[at : at + AT_ONCE] for at in range(0, len(marks), AT_ONCE))
