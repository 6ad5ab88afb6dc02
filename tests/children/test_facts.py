"""Facts of a child: what comes later closes what was, what weighs more stays, and nothing is overwritten."""

from datetime import date

import pytest

from intake.children import child_keys
from intake.children.facts import noting
from intake.children.facts.fact import FactOrigin, believed, contradicting, facts_of
from intake.errors import Stale
from intake.store.db import Database
from tests.hands.classroom import classroom

FATHER = {"away": "是", "since": "2024-03", "place": "辽宁省大连市"}
REPORTED = FactOrigin("report", "wechat:a", date(2026, 11, 12), "wechat")
LISTED = FactOrigin("xueji", "command", date(2026, 9, 1), "list")
SEEN = FactOrigin("visit", "staff:1", date(2026, 11, 13), "desk", confirmed_by="staff:1")


@pytest.fixture
def pupil(db: Database) -> str:
    return classroom(db).children["王小明"]


def test_the_same_again_is_one_fact(db: Database, pupil: str) -> None:
    first = noting.note_fact(db, pupil, "father", FATHER, REPORTED)
    later = FactOrigin("report", "wechat:a", date(2026, 11, 20), "wechat")
    assert noting.note_fact(db, pupil, "father", {**FATHER, "name": ""}, later) == first
    (fact,) = facts_of(db, pupil)
    assert (fact.value, fact.said_on, fact.again_on) == (FATHER, "2026-11-12", "2026-11-20")


def test_what_comes_later_closes_what_was_and_keeps_it(db: Database, pupil: str) -> None:
    noting.note_fact(db, pupil, "residence", {"residence": "石人镇后堡子村1组"}, LISTED)
    noting.note_fact(db, pupil, "residence", {"residence": "石人镇后堡子村2组"}, SEEN)
    assert [one.get("residence") for one in facts_of(db, pupil)] == ["石人镇后堡子村2组"]
    former = [one for one in facts_of(db, pupil, former=True) if not one.open]
    assert [(one.get("residence"), one.why, one.source) for one in former] == [
        ("石人镇后堡子村1组", noting.LATER, "xueji")
    ]


def test_a_report_does_not_close_what_somebody_saw(db: Database, pupil: str) -> None:
    noting.note_fact(
        db,
        pupil,
        "mother",
        {"away": "否"},
        FactOrigin("visit", "staff:1", date(2026, 10, 1), confirmed_by="staff:1"),
    )
    noting.note_fact(db, pupil, "mother", {"away": "是", "since": "2024-03"}, REPORTED)
    both = facts_of(db, pupil)
    assert len(both) == 2
    best = believed(both, "mother")
    assert best
    assert best.get("away") == "否"
    assert [one.source for one in contradicting(both, "mother")] == ["visit", "report"]
    said = next(one for one in both if one.source == "report")
    noting.confirm_fact(db, said, "staff:2")
    assert [(one.source, one.confirmed_by) for one in facts_of(db, pupil)] == [("report", "staff:2")]
    with pytest.raises(Stale):
        noting.close_fact(db, next(one for one in both if one.source == "visit"), "staff:1")


def test_a_child_has_several_guardians_and_is_found_by_each(db: Database, pupil: str) -> None:
    for name, phone in (("徐桂兰", "13800000001"), ("徐国强", "13800000002")):
        noting.note_fact(db, pupil, "guardian", {"guardian_name": name, "phone": phone}, LISTED)
    assert len(facts_of(db, pupil)) == 2
    assert not contradicting(facts_of(db, pupil), "guardian")
    key = child_keys.family_key(db, "徐桂兰", "13800000001")
    assert child_keys.children_by_key(db, child_keys.FAMILY, [key]) == [pupil]
    noting.note_fact(db, pupil, "guardian", {"guardian_name": "徐桂兰", "phone": "13800000003"}, SEEN)
    assert child_keys.children_by_key(db, child_keys.FAMILY, [key]) == []
    assert sorted(one.get("phone") for one in facts_of(db, pupil)) == ["13800000002", "13800000003"]


def test_no_value_stands_readable(db: Database, pupil: str) -> None:
    noting.note_fact(db, pupil, "hardship", {"hardship": "低保", "number": "D-17"}, LISTED)
    row = db.one("SELECT * FROM child_facts")
    assert row
    assert "低保" not in "".join(map(str, tuple(row)))
    assert "D-17" not in "".join(map(str, tuple(row)))


def test_an_older_list_is_what_was_before(db: Database, pupil: str) -> None:
    noting.note_fact(db, pupil, "residence", {"residence": "石人镇后堡子村2组"}, LISTED)
    older = FactOrigin("huji", "command", date(2025, 9, 1), "list")
    first = noting.note_fact(db, pupil, "residence", {"residence": "石人镇后堡子村1组"}, older)
    assert noting.note_fact(db, pupil, "residence", {"residence": "石人镇后堡子村1组"}, older) == first
    assert [one.get("residence") for one in facts_of(db, pupil)] == ["石人镇后堡子村2组"]
    assert len(facts_of(db, pupil, former=True)) == 2
