"""Start and stop real servers: own process group, own data directory, a free port of 127.0.0.1."""

import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

from intake import settings as house_settings
from intake.house.pulse import heartbeat
from intake.store.db import Database
from tests.hands.wechat_client import WeChatClient

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
HOST = "127.0.0.1"
MONDAY = "2026-11-23"
"""A school day, where a test needs one."""
PATIENCE = 60.0  # seconds; only a hang runs into it, no check depends on it

WECHAT = WeChatClient(
    "e2e-" + secrets.token_hex(8), "wx" + secrets.token_hex(8), secrets.token_hex(22)[:42] + "A"
)
SETTINGS = {
    "BAOXUE_MODE": "demo",
    "BAOXUE_RATE_LIMIT": "off",
    "BAOXUE_WECHAT_TOKEN": WECHAT.token,
    "BAOXUE_WECHAT_APPID": WECHAT.appid,
    "BAOXUE_WECHAT_SECRET": secrets.token_hex(16),
    "BAOXUE_WECHAT_AES_KEY": WECHAT.aes_key,
    "BAOXUE_WECHAT_MODE": "safe",
    "BAOXUE_WECHAT_API": f"http://{HOST}:9",  # the discard port: nothing here talks to Tencent
}


class ServerError(RuntimeError):
    """A server did not start, or a command failed; the text ends with what it printed."""


def free_port() -> int:
    """Return a port nobody listens on at the moment."""
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def environment(data: Path, port: int) -> dict[str, str]:
    """Return this process's environment without its BAOXUE_ settings and with those of the tests."""
    own = {key: value for key, value in os.environ.items() if not key.startswith("BAOXUE_")}
    return {**own, **SETTINGS, "BAOXUE_DATA": str(data), "PORT": str(port)}


def baoxue(data: Path, *arguments: str, port: int = 8000, **settings: str) -> str:
    """Run one `baoxue` command to its end and return what it printed; raise ServerError if it failed."""
    done = subprocess.run(
        [BIN / "baoxue", *arguments],
        cwd=ROOT,
        env={**environment(data, port), **settings},
        capture_output=True,
        text=True,
        timeout=PATIENCE * 5,
        check=False,
    )
    if done.returncode:
        raise ServerError(
            f"baoxue {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        )
    return done.stdout + done.stderr


class Server:
    """One server process with its children; a context manager that leaves nothing running."""

    def __init__(
        self, command: Sequence[str | Path], env: Mapping[str, str], port: int, log: Path, ready: str
    ) -> None:
        self.command, self.env, self.port, self.log, self.ready = command, env, port, log, ready
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Server":
        """Start, and wait until the server says it is ready."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, whatever happened."""
        self.stop()

    def start(self) -> None:
        """Start in a new process group and return once `ready` answers 200."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + PATIENCE
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise ServerError(f"{self.command[0]} did not become ready:\n{self.tail()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """End the group politely, then by force; do nothing when it never started or is gone."""
        if self._process is None:
            return
        _signal_group(self._process.pid, signal.SIGTERM)
        try:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(PATIENCE / 2)
        finally:
            self.kill()

    def kill(self) -> None:
        """Send SIGKILL to every process of the group at once and wait until the port is closed."""
        if self._process is None:
            return
        _signal_group(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None
        deadline = time.monotonic() + PATIENCE
        while self._listens():
            if time.monotonic() > deadline:
                raise ServerError(f"port {self.port} is still open after SIGKILL")
            time.sleep(0.01)

    def tail(self, size: int = 4000) -> str:
        """Return the end of what the server printed."""
        return self.log.read_bytes()[-size:].decode(errors="replace") if self.log.exists() else ""

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", self.ready)
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _listens(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex((HOST, self.port)) == 0


def _signal_group(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):  # all of them are gone already
        os.killpg(group, number)


def app_server(data: Path, **settings: str) -> Server:
    """Return the product's own server over an initialised data directory, not yet started; see SETTINGS."""
    port = free_port()
    log = data.with_name(data.name + ".log")
    return Server([BIN / "baoxue", "serve"], {**environment(data, port), **settings}, port, log, "/readyz")


@contextmanager
def fresh_server() -> Iterator[tuple[Server, Path]]:
    """Run the product on new, empty data; yield the server and its data directory, then remove both."""
    with tempfile.TemporaryDirectory(prefix="baoxue-") as directory:
        data = Path(directory) / "data"
        baoxue(data, "init")
        with app_server(data) as server:
            yield server, data


@contextmanager
def beating(data: Path) -> Iterator[None]:
    """Be the heart of a worker beside a server that has none: pages say nothing of what stands still."""
    db, over = Database(house_settings.load({"DATA": data, "MODE": "demo"}, {})), threading.Event()
    heart = threading.Thread(target=heartbeat.keep_beating, args=(db, {}, over))
    heart.start()
    try:
        yield
    finally:
        over.set()
        heart.join()
