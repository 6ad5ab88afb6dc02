"""A load generator that costs little: one thread, epoll, prepared bytes in, unparsed bytes kept.

It shares the machine with the server it measures, so whatever can be done before or after the clock
runs is done there. Closed loop: each connection sends its next request when its answer is complete.
"""

import select
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

HOST = "127.0.0.1"
PATIENCE = 30.0  # seconds without any answer until the run is given up


class LoadError(RuntimeError):
    """The server broke the run: it hung, closed a connection in the middle, or spoke no HTTP."""


@dataclass
class Run:
    """Hold what one run saw; `answers` pairs the number of a request with its raw answer."""

    seconds: float = 0.0
    within: int = 0  # answers that were complete while the clock ran; the rest was drained afterwards
    cpu: float = 0.0  # seconds of CPU that the generator itself used
    busy: float = 0.0  # share of the machine's CPU time that anybody used
    latencies: list[float] = field(default_factory=list)
    answers: list[tuple[int, bytes]] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Return answers per second."""
        return self.within / self.seconds

    def percentile(self, share: float) -> float:
        """Return the latency in milliseconds that `share` of the answers did not exceed."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


def http_post(target: str, body: bytes, headers: Sequence[str]) -> bytes:
    """Return one HTTP/1.1 request as bytes."""
    head = [f"POST {target} HTTP/1.1", f"Host: {HOST}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*head, "", ""]).encode() + body


def split(answer: bytes) -> tuple[int, bytes]:
    """Return the status and the body of a raw answer."""
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head[9:12]), body


def run(port: int, requests: Sequence[bytes], connections: int, seconds: float) -> Run:
    """Send `requests` in order over keep-alive connections until time or requests run out.

    Every request that was sent is also answered: what is under way at the end is waited for.
    """
    result = Run()
    machine = _machine()
    cpu, start = time.process_time(), time.perf_counter()
    _loop(result, port, iter(enumerate(requests)), connections, start, seconds)
    result.cpu = time.process_time() - cpu
    after = _machine()
    result.busy = (after[0] - machine[0]) / max(after[1] - machine[1], 1)
    return result


def _loop(
    result: Run, port: int, queue: Iterator[tuple[int, bytes]], count: int, start: float, seconds: float
) -> None:
    clock = time.perf_counter
    deadline = start + seconds
    latencies, answers = result.latencies, result.answers
    poll = select.epoll()
    sockets: dict[int, socket.socket] = {}
    sent: dict[int, tuple[int, float]] = {}
    parts: dict[int, bytes] = {}
    try:
        for number, request in _take(queue, count):
            one = _connect(port)
            handle = one.fileno()
            sockets[handle] = one
            poll.register(handle, select.EPOLLIN)
            sent[handle] = (number, clock())
            one.sendall(request)
        while sent:
            events = poll.poll(PATIENCE)
            if not events:
                raise LoadError(f"no answer in {PATIENCE:.0f} s, {len(sent)} requests open")
            for handle, _ in events:
                data = _receive(sockets[handle], parts.pop(handle, b""))
                if not _complete(data):
                    parts[handle] = data
                    continue
                now = clock()
                number, since = sent.pop(handle)
                latencies.append(now - since)
                answers.append((number, data))
                if now >= deadline:
                    continue
                result.within, result.seconds = result.within + 1, now - start
                following = next(queue, None)
                if following is None:
                    deadline = now  # out of requests: from here on fewer connections are busy
                    continue
                if _closes(data):
                    handle = _reopen(poll, sockets, handle, port)
                sent[handle] = (following[0], clock())
                sockets[handle].sendall(following[1])
    finally:
        poll.close()
        for one in sockets.values():
            one.close()


def _take(queue: Iterator[tuple[int, bytes]], count: int) -> Iterator[tuple[int, bytes]]:
    for _ in range(count):
        item = next(queue, None)
        if item is not None:
            yield item


def _connect(port: int) -> socket.socket:
    one = socket.create_connection((HOST, port), timeout=PATIENCE)
    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    one.setblocking(False)
    return one


def _reopen(poll: select.epoll, sockets: dict[int, socket.socket], handle: int, port: int) -> int:
    """Replace a connection that the server announced to close."""
    poll.unregister(handle)
    sockets.pop(handle).close()
    one = _connect(port)
    sockets[one.fileno()] = one
    poll.register(one.fileno(), select.EPOLLIN)
    return one.fileno()


def _receive(one: socket.socket, before: bytes) -> bytes:
    try:
        data = one.recv(65536)
    except OSError as error:
        raise LoadError(f"a connection broke: {error}") from error
    if not data:
        raise LoadError(f"the server closed a connection that had a request open, after {before[:200]!r}")
    return before + data if before else data


def _complete(data: bytes) -> bool:
    """Tell whether an answer has all of its body; only Content-Length is understood."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return False
    at = data.lower().find(b"\r\ncontent-length:", 0, end)
    if at < 0:
        raise LoadError(f"an answer without Content-Length: {data[:300]!r}")
    stop = data.find(b"\r\n", at + 2)
    return len(data) - end - 4 >= int(data[at + 17 : stop])


def _closes(data: bytes) -> bool:
    return b"onnection: close" in data


def _machine() -> tuple[int, int]:
    """Return busy and all CPU ticks of the machine so far (Linux)."""
    with open("/proc/stat", encoding="ascii") as file:
        ticks = [int(word) for word in file.readline().split()[1:9]]
    return sum(ticks) - ticks[3] - ticks[4], sum(ticks)
