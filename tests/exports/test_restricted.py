"""What few may see is nowhere for the others: pages, counts, pictures, workbooks; nor who asked to stay unnamed."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from intake.reports import door, lookup, photos
from intake.settings import Settings
from intake.store.db import Database
from intake.talks import triage
from tests.hands import staffed
from tests.hands.chat import Chat, opened
from tests.hands.classroom import SCHOOL_NAME
from tests.hands.desk import sign_in, signed_in
from tests.hands.pictures import picture
from tests.hands.samples import sample

LEFT_OUT = ("town", "principal", "subsidies")
SEEING = ("officer", "bureau")
DANGER, PHONE = "孩子可能有危险", "13800007777"


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    with opened(settings) as one:
        staffed.everybody(one.db)
        yield one


@pytest.fixture
def db(chat: Chat) -> Database:
    return chat.db


def browser(chat: Chat, login: str) -> FlaskClient:
    return signed_in(chat.app, login)


def received(db: Database, mark: str, kind: str = "safety") -> str:
    """Receive a report at the school, with a picture, and mark it; give its receipt."""
    body = sample(kind, 0, db.today()) | {"school": SCHOOL_NAME, "phone": PHONE}
    receipt = door.receive(db, kind, body, channel="form").receipt
    report = lookup.find_report(db, receipt)
    assert report is not None
    if kind == "safety":
        photos.add(db, report, picture(), actor="t")
    with db.write():
        db.run(f"UPDATE reports SET {mark} = 1 WHERE receipt = ?", (receipt,))
    return receipt


def cells(client: FlaskClient, db: Database) -> str:
    """Give all words of today's workbook."""
    answer = client.get(f"/desk/export/{db.today()}.xlsx")
    assert answer.status_code == 200
    book = load_workbook(BytesIO(answer.data))
    return " ".join(
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell
    )


@pytest.mark.parametrize("login", [*LEFT_OUT, *SEEING, "approver"])
def test_a_restricted_report_is_seen_by_the_safety_officers_alone(
    chat: Chat, db: Database, login: str
) -> None:
    receipt, who = received(db, "restricted"), browser(chat, login)
    home, path = who.get("/desk/"), f"/desk/reports/{receipt}"
    assert home.status_code == 200
    seeing = login not in LEFT_OUT
    assert (DANGER in home.text) is seeing
    assert ("收到 <b>1</b> 份" in home.text) is seeing
    assert who.get(path).status_code == (200 if seeing else 404)
    if login in (*SEEING, "subsidies"):
        (media,) = photos.photos_of_report(db, receipt)
        picture_of = f"/desk/pictures/{receipt}"
        assert (receipt in who.get("/desk/pictures").text) is seeing
        assert who.get(picture_of).status_code == (200 if seeing else 404)
        assert who.get(f"{picture_of}/{media['id']}").status_code == (200 if seeing else 404)
    if login in (*SEEING, "subsidies", "town"):
        assert (receipt in cells(who, db)) is seeing


@pytest.mark.parametrize("login", ["town", "principal", *SEEING])
def test_danger_that_is_not_restricted_stands_first_for_whose_it_is(
    chat: Chat, db: Database, login: str
) -> None:
    receipt = received(db, "confidential")
    who = browser(chat, login)
    assert DANGER in who.get("/desk/").text
    page = who.get(f"/desk/reports/{receipt}").text
    assert ("我来处理" in page) is (login in SEEING)
    assert "我来处理" not in browser(chat, "neighbour").get("/desk/").text


@pytest.mark.parametrize("login", ["town", "principal", *SEEING])
def test_town_and_school_never_learn_a_confidential_reporter(chat: Chat, db: Database, login: str) -> None:
    receipt = received(db, "confidential")
    page = browser(chat, login).get(f"/desk/reports/{receipt}").text
    assert str(sample("safety", 0)["child_name"]) in page
    own = str(sample("safety", 0)["description"])
    for told in (PHONE, "关系", own):
        assert (told in page) is (login in SEEING), told
    assert str(sample("safety", 0)["place"]) in page
    assert ("由教育局联系" in page) is (login not in SEEING), "nobody is told that there is no telephone"


def test_a_workbook_says_nothing_of_a_confidential_reporter_to_a_town(chat: Chat, db: Database) -> None:
    receipt = received(db, "confidential", "absence")
    masked = f"{PHONE[:3]}****"
    for login, told in (("town", False), ("bureau", True)):
        said = cells(browser(chat, login), db)
        assert receipt in said
        assert (masked in said) is told


@pytest.mark.parametrize("login", ["subsidies", "officer"])
def test_what_a_parent_wrote_about_it_is_as_restricted(chat: Chat, db: Database, login: str) -> None:
    chat.say("人工")
    (thread,) = triage.threads_waiting(db)
    receipt = received(db, "restricted")
    with db.write():
        db.run("UPDATE reports SET reporter = ? WHERE receipt = ?", (thread.reporter, receipt))
    who, path = browser(chat, login), f"/desk/talks/{thread.id}"
    seeing = login == "officer"
    assert (path in who.get("/desk/talks").text) is seeing
    assert who.get(path).status_code == (200 if seeing else 404)
    assert who.get(f"{path}/report/absence").status_code == (200 if seeing else 404)
    assert ("家长留言<b>1</b>" in who.get("/desk/").text) is seeing


def test_an_officer_of_a_kind_counts_and_downloads_that_kind(chat: Chat, db: Database) -> None:
    subsidy, absence = (
        door.receive(db, kind, sample(kind, 0, db.today()), channel="form").receipt
        for kind in ("subsidy", "absence")
    )
    who = browser(chat, "subsidies")
    home = who.get("/desk/").text
    assert "资助困难 <b>1</b>" in home
    assert "孩子未到校 <b>" not in home
    said = cells(who, db)
    assert subsidy in said
    assert absence not in said
    assert who.get(f"/desk/reports/{absence}").status_code == 404


@pytest.mark.parametrize("login", ["administrator", "auditor", "operator"])
def test_who_manages_sees_no_child_and_no_count(chat: Chat, db: Database, login: str) -> None:
    receipt, who = received(db, "confidential"), browser(chat, login)
    home = who.get("/desk/")
    assert home.status_code == 200
    for word in (DANGER, "收到", "日报", receipt, "/desk/talks"):
        assert word not in home.text, word


def test_a_phone_opens_no_desk_and_the_desk_opens_the_phone_pages(chat: Chat, db: Database) -> None:
    desk = browser(chat, "principal")
    assert desk.get("/forms/class").status_code == 200
    assert desk.get("/desk/").status_code == 200
    with db.write():
        db.run("UPDATE devices SET door = 'phone'")
    assert desk.get("/forms/class").status_code == 200
    assert desk.get("/desk/").location == "/desk/sign-in?next=/desk/"
    assert desk.get("/desk/sign-in").status_code == 200, "the way to the desk's own door"
    assert sign_in(desk, "principal", staffed.PASSWORD).location == "/desk/"
    assert desk.get("/desk/").status_code == 200
