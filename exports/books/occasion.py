"""Of what a workbook tells: the ledger, the day, the area, who reports it and up to when."""

from dataclasses import dataclass
from datetime import date, datetime

from intake.calendar import clock
from intake.errors import Missing
from intake.ledgers import Period, extents
from intake.ledgers.extents import Extent
from intake.people.scope import Scope
from intake.store.db import Database

FIRST = extents.FIRST


@dataclass(frozen=True, slots=True)
class Occasion:
    """Of which days and area a workbook tells, and when it was made; `name` is what its file is called.

    `day` is the last day; `extent` is the part of the district, of which `area` is the code prefix.
    """

    day: date
    area: str
    place: str
    unit: str
    made: datetime
    demo: bool
    extent: Extent
    first: date
    key: str = "daily"
    name: str = "日报"
    title: str = "学生就学情况日报"

    @property
    def file(self) -> str:
        """Give the file's name."""
        return f"{self.extent.file_name}_{self.name}_{extents.period_stamp(self.period)}.xlsx"

    @property
    def period(self) -> Period:
        """Give the days, up to now."""
        return Period(self.first, self.day, clock.stamp(self.made))

    @property
    def cut_off(self) -> str:
        """Give the moment up to which reports are in it: now for today, else the end of the day."""
        return f"{self.made:%Y-%m-%d %H:%M}" if self.day == self.made.date() else f"{self.day} 24:00"

    @property
    def info(self) -> str:
        """Give the line below every title."""
        return f"填报单位：{self.unit}    数据截止时间：{self.cut_off}    填报日期：{self.made.date()}"


def occasion_of(db: Database, day: date, area: str = "") -> Occasion:
    """Check a day and the code of a town (empty, or a prefix of the district's: all of it). Raises Missing."""
    whole = Scope(db.settings.district_code)
    try:
        if area and not area.isdecimal():  # a name is no code
            raise Missing
        extent = extents.extent_of(db, whole, town="" if whole.area.startswith(area) else area)
    except Missing:
        raise Missing(f"没有代码为 {area} 的镇街。代码是 9 位，例如 220605105。") from None
    return occasion_for(db, extent, extents.period_of(db, day=day))


def occasion_for(db: Database, extent: Extent, period: Period, **named: str) -> Occasion:
    """Make the occasion of a part of the district and of some days; `named` are key, name and title of the workbook."""
    made = clock.local(period.until) if period.until else db.here()
    return Occasion(
        period.last,
        extent.area,
        extent.name,
        extent.unit,
        made,
        db.settings.demo,
        extent=extent,
        first=period.first,
        **named,
    )
