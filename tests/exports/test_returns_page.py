"""收表 at the desk and by command: upload, look, do, fetch what was refused, take back; and files from LibreOffice."""

import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook
from werkzeug.test import TestResponse

from intake.cases import case as cases
from intake.cases.filling import filled_cells
from intake.house import verify
from intake.store.db import Database
from tests.hands.casework import MORNING, Casework, casework, report
from tests.hands.classroom import at
from tests.hands.command import baoxue, table
from tests.hands.page import Page, count, opened
from tests.hands.returned import Paper, sent_out

pytestmark = pytest.mark.processes  # files are read in a process of its own
ROOM = "/desk/returns"


@pytest.fixture
def house(app: Flask, db: Database, monkeypatch: pytest.MonkeyPatch) -> Casework:
    at(monkeypatch, MORNING)
    made = casework(app, db)
    for name in ("李红", "张雨桐", "赵磊"):
        report(db, made.room.children[name], child_name=name)
    at(monkeypatch, MORNING + timedelta(hours=1))
    return made


@pytest.fixture
def paper(house: Casework, tmp_path: Path) -> Paper:
    """Give the work list with a good row, and a bad one below."""
    out = Paper.of(sent_out(house.db, "work", tmp_path))
    out.fill(house.number, 办理结果="电话联系上了", 办理说明="说<b>明天</b>来")
    return out.fill("220605-2026-000002", 办理结果="销号了", 办理说明="随便")


@pytest.fixture
def send(house: Casework) -> Callable[..., TestResponse]:
    """Send a file as somebody of the desk does."""

    def sent(client: FlaskClient, data: bytes, name: str = "石人镇_20261123 (1).xlsx") -> TestResponse:
        token = opened(client, ROOM).fields["csrf_token"]
        return client.post(
            ROOM,
            data={"csrf_token": token, "file": (BytesIO(data), name)},
            content_type="multipart/form-data",
        )

    return sent


def press(client: FlaskClient, path: str, action: str, **said: Any) -> TestResponse:
    page = opened(client, path)
    return client.post(f"{path}/{action}", data={"csrf_token": page.fields["csrf_token"], **said})


def test_a_workbook_goes_its_way(
    house: Casework, paper: Paper, send: Callable[..., TestResponse], tmp_path: Path
) -> None:
    """B6: staff fill in the workbook and send it: preview of changes, stale rows refused by row, applied once."""
    db, client = house.db, house.browser("principal")
    paper.fill("220605-2026-000003", 办理结果="电话没联系上")
    third = cases.find_case(db, "220605-2026-000003")
    assert third
    house.number, mine = third.number, house.number
    house.act("note", "bureau", words="刚问过")
    house.number = mine
    sent = send(client, paper.data)
    assert sent.status_code == 303
    path = sent.headers["Location"]
    page = opened(client, path)
    assert "现在什么都还没有改" in page.words
    assert ("1 修改" in page.words, "1 过期，不收" in page.words, "！错误，不收" in page.words) == (
        True,
        True,
        True,
    )
    assert "说<b>明天</b>来" in page.words  # as text
    assert "联系（待核实 → 核实中）" in page.words
    assert f"I{paper.row('220605-2026-000002')}" in page.words
    assert "bureau同志 11-23 09:05 备注" in page.words
    assert count(db, "returns") == 0
    back = client.get(f"{path}/refused.xlsx")
    again = Paper.of(_saved(tmp_path / "back.xlsx", back.data))
    assert len(again.rows()) == 2
    assert again.get("220605-2026-000002", "办理结果") == "销号了"
    assert again.get("220605-2026-000002", "办理说明") == "随便"
    assert "请从这些里选" in again.get("220605-2026-000002", "错误说明")
    assert "发出以后系统里改过" in again.get("220605-2026-000003", "错误说明")
    assert "只看过，没有办" in opened(client, ROOM).words
    done = press(client, path, "apply")
    assert done.status_code == 303
    assert house.case.state == "核实中"
    made = done.headers["Location"]
    page = opened(client, made)
    assert "办好了。1 行已经记下" in page.words
    assert "还没有办" not in opened(client, ROOM).words  # after the page that tells it once
    assert "说<b>明天</b>来" in page.words
    assert "只看过，没有办" not in opened(client, ROOM).words
    twice = press(client, path, "apply")
    assert "没有变化" in opened(client, twice.headers["Location"]).words
    assert [one.key for one in cases.events_of(db, house.case)] == ["reported", "contact"]
    # what was refused is mended in the workbook that came back, and sent again
    again.fill("220605-2026-000002", 办理结果="家访见到了")
    path = send(client, again.data).headers["Location"]
    assert "2 修改" in opened(client, path).words
    press(client, path, "apply")
    assert [cases.find_case(db, f"220605-2026-00000{n}").state for n in (2, 3)] == ["核实中", "核实中"]  # type: ignore[union-attr]
    changes = db.all("SELECT id FROM return_changes WHERE case_id = ?", (house.case.id,))
    undone = press(client, made, "undo", change=[row["id"] for row in changes])
    assert "撤回了 1 处" in opened(client, undone.headers["Location"]).words
    assert house.case.state == "待核实"
    assert verify.faults(db) == []
    assert "收表" in opened(client, ROOM).words


