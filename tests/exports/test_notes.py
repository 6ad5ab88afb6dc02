"""原因说明: what a reason means and what helps, read where the reason stands and written by the bureau, each version kept."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from intake.cases.advice import reason_notes
from intake.codes import codes
from intake.store.db import Database
from tests.hands.casework import MORNING, Casework, casework, report
from tests.hands.classroom import at
from tests.hands.page import NASTY, Page, opened


@pytest.fixture
def work(app: Flask, db: Database, monkeypatch: pytest.MonkeyPatch) -> Casework:
    at(monkeypatch, MORNING)
    return casework(app, db)


def write(client: FlaskClient, code: str, words: str, seen: str | None = None) -> Page:
    page = opened(client, "/desk/notes")
    told = {"csrf_token": page.fields["csrf_token"], "words": words, "seen": seen or ""}
    return Page(client.post(f"/desk/notes/{code}", data=told, follow_redirects=True))


def test_each_reason_has_words_from_the_start(db: Database) -> None:
    notes = reason_notes.reason_notes(db)
    assert [one.reason for one in notes] == [one.label for one in codes("absence_reason", db.today())]
    for one in notes:
        assert [line[:4] for line in one.words.splitlines()] == ["是什么：", "怎么帮：", "先做：1"]
        assert len(one.words) <= reason_notes.LONGEST


@pytest.mark.parametrize("said", ["他就是厌学", "因病", "家里没人管"])
def test_the_case_says_what_helps_with_its_reason(work: Casework, said: str) -> None:
    reason = {"他就是厌学": "厌学", "因病": "因病", "家里没人管": "监护缺失"}[said]
    case = report(work.db, work.room.children["李红"], child_name="李红", reason=reason, reporter="web:x")
    words = opened(work.browser("officer"), f"/desk/cases/{case.number}").words
    (note,) = reason_notes.notes_of_reasons(work.db, {reason})
    assert "这个原因怎么帮" in words
    assert all(line in words for line in note.words.splitlines())
    other = next(one for one in reason_notes.reason_notes(work.db) if one.reason not in (reason, "其他"))
    assert other.words.splitlines()[0] not in words


def test_the_bureau_writes_and_each_version_is_kept(work: Casework) -> None:
    officer, db = work.browser("officer"), work.db
    first = write(officer, "1", "先听孩子说。\r\n\r\n 再家访。 ")
    assert "存好了" in first.words
    assert "再家访。" in opened(work.browser("town"), "/desk/notes").words
    newest = reason_notes.reason_notes(db)[0]
    assert newest.words == "先听孩子说。\n再家访。"
    assert "存好了" in write(officer, "1", "改过的。", newest.version).words
    assert [row["words"] for row in db.all("SELECT words FROM reason_notes ORDER BY id")] == [
        newest.words,
        "改过的。",
    ]
    rows = db.all("SELECT subject, detail FROM audit WHERE verb = 'reason_note.written' ORDER BY id")
    assert [row["subject"] for row in rows] == ["1", "1"]
    assert not any("孩子" in row["detail"] for row in rows)


def test_what_cannot_be_kept_stays_where_it_was_typed(work: Casework) -> None:
    officer, db = work.browser("officer"), work.db
    for words, told in (
        ("", "请写几句"),
        ("长" * (reason_notes.LONGEST + 1), "太长了，最多 600 个字，现在有 601 个"),
    ):
        page = write(officer, "2", words)
        assert (page.status, told in page.words) == (422, True)
        assert {"words2-wrong"} <= page.ids & page.invalid
        assert words in page.html
    assert "存好了" in write(officer, "2", "先到的。").words
    late = write(officer, "2", "后到的。")
    assert late.status == 409
    assert "刚才有人改过" in late.words
    assert "后到的。" in late.html
    assert reason_notes.reason_notes(db)[1].words == "先到的。"


def test_words_are_words_and_no_markup(work: Casework) -> None:
    officer = work.browser("officer")
    write(officer, "1", NASTY)
    case = report(work.db, work.room.children["李红"], child_name="李红", reason="厌学", reporter="web:y")
    for path in ("/desk/notes", f"/desk/cases/{case.number}", "/desk/cases/new/absence"):
        html = officer.get(path).get_data(as_text=True)
        assert NASTY not in html
        assert "<script>alert" not in html


def test_who_may_only_read_has_no_form(work: Casework) -> None:
    for login in ("town", "principal", "auditor"):
        page = opened(work.browser(login), "/desk/notes")
        assert "怎么帮：" in page.words
        assert "words" not in page.names
