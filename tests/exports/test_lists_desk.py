"""Lists at the desk: looked at before anything changes, taken as they were looked at, sent back with their faults."""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl.worksheet.worksheet import Worksheet
from werkzeug.test import TestResponse

import wsgi
from exports.desk.lists import pages
from exports.desk.lists.kept import kept_sheets
from exports.lists import reading
from exports.lists.listings import LIST_KINDS
from intake.importing import uploads
from intake.importing.table import header
from intake.people import accounts
from intake.people.accounts import Person
from intake.people.roles import ROLES
from intake.places import gazetteer
from intake.settings import Settings
from intake.store.db import Database
from tests.hands import classroom
from tests.hands.casework import report
from tests.hands.classroom import SCHOOL, SCHOOL_NAME
from tests.hands.desk import signed_in
from tests.hands.lists import STAFF, number
from tests.hands.page import Page
from tests.hands.registers import HOUSEHOLDS, pupil, rows_of

pytestmark = pytest.mark.processes
HEAD = ("姓名", "身份证号", "性别", "班级")
ADDRESS = "https://baoxue.example.cn"


@pytest.fixture(autouse=True)
def _asks_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gazetteer, "FRESH", 0.0)


@pytest.fixture
def app(settings: Settings) -> Flask:
    return wsgi.create_app(
        {"DATA": settings.data, "MODE": settings.mode, "RATE_LIMIT": "off", "ADDRESS": ADDRESS}
    )


def book(*rows: Sequence[Any], name: str = "Sheet1") -> bytes:
    made = openpyxl.Workbook()
    page = made.active
    assert isinstance(page, Worksheet)
    page.title = name
    for row in rows:
        page.append(list(row))
        for cell in page[page.max_row]:
            cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def send(
    client: FlaskClient, data: bytes, purpose: str = "roster", name: str = "名单.xlsx", school: str = ""
) -> TestResponse:
    token = Page(client.get("/desk/lists")).fields["csrf_token"]
    form = {"csrf_token": token, "purpose": purpose, "school": school, "file": (io.BytesIO(data), name)}
    return client.post("/desk/lists", data=form, content_type="multipart/form-data")


def opened(client: FlaskClient, data: bytes, purpose: str = "roster", school: str = "") -> tuple[str, Page]:
    """Send a file, and open what it would change; give its address, too."""
    sent = send(client, data, purpose, school=school)
    assert (sent.status_code, sent.location.startswith("/desk/lists/")) == (303, True), sent.get_data(
        as_text=True
    )
    page = Page(client.get(sent.location))
    return sent.location, page


def taken(client: FlaskClient, where: str, page: Page, **said: Any) -> TestResponse:
    form = {key: page.fields[key] for key in ("csrf_token", "seen")}
    return client.post(where, data=form | said)


def counts(page: Page) -> dict[str, int]:
    """Give the numbers at the top of a preview."""
    found = re.findall(r"<b>(\d+)</b> ！?(新增|更新|没有变化|有错，不收|名单里没有了)", page.html)
    return {word: int(n) for n, word in found}


ROWS = (["王小明", number("20170301"), "男", "三年级2班"], ["李红", "", "女", "三年级2班"], ["", "", "", "三年级2班"],
        ["赵磊", "220605201703010000", "什么", "三年级2班"])  # fmt: skip


def test_a_roster_is_looked_at_then_taken_with_the_same_numbers(
    app: Flask, db: Database, people: Mapping[str, Person]
) -> None:
    client = signed_in(app, "principal")
    where, page = opened(client, book([f"{SCHOOL_NAME}名单"], HEAD, *ROWS))
    assert counts(page) == {"新增": 2, "更新": 0, "没有变化": 0, "有错，不收": 2}
    assert db.all("SELECT 1 FROM children") == []
    for part in ("第 5 行", "A 列 姓名", "请写姓名", "第 6 行", "B 列 身份证号", "C 列 性别"):
        assert part in page.words
    refused = taken(client, where, page)
    assert (refused.status_code, db.all("SELECT 1 FROM children")) == (303, [])
    assert "什么都没有导入" in Page(client.get(where)).words
    assert taken(client, where, page, skip_bad="on").location == where
    after = Page(client.get(where))
    assert "导入好了：新增 2，更新 0，没有变化 0，跳过 2" in after.words
    assert counts(after) == {"新增": 0, "更新": 0, "没有变化": 2, "有错，不收": 2}
    rows = db.all(
        "SELECT actor FROM audit WHERE verb IN ('child.entered', 'class.entered', 'roster.imported')"
    )
    assert {row["actor"] for row in rows} == {people["principal"].actor}
    assert len(rows) == 4


