"""The demonstration's children of whom more is told: who sits where among the others, with names and days that are meant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from stdnum.iso7064 import mod_11_2

PRIMARY, FAR = "DEMO000001", "DEMO000003"
"""石人镇中心小学（演示）, and the school from which a child has come."""


@dataclass(frozen=True, slots=True)
class DemoSeat:
    """A child of a class: `days` after the first of September it was born, `order` the digits before the last of its number.

    An odd order is a boy's.
    """

    name: str
    days: int
    order: int

    @property
    def sex(self) -> str:
        """Say it by the number."""
        return "男" if self.order % 2 else "女"


TWIN, OTHER_TWIN = "林一鸣", "林一航"
NAMESAKE, FAR_NAMESAKE = "王梓涵", "赵雨桐"
COMER = "周思源"
LEFT = "孙晓月"
SISTER, BROTHER = "何雨欣", "何子豪"
DOUBLE, MISHEARD = "吕佳怡", "吕佳仪"
"""A child with two files that were made one, and the name by which a neighbour reports it."""
NOWHERE, UNSCHOOLED = "郑小舟", "于小满"
"""Who is registered and sits nowhere, and whom a village knows and no school."""
SEATS: Mapping[tuple[str, int, int], DemoSeat] = {
    (PRIMARY, 2, 0): DemoSeat(TWIN, 100, 101),
    (PRIMARY, 2, 1): DemoSeat(OTHER_TWIN, 100, 103),
    (PRIMARY, 4, 0): DemoSeat(NAMESAKE, 30, 102),
    (PRIMARY, 4, 1): DemoSeat(NAMESAKE, 200, 105),
    (PRIMARY, 1, 0): DemoSeat(FAR_NAMESAKE, 61, 106),
    (FAR, 1, 0): DemoSeat(FAR_NAMESAKE, 240, 108),
    (FAR, 4, 0): DemoSeat(COMER, 150, 107),
    (PRIMARY, 3, 0): DemoSeat(LEFT, 170, 110),
    (PRIMARY, 2, 2): DemoSeat(SISTER, 75, 112),
    (PRIMARY, 4, 2): DemoSeat(BROTHER, 290, 109),
    (PRIMARY, 1, 1): DemoSeat(DOUBLE, 33, 114),
}
"""By school, grade and place in the class; all others are drawn by lot."""

NAMES = frozenset(one.name for one in SEATS.values())


def demo_number(born: date, order: int) -> str:
    """Give an identity number that begins with 220699, which is no county."""
    body = f"220699{born:%Y%m%d}{order:03d}"
    return body + str(mod_11_2.calc_check_digit(body))


def seated(place: tuple[str, int, int], child: dict[str, str], today: date) -> dict[str, str]:
    """Give who sits at a place: the child that is meant there, else the one drawn by lot."""
    seat = SEATS.get(place)
    if seat is None:
        return child
    born = date(today.year - 6 - place[1], 9, 1) + timedelta(days=seat.days)
    return {"child_name": seat.name, "sex": seat.sex, "birth_date": born.isoformat(),
            "id_number": demo_number(born, seat.order)}  # fmt: skip
