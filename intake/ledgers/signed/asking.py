"""What somebody asks for when they want a ledger without masks, read from what they wrote."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from intake import ledgers
from intake.errors import Invalid, Missing, Refused
from intake.fields.privacy import Privacy
from intake.language import text
from intake.ledgers import Ledger, Period
from intake.ledgers.wanted.extents import Extent, extent_of, period_of
from intake.people import accounts
from intake.people.accounts import Person
from intake.people.roles import KINDS
from intake.people.scope import Scope
from intake.store.db import Database

PURPOSES: Mapping[str, str] = {
    "match": "和公安、民政等部门核对", "platform": "录入全国或省平台", "visit": "组织家访、劝返",
    "above": "上级检查要看", "other": "其他",
}  # fmt: skip
"""What a ledger without masks may be wanted for."""
SHORTEST, LONGEST = 8, 300
"""Characters of a reason."""


@dataclass(frozen=True, slots=True)
class AskedExport:
    """Which ledger, of which part of the district and of which days, and what for."""

    key: str
    extent: Extent
    period: Period
    purpose: str
    reason: str

    def __repr__(self) -> str:
        return f"AskedExport({self.key})"  # a reason may name a child


def open_ledgers(db: Database, person: Person) -> list[Ledger]:
    """Give the ledgers that somebody may ask for: those with masks, of kinds that they are in charge of."""
    kinds = accounts.scope_of(db, person).kinds
    found = [ledgers.ledger(db, key) for key in ledgers.ledger_keys()]
    return [
        one
        for one in found
        if (kinds is None or kinds_of_ledger(one) & kinds)
        and any(column.privacy is not Privacy.OPEN for column in one.columns())
    ]


def kinds_of_ledger(one: Ledger) -> frozenset[str]:
    """Give the kinds that a ledger tells of; the daily one of a kind says it by its key."""
    return one.kinds or (frozenset({one.key}) if one.key in KINDS else frozenset(KINDS))


def read_asked(db: Database, person: Person, said: Mapping[str, str]) -> AskedExport:
    """Read what somebody asks for: key, town, school, from, to, purpose, reason. Raises Invalid."""
    errors: dict[str, list[str]] = {}
    key, purpose = said.get("key", ""), said.get("purpose", "")
    reason = text.normalise(said.get("reason", ""))
    if key not in {one.key for one in open_ledgers(db, person)}:
        errors["key"] = ["请选一本台账。"]
    if purpose not in PURPOSES:
        errors["purpose"] = ["请选用途。"]
    if not SHORTEST <= len(reason) <= LONGEST:
        errors["reason"] = [f"请写清楚给谁用、做什么，{SHORTEST} 到 {LONGEST} 个字。"]
    extent, period = _extent(db, person, said, errors), _period(db, said, errors)
    if errors or extent is None or period is None:
        raise Invalid(errors)
    return AskedExport(key, extent, period, purpose, reason)


def _extent(
    db: Database, person: Person, said: Mapping[str, str], errors: dict[str, list[str]]
) -> Extent | None:
    scope = accounts.scope_of(db, person)
    field = "school" if said.get("school") else "town"
    try:
        return extent_of(db, scope, town=said.get("town", ""), school=said.get("school", ""))
    except Missing as problem:
        errors[field] = [str(problem)]
        return None


def _period(db: Database, said: Mapping[str, str], errors: dict[str, list[str]]) -> Period | None:
    days: dict[str, date] = {}
    for field in ("from", "to"):
        try:
            days[field] = date.fromisoformat(said.get(field, ""))
        except ValueError:
            errors[field] = ["请选日子，例如 2026-11-23。"]
    if len(days) < 2:
        return None
    try:
        return period_of(db, first=days["from"], last=days["to"])
    except Refused as problem:
        errors[problem.field or "to"] = [str(problem)]
    except Missing as problem:
        errors["from"] = [str(problem)]
    return None


def covers(db: Database, person: Person, asked: Scope, one: Ledger) -> bool:
    """Tell whether somebody sees all that a scope has of a ledger, so that they may decide about it."""
    mine, every = accounts.scope_of(db, person), frozenset(KINDS)
    told = (asked.kinds or every) & kinds_of_ledger(one)
    return (
        bool(mine.area)
        and asked.area.startswith(mine.area)
        and mine.school in ("", asked.school)
        and mine.classes is None
        and not mine.village
        and told <= (mine.kinds or every)
        and (mine.restricted or not asked.restricted)
    )
