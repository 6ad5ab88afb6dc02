"""The commands `wechat` and `doctor`, and the worker, as a shell runs them against a stand-in of the platform."""

import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.wechat import menu
from intake.kinds import KINDS
from intake.messages import outbox, tokens
from intake.settings import load
from intake.store.db import Database
from tests.hands.command import PROGRAM, baoxue, bare, shell
from tests.hands.lost_property import LostProperty
from tests.hands.messages import post, written
from tests.hands.tencent import JPEG, MENU, QRCODE, SEND, SHOW, TOKEN, Tencent, environ

KEY = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"


@pytest.fixture
def platform() -> Iterator[Tencent]:
    with Tencent() as one:
        yield one


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("wechat") / "var"
    assert baoxue(data, "init", "--demo").returncode == 0
    return data


def real(platform: Tencent) -> dict[str, str]:
    return {
        **environ(platform),
        "BAOXUE_MODE": "production",
        "BAOXUE_WECHAT_TOKEN": "q8Zr5vYk2m",
        "BAOXUE_WECHAT_AES_KEY": KEY,
        "BAOXUE_CONTACT_PHONE": "0439-3720000",
    }


# -- the menu


def test_the_menu_is_created_as_the_platform_takes_it(demo: Path, platform: Tencent) -> None:
    done = baoxue(demo, "wechat", "menu", **environ(platform))
    assert done.returncode == 0, done.stderr
    report, progress, more = platform.menu["button"]
    assert {one["key"]: one["name"] for one in report["sub_button"]} == {
        key: kind.title for key, kind in KINDS.items()
    }
    assert (progress["key"], [one["key"] for one in more["sub_button"]]) == ("进度", ["人工", "菜单"])
    assert b"\\u" not in platform.bodies[-1]
    assert "孩子未到校" in done.stdout


