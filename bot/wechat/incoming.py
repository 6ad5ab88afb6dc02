"""A message of the platform with every field validated, right after parsing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from bot.wechat import wire
from intake.language.patterns import regex

NAME = regex(r"[A-Za-z0-9_@.\-]{1,64}")
"""What the platform calls somebody: an openid, or an account."""
_WORD = regex(r"[A-Za-z_]{1,40}")
_MEDIA = regex(r"[A-Za-z0-9_\-]{1,512}")
_WORDS = {"text": "Content", "location": "Label"}
"""Where each type of message holds its words."""
_HEAD = frozenset({"ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId"})


@dataclass(frozen=True, slots=True)
class Incoming:
    """What somebody sent. `key` tells it from the sender's other messages, and a retry from a new one."""

    openid: str
    account: str
    type: str
    key: str
    text: str = ""
    event: str = ""
    said: str = ""
    """What is kept of it: the text, or the other fields as JSON."""
    media: str = ""
    scene: str = ""
    """What a scanned code says: school:<code>."""
    """The platform's id of a picture, recording or video."""


def validate(fields: Mapping[str, str]) -> Incoming:
    """Turn the fields of a body into a message. Raises wire.Malformed."""
    kind = fields.get("MsgType", "")
    openid, account = fields.get("FromUserName", ""), fields.get("ToUserName", "")
    if not (NAME.fullmatch(openid) and NAME.fullmatch(account) and _WORD.fullmatch(kind)):
        raise wire.Malformed(dict(fields))
    created = _digits(fields, "CreateTime", 12)
    if kind == "event":
        event, which = fields.get("Event", ""), fields.get("EventKey", "")
        if not _WORD.fullmatch(event) or len(which) > 300:
            raise wire.Malformed(dict(fields))
        # Events have no MsgId.
        scene = which.removeprefix("qrscene_") if event.lower() in ("subscribe", "scan") else ""
        return Incoming(
            openid, account, kind, f"{created} {event} {which}", which, event.lower(), which, scene=scene
        )
    number = _digits(fields, "MsgId", 24)
    if kind == "text" and "Content" not in fields:
        raise wire.Malformed(dict(fields))
    text = fields.get(_WORDS.get(kind, "Recognition"), "")
    said = text if kind == "text" else _rest(fields)
    media = fields.get("MediaId", "")
    return Incoming(openid, account, kind, number, text, "", said, media if _MEDIA.fullmatch(media) else "")


def _digits(fields: Mapping[str, str], name: str, longest: int) -> str:
    said = fields.get(name, "").strip()
    if not (said.isascii() and said.isdecimal() and len(said) <= longest):
        raise wire.Malformed(dict(fields))
    return said


def _rest(fields: Mapping[str, str]) -> str:
    return json.dumps({key: text for key, text in fields.items() if key not in _HEAD}, ensure_ascii=False)
