"""`verify` names what is not as it must be of children's files, by ids alone."""

from collections.abc import Mapping

import pytest

from intake.children import stays
from intake.children.children import find_child
from intake.children.facts.fact import FactOrigin, facts_of
from intake.children.facts.noting import close_fact, confirm_fact, note_fact
from intake.house import verify
from intake.reports.whose import merging
from intake.store.db import Database
from tests.hands import staffed
from tests.hands.classroom import MORNING, classroom

PHONE = "13812345678"


@pytest.fixture
def two(db: Database) -> Mapping[str, str]:
    """Give two children with facts, one of them closed, and a path from class to class."""
    room, other = classroom(db), classroom(db, name="1班", names=("钱多",))
    one = room.children["王小明"]
    said = FactOrigin("report", "wechat:a", MORNING.date())
    note_fact(db, one, "guardian", {"guardian_name": "王大海", "relation": "51", "phone": PHONE}, said)
    old = note_fact(db, one, "residence", {"residence": "石人镇林子头村3号"}, said)
    note_fact(
        db,
        one,
        "residence",
        {"residence": "石人镇林子头村5号"},
        FactOrigin("staff", "staff:a", MORNING.date()),
    )
    assert old not in {fact.id for fact in facts_of(db, one)}
    (guardian,) = (fact for fact in facts_of(db, one) if fact.kind == "guardian")
    confirm_fact(db, guardian, "staff:a")
    note_fact(db, other.children["钱多"], "phone", {"phone": PHONE}, said)
    for fact in facts_of(db, other.children["钱多"]):
        close_fact(db, fact, "staff:a")
    child = find_child(db, one)
    assert child
    with db.write():
        stays.enter_class(db, child, stays.LISTED, "roster", "command", MORNING.date())
    return {"child": one, "other": other.children["钱多"], "room": other.id}


def test_what_was_noted_as_it_is_noted_is_sound(db: Database, two: Mapping[str, str]) -> None:
    assert verify.faults(db) == []


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("UPDATE child_facts SET closed_at = '2026' WHERE kind = 'guardian'", "已经不算数"),
        ("DELETE FROM child_keys WHERE sort = 'phone_end'", "查找用的键与内容不符"),
        ("UPDATE child_keys SET child = :other", "已经不算数"),
        ("UPDATE child_facts SET kind = 'income' WHERE kind = 'guardian'", "类别或来源不认识"),
        ("UPDATE child_facts SET source = 'rumour' WHERE kind = 'guardian'", "类别或来源不认识"),
        ("UPDATE children SET class = :room WHERE id = :child", "现在的班不符"),
        ("UPDATE children SET class = NULL WHERE id = :child", "现在的班不符"),
        ("INSERT INTO stays SELECT 'x', child, class, school, grade, class_name, from_day, to_day, came, went, source, actor, at"
         " FROM stays", "同时在两个班"),
        ("UPDATE stays SET from_day = '2026-09-01', to_day = '2026-01-01'", "先离开后到"),
        ("UPDATE children SET merged = :other WHERE id = :child", "还在班里"),
        ("UPDATE children SET merged = :other, class = NULL WHERE id = :child", "还有知道的情况"),
        ("UPDATE children SET merged = id, class = NULL WHERE id = :other", "并入的那份档案不对"),
        ("UPDATE children SET merged = 'nobody', class = NULL WHERE id = :other", "并入的那份档案不对"),
        ("INSERT INTO child_matches (id, report, child, other, score, reasons, state, at, version)"
         " VALUES ('m', 'r', 'nobody', '', 80, '[]', 'open', '2026', 1)", "nobody 不见了"),
        ("INSERT INTO listed (id, listing, mark, child, cells, town, school, village, batch, at)"
         " VALUES ('l', 'huji', 'm', 'nobody', '', '', '', '', 'b', '2026')", "nobody 不见了"),
    ],
)  # fmt: skip
def test_what_is_kept_otherwise_is_named(db: Database, two: Mapping[str, str], sql: str, fault: str) -> None:
    names = [key for key in ("other", "room", "child") if f":{key}" in sql]
    ordered = sorted(names, key=lambda key: sql.index(f":{key}"))
    for key in names:
        sql = sql.replace(f":{key}", "?")
    with db.write():
        db.run(sql, [two[key] for key in ordered])
    found = verify.faults(db)
    assert any(fault in one for one in found), found
    assert not any("王" in one or PHONE in one for one in found)


def test_files_that_became_one_and_were_parted_again_are_sound(db: Database, two: Mapping[str, str]) -> None:
    bureau = staffed.one(db, "bureau")
    kept, gone = find_child(db, two["child"]), find_child(db, two["other"])
    assert kept
    assert gone
    merge = merging.merge_children(db, kept, gone, bureau)
    assert verify.faults(db) == []
    merging.undo_merge(db, merge, bureau)
    assert verify.faults(db) == []
