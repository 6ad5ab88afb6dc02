"""A search is no oracle: it tells nothing of whom one may not see, and whoever goes through numbers is stopped."""

import re

import pytest
from flask import Flask

from intake.cases.folders import worklist
from intake.store.db import Database
from tests.hands.casework import MORNING, PHONE, Casework, casework, report
from tests.hands.classroom import at
from tests.hands.page import Page, opened
from tests.hands.samples import child, citizen_id

CHILD = child(3, MORNING.date())
NUMBER = CHILD.id_number
OTHER = citizen_id(CHILD.born, CHILD.sex, order=400)


@pytest.fixture
def work(app: Flask, db: Database, monkeypatch: pytest.MonkeyPatch) -> Casework:
    at(monkeypatch, MORNING)
    made = casework(app, db)
    report(db, made.room.children["李红"], child_name="李红", id_number=NUMBER)
    return made


def plain(page: Page, said: str) -> str:
    html = re.sub(r"([?;])q=~[\w=%-]+", r"\1q=…", page.html.replace(said, "…"))  # closed, each time otherwise
    return re.sub(r'value="[^"]{60,}"', "…", html)


@pytest.mark.parametrize("login", ["neighbour", "subsidies"])
def test_who_may_not_see_a_child_learns_nothing_of_its_number(work: Casework, login: str) -> None:
    client = work.browser(login)
    pages = [plain(opened(client, f"/desk/cases?q={said}"), said) for said in (NUMBER, OTHER)]
    assert pages[0] == pages[1]
    ledgers = [plain(Page(client.get(f"/desk/ledgers/work?q={said}")), said) for said in (NUMBER, OTHER)]
    assert ledgers[0] == ledgers[1]


def test_numbers_are_not_gone_through(work: Casework) -> None:
    client, said = work.browser("officer"), iter(range(10, 400))
    assert "李*" in opened(client, f"/desk/cases?q={NUMBER}").words
    for _ in range(worklist.GUESSES):
        assert (
            client.get(f"/desk/cases?q={citizen_id(CHILD.born, CHILD.sex, order=next(said))}").status_code
            == 200
        )
    for number in (NUMBER, OTHER, PHONE):  # the right one is told from no other now
        refused = Page(client.get(f"/desk/cases?q={number}"))
        assert refused.status == 429
        assert "按姓名查" in refused.words
    form = opened(client, "/desk/cases/new").fields
    assert (
        client.post("/desk/cases/new", data={**form, "child_name": "某某", "number": NUMBER}).status_code
        == 429
    )
    assert "李*" in opened(client, "/desk/cases?q=李红").words
    assert work.browser("bureau").get(f"/desk/cases?q={NUMBER}").status_code == 200
    assert NUMBER not in str([tuple(row) for row in work.db.all("SELECT detail FROM audit")])
