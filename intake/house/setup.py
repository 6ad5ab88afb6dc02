"""`baoxue init`: a data directory with keys, settings and a database; repeatable, and never destructive."""

import base64
import secrets

from intake.calendar import schooldays
from intake.errors import SettingsError
from intake.house import blind, cells
from intake.house.keeping import leftovers
from intake.kinds import tables
from intake.reports import adopting
from intake.settings import Settings, load
from intake.store import seals
from intake.store.db import Database
from intake.store.keys import make_keys, write_private
from intake.talks import faq

FILE = """# 保学通的设置。环境变量 BAOXUE_<名称> 优先于这里。
{mode}
# 区县名称和 6 位行政区划代码
district = "{district}"
# 告知书上写的单位和电话
bureau = "{bureau}"
contact_phone = "{phone}"
# 什么时候有人看家长的留言
# office_hours = "周一至周五 8:30-11:30 13:00-16:30；周六 9:00-12:00"
# 手机从哪个网址进来：纸条、海报、聊天里的链接都用它；正式运行要用 https
# address = "https://baoxue.example.cn"
# 前面有几层反向代理（nginx、Caddy）；不写，所有人都算同一个来访者
# proxies = 1
# 学期起止：不在学期里的日子不点名；不写就一直点名，周末和节假日除外
# terms = "{terms}"

[wechat]
# 与微信公众平台“基本配置”一页填写的相同；token 和 aes_key 已随机生成，可以照抄到公众平台
token = "{token}"
aes_key = "{aes_key}"
appid = "{appid}"
secret = "{secret}"
# 公众号有网页授权的权限，就打开它：家长点菜单进网页，不用再填说过的
# oauth = "on"
"""
DEMO = 'mode = "demo"'
UNSET = '# mode = "production"'


def init(settings: Settings, demo: bool = False) -> None:
    """Make what is missing: directory, keys, baoxue.toml, tables. Raises SettingsError."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    if settings.database.exists() and not (settings.keys / "data.keys").exists():
        raise SettingsError(f"数据库在，但 {settings.keys} 里没有密钥。请从备份恢复密钥，不要重新生成。")
    make_keys(settings.keys)
    path = settings.data / "baoxue.toml"
    if not path.exists():
        write_private(path, _file(settings, demo))
    faq.install(settings)
    leftovers.close_to_others(settings)
    prepare_house(Database(settings))


def prepare_house(db: Database) -> int:
    """Bring a database to today's shape, and give reports of before their cases; give how many got one. Raises Busy."""
    tables.prepare(db)
    seals.establish(db, lambda: cells.keys_fit(db))
    blind.carry_over(db)  # a renewal that was killed half-way
    return adopting.adopt_reports(db)


def become_demo(settings: Settings) -> Settings:
    """Mark a data directory as a demonstration unless it was set up for real. Raises SettingsError."""
    if settings.demo:
        return settings
    path = settings.data / "baoxue.toml"
    text = path.read_text("utf-8")
    if UNSET not in text or Database(settings).one("SELECT 1 FROM reports"):
        raise SettingsError("这里是正式运行的数据，不能放演示数据。请换一个数据目录（BAOXUE_DATA）。")
    write_private(path, text.replace(UNSET, DEMO))
    settings = load({"DATA": settings.data})
    if not settings.demo:
        raise SettingsError("BAOXUE_MODE 设成了 production，不能放演示数据。")
    return settings


def _file(settings: Settings, demo: bool) -> str:
    return FILE.format(
        mode=DEMO if demo or settings.demo else UNSET,
        district=settings.district,
        bureau=settings.bureau,
        terms=schooldays.EXAMPLE,
        phone=settings.contact_phone or ("0439-0000000" if demo or settings.demo else ""),
        token=secrets.token_hex(12),
        aes_key=base64.b64encode(secrets.token_bytes(32)).decode().rstrip("="),
        appid="wxdemo" + secrets.token_hex(6) if demo or settings.demo else "",
        secret=secrets.token_hex(16) if demo or settings.demo else "",
    )
