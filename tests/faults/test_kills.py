"""The short form: some kills by a fixed lot, and nothing that was acknowledged is lost or there twice."""

from pathlib import Path

import pytest

from tests.faults import harness

SEED, KILLS = 20261123, 14

pytestmark = pytest.mark.processes


def test_nothing_acknowledged_is_lost_or_doubled(tmp_path: Path) -> None:
    figures = harness.run(tmp_path, KILLS, SEED, every=7)
    assert figures.clean, (figures, figures.lost, figures.doubled, figures.strange, figures.wrong)
    assert sum(figures.kills.values()) == KILLS
    assert figures.acknowledged > KILLS, "the house did nothing"
