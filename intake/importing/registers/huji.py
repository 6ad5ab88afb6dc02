"""户籍: who of school age is in the register of households, village by village, as the police write it out."""

from collections.abc import Iterator, Mapping

from intake.importing.places import Layers
from intake.importing.registers.persons import ListedPerson, RegisterReading
from intake.importing.registers.reading import CellReader, facts_in, name_meant, yes_meant
from intake.importing.table import ListColumn, ListRow

COLUMNS = (
    ListColumn("household_number", "户号"), ListColumn("head", "户主"), ListColumn("relation_to_head", "与户主关系"),
    ListColumn("name", "姓名"), ListColumn("sex", "性别"), ListColumn("birth_date", "出生日期"),
    ListColumn("id_type", "身份证件类型"), ListColumn("id_number", "身份证号"), ListColumn("household_place", "户籍地址"),
    ListColumn("household_type", "户口性质"), ListColumn("town", "镇街"), ListColumn("village", "村(社区)"),
    ListColumn("village_group", "村民组"), ListColumn("ethnic", "民族"), ListColumn("present", "是否常住"),
    ListColumn("vacant", "是否空挂"), ListColumn("phone", "联系电话"),
)  # fmt: skip
HERE, VACANT = "常住", "空挂"
NO_PLACE = "没有看出是哪个村（社区）的，请写镇街和村。"


def read(reading: RegisterReading, row: ListRow, titles: Layers) -> Iterator[ListedPerson]:
    """Read somebody of a household who is of school age; of others nothing is read."""
    if reading.is_grown(row):
        return
    cells = reading.cells_of(row)
    who = cells.who_of_age()
    address = cells.text("household_place", 100)
    town, village = reading.home(row, address)
    if not town:
        cells.fault(
            NO_PLACE, "village" if row.get("village") else "town" if row.get("town") else "household_place"
        )
    reading.doubt_village(cells, town, village)
    reading.refuse_outside(cells, town, village=village)
    _rest(cells)
    if not address and (place := reading.finder.places.full_name(village or town)):
        cells.keep("household_place", place)
    if person := reading.person(cells, who, town, village=village):
        yield person


def _rest(cells: CellReader) -> None:
    cells.text("household_number", 20)
    cells.text("relation_to_head", 20)
    cells.text("village_group", 20)
    cells.keep("head", name_meant(cells.said("head")))
    cells.choice("ethnic")
    cells.choice("household_type")
    cells.phone("phone")
    said, vacant = cells.said("present"), yes_meant(cells.said("vacant"))
    if vacant:
        cells.keep("present", VACANT if vacant == "是" else HERE)
    elif said:
        cells.keep("present", _present(said))


def _present(said: str) -> str:
    """Tell 常住 from 空挂: 是, 人户一致 and 否, 人户分离, 外出 say it, too."""
    if any(word in said for word in ("空挂", "分离", "不一致", "外出", "不在", "外地")):
        return VACANT
    if any(word in said for word in (HERE, "一致", "在家", "在村")) and "非" not in said:
        return HERE
    return VACANT if yes_meant(said) == "否" else HERE


def facts(cells: Mapping[str, str]) -> Iterator[tuple[str, dict[str, object]]]:
    """Give the facts that a row tells of its child."""
    keys = ("household_place", "household_type", "head", "household_number", "village_group", "present")
    yield from facts_in(cells, ("household", keys), ("ethnic", ("ethnic",)), ("phone", ("phone",)))
