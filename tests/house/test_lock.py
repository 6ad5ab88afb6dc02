"""One server on a data directory, and no restore beside it: real processes, some of them killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from intake import settings
from intake.errors import Replaced
from intake.store.db import Database
from tests.e2e.server import BIN, Server, baoxue, environment, free_port
from tests.hands import command
from tests.hands.command import PROGRAM, SERVERS, bare, shell, table

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("house") / "var"
    baoxue(data, "init")
    return data


def server(data: Path, kind: str = "up") -> Server:
    port = free_port()
    log = data.with_name("log")
    return Server([BIN / "baoxue", kind], environment(data, port), port, log, "/readyz")


def demo(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    run = shell if words[0] in SERVERS else command.baoxue
    return run(data, *words, BAOXUE_MODE="demo", PORT=str(free_port()))


@contextmanager
def worker(data: Path) -> Iterator[subprocess.Popen[bytes]]:
    one = subprocess.Popen([PROGRAM, "worker"], env=bare(data, BAOXUE_MODE="demo"))
    lock = data / "worker.lock"
    try:
        while not lock.exists() or str(one.pid) not in holders(lock):
            assert one.poll() is None
            time.sleep(0.05)
        yield one
    finally:
        one.terminate()
        one.wait(40)


def holders(lock: Path) -> set[str]:
    found = set()
    for one in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if one.samefile(lock):
                found.add(one.parts[2])
    return found


def test_what_runs_shuts_out_a_second_and_a_restore_but_no_command(house: Path, tmp_path: Path) -> None:
    file = demo(house, "backup", str(tmp_path)).stdout.strip()
    before, hashes = (house / "baoxue.db").stat().st_ino, (house / "keys" / "hash.key").read_text()
    with server(house) as up:
        assert up._process is not None
        for words in (["up"], ["serve"], ["worker"], ["restore", file], ["rotate-keys", "--hash"]):
            refused = demo(house, *words)
            assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (2, "", 1), (
                words,
                refused.stderr,
            )
            assert "正在使用" in refused.stderr
            assert f"进程号 {up._process.pid}" in refused.stderr
        assert (house / "baoxue.db").stat().st_ino == before
        assert (house / "keys" / "hash.key").read_text() == hashes
        assert not list(house.glob("before-restore-*"))
        assert not list(house.glob(".restore-*"))
        for words in (
            ["backup", str(tmp_path)],
            ["verify"],
            ["tick"],
            ["purge"],
            ["staff", "list"],
            ["cases"],
        ):
            assert demo(house, *words).returncode == 0, words


def test_server_and_workers_may_be_units_of_their_own(house: Path, tmp_path: Path) -> None:
    file = demo(house, "backup", str(tmp_path)).stdout.strip()
    with server(house, "serve") as serve, worker(house), worker(house):
        assert serve._process is not None
        for words, pid in ((["up"], serve._process.pid), (["restore", file], serve._process.pid)):
            refused = demo(house, *words)
            assert refused.returncode == 2
            assert f"进程号 {pid}" in refused.stderr
    with worker(house) as one:
        for words in (["up"], ["restore", file]):
            refused = demo(house, *words)
            assert refused.returncode == 2
            assert f"后台任务（baoxue up 或 worker）还在运行，进程号 {one.pid}" in refused.stderr
    assert demo(house, "restore", file).returncode == 0
    assert table(house, "SELECT count(*) FROM reports") == [(0,)]


def test_who_is_killed_holds_nothing_and_what_outlives_it_is_waited_for(house: Path) -> None:
    with server(house) as up:
        up.kill()
        up.start()
    with server(house) as up:
        assert up._process is not None
        os.kill(up._process.pid, signal.SIGKILL)
        children = holders(house / "server.lock")
        for one in children - {str(up._process.pid)}:
            with suppress(ProcessLookupError):  # it may have gone by itself meanwhile
                os.kill(int(one), signal.SIGTERM)  # as its unit does, or what it started by itself
        with server(house) as again:
            assert again._is_ready()


def test_a_restore_shuts_out_a_server(house: Path, tmp_path: Path) -> None:
    file = demo(house, "backup", str(tmp_path)).stdout.strip()
    fifo = tmp_path / "slow"
    os.mkfifo(fifo)
    restore = subprocess.Popen(
        [PROGRAM, "restore", str(fifo)], env=bare(house, BAOXUE_MODE="demo"), stdout=subprocess.DEVNULL
    )
    with fifo.open("wb") as slow:
        for words in (["up"], ["restore", file]):
            refused = demo(house, *words)
            assert refused.returncode == 2
            assert f"进程号 {restore.pid}" in refused.stderr
        slow.write(Path(file).read_bytes())
    assert restore.wait(60) == 0


def test_who_still_has_the_old_database_open_fools_nobody_who_opens_the_new_one(
    house: Path, tmp_path: Path
) -> None:
    file = demo(house, "backup", str(tmp_path)).stdout.strip()
    old = Database(settings.load({"DATA": house, "MODE": "demo"}, {}))
    assert old.one("SELECT count(*) AS n FROM reports")
    for words in (["restore", file], *[["rotate-keys"]] * 3):
        done = shell(house, *words, BAOXUE_MODE="demo")
        assert done.returncode == 0, (words, done.stderr)
    with pytest.raises(Replaced):
        old.checkpoint()
    old.close()


STOPPED = """
import os, signal, threading, types
from intake.house import serve
from wsgi import cli
def stop(before):
    def stopped(*args, **more):
        os.kill(os.getpid(), signal.SIGTERM)
        return before(*args, **more)
    return stopped
if {words!r} == ["up"]:
    serve._welcome, serve._child = {where}
else:
    Late = type("Late", (threading.Thread,), {{"start": stop(threading.Thread.start)}})
    serve.threading = types.SimpleNamespace(Thread=Late, Event=threading.Event)
cli({words!r})
"""


@pytest.mark.parametrize(
    ("words", "where"),
    [
        ("worker", ""),
        ("up", "stop(serve._welcome), serve._child"),
        ("up", "serve._welcome, stop(serve._child)"),
    ],
)
def test_what_is_stopped_while_it_starts_ends_politely(house: Path, words: str, where: str) -> None:
    program = STOPPED.format(words=[words], where=where or None)
    port = str(free_port())
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=bare(house, BAOXUE_MODE="demo", PORT=port, BAOXUE_PORT=port),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, "没有办" in done.stderr) == (0, False), done.stderr
    assert not holders(house / "server.lock")
