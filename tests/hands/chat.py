"""A parent's chat with the real application, through the signed and encrypted webhook."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from flask import Flask

import wsgi
from bot import conversation
from intake.kinds import KINDS
from intake.kinds.envelope import Envelope
from intake.people import bindings
from intake.reports import lookup
from intake.settings import Settings
from intake.store.db import Database, Row
from tests.hands.cells import opened_cells
from tests.hands.classroom import Classroom, teacher
from tests.hands.wechat_client import Post, WeChatClient, parse_xml

PLATFORM = WeChatClient(
    "a-token-of-tests", "wx0123456789abcdef", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"
)


PHONE = "0439-3720000"


RECEIPT = re.compile(r"\d{4} \d{4} \d{4}")


@dataclass
class Chat:
    """One parent's chat with an application; what comes back is shown without the links."""

    app: Flask
    openid: str = "oParent-1"
    mode: str = "safe"
    heard: list[str] = field(default_factory=list)

    @property
    def db(self) -> Database:
        return cast(Database, self.app.extensions["baoxue.db"])

    @property
    def reporter(self) -> str:
        """Give the name under which this parent's reports are kept."""
        return conversation.reporter(self.db, self.openid)

    def post(self, post: Post) -> tuple[int, bytes]:
        """Deliver a callback; give status and body."""
        answer = self.app.test_client().post(
            f"/wechat?{post.query_string}", data=post.body, content_type="text/xml"
        )
        return answer.status_code, answer.data

    def send(self, xml: str) -> str:
        """Deliver a message in the mode of this chat; give the reply's content, or `success`."""
        status, body = self.post(getattr(PLATFORM, self.mode)(xml))
        assert status == 200
        if body == b"success":
            return "success"
        reply = PLATFORM.open_reply(body) if self.mode != "plain" else parse_xml(body.decode())
        assert reply["ToUserName"] == self.openid
        assert reply["MsgType"] == "text"
        assert 0 < len(reply["Content"].encode()) <= 2048
        return re.sub(r"<a [^>]*>(.*?)</a>", r"\1", reply["Content"])

    def say(self, *lines: str) -> str:
        """Type lines one after another; give the last reply."""
        for line in lines:
            self.heard.append(self.send(PLATFORM.text(self.openid, line)))
        return self.heard[-1]

    def reports(self) -> list[Row]:
        """Give the envelopes, oldest first."""
        return self.db.all("SELECT * FROM reports ORDER BY id")

    def answers(self) -> dict[str, Any]:
        """Give the answers of the newest report."""
        return lookup.answers_of(self.db, Envelope.of(self.reports()[-1]))

    def messages(self, kind: str) -> list[str]:
        """Give what was kept of the messages of a type."""
        return opened_cells(self.db, "messages.said", "WHERE type = ? ORDER BY received_at", kind)


@contextmanager
def opened(settings: Settings, mode: str = "safe", **more: object) -> Iterator[Chat]:
    """Start the application on the data of `settings`, connected to PLATFORM."""
    app = wsgi.create_app(
        {"DATA": settings.data, "MODE": "demo", "WECHAT_TOKEN": PLATFORM.token, "WECHAT_APPID": PLATFORM.appid,
         "WECHAT_AES_KEY": PLATFORM.aes_key, "WECHAT_MODE": mode, "CONTACT_PHONE": PHONE, **more}
    )  # fmt: skip
    chat = Chat(app, mode=mode)
    yield chat
    chat.db.close()


def asking(kind: str, reply: str) -> str:
    """Give the key that a reply asks for, or nothing; of two asked at once the first."""
    asked = {key: one.asked for key, one in KINDS[kind].answers().items()}
    found = {key: max(map(reply.rfind, (one.prompt, *one.pairs.values()))) for key, one in asked.items()}
    return max((key for key in found if found[key] >= 0), key=lambda key: found[key], default="")


def answer_all(chat: Chat, kind: str, reply: str, body: dict[str, Any], limit: int = 30) -> str:
    """Answer each question from a body, skip what it does not hold; give the reply after the last one."""
    seen: set[str] = set()
    for _ in range(limit):
        key = asking(kind, reply)
        if not key or "请您核对" in reply:
            return reply
        assert key not in seen, f"{key} was asked twice"
        seen.add(key)
        value = body.get(key, "跳过")
        reply = chat.say("、".join(value) if isinstance(value, list) else str(value))
    raise AssertionError("the questions do not end")


AGREED = "同意"


def kept(chat: Chat, number: int = -1) -> dict[str, object]:
    """Give the answers of a report, with the names of places."""
    report = chat.reports()[number]
    form = lookup.schema(chat.db, report["kind"])
    return {key: value for key, _, value in form.shown(lookup.answers_of(chat.db, Envelope.of(report)))}


def bound(chat: Chat, *rooms: Classroom, login: str = "13812340001") -> None:
    code = bindings.issue_code(chat.db, teacher(chat.db, *rooms, login=login).id)
    assert "绑定好了" in chat.say(f"绑定{code}")
