"""Parents and the children of the roll: a parent sees what the roll knows only after the class teacher agreed."""

from collections.abc import Mapping
from typing import Any

from intake.calendar import clock
from intake.children import children
from intake.children.children import Child
from intake.language.naming.names import name_key
from intake.people import bindings
from intake.people.accounts import Person
from intake.store import audit
from intake.store.db import Database

ASKED, CONFIRMED, REFUSED = "asked", "confirmed", "refused"
STRANGERS = frozenset({"班主任", "村(居)干部", "邻居/其他"})
"""Relations of people who are not the child's family; no link is asked for them."""


def suggest(db: Database, reporter: str, answers: Mapping[str, Any]) -> str:
    """Ask for a link after a report whose answers name exactly one child of the roll; give its id, or nothing.

    Only for family, and only where the child's class has a teacher who could answer.
    """
    if not reporter.startswith("wechat:") or answers.get("relation") in {None, *STRANGERS}:
        return ""
    found = _by_number(db, answers) or _by_class(db, answers)
    if len(found) != 1 or not db.one("SELECT 1 FROM teaches WHERE class = ?", (found[0].class_id,)):
        return ""
    ask(db, reporter, found[0].id)
    return found[0].id


def ask(db: Database, reporter: str, child: str) -> bool:
    """Ask the class teacher to confirm a link; tell whether that is new. A refusal is not asked again."""
    with db.write():
        done = db.run(
            "INSERT INTO links (reporter, child, state, asked_at, decided_by, decided_at) VALUES (?, ?, ?, ?, '', '')"
            " ON CONFLICT DO NOTHING",
            (reporter, child, ASKED, clock.stamp(db.now())),
        )
        if done.rowcount:
            audit.note(db, reporter, "link.asked", child)
    return bool(done.rowcount)


def count(db: Database, staff_id: str) -> int:
    """Count the links that somebody has to decide."""
    row = db.one(
        f"SELECT count(*) AS n FROM {children.TABLES}"  # noqa: S608
        " JOIN links l ON l.child = c.id JOIN teaches t ON t.class = c.class WHERE t.staff = ? AND l.state = ?",
        (staff_id, ASKED),
    )
    return int(row["n"]) if row else 0


def decide(db: Database, person: Person, reporter: str, child: str, confirmed: bool) -> bool:
    """Confirm or refuse a link; tell whether it was still open and theirs to decide."""
    found = children.find_child(db, child)
    if found is None or not bindings.may_in_class(db, person, found.class_id, "link.decide"):
        return False
    verdict = CONFIRMED if confirmed else REFUSED
    with db.write():
        done = db.run(
            "UPDATE links SET state = ?, decided_by = ?, decided_at = ? WHERE reporter = ? AND child = ? AND state = ?",
            (verdict, person.actor, clock.stamp(db.now()), reporter, child, ASKED),
        )
        if done.rowcount:
            audit.note(db, person.actor, f"link.{verdict}", child, reporter)
    return bool(done.rowcount)


def confirmed(db: Database, reporter: str) -> list[Child]:
    """Give the children of the roll that a reporter is confirmed family of."""
    rows = db.all(
        f"SELECT {children.COLUMNS} FROM {children.TABLES} JOIN links l ON l.child = c.id"  # noqa: S608
        " WHERE l.reporter = ? AND l.state = ? ORDER BY l.decided_at, c.id",
        (reporter, CONFIRMED),
    )
    return [Child.of(row) for row in rows]


def confirmed_child(db: Database, reporter: str, name: str) -> Child | None:
    """Give the one child of a name that a reporter is confirmed family of."""
    found = [one for one in confirmed(db, reporter) if name_key(one.name) == name_key(name)] if name else []
    return found[0] if len(found) == 1 else None


def links_of_class(db: Database, class_id: str) -> dict[tuple[str, str], str]:
    """Give the states of all links to children of a class, by reporter and child."""
    sql = f"SELECT reporter, child, state FROM links WHERE child IN {children.OF_CLASS}"  # noqa: S608
    return {(row["reporter"], row["child"]): row["state"] for row in db.all(sql, (class_id,))}


def take_back(db: Database, reporter: str, child: str) -> None:
    """Let a link that nobody has decided on be asked no more, in the caller's transaction."""
    db.run("DELETE FROM links WHERE reporter = ? AND child = ? AND state = ?", (reporter, child, ASKED))


def forget(db: Database, reporter: str) -> int:
    """Delete somebody's links on leaving the account, in the transaction that deletes the chat."""
    return db.run("DELETE FROM links WHERE reporter = ?", (reporter,)).rowcount


def _by_number(db: Database, answers: Mapping[str, Any]) -> list[Child]:
    found = children.child_of_number(db, children.number_hash(db, str(answers.get("id_number") or "")))
    # A number that belongs to another name is a slip, or a guess.
    return [found] if found and found.name == answers.get("child_name") else []


def _by_class(db: Database, answers: Mapping[str, Any]) -> list[Child]:
    """Find by name, school and grade; of several classes the one that was said."""
    asked = (str(answers.get(key) or "") for key in ("child_name", "school", "grade", "class_name"))
    return children.children_named(db, *asked)
