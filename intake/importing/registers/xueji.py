"""学籍: who is registered as a pupil of which school, as the national system or a school writes it out."""

from collections.abc import Iterator, Mapping

from intake.errors import Refused
from intake.importing.outcome import RowFault
from intake.importing.places import Layers
from intake.importing.pupil import class_of_row, is_of_other_stage, school_of_row
from intake.importing.registers.heads import MEMBER_LABELS, MEMBERS, family_columns
from intake.importing.registers.persons import ListedPerson, RegisterReading
from intake.importing.registers.reading import CellReader, facts_in, name_meant, word_meant, yes_meant
from intake.importing.table import ListColumn, ListRow
from intake.language.patterns import regex
from intake.language.spoken import LAST_GRADE
from intake.places.places import Place

COLUMNS = (
    ListColumn("name", "姓名"), ListColumn("sex", "性别"), ListColumn("birth_date", "出生日期"),
    ListColumn("id_type", "身份证件类型"), ListColumn("id_number", "身份证件号"), ListColumn("pupil_number", "学籍号"),
    ListColumn("local_number", "省学籍号"), ListColumn("school", "学校名称"), ListColumn("school_code", "学校标识码"),
    ListColumn("grade", "年级"), ListColumn("class_name", "班级"), ListColumn("entered", "入学年月"),
    ListColumn("ethnic", "民族"), ListColumn("household_type", "户口性质"), ListColumn("household_place", "户口所在地"),
    ListColumn("residence", "现住址"), ListColumn("home_address", "家庭地址"), ListColumn("phone", "联系电话"),
    ListColumn("lodging", "就读方式"), ListColumn("travel", "上下学方式"), ListColumn("distance_km", "上下学距离"),
    ListColumn("left_behind", "是否留守儿童"), ListColumn("orphan", "是否孤儿"),
    ListColumn("migrant", "是否进城务工人员随迁子女"), ListColumn("disability", "残疾类型"),
    ListColumn("inclusive", "随班就读"), ListColumn("standing", "学籍状态"), ListColumn("former_name", "曾用名"),
    *family_columns(MEMBERS, MEMBER_LABELS),
)  # fmt: skip
_YEAR_MONTH = regex("(20[0-9]{2})(?:[-/.年]?(1[0-2]|0?[1-9]))?.*")
_NO_DISABILITY = "无残疾"
_PARENTS = {"father": "父", "mother": "母"}
_GROUPS = {"left_behind": "留守", "orphan": "孤儿", "migrant": "随迁"}
_FINISHED = "毕业"
_SCHOOLINGS = {"休学": "休学", "送教上门": "送教上门", "死亡": "死亡", _FINISHED: _FINISHED}
"""Which 就学状态 a 学籍状态 tells; who is 毕业 of 六年级 is not through with school."""


def read(reading: RegisterReading, row: ListRow, titles: Layers) -> Iterator[ListedPerson]:
    """Read a pupil, or tell all that is wrong with the row."""
    if is_of_other_stage(row, titles):
        reading.outcome.skip(row)
        return
    cells = reading.cells_of(row)
    who = cells.who()
    school: Place | None = None
    try:
        school = school_of_row(row, titles, reading.finder, reading.usual)
    except Refused as error:
        cells.faults.append(RowFault(str(error), error.field))
    if school:
        reading.refuse_outside(cells, school.town, school.code)
        _class(cells, reading, titles, school)
    _rest(cells)
    person = reading.person(cells, who, school.town if school else "", school.code if school else "")
    if person:
        yield person


def _class(cells: CellReader, reading: RegisterReading, titles: Layers, school: Place) -> None:
    entered = _YEAR_MONTH.fullmatch(cells.said("entered"))
    if entered:
        cells.keep("entered", f"{entered[1]}-{int(entered[2]):02d}" if entered[2] else entered[1])
    cohort = f"{entered[1]}级" if entered else ""
    try:
        grade, name = class_of_row(cells.row, titles, reading.finder, school, cohort)
    except Refused:
        cells.doubts.append("班级没有看懂，没有记下。")
        return
    cells.keep("grade", grade)
    cells.keep("class_name", name)


