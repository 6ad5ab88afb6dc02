"""A disk that takes nothing costs a 503 with a sentence, loses nothing that was acknowledged, and passes."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import cast

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from intake.errors import Unwritable
from intake.house import retention
from intake.store.db import Database
from intake.store.gate import Gate
from intake.store.sqlite.engine import Sqlite
from tests.hands.gate import app, say
from tests.hands.samples import sample

__all__ = ["app"]


@contextmanager
def full(db: Database) -> Iterator[None]:
    """Let the file grow no more, as on a full disk."""
    writer = cast(Sqlite, db.engine)._writer
    (pages,) = writer.execute("PRAGMA page_count").fetchone()
    writer.execute(f"PRAGMA max_page_count = {pages}")
    yield
    writer.execute("PRAGMA max_page_count = 1000000")


@contextmanager
def read_only(db: Database) -> Iterator[None]:
    """Let nothing be changed, as on a disk that is mounted read-only after an error."""
    writer = cast(Sqlite, db.engine)._writer
    writer.execute("PRAGMA query_only = ON")
    yield
    writer.execute("PRAGMA query_only = OFF")


Disk = Callable[[Database], AbstractContextManager[None]]


@pytest.mark.parametrize("disk", [full, read_only])
def test_a_disk_that_takes_nothing_costs_a_503_and_passes(
    disk: Disk, client: FlaskClient, db: Database
) -> None:
    assert say(client, "菜单").status_code == 200
    page = client.get("/forms/absence").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    typed = {**sample("absence", 2), "csrf_token": token, "idempotency_key": "k" * 32, "consent": "agree"}
    with disk(db):
        sent, taken = until_shut(lambda number: send(client, f"key-{number}", number))
        assert sent.headers["Retry-After"] == "60"
        assert "磁盘现在写不进去" in sent.json["errors"][""][0]  # type: ignore[index]
        answer, more = until_shut(
            lambda number: client.post(
                "/forms/absence", data={**typed, "idempotency_key": f"{number}".zfill(32)}
            )
        )
        assert answer.headers["Retry-After"] == "60"
        assert f'value="{typed["child_name"]}"' in answer.text
        heard, _ = until_shut(lambda _: say(client, "孩子三天没来上学了"))
        assert heard.text == ""
        assert client.get("/metrics").status_code == 200
        assert retention.purge(db) == 0
        if disk is read_only:
            assert "数据库不能写入" in client.get("/readyz").json["faults"]  # type: ignore[index]
    assert len(db.all("SELECT id FROM reports")) == taken + more
    assert send(client, f"key-{taken}", taken).status_code == 201
    assert client.post("/forms/absence", data=typed).status_code == 303
    assert say(client, "孩子三天没来上学了").status_code == 200
    assert client.get("/readyz").status_code == 200


def until_shut(does: Callable[[int], TestResponse]) -> tuple[TestResponse, int]:
    """Do something until there is no room for it: the last answer, and how often it was done."""
    for number in range(500):
        answer = does(number)
        if answer.status_code == 503:
            return answer, number
        assert answer.status_code in (200, 201, 303)
    raise AssertionError("there is always room")


def send(client: FlaskClient, key: str, number: int) -> TestResponse:
    """Send a report as a program does."""
    body, headers = sample("absence", number), {"Idempotency-Key": key}
    return client.post("/api/v1/reports/absence", json=body, headers=headers)


def test_a_gate_that_cannot_be_made_is_told_and_passes(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = cast(Sqlite, db.engine)
    good, bad = engine._gate, Gate(Path("/proc"))  # nobody makes a file there
    monkeypatch.setattr(engine, "_gate", bad)
    for _ in range(2):
        with pytest.raises(Unwritable), db.write():
            pass
    monkeypatch.setattr(engine, "_gate", good)
    with db.write():
        pass
