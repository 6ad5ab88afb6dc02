"""Ids sort in the order in which they were made, whatever the clock says."""

import threading
import time
import uuid

import pytest

from intake.store import ids


@pytest.mark.parametrize("step", [0, -3_600_000_000_000, 1], ids=["stands", "set back", "creeps"])
def test_what_was_made_last_is_the_greatest(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    start, ticks = time.time_ns(), iter(range(1000))
    monkeypatch.setattr(time, "time_ns", lambda: start + step * next(ticks))
    made = [ids.new_id() for _ in range(1000)]
    assert made == sorted(set(made))


def test_it_is_a_uuid_of_version_7_and_says_when(monkeypatch: pytest.MonkeyPatch) -> None:
    later = time.time_ns() // 1_000_000 + 5_000
    monkeypatch.setattr(time, "time_ns", lambda: later * 1_000_000)
    first, *others = [uuid.UUID(ids.new_id()) for _ in range(100)]
    assert first.int >> 80 == later
    assert {(one.version, one.variant) for one in (first, *others)} == {(7, uuid.RFC_4122)}


def test_threads_at_once_make_no_id_twice() -> None:
    made = list[str]()
    threads = [
        threading.Thread(target=lambda: made.extend([ids.new_id() for _ in range(500)])) for _ in range(4)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(set(made)) == 2000


def test_what_comes_after_sorts_behind_whoever_made_the_other_and_by_whatever_clock() -> None:
    ahead = str(uuid.UUID(int=uuid.UUID(ids.new_id()).int + (1 << 100)))
    later = ids.id_after(ahead)
    assert later > ahead
    assert ids.id_after(later) > later
    assert len(ids.id_after("")) == len(ahead)
