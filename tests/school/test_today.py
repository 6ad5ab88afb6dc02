"""The school today: numbers by class that lead to their rows, silence that is not zero, children missing for days."""

import random
import re
from datetime import date, timedelta
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from intake.calendar import schooldays
from intake.children.facts.fact import FactOrigin
from intake.children.facts.noting import note_fact
from intake.ledgers.pupils.villages import villages_today
from intake.people import devices
from intake.people.scope import Scope
from intake.school import roll, streaks, today
from intake.school.streaks import UNEXPLAINED, Missed
from intake.store.db import Database
from intake.store.ids import new_id
from intake.web import phones
from tests.hands import classroom, staffed
from tests.hands.classroom import MANY, MORNING, OTHER_TOWN, SCHOOL, TOWN, VILLAGE, Classroom
from tests.hands.desk import look, signed_in
from tests.hands.page import Page
from tests.hands.watching import plan, statements

DISTRICT = Scope("220605")
DAY = MORNING.date()


@pytest.fixture
def rooms(db: Database, monkeypatch: pytest.MonkeyPatch) -> tuple[Classroom, Classroom]:
    """Give two classes on a Monday morning: of the first two are missing and one is ill, the second says nothing."""
    classroom.at(monkeypatch, MORNING)
    spoke = classroom.classroom(db, names=MANY[:10])
    silent = classroom.classroom(db, name="1班", names=("钱多", "孙行", "周立"))
    first, second, ill = list(spoke.children.values())[:3]
    absent = {first: UNEXPLAINED, second: UNEXPLAINED, ill: roll.SICK}
    roll.mark(db, spoke.id, DAY, absent, classroom.teacher(db, spoke))
    return spoke, silent


def desk(app: Flask, db: Database, login: str) -> FlaskClient:
    staffed.everybody(db)
    return signed_in(app, login)


def number_of(page: Page) -> int:
    """Give the number in the heading of a list."""
    found = re.search(r"<h1>[^<]+：(\d+) ", page.html)
    assert found
    return int(found[1])


def missed_days(db: Database, room: Classroom, child: str, days: int, upto: date = DAY) -> None:
    """Let a child be missing on so many school days one after the other."""
    day = upto
    for _ in range(days):
        with db.write():
            db.run("INSERT INTO roll (class, day, marked_at, marked_by, present, absent) VALUES (?, ?, '', '', 9, 1)"
                   " ON CONFLICT (class, day) DO NOTHING", (room.id, day.isoformat()))  # fmt: skip
            db.run("INSERT INTO roll_marks (class, day, child, reason, report) VALUES (?, ?, ?, ?, '')"
                   " ON CONFLICT (class, day, child) DO NOTHING", (room.id, day.isoformat(), child, UNEXPLAINED))  # fmt: skip
        day = schooldays.before(db.settings.terms, day)


def test_a_class_that_said_nothing_has_no_numbers(db: Database, rooms: tuple[Classroom, Classroom]) -> None:
    said = {one.class_id: one for one in today.classes_today(db, DISTRICT, DAY)}
    spoke, silent = said[rooms[0].id], said[rooms[1].id]
    assert (spoke.listed, spoke.present, spoke.leave, spoke.missing, spoke.said) == (10, 7, 1, 2, True)
    assert (silent.listed, silent.said) == (3, False)
    sums = today.school_sum(said.values())
    assert (sums.listed, sums.present, sums.leave, sums.missing, sums.silent, sums.classes) == (
        13,
        7,
        1,
        2,
        1,
        2,
    )
    assert not today.classes_today(db, Scope(OTHER_TOWN), DAY)
    assert not today.school_sum([silent]).said


