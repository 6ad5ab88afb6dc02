"""What tests share lies in `tests/hands` and beside the walks: no test module is imported by anything.

And what they say of themselves is true: those that are not marked for it start no process.
"""

import multiprocessing
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent
TEST = re.compile(r"^\s*(?:from tests\S* import|import tests\S*|from tests\S*test_\w+).*", re.MULTILINE)


def test_nothing_imports_a_test_module() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {line}"
        for path in ROOT.rglob("*.py")
        for line in TEST.findall(path.read_text("utf-8"))
        if re.search(r"\btest_", line)
    }
    assert not found


@pytest.mark.parametrize(
    "start",
    [
        lambda: subprocess.run(["true"], check=False),
        lambda: multiprocessing.get_context("spawn").Process(target=print).start(),
        os.fork,
    ],
    ids=["a command", "a process", "a fork"],
)
def test_who_starts_a_process_says_so(start: Callable[[], object]) -> None:
    with pytest.raises(AssertionError, match="processes"):
        start()
