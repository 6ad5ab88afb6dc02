"""Who holds the data directory: one server, its workers, or a restore.

A lock is a flock on a file in the directory. It belongs to what was opened, so children hold it with their parent,
and the kernel opens it when the last of them is gone, however that ended.
"""

import fcntl
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from intake.errors import Busy, Refused
from intake.settings import Settings
from intake.store.gate import patiently

SERVER, WORKER = "server.lock", "worker.lock"
HELD = "_BAOXUE_HOLDS_WORKER"
"""By which a worker learns what it was given to hold by who started it."""
LIVING = 1.0
"""Seconds that a lock is waited for whose holder lives."""
ORPHANED = 20.0
"""Seconds that it is waited for where its holder is gone and only what it started is still ending."""
WHO = {SERVER: "网页服务（baoxue up 或 serve）", WORKER: "后台任务（baoxue up 或 worker）"}


def hold_server(settings: Settings) -> int:
    """Hold the directory as its one server, with whoever is started with the handle. Raises Refused."""
    return _held(settings.data, SERVER, fcntl.LOCK_EX, "不能再开一个")


def hold_worker(settings: Settings, *, alone: bool = False, environ: Mapping[str, str] = os.environ) -> int:
    """Hold the directory as a worker, beside others unless `alone`. Raises Refused.

    A worker that `up` started holds what `up` does.
    """
    given = environ.get(HELD, "")
    if given.isdecimal() and _is_lock(int(given), settings.data / WORKER):
        return int(given)
    return _held(settings.data, WORKER, fcntl.LOCK_EX if alone else fcntl.LOCK_SH, "不能再开一个")


def hold_all(settings: Settings, done: str) -> list[int]:
    """Hold the directory against servers and workers, for something that is to be `done`. Raises Refused."""
    first = _held(settings.data, SERVER, fcntl.LOCK_EX, done)
    try:
        return [first, _held(settings.data, WORKER, fcntl.LOCK_EX, done)]
    except Refused:
        os.close(first)
        raise


def release(handles: list[int]) -> None:
    """Let go of what is held."""
    for one in handles:
        os.close(one)


def holders(path: Path) -> list[int]:
    """Give the processes that have a lock's file open, those first that no other of them has started."""
    found = {pid: parent for pid, parent in _processes() if pid != os.getpid() and _has_open(pid, path)}
    return sorted(found, key=lambda pid: (found[pid] in found, pid))


def _held(data: Path, name: str, how: int, done: str) -> int:
    handle = os.open(data / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    began, said = time.monotonic(), os.pread(handle, 20, 0).decode("ascii", "replace").strip()
    while not _taken(handle, how):
        lives = said.isdecimal() and int(said) in holders(data / name)
        deadline = began + (LIVING if lives or not said else ORPHANED)
        try:
            patiently(lambda: _taken(handle, how), min(deadline, time.monotonic() + LIVING))
            break
        except Busy:
            if time.monotonic() >= deadline:
                os.close(handle)
                raise Refused(_refusal(data, name, done)) from None
    with suppress(OSError):  # a full disk keeps nobody from serving
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode() if how == fcntl.LOCK_EX else b"", 0)
    return handle


def _refusal(data: Path, name: str, done: str) -> str:
    found = holders(data / name)
    who = f"，进程号 {found[0]}" if found else ""
    return f"{data} 正在使用：{WHO[name]}还在运行{who}。{done}，请先停止它（systemctl stop baoxue 或按 Ctrl-C）。"


def _taken(handle: int, how: int) -> bool:
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_lock(handle: int, path: Path) -> bool:
    with suppress(OSError):
        return os.path.samestat(os.fstat(handle), path.stat())
    return False


def _processes() -> list[tuple[int, int]]:
    """Give every process with its parent, as far as /proc tells."""
    found = []
    for one in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):
            found.append((int(one.parent.name), int(one.read_text().rpartition(")")[2].split()[1])))
    return found


def _has_open(pid: int, path: Path) -> bool:
    with suppress(OSError):
        wanted = path.stat()
        for one in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                if os.path.samestat(one.stat(), wanted):
                    return True
    return False
