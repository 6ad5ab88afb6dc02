"""What people write is read by its field, the same on every face: chat, page, JSON, list, desk, returned workbook."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from intake.cases import case as cases
from intake.children.children import children_of_name, number_of_child
from intake.importing import roster, staff
from intake.importing.outcome import Options
from intake.kinds.envelope import Envelope
from intake.ledgers.returning.newcomers import OTHER
from intake.people import accounts
from intake.places import gazetteer
from intake.reports import lookup
from intake.settings import Settings
from intake.store.db import Database
from tests.hands import api, classroom, lists
from tests.hands.casework import MORNING, casework
from tests.hands.chat import AGREED, Chat, answer_all, asking, opened
from tests.hands.classroom import SCHOOL_NAME, at
from tests.hands.desk import PASSWORD, look, sign_in
from tests.hands.page import Page, count, filled, public, send
from tests.hands.returned import Paper, plan, sent_out, sentences, take
from tests.hands.samples import FEMALE, MALE, citizen_id, sample

BOY = citizen_id(date(2017, 3, 8), MALE, order=6)
ENDS_IN_X = next(
    one for one in (citizen_id(date(2017, 3, 8), FEMALE, order=n) for n in range(99)) if one.endswith("X")
)
NAMES: Mapping[str, str] = {
    "是建国": "是建国",
    "为民": "为民",
    "额尔德尼朝克图": "额尔德尼朝克图",
    "阿苦吉木子呷嫫": "阿苦吉木子呷嫫",
    "阿不都热合买提·吐尔逊江·艾合买提": "阿不都热合买提·吐尔逊江·艾合买提",
    "⻢晓明": "马晓明",
    "\ue863小明": "䶮小明",
    "\U00020bb7野\U00030edd": "\U00020bb7野\U00030edd",
    "김철수": "김철수",
    "Иванов Иван": "Иванов Иван",
    "Anna  Smith": "Anna Smith",
    "古丽•买买提": "古丽·买买提",
    "古丽．买买提": "古丽·买买提",
    "古丽 买买提": "古丽·买买提",
    "谢小明": "谢小明",
    "张 三": "张三",
}
NO_NAMES = (
    "收到", "好的", "嗯嗯", "[捂脸]", "[Emm]", "【收到不支持的消息类型，暂无法显示】", "妈妈", "马小跳 石人镇", "张三123",
)  # fmt: skip
PHONES: Mapping[str, str] = {
    "+86 138-1234-5678": "13812345678",
    "0086 13812345678": "13812345678",
    "（138）1234 5678": "13812345678",
    "幺三八 一二三四 五六七八": "13812345678",
    "一三八一二三四五六七八": "13812345678",
    "13812345678/13912345678": "13812345678",
    "0439-3721234转802": "04393721234-802",
    "(0439) 3721234-802": "04393721234-802",
    "400-123-4567": "4001234567",
    "+82 10-1234-5678": "+821012345678",
}
NO_PHONES = ("3721234", "138123456789", "没有", BOY)
NUMBERS: Mapping[str, str] = {
    f"身份证号：{BOY}": BOY,
    f"{BOY[:6]} {BOY[6:10]} {BOY[10:14]} {BOY[14:]}": BOY,
    f"{BOY[:6]}。{BOY[6:14]}，{BOY[14:]}": BOY,
    f"“{BOY}”": BOY,
    "".join(chr(0xFEE0 + ord(one)) for one in BOY): BOY,
    "".join("零一二三四五六七八九"[int(one)] for one in BOY): BOY,
    **{f"{ENDS_IN_X[:17]}{x}": ENDS_IN_X for x in "x×ⅩХх"},
}
SUMS: Mapping[str, float] = {
    "一千二": 1200, "1,200元": 1200, "1.2千": 1200, "625块5": 625.5, "5百": 500, "1万2": 12000, "六百二十五": 625, "625.5": 625.5,
}  # fmt: skip
TABLES: Mapping[str, Mapping[str, Any]] = {
    "child_name": NAMES, "phone": PHONES, "id_number": NUMBERS, "amount_due": SUMS,
}  # fmt: skip
REFUSED: Mapping[str, tuple[str, ...]] = {
    "child_name": NO_NAMES,
    "phone": NO_PHONES,
    "id_number": ("1234", f"{BOY}9"),
}
KIND = {"child_name": "subsidy", "phone": "subsidy", "id_number": "enrollment", "amount_due": "subsidy"}
OF_NUMBER = ("id_type", "sex", "birth_date")
Face = Callable[[str, str], Any]
"""Takes a key and what is written; gives the value that is kept, or None where it is refused."""


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(autouse=True)
def _asks_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gazetteer, "FRESH", 0.0)


def newest(db: Database, key: str) -> Any:
    row = db.all("SELECT * FROM reports ORDER BY id")[-1]
    return lookup.answers_of(db, Envelope.of(row)).get(key)


def changed(body: Mapping[str, Any], key: str, said: str) -> dict[str, Any]:
    """Put another answer into a body; what a number of identity tells is left to it."""
    gone = OF_NUMBER if key == "id_number" else ()
    return {one: value for one, value in body.items() if one not in gone} | {key: said}


def by_page(app: Flask, db: Database) -> Face:
    def face(key: str, said: str) -> Any:
        before, kind = count(db), KIND[key]
        answer = send(app.test_client(), kind, changed(public(kind, 1), key, said))
        if count(db) == before:
            page = Page(answer)
            assert page.status == 422
            assert page.fields[key] == said
            assert any(key in one for one in page.invalid)
            return None
        return newest(db, key)

    return face


def by_json(app: Flask, db: Database) -> Face:
    def face(key: str, said: str) -> Any:
        kind = KIND[key]
        answer = api.post(app.test_client(), changed(sample(kind, 1), key, said), kind)
        if answer.status_code != 201:
            assert answer.status_code == 422
            assert key in answer.get_json()["errors"]
            return None
        return newest(db, key)

    return face


def by_desk(app: Flask, db: Database) -> Face:
    accounts.add_person(db, name="李干事", login="li", password=PASSWORD, role="bureau", area="220605")
    browser = app.test_client()
    sign_in(browser, "li")

    def face(key: str, said: str) -> Any:
        before, kind = count(db), KIND[key]
        token = look(browser, "/desk/cases/new").fields["csrf_token"]
        form = Page(browser.post(f"/desk/cases/new/{kind}", data={"csrf_token": token, "ask": "1"}))
        body = {one: value for one, value in changed(public(kind, 1), key, said).items() if one in form.names}
        answer = browser.post(f"/desk/cases/new/{kind}", data=filled(form, body))
        if count(db) == before:
            assert answer.status_code == 422
            assert Page(answer).fields[key] == said
            return None
        return newest(db, key)

    return face


FACES = {"page": by_page, "json": by_json, "desk": by_desk}


@pytest.mark.parametrize("key", TABLES)
@pytest.mark.parametrize("name", FACES)
def test_a_spelling_is_read_alike_where_a_form_is_filled_in(
    app: Flask, db: Database, name: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAOXUE_RATE_LIMIT", "off")
    face = FACES[name](app, db)
    assert {said: face(key, said) for said in TABLES[key]} == TABLES[key]
    assert [face(key, said) for said in REFUSED.get(key, ())] == [None] * len(REFUSED.get(key, ()))


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    with opened(settings, TODAY="2026-11-23") as one:
        yield one


def asked_in_chat(chat: Chat, key: str, number: int) -> tuple[str, dict[str, Any]]:
    """Begin a report as somebody new, and answer until a key is asked."""
    kind = KIND[key]
    chat.openid = f"oParent-{key}-{number}"
    body = {one: value for one, value in sample(kind, 1).items() if one not in (*OF_NUMBER, "class_name")}
    reply = chat.say(lookup.schema(chat.db, kind).title, AGREED)
    for _ in range(20):
        if asking(kind, reply) == key:
            return kind, body
        value = body.get(asking(kind, reply), "跳过")
        reply = chat.say("、".join(value) if isinstance(value, list) else str(value))
    raise AssertionError(f"{key} is not asked")


@pytest.mark.parametrize("key", ["child_name", "phone", "id_number"])
def test_a_spelling_is_read_alike_in_the_chat(chat: Chat, key: str) -> None:
    found = {}
    for number, said in enumerate(TABLES[key]):
        kind, body = asked_in_chat(chat, key, number)
        assert "请您核对" in answer_all(chat, kind, chat.say(said), body)
        chat.say("确认")
        found[said] = chat.answers().get(key)
    assert found == TABLES[key]


@pytest.mark.parametrize("said", NO_NAMES[:6])
def test_what_is_no_name_is_not_taken_for_one_in_the_chat(chat: Chat, said: str) -> None:
    kind, body = asked_in_chat(chat, "child_name", 0)
    reply = chat.say(said)
    assert asking(kind, reply) == "child_name"
    answer_all(chat, kind, chat.say("马晓明"), body)
    chat.say("确认")
    assert chat.answers()["child_name"] == "马晓明"


@pytest.mark.parametrize(
    ("said", "name", "other"),
    [
        ("我叫马小跳", "马小跳", ""),
        ("孩子名字是马小跳", "马小跳", ""),
        ("俺孙女叫额尔德尼朝克图", "额尔德尼朝克图", ""),
        ("马小跳呢", "马小跳", ""),
        ("是马小跳", "马小跳", ""),
        ("是建国", "是建国", "建国"),
        ("是一凡", "是一凡", "一凡"),
        ("她叫古丽呀", "古丽", "古丽呀"),
        ("小艾呀", "小艾", "小艾呀"),
    ],
)
def test_courtesy_is_taken_off_in_the_chat_and_what_may_be_part_of_the_name_is_read_back(
    chat: Chat, said: str, name: str, other: str
) -> None:
    kind, body = asked_in_chat(chat, "child_name", 0)
    reply = chat.say(said)
    assert (f"姓名先记成“{name}”" in reply) is bool(other)
    if other:
        reply = chat.say(f"姓名应该是{other}")  # what the reply offers to tap
    read_back = answer_all(chat, kind, reply, body)
    assert f"姓名：{other or name}\n" in read_back
    chat.say("确认")
    assert chat.answers()["child_name"] == (other or name)


def test_courtesy_may_be_part_of_a_name_where_it_is_typed_and_a_doubt_is_said_once(
    app: Flask, client: FlaskClient, db: Database
) -> None:
    assert by_page(app, db)("child_name", "王小呀") == "王小呀"
    answers = changed(public("subsidy", 1), "child_name", "是建国")
    sent = filled(Page(client.get("/forms/subsidy")), answers)
    check = Page(
        client.post("/forms/subsidy", data={**sent, "needs": sent.getlist("needs"), "step": "check"})
    )
    assert "请再看一眼" in check.words
    plain = filled(Page(client.get("/forms/subsidy")), public("subsidy", 1))
    assert "请再看一眼" not in Page(client.post("/forms/subsidy", data={**plain, "step": "check"})).words
    told = api.post(client, changed(sample("subsidy", 1), "child_name", "是建国"), "subsidy")
    assert list(told.get_json()["doubts"]) == ["child_name"]
    assert "doubts" not in api.post(client, sample("subsidy", 2), "subsidy").get_json()
    accounts.add_person(db, name="李干事", login="li", password=PASSWORD, role="bureau", area="220605")
    sign_in(client, "li")
    assert "（待核实）" in look(client, f"/desk/reports/{told.get_json()['receipt']}").words


def test_a_second_number_is_kept_among_the_words(app: Flask, chat: Chat, db: Database) -> None:
    twice = "13812345678，家里没人打13912345678"
    for face in (by_page(app, db), by_json(app, db), by_desk(app, db)):
        assert face("phone", twice) == "13812345678"
        assert "另一个电话：13912345678" in newest(db, "description")
    kind, body = asked_in_chat(chat, "phone", 0)
    assert "请您核对" in answer_all(chat, kind, chat.say("13812345678，13912345678"), body)
    chat.say("电话错了，是13812340000", "确认")
    assert chat.answers()["phone"] == "13812340000"
    assert "另一个电话：13912345678" in chat.answers()["description"]


def test_a_list_of_children_is_read_alike(db: Database) -> None:
    classroom.school(db)
    rows = [(name, number) for name in NAMES for number in ("",)] + [
        (f"王明{'甲乙丙丁戊己庚辛壬癸子丑'[n]}", said) for n, said in enumerate(NUMBERS)
    ]
    head = ("姓名", "身份证号", "学校", "年级", "班级")
    for name, number in rows:
        told = roster.take(db, lists.sheet(head, (name, number, SCHOOL_NAME, "三年级", "2班")), Options())
        assert told.written, name
    assert all(children_of_name(db, name) for name in NAMES.values())
    found = db.all("SELECT child_name FROM children WHERE child_name LIKE '王明%' ORDER BY id")
    kept = {number_of_child(db, one) for row in found for one in children_of_name(db, str(row["child_name"]))}
    assert kept <= {*NUMBERS.values()}
    assert len(kept) > 0
    for said in NO_NAMES:
        assert not roster.take(
            db, lists.sheet(head, (said, "", SCHOOL_NAME, "三年级", "2班")), Options()
        ).written, said


def test_a_list_of_staff_reads_mobiles_as_every_face_does(db: Database) -> None:
    classroom.classroom(db)
    for n, said in enumerate(("+86 138-1234-0001", "幺三八一二三四零零零二", "138 1234 0003")):
        rows = lists.sheet(lists.STAFF, ("古丽•买买提", said, "老师", SCHOOL_NAME, "三年级2班"))
        assert staff.take(db, rows, Options()).written
        person = accounts.person_by_login(db, f"1381234000{n + 1}")
        assert person is not None
        assert person.name == "古丽·买买提"


NEW = {"性别": "女", "学校名称": "石人镇中心小学", "年级": "五年级", "班级": "1班", "监护人": "贺强", "与学生关系": "父亲",
       "最后到校日期": "2026.11.18"}  # fmt: skip
COLUMN = {"child_name": "姓名", "phone": "联系电话"}


@pytest.mark.parametrize("key", COLUMN)
def test_a_workbook_that_comes_back_is_read_alike(
    app: Flask, db: Database, tmp_path: Path, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, MORNING)
    house = casework(app, db)
    house.act("contact", "principal", day="2026-11-23", way="电话", whom="奶奶", result="联系上了")
    house.act("three_days", "clock")
    at(monkeypatch, MORNING + timedelta(hours=1))
    by = house.people["town"]
    found: dict[str, Any] = {}
    path = sent_out(db, "suspected", tmp_path)
    for n, said in enumerate((*TABLES[key], *REFUSED[key])):
        paper = Paper.of(path)
        row = max(paper.rows()) + 1
        paper.page.insert_rows(row)
        told = {
            "姓名": f"贺小{'雨雪霜露云风雷电山川河海湖泊'[n % 14]}",
            "联系电话": f"1391234{n:04d}",
            **NEW,
            COLUMN[key]: said,
        }
        for label, value in told.items():
            paper.page.cell(row, paper.column(label)).value = value
        read = plan(db, by, paper.data)
        if sentences(read):
            found[said] = None
            continue
        (new,) = read.of_fate("new")
        before = count(db, "cases")
        take(db, by, paper.data, {new.newcomer.choice: OTHER})
        assert count(db, "cases") == before + 1, said
        row_ = db.one("SELECT number FROM cases ORDER BY number DESC LIMIT 1")
        case = cases.find_case(db, row_["number"]) if row_ else None
        assert case
        report = lookup.report_by_id(db, cases.reports_in(db, case)[0])
        assert report
        found[said] = lookup.answers_of(db, report)[key]
    assert found == {**TABLES[key], **dict.fromkeys(REFUSED[key])}


PROOFS = [
    ("古丽·买买提", ("古丽•买买提", "古丽．买买提", "古丽 · 买买提", "古丽买买提")),
    ("马晓明", ("⻢晓明", "马 晓明", " 马晓明 ")),
    ("Anna Smith", ("anna smith", "ＡＮＮＡ ＳＭＩＴＨ", "AnnaSmith")),
    ("Иванов Иван", ("иванов иван",)),
    ("\u91d1小明", ("\uf90a小明", "⾦小明")),
]


@pytest.mark.parametrize(("name", "spellings"), PROOFS)
def test_a_receipt_is_found_by_the_name_however_it_is_written(
    client: FlaskClient, name: str, spellings: tuple[str, ...]
) -> None:
    body = sample("subsidy", 3) | {"child_name": name, "phone": "0439-3721234转802"}
    receipt = api.post(client, body, "subsidy").get_json()["receipt"]
    for said in (name, *spellings):
        for end in ("1234", "１２３４", "幺二三四"):
            proof = api.basic(end, said)
            assert client.get(f"/api/v1/reports/{receipt}", headers=proof).status_code == 200, (said, end)
        token = look(client, "/forms/status").fields["csrf_token"]
        told = {"receipt": receipt, "last_four": "1234", "child_name": said, "csrf_token": token}
        assert client.post("/forms/status", data=told).status_code in (200, 303)
    for said in (name[:-1], f"{name}明", "", "·"):
        assert client.get(f"/api/v1/reports/{receipt}", headers=api.basic("1234", said)).status_code == 401
    assert client.get(f"/api/v1/reports/{receipt}", headers=api.basic("0802", name)).status_code == 401


@pytest.mark.parametrize("said", ["古丽•买买提", "古丽 买买提"])
def test_the_desk_finds_a_child_however_its_name_is_written(app: Flask, db: Database, said: str) -> None:
    api.post(app.test_client(), sample("subsidy", 3) | {"child_name": "古丽·买买提"}, "subsidy")
    accounts.add_person(db, name="李干事", login="li", password=PASSWORD, role="bureau", area="220605")
    browser = app.test_client()
    sign_in(browser, "li")
    token = look(browser, "/desk/cases/new").fields["csrf_token"]
    found = Page(browser.post("/desk/cases/new", data={"csrf_token": token, "child_name": said}))
    number = db.all("SELECT number FROM cases")[0]["number"]
    assert number in found.html
    assert number in look(browser, f"/desk/cases?q={said}").html
