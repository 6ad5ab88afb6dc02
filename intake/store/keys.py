"""The keys that open sensitive cells, and files that only their owner reads.

What is encrypted is bound to its place: a cell to its column and its row, a file to its folder and its name. Moved to
another place it does not open. `data.keys` holds a key a line, the newest first: 32 bytes in URL-safe base64, as
Fernet writes them (github.com/fernet/spec), for cells of before are Fernet's and are bound to nothing.
"""

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from intake.errors import SettingsError, Unreadable

UNOPENED = "打不开"
"""What stands in the place of a cell that none of the keys opens."""
UNOPENED_TEXT = "（这一条打不开，请管理员运行 baoxue verify）"
"""The same where a text stood."""
BOUND = b"2"
"""How what is bound to its place begins; Fernet's begins with g."""
SHORTEST = 32
"""Bytes that a key has at least."""
_CLOSED = "没有密钥能打开这一格"
_NAME, _NONCE = 4, 12
"""Bytes that tell which key closed something, and of its number used once (NIST SP 800-38D 8.2.2: random, 96 bits)."""


class Keys:
    """The keys of one installation: `data.keys` (newest first), `hash.key`, `session.key`. Raises SettingsError."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "data.keys"
        try:
            self._hashes = _read(directory / "hash.key")[::-1]
            self.session = _read(directory / "session.key")[0].hex()
            self._load()
        except FileNotFoundError as error:
            raise SettingsError(f"没有找到密钥文件 {error.filename}，请先运行 baoxue init") from None
        except OSError as error:
            raise SettingsError(f"{error.filename} 读不了，请用数据目录主人的身份运行") from None
        except ValueError:
            raise SettingsError(f"{directory} 里的密钥文件已损坏，请从备份恢复") from None

    @property
    def generation(self) -> int:
        """Give how many hash keys there have been; a blind hash of today goes through all of them."""
        return len(self._hashes)

    def lock(self, text: str, column: str, *row: object) -> str:
        """Encrypt a text for a cell: of a `column` (table.column), in the row with this key, and for no other."""
        return BOUND.decode() + base64.urlsafe_b64encode(self._close(text.encode(), column, *row)).decode()

    def unlock(self, cell: str, column: str, *row: object) -> str:
        """Decrypt the cell of a place. Raises Unreadable, which never carries it."""
        try:
            closed = base64.urlsafe_b64decode(cell[1:]) if is_bound(cell) else cell
        except ValueError:
            raise Unreadable(_CLOSED) from None
        return self._open(closed, column, *row).decode()

    def unlock_or_say(self, cell: str, column: str, *row: object) -> str:
        """Decrypt a text for people to read; one that does not open says so in its place."""
        try:
            return self.unlock(cell, column, *row)
        except Unreadable:
            return UNOPENED_TEXT

    def seal(self, data: bytes, folder: str, name: str) -> bytes:
        """Encrypt the bytes of a file, for its place alone."""
        return BOUND + self._close(data, folder, name)

    def unseal(self, sealed: bytes, folder: str, name: str) -> bytes:
        """Decrypt the bytes of a file of this place. Raises Unreadable, which never carries it."""
        bound = sealed.startswith(BOUND)
        return self._open(sealed[1:] if bound else sealed.decode("ascii", "replace"), folder, name)

    def digest(self, purpose: str, text: str) -> str:
        """Give the keyed hash (32 hex digits) by which something is known that nobody guesses, or not for long."""
        return _hmac(self._hashes[0], f"{purpose}\0{text}")

    def blind(self, purpose: str, text: str, generation: int = 0) -> str:
        """Give the keyed hash by which a number is found that could be guessed: whoever had the key could try them all.

        So this key can be renewed. It is a hash over what it was before, that what is kept can be carried over
        unopened; `generation` asks for that of an earlier time.
        """
        found = self.digest(purpose, text)
        return self.renewed(found, 1, generation) if len(self._hashes) > 1 else found

    def renewed(self, blind: str, since: int, until: int = 0) -> str:
        """Give what a `blind` hash of a generation has become."""
        for key in self._hashes[since : until or None]:
            blind = _hmac(key, blind)
        return blind

    def _close(self, data: bytes, *place: object) -> bytes:
        name, cipher = self._ciphers[0]
        nonce = os.urandom(_NONCE)
        return name + nonce + cipher.encrypt(nonce, data, _place(place))

    def _open(self, closed: bytes | str, *place: object) -> bytes:
        """Decrypt what `_close` made, or Fernet once did."""
        try:
            if isinstance(closed, str):
                return self._fernet.decrypt(closed)
            name, nonce = closed[:_NAME], closed[_NAME : _NAME + _NONCE]
            for other, cipher in self._ciphers:
                if name == other:
                    return cipher.decrypt(nonce, closed[_NAME + _NONCE :], _place(place))
        except (InvalidTag, InvalidToken, ValueError, TypeError):
            pass
        if self._path.stat().st_mtime_ns == self._read_at:
            raise Unreadable(_CLOSED) from None
        self._load()  # another process made a new key
        return self._open(closed, *place)

    def _load(self) -> None:
        self._read_at = self._path.stat().st_mtime_ns
        lines = self._path.read_text().split()
        raw = [_long_enough(base64.urlsafe_b64decode(line)) for line in lines] or [_long_enough(b"")]
        self._fernet = MultiFernet([Fernet(line) for line in lines])
        # A key of its own for this way of closing, so that one key never serves two (NIST SP 800-57 5.2).
        self._ciphers = [
            (
                hmac.digest(key, b"baoxue name", hashlib.sha256)[:_NAME],
                AESGCM(hmac.digest(key, b"baoxue cell", hashlib.sha256)),
            )
            for key in raw
        ]


def is_bound(cell: str) -> bool:
    """Tell whether a cell is bound to its place; one of before is not, until keys are rotated."""
    return cell.startswith(BOUND.decode())


def _place(place: tuple[object, ...]) -> bytes:
    return "\0".join(map(str, place)).encode(errors="surrogatepass")


def _hmac(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(errors="surrogatepass"), hashlib.sha256).hex()[:32]


def _read(path: Path) -> list[bytes]:
    """Give the keys of a file in hex, a line each, the newest first. Raises ValueError, OSError."""
    found = [_long_enough(bytes.fromhex(line)) for line in path.read_text().split()]
    return found or [_long_enough(b"")]


def _long_enough(key: bytes) -> bytes:
    """Give a key back. Raises ValueError for a short one, and one that nobody drew at random."""
    if len(key) < SHORTEST or len(set(key)) < SHORTEST // 4:
        raise ValueError("a key is too short, or is not random")
    return key


def make_keys(directory: Path) -> bool:
    """Write new keys unless there are some; tell whether any were written."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = False
    for name, value in (
        ("data.keys", Fernet.generate_key().decode()),
        ("hash.key", secrets.token_hex(32)),
        ("session.key", secrets.token_hex(32)),
    ):
        if not (directory / name).exists():
            write_private(directory / name, value + "\n")
            made = True
    return made


def add_hash_key(directory: Path) -> None:
    """Put a new hash key in front of the old ones, over which it goes."""
    path = directory / "hash.key"
    write_private(path, f"{secrets.token_hex(32)}\n{path.read_text()}")


def replace_session_key(directory: Path) -> None:
    """Put a new session key in place of the old one: no cookie of before is good any more."""
    write_private(directory / "session.key", secrets.token_hex(32) + "\n")


def add_key(directory: Path) -> None:
    """Put a new data key in front of the old ones, which stay to open what they closed."""
    path = directory / "data.keys"
    write_private(path, f"{Fernet.generate_key().decode()}\n{path.read_text()}")


def write_private(path: Path, content: str | bytes) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    draft = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
