"""Who guesses at what is masked learns nothing by correcting it: on the page, in the chat, or by how often it may be tried."""

import re
import threading
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forms.progress import status
from intake.children import children
from intake.kinds.envelope import Envelope
from intake.reports import lookup
from intake.reports.mending import correcting
from intake.settings import Settings
from intake.store.db import Database
from tests.hands import chat as chats
from tests.hands.api import basic
from tests.hands.candidates import Secret, too_few
from tests.hands.chat import Chat
from tests.hands.classroom import classroom, teacher
from tests.hands.page import Page, opened, press
from tests.hands.progress import NAME, PHONE, later, prove, told
from tests.hands.samples import FEMALE, citizen_id, sample

CORRECT = "/forms/status/correct"
BORN = date(2019, 5, 12)
NUMBER, GUESS = citizen_id(BORN, FEMALE, order=7), citizen_id(BORN, FEMALE, order=8)
CHILD = {"id_number": NUMBER, "sex": FEMALE, "birth_date": BORN.isoformat(), "basis": "居住证", "permit_number": NUMBER,
         "disability_review": "否", "household_place": "吉林省白山市江源区石人镇大石棚村3组"}  # fmt: skip
GUESSES = [
    ("id_number", NUMBER, GUESS),
    ("permit_number", NUMBER, GUESS),
    ("phone", PHONE, "13811111234"),
    ("household_place", CHILD["household_place"], "吉林省白山市江源区石人镇大石棚村4组"),
    ("guardian_name", "徐桂兰", "徐秀兰"),
]
"""What somebody may guess: the key, what is kept, and something of which the mask looks the same."""


@pytest.fixture
def thief(app: Flask) -> FlaskClient:
    """Give the browser of somebody who knows receipt, last four and name."""
    return app.test_client()


def enrolled(client: FlaskClient, db: Database) -> Envelope:
    return told(client, db, "enrollment", **CHILD, guardian_name="徐桂兰")


def now(db: Database, report: Envelope) -> Envelope:
    found = lookup.report_by_id(db, report.id)
    assert found is not None
    return found


def plain(page: Page, report: Envelope, *typed: str) -> str:
    """Give a page without what differs from report to report and from guess to guess."""
    html = page.html
    for one in (report.receipt, " ".join(re.findall("....", report.receipt)), *typed):
        html = html.replace(one, "…")
    return re.sub(r'value="[^"]{60,}"|\d{2}:\d{2}', "…", html)


def walk(browser: FlaskClient, report: Envelope, key: str, said: str) -> list[tuple[int, str]]:
    """Correct an answer, and look at all that can be seen before and afterwards."""
    prove(browser, report)
    stale = opened(browser, CORRECT)
    check = press(browser, CORRECT, opened(browser, CORRECT), **{key: said})
    seen = [check, press(browser, CORRECT, check, step="send"), press(browser, CORRECT, check, step="send")]
    seen += [opened(browser, CORRECT), opened(browser, "/forms/status/now")]
    seen.append(press(browser, CORRECT, stale, grade="五年级"))  # has the report moved since?
    seen.append(press(browser, CORRECT, opened(browser, CORRECT), **{key: said}))
    return [(page.status, plain(page, report, said)) for page in seen]


@pytest.mark.parametrize(("key", "kept", "guess"), GUESSES)
def test_the_same_and_something_else_are_answered_alike(
    client: FlaskClient, thief: FlaskClient, db: Database, key: str, kept: str, guess: str
) -> None:
    one, other = enrolled(client, db), enrolled(client, db)
    right, wrong = walk(thief, one, key, kept), walk(thief, other, key, guess)
    assert [code for code, _ in right] == [200, 200, 200, 200, 200, 409, 200]
    for page, (equal, different) in enumerate(zip(right, wrong, strict=True)):
        assert equal == different, page
    assert lookup.answers_of(db, now(db, one))[key] == kept
    assert lookup.answers_of(db, now(db, other))[key] == guess


