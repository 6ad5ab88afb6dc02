"""`baoxue match`: a line in, a line out, in the same order; nothing is written."""

import json
from datetime import date
from pathlib import Path

from intake.children import children
from intake.children.facts import noting
from intake.children.facts.fact import FactOrigin
from intake.store.db import Database
from tests.hands.classroom import SCHOOL_NAME, classroom
from tests.hands.command import baoxue
from tests.hands.samples import citizen_id

ROLL = FactOrigin("roster", "command", date(2026, 9, 1), "list")
NUMBER = citizen_id(date(2017, 3, 1), "女")


def test_a_line_each_and_nothing_is_written(db: Database, tmp_path: Path) -> None:
    room = classroom(db)
    ming = room.children["王小明"]
    with db.write():
        db.run(
            "UPDATE children SET id_number_hash = ?, initials = 'wxm' WHERE id = ?",
            (children.number_hash(db, NUMBER), ming),
        )
    noting.note_fact(db, ming, "guardian", {"guardian_name": "王强", "phone": "13800000001"}, ROLL)
    lines = [
        json.dumps({"id_number": NUMBER}),
        json.dumps({"child_name": "王小明", "phone": "138 0000 0001"}, ensure_ascii=False),
        "{not json",
        json.dumps(
            {"name": "王晓明", "school": SCHOOL_NAME, "grade": "三年级", "class_name": "2班"},
            ensure_ascii=False,
        ),
        "",
        json.dumps(["王小明"], ensure_ascii=False),
        json.dumps({"town": "石人镇"}, ensure_ascii=False),
        json.dumps({"name": "欧阳无名"}, ensure_ascii=False),
        json.dumps(
            {"name": "王小明", "birth_date": True, "phone": None, "more": {"x": 1}}, ensure_ascii=False
        ),
    ]
    file = tmp_path / "lines.jsonl"
    file.write_text("\ufeff" + "\n".join(lines), "utf-8")
    before = {
        one: db.all(f"SELECT count(*) AS n FROM {one}")[0]["n"]
        for one in ("audit", "child_matches", "child_queue", "looks")
    }
    done = baoxue(db.settings.data, "match", str(file))
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(one["child"], one["certain"]) for one in found[:2]] == [(ming, True), (ming, True)]
    assert ["error" in one for one in found] == [False, False, True, False, True, True, False, False]
    assert all(set(one) - {"error"} == {"child", "candidates", "certain"} for one in found)
    best = found[3]["candidates"][0]
    assert (found[3]["child"], found[3]["certain"], best[0]) == (None, False, ming)
    assert 0 < best[1] <= 100
    assert {"名字同音", "同班"} <= set(best[2].split("、"))
    assert found[6] == {"child": None, "candidates": [], "certain": False}
    assert found[7]["candidates"][0][0] == ming
    assert before == {one: db.all(f"SELECT count(*) AS n FROM {one}")[0]["n"] for one in before}


def test_a_file_that_is_not_there_is_one_line(db: Database) -> None:
    done = baoxue(db.settings.data, "match", "nowhere.jsonl")
    assert done.returncode == 2
    assert done.stdout == ""