def test_each_door_sends_what_is_not_its_own_to_the_other(
    house: Casework, paper: Paper, send: Callable[..., TestResponse]
) -> None:
    client = house.browser("principal")
    names = Workbook()
    for line in (["姓名", "年级", "班级"], ["王小明", "三年级", "1班"]):
        names.worksheets[0].append(line)
    out = BytesIO()
    names.save(out)
    refused = Page(send(client, out.getvalue()))
    assert (refused.status, "导入名单" in refused.words) == (422, True)
    token = opened(client, "/desk/lists").fields["csrf_token"]
    form = {"csrf_token": token, "purpose": "roster", "file": (BytesIO(paper.data), "工作单.xlsx")}
    sent = client.post("/desk/lists", data=form, content_type="multipart/form-data")
    page = Page(client.get(sent.headers["Location"]))
    assert (page.status, "请到“收表”交回" in page.words, "有错的" in page.words) == (422, True, False)


def test_faults_alone_are_not_called_no_change(
    house: Casework, tmp_path: Path, send: Callable[..., TestResponse]
) -> None:
    client, out = house.browser("principal"), Paper.of(sent_out(house.db, "work", tmp_path))
    path = send(client, out.data).headers["Location"]
    assert "没有变化" in opened(client, path).words
    path = send(client, out.fill(house.number, 办理结果="销号了").data).headers["Location"]
    page = opened(client, path)
    assert ("没有变化" in page.words, "没有收的 1 行，改好再传" in page.words) == (False, True)


def test_what_somebody_sent_is_theirs(
    house: Casework, paper: Paper, send: Callable[..., TestResponse]
) -> None:
    client, other = house.browser("principal"), house.browser("town")
    path = send(client, paper.data).headers["Location"]
    done = press(client, path, "apply").headers["Location"]
    for one in (path, f"{path}/refused.xlsx", done):
        assert other.get(one).status_code == 404
    assert "(1)" not in opened(other, ROOM).words
    press(client, path, "drop")
    assert client.get(path).status_code == 404
    assert opened(client, done).status == 200  # what was done stays to be taken back


def test_nothing_stands_in_logs_or_titles(
    house: Casework, paper: Paper, send: Callable[..., TestResponse], caplog: pytest.LogCaptureFixture
) -> None:
    client = house.browser("principal")
    path = send(client, paper.data).headers["Location"]
    page = opened(client, path)
    done = press(client, path, "apply").headers["Location"]
    for one in (page, opened(client, done)):
        title = one.html.partition("<title>")[2].partition("</title>")[0]
        assert not any(word in title for word in ("小明", "石人镇", "明天"))
        assert "style=" not in one.html
    assert not any(word in caplog.text for word in ("小明", "明天", "随便"))
    row = house.db.one("SELECT name, digest FROM returns")
    assert row
    assert "石人镇" not in row["name"]


def hostile(paper: Paper) -> Iterator[tuple[str, bytes, str]]:
    yield "名单.xlsx", b"", "还没有选文件"
    yield "a.xlsx", b"PK\x03\x04" + b"x" * 200, "打不开"
    yield "a.xlsx", b"<html>" * 20, "网页"
    macro = BytesIO(paper.data)
    with zipfile.ZipFile(macro, "a") as opened_:
        opened_.writestr("xl/vbaProject.bin", b"x")
    yield "a.xlsm", macro.getvalue(), "宏"
    bomb = BytesIO(paper.data)
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as opened_:
        opened_.writestr("xl/worksheets/sheet99.xml", b"0" * 400_000_000)
    yield "a.xlsx", bomb.getvalue(), "太大"


