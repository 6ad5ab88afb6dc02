"""Backups that only who holds a private key can read: age (age-encryption.org/v1), which other programs open as well."""

import os
from pathlib import Path
from typing import BinaryIO

from intake.errors import Refused, SettingsError
from intake.house.keeping import signing
from intake.settings import Settings

MAGIC = b"age-encryption.org/v1"
SECRET = "AGE-SECRET-KEY-"  # noqa: S105 - how one begins
NO_KEY = (
    "还没有设置 BAOXUE_BACKUP_KEY，正式运行的备份要加密。请运行 baoxue backup --make-key 文件名，"
    "把打印的一行写进 /etc/baoxue.env，那个文件拿到别处保管。"
)


def make_backup_key(settings: Settings, path: Path) -> str:
    """Write a private key to a file of its own, with whose backups it opens; give the public one. Raises Refused."""
    from pyrage import x25519

    identity = x25519.Identity.generate()
    public = str(identity.to_public())
    lines = [f"# public key: {public}", str(identity)]
    if (settings.keys / "hash.key").exists():
        lines.insert(1, f"{signing.COMMENT}{signing.public_of(signing.signer_of(settings))}")
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refused(f"{path} 已经有了，不能盖掉：旧的备份要靠它打开。请换一个文件名。") from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("\n".join([*lines, ""]))
        file.flush()
        os.fsync(file.fileno())
    return public


def require_backup_key(settings: Settings) -> None:
    """See that a backup may be written. Raises SettingsError where production would leave it open."""
    if not settings.backup_key and not settings.demo:
        raise SettingsError(NO_KEY)


def seal_backup(settings: Settings, source: Path, target: BinaryIO) -> None:
    """Encrypt a file to everybody whose public key is set, piece by piece. Raises OSError, SettingsError."""
    import pyrage

    try:
        recipients = [pyrage.x25519.Recipient.from_str(one) for one in settings.backup_key.split()]
    except pyrage.RecipientError:
        raise SettingsError(
            "BAOXUE_BACKUP_KEY 抄错了，请从 baoxue backup --make-key 打印的一行重新复制。"
        ) from None
    with source.open("rb") as file:
        pyrage.encrypt_io(file, target, recipients)


def open_backup(source: BinaryIO, target: Path, key: Path | None) -> None:
    """Decrypt a backup into a file, piece by piece. Raises Refused."""
    import pyrage

    if key is None:
        raise Refused("这个备份加了密，请用 --key 指明私钥文件（做密钥时存的那个）。")
    try:
        said = [line.strip() for line in key.read_text("utf-8").splitlines()]
        identities = [pyrage.x25519.Identity.from_str(line) for line in said if line.startswith(SECRET)]
    except (UnicodeDecodeError, pyrage.IdentityError):
        identities = []
    if not identities:
        raise Refused(f"{key} 里没有私钥。私钥是以 {SECRET} 开头的一行。")
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        try:
            pyrage.decrypt_io(source, file, identities)
        except pyrage.DecryptError:
            raise Refused("这个备份打不开：不是用这把密钥加密的，或者文件不完整。") from None
