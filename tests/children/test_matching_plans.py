"""To find whom somebody means no table is read from end to end, however many children there are."""

from intake.children.matching.certain import certain_child
from intake.children.matching.described import Described
from intake.children.matching.scoring import candidates_of
from intake.reports.whose import matches
from intake.store.db import Database
from tests.hands import staffed
from tests.hands.classroom import SCHOOL, TOWN, VILLAGE, classroom
from tests.hands.watching import plan, statements

SAID = Described(
    "阿依古丽·买买提", "2017-03-01", "女", "220605201703010024", "L220605201703010024", ("13800000001", "13800000002"),
    ("王强",), SCHOOL, "", "三年级", "2班", TOWN, VILLAGE,
)  # fmt: skip


def test_every_look_for_a_child_is_by_an_index(db: Database) -> None:
    classroom(db, names=("阿依古丽·买买提",))
    with statements(db) as asked:
        certain_child(db, SAID)
        candidates_of(db, SAID)
    looked = [sql for sql in asked if sql.startswith("SELECT")]
    assert len(looked) > 5
    for sql in looked:
        scanned = [line for line in plan(db, sql).split("; ") if "SCAN" in line and "SCAN called" not in line]
        assert not scanned, (sql, scanned)


def test_the_queue_of_matches_is_read_in_its_order(db: Database) -> None:
    officer = staffed.everybody(db)["officer"]
    with statements(db) as asked:
        matches.open_matches(db, officer)
    (sql,) = [one for one in asked if "child_matches" in one]
    assert "SCAN" not in plan(db, sql)
    assert "B-TREE" not in plan(db, sql)