def test_what_changed_since_it_was_looked_at_is_shown_again(
    app: Flask, db: Database, people: Mapping[str, Person]
) -> None:
    client = signed_in(app, "principal")
    where, page = opened(client, book(HEAD, *ROWS[:2]))
    assert taken(client, where, page).status_code == 303
    again = taken(client, where, page)  # the same button, pressed twice
    assert (again.status_code, "系统里的内容变了" in Page(again).words) == (409, True)
    assert len(db.all("SELECT 1 FROM children")) == 2
    assert client.post(where, data={"csrf_token": page.fields["csrf_token"]}).status_code == 409


def test_the_file_that_goes_back_is_mended_and_sent_again(
    app: Flask, db: Database, people: Mapping[str, Person]
) -> None:
    client = signed_in(app, "bureau")
    hostile = ["=cmd|' /C calc'!A0", "", "+1+1", "三年级2班"]
    data = book([f"{SCHOOL_NAME}名单"], HEAD, *ROWS, hostile)
    where, _ = opened(client, data)
    back = client.get(f"{where}/marked")
    assert back.headers["Content-Disposition"].startswith("attachment")
    made = openpyxl.load_workbook(io.BytesIO(back.data))
    page = made["Sheet1"]
    assert isinstance(page, Worksheet)
    assert [page.cell(row, 1).value for row in (1, 2, 3, 4)] == [None, "错误说明", None, None]
    assert "请写姓名" in str(page.cell(5, 1).value)
    assert {cell.data_type for row in page.iter_rows() for cell in row if cell.value is not None} == {"s"}
    assert (page["C6"].fill.fgColor.rgb, page["C6"].comment is not None) == ("FFFFC7CE", True)
    assert page["B7"].value == f"'{hostile[0]}"  # guarded as everything that leaves, and read without it
    assert page["C3"].value == ROWS[0][1]
    (sheet,) = reading.read(back.data)
    assert [line.cells[1:] for line in sheet.lines[1:]] == [
        line.cells for line in reading.read(data)[0].lines[1:]
    ]
    page["B5"], page["C6"], page["D6"], page["B7"], page["D7"] = "孙浩", "", "男", "周婷", "女"
    out = io.BytesIO()
    made.save(out)
    where, mended = opened(client, out.getvalue())
    assert counts(mended) == {"新增": 5, "更新": 0, "没有变化": 0, "有错，不收": 0}
    assert "没有用到的列" not in mended.words
    assert "没有读" not in mended.words


def test_hidden_and_month_cells_go_back_as_they_were(app: Flask, people: Mapping[str, Person]) -> None:
    client = signed_in(app, "bureau")
    made = openpyxl.Workbook()
    page = made.active
    assert isinstance(page, Worksheet)
    for row in (
        ["姓名", "出生日期", "学校", "班级"],
        ["王小明", None, SCHOOL_NAME, "三年级2班"],
        ["李红", None, "", ""],
    ):
        page.append(row)
    page["B2"], page["B2"].number_format = 42979, 'yyyy"年"m"月"'
    page.row_dimensions[3].hidden = True
    made.create_sheet("旧").sheet_state = "hidden"
    out = io.BytesIO()
    made.save(out)
    where, _ = opened(client, out.getvalue())
    first, old = reading.read(client.get(f"{where}/marked").data)
    assert ([line.hidden for line in first.lines], old.hidden) == ([False, False, True], True)
    assert first.lines[1].cells[2] == "2017年9月"


