"""One report at the desk, as its scope may see it: masked, a look with a reason, the case it is in."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from intake.cases import case as cases
from intake.reports import lookup
from intake.store.db import Database
from tests.hands.casework import GRANDMOTHER, MORNING, PHONE, Casework, casework
from tests.hands.classroom import at
from tests.hands.page import Page, opened

READERS = ("officer", "bureau", "approver", "town", "principal")


@pytest.fixture
def work(app: Flask, db: Database, monkeypatch: pytest.MonkeyPatch) -> Casework:
    at(monkeypatch, MORNING)
    return casework(app, db)


@pytest.fixture
def path(work: Casework) -> str:
    report = lookup.report_by_id(work.db, cases.reports_in(work.db, work.case)[0])
    assert report
    return f"/desk/reports/{report.receipt}"


def look(client: FlaskClient, path: str, **said: str) -> Page:
    token = opened(client, path).fields["csrf_token"]
    return Page(client.post(f"{path}/look", data={"csrf_token": token} | said))


@pytest.mark.parametrize("login", READERS)
def test_who_reads_reports_sees_it_masked_with_its_case(work: Casework, path: str, login: str) -> None:
    page = opened(work.browser(login), path)
    assert work.path in page.links
    assert "138********" in page.words
    for hidden in (PHONE, GRANDMOTHER, PHONE[-4:]):
        assert hidden not in page.html


def test_a_look_at_an_answer_has_a_reason_and_is_on_record(work: Casework, path: str) -> None:
    officer = work.browser("officer")
    asking = next(one for one in opened(officer, path).links if "see=phone" in one)
    assert opened(officer, asking).fields["field"] == "phone"
    for said in ({}, {"why": "other"}, {"why": "none"}):
        refused = look(officer, path, field="phone", **said)
        assert refused.status == 422
        assert "why-wrong" in refused.ids
    shown = look(officer, path, field="phone", why="visit")
    assert shown.status == 200
    assert f"tel:{PHONE}" in shown.links
    assert GRANDMOTHER not in shown.html
    again = opened(officer, path)
    assert PHONE not in again.html
    assert "officer同志 看了联系电话" in again.words
    noted = work.db.all("SELECT detail FROM audit WHERE verb = 'report.looked'")
    assert [row["detail"] for row in noted] == ["phone visit"]


def test_who_reports_in_confidence_is_nobodys_to_look_at_but_the_bureaus(work: Casework, path: str) -> None:
    with work.db.write():
        work.db.run("UPDATE reports SET confidential = 1")
    for login, code in (("town", 404), ("principal", 404), ("officer", 200)):
        client = work.browser(login)
        page = opened(client, path)
        assert ("138********" in page.words) is (code == 200), login
        shown = look(client, path, field="phone", why="call")
        assert shown.status == code, login
        assert (PHONE in shown.html) is (code == 200), login


def test_another_town_finds_no_such_report(work: Casework, path: str) -> None:
    neighbour = work.browser("neighbour")
    assert neighbour.get(path).status_code == 404
    token = opened(neighbour, "/desk/").fields["csrf_token"]
    sent = neighbour.post(f"{path}/look", data={"csrf_token": token, "field": "phone", "why": "call"})
    assert sent.status_code == 404
