"""Ledgers at the desk: the rows and counts of the workbook, for whom, masked, found and sorted; and what lies ready."""

import random
import re
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from exports.books import making
from exports.desk.ledgers import pages
from exports.desk.ledgers.asked import KEYS as KNOWN
from intake.cases.case import Case
from intake.ledgers import LEDGERS
from intake.ledgers.wanted import choosing
from intake.store.db import Database
from tests.hands.books import HEADER, ledger_sheets
from tests.hands.casework import CHILD, PHONE, Casework, casework, report
from tests.hands.classroom import MORNING, OTHER_TOWN, SCHOOL, SCHOOL_NAME, TOWN, VILLAGE, at
from tests.hands.page import Page, opened

NUMBER = re.compile(r"· (\d+) 条</small>")
ELSEWHERE = {"town": "松树镇", "school": "", "village": ""}
KEYS = sorted(
    {*LEDGERS, *(sheet.key for one in LEDGERS.values() for sheet in one.sheets), "subsidy", "absence"}
)


@pytest.fixture
def house(app: Flask, db: Database, monkeypatch: pytest.MonkeyPatch) -> Casework:
    """Give a house with cases of four kinds in 石人镇 and two of another town."""
    at(monkeypatch, MORNING)
    found = casework(app, db)
    for name in ("李红", "张雨桐"):
        report(db, found.room.children[name], child_name=name)
    report(db, found.room.children["赵磊"], "boarding", child_name="赵磊")
    report(db, "", "subsidy", child_name="钱多多")
    for kind in ("absence", "subsidy"):
        report(db, "", kind, child_name="孙远", **ELSEWHERE)
    at(monkeypatch, MORNING + timedelta(hours=1))
    return found


def total(page: Page) -> int:
    found = NUMBER.search(page.html)
    assert found, page.words[:400]
    return int(found[1])


