"""Processes: gunicorn in the foreground, the worker, and both under one Ctrl-C."""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from intake.errors import SettingsError
from intake.house import rounds, setup
from intake.house.demo import staff
from intake.house.keeping import leftovers, lock
from intake.house.pulse import dying, heartbeat
from intake.house.pulse.heartbeat import Sign
from intake.house.rounds import Chore
from intake.settings import Settings, refuse_weak
from intake.store.db import Database, open_database

WORKERS = 2
THREADS = 8
PULSE = 0.3
UNHURRIED = 10.0
"""Seconds that the worker waits for its turn: nobody waits for its answer."""
STEADY, LONGEST = 60.0, 30.0
"""Seconds after which a worker counts as one that runs; the longest rest before one that does not is started again."""
GRACE = 15.0
"""Seconds that a stopping worker waits for a call under way; what it leaves behind counts as in doubt."""

log = logging.getLogger("baoxue")


def gunicorn_options(settings: Settings) -> list[str]:
    """Give gunicorn's options: threads wait for the disk, never for a client, and two processes use two cores."""
    options = [
        "--worker-class=intake.house.patient.worker.PatientWorker",
        "--no-sendfile",  # the kernel would wait for the client, past everything
        # Whose word is taken for an address and for https is said by BAOXUE_PROXIES, and in one place.
        "--forwarded-allow-ips=",
        f"--workers={WORKERS}",
        f"--threads={THREADS}",
        "--keep-alive=75",
        "--timeout=60",
        "--graceful-timeout=10",
        "--backlog=1024",
        f"--bind=127.0.0.1:{settings.port}",
        "--log-level=warning",
        "--no-control-socket",
        # A queue of connections for each process: from one queue the first to wake takes nearly all.
        "--reuse-port",
    ]
    if Path("/dev/shm").is_dir():  # nosec B108  # noqa: S108 - heartbeats belong in memory, not on a busy disk
        options.append("--worker-tmp-dir=/dev/shm")
    return options


def _command(settings: Settings) -> list[str]:
    return [sys.executable, "-m", "gunicorn", *gunicorn_options(settings), "wsgi:serving()"]


def _ready(settings: Settings) -> tuple[Database, int]:
    """Prepare the house; give it, and what holds its directory for whoever serves it.

    Raises SettingsError where production lacks secrets, there is no data, or the port is taken, Refused where the
    directory has a server already. With a queue for each process the kernel would let a second server share the port
    unnoticed.
    """
    refuse_weak(settings)
    db = open_database(settings)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", settings.port))
        except OSError:
            raise SettingsError(f"端口 {settings.port} 已被占用，请换一个，例如 PORT=8080。") from None
    held = lock.hold_server(settings)
    leftovers.close_to_others(settings)
    try:
        made = setup.prepare_house(db)
    except db.engine.Error:
        raise SettingsError(
            f"{db.path} 损坏了，读不下去。请运行 baoxue verify 看坏在哪里，再用最近的备份恢复。"
        ) from None
    if made:
        print(f"以前的 {made} 份报告都有了个案。", flush=True)
    return db, held


def serve(settings: Settings) -> None:
    """Become gunicorn. Raises SettingsError, Refused before that where it cannot start."""
    db, held = _ready(settings)
    heartbeat.announce(db, worker=False)
    os.set_inheritable(held, True)
    command = _command(settings)
    os.execv(command[0], command)  # noqa: S606


def up(settings: Settings) -> int:
    """Run gunicorn and the worker until Ctrl-C or SIGTERM, then stop both; give the exit code.

    Raises SettingsError, Refused. What they were given to hold is held until the last of them has ended.
    """
    db, house = _ready(settings)
    rounds_lock = lock.hold_worker(settings, alone=True)
    heartbeat.announce(db, worker=True)
    web = worker = None
    try:
        _hear(_interrupt)
        print(_welcome(settings), flush=True)
        web = _child(_command(settings), house)  # a stop that comes now ends it politely, too
        worker = _Worker(rounds_lock)
        while web.poll() is None:
            time.sleep(0.5)
            worker.revive()
        return web.returncode
    except KeyboardInterrupt:
        print("\n正在停止……", flush=True)
        return 0
    finally:
        _hear(signal.SIG_IGN)
        _end(web, worker.process if worker else None)


