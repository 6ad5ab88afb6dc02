"""Full exports: who may ask, who may allow, and what the file is that leaves the house."""

import os
import re
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from msoffcrypto import OfficeFile
from msoffcrypto.exceptions import InvalidKeyError
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from werkzeug.test import TestResponse

import wsgi
from intake.cases import case as cases
from intake.cases.told import inbox
from intake.house import cells, retention
from intake.ledgers.signed import asking, fetching, passwords, record
from intake.people import accounts
from intake.reports import door, lookup
from intake.store.db import Database
from intake.store.keys import add_key
from tests.hands import staffed
from tests.hands.books import widths_of
from tests.hands.casework import CHILD, DAY, GRANDMOTHER, MORNING, PHONE, Casework, casework, report
from tests.hands.classroom import OTHER_TOWN, TOWN, at
from tests.hands.page import NASTY, Page, opened

PATH = "/desk/exports"
REASON = "和民政局核对十一月的名单"
WANTED = {"key": "absence", "from": "2026-11-23", "to": "2026-11-23", "purpose": "match", "reason": REASON}
MARK = "officer同志 2026-11-23 08:10 下载"


@pytest.fixture
def work(app: Flask, db: Database, monkeypatch: pytest.MonkeyPatch) -> Casework:
    at(monkeypatch, MORNING)
    made = casework(app, db)
    at(monkeypatch, MORNING + timedelta(minutes=5))
    return made


@pytest.fixture
def officer(work: Casework) -> FlaskClient:
    return work.browser("officer")


@pytest.fixture
def approver(work: Casework) -> FlaskClient:
    return work.browser("approver")


def send(client: FlaskClient, path: str = "", **said: str) -> TestResponse:
    page = opened(client, PATH)
    return client.post(f"{PATH}{path}", data={"csrf_token": page.fields["csrf_token"], **said})


def ask(client: FlaskClient, **other: str) -> TestResponse:
    return send(client, **{**WANTED, **other})


def newest(db: Database) -> str:
    return str(db.all("SELECT id FROM full_exports ORDER BY id DESC")[0]["id"])


def allow(client: FlaskClient, export: str) -> TestResponse:
    return send(client, f"/{export}/decide", do="allow")


def seen(db: Database, export: str) -> str:
    return record.find_export(db, export).shown_at


def show(client: FlaskClient, db: Database, export: str) -> str:
    """Let the page show the password, and read it there."""
    page = Page(send(client, f"/{export}/password", seen=seen(db, export)))
    assert page.status == 200
    (password,) = re.findall(rf"\b(?:[{passwords.SIGNS}]{{4}}-){{4}}[{passwords.SIGNS}]{{4}}\b", page.words)
    return str(password)


def granted(work: Casework, asker: str = "officer", by: str = "approver", **other: str) -> str:
    """Let somebody ask and another one allow it; give the id."""
    assert ask(work.browser(asker), **other).status_code == 303
    export = newest(work.db)
    assert allow(work.browser(by), export).status_code == 303
    return export


def fetch(client: FlaskClient, export: str) -> TestResponse:
    return client.get(f"{PATH}/{export}.xlsx")


def book(closed: bytes, password: str) -> Workbook:
    """Open a closed workbook as Excel does."""
    file, plain = OfficeFile(BytesIO(closed)), BytesIO()
    assert file.is_encrypted()
    file.load_key(password=password, verify_password=True)
    file.decrypt(plain, verify_integrity=True)
    return load_workbook(plain)


def book_of_day(client: FlaskClient) -> Workbook:
    return load_workbook(BytesIO(client.get("/desk/export/2026-11-23.xlsx").data))


def words_of(sheet: Worksheet) -> str:
    return " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell)


def words(found: Workbook) -> str:
    return " ".join(words_of(sheet) for sheet in found.worksheets)


def fetched(work: Casework, login: str, export: str) -> Workbook:
    client = work.browser(login)
    password = show(client, work.db, export)
    return book(fetch(client, export).data, password)