def test_the_same_again_changes_nothing_inside(client: FlaskClient, thief: FlaskClient, db: Database) -> None:
    report = enrolled(client, db)
    before = [dict(row) for row in db.all("SELECT * FROM case_events")], lookup.answers_of(db, report)
    walk(thief, report, "id_number", NUMBER)
    assert now(db, report) == report
    assert (
        [dict(row) for row in db.all("SELECT * FROM case_events")],
        lookup.answers_of(db, report),
    ) == before
    assert db.all("SELECT * FROM versions") == []
    (noted,) = db.all("SELECT detail FROM audit WHERE subject = ? AND verb = 'report.repeated'", (report.id,))
    assert noted["detail"] == "id_number"
    assert NUMBER not in str([tuple(row) for row in db.all("SELECT * FROM corrections")])


@pytest.mark.parametrize("day", [BORN, BORN + timedelta(days=1)])
def test_a_birth_date_is_not_found_by_whether_it_fits_the_number(
    client: FlaskClient, thief: FlaskClient, db: Database, day: date
) -> None:
    report = enrolled(client, db)
    prove(thief, report)
    answer = press(thief, CORRECT, opened(thief, CORRECT), birth_date=day.isoformat())
    assert answer.status == 422
    assert "出生日期要和身份证件号一起改" in answer.words
    assert "对不上" not in answer.words
    assert answer.fields["birth_date"] == day.isoformat()


def spend(browser: FlaskClient, report: Envelope, times: int) -> list[Page]:
    """Guess so many numbers, one after another."""
    found = []
    for order in range(times):
        page = opened(browser, CORRECT)
        check = press(browser, CORRECT, page, id_number=citizen_id(BORN, FEMALE, order=order))
        found.append(press(browser, CORRECT, check, step="send"))
    return found


