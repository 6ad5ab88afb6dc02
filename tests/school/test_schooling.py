"""就学状态 over years of lists: who is lost between two schools, or lost again after it was back, is no child explained."""

from datetime import date, datetime, time, timedelta

import pytest

from intake.calendar import clock, schooldays
from intake.children.children import children_of_name
from intake.children.facts.fact import FactOrigin, facts_of
from intake.children.facts.noting import note_fact
from intake.children.facts.sources import STAFF
from intake.importing import roster
from intake.importing.outcome import Options
from intake.school import schooling
from intake.school.differences.comparing import compare_all
from intake.school.differences.difference import HUJI, MISMATCH, XUEJI
from intake.school.schooling import schoolings_of
from intake.store.db import Database
from tests.hands.classroom import at, school
from tests.hands.lists import number, sheet
from tests.hands.registers import HOUSEHOLDS, MIDDLE, MIDDLE_NAME, pupil, rows_of, take

HEAD = ("学校名称", "年级", "班级", "姓名", "身份证号")
PRIMARY = "石人镇中心小学"
BORN = "20140301"
LOST, NEXT = number(BORN, 1), number("20150301", 1)
AUTUMN = date(2026, 9, 7)


@pytest.fixture(autouse=True)
def _schools(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    _on(monkeypatch, AUTUMN - timedelta(days=365))
    school(db)
    school(db, MIDDLE, MIDDLE_NAME, stage="初中")


def _on(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    at(monkeypatch, datetime.combine(day, time(9), clock.CHINA))


def _rolls(db: Database, *rows: tuple[str, str, str, str]) -> None:
    """Let a roster come: school, class, name, number; who is listed no longer leaves."""
    listed = [(where, title[:3], title[3:], name, own) for where, title, name, own in rows]
    done = roster.take(db, sheet(HEAD, *listed), Options(leave=True))
    assert done.written, done.faults


def _state(db: Database, name: str) -> str:
    (child,) = children_of_name(db, name)
    return schoolings_of(db, [child])[child.id].state


def _problems(db: Database, sheet_key: str, name: str) -> list[str]:
    (child,) = children_of_name(db, name)
    sql = "SELECT problem FROM differences WHERE sheet = ? AND child = ? AND closed_at IS NULL"
    return [row["problem"] for row in db.all(sql, (sheet_key, child.id))]


def _finishes_primary(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let 孙远 finish 六年级 while 七年级 begins without it."""
    _rolls(db, (PRIMARY, "六年级1班", "孙远", LOST), (PRIMARY, "五年级1班", "钱程", NEXT))
    _rolls(db, (MIDDLE_NAME, "八年级1班", "周全", number("20130301", 1)))
    _on(monkeypatch, AUTUMN)
    _rolls(db, (PRIMARY, "六年级1班", "钱程", NEXT))


def test_who_finished_primary_school_and_came_to_no_other_is_asked_for_after_ten_school_days(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _finishes_primary(db, monkeypatch)
    home = {"姓名": "孙远", "性别": "男", "出生日期": BORN, "身份证号": LOST, "户籍地址": "石人镇林子头村1号"}
    take(db, "huji", rows_of([{**home, "村（社区）": "石人镇林子头村"}], HOUSEHOLDS))
    take(
        db, "xueji", rows_of([pupil("周全", "20130301", 1, 学校名称=MIDDLE_NAME, 年级="八年级", 班级="1班")])
    )
    last = AUTUMN
    while schooldays.between("", AUTUMN, last) < schooling.WAITED:
        last += timedelta(days=1)
    _on(monkeypatch, last)
    compare_all(db)
    assert (_state(db, "孙远"), _problems(db, HUJI, "孙远")) == ("毕业", [])
    _on(monkeypatch, schooldays.next_day("", last))
    compare_all(db)
    assert (_state(db, "孙远"), _problems(db, HUJI, "孙远")) == ("不明", ["适龄失学"])


def test_who_is_registered_at_the_next_school_and_sits_nowhere_is_missed_at_once(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _finishes_primary(db, monkeypatch)
    take(db, "xueji", rows_of([pupil("孙远", BORN, 1, 学校名称=MIDDLE_NAME, 年级="七年级", 班级="1班")]))
    compare_all(db)
    assert (_problems(db, XUEJI, "孙远"), _problems(db, MISMATCH, "孙远")) == (["疑似辍学"], [])


def test_who_left_middle_school_has_not_finished_school_because_it_finished_the_first(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _finishes_primary(db, monkeypatch)
    _rolls(
        db,
        (MIDDLE_NAME, "七年级1班", "孙远", LOST),
        (MIDDLE_NAME, "七年级1班", "吴忧", number("20140302", 2)),
    )
    assert _state(db, "孙远") == "在读"
    _rolls(db, (MIDDLE_NAME, "七年级1班", "吴忧", number("20140302", 2)))
    assert _state(db, "孙远") == "不明"


def test_a_child_that_was_back_in_a_class_is_not_explained_by_what_was_said_before(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _rolls(db, (PRIMARY, "五年级1班", "钱程", NEXT), (PRIMARY, "五年级1班", "孙远", LOST))
    _rolls(db, (PRIMARY, "五年级1班", "钱程", NEXT))
    said = FactOrigin(STAFF, "staff:x", AUTUMN - timedelta(days=300), confirmed_by="staff:x")
    (child,) = children_of_name(db, "孙远")
    note_fact(db, child.id, "schooling", {"schooling": "外地就读"}, said)
    assert _state(db, "孙远") == "外地就读"
    _on(monkeypatch, AUTUMN)
    _rolls(db, (PRIMARY, "六年级1班", "钱程", NEXT), (PRIMARY, "六年级1班", "孙远", LOST))
    assert _state(db, "孙远") == "在读"
    _on(monkeypatch, AUTUMN + timedelta(days=30))
    _rolls(db, (PRIMARY, "六年级1班", "钱程", NEXT))
    assert _state(db, "孙远") == "不明"
    again = FactOrigin(STAFF, "staff:x", AUTUMN + timedelta(days=30), confirmed_by="staff:x")
    note_fact(db, child.id, "schooling", {"schooling": "外地就读"}, again)
    assert _state(db, "孙远") == "外地就读", "said again it counts from that day"


@pytest.mark.parametrize(("grade", "told"), [("六年级", []), ("九年级", ["毕业"])])
def test_a_register_that_has_a_primary_pupil_as_finished_does_not_say_that_school_is_over(
    db: Database, grade: str, told: list[str]
) -> None:
    take(db, "xueji", rows_of([pupil("孙远", BORN, 1, 年级=grade, 学籍状态="毕业")], (*HEAD[:3], "姓名", "性别",
         "身份证件号", "学籍号", "学籍状态")))  # fmt: skip
    (child,) = children_of_name(db, "孙远")
    assert [one.get("schooling") for one in facts_of(db, child.id) if one.kind == "schooling"] == told