def test_a_menu_of_many_kinds_still_fits(platform: Tencent, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(9):
        monkeypatch.setitem(KINDS, f"lost_{n}", LostProperty)
        made = menu.buttons()
        assert "errcode" in (answer := platform._menu({"button": made}))
        assert answer == {"errcode": 0, "errmsg": "ok"}
        assert made[-1]["sub_button"][-1]["key"] == "菜单"


def test_a_refused_menu_is_one_chinese_line(demo: Path, platform: Tencent) -> None:
    platform.fail(MENU, 48001)
    done = baoxue(demo, "wechat", "menu", **environ(platform))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "48001" in done.stderr
    assert "没有认证" in done.stderr


# -- QR codes


def test_a_school_gets_its_code(demo: Path, platform: Tencent, tmp_path: Path) -> None:
    row = Database(load({"DATA": demo}, {})).one("SELECT code, name FROM schools ORDER BY code LIMIT 1")
    assert row is not None
    for said in (row["code"], row["name"]):
        out = tmp_path / f"{len(said)}.jpg"
        done = baoxue(demo, "wechat", "qrcode", "--school", said, "--out", str(out), **environ(platform))
        assert done.returncode == 0, done.stderr
        assert out.read_bytes() == JPEG
        assert str(out) in done.stdout
    assert set(platform.scenes.values()) == {f"school:{row['code']}"}


def test_a_school_that_is_not_known_or_a_picture_that_does_not_come(
    demo: Path, platform: Tencent, tmp_path: Path
) -> None:
    out = tmp_path / "code.jpg"
    words = ("wechat", "qrcode", "--out", str(out), "--school")
    assert baoxue(demo, *words, "霍格沃茨魔法学校", **environ(platform)).returncode == 2
    assert QRCODE not in platform.calls
    row = Database(load({"DATA": demo}, {})).one("SELECT code FROM schools LIMIT 1")
    assert row is not None
    platform.fail(SHOW, "html")
    assert baoxue(demo, *words, row["code"], **environ(platform)).returncode == 2
    assert not out.exists()


# -- doctor


def test_doctor_finds_nothing_where_all_is_well(tmp_path: Path, platform: Tencent) -> None:
    assert baoxue(tmp_path, "init").returncode == 0
    done = baoxue(tmp_path, "doctor", **real(platform))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "没有问题" in done.stdout
    assert "access_token" in done.stdout
    for secret in (platform.secret, KEY, platform.tokens[0], "q8Zr5vYk2m"):
        assert secret not in done.stdout + done.stderr


SICK = {
    "secret": ({"BAOXUE_WECHAT_SECRET": ""}, "BAOXUE_WECHAT_SECRET"),
    "aes": ({"BAOXUE_WECHAT_AES_KEY": "x" * 30 + "abcde"}, "43"),
    "mode": ({"BAOXUE_MODE": "test"}, "BAOXUE_MODE"),
    "wrong secret": ({"BAOXUE_WECHAT_SECRET": "0123456789abcdeg"}, "40125"),
    "wrong appid": ({"BAOXUE_WECHAT_APPID": "wxfedcba98"}, "40013"),
    "address": ({"BAOXUE_WECHAT_API": "http://127.0.0.1:9"}, "连不上"),
    "clear text": ({"BAOXUE_WECHAT_API": "http://example.org"}, "https"),
    "pages in clear text": ({"BAOXUE_ADDRESS": "http://baoxue.example.cn"}, "https"),
    "sign-in without an address": ({"BAOXUE_WECHAT_OAUTH": "on"}, "BAOXUE_ADDRESS"),
    "a bell that is not there": ({"BAOXUE_ALARM_COMMAND": "/none/ring 1"}, "BAOXUE_ALARM_COMMAND"),
    "no address": ({"BAOXUE_WECHAT_API": "weixin"}, "BAOXUE_WECHAT_API"),
}


@pytest.mark.parametrize(("more", "told"), SICK.values(), ids=SICK)
def test_doctor_says_what_is_wrong(
    tmp_path: Path, platform: Tencent, more: dict[str, str], told: str
) -> None:
    assert baoxue(tmp_path, "init").returncode == 0
    done = baoxue(tmp_path, "doctor", **{**real(platform), **more})
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("code", "told"), [(40164, "白名单"), (45009, "明天"), (-1, "繁忙")])
def test_doctor_explains_the_platforms_codes(tmp_path: Path, platform: Tencent, code: int, told: str) -> None:
    assert baoxue(tmp_path, "init").returncode == 0
    platform.fail(TOKEN, code)
    done = baoxue(tmp_path, "doctor", **real(platform))
    assert done.returncode == 1
    assert told in done.stderr
    assert str(code) in done.stderr


def test_doctor_without_a_database_or_keys(tmp_path: Path, platform: Tencent) -> None:
    done = baoxue(tmp_path / "none", "doctor", **real(platform))
    assert (done.returncode, "baoxue init" in done.stderr) == (1, True)
    assert not (tmp_path / "none").exists()
    assert baoxue(tmp_path, "init").returncode == 0
    (tmp_path / "keys" / "data.keys").unlink()
    done = baoxue(tmp_path, "doctor", **real(platform))
    assert (done.returncode, "密钥" in done.stderr) == (1, True)


def test_doctor_says_when_it_knows_no_holidays_yet(tmp_path: Path, platform: Tencent) -> None:
    assert baoxue(tmp_path, "init", "--demo").returncode == 0
    for today, told in (("2026-03-02", False), ("2098-12-20", True)):
        done = baoxue(
            tmp_path, "doctor", **{**environ(platform), "BAOXUE_MODE": "demo", "BAOXUE_TODAY": today}
        )
        assert (done.returncode, "年的节假日" in done.stdout) == (0, told), done.stdout + done.stderr