def test_three_a_day_and_the_fourth_is_told_whom_to_call(
    client: FlaskClient, thief: FlaskClient, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = enrolled(client, db)
    for browser in (thief, client):  # whoever sits there: it is counted by report
        prove(browser, report)
        pages = spend(browser, report, correcting.DAILY + 1)
        refused = pages[-1]
        assert refused.status == 429
        assert "打电话" in refused.words
        assert db.settings.contact_phone in refused.words
        assert refused.fields["id_number"] == citizen_id(BORN, FEMALE, order=correcting.DAILY)
    kept = lookup.answers_of(db, now(db, report))["id_number"]
    assert kept == citizen_id(BORN, FEMALE, order=correcting.DAILY - 1)
    check = press(thief, CORRECT, opened(thief, CORRECT), grade="五年级")
    assert status.CORRECTED in press(thief, CORRECT, check, step="send").words  # what is open goes on
    later(monkeypatch, timedelta(days=1))
    prove(thief, report)
    assert status.CORRECTED in spend(thief, report, 1)[0].words


def test_many_at_once_are_three(app: Flask, client: FlaskClient, db: Database) -> None:
    report = enrolled(client, db)
    taken: list[int] = []
    start = threading.Barrier(6, timeout=60)

    def guess(at: int, browser: FlaskClient) -> None:
        start.wait()
        for order in range(at * 20, at * 20 + 8):
            check = press(browser, CORRECT, opened(browser, CORRECT),
                          id_number=citizen_id(BORN, FEMALE, order=order))  # fmt: skip
            done = press(browser, CORRECT, check, step="send")
            taken.append(done.status)
            if done.status == 429:
                break

    browsers = [app.test_client() for _ in range(6)]
    for one in browsers:
        prove(one, report)  # in turn: of those who prove at once the sixth waits
    threads = [threading.Thread(target=guess, args=one) for one in enumerate(browsers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken.count(429) == 6
    (row,) = db.all("SELECT count(*) AS n FROM corrections WHERE guarded = 1")
    assert row["n"] == correcting.DAILY
    assert taken.count(200) == correcting.DAILY


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    """Give the chat of a parent."""
    with chats.opened(settings) as one:
        yield one


def enrolled_in_chat(chat: Chat, openid: str) -> Chat:
    one = Chat(chat.app, openid)
    body = sample("enrollment", 1, chat.db.today()) | CHILD | {"child_name": NAME, "phone": PHONE}
    chats.answer_all(one, "enrollment", one.say("1", "同意"), body)
    assert "回执号" in one.say("确认")
    return one


def without_receipt(reply: str) -> str:
    return chats.RECEIPT.sub("…", reply)


def test_in_the_chat_the_same_and_something_else_are_answered_alike(chat: Chat) -> None:
    for key, kept, guess in (("身份证件号", NUMBER, GUESS), ("电话", PHONE, "13811111234")):
        heard = []
        for said in (kept, guess):
            one = enrolled_in_chat(chat, f"o{said}")
            replies = one.say("更正"), one.say(f"{key}错了，是{said}"), one.say("确认"), one.say("我的信息")
            heard.append([without_receipt(reply).replace(said, "…") for reply in replies])
        assert heard[0] == heard[1]
        assert "改好了" in heard[0][2]


def test_the_chat_shows_a_report_again_with_numbers_masked(chat: Chat) -> None:
    one = enrolled_in_chat(chat, "oAgain")
    for reply in (one.say("更正"), one.say("取消", "我的信息"), one.say("进度"), one.say("寄宿")):
        assert too_few(reply, Secret(NUMBER, PHONE)) == []
    assert "身份证号：2206*" in one.say("取消", "更正")
    assert "回执号不变" in one.say("三年级1班", "确认")
    assert chats.kept(one)["id_number"] == NUMBER
    assert chats.kept(one)["phone"] == PHONE


def test_in_the_chat_three_a_day_too(chat: Chat) -> None:
    one = enrolled_in_chat(chat, "oOften")
    for order in range(correcting.DAILY):
        one.say("更正", f"身份证号错了，是{citizen_id(BORN, FEMALE, order=order)}")
        assert "改好了" in one.say("确认")
    one.say("更正", f"身份证号错了，是{GUESS}")
    refused = one.say("确认")
    assert "今天已经改满了" in refused
    assert chats.PHONE in refused
    assert chats.kept(one)["id_number"] == citizen_id(BORN, FEMALE, order=correcting.DAILY - 1)
    assert "回执号" not in one.say("取消")


@pytest.mark.parametrize("leave", ["是", "否"])
@pytest.mark.parametrize("kind", ["absence", "boarding"])
def test_a_report_does_not_tell_whether_a_number_is_on_the_roll(
    client: FlaskClient, db: Database, kind: str, leave: str
) -> None:
    """Anybody may report, and reads what comes next: whether a class teacher has it would tell of a guess."""
    room = classroom(db)
    teacher(db, room)
    pupil = room.children[NAME]
    with db.write():
        cells = db.keys.lock(NUMBER, "children.id_number", pupil), children.number_hash(db, NUMBER), pupil
        db.run("UPDATE children SET id_number = ?, id_number_hash = ? WHERE id = ?", cells)
    seen = []
    for number in (NUMBER, GUESS):
        more = {"on_leave": leave} if kind == "absence" else {}
        said = {
            "id_number": number,
            "sex": FEMALE,
            "birth_date": BORN.isoformat(),
            "grade": "",
            "class_name": "",
        }
        report = told(client, db, kind, **said, school="", **more)
        answer = client.get(f"/api/v1/reports/{report.receipt}", headers=basic(PHONE[-4:], NAME))
        page = prove(client, report)
        seen.append(
            (plain(page, report), re.sub(r"\d{2}:\d{2}", "…", answer.text.replace(report.receipt, "…")))
        )
    assert seen[0] == seen[1]
