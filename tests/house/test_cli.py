"""The commands, as a shell runs them."""

import json
import shutil
import signal
import sqlite3
import subprocess
import tarfile
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from intake.house import retention, setup
from intake.reports import door
from intake.settings import load
from intake.store.db import Database
from tests.e2e.server import free_port
from tests.hands.command import PROGRAM, baoxue, bare, shell, table
from tests.hands.samples import sample


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("demo") / "var"
    first = baoxue(data, "init", "--demo")
    assert first.returncode == 0, first.stderr
    return data


def test_a_demonstration_is_marked_and_sound(demo: Path) -> None:
    assert baoxue(demo, "verify").returncode == 0
    assert {row[0] for row in table(demo, "SELECT demo FROM schools")} == {1}
    assert all("演示" in str(row[0]) for row in table(demo, "SELECT name FROM schools"))
    ((days, kinds),) = table(
        demo, "SELECT count(DISTINCT substr(received_at, 1, 10)), count(DISTINCT kind) FROM reports"
    )
    assert int(str(days)) >= 7  # a week, and what began before it
    assert kinds == 5
    before = table(demo, "SELECT count(*) FROM reports")
    assert baoxue(demo, "init", "--demo").returncode == 0
    assert baoxue(demo, "demo").returncode == 0
    assert table(demo, "SELECT count(*) FROM reports") == before


def test_demo_data_never_goes_among_real_data(tmp_path: Path) -> None:
    assert baoxue(tmp_path, "init").returncode == 0
    refused = baoxue(tmp_path, "demo", BAOXUE_MODE="production")
    assert refused.returncode == 2
    assert "production" in refused.stderr
    assert table(tmp_path, "SELECT count(*) FROM reports") == [(0,)]


@pytest.mark.processes
def test_production_does_not_start_without_secrets(tmp_path: Path) -> None:
    assert baoxue(tmp_path, "init").returncode == 0
    for command in ("serve", "up"):
        refused = shell(tmp_path, command, PORT=str(free_port()), BAOXUE_WECHAT_APPID="wx1234567890abcdef")
        assert refused.returncode == 2
        assert "BAOXUE_WECHAT_SECRET" in refused.stderr
        assert "Traceback" not in refused.stderr


def test_a_mistake_in_the_settings_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "baoxue.toml").write_text("mode = demo")
    for command in ("verify", "init", "backup"):
        refused = baoxue(tmp_path, command)
        assert refused.returncode == 2
        assert refused.stderr.count("\n") == 1


def test_backup_and_restore_bring_everything_back(demo: Path, tmp_path: Path) -> None:
    with (demo / "answers.toml").open("a", encoding="utf-8") as answers:
        answers.write("# 教育局已核对\n")
    made = baoxue(demo, "backup", str(tmp_path))
    assert made.returncode == 0
    file = Path(made.stdout.strip())
    assert file.stat().st_mode & 0o777 == 0o600
    new = tmp_path / "new"
    first = baoxue(new, "restore", str(file))
    assert (first.returncode, first.stdout) == (0, "已恢复。这里原来没有数据。\n")
    assert not list(new.glob("before-restore-*"))
    assert (new / "keys").stat().st_mode & 0o777 == 0o700
    assert baoxue(new, "verify").returncode == 0
    assert "别的用户也能看" not in baoxue(new, "doctor").stdout
    every = "SELECT receipt FROM reports ORDER BY 1"
    assert table(new, every) == table(demo, every)
    assert "教育局已核对" in (new / "answers.toml").read_text("utf-8")
    wrong = tmp_path / "wrong.tar.gz"
    wrong.write_bytes(file.read_bytes()[:-5000])
    refused = baoxue(new, "restore", str(wrong))
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    with tarfile.open(tmp_path / "empty.tar.gz", "w:gz"):
        pass
    assert baoxue(new, "restore", str(tmp_path / "empty.tar.gz")).returncode == 2
    assert table(new, every) == table(demo, every)
    again = baoxue(new, "restore", str(file))
    (old,) = new.glob("before-restore-*")
    assert again.stdout == f"已恢复。原来的数据在 {old}\n"
    assert (old / "baoxue.db").exists()
    assert baoxue(new, "verify").returncode == 0


def test_rotated_keys_open_everything(demo: Path) -> None:
    before = table(demo, "SELECT phone FROM answers_absence")
    assert baoxue(demo, "rotate-keys").returncode == 0
    assert set(before).isdisjoint(table(demo, "SELECT phone FROM answers_absence"))
    assert baoxue(demo, "verify").returncode == 0


