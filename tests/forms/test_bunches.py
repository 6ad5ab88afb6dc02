"""Too much danger from one address: all of it is kept, one alarm stands for the rest, and a true one is not drowned."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from intake.cases import work
from intake.cases.case import case_of_report
from intake.cases.folders import worklist
from intake.cases.folders.filters import DOUBTED, Filter, hour_of
from intake.cases.told import inbox
from intake.house import rounds, verify
from intake.people.accounts import Person
from intake.reports import lookup
from intake.reports.senders import bunches
from intake.reports.senders.bunches import CEILINGS
from intake.store.db import Database
from intake.talks import alarms
from tests.hands import staffed
from tests.hands.api import post
from tests.hands.classroom import MORNING, at
from tests.hands.clients import system
from tests.hands.desk import look, press
from tests.hands.desk import sign_in as signed_in
from tests.hands.page import opened
from tests.hands.samples import sample

FLOOD, TRUE = "203.0.113.9", "198.51.100.7"
SAFETY, ABSENCE = CEILINGS["safety"], CEILINGS["absence"]


@pytest.fixture
def staff(db: Database, monkeypatch: pytest.MonkeyPatch) -> dict[str, Person]:
    at(monkeypatch, MORNING)
    return staffed.everybody(db)


def danger(app: Flask, number: int, address: str = FLOOD, kind: str = "safety", **more: str) -> TestResponse:
    """Send an invented report from an address."""
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    said = {key: value for key, value in sample(kind, number).items() if key != "id_number"}
    said |= {"happened_at": "2026-11-23 07:30", "what": "走失失联"} if kind == "safety" else {}
    response = post(client, said, kind, **more)
    assert response.status_code == 201, response.get_data(as_text=True)
    return response


def receipt(response: TestResponse) -> str:
    assert response.json is not None
    return str(response.json["receipt"])


def doubted(db: Database) -> int:
    return len(db.all("SELECT 1 FROM cases WHERE doubted = 1"))


@pytest.fixture
def flood(app: Flask, db: Database, staff: dict[str, Person]) -> str:
    """Let 500 invented children be in danger at one address, and one true one at another, last of all; give its receipt."""
    for number in range(500):
        danger(app, number)
    return receipt(danger(app, 777, TRUE))


def test_a_true_one_is_not_drowned_and_nothing_is_lost(
    app: Flask, db: Database, staff: dict[str, Person], flood: str
) -> None:
    assert len(db.all("SELECT 1 FROM reports")) == len(db.all("SELECT 1 FROM cases")) == 501
    assert doubted(db) == 500 - SAFETY
    done = rounds.go_round(db)
    assert len(done.alarms) == SAFETY + 1 + 1, "those that are believed, the true one, one for the bunch"
    report = lookup.find_report(db, flood)
    assert report is not None
    case = case_of_report(db, report.id)
    assert case is not None
    assert case.number in done.alarms
    assert len(alarms.untaken(db, staff["officer"])) == SAFETY + 1
    told = [one for one in inbox.notices_of(db, staff["officer"], 1000) if one.about == "bunch"]
    assert [one.text for one in told] == [f"来自同一地址的 {500 - SAFETY} 份安全报告，待核实，请看一看"]
    assert told[0].urgent
    assert inbox.unread_count(db, staff["officer"]) == SAFETY + 2
    first = worklist.listed_cases(db, staff["officer"], Filter(), hour_of(db))
    assert case.id in {one.case.id for one in first[: SAFETY + 1]}
    wanted = Filter(owed=DOUBTED)
    assert worklist.number_of_cases(db, staff["officer"], wanted, hour_of(db)) == 500 - SAFETY
    assert verify.faults(db) == []
    assert rounds.go_round(db).alarms == []


def test_it_is_told_again_until_somebody_has_looked(
    app: Flask, db: Database, staff: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(SAFETY + 3):
        danger(app, number)
    bunch_alarms = []
    for minutes in (0, 5, 29, 31, 62):
        at(monkeypatch, MORNING + timedelta(minutes=minutes))
        bunch_alarms.append(len(bunches.tell_bunches(db)))
    assert bunch_alarms == [1, 0, 0, 1, 1]
    (bunch,) = bunches.bunches_open(db, staff["officer"])
    assert len([one for one in inbox.notices_of(db, staff["officer"]) if one.about == "bunch"]) == 1
    bunches.see_bunch(db, bunch.id, staff["officer"])
    at(monkeypatch, MORNING + timedelta(minutes=200))
    assert (bunches.tell_bunches(db), bunches.bunches_open(db, staff["officer"])) == ([], [])
    assert not [
        one for one in inbox.notices_of(db, staff["officer"]) if one.about == "bunch" and not one.read_at
    ]
    assert doubted(db) == 3, "to look is not to believe"


def test_a_bunch_that_cannot_be_read_takes_no_ring_from_the_others(
    app: Flask, db: Database, staff: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    for address in ("203.0.113.1", "203.0.113.2", "203.0.113.3"):
        for number in range(SAFETY + 1):
            danger(app, number, address)
    tell, broken = inbox.tell_bunch, bunches.bunches_open(db, staff["officer"])[1].id

    def unreadable(db: Database, people: list[Person], bunch: str, words: str) -> None:
        if bunch == broken:
            raise LookupError
        tell(db, people, bunch, words)

    monkeypatch.setattr(inbox, "tell_bunch", unreadable)
    assert len(bunches.tell_bunches(db)) == 2


def test_what_comes_after_somebody_looked_is_another_bunch(
    app: Flask, db: Database, staff: dict[str, Person]
) -> None:
    for number in range(SAFETY + 2):
        danger(app, number)
    bunches.see_bunch(db, bunches.bunches_open(db, staff["officer"])[0].id, staff["officer"])
    danger(app, 99)
    (bunch,) = bunches.bunches_open(db, staff["officer"])
    assert (bunch.number, bunch.left) == (1, 1)
    assert len(bunches.tell_bunches(db)) == 1


def test_an_address_is_believed_again_after_a_pause_and_not_before(
    app: Flask, db: Database, staff: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(SAFETY + 1):
        danger(app, number)
    for minutes, expected in ((9, 2), (18, 3), (27, 4), (38, 4)):
        at(monkeypatch, MORNING + timedelta(minutes=minutes))
        danger(app, 100 + minutes)
        assert doubted(db) == expected, minutes
    at(monkeypatch, MORNING + timedelta(days=2))
    assert bunches.purge_addresses(db) == 1
    rows = db.all("SELECT * FROM danger_addresses")
    assert rows == []


def test_a_gates_worth_at_a_time_is_believed(
    app: Flask, db: Database, staff: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    for hour in range(3):
        at(monkeypatch, MORNING + timedelta(hours=hour))
        for number in range(SAFETY):
            danger(app, hour * 100 + number)
    assert doubted(db) == 0
    assert not db.all("SELECT 1 FROM bunches")
    assert "203.0.113" not in str([tuple(row) for row in db.all("SELECT * FROM danger_addresses")])


def test_missing_children_are_counted_too_and_no_clock_runs_on_them(
    app: Flask, db: Database, staff: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, MORNING + timedelta(days=30))
    for number in range(ABSENCE + 20):
        danger(app, number, kind="absence")
    rounds.go_round(db)
    states = [row["state"] for row in db.all("SELECT state FROM cases WHERE doubted = 1")]
    assert (len(states), set(states)) == (20, {"线索"})
    assert not db.all("SELECT 1 FROM duties d JOIN cases c ON c.id = d.case_id WHERE c.doubted = 1")
    assert not db.all("SELECT 1 FROM case_steps s JOIN cases c ON c.id = s.case_id WHERE c.doubted = 1")
    assert [one.kind for one in bunches.bunches_open(db, staff["officer"])] == ["absence"]
    assert bunches.bunches_open(db, staff["subsidies"]) == []
    assert verify.faults(db) == []


def test_who_does_something_on_a_case_takes_the_doubt_from_it(
    app: Flask, db: Database, staff: dict[str, Person]
) -> None:
    taken = [receipt(danger(app, number)) for number in range(SAFETY + 2)]
    rounds.go_round(db)
    report = lookup.find_report(db, taken[-1])
    assert report is not None
    case = case_of_report(db, report.id)
    assert case is not None
    assert case.doubted
    work.act(db, case, "note", {"words": "打过电话，是真的。"}, staff["officer"], channel="desk")
    assert doubted(db) == 1
    assert case.number in rounds.go_round(db).alarms
    assert case.id in {
        one.case.id for one in worklist.listed_cases(db, staff["officer"], Filter(), hour_of(db))
    }
    assert verify.faults(db) == []


def test_a_doubted_report_moves_no_case_that_is_there(
    app: Flask, db: Database, staff: dict[str, Person]
) -> None:
    client = app.test_client()
    known = sample("safety", 3) | {"happened_at": "2026-11-23 07:30", "what": "走失失联"}
    assert post(client, known, "safety").status_code == 201
    first = len(rounds.go_round(db).alarms)
    for number in range(SAFETY):
        danger(app, 50 + number)
    rounds.go_round(db)
    before = db.all("SELECT id, due, duty, state FROM cases WHERE doubted = 0 ORDER BY id")
    client.environ_base["REMOTE_ADDR"] = FLOOD
    for _ in range(5):
        assert post(client, known, "safety").status_code == 201
    assert len(db.all("SELECT 1 FROM cases")) == SAFETY + 1
    assert db.all("SELECT id, due, duty, state FROM cases WHERE doubted = 0 ORDER BY id") == before
    assert (first, len(rounds.go_round(db).alarms)) == (1, 0)
    assert verify.faults(db) == []


def test_the_public_form_is_counted_with_it_and_systems_are_not(
    app: Flask, db: Database, staff: dict[str, Person]
) -> None:
    for number in range(SAFETY):
        danger(app, number)
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = FLOOD
    said = {
        key: value
        for key, value in sample("safety", 60).items()
        if isinstance(value, str) and key != "id_number"
    }
    said |= {"happened_at": "2026-11-23T07:30", "what": "走失失联", "consent": "agree"}
    form = opened(client, "/forms/safety").fields
    sent = client.post("/forms/safety", data=MultiDict(form) | said)
    assert sent.status_code == 303, sent.get_data(as_text=True)
    assert doubted(db) == 1
    _, key = system(db)
    for number in range(SAFETY + 5):
        danger(app, 200 + number, **key)
    assert doubted(db) == 1


def test_a_child_on_leave_and_other_kinds_are_no_danger(app: Flask, db: Database) -> None:
    client = app.test_client()
    for number in range(ABSENCE + 3):
        leave = sample("absence", number) | {"on_leave": "是"}
        leave.pop("leave_until", None)
        assert post(client, leave).status_code == 201
        assert post(client, sample("boarding", number), "boarding").status_code == 201
    assert doubted(db) == len(db.all("SELECT 1 FROM danger_addresses")) == 0


def test_the_desk_shows_the_bunch_and_believes_it(
    app: Flask, client: FlaskClient, db: Database, staff: dict[str, Person]
) -> None:
    taken = [receipt(danger(app, number)) for number in range(SAFETY + 3)]
    rounds.go_round(db)
    signed_in(client, "officer", staffed.PASSWORD)
    assert "同一地址报来的，待核实" in look(client, "/desk/").words
    assert f"{SAFETY} 件还没有人处理" in look(client, "/desk/").words
    assert "看这一批" in look(client, "/desk/inbox").words
    listed = look(client, "/desk/cases?kind=safety&owed=doubted")
    assert "同一地址报来的，待核实 3 件" in listed.words
    assert look(client, f"/desk/reports/{taken[-1]}").status == 200
    page = look(client, "/desk/bunches")
    assert "安全报告，待核实" in page.words
    (bunch,) = bunches.bunches_open(db, staff["officer"])
    done = press(client, "/desk/bunches", f"{bunch.id}/vouch")
    assert done.status_code == 303
    assert doubted(db) == 0
    assert len(rounds.go_round(db).alarms) == 3
    assert "没有要看的" in look(client, "/desk/bunches").words
    assert verify.faults(db) == []
