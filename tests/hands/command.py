"""The commands, as a shell runs them."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

PROGRAM = str(Path(sys.executable).with_name("baoxue"))


def baoxue(data: Path, *words: str, typed: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a command on a data directory with no other BAOXUE_ setting than those given."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("BAOXUE_")}
    return subprocess.run(
        [PROGRAM, *words], env={**clean, "BAOXUE_DATA": str(data), **environ}, input=typed,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def table(data: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(data / "baoxue.db")) as raw:
        return raw.execute(sql).fetchall()
