"""Ids of rows."""

import os
import time
import uuid


def new_id() -> str:
    """Give a UUIDv7 (RFC 9562): sorts by time, guessed by nobody."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10))
    value = value & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62
    return str(uuid.UUID(int=value))
