"""How work grows with what it is given: by the processor's time of this thread, or by counted calls; never by a clock."""

import sys
import time
from collections.abc import Callable
from math import inf

ROUNDS = 60
"""Measurements after which growth is what it seems; other processes only ever make one of them too long."""
SURE = 3
"""Measurements that are taken at least."""
TOO_SHORT = 0.001
"""Seconds below which a coarse clock measures nothing: what takes no longer at all cannot have grown."""


def linear(work: Callable[[str], object], text: str) -> bool:
    """Tell whether work grows no faster than its text: twice as much takes twice as long, and not four times."""
    half, best = text[: len(text) // 2], dict[str, float]()
    for rounds in range(ROUNDS):
        for said in (half, text):
            best[said] = min(best.get(said, inf), _spent(work, said))
        if rounds >= SURE and best[text] < max(3 * best[half], TOO_SHORT):
            return True
    return False


def _spent(work: Callable[[str], object], said: str) -> float:
    began = time.thread_time()
    work(said)
    return time.thread_time() - began


def calls(work: Callable[[], object]) -> int:
    """Count the calls, of Python's and of C's functions, that something takes."""
    count = 0

    def heard(_: object, event: str, __: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(heard)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count