@pytest.mark.parametrize("login", ["bureau", "town", "principal", "approver"])
def test_each_number_leads_to_exactly_its_rows(
    app: Flask, db: Database, rooms: tuple[Classroom, Classroom], login: str
) -> None:
    client = desk(app, db, login)
    page = look(client, "/desk/today")
    doors = re.findall(r'href="(/desk/today\?[^"]*show=[^"]+)"[^>]*>(?:<b>)?(\d+)', page.html)
    assert {(re.sub(".*show=([a-z]+).*", r"\1", href), number) for href, number in doors} >= {
        ("missing", "2"), ("leave", "1"), ("silent", "1"), ("three", "0"), ("seven", "0"),
    }  # fmt: skip
    for href, number in doors:
        listed = look(client, href.replace("&amp;", "&"))
        assert number_of(listed) == int(number), href
        names = re.findall(r'href="/desk/children/([^"]+)"', listed.html)
        assert "show=silent" in href or len(names) == int(number)
    assert not re.search("|".join(MANY), page.html)


def test_the_first_page_has_the_school_today(
    app: Flask, db: Database, rooms: tuple[Classroom, Classroom]
) -> None:
    page = look(desk(app, db, "principal"), "/desk/")
    rows = re.findall(r"<tr><th scope=\"row\"><a[^>]*>三\((\d)\)班</a></th>(.*?)</tr>", page.html)
    cells = {name: re.findall(r"<td[^>]*>(?:<a[^>]*>)?([^<]+)", row) for name, row in rows}
    assert cells == {"1": ["3", "未上报", "未上报", "未上报", "1"], "2": ["10", "7", "1", "2", "0"]}


def test_a_class_shows_every_child_and_what_was_said_of_it(
    app: Flask, db: Database, rooms: tuple[Classroom, Classroom]
) -> None:
    client = desk(app, db, "principal")
    page = look(client, f"/desk/today?class={rooms[0].id}")
    marks = re.findall(r"<th scope=\"row\"><a[^>]*>[^<]+</a></th><td>([^<]+)</td>", page.html)
    assert sorted(marks) == sorted(["到"] * 7 + ["没来"] * 2 + ["病假"])
    assert "全班 10 人" in page.words
    assert not re.search("|".join(MANY[:10]), page.html)
    assert "未上报" in look(client, f"/desk/today?class={rooms[1].id}").words


@pytest.mark.parametrize("show", ["", "&show=missing", "&show=silent", "&show=seven"])
def test_another_towns_school_is_not_there(
    app: Flask, db: Database, rooms: tuple[Classroom, Classroom], show: str
) -> None:
    client = desk(app, db, "neighbour")
    for asked in (f"class={rooms[0].id}", f"school={SCHOOL}", f"town={TOWN}", "class=none", "school=none"):
        assert client.get(f"/desk/today?{asked}{show}").status_code == 404, asked
    assert "三(2)班" not in look(client, "/desk/today").words


def test_missing_for_three_and_seven_days_with_the_case(
    app: Flask, db: Database, rooms: tuple[Classroom, Classroom]
) -> None:
    long, short, ill = list(rooms[0].children.values())[:3]
    missed_days(db, rooms[0], long, 9)
    missed_days(db, rooms[0], short, 3)
    missed_days(db, rooms[0], ill, 5)  # on leave today: nobody is looked for who is ill
    found = today.absent_running(db, Scope(TOWN, SCHOOL), DAY)
    assert [(one.child, one.days) for one in found] == [(long, 9), (short, 3)]
    page = look(desk(app, db, "principal"), "/desk/today?show=three")
    assert number_of(page) == 2
    assert "第 9 个上课日" in page.words
    (case,) = {str(row["state"]) for row in db.all("SELECT state FROM cases WHERE child = ?", (long,))}
    assert case in page.words
    assert number_of(look(signed_in(app, "principal"), "/desk/today?show=seven")) == 1


