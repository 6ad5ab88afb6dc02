"""The page of a case: what it shows to whom, and what is done from it."""

import pytest
from flask import Flask

from intake.store.db import Database
from tests.hands.casework import CHILD, GRANDMOTHER, MORNING, PHONE, Casework, casework
from tests.hands.classroom import at
from tests.hands.page import Page


@pytest.fixture
def work(app: Flask, db: Database, monkeypatch: pytest.MonkeyPatch) -> Casework:
    at(monkeypatch, MORNING)
    return casework(app, db)


def test_a_case_shows_what_is_known_masked_and_what_comes_next(work: Casework) -> None:
    page = Page(work.browser("officer").get(work.path))
    assert page.status == 200
    for told in (
        "王*明",
        "待核实",
        "第 1 个上课日",
        "今天",
        "刘老师（老师）",
        work.number,
        "下一步：联系家里",
        "徐*兰",
    ):
        assert told in page.words, told
    for hidden in (CHILD, PHONE, GRANDMOTHER, PHONE[-4:]):
        assert hidden not in page.html, hidden
