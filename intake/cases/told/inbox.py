"""What somebody of the staff is told about their cases: a line each, with the number of the case and nothing of the child."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from intake.calendar import clock
from intake.cases.case import Case
from intake.cases.rulebook.duties import TITLES
from intake.cases.rulebook.states import KINDS
from intake.cases.rulebook.steps import ALARM, OVERDUE, TODAY
from intake.messages import outbox, windows
from intake.people.accounts import Person
from intake.store.db import Database
from intake.store.ids import new_id

LIMIT = 200
PUSHED = "有一件新的事要您办。回复“待办”看是什么，也可以打开工作台看。"
"""What goes out by WeChat: a push shows its words on a locked phone."""
PUSHED_DESK = "有一件新的事要您办，请打开工作台的收件箱看。"
"""The same for what only the desk has."""
ONE_IN = timedelta(minutes=30)
"""Within which time somebody gets one message by WeChat, however much there is to tell; danger is told each time."""
FULL_ASKED, FULL_ALLOWED, FULL_REFUSED = "full_asked", "full_allowed", "full_refused"
"""Told of an export without masks: to who may decide, and to who asked."""
WORKBOOKS = "workbooks"
"""Told of the workbooks of a day that lie ready; only the newest is unread."""
READY = "今天的工作单做好了，请打开工作台下载。"
MONTHLY = "monthly"
"""Told of a school's monthly return that is due; the month stands behind it."""
DIFFERENCES, DIFFERENCES_LATE = "differences", "differences_late"
"""Told of what the lists say otherwise of children: the sheet stands behind; of what is overdue, the day stands as subject."""
GUESSING = "guessing"
"""Told of secrets that somebody is guessing by the hundred; which, stands behind it."""
GUESSED = {
    "binding": "有人在微信里成批试绑定码，现在绑定要连手机号一起写，老师来问请这样说",
    "factor": "有人在成批试第二步验证码，说明已经知道密码，请看看谁的账号被试了，并换密码",
    "password": "有人在成批试工作台的密码，请看看谁的账号被试了", "pin": "有人在成批试手机密码，请看看谁的账号被试了",
}  # fmt: skip
SENTENCES = {
    GUESSING: "有人在成批试登录码",
    DIFFERENCES: "名单核对出对不上的孩子，请在期限内查清",
    DIFFERENCES_LATE: "名单对不上的孩子，有的过了期限还没有查清",
    "new": "新来了一件事，请看看怎么办",
    "three_days": "孩子连续几个上课日没来，列入疑似辍学", "lead": "孩子还没回校，请镇街牵头", "written": "该出书面报告了",
    "decide": "请教育局认定", "leave_over": "假满了，请问问孩子来了没有", "out_again": "孩子复学后又没来",
    "assigned": "这件事交给您了", "transfer": "有人要把这件事移交给您，请接手", ALARM: "孩子可能有危险，还没有人接手",
    "words": "家长在微信里说孩子可能有危险，还没有人接手",
    WORKBOOKS: "今天的工作单做好了，请下载",
    FULL_ASKED: "有人申请完整版台账，请审批", FULL_ALLOWED: "您申请的完整版台账批了，可以下载",
    FULL_REFUSED: "您申请的完整版台账没有批，请看原因",
    "device": "您的账号在一台新的设备上登录了；不是您本人的话，请马上改密码",
    "factor_gone": "管理员取消了您账号的二次验证；不是您要求的话，请马上告诉管理员",
    "entry_review": "有孩子休学、送教上门到了复核的日子，请打开“学籍异动登记册”看",
    "entry_late": "有一个转入超过 10 天还没有办结，请打开“学籍异动登记册”看",
    "entry_untold": "有孩子不在新的学生名单里，还没有说明去了哪里，请打开“学籍异动登记册”看",
    "said_back": "家里说孩子回学校了，请核实", "family_said": "家里回复了",
}  # fmt: skip
"""What is told, by its key; what is overdue or to be done that day names its duty."""
ACCOUNT = frozenset({"device", "failed", "factor_gone"})
"""Told of one's own account, see `intake.cases.told.guarding`."""
HEARD = "n.read_at IS NOT NULL AND (n.what = 'words' OR (n.what >= 'alarm:' AND n.what < 'alarm;'))"
"""Condition, of `notices n`, of an alarm that somebody has read."""


