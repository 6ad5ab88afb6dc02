"""How long things are kept: every table and file has its term, a dry run is as the real one, a person goes and counts stay."""

from datetime import timedelta
from pathlib import Path

import pytest

from intake.calendar import clock
from intake.house import retention, verify
from intake.house.demo import district
from intake.house.keeping import activities, terms
from intake.kinds import KINDS
from intake.messages import outbox
from intake.reports import door
from intake.settings import load
from intake.store.db import Database
from tests.hands.chat import opened
from tests.hands.command import baoxue
from tests.hands.samples import sample

DOC = Path(__file__).parents[2] / "docs" / "retention.md"


def test_every_table_has_its_term(db: Database) -> None:
    with db.schema() as schema:
        assert set(schema.tables()) == terms.TABLES.keys()


def test_every_file_has_its_term(db: Database) -> None:
    district.fill(db)
    assert baoxue(db.settings.data, "backup", BAOXUE_MODE="demo").returncode == 0
    found = {path.name for path in db.settings.data.iterdir()}
    assert len(found) > 5
    known = tuple(terms.FOLDERS)
    assert [
        one for one in sorted(found) if not (one.startswith(known) or one.endswith((".lock", ".mark")))
    ] == []


def test_the_docs_have_the_table_of_today() -> None:
    assert "\n".join(activities.table_of_terms()) in DOC.read_text("utf-8")


def test_the_list_of_processing_names_every_field_and_no_value(db: Database) -> None:
    for number, kind in enumerate(KINDS):
        door.receive(db, kind, sample(kind, number), channel="api")
    told = baoxue(db.settings.data, "processing")
    assert told.returncode == 0, told.stderr
    for key, declared in KINDS.items():
        assert f"- 目的和依据：{activities.PURPOSE[key]}" in told.stdout
        for field in declared.answers().values():
            assert field.asked.label in told.stdout
    for number, kind in enumerate(KINDS):
        for key in ("child_name", "phone", "id_number"):
            if value := sample(kind, number).get(key):
                assert str(value) not in told.stdout
    assert told.stdout.count("今年收到：1 份") == len(KINDS)


def test_a_dry_run_counts_what_a_real_one_deletes(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(db.settings) as chat:
        chat.say("菜单", "4", "同意", "王小明")
    with db.write():
        outbox.post(db, "wechat:somebody", "您好")
    assert sum(retention.overdue_rows(db).values()) == 0
    past = clock.stamp(db.now() - timedelta(days=181))
    with db.write():
        for table, column in (("messages", "received_at"), ("conversations", "updated_at"), ("drafts", "updated_at"),
                              ("outbox", "created_at")):  # fmt: skip
            db.run(f"UPDATE {table} SET {column} = ?", (past,))
    said = baoxue(db.settings.data, "purge", "--dry-run")
    due = retention.overdue_rows(db)
    assert said.returncode == 0
    assert due["messages"] == 4
    assert f"messages\t{due['messages']}" in said.stdout
    assert db.all("SELECT count(*) AS n FROM messages")[0]["n"] == 4
    assert retention.purge(db) == sum(due.values())
    assert sum(retention.overdue_rows(db).values()) == 0
    assert verify.faults(db) == []


@pytest.mark.parametrize(
    ("said", "good"),
    [
        ("chat=90", True),
        ("workbooks=60，chat=30", True),
        ("chat=181", False),
        ("chat=x", False),
        ("other=3", False),
    ],
)
def test_the_bureau_chooses_within_bounds(tmp_path: Path, said: str, good: bool) -> None:
    done = baoxue(tmp_path, "init", BAOXUE_KEEP=said)
    assert (done.returncode == 0) is good
    if not good:
        assert "BAOXUE_KEEP" in done.stderr


def test_a_shorter_term_deletes_earlier(db: Database) -> None:
    with opened(db.settings) as chat:
        chat.say("菜单")
    with db.write():
        db.run("UPDATE messages SET received_at = ?", (clock.stamp(db.now() - timedelta(days=100)),))
    assert retention.overdue_rows(db)["messages"] == 0
    shorter = Database(load({"DATA": db.settings.data, "MODE": "demo", "KEEP": "chat=90"}, {}))
    assert retention.overdue_rows(shorter)["messages"] == 1


def test_the_erasure_of_one_person_leaves_counts_right(db: Database) -> None:
    with opened(db.settings) as chat:
        chat.say("菜单", "4", "同意", "王小明")
        before = {
            key: db.all(f"SELECT count(*) AS n FROM {key}")[0]["n"] for key in ("reports", "cases", "audit")
        }
        with opened(db.settings) as second:
            second.openid = "oParent-2"
            second.say("菜单", "4")
            chat.say("删除我的信息", "确认删除")
            left = db.all("SELECT count(*) AS n FROM messages")[0]["n"]
            assert left > 0  # the other's
    after = {key: db.all(f"SELECT count(*) AS n FROM {key}")[0]["n"] for key in ("reports", "cases", "audit")}
    assert (after["reports"], after["cases"]) == (before["reports"], before["cases"])
    assert after["audit"] > before["audit"]
    assert verify.faults(db) == []
