"""Processes that end with the one that started them, though that is killed without a word."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def with_parent() -> Callable[[], None] | None:
    """Give what a child does first: ask Linux to tell it to stop when its parent is gone; nothing elsewhere.

    The parent's own way to hear of a stop goes with the child's old program: what came before the new one is there would
    be heard by nobody, and a child whose parent was killed in that moment would serve for ever.
    """
    if sys.platform != "linux":
        return None
    parent, ask = os.getpid(), ctypes.CDLL(None, use_errno=True).prctl

    def bind() -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        ask(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:  # it was gone before we asked
            os.kill(os.getpid(), signal.SIGKILL)

    return bind
