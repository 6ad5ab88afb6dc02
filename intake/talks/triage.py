"""What parents said that people must answer: entered with the message, done by a person, never twice.

A thread is all that one reporter said. Addresses hold its id, a keyed digest of the reporter's name
that leads nowhere but here. Whoever acts on a thread says up to where they saw it (`mark`): what came
in later stays open, and what somebody else has dealt with meanwhile is not done again. Words of danger
end with an outcome alone (see `alarms`), whatever was answered or reported.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from intake.calendar import clock
from intake.cases.alarming import DANGER as DANGER
from intake.cases.alarming import OUTCOME as OUTCOME
from intake.cases.rulebook import states
from intake.errors import Dealt, Refused
from intake.messages import media, outbox
from intake.people import accounts
from intake.people.accounts import Person
from intake.people.scope import Scope
from intake.reports import receipts
from intake.store import audit
from intake.store.db import Database, Row

HALF, UNAGREED = "half", "unagreed"
"""Why: a report stopped half-way; or before its reporter had agreed to anything."""
WHY: Mapping[str, str] = {
    DANGER: "孩子有危险",
    HALF: "没说完",
    UNAGREED: "有人来过，没有同意",
    "human": "要找人",
    "unclear": "没听懂",
    "unread": "没读懂的消息",
    "question": "有问题要问",
    "complaint": "投诉或建议",
    "photo": "发来照片",
    "voice": "发来语音",
    "delete": "要求删除",
    "teacher": "老师要绑定",
    "reply": "回复办理进展",
}
"""Why a message waits for a person."""
_SAYS_ALL = frozenset({DANGER})

REASONS: Mapping[str, str] = {
    "called": "已经打电话说过",
    "thanks": "只是打招呼、道谢或闲聊",
    "again": "重复的消息",
    "foreign": "广告，或者不归我们管",
    "other": "其他",
}
"""Why something needs no answer."""

REPORT, ANSWER, CLOSED, MATTER, ADDED = "report", "answer", "closed", "matter", "added"
ENDS_OTHERWISE = "孩子有危险的话不能这样关。请先打电话、办好，再在“处理结果”里写下做了什么。"
CHOSEN = "chosen"
"""Outcome of a message whose sender then said which matter was meant."""
FINISHED, DROPPED = "finished", "dropped"
"""Outcomes of a report that had stopped half-way: its reporter sent it after all, or gave it up."""
STILL = "substr(message, 1, 5) = 'half:'"
"""Condition of what waits because nothing more was said: its key is no message's (see `half_said`)."""
FORGOTTEN = "forgotten"
"""Reason of words of danger whose sender had the chat deleted: they go as soon as an outcome is written."""
KEPT = "EXISTS (SELECT 1 FROM triage i WHERE i.message = {} AND i.state = 'open' AND i.why = 'danger')"
"""Condition, of the key of a message, of what nobody deletes: danger stays until its outcome is written."""
FREED = "{} IN (SELECT i.message FROM triage i WHERE i.state = 'done' AND i.reason = 'forgotten')"
"""Condition of what was kept only for that."""
LONGEST = 600
TOO_LONG = f"太长了，一条回复最多 {LONGEST} 个字，请分两次发。"
"""Characters of an answer; with four bytes each they may still be too many for one message."""


@dataclass(frozen=True, slots=True)
class Thread:
    """Somebody who waits: since when, how many messages, and why."""

    id: str
    reporter: str
    since: str
    count: int
    why: tuple[str, ...]
    told: tuple[str, ...]
    """The same in words, with what the messages touch on."""


def enter(db: Database, message: str, reporter: str, why: str, receipt: str = "", kind: str = "") -> None:
    """Note, in the transaction of a message, that a person must answer it; again is harmless.

    `receipt` is that of the report which the words are about; of danger, the one that holds them already.
    `kind` is the kind of report that they touch on, as far as they were understood.
    """
    db.run(
        "INSERT INTO triage (message, reporter, thread, at, why, kind, state, outcome, receipt, reason)"
        " VALUES (?, ?, ?, ?, ?, ?, 'open', '', ?, '') ON CONFLICT (message) DO NOTHING",
        (message, reporter, thread_id(db, reporter), clock.stamp(db.now()), why, kind, receipt),
    )


def told_why(why: str, kind: str) -> str:
    """Say why a message waits, and what it touches on: 入学：投诉或建议."""
    word = WHY.get(why, why)
    return f"{states.KINDS[kind]}：{word}" if kind in states.KINDS and why not in _SAYS_ALL else word


def settle_by_choice(db: Database, reporter: str, message: str) -> None:
    """Note, in the transaction of a message, that its sender chose what an earlier one had left open."""
    done = db.run(
        "UPDATE triage SET state = 'done', done_at = ?, done_by = 'bot', outcome = ?"
        " WHERE message = ? AND reporter = ? AND state = 'open'",
        (clock.stamp(db.now()), CHOSEN, message, reporter),
    )
    if done.rowcount:
        audit.note(db, "bot", "talk.chosen", reporter)


