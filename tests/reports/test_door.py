"""Whoever dies at the door leaves nothing half done: the same sending again makes the report, whole and once."""

import multiprocessing
import os
import re
import signal
from collections.abc import Callable, Sequence
from datetime import date
from itertools import count as numbers
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from intake.children import links
from intake.house import verify
from intake.kinds.envelope import Envelope
from intake.messages import media
from intake.people import devices
from intake.reports import door, drafts, lookup, passes
from intake.school import roll
from intake.settings import Settings
from intake.store.db import Cell, Database
from intake.web import phones
from tests.hands.chat import PLATFORM, answer_all, opened
from tests.hands.classroom import MORNING, SCHOOL_NAME, Classroom, at, classroom, teacher
from tests.hands.page import count, filled, public
from tests.hands.page import opened as page_of
from tests.hands.samples import citizen_id
from tests.hands.watching import plan, statements

MING, WHO = "王小明", "wechat:grandmother"
SAID = {"child_name": MING, "school": SCHOOL_NAME, "grade": "三年级", "class_name": "2班", "town": "石人镇",
        "relation": "祖母", "phone": "13812345678", "last_seen": "2026-11-20", "on_leave": "否"}  # fmt: skip


class Dead(BaseException):
    """The process is gone: nobody catches this."""


def dying(run: Callable[..., Any], left: int, die: Callable[[], object]) -> Callable[..., Any]:
    """Give `Database.run` as it is for a process that dies before one of its statements."""

    def step(sql: str, args: Sequence[Cell] = ()) -> Any:
        nonlocal left
        left -= 1
        if left == 0:
            die()
        return run(sql, args)

    return step


def gone() -> None:
    raise Dead


def insist(db: Database, send: Callable[[], object]) -> int:
    """Send, dying one statement later each time, until it is through; and once more, as if no answer had come.

    Give how often it died.
    """
    for died in numbers():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(db, "run", dying(db.run, died + 1, gone))
            try:
                send()
            except Dead:
                assert [count(db, table) for table in ("reports", "answers_absence", "links")] == [0, 0, 0]
                continue
        send()
        return died
    raise AssertionError


def whole(db: Database, child: str) -> Envelope:
    """Give the one report that there is, with its child, its answers and its audit row."""
    (row,) = db.all("SELECT * FROM reports")
    report = Envelope.of(row)
    assert report.child == child
    assert count(db, "answers_absence") == 1
    assert count(db, "audit WHERE verb = 'report.received'") == 1
    assert verify.faults(db) == []
    return report


def linked(db: Database, reporter: str, child: str) -> bool:
    """Tell whether the class teacher was asked, once, whether a reporter is the child's family."""
    asked = [tuple(row) for row in db.all("SELECT reporter, child, state FROM links")]
    return asked == [(reporter, child, links.ASKED)] and count(db, "audit WHERE verb = 'link.asked'") == 1


def test_a_teachers_page_about_a_child(app: Flask, db: Database, room: Classroom) -> None:
    liu, token, phone = teacher(db, room), devices.new_token(), app.test_client()
    devices.add_device(db, liu, token, "Android Mobile")
    phone.set_cookie(phones.COOKIE, token)
    page = page_of(phone, f"/forms/absence?as=teacher&child={room.children[MING]}")
    sent = filled(page, {"last_seen": "2026-11-20", "on_leave": "否"})
    key = {"Idempotency-Key": page.fields["idempotency_key"]}
    assert insist(db, lambda: phone.post("/forms/absence", data=sent, headers=key)) >= 3
    assert whole(db, room.children[MING]).reporter == liu.actor


def test_a_page_of_somebody_who_came_from_the_chat(app: Flask, db: Database, room: Classroom) -> None:
    teacher(db, room)
    phone = app.test_client()
    link = f"/forms/c/{passes.issue_pass(db, WHO, 'absence', passes.LINK)}"
    assert phone.post(link, data=page_of(phone, link).fields).status_code == 303
    drafts.keep_draft(db, WHO, "absence", {"phone": SAID["phone"]}, drafts.CHAT)
    token = page_of(phone, "/forms/absence").fields["csrf_token"]
    proof = {"csrf_token": token, "kind": "absence", "last_four": SAID["phone"][-4:]}
    assert phone.post("/forms/linked/prove", data=proof).status_code == 303  # without it no teacher is asked
    with db.write():
        media.keep(db, "message-1", WHO, "image", "picture-1")
    sent = filled(page_of(phone, "/forms/absence"), public("absence", 0) | SAID)
    assert insist(db, lambda: phone.post("/forms/absence", data=sent)) >= 5
    report = whole(db, "")
    assert linked(db, WHO, room.children[MING])
    assert len(media.files_of_report(db, report.receipt)) == 1


