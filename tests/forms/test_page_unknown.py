"""不知道 on pages and in 代填: whoever does not know leaves it open, 待核实, and has a word to look the report up by."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from intake.kinds import KINDS
from intake.kinds.envelope import Envelope
from intake.reports import lookup
from intake.store.db import Database
from tests.hands.page import filled, look, opened, public, send
from tests.hands.samples import sample

NOT_KNOWN, NEIGHBOUR = "不知道", "邻居/其他"


def report_of(db: Database) -> Envelope:
    (row,) = db.all("SELECT * FROM reports ORDER BY id DESC LIMIT 1")
    return Envelope.of(row)


def knows_nothing(kind: str) -> dict[str, str | list[str]]:
    """Give what a neighbour sends who knows nothing at all."""
    keys = [key for key, one in KINDS[kind].answers().items() if one.required and not one.asked.when]
    found: dict[str, str | list[str]] = dict.fromkeys(keys, NOT_KNOWN)
    return found | {"relation": NEIGHBOUR}


@pytest.mark.parametrize("kind", KINDS)
def test_who_knows_nothing_but_that_it_is_so_gets_a_receipt_and_a_word(
    client: FlaskClient, db: Database, kind: str
) -> None:
    response = send(client, kind, knows_nothing(kind))
    assert response.status_code == 303
    report, form = report_of(db), lookup.schema(db, kind)
    known = lookup.answers_of(db, report)
    assert {"child_name", "town", "phone"} <= {*form.unverified(known)}
    assert NOT_KNOWN not in known.values()
    receipt = opened(client, response.location)
    word = lookup.word_of_report(db, report)
    assert re.fullmatch(r"\d{6}", word)
    assert f"{word[:3]} {word[3:]}" in receipt.words
    stranger = client.application.test_client()
    assert look(stranger, report.receipt, "0000", "").status == 422
    assert look(stranger, report.receipt, "", "").status == 422
    page = look(stranger, report.receipt, f"{word[:3]} {word[3:]}", "")
    assert page.status == 200
    assert "待核实" in page.words


@pytest.mark.parametrize("kind", KINDS)
def test_not_knowing_can_be_ticked_without_scripts(client: FlaskClient, kind: str) -> None:
    page = opened(client, f"/forms/{kind}")
    must = {*re.findall(r'data-q="([a-z_]+)" data-must', page.html)}
    assert must >= {"phone"}
    for key in knows_nothing(kind).keys() & must - {"relation"}:
        options = re.findall(rf'(?:name="{key}" value="([^"]*)")', page.html)
        if "<select" in page.html and f'<select id="{key}"' in page.html:
            options = re.findall(
                r'value="([^"]*)"', page.html.split(f'<select id="{key}"')[1].split("</select>")[0]
            )
        assert {NOT_KNOWN, "不清楚"} & {*options}, key


def test_the_word_proves_only_what_has_no_other_proof(client: FlaskClient, db: Database) -> None:
    answers = public("absence", 1) | {"child_name": "王小明", "phone": "13800001234"}
    assert send(client, "absence", answers).status_code == 303
    report = report_of(db)
    assert lookup.word_of_report(db, report) == ""
    assert look(client, report.receipt, lookup.word_of_receipt(db, report.receipt), "").status == 422
    assert look(client, report.receipt, "1234", "王小明").status == 200


def test_what_is_written_counts_for_more_than_a_tick(client: FlaskClient, db: Database) -> None:
    page = opened(client, "/forms/absence")
    sent: MultiDict[str, str] = filled(
        page, {**knows_nothing("absence"), "child_name": ["王小明", NOT_KNOWN]}
    )
    assert client.post("/forms/absence", data=sent).status_code == 303
    assert lookup.answers_of(db, report_of(db))["child_name"] == "王小明"


def test_the_read_back_and_the_form_again_keep_what_was_ticked(client: FlaskClient) -> None:
    sent = filled(opened(client, "/forms/absence"), knows_nothing("absence")) | {"step": "check"}
    back = client.post("/forms/absence", data=sent).get_data(as_text=True)
    assert back.count("不知道（待核实）") >= 4
    sent["last_seen"] = "咕噜"
    again = client.post("/forms/absence", data=sent)
    assert again.status_code == 422
    ticked = re.search(
        r'<input type="checkbox" name="child_name" value="不知道" checked>', again.get_data(as_text=True)
    )
    assert ticked


@pytest.mark.parametrize("relation", ["母", "妈妈", "父"])
def test_a_parent_knows_the_name_and_may_leave_the_rest_open(
    client: FlaskClient, db: Database, relation: str
) -> None:
    answers = knows_nothing("absence") | {"relation": relation}
    response = send(client, "absence", answers)
    assert response.status_code == 422
    assert "child_name-wrong" in response.get_data(as_text=True)
    assert "last_seen-wrong" not in response.get_data(as_text=True)
    assert send(client, "absence", answers | {"child_name": "王小明"}).status_code == 303


@pytest.mark.parametrize("kind", KINDS)
def test_another_system_must_know(app: Flask, db: Database, kind: str) -> None:
    body = sample(kind, 1, db.today())
    for key in ("child_name", "town", "phone"):
        answer = app.test_client().post(f"/api/v1/reports/{kind}", json={**body, key: NOT_KNOWN})
        assert answer.status_code == 422, key
