"""The commands: called in this process, or run as a shell runs them where a test is about the process."""

import os
import sqlite3
import subprocess
import sys
import traceback
from contextlib import closing
from pathlib import Path

from click.testing import CliRunner

import wsgi

PROGRAM = str(Path(sys.executable).with_name("baoxue"))
SERVERS = ("serve", "up", "worker")
"""Commands that go on until they are stopped, or replace their process."""


def baoxue(data: Path, *words: str, typed: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    """Call a command on a data directory with no other BAOXUE_ setting than those given."""
    if words[0] in SERVERS:
        raise ValueError("a server is no part of the tests' process: use `shell`")
    bare = {key: None for key in os.environ if key.startswith("BAOXUE_") or key == "PORT"}
    done = CliRunner().invoke(
        wsgi.cli, words, input=typed, env={**bare, "BAOXUE_DATA": str(data), **environ}, prog_name="baoxue"
    )
    fault = done.exception
    told = (
        "" if fault is None or isinstance(fault, SystemExit) else "".join(traceback.format_exception(fault))
    )
    return subprocess.CompletedProcess(words, done.exit_code, done.stdout, done.stderr + told)


def bare(data: Path, **environ: str) -> dict[str, str]:
    """Give this process's environment with no other BAOXUE_ setting than those given."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("BAOXUE_")}
    return {**clean, "BAOXUE_DATA": str(data), **environ}


def shell(data: Path, *words: str, typed: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own, to its end."""
    return subprocess.run(
        [PROGRAM, *words], env=bare(data, **environ), input=typed,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def table(data: Path, sql: str) -> list[tuple[object, ...]]:
    """Read from a database behind the house's back."""
    with closing(sqlite3.connect(data / "baoxue.db")) as raw:
        return raw.execute(sql).fetchall()
