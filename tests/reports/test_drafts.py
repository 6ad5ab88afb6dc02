"""Passes and drafts without any web: what they hold, how long, and who can read them."""

from base64 import urlsafe_b64decode
from datetime import timedelta

import pytest

from intake.calendar import clock
from intake.house import cells, retention, verify
from intake.house.retention import purge
from intake.reports import drafts, passes
from intake.reports.drafts import CHAT, PAGE
from intake.store import keys as key_files
from intake.store.db import Database
from intake.store.keys import Keys
from intake.web import visitors

WHO, OTHER = "wechat:0123456789abcdef0123456789abcdef", "wechat:another"
SAID = {"child_name": "王小明", "phone": "13812345678", "needs": ["寄宿", "校车"]}


def later(monkeypatch: pytest.MonkeyPatch, **span: float) -> None:
    """Let time pass."""
    real, gone = clock.here, timedelta(**span)
    monkeypatch.setattr(clock, "here", lambda pinned=None: real(pinned) + gone)


def row(db: Database) -> dict[str, object]:
    """Give the only row."""
    (found,) = db.all("SELECT * FROM drafts")
    return dict(found)


def test_a_pass_tells_whose_it_is_and_to_nobody_else(db: Database) -> None:
    token = passes.issue_pass(db, WHO, "absence")
    found = passes.read_pass(db, token)
    assert found is not None
    assert (found.reporter, found.kind) == (WHO, "absence")
    assert token.replace("-", "").replace("_", "").isalnum()
    inside = urlsafe_b64decode(token[1:] + "=" * (-(len(token) - 1) % 4))
    assert not any(
        word in inside or word in token.encode() for word in (b"wechat", b"0123456789", b"absence")
    )
    assert passes.issue_pass(db, WHO, "absence") != token


