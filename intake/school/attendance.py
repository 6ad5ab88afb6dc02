"""How often a child was at school this term: by its class of each day; a class that said nothing is no presence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from intake.calendar import schooldays
from intake.children.children import Child
from intake.children.stays import Stay, stays_of
from intake.school.streaks import UNEXPLAINED
from intake.settings import Settings
from intake.store.db import Database

HERE, LEAVE, MISSING, SILENT = "到校", "请假", "没来", "未上报"
_LONGEST = timedelta(days=200)
"""How far back a term is counted where the settings name none."""


@dataclass(frozen=True, slots=True)
class TermSums:
    """School days of a term up to today, and on how many a child was there, on leave, missing; of the rest nobody knows.

    `today` is the word of today, empty where it is no school day or the child is in no class.
    """

    days: int
    here: int
    leave: int
    missing: int
    silent: int
    today: str = ""


def term_sums(db: Database, child: Child) -> TermSums | None:
    """Count a term of a child; None for one that has been in no class."""
    today = db.today()
    first, settings = term_begin(db.settings, today), db.settings
    classes = _classes(child, stays_of(db, child.id))
    if not classes:
        return None
    ids = sorted({one for _, one in classes})
    asked = f"class IN ({', '.join('?' * len(ids))}) AND day >= ? AND day <= ?"
    args = [*ids, first.isoformat(), today.isoformat()]
    told = {(row["class"], row["day"]) for row in db.all(f"SELECT class, day FROM roll WHERE {asked}", args)}  # noqa: S608
    mine = f"SELECT class, day, reason FROM roll_marks WHERE {asked} AND child = ?"  # noqa: S608
    marks = {(row["class"], row["day"]): row["reason"] for row in db.all(mine, [*args, child.id])}
    days = [first + timedelta(days=n) for n in range((today - first).days + 1)]
    words = {
        day: _word(class_id, day, told, marks)
        for day in days
        if schooldays.is_school_day(settings.terms, day) and (class_id := _class_of(classes, day.isoformat()))
    }
    counted = [*words.values()]
    here, leave, missing, silent = (counted.count(one) for one in (HERE, LEAVE, MISSING, SILENT))
    return TermSums(len(counted), here, leave, missing, silent, words.get(today, ""))


def term_begin(settings: Settings, today: date) -> date:
    """Give the first day of the term that a day lies in, or of the last one before it."""
    begun = [first for first, _ in schooldays.terms(settings.terms) if first <= today]
    return max([*begun, today - _LONGEST]) if begun else _usual(today)


def _usual(today: date) -> date:
    """Give when a term begins where nobody said so: on 1 September or 1 March."""
    begins = (date(today.year, 9, 1), date(today.year, 3, 1), date(today.year - 1, 9, 1))
    return next(one for one in begins if one <= today)


def _classes(child: Child, stays: Sequence[Stay]) -> list[tuple[str, str]]:
    """Give since when a child has been in which class, the newest first; the class of today counts from the last one on."""
    found = [(one.from_day, one.class_id) for one in stays if one.to_day == ""]
    left = [one for one in stays if one.to_day]
    since = max((one.to_day for one in left), default="")
    if not found:
        found = [(since, child.class_id)]
    return [*found, *((one.from_day, one.class_id) for one in left)]


def _class_of(classes: Sequence[tuple[str, str]], day: str) -> str:
    return next((class_id for since, class_id in classes if since <= day), "")


def _word(class_id: str, day: date, told: set[tuple[str, str]], marks: dict[tuple[str, str], str]) -> str:
    key = (class_id, day.isoformat())
    if key not in told:
        return SILENT
    if key not in marks:
        return HERE
    return MISSING if marks[key] == UNEXPLAINED else LEAVE
