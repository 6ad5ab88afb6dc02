"""The gate between processes: one at a time, in turn, and nobody waits for ever."""

import fcntl
import os
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from intake.errors import Busy

SHORTEST, LONGEST = 0.00005, 0.02


def patiently(attempt: Callable[[], bool], deadline: float) -> None:
    """Attempt something until it is done; a deadline that is past allows one attempt. Raises Busy.

    Each pause is an eighth of the time waited so far, so that a short wait ends almost at once and a
    long one costs nothing.
    """
    began = time.monotonic()
    while not attempt():
        now = time.monotonic()
        if now >= deadline:
            raise Busy
        time.sleep(min(max((now - began) / 8, SHORTEST), LONGEST, deadline - now))


def left(deadline: float) -> float:
    """Give the seconds until a deadline, 0 where it is past."""
    return max(deadline - time.monotonic(), 0)


class Gate:
    """A lock in a file. A blocking flock has no limit of time, so it is asked for again and again."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def enter(self, deadline: float) -> None:
        """Wait for the gate, and pass it in turn. Raises Busy.

        A process that has just left would be back before the one that waits: so whoever waits for
        the gate holds the place in front of it, and the next waits for that place.
        """
        patiently(lambda: lock_taken(self._place), deadline)
        try:
            patiently(lambda: lock_taken(self._lock), deadline)
        finally:
            fcntl.flock(self._place, fcntl.LOCK_UN)

    def entered(self) -> bool:
        """Pass the gate where it is open, and do not wait where it is not."""
        return lock_taken(self._lock)

    def leave(self) -> None:
        """Open the gate; harmless to whoever has not passed it."""
        fcntl.flock(self._lock, fcntl.LOCK_UN)

    @cached_property
    def _lock(self) -> int:
        return self._file("write.lock")

    @cached_property
    def _place(self) -> int:
        return self._file("next.lock")

    def _file(self, name: str) -> int:
        return os.open(self._path / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def lock_taken(handle: int) -> bool:
    """Take the lock of an open file, unless somebody else holds it."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