def test_doctor_sees_an_old_database(tmp_path: Path, platform: Tencent) -> None:
    assert baoxue(tmp_path, "init").returncode == 0
    with Database(load({"DATA": tmp_path}, {})).schema() as schema:
        schema.run("DELETE FROM _sqlite_migrations WHERE name = 'm005_sending'")
    done = baoxue(tmp_path, "doctor", **real(platform))
    assert (done.returncode, "旧版本" in done.stderr) == (1, True)


def test_doctor_sees_answers_that_cannot_be_read(tmp_path: Path, platform: Tencent) -> None:
    assert baoxue(tmp_path, "init").returncode == 0
    (tmp_path / "answers.toml").write_text("[[answer]]\ntopic = ", "utf-8")
    done = baoxue(tmp_path, "doctor", **real(platform))
    assert (done.returncode, "answers.toml" in done.stderr) == (1, True)


def test_doctor_sees_a_clock_that_is_wrong(tmp_path: Path, platform: Tencent) -> None:
    assert baoxue(tmp_path, "init").returncode == 0
    platform.behind = 300
    done = baoxue(tmp_path, "doctor", **real(platform))
    assert done.returncode == 1
    assert "快 " in done.stderr


def test_doctor_tells_a_ban_late_messages_and_calls(tmp_path: Path, platform: Tencent) -> None:
    assert baoxue(tmp_path, "init").returncode == 0
    db = Database(load({"DATA": tmp_path}, {}))
    post(db, written(db))
    post(db, "")
    with db.write():
        db.run("UPDATE outbox SET due_at = '2020' WHERE state = 'waiting'")
    tokens.stop(db, platform.appid, "48004", db.now().replace(year=9000))
    done = baoxue(tmp_path, "doctor", **real(platform))
    assert done.returncode == 1
    assert "封禁" in done.stderr
    assert "baoxue worker" in done.stderr
    assert "1 条消息家长未收到" in done.stdout


def test_a_demonstration_whose_stand_in_is_off_is_not_sick(demo: Path) -> None:
    done = baoxue(demo, "doctor", PORT="9")
    assert done.returncode == 0, done.stderr
    assert "127.0.0.1:9/simulator/api" in done.stdout


# -- the worker


@pytest.mark.processes
def test_the_worker_sends_and_ends_gracefully(demo: Path, platform: Tencent) -> None:
    db = Database(load({"DATA": demo}, {}))
    who = written(db)
    key = post(db, who, "有结果了")
    worker = subprocess.Popen(
        [PROGRAM, "worker"], env=bare(demo, **environ(platform)), stderr=subprocess.PIPE, text=True
    )
    try:
        for _ in range(200):
            if platform.sent:
                break
            time.sleep(0.05)
        before = platform.calls.count(SEND)  # 2: the token that lay there was of another stand-in
        platform.delay = 1.0  # the next call is under way when the worker is told to stop
        second = post(db, who, "还有一条")
        for _ in range(200):
            if platform.calls.count(SEND) > before:
                break
            time.sleep(0.05)
    finally:
        worker.send_signal(signal.SIGTERM)
        _, told = worker.communicate(timeout=30)
    assert worker.returncode == 0
    assert [text for _, text in platform.sent] == ["有结果了", "还有一条"]
    rows = db.all("SELECT id FROM outbox WHERE state = 'sent'")
    assert {row["id"] for row in rows} == {key, second}
    assert outbox.waiting_for(db, who) == []
    for secret in (platform.secret, platform.tokens[0], "oParent-1", "有结果了"):
        assert secret not in told


@pytest.mark.processes
def test_a_worker_without_secrets_says_so_in_one_line(tmp_path: Path) -> None:
    assert baoxue(tmp_path, "init").returncode == 0
    done = shell(tmp_path, "worker", BAOXUE_WECHAT_APPID="wx1234567890abcdef")
    assert done.returncode == 2
    assert "BAOXUE_WECHAT_SECRET" in done.stderr
    assert "Traceback" not in done.stderr
