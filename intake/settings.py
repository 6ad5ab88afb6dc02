"""Settings: the environment (BAOXUE_…) over /etc/baoxue.env over `baoxue.toml` in the data directory over defaults."""

import os
import re
import shlex
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from intake.calendar import deadlines, hours, schooldays
from intake.errors import SettingsError
from intake.language.named_numbers import read_numbers

MODES = ("demo", "production")
SWITCH = ("on", "off")
_WORDS: Mapping[str, Sequence[str]] = MappingProxyType({
    "mode": MODES, "wechat_mode": ("plain", "compatible", "safe"), "rate_limit": SWITCH, "wechat_oauth": SWITCH,
    "second_factor": ("off", "optional", "required"), "api": ("clients", "open"),
})  # fmt: skip
"""Settings that are one of a few words; `api` says from whom reports by JSON are taken: systems with a key, or anybody."""
SERVER = Path("/etc/baoxue.env")
"""The one place for a server's environment: the service, its timers and whoever types a command read the same."""
LIMITS: Mapping[str, int] = MappingProxyType({
    "primary_standard": 45, "middle_standard": 50, "primary_large": 56, "middle_large": 61,
    "standard_share": 95, "many_share": 1, "visit": 90, "age_from": 6, "age_to": 16,
})  # fmt: skip
"""What ledgers measure by, where the bureau sets nothing else: up to how many children a class is standard, and from how
many on 大班额; percent of standard classes, and of those of 51 and more; days between visits; the ages of school on 31 August."""
KEEP: Mapping[str, tuple[int, int, int]] = MappingProxyType(
    {"chat": (180, 30, 180), "workbooks": (30, 7, 400)}
)
"""Days that something is kept where the bureau sets nothing else, and between which it may choose: raw chat goes after 180
days at the latest (儿童个人信息网络保护规定 §12: no longer than needed)."""
KEEP_EXAMPLE = "chat=90 workbooks=60"
LIMITS_EXAMPLE = "primary_standard=45 visit=30"
TENCENT = "https://api.weixin.qq.com"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set; the names follow BAOXUE_<NAME> of the environment."""

    data: Path = Path("var")
    keys: Path = Path()
    mode: str = "production"
    district: str = "江源区 220605"
    today: date | None = None
    port: int = 8000
    bureau: str = "教育局"
    contact_phone: str = ""
    office_hours: str = hours.DEFAULT
    half_said_hours: int = 4
    address: str = ""
    rate_limit: str = "on"
    second_factor: str = ""
    idle_minutes: int = 60
    api: str = "clients"
    proxies: int = 0
    terms: str = ""
    clock_terms: str = ""
    monthly_day: int = 31
    ledger_limits: str = ""
    keep: str = ""
    on_duty: str = ""
    alarm_command: str = field(default="", repr=False)
    backup_key: str = ""
    workbook_hour: int = 6
    metrics_token: str = field(default="", repr=False)
    wechat_token: str = field(default="", repr=False)
    wechat_appid: str = ""
    wechat_secret: str = field(default="", repr=False)
    wechat_aes_key: str = field(default="", repr=False)
    wechat_mode: str = ""
    wechat_api: str = TENCENT
    wechat_oauth: str = "off"

    def __post_init__(self) -> None:
        """Let the keys lie in the data directory, unless they are to lie apart."""
        if self.keys == Path():
            object.__setattr__(self, "keys", self.data / "keys")

    @property
    def keys_apart(self) -> bool:
        """Tell whether the keys lie elsewhere than in the data directory, and in no backup."""
        return self.keys.resolve() != (self.data / "keys").resolve()

    @property
    def demo(self) -> bool:
        """Tell whether this is a demonstration: marked data, no real children."""
        return self.mode == "demo"

    @property
    def wechat_on(self) -> bool:
        """Tell whether there is an official account: token and key are made by `init`, these come from the platform."""
        return self.demo or bool(self.wechat_appid or self.wechat_secret)

    @property
    def district_name(self) -> str:
        """Give the district's name, e.g. 江源区."""
        return self.district.split()[0]

    @property
    def district_code(self) -> str:
        """Give the district's 6-digit code of GB/T 2260, the prefix of everybody's area."""
        return self.district.split()[1]

    def days_kept(self, what: str) -> int:
        """Give for how many days something of KEEP is kept."""
        return read_keep(self.keep)[what]

    @property
    def public(self) -> str:
        """Give the address under which phones reach the house, without a slash at its end; a demo has its own."""
        return self.address.rstrip("/") or (f"http://127.0.0.1:{self.port}" if self.demo else "")

    @property
    def database(self) -> Path:
        """Give the path of the SQLite file."""
        return self.data / "baoxue.db"


