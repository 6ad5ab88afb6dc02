"""What the platform's error codes mean and what to do about them: the one catalogue of all who ask."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Do(StrEnum):
    """What follows from an error."""

    RETRY = "retry"
    """Later, and each time later."""
    TOKEN = "token"  # noqa: S105 - not a password
    """Fetch a token anew, once."""
    TOMORROW = "tomorrow"
    """Not before the platform's next day."""
    CALL = "call"
    """This message never arrives this way: somebody telephones."""
    STOP = "stop"
    """The whole account is refused: call nothing for hours, and telephone."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A code in plain Chinese, and what to do."""

    do: Do
    text: str


WINDOW_CLOSED, WINDOW_USED = "45015", "45047"
PERSON = "person"
UNSURE = "unsure"
UNREADABLE = "unreadable"

MEANINGS: Mapping[str, Meaning] = {
    "-1": Meaning(Do.RETRY, "微信系统繁忙"),
    "40001": Meaning(Do.TOKEN, "AppSecret 不对，或者 access_token 已失效"),
    "40003": Meaning(Do.CALL, "不是本公众号的关注者"),
    "40007": Meaning(Do.CALL, "照片或录音在微信那边已经没有了"),
    "40013": Meaning(Do.RETRY, "AppID 不对，请核对 BAOXUE_WECHAT_APPID"),
    "40014": Meaning(Do.TOKEN, "access_token 不对"),
    "40029": Meaning(Do.RETRY, "网页登录的 code 不对"),
    "40125": Meaning(Do.RETRY, "AppSecret 不对，请核对 BAOXUE_WECHAT_SECRET"),
    "40163": Meaning(Do.RETRY, "网页登录的 code 已经用过"),
    "40164": Meaning(Do.RETRY, "本机的 IP 不在公众平台的 IP 白名单里"),
    "40243": Meaning(Do.RETRY, "AppSecret 在公众平台上被冻结了"),
    "41008": Meaning(Do.RETRY, "网页登录没有带 code"),
    "42001": Meaning(Do.TOKEN, "access_token 已过期"),
    "43004": Meaning(Do.CALL, "家长没有关注公众号"),
    "43101": Meaning(Do.CALL, "家长没有订阅这类通知"),
    "45002": Meaning(Do.CALL, "消息太长"),
    "45009": Meaning(Do.TOMORROW, "今天的调用次数用完了，明天再试"),
    "45011": Meaning(Do.RETRY, "调用太频繁"),
    WINDOW_CLOSED: Meaning(Do.CALL, "家长 48 小时内没有发过消息，微信不让主动发"),
    WINDOW_USED: Meaning(Do.CALL, "家长发消息后，已经主动发满了微信允许的条数"),
    "48001": Meaning(Do.CALL, "公众号没有这个接口的权限（多半是没有认证）"),
    "48002": Meaning(Do.CALL, "家长关闭了接收消息"),
    "48004": Meaning(Do.STOP, "公众号的接口被封禁，请登录公众平台查看"),
    "50002": Meaning(Do.STOP, "公众号受到限制或被冻结，请登录公众平台查看"),
    # Our own words for what is no code of the platform.
    "connect": Meaning(Do.RETRY, "连不上微信服务器，请检查网络"),
    "http": Meaning(Do.RETRY, "微信服务器答复了错误页面"),
    UNSURE: Meaning(Do.RETRY, "发出后没有等到答复，家长可能已经收到"),
    "size": Meaning(Do.CALL, "文件太大"),
    "type": Meaning(Do.CALL, "不是照片、录音或视频"),
    "token": Meaning(Do.RETRY, "等不到 access_token"),
    "unset": Meaning(Do.CALL, "没有设置公众号的 AppID 和 AppSecret"),
    PERSON: Meaning(Do.CALL, "没有这位家长的微信"),
    UNREADABLE: Meaning(Do.CALL, "内容打不开，请运行 baoxue verify"),
}


def meaning(code: str) -> Meaning:
    """Give what a code means; one that nobody knows will not get better by trying."""
    return MEANINGS.get(code) or Meaning(Do.CALL, f"微信返回了错误 {code}")
