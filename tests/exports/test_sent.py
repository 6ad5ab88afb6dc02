"""Monthly returns: signed by the principal, locked, corrected by a further version; who said nothing is named."""

from datetime import date, datetime, time, timedelta
from hashlib import sha256
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook
from werkzeug.test import TestResponse

import wsgi
from intake.calendar import clock
from intake.cases.told import inbox
from intake.house import cells, rounds, verify
from intake.ledgers import View, ledger, ledgers_of_book
from intake.ledgers.signed import drawing, months, reminding, sent, signing
from intake.ledgers.signed.months import ReturnMonth
from intake.people import accounts
from intake.people.scope import Scope
from intake.school import roll
from intake.settings import Settings, load
from intake.store.db import Database
from intake.store.keys import add_key
from tests.hands.casework import DAY, MORNING, Casework, casework, report
from tests.hands.cells import opened_cells
from tests.hands.classroom import OTHER_TOWN, SCHOOL, SCHOOL_NAME, at, school
from tests.hands.page import Page, opened

HOME, MONTH = "/desk/sent", "2026-11"
OTHER_SCHOOL, OTHER_NAME = "2206050002", "松树镇中心小学"
PATH = f"{HOME}/{SCHOOL}/{MONTH}"
NOVEMBER = ReturnMonth(2026, 11)


@pytest.fixture
def work(app: Flask, db: Database, monkeypatch: pytest.MonkeyPatch) -> Casework:
    at(monkeypatch, MORNING)
    made = casework(app, db)
    school(db, OTHER_SCHOOL, OTHER_NAME, OTHER_TOWN)
    at(monkeypatch, MORNING + timedelta(minutes=5))
    return made


@pytest.fixture
def principal(work: Casework) -> FlaskClient:
    return work.browser("principal")


def sign(client: FlaskClient, path: str = PATH, page: Page | None = None, **said: str) -> TestResponse:
    page = page or opened(client, path)
    carried = {one: page.fields[one] for one in ("csrf_token", "seen") if one in page.fields}
    return client.post(path, data={**carried, "declared": "1", **said})


def book(client: FlaskClient, path: str) -> Workbook:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return load_workbook(BytesIO(answer.data))


def rows(found: Workbook, tab: str) -> list[dict[str, object]]:
    """Give the rows of a sheet by the names of its columns."""
    lines = list(found[tab].iter_rows(min_row=4, values_only=True))
    heads = [str(one).lstrip("▲") for one in lines[0]]
    ends = next(number for number, line in enumerate(lines) if line[0] == "合计")
    return [dict(zip(heads, line, strict=True)) for line in lines[1:ends]]


def november(work: Casework) -> View:
    """Give what the bureau wants to see of the month."""
    return View(Scope("220605"), months.period_of_month(work.db, NOVEMBER))


def hashes(db: Database) -> list[str]:
    return [str(row["hash"]) for row in db.all("SELECT hash FROM sent_returns ORDER BY version")]


