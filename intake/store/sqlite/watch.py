"""Whether a database's files are still those that were opened: a house does not acknowledge into a file that is gone."""

import fcntl
import logging
import os
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from intake.errors import Busy, Replaced
from intake.store.gate import Gate, lock_taken

GLANCE = 1.0
"""Seconds for which somebody may read from files that were replaced."""
SHORTLY = 2.0
"""Seconds that bringing the log into the file waits for its turn among changes."""
_MARK = struct.Struct("=Qq8sI")

log = logging.getLogger("baoxue.store")


class _Brought(NamedTuple):
    """How far the log was brought into which file: when that was changed last, which log it is, how many of its frames."""

    inode: int
    changed: int
    salts: bytes
    frames: int


class Watch:
    """The three files of a database as they were opened; once they are not, nothing is taken until the process ends.

    Another file in the place of one has another inode. One that was written over in its place is told by its time:
    only a checkpoint writes into it, and says in the wal-index how far it has come (sqlite.org/walformat.html, 2.1).
    Where the file stood after the last one is kept in a file beside it, for all processes of the house.
    It is read and written behind the gate alone: a log that was brought in whole is begun anew by the next change, and
    what was not kept until then would look like a file that was written over.
    """

    def __init__(self, path: Path, connect: Callable[[Path], Any]) -> None:
        self._path, self._connect = path, connect
        self._paths = [f"{path}{end}" for end in ("", "-wal", "-shm")]
        self._opening = threading.Lock()
        self._anchor: Any = None  # an open connection, so that no last one to close removes the log
        self._files: list[tuple[int, int]] = []
        self._index = self._mark = self._lock = -1
        self._gate = Gate(path.parent)  # not the engine's: to itself, a process is always open
        self._asking = threading.Lock()  # to its own handle a gate is open: one thread at a time passes it
        self._judging = threading.Lock()  # the other lock is the process's, not the thread's
        self._known = 0
        self._next = 0.0
        self._lost = ""

    def begin(self, *, lately: bool = False) -> None:
        """Remember the files, or see that those that are remembered are there, or were `lately`. Raises Busy, Replaced."""
        if self._anchor is None and not self._lost:
            with self._opening:
                if self._anchor is None:
                    self._open()
        self.glance() if lately else self.check()

    def check(self, *, behind_gate: bool = False) -> None:
        """See that the files are those that were opened. Raises Replaced."""
        if self._files and not self._lost and (name := self._replaced(behind_gate)):
            self._lose(name)
        if self._lost:
            raise Replaced

    def glance(self) -> None:
        """Check, if the last time was a second ago. Raises Replaced."""
        now = time.monotonic()
        if self._lost or now > self._next:
            self._next = now + GLANCE
            self.check()

    def note(self) -> None:
        """Keep, behind the gate, what has been brought into the file; what was written over is found by a check."""
        with suppress(OSError):
            if self._mark >= 0 and os.stat(self._paths[0]).st_mtime_ns != self._known:
                self._written_over(behind_gate=True)

    @contextmanager
    def bringing(self) -> Iterator[bool]:
        """Bring the log into the file, and keep how far; gives False where another process does. Raises Busy, Replaced.

        Meanwhile nothing is kept and nobody judges: where this process is killed, what is found counts as right.
        """
        self.begin()
        free = self._begun_bringing()
        try:
            yield free or self._mark < 0
        finally:
            if free:
                self._end_bringing()

    def _begun_bringing(self) -> bool:
        if self._mark < 0:
            return False
        with self._behind_gate():
            if not self._taken():
                return False
            written_over = self._is_written_over()
            self._keep(None)
        if written_over:
            self._let()
            self._lose(self._path.name)
            raise Replaced
        return True

    def _end_bringing(self) -> None:
        try:
            with suppress(Busy), self._behind_gate():
                self._keep(self._look())
        finally:
            self._let()

    @contextmanager
    def _behind_gate(self) -> Iterator[None]:
        """Wait for a turn among changes. Raises Busy, also where a full or shut disk gives no lock."""
        with self._asking:
            try:
                self._gate.enter(time.monotonic() + SHORTLY)
            except OSError:
                raise Busy from None
            try:
                yield
            finally:
                self._gate.leave()

    def end(self) -> None:
        """Forget the files; what was lost stays lost."""
        with self._opening:
            anchor, self._anchor, self._files = self._anchor, None, []
            self._let_go()
            if anchor is not None:
                anchor.close()

    def __del__(self) -> None:
        self._let_go()

    def _let_go(self) -> None:
        """Leave before the last connection closes, which removes the log: who comes then finds nobody, and begins anew."""
        handles = [one for one in (self._mark, self._lock) if one >= 0]
        self._index = self._mark = self._lock = -1
        for one in handles:
            os.close(one)

    def _open(self) -> None:
        anchor = self._connect(self._path)
        with suppress(OSError):
            self._files = [_file(os.stat(one)) for one in self._paths]
            self._index = _handle(self._files[2])
        if self._index >= 0:
            with suppress(OSError):  # a disk that takes nothing
                self._lock, self._mark = (
                    os.open(self._path.with_name(name), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                    for name in ("checkpoint.lock", "checkpoint.mark")
                )
                if lock_taken(self._mark):  # nobody else of the house is here: as it is now, it is right
                    self._keep(self._look())
                fcntl.flock(self._mark, fcntl.LOCK_SH)
        self._anchor = anchor

    def _replaced(self, behind_gate: bool) -> str:
        """Give the name of a file that is not what it was, or nothing."""
        for path, known in zip(self._paths, self._files, strict=False):
            try:
                found = os.stat(path)
            except OSError:
                return os.path.basename(path)
            if (found.st_dev, found.st_ino) != known:
                return os.path.basename(path)
            fresh = path is self._paths[0] and found.st_mtime_ns != self._known
            if fresh and self._written_over(behind_gate):
                return self._path.name
        return ""

    def _lose(self, name: str) -> None:
        self._lost = name
        log.error("%s is not the file that was opened: nothing is taken until a restart", name)

    def _written_over(self, behind_gate: bool) -> bool:
        """Judge, unless others change the file: whoever makes a change, or brings the log in, does so by itself."""
        if self._mark < 0:
            return False
        if behind_gate:
            return self._judged()
        if not self._asking.acquire(blocking=False):  # another thread is at it
            return False
        try:
            if not self._entered():
                return False
            try:
                return self._judged()
            finally:
                self._gate.leave()
        finally:
            self._asking.release()

    def _judged(self) -> bool:
        if not self._taken():
            return False
        try:
            return self._is_written_over()
        finally:
            self._let()

    def _entered(self) -> bool:
        with suppress(OSError):  # a disk that gives no lock
            return self._gate.entered()
        return False

    def _taken(self) -> bool:
        """Keep others of the house from bringing the log in; False where one does. Nobody waits for it."""
        if not self._judging.acquire(blocking=False):
            return False
        if self._lock >= 0 and lock_taken(self._lock):
            return True
        self._judging.release()
        return False

    def _let(self) -> None:
        if self._lock >= 0:
            fcntl.flock(self._lock, fcntl.LOCK_UN)
        self._judging.release()

    def _is_written_over(self) -> bool:
        """Tell whether the file was changed though no checkpoint has brought it further; keep what one has brought."""
        now, kept = self._look(), self._kept()
        if (
            now is None
        ):  # another program is at it, or was killed: what it will have brought in counts as right
            self._keep(None)
            return False
        if kept is None or now.inode != kept.inode or now.changed == kept.changed:
            brought = True
        else:  # SQLite itself brings a long log in, or another program: there are more frames, of this log or a new one
            brought = now.frames > (kept.frames if now.salts == kept.salts else 0)
        if brought:
            self._keep(now)
        return not brought

    def _look(self) -> _Brought | None:
        """Look at the file and its wal-index; None while somebody brings the log into it.

        By SQLite's own handle: to close another of ours would open the locks that SQLite has on that file.
        """
        with suppress(OSError, struct.error):
            first = os.pread(self._index, 132, 0)
            file = os.stat(self._paths[0])
            then = os.pread(self._index, 132, 0)
            (done,), (wanted,) = struct.unpack_from("=I", then, 96), struct.unpack_from("=I", then, 128)
            if done == wanted and first[32:40] + first[96:100] == then[32:40] + then[96:100]:
                return _Brought(file.st_ino, file.st_mtime_ns, then[32:40], done)
        return None

    def _kept(self) -> _Brought | None:
        with suppress(OSError, struct.error):
            return _Brought(*_MARK.unpack(os.pread(self._mark, _MARK.size, 0)))
        return None

    def _keep(self, now: _Brought | None) -> None:
        with suppress(OSError):
            if now is None:
                os.ftruncate(self._mark, 0)
            else:
                os.pwrite(self._mark, _MARK.pack(*now), 0)
        self._known = now.changed if now else 0


def _file(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino


def _handle(file: tuple[int, int]) -> int:
    """Give the handle by which this process has a file open, -1 where that is not to be found out."""
    for one in os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else ():
        with suppress(OSError):
            if _file(os.fstat(int(one))) == file:
                return int(one)
    return -1