def test_children_who_are_no_longer_listed_leave_by_a_tick_and_those_with_a_case_by_their_own(
    app: Flask, db: Database, people: Mapping[str, Person]
) -> None:
    room = classroom.classroom(db)
    case = report(db, room.children["赵磊"])
    client = signed_in(app, "principal")
    data = book(("姓名", "班级"), ["王小明", "三年级2班"], ["李红", "三年级2班"])
    where, page = opened(client, data)
    assert counts(page)["名单里没有了"] == 2
    assert (case.number in page.html, "赵磊" in page.html, "赵*" in page.html) == (True, False, True)
    there = "SELECT child_name FROM children WHERE class = ? ORDER BY child_name"
    taken(client, where, page)
    assert len(db.all(there, (room.id,))) == 4
    taken(client, where, page, leave="on")
    assert [row[0] for row in db.all(there, (room.id,))] == ["李红", "王小明", "赵磊"]
    page = Page(client.get(where))
    assert "没有移出：1 人" in page.words
    taken(client, where, page, leave="on", confirmed=case.number)
    assert [row[0] for row in db.all(there, (room.id,))] == ["李红", "王小明"]


def test_a_list_that_was_not_read_whole_moves_nobody_out(
    app: Flask, db: Database, people: Mapping[str, Person]
) -> None:
    room = classroom.classroom(db)
    client = signed_in(app, "principal")
    made = openpyxl.load_workbook(io.BytesIO(book(("姓名", "班级"), ["王小明", "三年级2班"])))
    made.create_sheet("续").append(["李红", "三年级2班"])
    out = io.BytesIO()
    made.save(out)
    where, page = opened(client, out.getvalue())
    assert "工作表“续”没有表头" in page.words
    assert "leave" not in page.names
    taken(client, where, page, leave="on")
    assert len(db.all("SELECT 1 FROM children WHERE class = ?", (room.id,))) == 4


def test_slips_are_shown_once_as_a_page_to_be_printed(
    app: Flask, db: Database, people: Mapping[str, Person]
) -> None:
    classroom.classroom(db)
    client = signed_in(app, "administrator")
    rows = [
        ["刘春梅", "13812340001", "班主任", SCHOOL_NAME, "三年级2班"],
        ["马爱民", "13812340004", "镇干部", "石人镇", ""],
    ]
    where, page = opened(client, book(STAFF, *rows), "staff")
    assert counts(page)["新增"] == 2
    assert db.all("SELECT 1 FROM bindings") == []
    made = taken(client, where, page)
    said = made.get_data(as_text=True)
    assert (made.status_code, said.count('class="slip'), "刘春梅" in said) == (200, 2, True)
    assert made.headers["Cache-Control"] == "no-store"
    assert "unsafe-inline" not in made.headers["Content-Security-Policy"]
    assert where in said
    after = Page(client.get(where))
    assert counts(after)["没有变化"] == 2
    again = taken(client, where, after)
    assert again.status_code == 303
    assert all("code" not in one["detail"] for one in db.all("SELECT detail FROM audit"))
    login = accounts.person_by_login(db, "13812340001")
    assert login is not None
    assert [
        row["actor"]
        for row in db.all("SELECT actor FROM audit WHERE subject = ? AND verb = 'class.given'", (login.id,))
    ] == [people["administrator"].actor]


def test_whoever_brings_staff_cannot_change_her_own_role(
    app: Flask, db: Database, people: Mapping[str, Person]
) -> None:
    with db.write():
        db.run("UPDATE staff SET login = '13812340009' WHERE login = 'administrator'")
    client = signed_in(app, "13812340009")
    _, page = opened(client, book(STAFF, ["管理同志", "13812340009", "教育局", "", ""]), "staff")
    assert "不能改自己的角色" in page.words


# -- who may


