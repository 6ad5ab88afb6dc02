"""Ledgers: what each kind's columns are, one ledger more, what comes back, and cells that no key opens."""

import inspect
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from exports.books import book, daily
from intake import fields, kinds, ledgers
from intake.errors import Invalid
from intake.fields.asked import asked
from intake.fields.privacy import Privacy
from intake.house import cells, verify
from intake.kinds.envelope import Envelope
from intake.ledgers import LEDGERS, Ledger
from intake.ledgers.columns import columns_of_kind
from intake.messages import media
from intake.people import accounts, roles
from intake.reports import door, lookup, photos, progress
from intake.settings import Settings
from intake.store import keys as key_files
from intake.store.db import Database
from tests.hands.books import DAY, HEADER, give, ledger, ledger_sheets, table
from tests.hands.cells import opened_cells
from tests.hands.chat import PLATFORM, Chat, opened
from tests.hands.command import baoxue
from tests.hands.desk import ACTORS, PASSWORD, address, called, sign_in
from tests.hands.leave_ledger import Leave
from tests.hands.page import look
from tests.hands.page import opened as page_of
from tests.hands.pictures import picture
from tests.hands.samples import sample

CHILD = (
    "序号:2.6 学校名称:6.6 学校标识码:5.6 年级:3.2 班级:2.8 姓名:3.2 性别:2.4 出生日期:3.2 "
    "身份证件类型:4.6 身份证件号:5.6 全国学籍号:5.6"
)
TAIL = "镇街:4.2 村(社区):5 监护人:3.2 与学生关系:3.8 联系电话:6.2 提交时间:8.6 回执号:7.8 目前状态:3.6"
MORE, KEY = "另有（见系统）:5.4", "行码（请勿改动）:7"
COLUMNS = {
    "enrollment": (
        CHILD.replace("性别:2.4", "性别:2.4 民族:4.6"),
        "入学类型:4.3 原就读学校:6.6 户籍地址:7 户口性质:3.3 现住址:7 入学依据:2.8 是否申请寄宿:2.4",
        MORE, TAIL,
        "分派学校:4.2* 报到状态:4.2* 处理结果:4.2* 备注:4.2*",
        KEY,
    ),
    "boarding": (
        CHILD,
        "需求:5.4 原因:3.3 离校距离:4.2 目前上学方式:4.3 希望开始日期:5.6 接送人:4.4",
        MORE, TAIL,
        "处理结果:4.2* 床位:4.2* 备注:4.2*",
        KEY,
    ),
    "subsidy": (
        CHILD,
        "困难类型:4.4 资助项目:4.6 遇到的问题:4.3 学期:5 应发:6元 实发:6元",
        MORE, TAIL,
        "发放日期:4.2* 处理结果:4.2* 经办人:4.2* 备注:4.2*",
        KEY,
    ),
    "absence": (
        CHILD,
        "最后到校日期:5.6 是否已请假:2.4 请假到哪天:5.6 原因:2.8 是否已联系:2.4",
        MORE, TAIL,
        "处理结果:4.2* 责任教师:4.2* 备注:4.2*",
        KEY,
    ),
    "safety": (
        CHILD,
        "目前是否安全:2.4 时间:8.6 地点:7 是否已告知监护人:2.6 是否已告知外出务工的父母:3.6 已报告部门:5.4",
        MORE, TAIL,
        "处理结果:4.2* 经办人:4.2* 备注:4.2*",
        KEY,
    ),
}  # fmt: skip
"""Labels and widths; 元 is added up, * is staff's."""
FORMATS = {"离校距离": "General", "应发": "General", "实发": "General",
           "希望开始日期": "yyyy-mm-dd", "最后到校日期": "yyyy-mm-dd",
           "时间": "yyyy-mm-dd hh:mm", "提交时间": "yyyy-mm-dd hh:mm", "序号": "0"}  # fmt: skip
"""The formats of columns that are no text."""
UNOPENED = "打不开"


def of_day(db: Database, kind: str) -> Ledger:
    """Give the ledger of a kind that the daily workbook has."""
    (found,) = [one for one in ledgers.ledgers_of_kinds(db) if one.key == kind]
    return found


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_the_columns_of_a_kind(db: Database, kind: str) -> None:
    said = [
        f"{one.label}:{round(one.width, 2):g}{'元' * one.summed}{'*' * bool(one.filled_by)}"
        for one in of_day(db, kind).columns()
    ]
    assert said == " ".join(COLUMNS[kind]).split()