BUNCH = "bunch"
"""Told of reports of danger that one address sent in too great a number: kind and number stand behind it."""
RETURNED = "returned"
"""Told of a workbook that came back, with the number of one's cases in it; it leads to the first of them."""
WORDS = "words"
"""Told of words of danger in the chat that lie in no report: no case has them yet, staff find them at the talks."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One line of somebody's inbox: what is told, about which case, since when, and when it was read.

    `number` is empty where there is no case, see WORDS.
    """

    id: str
    number: str
    what: str
    at: str
    read_at: str

    @property
    def text(self) -> str:
        """Say what it is, in plain words."""
        stem, _, duty = self.what.partition(":")
        if stem == MONTHLY:
            return f"{duty[:4]}年{int(duty[5:7])}月的学校月报还没有报，请核对、签报"
        if stem in (TODAY, OVERDUE):
            key, _, number = duty.partition(":")
            title = TITLES.get(key, "有事要办").format(number)
            return f"{title}，已经过了期限" if stem == OVERDUE else f"今天要办：{title}"
        if stem == "failed":
            return f"有 {duty} 次登录时密码或验证码不对；不是您自己填错的，请改密码，并告诉管理员"
        if stem == GUESSING and duty in GUESSED:
            return GUESSED[duty]
        if stem == RETURNED:
            return (
                f"交回的台账填了您的 {duty} 件事，这是其中一件" if duty != "1" else "交回的台账填了您的这件事"
            )
        if stem == BUNCH:
            kind, _, number = duty.partition(":")
            return f"来自同一地址的 {number} 份{KINDS.get(kind, kind)}报告，待核实，请看一看"
        return SENTENCES.get(stem, "有一件事要您办")

    @property
    def about(self) -> str:
        """Say of what it tells: account, bunch, case, full, guessing, monthly, workbooks or words."""
        stem = self.what.partition(":")[0]
        if stem in (FULL_ASKED, FULL_ALLOWED, FULL_REFUSED):
            return "full"
        if stem in ACCOUNT:
            return "account"
        if stem in (BUNCH, GUESSING, WORKBOOKS):
            return stem
        if stem in (DIFFERENCES, DIFFERENCES_LATE):
            return DIFFERENCES
        return "monthly" if stem == MONTHLY else "case" if self.number else "words"

    @property
    def urgent(self) -> bool:
        """Tell whether a child may be in danger."""
        return self.what.startswith((ALARM, WORDS, f"{BUNCH}:safety"))


def notices_of(db: Database, person: Person, limit: int = LIMIT) -> list[Notice]:
    """Give what somebody was told, the unread first, of each the newest first."""
    fresh = _notices(db, "n.staff = ? AND n.read_at IS NULL", person, limit)
    return [*fresh, *_notices(db, "n.staff = ? AND n.read_at IS NOT NULL", person, limit - len(fresh))]


def unread_count(db: Database, person: Person) -> int:
    """Count what somebody was told and has not read."""
    row = db.one("SELECT count(*) AS n FROM notices WHERE staff = ? AND read_at IS NULL", (person.id,))
    return int(row["n"]) if row else 0


def mark_read(db: Database, person: Person, notice_id: str = "") -> int:
    """Note that somebody has read a notice of theirs, or all of them; give how many were unread."""
    with db.write():
        return db.run(
            "UPDATE notices SET read_at = ? WHERE staff = ? AND read_at IS NULL AND (? = '' OR id = ?)",
            (clock.stamp(db.now()), person.id, notice_id, notice_id),
        ).rowcount


def mark_case_read(db: Database, person: Person, case: Case) -> int:
    """Note that somebody has opened a case: what they were told of it is read."""
    with db.write():
        return db.run(
            "UPDATE notices SET read_at = ? WHERE staff = ? AND case_id = ? AND read_at IS NULL",
            (clock.stamp(db.now()), person.id, case.id),
        ).rowcount


def purge_notices(db: Database, before: str) -> int:
    """Delete what was read and told before a stamp; give how many."""
    return db.prune("notices", ("id",), "at < ? AND read_at IS NOT NULL", (before,))


def tell_person(db: Database, person: Person, case: Case, what: str) -> None:
    """Put a line into somebody's inbox, in the caller's transaction, and a word by WeChat where that can be sent."""
    lately = db.one(
        "SELECT 1 FROM notices WHERE staff = ? AND at > ? LIMIT 1",
        (person.id, clock.stamp(db.now() - ONE_IN)),
    )
    _enter(db, person, case.id, what)
    if lately is None or what.startswith(ALARM):
        push(db, person)


def tell_of(db: Database, people: Iterable[Person], subject: str, what: str, words: str = PUSHED_DESK) -> int:
    """Tell somebody, each once, of what is no case, in the caller's transaction; give how many had not been told.

    `words` go out by WeChat, where there are any.
    """
    told = 0
    for person in people:
        known = db.one(
            "SELECT 1 FROM notices WHERE staff = ? AND case_id = ? AND what = ?", (person.id, subject, what)
        )
        if known is None:
            _enter(db, person, subject, what)
            if words:
                push(db, person, words)
            told += 1
    return told


