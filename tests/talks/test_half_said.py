"""Nobody is left half-way: who falls silent in the middle of a report lies before a person, and is reminded once."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from intake.calendar import clock
from intake.house import retention, rounds
from intake.messages import claims
from intake.people import accounts
from intake.reports import drafts
from intake.settings import Settings
from intake.store.db import Database
from intake.talks import alarms, silences, triage
from tests.hands.cells import opened_cells
from tests.hands.chat import AGREED, Chat, opened
from tests.hands.classroom import at
from tests.hands.desk import PASSWORD, address, look, press, sign_in
from tests.hands.page import filled

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=clock.CHINA)
FRIDAY = datetime(2026, 11, 27, 16, 0, tzinfo=clock.CHINA)
HOURS = timedelta(hours=1)
ROOT = Path(__file__).parents[2]
SAID = ("我孙子三天没上学了", AGREED, "他叫马晓明", "13843900001")
"""Agreed, and told a name and a telephone; then silence."""


@pytest.fixture
def chat(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Chat]:
    with opened(settings) as one:
        at(monkeypatch, MONDAY)
        yield one


@pytest.fixture
def db(chat: Chat) -> Database:
    return chat.db


Desk = Callable[[], FlaskClient]


@pytest.fixture
def desk(chat: Chat, db: Database) -> Desk:
    """Let somebody of the bureau sign in at the desk, whenever it is."""
    accounts.add_person(db, name="李老师", login="li", password=PASSWORD, role="bureau", area="220605")

    def signed_in() -> FlaskClient:
        client = chat.app.test_client()
        sign_in(client, "li")
        return client

    return signed_in


def waiting(db: Database) -> list[tuple[str, ...]]:
    return [one.why for one in triage.threads_waiting(db)]


def reminders(db: Database) -> list[str]:
    return opened_cells(db, "outbox.body", "WHERE subject = 'reminder' AND state <> 'dropped' ORDER BY id")


def test_who_agreed_and_fell_silent_lies_before_a_person_after_four_office_hours(
    chat: Chat, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.say(*SAID)
    at(monkeypatch, MONDAY + 4 * HOURS - timedelta(minutes=1))
    rounds.go_round(db)
    assert waiting(db) == []
    at(monkeypatch, MONDAY + 4 * HOURS + timedelta(minutes=1))
    rounds.go_round(db)
    rounds.go_round(db)
    assert waiting(db) == [("half",)]
    (reminder,) = reminders(db)
    assert "还没说完" in reminder
    assert not any(word in reminder for word in ("马晓明", "未到校", "孩子", "上学", "138"))


@pytest.mark.parametrize(
    ("hours", "due"),
    [
        (4, datetime(2026, 11, 30, 11, 30, tzinfo=clock.CHINA)),  # an hour on Friday, three on Monday
        (1, datetime(2026, 11, 27, 17, 0, tzinfo=clock.CHINA)),
        (10, datetime(2026, 12, 1, 9, 0, tzinfo=clock.CHINA)),
    ],
)
def test_a_weekend_does_not_count(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, hours: int, due: datetime
) -> None:
    with opened(settings, HALF_SAID_HOURS=hours) as chat:
        at(monkeypatch, FRIDAY)
        chat.say(*SAID)
        at(monkeypatch, due - timedelta(minutes=1))
        rounds.go_round(chat.db)
        assert waiting(chat.db) == []
        at(monkeypatch, due + timedelta(minutes=1))
        rounds.go_round(chat.db)
        assert waiting(chat.db) == [("half",)]


def test_over_a_weekend_the_reminder_comes_while_the_platform_still_takes_it(
    chat: Chat, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, FRIDAY)
    chat.say(*SAID)
    at(monkeypatch, FRIDAY + 25 * HOURS)
    rounds.go_round(db)
    assert (len(reminders(db)), waiting(db)) == (1, [])
    at(monkeypatch, FRIDAY + 72 * HOURS)
    rounds.go_round(db)
    assert (len(reminders(db)), waiting(db)) == (1, [("half",)])


def test_outside_the_window_nobody_is_reminded_nor_rung_up(
    chat: Chat, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, FRIDAY)
    chat.say(*SAID)
    at(monkeypatch, FRIDAY + 72 * HOURS)  # no worker ran until then
    rounds.go_round(db)
    assert waiting(db) == [("half",)]
    assert db.all("SELECT * FROM outbox") == []


def test_a_reminder_is_sent_once_for_a_report_however_often_she_stops(
    chat: Chat, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.say(*SAID)
    for day in range(3):
        at(monkeypatch, MONDAY + timedelta(days=day, hours=5))
        rounds.go_round(db)
        assert waiting(db) == [("half",)]
        assert "?" not in chat.say("继续")
    assert len(db.all("SELECT 1 FROM outbox")) == 1


def test_who_comes_back_before_it_was_sent_is_not_reminded(
    chat: Chat, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.say(*SAID)
    at(monkeypatch, MONDAY + 5 * HOURS)
    rounds.go_round(db)
    assert "还没说完" not in chat.say("继续")
    assert [row["state"] for row in db.all("SELECT state FROM outbox")] == ["dropped"]


def test_a_reminder_that_does_not_arrive_is_no_telephone_call(
    chat: Chat, db: Database, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.say(*SAID)
    at(monkeypatch, MONDAY + 5 * HOURS)
    rounds.go_round(db)
    at(monkeypatch, MONDAY + 60 * HOURS)
    assert claims.claim(db) is None
    client = desk()
    assert "现在没有要打的电话" in look(client, "/desk/calls").html
    assert not db.all("SELECT 1 FROM outbox WHERE state = 'refused'")


def test_what_goes_on_after_the_reminder_goes_on_where_it_stopped(
    chat: Chat, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = chat.say(*SAID)
    at(monkeypatch, MONDAY + 7 * HOURS)
    rounds.go_round(db)
    assert asked.splitlines()[-1] in chat.say("我回来了")


BACK = ("好的", "嗯", "在", "来了", "刚才忙", "接着说", "好的，接着说", "我还没说完", "行", "收到", "您好")


@pytest.mark.parametrize("word", BACK)
@pytest.mark.parametrize("lines", [SAID[:1], SAID[:2], SAID])
def test_a_word_to_the_reminder_answers_no_question(
    chat: Chat, db: Database, monkeypatch: pytest.MonkeyPatch, word: str, lines: tuple[str, ...]
) -> None:
    asked = chat.say(*lines)
    at(monkeypatch, MONDAY + timedelta(hours=4, minutes=5))
    rounds.go_round(db)
    known = [dict(one.answers) for one in drafts.drafts_of(db, triage.threads_waiting(db)[0].reporter)]
    assert asked.splitlines()[-1] in chat.say(word)
    (thread,) = triage.threads_waiting(db)
    assert [dict(one.answers) for one in drafts.drafts_of(db, thread.reporter)] == known
    agreed = [row["agreed"] for row in db.all("SELECT agreed FROM consents")]
    assert agreed == ([1] if len(lines) > 1 else [])


def test_a_word_to_the_reminder_sends_nothing(
    chat: Chat, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = chat.say(*SAID)
    for _ in range(20):
        if "请您核对" in reply:
            break
        reply = chat.say("跳过" if "跳过" in reply else "石人镇" if "镇" in reply else "1")
    at(monkeypatch, MONDAY + 5 * HOURS)
    rounds.go_round(db)
    assert "请您核对" in chat.say("好的")
    assert chat.reports() == []
    assert "回执号" in chat.say("好的")  # now it answers


def test_the_desk_shows_by_question_what_is_known(
    chat: Chat, db: Database, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.say(*SAID)
    at(monkeypatch, MONDAY + 5 * HOURS)
    rounds.go_round(db)
    client = desk()
    assert "没说完" in look(client, "/desk/talks").html
    page = look(client, address(db))
    known = page.html.split('<section class="box half">')[1].split("</section>")[0]
    assert "没说完：孩子未到校" in known
    assert "马*明" in known
    assert "138" in known
    assert "13843900001" not in known


def test_one_press_makes_a_report_of_it_and_the_chat_knows(
    chat: Chat, db: Database, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.say(*SAID)
    at(monkeypatch, MONDAY + 5 * HOURS)
    rounds.go_round(db)
    path = f"{address(db)}/report/absence"
    client = desk()
    page = look(client, path)
    assert page.fields["child_name"] == "马晓明"
    assert "家长说过、这里不显示的：联系电话" in page.html
    answer = client.post(path, data=filled(page, {"relation": "祖父", "town": "石人镇", "on_leave": "否"}))
    assert answer.status_code == 303
    assert waiting(db) == []
    assert [row["reporter"].startswith("wechat:") for row in chat.reports()] == [True]
    assert drafts.find_draft(db, chat.reports()[0]["reporter"], "absence").answers == {}  # type: ignore[union-attr]
    back = chat.say("继续")
    assert "已经替您登记好了" in back
    assert "请您核对" not in back
    chat.say("你好")
    assert len(chat.reports()) == 1
    assert (chat.answers()["phone"], chat.answers()["child_name"]) == ("13843900001", "马晓明")
    at(monkeypatch, MONDAY + 50 * HOURS)
    rounds.go_round(db)
    assert waiting(db) == []


def test_a_matter_is_made_of_what_was_said(
    chat: Chat, db: Database, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.say(*SAID)
    at(monkeypatch, MONDAY + 5 * HOURS)
    rounds.go_round(db)
    assert "三天没上学" in look(desk(), f"{address(db)}/report/matter").fields["words"]


@pytest.mark.parametrize(
    "more", [(), ("他叫马晓明，住石人镇",), ("先说说马晓明的事", "马晓明不上学了咋办呢你们管不管")]
)
def test_of_who_did_not_agree_there_is_that_they_came(
    chat: Chat, db: Database, desk: Desk, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...]
) -> None:
    chat.say("马晓明三天没上学了", *more)
    open_before = {row["message"] for row in db.all("SELECT message FROM triage")}
    at(monkeypatch, MONDAY + 5 * HOURS)
    rounds.go_round(db)
    assert "unagreed" in waiting(db)[0]
    client = desk()
    assert "有人来过，没有同意" in look(client, "/desk/talks").html
    page = look(client, address(db))
    assert '<section class="box half">' not in page.html
    if not open_before:  # what she asked people they must read
        assert not any(word in page.html for word in ("马晓明", "三天没上学", "石人镇"))
        form = look(client, f"{address(db)}/report/absence")
        assert "马晓明" not in form.html


def test_who_did_not_agree_but_asked_for_people_is_read_by_them(
    chat: Chat, db: Database, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.say("马晓明三天没上学了", "人工")
    client = desk()
    assert "三天没上学" in look(client, address(db)).html


@pytest.mark.parametrize("word", ["取消", "算了", "不同意"])
def test_what_is_given_up_waits_no_more(
    chat: Chat, db: Database, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    chat.say(*(SAID[:1] if word == "不同意" else SAID))
    at(monkeypatch, MONDAY + 5 * HOURS)
    rounds.go_round(db)
    assert len(waiting(db)) == 1
    chat.say(word)
    assert waiting(db) == []
    assert [row["outcome"] for row in db.all("SELECT outcome FROM triage")] == ["dropped"]
    at(monkeypatch, MONDAY + 60 * HOURS)
    rounds.go_round(db)
    assert waiting(db) == []


def test_what_was_given_up_in_time_never_waits(
    chat: Chat, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.say(*SAID, "取消")
    at(monkeypatch, MONDAY + 25 * HOURS)
    rounds.go_round(db)
    assert (waiting(db), db.all("SELECT 1 FROM outbox")) == ([], [])


def test_what_is_sent_after_all_settles_by_itself(
    chat: Chat, db: Database, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.say(*SAID)
    at(monkeypatch, MONDAY + 5 * HOURS)
    rounds.go_round(db)
    thread = address(db)
    client = desk()
    page = look(client, thread)
    reply = chat.say("继续")
    for _ in range(20):
        if "请您核对" in reply:
            break
        reply = chat.say("跳过" if "跳过" in reply else "石人镇" if "镇" in reply else "1")
    assert "回执号" in chat.say("确认")
    assert waiting(db) == []
    told = client.post(
        f"{thread}/close", data={key: page.fields[key] for key in ("csrf_token", "seen")} | {"why": "other"}
    ).get_data(as_text=True)
    assert "家长" in told
    assert "自己说完" in told


def test_what_was_closed_and_goes_on_again_waits_again(
    chat: Chat, db: Database, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.say(*SAID)
    at(monkeypatch, MONDAY + 5 * HOURS)
    rounds.go_round(db)
    client = desk()
    assert press(client, address(db), "close", why="other").status_code == 303
    rounds.go_round(db)
    assert waiting(db) == []
    chat.say("石人镇")  # at 14:00
    at(monkeypatch, MONDAY + 24 * HOURS)
    rounds.go_round(db)
    assert waiting(db) == []
    at(monkeypatch, MONDAY + 30 * HOURS)
    rounds.go_round(db)
    assert waiting(db) == [("half",)]
    assert len(db.all("SELECT 1 FROM outbox")) == 1


def test_two_workers_tell_once(chat: Chat, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(5):
        Chat(chat.app, f"oParent-{n}").say(*SAID)
    at(monkeypatch, MONDAY + 5 * HOURS)
    with ThreadPoolExecutor(4) as pool:
        told = sum(pool.map(lambda _: silences.tell_silences(db), range(8)))
    assert told == 5
    assert (len(waiting(db)), len(reminders(db))) == (5, 5)
    assert len(db.all("SELECT 1 FROM audit WHERE verb = 'talk.stopped'")) == 5


def test_a_worker_that_dies_in_the_middle_has_told_nothing(
    chat: Chat, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.say(*SAID)
    at(monkeypatch, MONDAY + 5 * HOURS)
    with monkeypatch.context() as killed:
        killed.setattr(triage, "send", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            silences.tell_silences(db)
    assert (waiting(db), reminders(db)) == ([], [])
    silences.tell_silences(db)
    assert (waiting(db), len(reminders(db))) == ([("half",)], 1)


def test_danger_lies_before_people_at_once(chat: Chat, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    chat.say("孩子被人打了，流血了")
    assert waiting(db) == [("danger",)]
    at(monkeypatch, MONDAY + 30 * HOURS)
    rounds.go_round(db)
    assert waiting(db) == [("danger",)]
    assert reminders(db) == []


@pytest.mark.parametrize("hour", [10, 23])
def test_danger_that_was_chosen_and_not_told_is_danger(
    chat: Chat, db: Database, desk: Desk, monkeypatch: pytest.MonkeyPatch, hour: int
) -> None:
    moment = MONDAY.replace(hour=hour)
    at(monkeypatch, moment)
    chat.say("安全报告")
    rounds.go_round(db)
    assert waiting(db) == []
    at(monkeypatch, moment + timedelta(minutes=11))
    rounds.go_round(db)
    assert waiting(db) == [("danger",)]
    client = desk()
    assert "选了" in look(client, address(db)).html
    at(monkeypatch, moment + timedelta(minutes=12))
    chat.say("孩子被人打了")
    (alarm,) = alarms.alarms_waiting(db, accounts.person_by_login(db, "li"))  # type: ignore[arg-type]
    assert alarm.receipt  # one danger is one alarm


def test_danger_that_was_chosen_ends_with_an_outcome(
    chat: Chat, db: Database, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.say("安全报告")
    at(monkeypatch, MONDAY + timedelta(minutes=11))
    rounds.go_round(db)
    client = desk()
    path = address(db)
    assert press(client, path, "close", why="other").status_code == 422
    assert press(client, path, "outcome", words="问过了，点错了，孩子在家。").status_code == 303
    at(monkeypatch, MONDAY + 5 * HOURS)
    rounds.go_round(db)
    assert waiting(db) == []


def test_who_only_looked_at_danger_alarms_nobody(
    chat: Chat, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.say("安全报告", "菜单")
    at(monkeypatch, MONDAY + HOURS)
    rounds.go_round(db)
    assert waiting(db) == []


def test_what_has_waited_goes_with_the_chat(
    chat: Chat, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.say(*SAID)
    at(monkeypatch, MONDAY + 5 * HOURS)
    rounds.go_round(db)
    at(monkeypatch, MONDAY + timedelta(days=8))
    retention.purge(db)
    assert waiting(db) == [("half",)]  # the conversation is gone, and a person has still to see to it
    at(monkeypatch, MONDAY + timedelta(days=181))
    retention.purge(db)
    assert db.all("SELECT 1 FROM triage") == []


def test_who_has_it_deleted_is_gone(chat: Chat, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    chat.say(*SAID)
    at(monkeypatch, MONDAY + 5 * HOURS)
    rounds.go_round(db)
    chat.say("删除我的信息", "确认删除")
    assert waiting(db) == [("delete",)]
    assert not db.all("SELECT 1 FROM triage WHERE why = 'half'")


def test_what_was_offered_stands_open_beside_what_was_said(chat: Chat, db: Database, desk: Desk) -> None:
    assert "1. " in chat.say("孩子在幼儿园受伤")
    page = look(desk(), address(db)).html
    assert "<details open><summary>" in page
    assert "1. " in page.split("<details open>")[1].split("</details>")[0]


KILLED = """
import os, signal, sys
from datetime import datetime
from intake import settings
from intake.calendar import clock
from intake.store.db import Database
from intake.talks import silences, triage
clock.here = lambda pinned=None: datetime.fromisoformat(sys.argv[2])
if sys.argv[3] == "dies":
    triage.send = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
db = Database(settings.load({"DATA": sys.argv[1], "MODE": "demo"}, {}))
print(silences.tell_silences(db))
"""


@pytest.mark.processes
def test_killed_in_the_middle_and_then_two_at_once_it_is_told_once(
    chat: Chat, db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        Chat(chat.app, f"oParent-{n}").say(*SAID)
    later = MONDAY + 5 * HOURS
    at(monkeypatch, later)

    def starts(how: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", KILLED, str(settings.data), later.isoformat(), how],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    died = starts("dies")
    died.communicate(timeout=60)
    assert died.returncode == -signal.SIGKILL
    assert (waiting(db), reminders(db)) == ([], [])
    both = [starts("lives"), starts("lives")]
    assert sum(int(one.communicate(timeout=60)[0]) for one in both) == 3
    assert (waiting(db), len(reminders(db))) == ([("half",)] * 3, 3)
