"""The commands of the WeChat side; each is a thin shell over a plain function.

They stand beside those of the core, not with the application: `doctor` must speak where it cannot start.
"""

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from bot import doctor
from bot.wechat import menu
from bot.wechat.tencent import Client, Fault
from intake.errors import SettingsError
from intake.house import shell
from intake.messages import media
from intake.paper import poster
from intake.people import bindings

SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif"}


def _told(command: Callable[..., None]) -> Callable[..., None]:
    """Turn what the platform can cause, too, into one Chinese line and exit code 2."""

    @wraps(command)
    def told(*args: Any, **options: Any) -> None:
        try:
            command(*args, **options)
        except Fault as fault:
            click.echo(f"微信没有办成：{fault.text}（{fault.code}）", err=True)
            sys.exit(2)

    return shell.told(told)


@click.group()
def wechat() -> None:
    """The official account's menu and QR codes."""


@wechat.command(name="menu")
@_told
def menu_command() -> None:
    """Create the menu under the chat: the kinds of report, 进度, 人工, 菜单."""
    made = menu.buttons()
    Client(shell.open_prepared()).set_menu(made)
    for button in made:
        entries = [entry["name"] for entry in button.get("sub_button", [])]
        click.echo(f"{button['name']}：{'、'.join(entries)}" if entries else button["name"])
    click.echo("菜单已创建。家长重新进入公众号，或者最多过 5 分钟，就能看到。")


@wechat.command()
@click.option("--school", required=True, help="Name or code of a school.")
@click.option(
    "--out", "path", type=click.Path(path_type=Path, dir_okay=False), help="Where to put the picture."
)
@_told
def qrcode(school: str, path: Path | None) -> None:
    """Make a school's lasting QR code: who scans it follows the account and comes from that school."""
    db = shell.open_prepared()
    one = bindings.school_meant(db, school)
    picture = Client(db).qrcode(f"school:{one.code}")
    path = path or Path(f"qrcode-{one.code}{SUFFIXES.get(media.sniff(picture), '.jpg')}")
    path.write_bytes(picture)
    click.echo(f"{one.name}的二维码已存到 {path}。")
    click.echo("打印出来贴在校门口，或者发到家长群里：家长扫一扫就能关注公众号。这个码一直有效。")


@click.command(name="poster")
@click.option("--school", required=True, help="Name or code of a school.")
@click.option("--out", "path", type=click.Path(path_type=Path, dir_okay=False), help="Where to put the page.")
@click.option("--no-account", is_flag=True, help="Without the code of the official account.")
@_told
def poster_command(school: str, path: Path | None, no_account: bool) -> None:
    """Make a school's poster for printing on A4, with the QR codes of the form and of the account."""
    db = shell.open_prepared()
    if not db.settings.public:
        raise SettingsError("缺少设置 BAOXUE_ADDRESS：家长的手机打开哪个网址，例如 https://baoxue.example.cn")
    one, account = bindings.school_meant(db, school), b""
    try:
        account = b"" if no_account else Client(db).qrcode(f"school:{one.code}")
    except Fault as fault:
        click.echo(f"海报上没有公众号的二维码：{fault.text}（{fault.code}）")
    path = path or Path(f"poster-{one.code}.html")
    path.write_text(poster.page(db.settings, one, account), "utf-8")
    click.echo(f"{one.name}的海报已存到 {path}。用浏览器打开，按 A4 打印。")


@click.command(name="doctor")
def doctor_command() -> None:
    """Check settings, data, keys, clock and the WeChat account; exit 1 if something is wrong."""
    wrong = 0
    for one in doctor.examine():
        click.echo(f"[{one.mark}] {one.text}", err=one.mark == doctor.WRONG)
        wrong += one.mark == doctor.WRONG
    click.echo("检查完毕，没有问题。" if not wrong else f"检查完毕，{wrong} 个问题。")
    sys.exit(1 if wrong else 0)