def moved(work: Casework, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a further child be missing, a moment later."""
    report(work.db, work.room.children["李红"], child_name="李红")
    at(monkeypatch, MORNING + timedelta(minutes=9))


def test_a_principal_signs_what_the_page_shows(work: Casework, principal: FlaskClient) -> None:
    page = opened(principal, PATH)
    assert "未上报" in page.words
    assert "王*明" in page.words
    assert sign(principal, words="两个班停课一天").status_code == 303
    (row,) = work.db.all("SELECT * FROM sent_returns")
    assert (row["school"], row["month"], row["version"]) == (SCHOOL, MONTH, 1)
    assert (row["sent_by"], row["sent_name"]) == (work.people["principal"].id, "principal同志")
    (content,) = opened_cells(work.db, "sent_returns.content")
    assert sha256(content.encode()).hexdigest() == row["hash"]
    assert "王小明" not in content
    assert signing.DECLARATION in content
    after = opened(principal, PATH)
    assert "已报 第1版" in after.words
    assert "数据有变化" not in after.words
    officer = opened(work.browser("officer"), PATH)
    assert "两个班停课一天" in officer.words
    assert not {"declared", "reason"} & officer.names
    verbs = work.db.all("SELECT actor, detail FROM audit WHERE verb = 'monthly.sent'")
    assert [tuple(one) for one in verbs] == [(work.people["principal"].actor, f"{MONTH} 1")]


def test_nothing_is_sent_without_the_declaration(work: Casework, principal: FlaskClient) -> None:
    page = opened(principal, PATH)
    answer = Page(
        principal.post(PATH, data={**page.fields, "words": "停课一天", "declared": ""}, follow_redirects=True)
    )
    assert answer.status == 422
    assert answer.invalid == {"declared-wrong"}
    assert answer.fields["words"] == "停课一天"
    assert hashes(work.db) == []


def test_what_has_moved_since_the_page_was_opened_is_shown_before_it_is_sent(
    work: Casework, principal: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(principal, PATH)
    moved(work, monkeypatch)
    answer = Page(sign(principal, page=page, words="停课一天"))
    assert answer.status == 409
    assert "李*" in answer.words
    assert answer.fields["words"] == "停课一天"
    assert hashes(work.db) == []
    assert sign(principal).status_code == 303


def test_what_was_sent_is_locked_and_its_workbook_stays_the_same_bytes(
    work: Casework, principal: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(principal)
    first = principal.get(f"{PATH}/1.xlsx").data
    moved(work, monkeypatch)
    work.act(
        "contact", "teacher", day="2026-11-23", way="电话", whom="奶奶", result="联系上了", words="说明天去"
    )
    at(monkeypatch, MORNING + 40 * DAY)
    officer = work.browser("officer")
    assert officer.get(f"{PATH}/1.xlsx").data == first
    found = load_workbook(BytesIO(first))
    assert [row["姓名"] for row in rows(found, "缺课学生")] == ["王*明"]
    (state,) = rows(found, "上报情况")
    assert (state["上报情况"], state["签报人"], state["缺课登记人数"]) == ("已报 第1版", "principal同志", 1)
    assert state["签报声明"] == signing.DECLARATION
    for verb in ("UPDATE sent_returns SET version = 2", "DELETE FROM sent_returns"):
        with pytest.raises(work.db.engine.Error), work.db.write():
            work.db.run(verb)


def test_a_later_change_is_told_and_a_correction_is_a_second_version_with_a_reason(
    work: Casework, principal: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(principal)
    moved(work, monkeypatch)
    officer = work.browser("officer")
    told = opened(officer, PATH)
    assert "报出以后数据有变化：多了 1 个学生；缺课登记人数 1 → 2" in told.words
    assert "李*" not in told.words  # what was sent, not what it would be
    assert "是报出的第1版" in told.words
    assert "是现在的数据，不是报出的" in opened(principal, PATH).words
    assert Page(sign(principal)).invalid == {"reason-wrong"}
    assert sign(principal, reason="李红的缺课补登了").status_code == 303
    assert len(set(hashes(work.db))) == 2
    page = opened(officer, PATH)
    assert "已报 第2版" in page.words
    assert "李红的缺课补登了" in page.words
    (state,) = rows(book(officer, f"{PATH}/2.xlsx"), "上报情况")
    assert state["学校说明、更正原因"] == "李红的缺课补登了"
    assert "数据有变化" not in page.words
    assert len(rows(book(officer, f"{PATH}/1.xlsx"), "缺课学生")) == 1
    assert len(rows(book(officer, f"{PATH}/2.xlsx"), "缺课学生")) == 2
    assert officer.get(f"{PATH}/3.xlsx").status_code == 404


def test_the_same_again_is_no_correction(work: Casework, principal: FlaskClient) -> None:
    sign(principal)
    again = Page(sign(principal, reason="再报一次看看"))
    assert again.status == 422
    assert "没有不同" in again.words
    assert len(hashes(work.db)) == 1
    assert sign(principal, reason="补一句说明", words="停课一天").status_code == 303


def test_two_who_sign_at_once_make_one_version(work: Casework, principal: FlaskClient) -> None:
    page = opened(principal, PATH)
    assert sign(principal, page=page).status_code == 303
    assert sign(principal, page=page).status_code == 409
    assert len(hashes(work.db)) == 1


def test_the_state_of_a_month_is_that_of_its_end(
    work: Casework, principal: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, datetime.combine(date(2026, 12, 1), time(8, 10), clock.CHINA))
    before = drawing.draw_return(work.db, SCHOOL, NOVEMBER)
    work.act(
        "contact", "teacher", day="2026-12-01", way="家访", whom="奶奶", result="联系上了", words="说明天去"
    )
    work.act("returned", "teacher", day="2026-12-01")
    at(monkeypatch, datetime.combine(date(2026, 12, 20), time(8, 10), clock.CHINA))
    after = drawing.draw_return(work.db, SCHOOL, NOVEMBER)
    assert drawing.changes_between(before, after) == []
    assert after.digest() == before.digest()
    keys = [one.key for one in after.columns]
    ((_, row),) = after.rows
    told = dict(zip(keys, row, strict=True))
    assert (told["month_state"], told["month_days"]) == ("待核实", 6)


def test_figures_are_those_of_the_rolls_and_of_the_cases(work: Casework, principal: FlaskClient) -> None:
    teacher, room = work.people["teacher"], work.room
    roll.mark(work.db, room.id, date(2026, 11, 23), {room.children["赵磊"]: roll.LEAVE}, teacher)
    figures = drawing.draw_return(work.db, SCHOOL, NOVEMBER).figures
    told = {key: figures[key] for key in ("classes", "enrolled", "school_days", "rolls_missing", "expected", "present",
                                          "leave", "missing", "listed", "long", "suspected")}  # fmt: skip
    assert told == {"classes": 1, "enrolled": 4, "school_days": 16, "rolls_missing": 15, "expected": 4, "present": 3,
                    "leave": 1, "missing": 0, "listed": 1, "long": 0, "suspected": 0}  # fmt: skip


def test_what_no_class_said_is_not_zero(work: Casework, principal: FlaskClient) -> None:
    figures = drawing.draw_return(work.db, SCHOOL, NOVEMBER).figures
    assert [figures[key] for key in ("expected", "present", "leave", "missing")] == [None] * 4
    sign(principal)
    (state,) = rows(book(principal, f"{PATH}/1.xlsx"), "上报情况")
    assert state["应到人次"] is None
    assert state["未点名班次"] == 16


def test_bureau_and_town_see_every_school_and_who_said_nothing(
    work: Casework, principal: FlaskClient
) -> None:
    sign(principal)
    page = opened(work.browser("officer"), HOME)
    assert "2 所学校，已报 1 所，未上报 1 所" in page.words
    assert OTHER_NAME in page.words
    town = opened(work.browser("town"), HOME)
    assert "1 所学校，已报 1 所" in town.words
    assert "松树镇" not in town.words
    found = book(work.browser("officer"), f"{HOME}/{MONTH}.xlsx")
    states = {row["学校名称"]: (row["上报情况"], row["缺课登记人数"]) for row in rows(found, "上报情况")}
    assert states == {SCHOOL_NAME: ("已报 第1版", 1), OTHER_NAME: ("未上报", None)}


def test_months_before_there_was_anything_are_not_waited_for(work: Casework, principal: FlaskClient) -> None:
    page = opened(principal, HOME)
    assert "2026年10月" in page.words
    assert "2026年9月" not in page.words
    states = rows(book(work.browser("officer"), f"{HOME}/2026Q3.xlsx"), "上报情况")
    assert {row["上报情况"] for row in states} == {"未上报"}


def test_a_quarter_is_the_rows_of_its_months(
    work: Casework, principal: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(principal)
    at(monkeypatch, datetime.combine(date(2026, 12, 31), time(8, 10), clock.CHINA))
    sign(work.browser("principal"), f"{HOME}/{SCHOOL}/2026-12")
    found = book(work.browser("bureau"), f"{HOME}/2026Q4.xlsx")
    assert [row["月份"] for row in rows(found, "缺课学生")] == ["2026-11", "2026-12"]
    states = {(row["月份"], row["学校名称"]): row["上报情况"] for row in rows(found, "上报情况")}
    assert states == {
        ("2026-10", SCHOOL_NAME): "未上报（逾期）", ("2026-10", OTHER_NAME): "未上报（逾期）",
        ("2026-11", SCHOOL_NAME): "已报 第1版", ("2026-11", OTHER_NAME): "未上报（逾期）",
        ("2026-12", SCHOOL_NAME): "已报 第1版", ("2026-12", OTHER_NAME): "未上报",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("login", "codes"),
    [("officer", (200, 200, 200)), ("bureau", (200, 200, 200)), ("approver", (200, 200, 200)), ("town", (200, 200, 404)),
     ("neighbour", (200, 404, 200)), ("principal", (200, 200, 404)), ("subsidies", (404, 404, 404)),
     ("administrator", (403, 403, 403))],
)  # fmt: skip
def test_a_return_is_seen_within_the_scope(work: Casework, login: str, codes: tuple[int, ...]) -> None:
    client = work.browser(login)
    paths = (HOME, PATH, f"{HOME}/{OTHER_SCHOOL}/{MONTH}")
    assert tuple(client.get(path).status_code for path in paths) == codes


def test_only_the_principal_of_the_school_signs(work: Casework, principal: FlaskClient) -> None:
    for login in ("officer", "bureau", "town", "approver"):
        assert sign(work.browser(login)).status_code == 403, login
    token = {"csrf_token": opened(principal, PATH).fields["csrf_token"], "declared": "1"}
    assert principal.post(f"{HOME}/{OTHER_SCHOOL}/{MONTH}", data=token).status_code == 404
    assert hashes(work.db) == []


@pytest.mark.parametrize("month", ["2026-12", "2026-13", "2026-1", "x", "2026Q4"])
def test_a_month_that_has_not_come_is_none(principal: FlaskClient, month: str) -> None:
    assert principal.get(f"{HOME}/{SCHOOL}/{month}").status_code == 404


@pytest.mark.parametrize("period", ["2027Q1", "2026Q5", "2026-12", "x"])
def test_a_period_that_has_not_come_is_none(work: Casework, period: str) -> None:
    assert work.browser("officer").get(f"{HOME}/{period}.xlsx").status_code == 404


def test_a_month_of_long_ago_cannot_be_signed_any_more(work: Casework, principal: FlaskClient) -> None:
    old = f"{HOME}/{SCHOOL}/2025-11"
    page = opened(principal, old)
    assert "declared" not in page.names
    token = opened(principal, PATH).fields["csrf_token"]
    assert principal.post(old, data={"csrf_token": token, "declared": "1"}).status_code == 404


def test_a_restart_and_a_new_key_lose_nothing(work: Casework, principal: FlaskClient) -> None:
    sign(principal)
    before = principal.get(f"{PATH}/1.xlsx").data
    add_key(work.db.settings.keys)
    cells.relock(work.db)
    assert cells.unreadable(work.db) == []
    fresh = wsgi.create_app({"DATA": work.db.settings.data, "MODE": "demo", "RATE_LIMIT": "off"})
    client = Casework(fresh, work.db, work.room, work.people, work.number).browser("principal")
    assert client.get(f"{PATH}/1.xlsx").data == before


def test_what_is_not_as_it_was_signed_is_not_shown(work: Casework, principal: FlaskClient) -> None:
    sign(principal)
    made = work.db.all("SELECT id FROM sent_returns")[0]["id"]
    other = work.db.keys.lock(
        '{"columns":[],"figures":{},"rows":[],"words":""}', "sent_returns.content", made
    )
    with work.db.write():
        work.db.run("UPDATE sent_returns SET content = ?", (other,))
    assert principal.get(f"{PATH}/1.xlsx").status_code == 500
    assert verify.faults(work.db) == [f"学校 {SCHOOL} {MONTH} 的月报第 1 版和签报时不一样"]
    states = ledgers_of_book(work.db, "school")[1].rows(work.db, november(work))
    (line,) = [one for one in states if one.receipt == SCHOOL]
    assert "listed" in line.unopened


def told(db: Database, login: str) -> list[str]:
    person = accounts.person_by_login(db, login)
    assert person
    return [one.text for one in inbox.notices_of(db, person) if one.about == "monthly"]


@pytest.mark.parametrize(
    ("day", "hour", "number"), [(25, 10, 0), (26, 7, 0), (26, 8, 1), (30, 10, 1)]
)  # 11-30 is a Monday: its three school days are 26, 27, 30
def test_principals_are_reminded_three_school_days_before(
    work: Casework, monkeypatch: pytest.MonkeyPatch, day: int, hour: int, number: int
) -> None:
    at(monkeypatch, datetime(2026, 11, day, hour, tzinfo=clock.CHINA))
    assert reminding.remind_principals(work.db) == number
    assert told(work.db, "principal") == ["2026年11月的学校月报还没有报，请核对、签报"] * number


def test_a_principal_is_reminded_once_by_the_worker_and_not_after_having_sent(
    work: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, datetime(2026, 11, 26, 9, tzinfo=clock.CHINA))
    rounds.go_round(work.db)
    rounds.go_round(work.db)
    assert len(told(work.db, "principal")) == 1
    principal = work.browser("principal")
    page = opened(principal, "/desk/inbox")
    assert HOME in page.links
    assert SCHOOL_NAME not in page.words
    sign(principal)
    person = accounts.person_by_login(work.db, "principal")
    assert person
    assert all(one.read_at for one in inbox.notices_of(work.db, person) if one.about == "monthly")
    made = accounts.add_person(work.db, name="新校长", login="head2", password=None, role="principal", area="220605105",
                               school=SCHOOL)  # fmt: skip
    assert made
    assert reminding.remind_principals(work.db) == 0


@pytest.mark.parametrize(("said", "due"), [(31, 30), (25, 25), (1, 1)])
def test_the_bureau_sets_the_day(settings: Settings, said: int, due: int) -> None:
    db = Database(load({"DATA": settings.data, "MODE": "demo", "MONTHLY_DAY": str(said)}, {}))
    assert months.due_day(db, NOVEMBER) == date(2026, 11, due)
    db.close()


def test_the_ledger_of_schools_has_the_rows_of_now_and_names_who_sent_nothing(work: Casework) -> None:
    view = november(work)
    (line,) = ledger(work.db, "school").rows(work.db, view)
    assert line.values["month_state"] == "待核实"
    other = View(Scope("220605", kinds=frozenset({"subsidy"})), view.period)
    assert list(ledger(work.db, "school").rows(work.db, other)) == []
    assert sent.schools_reporting(work.db, other.scope) == []
    assert [one.code for one in sent.schools_reporting(work.db, view.scope)] == [OTHER_SCHOOL, SCHOOL]
