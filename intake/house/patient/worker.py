"""Gunicorn's thread worker, but that its threads get whole requests, and never wait for a client to send or to take.

The main loop alone waits, for all at once, and for nobody longer than is fair. All ways to a thread lead through
`enqueue_req`, all ways back through `finish_request`: those two of gunicorn's methods are other ones here.
"""

import errno
import resource
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from selectors import EVENT_READ, EVENT_WRITE
from socket import SHUT_WR
from typing import Any

from gunicorn.http import wsgi
from gunicorn.workers.gthread import ThreadWorker

from intake import settings
from intake.house.patient import sayings
from intake.house.patient.arrival import ASKED, HEAD
from intake.house.patient.caller import ANSWER, END, IDLE, Caller
from intake.house.patient.wire import GO_ON, Wire

LONGEST = 64 * 1024
"""Bytes of a head."""
HELD = 256 * 1024 * 1024
"""Bytes of bodies and answers that a process keeps, most of them in files; the slowest are given up beyond."""
PULSE = 0.5
"""Seconds between two looks at who is late."""
CROWD = 16
"""Connections that are given up together where there is no room for another."""
SPARE = 512
"""Files that a process may have open besides its connections, and what lies in files for them."""
_FULL = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_NOBODY = frozenset({errno.EAGAIN, errno.EWOULDBLOCK, errno.ECONNABORTED})


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """A process of the web server."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.log: Any = sayings.DiscreetLog(self.log)
        self.waiting: set[Caller] = set()
        self.held, self.swept = 0, 0.0
        self.closing: float | None = None
        self.folder: Path | None = None

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        """Refuse options under which a thread would wait after all. Raises RuntimeError."""
        super().check_config(cfg, log)
        if cfg.is_ssl or cfg.sendfile is not False or cfg.http2_cleartext != "off":
            raise RuntimeError("PatientWorker needs --no-sendfile, and speaks neither TLS nor HTTP/2")

    def init_process(self) -> None:
        """Begin: what is large lies on the disk of the data, which is no memory; each connection may need three files."""
        data = settings.load().data
        self.folder = data if data.is_dir() else None
        wanted = 3 * self.worker_connections + SPARE
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if 0 <= soft < wanted:
            most = wanted if hard < 0 else min(wanted, hard)
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        wsgi.Response = sayings.UnsignedResponse
        super().init_process()

    def accept(self, listener: Any) -> None:
        """Take a connection. Where there is no more room, those go that are worth the least."""
        try:
            accepted, client = listener.accept()
        except OSError as error:
            if error.errno in _FULL:
                self._make_room()
            elif error.errno not in _NOBODY:
                raise
            return
        self.nr_conns += 1
        if self.nr_conns >= self.worker_connections:
            self._make_room()
        self.enqueue_req(Caller(self.cfg, Wire(accepted, self.folder), client, listener.getsockname()))

    def enqueue_req(self, conn: Caller) -> None:
        """Wait for a request. Nearly always it is there already, and goes to a thread at once."""
        conn.begin()
        self._safely(self._hear, conn)

    def finish_request(self, conn: Caller, fs: Any) -> None:
        """Go on after a request: send what the client did not take yet, then wait for the next, or for the end."""
        conn.keeps = not fs.cancelled() and bool(fs.result())
        conn.answered = fs
        conn.enter(ANSWER)
        self._safely(self._push, conn)

    def on_client_socket_readable(self, conn: Caller, client: Any) -> None:
        """Hear of a connection that was kept; in the same turn it may have been given up."""
        if not conn.is_gone:
            super().on_client_socket_readable(conn, client)

    def murder_pending(self) -> None:
        """Give up who is late."""
        now = time.monotonic()
        if now - self.swept < PULSE:
            return
        self.swept = now
        if not self.alive and self.closing is None:
            self.closing = now
        for conn in [one for one in self.waiting if one.is_late(now, self.closing)]:
            if conn.stage in (HEAD, ANSWER, END):
                self.drop(conn)
            else:
                self._safely(self._refuse, conn, 408 if self.closing is None else 503)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer what gunicorn could not read, or nobody handled. The log gets its name, not what it held."""
        code = sayings.code_of(exc)
        if code == 500:
            self.log.exception("fault")
        else:
            self.log.warning("refused a request: %s", type(exc).__name__)
        with suppress(OSError):
            client.sendall(sayings.refusal(code))

    def drop(self, conn: Caller) -> None:
        """Hang up."""
        if conn.is_gone:
            return
        if conn.stage == IDLE:
            with suppress(ValueError, KeyError):
                self.keepalived_conns.remove(conn)
                self.poller.unregister(conn.sock)
        self._forget(conn)
        self.nr_conns -= 1
        self.held -= conn.counted
        conn.counted = 0
        conn.close()

    def _safely(self, step: Callable[..., None], conn: Caller, *more: Any) -> None:
        """Take a step; what goes wrong with one connection, or with the disk, is the end of that connection alone."""
        try:
            step(conn, *more)
        except (OSError, ValueError):
            self.drop(conn)

    def _event(self, conn: Caller, _: Any) -> None:
        """Go on with a connection, unless it was given up earlier in this turn."""
        if not conn.is_gone and conn in self.waiting:
            step = {ANSWER: self._push, END: self._drain}.get(conn.stage, self._hear)
            self._safely(step, conn)

    def _hear(self, conn: Caller) -> None:
        piece = conn.sock.hear()
        if piece:
            self._take(conn, piece)
        elif piece is None:
            self._watch(conn, EVENT_READ)
        else:
            self.drop(conn)

    def _take(self, conn: Caller, piece: bytes) -> None:
        """Add what came. Where the request is whole it goes to a thread."""
        conn.sock.arrived.put(piece)
        conn.move(len(piece))
        self._count(conn)
        try:
            stage = conn.walk.send(piece)
        except StopIteration:
            self._forget(conn)
            conn.enter(IDLE)
            super().enqueue_req(conn)
            return
        if stage != conn.stage:
            conn.enter(stage)
            if stage == ASKED:
                conn.sock.sendall(GO_ON)
        elif stage == HEAD and conn.moved > LONGEST:
            self._refuse(conn, 431)
            return
        self._watch(conn, EVENT_READ)
        if self.held > HELD:
            self._make_lighter()

    def _push(self, conn: Caller) -> None:
        """Send what is owed. After the last byte comes what was sent along with the request, or nothing for a while."""
        conn.move(conn.sock.push())
        self._count(conn)
        if len(conn.sock.owed):
            self._watch(conn, EVENT_WRITE)
            return
        if not conn.keeps:
            self._take_leave(conn)
            return
        self._forget(conn)
        rest = conn.parser.unreader.take_buffered() + conn.sock.arrived.take(len(conn.sock.arrived))
        if rest:
            conn.begin()
            self._take(conn, rest)
        else:
            conn.enter(IDLE)
            super().finish_request(conn, conn.answered)

    def _refuse(self, conn: Caller, code: int) -> None:
        conn.sock.sendall(sayings.refusal(code))
        self._take_leave(conn)

    def _take_leave(self, conn: Caller) -> None:
        """Say that no more comes, and wait for the other side to hang up: here, where that stops nobody."""
        conn.sock.arrived.skip(len(conn.sock.arrived))
        conn.enter(END)
        self._count(conn)
        conn.sock.shutdown(SHUT_WR)
        self._watch(conn, EVENT_READ)

    def _drain(self, conn: Caller) -> None:
        """Let what still comes go by."""
        if conn.sock.hear() == b"":
            self.drop(conn)

    def _watch(self, conn: Caller, events: int) -> None:
        """Wait until something can be read, or written."""
        if conn not in self.waiting:
            self.poller.register(conn.sock, events, partial(self._event, conn))
            self.waiting.add(conn)
        elif conn.watched != events:
            self.poller.modify(conn.sock, events, partial(self._event, conn))
        conn.watched = events

    def _forget(self, conn: Caller) -> None:
        """Wait for nothing any more."""
        if conn in self.waiting:
            self.waiting.discard(conn)
            with suppress(KeyError, ValueError):
                self.poller.unregister(conn.sock)

    def _count(self, conn: Caller) -> None:
        """Keep the sum of what is held."""
        holds = len(conn.sock.arrived) + len(conn.sock.owed)
        self.held += holds - conn.counted
        conn.counted = holds

    def _make_room(self) -> None:
        """Give up some of those who are worth the least: idle ones before all, and among the others the slowest."""
        now = time.monotonic()
        worth = sorted([*self.waiting, *self.keepalived_conns], key=lambda one: one.worth(now))
        for conn in worth[:CROWD]:
            self.drop(conn)
        if not worth:
            time.sleep(0.01)  # all are with the threads, and one of those is soon done

    def _make_lighter(self) -> None:
        """Give up the slowest of those for whom something is kept, until there is some room again."""
        now = time.monotonic()
        for conn in sorted((one for one in self.waiting if one.counted), key=lambda one: one.worth(now)):
            if self.held < HELD * 0.9:
                return
            self.drop(conn)