def test_verify_tells_damage_by_its_exit_code(tmp_path: Path) -> None:
    setup.init(load({"DATA": tmp_path}, {}), demo=True)
    door.receive(Database(load({"DATA": tmp_path}, {})), "absence", sample("absence", 1), channel="api")
    with closing(sqlite3.connect(tmp_path / "baoxue.db")) as raw:
        raw.execute("DELETE FROM answers_absence")
        raw.commit()
    found = baoxue(tmp_path, "verify")
    assert found.returncode == 1
    assert "没有内容" in found.stderr


def test_staff_are_added_with_a_password_that_is_asked_for(demo: Path) -> None:
    words = (
        "staff",
        "add",
        "--name",
        "李老师",
        "--login",
        "13900001111",
        "--role",
        "bureau",
        "--area",
        "220605",
    )
    assert baoxue(demo, *words, typed="correct horse\ncorrect horse\n").returncode == 0
    ((stored,),) = table(demo, "SELECT password FROM staff WHERE login = '13900001111'")
    assert str(stored).startswith("$argon2id$")
    again = baoxue(demo, *words, typed="correct horse\ncorrect horse\n")
    assert again.returncode == 2
    assert "Traceback" not in again.stderr


def test_old_chat_is_purged_and_new_chat_is_kept(db: Database) -> None:
    with db.write():
        for key, at in (("old", "2020-01-01T00:00:00.000Z"), ("new", "2999-01-01T00:00:00.000Z")):
            db.run(
                "INSERT INTO messages (key, reporter, received_at, type, said, reply)"
                " VALUES (?, 'wechat:1', ?, 'text', 'x', 'y')",
                (key, at),
            )
            db.run(
                "INSERT INTO conversations (reporter, openid, state, version, updated_at) VALUES (?, 'x', 'x', 1, ?)",
                (key, at),
            )
    assert retention.purge(db) == 2
    assert [row["key"] for row in db.all("SELECT key FROM messages")] == ["new"]


@pytest.mark.processes
def test_up_serves_and_stops_cleanly(demo: Path) -> None:
    port = free_port()
    up = subprocess.Popen(
        [PROGRAM, "up"], env=bare(demo, PORT=str(port)), stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        for _ in range(100):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as ready:
                    assert json.load(ready)["status"] == "ready"
                    break
            except urllib.error.URLError:
                time.sleep(0.1)
        else:
            raise AssertionError("never ready")
        second = shell(demo, "serve", PORT=str(port))
        assert second.returncode == 2
        assert f"端口 {port} 已被占用" in second.stderr
    finally:
        up.send_signal(signal.SIGINT)
        told, _ = up.communicate(timeout=40)
    assert up.returncode == 0
    assert "demo-bureau" in told
    assert f"http://127.0.0.1:{port}/" in told
    assert "Traceback" not in told
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2)


def test_a_backup_tells_what_it_holds_and_is_refused_where_there_is_nothing(
    demo: Path, tmp_path: Path
) -> None:
    made = baoxue(demo, "backup", str(tmp_path / "kept"))
    size = Path(made.stdout.strip()).stat().st_size / 1e6
    assert f"行，{size:.1f} MB" in made.stderr
    assert int(made.stderr.split("：")[1].split(" 行")[0]) > 100
    for data, words in ((tmp_path / "nowhere", "没有数据库"), (tmp_path / "keyless", "没有找到密钥")):
        if words == "没有找到密钥":
            data.mkdir()
            shutil.copy(demo / "baoxue.db", data)
        refused = baoxue(data, "backup", str(tmp_path / "none"))
        assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
        assert words in refused.stderr
        assert not (tmp_path / "none").exists()


@pytest.mark.processes
def test_without_data_every_command_explains_itself_or_says_so_in_one_line(tmp_path: Path) -> None:
    data = tmp_path / "typo"
    (tmp_path / "list.csv").write_text("学校名称\n")
    for words in (["chat"], ["export"], ["verify"], ["import", "schools"]):
        told = baoxue(data, *words, "--help")
        assert (told.returncode, told.stderr) == (0, "")
    for words in (["up"], ["serve"], ["worker"], ["verify"], ["purge"], ["rotate-keys"], ["chat"],
                  ["export", "--date", "2026-11-23", "--out", str(tmp_path)], ["wechat", "menu"],
                  ["import", "schools", str(tmp_path / "list.csv")], ["staff", "code", "--login", "x"]):  # fmt: skip
        refused = shell(data, *words, PORT=str(free_port()))
        assert (refused.returncode, refused.stderr.count("\n")) == (2, 1), refused.stderr
        assert "baoxue init" in refused.stderr
    assert not data.exists()