def test_hostile_files_are_refused_at_the_field(
    house: Casework, paper: Paper, send: Callable[..., TestResponse]
) -> None:
    client = house.browser("principal")
    for name, data, sentence in hostile(paper):
        answer = Page(send(client, data, name))
        assert (answer.status, sentence in answer.words) == (422, True), (name, answer.words[-300:])
        assert "file-wrong" in answer.ids
    assert count(house.db, "uploads") == 0


def test_through_libreoffice(
    house: Casework, paper: Paper, send: Callable[..., TestResponse], tmp_path: Path
) -> None:
    """What LibreOffice saves anew, as .xlsx or .xls, is the same workbook; what is not read whole is refused."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("no LibreOffice here")
    source, client = _saved(tmp_path / "in" / "a.xlsx", paper.data), house.browser("principal")
    for kind in ("xlsx", "xls", "ods"):
        folder = tmp_path / kind
        command = [soffice, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", kind,
                   "--outdir", str(folder), str(source)]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        sent = send(client, (folder / f"a.{kind}").read_bytes(), f"a.{kind}")
        if kind == "ods":
            assert (sent.status_code, "另存为 .xlsx" in Page(sent).words) == (422, True)
            continue
        page = opened(client, sent.headers["Location"])
        assert "1 修改" in page.words, kind
        assert "销号了" in page.words, kind
        assert "改了但不算数" not in page.words, kind


def test_the_command_tells_and_does(house: Casework, paper: Paper, tmp_path: Path) -> None:
    db, file = house.db, str(_saved(tmp_path / "交回.xlsx", paper.data))
    data = db.settings.data
    told = json.loads(baoxue(data, "return", file, "--json").stdout)
    assert {key: told[key] for key in ("new", "changed", "same", "stale")} == {
        "new": 0,
        "changed": 1,
        "same": 2,
        "stale": 0,
    }
    (fault,) = told["faults"]
    assert (fault["sheet"], fault["row"], fault["column"]) == (
        "工作单",
        paper.row("220605-2026-000002"),
        "办理结果",
    )
    assert "请从这些里选" in fault["sentence"]
    assert table(data, "SELECT count(*) FROM returns") == [(0,)]
    done = baoxue(data, "return", file, "--apply")
    assert (done.returncode, "修改 1 行" in done.stdout) == (0, True)
    assert "明天" not in done.stdout + done.stderr
    assert table(data, "SELECT actor, event FROM case_events ORDER BY id DESC LIMIT 1") == [
        ("command", "contact")
    ]
    assert json.loads(baoxue(data, "return", file, "--apply", "--json").stdout)["changed"] == 0
    assert baoxue(data, "return", file, "--as", "nobody").returncode == 2
    other = json.loads(baoxue(data, "return", file, "--json", "--as", "neighbour").stdout)
    assert (other["changed"], other["wrong"]) == (0, 4)


def test_the_page_of_a_case_shows_what_is_filled_in(house: Casework, tmp_path: Path) -> None:
    db = house.db
    daily = Paper.of(sent_out(db, "absence", tmp_path))
    row = daily.rows()[0]
    daily.page.cell(row, daily.column("备注")).value = "奶奶说明天来"
    daily.page.cell(row, daily.column("责任教师")).value = "刘芳"
    file = _saved(tmp_path / "交回.xlsx", daily.data)
    assert baoxue(db.settings.data, "return", str(file), "--apply", "--as", "bureau").returncode == 0
    assert filled_cells(db, [house.case.id])
    page = opened(house.browser("principal"), house.path)
    assert "台账填写" in page.words
    facts = page.words.partition("台账填写")[2].partition("经过")[0]
    assert all(one in facts for one in ("备注", "奶奶说明天来", "责任教师", "刘芳", "bureau同志"))
    line = page.words.partition("经过")[2]
    assert "备注：奶奶说明天来" in line
    assert "台账交回" in line


def _saved(path: Path, data: bytes) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return path
