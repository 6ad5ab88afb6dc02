"""A thread as staff read it: what a parent said, what was answered, and whether it arrived."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from intake.errors import Missing
from intake.kinds import KINDS
from intake.language.patterns import regex
from intake.messages import media
from intake.messages.errcodes import meaning
from intake.people.accounts import Person
from intake.store import audit
from intake.store.db import Database, Row
from intake.talks import half_said, triage

PAGE = 60
"""Messages shown at first."""
STATES: Mapping[str, str] = {
    "waiting": "等待发送",
    "sent": "已发到微信",
    "shown": "家长已在聊天里看到",
    "refused": "家长未收到，等着打电话",
    "dropped": "没有发，不需要了",
}

PARENT, BOT, STAFF, HOUSE = "parent", "bot", "staff", "house"
STOPPED: Mapping[str, str] = {
    triage.HALF: "说到一半停下了，还没有交。",
    triage.UNAGREED: "有人来过，没有同意告知书，话没有说完。说了什么不给看。",
    triage.DANGER: "选了“安全报告”，没有往下说。请在微信里回复，问孩子安全不安全、电话多少。",
}
"""What is said of somebody who fell silent, by why it waits."""
UNREAD = "［{}］没有同意告知书，内容不给看"

_LINK = regex(r"<a [^>]*>(.*?)</a>", re.DOTALL)
_NAMES: Mapping[str, str] = {"image": "照片", "voice": "语音", "video": "视频", "shortvideo": "视频"}
_FILES = frozenset({"MediaId", "Location_X", "Url"})
"""Fields one of which every message of the platform has that is neither text nor event."""


@dataclass(frozen=True, slots=True)
class ThreadFile:
    """A picture or recording of a message; `state` is waiting, kept or gone."""

    id: str
    name: str
    state: str


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """One thing that was said, by the parent, the bot or staff.

    `why` is set while a person must still answer it; `raw` is a body that could not be read, as it came;
    `arrived` says what became of an answer.
    """

    by: str
    at: str
    text: str
    why: str = ""
    touched: str = ""
    """Kind of report that an open line touches on."""
    raw: str = ""
    arrived: str = ""
    files: tuple[ThreadFile, ...] = ()


def lines_of_thread(db: Database, reporter: str, person: Person, limit: int = PAGE) -> list[ThreadLine]:
    """Give the newest lines of a thread, oldest first; what is open is always among them. Notes the look.

    Who stopped half-way and never agreed to the notice is read only as far as they asked people for something:
    of the rest there is kind and time.
    """
    with db.write():
        audit.note(db, person.actor, "talk.read", reporter)
        said = db.all(
            "SELECT m.key, m.received_at, m.type, m.said, m.reply, t.why AS open, t.kind AS touched,"
            " EXISTS (SELECT 1 FROM triage a"
            " WHERE a.reporter = m.reporter AND (a.message = m.key OR (a.why = 'human' AND a.at >= m.received_at)))"
            " AS asked FROM messages m"
            " LEFT JOIN triage t ON t.message = m.key AND t.state = 'open' WHERE m.reporter = ?"
            " ORDER BY t.message IS NULL, m.received_at DESC, m.key LIMIT ?",
            (reporter, limit),
        )
        sent = db.all(
            "SELECT id, body, created_at, state, error, called_at FROM outbox WHERE reporter = ?"
            " ORDER BY id DESC LIMIT ?",
            (reporter, limit),
        )
        files, hides = _files(db, reporter), half_said.hides_words(db, reporter)
        stopped = half_said.items_of_thread(db, reporter)
    lines = [
        line
        for row in said
        for line in (
            _hidden(row) if hides and not row["asked"] else _said(db, row, files.get(row["key"], ()))
        )
    ]
    lines += [
        ThreadLine(HOUSE, row["at"], STOPPED.get(row["why"], ""), row["why"], row["kind"] or "")
        for row in stopped
    ]
    lines += [
        ThreadLine(
            STAFF,
            row["created_at"],
            db.keys.unlock_or_say(row["body"], "outbox.body", row["id"]),
            arrived=_arrived(row),
        )
        for row in sent
    ]
    return sorted(lines, key=lambda one: one.at)


def words_of(db: Database, messages: Sequence[str]) -> list[str]:
    """Give the words of messages as staff read them, in the order of time; nothing of one that is gone or has none."""
    rows = db.all(
        f"SELECT key, type, said FROM messages WHERE key IN ({', '.join('?' * len(messages))}) ORDER BY received_at, key",  # noqa: S608
        messages,
    )
    opened = [(row["type"], db.keys.unlock_or_say(row["said"], "messages.said", row["key"])) for row in rows]
    said = [_content(text) if kind == "unread" else words(kind, text) for kind, text in opened]
    return [one for one in said if one]


def file_of_thread(db: Database, reporter: str, key: str, person: Person) -> tuple[bytes, str]:
    """Give a file of a thread and its MIME type, and note the look. Raises Missing, Unreadable."""
    if not db.one("SELECT 1 FROM media WHERE id = ? AND reporter = ?", (key, reporter)):
        raise Missing
    found = media.read_file(db, key)
    with db.write():
        audit.note(db, person.actor, "media.read", key)
    return found


def words(kind: str, said: str) -> str:
    """Say in words what was sent: a text as it is, anything else by what it is."""
    if kind == "event":
        if not said or said.startswith("qrscene_"):
            return "关注了公众号"
        form = KINDS.get(said)
        return "扫了二维码" if said.startswith("school:") else f"点了菜单：{form.title if form else said}"
    try:
        fields = json.loads(said) if said.startswith("{") else None
    except (ValueError, RecursionError):  # people type braces, too
        return said
    if not isinstance(fields, dict) or kind == "text" or not _FILES & fields.keys():
        return said
    if "Location_X" in fields:
        return f"［位置］{fields.get('Label', '')}".strip()
    if "Url" in fields and "MediaId" not in fields:
        return f"［链接］{fields.get('Title', '')} {fields['Url']}".strip()
    name = _NAMES.get(kind) or ("语音" if "Format" in fields else "照片" if "PicUrl" in fields else "视频")
    return f"［{name}］{fields.get('Recognition', '')}".strip()


def _hidden(row: Row) -> Iterator[ThreadLine]:
    """Give of a message what it was, and when."""
    name = "菜单" if row["type"] == "event" else _NAMES.get(row["type"], "文字")
    yield ThreadLine(PARENT, row["received_at"], UNREAD.format(name))


def _said(db: Database, row: Row, files: tuple[ThreadFile, ...]) -> Iterator[ThreadLine]:
    text, raw = db.keys.unlock_or_say(row["said"], "messages.said", row["key"]), ""
    if row["type"] == "unread":
        text, raw = _content(text), text
    shown = text if raw else words(row["type"], text)
    why, touched = row["open"] or "", row["touched"] or ""
    yield ThreadLine(PARENT, row["received_at"], shown, why=why, touched=touched, raw=raw, files=files)
    if row["reply"]:
        reply = _LINK.sub(r"\1", db.keys.unlock_or_say(row["reply"], "messages.reply", row["key"])).strip()
        if reply:
            yield ThreadLine(BOT, row["received_at"], reply)


def _content(body: str) -> str:
    """Give the words of a body that is no good XML; no pattern, which a long row of blanks could hold up."""
    inside, closed, _ = body.partition("<Content>")[2].partition("</Content>")
    return inside.strip().removeprefix("<![CDATA[").removesuffix("]]>").strip() if closed else ""


def _files(db: Database, reporter: str) -> dict[str, tuple[ThreadFile, ...]]:
    found: dict[str, tuple[ThreadFile, ...]] = {}
    for row in db.all(
        "SELECT id, message, type, state FROM media WHERE reporter = ? ORDER BY id", (reporter,)
    ):
        one = ThreadFile(row["id"], _NAMES.get(row["type"], "文件"), row["state"])
        found[row["message"]] = (*found.get(row["message"], ()), one)
    return found


def _arrived(row: Row) -> str:
    if row["called_at"]:
        return "已电话告知"
    told = STATES.get(row["state"], row["state"])
    return f"{told}（{meaning(row['error']).text}）" if row["state"] == "refused" and row["error"] else told
