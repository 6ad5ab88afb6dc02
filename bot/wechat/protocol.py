"""Signatures and cipher of the platform: who may talk to us, and how an answer is sealed."""

import base64
import binascii
import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass

from wechatpy.crypto import PrpCrypto

from bot.wechat import wire
from intake.errors import SettingsError
from intake.settings import Settings

BLOCK = 32
"""PKCS7 fills up to the 32 bytes of the key, not to the 16 of an AES block."""


FRESH = 300
"""Seconds by which a signed timestamp may differ from our clock; the platform tries again for 15."""


class Forged(Exception):
    """A signature or an appid is wrong: not the platform, or not for us."""


class Undecipherable(Exception):
    """Rightly signed, but our AES key does not open it."""


class _Cipher(PrpCrypto):  # type: ignore[misc]
    """wechatpy's cipher, with random bytes that nobody can foresee (and that cost less)."""

    def get_random_string(self) -> str:
        """Give the 16 characters that come first."""
        return secrets.token_hex(8)


@dataclass(frozen=True)
class Account:
    """One official account: its token, its appid, its mode, and its cipher (built once, it is slow to build)."""

    token: str
    appid: str
    mode: str
    crypto: PrpCrypto | None

    @classmethod
    def of(cls, settings: Settings) -> "Account":
        """Take the account from the settings. Raises SettingsError on an AES key that is none."""
        crypto = None
        if settings.wechat_aes_key:
            try:
                key = base64.b64decode(settings.wechat_aes_key + "=")
                crypto = _Cipher(key) if len(key) == BLOCK else None
            except (binascii.Error, ValueError):
                crypto = None
            if crypto is None:
                raise SettingsError("BAOXUE_WECHAT_AES_KEY 应是 43 个字符（公众平台上的 EncodingAESKey）")
        return cls(settings.wechat_token, settings.wechat_appid, settings.wechat_mode, crypto)

    def check(self, query: Mapping[str, str]) -> None:
        """Check the signature of an address, which does not cover a body. Raises Forged."""
        self._verify(query.get("signature", ""), query)

    def refuse_stale(self, query: Mapping[str, str]) -> None:
        """Refuse what was signed long ago or ahead of time: a captured address. Raises Forged."""
        said = query.get("timestamp", "")
        if not (said.isascii() and said.isdecimal() and abs(time.time() - int(said[:12])) <= FRESH):
            raise Forged

    def mark(self, query: Mapping[str, str]) -> str:
        """Give what tells one signed call from another, and cannot be chosen without the token."""
        said = f"{query.get('timestamp', '')}\0{query.get('nonce', '')}".encode("utf-8", "surrogatepass")
        return hmac.new(self.token.encode(), said, hashlib.sha256).hexdigest()[:32]

    def open(self, query: Mapping[str, str], body: bytes) -> tuple[bytes, bool]:
        """Give the XML of a message, and whether it came encrypted.

        Raises Forged, Undecipherable, wire.Malformed. Nothing of a cipher is looked at before its
        signature is right; wechatpy's decrypt_message does it the other way round.
        """
        encrypted = query.get("encrypt_type") == "aes" and self.mode != "plain"
        if not encrypted and self.mode == "safe":
            raise Forged
        if not encrypted or "signature" in query:
            self.check(query)
        if not encrypted:
            return body, False
        try:
            cipher = wire.read_xml(body).get("Encrypt", "")
        except wire.Malformed:
            self.check(query)  # what anybody may have sent is not kept
            raise
        self._verify(query.get("msg_signature", ""), query, cipher)
        return self._decrypt(cipher), True

    def seal(self, xml: str) -> str:
        """Encrypt and sign a reply."""
        if self.crypto is None:
            raise Forged
        cipher = self.crypto.encrypt(xml, self.appid).decode()
        timestamp, nonce = str(int(time.time())), secrets.token_hex(8)
        return wire.sealed_reply(cipher, sign(self.token, timestamp, nonce, cipher), timestamp, nonce)

    def _verify(self, signature: str, query: Mapping[str, str], *covered: str) -> None:
        """Compare in constant time; without a token anybody could sign, so nobody is let in."""
        right = sign(self.token, query.get("timestamp", ""), query.get("nonce", ""), *covered)
        if not self.token or not hmac.compare_digest(signature.encode(), right.encode()):
            raise Forged

    def _decrypt(self, cipher: str) -> bytes:
        """Open a cipher: 16 random bytes, length, text, appid, padding. Raises Forged, Undecipherable."""
        if self.crypto is None:
            raise Undecipherable
        try:
            plain: bytes = self.crypto.cipher.decrypt(base64.b64decode(cipher, validate=True))
        except ValueError:
            raise Undecipherable from None
        padding = plain[-1] if plain else 0
        if not 1 <= padding <= BLOCK or plain[-padding:] != plain[-1:] * padding:
            raise Undecipherable
        end = 20 + int.from_bytes(plain[16:20], "big")
        if end > len(plain) - padding:
            raise Undecipherable
        if not hmac.compare_digest(plain[end:-padding], self.appid.encode()):
            raise Forged
        return plain[20:end]


def sign(*parts: str) -> str:
    """Give the platform's signature: the sha1 of the sorted, joined parts."""
    joined = "".join(sorted(parts)).encode("utf-8", "surrogatepass")
    return hashlib.sha1(joined, usedforsecurity=False).hexdigest()