def book(client: FlaskClient, key: str, query: str = "") -> dict[str, list[tuple[Any, ...]]]:
    """Download a ledger; give its sheets."""
    answer = client.get(f"/desk/ledgers/{key}/download{query}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    found = load_workbook(BytesIO(answer.data))
    return {page.title: list(page.iter_rows(values_only=True)) for page in found.worksheets}


def rows_of(sheet: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Give the numbered rows below the head."""
    return [row for row in sheet[HEADER:] if isinstance(row[0], int)]


def first_sheet(sheets: dict[str, list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
    return rows_of(list(sheets.values())[1])


@pytest.mark.parametrize("login", ["officer", "town", "principal", "neighbour"])
def test_every_ledger_counts_on_the_screen_as_in_its_workbook(house: Casework, login: str) -> None:
    client, counted = house.browser(login), {}
    for key in KEYS:
        page = opened(client, f"/desk/ledgers/{key}")
        assert page.status == 200, key
        shown = total(page)
        assert shown == len(first_sheet(book(client, key))), key
        counted[key] = shown
    assert counted["work"] == {"officer": 7, "town": 5, "principal": 5, "neighbour": 2}[login]


@pytest.mark.parametrize("query", [f"?town={TOWN}", f"?school={SCHOOL}", f"?village={VILLAGE}", "?when=2026-11",
                                   "?from=2026-11-20&to=2026-11-23", "?when=2026秋", "?q=石人", "?q=李红"])  # fmt: skip
def test_a_filter_is_that_of_the_workbook(house: Casework, query: str) -> None:
    client = house.browser("officer")
    for key in ("work", "suspected", "subsidy", "boarding"):
        assert total(opened(client, f"/desk/ledgers/{key}{query}")) == len(
            first_sheet(book(client, key, query))
        ), key


def test_a_town_gets_its_own_rows_and_finds_no_other_place(house: Casework) -> None:
    town, officer = house.browser("town"), house.browser("officer")
    mine = {row[-1] for row in first_sheet(book(town, "work"))}
    assert mine == {row[-1] for row in first_sheet(book(officer, "work", f"?town={TOWN}"))}
    assert len(mine) == 5
    for query in (f"?town={OTHER_TOWN}", "?school=2206059999", "?village=220605103200"):
        assert town.get(f"/desk/ledgers/work{query}").status_code == 404
        assert town.get(f"/desk/ledgers/work/download{query}").status_code == 404
    assert house.browser("principal").get(f"/desk/ledgers/work?town={TOWN}").status_code == 404


def test_one_in_charge_of_a_kind_reads_its_ledgers_alone(house: Casework) -> None:
    client = house.browser("subsidies")
    page = opened(client, "/desk/ledgers")
    assert "/desk/ledgers/aid" in page.links
    assert "/desk/ledgers/suspected" not in page.links
    assert "您只分管一部分事项" in page.words
    assert client.get("/desk/ledgers/suspected").status_code == 404
    assert total(opened(client, "/desk/ledgers/work")) == 2


def test_nobody_is_named_and_no_number_stands_there(house: Casework) -> None:
    client = house.browser("officer")
    for key in KEYS:
        page = opened(client, f"/desk/ledgers/{key}?cols=all")
        for word in (CHILD, "钱多多", PHONE, PHONE[-4:]):
            assert word not in page.html, (key, word)


def test_sorted_as_asked_on_the_screen_and_in_the_workbook(house: Casework) -> None:
    client = house.browser("officer")
    up = [row[4] for row in first_sheet(book(client, "work", "?sort=matter"))]
    down = [row[4] for row in first_sheet(book(client, "work", "?sort=matter&down=1"))]
    assert up == sorted(up)
    assert down == up[::-1]
    shown = re.findall(r"<td>([^<]*)</td>", opened(client, "/desk/ledgers/work?sort=matter").html)
    assert [one for one in shown if one in up] == up
    page = opened(client, "/desk/ledgers/work?sort=phone")
    assert "aria-sort" not in page.html
    assert not [one for one in page.links if "sort=phone" in one or "sort=child_name" in one]


def test_a_child_is_found_by_name_and_nobody_by_a_masked_value(house: Casework, db: Database) -> None:
    client = house.browser("officer")
    assert total(opened(client, "/desk/ledgers/work?q=李红")) == 1
    assert total(opened(client, f"/desk/ledgers/work?q={SCHOOL_NAME}")) >= 3
    for word in (PHONE, PHONE[-4:], "徐桂兰"):
        assert total(opened(client, f"/desk/ledgers/work?q={word}")) == 0
    rows = db.all("SELECT detail FROM audit WHERE verb = 'ledger.searched' ORDER BY id")
    assert rows[0]["detail"] == "1"
    assert "李红" not in "".join(str(tuple(row)) for row in db.all("SELECT * FROM audit"))


def test_a_workbook_of_chosen_rows_has_no_further_sheets(house: Casework) -> None:
    client = house.browser("officer")
    assert len(book(client, "work")) > 3
    assert [name for name in book(client, "work", "?q=李红") if name not in ("封面", "字典")] == ["工作单"]


def test_page_by_page_the_numbers_go_on(
    house: Casework, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (choosing, pages):
        monkeypatch.setattr(module, "PAGE", 3)
    client = house.browser("officer")
    for query in ("?", "?sort=matter&"):
        found = [opened(client, f"/desk/ledgers/work{query}p={number}") for number in (1, 2, 3, 4)]
        assert [total(one) for one in found] == [7] * 4
        numbers = [re.findall(r"<tr><td>(\d+)</td>", one.html) for one in found]
        assert numbers == [["1", "2", "3"], ["4", "5", "6"], ["7"], []]
        assert "这一页没有了" in found[3].words


@pytest.mark.parametrize(
    ("query", "field"),
    [("when=abc", "when"), ("from=昨天", "from"), ("from=2026-11-23&to=2026-11-20", "to"), ("when=2026-13", "when")],
)  # fmt: skip
def test_days_that_are_none_are_refused_and_all_else_stays(house: Casework, query: str, field: str) -> None:
    page = Page(house.browser("officer").get(f"/desk/ledgers/work?town={TOWN}&q=李&{query}"))
    assert page.status == 422
    assert page.fields.getlist("q")[-1] == "李"
    assert page.fields["town"] == TOWN
    assert page.fields[field] == query.rpartition(f"{field}=")[2].partition("&")[0]
    assert 'role="alert"' in page.html


@pytest.fixture
def mine(house: Casework) -> Case:
    """Let the officer have one of the cases."""
    house.act("assigned", "bureau", owner=house.people["officer"].id)
    return house.case


def give_reason(client: FlaskClient, why: str = "call", words: str = "") -> int:
    page = opened(client, "/desk/ledgers/work")
    said = {"csrf_token": page.fields["csrf_token"], "why": why, "words": words}
    return client.post("/desk/ledgers/work/look", data=said).status_code


def test_of_ones_own_cases_one_sees_whom_to_call_after_a_reason(
    house: Casework, mine: Case, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = house.browser("officer")
    assert PHONE not in opened(client, "/desk/ledgers/work").html
    assert give_reason(client, "other") == 422
    assert PHONE not in opened(client, "/desk/ledgers/work").html
    assert give_reason(client) == 303
    page = opened(client, "/desk/ledgers/work")
    assert page.html.count(PHONE) == 1
    assert CHILD in page.words
    assert "李红" not in page.words
    (row,) = (row for row in first_sheet(book(client, "work")) if str(row[-1]).startswith(mine.number))
    assert (CHILD in row, PHONE in row) == (True, True)
    others = [row for row in first_sheet(book(client, "work")) if not str(row[-1]).startswith(mine.number)]
    assert PHONE not in str(others)
    assert PHONE not in opened(client, "/desk/ledgers/suspected").html
    looked = db.all("SELECT actor, subject, detail FROM audit WHERE verb = 'ledger.looked'")
    assert [tuple(one) for one in looked] == [(house.people["officer"].actor, "work", "phone call")]
    made = db.all("SELECT detail FROM audit WHERE verb = 'export.made'")
    assert {row["detail"].rpartition(" ")[2] for row in made} == {"calls"}
    assert give_reason(client) == 303  # once a day
    assert len(db.all("SELECT * FROM looks WHERE subject = 'work'")) == 1
    at(monkeypatch, MORNING + timedelta(days=1))
    assert PHONE not in opened(house.browser("officer"), "/desk/ledgers/work").html


def test_a_workbook_with_telephones_is_told_from_a_masked_one_and_breaks_no_number(
    house: Casework, mine: Case
) -> None:
    client = house.browser("officer")
    masked = client.get("/desk/ledgers/work/download")
    give_reason(client)
    clear = client.get("/desk/ledgers/work/download")
    names = [unquote(one.headers["Content-Disposition"]).partition("''")[2] for one in (masked, clear)]
    assert names == ["江源区_工作单_20261123.xlsx", "江源区_工作单_可打电话_20261123.xlsx"]
    books = [load_workbook(BytesIO(one.data)) for one in (masked, clear)]
    assert ["已脱敏" in str(one.properties.subject) for one in books] == [True, False]
    page = ledger_sheets(books[1])[0]
    (cell,) = (one for row in page.iter_rows() for one in row if one.value == PHONE)
    assert (cell.alignment.wrap_text, cell.alignment.shrink_to_fit, cell.data_type) == (None, True, "s")


def test_what_takes_nothing_back_asks_for_nothing_and_an_empty_day_leads_to_its_term(house: Casework) -> None:
    client = house.browser("officer")
    doors = {
        key: "上传填好的表" in opened(client, f"/desk/ledgers/{key}").words for key in ("aid", "class-size")
    }
    assert doors == {"aid": True, "class-size": False}
    empty = opened(client, "/desk/ledgers/publicity")
    (term,) = (one for one in empty.links if one.endswith("?when=2026秋") or "%E7%A7%8B" in one)
    assert opened(client, term).status == 200


def test_the_cover_of_figures_counts_no_towns(house: Casework) -> None:
    cover = {row[0]: row for row in book(house.browser("officer"), "brief")["封面"]}
    lines = len(rows_of(book(house.browser("officer"), "brief")["月度形势"]))
    assert (cover["江源区"][1], cover["合计"][1]) == (lines, lines)
    assert not {"石人镇", "全区（未注明镇街）"} & cover.keys()


def test_nobody_elses_cases_are_in_clear_and_not_for_who_only_reads(house: Casework, mine: Case) -> None:
    town = house.browser("town")
    assert give_reason(town) == 303
    assert PHONE not in opened(town, "/desk/ledgers/work").html
    approver = house.browser("approver")
    page = opened(approver, "/desk/ledgers/work")
    assert page.status == 200
    assert "/desk/ledgers/work/look" not in page.links
    assert not [one for one in page.links if "download" in one]
    officer = house.browser("officer")
    give_reason(officer)  # what is narrowed down may be shown to others: it stays masked
    assert PHONE not in opened(officer, f"/desk/ledgers/work?town={TOWN}").html


def test_every_download_is_on_record(house: Casework, db: Database) -> None:
    client = house.browser("town")
    book(client, "suspected")
    (made,) = db.all("SELECT * FROM workbooks")
    assert (made["key"], made["code"], made["kept"], made["staff"]) == (
        "suspected", TOWN, 0, house.people["town"].id,
    )  # fmt: skip
    assert made["bytes"] > 1000
    assert db.one("SELECT staff FROM workbook_downloads WHERE workbook = ?", (made["id"],))
    (row,) = db.all("SELECT actor, subject FROM audit WHERE verb = 'export.made'")
    assert tuple(row) == (house.people["town"].actor, TOWN)
    assert "今天 09:05" in opened(client, "/desk/ledgers").words


def make_all(db: Database) -> None:
    while making.make_next(db):
        pass


def test_the_set_is_offered_to_whose_it_is_and_fetched_on_record(house: Casework, db: Database) -> None:
    make_all(db)
    client = house.browser("principal")
    page = opened(client, "/desk/ledgers")
    files = [one for one in page.links if "/files/" in one]
    assert len(files) == 2
    assert f"{SCHOOL_NAME}_工作单_20261120-20261123.xlsx" in page.words
    answer = client.get(files[0])
    assert (answer.status_code, answer.data[:2]) == (200, b"PK")
    assert "principal同志" in opened(client, "/desk/ledgers").words
    for login, code in (
        ("town", 200),
        ("officer", 200),
        ("neighbour", 404),
        ("subsidies", 404),
        ("approver", 403),
    ):
        assert house.browser(login).get(files[0]).status_code == code, login
    below = opened(house.browser("officer"), "/desk/ledgers")
    assert len([one for one in below.links if "/files/" in one]) == 2 * 12


def test_on_demand_it_is_made_again_and_progress_is_shown(house: Casework, db: Database) -> None:
    make_all(db)
    client = house.browser("officer")
    page = opened(client, "/desk/ledgers")
    token = {"csrf_token": page.fields["csrf_token"]}
    assert client.post("/desk/ledgers/set", data=token).status_code == 303
    page = opened(client, "/desk/ledgers")
    assert "还有 2 份" in page.words
    assert 'http-equiv="refresh"' in page.html
    make_all(db)
    assert 'http-equiv="refresh"' not in opened(client, "/desk/ledgers").html
    client.post("/desk/ledgers/set", data=token | {"below": "1"})
    assert len(db.all("SELECT 1 FROM workbook_orders WHERE state = 'waiting'")) == 2 * 12
    town = house.browser("town")
    make_all(db)
    token = {"csrf_token": opened(town, "/desk/ledgers").fields["csrf_token"]}
    town.post("/desk/ledgers/set", data=token | {"below": "1"})
    codes = {row["code"] for row in db.all("SELECT code FROM workbook_orders WHERE state = 'waiting'")}
    assert codes == {TOWN, SCHOOL}


def test_what_is_large_is_made_by_the_worker_for_who_asked(
    house: Casework, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "LARGE", 2)
    make_all(db)
    client = house.browser("subsidies")
    monkeypatch.setattr(pages, "LARGE", 1)
    page = opened(client, "/desk/ledgers/work")
    assert not [one for one in page.links if "download" in one]
    (order,) = (one for one in page.links if one.endswith("/order"))
    assert client.post(order, data={"csrf_token": page.fields["csrf_token"]}).status_code == 303
    assert "正在做" in opened(client, "/desk/ledgers/work").words
    make_all(db)
    page = opened(client, "/desk/ledgers/work")
    (file,) = {one for one in page.links if "/files/" in one}
    found = load_workbook(BytesIO(client.get(file).data))
    assert len(rows_of(list(found.worksheets[1].iter_rows(values_only=True)))) == 2
    for other in ("officer", "bureau", "town"):
        assert house.browser(other).get(file).status_code == 404


def test_an_order_of_who_moved_away_is_not_made(house: Casework, db: Database) -> None:
    client = house.browser("town")
    page = opened(client, "/desk/ledgers/work")
    make_all(db)
    client.post("/desk/ledgers/work/order", data={"csrf_token": page.fields["csrf_token"]})
    with db.write():
        db.run("UPDATE staff SET area = ? WHERE login = 'town'", (OTHER_TOWN,))
    make_all(db)
    (row,) = db.all("SELECT state, workbook FROM workbook_orders WHERE staff <> ''")
    assert tuple(row) == ("failed", "")


def test_a_file_that_no_key_opens_says_so(house: Casework, db: Database) -> None:
    make_all(db)
    client = house.browser("principal")
    (file, _) = sorted({one for one in opened(client, "/desk/ledgers").links if "/files/" in one})
    (db.settings.data / "workbooks" / file.rpartition("/")[2]).write_bytes(b"gAAAA")
    answer = client.get(file)
    assert (answer.status_code, "打不开" in answer.get_data(as_text=True)) == (404, True)


@pytest.fixture(autouse=True)
def fresh_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the places be read anew: schools come and go in these tests."""
    monkeypatch.setattr("intake.places.gazetteer.FRESH", -1.0)


ASKED = {"": "", "mine": f"?town={TOWN}", "other": f"?town={OTHER_TOWN}", "village": f"?village={VILLAGE}",
         "school": f"?school={SCHOOL}"}  # fmt: skip
ANSWERED = {
    "officer": "200 200 200 200 200", "bureau": "200 200 200 200 200", "approver": "200 200 200 200 200",
    "subsidies": "200 200 200 200 200", "town": "200 200 404 200 200", "neighbour": "200 404 200 404 404",
    "principal": "200 404 404 404 200", "administrator": "403 403 403 403 403", "auditor": "403 403 403 403 403",
    "operator": "403 403 403 403 403",
}  # fmt: skip


@pytest.mark.parametrize("login", ANSWERED)
def test_what_is_outside_is_not_found_and_what_a_role_may_not_is_denied(house: Casework, login: str) -> None:
    client = house.browser(login)
    answered = [client.get(f"/desk/ledgers/work{query}").status_code for query in ASKED.values()]
    assert " ".join(map(str, answered)) == ANSWERED[login]
    fetched = [client.get(f"/desk/ledgers/work/download{query}").status_code for query in ASKED.values()]
    assert fetched == ([403] * 5 if login == "approver" else answered)


TYPED = ("", "x", "-1", "99999999999", "\x00", "20261123", "9999-12-31", "0001-01-01", "2026-13", "２０２６秋", "2099春", "%",
         "\"'><script>alert(1)</script>", "𠮷" * 200, TOWN, "2206", "all", "phone", "row_key", "石人镇")  # fmt: skip


@pytest.mark.fuzz
def test_whatever_stands_in_an_address_is_answered(house: Casework) -> None:
    client, dice = house.browser("officer"), random.Random(7)
    for _ in range(150):
        said = {key: dice.choice(TYPED) for key in (*KNOWN, "p") if dice.random() < 0.4}
        key, tail = dice.choice(KEYS), dice.choice(("", "/download"))
        answer = client.get(f"/desk/ledgers/{key}{tail}", query_string=said)
        assert answer.status_code in (200, 404, 422), said
        assert b"<script>alert" not in answer.data
