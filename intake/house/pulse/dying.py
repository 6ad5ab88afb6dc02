"""Processes that end with the one that started them, though that is killed without a word."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def with_parent() -> Callable[[], None] | None:
    """Give what a child does first: ask Linux to tell it to stop when its parent is gone; nothing elsewhere."""
    if sys.platform != "linux":
        return None
    parent, ask = os.getpid(), ctypes.CDLL(None, use_errno=True).prctl

    def bind() -> None:
        ask(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:  # it was gone before we asked
            os.kill(os.getpid(), signal.SIGKILL)

    return bind
