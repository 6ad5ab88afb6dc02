"""The wire between a phone and the house: weighed, and cut when a test says so."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

from tests.e2e.server import HOST

_QUIET = 1.0  # seconds without a byte, after which all is said


class Wire:
    """A relay of its own address; `weight` is what came from the house: heads and bodies, compressed, workers' too."""

    def __init__(self, port: int) -> None:
        self.weight = 0
        self._house = port
        self._last = time.monotonic()
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server((HOST, 0))
        self.home = f"http://{HOST}:{self._listener.getsockname()[1]}"

    def __enter__(self) -> "Wire":
        """Begin to relay."""
        self._run(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close everything, and wait for the threads."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join()

    def cut(self) -> None:
        """Cut every connection that is open now, in the middle of whatever it carries."""
        with self._lock:
            cut, self._open = self._open, []
        for one in cut:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def settle(self) -> int:
        """Wait until nothing more comes, and give the weight."""
        while time.monotonic() - self._last < _QUIET:
            time.sleep(0.05)
        return self.weight

    def _accept(self) -> None:
        while True:
            try:
                phone, _ = self._listener.accept()
            except OSError:
                return
            with suppress(OSError):
                house = socket.create_connection((HOST, self._house))
                with self._lock:
                    self._open += [phone, house]
                self._run(self._carry, phone, house)

    def _carry(self, phone: socket.socket, house: socket.socket) -> None:
        with phone, house:
            up = threading.Thread(target=self._pass, args=(phone, house, False))
            up.start()
            self._pass(house, phone, True)
            up.join()

    def _pass(self, source: socket.socket, target: socket.socket, weighed: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self._last = time.monotonic()
                if weighed:
                    with self._lock:
                        self.weight += len(data)
                target.sendall(data)
        for one in (source, target):  # one side is done: the other shall not wait for it
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _run(self, work: Callable[..., None], *arguments: socket.socket) -> None:
        thread = threading.Thread(target=work, args=arguments)
        self._threads.append(thread)
        thread.start()
