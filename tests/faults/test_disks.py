"""The disk is full, or takes nothing: 503 in time with a sentence, nothing acknowledged is lost, and all goes on by itself."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

import pytest

from tests.faults.house import MORNING, House, serving
from tests.faults.ledger import Ledger, hold_against
from tests.faults.using import LATER, TAKEN, Message, Sent, verified
from tests.hands.processes import until

pytestmark = pytest.mark.processes

SIZE = 170
"""Megabytes of the disk: the house wants 100 to be free."""
TRIES = 300


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Give a house whose data lie on a small disk of their own."""
    root = tmp_path_factory.mktemp("disks")
    disk, image = root / "disk", root / "image"
    disk.mkdir()
    with image.open("wb") as file:
        file.truncate(SIZE << 20)
    try:
        for words in (
            ["mkfs.ext4", "-q", "-m", "0", str(image)],
            ["mount", "-o", "loop", str(image), str(disk)],
        ):
            subprocess.run(words, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this user may not make and mount a small disk")
    try:
        with serving(root, disk / "data") as made:
            yield made
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
    """Let no file of the data be written, made or removed, by those either who have it open.

    The wal-index is memory that all share: the kernel ends who writes into the pages of a file that became immutable.
    """
    files = (one for one in house.data.glob("baoxue.db*") if not one.name.endswith("-shm"))
    chosen = [house.data, *files, *house.data.glob("*.lock")]
    _immutable("+i", chosen)
    try:
        yield
    finally:
        _immutable("-i", chosen)


def _immutable(flag: str, paths: list[Path]) -> None:
    subprocess.run(["chattr", flag, *map(str, paths)], check=True)


class Sends(Protocol):
    """What can be sent, and sent again."""

    def send(self) -> str:
        """Send it; give what came of it."""


Sending = TypeVar("Sending", bound=Sends)
Trouble = Callable[[House], AbstractContextManager[None]]


@pytest.mark.parametrize("trouble", [full, shut])
def test_a_disk_that_takes_nothing_is_told_in_time_and_passes(
    house: House, ledger: Ledger, trouble: Trouble
) -> None:
    sent, warm = Sent(house, ledger), Message(house)
    assert warm.send() != LATER
    house.run("verify")
    with trouble(house):
        waits, _ = until_shut(sent.program)
        form, _ = until_shut(sent.form)
        message, heard = until_shut(lambda: Message(house))  # the platform must come again
        assert house.ready() is None
        for path in ("/", "/forms/absence", "/help"):
            assert house.browser().get(house.home + path, timeout=10).status_code in (200, 503), path
    until(lambda: message.send() != LATER)
    assert message.send() == message.send()
    assert (waits.send(), waits.send(), form.send(), form.send()) == (TAKEN,) * 4
    ledger.messages.update({one.openid: 1 for one in (message, warm, *heard)})
    found = hold_against(house, ledger, MORNING.date())
    assert found.clean, found
    assert not ledger.wrong, ledger.wrong
    until(lambda: house.ready() is not None)
    assert verified(house)


def until_shut(make: Callable[[], Sending]) -> tuple[Sending, list[Sending]]:
    """Send until something is not taken; give it, and what was taken before: the log may still have had room for that."""
    taken: list[Sending] = []
    for _ in range(TRIES):
        one = make()
        if one.send() == LATER:
            return one, taken
        taken.append(one)
    raise AssertionError("there is always room")
