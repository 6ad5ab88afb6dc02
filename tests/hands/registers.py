"""Registers as offices write them out: 学籍, 户籍, 脱贫户, 居住证, of children whom nobody knows."""

from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from exports.lists import reading
from intake.children.listed import listed_rows
from intake.importing.outcome import Options, Outcome
from intake.importing.registers.taking import take_register
from intake.importing.table import ListSheet
from intake.places import gazetteer
from intake.store.db import Database
from tests.hands import classroom
from tests.hands.lists import number, sheet

HEAD = (
    "学校名称",
    "学籍号",
    "姓名",
    "性别",
    "出生日期",
    "身份证件类型",
    "身份证件号",
    "年级",
    "班级",
    "就读方式",
)
HOUSEHOLDS = (
    "户号",
    "户主",
    "与户主关系",
    "姓名",
    "性别",
    "出生日期",
    "身份证号",
    "户籍地址",
    "村（社区）",
    "民族",
    "是否常住",
)


PLAIN, DRY = Options(), Options(dry_run=True)
MIDDLE, MIDDLE_NAME = "2206050002", "石人镇中学"


def schools(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the district have a primary school and a middle school, on a day of the first term."""
    monkeypatch.setattr(gazetteer, "FRESH", 0.0)
    monkeypatch.setattr(Database, "today", lambda self: date(2026, 11, 23))
    classroom.school(db)
    classroom.school(db, MIDDLE, MIDDLE_NAME, stage="初中")


def pupil(name: str, born: str = "20170301", order: int = 1, **cells: str) -> dict[str, str]:
    """Give a pupil as the national system writes it out, by header."""
    own = number(born, order)
    return {
        "学校名称": "石人镇中心小学", "学籍号": f"G{own}", "姓名": name, "性别": "1-男" if order % 2 else "2-女",
        "出生日期": born, "身份证件类型": "1-居民身份证", "身份证件号": own, "年级": "三年级", "班级": "2班",
        "就读方式": "1-走读", **cells,
    }  # fmt: skip


def rows_of(people: Sequence[Mapping[str, str]], head: Sequence[str] = HEAD) -> list[tuple[str, ...]]:
    """Give a header and the rows below it."""
    return [tuple(head), *(tuple(one.get(key, "") for key in head) for one in people)]


def take(
    db: Database, listing: str, data: bytes | Sequence[Sequence[str]], options: Options = PLAIN
) -> Outcome:
    """Take a register, from the bytes of a file or from its rows."""
    sheets: list[ListSheet] = reading.read(data) if isinstance(data, bytes) else sheet(*data)
    return take_register(db, listing, sheets, options)


def cells_of(db: Database, listing: str) -> dict[str, Mapping[str, str]]:
    """Give what stands on a list today, by the name of the child."""
    return {row.get("child_name"): row.cells or {} for row in listed_rows(db, listing)}