def thread_id(db: Database, reporter: str) -> str:
    """Give the id that stands for a reporter in addresses."""
    return db.keys.digest("thread", reporter)[:20]


def seen_by(scope: Scope | None, table: str = "triage") -> str:
    """Leave out, for those who may not see restricted rows, whoever has told of such a thing (None: nobody)."""
    return "" if scope is None or scope.restricted else f" AND {open_to_all(table)}"


def open_to_all(table: str) -> str:
    """Give the condition of whoever has told of nothing that only few may see."""
    return (
        f"NOT EXISTS (SELECT 1 FROM reports r WHERE r.reporter = {table}.reporter AND r.reporter <> ''"  # noqa: S608
        f" AND r.restricted = 1) AND NOT EXISTS (SELECT 1 FROM case_talks k JOIN cases c ON c.id = k.case_id"
        f" WHERE k.reporter = {table}.reporter AND c.restricted = 1)"
    )


def count(db: Database, scope: Scope | None = None) -> int:
    """Count the threads that wait."""
    row = db.one(f"SELECT count(DISTINCT reporter) AS n FROM triage WHERE state = 'open'{seen_by(scope)}")  # noqa: S608
    return int(row["n"]) if row else 0


def threads_waiting(db: Database, limit: int = 100, scope: Scope | None = None) -> list[Thread]:
    """Give the threads that wait: first those that speak of danger, then those that have waited longest."""
    rows = db.all(
        "SELECT thread, reporter, why, kind, count(*) AS n, min(at) AS since FROM triage WHERE state = 'open' AND reporter IN"  # noqa: S608
        f" (SELECT reporter FROM triage WHERE state = 'open'{seen_by(scope)} GROUP BY reporter"
        " ORDER BY max(CASE WHEN why = ? THEN 1 ELSE 0 END) DESC, min(at), reporter LIMIT ?)"
        " GROUP BY thread, reporter, why, kind ORDER BY since, why, kind",
        (DANGER, limit),
    )
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["reporter"], []).append(row)
    threads = [
        Thread(mine[0]["thread"], reporter, mine[0]["since"], sum(one["n"] for one in mine),
               tuple(one["why"] for one in mine), tuple(dict.fromkeys(told_why(one["why"], one["kind"] or "") for one in mine)))
        for reporter, mine in found.items()
    ]  # fmt: skip
    return sorted(threads, key=lambda one: DANGER not in one.why)


def reporter_of(db: Database, thread: str, scope: Scope | None = None) -> str | None:
    """Give the reporter whose thread this is, or None."""
    row = db.one(f"SELECT reporter FROM triage WHERE thread = ?{seen_by(scope)} LIMIT 1", (thread,))  # noqa: S608
    return str(row["reporter"]) if row else None


def mark(db: Database, reporter: str) -> str:
    """Give up to where a thread goes: its newest open item, or else the last message that went out.

    Both where danger is open: it stays open when it is answered, and is still not answered by two at once.
    """
    row = db.one(
        "SELECT message, (SELECT count(*) FROM triage d WHERE d.reporter = t.reporter AND d.state = 'open'"
        " AND d.why = ?) AS danger FROM triage t WHERE reporter = ? AND state = 'open'"
        " ORDER BY at DESC, message DESC LIMIT 1",
        (DANGER, reporter),
    )
    if row is None:
        return _last_sent(db, reporter)
    return f"{row['message']}/{_last_sent(db, reporter)}" if row["danger"] else str(row["message"])


def answer(db: Database, reporter: str, text: str, person: Person, seen: str) -> bool:
    """Send an answer and mark as done what it answers, danger apart; tell whether WeChat can take it.

    Where it cannot, the answer is a telephone call to make. `seen` is the mark of the thread as the
    person saw it. Raises Dealt, TooLong.
    """
    with db.write():
        _settle(db, reporter, person, seen, ANSWER)
        audit.note(db, person.actor, "talk.answered", reporter)
        return send(db, reporter, text)


def close(db: Database, reporter: str, person: Person, seen: str, why: str) -> None:
    """Mark as done what needs no answer; `why` is one of REASONS.

    Raises Dealt, KeyError, and Refused while danger is open.
    """
    if why not in REASONS:
        raise KeyError(why)
    with db.write():
        if endangered(db, reporter):
            raise Refused(ENDS_OTHERWISE)
        if not _settle(db, reporter, person, seen, CLOSED, reason=why):
            raise Dealt
        audit.note(db, person.actor, "talk.closed", reporter, why)


