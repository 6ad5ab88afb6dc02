"""Progress in a browser without JavaScript: what was done, corrections, taking back, and the next report."""

from datetime import timedelta

import pytest
from flask import Flask, session
from flask.testing import FlaskClient

from forms.progress import proof, status
from forms.told import signer
from intake.fields.privacy import Privacy
from intake.kinds import KINDS
from intake.kinds.envelope import Envelope
from intake.reports import door, lookup, progress
from intake.store.db import Database
from tests.hands.page import NASTY, Page, look, opened, press
from tests.hands.progress import NAME, PHONE, PROVEN, later, prove, told
from tests.hands.samples import sample


@pytest.fixture
def report(client: FlaskClient, db: Database) -> Envelope:
    """Give an absence report that was sent from the browser `client`."""
    return told(client, db, "absence", on_leave="否", whereabouts="在家", description="孩子不想去")


@pytest.fixture
def other(app: Flask) -> FlaskClient:
    """Give another browser."""
    return app.test_client()


def now(db: Database, report: Envelope) -> Envelope:
    found = lookup.report_by_id(db, report.id)
    assert found is not None
    return found


def begin(db: Database, report: Envelope) -> None:
    """Let staff take a report up."""
    with db.write():
        db.run("UPDATE reports SET status = 'taken_up' WHERE id = ?", (report.id,))


def test_what_teachers_add_is_theirs(client: FlaskClient, db: Database) -> None:
    raw = sample("absence", 1) | {
        "child_name": NAME,
        "phone": PHONE,
        "contacted": "是",
        "contact_result": "没人接",
    }
    done = door.receive(db, "absence", raw, channel="teacher")
    report = lookup.find_report(db, done.receipt)
    assert report is not None
    prove(client, report)
    for path in ("now", "correct"):
        page = opened(client, f"/forms/status/{path}")
        assert "是否已联系" not in page.words
        assert {"contacted", "contact_result", "special_group"}.isdisjoint(page.names)
    check = press(client, "/forms/status/correct", opened(client, "/forms/status/correct"), grade="五年级")
    press(client, "/forms/status/correct", check, step="send", contact_result="接了")
    assert lookup.answers_of(db, now(db, report))["contact_result"] == "没人接"
    assert "您更正了：年级" in opened(client, "/forms/status/now").words


@pytest.mark.parametrize("kind", KINDS)
def test_progress_tells_what_was_reported_without_telling_who(
    client: FlaskClient, other: FlaskClient, db: Database, kind: str
) -> None:
    report = told(client, db, kind)
    page = prove(other, report)
    form, known = lookup.schema(db, kind), lookup.answers_of(db, report)
    for key, label, value in form.told(known):
        assert label in page.words, key
        is_open = form.field(key).asked.privacy is Privacy.OPEN
        assert (value if is_open else progress.masked_answer(form, key, known)) in page.words, key
    for secret in ("id_number", "permit_number", "description", "pickup", "away_place"):
        assert known.get(secret, NAME) not in page.html
    assert NAME not in page.html
    assert PHONE not in page.html
    assert "王*明" in page.words
    assert "138********" in page.words
    assert "见系统" not in page.words
    assert "收到了您报的事" in page.words
    assert progress.next_(db, report) in page.words
    assert ("/forms/photo" in page.links) is bool(form.photos)


