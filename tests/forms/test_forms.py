"""The pages as a browser without JavaScript sees them: every kind, good, bad and sent twice."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from intake.kinds import KINDS
from intake.kinds.envelope import Envelope
from intake.reports import lookup, notice, promises, receipts
from intake.store.db import Database
from tests.hands.page import NASTY, Page, count, filled, look, opened, public, send


def compressed(client: FlaskClient, path: str) -> bytes:
    """Fetch something as it goes over the wire."""
    with client.get(path, headers={"Accept-Encoding": "gzip, deflate"}) as response:
        return response.get_data()


def told_nothing(addresses: Iterable[str], answers: Mapping[str, str | list[str]]) -> None:
    """Check that no address holds an answer (single characters occur in anything)."""
    values = [one for value in answers.values() for one in ([value] if isinstance(value, str) else value)]
    for address in map(unquote, addresses):
        # A short number may stand in any signature by chance.
        telling = [value for value in values if len(value) > 4 or (len(value) > 1 and not value.isascii())]
        assert not [value for value in telling if value in address]


def test_start_leads_to_every_kind_and_to_progress(client: FlaskClient) -> None:
    page = opened(client, "/")
    for kind in KINDS.values():
        assert f"/forms/{kind.kind}" in page.links
        assert kind.title in page.words
        assert kind.about in page.words
    assert {"/forms/status", "/desk/"} <= set(page.links)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", range(6))
def test_a_filled_form_becomes_a_report_and_a_receipt(
    client: FlaskClient, db: Database, kind: str, n: int
) -> None:
    answers = public(kind, n)
    response = send(client, kind, answers)
    assert response.status_code == 303
    told_nothing([response.location], answers)
    row = db.one("SELECT * FROM reports")
    assert row is not None
    assert (row["kind"], row["channel"]) == (kind, "form")
    assert row["reporter"].startswith("web:")
    # Danger asks nobody first.
    assert row["consent"].startswith(notice.VERSION) if not KINDS[kind].urgent else row["consent"] == ""
    assert lookup.answers_of(db, Envelope.of(row)) == lookup.schema(db, kind).accept(answers, "form")
    page = opened(client, response.location)
    assert receipts.show_receipt(row["receipt"]) in page.words
    assert KINDS[kind].title in page.words
    assert promises.promise_of(db, Envelope.of(row)) in page.words
    assert "/forms/status" in page.links
    told_nothing(page.links, answers)


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_form_says_at_every_field_what_is_missing(
    client: FlaskClient, db: Database, kind: str
) -> None:
    page = Page(send(client, kind, {}))
    needed = {key for key, one in KINDS[kind].answers().items() if one.required and not one.asked.when}
    needed -= lookup.schema(db, kind).excused("form", {})
    assert page.status == 422
    assert {f"#{key}" for key in needed} == {link for link in page.links if link.startswith("#")}
    assert {f"{key}-wrong" for key in needed} <= page.ids & page.invalid
    assert needed <= page.ids
    assert page.html.index('role="alert"') < page.html.index("<form")
    assert count(db) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_typed_is_kept(client: FlaskClient, kind: str) -> None:
    answers = public(kind, 3) | {"phone": "12345", "child_name": "妈妈"}
    page = Page(send(client, kind, answers))
    assert page.status == 422
    assert {link for link in page.links if link.startswith("#")} == {"#phone", "#child_name"}
    for key, value in answers.items():
        kept = [one for one in page.fields.getlist(key) if one]  # a day has chips and a date
        assert kept == (value if isinstance(value, list) else [value]), key
    answers |= {"phone": "13800001234", "child_name": "王小明"}
    assert client.post(f"/forms/{kind}", data=filled(page, answers)).status_code == 303


def test_details_are_open_where_something_was_typed(client: FlaskClient) -> None:
    closed = Page(send(client, "absence", {}))
    held = Page(send(client, "absence", {"guardian_name": "王建国"}))
    assert held.open_details == closed.open_details + 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_page_sent_twice_is_one_report(client: FlaskClient, db: Database, kind: str) -> None:
    sent = filled(opened(client, f"/forms/{kind}"), public(kind, 1))
    first, second = (client.post(f"/forms/{kind}", data=sent) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert count(db) == 1


def test_the_same_page_sent_at_once_is_one_report(app: Flask, client: FlaskClient, db: Database) -> None:
    sent = filled(opened(client, "/forms/boarding"), public("boarding", 2))
    cookie = client.get_cookie("baoxue")
    assert cookie is not None

    def press() -> str:
        other = app.test_client()
        other.set_cookie("baoxue", cookie.value)
        return str(other.post("/forms/boarding", data=sent).location)

    with ThreadPoolExecutor(8) as pool:
        answers = {one.result() for one in [pool.submit(press) for _ in range(16)]}
    assert len(answers) == 1
    assert "/forms/receipt/" in answers.pop()
    assert count(db) == 1


def test_going_back_and_changing_something_asks_before_a_second_report(
    client: FlaskClient, db: Database
) -> None:
    before = opened(client, "/forms/absence")
    answers = public("absence", 1)
    client.post("/forms/absence", data=filled(before, answers))
    changed = answers | {"child_name": "李思涵"}
    page = Page(client.post("/forms/absence", data=filled(before, changed)))
    row = db.one("SELECT receipt FROM reports")
    assert row is not None
    assert page.status == 409
    assert f"您刚才已经提交过一份，回执号是 {receipts.show_receipt(row['receipt'])}。" in page.words
    assert page.fields["child_name"] == "李思涵"
    assert page.fields["idempotency_key"] != before.fields["idempotency_key"]
    told_nothing(page.links, changed)
    assert client.post("/forms/absence", data=page.fields).status_code == 303
    assert count(db) == 2


def test_consent_is_asked_first_recorded_and_not_asked_again(client: FlaskClient, db: Database) -> None:
    page = opened(client, "/forms/boarding")
    assert page.html.index('name="consent"') < page.html.index('name="child_name"')
    for _, sentence in notice.paragraphs(db.settings):
        assert sentence in page.words
    missing = Page(client.post("/forms/boarding", data=filled(page, {}, consent="")))
    assert missing.status == 422
    assert {"#consent", "#child_name", "#phone"} <= set(missing.links)
    assert count(db, "consents") == 0
    faulty = Page(client.post("/forms/boarding", data=filled(page, {})))
    assert faulty.status == 422
    assert "consent" not in faulty.ids
    assert "consent" not in opened(client, "/forms/safety").ids
    row = db.one("SELECT notice, agreed, reporter FROM consents")
    assert row is not None
    assert (row["notice"], row["agreed"]) == (notice.VERSION, 1)
    assert send(client, "boarding", public("boarding", 0)).status_code == 303
    assert count(db, "consents") == 1


def test_a_newer_notice_is_asked_again(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    send(client, "boarding", public("boarding", 0))
    monkeypatch.setattr(notice, "VERSION", "2999-01")
    assert "consent" not in opened(client, "/forms/boarding").ids, "an older one that says the same stands"
    monkeypatch.setattr(notice, "STANDING", frozenset({"2999-01"}))
    assert "consent" in opened(client, "/forms/boarding").ids


def test_refusing_costs_nothing(client: FlaskClient, db: Database) -> None:
    before = opened(client, "/forms/subsidy")
    page = Page(client.post("/forms/subsidy", data=filled(before, public("subsidy", 0), consent="refuse")))
    assert page.status == 200
    assert "不同意不影响孩子上学" in page.words
    assert notice.contact(db.settings) in page.words
    assert count(db) == 0
    row = db.one("SELECT agreed FROM consents")
    assert row is not None
    assert row["agreed"] == 0
    assert "consent" in opened(client, "/forms/subsidy").names


def test_a_question_with_a_condition_says_so_and_is_dropped_where_irrelevant(
    client: FlaskClient, db: Database
) -> None:
    assert "如果“凭什么入学”选了“有居住证”，请填" in opened(client, "/forms/enrollment").words
    for basis, kept in (("户籍", None), ("居住证", "220600001234")):
        answers = public("enrollment", 1) | {"basis": basis, "permit_number": "2206 0000 1234"}
        assert send(client, "enrollment", answers).status_code == 303
        row = db.one("SELECT * FROM reports ORDER BY id DESC LIMIT 1")
        assert row is not None
        assert lookup.answers_of(db, Envelope.of(row)).get("permit_number") == kept


def test_what_only_teachers_are_asked_is_neither_shown_nor_taken(client: FlaskClient, db: Database) -> None:
    page = opened(client, "/forms/absence")
    assert "contacted" not in page.names
    sent = filled(page, public("absence", 0))
    sent["contacted"] = "是"
    sent["status"] = "已销号"
    assert client.post("/forms/absence", data=sent).status_code == 303
    row = db.one("SELECT * FROM reports")
    assert row is not None
    assert "contacted" not in lookup.answers_of(db, Envelope.of(row))


@pytest.mark.parametrize("token", ["", "made-up", None])
def test_an_expired_page_loses_nothing(
    app: Flask, client: FlaskClient, db: Database, token: str | None
) -> None:
    answers = public("enrollment", 0)
    sent = filled(opened(client, "/forms/enrollment"), answers)
    if token is None:
        client = app.test_client()  # the token is right, but the browser has lost its session
    else:
        sent["csrf_token"] = token
    page = Page(client.post("/forms/enrollment", data=sent))
    assert page.status == 400
    assert "请再按一次“提交”" in page.words
    assert count(db) == 0
    assert client.post("/forms/enrollment", data=page.fields).status_code == 303


def test_typed_markup_stays_text(client: FlaskClient, db: Database) -> None:
    answers = public("safety", 0) | {"description": NASTY, "place": NASTY, "phone": NASTY}
    page = Page(send(client, "safety", answers))
    assert page.status == 422
    assert len(page.sources) == 5
    assert [page.fields[key] for key in ("description", "place", "phone")] == [NASTY] * 3
    assert NASTY not in page.html


@pytest.mark.parametrize("path", ["/forms/nothing", "/forms/receipt/made-up", "/forms/Safety", "/nowhere"])
def test_what_is_not_there_is_a_page_in_chinese(client: FlaskClient, path: str) -> None:
    page = Page(client.get(path))
    assert page.status == 404
    assert "没有找到这一页" in page.words


def test_an_unknown_kind_takes_nothing(client: FlaskClient) -> None:
    assert client.post("/forms/nothing", data={}).status_code == 404


@pytest.mark.parametrize("path", ["/", "/forms/status", *(f"/forms/{kind}" for kind in KINDS)])
def test_pages_are_small_plain_and_labelled(client: FlaskClient, path: str) -> None:
    page = opened(client, path)
    assert len(page.sources) == 5
    wire = sum(len(compressed(client, one)) for one in (path, *page.sources))
    assert wire <= (25 if path == "/" else 30) * 1024
    assert {"style", "iframe", "img"}.isdisjoint(page.tags)
    assert not [name for name in page.attributes if name == "style" or name.startswith("on")]
    assert all(
        link.startswith(("/", "#", "data:,", "tel:")) and not link.startswith("//") for link in page.links
    )
    assert page.controls <= page.labels
    assert page.described <= page.ids
    assert 'lang="zh-CN"' in page.html
    assert "演示系统" in page.words


def test_only_an_empty_form_may_be_kept_by_the_browser(client: FlaskClient) -> None:
    assert client.get("/forms/safety").headers["Cache-Control"] == "private, no-cache"
    assert send(client, "safety", {}).headers["Cache-Control"] == "no-store"


def test_urgent_advice_comes_first(client: FlaskClient) -> None:
    page = opened(client, "/forms/safety")
    urgent = KINDS["safety"].urgent
    assert urgent in page.words
    assert page.html.index(urgent[:8]) < page.html.index("<form")
    assert {"tel:110", "tel:120", "tel:12355"} <= {*page.links}


@pytest.fixture
def reported(client: FlaskClient, db: Database) -> str:
    """Give the receipt of a report about 王小明 with a phone ending in 1234."""
    send(client, "absence", public("absence", 1) | {"child_name": "王小明", "phone": "13800001234"})
    row = db.one("SELECT receipt FROM reports")
    assert row is not None
    return str(row["receipt"])


def test_progress_is_told_to_who_knows_three_things(client: FlaskClient, reported: str) -> None:
    assert opened(client, f"/forms/status?receipt={reported}").fields["receipt"] == reported
    for receipt in (reported, receipts.show_receipt(reported), "-".join(reported)):
        page = look(client, receipt, "１２３４", " 王小明 ")
        assert page.status == 200
        assert "已经收到，等待核实" in page.words
        assert "王小明" not in page.words


@pytest.mark.parametrize(
    ("receipt", "last_four", "child_name"),
    [("", "1234", "王小明"), ("123456789012", "1234", "王小明"), (None, "1235", "王小明"), (None, "1234", "李小明"),
     (None, "", ""), (None, "34", "王小明"), (NASTY, NASTY, NASTY)],
)  # fmt: skip
def test_a_wrong_proof_does_not_tell_what_was_wrong(
    client: FlaskClient, reported: str, receipt: str | None, last_four: str, child_name: str
) -> None:
    page = look(client, reported if receipt is None else receipt, last_four, child_name)
    assert page.status == 422
    assert "没有查到。请核对回执号、电话后四位和孩子姓名" in page.words
    assert "孩子未到校" not in page.words
    assert page.fields["child_name"] == child_name


def test_guessing_is_stopped(client: FlaskClient, reported: str) -> None:
    for guess in range(5):
        assert look(client, reported, f"000{guess}", "王小明").status == 422
    page = look(client, reported, "1234", "王小明")
    assert page.status == 429
    assert "请过 10 秒再试" in page.words
    assert (page.fields["receipt"], page.fields["child_name"]) == (reported, "王小明")


def test_an_expired_status_page_keeps_what_was_typed(client: FlaskClient, reported: str) -> None:
    proof = {"receipt": reported, "last_four": "1234", "child_name": "王小明"}
    page = Page(client.post("/forms/status", data=proof))
    assert page.status == 400
    assert Page(client.post("/forms/status", data=page.fields)).status == 200
