"""The command `chat`: play a parent in a terminal or from a script, through the same webhook as Tencent."""

import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from bot.simulator import shown, store
from bot.simulator.phone import SimulatedPhone, menu
from bot.simulator.store import Entry
from intake.errors import Refused
from intake.store.ids import new_id
from intake.web import get_db

HELP = """直接打字就是家长发的文字。空行：看看有没有主动发来的消息。
/1 /2 …         点回复里的第几个按钮
/click 名称     点公众号菜单：{menu}
/photo 文件     发照片
/voice [文字]   发语音；后面写微信识别出的文字，不写就是没识别出来
/location 地名  发位置，例如 /location 石人镇榆木桥子村
/sticker /link  发表情、链接
/follow /unfollow  关注、取消关注
/retry          把上一条原样重发（微信没等到回复时就会这样）
/as 名字        换一位家长；同一个名字总是同一位
/raw            看上一条来回的原始报文
/quit           结束。要发以 / 开头的文字，写两个 //"""


class Terminal:
    """One sitting at the terminal: who is played, and what was shown of each chat."""

    def __init__(self, app: Flask, name: str) -> None:
        self.app, self.db = app, get_db()
        self.last: Entry | None = None
        self.failed = False
        self.play(name)

    def play(self, name: str) -> None:
        """Become a parent; a name always means the same one, no name one who never wrote before."""
        self.name = name or "家长"
        someone = self.db.keys.digest("simulated parent", name) if name else new_id().replace("-", "")
        self.phone = SimulatedPhone(self.app, self.db, store.openid(someone, "a"))
        chat = self.phone.chat()
        self.last, self.seen = store.last_sent(chat), chat[-1].n if chat else 0

    def do(self, line: str) -> None:
        """Send a line, or do what it orders."""
        if not line.startswith("/") or line.startswith("//"):
            return self._show(self.phone.text(line[line.startswith("//") :]))
        word, _, rest = line[1:].partition(" ")
        if word.isdecimal():
            return self._show(self.phone.tap(self._option(int(word))))
        orders: dict[str, Callable[[str], None]] = {
            "as": self._become, "raw": self._raw, "help": self._help,
            "click": lambda rest: self._show(self.phone.click(_key(rest))),
            "photo": lambda rest: self._show(self.phone.photo(_file(rest))),
            "voice": lambda rest: self._show(self.phone.voice(rest)),
            "location": lambda rest: self._show(self.phone.location(rest)),
            "sticker": lambda _: self._show(self.phone.sticker()),
            "link": lambda _: self._show(self.phone.link()),
            "follow": lambda _: self._show(self.phone.follow()),
            "unfollow": lambda _: self._show(self.phone.unfollow()),
            "retry": lambda _: self._show(self.phone.retry()),
        }  # fmt: skip
        if word not in orders:
            raise Refused(f"不认识 /{word}，/help 看能用什么。")
        return orders[word](rest.strip())

    def news(self) -> None:
        """Show what was pushed meanwhile."""
        for entry in self.phone.chat(self.seen):
            self.seen = entry.n
            if entry.do == store.PUSH:
                click.echo(_said("保学通（主动发来）", entry.reply))

    def _show(self, entry: Entry) -> None:
        self.news()  # what came meanwhile came first
        self.last, self.seen = entry, entry.n
        if entry.status != 200:
            self.failed = True
            click.echo(f"（出错了：HTTP {entry.status}）")
        elif not entry.reply:
            click.echo("（没有回复）")
        else:
            click.echo(_said("保学通", entry.reply))
        if entry.retry:
            click.echo("（重发：和上次的回复一样）" if entry.same else "（重发：和上次的回复不一样！）")
        if options := shown.taps(entry.reply):
            click.echo("可点：" + "  ".join(f"/{place} {word}" for place, word in enumerate(options, 1)))
        for part in shown.parts(entry.reply):
            if part.href:
                click.echo(f"网页：{part.href}")

    def _option(self, place: int) -> str:
        options = shown.taps(self.last.reply) if self.last else []
        if not 1 <= place <= len(options):
            raise Refused(f"上一条回复里没有第 {place} 个按钮。")
        return options[place - 1]

    def _become(self, name: str) -> None:
        if not name:
            raise Refused("请写名字，例如 /as 家长乙")
        self.play(name)
        click.echo(f"现在是{name}。")

    def _raw(self, _: str) -> None:
        if self.last is None:
            raise Refused("还没有发过消息。")
        one = self.last
        click.echo(f"消息：{one.xml}\n发出：POST {one.address}\n{one.sent}\n收到：{one.status}\n{one.answer}")
        click.echo(f"解开：{one.opened or '（没有内容）'}")

    def _help(self, _: str) -> None:
        click.echo(HELP.format(menu="、".join(menu().values())))


@click.command("chat")
@click.option(
    "--as", "name", default="", help="A parent by name, always the same one. Default: somebody new."
)
@with_appcontext
def chat(name: str) -> None:
    """Play a parent in the terminal; a message a line, from a script too. Demonstrations only."""
    if not get_db().settings.demo:
        click.echo("这里是正式运行的数据，聊天会登记真的报告，所以 chat 只能在演示模式下用。"
                   "请换一个数据目录：BAOXUE_DATA=/tmp/demo baoxue init --demo", err=True)  # fmt: skip
        sys.exit(2)
    terminal = Terminal(cast(Flask, current_app._get_current_object()), name)  # type: ignore[attr-defined]
    for line in _lines(terminal):
        try:
            terminal.do(line) if line else terminal.news()
        except Refused as fault:
            click.echo(str(fault))
    sys.exit(1 if terminal.failed else 0)


def _lines(terminal: Terminal) -> Iterator[str]:
    """Give what is typed until /quit; what a script says is shown, so that the whole chat can be read."""
    by_hand = sys.stdin.isatty()
    if by_hand:
        import readline  # noqa: F401 - lets `input` edit Chinese and remember lines

        click.echo("演示聊天。/help 看能用什么，/quit 结束。")
    else:
        sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]
    while True:
        terminal.news()
        try:
            line = input(f"{terminal.name}> " if by_hand else "").strip()
        except (EOFError, KeyboardInterrupt):
            return
        if line == "/quit":
            return
        if not by_hand and line:
            click.echo(f"{terminal.name}> {line}")
        yield line


def _said(who: str, reply: str) -> str:
    return f"{who}：{textwrap.indent(shown.plain(reply), '    ').lstrip()}"


def _key(said: str) -> str:
    """Read a button by its key or its caption."""
    keys = {caption: key for key, caption in menu().items()}
    return keys.get(said, said)


def _file(name: str) -> bytes:
    try:
        return Path(name).expanduser().read_bytes()
    except OSError:
        raise Refused(f"读不到文件 {name}") from None
