"""The worker's heartbeat: when each part of it last came round, so that one that ended or hangs is seen.

No clock of the day is asked: a demonstration pins it, and it may be set back. What counts is the machine's time since it
was started, which all its processes share, and only for the very file that was opened.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

from intake.calendar import clock
from intake.errors import Busy
from intake.store.db import HURRIED, Database, Row

EVERY = 15.0
"""Seconds between two beats."""
QUIET = 60.0
"""Seconds without a beat after which no worker is there."""
HUNG = 110.0
"""Seconds after which a part that has not come round hangs; its longest rest is a minute."""
RESTLESS, WHILE = 4, 600.0
"""Starts within so many seconds that are too many."""
WORKER, SERVER, STARTS = "worker", "server", "starts"
PARTS: Mapping[str, str] = {
    "housekeeping": "清理和归档", "keep_clocks": "个案的到期提醒", "keep_matches": "疑似重复个案的比对",
    "keep_children": "报告对上孩子",
    "keep_visits": "走访的到期提醒", "keep_differences": "名单的比对",
    "send_messages": "发给家长的消息", "fetch_files": "家长发来的照片和录音", "make_workbooks": "每天的表",
}  # fmt: skip
"""What stands still where a chore does, by its function's name."""
STOPPED = "后台程序（baoxue worker）没有在运行{}。到期提醒、发给家长的消息、每天的表都停着。报告照常收。"
HANGS = "后台程序里，{}卡住了，已经 {} 分钟没有动。"
RESTARTED = "后台程序 {} 分钟里启动了 {} 次，请看日志里的 worker。"

log = logging.getLogger("baoxue")


def moment() -> float:
    """Give the seconds since the machine was started, the same to all its processes."""
    return time.monotonic()


class Sign(threading.Event):
    """What a part of the worker goes on until; each look at it is a sign that the part has come round."""

    def __init__(self) -> None:
        """Begin alive."""
        super().__init__()
        self.seen = moment()

    def is_set(self) -> bool:
        """Tell whether to stop."""
        self.seen = moment()
        return super().is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """Rest; tell whether to stop."""
        self.seen = moment()
        try:
            return super().wait(timeout)
        finally:
            self.seen = moment()


def keep_beating(db: Database, signs: Mapping[str, Sign], over: threading.Event) -> None:
    """Note a worker's beginning, and then when each part came round, until it is over."""
    _tried(lambda: _begin(db))
    while True:
        _tried(lambda: _beat(db, {WORKER: moment(), **{one: sign.seen for one, sign in signs.items()}}))
        if over.wait(EVERY):
            return


def announce(db: Database, *, worker: bool) -> None:
    """Note that a server is being started, and a worker beside it where it is: that has a minute to be heard."""
    _tried(lambda: _beat(db, dict.fromkeys((SERVER, WORKER) if worker else (SERVER,), moment())))


def standstills(db: Database, since: float = 0.0) -> list[str]:
    """Give what stands still, in Chinese; nothing where all parts come round.

    A server that runs `since` a moment gives a worker that starts beside it the time to be heard.
    """
    heard = list(_heard(db))
    ages, starts = _ages(heard), _starts(heard)
    age = ages.pop(WORKER, None)
    if age is None or age > QUIET:
        waits = moment() - since < QUIET
        return [] if waits else [STOPPED.format(f"，已经 {age // 60:.0f} 分钟" if age else "")]
    found = [
        HANGS.format(PARTS.get(one, one), int(old // 60)) for one, old in sorted(ages.items()) if old > HUNG
    ]
    if starts >= RESTLESS:
        found.append(RESTARTED.format(int(WHILE // 60), starts))
    return found


def is_started(db: Database) -> bool:
    """Tell whether anything has been started on this file since the machine was."""
    return any(True for _ in _heard(db))


def ages_of(db: Database) -> dict[str, float]:
    """Give for each part of the worker the seconds since it came round; nothing of an earlier life of machine or file."""
    return _ages(_heard(db))


def _ages(heard: Iterable[tuple[Row, float]]) -> dict[str, float]:
    return {row["part"]: age for row, age in heard if row["part"] not in (SERVER, STARTS)}


def _starts(heard: Iterable[tuple[Row, float]]) -> int:
    return next((int(row["count"]) for row, age in heard if row["part"] == STARTS and age < WHILE), 0)


def _heard(db: Database) -> Iterator[tuple[Row, float]]:
    here, now = _place(db), moment()
    rows: list[Row] = []
    with suppress(
        db.engine.Error
    ):  # a damaged table takes no page with it: nothing is heard, and that is told
        rows = db.all("SELECT part, ticks, place, count FROM heartbeats")
    for row in rows:
        if row["place"] == here and now >= row["ticks"]:
            yield row, now - row["ticks"]


def _begin(db: Database) -> None:
    """Count a start; what an earlier worker was made of is no part of this one."""
    starts = _starts(_heard(db)) + 1
    with db.write(HURRIED):
        db.run("DELETE FROM heartbeats WHERE part NOT IN (?, ?)", (SERVER, STARTS))
        _note(db, STARTS, moment(), starts)
    if starts >= RESTLESS:
        log.error("worker started %s times within %s minutes", starts, int(WHILE // 60))


def _beat(db: Database, seen: Mapping[str, float]) -> None:
    with db.write(HURRIED):
        for part, ticks in seen.items():
            _note(db, part, ticks, 0)


def _note(db: Database, part: str, ticks: float, count: int) -> None:
    db.run(
        "INSERT INTO heartbeats (part, at, ticks, place, count) VALUES (?, ?, ?, ?, ?) ON CONFLICT (part) DO UPDATE"
        " SET at = excluded.at, ticks = excluded.ticks, place = excluded.place, count = excluded.count",
        (part, clock.stamp(clock.now()), ticks, _place(db), count),
    )


def _tried(does: Callable[[], None]) -> None:
    """Do something that can as well be done the next time, and must not end who does it."""
    try:
        does()
    except Busy:
        pass
    except Exception as fault:
        log.error("heartbeat: %s", type(fault).__name__)


def _place(db: Database) -> str:
    """Name the machine's present life and the file: a copy that is put back has not been worked on."""
    with suppress(OSError):
        found = db.path.stat()
        return f"{_life()} {found.st_dev} {found.st_ino}"
    return _life()


@cache
def _life() -> str:
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    return ""