@pytest.mark.parametrize(
    ("login", "may"),
    [("principal", {"roster"}), ("town", {"roster"}), ("administrator", {"schools", "staff"}),
     ("officer", {"roster"}),
     ("bureau", {"roster", "schools", "staff"})],
)  # fmt: skip
def test_each_role_brings_its_own_lists(
    app: Flask, people: Mapping[str, Person], login: str, may: set[str]
) -> None:
    client = signed_in(app, login)
    sent = {
        one: send(client, book(("姓名", "学校名称"), ["", ""]), one).status_code
        for one in ("roster", "schools", "staff")
    }
    assert {one for one, code in sent.items() if code == 303} == may
    assert set(sent.values()) <= {303, 403}
    assert send(client, b"x", "nothing").status_code == 422


def test_a_file_and_a_school_are_nobody_elses(app: Flask, db: Database, people: Mapping[str, Person]) -> None:
    client, other = signed_in(app, "principal"), signed_in(app, "bureau")
    where, _ = opened(client, book(HEAD, *ROWS))
    assert [other.get(path).status_code for path in (where, f"{where}/marked")] == [404, 404]
    neighbour = signed_in(app, "neighbour")
    assert send(neighbour, book(HEAD, *ROWS), school=SCHOOL).status_code == 404
    _, page = opened(neighbour, book(("姓名", "学校", "班级"), ["王小明", SCHOOL_NAME, "三年级2班"]))
    assert (counts(page)["有错，不收"], "不归您管" in page.words) == (1, True)


def test_a_file_may_be_deleted_before_its_time(
    app: Flask, db: Database, people: Mapping[str, Person]
) -> None:
    client = signed_in(app, "principal")
    where, page = opened(client, book(HEAD, *ROWS))
    done = client.post(f"{where}/drop", data={"csrf_token": page.fields["csrf_token"]})
    assert (done.status_code, client.get(where).status_code) == (303, 404)
    assert db.all("SELECT 1 FROM uploads") == []


# -- what cannot be taken


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (b"", 422, "还没有选文件"),
        (b"%PDF-1.7", 422, "这个文件是PDF"),
        (b"PK\x03\x04" + bytes(2000), 413, "最多 20 MB"),
    ],
)
def test_what_is_no_list_comes_back_at_the_field_and_is_not_kept(
    app: Flask,
    db: Database,
    people: Mapping[str, Person],
    data: bytes,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pages, "LARGEST", 1500)
    done = send(signed_in(app, "bureau"), data)
    page = Page(done)
    assert (done.status_code, said in page.words, page.invalid) == (code, True, {"file-wrong"})
    assert db.all("SELECT 1 FROM uploads") == []


def test_a_list_without_a_header_says_so_and_may_be_sent_again(
    app: Flask, people: Mapping[str, Person]
) -> None:
    client = signed_in(app, "bureau")
    sent = send(client, book(["王小明", "三年级2班"]))
    page = Page(client.get(sent.location))
    assert (page.status, "没有找到表头" in page.words, "/desk/lists" in page.links) == (422, True, True)


def test_names_of_files_and_sheets_are_shown_as_they_are(app: Flask, people: Mapping[str, Person]) -> None:
    client = signed_in(app, "bureau")
    sent = send(client, book(HEAD, *ROWS, name="<b>&'1"), name="../<script>alert(1)</script>=1.xlsx")
    assert sent.status_code == 303, sent.get_data(as_text=True)
    page = client.get(sent.location)
    assert "<script>alert" not in page.get_data(as_text=True)
    back = client.get(f"{sent.location}/marked")
    assert back.status_code == 200
    assert "\n" not in back.headers["Content-Disposition"]
    assert "/" not in back.headers["Content-Disposition"].replace("UTF-8''", "")