def test_days_are_counted_as_reports_count_them(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    classroom.at(monkeypatch, MORNING)
    dice, terms = random.Random(45), db.settings.terms
    rooms = [classroom.classroom(db, name=f"{n}班", names=MANY[:6]) for n in range(1, 9)]
    for room in rooms:
        for back in range(40):
            day = DAY - timedelta(days=back)
            if not schooldays.is_school_day(terms, day) or dice.random() < 0.3:
                continue
            with db.write():
                db.run("INSERT INTO roll (class, day, marked_at, marked_by, present, absent) VALUES (?, ?, '', '', 0, 0)",
                       (room.id, day.isoformat()))  # fmt: skip
                for child in room.children.values():
                    if dice.random() < 0.75:
                        why = UNEXPLAINED if dice.random() < 0.8 else roll.LEAVE
                        db.run("INSERT INTO roll_marks (class, day, child, reason, report) VALUES (?, ?, ?, ?, '')",
                               (room.id, day.isoformat(), child, why))  # fmt: skip
    expected = {}
    for row in db.all(
        "SELECT m.* FROM roll_marks m WHERE m.reason = ? AND m.day = (SELECT max(r.day) FROM roll r WHERE r.class = m.class)",
        (UNEXPLAINED,),
    ):
        day = date.fromisoformat(row["day"])
        seen = streaks.last_seen(db, Missed(row["class"], day, row["child"]))
        if schooldays.between(terms, day, DAY) <= streaks.GAP and schooldays.between(terms, seen, day) >= 3:
            expected[row["child"]] = (schooldays.between(terms, seen, day), seen.isoformat())
    found = {one.child: (one.days, one.last_seen) for one in today.absent_running(db, DISTRICT, DAY)}
    assert len(expected) > 10
    assert found == expected


def test_a_class_silent_for_long_counts_nobody(db: Database, rooms: tuple[Classroom, Classroom]) -> None:
    child = next(iter(rooms[1].children.values()))
    day = DAY
    for _ in range(streaks.GAP + 1):
        day = schooldays.before(db.settings.terms, day)
    missed_days(db, rooms[1], child, 4, day)
    assert not today.absent_running(db, DISTRICT, DAY)


def test_a_child_of_a_class_that_has_left_is_not_listed(
    db: Database, rooms: tuple[Classroom, Classroom]
) -> None:
    long = next(iter(rooms[0].children.values()))
    missed_days(db, rooms[0], long, 9)
    with db.write():
        db.run("UPDATE children SET class = ? WHERE id = ?", (rooms[1].id, long))
    assert long not in {one.child for one in today.absent_running(db, DISTRICT, DAY)}


@pytest.mark.parametrize("scope", [DISTRICT, Scope(TOWN), Scope(TOWN, SCHOOL)])
def test_no_year_of_rolls_is_read_for_a_day(
    db: Database, rooms: tuple[Classroom, Classroom], scope: Scope
) -> None:
    missed_days(db, rooms[0], next(iter(rooms[0].children.values())), 5)
    with statements(db) as heard:
        today.classes_today(db, scope, DAY)
        assert today.absent_running(db, scope, DAY)
        assert today.absent_today(db, scope, DAY)
    assert len(heard) == 4
    for sql in heard:
        assert not re.search(r"SCAN (m|c|r|roll|roll_marks|children)\b", plan(db, sql)), sql


def test_a_town_sees_by_village_where_its_children_are(
    app: Flask, db: Database, rooms: tuple[Classroom, Classroom]
) -> None:
    ids = [*rooms[0].children.values(), *rooms[1].children.values()]
    said = FactOrigin("staff", "staff:a", DAY)
    for child, word in zip(ids, ("外地就读", "未入学", "延缓入学", "送教上门", "不明", "死亡"), strict=False):
        note_fact(db, child, "schooling", {"schooling": word}, said)
    nobody = new_id()
    with db.write():
        db.run("UPDATE children SET class = NULL WHERE id = ?", (ids[-1],))
        db.run("UPDATE children SET village = ? WHERE id = ?", ("220605105201", ids[-2]))
        db.run("INSERT INTO children (id, child_name, birth_date, town, village, demo) VALUES (?, '早产', '2024-01-01', ?, ?, 0)",
               (nobody, TOWN, VILLAGE))  # fmt: skip
    client = desk(app, db, "town")
    page = look(client, f"/desk/today?town={TOWN}")
    doors = dict(
        re.findall(r'href="/desk/today\?where=([^&"]+)[^"]*village=220605105200[^"]*">(\d+)', page.html)
    )
    assert {unquote(key): int(n) for key, n in doors.items()} == {
        "在读": 6,
        "外地就读": 1,
        "未入学": 2,
        "不明": 2,
    }
    for group, number in doors.items():
        listed = look(client, f"/desk/today?where={group}&village={VILLAGE}")
        assert number_of(listed) == int(number) == len(set(re.findall('/desk/children/([^"]+)', listed.html)))
        assert nobody not in listed.html
    assert "没有报过的村" in page.words
    assert "林子头村" in page.words.split("没有报过的村")[1]
    assert client.get(f"/desk/today?where=不明&village={OTHER_TOWN}200").status_code == 404


def test_a_village_whose_register_came_has_said_something(
    app: Flask, db: Database, rooms: tuple[Classroom, Classroom]
) -> None:
    with db.write():
        db.run("INSERT INTO list_batches (id, listing, extent, rows, actor, at) VALUES ('b', 'huji', ?, 0, 'a', ?)",
               (VILLAGE, "2026-11-01T00:00:00.000Z"))  # fmt: skip
    silent = {one.code: one.silent for one in villages_today(db, Scope(TOWN))}
    assert (silent[VILLAGE], silent["220605105201"]) == (False, True)
    assert sum(one.number for one in villages_today(db, Scope(TOWN))) == 13
    assert sum(one.number for one in villages_today(db, Scope(OTHER_TOWN))) == 0
    page = look(desk(app, db, "bureau"), "/desk/today?homes=1")
    assert re.search(
        r"石人镇</a></th>(<td[^>]*>(<a[^>]*>)?13(</a>)?</td>)", page.html.partition("学龄儿童在哪里")[2]
    )


def test_a_town_of_silent_villages_alone_is_not_zero(
    app: Flask, db: Database, rooms: tuple[Classroom, Classroom]
) -> None:
    client = desk(app, db, "bureau")
    for path, name in (("/desk/today?homes=1", "湾沟镇"), (f"/desk/today?town={OTHER_TOWN}", "合计")):
        homes = look(client, path).html.partition('aria-label="学龄儿童在哪里"')[2]
        row = re.search(rf'<th scope="row">(?:<a[^>]*>)?{name}(?:</a>)?</th>(.*?)</tr>', homes, re.DOTALL)
        assert row
        assert re.findall(r"<td[^>]*>(?:<a[^>]*>)?([^<]+)", row[1])[:4] == ["未上报"] * 4


def test_a_principal_sees_the_school_on_a_phone_and_a_teacher_does_not(
    app: Flask, db: Database, rooms: tuple[Classroom, Classroom]
) -> None:
    long = next(iter(rooms[0].children.values()))
    missed_days(db, rooms[0], long, 9)
    people = staffed.everybody(db)
    teacher = classroom.teacher(db, rooms[0], rooms[1], login="13812340009")
    (number,) = {str(row["number"]) for row in db.all("SELECT number FROM cases WHERE child = ?", (long,))}
    for person, sees in ((people["principal"], True), (teacher, False)):
        client, token = app.test_client(), devices.new_token()
        devices.add_device(db, person, token, "Android", devices.PHONE)
        client.set_cookie(phones.COOKIE, token)
        page = Page(client.get("/forms/roll"))
        assert page.status == 200
        assert ("应到 13 人" in page.words, "第 9 个上课日" in page.words) == (sees, sees)
        assert (f"/forms/cases/{number}" in page.html) == sees
        assert not re.search("|".join(MANY[:10]), page.html)
