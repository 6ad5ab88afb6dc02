"""Secrets: no program that the house starts is given them, no command and no log tells them."""

import json
import logging
import secrets
import sys
from pathlib import Path

import pytest

from exports.lists import reading
from intake.house import rounds
from intake.settings import load
from intake.store.db import Database
from tests.hands.command import baoxue

SECRET = {name: secrets.token_hex(24) for name in ("WECHAT_SECRET", "WECHAT_TOKEN", "METRICS_TOKEN")} | {
    "WECHAT_AES_KEY": secrets.token_hex(22)[:43]
}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let the house's secrets stand in its environment, as a server's do; give them."""
    for name, value in SECRET.items():
        monkeypatch.setenv(f"BAOXUE_{name}", value)
    return list(SECRET.values())


def dumping(tmp_path: Path) -> tuple[Path, Path]:
    """Give a program that writes its environment down, and where."""
    program, dump = tmp_path / "dump", tmp_path / "dumped"
    program.write_text(f"#!/bin/sh\nenv > {dump}\necho '{{\"sheets\": []}}'\n")
    program.chmod(0o700)
    return program, dump


@pytest.mark.processes
def test_the_alarm_command_is_given_no_secret(tmp_path: Path, told: list[str]) -> None:
    program, dump = dumping(tmp_path)
    settings = load({"DATA": tmp_path, "MODE": "demo", "ALARM_COMMAND": str(program)})
    assert rounds.ring(settings, ["220605-2026-000001"]) == 1
    given = dump.read_text()
    assert "PATH=" in given
    assert not [one for one in told if one in given]
    assert "BAOXUE_" not in given


@pytest.mark.processes
def test_the_reader_of_workbooks_is_given_no_secret(
    tmp_path: Path, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    program, dump = dumping(tmp_path)
    monkeypatch.setattr(sys, "executable", str(program))
    assert reading._read_apart(b"no workbook") == {"sheets": []}
    assert not [one for one in told if one in dump.read_text()]


def test_no_command_and_no_log_tells_a_secret(
    db: Database, told: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for one in db.settings.keys.iterdir():
        told += one.read_text().split()
    made = baoxue(db.settings.data, "client", "add", "学籍系统")
    key = made.stdout.split()[-1]
    assert len(key) > 40
    told += [key, key.partition(".")[2]]
    environ = {f"BAOXUE_{name}": value for name, value in SECRET.items()}
    for words in (("doctor",), ("verify",), ("init",), ("client", "list"), ("client", "list", "--json"), ("staff", "list"),
                  ("rotate-keys",), ("backup",), ("tick",), ("cases", "--json"), ("processing",)):  # fmt: skip
        done = baoxue(db.settings.data, *words, BAOXUE_MODE="demo", **environ)
        assert done.returncode in (0, 1), (words, done.stderr)
        assert not [one for one in told if one in done.stdout + done.stderr], words
    assert not [one for one in told if one in caplog.text]
    assert not [one for one in SECRET.values() if one in repr(load({"DATA": db.settings.data}))]
    for column in ("actor", "subject", "detail"):
        rows = json.dumps([row[column] for row in db.all(f"SELECT {column} FROM audit")])
        assert not [one for one in told if one in rows]
