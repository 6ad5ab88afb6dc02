"""Danger to a child reaches somebody: first on every page of the desk, until a name has written what was done."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from intake.calendar import clock
from intake.errors import Dealt
from intake.house import cells, retention, verify
from intake.kinds import tables
from intake.reports import door, lookup
from intake.settings import Settings
from intake.store import audit
from intake.store.db import Database, Row
from intake.store.migrations import STEPS
from intake.talks import alarms, holders, triage
from tests.hands.cells import opened_cells
from tests.hands.chat import PLATFORM, Chat, opened
from tests.hands.classroom import SCHOOL_NAME, school
from tests.hands.danger import TOLD, UNTAKEN, WORDS, browser, enrol, look, receipt_of, sent, staff
from tests.hands.page import Page, send
from tests.hands.page import public as typed
from tests.hands.samples import sample
from tests.hands.watching import plan, statements


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    with opened(settings) as one:
        enrol(one.db)
        yield one


@pytest.fixture
def db(chat: Chat) -> Database:
    return chat.db


@pytest.fixture
def li(chat: Chat) -> FlaskClient:
    """Give the browser of somebody of the bureau."""
    return browser(chat, "bureau")


def press(client: FlaskClient, path: str, action: str, **fields: str) -> TestResponse:
    """Open a page and press one of its buttons; what stands in its hidden fields goes along."""
    page = look(client, path)
    return client.post(f"{path}/{action}", data=sent(page, action) | fields)


def received(db: Database, n: int = 1, **more: object) -> str:
    """Receive a safety report; give its address at the desk."""
    body = {**sample("safety", n, db.today()), **more}
    return f"/desk/reports/{door.receive(db, 'safety', body, channel='api').receipt}"


def noted(db: Database, verb: str) -> list[Row]:
    return db.all("SELECT actor, subject, detail FROM audit WHERE verb = ? ORDER BY id", (verb,))


def by_page(chat: Chat) -> None:
    assert send(chat.app.test_client(), "safety", typed("safety", 1)).status_code == 303


def by_json(chat: Chat) -> None:
    body = sample("safety", 1, chat.db.today())
    assert chat.app.test_client().post("/api/v1/reports/safety", json=body).status_code == 201


def by_chat(chat: Chat) -> None:
    chat.say(TOLD, "不安全", "13812345678")


def for_a_parent(chat: Chat) -> None:
    door.receive(chat.db, "safety", sample("safety", 1, chat.db.today()), channel="proxy", reporter="staff:x")


def from_a_list(chat: Chat) -> None:
    door.receive(chat.db, "safety", sample("safety", 1, chat.db.today()), channel="import")


DOORS = [by_page, by_json, by_chat, for_a_parent, from_a_list]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_danger_stands_first_whatever_door_it_came_by(
    chat: Chat, li: FlaskClient, db: Database, door: Callable[[Chat], None]
) -> None:
    assert 'id="danger"' not in look(li).html
    door(chat)
    page, path = look(li), f"/desk/reports/{receipt_of(db)}"
    assert UNTAKEN.format(1) in page.words
    assert "已等 1 分钟" in page.words
    assert page.html.index('id="danger"') < page.html.index("<h1>")
    assert path in page.links
    assert f"{path}/take" in page.links
    for other in ("/desk/talks", "/desk/calls", "/desk/pictures"):
        page = look(li, other)
        assert UNTAKEN.format(1) in page.words
        assert "/desk/#danger" in page.links
        assert page.html.index(UNTAKEN.format(1)) < page.html.index("<h1>")


def test_the_oldest_stands_first_and_minutes_are_said(chat: Chat, li: FlaskClient, db: Database) -> None:
    received(db, 1)
    received(db, 2)
    first, second = alarms.untaken(db, staff(db, "bureau"))
    with db.write():
        at = clock.stamp(db.now() - timedelta(minutes=26))
        db.run("UPDATE reports SET received_at = ? WHERE id = ?", (at, second.subject))
    page = look(li)
    assert UNTAKEN.format(2) in page.words
    assert page.words.index("已等 26 分钟") < page.words.index("已等 1 分钟")
    assert [one.subject for one in alarms.untaken(db, staff(db, "bureau"))] == [second.subject, first.subject]
    assert "最久的等了 26 分钟" in look(li, "/desk/calls").words


def test_the_page_gives_name_telephone_and_words_in_clear_and_notes_each_look(
    chat: Chat, li: FlaskClient, db: Database
) -> None:
    body = sample("safety", 3, db.today())
    assert "id_number" in body
    path = received(db, 3)
    assert str(body["child_name"]) not in look(li).html
    page = look(li, path)
    for key in ("child_name", "phone", "description", "place", "guardian_name"):
        assert str(body[key]) in page.words, key
    assert f"tel:{body['phone']}" in page.links
    assert str(body["id_number"]) not in page.html
    title = page.html.partition("<title>")[2].partition("</title>")[0]
    assert title == "安全报告 · 保学通"
    look(li, path)
    report = lookup.find_report(db, path.rpartition("/")[2])
    assert report
    assert [tuple(row) for row in noted(db, "report.read")] == [
        (staff(db, "bureau").actor, report.id, "safety")
    ] * 2
    assert audit.broken(db) == []


def test_other_reports_are_shown_masked(chat: Chat, li: FlaskClient, db: Database) -> None:
    body = sample("absence", 3, db.today())
    path = f"/desk/reports/{door.receive(db, 'absence', body, channel='api').receipt}"
    page = look(li, path)
    for key in ("child_name", "phone", "id_number"):
        assert str(body[key]) not in page.html, key
    assert "tel:" not in page.html
    assert 'id="danger"' not in page.html
    assert "words" not in page.names
    assert len(noted(db, "report.read")) == 1
    token = look(li).fields["csrf_token"]
    for action in ("take", "outcome"):
        assert li.post(f"{path}/{action}", data={"csrf_token": token, "words": WORDS}).status_code == 404


@pytest.mark.parametrize("login", ["shiren", "principal", "teacher", "branch", ""])
def test_who_may_not_sees_nothing_and_changes_nothing(chat: Chat, db: Database, login: str) -> None:
    path = received(db, 1)  # of another town than the branch's
    chat.say(TOLD)
    other = browser(chat, login) if login else chat.app.test_client()
    for one in (path, f"{path}/none", "/desk/reports/000000000000"):
        assert other.get(one).status_code in ((303, 403, 404) if login else (303, 404)), one
    answer = other.get(path)
    assert answer.status_code == {"": 303, "teacher": 403}.get(login, 404)
    assert str(sample("safety", 1)["phone"]) not in answer.text
    home = other.get("/desk/").text
    assert "孩子可能有危险" not in home
    token = Page(other.get("/desk/")).fields.get("csrf_token") or Page(other.get("/desk/sign-in")).fields.get(
        "csrf_token", ""
    )
    thread = triage.threads_waiting(db)[0].id
    for address in (path, f"/desk/talks/{thread}"):
        for action in ("take", "outcome"):
            sent = {"csrf_token": token, "words": WORDS, "seen": "1"}
            assert other.post(f"{address}/{action}", data=sent).status_code in (303, 400, 403, 404)
    assert other.post(f"{path}/town", data={"csrf_token": token, "town": "220605105"}).status_code in (
        303,
        400,
        403,
        404,
    )
    assert db.all("SELECT * FROM alarms") == []
    assert noted(db, "report.read") == []


def test_a_branch_of_the_bureau_sees_the_alarms_of_its_own_town(chat: Chat, db: Database) -> None:
    path = received(db, 0)
    assert sample("safety", 0)["town"] == "石人镇"
    branch = browser(chat, "branch")
    assert UNTAKEN.format(1) in look(branch).words
    assert str(sample("safety", 0)["phone"]) in look(branch, path).words


def test_danger_at_a_school_of_the_town_is_the_town_branchs_too(chat: Chat, db: Database) -> None:
    school(db)
    path = received(db, 1, school=SCHOOL_NAME)
    assert sample("safety", 1)["town"] != "石人镇"
    branch = browser(chat, "branch")
    assert UNTAKEN.format(1) in look(branch).words
    assert str(sample("safety", 1)["phone"]) in look(branch, path).words
    assert press(branch, path, "outcome", words=WORDS).status_code == 303


def test_a_forged_form_changes_nothing(chat: Chat, li: FlaskClient, db: Database) -> None:
    path = received(db)
    for action in ("take", "outcome", "town"):
        assert li.post(f"{path}/{action}", data={"words": WORDS, "seen": "1"}).status_code == 400
    assert db.all("SELECT * FROM alarms") == []


def test_whoever_takes_it_is_named_and_the_second_is_told(chat: Chat, li: FlaskClient, db: Database) -> None:
    path, wang = received(db), browser(chat, "wang")
    theirs = look(wang, path)
    done = press(li, path, "take")
    assert (done.status_code, done.location) == (303, path)
    assert "这件事由您处理" in look(li, path).words
    late = Page(wang.post(f"{path}/take", data=theirs.fields))
    assert late.status == 409
    assert "bureau老师 今天" in late.words
    assert "接了这件事" in late.words
    again = li.post(f"{path}/take", data=look(li, path).fields)
    assert again.status_code == 303  # pressed twice
    (row,) = db.all("SELECT taken_by FROM alarms")
    assert row["taken_by"] == staff(db, "bureau").actor
    assert len(noted(db, "alarm.taken")) == 1
    page = look(wang)
    assert "bureau老师在处理" in page.words
    assert "等处理结果" in page.words
    assert "还没有人处理" not in page.words
    assert "孩子可能有危险" not in look(wang, "/desk/talks").words


def test_of_many_at_once_one_takes_it(chat: Chat, db: Database) -> None:
    received(db)
    (alarm,) = alarms.untaken(db, staff(db, "bureau"))
    persons = [staff(db, login) for login in ("bureau", "wang", "branch", "shiren")]

    def press(n: int) -> bool:
        try:
            alarms.take(db, alarm, persons[n])
        except holders.Taken:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(press, range(4))) == 1
    assert len(noted(db, "alarm.taken")) == 1


@pytest.mark.parametrize(
    ("words", "fault"),
    [("", "请写清楚做了什么"), ("  ", "请写清楚做了什么"), ("好的", "请写清楚做了什么"), ("。。。。。", "请写清楚做了什么"),
     ("字" * 1001, "太长了")],
)  # fmt: skip
def test_an_outcome_needs_words_and_keeps_what_was_typed(
    chat: Chat, li: FlaskClient, db: Database, words: str, fault: str
) -> None:
    path = received(db)
    page = Page(press(li, path, "outcome", words=words))
    assert page.status == 422
    assert fault in page.words
    assert "words-wrong" in page.invalid
    assert page.fields["words"] == words
    assert UNTAKEN.format(1) in look(li).words


def test_an_outcome_with_a_name_ends_it(chat: Chat, li: FlaskClient, db: Database) -> None:
    path, wang = received(db), browser(chat, "wang")
    press(li, path, "take")
    theirs = look(wang, path)
    done = press(li, path, "outcome", words=WORDS)
    assert (done.status_code, done.location) == (303, "/desk/")
    assert "孩子可能有危险" not in look(li).words
    page = look(li, path)
    assert WORDS in page.words
    assert "bureau老师，今天" in page.words
    late = Page(wang.post(f"{path}/outcome", data=sent(theirs) | {"words": "我也打过电话了。"}))
    assert late.status == 409
    assert "已经写了处理结果" in late.words
    (row,) = db.all("SELECT * FROM alarms")
    assert (row["done_by"], opened_cells(db, "alarms.outcome")) == (staff(db, "bureau").actor, [WORDS])
    assert len(noted(db, "alarm.finished")) == 1
    assert ("alarms", ("outcome",)) in [(one.name, one.columns) for one in cells.closed()]
    assert cells.relock(db)
    assert verify.faults(db) == []


def test_a_colleague_may_write_the_outcome_of_what_another_took(
    chat: Chat, li: FlaskClient, db: Database
) -> None:
    path = received(db)
    press(li, path, "take")
    with db.write():  # on leave from tomorrow on
        db.run("UPDATE staff SET active = 0 WHERE login = 'bureau'")
    wang = browser(chat, "wang")
    assert "bureau老师在处理" in look(wang).words
    assert press(wang, path, "outcome", words=WORDS).status_code == 303
    assert "wang老师，今天" in look(wang, path).words


def test_nobody_ends_what_was_said_after_they_looked(chat: Chat, li: FlaskClient, db: Database) -> None:
    chat.say(TOLD)
    path = f"/desk/reports/{receipt_of(db)}"
    page = look(li, path)
    chat.say("他又来打了，还在流血")
    late = Page(li.post(f"{path}/outcome", data=sent(page) | {"words": WORDS}))
    assert late.status == 409
    assert "刚刚又有新的话" in late.words
    assert late.fields["words"] == WORDS
    assert "他又来打了" in late.words
    assert db.all("SELECT * FROM alarms") == []
    assert li.post(f"{path}/outcome", data=sent(late) | {"words": WORDS}).status_code == 303
    assert triage.count(db) == 0


def test_chat_and_report_of_one_emergency_are_one_alarm(chat: Chat, li: FlaskClient, db: Database) -> None:
    chat.say(TOLD, "不安全", "13812345678")
    path, thread = f"/desk/reports/{receipt_of(db)}", f"/desk/talks/{triage.threads_waiting(db)[0].id}"
    assert len(alarms.alarms_waiting(db, staff(db, "bureau"))) == 1
    assert UNTAKEN.format(1) in look(li).words
    page = look(li, path)
    assert thread in page.links
    assert "tel:13812345678" in page.links
    page = look(li, thread)
    assert path in page.links
    assert "回复家长不算办完" in page.words
    press(li, path, "outcome", words=WORDS)
    assert triage.count(db) == 0
    rows = db.all("SELECT state, outcome, done_by FROM triage")
    assert {tuple(row) for row in rows} == {("done", "outcome", staff(db, "bureau").actor)}


def test_one_sentence_of_answer_does_not_end_danger(chat: Chat, li: FlaskClient, db: Database) -> None:
    chat.say("人工", TOLD)
    thread = f"/desk/talks/{triage.threads_waiting(db)[0].id}"
    wang = browser(chat, "wang")
    first = look(wang, thread)
    done = press(li, thread, "answer", text="马上给您打电话")
    assert (done.status_code, done.location) == (303, thread)
    assert len(db.all("SELECT id FROM outbox")) == 1
    assert triage.threads_waiting(db)[0].why == ("danger",)
    page = look(li, thread)
    assert "要写下处理结果才算办完" in page.words
    assert UNTAKEN.format(1) in look(li).words
    # Danger that stays open is still not answered by two at once.
    late = wang.post(f"{thread}/answer", data=sent(first, "answer") | {"text": "第二"})
    assert late.status_code == 409
    assert len(db.all("SELECT id FROM outbox")) == 1


def test_two_at_once_answer_danger_once(chat: Chat, db: Database) -> None:
    chat.say(TOLD)
    who, seen = (
        triage.threads_waiting(db)[0].reporter,
        triage.mark(db, triage.threads_waiting(db)[0].reporter),
    )
    triage.answer(db, who, "第一", staff(db, "bureau"), seen)
    with pytest.raises(Dealt):
        triage.answer(db, who, "第二", staff(db, "wang"), seen)
    assert len(db.all("SELECT id FROM outbox")) == 1
    triage.answer(db, who, "第三", staff(db, "wang"), triage.mark(db, who))
    assert triage.count(db) == 1


@pytest.mark.parametrize("why", triage.REASONS)
def test_danger_is_not_closed_with_a_reason(chat: Chat, li: FlaskClient, db: Database, why: str) -> None:
    chat.say(TOLD)
    thread = f"/desk/talks/{triage.threads_waiting(db)[0].id}"
    assert f"{thread}/close" not in look(li, thread).links
    page = Page(press(li, thread, "close", why=why))
    assert page.status == 422
    assert "孩子有危险的话不能这样关" in page.words
    assert triage.count(db) == 1
    assert noted(db, "talk.closed") == []


def loose(chat: Chat, *more: str) -> str:
    """Let words of danger wait that lie in no report; give the address of their thread."""
    chat.say("嗷嗷嗷", *more)
    with chat.db.write():
        chat.db.run("UPDATE triage SET why = 'danger'")
    return f"/desk/talks/{triage.threads_waiting(chat.db)[0].id}"


def test_words_of_danger_without_a_report_are_an_alarm_of_their_own(
    chat: Chat, li: FlaskClient, db: Database
) -> None:
    thread, wang = loose(chat), browser(chat, "wang")
    page = look(li)
    assert UNTAKEN.format(1) in page.words
    assert f"{thread}#danger" in page.links
    theirs = look(wang, thread)
    assert press(li, thread, "take").location == f"{thread}#danger"
    late = Page(wang.post(f"{thread}/take", data=theirs.fields))
    assert late.status == 409
    assert "bureau老师" in late.words
    assert "bureau老师在处理" in look(wang).words
    short = Page(press(li, thread, "outcome", words="好"))
    assert (short.status, short.fields["words"]) == (422, "好")
    assert "words-wrong" in short.invalid
    assert press(li, thread, "outcome", words=WORDS).status_code == 303
    assert triage.count(db) == 0
    late = Page(wang.post(f"{thread}/outcome", data=sent(theirs) | {"words": "我也打过电话了。"}))
    assert late.status == 409
    assert "bureau老师" in late.words
    assert "已经写了处理结果" in late.words
    assert "孩子可能有危险" not in look(li).words


GONE = {
    "unfollowed": lambda chat: chat.send(PLATFORM.event("oParent-1", "unsubscribe")),
    "deleted": lambda chat: chat.say("删除我的信息", "确认删除"),
    "old": lambda chat: aged(chat.db),
}


def aged(db: Database) -> None:
    with db.write():
        for column, table in (("received_at", "messages"), ("at", "media"), ("at", "triage")):
            db.run(f"UPDATE {table} SET {column} = '2020-01-01T00:00:00.000Z'")
    retention.purge(db)


@pytest.mark.parametrize("goes", GONE.values(), ids=GONE)
@pytest.mark.parametrize("said", [TOLD, "孩子在幼儿园受伤（很严重）"], ids=["reported", "offered"])
def test_danger_outlasts_its_chat_until_an_outcome_is_written(
    chat: Chat, li: FlaskClient, db: Database, goes: Callable[[Chat], object], said: str
) -> None:
    chat.say("嗷嗷嗷", said)
    goes(chat)
    retention.purge(db)
    assert UNTAKEN.format(1) in look(li).words
    thread = next(one.id for one in triage.threads_waiting(db) if "danger" in one.why)
    page = look(li, f"/desk/talks/{thread}")
    assert said in page.words
    assert "嗷嗷嗷" not in page.words
    (alarm,) = alarms.alarms_waiting(db, staff(db, "bureau"))
    path = f"/desk/reports/{alarm.receipt}" if alarm.receipt else f"/desk/talks/{thread}"
    assert press(li, path, "outcome", words=WORDS).status_code == 303
    assert "孩子可能有危险" not in look(li).words
    retention.purge(db)
    assert said not in "".join(chat.messages("safety"))
    assert verify.faults(db) == []


def test_who_deletes_the_chat_is_told_that_danger_stays(chat: Chat) -> None:
    chat.say("孩子在幼儿园受伤（很严重）")
    assert "孩子有危险的话，处理完再删" in chat.say("删除我的信息", "确认删除")
    other = Chat(chat.app, "oParent-2")
    other.say("人工")
    assert "危险" not in other.say("删除我的信息", "确认删除")


def test_who_ended_it_a_moment_before_is_named_in_a_thread_too(
    chat: Chat, li: FlaskClient, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = loose(chat)
    page = look(li, thread)
    (alarm,) = alarms.alarms_waiting(db, staff(db, "wang"))
    alarms.finish(db, alarm, WORDS, staff(db, "wang"), alarms.mark(db, alarm))
    monkeypatch.setattr(alarms, "alarm_of_thread", lambda *_: alarm)  # as it was read before
    late = Page(li.post(f"{thread}/outcome", data=sent(page) | {"words": "我也打过电话了。"}))
    assert late.status == 409
    assert "wang老师" in late.words
    assert "已经写了处理结果" in late.words
    assert "刚刚又有新的话" not in late.words
    (row,) = db.all("SELECT done_by FROM alarms")
    assert row["done_by"] == staff(db, "wang").actor


def test_a_report_made_of_loose_words_takes_them_along_and_who_had_them(
    chat: Chat, li: FlaskClient, db: Database
) -> None:
    thread = loose(chat)
    press(li, thread, "take")
    page = look(li, f"{thread}/report/safety")
    data = page.fields.copy()
    for key, value in typed("safety", 1).items():
        data.setlist(key, value if isinstance(value, list) else [value])
    assert li.post(f"{thread}/report/safety", data=data).status_code == 303
    (alarm,) = alarms.alarms_waiting(db, staff(db, "bureau"))
    assert (alarm.receipt, alarm.taken_by) == (receipt_of(db), "bureau老师")
    assert triage.count(db) == 1
    assert press(li, f"/desk/reports/{alarm.receipt}", "outcome", words=WORDS).status_code == 303
    assert triage.count(db) == 0
    assert verify.faults(db) == []


def test_another_report_made_of_the_thread_does_not_end_its_danger(
    chat: Chat, li: FlaskClient, db: Database
) -> None:
    thread = loose(chat)
    data = look(li, f"{thread}/report/absence").fields.copy()
    for key, value in typed("absence", 1).items():
        data.setlist(key, value if isinstance(value, list) else [value])
    assert li.post(f"{thread}/report/absence", data=data).status_code == 303
    assert li.post(f"{thread}/report/absence", data=data).status_code == 409  # pressed twice
    assert len(db.all("SELECT id FROM outbox")) == 1
    assert UNTAKEN.format(1) in look(li).words


def test_words_after_the_outcome_alarm_anew(chat: Chat, li: FlaskClient, db: Database) -> None:
    chat.say(TOLD)
    path = f"/desk/reports/{receipt_of(db)}"
    press(li, path, "outcome", words=WORDS)
    assert "孩子可能有危险" not in look(li).words
    chat.say("他又来打了，还在流血")
    assert UNTAKEN.format(1) in look(li).words


def test_a_picture_within_an_emergency_belongs_to_it(chat: Chat, db: Database) -> None:
    chat.say(TOLD)
    chat.send(PLATFORM.image("oParent-1", "m1"))
    assert len(alarms.alarms_waiting(db, staff(db, "bureau"))) == 1


def test_a_restart_keeps_who_has_it(settings: Settings) -> None:
    with opened(settings) as chat:
        enrol(chat.db)
        path = received(chat.db)
        press(browser(chat, "bureau"), path, "take")
    with opened(settings) as chat:
        assert "bureau老师在处理" in look(browser(chat, "wang")).words
        press(browser(chat, "wang"), path, "outcome", words=WORDS)
    with opened(settings) as chat:
        assert "孩子可能有危险" not in look(browser(chat, "wang")).words


def test_a_cell_that_cannot_be_opened_keeps_the_rest(chat: Chat, li: FlaskClient, db: Database) -> None:
    path = received(db)
    with db.write():
        db.run("UPDATE answers_safety SET description = 'broken'")
    page = look(li, path)
    assert "打不开" in page.words
    assert str(sample("safety", 1)["phone"]) in page.words


def test_a_report_without_a_town_is_given_one(chat: Chat, li: FlaskClient, db: Database) -> None:
    chat.say(TOLD)
    path = f"/desk/reports/{receipt_of(db)}"
    assert "不知道哪个镇街" in look(li).words
    wrong = Page(press(li, path, "town", town="220605999"))
    assert wrong.status == 422
    assert "没有这个镇街" in wrong.words
    assert "town-wrong" in wrong.invalid
    assert press(li, path, "town", town="220605105").status_code == 303
    report = lookup.find_report(db, receipt_of(db))
    assert report
    assert report.town == "220605105"
    assert [row["detail"] for row in noted(db, "report.placed")] == ["220605105"]
    page = look(li, path)
    assert "town" not in page.names
    assert "石人镇 · 微信" in look(li).words
    assert "孩子可能有危险" in look(browser(chat, "branch")).words


def test_reports_from_before_are_listed_and_alarm_nobody(settings: Settings) -> None:
    with opened(settings) as chat:
        enrol(chat.db)
        path = received(chat.db, 1)
        chat.say(TOLD)  # its words still wait for somebody
        waits = receipt_of(chat.db)
        back(chat.db)
    with opened(settings) as chat:
        li = browser(chat, "bureau")
        page = look(li)
        assert UNTAKEN.format(1) in page.words
        assert f"/desk/reports/{waits}/take" in page.links
        assert "以前的安全报告：1 份没有写处理结果" in page.words
        assert path in page.links
        page = look(li, path)
        assert "以前的安全报告，还没有写处理结果" in page.words
        assert f"{path}/take" not in page.links
        assert press(li, path, "outcome", words=WORDS).status_code == 303
        assert "以前的安全报告" not in look(li).words
        assert verify.faults(chat.db) == []


def back(db: Database) -> None:
    """Make the database one of before there were alarms."""
    with db.schema() as schema:
        schema.run("DROP TABLE alarms")
        schema.run("UPDATE triage SET receipt = ''")
        schema.run("DELETE FROM _sqlite_migrations WHERE name = 'm013_danger'")
        assert {step.name for step in STEPS} - set(schema.applied()) == {"m013_danger"}
    assert tables.behind(db)
    tables.prepare(db)


def test_alarms_are_found_without_reading_every_report(chat: Chat, db: Database) -> None:
    person = staff(db, "bureau")
    with statements(db) as sent:
        alarms.alarms_waiting(db, person)
    plans = [step for sql in sent if "reports" in sql for step in plan(db, sql).split("; ")]
    assert "SEARCH r USING INDEX idx_reports_kind_status (kind=?)" in plans
    assert not [one for one in plans if one.startswith("SCAN")]