def test_a_pass_runs_out(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    token = passes.issue_pass(db, WHO)
    later(monkeypatch, minutes=29)
    assert passes.read_pass(db, token)
    later(monkeypatch, minutes=2)
    assert passes.read_pass(db, token) is None


@pytest.mark.parametrize("change", [
    lambda token: token[:-1], lambda token: "A" + token[1:],
    lambda token: token[:40] + ("C" if token[40] == "B" else "B") + token[41:],
    lambda token: "", lambda token: "孩子", lambda token: token * 4, lambda token: "x" * 100,
])  # fmt: skip
def test_a_forged_pass_is_none(db: Database, change: "object") -> None:
    assert callable(change)
    assert passes.read_pass(db, change(passes.issue_pass(db, WHO))) is None


def test_what_the_keys_have_closed_for_other_ends_is_no_pass(db: Database) -> None:
    drafts.keep_draft(db, WHO, "absence", SAID, CHAT)
    assert passes.read_pass(db, str(row(db)["answers"])) is None
    for text in ("[]", "x", "[1, 2, 3]", '["wechat:1", "", 5]', "null"):
        assert passes.read_pass(db, db.keys.lock(text, "passes.pass")) is None
    for place in (("passes.pass", 1), ("drafts.answers",)):
        token = db.keys.lock('["wechat:1", "", "2999-01-01"]', *place)
        assert passes.read_pass(db, token.rstrip("=")) is None


def test_a_pass_of_other_keys_is_none(db: Database, tmp_path: "object") -> None:
    from pathlib import Path

    assert isinstance(tmp_path, Path)
    key_files.make_keys(tmp_path / "other")
    token = Keys(tmp_path / "other").lock('["wechat:1", "", "2999-01-01"]', "passes.pass").rstrip("=")
    assert passes.read_pass(db, token) is None


def test_no_address_no_link(db: Database) -> None:
    assert passes.address(db, WHO, "absence").startswith("http://127.0.0.1:8000/forms/c/")
    house = Database(type(db.settings)(data=db.settings.data, mode="production"))
    assert passes.address(house, WHO, "absence") == ""


def test_a_draft_is_kept_encrypted_by_reporter_and_kind(db: Database) -> None:
    drafts.keep_draft(db, WHO, "boarding", SAID, PAGE)
    drafts.keep_draft(db, WHO, "absence", {"town": "石人镇"}, CHAT)
    found = drafts.find_draft(db, WHO, "boarding")
    assert found
    assert (found.answers, found.channel, found.receipt) == (SAID, PAGE, "")
    assert drafts.find_draft(db, OTHER, "boarding") is None
    assert drafts.find_draft(db, WHO, "subsidy") is None
    raw = db.settings.database.read_bytes() + db.settings.database.with_name("baoxue.db-wal").read_bytes()
    assert "王小明".encode() not in raw
    assert b"13812345678" not in raw


def test_a_draft_is_replaced_and_dropped(db: Database) -> None:
    drafts.keep_draft(db, WHO, "boarding", SAID, PAGE)
    drafts.keep_draft(db, WHO, "boarding", {"town": "石人镇"}, CHAT)
    assert row(db)["channel"] == CHAT
    drafts.drop(db, WHO, "boarding")
    assert drafts.find_draft(db, WHO, "boarding") is None


def test_what_was_sent_is_emptied_and_told_once(db: Database) -> None:
    drafts.keep_draft(db, WHO, "boarding", SAID, PAGE)
    drafts.note_sent(db, WHO, "boarding", "123456789012")
    assert (row(db)["answers"], row(db)["receipt"]) == ("", "123456789012")
    (news,) = drafts.typed(db, WHO, "2000")
    assert (news.receipt, news.answers) == ("123456789012", {})
    drafts.drop(db, WHO, "boarding")
    assert drafts.typed(db, WHO, "2000") == [news]
    drafts.note_told(db, WHO)
    drafts.note_sent(db, WHO, "boarding", "123456789012")  # a retry of the page
    assert drafts.typed(db, WHO, "2000") == []


def test_the_next_report_keeps_the_receipt_that_was_not_told_yet(db: Database) -> None:
    drafts.note_sent(db, WHO, "boarding", "123456789012")
    drafts.keep_draft(db, WHO, "boarding", SAID, PAGE)
    (news,) = drafts.typed(db, WHO, "2000")
    assert (news.receipt, news.answers) == ("123456789012", SAID)
    drafts.note_told(db, WHO)
    (news,) = drafts.typed(db, WHO, "2000")
    assert (news.receipt, news.answers) == ("", SAID)
    drafts.note_sent(db, WHO, "boarding", "210987654321")
    drafts.note_told(db, WHO)
    drafts.keep_draft(db, WHO, "boarding", SAID, PAGE)
    assert row(db)["receipt"] == ""


def test_drafts_live_for_seven_days(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    drafts.keep_draft(db, WHO, "boarding", SAID, PAGE)
    later(monkeypatch, days=6, hours=23)
    assert drafts.find_draft(db, WHO, "boarding")
    assert purge(db) == 0
    later(monkeypatch, hours=2)
    assert drafts.find_draft(db, WHO, "boarding") is None
    assert purge(db) == 1
    assert db.all("SELECT * FROM drafts") == []


def test_who_leaves_takes_the_drafts_along(db: Database) -> None:
    drafts.keep_draft(db, WHO, "boarding", SAID, PAGE)
    drafts.keep_draft(db, OTHER, "boarding", SAID, PAGE)
    retention.forget(db, WHO)
    assert row(db)["reporter"] == OTHER
    (noted,) = db.all("SELECT verb FROM audit")
    assert noted["verb"] == "chat.deleted"


def test_new_keys_close_drafts_anew(db: Database) -> None:
    drafts.keep_draft(db, WHO, "boarding", SAID, PAGE)
    drafts.note_sent(db, OTHER, "boarding", "123456789012")
    before = row(db) if len(db.all("SELECT * FROM drafts")) == 1 else db.all("SELECT * FROM drafts")[0]
    key_files.add_key(db.settings.keys)
    fresh = Database(db.settings)
    assert cells.relock(fresh) == 1
    keys = (db.settings.keys / "data.keys").read_text().split()
    (db.settings.keys / "data.keys").write_text(keys[0] + "\n")  # the old one is thrown away
    alone = Database(db.settings)
    found = drafts.find_draft(alone, WHO, "boarding")
    assert found
    assert found.answers == SAID
    assert alone.all("SELECT answers FROM drafts")[0]["answers"] != before["answers"]
    for house in (fresh, alone):
        house.close()


def test_verify_finds_a_draft_that_no_key_opens(db: Database) -> None:
    drafts.keep_draft(db, WHO, "boarding", SAID, PAGE)
    assert verify.faults(db) == []
    with db.write():
        db.run("UPDATE drafts SET answers = 'gAAAA-broken'")
    assert any("drafts.answers" in one for one in verify.faults(db))
    found = drafts.find_draft(db, WHO, "boarding")
    assert found
    assert found.answers == {}  # a lost draft keeps nobody from reporting


def test_a_browser_is_known_for_two_hours_and_its_cookie_opens_no_link(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flask import session

    import wsgi

    app = wsgi.create_app({"DATA": db.settings.data, "MODE": "demo"})
    with app.test_request_context("/"):
        assert visitors.reporter() == ""
        visitors.bind(WHO)
        assert visitors.reporter() == WHO
        held = str(session["visitor"])
        assert WHO not in held
        assert app.test_client().get(f"/forms/c/{held}").status_code == 410
        session["visitor"] = passes.issue_pass(db, OTHER)  # a link is no cookie either
        assert visitors.reporter() == ""
        session["visitor"] = held
        later(monkeypatch, minutes=119)
        assert visitors.reporter() == WHO
        later(monkeypatch, minutes=2)
        assert visitors.reporter() == ""
    app.extensions["baoxue.db"].close()
