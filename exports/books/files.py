"""Files that are there whole or not at all."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Lend the path of a draft; on leaving without an error it becomes `path` in one step, on the disk.

    The draft lies in a hidden directory beside `path`, with whatever its writer puts there; what a
    killed process left of one is removed by the next.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _opened(path.parent) as folder:
        with _locked(folder):
            _clear(path)
            room = Path(mkdtemp(prefix=f".{path.name}.", dir=path.parent))
            living = os.open(room, os.O_RDONLY)
            fcntl.flock(living, fcntl.LOCK_EX)
        try:
            yield room / path.name
            with _opened(room / path.name) as draft:
                os.fsync(draft)
            (room / path.name).replace(path)
            os.fsync(folder)
        finally:
            shutil.rmtree(room, ignore_errors=True)
            os.close(living)


def _clear(path: Path) -> None:
    for room in path.parent.glob(f".{path.name}.*"):
        # A living writer holds a lock on its room; the kernel lets go of a dead one's.
        with suppress(FileNotFoundError), _opened(room) as found, suppress(BlockingIOError):
            fcntl.flock(found, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(room, ignore_errors=True)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    handle = os.open(path, os.O_RDONLY)
    try:
        yield handle
    finally:
        os.close(handle)


@contextmanager
def _locked(handle: int) -> Iterator[None]:
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)
