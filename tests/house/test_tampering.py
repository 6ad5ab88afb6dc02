"""Whoever has the database without the keys: what they take away, move or put in is named by `verify`."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from flask import Flask

import wsgi
from intake.cases.folders import finding
from intake.errors import SettingsError
from intake.house import cells, setup, verify
from intake.messages import outbox
from intake.people import devices
from intake.reports import door, lookup
from intake.store import audit, keys, seals
from intake.store.db import Database
from intake.store.keys import Keys
from tests.hands import staffed
from tests.hands.chat import opened
from tests.hands.classroom import teacher
from tests.hands.command import baoxue
from tests.hands.desk import sign_in
from tests.hands.samples import sample

ABSENT = sample("absence", 1)


@pytest.fixture
def receipts(db: Database) -> list[str]:
    """Give the receipts of three reports, of which one was corrected, beside a chat of some messages."""
    with opened(db.settings) as chat:
        chat.say("菜单", "4", "同意", "王小明")
    made = [
        door.receive(db, "absence", sample("absence", number), channel="api").receipt for number in range(3)
    ]
    seen = lookup.find_report(db, made[0])
    assert seen
    door.amend(db, seen, {"phone": "13900001111"}, actor="staff:1", reason="电话错了")
    with db.write():
        outbox.post(db, "wechat:somebody", "您好")
    assert verify.faults(db) == []
    return made


def tamper(db: Database, *statements: str) -> list[str]:
    """Do something to the file as nobody of the house does it; give what is found."""
    with closing(sqlite3.connect(db.path)) as raw:
        raw.execute("PRAGMA foreign_keys = OFF")
        for name in ("no_UPDATE", "no_DELETE"):
            for table in ("audit", "case_events"):
                raw.execute(f"DROP TRIGGER IF EXISTS {table}_{name}")
        for one in statements:
            raw.execute(one)
        raw.commit()
    return verify.faults(db)


def of_report(receipt: str) -> str:
    return f"(SELECT id FROM reports WHERE receipt = '{receipt}')"


@pytest.mark.parametrize(
    ("tables", "telling"),
    [
        (("answers_absence:report_id", "reports:id"), "回执 {} 的报告不见了"),
        (("answers_absence:report_id",), "回执 {} 没有内容"),
        (("versions:report_id",), "回执 {} 更正前的内容少了"),
    ],
)
def test_a_report_that_was_deleted_is_named_by_its_receipt(
    db: Database, receipts: list[str], tables: tuple[str, ...], telling: str
) -> None:
    where = [one.split(":") for one in tables]
    found = tamper(
        db, *(f"DELETE FROM {table} WHERE {key} = {of_report(receipts[0])}" for table, key in where)
    )
    assert telling.format(receipts[0]) in found


@pytest.mark.parametrize("column", ["phone", "whereabouts"])
def test_a_cell_that_was_moved_to_another_row_is_named(
    db: Database, receipts: list[str], column: str
) -> None:
    one, other = of_report(receipts[1]), of_report(receipts[2])
    found = tamper(
        db,
        f"UPDATE answers_absence SET {column} = (SELECT phone FROM answers_absence WHERE report_id = {one})"
        f" WHERE report_id = {other}",
    )
    assert any(f"answers_absence.{column}（回执 {receipts[2]}）" in line for line in found), found


def test_a_cell_of_another_time_is_named_as_well(db: Database, receipts: list[str]) -> None:
    """A cell from before cells were bound, of an old backup, say, opens anywhere: so none may be there any more."""
    old = Fernet((db.settings.keys / "data.keys").read_text().split()[0]).encrypt(b"13800000000").decode()
    found = tamper(
        db, f"UPDATE answers_absence SET phone = '{old}' WHERE report_id = {of_report(receipts[1])}"
    )
    assert any(f"answers_absence.phone（回执 {receipts[1]}）" in line for line in found), found


@pytest.mark.parametrize(
    ("sql", "telling"),
    [
        ("DELETE FROM messages WHERE key = (SELECT min(key) FROM messages)", "聊天记录少了 1 条"),
        ("DELETE FROM outbox", "发给家长的消息少了 1 条"),
        ("INSERT INTO outbox SELECT id || 'x', reporter, subject, body, created_at, due_at, lease, attempts, doubts,"
         " state, error, settled_at, called_by, called_at FROM outbox", "发给家长的消息多出 1 条"),
        ("UPDATE seals SET number = number - 1 WHERE name = 'messages'", "聊天记录的条数被人改过"),
        ("DELETE FROM seals WHERE name = 'messages'", "聊天记录的条数被人改过"),
        ("DELETE FROM seals", "没有登记密钥"),
        ("DELETE FROM cases WHERE number LIKE '%000001'", "个案 220605-2026-000001 不见了"),
    ],
)  # fmt: skip
def test_what_was_taken_away_or_put_in_is_named(
    db: Database, receipts: list[str], sql: str, telling: str
) -> None:
    assert any(telling in line for line in tamper(db, sql))


def test_a_number_that_was_changed_stays_wrong(db: Database, receipts: list[str]) -> None:
    tamper(db, "DELETE FROM outbox", "UPDATE seals SET number = 0 WHERE name = 'outbox'")
    with db.write():
        outbox.post(db, "wechat:somebody", "您好")
    assert "发给家长的消息的条数被人改过" in verify.faults(db)


@pytest.mark.parametrize("words", [("rotate-keys",), ("rotate-keys", "--hash")])
def test_new_keys_make_no_changed_number_right(
    db: Database, receipts: list[str], words: tuple[str, ...]
) -> None:
    tamper(db, "DELETE FROM outbox", "UPDATE seals SET number = 0 WHERE name = 'outbox'")
    assert baoxue(db.settings.data, *words).returncode == 0
    assert "发给家长的消息的条数被人改过" in verify.faults(Database(db.settings))


def test_what_is_deleted_by_the_house_is_no_fault(db: Database, receipts: list[str]) -> None:
    with opened(db.settings) as chat:
        chat.say("删除我的信息", "确认")
    with db.write():
        outbox.forget(db, "wechat:somebody")
    assert verify.faults(db) == []


def test_the_end_of_the_audit_that_was_cut_off_is_known_by_its_head(
    db: Database, receipts: list[str]
) -> None:
    head = audit.head(db)
    assert audit.holds(db, head)
    door.receive(db, "absence", sample("absence", 7), channel="api")
    assert audit.holds(db, head)
    assert audit.head(db) in baoxue(db.settings.data, "verify").stdout
    tamper(db, f"DELETE FROM audit WHERE id >= (SELECT id FROM audit WHERE mac LIKE '{head}%')")
    assert not audit.holds(db, head)
    door.receive(db, "absence", sample("absence", 8), channel="api")
    assert not audit.holds(db, head)
    for other in ("x", "1" * 12, "孩子"):
        assert not audit.holds(db, other)


@pytest.mark.parametrize("size", [4096, 20 * 4096])
def test_a_damaged_file_is_named_and_never_a_traceback(db: Database, receipts: list[str], size: int) -> None:
    db.checkpoint()
    db.close()
    with closing(sqlite3.connect(db.path)) as raw:
        raw.execute("PRAGMA journal_mode = DELETE")  # no log beside it that would mend the file
    whole = db.path.read_bytes()
    for start in range(size, len(whole) - 4096, max(4096, len(whole) // 12)):
        for beside in ("-wal", "-shm", "-journal"):
            db.path.with_name(db.path.name + beside).unlink(missing_ok=True)
        db.path.write_bytes(whole[:start] + b"\xa5" * 4096 + whole[start + 4096 :])
        done = baoxue(db.settings.data, "verify")
        assert "Traceback" not in done.stderr
        assert done.returncode in (1, 2)
        assert done.stderr.strip()
    db.path.write_bytes(whole)  # the fixtures close it


def foreign(folder: Path) -> None:
    (folder / "data.keys").unlink()
    keys.make_keys(folder)


def foreign_hash(folder: Path) -> None:
    (folder / "hash.key").unlink()
    keys.make_keys(folder)


@pytest.mark.parametrize(
    ("change", "before"),
    [(foreign, False), (foreign_hash, False), (foreign, True)],
    ids=["data", "hash", "from before"],
)
def test_keys_of_another_house_start_nothing(
    db: Database, receipts: list[str], change: Callable[[Path], None], before: bool
) -> None:
    if before:
        tamper(db, "DELETE FROM seals")
    change(db.settings.keys)
    with pytest.raises(SettingsError, match="不是这个数据库的"):
        wsgi.create_app({"DATA": db.settings.data, "MODE": "demo"})
    for command in ("doctor", "verify", "init"):
        told = baoxue(db.settings.data, command)
        assert told.returncode
        if not before or command == "init":
            assert "不是这个数据库的" in told.stdout + told.stderr


def test_a_renewed_hash_key_finds_what_was_kept_before(db: Database) -> None:
    said = sample("enrollment", 3)
    door.receive(db, "enrollment", said, channel="api")
    old = Keys(db.settings.keys).blind("IdNumber", str(said["id_number"]))
    assert baoxue(db.settings.data, "rotate-keys", "--hash").returncode == 0
    fresh = Database(db.settings)
    assert fresh.keys.generation == 2
    assert fresh.keys.blind("IdNumber", str(said["id_number"])) != old
    assert verify.faults(fresh) == []
    assert seen(fresh, str(said["id_number"])) == 1
    again = door.receive(fresh, "enrollment", said, channel="api")
    found = lookup.find_report(fresh, again.receipt)
    assert found is not None
    assert fresh.all("SELECT count(*) AS n FROM cases")[0]["n"] == 1  # the same child, by its number


def seen(db: Database, number: str) -> int:
    """Count the cases that somebody of the bureau finds by an identity number."""
    where, args = finding.found_by(db, number)
    return len(db.all(f"SELECT id FROM cases c WHERE {where}", args))


def test_a_renewal_that_was_killed_half_way_goes_on_at_the_next_start(db: Database) -> None:
    said = sample("enrollment", 3)
    door.receive(db, "enrollment", said, channel="api")
    keys.add_hash_key(db.settings.keys)
    fresh = Database(db.settings)
    assert seen(fresh, str(said["id_number"])) == 0
    setup.prepare_house(fresh)
    assert seen(fresh, str(said["id_number"])) == 1
    setup.prepare_house(fresh)
    assert seen(fresh, str(said["id_number"])) == 1
    assert verify.faults(fresh) == []


def test_a_renewed_session_key_ends_every_session(app: Flask, db: Database) -> None:
    before = db.keys.session
    staffed.one(db, "officer")
    desk, phone, token, mine = app.test_client(), app.test_client(), devices.new_token(), teacher(db)
    assert sign_in(desk, "officer", staffed.PASSWORD).location == "/desk/"
    assert devices.add_device(db, mine, token, "")
    phone.set_cookie("baoxue_device", token)
    assert (desk.get("/desk/").status_code, phone.get("/forms/devices").status_code) == (200, 200)
    assert baoxue(db.settings.data, "rotate-keys", "--session", BAOXUE_MODE="demo").returncode == 0
    assert Keys(db.settings.keys).session != before
    again = wsgi.create_app({"DATA": db.settings.data, "MODE": "demo"})
    for browser, page in ((desk, "/desk/"), (phone, "/forms/devices")):
        browser.application = again
        assert "sign-in" in browser.get(page).location


def test_cells_from_before_are_bound_by_new_keys(db: Database, receipts: list[str]) -> None:
    old = Fernet((db.settings.keys / "data.keys").read_text().split()[0]).encrypt(b"13811112222").decode()
    tamper(db, "DELETE FROM seals", f"UPDATE answers_absence SET phone = '{old}'")
    fresh = Database(db.settings)
    seals.establish(fresh, lambda: cells.keys_fit(fresh))
    assert verify.faults(fresh) == []  # of a house from before nothing is asked
    assert baoxue(db.settings.data, "rotate-keys").returncode == 0
    assert seals.cells_are_bound(fresh)
    assert verify.faults(Database(db.settings)) == []
    assert any(
        "answers_absence.phone" in one for one in tamper(db, f"UPDATE answers_absence SET phone = '{old}'")
    )
