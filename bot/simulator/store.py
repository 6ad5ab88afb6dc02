"""What the simulated platform keeps: chats, and the pictures and recordings that were sent in them.

Web processes, worker and terminal share nothing but the data directory, so these are files below
<data>/simulator/, sealed like everything that people write, bounded in number, size and age.
"""

import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from intake.errors import Unreadable
from intake.language.patterns import regex
from intake.store.db import Database
from intake.store.keys import write_private

CHATS, KEPT = 200, 100
"""How many chats, and how many entries of each."""
FILES, ROOM = 100, 200 * 1024 * 1024
"""How many pictures and recordings, and the bytes of all."""
CHAT_DAYS, FILE_DAYS = 7, 3
PUSH = "push"

_OPENID = regex(r"oDemo-[a-z0-9]{6,40}-[ab]")
_FILE = regex(r"demo-[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a chat: what a parent sent and what came back, or what was pushed to them."""

    do: str
    """text, tap, click, photo, voice, location, sticker, link, follow, unfollow, or PUSH."""
    shown: str = ""
    """What was sent, in words."""
    reply: str = ""
    n: int = 0
    at: str = ""
    retry: int = 0
    """Number of the entry that was sent again."""
    same: bool = False
    """Whether the reply to a retry was the same as before."""
    media: str = ""
    created: int = 0
    xml: str = ""
    address: str = ""
    sent: str = ""
    status: int = 0
    answer: str = ""
    opened: str = ""


def openid(someone: str, which: str) -> str:
    """Give the openid of one of the two parents whom somebody plays."""
    return f"oDemo-{someone}-{which}"


def known(name: str) -> bool:
    """Tell whether an openid is one of a simulated parent."""
    return bool(_OPENID.fullmatch(name))


def append(db: Database, name: str, entry: Entry) -> Entry:
    """Add to the end of a chat; give the entry with its number."""
    path = _folder(db, "chats") / name
    with _alone(db):
        lines = path.read_text().splitlines() if path.exists() else []
        entry = replace(entry, n=_number(lines[-1]) + 1 if lines else 1)
        said = json.dumps(asdict(entry), ensure_ascii=False)
        line = f"{entry.n} {db.keys.lock(said, 'simulator.chat', name)}"
        write_private(path, "\n".join([*lines[1 - KEPT :], line]) + "\n")
        if len(lines) < 2:
            _sweep(path.parent, CHATS, CHAT_DAYS)
    return entry


def read(db: Database, name: str, after: int = 0) -> list[Entry]:
    """Give a chat, oldest first, from behind the entry numbered `after`."""
    path = _folder(db, "chats") / name
    found: list[Entry] = []
    for line in path.read_text().splitlines() if known(name) and path.exists() else []:
        if _number(line) > after:
            try:
                found.append(Entry(**json.loads(db.keys.unlock(line.split(" ")[1], "simulator.chat", name))))
            except (Unreadable, TypeError, IndexError):  # made by another version or under lost keys
                continue
    return found


def last_sent(chat: list[Entry]) -> Entry | None:
    """Give what the parent sent last."""
    return next((one for one in reversed(chat) if one.do != PUSH), None)


def follows(chat: list[Entry]) -> bool:
    """Tell whether a parent has not left the account; a new one needs no formality to begin."""
    comings = [one.do for one in chat if one.do in ("follow", "unfollow")]
    return not comings or comings[-1] == "follow"


def put(db: Database, data: bytes) -> str:
    """Keep a picture or recording; give its MediaId."""
    key = f"demo-{secrets.token_hex(16)}"
    folder = _folder(db, "media")
    with _alone(db):
        write_private(folder / key, db.keys.seal(data, "simulator", key))
        _sweep(folder, FILES, FILE_DAYS, ROOM)
    return key


def get(db: Database, key: str) -> bytes | None:
    """Give a picture or recording, unless its time is over."""
    try:
        return (
            db.keys.unseal((_folder(db, "media") / key).read_bytes(), "simulator", key)
            if _FILE.fullmatch(key)
            else None
        )
    except (FileNotFoundError, Unreadable):
        return None


def _number(line: str) -> int:
    head = line.split(" ")[0]
    return int(head) if head.isdecimal() else 0


def _folder(db: Database, name: str) -> Path:
    folder = db.settings.data / "simulator" / name
    if not folder.is_dir():
        folder.parent.mkdir(exist_ok=True, mode=0o700)
        folder.mkdir(exist_ok=True, mode=0o700)
    return folder


@contextmanager
def _alone(db: Database) -> Iterator[None]:
    """Let one writer at a time in, of any process."""
    handle = os.open(_folder(db, "chats").parent / "lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _sweep(folder: Path, most: int, days: int, room: int = 0) -> None:
    """Remove what is too old, then the oldest of what is too much."""
    stats = sorted(((path.stat(), path) for path in folder.iterdir()), key=lambda one: -one[0].st_mtime)
    past, size = time.time() - days * 24 * 3600, 0
    for place, (stat, path) in enumerate(stats):
        size += stat.st_size
        if place >= most or stat.st_mtime < past or (room and size > room):
            path.unlink(missing_ok=True)
