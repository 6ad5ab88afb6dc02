"""An alarm and the case of its report are one: taken together, handed over, ended together, told again together."""

from datetime import timedelta

import pytest

from intake.cases import case as cases
from intake.cases import work
from intake.cases.case import Case
from intake.cases.rounds import clocks
from intake.cases.rulebook import records
from intake.cases.told import inbox
from intake.errors import Denied, Refused, Stale
from intake.people.accounts import Person
from intake.reports import door, lookup
from intake.store.db import Database
from intake.talks import alarms, holders, triage
from intake.talks.alarm_case import duties_left
from intake.talks.alarms import Alarm
from tests.hands import staffed
from tests.hands.classroom import MORNING, at
from tests.hands.samples import sample

WORDS = "已打电话，孩子在奶奶家，安全。"


@pytest.fixture
def staff(db: Database, monkeypatch: pytest.MonkeyPatch) -> dict[str, Person]:
    at(monkeypatch, MORNING)
    return staffed.everybody(db)


def danger(db: Database, what: str = "突发疾病或受伤") -> tuple[Case, str]:
    said = {**sample("safety", 3), "what": what, "happened_at": "2026-11-23 07:30"}
    done = door.receive(db, "safety", said, channel="wechat", reporter="wechat:a")
    report = lookup.find_report(db, done.receipt)
    assert report
    case = cases.case_of_report(db, report.id)
    assert case
    return case, done.receipt


def alarm_of(db: Database, receipt: str) -> Alarm:
    found = alarms.alarm_of_report(db, receipt)
    assert found
    return found


def again(db: Database, case: Case) -> Case:
    found = cases.case_by_id(db, case.id)
    assert found
    return found


def informed(db: Database, case: Case, by: Person) -> None:
    for _, duty in duties_left(db, cases.reports_in(db, case)[0]):
        raw = {"duty": duty, "done": records.YES, "day": "2026-11-23", "words": "打过电话"}
        work.act(db, again(db, case), "informed", raw, by, channel="desk")


def test_who_takes_the_alarm_has_the_case(db: Database, staff: dict[str, Person]) -> None:
    case, receipt = danger(db)
    alarms.take(db, alarm_of(db, receipt), staff["bureau"])
    case = again(db, case)
    assert case.owner == staff["bureau"].id
    assert [one.key for one in cases.events_of(db, case)] == ["reported", "accepted"]
    assert db.one("SELECT 1 FROM duties WHERE duty = 'take' AND done_at IS NULL") is None
    with pytest.raises(holders.Taken):
        alarms.take(db, alarm_of(db, receipt), staff["officer"])


def test_who_accepts_the_case_has_the_alarm_and_may_hand_it_over(
    db: Database, staff: dict[str, Person]
) -> None:
    case, receipt = danger(db)
    assert case.owner == staff["officer"].id  # by the list, before anybody has said that they see to it
    work.act(db, case, "accepted", {}, staff["officer"], channel="desk")
    assert alarm_of(db, receipt).taken_by == staff["officer"].name
    work.act(db, again(db, case), "transfer", {"owner": staff["bureau"].id}, staff["officer"], channel="desk")
    assert [one.text for one in inbox.notices_of(db, staff["bureau"])] == ["有人要把这件事移交给您，请接手"]
    assert alarm_of(db, receipt).taken_by == staff["officer"].name
    work.act(db, again(db, case), "accepted", {}, staff["bureau"], channel="desk")
    assert alarm_of(db, receipt).taken_by == staff["bureau"].name
    assert again(db, case).owner == staff["bureau"].id


@pytest.mark.parametrize("key", ["contact", "informed", "handled"])
def test_who_does_something_about_it_has_taken_it(db: Database, staff: dict[str, Person], key: str) -> None:
    case, receipt = danger(db)
    raw = {"day": "2026-11-23", "way": "电话", "whom": "奶奶", "result": "联系上了", "words": "安全",
           "duty": "告知监护人", "done": "做了"}  # fmt: skip
    work.act(db, case, key, raw, staff["officer"], channel="desk")
    assert alarm_of(db, receipt).taken_by == staff["officer"].name
    assert clocks.tick(db).alarms == []


