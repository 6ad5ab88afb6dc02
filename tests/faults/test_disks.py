"""The disk is full, or takes nothing: 503 in time with a sentence, nothing acknowledged is lost, and all goes on by itself."""

import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.faults.house import MORNING, House, serving
from tests.faults.ledger import Ledger, hold_against
from tests.faults.using import LATER, TAKEN, Message, Program, Sent, verified
from tests.hands.processes import until

pytestmark = pytest.mark.processes

SIZE = 170
"""Megabytes of the disk: the house wants 100 to be free."""
TRIES = 300


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Give a house whose data lie on a small disk of their own."""
    root = tmp_path_factory.mktemp("disks")
    disk = root / "disk"
    disk.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}m", "none", str(disk)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("this user may not mount a small disk")
    try:
        with serving(root, disk / "data") as house:
            yield house
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    """Give the ledger of that house."""
    return Ledger()


@contextmanager
def full(house: House) -> Iterator[None]:
    """Fill the disk to the last byte."""
    junk = house.data.parent / "junk"
    with junk.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 16))
        except OSError:
            pass
    try:
        yield
    finally:
        junk.unlink()


@contextmanager
def shut(house: House) -> Iterator[None]:
    """Let no process of the house write to any file, as on a disk that may only be read after an error."""
    crew = [one for found in house.crew().values() for one in found]
    before = {one: resource.prlimit(one, resource.RLIMIT_FSIZE) for one in crew}
    for one, (_, hard) in before.items():
        resource.prlimit(one, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        for one, limits in before.items():
            if Path(f"/proc/{one}").exists():
                resource.prlimit(one, resource.RLIMIT_FSIZE, limits)


Trouble = Callable[[House], AbstractContextManager[None]]


@pytest.mark.parametrize("trouble", [full, shut])
def test_a_disk_that_takes_nothing_is_told_in_time_and_passes(
    house: House, ledger: Ledger, trouble: Trouble
) -> None:
    sent, warm = Sent(house, ledger), Message(house)
    form, message = sent.form(), Message(house)
    assert warm.send() != LATER
    house.run("verify")
    with trouble(house):
        waits = until_shut(sent.program)
        assert form.send() == LATER
        assert message.send() == LATER, "the platform must come again"
        assert house.ready() is None
        for path in ("/", "/forms/absence", "/help"):
            assert house.browser().get(house.home + path, timeout=10).status_code in (200, 503), path
    until(lambda: message.send() != LATER)
    assert message.send() == message.send()
    assert (waits(), waits(), form.send(), form.send()) == (TAKEN,) * 4
    ledger.messages.update({message.openid: 1, warm.openid: 1})
    found = hold_against(house, ledger, MORNING.date())
    assert found.clean, found
    assert not ledger.wrong, ledger.wrong
    until(lambda: house.ready() is not None)
    assert verified(house)


def until_shut(make: Callable[[], Program]) -> Callable[[], str]:
    """Send reports until one is not taken; give how to send that one again."""
    for _ in range(TRIES):
        one = make()
        if one.send() == LATER:
            return one.send
    raise AssertionError("there is always room")
