"""Backups under attack: read by strangers, altered, foreign, damaged, cut off, with no room, in a hurry."""

import io
import json
import os
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import threading
import time
import tracemalloc
from contextlib import closing
from pathlib import Path

import pyrage
import pytest

from intake.house import retention
from intake.house.keeping import backups, leftovers
from intake.reports import door
from intake.settings import load
from intake.store.db import Database
from tests.hands.before import FIRST
from tests.hands.command import PROGRAM, baoxue, bare, table
from tests.hands.samples import sample

RECEIPTS = "SELECT receipt FROM reports ORDER BY 1"
OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"
NAME = re.compile(r"baoxue-\d{8}-\d{6}-[0-9a-f]{12}\.tar\.gz(\.age)?")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Give a demonstration with three reports."""
    data = tmp_path / "house"
    assert baoxue(data, "init", BAOXUE_MODE="demo").returncode == 0
    receive(data, 3)
    return data


def opened(data: Path) -> Database:
    return Database(load({"DATA": data}, {}))


def receive(data: Path, number: int) -> None:
    with closing(opened(data)) as db:
        for one in range(number):
            door.receive(db, "absence", sample("absence", one), channel="api")


def made(data: Path, **environ: str) -> Path:
    done = baoxue(data, "backup", **environ)
    assert done.returncode == 0, done.stderr
    assert NAME.fullmatch(Path(done.stdout.strip()).name)
    return Path(done.stdout.strip())


def keyed(data: Path, path: Path) -> dict[str, str]:
    done = baoxue(data, "backup", "--make-key", str(path))
    assert done.returncode == 0, done.stderr
    assert path.stat().st_mode & 0o777 == 0o600
    name, _, public = done.stdout.strip().partition("=")
    assert "SECRET" not in done.stdout + done.stderr
    return {name: public}


def content(file: Path) -> dict[str, bytes]:
    with tarfile.open(file) as tar:
        return {one.name: found.read() for one in tar if (found := tar.extractfile(one))}


def packed(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, said in files.items():
            about = tarfile.TarInfo(name)
            about.size = len(said)
            tar.addfile(about, io.BytesIO(said))
    return path


def _state(data: Path) -> list[str]:
    """Give what a house holds; the file itself may change where somebody who looked brings the log into it."""
    if not (data / "baoxue.db").exists():
        return []
    with closing(sqlite3.connect(data / "baoxue.db")) as raw:
        return [*raw.iterdump(), *(one.read_text() for one in sorted(data.glob("*.toml")))]


def refused(data: Path, *words: str, **environ: str) -> str:
    """Give the last line of a command that is refused, and nothing changed."""
    before = _state(data)
    done = baoxue(data, *words, **environ)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert "Traceback" not in done.stderr
    assert _state(data) == before or not before
    assert not list(data.glob("before-restore-*"))
    assert not [one for start in leftovers.SCRATCH for one in data.glob(f"{start}*")]
    return done.stderr.splitlines()[-1]


def test_what_is_encrypted_opens_by_its_key_alone(house: Path, tmp_path: Path) -> None:
    key = tmp_path / "backup.key"
    environ = keyed(house, key)
    file = made(house, **environ)
    assert file.suffix == ".age"
    said = file.read_bytes()
    assert said.startswith(b"age-encryption.org/v1")
    assert b"SQLite format" not in said
    new = tmp_path / "new"
    assert "--key" in refused(new, "restore", str(file))
    other = tmp_path / "other.key"
    keyed(house, other)
    assert "不是用这把密钥" in refused(new, "restore", str(file), "--key", str(other))
    assert "里没有私钥" in refused(new, "restore", str(file), "--key", str(house / "baoxue.toml"))
    done = baoxue(new, "restore", str(file), "--key", str(key))
    assert (done.returncode, done.stdout) == (0, "已恢复。这里原来没有数据。\n"), done.stderr
    assert "演示，江源区 220605，3 份报告，最新的一份是" in done.stderr
    assert "是这里做的备份" in done.stderr  # the key's file names the house
    assert table(new, RECEIPTS) == table(house, RECEIPTS)
    assert baoxue(new, "verify").returncode == 0
    assert "已经有了" in refused(house, "backup", "--make-key", str(key))
    # Any program that knows the format opens it, too.
    (secret,) = (line for line in key.read_text().splitlines() if line.startswith("AGE-SECRET-KEY-"))
    plain = pyrage.decrypt(said, [pyrage.x25519.Identity.from_str(secret)])
    assert "baoxue.db" in content(write(tmp_path / "plain.tar.gz", plain))


def write(path: Path, said: bytes) -> Path:
    path.write_bytes(said)
    return path


def test_production_makes_no_open_backup_and_a_demonstration_is_warned(house: Path, tmp_path: Path) -> None:
    assert "BAOXUE_BACKUP_KEY" in baoxue(house, "backup").stderr
    for backup in (house / "backups").iterdir():
        backup.unlink()
    told = refused(house, "backup", BAOXUE_MODE="production")
    assert "baoxue backup --make-key" in told
    assert not list((house / "backups").iterdir())
    for wrong in ("age1x", "AGE-SECRET-KEY-1" + "Q" * 58, "/etc/passwd"):
        assert "BAOXUE_BACKUP_KEY" in refused(house, "backup", BAOXUE_BACKUP_KEY=wrong)
    environ = keyed(house, tmp_path / "key")
    public = environ["BAOXUE_BACKUP_KEY"]
    twisted = public[:-1] + ("q" if public[-1] != "q" else "p")
    assert "抄错了" in refused(house, "backup", BAOXUE_BACKUP_KEY=twisted)
    assert made(house, BAOXUE_MODE="production", **environ).suffix == ".age"


@pytest.mark.parametrize("what", ["baoxue.db", "baoxue.toml", "keys/hash.key", "backup.json", "more", "less"])
def test_what_was_altered_is_refused(house: Path, tmp_path: Path, what: str) -> None:
    files = content(made(house))
    if what == "more":
        files["media/more"] = b"x"
    elif what == "less":
        del files["answers.toml"]
    else:
        files[what] = files[what].replace(b"demo", b"dema") if what == "backup.json" else files[what] + b"\n"
    file = packed(tmp_path / "altered.tar.gz", files)
    assert "不能恢复" in refused(tmp_path / "new", "restore", str(file))
    assert "不能恢复" in refused(house, "restore", str(file), "--from-elsewhere")


def test_who_strips_the_signature_is_no_better_off(house: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    assert baoxue(other, "init", BAOXUE_MODE="demo").returncode == 0
    receive(other, 1)
    for name in ("signed", "stripped"):
        files = content(made(other))
        if name == "stripped":
            del files["backup.json"], files["backup.sig"]
        file = packed(tmp_path / f"{name}.tar.gz", files)
        told = refused(house, "restore", str(file))
        assert "--from-elsewhere" in told
        assert ("别处做的" if name == "signed" else "没有签名") in told
    before = table(other, RECEIPTS)
    assert baoxue(house, "restore", str(file), "--from-elsewhere").returncode == 0
    assert table(house, RECEIPTS) == before


def test_a_key_that_was_kept_knows_whose_backups_it_opens(house: Path, tmp_path: Path) -> None:
    keyed(house, tmp_path / "key")
    other = tmp_path / "other"
    assert baoxue(other, "init", BAOXUE_MODE="demo").returncode == 0
    receive(other, 1)
    forged = made(other, BAOXUE_BACKUP_KEY=(tmp_path / "key").read_text().split()[3])
    assert "别处做的" in refused(tmp_path / "new", "restore", str(forged), "--key", str(tmp_path / "key"))


def test_a_demonstration_and_another_district_do_not_come_in_unasked(house: Path, tmp_path: Path) -> None:
    file = str(made(house))
    new = tmp_path / "new"
    assert "演示数据，这里是正式运行" in refused(new, "restore", file, BAOXUE_MODE="production")
    assert "这里是浑江区 220602" in refused(new, "restore", file, BAOXUE_DISTRICT="浑江区 220602")
    environ = keyed(house, tmp_path / "key")
    real = str(made(house, BAOXUE_MODE="production", **environ))
    told = refused(house, "restore", real, "--key", str(tmp_path / "key"))
    assert "备份是正式数据，这里是演示" in told
    assert baoxue(new, "restore", file, BAOXUE_MODE="demo", BAOXUE_DISTRICT="江源区 220605").returncode == 0


def test_backups_of_before_are_restored(house: Path, tmp_path: Path) -> None:
    files = content(made(house))
    del files["backup.json"], files["backup.sig"], files["keys/signer.key"]
    file = str(packed(tmp_path / "baoxue-20260901-023000.tar.gz", files))
    done = baoxue(tmp_path / "new", "restore", file)
    assert done.returncode == 0, done.stderr
    assert "没有签名（旧版本做的）" in done.stderr
    receive(house, 1)
    done = baoxue(house, "restore", file)  # over the house that made it
    assert done.returncode == 0, done.stderr
    assert table(house, RECEIPTS) == table(tmp_path / "new", RECEIPTS)
    assert baoxue(house, "restore", str(made(tmp_path / "new"))).returncode == 0  # and on from there


def test_a_first_database_of_all_is_brought_up_to_date(house: Path, tmp_path: Path) -> None:
    files = content(made(house))
    old = {name: said for name, said in files.items() if name.startswith("keys/") and "signer" not in name}
    file = packed(tmp_path / "first.tar.gz", {**old, "baoxue.db": FIRST.read_bytes()})
    done = baoxue(tmp_path / "new", "restore", str(file), "--damaged")  # its cells are of other keys
    assert done.returncode == 0, done.stderr
    assert table(tmp_path / "new", "SELECT count(*) FROM reports") == [(1,)]


def test_a_damaged_database_is_not_backed_up(house: Path, tmp_path: Path) -> None:
    good = made(house)
    with closing(sqlite3.connect(house / "baoxue.db")) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'reports'").fetchone()
        (size,) = raw.execute("PRAGMA page_size").fetchone()
    with (house / "baoxue.db").open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(os.urandom(size))
    done = baoxue(house, "backup")
    assert (done.returncode, done.stdout) == (2, "")
    assert "数据库损坏，没有备份" in done.stderr
    assert [one.name for one in (house / "backups").iterdir()] == [good.name]
    assert baoxue(house, "restore", str(good)).returncode == 0  # what is damaged stands in nobody's way
    assert baoxue(house, "verify").returncode == 0


def test_keys_that_do_not_fit_are_not_backed_up(house: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    assert baoxue(other, "init").returncode == 0
    shutil.copy(other / "keys" / "data.keys", house / "keys" / "data.keys")
    assert "打不开这个数据库" in baoxue(house, "backup").stderr
    assert not list((house / "backups").iterdir())


def test_keys_may_lie_apart(tmp_path: Path) -> None:
    data, keys = tmp_path / "data", tmp_path / "safe" / "keys"
    environ = {"BAOXUE_KEYS": str(keys), "BAOXUE_MODE": "demo"}
    assert baoxue(data, "init", **environ).returncode == 0
    assert not (data / "keys").exists()
    with closing(Database(load({"DATA": data, "KEYS": str(keys), "MODE": "demo"}, {}))) as db:
        door.receive(db, "absence", sample("absence", 1), channel="api")
    file = made(data, **environ)
    assert not [name for name in content(file) if name.startswith("keys")]
    new = tmp_path / "new"
    assert "BAOXUE_KEYS" in refused(new, "restore", str(file))
    told = refused(new, "restore", str(file), BAOXUE_KEYS=str(tmp_path / "none"))
    assert str(tmp_path / "none") in told
    wrong = tmp_path / "wrong"
    assert baoxue(tmp_path / "other", "init", BAOXUE_KEYS=str(wrong)).returncode == 0
    assert "有问题" in refused(new, "restore", str(file), BAOXUE_KEYS=str(wrong))
    assert baoxue(new, "restore", str(file), BAOXUE_KEYS=str(keys)).returncode == 0
    assert not (new / "keys").exists()
    assert baoxue(new, "verify", BAOXUE_KEYS=str(keys)).returncode == 0


def test_an_audit_that_was_cut_is_noticed_by_the_name_of_a_backup(house: Path) -> None:
    file = made(house)
    ((seal,),) = table(house, "SELECT mac FROM audit ORDER BY id DESC LIMIT 1")
    assert str(seal)[:12] in file.name
    assert "审计被截断" not in baoxue(house, "doctor").stderr
    receive(house, 4)
    assert "审计被截断" not in baoxue(house, "doctor").stderr
    with closing(sqlite3.connect(house / "baoxue.db")) as raw:
        raw.execute("DROP TRIGGER IF EXISTS audit_is_final")
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute("DELETE FROM audit WHERE id >= (SELECT max(id) FROM audit WHERE mac = ?)", (seal,))
        raw.commit()
    done = baoxue(house, "doctor")
    assert done.returncode == 1
    assert f"备份 {file.name} 里的审计记录，数据库里没有" in done.stderr


def test_a_backup_lets_everybody_write_and_is_of_one_moment(house: Path, tmp_path: Path) -> None:
    with closing(opened(house)) as db:
        for number in range(60):
            door.receive(db, "absence", sample("absence", number), channel="api")
        waits, ending = list[float](), threading.Event()

        def write() -> None:
            number = 1000
            while not ending.is_set():
                began = time.monotonic()
                door.receive(db, "absence", sample("absence", number), channel="api")
                waits.append(time.monotonic() - began)
                number += 1

        thread = threading.Thread(target=write)
        thread.start()
        try:
            file = backups.backup(db).path
        finally:
            ending.set()
            thread.join()
    assert len(waits) > 3
    new = tmp_path / "new"
    assert baoxue(new, "restore", str(file)).returncode == 0
    assert 63 <= len(table(new, RECEIPTS)) <= 63 + len(waits)
    assert baoxue(new, "verify").returncode == 0


def test_memory_does_not_grow_with_the_house(house: Path, tmp_path: Path) -> None:
    (house / "media").mkdir(exist_ok=True)
    with (house / "media" / "large").open("wb") as file:
        for _ in range(24):
            file.write(os.urandom(1 << 20))
    environ = keyed(house, tmp_path / "key")
    tracemalloc.start()
    try:
        large = made(house, **environ)
        done = baoxue(tmp_path / "new", "restore", str(large), "--key", str(tmp_path / "key"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert done.returncode == 0, done.stderr
    assert large.stat().st_size > 24 << 20
    assert peak < 12 << 20


@pytest.mark.processes
@pytest.mark.parametrize("sealed", [False, True])
def test_no_room_is_told_and_leaves_nothing(house: Path, tmp_path: Path, sealed: bool) -> None:
    (house / "media").mkdir(exist_ok=True)
    (house / "media" / "large").write_bytes(os.urandom(9 << 20))
    environ = keyed(house, tmp_path / "key") if sealed else {}
    good = made(house, **environ)
    there = sorted(one.name for one in house.iterdir())

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8 << 20, 8 << 20))

    program = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); from wsgi import cli; cli()"
    for words in (
        ["backup"],
        ["restore", str(good), "--key", str(tmp_path / "key")] if sealed else ["restore", str(good)],
    ):
        done = subprocess.run(
            [sys.executable, "-c", program, *words], env=bare(house, **environ), capture_output=True, text=True,
            preexec_fn=small, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (2, ""), done.stderr
        assert "磁盘满了" in done.stderr
        assert [one.name for one in (house / "backups").iterdir()] == [good.name]
        assert {one.name for one in house.iterdir()} - set(there) <= {"server.lock", "worker.lock"}


@pytest.mark.processes
def test_what_the_killed_leave_is_swept_and_never_what_is_in_use(house: Path, tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    alive = subprocess.Popen([PROGRAM, "restore", str(fifo)], env=bare(house), stderr=subprocess.DEVNULL)
    with fifo.open("wb") as slow:
        while not (rooms := list(house.glob(".restore-*"))):
            time.sleep(0.05)
        dead = house / ".backup-dead"
        dead.mkdir()
        (dead / "baoxue.db").write_bytes(b"x")
        drafts = [house / ".baoxue.toml.new", house / "keys" / ".data.keys.new",
                  house / "backups" / ".baoxue-20260101-000000.tar.gz.123"]  # fmt: skip
        drafts[2].parent.mkdir(exist_ok=True)
        for one in drafts:
            one.write_text("x")
        with closing(opened(house)) as db:
            retention.purge(db)
            assert all(one.exists() for one in (dead, *drafts))  # they may still be written
            for one in (dead, *drafts, *rooms):
                os.utime(one, (time.time() - 7200,) * 2)
            retention.purge(db)
        assert not any(one.exists() for one in (dead, *drafts))
        assert all(one.exists() for one in rooms)
        slow.write(b"no archive")
    assert alive.wait(60) == 2
    assert not any(one.exists() for one in rooms)


@pytest.mark.processes
def test_nobody_else_reads_what_lies_in_the_data_directory(tmp_path: Path) -> None:
    data = tmp_path / "data"
    masked = "import os; os.umask(0); import sys; from wsgi import cli; cli()"

    def run(*words: str, **environ: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", masked, *words], env=bare(data, **environ), capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode in (0, 1), done.stderr
        return done.stdout

    run("init", "--demo")
    file = run("backup").strip()
    run("ledger", "absence", "--date", "2026-11-23", "--out", str(data / "exports"))
    for words in (["tick"], ["rotate-keys"], ["purge"], ["verify"], ["doctor"], ["restore", file]):
        run(*words)
    loose = [one for one in (data, *data.rglob("*")) if one.stat().st_mode & 0o077]
    assert loose == []
    for one in (data / "baoxue.db", data / "keys", data / "media"):
        one.mkdir(exist_ok=True) if one.suffix == "" else None
        one.chmod(0o755)
        (told,) = (line for line in run("doctor").splitlines() if "别的用户也能看" in line)
        assert str(one) in told
        run("init")
        assert not one.stat().st_mode & 0o077


@pytest.mark.processes
def test_the_drill_of_the_docs_goes_as_it_is_written(house: Path, tmp_path: Path) -> None:
    said = OPERATIONS.read_text("utf-8").split("### The restore drill")[1]
    (drill, *_) = re.findall(r"^```sh\n(.*?)^```$", said, re.MULTILINE | re.DOTALL)
    environ = keyed(house, tmp_path / "backup.key")
    file = made(house, **environ)
    names = set(re.findall(r"baoxue-\S+\.age", drill))
    assert len(names) == 1
    shutil.copy(file, tmp_path / names.pop())
    drill = drill.replace(".venv/bin/baoxue", PROGRAM).replace("/tmp/drill", str(tmp_path / "drill"))
    done = subprocess.run(
        ["sh", "-e"], input=drill, cwd=tmp_path, env=bare(tmp_path / "none"), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "检查完毕，没有问题。" in done.stdout
    assert not (tmp_path / "drill").exists()


def test_a_backup_says_what_it_is_of(house: Path) -> None:
    listed = json.loads(content(made(house))["backup.json"])
    assert (listed["mode"], listed["district"], listed["keys"]) == ("demo", "江源区 220605", "inside")
    assert set(listed["files"]) >= {"baoxue.db", "baoxue.toml", "keys/data.keys", "keys/hash.key"}