def test_an_alarm_ends_only_when_each_duty_is_written_down(db: Database, staff: dict[str, Person]) -> None:
    case, receipt = danger(db)
    alarm, officer = alarm_of(db, receipt), staff["officer"]
    seen = alarms.mark(db, alarm)
    with pytest.raises(Refused) as no:
        alarms.finish(db, alarm, WORDS, officer, seen)
    assert no.value.field == "done_guardian"
    told = {"guardian": ("做了", ""), "parents_away": ("不需要做", "")}
    with pytest.raises(Refused) as no:
        alarms.finish(db, alarm, WORDS, officer, seen, told)
    assert no.value.field == "why_parents_away"
    assert [one.key for one in cases.events_of(db, case)] == ["reported"]  # nothing is half done
    assert not alarm_of(db, receipt).taken_at
    told["parents_away"] = ("不需要做", "父母都在家")
    alarms.finish(db, alarm, WORDS, officer, seen, told)
    events = cases.events_of(db, case)
    assert [one.key for one in events] == ["reported", "informed", "informed", "resolved"]
    assert events[2].words["words"] == "父母都在家"
    assert again(db, case).state == "已解决"
    assert not cases.standing(db, case).impossible


def test_of_abuse_the_police_are_told_whatever_is_written(db: Database, staff: dict[str, Person]) -> None:
    _, receipt = danger(db, "受侵害")
    alarm = alarm_of(db, receipt)
    told = dict.fromkeys(("guardian", "parents_away"), ("做了", "")) | {"police": ("不需要做", "家里不愿意")}
    with pytest.raises(Refused, match="必须马上报告公安") as no:
        alarms.finish(db, alarm, WORDS, staff["officer"], alarms.mark(db, alarm), told)
    assert no.value.field == "done_police"


def test_the_end_of_the_case_ends_the_alarm_and_the_words_it_was_about(
    db: Database, monkeypatch: pytest.MonkeyPatch, staff: dict[str, Person]
) -> None:
    case, receipt = danger(db)
    with db.write():
        triage.enter(db, "m1", "wechat:a", triage.DANGER, receipt)
    at(monkeypatch, MORNING + timedelta(minutes=10))
    with pytest.raises(Refused, match="还没有记：告知监护人"):
        work.act(db, case, "resolved", {"result": WORDS}, staff["officer"], channel="desk")
    informed(db, case, staff["officer"])
    with db.write():
        at(monkeypatch, MORNING + timedelta(minutes=20))
        triage.enter(db, "m2", "wechat:a", triage.DANGER, receipt)
    work.act(db, again(db, case), "resolved", {"result": WORDS}, staff["officer"], channel="desk")
    alarm = alarm_of(db, receipt)
    assert (alarm.outcome, alarm.done_by) == (WORDS, staff["officer"].name)
    rows = db.all("SELECT message, state FROM triage ORDER BY message")
    assert [tuple(row) for row in rows] == [("m1", "done"), ("m2", "open")]  # what came after alarms anew
    assert [one.messages for one in alarms.untaken(db, staff["officer"])] == [("m2",)]


def test_a_report_more_of_the_same_danger_is_told_at_once_and_not_ended_unseen(
    db: Database, monkeypatch: pytest.MonkeyPatch, staff: dict[str, Person]
) -> None:
    case, receipt = danger(db)
    clocks.tick(db)
    alarm = alarm_of(db, receipt)
    alarms.take(db, alarm, staff["officer"])
    seen = alarms.mark(db, alarm)
    at(monkeypatch, MORNING + timedelta(minutes=7))
    other, _ = danger(db)
    assert other.id == case.id  # the same number of identity
    assert clocks.tick(db).alarms == [case.number]
    assert clocks.tick(db).alarms == []
    with pytest.raises(Stale):
        alarms.finish(db, alarm, WORDS, staff["officer"], seen, {})


def test_loose_words_are_told_at_once_and_every_half_hour_until_they_are_taken(
    db: Database, monkeypatch: pytest.MonkeyPatch, staff: dict[str, Person]
) -> None:
    with db.write():
        triage.enter(db, "m1", "wechat:a", triage.DANGER)
    told = []
    for minutes in range(0, 70, 10):
        at(monkeypatch, MORNING + timedelta(minutes=minutes))
        told.append(len(alarms.tell_loose(db)))
    assert told == [1, 0, 0, 1, 0, 0, 1]
    lines = inbox.notices_of(db, staff["officer"])
    assert [(one.number, one.urgent) for one in lines] == [("", True)] * 3
    (alarm,) = alarms.untaken(db, staff["officer"])
    alarms.take(db, alarm, staff["officer"])
    at(monkeypatch, MORNING + timedelta(minutes=120))
    assert alarms.tell_loose(db) == []


def test_a_town_takes_no_case_that_few_may_see(db: Database, staff: dict[str, Person]) -> None:
    case, receipt = danger(db, "受侵害")
    with pytest.raises(Denied):
        work.act(db, case, "accepted", {}, staff["town"], channel="desk")
    assert not alarm_of(db, receipt).taken_at
