"""Processes: gunicorn in the foreground, the worker, and both under one Ctrl-C."""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from intake.errors import Busy, SettingsError
from intake.house import retention, rounds, setup
from intake.house.demo import staff
from intake.house.keeping import leftovers, lock
from intake.house.rounds import Chore
from intake.reports import adopting
from intake.settings import Settings, refuse_weak
from intake.store.db import Database, open_database

WORKERS = 2
THREADS = 8
HOUR, MINUTE = 3600.0, 60.0
PULSE = 0.3
UNHURRIED = 10.0
"""Seconds that the worker waits for its turn: nobody waits for its answer."""
GRACE = 15.0
"""Seconds that a stopping worker waits for a call under way; what it leaves behind counts as in doubt."""

log = logging.getLogger("baoxue")


def gunicorn_options(settings: Settings) -> list[str]:
    """Give gunicorn's options: threads wait for the disk, two processes use two cores."""
    options = [
        "--worker-class=gthread",
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
    if Path("/dev/shm").is_dir():  # noqa: S108 - heartbeats belong in memory, not on a busy disk
        options.append("--worker-tmp-dir=/dev/shm")
    return options


def _command(settings: Settings) -> list[str]:
    return [sys.executable, "-m", "gunicorn", *gunicorn_options(settings), "wsgi:serving()"]


def _ready(settings: Settings) -> int:
    """Prepare the house; give what holds its directory for whoever serves it.

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
    if made := setup.prepare_house(db):
        print(f"以前的 {made} 份报告都有了个案。", flush=True)
    return held


def serve(settings: Settings) -> None:
    """Become gunicorn. Raises SettingsError, Refused before that where it cannot start."""
    os.set_inheritable(_ready(settings), True)
    command = _command(settings)
    os.execv(command[0], command)  # noqa: S606


def up(settings: Settings) -> int:
    """Run gunicorn and the worker until Ctrl-C or SIGTERM, then stop both; give the exit code.

    Raises SettingsError, Refused. What they were given to hold is held until the last of them has ended.
    """
    house = _ready(settings)
    rounds_lock = lock.hold_worker(settings, alone=True)
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, _interrupt)
    print(_welcome(settings), flush=True)
    # Sessions of their own: a Ctrl-C reaches us alone, and we let both finish what they hold.
    web = subprocess.Popen(_command(settings), start_new_session=True, pass_fds=[house])  # noqa: S603
    worker = _worker(rounds_lock)
    try:
        while web.poll() is None:
            time.sleep(0.5)
            if worker.poll() is not None:
                log.error("worker ended with %s, starting it again", worker.returncode)
                worker = _worker(rounds_lock)
        return web.returncode
    except KeyboardInterrupt:
        print("\n正在停止……", flush=True)
        return 0
    finally:
        for stop in (signal.SIGTERM, signal.SIGINT):
            signal.signal(stop, signal.SIG_IGN)  # an impatient second Ctrl-C would leave them running
        for child in (web, worker):
            child.terminate()
        for child in (web, worker):
            child.wait(timeout=30)


def _worker(held: int) -> subprocess.Popen[bytes]:
    program = "from wsgi import cli; cli(['worker'])"
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", program], start_new_session=True,
        pass_fds=[held], env={**os.environ, lock.HELD: str(held)},
    )  # fmt: skip


def _interrupt(*_: object) -> None:
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
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, _interrupt)
    parent, purged, adopted = os.getppid(), -HOUR, -MINUTE
    db.patience = UNHURRIED
    ending = threading.Event()
    threads = [
        threading.Thread(target=one, args=(db, ending), daemon=True) for one in (*rounds.CHORES, *chores)
    ]
    for thread in threads:
        thread.start()
    try:
        while os.getppid() == parent:
            with suppress(Busy):  # somebody has the gate: the next pulse is as good
                db.checkpoint()
                if time.monotonic() - adopted > MINUTE:
                    adopting.adopt_reports(db)
                    adopted = time.monotonic()
            if time.monotonic() - purged > HOUR:
                retention.purge(db)
                purged = time.monotonic()
            time.sleep(PULSE)
    except KeyboardInterrupt:
        log.info("worker stopped")
    finally:
        for stop in (signal.SIGTERM, signal.SIGINT):
            signal.signal(stop, signal.SIG_IGN)
        ending.set()
        deadline = time.monotonic() + GRACE
        for thread in threads:
            thread.join(max(deadline - time.monotonic(), 0))