def _child(command: list[str], held: int, **environ: str) -> subprocess.Popen[bytes]:
    """Start a process that ends when we do, however we end, and holds with us what is `held`.

    In a session of its own: a Ctrl-C reaches us alone, and we let it finish what it holds.
    """
    return subprocess.Popen(  # noqa: S603
        command,
        start_new_session=True,
        preexec_fn=dying.with_parent(),
        pass_fds=[held],
        env={**os.environ, **environ},
    )


def _end(*children: subprocess.Popen[bytes] | None) -> None:
    """Let processes finish what they hold, those that were started; one that is stopped or hangs is ended."""
    started = [one for one in children if one]
    for child in started:
        child.terminate()
    for child in started:
        try:
            child.wait(timeout=30)
        except subprocess.TimeoutExpired:
            log.error("process %s did not end in time", child.pid)
            child.kill()
            child.wait()


class _Worker:
    """The worker beside gunicorn: started again where it ends, after ever longer rests where it ends at once."""

    def __init__(self, held: int) -> None:
        self._held, self._rest, self._until = held, 0.0, 0.0
        self._start()

    def revive(self) -> None:
        """Start it again if it has ended, and its rest is over."""
        code, now = self.process.poll(), time.monotonic()
        if code is None:
            return
        if not self._until:
            quick = now - self._began < STEADY
            self._rest = min(max(self._rest * 2, 1.0), LONGEST) if quick else 0.0
            self._until = now + self._rest
            log.error("worker ended with %s, starting it again in %.0f s", code, self._rest)
        if now >= self._until:
            self._start()

    def _start(self) -> None:
        program = "from wsgi import cli; cli(['worker'])"
        self.process = _child([sys.executable, "-c", program], self._held, **{lock.HELD: str(self._held)})
        self._began, self._until = time.monotonic(), 0.0


def _hear(what: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    """Say what a Ctrl-C or SIGTERM does from now on; inside what ends politely, for it may come at once."""
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, what)


def _interrupt(*_: object) -> None:
    _hear(signal.SIG_IGN)  # an impatient second Ctrl-C would leave running what we are ending
    raise KeyboardInterrupt


def _welcome(settings: Settings) -> str:
    base = f"http://127.0.0.1:{settings.port}"
    lines = [
        f"保学通 · {settings.district_name} · {'演示' if settings.demo else '正式'}",
        f"  首页（家长、老师）  {base}/",
        f"  查进度              {base}/forms/status",
        f"  点名（老师）        {base}/forms/sign-in",
        f"  工作台（教育局）    {base}/desk/",
        *([f"  微信接口            {base}/wechat"] if settings.wechat_on else []),
        f"  JSON 接口           {base}/api/v1/reports/<kind>",
    ]
    if settings.demo:
        lines.insert(2, f"  扮演家长试聊        {base}/simulator")
    sign_ins = settings.data / staff.SIGN_INS
    if settings.demo and sign_ins.exists():
        lines += ["", *sign_ins.read_text("utf-8").splitlines()]
    return "\n".join([*lines, "", "按 Ctrl-C 停止；数据保留在 " + str(settings.data) + "/"])


def work(db: Database, chores: Sequence[Chore] = ()) -> None:
    """Keep the log short, delete what is past its term, adopt what an older version still takes in, until SIGTERM or alone.

    Each chore has a thread of its own, so that one that waits for somebody holds up nothing.
    """
    parent, keeping = os.getppid(), rounds.Housekeeping(db)
    db.patience = UNHURRIED
    ending, own = threading.Event(), Sign()
    parts = {getattr(one, "__name__", ""): (one, Sign()) for one in (*rounds.CHORES, *chores)}
    signs = {"housekeeping": own, **{name: sign for name, (_, sign) in parts.items()}}
    threads = [threading.Thread(target=one, args=(db, sign), daemon=True) for one, sign in parts.values()]
    threads.append(threading.Thread(target=heartbeat.keep_beating, args=(db, signs, ending), daemon=True))
    try:
        _hear(_interrupt)
        for thread in threads:
            thread.start()
        while os.getppid() == parent and not own.is_set():
            time.sleep(PULSE if keeping.go_round() else rounds.PULSE)
    except KeyboardInterrupt:
        log.info("worker stopped")
    finally:
        _hear(signal.SIG_IGN)
        for event in (ending, *signs.values()):
            event.set()
        deadline = time.monotonic() + GRACE
        for thread in (one for one in threads if one.ident):
            thread.join(max(deadline - time.monotonic(), 0))
