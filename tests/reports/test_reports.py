"""The one door: once in, never lost, never twice; and what the tables hold."""

import json
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from intake.errors import Invalid, KeyReused, Stale, TooMany
from intake.house import cells, verify
from intake.kinds import KINDS, tables
from intake.people import tries
from intake.reports import door, lookup, progress, receipts
from intake.reports.receipts import LENGTH
from intake.store import audit, keys
from intake.store.db import Database
from tests.hands.samples import sample
from tests.hands.watching import plan, statements


def stored(db: Database) -> str:
    """Give every byte of the tables as text, as a thief of the file would read it."""
    with closing(sqlite3.connect(db.path)) as raw:
        return "\n".join(raw.iterdump())


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_is_there_once_with_its_answers(db: Database, kind: str) -> None:
    raw = sample(kind, 5)
    first = door.receive(db, kind, raw, channel="api", key="one")
    again = door.receive(db, kind, dict(reversed(raw.items())), channel="api", key="one")
    assert (first.new, again.new, first.receipt) == (True, False, again.receipt)
    report = lookup.find_report(db, first.receipt)
    assert report is not None
    assert lookup.answers_of(db, report) == lookup.schema(db, kind).accept(raw)
    assert verify.faults(db) == []


def test_a_key_with_other_contents_is_refused_with_the_earlier_receipt(db: Database) -> None:
    first = door.receive(db, "absence", sample("absence", 1), channel="api", key="k")
    with pytest.raises(KeyReused) as refused:
        door.receive(db, "absence", sample("absence", 2), channel="api", key="k")
    assert refused.value.receipt == first.receipt


def test_many_at_once_with_one_key_make_one_report(db: Database) -> None:
    got: list[str] = []
    crew = [
        threading.Thread(
            target=lambda: got.append(
                door.receive(db, "safety", sample("safety", 1), channel="form", key="same").receipt
            )
        )
        for _ in range(16)
    ]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    assert len(got) == 16
    assert len(set(got)) == 1
    rows = db.all("SELECT id FROM reports")
    assert len(rows) == 1


def test_a_refused_report_leaves_nothing(db: Database) -> None:
    before = stored(db)
    with pytest.raises(Invalid):
        door.receive(db, "absence", {**sample("absence", 1), "phone": "12"}, channel="api", key="k")
    assert stored(db) == before


@pytest.mark.parametrize("kind", KINDS)
def test_sensitive_answers_and_phones_are_nowhere_in_clear(db: Database, kind: str) -> None:
    for number in range(12):
        receipt = door.receive(db, kind, sample(kind, number), channel="api").receipt
        report = lookup.find_report(db, receipt)
        assert report is not None
        answers = lookup.answers_of(db, report)
        row = db.one(f"SELECT * FROM answers_{kind} WHERE report_id = ?", (report.id,))
        assert row is not None
        thief = stored(db)
        for key, field in KINDS[kind].answers().items():
            if key in answers and field.encrypted:
                clear = str(field.keep(answers[key]))
                assert db.keys.unlock(row[key], f"answers_{kind}.{key}", report.id) == clear
                if len(clear) > 10:
                    assert clear not in thief, key


def test_equal_numbers_are_found_by_their_hash(db: Database) -> None:
    for _ in range(2):
        door.receive(db, "enrollment", sample("enrollment", 1), channel="api")
    rows = db.all("SELECT id_number, id_number_hash FROM answers_enrollment")
    assert rows[0]["id_number_hash"] == rows[1]["id_number_hash"]
    assert rows[0]["id_number"] != rows[1]["id_number"]


