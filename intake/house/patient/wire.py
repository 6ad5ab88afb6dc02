"""A client's socket that never waits: what has come is read, what the client does not take yet is kept."""

import errno
import socket
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

PIECE = 64 * 1024
"""Bytes that are read from a client, or sent to it, at once."""
MEMORY = 256 * 1024
"""Bytes that are kept in memory; more lie in a file that never had a name, and is gone with its process."""
GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"


class Spool:
    """Bytes that come in at one end and go out at the other."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._file: IO[bytes] = BytesIO()
        self._gone = self._end = 0
        self._large = False

    def __len__(self) -> int:
        """Give how many bytes are left."""
        return self._end - self._gone

    def put(self, data: bytes | memoryview) -> None:
        """Add bytes. Raises OSError where the disk takes none."""
        if not self._large and self._end + len(data) > MEMORY:
            self._file.seek(self._gone)
            kept = self._file.read()
            self._file, self._large = TemporaryFile(dir=self._folder), True  # noqa: SIM115 - closed by `close`
            self._file.write(kept)
            self._gone, self._end = 0, len(kept)
        self._file.seek(self._end)
        self._file.write(data)
        self._end += len(data)

    def look(self, most: int) -> bytes:
        """Give the first bytes, and keep them."""
        self._file.seek(self._gone)
        return self._file.read(min(most, len(self)))

    def skip(self, count: int) -> None:
        """Let the first bytes go, and with the last one the file."""
        self._gone += count
        if self._gone >= self._end:
            self.close()
            self._file, self._large, self._gone, self._end = BytesIO(), False, 0, 0

    def take(self, most: int) -> bytes:
        """Give the first bytes, and let them go."""
        found = self.look(most)
        self.skip(len(found))
        return found

    def close(self) -> None:
        """Let the file go."""
        self._file.close()


class Wire(socket.socket):
    """A client's socket as gunicorn's threads use it: reading gives what had arrived, writing never waits."""

    def __init__(self, accepted: socket.socket, folder: Path | None) -> None:
        super().__init__(accepted.family, accepted.type, accepted.proto, fileno=accepted.detach())
        super().setblocking(False)
        self.arrived, self.owed = Spool(folder), Spool(folder)

    def setblocking(self, flag: bool) -> None:
        """Do nothing: gunicorn would have its threads wait."""

    def settimeout(self, value: float | None) -> None:
        """Do nothing."""

    def recv(self, bufsize: int, flags: int = 0) -> bytes:
        """Give what had arrived. Raises ConnectionResetError after that: an empty answer would be the end of the body."""
        if not len(self.arrived):
            raise ConnectionResetError(errno.ECONNRESET, "nothing more has arrived")
        return self.arrived.take(bufsize)

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send what the client takes at once, and owe it the rest. Raises OSError."""
        left = memoryview(data)
        while len(left) and not len(self.owed):
            try:
                left = left[super().send(left) :]
            except BlockingIOError:
                break
        if len(left):
            self.owed.put(left)

    def send(self, data: Any, flags: int = 0) -> int:
        """Send all. But for 100: who waited for that has heard it before, and everybody else needs it no more."""
        if bytes(data) != GO_ON:
            self.sendall(data)
        return len(data)

    def hear(self) -> bytes | None:
        """Read what is there: nothing where the client is done, None where it is slow. Raises OSError."""
        try:
            return super().recv(PIECE)
        except BlockingIOError:
            return None

    def push(self) -> int:
        """Send of what is owed what the client takes now; give how much that was. Raises OSError."""
        pushed = 0
        while len(self.owed):
            try:
                sent = super().send(self.owed.look(PIECE))
            except BlockingIOError:
                break
            self.owed.skip(sent)
            pushed += sent
        return pushed

    def close(self) -> None:
        """Close, and let go what lay in files."""
        self.arrived.close()
        self.owed.close()
        super().close()
