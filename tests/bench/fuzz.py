"""Throw spoilt and odd messages at the webhook of a real server: `python -m tests.bench.fuzz --minutes 60`.

Ends with an error on any answer of 500 and above, on one that takes longer than the platform waits, on a reply
that is no valid XML, and if the server's memory keeps growing. The seed is printed, so that a run can be repeated.
"""

import argparse
import http.client
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.e2e.server import HOST, WECHAT, app_server, baoxue
from tests.hands.wechat_client import Post, ProtocolError, parse_xml
from tests.understanding.corpus import held_out

HANG = 5.0  # seconds; the platform waits no longer
GROWTH = 1.5  # of memory, from the first minute to the end
WORDS = ("菜单", "同意", "确认", "返回", "跳过", "修改", "修改2", "取消", "进度", "人工", "撤回", "更正", "我的信息",
         "删除我的信息", "确认删除", "绑定", "绑定 1234567890", "继续", "更多", "全到", "家长", "1", "２", "3", "第4个",
         "王小明", "石人镇", "昨天", "13812345678", "没请假", "电话错了", "不是三年级是四年级", "算了", "不对")  # fmt: skip
ODD = "]]>&<\"'\x00\x0b\ufffe\u202e\ue000\ue005🙂𠮷\u0301"


class Spoiler:
    """Makes messages: whole conversations of odd people, and bodies that are broken in every way."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.said = [one.text for name in ("dev", "test") for one in held_out(name)] + [*WORDS] * 20

    def post(self) -> Post:
        """Give the next callback."""
        xml = self._message()
        if self.dice.random() < 0.3:
            xml = self._broken(xml)
        seal: Callable[[str], Post] = self.dice.choice([WECHAT.safe, WECHAT.compatible, WECHAT.plain])
        try:
            post = seal(xml)
        except (ProtocolError, ValueError, UnicodeEncodeError):
            post = WECHAT.plain(self._message())
        return self._spoilt(post) if self.dice.random() < 0.3 else post

    def _message(self) -> str:
        sender = f"oFuzz-{self.dice.randrange(60)}"
        kind = self.dice.random()
        if kind < 0.75:
            return WECHAT.text(sender, self._words())
        if kind < 0.8:
            return WECHAT.image(sender, f"m{self.dice.randrange(9)}")
        if kind < 0.85:
            return WECHAT.voice(sender, "m", recognition=self.dice.choice([None, "", self._words()]))
        if kind < 0.9:
            return WECHAT.location(
                sender, self.dice.uniform(-90, 90), self.dice.uniform(-180, 180), self._words()
            )
        event = self.dice.choice(
            ["subscribe", "unsubscribe", "CLICK", "SCAN", "VIEW", "LOCATION", "nonsense"]
        )
        return WECHAT.event(
            sender, event, self.dice.choice(["", "absence", "school:DEMO000001", "进度", "x" * 200])
        )

    def _words(self) -> str:
        said = self.dice.choice(self.said)
        luck = self.dice.random()
        if luck < 0.1:
            said = "".join(self.dice.sample(said, len(said)))
        elif luck < 0.2:
            said += "".join(self.dice.choices(ODD, k=5))
        elif luck < 0.22:
            said *= self.dice.randrange(1, 400)
        elif luck < 0.25:
            said = "".join(chr(self.dice.choice([self.dice.randrange(32, 0x3000), self.dice.randrange(0x4E00, 0x9FFF)]))
                           for _ in range(self.dice.randrange(600)))  # fmt: skip
        return said

    def _broken(self, xml: str) -> str:
        start = self.dice.randrange(len(xml))
        cut = xml[: self.dice.randrange(len(xml))]
        swapped = (
            xml[:start]
            + self.dice.choice(["<", ">", "&", "]]>", "<![CDATA[", "\x00", "<a>", "</xml>"])
            + xml[start:]
        )
        return self.dice.choice(
            [cut, swapped, xml * 2, xml.replace("MsgType", "MsgtYpe"), "<xml/>", "", "<" * 3000]
        )

    def _spoilt(self, post: Post) -> Post:
        query, body = dict(post.query), bytearray(post.body)
        luck = self.dice.random()
        if luck < 0.4 and body:
            for _ in range(self.dice.randrange(1, 8)):
                body[self.dice.randrange(len(body))] = self.dice.randrange(256)
        elif luck < 0.6:
            query.pop(self.dice.choice(list(query)), None)
        elif luck < 0.8:
            query[self.dice.choice(list(query))] = self.dice.choice(
                ["", "0", "é" * 9, "9" * 40, "\ud800".encode("utf-8", "replace").decode()]
            )
        else:
            body = body[: self.dice.randrange(len(body) + 1)]
        return Post(query, bytes(body))


def memory(log: Path) -> int:
    """Give the resident memory, in KiB, of all gunicorn processes that read our log's data directory."""
    total = 0
    for status in Path("/proc").glob("[0-9]*"):
        try:
            if str(log.parent).encode() in (status / "environ").read_bytes():
                lines = (status / "status").read_text().splitlines()
                total += next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)
        except (OSError, ValueError):
            continue
    return total


def check(status: int, body: bytes) -> str:
    """Say what is wrong with an answer, or nothing."""
    if status >= 500:
        return f"answered {status}"
    if status == 200 and body not in (b"", b"success"):
        try:
            reply = parse_xml(body.decode()) if b"<Encrypt>" not in body else WECHAT.open_reply(body)
        except (ProtocolError, ValueError) as fault:
            return f"reply is no valid XML: {type(fault).__name__}"
        if not 0 < len(str(reply.get("Content", "")).encode()) <= 2048:
            return "reply is empty or too long"
    return ""


def send(client: http.client.HTTPConnection, post: Post) -> tuple[int, bytes]:
    """Deliver a callback; give status and body."""
    client.request("POST", f"/wechat?{post.query_string}", post.body, {"Content-Type": "text/xml"})
    answer = client.getresponse()
    return answer.status, answer.read()


def main() -> None:
    """Run until the time is over or something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.fuzz", description=main.__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=random.randrange(10**9))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    spoiler, statuses, slowest = Spoiler(random.Random(options.seed)), Counter[int](), 0.0
    with tempfile.TemporaryDirectory(prefix="baoxue-fuzz-") as directory:
        data = Path(directory) / "data"
        baoxue(data, "init", "--demo")
        with app_server(data, BAOXUE_WECHAT_MODE="compatible") as app:
            began, first = time.monotonic(), 0
            client = http.client.HTTPConnection(HOST, app.port, timeout=HANG)
            while (past := time.monotonic() - began) < options.minutes * 60:
                if not first and past > min(60, options.minutes * 15):
                    first = memory(data)
                post, sent = spoiler.post(), time.monotonic()
                try:
                    status, body = send(client, post)
                except http.client.HTTPException as broken:  # kept alive too long, or is it the message?
                    print(f"{type(broken).__name__} after {sum(statuses.values())}", file=sys.stderr)
                    client.close()
                    status, body = send(client, post)
                if status == 413:  # the rest of its body was never read
                    client.close()
                fault = check(status, body)
                slowest = max(slowest, time.monotonic() - sent)
                statuses[status] += 1
                if fault:
                    sys.exit(f"after {sum(statuses.values())} messages: {fault}\n{post.query}\n{post.body!r}")
            last = memory(data)
    print(f"{dict(statuses)}, slowest {slowest * 1000:.0f} ms, memory {first} -> {last} KiB")
    if last > first * GROWTH:
        sys.exit("the server's memory keeps growing")


if __name__ == "__main__":
    main()
