"""Files of the database are damaged or unlinked beneath a house: it says so, and acknowledges nothing that is not kept."""

import random
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.server import BIN, ROOT
from tests.faults.house import MORNING, House, serving
from tests.faults.ledger import Ledger, hold_against
from tests.faults.using import LATER, TAKEN, Message, Sent, verified
from tests.hands.processes import until

pytestmark = pytest.mark.processes


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Give a house that serves, to be damaged."""
    with serving(tmp_path) as made:
        yield made


def command(house: House, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command that may say no."""
    return subprocess.run(
        [BIN / "baoxue", *words],
        cwd=ROOT,
        env=house.env,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_log_that_was_unlinked_takes_nothing_with_it(house: House) -> None:
    """Whatever was acknowledged, before and after, is there when the house has been opened anew."""
    ledger = Ledger()
    sent, message = Sent(house, ledger), Message(house)
    for _ in range(5):
        assert sent.program().send() == TAKEN
    (house.data / "baoxue.db-wal").unlink()
    later = [sent.program() for _ in range(8)]
    for one in later:
        assert one.send() in (LATER, TAKEN)
    assert message.send()
    house.stop()
    house.start()
    for one in later:
        assert one.send() == TAKEN
    until(lambda: message.send() != LATER)
    found = hold_against(house, ledger, MORNING.date())
    assert found.clean, found
    assert not ledger.wrong, ledger.wrong
    assert verified(house)


def damage(path: Path, table: str, lot: random.Random) -> int:
    """Flip bytes in the middle of a page that holds a table's rows; give its number."""
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = raw.execute("PRAGMA page_size").fetchone()
        (root,) = raw.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        page = bytearray(file.read(size))
        page[0] ^= 0x5A  # an empty page is not hurt by its middle
        for _ in range(200):
            page[lot.randrange(size)] ^= lot.randrange(1, 256)
        file.seek((root - 1) * size)
        file.write(page)
    return int(root)


@pytest.mark.parametrize("table", ["reports", "case_events", "messages"])
def test_a_damaged_page_is_told_and_ends_nothing_in_a_traceback(house: House, table: str) -> None:
    ledger = Ledger()
    sent, message, desk = Sent(house, ledger), Message(house), house.browser("demo-bureau")
    assert sent.program().send() == TAKEN
    house.stop()
    assert command(house, "verify").returncode == 0
    damage(house.data / "baoxue.db", table, random.Random(7))
    told = command(house, "verify")
    assert told.returncode in (1, 2), told.stdout
    assert "Traceback" not in told.stdout + told.stderr
    assert told.stderr.strip()
    house.up = house.begin("up")
    until(lambda: house.up is not None and (house.up.poll() is not None or answers(house)), 90)
    if house.up.poll() is None:
        for path in (
            "/",
            "/forms/absence",
            "/readyz",
            "/healthz",
            "/metrics",
            "/desk/",
            "/desk/cases",
            "/forms/status",
        ):
            answer = desk.get(house.home + path, timeout=20)
            assert answer.status_code in (200, 303, 500, 503), path
            if answer.status_code >= 500:
                assert "。" in answer.text or "faults" in answer.text, (
                    f"{path} says nothing: {answer.text[:200]}"
                )
        assert message.send(), "an answer, or 503 and nothing that a parent would be shown"
    else:
        assert "Traceback" not in house.tail()


def answers(house: House) -> bool:
    """Tell whether anybody answers."""
    try:
        return house.browser().get(f"{house.home}/healthz", timeout=5).status_code == 200
    except OSError:
        return False