def _rest(cells: CellReader) -> None:
    for key in ("ethnic", "household_type", "lodging", "disability", "standing"):
        cells.choice(key)
    if not cells.said("travel").isdecimal():  # the system's numbers for it are not ours
        cells.choice("travel")
    cells.distance("distance_km")
    for key in (*_GROUPS, "inclusive"):
        cells.yes_no(key)
    for key in ("household_place", "residence", "home_address"):
        if not cells.said(key).isdecimal():
            cells.text(
                key, to="residence" if key == "home_address" and "residence" not in cells.cells else key
            )
    cells.cells.pop("home_address", None)
    cells.text("former_name", 60)
    cells.phone("phone")
    _members(cells)


def _members(cells: CellReader) -> None:
    """Keep the guardians of a family: those who are marked so, else all of it."""
    there = [group for group in MEMBERS if cells.said(f"{group}_name")]
    marked = [group for group in there if yes_meant(cells.said(f"{group}_guardian")) == "是"]
    denied = [group for group in there if yes_meant(cells.said(f"{group}_guardian")) == "否"]
    kept = 0
    for group in marked or [one for one in there if one not in denied]:
        name = name_meant(cells.said(f"{group}_name"))
        if not name:
            cells.doubts.append(f"“{cells.labels[f'{group}_name']}”没有看懂，没有记下。")
            continue
        kept += 1
        said = cells.said(f"{group}_relation")
        cells.keep(f"guardian{kept}_name", name)
        cells.keep(f"guardian{kept}_relation", _PARENTS.get(group) or word_meant("relation", said))
        phone = cells.phone(f"{group}_phone")
        cells.cells.pop(f"{group}_phone", None)
        cells.keep(f"guardian{kept}_phone", phone)


def facts(cells: Mapping[str, str]) -> Iterator[tuple[str, dict[str, object]]]:
    """Give the facts that a row tells of its child."""
    yield from facts_in(cells, ("ethnic", ("ethnic",)), ("residence", ("residence",)),
                        ("household", ("household_place", "household_type")), ("boarding", ("lodging",)))  # fmt: skip
    travel: dict[str, object] = {"travel": cells["travel"]} if "travel" in cells else {}
    if "distance_km" in cells:
        travel["distance_km"] = float(cells["distance_km"])
    if travel:
        yield "travel", travel
    yield from _family_facts(cells)
    yield from _group_facts(cells)
    state = _SCHOOLINGS.get(cells.get("standing", ""))
    if state and (state != _FINISHED or cells.get("grade", LAST_GRADE) == LAST_GRADE):
        yield "schooling", {"schooling": state}


def _family_facts(cells: Mapping[str, str]) -> Iterator[tuple[str, dict[str, object]]]:
    phones = set[str]()
    for number in range(1, len(MEMBERS) + 1):
        name = cells.get(f"guardian{number}_name")
        if not name:
            break
        phone = cells.get(f"guardian{number}_phone", "")
        phones.add(phone)
        told = {
            "guardian_name": name,
            "relation": cells.get(f"guardian{number}_relation", ""),
            "phone": phone,
        }
        yield "guardian", {key: value for key, value in told.items() if value}
    if cells.get("phone") and cells["phone"] not in phones:
        yield "phone", {"phone": cells["phone"]}


def _group_facts(cells: Mapping[str, str]) -> Iterator[tuple[str, dict[str, object]]]:
    for key, group in _GROUPS.items():
        if cells.get(key) == "是":
            yield "group", {"group_name": group}
    sort = cells.get("disability", _NO_DISABILITY)
    if sort != _NO_DISABILITY:
        yield "disability", {"sort": sort}
        yield "group", {"group_name": "残疾"}