def verbs(db: Database, export: str) -> list[str]:
    return [
        str(row["verb"]) for row in db.all("SELECT verb FROM audit WHERE subject = ? ORDER BY id", (export,))
    ]


def test_one_asks_another_allows_and_the_file_opens_with_its_password_alone(
    work: Casework, officer: FlaskClient, approver: FlaskClient
) -> None:
    assert ask(officer).status_code == 303
    export = newest(work.db)
    assert REASON in opened(approver, PATH).words
    assert allow(approver, export).status_code == 303
    password = show(officer, work.db, export)
    sent = fetch(officer, export)
    assert sent.status_code == 200
    assert sent.data[:8] == bytes.fromhex("D0CF11E0A1B11AE1")
    found = book(sent.data, password)
    assert all(one in words(found) for one in (CHILD, PHONE, GRANDMOTHER))
    with pytest.raises(InvalidKeyError):
        book(sent.data, password[:-1])
    assert verbs(work.db, export) == ["full.asked", "full.allowed", "full.password", "full.fetched"]
    assert "下载 1 次" in opened(officer, PATH).words
    assert "下载 1 次" in opened(approver, PATH).words


def test_every_sheet_says_who_fetched_it_and_when(work: Casework) -> None:
    found = fetched(work, "officer", granted(work))
    assert len(found.sheetnames) >= 3
    for sheet in found.worksheets:
        assert MARK in words_of(sheet), sheet.title
        assert MARK in str(sheet.oddFooter), sheet.title


def test_every_ledger_can_be_asked_for_and_says_on_each_sheet_who_fetched_it(work: Casework) -> None:
    officer, approver = work.browser("officer"), work.browser("approver")
    keys = [one.key for one in asking.open_ledgers(work.db, work.people["officer"])]
    assert len(keys) > 8
    assert "class-size" not in keys  # nothing in it is masked
    for key in keys:
        assert ask(officer, key=key).status_code == 303, key
        export = newest(work.db)
        allow(approver, export)
        password = show(officer, work.db, export)
        found = book(fetch(officer, export).data, password)
        assert all(MARK in words_of(sheet) for sheet in found.worksheets), key


def test_columns_are_wide_enough_for_what_is_not_masked(work: Casework, officer: FlaskClient) -> None:
    (first,) = cases.reports_in(work.db, work.case)
    known = lookup.report_by_id(work.db, first)
    assert known
    door.amend(work.db, known, {"birth_date": "2017-03-01"}, actor="t", reason="t")
    widths = [
        widths_of(one["孩子未到校"])["出生日期"]
        for one in (book_of_day(officer), fetched(work, "officer", granted(work)))
    ]
    assert widths[0] < len("2017-03-01") < widths[1]  # text wraps, a date that does not fit is ####


def test_nobody_allows_what_they_asked_for_themselves(work: Casework) -> None:
    bureau = work.browser("bureau")
    assert ask(bureau).status_code == 303
    export = newest(work.db)
    assert "等您批的" not in opened(bureau, PATH).words
    refused = allow(bureau, export)
    assert refused.status_code == 422
    assert "自己申请的不能自己批" in refused.get_data(as_text=True)
    assert record.find_export(work.db, export).state == record.WAITING
    assert verbs(work.db, export) == ["full.asked", "full.own_refused"]
    assert fetch(bureau, export).status_code == 422
    assert allow(work.browser("approver"), export).status_code == 303


def test_who_may_ask_may_not_allow_without_the_right_to(work: Casework, officer: FlaskClient) -> None:
    ask(officer)
    assert allow(work.browser("town"), newest(work.db)).status_code == 403
    assert ask(work.browser("approver")).status_code == 403
    assert record.find_export(work.db, newest(work.db)).state == record.WAITING


