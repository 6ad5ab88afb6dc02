"""What is looked up in a year's reports is looked up by an index; a whole table is read by nobody who is waited for."""

import pytest

from intake.house import retention
from intake.reports import door
from intake.settings import Settings
from intake.store import health
from intake.store.db import Database
from intake.store.migrations import STEPS
from intake.store.schema import Schema
from intake.talks import silences
from tests.hands.samples import sample
from tests.hands.watching import plan, statements

ASKED = (
    "SELECT kind, status, count(*) AS n FROM reports GROUP BY kind, status",
    "SELECT at FROM audit WHERE subject = 'x' AND verb = 'report.withdrawn'",
    "SELECT c.id, c.class FROM children c JOIN classes k ON k.id = c.class WHERE c.child_name = 'x' AND k.school = 'y'",
    "SELECT 1 FROM roll_marks WHERE report = 'x'",
    "SELECT key FROM messages WHERE received_at < 'x' LIMIT 100",
    "SELECT reporter FROM conversations WHERE updated_at < 'x' LIMIT 100",
    "SELECT id, grade, class_name FROM classes WHERE school = 'x'",
    "SELECT 1 FROM teaches WHERE class = 'x'",
    "SELECT sheet, count(*) AS n FROM differences WHERE owner = 'x' AND closed_at IS NULL AND due <> '' GROUP BY sheet",
    "SELECT DISTINCT child FROM differences WHERE child IN ('x', 'y') AND closed_at IS NULL",
    "SELECT 1 FROM row_changes WHERE subject = 'x' AND ledger = 'y'",
)  # fmt: skip


@pytest.mark.parametrize("sql", ASKED)
def test_no_table_is_read_as_a_whole(db: Database, sql: str) -> None:
    found = plan(db, sql)
    assert "INDEX" in found
    assert all("COVERING INDEX" in one for one in found.split("SCAN")[1:])


def test_a_scrape_reads_and_a_purge_looks_before_it_takes_the_gate(db: Database) -> None:
    for number in range(3):
        door.receive(db, "absence", sample("absence", number), channel="api")
    with statements(db) as heard:
        assert b'baoxue_reports{kind="absence"' in health.metrics(db)
    assert not [sql for sql in heard if not sql.startswith("SELECT")]
    with statements(db) as heard:
        assert retention.purge(db) == 0
    assert not [sql for sql in heard if not sql.startswith("SELECT")]


def test_a_purge_gives_the_gate_back_again_and_again(db: Database) -> None:
    with db.write():
        for number in range(250):
            db.run(
                "INSERT INTO messages (key, reporter, received_at, type, said, reply) VALUES (?, 'r', ?, 'text', '', '')",
                (f"{number}", "2020-01-01T00:00:00.000Z" if number else "2120-01-01T00:00:00.000Z"),
            )
    with statements(db) as heard:
        assert retention.purge(db) == 249
    assert sum(sql.startswith("COMMIT") for sql in heard) == 3
    assert [row["key"] for row in db.all("SELECT key FROM messages")] == ["0"]


def test_a_database_of_today_gets_only_what_is_new(settings: Settings) -> None:
    """The steps keep the names by which databases that exist remember them."""
    names = [step.name for step in STEPS]
    assert names[:8] == ["m001_reports", "m002_people", "m003_wechat", "m004_dictionary", "m005_sending",
                         "m006_triage", "m007_teachers", "m008_phones"]  # fmt: skip
    assert names == sorted(set(names))
    db, again = Database(settings), list[str]()

    class Watched:
        __name__ = "watched"

        def apply(self, schema: Schema) -> None:
            again.append(",".join(schema.applied()))

    with db.schema() as schema:
        schema.apply(STEPS[:8])
    with db.schema() as schema:
        schema.apply([step._replace(step=Watched()) for step in STEPS[:8]] + list(STEPS[8:]))
        assert schema.applied() == names
    assert again == []
    db.close()


def test_who_fell_silent_is_found_among_those_who_wait_alone(db: Database) -> None:
    with statements(db) as heard:
        silences.tell_silences(db)
    asked = [sql for sql in heard if "silent_since <>" in sql or "unreminded_since <>" in sql]
    assert len(asked) == 4
    assert all("USING INDEX idx_" in plan(db, sql) and "SCAN" not in plan(db, sql) for sql in asked)
