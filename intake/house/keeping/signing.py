"""Whose backup it is: what it holds is listed, and the list signed with a key of the house that made it."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from intake.errors import Refused, SettingsError
from intake.settings import Settings
from intake.store.keys import write_private

LIST, SIGNATURE = "backup.json", "backup.sig"
COMMENT = "# baoxue signer: "
"""How the line of a key's file begins that says whose backups it opens."""
PIECE = 1 << 20


def signer_of(settings: Settings) -> Ed25519PrivateKey:
    """Give the key with which this house signs; made when it is first needed. Raises SettingsError."""
    path = settings.keys / "signer.key"
    if not path.exists():
        write_private(path, Ed25519PrivateKey.generate().private_bytes_raw().hex() + "\n")
    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text().strip()))
    except ValueError:
        raise SettingsError(f"{path} 已损坏，请从备份恢复，或删掉它：会另做一个。") from None


def public_of(signer: Ed25519PrivateKey) -> str:
    """Give the public half, in hex digits, by which a house is known."""
    return signer.public_key().public_bytes_raw().hex()


def signed_list(settings: Settings, content: Mapping[str, Any]) -> dict[str, bytes]:
    """Give the list of what a backup holds, and its signature, as files."""
    signer = signer_of(settings)
    said = json.dumps({**content, "signer": public_of(signer)}, ensure_ascii=False, sort_keys=True).encode()
    return {LIST: said, SIGNATURE: signer.sign(said).hex().encode()}


def read_list(folder: Path) -> dict[str, Any]:
    """Give the list of an unpacked backup, {} where an earlier version made it. Raises Refused where it does not fit."""
    if not (folder / LIST).exists():
        return {}
    try:
        said = (folder / LIST).read_bytes()
        content: dict[str, Any] = json.loads(said)
        signer = Ed25519PublicKey.from_public_bytes(bytes.fromhex(content["signer"]))
        signer.verify(bytes.fromhex((folder / SIGNATURE).read_text()), said)
        listed = dict(content["files"])
    except (InvalidSignature, OSError, ValueError, KeyError, TypeError):
        raise Refused("这个备份的签名不对，有人改过它，不能恢复。") from None
    there = {str(one.relative_to(folder)) for one in folder.rglob("*") if not one.is_dir()}
    if there - {LIST, SIGNATURE} != set(listed) or any(
        digest_of(folder / one) != listed[one] for one in listed
    ):
        raise Refused("这个备份的内容和签名对不上，有人改过它，不能恢复。")
    return content


def known_signers(settings: Settings, key: Path | None) -> set[str]:
    """Give whom this house knows as itself: by its own key, and by what stands beside a private key that was kept."""
    found = set()
    if (settings.keys / "signer.key").exists():
        found.add(public_of(signer_of(settings)))
    for line in key.read_text("utf-8", "replace").splitlines() if key else ():
        if line.startswith(COMMENT):
            found.add(line.removeprefix(COMMENT).strip())
    return found


class Hashed:
    """A file that is read once: into an archive, and into its SHA-256."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        piece = self._file.read(size)
        self._digest.update(piece)
        return piece

    def hexdigest(self) -> str:
        """Give the digest of what was read."""
        return self._digest.hexdigest()


def digest_of(path: Path) -> str:
    """Give the SHA-256 of a file, read piece by piece."""
    with path.open("rb") as file:
        hashed = Hashed(file)
        while hashed.read(PIECE):
            pass
    return hashed.hexdigest()