def test_every_cell_has_the_format_of_its_column(db: Database, tmp_path: Path) -> None:
    for kind in kinds.KINDS:
        give(db, kind, 1)
    workbook = load_workbook(daily.write(db, DAY, tmp_path, actor="t"))
    for page in ledger_sheets(workbook):
        for head, cell in zip(page[HEADER], page[HEADER + 1], strict=True):
            assert cell.value is None or cell.number_format == FORMATS.get(str(head.value), "@"), head.value


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_what_staff_fill_in_has_a_key_and_roles_that_exist(db: Database, kind: str) -> None:
    mine = of_day(db, kind).fillable("bureau")
    staff = kinds.KINDS[kind].filled_by_staff
    # What is sensitive stands in the registers alone: 资助台账, 辍学学生台账.
    assert mine.keys() == {key for key, one in staff.items() if one.asked.privacy is not Privacy.SENSITIVE}
    assert {role for one in mine.values() for role in one.asked.filled_by} <= roles.ROLES.keys()
    assert of_day(db, kind).fillable("teacher") == {}


def test_two_columns_of_one_key_are_refused() -> None:
    class Doubled(kinds.Report):
        kind = "doubled"
        filled_by_staff: ClassVar[Mapping[str, fields.Answer]] = {
            "phone": fields.Phone(metadata=asked("回访电话", privacy=Privacy.PERSONAL, filled_by=("bureau",)))
        }

    with pytest.raises(TypeError, match="phone"):
        columns_of_kind(Doubled)


def test_what_comes_back_is_read_by_the_columns_that_went_out(db: Database) -> None:
    subsidy = of_day(db, "subsidy")
    sent_back = {
        "发放日期": "2026年11月3日",
        "经办人": " 李红 ",
        "备注": "",
        "目前状态": "已解决",
        "姓名": "张三",
    }
    assert subsidy.filled(sent_back, "town") == {"paid_on": "2026-11-03", "handled_by": "李红"}
    with pytest.raises(Invalid) as wrong:
        subsidy.filled({"发放日期": "过几天"}, "town")
    assert list(wrong.value.errors) == ["paid_on"]
    enrollment = of_day(db, "enrollment")
    assert enrollment.filled({"分派学校": "江源区实验小学"}, "town") == {}
    assert enrollment.filled({"分派学校": "江源区实验小学"}, "bureau").keys() == {"assigned_school"}


@pytest.fixture
def jpeg() -> bytes:
    return picture()


@pytest.fixture
def leave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LEDGERS, Leave.key, Leave)


def test_a_ledger_is_a_module_and_a_line(db: Database, leave: None, tmp_path: Path) -> None:
    receipt = give(db, "absence", 0, on_leave="是")
    give(db, "absence", 10)
    elsewhere = give(db, "absence", 1, on_leave="是")
    done = baoxue(db.settings.data, "ledger", "leave", "--date", "2026-11-20", "--out", str(tmp_path))
    assert (done.returncode, Path(done.stdout.strip()).name) == (0, "江源区_请假学生名单_20261120.xlsx")
    workbook = load_workbook(done.stdout.strip())
    page = workbook["请假学生名单"]
    assert page["A2"].value == "江源区请假学生名单"
    first, second = table(page)
    assert first == {
        "序号": 1, "学校名称": "江源区实验小学", "姓名": "王*", "联系电话": "138********",
        "最后到校日期": datetime(2026, 11, 19), "回执号": receipt, "返校日期": None,  # noqa: DTZ001
    }  # fmt: skip
    assert second["回执号"] == elsewhere
    cover = [row[:3] for row in workbook["封面"].iter_rows(values_only=True)]
    assert ("江源区请假学生名单", None, None) in cover
    assert ("镇街", "请假学生名单", "合计") in cover
    assert ("石人镇", 1, 1) in cover
    assert ("合计", 2, 2) in cover
    (row,) = db.all("SELECT detail FROM audit WHERE verb = 'export.made'")
    assert row["detail"] == "leave 2026-11-20 rows=2"
    made = ledgers.ledger(db, "leave")
    assert made.filled({"返校日期": "11月23日", "学校名称": "别的"}, "town") == {
        "back_on": made.filled({"返校日期": "11月23日"}, "town")["back_on"]
    }


