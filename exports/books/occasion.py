"""Of what a workbook tells: the ledger, the days, the area, who reports it and up to when."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from intake.calendar import clock
from intake.errors import Missing
from intake.ledgers import Period
from intake.ledgers.cutoff import last_change
from intake.places import gazetteer
from intake.store.db import Database

FIRST = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Occasion:
    """Of which days and area a workbook tells, and up to when; `name` is what its file is called.

    `cut_off` is the local moment of the last change. Nothing in a workbook is later: no clock is asked for it.
    """

    period: Period
    area: str
    place: str
    unit: str
    cut_off: datetime
    demo: bool
    key: str = "daily"
    name: str = "日报"
    title: str = "学生就学情况日报"

    @property
    def day(self) -> date:
        """Give the day, the last one of several."""
        return self.period.last

    @property
    def file(self) -> str:
        """Give the file's name."""
        first = "" if self.period.first == self.day else f"{self.period.first:%Y%m%d}-"
        return f"{self.place}_{self.name}_{first}{self.day:%Y%m%d}.xlsx"

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


def occasion_of(
    db: Database, day: date, area: str = "", *, first: date | None = None, school: str = "",
    cut_off: datetime | None = None,
) -> Occasion:  # fmt: skip
    """Check days and a code prefix (empty: the whole district), or the code of a school. Raises Missing.

    Without a cut-off it is the last change for today, and the end of the day for one that is over.
    """
    house, now = db.settings, db.now().astimezone(clock.CHINA)
    area, first = area or house.district_code, first or day
    if not FIRST <= first <= day <= now.date():
        raise Missing(f"{day} 还没有到，或者太早，没有数据可导出。")
    place, unit, area = _named(db, area, school)
    end = datetime.combine(day + timedelta(days=1), time(), clock.CHINA)
    if cut_off is None:
        cut_off = last_change(db, now) if end > now else end
    period = Period(first, day, clock.stamp(now) if end > now else "")
    return Occasion(period, area, place, unit, cut_off.astimezone(clock.CHINA), house.demo)


def _named(db: Database, area: str, school: str) -> tuple[str, str, str]:
    """Give the name of a place, of the unit that reports it, and the code that its rows share. Raises Missing."""
    house, places = db.settings, gazetteer.world(db).places
    if school:
        known = places.get(school)
        if known is None or known.level != "school":
            raise Missing(f"没有代码为 {school} 的学校。")
        return known.name, known.name, area
    if house.district_code.startswith(area):
        return house.district_name, house.district_name + house.bureau, area
    town = places.get(area)
    if town is None or town.level != "town":
        raise Missing(f"没有代码为 {area} 的镇街。代码是 9 位，例如 220605105。")
    return town.name, town.name, town.code
