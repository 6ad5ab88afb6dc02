"""A client's connection: what it is waited for, since when, and how fast it goes."""

import time

from gunicorn.workers.gthread import TConn

from intake.house.patient.arrival import ASKED, BODY, HEAD, arrival

IDLE, ANSWER, END = "idle", "answer", "end"
"""Between two requests, or with a thread; taking its answer; told that there will be no more."""
FIRST = 10.0
"""Seconds for a head."""
SILENT = 30.0
"""Seconds without a byte of a body or an answer."""
SPAN, PACE = 30.0, 2000
"""In each span of so many seconds, so many bytes a second on an average."""
LINGER = 2.0
"""Seconds to hang up in: who closes while a client still sends cuts the end of its own answer."""
HURRY = 2.0
"""Seconds that are left for a body when the house closes."""
YOUNG = 1.0
"""Seconds in which nothing can be said of a connection."""


class Caller(TConn):  # type: ignore[misc]
    """One connection. It belongs to the main loop, or to the thread that answers it, never to both."""

    def __init__(self, cfg: object, wire: object, client: object, server: object) -> None:
        super().__init__(cfg, wire, client, server)
        self.data_ready = True  # no thread waits for it
        self.answered: object = None  # gunicorn's future of the last request
        self.watched = self.counted = 0
        self.keeps = self.is_gone = False
        self.begin()

    def begin(self) -> None:
        """Wait for a request."""
        self.walk = arrival()
        self.enter(next(self.walk))

    def enter(self, stage: str) -> None:
        """Wait for something else, from now on."""
        self.stage = stage
        self.since = self.last = self._mark = self._mark_before = time.monotonic()
        self.moved = self._marked = self._marked_before = 0

    def move(self, count: int) -> None:
        """Count bytes that came or went."""
        self.moved += count
        self.last = time.monotonic()

    def is_late(self, now: float, closing: float | None) -> bool:
        """Tell whether it had its time; `closing`, since when the house closes, makes it short."""
        if self.stage == HEAD:
            return closing is not None or now - self.since > FIRST
        if self.stage == END:
            return now - self.since > LINGER
        in_hurry = closing is not None and now - closing > HURRY
        return in_hurry or now - self.last > SILENT or self._lags(now)

    def pace(self, now: float) -> float:
        """Give the bytes a second of the last one or two spans."""
        return (self.moved - self._marked_before) / max(now - self._mark_before, YOUNG)

    def worth(self, now: float) -> tuple[bool, int, float]:
        """Say how much would be lost with it: of least worth is who asked nothing, the longest time; then who is slow."""
        begun = self.stage in (BODY, ASKED, ANSWER)
        rank = 3 if begun else (2 if self.moved else 0) if self.stage == HEAD else 1
        return now - self.since < YOUNG, rank, self.pace(now) if begun else self.since

    def close(self, graceful: bool = False) -> None:
        """Close at once: to wait for the other side's end is the main loop's, which waits for everybody."""
        self.is_gone = True
        super().close()

    def _lags(self, now: float) -> bool:
        """Tell at the end of each span whether too little moved in it."""
        if now - self._mark < SPAN:
            return False
        slow = self.moved - self._marked < PACE * (now - self._mark)
        self._mark_before, self._marked_before = self._mark, self._marked
        self._mark, self._marked = now, self.moved
        return slow
