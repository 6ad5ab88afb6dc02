"""Measure a comparison of the lists: `python -m tests.bench.differences [children]`; no test is decided by it."""

import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import cast

import wsgi
from intake.ledgers import Period, View, ledger
from intake.people.scope import Scope
from intake.school.differences.comparing import compare
from intake.school.differences.difference import SHEETS
from intake.store.db import Database
from intake.store.ids import new_id
from intake.store.keys import make_keys
from tests.hands import classroom

DISTRICT, TOWN, VILLAGE, SCHOOLS = "220605", "220605105", "220605105200", 19
EACH = 1_000


def filled(db: Database, number: int) -> None:
    """Enter children, of whom each twentieth is on no roll and each thirtieth in no 学籍, with a row on both lists."""
    classes = {f"22060500{n:02d}": new_id() for n in range(SCHOOLS)}
    for n, code in enumerate(classes):
        classroom.school(db, code, f"第{n}小学", TOWN)
    with db.write():
        for code in classes:
            db.run(
                "INSERT INTO classes (id, school, grade, class_name, demo) VALUES (?, ?, '三年级', '1班', 0)",
                (classes[code], code),
            )
        for listing in ("xueji", "huji"):
            db.run(
                "INSERT INTO list_batches (id, listing, extent, rows, actor, at) VALUES (?, ?, ?, ?, 'bench', '2026-11-01')",
                (new_id(), listing, DISTRICT, number),
            )
    for first in range(0, number, EACH):
        with db.write():
            for n in range(first, min(first + EACH, number)):
                _child(db, n, list(classes.items())[n % SCHOOLS])


def _child(db: Database, n: int, where: tuple[str, str]) -> None:
    one, (school, class_id) = new_id(), where
    born, sex = f"20{14 + n % 5}-0{1 + n % 9}-{1 + n % 28:02d}", "男" if n % 2 else "女"
    db.run(
        "INSERT INTO children (id, child_name, sex, birth_date, class, town, village, demo) VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
        (one, f"王{n}", sex, born, class_id if n % 20 else None, TOWN, VILLAGE),
    )
    cells = {
        "child_name": f"王{n}",
        "sex": sex,
        "birth_date": born,
        "grade": "三年级",
        "pupil_number": f"L{n:018d}",
    }
    for listing in ("xueji", "huji") if n % 30 else ("huji",):
        row = new_id()
        db.run(
            "INSERT INTO listed (id, listing, mark, child, cells, town, school, village, batch, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'b', '2026-11-01')",
            (row, listing, f"{listing}{n}", one, db.keys.lock(json.dumps(cells), "listed.cells", row), TOWN,
             school if listing == "xueji" else "", VILLAGE),
        )  # fmt: skip


def main(number: int = 20_000) -> None:
    """Fill a house, and print what each comparison and each sheet takes, the second time too."""
    with tempfile.TemporaryDirectory() as folder:
        make_keys(Path(folder) / "keys")
        app = wsgi.create_app({"DATA": folder, "MODE": "demo", "RATE_LIMIT": "off", "TODAY": "2026-11-23"})
        db = cast(Database, app.extensions["baoxue.db"])
        filled(db, number)
        for time_ in ("first", "again"):
            for sheet in SHEETS:
                begun = time.process_time()
                done = compare(db, sheet)
                print(f"{time_:6} {sheet:14} {time.process_time() - begun:6.2f} s of a core  {done}")
        view = View(Scope(DISTRICT, restricted=True), Period(db.today(), db.today()))
        for key in (*SHEETS, "eligible"):
            begun = time.process_time()
            rows = sum(1 for _ in ledger(db, key).rows(db, view))
            print(f"rows   {key:14} {time.process_time() - begun:6.2f} s of a core  {rows}")
        print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
        db.close()


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:]))
