"""Clients that send slowly, read slowly, or never hang up: whole crowds of them, each with what it holds."""

import http.client
import resource
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType

from tests.e2e.server import HOST, WECHAT

HANG = 20.0
"""Seconds in which each message must be answered: only a hang takes longer, however busy the machine is."""
SOON = 1.0
"""Seconds in which one of many is answered."""


def open_files(most: int = 8192) -> None:
    """Let this process hold a crowd."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 <= soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most if hard < 0 else min(most, hard), hard))


def connect(port: int, buffer: int = 0) -> socket.socket:
    """Give a connection; a small buffer takes as little of an answer as the kernel allows."""
    made = socket.socket()
    if buffer:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    made.settimeout(HANG)
    made.connect((HOST, port))
    return made


@dataclass(frozen=True)
class Attack:
    """What each of a crowd sends at first, and then, a second apart, for as long as it is held."""

    name: str
    count: int
    opening: bytes
    drip: bytes = b""
    buffer: int = 0


class Crowd:
    """The clients of one attack; they are there until the block is left."""

    def __init__(self, port: int, attack: Attack) -> None:
        self.attack, self._port = attack, port
        self.clients: list[socket.socket] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep_on)

    def __enter__(self) -> "Crowd":
        """Come, all of them."""
        for _ in range(self.attack.count):
            client = connect(self._port, self.attack.buffer)
            self.clients.append(client)
            client.setblocking(False)
            with suppress(OSError):
                client.send(self.attack.opening)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Go."""
        self._over.set()
        self._thread.join()
        for client in self.clients:
            client.close()

    def left(self) -> int:
        """Count those that the server has not hung up on, or was not heard to."""
        return sum(_is_open(client) for client in self.clients)

    def _keep_on(self) -> None:
        while self.attack.drip and not self._over.wait(1.0):
            for client in self.clients:
                with suppress(OSError):
                    client.send(self.attack.drip)


def _is_open(client: socket.socket) -> bool:
    try:
        while heard := client.recv(65536):
            assert heard
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def message_seconds(port: int) -> float:
    """Give how long a message of the platform waits for its answer, on a connection of its own."""
    post = WECHAT.safe(WECHAT.text("oSlow", "菜单"))
    began = time.monotonic()
    line = http.client.HTTPConnection(HOST, port, timeout=HANG)
    try:
        line.request("POST", f"/wechat?{post.query_string}", post.body, {"Content-Type": "text/xml"})
        answer = line.getresponse()
        assert answer.status == 200
        assert b"<Encrypt>" in answer.read()
    finally:
        line.close()
    return time.monotonic() - began


def assert_messages_are_answered(port: int, tries: int = 8) -> None:
    """Send messages one after the other: to both processes, by luck. None may hang, and one is answered soon."""
    taken = [message_seconds(port) for _ in range(tries)]
    while min(taken) > SOON:
        assert len(taken) < 10 * tries, taken
        taken.append(message_seconds(port))
