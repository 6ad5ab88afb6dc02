"""居住证: who lives here by a permit of residence, and which children came along; of the grown-up holder no number is kept."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from intake.importing.places import Layers
from intake.importing.registers.heads import CHILD_LABELS, CHILDREN, family_columns
from intake.importing.registers.persons import ListedPerson, RegisterReading
from intake.importing.registers.reading import NO_AGE, CellReader, ListedIdentity, facts_in, name_meant
from intake.importing.table import ListColumn, ListRow
from intake.language.identity import document_number
from intake.language.patterns import regex

COLUMNS = (
    ListColumn("name", "姓名"), ListColumn("id_type", "证件类型"), ListColumn("id_number", "证件号"),
    ListColumn("sex", "性别"), ListColumn("birth_date", "出生日期"), ListColumn("ethnic", "民族"),
    ListColumn("permit_number", "居住证号"), ListColumn("residence", "现住址"), ListColumn("household_place", "户籍地址"),
    ListColumn("town", "镇街"), ListColumn("village", "村(社区)"), ListColumn("until", "有效期"),
    ListColumn("phone", "联系电话"), ListColumn("companions", "随行子女"), *family_columns(CHILDREN, CHILD_LABELS),
)  # fmt: skip
_APART = regex("[、；;/|\n]+|[，,](?![0-9 ])")
_NUMBER = regex("[0-9]{17}[0-9Xx]")
_DAY = regex("(?:19|20)[0-9]{2}[-/.年]?[0-9]{1,2}[-/.月]?[0-9]{1,2}日?")
_SEX = regex("男|女")
_ASIDE = regex(r"[0-9Xx\s:：()（）\[\]【】,，.。-]+|身份证号?|出生日期?|生日|性别|男|女|年|月|日")
NO_PLACE = "没有看出现在住在哪个镇街，请写镇街或者现住址。"


def read(reading: RegisterReading, row: ListRow, titles: Layers) -> Iterator[ListedPerson]:
    """Read the children of a permit: its holder where this is a child, else those who came along."""
    children = [*_in_columns(row), *_in_words(row)]
    grown = reading.is_grown(row)
    if not children and grown:
        return
    cells = reading.cells_of(row)
    town, village = reading.home(row, cells.text("residence", 100))
    if not town:
        cells.fault(NO_PLACE, "town" if row.get("town") else "residence")
    if row.get("village"):
        reading.doubt_village(cells, town, village)
    reading.refuse_outside(cells, town, village=village)
    _rest(cells)
    if not children:
        who = cells.who()
        if not who.birth_date and not cells.faults:
            cells.fault(NO_AGE, "id_number")
        if person := reading.person(cells, who, town, village=village):
            yield person
        return
    if holder := name_meant(row.get("name")):
        cells.keep("guardian1_name", holder)
        if phone := cells.cells.pop("phone", ""):
            cells.keep("guardian1_phone", phone)
    yield from _came_along(reading, cells, children, town, village)


def _came_along(
    reading: RegisterReading, cells: CellReader, children: list[dict[str, str]], town: str, village: str
) -> Iterator[ListedPerson]:
    """Give those who came along and are of school age; one fault of the row refuses them all."""
    found = list[tuple[CellReader, ListedIdentity]]()
    for said in children:
        own = replace(cells.row, cells={**said, "id_type": ""}, marks={})
        if reading.is_grown(own):
            continue
        one = CellReader(own, cells.labels, reading.today)
        found.append((one, one.who()))
        cells.faults += one.faults
        cells.doubts += one.doubts
    for one, who in found:
        whole = replace(
            cells, cells={**cells.cells, **one.cells}, doubts=[] if one is not found[0][0] else cells.doubts
        )
        person = reading.person(whole, who, town, village=village)
        if person is None:
            return
        yield person


def _in_columns(row: ListRow) -> Iterator[dict[str, str]]:
    """Give the children that have columns of their own."""
    for group in CHILDREN:
        said = {key: row.get(f"{group}_{key}") for key in CHILD_LABELS}
        if said["name"] or said["id_number"]:
            yield said


def _in_words(row: ListRow) -> Iterator[dict[str, str]]:
    """Read the children of one cell: 王小明 220605201503010011、王小红（女，2017-03-01）."""
    for part in _APART.split(row.get("companions")):
        number = _NUMBER.search(part)
        rest = part.replace(number[0], "") if number else part
        day, sex = _DAY.search(rest), _SEX.search(rest)
        name = name_meant(_ASIDE.sub("", _DAY.sub("", rest)))
        if name:
            yield {
                "name": name, "id_number": document_number(number[0]) or "" if number else "",
                "birth_date": day[0] if day else "", "sex": sex[0] if sex else "",
            }  # fmt: skip


def _rest(cells: CellReader) -> None:
    cells.text("household_place", 100)
    cells.choice("ethnic")
    cells.keep("permit_number", document_number(cells.said("permit_number")) or "")
    cells.day("until")
    cells.phone("phone")


def facts(cells: Mapping[str, str]) -> Iterator[tuple[str, dict[str, object]]]:
    """Give the facts that a row tells of its child."""
    yield from facts_in(cells, ("permit", ("permit_number", "until")), ("residence", ("residence",)),
                        ("household", ("household_place",)))  # fmt: skip
    if "guardian1_name" in cells:
        told = {"guardian_name": cells["guardian1_name"], "phone": cells.get("guardian1_phone", "")}
        yield "guardian", {key: value for key, value in told.items() if value}
    yield from facts_in(cells, ("phone", ("phone",)))