def test_only_one_decides(work: Casework, officer: FlaskClient, approver: FlaskClient) -> None:
    ask(officer)
    export = newest(work.db)
    allow(approver, export)
    late = send(work.browser("bureau"), f"/{export}/decide", do="refuse", why="晚了")
    assert late.status_code == 409
    assert "approver同志刚才已经处理了这份申请：批了" in late.get_data(as_text=True)
    assert record.find_export(work.db, export).state == record.ALLOWED


def test_who_refuses_says_why_and_the_asker_reads_it(
    work: Casework, officer: FlaskClient, approver: FlaskClient
) -> None:
    ask(officer)
    export = newest(work.db)
    bare = send(approver, f"/{export}/decide", do="refuse")
    assert bare.status_code == 422
    assert "请写明为什么不批" in bare.get_data(as_text=True)
    assert send(approver, f"/{export}/decide", do="refuse", why="遮盖的就够了").status_code == 303
    page = opened(officer, PATH)
    assert "没有批" in page.words
    assert "遮盖的就够了" in page.words
    assert fetch(officer, export).status_code == 422
    assert send(officer, f"/{export}/password", seen="").status_code == 422


def test_the_password_is_shown_once_and_stands_nowhere(
    work: Casework, officer: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    export = granted(work)
    page = opened(officer, PATH)
    answer = send(officer, f"/{export}/password", seen="")
    (password,) = re.findall(r"(?:[A-Z2-9]{4}-){4}[A-Z2-9]{4}", answer.get_data(as_text=True))
    assert answer.headers["Cache-Control"] == "no-store"
    assert not any(password in value for value in answer.headers.values())
    again = officer.post(
        f"{PATH}/{export}/password", data={"csrf_token": page.fields["csrf_token"], "seen": ""}
    )
    assert again.status_code == 409
    assert password not in again.get_data(as_text=True)
    fetch(officer, export)
    assert password not in opened(officer, PATH).html + opened(officer, "/desk/inbox").html + caplog.text
    for table in ("audit", "notices", "outbox", "full_exports"):
        assert password not in str([tuple(row) for row in work.db.all(f"SELECT * FROM {table}")])


def test_a_new_password_closes_the_next_file_and_not_the_last(work: Casework, officer: FlaskClient) -> None:
    export = granted(work)
    first = show(officer, work.db, export)
    before = fetch(officer, export).data
    second = show(officer, work.db, export)
    after = fetch(officer, export).data
    assert first != second
    assert book(before, first)
    assert book(after, second)
    with pytest.raises(InvalidKeyError):
        book(after, first)


def test_nothing_is_fetched_before_its_password_is_known(work: Casework, officer: FlaskClient) -> None:
    export = granted(work)
    early = fetch(officer, export)
    assert early.status_code == 422
    assert "请先看密码" in early.get_data(as_text=True)
    assert record.find_export(work.db, export).fetched == 0


def test_after_seven_days_it_is_over(
    work: Casework, officer: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = granted(work)
    show(officer, work.db, export)
    at(monkeypatch, MORNING + 7 * DAY)
    assert fetch(work.browser("officer"), export).status_code == 200
    at(monkeypatch, MORNING + 7 * DAY + timedelta(minutes=5))
    later = work.browser("officer")
    over = fetch(later, export)
    assert over.status_code == 410
    assert "过了 7 天" in over.get_data(as_text=True)
    assert send(later, f"/{export}/password", seen=seen(work.db, export)).status_code == 410
    assert "已失效" in opened(later, PATH).words
    retention.purge(work.db)
    assert [row["password"] for row in work.db.all("SELECT password FROM full_exports")] == [""]


def test_a_town_asks_for_its_own_and_gets_nothing_else(
    work: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = work.browser("town")
    page = opened(town, PATH)
    assert "松树镇" not in page.html
    elsewhere = ask(town, town=OTHER_TOWN)
    assert elsewhere.status_code == 422
    assert REASON in Page(elsewhere).fields["reason"]
    other = report(work.db, "", child_name="钱多多", town="松树镇", school="", id_number="")
    assert other.town.startswith(OTHER_TOWN)
    at(monkeypatch, MORNING + timedelta(minutes=9))
    told = words(fetched(work, "town", granted(work, "town")))
    assert CHILD in told
    assert "钱多多" not in told
    assert "钱多多" in words(fetched(work, "officer", granted(work)))
    assert "钱多多" not in words(fetched(work, "officer", granted(work, town=TOWN)))


def test_nobody_fetches_what_another_asked_for(work: Casework) -> None:
    export = granted(work)
    for other in ("bureau", "town"):
        client = work.browser(other)
        assert fetch(client, export).status_code == 404
        assert send(client, f"/{export}/password", seen="").status_code == 404


def test_who_is_in_charge_of_other_kinds_neither_asks_nor_allows(
    work: Casework, officer: FlaskClient
) -> None:
    made = accounts.add_person(work.db, name="资助审核", login="aid", password=staffed.PASSWORD, role="approver",
                               area="220605", kinds=("subsidy",))  # fmt: skip
    subsidies = work.browser("subsidies")
    assert 'value="absence"' not in opened(subsidies, PATH).html
    assert ask(subsidies).status_code == 422
    assert ask(subsidies, key="subsidy").status_code == 303
    aid = work.browser("aid")
    assert "subsidies同志" in opened(aid, PATH).words
    ask(officer)
    export = newest(work.db)
    assert "officer同志" not in opened(aid, PATH).words
    assert allow(aid, export).status_code == 404
    person = accounts.person_by_id(work.db, made)
    assert person
    assert [one.about for one in inbox.notices_of(work.db, person)] == ["full"]


def test_restricted_rows_and_confidential_reporters_stay_as_the_scope_says(
    work: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"what": "受侵害", "happened_at": "2026-11-23", "place": "操场", "safe_now": "是"}
    report(work.db, work.room.children["李红"], "safety", child_name="李红", **said)
    unnamed = report(work.db, work.room.children["赵磊"], child_name="赵磊", phone="13899990000")
    with work.db.write():
        work.db.run(
            "UPDATE reports SET confidential = 1 WHERE id IN (SELECT report FROM case_reports WHERE case_id = ?)",
            (unnamed.id,),
        )
    at(monkeypatch, MORNING + timedelta(minutes=9))
    assert "李红" in words(fetched(work, "officer", granted(work, key="safety")))
    assert "李红" not in words(fetched(work, "town", granted(work, "town", key="safety")))
    assert "13899990000" in words(fetched(work, "officer", granted(work)))
    told = words(fetched(work, "town", granted(work, "town")))
    assert "赵磊" in told
    assert "13899990000" not in told


def test_what_somebody_may_see_is_asked_when_it_is_fetched(work: Casework, officer: FlaskClient) -> None:
    export = granted(work, town=TOWN)
    show(officer, work.db, export)
    with work.db.write():
        work.db.run("UPDATE staff SET area = ? WHERE id = ?", (OTHER_TOWN, work.people["officer"].id))
    assert fetch(officer, export).status_code == 404


def test_whoever_may_decide_and_whoever_asked_are_told_without_a_word_of_it(work: Casework) -> None:
    ask(work.browser("officer"))
    told = {one: [n.text for n in inbox.notices_of(work.db, work.people[one]) if n.about == "full"]
            for one in ("approver", "bureau", "officer", "town")}  # fmt: skip
    asked = ["有人申请完整版台账，请审批"]
    assert told == {"approver": asked, "bureau": asked, "officer": [], "town": []}
    page = opened(work.browser("approver"), "/desk/inbox")
    assert REASON not in page.html
    assert PATH in page.links
    allow(work.browser("approver"), newest(work.db))
    mine = [n.text for n in inbox.notices_of(work.db, work.people["officer"]) if n.about == "full"]
    assert mine == ["您申请的完整版台账批了，可以下载"]
    assert [n.read_at for n in inbox.notices_of(work.db, work.people["bureau"]) if n.about == "full"] != [""]


def test_what_was_typed_is_kept_where_something_is_wrong(officer: FlaskClient) -> None:
    page = Page(ask(officer, reason=NASTY[:7], purpose="", **{"from": "2026-11-30"}))
    assert page.status == 422
    assert page.invalid == {"reason-wrong", "to-wrong"}
    assert page.fields["key"] == "absence"
    assert page.fields["reason"] == NASTY[:7]
    assert page.fields["from"] == "2026-11-30"
    assert "请选用途" in page.words


@pytest.mark.parametrize(
    "wrong",
    [{"key": "none"}, {"key": ""}, {"from": "2026-11-24"}, {"from": "1999-01-01"}, {"from": "x"}, {"to": ""},
     {"to": "2026-11-22"}, {"town": "9"}, {"school": "9"}, {"purpose": "fun"}, {"reason": "要用"}],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(work: Casework, officer: FlaskClient, wrong: dict[str, str]) -> None:
    assert ask(officer, **wrong).status_code == 422
    assert not work.db.all("SELECT 1 FROM full_exports")


def test_a_restart_and_a_new_key_lose_nothing(work: Casework, officer: FlaskClient) -> None:
    export = granted(work)
    password = show(officer, work.db, export)
    add_key(work.db.settings.keys)
    cells.relock(work.db)
    assert cells.unreadable(work.db) == []
    fresh = wsgi.create_app({"DATA": work.db.settings.data, "MODE": "demo", "RATE_LIMIT": "off"})
    client = Casework(fresh, work.db, work.room, work.people, work.number).browser("officer")
    assert CHILD in words(book(fetch(client, export).data, password))


def test_nothing_of_a_file_stays_on_the_disk(work: Casework, officer: FlaskClient) -> None:
    export = granted(work)
    show(officer, work.db, export)
    before = sorted(work.db.settings.data.iterdir())
    fetch(officer, export)
    assert sorted(work.db.settings.data.iterdir()) == before


def test_what_a_killed_process_left_open_is_removed(work: Casework) -> None:
    data = work.db.settings.data
    old, new = data / f"{fetching.UNFINISHED}old", data / f"{fetching.UNFINISHED}new"
    for room in (old, new):
        room.mkdir()
        Path(room / "plain.xlsx").write_bytes(b"PK")
    past = time.time() - fetching.FORGOTTEN - 1
    os.utime(old, (past, past))
    retention.purge(work.db)
    assert (old.exists(), new.exists()) == (False, True)


def test_a_ledger_leads_to_its_own_request(officer: FlaskClient) -> None:
    page = opened(officer, "/desk/ledgers/absence")
    (link,) = [one for one in page.links if one.startswith(f"{PATH}?")]
    assert opened(officer, link).fields["key"] == "absence"


def test_those_who_watch_read_who_asked_allowed_and_fetched(work: Casework, officer: FlaskClient) -> None:
    export = granted(work)
    show(officer, work.db, export)
    fetch(officer, export)
    page = opened(work.browser("auditor"), "/desk/audit")
    assert all(one in page.words for one in ("申请完整版", "批完整版", "看完整版的密码", "下载完整版"))
    assert REASON not in page.words


def test_a_request_nobody_can_allow_says_so(work: Casework, officer: FlaskClient) -> None:
    with work.db.write():
        work.db.run("UPDATE staff SET active = 0 WHERE role IN ('approver', 'bureau')")
    ask(officer)
    assert "现在没有能批的审核人" in opened(officer, PATH).words


def test_passwords_are_long_and_easily_read_aloud() -> None:
    made = {passwords.new_password() for _ in range(200)}
    assert len(made) == 200
    assert not {sign for one in made for sign in one} & set("01OILBDPTVGC")
