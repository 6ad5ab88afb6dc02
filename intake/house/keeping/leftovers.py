"""Scratch folders, drafts that a killed process left behind, and rights of files: what nobody should find."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from intake.settings import Settings

SCRATCH = (".backup-", ".restore-")
STRAY = 3600.0
"""Seconds after which what nobody holds is nobody's: what is written in one go is done by then."""


@contextmanager
def scratch_folder(parent: Path, start: str) -> Iterator[Path]:
    """Lend a folder that only its owner enters; whoever sweeps sees that somebody is in it."""
    folder = Path(tempfile.mkdtemp(prefix=start, dir=parent))
    living = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(living, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(living)


def sweep_leftovers(settings: Settings, *more: Path) -> int:
    """Remove scratch folders and drafts of who was killed, never those in use; give how many."""
    rooms = [one for start in SCRATCH for one in settings.data.glob(f"{start}*")]
    drafts = [one for root in (settings.data, settings.keys, *more) for one in _drafts(root)]
    return sum(_swept(one) for one in [*rooms, *drafts])


def open_to_others(settings: Settings) -> list[Path]:
    """Give what others than its owner may read or enter in the data directory, and beside it where keys lie apart."""
    found = []
    for root in {settings.data, settings.keys}:
        for one in (root, *root.rglob("*")) if root.is_dir() else ():
            with suppress(OSError):
                if not one.is_symlink() and one.stat().st_mode & 0o077:
                    found.append(one)
    return sorted(found)


def close_to_others(settings: Settings) -> None:
    """Let nobody but the owner read or enter anything there, as far as it is ours."""
    for one in open_to_others(settings):
        with suppress(OSError):
            one.chmod(0o700 if one.is_dir() else 0o600)


def _drafts(root: Path) -> Iterator[Path]:
    for folder in (root, *(one for one in root.glob("*") if one.is_dir())) if root.is_dir() else ():
        yield from folder.glob(".*.new")
        yield from folder.glob(".baoxue-*")  # backups under way, as earlier versions named them too


def _swept(path: Path) -> bool:
    """Remove something unless it is young, or somebody holds it."""
    with suppress(OSError):
        if time.time() - path.lstat().st_mtime < STRAY or path.is_symlink():
            return False
        handle = os.open(path, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(path) if path.is_dir() else path.unlink()
            return True
        finally:
            os.close(handle)
    return False
