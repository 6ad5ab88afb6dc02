"""A parent's phone: everything that somebody can send to the account, each as the platform tells us of it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask

from bot.simulator import platform, store
from bot.simulator.store import Entry
from intake.calendar import clock
from intake.errors import Refused
from intake.kinds import KINDS
from intake.messages import media
from intake.store.db import Database

LONGEST = 5000
"""Characters of a message."""
UNKNOWN = "【收到不支持的消息类型，暂无法显示】"
"""What the platform makes of a sticker."""
PLACES: Mapping[str, tuple[float, float]] = {
    "石人镇榆木桥子村": (41.998, 126.529),
    "石人镇林子头村": (41.968, 126.581),
    "湾沟镇平川村": (42.094, 126.973),
    "松树镇汤河村": (42.135, 127.081),
    "大阳岔镇棒槌砬子村": (42.203, 126.712),
    "孙家堡子街道利民村": (42.056, 126.591),
}
"""Villages to send one's place from; roughly there."""
HERE = (42.057, 126.599)
WORDS = ("进度", "人工", "菜单")
# A second of silence: a recording has to be one for those who fetch it.
_SILENCE = b"#!AMR\n" + (b"\x04" + bytes(12)) * 50


def menu() -> dict[str, str]:
    """Give the buttons below the chat: EventKey and caption."""
    return {**{key: kind.title for key, kind in KINDS.items()}, **{word: word for word in WORDS}}


@dataclass(frozen=True)
class SimulatedPhone:
    """The phone of one simulated parent. Everything that sends raises Refused or SettingsError."""

    app: Flask
    db: Database
    openid: str

    def text(self, said: str) -> Entry:
        """Type something."""
        said = _some(said, "请先写点什么，再按“发送”。")
        return self._message("text", said, "text", {"Content": said})

    def tap(self, word: str) -> Entry:
        """Tap a word in a reply."""
        word = _some(word, "这个按钮上没有字。")
        return self._message("tap", word, "text", {"Content": word, "bizmsgmenuid": "1"})

    def sticker(self) -> Entry:
        """Send a sticker, which the platform does not hand on."""
        return self._message("sticker", "［表情包］", "text", {"Content": UNKNOWN})

    def photo(self, data: bytes) -> Entry:
        """Send a picture."""
        if not data:
            raise Refused("请先选一张照片，再按“发照片”。")
        if len(data) > media.CAP:
            raise Refused("照片太大了，不能超过 10 MB。")
        if not media.sniff(data).startswith("image/"):
            raise Refused("这不是照片。请选 JPG、PNG 或 GIF 图片。")
        key = store.put(self.db, data)
        base = f"http://127.0.0.1:{self.db.settings.port}"
        fields = {"PicUrl": f"{base}/simulator/media/{key}", "MediaId": key}
        return self._message("photo", "［照片］", "image", fields, key)

    def voice(self, heard: str = "") -> Entry:
        """Send a recording; `heard` is what the platform understood, mostly nothing."""
        heard, key = heard.strip()[:LONGEST], store.put(self.db, _SILENCE)
        shown = f"［语音］{heard}" if heard else "［语音，没有识别出文字］"
        fields = {"MediaId": key, "Format": "amr", "Recognition": heard}
        return self._message("voice", shown, "voice", fields, key)

    def location(self, label: str) -> Entry:
        """Send a place on the map."""
        label = _some(label, "请先选一个地方。")[:200]
        latitude, longitude = PLACES.get(label, HERE)
        full = f"吉林省白山市{self.db.settings.district_name}{label}"
        fields = {
            "Location_X": f"{latitude:.6f}",
            "Location_Y": f"{longitude:.6f}",
            "Scale": "15",
            "Label": full,
        }
        return self._message("location", f"［位置］{full}", "location", fields)

    def link(self) -> Entry:
        """Send on an article."""
        fields = {
            "Title": "秋季学期资助政策问答",
            "Description": "转发的文章",
            "Url": "https://example.com/article",
        }
        return self._message("link", f"［链接］{fields['Title']}", "link", fields)

    def click(self, key: str) -> Entry:
        """Press a button of the menu."""
        if key not in menu():
            raise Refused("菜单里没有这个按钮。")
        return self._event("click", f"［菜单］{menu()[key]}", "CLICK", {"EventKey": key})

    def follow(self) -> Entry:
        """Follow the account."""
        return self._event("follow", "［关注了公众号］", "subscribe", {"EventKey": ""})

    def unfollow(self) -> Entry:
        """Leave the account."""
        return self._event("unfollow", "［取消了关注］", "unsubscribe", {"EventKey": ""})

    def retry(self) -> Entry:
        """Let the platform send the last message once more, as it does when our answer got lost."""
        last = store.last_sent(self.chat())
        if last is None:
            raise Refused("还没有发过消息，没有可以重发的。")
        again = {"do": last.do, "shown": last.shown, "media": last.media, "created": last.created}
        return self._deliver(last.xml, last.reply, retry=last.retry or last.n, **again)

    def chat(self, after: int = 0) -> list[Entry]:
        """Give what was sent, answered and pushed so far."""
        return store.read(self.db, self.openid, after)

    def _message(self, do: str, shown: str, kind: str, fields: Mapping[str, str], picture: str = "") -> Entry:
        numbered: platform.Fields = {**fields, "MsgId": platform.number()}
        return self._send(do, shown, kind, numbered, int(time.time()), picture)

    def _event(self, do: str, shown: str, event: str, fields: Mapping[str, str]) -> Entry:
        """Send an event. It has no MsgId, so two alike in one second would count as one: none are."""
        taken = {one.created for one in self.chat() if one.shown == shown}
        created = int(time.time())
        while created in taken:
            created += 1
        return self._send(do, shown, "event", {"Event": event, **fields}, created)

    def _send(
        self, do: str, shown: str, kind: str, fields: platform.Fields, created: int, picture: str = ""
    ) -> Entry:
        if do != "follow" and not store.follows(self.chat()):
            raise Refused("已经取消关注了。要接着说，请先按“关注”。")
        xml = platform.message(self.openid, kind, fields, created)
        return self._deliver(xml, do=do, shown=shown, media=picture, created=created)

    def _deliver(self, xml: str, before: str | None = None, **more: Any) -> Entry:
        done = platform.deliver(self.app, xml)
        entry = Entry(
            same=done.reply == before,
            at=clock.stamp(clock.now()), xml=xml, address=done.address, sent=done.sent, status=done.status,
            answer=done.answer, opened=done.opened, reply=done.reply, **more,
        )  # fmt: skip
        return store.append(self.db, self.openid, entry)


def _some(said: str, otherwise: str) -> str:
    said = said.strip()
    if not said:
        raise Refused(otherwise)
    if len(said) > LONGEST:
        raise Refused(f"太长了，一条最多 {LONGEST} 个字，请分几次发。")
    return said
