"""Documents of a case, and the family's conversation on its page."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from intake.people.scope import Scope
from intake.store.db import Database
from intake.talks import calls
from tests.hands.casework import CHILD, DAY, GRANDMOTHER, MORNING, PHONE, Casework, casework, report
from tests.hands.classroom import at
from tests.hands.page import Page, opened

PERSUADED = {"day": "2026-11-26", "way": "家访", "people": "李老师", "whom": "奶奶", "words": "劝了，没用",
             "result": "没有答应", "next_on": "2026-12-01"}  # fmt: skip
NUMBER = "220605199001011234"


@pytest.fixture
def work(app: Flask, db: Database, monkeypatch: pytest.MonkeyPatch) -> Casework:
    at(monkeypatch, MORNING)
    return casework(app, db)


def letter_of(work: Casework, client: FlaskClient, document: str) -> str:
    """Issue a document; give its address."""
    assert work.send(client, "letter", document=document, words="").status_code == 303
    return next(one for one in opened(client, work.path).links if "/letters/" in one)


def test_a_report_in_writing_is_numbered_and_shows_its_values_on_record(
    work: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, MORNING + 3 * DAY)
    work.act("three_days", "clock")
    work.act("persuasion", "teacher", **PERSUADED)
    principal = work.browser("principal")
    address = letter_of(work, principal, "书面报告")
    page = opened(principal, address)
    for words in (
        "220605-2026-0001",
        CHILD,
        GRANDMOTHER,
        PHONE,
        "第二十八条",
        "李老师",
        "劝了，没用",
        "校长（签名）",
    ):
        assert words in page.words, words
    assert CHILD not in page.html.partition("</title>")[0]
    assert "<style" not in page.html
    assert "style=" not in page.html
    assert not page.tags & {"script"}
    case = opened(principal, work.path)
    assert "principal同志 看了文书" in case.words
    row = work.db.one("SELECT detail FROM audit WHERE verb = 'case.looked'")
    assert row
    assert row["detail"].endswith("print")
    assert work.browser("neighbour").get(address).status_code == 404
    assert work.browser("auditor").get(address).status_code == 403
    assert principal.get(f"{address}x").status_code == 404


@pytest.mark.parametrize("document", ["派出所登记单", "民政登记单"])
def test_another_office_gets_name_address_guardian_and_telephone_alone(work: Casework, document: str) -> None:
    town = work.browser("town")
    page = opened(town, letter_of(work, town, document))
    heads = re.findall(r'<th scope="row">([^<]*)</th>', page.html)
    assert heads == ["姓名", "住址", "监护人", "电话"]
    for words in (CHILD, GRANDMOTHER, PHONE):
        assert words in page.words


def test_an_order_has_its_slip_of_delivery(work: Casework, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, MORNING + 3 * DAY)
    work.act("three_days", "clock")
    work.act("persuasion", "teacher", **PERSUADED)
    town = work.browser("town")
    address = letter_of(work, town, "限期复学通知书")
    assert "第五十八条" in opened(town, address).words
    assert "还没有送达" in opened(town, work.path).words
    form = opened(town, f"{work.path}?do=served")
    letter = address.rpartition("/")[2]
    assert f'value="{letter}"' in form.html
    said = {"letter": letter, "day": "2026-11-26", "people": "于洪", "witness": "王主任", "how": "拒签"}
    assert work.send(town, "served", form, **said).status_code == 303
    slip = opened(town, address).words.partition("送达回证")[2]
    for words in ("于洪", "王主任", "拒签", "2026-11-26"):
        assert words in slip, words
    again = Page(work.send(town, "served", form, **said | {"token": "another"}))
    assert again.status == 422
    assert "没有这份文书，或者已经记过送达" in again.words


def test_an_answer_that_does_not_arrive_is_a_call_on_the_case(work: Casework) -> None:
    theirs = report(work.db, work.room.children[CHILD], reporter="wechat:oGrandmother", channel="wechat")
    assert theirs.number == work.number
    officer = work.browser("officer")
    page = opened(officer, f"{work.path}?talk=1")
    sent = {"csrf_token": page.fields["csrf_token"], "thread": page.fields["thread"]}
    forms = re.findall(r'action="[^"]*/answer">.*?name="seen" value="([^"]*)"', page.html, re.DOTALL)
    sent["seen"] = forms[0]
    empty = Page(officer.post(f"{work.path}/answer", data=sent | {"text": " "}))
    assert empty.status == 422
    assert officer.post(f"{work.path}/answer", data=sent | {"text": "明天去您家"}).status_code == 303
    (call,) = calls.calls_waiting(work.db, Scope("220605"))
    page = opened(officer, work.path)
    assert "要打电话" in page.words
    assert f"/desk/calls/{call['id']}" in page.links
    again = Page(officer.post(f"{work.path}/answer", data=sent | {"text": "再说一遍"}))
    assert again.status == 409
    assert "再说一遍" in again.fields["text"]
    assert "回复家长" not in opened(work.browser("town"), f"{work.path}?talk=1").words


@pytest.mark.parametrize("document", ["书面报告", "因病残等缓学休学记录", "劝返情况记录", "派出所登记单"])
def test_no_paper_tells_of_who_asked_to_stay_unnamed_whoever_prints_it(
    work: Casework, monkeypatch: pytest.MonkeyPatch, document: str
) -> None:
    with work.db.write():
        work.db.run("UPDATE reports SET confidential = 1")
    at(monkeypatch, MORNING + 3 * DAY)
    work.act("three_days", "clock")
    work.act("persuasion", "teacher", **PERSUADED)
    officer = work.browser("officer")
    page = opened(officer, letter_of(work, officer, document))
    assert CHILD in page.words
    for told in (GRANDMOTHER, PHONE):
        assert told not in page.words, told
