"""Measure the search for children and a child's file: `python -m tests.bench.children [children]`.

What a page takes is printed for whoever changes a query; no test is decided by it. That none reads a whole table is in the
tests (tests/children/test_finding.py, tests/exports/test_child_file.py).
"""

import random
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import cast

import wsgi
from intake.children.facts import noting
from intake.children.facts.fact import FactOrigin
from intake.language import sounds
from intake.people import accounts, sought
from intake.people.accounts import Person
from intake.places.places import divisions
from intake.store.db import Cell, Database
from intake.store.ids import new_id
from intake.store.keys import make_keys
from tests.hands import classroom
from tests.hands.casework import report
from tests.hands.desk import PASSWORD, sign_in
from tests.hands.watching import statements

FAMILY, GIVEN = (
    "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗",
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红梅雪玲桐雨浩宇轩",
)
TIMES = 7
SEARCHES = ("王", "王伟", "王伟芳", "wwf", "w", "8888", "13812348888", "阿依古丽买买提", "220605201703080079")


def many_children(db: Database, number: int, classes: int = 40) -> str:
    """Write so many children of a district, every fifth in no class; give the id of one of whom much is known."""
    made = random.Random(0)
    towns = [one.code for one in divisions() if one.level == "town"]
    schools = [(f"S{n:03}", f"第{n}小学", made.choice(towns)) for n in range(max(number // 1_500, 1))]
    rooms = [
        (new_id(), code, f"{grade}年级", f"{n}班")
        for code, _, _ in schools
        for grade in "一二三四五六"
        for n in range(1, classes // 6)
    ]
    rows: list[list[Cell]] = []
    for _ in range(number):
        name = made.choice(FAMILY) + "".join(made.choices(GIVEN, k=made.choice((1, 2, 2))))
        room = made.choice(rooms)[0] if made.random() < 0.8 else None
        rows.append([new_id(), name, made.choice("男女"), f"2016-0{made.randint(1, 9)}-1{made.randint(0, 9)}", room,
                     made.choice(towns), sounds.initials(name), 0])  # fmt: skip
    for school in schools:
        classroom.school(db, *school)
    with db.write():
        for one in rooms:
            db.run("INSERT INTO classes (id, school, grade, class_name, demo) VALUES (?, ?, ?, ?, 0)", one)
        for row in rows:
            db.run(
                "INSERT INTO children (id, child_name, sex, birth_date, class, town, initials, demo)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
    db.engine.tidy()
    return str(next(row[0] for row in rows if row[4]))


def know_much(db: Database, child: str) -> None:
    """Let much be known of a child: as many facts, cases and marks as after nine years."""
    for year in range(2018, 2027):
        origin = FactOrigin("xueji", "command", date(year, 9, 1), "list")
        noting.note_fact(db, child, "residence", {"residence": f"石人镇后堡子村{year}号"}, origin)
        noting.note_fact(
            db,
            child,
            "guardian",
            {"guardian_name": "徐桂兰", "relation": "祖母", "phone": "13812348888"},
            origin,
        )
        noting.note_fact(
            db, child, "aid", {"program": "营养餐", "semester": f"{year}秋", "amount_due": 500}, origin
        )
        noting.note_fact(db, child, "visit", {"day": f"{year}-10-01", "visitors": "李老师"}, origin)
        noting.note_fact(
            db, child, "father", {"away": "是", "since": f"{year}-02", "place": "大连市"}, origin
        )
    for kind in ("absence", "subsidy", "boarding", "safety"):
        report(db, child, kind, channel="api", school="")


def many_matches(db: Database, number: int = 5_000) -> None:
    """Let so many pairs of children wait for somebody who says whether they are one."""
    children = [
        str(row["id"]) for row in db.all("SELECT id FROM children ORDER BY id LIMIT ?", (2 * number,))
    ]
    with db.write():
        for n, (one, other) in enumerate(zip(children[::2], children[1::2], strict=False)):
            db.run(
                "INSERT INTO child_matches (id, report, child, other, score, reasons, state, at, version)"
                " VALUES (?, '', ?, ?, ?, '[\"name\"]', 'open', '2026-11-01', 1)",
                (new_id(), one, other, 50 + n % 50),
            )


def main(number: int = 100_000) -> None:
    """Fill a house, and print for each page the milliseconds of its own work and its statements."""
    with tempfile.TemporaryDirectory() as folder:
        make_keys(Path(folder) / "keys")
        app = wsgi.create_app({"DATA": folder, "MODE": "demo", "RATE_LIMIT": "off"})
        db = cast(Database, app.extensions["baoxue.db"])
        child, people = many_children(db, number), dict[str, Person]()
        know_much(db, child)
        many_matches(db)
        town = str(db.all("SELECT town FROM schools WHERE code = 'S003'")[0]["town"])
        for login, role, area, school in (
            ("many", "bureau", "220605", ""), ("town", "town", "220605105", ""), ("head", "principal", town, "S003"),
        ):  # fmt: skip
            made = accounts.add_person(
                db, name=login, login=login, password=PASSWORD, role=role, area=area, school=school
            )
            people[login] = cast(Person, accounts.person_by_id(db, made))
        for login, person in people.items():
            client = app.test_client()
            sign_in(client, login)
            paths = {
                f"q={said}": f"/desk/children?q={sought.closed_words(db, person, said)}" for said in SEARCHES
            }
            paths |= {"home": "/desk/", "matches": "/desk/matches"}
            paths |= {one: f"/desk/children?{one}" for one in ("town=220605105", "school=S003", "free=1", "")}
            paths |= (
                {"file": f"/desk/children/{child}", "card": f"/desk/children/{child}/card"}
                if login == "many"
                else {}
            )
            for words, path in paths.items():
                client.get(path)
                taken = []
                for _ in range(TIMES):
                    begun = time.process_time()
                    assert client.get(path).status_code == 200
                    taken.append((time.process_time() - begun) * 1000)
                with statements(db) as heard:
                    client.get(path)
                print(f"{login:6} {words:26} {sorted(taken)[TIMES // 2]:6.0f} ms  {len(heard):2} statements")
        db.close()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
