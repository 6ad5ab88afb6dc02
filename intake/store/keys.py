"""The keys that open sensitive cells, and files that only their owner reads."""

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from intake.errors import SettingsError, Unreadable

UNOPENED = "打不开"
"""What stands in the place of a cell that none of the keys opens."""
_SEAL = 32
"""Bytes at the end of what is encrypted that only a key's owner can make."""
UNOPENED_TEXT = "（这一条打不开，请管理员运行 baoxue verify）"
"""The same where a text stood."""


class Keys:
    """The keys of one installation: `data.keys` (newest first), `hash.key`, `session.key`."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "data.keys"
        try:
            self._hash = bytes.fromhex((directory / "hash.key").read_text().strip())
            self.session = (directory / "session.key").read_text().strip()
            self._load()
        except FileNotFoundError as error:
            raise SettingsError(f"没有找到密钥文件 {error.filename}，请先运行 baoxue init") from None
        except OSError as error:
            raise SettingsError(f"{error.filename} 读不了，请用数据目录主人的身份运行") from None
        except ValueError:
            raise SettingsError(f"{directory} 里的密钥文件已损坏，请从备份恢复") from None

    def lock(self, text: str) -> str:
        """Encrypt a text for a cell."""
        return self.seal(text.encode()).decode()

    def unlock(self, cell: str) -> str:
        """Decrypt a cell. Raises Unreadable, which never carries the cell."""
        return self.unseal(cell).decode()

    def check(self, cell: str) -> None:
        """See that a key opens a cell, without opening it. Raises Unreadable."""
        try:
            sealed = base64.urlsafe_b64decode(cell)
        except ValueError:
            sealed = b""
        said, seal = sealed[:-_SEAL], sealed[-_SEAL:]
        for key in self._sealing:
            if hmac.compare_digest(hmac.digest(key, said, "sha256"), seal):
                return
        self.unseal(cell)  # another process may have made a new key

    def unlock_or_say(self, cell: str) -> str:
        """Decrypt a text for people to read; one that no key opens says so in its place."""
        try:
            return self.unlock(cell)
        except Unreadable:
            return UNOPENED_TEXT

    def seal(self, data: bytes) -> bytes:
        """Encrypt the bytes of a file."""
        return self._fernet.encrypt(data)

    def unseal(self, cell: str | bytes) -> bytes:
        """Decrypt what `seal` or `lock` made. Raises Unreadable, which never carries it."""
        try:
            return self._fernet.decrypt(cell)
        except (InvalidToken, ValueError, TypeError):
            if self._path.stat().st_mtime_ns == self._read_at:
                raise Unreadable("没有密钥能打开这一格") from None
        self._load()  # another process made a new key
        return self.unseal(cell)

    def _load(self) -> None:
        self._read_at = self._path.stat().st_mtime_ns
        lines = self._path.read_text().split()
        self._fernet = MultiFernet([Fernet(line) for line in lines])
        # A Fernet key is two: the first half seals (github.com/fernet/spec).
        self._sealing = [base64.urlsafe_b64decode(line)[:16] for line in lines]

    def relock(self, cell: str) -> str:
        """Encrypt a cell again with the newest key. Raises Unreadable."""
        return self.reseal(cell).decode()

    def reseal(self, cell: str | bytes) -> bytes:
        """Encrypt a file's bytes again with the newest key. Raises Unreadable."""
        try:
            return self._fernet.rotate(cell)
        except InvalidToken:
            raise Unreadable("没有密钥能打开这一格") from None

    def digest(self, purpose: str, text: str) -> str:
        """Give the keyed hash (32 hex digits) by which equal values are found without opening them."""
        return hmac.digest(
            self._hash, f"{purpose}\0{text}".encode(errors="surrogatepass"), hashlib.sha256
        ).hex()[:32]


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
