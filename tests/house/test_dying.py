"""A process that is started by another ends with it, whenever that one is killed."""

import os
import signal
import subprocess
import sys

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

    def begin() -> None:
        bind()
        os.kill(os.getpid(), signal.SIGTERM)  # what Linux sends where the parent is gone

    own = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        child = subprocess.Popen(["cat"], stdin=subprocess.PIPE, preexec_fn=begin)
        try:
            code: int | None = child.wait(60)
        except subprocess.TimeoutExpired:
            code = None
        child.communicate()  # its input ends, and with that the program that should not be there
    finally:
        signal.signal(signal.SIGTERM, own)
    assert code == -signal.SIGTERM
