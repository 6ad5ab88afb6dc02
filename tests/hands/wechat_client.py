"""Speak the platform's side of the WeChat protocol, written from Tencent's documentation alone.

The product uses wechatpy; this file must not, so that a fault in the one shows against the other.
"""

import base64
import hashlib
import itertools
import os
import struct
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32  # PKCS7 is padded to the key's 32 bytes, not to the 16 of an AES block


class ProtocolError(ValueError):
    """Say that an answer is not what the protocol promises."""


@dataclass(frozen=True)
class Post:
    """Hold one callback as the platform would send it: query parameters and body."""

    query: dict[str, str]
    body: bytes

    @property
    def query_string(self) -> str:
        """Return the query parameters, quoted, without the question mark."""
        return urlencode(self.query)


def sign(*parts: str) -> str:
    """Return the hex sha1 of the parts, sorted and joined, which is every signature of the protocol."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def render(values: Mapping[str, str | int]) -> str:
    """Render a flat message: numbers bare, texts as CDATA."""
    return "<xml>" + "".join(f"<{key}>{_leaf(value)}</{key}>" for key, value in values.items()) + "</xml>"


def parse_xml(text: str) -> dict[str, Any]:
    """Return a message as a dict: leaves as text, <Articles> and other nests as dicts, repeats as lists."""
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise ProtocolError(f"not XML: {text[:80]!r}") from error
    if root.tag != "xml":
        raise ProtocolError(f"the root is <{root.tag}>, not <xml>")
    value = _value(root)
    return value if isinstance(value, dict) else {}


@dataclass
class WeChatClient:
    """Build what the platform sends for one official account, and read what comes back.

    `aes_key` is the EncodingAESKey of 43 characters. Times are seconds; `MsgId`s count up by themselves.
    """

    token: str
    appid: str
    aes_key: str
    account: str = "gh_baoxue000001"
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(time.time_ns() // 1000))

    def __post_init__(self) -> None:
        """Decode the key once."""
        self._key = base64.b64decode(self.aes_key + "=")
        if len(self._key) != 32:
            raise ValueError("an EncodingAESKey has 43 characters")

    # -- signatures and cipher

    def signed(self, timestamp: int | None = None, nonce: str | None = None) -> dict[str, str]:
        """Return the parameters that every callback carries: signature, timestamp, nonce."""
        when = str(int(time.time()) if timestamp is None else timestamp)
        nonce = str(int.from_bytes(os.urandom(4))) if nonce is None else nonce
        return {"signature": sign(self.token, when, nonce), "timestamp": when, "nonce": nonce}

    def check(
        self, echostr: str, *, timestamp: int | None = None, nonce: str | None = None
    ) -> dict[str, str]:
        """Return the query of the address check (GET); the answer must be `echostr`."""
        return {**self.signed(timestamp, nonce), "echostr": echostr}

    def encrypt(self, text: str, random: bytes | None = None) -> str:
        """Return base64 of AES-256-CBC over random16, length, text and appid."""
        raw = text.encode()
        random = os.urandom(16) if random is None else random
        plain = random + struct.pack(">I", len(raw)) + raw + self.appid.encode()
        count = BLOCK - len(plain) % BLOCK
        encryptor = self._cipher().encryptor()
        return base64.b64encode(
            encryptor.update(plain + bytes([count]) * count) + encryptor.finalize()
        ).decode()

    def decrypt(self, encrypted: str) -> str:
        """Return the text inside `encrypted`; padding, length and appid must all be right."""
        decryptor = self._cipher().decryptor()
        try:
            plain = decryptor.update(base64.b64decode(encrypted, validate=True)) + decryptor.finalize()
        except ValueError as error:
            raise ProtocolError("not base64 of whole blocks") from error
        count = plain[-1] if plain else 0
        if not 1 <= count <= BLOCK or plain[-count:] != bytes([count]) * count or len(plain) % BLOCK:
            raise ProtocolError("the padding is not PKCS7 with a block of 32")
        length = struct.unpack(">I", plain[16:20])[0]
        text, appid = plain[20 : 20 + length], plain[20 + length : -count]
        if appid != self.appid.encode():
            raise ProtocolError(f"the appid is {appid!r}")
        return text.decode()

    # -- messages

    def message(self, kind: str, sender: str, values: Mapping[str, str | int], created: int | None) -> str:
        """Return the XML of a message of any type, head first."""
        when = int(time.time()) if created is None else created
        head: dict[str, str | int] = {"ToUserName": self.account, "FromUserName": sender, "CreateTime": when}
        return render({**head, "MsgType": kind, **values})

    def text(
        self,
        sender: str,
        content: str,
        *,
        msg_id: int | None = None,
        menu_id: str | None = None,
        created: int | None = None,
    ) -> str:
        """Return a text message; `menu_id` is what a tap on an in-text button adds."""
        tapped = {} if menu_id is None else {"bizmsgmenuid": menu_id}
        return self.message(
            "text", sender, {"Content": content, "MsgId": self._id(msg_id), **tapped}, created
        )

    def event(
        self, sender: str, event: str, key: str | None = None, *, created: int | None = None, **more: str
    ) -> str:
        """Return an event (subscribe, unsubscribe, SCAN, CLICK, VIEW, …); events carry no MsgId."""
        keyed = {} if key is None else {"EventKey": key}
        return self.message("event", sender, {"Event": event, **keyed, **more}, created)

    def image(
        self,
        sender: str,
        media_id: str,
        url: str = "http://mmbiz.qpic.cn/example",
        *,
        msg_id: int | None = None,
        created: int | None = None,
    ) -> str:
        """Return a picture."""
        values: dict[str, str | int] = {"PicUrl": url, "MediaId": media_id, "MsgId": self._id(msg_id)}
        return self.message("image", sender, values, created)

    def voice(
        self,
        sender: str,
        media_id: str,
        *,
        recognition: str | None = None,
        msg_id: int | None = None,
        created: int | None = None,
    ) -> str:
        """Return a recording; `Recognition` is there only when given, as today's platform leaves it out."""
        heard = {} if recognition is None else {"Recognition": recognition}
        head: dict[str, str | int] = {"MediaId": media_id, "Format": "amr"}
        return self.message("voice", sender, {**head, **heard, "MsgId": self._id(msg_id)}, created)

    def location(
        self,
        sender: str,
        latitude: float,
        longitude: float,
        label: str,
        *,
        msg_id: int | None = None,
        created: int | None = None,
    ) -> str:
        """Return a place on the map; `Location_X` is the latitude."""
        place = {"Location_X": f"{latitude:.6f}", "Location_Y": f"{longitude:.6f}", "Label": label}
        return self.message("location", sender, {**place, "Scale": 15, "MsgId": self._id(msg_id)}, created)

    # -- callbacks

    def plain(self, xml: str, *, timestamp: int | None = None, nonce: str | None = None) -> Post:
        """Return the callback of plain mode, whose signature does not cover the body."""
        return Post({**self.signed(timestamp, nonce), "openid": _sender(xml)}, xml.encode())

    def safe(self, xml: str, *, timestamp: int | None = None, nonce: str | None = None) -> Post:
        """Return the callback of safe mode: ToUserName and Encrypt, nothing else."""
        return self._sealed(xml, {"ToUserName": self.account}, timestamp, nonce)

    def compatible(self, xml: str, *, timestamp: int | None = None, nonce: str | None = None) -> Post:
        """Return the callback of compatible mode: the plain fields and Encrypt in one body."""
        return self._sealed(xml, parse_xml(xml), timestamp, nonce)

    def open_reply(self, body: bytes) -> dict[str, Any]:
        """Return an encrypted reply in the clear, after checking its signature and its appid."""
        sealed = parse_xml(body.decode())
        try:
            parts = [sealed[key] for key in ("TimeStamp", "Nonce", "Encrypt")]
            signature = sealed["MsgSignature"]
        except KeyError as error:
            raise ProtocolError(f"the encrypted reply has no {error}") from error
        if set(sealed) != {"TimeStamp", "Nonce", "Encrypt", "MsgSignature"}:
            raise ProtocolError(f"the encrypted reply says more than it should: {sorted(sealed)}")
        if sign(self.token, *parts) != signature:
            raise ProtocolError("the reply's MsgSignature is wrong")
        return parse_xml(self.decrypt(parts[2]))

    def _sealed(self, xml: str, around: Mapping[str, str | int], when: int | None, nonce: str | None) -> Post:
        encrypted = self.encrypt(xml)
        query = self.signed(when, nonce)
        signature = sign(self.token, query["timestamp"], query["nonce"], encrypted)
        more = {"openid": _sender(xml), "encrypt_type": "aes", "msg_signature": signature}
        return Post({**query, **more}, render({**around, "Encrypt": encrypted}).encode())

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))

    def _id(self, given: int | None) -> int:
        return next(self._ids) if given is None else given


def _leaf(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    return "<![CDATA[" + value.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _value(element: ElementTree.Element) -> str | dict[str, Any]:
    if not len(element):
        return element.text or ""
    found: dict[str, Any] = {}
    for child in element:
        value = _value(child)
        if child.tag in found:
            earlier = found[child.tag]
            found[child.tag] = [*(earlier if isinstance(earlier, list) else [earlier]), value]
        else:
            found[child.tag] = value
    return found


def _sender(xml: str) -> str:
    _, _, rest = xml.partition("<FromUserName><![CDATA[")
    return rest.partition("]]>")[0]
