"""Ids of rows."""

import os
import threading
import time
import uuid

_made, _last = threading.Lock(), 0


def new_id() -> str:
    """Give a UUIDv7 (RFC 9562): sorts by time, guessed by nobody.

    Those of one process sort in the order in which they were made, also within a millisecond and after
    the clock was set back: what was written last is found by the greatest id.
    """
    global _last
    with _made:
        now = (time.time_ns() // 1_000_000) << 74 | int.from_bytes(os.urandom(10)) >> 6
        _last = now if now > _last else _last + 1 + int.from_bytes(os.urandom(7))
        stamp, high, low = _last >> 74, _last >> 62 & 0xFFF, _last & (1 << 62) - 1
    said = f"{stamp << 80 | 0x7 << 76 | high << 64 | 0x2 << 62 | low:032x}"  # a list makes hundred thousands of them
    return f"{said[:8]}-{said[8:12]}-{said[12:16]}-{said[16:20]}-{said[20:]}"


def id_after(last: str) -> str:
    """Give an id that sorts behind another one, whichever process made that, and however its clock goes."""
    made = new_id()
    return made if made > last else str(uuid.UUID(int=uuid.UUID(last).int + 1))