def test_a_kind_has_its_ledger_and_a_town_its_rows(db: Database, tmp_path: Path) -> None:
    receipt = give(db, "subsidy", 0)
    give(db, "subsidy", 1)
    path = book.write_ledger(db, "subsidy", DAY, tmp_path, actor="t", area="220605105")
    assert path.name == "石人镇_资助台账_20261120.xlsx"
    assert [row["回执号"] for row in table(ledger(path, "资助困难"))] == [receipt]
    done = baoxue(db.settings.data, "ledger", "none", "--date", "2026-11-20", "--out", str(tmp_path))
    assert done.returncode == 2
    assert "没有 none 这本台账，现有 work、" in done.stderr


def test_the_page_about_it_shows_the_ledger_that_is_tested() -> None:
    told = (Path(__file__).parents[2] / "docs" / "how-to-add-a-ledger.md").read_text("utf-8")
    (shown,) = re.findall(r"```python\n(.*?)```", told, re.DOTALL)
    assert shown == Path(str(inspect.getsourcefile(Leave))).read_text("utf-8")


def damage(db: Database, kind: str, receipt: str, *keys: str) -> None:
    """Let cells of a report be such that no key opens them."""
    report = lookup.find_report(db, receipt)
    assert report
    for key in keys:
        with db.write():
            db.run(f"UPDATE answers_{kind} SET {key} = 'gAAAA' WHERE report_id = ?", (report.id,))


def lose_keys(db: Database) -> None:
    """Let only a new key be left."""
    key_files.add_key(db.settings.keys)
    path = db.settings.keys / "data.keys"
    key_files.write_private(path, path.read_text().split()[0] + "\n")
    db.keys._load()


def warning(page: Worksheet) -> list[str]:
    return [str(cell.value) for row in page for cell in row if str(cell.value).startswith("打不开的单元格")]


def test_a_cell_that_cannot_be_opened_says_so_in_its_place_and_on_the_cover(
    db: Database, tmp_path: Path
) -> None:
    bad, good = give(db, "absence", 0), give(db, "absence", 1)
    damage(db, "absence", bad, "phone", "special_group")
    path = daily.write(db, DAY, tmp_path, actor="t")
    rows = {row["回执号"]: row for row in table(ledger(path, "孩子未到校"))}
    assert [rows[bad][name] for name in ("联系电话", "另有（见系统）", "姓名")] == [
        UNOPENED, UNOPENED, "王*",
    ]  # fmt: skip
    assert rows[good]["联系电话"] == "159********"
    assert rows[good]["另有（见系统）"] == "目前去向、联系结果、特殊群体类别、说明"
    (told,) = warning(load_workbook(path)["封面"])
    assert "共 2 格" in told
    assert f"回执号：{bad}。" in told
    assert "baoxue verify" in told
    assert good not in told
    (row,) = db.all("SELECT detail FROM audit WHERE verb = 'export.made'")
    assert row["detail"] == "daily 2026-11-20 rows=2 unopened=2"
    assert verify.faults(db)


def test_where_all_opens_the_cover_says_nothing(db: Database, tmp_path: Path) -> None:
    give(db, "absence", 0)
    assert warning(load_workbook(daily.write(db, DAY, tmp_path, actor="t"))["封面"]) == []


def test_with_all_keys_lost_the_workbook_is_there_and_names_the_first_receipts(
    db: Database, tmp_path: Path
) -> None:
    given = [give(db, "boarding", n) for n in range(35)]
    lose_keys(db)
    path = daily.write(db, DAY, tmp_path, actor="t")
    page = ledger(path, "寄宿与上下学需求")
    assert {row["联系电话"] for row in table(page)} == {UNOPENED}
    assert {row["姓名"] for row in table(page)} != {UNOPENED}
    (told,) = warning(load_workbook(path)["封面"])
    assert "等 35 份" in told
    assert [one in told for one in given] == [True] * 30 + [False] * 5


def test_a_sum_leaves_out_what_cannot_be_read(db: Database, tmp_path: Path) -> None:
    bad = give(db, "subsidy", 1)
    with db.write():
        db.run(
            "UPDATE answers_subsidy SET hardship = ?",
            (db.keys.lock("no list", "answers_subsidy.hardship", found(db, bad).id),),
        )
    (row,) = table(ledger(daily.write(db, DAY, tmp_path, actor="t"), "资助困难"))
    assert (row["回执号"], row["困难类型"], row["应发"]) == (bad, UNOPENED, 625)