@pytest.mark.processes
def test_a_data_directory_that_is_none_is_told_in_one_line(demo: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(demo / "keys", other / "keys")
    with closing(sqlite3.connect(other / "baoxue.db")) as raw:
        raw.execute("CREATE TABLE theirs (a)")
    (tmp_path / "file").write_text("")
    for data, words in ((other, ["verify"]), (other, ["up"]), (tmp_path / "file", ["init"])):
        refused = shell(data, *words, PORT=str(free_port()))
        assert (refused.returncode, refused.stderr.count("\n")) == (2, 1), refused.stderr
        assert str(data) in refused.stderr
    assert table(other, "SELECT name FROM sqlite_master") == [("theirs",)]


@pytest.mark.processes
def test_keys_that_are_gone_are_told_in_one_line(demo: Path, tmp_path: Path) -> None:
    data = tmp_path / "keyless"
    data.mkdir()
    shutil.copy(demo / "baoxue.db", data)
    for command in ("up", "worker", "verify", "chat"):
        refused = shell(data, command, PORT=str(free_port()))
        assert (refused.returncode, refused.stderr.count("\n")) == (2, 1), refused.stderr
        assert "密钥" in refused.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nonesuch",), "没有 nonesuch 这个命令。怎么写，请看 baoxue --help"),
        (("export", "--nonesuch"), "没有 --nonesuch 这个选项。怎么写，请看 baoxue export --help"),
        (("export", "--out", "x"), "还缺 --date。怎么写，请看 baoxue export --help"),
        (("export", "--date", "昨天", "--out", "x"), "--date 要写成 2026-11-30 这样的日期。"),
        (("ledger", "--date", "2026-11-30", "--out", "x"), "还缺 KEY。"),
        (("import", "roster", "/no/such/file"), "FILE 这里要写的文件打不开"),
        (("staff", "add", "--role", "king"), "--role 只能是 administrator、officer、"),
        (("verify", "more"), "这个命令不能这样写。怎么写，请看 baoxue verify --help"),
        (("export", "--date", "2099-01-01", "--out", "x"), "2099-01-01 还没有到"),
        (("ledger", "none", "--date", "2026-11-23", "--out", "x"), "没有 none 这本台账"),
    ],
)
def test_what_is_written_wrongly_is_one_chinese_line(
    demo: Path, words: tuple[str, ...], sentence: str
) -> None:
    done = baoxue(demo, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(sentence)
    assert len(done.stderr.splitlines()) == 1


def test_help_is_no_mistake_and_who_gives_up_is_told_so(demo: Path) -> None:
    assert baoxue(demo, "export", "--help").returncode == 0
    assert "Usage: baoxue staff" in baoxue(demo, "staff").stderr
    words = ("staff", "add", "--name", "李", "--login", "li", "--role", "bureau", "--area", "220605")
    left = baoxue(demo, *words)
    assert left.returncode == 1
    assert "没有办，什么都没有改。" in left.stderr
    assert "Traceback" not in left.stderr


def test_who_would_see_nothing_on_the_phone_is_told_at_once(demo: Path) -> None:
    words = ("--name", "李校长", "--login", "13800009077", "--role", "principal", "--area", "220605105")
    added = baoxue(demo, "staff", "add", *words, "--password", "chang-de-mima-1")
    assert "还没有学校" in added.stdout
    school = ("--school", "DEMO000001")
    edited = baoxue(demo, "staff", "edit", "--login", "13800009077", *school)
    assert "还没有" not in edited.stdout
    words = ("--name", "钱老师", "--login", "13800009078", "--role", "teacher", "--area", "220605105")
    added = baoxue(demo, "staff", "add", *words, "--password", "chang-de-mima-2")
    assert "还没有班级" in added.stdout
    one = ("--grade", "三年级", "--class", "1班")
    assert baoxue(demo, "staff", "class", "--login", "13800009078", *school, *one).returncode == 0
    assert "还没有" not in baoxue(demo, "staff", "edit", "--login", "13800009078").stdout