def test_what_was_proved_is_remembered_for_a_while(
    other: FlaskClient, db: Database, report: Envelope, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert other.get("/forms/status/now").location == "/forms/status"
    prove(other, report)
    later(monkeypatch, proof.TERM - timedelta(minutes=1))
    assert "孩子未到校" in opened(other, "/forms/status/now").words
    later(monkeypatch, proof.TERM - timedelta(minutes=1))  # each step counts anew
    assert "孩子未到校" in opened(other, "/forms/status/now").words
    later(monkeypatch, proof.TERM + timedelta(minutes=1))
    for path in ("now", "correct", "withdraw"):
        assert other.get(f"/forms/status/{path}").location == "/forms/status"


def test_the_cookie_names_neither_report_nor_child(other: FlaskClient, report: Envelope) -> None:
    prove(other, report)
    cookie = other.get_cookie("baoxue")
    assert cookie is not None
    with other.session_transaction() as kept:
        words = str(dict(kept))
    assert report.id not in words
    assert report.receipt not in words
    assert NAME not in words


def test_a_wrong_proof_opens_nothing(other: FlaskClient, report: Envelope) -> None:
    assert look(other, report.receipt, "9999", NAME).status == 422
    for path in ("now", "correct", "withdraw"):
        assert other.get(f"/forms/status/{path}").location == "/forms/status"
    assert other.post("/forms/status/withdraw").location == "/forms/status"


def test_the_receipt_of_this_browser_needs_no_proof_that_of_another_does(
    app: Flask, client: FlaskClient, other: FlaskClient, report: Envelope
) -> None:
    with app.test_request_context():
        token = signer().dumps(report.receipt)
    for browser, enough in ((client, True), (other, False)):
        page = opened(browser, "/forms/status")
        answer = browser.post("/forms/status", data=page.fields | {"token": token})
        assert (answer.status_code, answer.location) == (
            (303, "/forms/status/now") if enough else (422, None)
        )
    made_up = client.post(
        "/forms/status", data=opened(client, "/forms/status").fields | {"token": token + "x"}
    )
    assert made_up.status_code == 422


def test_a_correction_is_read_back_and_kept_with_what_was_before(
    other: FlaskClient, db: Database, report: Envelope
) -> None:
    prove(other, report)
    page = opened(other, "/forms/status/correct")
    assert not [
        value
        for key, value in page.fields.items()
        if value and key not in ("csrf_token", "receipt", "version")
    ]
    assert "现在是：王*明" in page.words
    assert "只填要改的，其他不动" in page.words
    assert NAME not in page.html
    assert page.controls <= page.labels | {f"{key}-day" for key in page.names}
    check = press(other, "/forms/status/correct", page, child_name="王晓明", grade="五年级")
    assert check.status == 200
    for words in ("原来：王*明", "改成：王晓明", "改成：五年级"):
        assert words in check.words
    assert now(db, report).version == 1
    done = press(other, "/forms/status/correct", check, step="send")
    assert "改好了" in done.words
    assert "您更正了：姓名、年级" in done.words
    row = now(db, report)
    answers = lookup.answers_of(db, row)
    assert (row.version, answers["child_name"], answers["grade"]) == (2, "王晓明", "五年级")
    assert answers["whereabouts"] == "在家"
    (version,) = db.all("SELECT * FROM versions")
    assert (version["reason"], version["changed_by"][:4]) == ("报告人更正", "web:")
    assert db.one("SELECT 1 FROM audit WHERE verb = 'report.amended' AND detail = 'child_name grade'")


def test_an_answer_that_hangs_on_another_is_corrected_alone(
    client: FlaskClient, db: Database, report: Envelope
) -> None:
    prove(client, report)
    check = press(
        client, "/forms/status/correct", opened(client, "/forms/status/correct"), whereabouts="在姥姥家"
    )
    assert "改成：在姥姥家" in check.words
    press(client, "/forms/status/correct", check, step="send")
    assert lookup.answers_of(db, now(db, report))["whereabouts"] == "在姥姥家"


def test_a_correction_says_what_it_makes_needless(
    client: FlaskClient, db: Database, report: Envelope
) -> None:
    prove(client, report)
    check = press(client, "/forms/status/correct", opened(client, "/forms/status/correct"), on_leave="是")
    assert "孩子现在在哪里" in check.words
    assert "改成：不要了" in check.words
    assert "已经记下请假" in press(client, "/forms/status/correct", check, step="send").words
    assert "whereabouts" not in lookup.answers_of(db, now(db, report))


def test_a_faulty_correction_keeps_what_was_typed(
    client: FlaskClient, db: Database, report: Envelope
) -> None:
    prove(client, report)
    page = opened(client, "/forms/status/correct")
    wrong = press(client, "/forms/status/correct", page, phone="12", child_name=NASTY, grade="五年级")
    assert wrong.status == 422
    assert {"#phone", "#child_name"} == {link for link in wrong.links if link.startswith("#")}
    assert (wrong.fields["phone"], wrong.fields["child_name"]) == ("12", NASTY)
    nothing = press(client, "/forms/status/correct", page)
    assert nothing.status == 422
    assert status.NOTHING in nothing.words
    back = press(
        client,
        "/forms/status/correct",
        press(client, "/forms/status/correct", page, phone="13900001111"),
        step="edit",
    )
    assert back.fields["phone"] == "13900001111"
    assert now(db, report).version == 1


def test_an_expired_proof_or_page_loses_no_correction(
    app: Flask, client: FlaskClient, db: Database, report: Envelope
) -> None:
    prove(client, report)
    page = opened(client, "/forms/status/correct")
    page.fields["csrf_token"] = "made-up"
    again = press(client, "/forms/status/correct", page, guardian_name="李红")
    assert again.status == 400
    assert again.fields["guardian_name"] == "李红"
    fresh = app.test_client()  # the browser was closed meanwhile
    asked = press(fresh, "/forms/status/correct", again)
    assert asked.status == 403
    assert status.ONCE_MORE in asked.words
    assert "李红" not in asked.html
    check = press(fresh, "/forms/status", asked, **PROVEN)
    assert "改成：李红" in check.words
    assert "改好了" in press(fresh, "/forms/status/correct", check, step="send").words
    assert lookup.answers_of(db, now(db, report))["guardian_name"] == "李红"


def test_a_correction_is_never_put_to_another_report(
    app: Flask, client: FlaskClient, db: Database, report: Envelope
) -> None:
    second = told(client, db, "absence")
    prove(client, report)
    page = opened(client, "/forms/status/correct")
    asked = press(app.test_client(), "/forms/status/correct", page, guardian_name="李红")
    browser = app.test_client()
    token = opened(browser, "/forms/status").fields["csrf_token"]
    landed = press(browser, "/forms/status", asked, **PROVEN, receipt=second.receipt, csrf_token=token)
    assert landed.status == 200
    assert "请您核对" not in landed.words
    assert now(db, second).version == 1


def test_of_two_corrections_at_once_the_second_sees_the_first(
    client: FlaskClient, other: FlaskClient, db: Database, report: Envelope
) -> None:
    pages = []
    for browser, grade in ((client, "四年级"), (other, "五年级")):
        prove(browser, report)
        page = opened(browser, "/forms/status/correct")
        pages.append(press(browser, "/forms/status/correct", page, grade=grade))
    assert "改好了" in press(client, "/forms/status/correct", pages[0], step="send").words
    late = press(other, "/forms/status/correct", pages[1], step="send")
    assert late.status == 409
    assert status.CHANGED in late.words
    assert "现在是：四年级" in late.words
    assert lookup.answers_of(db, now(db, report))["grade"] == "四年级"
    check = press(other, "/forms/status/correct", late)
    press(other, "/forms/status/correct", check, step="send")
    assert lookup.answers_of(db, now(db, report))["grade"] == "五年级"


def test_a_correction_sent_twice_is_done_once(client: FlaskClient, db: Database, report: Envelope) -> None:
    prove(client, report)
    check = press(client, "/forms/status/correct", opened(client, "/forms/status/correct"), class_name="9班")
    for _ in range(2):
        assert press(client, "/forms/status/correct", check, step="send").status == 200
    assert now(db, report).version == 2


def test_withdrawing_asks_first_and_is_done_once(client: FlaskClient, db: Database, report: Envelope) -> None:
    prove(client, report)
    page = opened(client, "/forms/status/withdraw")
    assert "真的要撤回吗" in page.words
    assert now(db, report).status.word == "线索"
    for _ in range(2):
        done = press(client, "/forms/status/withdraw", page)
        assert done.status == 200
        assert "已经撤回" in done.words
    assert (now(db, report).withdrawn, now(db, report).version) == (True, 2)
    assert len(db.all("SELECT 1 FROM audit WHERE verb = 'report.withdrawn'")) == 1
    page = opened(client, "/forms/status/now")
    assert "按您的要求撤回了" in page.words
    assert {"/forms/status/correct", "/forms/status/withdraw"}.isdisjoint(page.links)
    assert Page(client.get("/forms/status/correct")).status == 409


def test_a_withdrawal_without_a_good_token_asks_again(
    client: FlaskClient, db: Database, report: Envelope
) -> None:
    prove(client, report)
    page = Page(client.post("/forms/status/withdraw", data={"csrf_token": "made-up"}))
    assert page.status == 400
    assert now(db, report).status.word == "线索"
    assert "已经撤回" in press(client, "/forms/status/withdraw", page).words


def test_what_staff_have_begun_is_no_longer_changed_here(
    client: FlaskClient, db: Database, report: Envelope
) -> None:
    prove(client, report)
    correct, withdraw = (opened(client, f"/forms/status/{one}") for one in ("correct", "withdraw"))
    check = press(client, "/forms/status/correct", correct, class_name="9班")
    begin(db, report)
    for path, page, more in (("correct", check, {"step": "send"}), ("withdraw", withdraw, {})):
        late = press(client, f"/forms/status/{path}", page, **more)
        assert late.status == 409
        assert "已经有人在办了" in late.words
        assert Page(client.get(f"/forms/status/{path}")).status == 409
    page = opened(client, "/forms/status/now")
    assert "正在处理" in page.words
    assert {"/forms/status/correct", "/forms/status/withdraw"}.isdisjoint(page.links)
    assert now(db, report).version == 1


def test_a_safety_report_is_neither_corrected_nor_taken_back_here(client: FlaskClient, db: Database) -> None:
    report = told(client, db, "safety")
    page = prove(client, report)
    assert "不能在这里改或撤回" in page.words
    assert "教育局" in page.words
    assert {"/forms/status/correct", "/forms/status/withdraw"}.isdisjoint(page.links)
    token = page.fields["csrf_token"]
    assert client.post("/forms/status/withdraw", data={"csrf_token": token}).status_code == 409
    assert now(db, report).status.word == "待处理"


def again(app: Flask, client: FlaskClient) -> dict[str, str]:
    """Give what the next form would be filled in with."""
    with client.session_transaction() as kept:
        values = dict(kept)
    with app.test_request_context():
        session.update(values)
        return proof.again()


def test_the_next_report_begins_with_what_this_one_told(
    app: Flask, client: FlaskClient, db: Database, report: Envelope, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert again(app, client) == {}
    page = prove(client, report)
    answer = client.post("/forms/status/again", data={"csrf_token": page.fields["csrf_token"]})
    assert (answer.status_code, answer.location) == (303, "/")
    found, known = again(app, client), sample("absence", 1)
    assert (found["child_name"], found["phone"]) == (NAME, PHONE)
    assert found["relation"] == known["relation"]
    assert not found["town"].isdigit()
    assert {"id_number", "last_seen", "reason", "description"}.isdisjoint(found)
    later(monkeypatch, proof.AGAIN + timedelta(minutes=1))
    assert again(app, client) == {}


def test_by_the_receipt_the_next_report_begins_at_once(
    app: Flask, client: FlaskClient, report: Envelope
) -> None:
    with app.test_request_context():
        token = signer().dumps(report.receipt)
    sent = {"csrf_token": opened(client, "/forms/status").fields["csrf_token"], "token": token}
    assert client.post("/forms/status/again", data=sent).location == "/"
    assert again(app, client)["phone"] == PHONE
    other = app.test_client()
    sent["csrf_token"] = opened(other, "/forms/status").fields["csrf_token"]
    assert other.post("/forms/status/again", data=sent).location == "/forms/status"
    assert again(app, other) == {}


def test_three_facts_open_no_phone_number(app: Flask, other: FlaskClient, report: Envelope) -> None:
    page = prove(other, report)
    other.post("/forms/status/again", data={"csrf_token": page.fields["csrf_token"]})
    found = again(app, other)
    assert found["child_name"] == NAME
    assert {"phone", "id_number", "village", "guardian_name", "birth_date"}.isdisjoint(found)
