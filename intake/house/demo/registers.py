"""The demonstration's registers, by the importers that everybody uses: 学籍 of a school, 户籍 of a town, 脱贫户.

They differ from the rolls: one pupil is registered nowhere, one sits nowhere, one is written otherwise; a village sent nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from intake.cases.rulebook import states
from intake.children.listed import HUJI, POOR, XUEJI
from intake.house.demo import families
from intake.house.demo.families import PRIMARY, demo_number
from intake.house.demo.narrator import Narrator
from intake.house.demo.stories import DAY, SCHOOL_NAME
from intake.importing.outcome import Options
from intake.importing.registers.taking import take_register
from intake.importing.table import ListLine, ListSheet
from intake.school.differences.comparing import compare_all

TOWN = "石人镇"
LISTED_DAYS_AGO = 40
_PUPILS = ("学校名称", "年级", "班级", "姓名", "性别", "出生日期", "身份证件号", "学籍号", "就读方式", "是否留守儿童", "现住址",
           "户口所在地")  # fmt: skip
_HOUSES = (
    "户号",
    "户主",
    "与户主关系",
    "姓名",
    "性别",
    "出生日期",
    "身份证号",
    "户籍地址",
    "村（社区）",
    "是否常住",
)
_POOR = (
    "户编号",
    "户主",
    "镇",
    "村",
    "姓名",
    "与户主关系",
    "性别",
    "出生日期",
    "身份证号",
    "脱贫年度",
    "户类型",
)
_HOME, _HOUSEHOLD = "石人镇演示路21号（演示）", "吉林省白山市江源区石人镇演示村（演示）"
Row = Mapping[str, Any]


def tell_registers(tell: Narrator, children: Sequence[Row]) -> None:
    """Bring the lists, each as of a day before today."""
    here = [one for one in children if one["town"] == TOWN]
    _take(tell, XUEJI, _PUPILS, _pupils(tell, here))
    _take(tell, HUJI, _HOUSES, _houses(tell, here))
    _take(tell, POOR, _POOR, _poor(tell, here))
    compare_all(tell.db)


def silent_village(children: Sequence[Row]) -> str:
    """Name the village of which no register of households came: the last one by name of those with children."""
    return max(str(one["village"]) for one in children if one["town"] == TOWN)


def _take(tell: Narrator, listing: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    lines = tuple(ListLine(number, tuple(row)) for number, row in enumerate([head, *rows], 1))
    options = Options(skip_bad=True, as_of=tell.today - LISTED_DAYS_AGO * DAY)
    done = take_register(tell.db, listing, [ListSheet("", lines)], options)
    if done.errors:
        raise AssertionError(f"demo {listing}: {done.errors}")


def _pupils(tell: Narrator, children: Sequence[Row]) -> list[tuple[str, ...]]:
    """Give who is registered: all of the school but one, and one more; of a third the name is written otherwise."""
    pupils = [one for one in children if one["school"] == SCHOOL_NAME and one["seat"] != (PRIMARY, 1, 2)]
    rows = [_pupil(one) for one in pupils]
    born = tell.term_began().replace(year=tell.today.year - 10)
    number = demo_number(born, 111)
    return [
        *rows,
        (
            SCHOOL_NAME,
            "四年级",
            "1班",
            families.NOWHERE,
            "男",
            born.isoformat(),
            number,
            f"G{number}",
            "走读",
            "否",
            "",
            "",
        ),
    ]


def _pupil(one: Row) -> tuple[str, ...]:
    name, left = str(one["child_name"]), one["child_name"] == families.LEFT
    written = f"{name[0]}晓{name[2:]}" if one["seat"] == (PRIMARY, 1, 3) else name
    more = (_HOME, _HOUSEHOLD) if left else ("", "")
    return (SCHOOL_NAME, one["grade"], one["class_name"], written, one["sex"], one["birth_date"], one["id_number"],
            f"G{one['id_number']}", "走读", "是" if left else "否", *more)  # fmt: skip


def _houses(tell: Narrator, children: Sequence[Row]) -> list[tuple[str, ...]]:
    """Give the households of the town's villages but one, and in one of them a child that no school knows."""
    silent = silent_village(children)
    known = [one for one in children if one["village"] != silent]
    rows = [
        (f"{number:04d}", f"{one['child_name'][0]}演示", "子女", one["child_name"], one["sex"], one["birth_date"],
         one["id_number"], f"石人镇{one['village']}{number}号", one["village"], "常住")
        for number, one in enumerate(known, 1)
    ]  # fmt: skip
    born = tell.term_began().replace(year=tell.today.year - 9)
    number = demo_number(born, 113)
    village = min(one["village"] for one in known)
    return [
        *rows,
        (
            "9001",
            "于演示",
            "子女",
            families.UNSCHOOLED,
            "男",
            born.isoformat(),
            number,
            f"石人镇{village}90号",
            village,
            "常住",
        ),
    ]


def _poor(tell: Narrator, children: Sequence[Row]) -> list[tuple[str, ...]]:
    """Give a household whose child does not come to school any more, and one whose child does."""
    rows: list[tuple[str, ...]] = []
    gone = tell.db.one(
        "SELECT child FROM cases WHERE kind = 'absence' AND state = ? AND child <> '' ORDER BY number",
        (states.PERSUADING,),
    )
    ids = {gone["child"] if gone else "", tell.named(families.TWIN, PRIMARY).id}
    for number, one in enumerate((one for one in children if one["id"] in ids), 1):
        rows.append((f"P{number:03d}", f"{one['child_name'][0]}演示", TOWN, one["village"],
                     one["child_name"], "子女", one["sex"], one["birth_date"], one["id_number"], "2019", "脱贫户"))  # fmt: skip
    return rows
