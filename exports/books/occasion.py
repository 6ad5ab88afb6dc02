"""Of what a workbook tells: the ledger, the day, the area, who reports it and up to when."""

from dataclasses import dataclass
from datetime import date, datetime

from intake.calendar import clock
from intake.errors import Missing
from intake.ledgers import Period
from intake.places import gazetteer
from intake.store.db import Database

FIRST = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Occasion:
    """Of which day and area a workbook tells, and when it was made; `name` is what its file is called."""

    day: date
    area: str
    place: str
    unit: str
    made: datetime
    demo: bool
    key: str = "daily"
    name: str = "日报"
    title: str = "学生就学情况日报"

    @property
    def file(self) -> str:
        """Give the file's name."""
        return f"{self.place}_{self.name}_{self.day:%Y%m%d}.xlsx"

    @property
    def period(self) -> Period:
        """Give the day, up to now."""
        return Period(self.day, self.day, clock.stamp(self.made))

    @property
    def cut_off(self) -> str:
        """Give the moment up to which reports are in it: now for today, else the end of the day."""
        return f"{self.made:%Y-%m-%d %H:%M}" if self.day == self.made.date() else f"{self.day} 24:00"

    @property
    def info(self) -> str:
        """Give the line below every title."""
        return f"填报单位：{self.unit}    数据截止时间：{self.cut_off}    填报日期：{self.made.date()}"


def occasion_of(db: Database, day: date, area: str = "") -> Occasion:
    """Check a day and a code prefix (empty: the whole district). Raises Refused."""
    house, made = db.settings, db.now().astimezone(clock.CHINA)
    area = area or house.district_code
    if not FIRST <= day <= made.date():
        raise Missing(f"{day} 还没有到，或者太早，没有数据可导出。")
    if house.district_code.startswith(area):
        place, unit = house.district_name, house.district_name + house.bureau
    else:
        town = gazetteer.world(db).places.get(area)
        if town is None or town.level != "town":
            raise Missing(f"没有代码为 {area} 的镇街。代码是 9 位，例如 220605105。")
        place, unit, area = town.name, town.name, town.code
    return Occasion(day, area, place, unit, made, house.demo)
