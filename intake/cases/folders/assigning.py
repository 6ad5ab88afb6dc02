"""One case or many given to somebody at once: each for itself, so that one that moved holds back no other."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from intake.cases import work
from intake.cases.case import case_seen
from intake.cases.work import Moved
from intake.errors import Busy, Denied, Invalid, Missing, Problem, Refused
from intake.people import accounts, roles
from intake.people.accounts import Person, person_of_row
from intake.people.scope import Scope
from intake.store.db import Database

NO_CHOICE = "请选一位责任人。"
NONE_TICKED = "还没有勾选个案，请先勾选。"
_BELOW: Mapping[str, tuple[str, ...]] = {
    "bureau": ("bureau", "officer", "town", "principal"),
    "officer": ("bureau", "officer", "town", "principal"),
    "town": ("town", "principal", "village"),
    "principal": ("principal", "teacher"),
}
"""To whom those of a role give work, in the order in which they are listed."""


@dataclass(slots=True)
class Handed:
    """What became of many: how many have a new owner, and why the others have not, by number."""

    done: int = 0
    left: dict[str, str] = field(default_factory=dict)


def assignees(db: Database, person: Person) -> list[Person]:
    """Give those to whom somebody may give work: themselves first, then by role and name."""
    wanted = _BELOW.get(person.role, ())
    if not wanted:
        return [person]
    scope = accounts.scope_of(db, person)
    within, args = _within(scope)
    rows = db.all(
        f"SELECT * FROM staff WHERE active = 1 AND role IN ({', '.join('?' * len(wanted))}) AND {within}"  # noqa: S608
        " ORDER BY name, id",
        [*wanted, *args],
    )
    found = [one for one in map(person_of_row, rows) if one.id != person.id]
    found.sort(key=lambda one: (wanted.index(one.role), one.name, one.id))
    return [person, *found]


def assign_cases(
    db: Database, person: Person, chosen: Mapping[str, int], owner: str, words: str, *, channel: str
) -> Handed:
    """Give cases (number → version as it was seen) to somebody. Raises Refused where nothing or nobody was chosen."""
    if not chosen:
        raise Refused(NONE_TICKED, "case")
    if owner not in {one.id for one in assignees(db, person)}:
        raise Refused(NO_CHOICE, "owner")
    told = Handed()
    raw = {"owner": owner} | ({"words": words} if words else {})
    for number, seen in chosen.items():
        try:
            work.act(db, case_seen(db, person, number), "assigned", raw, person, channel=channel, seen=seen)
        except Busy:
            raise
        except Problem as problem:
            if isinstance(problem, Moved) and _same(problem, person, owner):
                told.done += 1  # the same button pressed twice
            else:
                told.left[number] = _why(db, problem)
        else:
            told.done += 1
    return told


def _same(moved: Moved, person: Person, owner: str) -> bool:
    """Tell whether what came last is the very thing that is asked for."""
    event = moved.event
    return event.key == "assigned" and event.actor == person.actor and event.facts.get("owner") == owner


def _why(db: Database, problem: Problem) -> str:
    match problem:
        case Moved():
            return (
                f"您打开以后有变化：{accounts.name_of(db, problem.event.actor) or '系统'}{problem.event.did}"
            )
        case Invalid():
            return "".join(one for sentences in problem.errors.values() for one in sentences)
        case Missing():
            return "不在您的范围里"
        case Denied():
            return "您的账号不能分派这一件"
    return str(problem)


def _within(scope: Scope) -> tuple[str, list[str]]:
    end = str(int(scope.area) + 1).zfill(len(scope.area))
    sql, args = "area >= ? AND area < ?", [scope.area, end]
    return (f"{sql} AND school = ?", [*args, scope.school]) if scope.school else (sql, args)


def role_title(person: Person) -> str:
    """Say what somebody is."""
    return roles.ROLES[person.role].title
