"""What a cadre writes down on a phone about children of the village: visits, what came of differences between lists."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from intake.children.facts.fact import facts_of
from intake.ledgers.known import visiting
from intake.people.accounts import Person
from intake.people.scope import Scope
from intake.school.differences.difference import ANSWERED, differences_within
from intake.store.db import Database
from tests.hands import differences
from tests.hands.classroom import MORNING, VILLAGE, Classroom, teacher
from tests.hands.facts import fact
from tests.hands.page import Page, opened
from tests.hands.phones import held, somebody

TODAY = MORNING.date()
NEIGHBOUR = "220605105201"
SCRIPT = {"Idempotency-Key": "0190aaaa-0000-7000-8000-000000000001"}


pytestmark = pytest.mark.usefixtures("morning")


@pytest.fixture
def cadre(db: Database) -> Person:
    return somebody(db, "village", "13812340004", VILLAGE)


@pytest.fixture
def phone(app: Flask, db: Database, cadre: Person) -> FlaskClient:
    return held(app, db, cadre)


def sent(phone: FlaskClient, path: str, *, script: bool = False, **said: str) -> Page:
    """Fill a page in and send it."""
    typed = opened(phone, path).fields.copy()
    for key, value in said.items():
        typed.setlist(key, [value])
    return Page(phone.post(path, data=typed, headers=SCRIPT if script else {}))


def test_a_cadre_sees_whom_to_look_into_and_whom_to_visit_in_the_own_village_alone(
    app: Flask, db: Database, room: Classroom
) -> None:
    liu = teacher(db, room)
    mine, neighbour = (
        somebody(db, "village", "13812340004", VILLAGE),
        somebody(db, "village", "13812340005", NEIGHBOUR),
    )
    for name in ("李红", "张雨桐"):
        fact(db, room.children[name], "father", "xueji", away="是")
    visiting.wind_visits(db)
    differences.owed(db, room.children["赵磊"], mine)
    differences.owed(db, room.children["王小明"], mine, closed="2026-11-20T00:00:00.000Z", key="d2")
    page = opened(held(app, db, mine), "/forms/cases")
    assert "还要核对的孩子：1 个" in page.words
    assert "适龄失学：入户核查" in page.words
    assert "该走访的孩子：2 个" in page.words
    for name, masked in (("赵磊", "赵*"), ("李红", "李*"), ("张雨桐", "张*桐")):
        assert masked in page.words
        assert name not in page.html
    assert "王*明" not in page.words, "what was answered is asked no longer"
    fact(db, room.children["李红"], "visit", "visit", TODAY, day=TODAY.isoformat(), visitors="王主任")
    assert "该走访的孩子：1 个" in opened(held(app, db, mine), "/forms/cases").words
    for other in (neighbour, liu):
        page = opened(held(app, db, other), "/forms/cases")
        assert "走访的孩子" not in page.words
        assert "还要核对" not in page.words


def test_a_visit_is_written_down_where_it_is_asked_for_and_asked_no_longer(
    db: Database, room: Classroom, cadre: Person, phone: FlaskClient
) -> None:
    child = room.children["李红"]
    fact(db, child, "father", "xueji", away="是")
    visiting.wind_visits(db)
    path = f"/forms/village/visit/{child}"
    assert path in opened(phone, "/forms/cases").links
    page = opened(phone, path)
    assert "李红" in page.words
    assert page.fields["visitors"] == cadre.name
    assert "李红" not in page.html.partition("</title>")[0]
    assert sent(phone, path, day="昨天", result="和奶奶在家，一切都好").status == 303
    page = opened(phone, "/forms/cases")
    assert "记走访，已经报上去了" in page.words
    assert path not in page.links
    (found,) = [one for one in facts_of(db, child) if one.kind == "visit"]
    assert found.value == {"day": "2026-11-22", "visitors": cadre.name, "result": "和奶奶在家，一切都好"}
    assert (found.source, found.channel, found.confirmed_by) == ("visit", "phone", cadre.actor)


def test_a_visit_that_waited_for_a_signal_keeps_its_day_and_comes_once(
    db: Database, room: Classroom, phone: FlaskClient
) -> None:
    child = room.children["李红"]
    path = f"/forms/village/visit/{child}"
    for _ in range(2):
        done = sent(phone, path, script=True, day="今天", noted_on="2026-11-20", result="没人在家")
        assert done.status == 201
        assert "已送达：记走访" in done.html
    assert "已经报上去了" not in opened(phone, "/forms/cases").words, (
        "nobody looked: the script tells it later"
    )
    (found,) = [one for one in facts_of(db, child) if one.kind == "visit"]
    assert found.get("day") == "2026-11-20"


def test_who_waits_for_the_script_is_told_that_the_visit_arrived(
    db: Database, room: Classroom, phone: FlaskClient
) -> None:
    path = f"/forms/village/visit/{room.children['李红']}"
    typed = opened(phone, path).fields
    assert phone.post(path, data=typed, headers=SCRIPT | {"X-Watched": "1"}).status_code == 201
    assert "记走访，已经报上去了" in opened(phone, "/forms/cases").words
    assert "已经报上去了" not in opened(phone, "/forms/cases").words


@pytest.mark.parametrize(("day", "sentence"), [("", "哪天"), ("明天", "还没有到"), ("那时候", "？")])
def test_what_is_wrong_is_said_at_its_place_and_what_was_typed_stays(
    db: Database, room: Classroom, phone: FlaskClient, day: str, sentence: str
) -> None:
    child = room.children["李红"]
    page = sent(phone, f"/forms/village/visit/{child}", day=day, result="奶奶说孩子在沈阳")
    assert page.status == 422
    assert sentence in page.words
    assert "day-wrong" in page.invalid
    assert page.fields["result"] == "奶奶说孩子在沈阳"
    assert facts_of(db, child) == []


def test_what_came_of_a_difference_closes_it_and_says_where_the_child_learns(
    db: Database, room: Classroom, cadre: Person, phone: FlaskClient
) -> None:
    child = room.children["赵磊"]
    path = f"/forms/village/difference/{differences.owed(db, child, cadre)}"
    assert path in opened(phone, "/forms/cases").links
    page = opened(phone, path)
    assert "适龄失学：入户核查" in page.words
    refused = sent(phone, path, finished_on="2026-10-01", conclusion="在外地读书")
    assert refused.status == 422
    assert "比发现的日期还早" in refused.words
    assert refused.fields["conclusion"] == "在外地读书"
    for _ in range(2):  # whoever presses twice has pressed once
        assert sent(phone, path, schooling="外地就读", conclusion="跟父母在沈阳读三年级").status == 303
    (one,) = differences_within(db, Scope("220605"), "d.child = ?", [child])
    assert (one.state(TODAY.isoformat()), one.finished_on) == (ANSWERED, TODAY.isoformat())
    assert (one.conclusion, one.handled_by) == ("跟父母在沈阳读三年级", cadre.name)
    (told,) = facts_of(db, child)
    assert told.value == {"schooling": "外地就读"}
    (row,) = db.all("SELECT actor FROM audit WHERE verb = 'difference.answered'")
    assert row["actor"] == cadre.actor
    assert path not in opened(phone, "/forms/cases").links


def test_nothing_is_written_down_of_another_village_or_of_what_is_asked_of_others(
    app: Flask, db: Database, room: Classroom, cadre: Person
) -> None:
    child, liu = room.children["赵磊"], teacher(db, room)
    paths = [
        f"/forms/village/visit/{child}",
        f"/forms/village/difference/{differences.owed(db, child, cadre)}",
    ]
    said = {"day": "今天", "finished_on": "今天", "conclusion": "在读"}
    neighbour = held(app, db, somebody(db, "village", "13812340005", NEIGHBOUR))
    for path in paths:
        for browser, status in ((neighbour, 404), (held(app, db, liu), 403)):
            assert browser.get(path).status_code == status
            assert browser.post(path, data=said).status_code == status
    second = held(app, db, somebody(db, "village", "13812340006", VILLAGE))
    assert second.get(paths[0]).status_code == 200
    assert second.get(paths[1]).status_code == 404, "another of the village owes the answer"
    assert facts_of(db, child) == []


def test_a_page_that_is_too_old_keeps_what_was_typed(
    db: Database, room: Classroom, phone: FlaskClient
) -> None:
    child = room.children["李红"]
    page = sent(phone, f"/forms/village/visit/{child}", csrf_token="old", result="都好")
    assert page.status == 400
    assert "还没有报上去" in page.words
    assert page.fields["result"] == "都好"
    assert facts_of(db, child) == []


def test_another_answer_to_what_was_answered_is_refused_and_not_dropped(
    db: Database, room: Classroom, cadre: Person, phone: FlaskClient
) -> None:
    path = f"/forms/village/difference/{differences.owed(db, room.children['赵磊'], cadre)}"
    typed = opened(phone, path).fields.copy()
    for conclusion, status in (("在外地读书", 303), ("在外地读书", 303), ("没有找到", 422)):
        typed.setlist("conclusion", [conclusion])
        page = Page(phone.post(path, data=typed))
        assert page.status == status
    assert "您写的没有记下" in page.words
    assert page.fields["conclusion"] == "没有找到"
    (one,) = differences_within(db, Scope("220605"), "d.owner = ?", [cadre.id])
    assert one.conclusion == "在外地读书"


def test_what_has_ended_meanwhile_is_told_and_nothing_is_lost_in_silence(
    db: Database, room: Classroom, cadre: Person, phone: FlaskClient
) -> None:
    path = f"/forms/village/difference/{differences.owed(db, room.children['赵磊'], cadre)}"
    typed = opened(phone, path).fields.copy()
    typed.setlist("conclusion", ["在家里"])
    with db.write():
        db.run("UPDATE differences SET closed_at = '2026-11-22T00:00:00.000Z', how = 'gone'")
    page = Page(phone.post(path, data=typed))
    assert page.status == 422
    assert "您写的没有记下" in page.words
    assert page.fields["conclusion"] == "在家里"
    assert db.all("SELECT 1 FROM audit WHERE verb = 'difference.answered'") == []
