"""What an answer may read before its turn, and that it changes nothing before it."""

from collections.abc import Iterator
from threading import Thread

import pytest

from bot import conversation
from intake.settings import Settings
from intake.store import audit
from intake.store.db import Database, NeedsWriting
from tests.hands.chat import Chat, answer_all, opened
from tests.hands.samples import sample

AUDIT = "test.written"


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    with opened(settings) as one:
        yield one


def rows(db: Database) -> dict[str, list[tuple[object, ...]]]:
    """Give all that the database holds."""
    names = db.all("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return {row["name"]: [tuple(one) for one in db.all(f"SELECT * FROM {row['name']}")] for row in names}


def test_a_database_that_is_lent_changes_nothing(chat: Chat) -> None:
    db = chat.db
    before = rows(db)
    with db.lent():
        assert db.is_lent
        with pytest.raises(NeedsWriting):
            db.run("DELETE FROM reports")
        with pytest.raises(NeedsWriting), db.write():
            raise AssertionError("nobody gets here")
        assert rows(db) == before
    assert not db.is_lent
    with db.write():
        audit.note(db, "test", AUDIT, "")
    assert rows(db) != before


def test_it_is_lent_to_one_thread_alone_and_never_taken_from_who_is_writing(chat: Chat) -> None:
    db = chat.db

    def write() -> None:
        with db.write():
            audit.note(db, "test", AUDIT, "")

    with db.lent():
        other = Thread(target=write)
        other.start()
        other.join()
    with db.write(), db.lent():
        audit.note(db, "test", AUDIT, "")
    assert len(db.all("SELECT 1 FROM audit WHERE verb = ?", (AUDIT,))) == 2


def test_deciding_changes_nothing_and_what_would_is_decided_again_inside(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide = conversation._decide
    outcomes: list[str] = []

    def watched(*given: object) -> object:
        inside = chat.db.engine.writing
        before = {} if inside else rows(chat.db)
        try:
            reply = decide(*given)  # type: ignore[arg-type]
        except NeedsWriting:
            outcomes.append("needs writing")
            assert rows(chat.db) == before
            raise
        outcomes.append("inside" if inside else "lent")
        assert inside or rows(chat.db) == before
        return reply

    monkeypatch.setattr(conversation, "_decide", watched)
    chat.say("菜单", "4")
    assert outcomes == ["lent", "lent"]
    for said in (
        "同意",
        "确认",
        "孩子被打了",
        "没事了",
        "取消",
        "撤回",
        "1",
        "删除我的信息",
        "确认删除",
        "绑定 1234567890",
    ):
        outcomes.clear()
        if said == "确认":
            answer_all(chat, "absence", chat.say("菜单", "4"), sample("absence", 3, chat.db.today()))
            outcomes.clear()
        chat.say(said)
        writes = said in ("同意", "确认", "孩子被打了", "没事了", "1", "确认删除", "绑定 1234567890")
        assert outcomes == (["needs writing", "inside"] if writes else ["lent"]), said
