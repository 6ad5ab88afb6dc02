"""Processes of a house that serves: which there are, what each is, whether it runs; and waiting for what must come."""

import time
from collections.abc import Callable
from pathlib import Path


def offspring(pid: int) -> set[int]:
    """Give the processes below one, children's children too."""
    try:
        found = {int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}
    except OSError:
        return set()
    return found.union(*(offspring(one) for one in found))


def words_of(pid: int) -> str:
    """Give the command line of a process."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def worker_of(pid: int) -> int:
    """Give the worker's process below `up`, 0 where there is none."""
    return next((one for one in offspring(pid) if "'worker'" in words_of(one)), 0)


def alive(pid: int) -> bool:
    """Tell whether a process runs; one that only waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def until(holds: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait for something that must come."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.05)
