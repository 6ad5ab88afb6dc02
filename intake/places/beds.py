"""How many beds each school has, as a list of the bureau or of the school says."""

from intake.store import audit
from intake.store.db import Database


def beds_by_school(db: Database) -> dict[str, int]:
    """Give the number of beds by the code of the school; nothing of a school that nobody told of: that is not 0."""
    return {row["school"]: int(row["beds"]) for row in db.all("SELECT school, beds FROM school_beds")}


def keep_beds(db: Database, school: str, number: int, actor: str, at: str) -> None:
    """Keep how many beds a school has."""
    with db.write():
        db.run(
            "INSERT INTO school_beds (school, beds, actor, at) VALUES (?, ?, ?, ?) ON CONFLICT (school)"
            " DO UPDATE SET beds = excluded.beds, actor = excluded.actor, at = excluded.at",
            (school, number, actor, at),
        )
        audit.note(db, actor, "beds.told", school, str(number))