@pytest.mark.parametrize("login", ["principal", "town", "officer", "administrator", "bureau"])
def test_each_sees_its_lists_and_an_empty_one_of_each(
    app: Flask, people: Mapping[str, Person], login: str
) -> None:
    client, role = signed_in(app, login), ROLES[people[login].role]
    page = Page(client.get("/desk/lists"))
    for key, kind in LIST_KINDS.items():
        blank = client.get(f"/desk/lists/blank/{key}.xlsx")
        allowed = kind.action in role.actions
        assert (blank.status_code == 200, f"/desk/lists/blank/{key}.xlsx" in page.html) == (allowed, allowed)
        assert send(client, book(HEAD, *ROWS), key).status_code == (303 if allowed else 403)
        if not allowed:
            continue
        (sheet,) = reading.read(blank.data)
        assert list(sheet.lines[0].cells) == [one.label for one in kind.columns(Settings())]
        labels = [header(label) for label in sheet.lines[0].cells]
        assert len(set(labels)) == len(labels), "each word of the header means one column"


def test_an_empty_list_that_was_filled_in_is_taken_without_a_question(
    app: Flask, db: Database, people: Mapping[str, Person]
) -> None:
    client = signed_in(app, "principal")
    made = openpyxl.load_workbook(io.BytesIO(client.get("/desk/lists/blank/roster.xlsx").data))
    page = made.worksheets[0]
    at = {cell.value: cell.column for cell in page[1]}
    for label, value in (("姓名", "王小明"), ("身份证号", number("20170301")), ("班级", "三年级2班")):
        page.cell(2, at[label] or 0, value)
    out = io.BytesIO()
    made.save(out)
    where, shown = opened(client, out.getvalue())
    assert counts(shown) == {"新增": 1, "更新": 0, "没有变化": 0, "有错，不收": 0}
    assert "没有用到的列" not in shown.words
    assert taken(client, where, shown).status_code == 303
    assert len(db.all("SELECT 1 FROM children")) == 1


PUPILS = rows_of([pupil("王小明"), pupil("李红", order=2), pupil("赵磊", born="20170302", order=3)])
HOUSES = rows_of(
    [
        {"户号": "0101", "户主": "王大海", "与户主关系": "子", "姓名": "王小明", "性别": "男", "出生日期": "20170301",
         "身份证号": number("20170301"), "户籍地址": "吉林省白山市江源区石人镇林子头村1号", "村（社区）": "林子头村"},
    ],
    HOUSEHOLDS,
)  # fmt: skip


def test_a_register_comes_in_at_the_desk_as_by_its_command(
    app: Flask, db: Database, people: Mapping[str, Person]
) -> None:
    classroom.school(db)
    client = signed_in(app, "principal")
    where, page = opened(client, book(*PUPILS), "xueji")
    assert counts(page) == {"新增": 3, "更新": 0, "没有变化": 0, "有错，不收": 0}
    assert db.all("SELECT 1 FROM listed") == []
    assert taken(client, where, page, as_of="2026-11-20").status_code == 303
    assert len(db.all("SELECT 1 FROM listed WHERE listing = 'xueji'")) == 3
    assert {row["said_on"] for row in db.all("SELECT said_on FROM child_facts")} == {"2026-11-20"}
    again = Page(client.get(where))
    assert counts(again) == {"新增": 0, "更新": 0, "没有变化": 3, "有错，不收": 0}
    where, fewer = opened(client, book(*PUPILS[:-1]), "xueji")
    assert ("<b>1</b> ！不在名单里了" in fewer.html, "上次在名单里，这次没有：1 人" in fewer.words) == (
        True,
        True,
    )
    assert taken(client, where, fewer).status_code == 303
    assert len(db.all("SELECT 1 FROM listed WHERE gone_at IS NOT NULL")) == 1


def test_a_register_of_a_part_says_nothing_of_the_rest_unless_it_is_whole(
    app: Flask, db: Database, people: Mapping[str, Person]
) -> None:
    client = signed_in(app, "town")
    where, page = opened(client, book(*HOUSES), "huji")
    assert counts(page)["新增"] == 1
    assert taken(client, where, page).status_code == 303
    other = [
        dict(zip(HOUSES[0], HOUSES[1], strict=True))
        | {"村（社区）": "后堡子村", "户籍地址": "石人镇后堡子村3号"}
    ]
    other[0] |= {"姓名": "孙浩", "身份证号": number("20160405", 7), "出生日期": "20160405"}
    where, part = opened(client, book(*rows_of(other, HOUSEHOLDS)), "huji")
    assert "<b>0</b> 不在名单里了" in part.html
    whole = Page(client.get(f"{where}?whole=1"))
    assert "<b>1</b> ！不在名单里了" in whole.html
    assert taken(client, where, part, whole="1").status_code == 409, "looked at as a part, sent as the whole"
    assert taken(client, where, whole, whole="1").status_code == 303
    assert len(db.all("SELECT 1 FROM listed WHERE gone_at IS NOT NULL")) == 1


