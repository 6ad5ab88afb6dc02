"""A process that is started by another ends with it, whenever that one is killed."""

import os
import signal
import subprocess
import sys
from contextlib import closing
from socket import socketpair

import pytest

from intake.house.pulse import dying

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(sys.platform != "linux", reason="asks Linux"),
]


def test_who_is_told_to_stop_before_the_new_program_is_there_stops() -> None:
    """As when `up`, which hears of stops itself, is killed while it starts the worker again."""
    bind = dying.with_parent()
    assert bind
    ours, theirs = socketpair()

    def begin() -> None:
        bind()
        os.kill(os.getpid(), signal.SIGTERM)  # what Linux sends where the parent is gone

    own = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        with closing(ours), subprocess.Popen(["cat"], stdin=theirs, preexec_fn=begin) as child:
            theirs.close()
            try:
                code: int | None = child.wait(5)
            except subprocess.TimeoutExpired:
                code = None
            ours.close()
    finally:
        signal.signal(signal.SIGTERM, own)
    assert code == -signal.SIGTERM
