"""What somebody asks of a ledger: of which place and days, which rows in which order; as it stands in an address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from intake.errors import Refused
from intake.language import text
from intake.ledgers import Ledger, Period, View
from intake.ledgers.wanted import extents
from intake.ledgers.wanted.choosing import LONGEST, RowChoice, sortable
from intake.ledgers.wanted.extents import SCHOOL, TOWN, VILLAGE, Extent
from intake.ledgers.wanted.sight import book_of, ledger_seen, view_of
from intake.people import accounts, sought
from intake.people.accounts import Person
from intake.people.scope import Scope
from intake.store.db import Database

KEYS = ("town", "village", "school", "when", "from", "to", "q", "sort", "down", "cols", "only")
"""What stands in an address, beside the page."""
MINE, LATE = "mine", "late"
"""Which rows of a ledger of differences somebody wants: those they owe an answer to, of these the late ones."""
DAYS = ("when", "from", "to")
MONTHLY = frozenset({"brief", "school"})
"""Ledgers of a month: asked for nothing else, they tell of this one."""
TERMLY = frozenset({"transfers"})
"""The same of a term: entries of one day are mostly none."""
ALL = "all"
FARTHEST = 10_000
"""Pages that are turned to."""
_DAY_LONG, _MONTH_LONG = len("2026-11-23"), len("2026-11")

Options = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class LedgerAsked:
    """A ledger with its place, days, rows and page; `said` is what was asked, `closed` the words as an address has them."""

    ledger: Ledger
    extent: Extent
    view: View
    choice: RowChoice
    page: int
    said: Mapping[str, str]
    closed: str = ""

    @property
    def period(self) -> Period:
        """Give the days."""
        return self.view.period

    @property
    def args(self) -> dict[str, Any]:
        """Give what stands in the address again."""
        return self.but()

    def masked(self) -> "LedgerAsked":
        """Give the same without anybody in clear."""
        return replace(self, view=replace(self.view, owner=""))

    def but(self, **other: str) -> dict[str, Any]:
        """Give what stands in the address where something is asked for otherwise."""
        return {key: value for key, value in {**self.said, "q": self.closed, **other}.items() if value}


def asked_of(
    db: Database, person: Person, key: str, raw: Mapping[str, str], *, plain: bool = False
) -> LedgerAsked:
    """Read what somebody asks of a ledger. Raises Missing, and Refused at the field that cannot be meant.

    `plain` leaves out what would be refused: the days.
    """
    said = {one: raw.get(one, "").strip() for one in KEYS}
    said["q"] = sought.words_sought(db, person, said["q"])
    if plain:
        said |= dict.fromkeys(DAYS, "")
    if not any(said[one] for one in DAYS):
        said["when"] = _usual_days(db, book_of(key))
    one = ledger_seen(db, person, key)
    extent = _extent(db, accounts.scope_of(db, person), said)
    period = period_said(db, said)
    sort = said["sort"] if said["sort"] in sortable(one.columns()) else ""
    owner = person.id if said["only"] in (MINE, LATE) else ""
    choice = RowChoice(
        text.normalise(said["q"])[:LONGEST], sort, bool(said["down"]), owner, said["only"] == LATE
    )
    page = raw.get("p", "")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 6 else 1
    return LedgerAsked(
        one, extent, view_of(db, person, key, extent, period), choice, min(max(number, 1), FARTHEST),
        {**said, "q": choice.word, "sort": sort}, sought.closed_words(db, person, choice.word),
    )  # fmt: skip


def _usual_days(db: Database, key: str) -> str:
    """Give the days that a ledger is of where nobody says any: a month, a term; nothing is today."""
    terms = extents.terms_until(db.settings.terms, db.today(), 1) if key in TERMLY else ()
    return f"{db.today():%Y-%m}" if key in MONTHLY else next((one.name for one in terms), "")


def address_of(db: Database, person: Person, raw: Mapping[str, str]) -> dict[str, Any]:
    """Give what stands in the address of what a form asks for, whatever it is."""
    said = {one: raw.get(one, "").strip() for one in KEYS}
    words = said["q"][:LONGEST]
    return {
        key: value for key, value in {**said, "q": sought.closed_words(db, person, words)}.items() if value
    }


def _extent(db: Database, scope: Scope, said: Mapping[str, str]) -> Extent:
    """Give the place; a school or village that is left standing from another town than the chosen one does not count."""
    town, village, school = (said[level] for level in (TOWN, VILLAGE, SCHOOL))
    found = extents.extent_of(db, scope, town=town, village=village, school=school)
    return found if not town or found.town == town else extents.extent_of(db, scope, town=town)


def days_typed(raw: Mapping[str, str]) -> dict[str, str]:
    """Give the days as they were typed, whatever they are."""
    return {one: raw.get(one, "") for one in DAYS}


def period_said(db: Database, said: Mapping[str, str]) -> Period:
    """Read the days: from and to, or 2026-11-23, 2026-11, 2026秋; by default today.

    Raises Refused at `when`, `from` or `to`, and Missing for days of which nothing is known.
    """
    if said["from"] or said["to"]:
        first, last = _day(said["from"], "from"), _day(said["to"], "to")
        return extents.period_of(db, first=first, last=last)
    when = said["when"]
    if not when:
        return extents.period_of(db)
    if len(when) == _DAY_LONG:
        return extents.period_of(db, day=_day(when, "when"))
    if len(when) == _MONTH_LONG and "-" in when:
        return extents.period_of(db, month=when)
    try:
        return extents.period_of(db, term=when)
    except Refused as no:
        raise Refused("时间要写成 2026-11-23、2026-11 或 2026秋 这样。", "when") from no


def period_options(db: Database, chosen: str) -> Options:
    """Give the days that are often asked for, and what is chosen."""
    today = db.today()
    yesterday = today - timedelta(days=1)
    before = today.replace(day=1) - timedelta(days=1)
    found = [
        (today.isoformat(), "今天"), (yesterday.isoformat(), "昨天"), (f"{today:%Y-%m}", "本月"),
        (f"{before:%Y-%m}", "上月"),
    ]  # fmt: skip
    found += [(one.name, f"{one.name}学期") for one in extents.terms_until(db.settings.terms, today)]
    return found if not chosen or chosen in dict(found) else [(chosen, chosen), *found]


def place_options(db: Database, scope: Scope, extent: Extent) -> dict[str, Options]:
    """Give the towns, schools and villages to choose from; villages of one town, since there are many."""
    within = (
        replace(scope, area=extent.town) if extent.town and not (scope.school or scope.village) else scope
    )
    towns = extents.extents_below(db, scope, TOWN)
    return {
        TOWN: [(one.code, one.name) for one in towns] if len(towns) > 1 else [],
        SCHOOL: [(one.code, one.name) for one in extents.extents_below(db, within, SCHOOL)],
        VILLAGE: [(one.code, one.name) for one in extents.extents_below(db, within, VILLAGE)]
        if extent.town and not scope.school
        else [],
    }


def chosen_places(asked: LedgerAsked) -> dict[str, str]:
    """Give what stands chosen in the fields of place."""
    level, code = asked.extent.level, asked.extent.code
    return {TOWN: asked.extent.town, SCHOOL: code * (level == SCHOOL), VILLAGE: code * (level == VILLAGE)}


def _day(said: str, field: str) -> date | None:
    if not said:
        return None
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise Refused("日期要写成 2026-11-23 这样。", field) from None