def test_a_day_that_is_still_to_come_is_refused_at_its_field(
    app: Flask, db: Database, people: Mapping[str, Person]
) -> None:
    client = signed_in(app, "town")
    where, page = opened(client, book(*HOUSES), "huji")
    refused = taken(client, where, page, as_of="2999-01-01")
    assert (refused.status_code, Page(refused).fields["as_of"]) == (422, "2999-01-01")
    assert "今天以前的日子" in Page(refused).words
    assert db.all("SELECT 1 FROM listed") == []


@pytest.mark.parametrize("purpose", ["xueji", "roster"])
@pytest.mark.parametrize("named", [True, False], ids=["with names", "without a header that is understood"])
def test_what_parents_do_lies_nowhere_in_the_house(
    app: Flask, people: Mapping[str, Person], db: Database, purpose: str, named: bool
) -> None:
    classroom.school(db)
    client = signed_in(app, "principal")
    head = (
        *(PUPILS[0] if named else ["无"] * len(PUPILS[0])),
        "父亲姓名",
        "父亲工作单位",
        "父亲职务",
        "血型",
    )
    rows = [(*row, "王大海", "国营机械厂", "车间主任", "AB") for row in PUPILS[1:]]
    _, page = opened(client, book(["江源区学生名册"], head, *rows), purpose)
    (kept,) = (
        uploads.data_of(db, one) for one in uploads.uploads_of(db, people["principal"], "xueji", "roster")
    )
    (one,) = kept_sheets(kept)
    assert one.lines[-1].number == len(rows) + 2, "every line is where it stood"
    said = {cell for line in one.lines for cell in line.cells}
    assert "王大海" in said
    assert "父亲工作单位" in said, "so that whoever sent it is told"
    assert not {"国营机械厂", "车间主任", "AB"} & said
    assert page.status == (200 if named else 422)
    lying = [file.read_bytes() for file in db.settings.data.rglob("*") if file.is_file()]
    assert not [data for data in lying if "国营机械厂".encode() in data]


def test_a_register_that_cannot_be_read_is_not_kept(
    app: Flask, people: Mapping[str, Person], db: Database
) -> None:
    client = signed_in(app, "officer")
    broken = io.BytesIO()
    with zipfile.ZipFile(broken, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types")
        archive.writestr("xl/workbook.xml", "国营机械厂")
    sent = send(client, broken.getvalue(), "xueji")
    assert sent.status_code == 422
    assert Page(sent).fields["purpose"] == "xueji"
    assert uploads.uploads_of(db, people["officer"], "xueji") == []


def test_what_is_never_collected_does_not_come_back_in_the_marked_file(
    app: Flask, people: Mapping[str, Person], db: Database
) -> None:
    classroom.school(db)
    client = signed_in(app, "principal")
    head = (*PUPILS[0], "父亲姓名", "父亲工作单位", "父亲职务")
    rows = [(*row, "王大海", "国营机械厂", "车间主任") for row in PUPILS[1:]]
    bad = [*rows[0]]
    bad[head.index("身份证件号")] = "123"
    where, page = opened(client, book(head, *rows[1:], bad), "xueji")
    assert counts(page)["有错，不收"] == 1
    assert "没有收" in page.words
    back = openpyxl.load_workbook(io.BytesIO(client.get(f"{where}/marked").data))
    said = {str(cell.value) for row in back.worksheets[0].iter_rows() for cell in row}
    assert "王大海" in said
    assert not {"国营机械厂", "车间主任"} & said
    assert "国营机械厂" not in page.html
