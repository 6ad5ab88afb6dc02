"""Kill every process in the middle of the work: whatever was acknowledged is there, exactly once.

When the kill comes is drawn by lot, counted in acknowledgements, not in seconds; every outcome of
the race must satisfy the same checks.
"""

import http.client
import json
import random
import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TypeVar

from tests.e2e.server import HOST, WECHAT, Server, baoxue, fresh_server
from tests.hands.samples import KINDS, sample

REPORTS = 500
THREADS = 8
SENDERS = 60
LINES = ("菜单", "孩子三天没来上学了", "帮助", "进度", "取消")

Answer = tuple[int, bytes]
T = TypeVar("T")


@dataclass(frozen=True)
class Submission:
    """One report as another system sends it."""

    kind: str
    key: str
    body: dict[str, object]

    def send(self, connection: http.client.HTTPConnection) -> Answer:
        """Send it and return status and body."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": self.key}
        body = json.dumps(self.body, ensure_ascii=False).encode()
        return _post(connection, f"/api/v1/reports/{self.kind}", body, headers)


@dataclass(frozen=True)
class Conversation:
    """What one parent types, line after line; each line keeps its MsgId when it is sent again."""

    messages: tuple[str, ...]


@dataclass
class Killer:
    """Kill the server when the drawn number of answers has come."""

    server: Server
    after: int
    _seen: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answered(self) -> None:
        """Count an answer."""
        with self._lock:
            self._seen += 1
            if self._seen == self.after:
                self.server.kill()


def _post(connection: http.client.HTTPConnection, target: str, body: bytes, head: dict[str, str]) -> Answer:
    connection.request("POST", target, body, head)
    response = connection.getresponse()
    return response.status, response.read()


def _work(
    server: Server, items: Iterable[T], handle: Callable[[http.client.HTTPConnection, T], None]
) -> None:
    """Let several threads handle the items over connections of their own until done or cut off."""
    queue: SimpleQueue[T] = SimpleQueue()
    for item in items:
        queue.put(item)

    def thread() -> None:
        with closing(http.client.HTTPConnection(HOST, server.port, timeout=60)) as connection:
            while True:
                try:
                    handle(connection, queue.get_nowait())
                except (Empty, OSError, http.client.HTTPException):
                    return

    with ThreadPoolExecutor(THREADS) as pool:
        for running in [pool.submit(thread) for _ in range(THREADS)]:
            running.result()


def _receipt(answer: Answer) -> str:
    assert answer[0] in {200, 201}, answer
    receipt = json.loads(answer[1])["receipt"]
    assert isinstance(receipt, str)
    assert receipt.isdecimal()
    return receipt


def _child_names(data: Path) -> dict[str, list[str]]:
    """Return the child's name in every answers row, by receipt; read with sqlite3, not with the product."""
    found: dict[str, list[str]] = {}
    with closing(sqlite3.connect(f"file:{data / 'baoxue.db'}?mode=ro", uri=True)) as db:
        for (receipt,) in db.execute("SELECT receipt FROM reports"):
            found[str(receipt)] = []
        for kind in KINDS:
            table, column, to = _answers_table(db, kind)
            query = f"SELECT r.receipt, a.child_name FROM {table} a JOIN reports r ON r.{to} = a.{column}"
            for receipt, name in db.execute(query):
                found[str(receipt)].append(name)
        assert db.execute("SELECT count(*) FROM reports").fetchone() == (len(found),)
    return found


def _answers_table(db: sqlite3.Connection, kind: str) -> tuple[str, str, str]:
    """Return the table that holds a kind's answers, and the columns that join it to `reports`."""
    tables = [row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    for table in sorted((name for name in tables if kind in name), key=len):
        columns = {row[1] for row in db.execute(f"PRAGMA table_info({table})")}
        for link in db.execute(f"PRAGMA foreign_key_list({table})"):
            if link[2] == "reports" and "child_name" in columns:
                return table, link[3], link[4] or "id"
    raise AssertionError(f"no table of {kind} refers to reports: {tables}")


def test_no_acknowledged_report_is_lost() -> None:
    submissions = [
        Submission(KINDS[n % 5], str(uuid.uuid4()), sample(KINDS[n % 5], n)) for n in range(REPORTS)
    ]
    acknowledged: dict[str, str] = {}
    with fresh_server() as (server, data):
        killer = Killer(server, random.randint(REPORTS // 10, REPORTS * 9 // 10))

        def send(connection: http.client.HTTPConnection, one: Submission) -> None:
            answer = one.send(connection)
            assert answer[0] == 201, answer
            acknowledged[one.key] = _receipt(answer)
            killer.answered()

        _work(server, submissions, send)
        assert killer.after <= len(acknowledged) < REPORTS, "the kill did not come in the middle"
        by_key = {one.key: one for one in submissions}

        server.start()
        kept = _child_names(data)
        for key, receipt in acknowledged.items():
            assert kept[receipt] == [by_key[key].body["child_name"]]
        assert len(kept) - len(acknowledged) <= THREADS, "only what was under way may be kept unanswered"
        assert all(len(names) == 1 for names in kept.values())

        # Everybody sends everything again: who had an answer gets the same one, the others a report.
        receipts: dict[str, str] = {}

        def again(connection: http.client.HTTPConnection, one: Submission) -> None:
            receipts[one.key] = _receipt(one.send(connection))

        _work(server, submissions, again)
        assert receipts.keys() == by_key.keys()
        assert receipts.items() >= acknowledged.items()
        assert _child_names(data) == {receipts[one.key]: [one.body["child_name"]] for one in submissions}
        baoxue(data, "verify")
        server.stop()
        baoxue(data, "verify")


def _say(connection: http.client.HTTPConnection, xml: str) -> dict[str, object]:
    """Deliver a message as the platform does, with a fresh signature, and return the reply's content."""
    post = WECHAT.safe(xml)
    head = {"Content-Type": "text/xml"}
    status, body = _post(connection, f"/wechat?{post.query_string}", post.body, head)
    assert status == 200, body
    reply = WECHAT.open_reply(body)
    assert reply.pop("CreateTime").isdecimal()
    assert reply.get("Content"), reply
    return reply


def test_no_answered_message_is_answered_differently() -> None:
    talks = [
        Conversation(tuple(WECHAT.text(f"oKill{sender:023d}", line) for line in LINES))
        for sender in range(SENDERS)
    ]
    replies: dict[str, dict[str, object]] = {}
    total = SENDERS * len(LINES)
    with fresh_server() as (server, data):
        killer = Killer(server, random.randint(total // 10, total * 9 // 10))

        def talk(connection: http.client.HTTPConnection, one: Conversation) -> None:
            for xml in one.messages:
                replies[xml] = _say(connection, xml)
                killer.answered()

        _work(server, talks, talk)
        assert killer.after <= len(replies) < total, "the kill did not come in the middle"
        server.start()

        again: dict[str, dict[str, object]] = {}

        def repeat(connection: http.client.HTTPConnection, one: Conversation) -> None:
            for xml in one.messages:
                again[xml] = _say(connection, xml)
                assert again[xml] == _say(connection, xml)

        _work(server, talks, repeat)
        assert len(again) == total
        assert again.items() >= replies.items()
        baoxue(data, "verify")
