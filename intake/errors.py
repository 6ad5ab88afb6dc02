"""What can go wrong that a person can cause, mend or wait out: one catalogue, each with how it is answered.

Raised anywhere; `intake.web.errors` makes a page or JSON of it, a command one line and exit code 2. What is not
here is a fault of the house: a log line without values, and 500.
"""

import traceback
from collections.abc import Mapping
from typing import ClassVar


class Problem(Exception):
    """Something that is told to whoever met it: the text, or `sentence` where it has none, in Chinese.

    `code` is the HTTP status; `retry` the seconds after which the same may be tried again, 0 for never by itself.
    """

    code: ClassVar[int] = 422
    retry: int = 0
    sentence: ClassVar[str] = ""

    def __str__(self) -> str:
        return super().__str__() or self.sentence


class Refused(Problem):
    """What cannot be done as it was asked; the text says why and what to do, and `field` at which answer."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class Invalid(Problem):
    """Answers that cannot be taken: `errors` maps each key to Chinese sentences saying what to do."""

    sentence = "有几处要改一改。"

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__()  # neither the answers nor what is wrong with them: it may be logged
        self.errors = dict(errors)


class Denied(Problem):
    """Somebody's role may not do it, to this or to anything."""

    code = 403
    sentence = "您的账号不能做这一步。需要的话请找管理员。"


class Unproved(Problem):
    """Somebody is signed in, and must show once more that it is they before this."""

    code = 401
    sentence = "请再输入一次密码，再做这一步。"


class Missing(Problem):
    """There is no such thing, or it is not for whoever asks: which of both is not told."""

    code = 404
    sentence = "没有找到，可能已经不在了。"


class Stale(Problem):
    """It has changed since it was read; read it again."""

    code = 409
    sentence = "这份内容刚才有人改过了，请刷新后再看一遍。"


class KeyReused(Problem):
    """The idempotency key came before, with other contents; `receipt` is that of the earlier report."""

    code = 409
    sentence = "这份内容已经提交过了。"

    def __init__(self, receipt: str) -> None:
        super().__init__()
        self.receipt = receipt


class Dealt(Problem):
    """Somebody else was first: who, when, and how it ended (empty where nothing is known)."""

    code = 409
    sentence = "这件事刚才已经有人处理了，请刷新后再看。"

    def __init__(self, name: str = "", at: str = "", outcome: str = "", receipt: str = "") -> None:
        super().__init__()
        self.name, self.at, self.outcome, self.receipt = name, at, outcome, receipt


class Expired(Problem):
    """It was there, for a time that is over; ask for it anew."""

    code = 410
    sentence = "已经过期了，请重新申请。"


class TooMany(Problem):
    """Too many wrong tries; the next one is taken after `retry` seconds."""

    code = 429
    retry = 60
    sentence = "试的次数太多了，请过 60 秒再试。"

    def __init__(self, wait: int = retry) -> None:
        told = f"{wait} 秒" if wait <= 120 else f"{-(-wait // 60)} 分钟"
        super().__init__(f"试的次数太多了，请过 {told}再试。")
        self.retry = wait


class Busy(Problem):
    """Somebody else holds the database for longer than anybody may be kept waiting; try again.

    Where only the disk was waited for, the change may be there: what comes again needs its idempotency key.
    """

    code = 503
    retry = 5
    sentence = "系统现在忙不过来，请过 5 秒再试一次。"


class Unwritable(Busy):
    """The disk takes nothing: it is full, broken, or may only be read. Somebody must see to it; try again later."""

    retry = 60
    sentence = "系统的磁盘现在写不进去，您填的没有存上，请过几分钟再试；急事请打电话。"


class Replaced(Busy):
    """The database's files are no longer those that were opened: nothing is taken until somebody starts the house anew."""

    retry = 60
    sentence = "数据库文件被换掉了，请重启系统（请告诉管理员）。您填的没有存上；急事请打电话。"


class Unreadable(Problem):
    """A cell or file that none of the keys opens; the text never carries it."""

    code = 500
    sentence = "有一格打不开，请管理员运行 baoxue verify 查看是哪一格。"


class SettingsError(Problem):
    """The house cannot open: a setting is missing, weak or malformed; the text says which and what to do."""

    code = 503


def where(error: BaseException) -> str:
    """Tell an exception by type and place; its message may hold what a person wrote, so it stays out."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    return f"{type(error).__name__} at " + " < ".join(f"{f.filename}:{f.lineno}" for f in reversed(frames))
