"""班额统计表: every class of the lists with its band, what is too big, and the shares that are aimed at."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from intake import settings as house
from intake.errors import SettingsError
from intake.ledgers import Period
from intake.ledgers.schooling.class_size import band_of_class
from intake.people.accounts import Person
from intake.school import roll
from intake.settings import LIMITS, read_limits
from intake.store.db import Database
from intake.store.ids import new_id
from tests.hands import staffed
from tests.hands.classroom import MORNING, SCHOOL, SCHOOL_NAME, TOWN, at, classroom, school, teacher
from tests.hands.ledgers import ledger_of, rows_of, seen_by

OTHER = "2206050002"
TODAY = Period(MORNING.date(), MORNING.date())


def many(db: Database, size: int, grade: str = "七年级", name: str = "1班", of: str = SCHOOL) -> str:
    """Enter a class of some size."""
    school(db)
    made = new_id()
    with db.write():
        db.run(
            "INSERT INTO classes (id, school, grade, class_name, demo) VALUES (?, ?, ?, ?, 0)",
            (made, of, grade, name),
        )
        for n in range(size):
            db.run(
                "INSERT INTO children (id, child_name, class, town, demo) VALUES (?, ?, ?, ?, 0)",
                (new_id(), f"孩子{n}", made, TOWN),
            )
    return made


@pytest.mark.parametrize(
    ("grade", "size", "standard", "large"),
    [("三年级", 45, "是", "否"), ("三年级", 46, "否", "否"), ("三年级", 50, "否", "否"), ("六年级", 55, "否", "否"),
     ("六年级", 56, "否", "是"), ("七年级", 50, "是", "否"), ("七年级", 51, "否", "否"), ("九年级", 60, "否", "否"),
     ("九年级", 61, "否", "是")],
)  # fmt: skip
def test_a_class_is_standard_or_large_by_its_stage(
    db: Database, grade: str, size: int, standard: str, large: str
) -> None:
    many(db, size, grade)
    (row,) = rows_of(db, "class-size", period=TODAY)
    assert row == {
        "序号": 1, "学校": SCHOOL_NAME, "学段": "小学" if grade[0] in "三六" else "初中", "年级": grade,
        "班级": "1班", "学籍人数": size, "实际人数": "未上报", "差异": None, "班额档": band_of_class(size),
        "是否标准班": standard, "是否大班额": large,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("size", "band"),
    [(1, "25人以下"), (25, "25人以下"), (26, "26-30人"), (30, "26-30人"), (45, "41-45人"), (46, "46-50人"), (65, "61-65人"),
     (66, "66人以上"), (80, "66人以上")],
)  # fmt: skip
def test_the_bands_are_those_of_school_statistics(size: int, band: str) -> None:
    assert band_of_class(size) == band


def test_who_is_there_comes_from_the_last_roll_and_a_silent_class_is_not_0(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, MORNING)
    room = classroom(db)
    many(db, 30, "一年级")
    classroom(db, "四年级", "1班", ())  # nobody is in it
    by = teacher(db, room)
    children = room.children
    roll.mark(db, room.id, MORNING.date(), {children["王小明"]: "病假", children["李红"]: "不明"}, by)
    rows = rows_of(db, "class-size", period=TODAY)
    assert [(row["年级"], row["学籍人数"], row["实际人数"], row["差异"]) for row in rows] == [
        ("一年级", 30, "未上报", None), ("三年级", 4, 3, 1),
    ]  # fmt: skip
    sunday = replace(TODAY, first=date(2026, 11, 29), last=date(2026, 11, 29))
    assert [row["实际人数"] for row in rows_of(db, "class-size", period=sunday)] == ["未上报", "未上报"]
    term = Period(date(2026, 9, 1), date(2026, 12, 31))
    assert [row["实际人数"] for row in rows_of(db, "class-size", period=term)] == ["未上报", 3]


def test_the_shares_are_those_of_the_rows(db: Database) -> None:
    for n, size in enumerate((45, 46, 50, 56, 20)):
        many(db, size, "三年级", f"{n + 1}班")
    for n, size in enumerate((50, 51, 61)):
        many(db, size, "八年级", f"{n + 1}班")
    rows = rows_of(db, "class-size", period=TODAY)
    summed = {row["学段"]: row for row in rows_of(db, "class-size", period=TODAY, sheet=1)}
    assert list(summed) == ["小学", "初中", "全部"]
    for stage, row in summed.items():
        some = [one for one in rows if stage in ("全部", one["学段"])]
        expected: dict[str, Any] = {
            "班数": len(some), "学籍人数": sum(one["学籍人数"] for one in some),
            "标准班数": sum(one["是否标准班"] == "是" for one in some),
            "标准班比例(%)": round(100 * sum(one["是否标准班"] == "是" for one in some) / len(some), 2),
            "51人以上班数": sum(one["学籍人数"] >= 51 for one in some),
            "51人以上比例(%)": round(100 * sum(one["学籍人数"] >= 51 for one in some) / len(some), 2),
            "大班额班数": sum(one["是否大班额"] == "是" for one in some), "标准班目标(%)": 95, "51人以上上限(%)": 1,
            "是否达标": "否",
        }  # fmt: skip
        assert {key: row[key] for key in expected} == expected
    assert summed["小学"]["标准班比例(%)"] == 40
    assert summed["初中"]["51人以上比例(%)"] == 66.67
    assert not any(one.summed for one in ledger_of(db, "class-size", 1).columns())
    assert [one.key for one in ledger_of(db, "class-size").columns() if one.summed] == ["listed"]


def test_what_reaches_the_goals_says_so(db: Database) -> None:
    many(db, 45, "三年级")
    many(db, 50, "九年级")
    summed = rows_of(db, "class-size", period=TODAY, sheet=1)
    assert [row["是否达标"] for row in summed] == ["是", "是", "是"]


def test_the_limits_can_be_set(db: Database) -> None:
    many(db, 41, "三年级")
    db.settings = replace(db.settings, ledger_limits="primary_standard=35，primary_large=41")
    (row,) = rows_of(db, "class-size", period=TODAY)
    assert (row["是否标准班"], row["是否大班额"]) == ("否", "是")


@pytest.mark.parametrize(
    "said", ["primary=4", "visit=x", "visit=0", "visit=-1", "primary_standard=56", "visit=1000", "visit"]
)
def test_limits_that_cannot_be_meant_keep_the_house_from_starting(said: str) -> None:
    with pytest.raises(SettingsError, match="BAOXUE_LEDGER_LIMITS"):
        house.load({"LEDGER_LIMITS": said}, {})
    assert read_limits("") == LIMITS


@pytest.mark.parametrize(
    ("login", "sees"),
    [("bureau", 2), ("officer", 2), ("subsidies", 2), ("town", 1), ("principal", 1), ("teacher", 1), ("neighbour", 1),
     ("village", 0), ("administrator", 0), ("auditor", 0)],
)  # fmt: skip
def test_classes_are_seen_by_town_and_school(db: Database, login: str, sees: int) -> None:
    people: dict[str, Person] = staffed.everybody(db)
    people["teacher"] = teacher(db, classroom(db))
    school(db, OTHER, "湾沟小学", "220605103")
    many(db, 10, "一年级", of=OTHER)
    assert len(seen_by(db, people[login], "class-size", period=TODAY)) == sees


def test_classes_stand_by_school_grade_and_number(db: Database) -> None:
    for grade, name in (
        ("十年级", "1班"),
        ("三年级", "10班"),
        ("三年级", "2班"),
        ("一年级", "1班"),
        ("九年级", "1班"),
    ):
        many(db, 1, grade, name)
    rows = rows_of(db, "class-size", period=TODAY)
    assert [row["年级"] + row["班级"] for row in rows] == [
        "一年级1班",
        "三年级2班",
        "三年级10班",
        "九年级1班",
    ]