def test_a_correction_keeps_what_was_said_before(db: Database) -> None:
    receipt = door.receive(db, "absence", sample("absence", 1), channel="api").receipt
    seen = lookup.find_report(db, receipt)
    assert seen is not None
    old = lookup.answers_of(db, seen)
    door.amend(
        db,
        seen,
        {"phone": "13900001111", "town": "湾沟镇", "village": None},
        actor="staff:1",
        reason="电话错了",
    )
    now = lookup.find_report(db, receipt)
    assert now is not None
    assert (now.version, now.town) == (2, "220605102")
    assert lookup.answers_of(db, now)["phone"] == "13900001111"
    kept = db.one("SELECT * FROM versions")
    assert kept is not None
    assert json.loads(db.keys.unlock(kept["answers"], "versions.answers", now.id, 1)) == old
    assert (kept["changed_by"], kept["reason"]) == ("staff:1", "电话错了")
    with pytest.raises(Stale):
        door.amend(db, seen, {"phone": "13900002222"}, actor="staff:2", reason="旧页面")
    with pytest.raises(Invalid):
        door.amend(db, now, {"phone": "1"}, actor="staff:1", reason="")
    assert verify.faults(db) == []


def test_receipts_are_digits_that_check_themselves() -> None:
    made = {receipts.make_receipt() for _ in range(500)}
    assert len(made) == 500
    for receipt in made:
        assert receipt.isdecimal()
        assert len(receipt) == LENGTH
        assert receipts.read_receipt(receipts.show_receipt(receipt).replace(" ", "－")) == receipt
        wrong = receipt[:5] + str((int(receipt[5]) + 1) % 10) + receipt[6:]
        assert receipts.read_receipt(wrong) is None


class TestAudit:
    def test_rows_cannot_be_changed_or_removed(self, db: Database) -> None:
        door.receive(db, "absence", sample("absence", 1), channel="api")
        for change in ("UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"), db.write():
                db.run(change)

    def test_a_change_by_force_breaks_the_chain(self, db: Database) -> None:
        for number in range(5):
            door.receive(db, "absence", sample("absence", number), channel="api")
        assert audit.broken(db) == []
        with closing(sqlite3.connect(db.path)) as raw:
            raw.execute("DROP TRIGGER audit_no_UPDATE")
            raw.execute("DROP TRIGGER audit_no_DELETE")
            raw.execute("UPDATE audit SET actor = 'nobody' WHERE id = 2")
            raw.execute("DELETE FROM audit WHERE id = 4")
            raw.commit()
        assert audit.broken(db) == [2, 5]
        found = verify.faults(db)
        assert any("审计第 2 行" in one for one in found)
        assert any("没有审计记录" in one for one in found)


class TestVerify:
    @pytest.fixture(autouse=True)
    def some(self, db: Database) -> None:
        for kind in KINDS:
            door.receive(db, kind, sample(kind, 1), channel="api")
        assert verify.faults(db) == []

    @pytest.mark.parametrize(
        ("damage", "telling"),
        [
            ("DELETE FROM answers_absence", "没有内容"),
            ("UPDATE reports SET kind = 'gone' WHERE kind = 'safety'", "类别不认识"),
            ("UPDATE reports SET receipt = '123456789012' WHERE kind = 'safety'", "校验位"),
            ("UPDATE answers_absence SET phone = 'gAAAAAB'", "answers_absence.phone（回执 "),
            ("DELETE FROM reports WHERE kind = 'boarding'", "没有对应的报告"),
        ],
    )
    def test_damage_is_named(self, db: Database, damage: str, telling: str) -> None:
        with closing(sqlite3.connect(db.path)) as raw:
            raw.execute("PRAGMA foreign_keys = OFF")
            raw.execute(damage)
            raw.commit()
        assert any(telling in one for one in verify.faults(db))

    def test_lost_keys_are_named(self, db: Database) -> None:
        (db.settings.keys / "data.keys").unlink()
        keys.make_keys(db.settings.keys)
        assert any("answers_enrollment.id_number" in one for one in verify.faults(Database(db.settings)))

    def test_new_keys_open_old_cells_and_close_new_ones(self, db: Database) -> None:
        before = {row["phone"] for row in db.all("SELECT phone FROM answers_absence")}
        keys.add_key(db.settings.keys)
        rotating = Database(db.settings)
        assert cells.relock(rotating) >= len(KINDS)
        assert verify.faults(db) == []  # a process that was running all the time reads them too
        only_new = (db.settings.keys / "data.keys").read_text().split()[0]
        keys.write_private(db.settings.keys / "data.keys", only_new)
        assert verify.faults(Database(db.settings)) == []
        assert before.isdisjoint(row["phone"] for row in db.all("SELECT phone FROM answers_absence"))


