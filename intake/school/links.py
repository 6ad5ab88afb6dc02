"""Parents and the children of the roll: a parent sees what the roll knows only after the class teacher agreed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from intake.calendar import clock
from intake.fields.privacy import mask_digits
from intake.people import bindings
from intake.people.accounts import Person
from intake.reports import door
from intake.store import audit
from intake.store.db import Database, Row

ASKED, CONFIRMED, REFUSED = "asked", "confirmed", "refused"
STRANGERS = frozenset({"班主任", "村(居)干部", "邻居/其他"})
"""Relations of people who are not the child's family; no link is asked for them."""
_NEWEST = 20


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who says to be a child's family, with what a teacher needs to tell whether it is so."""

    reporter: str
    child: str
    name: str
    title: str
    relation: str
    phone: str


@dataclass(frozen=True, slots=True)
class Linked:
    """A child of the roll that a reporter may know about: its id, and its facts by key of the declarations."""

    child: str
    facts: Mapping[str, Any]


def suggest(db: Database, reporter: str, answers: Mapping[str, Any]) -> str:
    """Ask for a link after a report whose answers name exactly one child of the roll; give its id, or nothing.

    Only for family, and only where the child's class has a teacher who could answer.
    """
    if not reporter.startswith("wechat:") or answers.get("relation") in {None, *STRANGERS}:
        return ""
    found = _by_number(db, answers) or _by_class(db, answers)
    if len(found) != 1 or not db.one("SELECT 1 FROM teaches WHERE class = ?", (found[0]["class"],)):
        return ""
    child = str(found[0]["id"])
    ask(db, reporter, child)
    return child


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


def waiting_for(db: Database, staff_id: str) -> list[Waiting]:
    """Give the links that somebody has to confirm or refuse, the oldest first."""
    rows = db.all(
        "SELECT l.reporter, l.child, c.child_name, k.grade, k.class_name FROM links l JOIN children c ON c.id = l.child"
        " JOIN classes k ON k.id = c.class JOIN teaches t ON t.class = c.class"
        " WHERE t.staff = ? AND l.state = ? ORDER BY l.asked_at, l.reporter, l.child",
        (staff_id, ASKED),
    )
    return [_waiting(db, row) for row in rows]


def count(db: Database, staff_id: str) -> int:
    """Count the links that somebody has to decide."""
    row = db.one(
        "SELECT count(*) AS n FROM links l JOIN children c ON c.id = l.child JOIN teaches t ON t.class = c.class"
        " WHERE t.staff = ? AND l.state = ?",
        (staff_id, ASKED),
    )
    return int(row["n"]) if row else 0


def decide(db: Database, person: Person, reporter: str, child: str, confirmed: bool) -> bool:
    """Confirm or refuse a link; tell whether it was still open and theirs to decide."""
    row = db.one("SELECT class FROM children WHERE id = ?", (child,))
    if row is None or not bindings.has(db, person, row["class"], "link.decide"):
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


def confirmed(db: Database, reporter: str) -> list[Linked]:
    """Give the children of the roll that a reporter is confirmed family of, with where they live and learn."""
    rows = db.all(
        "SELECT c.id, c.child_name, k.school, k.grade, k.class_name, c.town, c.village FROM links l"
        " JOIN children c ON c.id = l.child LEFT JOIN classes k ON k.id = c.class"
        " WHERE l.reporter = ? AND l.state = ? ORDER BY l.decided_at, c.id",
        (reporter, CONFIRMED),
    )
    return [Linked(row["id"], {key: row[key] for key in row.keys()[1:] if row[key]}) for row in rows]


def forget(db: Database, reporter: str) -> int:
    """Delete somebody's links on leaving the account, in the transaction that deletes the chat."""
    return db.run("DELETE FROM links WHERE reporter = ?", (reporter,)).rowcount


def _by_number(db: Database, answers: Mapping[str, Any]) -> list[Row]:
    number = answers.get("id_number")
    if not number:
        return []
    # A number that belongs to another name is a slip, or a guess.
    return db.all(
        "SELECT id, class FROM children WHERE id_number_hash = ? AND child_name = ?",
        (db.keys.digest("IdNumber", str(number)), answers.get("child_name", "")),
    )


def _by_class(db: Database, answers: Mapping[str, Any]) -> list[Row]:
    """Find by name, school and grade; of several classes the one that was said."""
    return db.all(
        "SELECT c.id, c.class FROM children c JOIN classes k ON k.id = c.class"
        " WHERE c.child_name = ? AND k.school = ? AND k.grade = ? AND (k.class_name = ? OR ? = '')",
        (answers.get("child_name", ""), answers.get("school", ""), answers.get("grade", ""),
         answers.get("class_name", ""), answers.get("class_name", "")),
    )  # fmt: skip


def _waiting(db: Database, row: Row) -> Waiting:
    """Put to a link what its reporter said of being who to the child."""
    relation = phone = ""
    for report in door.of_reporter(db, row["reporter"], _NEWEST):
        answers = door.answers(db, report)
        if answers.get("child_name") == row["child_name"]:
            relation, phone = str(answers.get("relation", "")), str(answers.get("phone", ""))
            break
    title = f"{row['grade']}{row['class_name']}"
    return Waiting(
        row["reporter"], row["child"], row["child_name"], title, relation, mask_digits(phone, 3, 4)
    )