def test_a_correction_keeps_what_nobody_can_open(db: Database) -> None:
    receipt = give(db, "absence", 0)
    before = cell_of(db, receipt)
    damage(db, "absence", receipt, "phone", "description", "contact_result")
    lost = cell_of(db, receipt)
    door.amend(db, found(db, receipt), {"grade": "五年级", "description": "新的说明"}, actor="t", reason="r")
    after = cell_of(db, receipt)
    assert after["grade"] == "五年级"
    assert [after[key] for key in ("phone", "phone_hash", "contact_result")] == [
        lost["phone"], before["phone_hash"], lost["contact_result"],
    ]  # fmt: skip
    known = lookup.open_report(db, found(db, receipt))
    assert known.unopened == {"phone", "contact_result"}
    assert known.answers["description"] == "新的说明"
    (version,) = opened_cells(db, "versions.answers")
    assert '"description": "gAAAA"' in version
    door.amend(db, found(db, receipt), {"phone": "13900001111"}, actor="t", reason="r")
    assert lookup.answers_of(db, found(db, receipt))["phone"] == "13900001111"
    assert cell_of(db, receipt)["phone_hash"] != before["phone_hash"]


def test_what_became_irrelevant_goes_with_its_hash(db: Database) -> None:
    receipt = give(db, "enrollment", 1)
    report = found(db, receipt)
    damage(db, "enrollment", receipt, "permit_number")
    door.amend(db, report, {"basis": "户籍"}, actor="t", reason="r")
    (row,) = db.all("SELECT permit_number, permit_number_hash FROM answers_enrollment")
    assert tuple(row) == (None, None)


def found(db: Database, receipt: str) -> Envelope:
    report = lookup.find_report(db, receipt)
    assert report
    return report


def cell_of(db: Database, receipt: str) -> dict[str, Any]:
    row = db.one("SELECT * FROM answers_absence WHERE report_id = ?", (found(db, receipt).id,))
    assert row
    return dict(row)


def test_progress_and_correction_show_the_rest(client: FlaskClient, db: Database) -> None:
    raw = sample("absence", 0, db.today())
    receipt = door.receive(db, "absence", raw, channel="form").receipt
    door.amend(db, found(db, receipt), {"grade": "五年级"}, actor="web:1", reason="r")
    damage(db, "absence", receipt, "whereabouts", "description")
    page = look(client, receipt, str(raw["phone"])[-4:], str(raw["child_name"]))
    assert page.status == 200
    for path in ("now", "correct"):
        page = page_of(client, f"/forms/status/{path}")
        assert page.words.count(progress.UNOPENED) == 2
        assert "五年级" in page.words
    with db.write():
        db.run("UPDATE versions SET answers = 'gAAAA'")
    assert "更正了：内容" in page_of(client, "/forms/status/now").words


def test_no_page_of_the_desk_falls_with_a_cell(settings: Settings, jpeg: bytes) -> None:
    with opened(settings) as chat:
        db = chat.db
        for login, (role, area) in ACTORS.items():
            accounts.add_person(db, name=f"{login}老师", login=login, password=PASSWORD, role=role, area=area)
        desk = chat.app.test_client()
        sign_in(desk, "bureau")
        call = called(chat, desk, db)
        report = found(db, give(db, "subsidy", 0, db.now()))
        photos.add(db, report, jpeg, actor="web:1")
        (shown,) = photos.photos_of_report(db, report.receipt)
        second = Chat(chat.app, "oParent-2")
        second.say("人工")
        second.send(PLATFORM.image("oParent-2", "media-1"))
        wanted = media.claim(db)
        assert wanted
        assert media.store(db, wanted, jpeg)
        thread = address(db)
        every = [(table.name, column) for table in cells.closed() for column in table.columns]
        with db.write():
            for one, column in every:
                db.run(f"UPDATE {one} SET {column} = 'gAAAA' WHERE {column} <> ''")
        for kept in media.folder(db).iterdir():
            kept.write_bytes(b"gAAAA")
        pages = ["/desk/", "/desk/talks", thread, f"{thread}/report/absence", "/desk/calls", call, "/desk/pictures",
                 f"/desk/pictures/{report.receipt}", f"/desk/export/{db.today()}.xlsx"]  # fmt: skip
        assert {path: desk.get(path).status_code for path in pages} == dict.fromkeys(pages, 200)
        assert UNOPENED in desk.get(thread).get_data(as_text=True)
        for path in (f"{thread}/media/{wanted.id}", f"/desk/pictures/{report.receipt}/{shown['id']}"):
            answer = desk.get(path)
            assert (answer.status_code, UNOPENED in answer.get_data(as_text=True)) == (404, True), path