class TestProgress:
    def test_needs_the_phone_and_the_name(self, db: Database) -> None:
        raw = sample("subsidy", 4)
        receipt = door.receive(db, "subsidy", raw, channel="form", reporter="web:1").receipt
        four, name = str(raw["phone"])[-4:], str(raw["child_name"])
        known = progress.prove(db, receipts.show_receipt(receipt), four, name)
        assert known is not None
        assert (known.status, known.title) == ("待处理", "资助困难")
        assert [one.sentence for one in progress.progress_of_reporter(db, "web:1")] == [known.sentence]
        for proof in [("0000", name), (four, "王五"), ("", name), (four, "")]:
            assert progress.prove(db, receipt, *proof) is None
        assert progress.prove(db, "111122223333", four, name) is None

    def test_is_not_to_be_guessed(self, db: Database) -> None:
        raw = sample("subsidy", 4)
        receipt = door.receive(db, "subsidy", raw, channel="form").receipt
        for guess in range(tries.ALLOWED):
            assert progress.prove(db, receipt, f"{guess:04d}", str(raw["child_name"])) is None
        with pytest.raises(TooMany):
            progress.prove(db, receipt, str(raw["phone"])[-4:], str(raw["child_name"]))


class TestTables:
    @pytest.mark.processes
    def test_explain_themselves_to_the_sqlite_utils_command(self, db: Database) -> None:
        door.receive(db, "absence", sample("absence", 1), channel="api")
        program = str(Path(sys.executable).with_name("sqlite-utils"))
        out = subprocess.run(
            [program, "rows", str(db.path), "dictionary", "--limit", "1000"],
            capture_output=True, check=True,
        )  # fmt: skip
        told = {(row["table_name"], row["column_name"]): row for row in json.loads(out.stdout)}
        for kind, declared in KINDS.items():
            for key, field in declared.answers().items():
                row = told[(tables.name(kind), key)]
                assert (row["label"], row["privacy"]) == (field.asked.label, field.asked.privacy)
                assert row["encrypted"] == int(field.encrypted)

    def test_are_strict(self, db: Database) -> None:
        loose = db.all(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0"
            " AND name NOT LIKE 'sqlite%' AND name NOT LIKE '_sqlite%'"
        )
        assert [row["name"] for row in loose] == []

    def test_are_added_to_and_never_dropped(self, db: Database) -> None:
        door.receive(db, "absence", sample("absence", 1), channel="api")
        with db.schema() as schema:
            schema.add_column("answers_absence", "retired", str)
            schema.run("UPDATE answers_absence SET retired = 'kept'")
            schema.run("ALTER TABLE answers_absence DROP COLUMN whereabouts")
        tables.prepare(db)
        row = db.one("SELECT retired, whereabouts FROM answers_absence")
        assert row is not None
        assert tuple(row) == ("kept", None)


def test_a_stamp_is_utc(db: Database) -> None:
    at = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)
    receipt = door.receive(db, "absence", sample("absence", 1), channel="api", at=at).receipt
    report = lookup.find_report(db, receipt)
    assert report is not None
    assert report.received_at == "2026-11-23T01:02:03.000Z"


def test_what_the_chat_asks_for_is_found_by_an_index(db: Database) -> None:
    with statements(db) as asked:
        lookup.reports_of(db, "wechat:1")
        lookup.find_report(db, "123456789012")
    assert len(asked) == 2
    for sql in asked:
        assert "USING INDEX" in plan(db, sql)
        assert "SCAN" not in plan(db, sql)
