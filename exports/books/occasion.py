"""Of what a workbook tells: the ledger, the days, the extent, who reports it and up to when."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from intake.calendar import clock
from intake.errors import Missing
from intake.ledgers import Period
from intake.ledgers.wanted import extents
from intake.ledgers.wanted.cutoff import last_change
from intake.ledgers.wanted.extents import Extent
from intake.people.scope import Scope
from intake.store.db import Database

FIRST = extents.FIRST


@dataclass(frozen=True, slots=True)
class Occasion:
    """Of which days and part of the district a workbook tells, and up to when; `name` is what its file is called.

    `cut_off` is the local moment of the last change. Nothing in a workbook is later: no clock is asked for it.
    """

    extent: Extent
    period: Period
    cut_off: datetime
    demo: bool
    key: str = "daily"
    name: str = "日报"
    title: str = "学生就学情况日报"

    @property
    def area(self) -> str:
        """Give the code prefix that its rows share."""
        return self.extent.area

    @property
    def place(self) -> str:
        """Give the name that stands in titles."""
        return self.extent.name

    @property
    def unit(self) -> str:
        """Give who reports it."""
        return self.extent.unit

    @property
    def day(self) -> date:
        """Give the day, the last one of several."""
        return self.period.last

    @property
    def file(self) -> str:
        """Give the file's name."""
        return f"{self.extent.file_name}_{self.name}_{extents.period_stamp(self.period)}.xlsx"

    @property
    def days(self) -> str:
        """Say the day, or the first and the last one."""
        last = f"{self.day.year}年{self.day.month}月{self.day.day}日"
        first = self.period.first
        return last if first == self.day else f"{first.year}年{first.month}月{first.day}日至{last}"

    @property
    def told_cut_off(self) -> str:
        """Say up to when the data are: the last change, or the end of the last day where that was over."""
        return f"{self.cut_off:%Y-%m-%d %H:%M}" if self._over_at() else f"{self.day} 24:00"

    @property
    def filled_on(self) -> date:
        """Give the day on which it counts as filled in: that of the cut-off."""
        return self.cut_off.date() if self._over_at() else self.day

    @property
    def info(self) -> str:
        """Give the line below every title."""
        return f"填报单位：{self.unit}    数据截止时间：{self.told_cut_off}    填报日期：{self.filled_on}"

    def _over_at(self) -> bool:
        return self.cut_off < datetime.combine(self.day + timedelta(days=1), time(), clock.CHINA)


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


def occasion_for(
    db: Database,
    extent: Extent,
    period: Period,
    *,
    scope: Scope | None = None,
    cut_off: datetime | None = None,
    **named: str,
) -> Occasion:
    """Make the occasion of a part of the district and of some days; `named` are key, name and title of the workbook.

    Where the last day is not over yet it is cut off at the last change of a scope, by default of what everybody of the part
    may see; otherwise at the end of that day.
    """
    now = clock.local(period.until) if period.until else db.here()
    end = datetime.combine(period.last + timedelta(days=1), time(), clock.CHINA)
    if cut_off is None:
        cut_off = last_change(db, scope or extent.within(Scope(extent.area)), now) if end > now else end
    return Occasion(extent, period, cut_off.astimezone(clock.CHINA), db.settings.demo, **named)