def is_told_of(db: Database, person: Person, subject: str, what: str) -> bool:
    """Tell whether somebody was told of something that is no case, read or not."""
    sql = "SELECT 1 FROM notices WHERE staff = ? AND case_id = ? AND what = ?"
    return db.one(sql, (person.id, subject, what)) is not None


def is_told(db: Database, person: Person, what: str) -> bool:
    """Tell whether somebody was told of something, read or not."""
    return db.one("SELECT 1 FROM notices WHERE staff = ? AND what = ?", (person.id, what)) is not None


def settle_told(db: Database, subject: str, what: str) -> None:
    """Note as read, in the caller's transaction, what was told of something that somebody has dealt with."""
    db.run(
        "UPDATE notices SET read_at = ? WHERE case_id = ? AND what = ? AND read_at IS NULL",
        (clock.stamp(db.now()), subject, what),
    )


def tell_words(db: Database, people: Iterable[Person], subject: str, again: timedelta) -> int:
    """Tell everybody of words of danger that lie in no case, unless that was done lately; give how many were told.

    Belongs into a transaction of its own: whoever is first in it tells, alone.
    """
    row = db.one("SELECT max(at) AS at FROM notices WHERE case_id = ? AND what = ?", (subject, WORDS))
    if row and row["at"] and row["at"] > clock.stamp(db.now() - again):
        return 0
    told = 0
    for person in people:
        _enter(db, person, subject, WORDS)
        push(db, person)
        told += 1
    return told


def tell_bunch(db: Database, people: Iterable[Person], subject: str, what: str) -> None:
    """Tell people, in the caller's transaction, of a bunch from one address as it is now: a line each, the newest alone."""
    for person in people:
        db.run(
            "DELETE FROM notices WHERE staff = ? AND case_id = ? AND read_at IS NULL", (person.id, subject)
        )
        _enter(db, person, subject, f"{BUNCH}:{what}")
        push(db, person, PUSHED_DESK)


def settle_bunch(db: Database, subject: str) -> None:
    """Note as read, in the caller's transaction, what was told of a bunch that somebody has looked at."""
    db.run(
        "UPDATE notices SET read_at = ? WHERE case_id = ? AND read_at IS NULL",
        (clock.stamp(db.now()), subject),
    )


def tell_ready(db: Database, people: Iterable[Person], subject: str) -> int:
    """Tell people once, in the caller's transaction, that the workbooks of a day and place lie ready; give how many."""
    if db.one("SELECT 1 FROM notices WHERE case_id = ? AND what = ?", (subject, WORKBOOKS)):
        return 0
    told = 0
    for person in people:
        db.run("DELETE FROM notices WHERE staff = ? AND what = ? AND read_at IS NULL", (person.id, WORKBOOKS))
        _enter(db, person, subject, WORKBOOKS)
        push(db, person, READY)
        told += 1
    return told


def mark_ready_read(db: Database, person: Person) -> None:
    """Note that somebody has seen which workbooks lie ready."""
    sql = "staff = ? AND what = ? AND read_at IS NULL"
    if db.one(f"SELECT 1 FROM notices WHERE {sql}", (person.id, WORKBOOKS)):  # noqa: S608
        with db.write():
            db.run(
                f"UPDATE notices SET read_at = ? WHERE {sql}",  # noqa: S608
                (clock.stamp(db.now()), person.id, WORKBOOKS),
            )


def push(db: Database, person: Person, words: str = PUSHED) -> bool:
    """Send somebody a word by WeChat, in the caller's transaction; tell whether the platform would take it.

    Where it would not nothing goes out: a message that cannot be delivered would be a telephone call to a colleague.
    """
    row = db.one("SELECT reporter FROM bound WHERE staff = ?", (person.id,))
    if row is None or not windows.window_of(db, row["reporter"]).name:
        return False
    outbox.post(db, row["reporter"], words)
    return True


def _enter(db: Database, person: Person, about: str, what: str) -> None:
    db.run(
        "INSERT INTO notices (id, staff, case_id, what, at) VALUES (?, ?, ?, ?, ?)",
        (new_id(), person.id, about, what, clock.stamp(db.now())),
    )


def _notices(db: Database, which: str, person: Person, limit: int) -> list[Notice]:
    rows = db.all(
        "SELECT n.id, c.number, n.what, n.at, n.read_at FROM notices n LEFT JOIN cases c ON c.id = n.case_id"  # noqa: S608
        f" WHERE {which} ORDER BY n.at DESC, n.id DESC LIMIT ?",
        (person.id, limit),
    )
    return [
        Notice(row["id"], row["number"] or "", row["what"], row["at"], row["read_at"] or "") for row in rows
    ]
