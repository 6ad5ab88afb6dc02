"""Shift the clock of every process of a house by what stands in a file: its clock module alone, not the machine's."""

import os
import time
from datetime import date, datetime, timedelta
from pathlib import Path

_FILE = Path(os.environ.get("FAULTS_CLOCK", ""))
_read = (0.0, 0.0)


def _shift() -> timedelta:
    """Give the seconds in the file, read again each fifth of a second."""
    global _read
    if time.monotonic() - _read[0] > 0.2:
        try:
            _read = time.monotonic(), float(_FILE.read_text())
        except (OSError, ValueError):
            _read = time.monotonic(), _read[1]
    return timedelta(seconds=_read[1])


if _FILE.name:
    from intake.calendar import clock

    def here(pinned: date | None = None) -> datetime:
        """Give the shifted moment."""
        real = datetime.now(clock.CHINA) + _shift()
        return datetime.combine(pinned, real.timetz()) if pinned else real

    clock.here = here
