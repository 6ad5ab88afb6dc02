"""Visits that are due at the desk: a number among what is owed, its rows behind it, and each row's child behind that."""

import re

import pytest
from flask import Flask

from intake.ledgers.known.visiting import wind_visits
from intake.people.accounts import Person
from intake.store.db import Database
from tests.hands.classroom import MORNING, Classroom, classroom
from tests.hands.desk import look, signed_in
from tests.hands.facts import fact

OWED = re.compile(
    r'<a class="go" href="([^"]+)">该上门走访的孩子</a></td><td class="n">(\d+)</td><td><small>([^<]*)</small>'
)

pytestmark = pytest.mark.usefixtures("morning")


@pytest.fixture
def room(db: Database, people: dict[str, Person]) -> Classroom:
    made = classroom(db)
    for name in ("李红", "赵磊"):
        fact(db, made.children[name], "father", "xueji", away="是")
    fact(db, made.children["赵磊"], "visit", "visit", MORNING.date(), day="2026-11-20", visitors="王主任")
    wind_visits(db)
    return made


@pytest.mark.parametrize("login", ["bureau", "town", "principal"])
def test_the_number_opens_exactly_its_rows_and_a_row_its_child(
    app: Flask, people: dict[str, Person], room: Classroom, login: str
) -> None:
    client = signed_in(app, login)
    home = look(client, "/desk/")
    found = OWED.search(home.html)
    assert found
    assert (found[2], found[3]) == ("1", "今天到期")
    assert "留守" not in home.words.replace("留守儿童台账", "")
    page = look(client, found[1].replace("&amp;", "&"))
    assert "· 1 条</small>" in page.html
    assert "超期未走访" in page.words
    assert "李红" not in page.words
    assert f'href="/desk/children/{room.children["李红"]}"' in page.html
    assert room.children["赵磊"] not in page.html


@pytest.mark.parametrize(
    ("login", "there"), [("subsidies", False), ("administrator", False), ("neighbour", True)]
)
def test_who_does_not_read_the_list_is_told_of_no_visits(
    app: Flask, people: dict[str, Person], room: Classroom, login: str, there: bool
) -> None:
    found = OWED.search(look(signed_in(app, login), "/desk/").html)
    assert (found is not None) is there
    assert found is None or found[2] == "0"
