"""When a request is whole. Only that: gunicorn's parser reads the same bytes, and it alone says what they mean."""

from collections.abc import Generator

HEAD, BODY, ASKED = "head", "body", "asked"
"""What is waited for: the rest of the head, the rest of the body, a body that the client sends once it is told to."""
LARGEST = 16 * 1024 * 1024
"""Bytes of a body that are worth waiting for: more than the house takes anywhere (13 MB)."""
LINE = 8 * 1024
"""Bytes of a line between chunks, and of all that follows the last one."""
LONG = 16
"""Digits of a number that is worth reading."""
_HEX = b"0123456789abcdefABCDEF"

Arrival = Generator[str, bytes, None]
"""A walk that is sent pieces as they come, says what it waits for, and ends when there is nothing to wait for."""


def arrival() -> Arrival:
    """Walk over one request; end in the piece that holds its last byte.

    It ends at once where gunicorn or the house will refuse whatever comes. Where gunicorn reads it differently
    nothing is mistaken: bytes that are missing close the connection, bytes that are left begin the next request.
    """
    head, end = bytearray(), -1
    while end < 0:
        searched = max(len(head) - 3, 0)
        head += yield HEAD
        end = _end_of_head(head, searched)
    came, head = bytes(head[end:]), head[:end].lower()
    length, coding = _field(head, b"content-length"), _field(head, b"transfer-encoding")
    waits = BODY if came or not _asks(head) else ASKED
    if coding is None:
        yield from _counted(length, len(came), waits)
    elif coding == b"chunked" and length is None:
        yield from _Chunks(came).walk(waits)


def _end_of_head(head: bytearray, searched: int) -> int:
    """Give where the empty line ends, or -1. A line that ends without CR counts: gunicorn refuses it, and at once."""
    proper = head.find(b"\n\r\n", searched)
    bare = head.find(b"\n\n", searched, proper if proper >= 0 else len(head))
    if bare >= 0:
        return bare + 2
    return proper + 3 if proper >= 0 else -1


def _field(head: bytearray, name: bytes) -> bytes | None:
    """Give the value of a field, of several the first: gunicorn refuses the others."""
    at = head.find(b"\n" + name + b":")
    if at < 0:
        return None
    return bytes(head[at + len(name) + 2 : head.find(b"\n", at + 1)]).strip()


def _asks(head: bytearray) -> bool:
    """Tell whether the client waits for 100 before it sends the body."""
    return _field(head, b"expect") == b"100-continue" and b" http/1.1" in head[: head.find(b"\n")]


def _counted(length: bytes | None, came: int, waits: str) -> Arrival:
    """Wait for as many bytes as were announced."""
    if length is None or not length.isdigit() or len(length) > LONG or int(length) > LARGEST:
        return
    left = int(length) - came
    while left > 0:
        left -= len((yield waits))
        waits = BODY


class _Enough(Exception):
    """There is nothing to be waited for."""


class _Chunks:
    """A body in chunks: their lines are read, what is in them is passed over."""

    def __init__(self, came: bytes) -> None:
        self.buffer, self.at, self.total, self.waits = bytearray(came), 0, len(came), BODY

    def walk(self, waits: str) -> Arrival:
        """Go from chunk to chunk, and over what follows the last. End at what is no chunk, and where it gets too large."""
        self.waits = waits
        try:
            while size := _size((yield from self._line())):
                self.at += size + 2
                while self.at > len(self.buffer):
                    yield from self._more()
            trailers = 0
            while line := (yield from self._line()):
                trailers += len(line)
                if trailers > LINE:
                    return
        except _Enough:
            return

    def _line(self) -> Generator[str, bytes, bytes]:
        """Give the next line without its end. Raises _Enough where gunicorn reads none."""
        searched = self.at
        while (end := self.buffer.find(b"\n", searched)) < 0:
            if len(self.buffer) - self.at > LINE:
                raise _Enough
            searched = len(self.buffer) - self.at  # where the search goes on, once what was read is gone
            yield from self._more()
        line = bytes(self.buffer[self.at : end])
        self.at = end + 1
        if not line.endswith(b"\r"):
            raise _Enough
        return line[:-1]

    def _more(self) -> Arrival:
        """Wait for a piece, and forget what was passed. Raises _Enough."""
        piece = yield self.waits
        self.waits = BODY
        self.total += len(piece)
        if self.total > LARGEST:
            raise _Enough
        passed = min(self.at, len(self.buffer))
        self.buffer = self.buffer[passed:] + piece
        self.at -= passed


def _size(line: bytes) -> int:
    """Read how many bytes a chunk has. Raises _Enough where it is no number, or too large."""
    digits = line.partition(b";")[0].rstrip()
    if not digits or len(digits) > LONG or digits.strip(_HEX):
        raise _Enough
    size = int(digits, 16)
    if size > LARGEST:
        raise _Enough
    return size