def reported(db: Database, reporter: str, person: Person, seen: str, receipt: str) -> bool:
    """Mark as done what became a report, danger apart, tell the reporter its receipt, and put their files to it.

    Belongs into the transaction that made the report. Tells whether WeChat can take the message.
    Raises Dealt.
    """
    with db.write():
        settled = _settle(db, reporter, person, seen, REPORT, receipt)
        media.attach(db, reporter, settled, receipt)
        media.attach_lately(db, reporter, receipt)
        audit.note(db, person.actor, "talk.reported", reporter, receipt)
        # Neither the kind nor the child: a push shows its first words on a locked phone.
        text = f"您说的事已经替您登记好了。\n回执号：{receipts.show_receipt(receipt)}\n想知道办得怎么样，回复“进度”。"
        return send(db, reporter, text, receipt)


def settle_in_case(db: Database, reporter: str, person: Person, seen: str, outcome: str) -> list[str]:
    """Mark as done what became a case or was put to one, danger apart, in its transaction; give the messages. Raises Dealt."""
    settled = _settle(db, reporter, person, seen, outcome)
    audit.note(db, person.actor, "talk.sorted", reporter, outcome)
    return settled


def settle_danger(db: Database, messages: Iterable[str], person: Person) -> None:
    """Mark words of danger as done, in the transaction that writes down what was done."""
    for message in messages:
        db.run(
            "UPDATE triage SET state = 'done', done_at = ?, done_by = ?, outcome = ? WHERE message = ? AND state = 'open'",
            (clock.stamp(db.now()), person.actor, OUTCOME, message),
        )


def first_of(db: Database, message: str) -> Dealt:
    """Give who dealt with an item that is open no longer."""
    row = db.one("SELECT * FROM triage WHERE message = ?", (message,))
    if row is None or row["state"] == "open":
        return Dealt()
    return Dealt(accounts.name_of(db, row["done_by"]), row["done_at"], row["outcome"], row["receipt"])


def forget(db: Database, reporter: str) -> int:
    """Delete somebody's items, in the transaction that deletes their messages; danger stays until its outcome."""
    danger = (reporter, DANGER)
    db.run(
        "UPDATE triage SET reason = ? WHERE reporter = ? AND state = 'open' AND why = ?", (FORGOTTEN, *danger)
    )
    return db.run(
        "DELETE FROM triage WHERE reporter = ? AND NOT (state = 'open' AND why = ?)", danger
    ).rowcount


def endangered(db: Database, reporter: str) -> bool:
    """Tell whether somebody has said words of danger that have no outcome yet."""
    return bool(
        db.one("SELECT 1 FROM triage WHERE reporter = ? AND state = 'open' AND why = ?", (reporter, DANGER))
    )


def purge(db: Database) -> int:
    """Delete the items whose messages are gone; danger stays until its outcome."""
    gone = f"NOT {STILL} AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.key = triage.message)"  # noqa: S608
    return db.prune("triage", ("message",), f"{gone} AND NOT (state = 'open' AND why = ?)", (DANGER,))


def _settle(
    db: Database,
    reporter: str,
    person: Person,
    seen: str,
    outcome: str,
    receipt: str = "",
    reason: str = "",
) -> list[str]:
    """Mark the open items up to the one that was seen as done, danger apart; give their messages. Raises Dealt."""
    item, danger, sent = seen.partition("/")
    row = db.one("SELECT * FROM triage WHERE message = ? AND reporter = ?", (item, reporter))
    if row is None:  # nothing was open, it is a word more: still not said by two at once
        if mark(db, reporter) != seen and _last_sent(db, reporter) != seen:
            raise Dealt
        return []
    if row["state"] != "open":
        raise first_of(db, item)
    if danger and sent != _last_sent(db, reporter):
        raise Dealt
    done = db.run(
        "UPDATE triage SET state = 'done', done_at = ?, done_by = ?, outcome = ?, receipt = ?, reason = ?"
        " WHERE reporter = ? AND state = 'open' AND why <> ? AND (at, message) <= (?, ?) RETURNING message",
        (clock.stamp(db.now()), person.actor, outcome, receipt, reason, reporter, DANGER, row["at"], item),
    )
    return [one["message"] for one in done.fetchall()]


def send(db: Database, reporter: str, text: str, subject: str = "") -> bool:
    """Post a message in the bureau's name, in the caller's transaction; tell whether WeChat can take it. Raises Refused."""
    house = db.settings
    try:
        key = outbox.post(db, reporter, f"【{house.district_name}{house.bureau}】{text}", subject)
    except ValueError:
        raise Refused(TOO_LONG) from None
    row = db.one("SELECT state FROM outbox WHERE id = ?", (key,))
    return bool(row and row["state"] == "waiting")


def _last_sent(db: Database, reporter: str) -> str:
    row = db.one("SELECT id FROM outbox WHERE reporter = ? ORDER BY id DESC LIMIT 1", (reporter,))
    return str(row["id"]) if row else ""
