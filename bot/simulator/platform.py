"""The platform's side of the protocol, played for demonstrations: its callbacks to us, and our replies opened.

Nothing is left out: a message is sealed and signed with the account's own secrets and goes through
the whole application, so that what is seen in a demonstration is what happens with Tencent's servers.
"""

import contextvars
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Flask
from werkzeug.test import Client

from bot.wechat import wire
from bot.wechat.protocol import Account, sign
from intake.errors import SettingsError

NAME = "gh_demo00000001"
"""What the platform calls the official account itself."""

Fields = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One callback and what came back, as it went over the wire and as it reads in the clear."""

    address: str
    sent: str
    status: int
    answer: str
    opened: str
    """The XML of the reply, or nothing where none was given."""
    reply: str
    """Its text."""


def message(sender: str, kind: str, fields: Fields, created: int) -> str:
    """Write the XML of a message or an event, head first."""
    head: Fields = {"ToUserName": NAME, "FromUserName": sender, "CreateTime": created, "MsgType": kind}
    return _xml({**head, **fields})


def number() -> int:
    """Give a MsgId that no other message of the same sender has."""
    return time.time_ns() // 1000


def deliver(app: Flask, xml: str) -> Exchange:
    """Send a message to the webhook of `app`, as anew each time: only the message is the same in a retry.

    Raises SettingsError.
    """
    account: Account = app.extensions["baoxue.wechat"]
    query, body = _callback(account, xml)
    # The request begins in a context of its own: whoever plays the platform is no part of it.
    status, answer = contextvars.Context().run(_post, app, query, body)
    opened = _open(account, answer)
    text = wire.read_xml(opened.encode()).get("Content", "") if opened else ""
    return Exchange(f"/wechat?{urlencode(query)}", body, status, answer, opened, text)


def _callback(account: Account, xml: str) -> tuple[dict[str, str], str]:
    """Give query and body in the mode that the account is set to."""
    if not account.token or (account.crypto is None and account.mode == "safe"):
        raise SettingsError("还没有公众号的 token 和 aes_key。请先运行 baoxue init --demo，再重新启动。")
    timestamp, nonce = str(int(time.time())), secrets.token_hex(8)
    query = {"signature": sign(account.token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
    fields = wire.read_xml(xml.encode())
    query["openid"] = fields["FromUserName"]
    if account.crypto is None or account.mode == "plain":
        return query, xml
    cipher = account.crypto.encrypt(xml, account.appid).decode()
    query |= {"encrypt_type": "aes", "msg_signature": sign(account.token, timestamp, nonce, cipher)}
    # In compatible mode everything can be read beside the cipher.
    around = fields if account.mode == "compatible" else {"ToUserName": NAME}
    return query, _xml({**around, "Encrypt": cipher})


def _post(app: Flask, query: dict[str, str], body: str) -> tuple[int, str]:
    answer = Client(app).post(
        "/wechat", query_string=query, data=body.encode(), content_type="text/xml; charset=utf-8"
    )
    return answer.status_code, answer.get_data(as_text=True)


def _open(account: Account, answer: str) -> str:
    """Give a reply in the clear; `success` and error pages are none."""
    if not answer.startswith("<xml>"):
        return ""
    fields = wire.read_xml(answer.encode())
    cipher = fields.get("Encrypt", "")
    if not cipher or account.crypto is None:
        return answer
    right = sign(account.token, fields.get("TimeStamp", ""), fields.get("Nonce", ""), cipher)
    if fields.get("MsgSignature") != right:
        return ""  # Tencent would show 服务出现故障
    return str(account.crypto.decrypt(cipher, account.appid))


def _xml(fields: Fields) -> str:
    leaves = (
        f"<{name}>{value if isinstance(value, int) else wire.cdata(value)}</{name}>"
        for name, value in fields.items()
    )
    return f"<xml>{''.join(leaves)}</xml>"
