"""脱贫户: children of households that were poor, or may be again; grown-ups of theirs are counted and not kept."""

from collections.abc import Iterator, Mapping

from intake.importing.places import Layers
from intake.importing.registers.huji import NO_PLACE
from intake.importing.registers.persons import ListedPerson, RegisterReading
from intake.importing.registers.reading import CellReader, facts_in, name_meant
from intake.importing.table import ListColumn, ListRow
from intake.language.patterns import regex

COLUMNS = (
    ListColumn("household_number", "户编号"), ListColumn("head", "户主"), ListColumn("town", "镇"),
    ListColumn("village", "村"), ListColumn("village_group", "组"), ListColumn("name", "姓名"),
    ListColumn("relation_to_head", "与户主关系"), ListColumn("sex", "性别"), ListColumn("birth_date", "出生日期"),
    ListColumn("id_type", "身份证件类型"), ListColumn("id_number", "身份证号"), ListColumn("household_place", "家庭住址"),
    ListColumn("poor_since", "脱贫年度"), ListColumn("poor_sort", "户类型"), ListColumn("phone", "联系电话"),
)  # fmt: skip
_SORTS = (
    (regex("监测|边缘|突发|返贫"), "防止返贫致贫对象"),
    (regex("低保"), "低保"),
    (regex("特困|五保"), "特困"),
    (regex("脱贫|建档立卡|贫困"), "脱贫户"),
)


def read(reading: RegisterReading, row: ListRow, titles: Layers) -> Iterator[ListedPerson]:
    """Read a child of a household; of grown-ups nothing is read."""
    if reading.is_grown(row):
        return
    cells = reading.cells_of(row)
    who = cells.who_of_age()
    town, village = reading.home(row, cells.text("household_place", 100))
    if not town:
        cells.fault(NO_PLACE, "village" if row.get("village") else "town")
    reading.doubt_village(cells, town, village)
    reading.refuse_outside(cells, town, village=village)
    _rest(cells)
    if person := reading.person(cells, who, town, village=village):
        yield person


def _rest(cells: CellReader) -> None:
    for key in ("household_number", "relation_to_head", "village_group", "poor_since"):
        cells.text(key, 20)
    cells.keep("head", name_meant(cells.said("head")))
    cells.phone("phone")
    said = cells.said("poor_sort")
    sorts = [label for pattern, label in _SORTS if pattern.search(said)]
    cells.keep("hardship", "、".join(sorts) or "脱贫户")


def facts(cells: Mapping[str, str]) -> Iterator[tuple[str, dict[str, object]]]:
    """Give the facts that a row tells of its child."""
    for sort in cells.get("hardship", "").split("、"):
        if sort:
            yield "hardship", {"hardship": sort}
    yield from facts_in(cells, ("phone", ("phone",)))