def load(overrides: Mapping[str, object] | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings: `overrides` (upper-case names) over the environment over a server's file over baoxue.toml.

    Raises SettingsError, in Chinese, on a value that cannot be meant.
    """
    said = read_outside(environ)
    said.update(overrides or {})
    data = Path(str(said.get("DATA") or "var"))
    said = {**_file(data / "baoxue.toml"), **said}
    known = {one.name for one in fields(Settings)}
    chosen = {key.lower(): value for key, value in said.items() if key.lower() in known and value != ""}
    chosen["data"] = data
    return _checked(chosen)


def read_outside(environ: Mapping[str, str] | None = None) -> dict[str, object]:
    """Read what the environment and a server's file say, by upper-case name, whatever the data directory holds."""
    said: dict[str, object] = {} if environ is not None else _server(SERVER)
    said |= _ours(os.environ if environ is None else environ)
    if environ is None and "PORT" in os.environ and "BAOXUE_PORT" not in os.environ:
        said["PORT"] = os.environ["PORT"]
    return said


def _ours(environ: Mapping[str, str]) -> dict[str, str]:
    return {key.removeprefix("BAOXUE_"): value for key, value in environ.items() if key.startswith("BAOXUE_")}


def _server(path: Path) -> dict[str, object]:
    """Read the lines NAME=value of a server's file as systemd does; nothing where it is not for us to read."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError:
        return {}
    said: dict[str, str] = {}
    for number, line in enumerate(map(str.strip, lines), 1):
        if not line or line.startswith(("#", ";")):
            continue
        key, sign, value = line.removeprefix("export ").partition("=")
        if not sign:
            raise SettingsError(f"{path} 第 {number} 行写错了，要写成 BAOXUE_DATA=/var/lib/baoxue 这样")
        said[key.strip()] = value.strip().strip("\"'")
    return dict(_ours(said))


def _file(path: Path) -> dict[str, object]:
    if not path.exists():
        return {}
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} 写错了：{error}") from None
    flat: dict[str, object] = {}
    for key, value in tables.items():
        if isinstance(value, dict):
            flat |= {f"{key}_{inner}".upper(): str(text) for inner, text in value.items()}
        else:
            flat[key.upper()] = str(value)
    return flat


def _checked(chosen: dict[str, object]) -> Settings:
    for name in (one.name for one in fields(Settings) if one.type in (int, date | None)):
        if name in chosen and isinstance(chosen[name], str):
            chosen[name] = _parsed(name, str(chosen[name]).strip())
    if "keys" in chosen:
        chosen["keys"] = Path(str(chosen["keys"]))
    chosen["district"] = _district(str(chosen.get("district", Settings().district)))
    if "bureau" in chosen:  # it is always named behind the district
        name = str(chosen["district"]).split()[0]
        chosen["bureau"] = str(chosen["bureau"]).removeprefix(name) or Settings().bureau
    chosen.setdefault("second_factor", "off" if chosen.get("mode") == "demo" else "required")
    chosen.setdefault("wechat_mode", "compatible" if chosen.get("mode") == "demo" else "safe")
    chosen.setdefault("api", "open" if chosen.get("mode") == "demo" else "clients")
    if chosen.get("mode") == "demo":  # it talks to the platform's stand-in, which it serves itself
        own = f"http://127.0.0.1:{chosen.get('port', Settings().port)}/simulator/api"
        chosen.setdefault("wechat_api", own)
    settings = Settings(**chosen)  # type: ignore[arg-type]
    for name, fits, sentence in _rules():
        if not fits(getattr(settings, name)):
            raise SettingsError(f"BAOXUE_{name.upper()} {sentence}")
    if settings.today and not settings.demo:
        raise SettingsError("BAOXUE_TODAY 只在演示模式（BAOXUE_MODE=demo）下可用")
    return settings


def _rules() -> Iterator[tuple[str, Callable[[Any], object], str]]:
    """Give what each setting must be, and what is said where it is not."""
    spans = "，".join(f"{key} {least} 到 {most} 天" for key, (_, least, most) in KEEP.items())
    for name, read, example in (
        ("office_hours", hours.parse, f"{hours.DEFAULT}；周六 9:00-12:00"),
        ("terms", schooldays.terms, schooldays.EXAMPLE),
        ("clock_terms", deadlines.read_terms, f"{deadlines.EXAMPLE}；能写的有 {' '.join(deadlines.TERMS)}"),
        ("ledger_limits", read_limits, f"{LIMITS_EXAMPLE}；能写的有 {' '.join(LIMITS)}"),
        ("keep", read_keep, f"{KEEP_EXAMPLE}；{spans}"),
    ):
        yield name, partial(_is_read, read), f"要写成这样：{example}"
    yield "alarm_command", partial(_is_read, shlex.split), "的引号没有成对"
    for name, words in _WORDS.items():
        yield name, words.__contains__, f"只能是 {'、'.join(words)}"
    for name, numbers, example in (
        ("monthly_day", range(1, 32), "1 到 31；31 就是每月最后一天"),
        ("idle_minutes", range(5, 601), "5 到 600 的分钟数，例如 60"),
        ("half_said_hours", range(1, 41), "1 到 40 个上班的小时，例如 4"),
        ("workbook_hour", range(24), "0 到 23 的钟点，例如 6"),
    ):
        yield name, numbers.__contains__, f"要写 {example}"
    for name, pattern, sentence in (
        ("wechat_api", r"https?://[^\s/?#@]+(/[^\s?#]*)?", f"要写网址，例如 {TENCENT}"),
        ("address", r"(https?://[^\s/?#@]+/?)?", "要写网址，例如 https://baoxue.example.cn"),
        ("metrics_token", r"([!-~]{16,})?", "至少 16 个字符，不能有空格和汉字"),
        ("backup_key", r"\s*(age1[02-9ac-hj-np-z]{58}(\s+|$))*",
         "要写 baoxue backup --make-key 打印的公钥，以 age1 开头"),
    ):  # fmt: skip
        yield name, re.compile(pattern).fullmatch, sentence


def _is_read(read: Callable[[str], object], said: str) -> bool:
    try:
        read(said)
    except ValueError:
        return False
    return True


@cache
def read_limits(said: str) -> Mapping[str, int]:
    """Read what the bureau sets in place of LIMITS, e.g. LIMITS_EXAMPLE. Raises ValueError."""
    found = read_numbers(said, LIMITS, dict.fromkeys(LIMITS, range(1, 1000)))
    if any(found[f"{stage}_standard"] >= found[f"{stage}_large"] for stage in ("primary", "middle")):
        raise ValueError("a standard class cannot be a large one")
    return MappingProxyType(found)


@cache
def read_keep(said: str) -> Mapping[str, int]:
    """Read for how many days things are kept in place of KEEP, e.g. KEEP_EXAMPLE. Raises ValueError."""
    standard = {key: days for key, (days, _, _) in KEEP.items()}
    allowed = {key: range(least, most + 1) for key, (_, least, most) in KEEP.items()}
    return MappingProxyType(read_numbers(said, standard, allowed))


def _parsed(name: str, text: str) -> object:
    try:
        return date.fromisoformat(text) if name == "today" else int(text)
    except ValueError:
        raise SettingsError(f"BAOXUE_{name.upper()} 写错了") from None


def _district(said: str) -> str:
    """Read "江源区 220605", "江源区:220605" or {"name": …, "code": …} in any order of name and code."""
    words = re.split(r"[{}\"'，,:：=/|()（）\s]+", said)
    codes = [word for word in words if word.isdecimal() and len(word) == 6]
    names = [word for word in words if not word.isascii()]
    if len(codes) != 1 or len(names) != 1:
        raise SettingsError("BAOXUE_DISTRICT 要写名称和 6 位代码，例如：江源区 220605")
    return f"{names[0]} {codes[0]}"


def foreign_environment() -> dict[str, str]:
    """Give the environment for a program that is not the house: none of our settings, of which some are secrets."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("BAOXUE_", "_BAOXUE_"))}


def secure(address: str) -> bool:
    """Tell whether nobody on the way can listen; browsers, too, trust only such a page with ciphers and a worker."""
    return bool(re.match(r"https://|http://(127\.0\.0\.1|localhost)\b", address))


def refuse_weak(settings: Settings) -> None:
    """Raise SettingsError unless production has real secrets of its own (nothing shipped works).

    Pages may be served before there is an official account, and need none of these.
    """
    if settings.demo or not settings.wechat_on:
        return
    missing = [
        f"BAOXUE_WECHAT_{name.upper()}"
        for name in ("token", "appid", "secret", "aes_key")
        if not getattr(settings, f"wechat_{name}")
    ]
    if missing:
        raise SettingsError(
            f"正式运行缺少设置：{'、'.join(missing)}。请写进环境变量或 {settings.data}/baoxue.toml"
        )
    if not secure(settings.wechat_api):
        raise SettingsError("BAOXUE_WECHAT_API 正式运行必须用 https://，密钥不能明文传送")
    for name in ("token", "secret", "aes_key"):
        value = getattr(settings, f"wechat_{name}")
        if len(set(value)) < 5 or value.lower().startswith(("demo", "change", "example", "secret", "token")):
            raise SettingsError(f"BAOXUE_WECHAT_{name.upper()} 太弱或是示例值，正式运行必须换成自己的")
    if len(settings.wechat_aes_key) != 43:
        raise SettingsError("BAOXUE_WECHAT_AES_KEY 应是 43 个字符（公众平台上的 EncodingAESKey）")