def test_a_message_of_the_chat(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, MORNING)
    with opened(settings) as chat:
        room = classroom(chat.db)
        teacher(chat.db, room)
        assert "请您核对" in answer_all(chat, "absence", chat.say("4", "同意"), dict(SAID))
        assert "三年级" in chat.say("他在三年级2班")
        last = PLATFORM.text(chat.openid, "确认")
        assert insist(chat.db, lambda: chat.send(last)) >= 5
        assert linked(chat.db, whole(chat.db, "").reporter, room.children[MING])


def test_a_roll(db: Database, room: Classroom) -> None:
    liu, ming = teacher(db, room), room.children[MING]
    assert insist(db, lambda: roll.mark(db, room.id, MORNING.date(), {ming: "不明"}, liu)) >= 5
    (mark,) = db.all("SELECT report FROM roll_marks")
    assert mark["report"] == whole(db, ming).receipt


def receive(db: Database, child: str = "") -> door.Received:
    """Bring a report with all that can belong to one."""
    return door.receive(
        db, "absence", SAID, channel="wechat", reporter=WHO, key="k", consent="c", child=child, pictures=True
    )


def kill_between_statements(data: Path, child: str, told: "multiprocessing.SimpleQueue[int]") -> None:
    """Let one process after the other bring the same report, each killed a statement later; tell how many were."""
    for died in numbers():
        process = os.fork()
        if process == 0:
            db = Database(Settings(data=data, mode="demo"))
            db.run = dying(db.run, died + 1, lambda: os.kill(os.getpid(), signal.SIGKILL))  # type: ignore[method-assign]
            receive(db, child)
            os._exit(0)
        if os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) != -signal.SIGKILL:
            told.put(died)
            return


@pytest.mark.processes
def test_a_kill_between_any_two_statements(db: Database) -> None:
    room = classroom(db)
    teacher(db, room)
    with db.write():
        media.keep(db, "message-1", WHO, "image", "picture-1")
    context = multiprocessing.get_context("spawn")
    told: multiprocessing.SimpleQueue[int] = context.SimpleQueue()
    killer = context.Process(
        target=kill_between_statements, args=(db.settings.data, room.children[MING], told)
    )
    killer.start()
    killer.join()
    assert killer.exitcode == 0
    assert (
        told.get() == 13
    )  # report, answers, audit, pictures, link, audit; number, case, event, its report, keys, duties; its turn
    again = receive(db, room.children[MING])
    assert (again.new, again.receipt) == (False, whole(db, room.children[MING]).receipt)
    assert linked(db, WHO, room.children[MING])
    assert len(media.files_of_report(db, again.receipt)) == 1


def test_the_child_that_is_named_is_the_child_whatever_number_was_typed(
    db: Database, room: Classroom
) -> None:
    with db.write():
        db.run(
            "UPDATE children SET id_number_hash = ? WHERE id = ?",
            (db.keys.digest("IdNumber", number := citizen_id(date(2017, 3, 2), "男")), room.children["李红"]),
        )
    by_number = SAID | {"id_number": number}
    # The number of one under the name of a classmate is nobody's by itself: a person decides.
    for child, expected in (("", ""), (room.children[MING], room.children[MING])):
        made = door.receive(db, "absence", by_number, channel="api", child=child)
        found = lookup.find_report(db, made.receipt)
        assert found is not None
        assert found.child == expected


def test_a_number_that_is_said_later_tells_of_the_child(db: Database, room: Classroom) -> None:
    number = citizen_id(date(2017, 3, 2), "男")  # of the day on which 李红 was born
    with db.write():
        db.run(
            "UPDATE children SET id_number_hash = ? WHERE id = ?",
            (db.keys.digest("IdNumber", number), room.children["李红"]),
        )
    made = door.receive(
        db, "absence", SAID | {"child_name": "红红"}, channel="api"
    )  # as she is called at home
    for changes, expected in (({"id_number": number}, "李红"), ({"phone": "13900001111"}, "李红")):
        before = lookup.find_report(db, made.receipt)
        assert before is not None
        door.amend(db, before, changes, actor="staff:1", reason="补充")
        after = lookup.find_report(db, made.receipt)
        assert after is not None
        assert after.child == room.children[expected]


def test_no_child_is_looked_for_row_by_row(db: Database, room: Classroom) -> None:
    teacher(db, room)
    with statements(db) as asked:
        receive(db)
    looked = [sql for sql in asked if sql.startswith("SELECT") and "FROM children" in sql]
    assert looked
    for sql in looked:
        # `called` are the few ids that an index gives of one telephone.
        assert set(re.findall(r"SCAN (\w+)", plan(db, sql))) <= {"called"}
