"""The desk with what lists say otherwise: what is owed leads to exactly its rows; compared by hand; nobody else's is shown."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask import Flask

from intake.house import case_commands
from intake.people.accounts import Person
from intake.school.differences import comparing
from intake.school.differences.difference import MISMATCH, XUEJI
from intake.store.db import Database
from tests.hands import staffed
from tests.hands.classroom import MORNING, at, classroom
from tests.hands.desk import look, signed_in
from tests.hands.registers import pupil, rows_of, take

LATER = MORNING + timedelta(minutes=5)


@pytest.fixture
def people(db: Database, monkeypatch: pytest.MonkeyPatch) -> dict[str, Person]:
    at(monkeypatch, MORNING)
    made = staffed.everybody(db)
    classroom(db)
    take(db, "xueji", rows_of([pupil("王小明", "20170301", 2), pupil("孙甲", "20170401", 1)]))
    return made


def test_what_is_owed_leads_to_its_rows_and_the_number_is_theirs(
    app: Flask, db: Database, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    head = signed_in(app, "principal")
    assert "人籍不符表" not in look(head, "/desk/").words.split("还欠着的")[1].split("未上报")[0]
    comparing.compare_all(db)
    at(monkeypatch, LATER)
    home = look(head, "/desk/")
    (href,) = [one for one in home.links if one.startswith(f"/desk/ledgers/{MISMATCH}")]
    assert href.endswith("only=mine")
    shown = look(head, href)
    assert " 3 条" in shown.words, "three sit in the class and are in no 学籍"
    assert "有人无籍" in shown.words
    late = look(head, f"/desk/ledgers/{MISMATCH}?only=late")
    assert " 0 条" in late.words
    town = signed_in(app, "town")
    assert " 0 条" in look(town, href).words, "the town sees them all, and owes none"
    assert " 4 条" in look(town, f"/desk/ledgers/{MISMATCH}").words
    at(monkeypatch, MORNING + timedelta(days=15))
    head = signed_in(app, "principal")
    assert " 3 条" in look(head, f"/desk/ledgers/{MISMATCH}?only=late").words
    assert "过期 3 条" in look(head, "/desk/").words


def test_the_lists_are_compared_by_hand_and_who_may_not_cannot(
    app: Flask, db: Database, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    head = signed_in(app, "principal")
    page = look(head, f"/desk/ledgers/{XUEJI}")
    assert "现在核对" in page.words
    sent = head.post(f"/desk/ledgers/{XUEJI}/compare", data={"csrf_token": page.fields["csrf_token"]})
    assert sent.status_code == 303
    at(monkeypatch, LATER)
    page = look(head, f"/desk/ledgers/{XUEJI}")
    assert "核对好了：新的 1 条" in page.words
    assert "上次核对" in page.words
    assert "上次核对" in look(head, f"/desk/ledgers/{MISMATCH}").words, "the others are not left as of before"
    approver = signed_in(app, "approver")
    shown = look(approver, f"/desk/ledgers/{XUEJI}")
    assert "现在核对" not in shown.words
    token = {"csrf_token": shown.fields["csrf_token"]}
    assert approver.post(f"/desk/ledgers/{XUEJI}/compare", data=token).status_code == 403
    assert head.post("/desk/ledgers/work/compare", data=token).status_code in (400, 404)


def test_the_inbox_says_it_once_without_a_child_and_leads_to_what_is_owed(
    app: Flask, db: Database, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    comparing.compare_all(db)
    page = look(signed_in(app, "principal"), "/desk/inbox")
    assert page.words.count("名单核对出对不上的孩子") == 2, "a line for each sheet"
    assert "孙" not in page.words
    assert "/desk/" in page.links


def test_the_command_counts_by_sheet(app: Flask, db: Database, people: dict[str, Person]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(case_commands, "open_prepared", lambda: db)
        done = CliRunner().invoke(case_commands.compare_lists, ["--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)[MISMATCH]["new"] == 3
