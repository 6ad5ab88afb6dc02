"""The chat in a terminal: a script of lines in, a readable chat out."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from flask import Flask

import wsgi
from bot.simulator import chat as terminal
from bot.simulator import store
from bot.simulator.store import Entry
from intake.house import setup
from intake.reports import receipts
from intake.settings import Settings
from intake.store.db import Database
from tests.hands.cells import opened_cells
from tests.hands.command import baoxue, shell
from tests.hands.simulator import PNG, PRODUCTION


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    setup.init(settings, demo=True)
    made = wsgi.create_app({"DATA": settings.data})
    yield made
    cast(Database, made.extensions["baoxue.db"]).close()


def chat(app: Flask, *lines: str, name: str = "") -> str:
    """Run a script; give what was printed."""
    words = ["--as", name] if name else []
    done = app.test_cli_runner().invoke(terminal.chat, words, input="\n".join(lines))
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


def test_the_page_of_a_link_is_told_by_its_address(app: Flask) -> None:
    assert re.search(r"^网页：http://127\.0\.0\.1:\d+/forms/c/\S+$", chat(app, "网页"), re.MULTILINE)


def test_a_script_reads_like_a_chat(app: Flask, db: Database) -> None:
    told = chat(app, "/follow", "孩子在学校让人打了，流血了", "/quit", "这句不发")
    (report,) = db.all("SELECT receipt FROM reports")
    assert "家长> 孩子在学校让人打了，流血了\n保学通：" in told
    assert receipts.show_receipt(report["receipt"]) in told
    assert "这句不发" not in told
    assert "<a " not in told


def test_options_are_numbered_and_can_be_chosen(app: Flask) -> None:
    told = chat(app, "菜单", "/4", "/2")
    options = re.findall(r"^可点：(.*)$", told, re.MULTILINE)
    assert "/4 孩子未到校" in options[0]
    assert "/2 同意" in options[1]
    assert "您同意吗" in told
    assert "没有第 9 个按钮" in chat(app, "菜单", "/9")


def test_each_order_sends_what_it_says(app: Flask, db: Database, tmp_path: Path) -> None:
    photo = tmp_path / "child.png"
    photo.write_bytes(PNG)
    chat(app, "/voice 我要报名", "/voice", "/location 石人镇林子头村", f"/photo {photo}", "/link", "/sticker",
         "/click 进度", "//不是命令")  # fmt: skip
    said = opened_cells(db, "messages.said", "ORDER BY received_at, rowid")
    heard = "\n".join(said)
    assert len(said) == 8
    for word in (
        '"Recognition": "我要报名"',
        "石人镇林子头村",
        "MediaId",
        "资助政策问答",
        "不支持的消息类型",
        "进度",
        "/不是命令",
    ):
        assert word in heard


def test_a_retry_is_the_same_message_and_the_same_reply(app: Flask, db: Database) -> None:
    told = chat(app, "你好", "/retry")
    assert "（重发：和上次的回复一样）" in told
    assert len(db.all("SELECT 1 FROM messages")) == 1


def test_a_name_is_always_the_same_parent_and_no_name_a_new_one(app: Flask, db: Database) -> None:
    chat(app, "你好", "/as 老李", "你好", "/as 老王", "你好")
    assert len(db.all("SELECT DISTINCT reporter FROM messages")) == 3
    chat(app, "你好", name="老李")
    assert len(db.all("SELECT DISTINCT reporter FROM messages")) == 3
    chat(app, "你好")
    assert len(db.all("SELECT DISTINCT reporter FROM messages")) == 4


def test_what_was_pushed_is_shown(app: Flask, db: Database) -> None:
    chat(app, "你好", name="老李")
    (path,) = (db.settings.data / "simulator" / "chats").iterdir()
    reading = chat(app, "", name="老李")
    assert "主动发来" not in reading
    chats = db.settings.data / "simulator" / "chats"
    (name,) = [one.name for one in chats.iterdir()]
    assert path.name == name

    real = store.append

    def pushed_first(db: Database, who: str, entry: Entry) -> Entry:
        real(db, who, Entry(store.PUSH, reply="补助已经到账"))
        return real(db, who, entry)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "append", pushed_first)
        told = chat(app, "在吗", name="老李")
    assert told.count("保学通（主动发来）：补助已经到账") == 1
    assert told.index("补助已经到账") < told.index("保学通：")


def test_faults_are_told_and_the_chat_goes_on(app: Flask) -> None:
    told = chat(
        app, "/dance", "/photo /no/such/file", "/raw", "/retry", "/as", "/click 没有", "/help", "你好", "/raw"
    )
    for sentence in (
        "不认识 /dance",
        "读不到文件",
        "还没有发过消息",
        "请写名字",
        "菜单里没有这个按钮",
        "/location 地名",
    ):
        assert sentence in told
    assert "保学通：" in told
    assert "POST /wechat?signature=" in told
    assert "<Encrypt>" in told


def test_an_error_of_the_webhook_is_the_exit_code(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.webhook.LIMIT", 10)
    done = app.test_cli_runner().invoke(terminal.chat, input="你好\n")
    assert done.exit_code == 1
    assert "出错了：HTTP 413" in done.output


def test_production_is_refused_and_nothing_is_written(settings: Settings) -> None:
    setup.init(settings)
    secrets = {f"BAOXUE_{name}": value for name, value in PRODUCTION.items()}
    done = baoxue(settings.data, "chat", typed="孩子三天没来\n", **secrets)
    assert done.returncode == 2
    assert "只能在演示模式下用" in done.stderr
    assert not (settings.data / "simulator").exists()


@pytest.mark.processes
def test_a_pipe_in_any_encoding_is_read(settings: Settings) -> None:
    setup.init(settings, demo=True)
    done = shell(settings.data, "chat", typed="你好\n/quit\n", LC_ALL="C")
    assert done.returncode == 0, done.stderr
    assert "家长> 你好\n保学通：" in done.stdout
