"""`baoxue doctor`: what keeps the house from working, in plain Chinese; never a secret."""

import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.wechat.protocol import Account
from bot.wechat.tencent import Client, Fault
from intake.calendar import schooldays
from intake.errors import Busy, Refused, SettingsError
from intake.house.keeping import backups, leftovers, sealing
from intake.house.pulse import heartbeat
from intake.kinds import tables
from intake.messages import errcodes, outbox, tokens
from intake.settings import Settings, load, refuse_weak, secure
from intake.store import audit, health, seals
from intake.store.db import Database
from intake.talks import faq

SKEW = 60
"""Seconds by which the clock may be wrong; signatures and windows go by it."""
PATIENCE = timedelta(minutes=10)
FINE, NOTE, WRONG = "好", "注意", "错"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about the house: FINE, NOTE or WRONG."""

    mark: str
    text: str


def examine() -> Iterator[Finding]:
    """Yield what is found, from the settings to the platform; the later ask for the earlier."""
    try:
        settings = load()
    except SettingsError as error:
        yield Finding(WRONG, str(error))
        return
    yield from _settings(settings)
    if not settings.database.exists():
        yield Finding(WRONG, f"{settings.data} 里没有数据库，请先运行 baoxue init")
        return
    db = Database(settings)
    try:
        rooms = list(_house(db))
        yield from rooms
        if settings.wechat_on and not any(one.mark == WRONG for one in rooms):
            yield from _platform(db)
            yield from _sending(db)
    finally:
        db.close()


def _settings(settings: Settings) -> Iterator[Finding]:
    kind = "演示" if settings.demo else "正式"
    try:
        refuse_weak(settings)
        Account.of(settings)
        account = f"微信模式 {settings.wechat_mode}" if settings.wechat_on else "没有公众号"
        yield Finding(FINE, f"设置完整（{kind}，{settings.district_name}，{account}）")
    except SettingsError as error:
        yield Finding(WRONG, str(error))
    if not settings.wechat_on:
        yield Finding(
            NOTE, f"公众号还没有接上，网页照常可用。接上它：在 {settings.data}/baoxue.toml 填 appid 和 secret"
        )
    if not all(shutil.which(one) for one in shlex.split(settings.alarm_command)[:1]):
        yield Finding(
            WRONG, "BAOXUE_ALARM_COMMAND 的程序找不到，或者不能运行：孩子有危险的时候，值班的人听不到铃"
        )
    if not settings.contact_phone:
        yield Finding(NOTE, "没有设置 BAOXUE_CONTACT_PHONE，家长不知道该打哪个电话")
    if settings.wechat_on and not settings.demo and settings.wechat_mode != "safe":
        yield Finding(NOTE, "BAOXUE_WECHAT_MODE 不是 safe：截获的网址可以冒充微信发消息")
    if not settings.demo and settings.second_factor != "required":
        yield Finding(NOTE, "BAOXUE_SECOND_FACTOR 不是 required：知道密码的人就能进工作台，看到孩子的信息")
    if settings.wechat_oauth == "on" and not settings.public:
        yield Finding(WRONG, "BAOXUE_WECHAT_OAUTH 打开了，还要设置 BAOXUE_ADDRESS（家长打开的网址）")
    elif not settings.public:
        yield Finding(NOTE, "没有设置 BAOXUE_ADDRESS：聊天里给不了网页的链接，老师的纸条和海报也印不了")
    elif not (settings.demo or secure(settings.public)):
        yield Finding(
            WRONG, "BAOXUE_ADDRESS 要用 https://：不加密，老师登录不了，没送出的报告也不能存在手机上"
        )


def _house(db: Database) -> Iterator[Finding]:
    try:
        db.keys  # noqa: B018
        yield Finding(FINE, "密钥齐全")
    except SettingsError as error:
        yield Finding(WRONG, str(error))
        return
    try:
        behind = tables.behind(db)
    except Busy:
        yield Finding(WRONG, "数据库被别的程序占着，现在写不进去")
        return
    if behind:
        yield Finding(WRONG, "数据库还是旧版本的结构，请重新启动 baoxue up（或运行 baoxue init）来升级")
        return
    if not seals.fits(db):
        yield Finding(WRONG, "密钥不是这个数据库的，请把原来的放回去")
    elif not seals.cells_are_bound(db):
        yield Finding(NOTE, "有的内容还是旧的加密方式，请运行一次 baoxue rotate-keys")
    found = health.faults(db)
    yield from (Finding(WRONG, one) for one in found)
    if not found:
        free = shutil.disk_usage(db.settings.data).free // 1024**2
        yield Finding(FINE, f"数据目录 {db.settings.data} 可写，磁盘还剩 {free} MB")
    if not found:
        yield from _worker(db)
    if year := schooldays.year_unknown(db.today()):
        yield Finding(NOTE, f"{schooldays.UNARRANGED.format(year)}请更新软件包 chinesecalendar")
    try:
        faq.check(db.settings)
    except Refused as fault:
        yield Finding(WRONG, f"家长的提问现在都答不了：{fault}")
    if found_open := leftovers.open_to_others(db.settings):
        more = f"（共 {len(found_open)} 个）" if len(found_open) > 1 else ""
        yield Finding(
            NOTE,
            f"{found_open[0]}{more} 别的用户也能看，请运行 chmod -R go= {db.settings.data}，或重新启动 baoxue up",
        )
    yield from _backups(db)


def _backups(db: Database) -> Iterator[Finding]:
    """Tell what keeps backups from being made, and whether the newest knows of more than is there."""
    try:
        sealing.require_backup_key(db.settings)
    except SettingsError as error:
        yield Finding(NOTE, str(error))
    name, head = backups.newest_head(db.settings)
    if name and not audit.holds(db, head):
        yield Finding(
            WRONG,
            f"备份 {name} 里的审计记录，数据库里没有：审计被截断了，或者恢复的是更早的备份。请核对，再把那个备份移走",
        )


def _worker(db: Database) -> Iterator[Finding]:
    """Say what of the worker stands still; before anything has been started there is nothing to miss."""
    if not heartbeat.is_started(db):
        yield Finding(
            NOTE, "这台机器开机以后，后台程序还没有启动过。启动 baoxue up，网页和后台程序就一起运行"
        )
        return
    still = heartbeat.standstills(db)
    yield from (Finding(WRONG, one) for one in still)
    if not still:
        yield Finding(FINE, "后台程序（worker）在运行")


def _platform(db: Database) -> Iterator[Finding]:
    """Ask the platform for a token, as every call does; a demonstration's stand-in may well be off."""
    client = Client(db)
    mark = NOTE if db.settings.demo else WRONG
    try:
        client.fetch_token()
        yield Finding(FINE, "微信接口可用：取到了 access_token")
    except Fault as fault:
        more = f"（{fault.code}）" if fault.code.lstrip("-").isdecimal() else ""
        yield Finding(mark, f"取不到 access_token：{fault.text}{more}。接口地址 {db.settings.wechat_api}")
    if client.skew is not None:
        late = round(client.skew)
        if abs(late) > SKEW:
            yield Finding(
                mark, f"本机时间比微信{'快' if late > 0 else '慢'} {abs(late)} 秒，请打开自动校时（NTP）"
            )
        else:
            yield Finding(FINE, "本机时间准确")


def _sending(db: Database) -> Iterator[Finding]:
    if code := tokens.stopped(db, db.settings.wechat_appid):
        yield Finding(WRONG, f"已暂停主动发消息：{errcodes.meaning(code).text}（{code}）")
    if late := outbox.stuck(db, PATIENCE):
        yield Finding(WRONG, f"有 {late} 条消息超过 10 分钟没有发出，请看 baoxue worker 是否在运行")
    if calls := outbox.undelivered(db):
        reasons = "；".join(sorted({errcodes.meaning(row["error"]).text for row in calls}))
        yield Finding(NOTE, f"有 {len(calls)} 条消息家长未收到，请打电话告知。原因：{reasons}")
