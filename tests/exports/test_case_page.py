"""The page of a case: what it shows to whom, and what is done from it."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from exports.desk.case import shown
from intake.cases import case as cases
from intake.cases.rounds import matching
from intake.cases.rulebook import duties
from intake.cases.rulebook.transitions import OWNER, TRANSITIONS
from intake.cases.work import act as do
from intake.messages import media
from intake.people import devices
from intake.reports.looking import evidence
from intake.school import roll
from intake.store.db import Database
from intake.web import phones
from tests.hands.casework import CHILD, CONTACT, DAY, GRANDMOTHER, MORNING, PHONE, Casework, casework, report
from tests.hands.classroom import at
from tests.hands.page import NASTY, Page, opened
from tests.hands.pictures import picture
from tests.hands.watching import statements

PERSUADED = {"day": "2026-11-26", "way": "家访", "people": "李老师", "whom": "奶奶", "words": "劝了，没用",
             "result": "没有答应", "next_on": "2026-12-01"}  # fmt: skip
BACK = {"day": "2026-12-01", "school": "石人镇中心小学", "grade": "三年级", "class_name": "2班"}


@pytest.fixture
def work(app: Flask, db: Database, monkeypatch: pytest.MonkeyPatch) -> Casework:
    at(monkeypatch, MORNING)
    return casework(app, db)


@pytest.fixture
def officer(work: Casework) -> FlaskClient:
    return work.browser("officer")


def noted(db: Database, verb: str) -> list[tuple[str, str, str]]:
    return [tuple(row) for row in db.all("SELECT actor, subject, detail FROM audit WHERE verb = ?", (verb,))]


def keys(work: Casework) -> list[str]:
    return [one.key for one in cases.events_of(work.db, work.case)]


def test_a_case_shows_what_is_known_masked_and_what_comes_next(work: Casework, officer: FlaskClient) -> None:
    page = Page(officer.get(work.path))
    assert page.status == 200
    told = (
        "王*明",
        "待核实",
        "第 1 个上课日",
        "今天",
        "刘老师（老师）",
        work.number,
        "下一步：联系家里",
        "徐*兰",
        "138********",
    )
    for words in told:
        assert words in page.words, words
    for hidden in (CHILD, PHONE, GRANDMOTHER, PHONE[-4:]):
        assert hidden not in page.html, hidden
    assert work.number in page.html.partition("</title>")[0], "a title names the case and no child"


def test_a_form_is_what_its_transition_declares(work: Casework, officer: FlaskClient) -> None:
    page = opened(officer, f"{work.path}?do=contact&way=家访")
    assert {
        "day",
        "way",
        "people",
        "whom",
        "result",
        "words",
        "next_step",
        "file",
        "seen",
        "token",
    } <= page.names
    assert page.fields["way"] == "家访"
    assert page.fields["day"] == "2026-11-23"
    assert 'data-event="contact"' in page.html
    assert page.controls <= page.labels | {"None"}
    assert 'data-event="approve"' not in opened(officer, f"{work.path}?do=approve").html


def test_what_is_recorded_moves_the_case_and_stands_in_its_line(work: Casework, officer: FlaskClient) -> None:
    answer = work.send(officer, "contact", **CONTACT)
    assert answer.status_code == 303
    page = opened(officer, work.path)
    for words in (
        "核实中",
        "电话：联系上了",
        "待核实 → 核实中",
        "说明天去",
        "officer同志（业务员）",
        "记下了：记联系",
    ):
        assert words in page.words, words
    assert work.case.state == "核实中"


@pytest.mark.parametrize(
    ("key", "said", "field", "sentence"),
    [
        ("contact", CONTACT | {"day": "2026-12-24"}, "day", "这个日期还没有到"),
        ("contact", CONTACT | {"whom": ""}, "whom", "请填写跟谁谈"),
        ("false_alarm", {"reason": ""}, "reason", "请填写原因"),
        ("assigned", {"owner": "nobody"}, "owner", "没有这个账号"),
        ("assigned", {"owner": ""}, "owner", "请填写责任人"),
        ("shared", {"staff": "nobody", "reason": "一起办"}, "staff", "没有这个账号"),
        ("identified", {"child": "nobody"}, "child", "名单上没有这个孩子"),
        ("letter", {"document": "限期复学通知书", "words": "一句"}, "document", "还没有劝返过"),
    ],
)
def test_a_refusal_stands_at_its_field_and_keeps_what_was_typed(
    work: Casework, officer: FlaskClient, key: str, said: dict[str, str], field: str, sentence: str
) -> None:
    before = keys(work)
    page = Page(work.send(officer, key, **said))
    assert page.status == 422
    assert sentence in page.words
    assert f"{key}-{field}-wrong" in page.invalid
    assert f"#{key}-{field}" in page.links
    assert keys(work) == before
    for name, value in said.items():
        if name not in ("owner", field):  # a list keeps nothing that is not on it
            assert value in page.fields.getlist(name), name


def test_a_next_time_that_has_passed_is_refused_there(
    work: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, MORNING + 3 * DAY)
    work.act("three_days", "clock")
    page = Page(work.send(work.browser("officer"), "persuasion", **PERSUADED | {"next_on": "2026-11-24"}))
    assert page.status == 422
    assert "persuasion-next_on-wrong" in page.invalid
    assert page.fields["words"] == PERSUADED["words"]
    assert page.fields["result"] == "没有答应"


def test_a_school_issues_no_order_and_a_street_none_either(
    work: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, MORNING + 3 * DAY)
    work.act("three_days", "clock")
    work.act("persuasion", "teacher", **PERSUADED)
    page = Page(work.send(work.browser("principal"), "letter", document="限期复学通知书"))
    assert page.status == 422
    assert "学校不能出" in page.words
    page = Page(work.send(work.browser("officer"), "letter", document="限期复学通知书"))
    assert "由镇政府出" in page.words
    assert work.send(work.browser("town"), "letter", document="限期复学通知书").status_code == 303


def watched(work: Casework, monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """Let the child be back since 12-01, with its observations, so many days ago."""
    at(monkeypatch, MORNING + 3 * DAY)
    work.act("three_days", "clock")
    work.act("persuasion", "teacher", **PERSUADED)
    at(monkeypatch, MORNING + 8 * DAY)
    work.act("back", "principal", **BACK | {"school": work.people["principal"].school})
    for which in (7, 15, 30):
        if which <= days:
            moment = MORNING + (8 + which) * DAY
            at(monkeypatch, moment)
            work.act("observed", "teacher", which=str(which), day=moment.date().isoformat())


def test_what_cannot_be_done_yet_is_a_line_of_words(work: Casework, monkeypatch: pytest.MonkeyPatch) -> None:
    watched(work, monkeypatch, 7)
    page = opened(work.browser("principal"), f"{work.path}?do=submit")
    assert "报销号：观察还没满 30 天（今天第 7 天）" in page.words
    assert 'data-event="submit"' not in page.html
    assert f"{work.path}?do=submit#do-submit" not in page.links
    assert "复学观察 7/30" in page.words


def test_an_end_is_asked_for_with_evidence_and_decided_by_another(
    work: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched(work, monkeypatch, 30)
    bureau, approver = work.browser("bureau"), work.browser("approver")
    page = Page(work.send(bureau, "submit", basis="每天到校"))
    assert page.status == 422
    assert "submit-evidence-wrong" in page.invalid
    assert noted(work.db, "case.refused")[-1] == (work.people["bureau"].actor, work.case.id, "submit")
    assert work.send(bureau, "submit", basis="每天到校", evidence="考勤表").status_code == 303
    mine, theirs = opened(bureau, work.path), opened(approver, work.path)
    assert "报的人和审的人不能是同一个人" in mine.words
    assert '<li class="no">提交人和审核人不能是同一个人：bureau同志' in mine.html
    for words in (
        "观察 30 天：今天第 30 天",
        "第 7、15、30 天都有",
        "材料：考勤表，没有上传文件",
        "与您不是同一个人",
    ):
        assert words in theirs.words, words
    assert '<li class="no">' not in theirs.html
    early = opened(bureau, work.path)
    refused = bureau.post(
        f"{work.path}/do/approve",
        data={one: early.fields[one] for one in ("csrf_token", "seen")} | {"words": "材料齐"},
    )
    page = Page(refused)
    assert page.status == 422
    assert "不能是同一个人" in page.words
    assert page.fields["words"] == "材料齐"
    assert noted(work.db, "case.refused")[-1] == (work.people["bureau"].actor, work.case.id, "approve")
    assert work.send(approver, "approve").status_code == 303
    assert (work.case.state, work.case.open) == ("已销号", 0)


def test_where_a_child_is_instead_is_decided_by_another_with_the_decision_before_their_eyes(
    work: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    work.act("contact", "teacher", **CONTACT)
    principal, approver = work.browser("principal"), work.browser("approver")
    said = {"to": "休学", "day": "2026-11-23", "evidence": "医院证明", "review_on": "2027-05-24"}
    page = Page(work.send(principal, "elsewhere", **said))
    assert page.status == 422
    assert "elsewhere-decision-wrong" in page.invalid
    assert page.fields["evidence"] == "医院证明"
    asked = said | {"decision": "镇政府 石政〔2026〕3号"}
    assert work.send(principal, "elsewhere", **asked).status_code == 303
    page = opened(approver, work.path)
    for words in ("去向：休学，2026-11-23 起", "批准的决定：镇政府", "复核：2027-05-24", "材料：医院证明"):
        assert words in page.words, words
    assert work.send(approver, "reject", reason="证明要盖章").status_code == 303
    assert "审核退回" in opened(principal, work.path).words
    assert work.case.state == "核实中"
    assert work.send(principal, "elsewhere", **asked).status_code == 303
    assert work.send(approver, "approve").status_code == 303
    assert (work.case.state, work.case.due) == ("休学", "2027-05-24")


def test_who_may_not_do_it_is_told_so(work: Casework) -> None:
    approver = work.browser("approver")
    page = opened(approver, work.path)
    assert 'data-event="contact"' not in opened(approver, f"{work.path}?do=contact").html
    sent = {"csrf_token": page.fields["csrf_token"], "seen": "1"} | CONTACT
    assert approver.post(f"{work.path}/do/contact", data=sent).status_code == 403
    assert approver.post(f"{work.path}/do/nothing", data=sent).status_code == 404
    assert approver.post(f"{work.path}/do/merged", data=sent).status_code == 404, "it has a place of its own"
    assert keys(work) == ["reported"]


def test_of_two_officers_the_second_hears_what_the_first_did(work: Casework, officer: FlaskClient) -> None:
    bureau = work.browser("bureau")
    mine = opened(officer, f"{work.path}?do=false_alarm")
    assert work.send(bureau, "contact", **CONTACT).status_code == 303
    page = Page(work.send(officer, "false_alarm", mine, reason="家长说去姥姥家了"))
    assert page.status == 409
    for words in ("您打开以后有变化", "bureau同志", "联系", "新 · 电话：联系上了"):
        assert words in page.words, words
    assert page.words.count("新 · ") == 1
    assert page.fields["reason"] == "家长说去姥姥家了"
    assert keys(work) == ["reported", "contact"]
    assert work.send(officer, "false_alarm", page, reason=page.fields["reason"]).status_code == 303
    assert work.case.state == "误报或请假"


def test_two_who_press_at_the_same_moment_do_it_once(work: Casework) -> None:
    both = [work.browser(login) for login in ("officer", "bureau")]
    pages = [opened(one, f"{work.path}?do=false_alarm") for one in both]
    with ThreadPoolExecutor(2) as pool:
        sent = [
            pool.submit(work.send, one, "false_alarm", page, reason="家长说请假了")
            for one, page in zip(both, pages, strict=True)
        ]
    assert sorted(one.result().status_code for one in sent) == [303, 409]
    assert keys(work) == ["reported", "false_alarm"]


def test_a_stale_page_still_takes_a_record_that_moves_nothing(work: Casework, officer: FlaskClient) -> None:
    mine = opened(officer, f"{work.path}?do=note")
    work.act("contact", "teacher", **CONTACT)
    assert work.send(officer, "note", mine, words="一句话").status_code == 303
    assert keys(work) == ["reported", "contact", "note"]


def test_a_double_click_is_one_event(work: Casework, officer: FlaskClient) -> None:
    page = opened(officer, f"{work.path}?do=contact")
    for _ in range(2):
        answer = work.send(officer, "contact", page, **CONTACT, file=(BytesIO(picture()), "家访.jpg"))
        assert answer.status_code == 303
    assert keys(work) == ["reported", "contact"]
    assert [row["state"] for row in work.db.all("SELECT state FROM media")] == ["kept"]


def test_a_form_sent_again_with_other_words_is_another_record(work: Casework, officer: FlaskClient) -> None:
    page = opened(officer, f"{work.path}?do=note")
    for words in ("去过了", "去过了", "又去了一次"):
        assert work.send(officer, "note", page, words=words).status_code == 303
    said = [one.words["words"] for one in cases.events_of(work.db, work.case) if one.key == "note"]
    assert said == ["去过了", "又去了一次"]


def test_a_look_wants_one_of_four_reasons_and_is_on_record(work: Casework, officer: FlaskClient) -> None:
    page = opened(officer, work.path)
    asking = next(one for one in page.links if "see=" in one and ".phone" in one)
    field = Page(officer.get(asking)).fields["field"]
    for said in ({}, {"why": "curious"}, {"why": "other", "words": " "}):
        page = Page(work.post(officer, "look", field=field, **said))
        assert page.status == 422
        assert "why-wrong" in page.ids
        assert PHONE not in page.html
    assert noted(work.db, "case.looked") == []
    page = Page(work.post(officer, "look", field=field, why="call"))
    assert page.status == 200
    assert f"tel:{PHONE}" in page.links
    assert GRANDMOTHER not in page.html, "one value at a time"
    assert "officer同志 看了联系电话打电话" in page.words.replace("\n", "")
    assert PHONE not in officer.get(work.path).text, "hidden again"
    Page(work.post(officer, "look", field=field, why="other", words="核对报名表"))
    assert "其他：核对报名表" in opened(officer, work.path).words
    me = work.people["officer"].actor
    assert noted(work.db, "case.looked") == [
        (me, work.case.id, f"{field} call"),
        (me, work.case.id, f"{field} other"),
    ]
    row = work.db.one("SELECT words FROM looks WHERE why = 'other'")
    assert row
    assert "核对" not in row["words"]


def test_what_staff_filled_in_that_is_sensitive_wants_a_look(work: Casework, officer: FlaskClient) -> None:
    words = {"disability_kind": "听力残疾", "remark": "打了 13812345678"}
    do(work.db, work.case, "filled", {}, work.people["officer"], channel="return", words=words)
    page = opened(officer, work.path)
    assert "听力残疾" not in page.words
    assert "打了 13812345678" in page.words  # on the case itself the words of staff are read
    shown = Page(work.post(officer, "look", field="filled.disability_kind", why="visit"))
    assert "听力残疾" in shown.words
    assert "看了残疾类别" in shown.words.replace("\n", "")


def test_nobody_looks_at_what_is_not_of_the_case(work: Casework, officer: FlaskClient) -> None:
    assert work.post(officer, "look", field="roll.phone", why="call").status_code == 404
    assert noted(work.db, "case.looked") == []


@pytest.mark.parametrize(
    ("login", "code"),
    [("officer", 200), ("bureau", 200), ("approver", 200), ("town", 200), ("principal", 200), ("neighbour", 404),
     ("subsidies", 404), ("auditor", 403), ("administrator", 403), ("operator", 403)],
)  # fmt: skip
def test_a_case_is_open_to_whose_it_is(work: Casework, login: str, code: int) -> None:
    who = work.browser(login)
    assert who.get(work.path).status_code == code
    missing = who.get("/desk/cases/220605-2026-999999")
    assert missing.status_code == (403 if code == 403 else 404)


def test_a_teachers_phone_opens_no_desk(work: Casework) -> None:
    from intake.people import devices
    from intake.web import phones

    client, token = work.app.test_client(), devices.new_token()
    devices.add_device(work.db, work.people["teacher"], token, "Android", devices.PHONE)
    client.set_cookie(phones.COOKIE, token)
    assert client.get(work.path).status_code == 403


def test_what_few_may_see_is_nowhere_for_school_and_town(work: Casework) -> None:
    few = report(
        work.db, work.room.children[CHILD], "safety", what="受侵害", safe_now="是", school="石人镇中心小学"
    )
    assert few.restricted
    path = f"/desk/cases/{few.number}"
    for login, code in (
        ("officer", 200),
        ("bureau", 200),
        ("town", 404),
        ("principal", 404),
        ("subsidies", 404),
    ):
        client = work.browser(login)
        assert client.get(path).status_code == code, login
        assert few.number not in client.get(work.path).text, login
    town = work.browser("town")
    token = opened(town, work.path).fields["csrf_token"]
    for action in ("do/note", "look", "undo", "offers", "merge", "answer"):
        sent = town.post(
            f"{path}/{action}", data={"csrf_token": token, "words": "一句", "field": "x", "why": "call"}
        )
        assert sent.status_code in (403, 404), action
    page = opened(work.browser("officer"), path)
    assert "只有教育局安全专员" in page.words


def test_a_restricted_case_can_be_shared_by_name(work: Casework) -> None:
    few = report(
        work.db, work.room.children[CHILD], "safety", what="受侵害", safe_now="是", school="石人镇中心小学"
    )
    shared = Casework(work.app, work.db, work.room, work.people, few.number)
    officer, town = work.browser("officer"), work.people["town"]
    assert shared.send(officer, "shared", staff=town.id, reason="一起去家里").status_code == 303
    reader = work.browser("town")
    page = opened(reader, shared.path)
    assert "徐*兰" in page.words
    assert "data-event" not in page.html, "to read is not to act"


def test_nobody_of_school_and_town_learns_a_confidential_reporter(work: Casework) -> None:
    with work.db.write():
        work.db.run("UPDATE reports SET confidential = 1, channel = 'wechat'")
        work.db.run("UPDATE cases SET confidential = 1")
    for login, told in (("town", False), ("principal", False), ("officer", True)):
        page = opened(work.browser(login), work.path)
        for words in ("祖母", "138********", "徐*兰", "网页", "微信"):
            if words != "微信" and words != "网页":
                assert (words in page.words) is told, (login, words)
        assert ("收到报告　网页" in page.words.replace(" ", "")) is told, login


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"MZ\x90\x00", "签到表.exe"), (b"<svg onload=alert(1)>", "图.svg"), (b"PK\x03\x04", "表.docx")],
)
def test_a_file_of_the_wrong_type_is_refused_at_its_place(
    work: Casework, officer: FlaskClient, data: bytes, name: str
) -> None:
    page = Page(work.send(officer, "evidence", what="考勤表", file=(BytesIO(data), name)))
    assert page.status == 422
    assert "不是照片也不是 PDF" in page.words
    assert "evidence-file-wrong" in page.invalid
    assert page.fields["what"] == "考勤表"
    assert keys(work) == ["reported"]
    assert work.db.all("SELECT id FROM media") == []


def test_a_file_that_is_too_large_is_refused_with_what_was_typed(
    work: Casework, officer: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "CAP", 1000)
    for size, code in ((1000, 303), (1001, 422)):
        data = b"%PDF-".ljust(size, b"x")
        answer = work.send(officer, "evidence", what="考勤表", file=(BytesIO(data), "a.pdf"))
        assert answer.status_code == code
    page = Page(answer)
    assert "超过 12 MB" in page.words
    assert page.fields["what"] == "考勤表"


def test_a_file_of_a_record_that_is_refused_is_not_kept(work: Casework, officer: FlaskClient) -> None:
    said: dict[str, Any] = CONTACT | {"whom": ""}
    page = Page(work.send(officer, "contact", **said, file=(BytesIO(picture()), "a.jpg")))
    assert page.status == 422
    assert "请再选一次" in page.words
    assert work.db.all("SELECT id FROM media") == []
    assert list(media.folder(work.db).iterdir()) == []


@pytest.mark.parametrize("pdf", [True, False])
def test_evidence_lies_encrypted_and_is_seen_by_whose_the_case_is(
    work: Casework, officer: FlaskClient, pdf: bool
) -> None:
    exif = Image.Exif()
    exif[0x010E] = "徐家院子"
    data = b"%PDF-1.7 secret" if pdf else picture(exif=exif)
    assert work.send(officer, "evidence", what="材料", file=(BytesIO(data), "a")).status_code == 303
    (kept,) = media.folder(work.db).iterdir()
    assert b"secret" not in kept.read_bytes()
    page = opened(work.browser("principal"), work.path)
    link = next(one for one in page.links if "/files/" in one)
    answer = work.browser("principal").get(link)
    assert answer.status_code == 200
    assert answer.mimetype == ("application/pdf" if pdf else "image/jpeg")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "徐家院子".encode() not in answer.data
    assert answer.data == data or not pdf
    assert work.browser("neighbour").get(link).status_code == 404
    other = report(work.db, work.room.children["李红"], child_name="李红")
    assert officer.get(link.replace(work.number, other.number)).status_code == 404
    assert len(noted(work.db, "media.read")) == 1


def test_an_end_can_be_taken_back_from_its_line(work: Casework, officer: FlaskClient) -> None:
    work.act("returned", "teacher", day="2026-11-23")
    page = opened(officer, work.path)
    assert 'data-event="undone"' in page.html
    sent = {one: page.fields[one] for one in ("csrf_token", "seen", "event")}
    assert officer.post(f"{work.path}/undo", data=sent).status_code == 303
    assert (work.case.state, work.case.open) == ("待核实", 1)
    assert "已撤销 · 孩子到校" in opened(officer, work.path).words


def test_two_cases_are_merged_and_parted_from_the_page(work: Casework, officer: FlaskClient) -> None:
    newer = report(work.db, "", reporter="web:b", description="没来上学")
    matching.match_cases(work.db)
    page = opened(officer, work.path)
    for words in ("可能是同一个孩子", newer.number):
        assert words in page.words
    sent = {one: page.fields[one] for one in ("csrf_token", "seen", "pair")}
    answer = officer.post(f"{work.path}/offers", data=sent | {"decision": "same"})
    assert answer.location == work.path
    page = opened(officer, work.path)
    assert f"个案 {newer.number}" in page.words, "its events stand here"
    gone = f"/desk/cases/{newer.number}"
    page = opened(officer, gone)
    assert f"已并入 {work.number}" in page.words
    assert "?do=" not in page.html, "work goes on in the other one"
    work.act("note", "officer", words="去过了")
    sent = {one: page.fields[one] for one in ("csrf_token", "seen", "event")}
    assert officer.post(f"{gone}/undo", data=sent).status_code == 303
    assert "合并期间办的 1 件事留在这个个案" in opened(officer, work.path).words
    found = cases.find_case(work.db, newer.number)
    assert found
    assert (found.state, found.open) == (newer.state, 1)
    again = officer.post(f"{work.path}/offers", data=sent | {"decision": "same"})
    assert again.status_code == 409


@pytest.mark.parametrize("said", ["", "220605-2026-000999", NASTY])
def test_a_number_of_no_case_merges_nothing(work: Casework, officer: FlaskClient, said: str) -> None:
    page = Page(work.post(officer, "merge", number=said))
    assert page.status == 422
    assert "number-wrong" in page.invalid
    assert page.fields["number"] == said
    assert work.case.state == "待核实"


def test_a_case_is_given_to_those_alone_who_may_see_it(work: Casework, officer: FlaskClient) -> None:
    page = opened(officer, f"{work.path}?do=assigned")
    for login, offered in (("town", True), ("principal", True), ("neighbour", False), ("auditor", False)):
        assert (f'value="{work.people[login].id}"' in page.html) is offered, login
    refused = Page(work.send(officer, "assigned", owner=work.people["neighbour"].id, words="请去看看"))
    assert refused.status == 422
    assert "assigned-owner-wrong" in refused.invalid
    assert refused.fields["words"] == "请去看看"
    assert work.send(officer, "assigned", owner=work.people["town"].id).status_code == 303
    assert work.case.owner == work.people["town"].id


def test_what_people_write_is_text_on_the_page(work: Casework, officer: FlaskClient) -> None:
    work.act("note", "officer", words=NASTY)
    html = officer.get(work.path).text
    assert NASTY not in html
    assert "&lt;script&gt;" in html


def test_a_cell_that_no_key_opens_says_so_and_the_rest_works(work: Casework, officer: FlaskClient) -> None:
    with work.db.write():
        work.db.run("UPDATE answers_absence SET phone = 'gAAAA'")
    page = opened(officer, work.path)
    assert "打不开" in page.words
    assert "徐*兰" in page.words


def test_a_case_changes_hands_when_the_other_takes_it(work: Casework) -> None:
    principal, town = work.browser("principal"), work.browser("town")
    assert work.send(principal, "transfer", owner=work.people["town"].id, words="请镇里接").status_code == 303
    assert work.case.owner == work.people["teacher"].id
    page = opened(town, f"{work.path}?do=accepted")
    assert 'data-event="accepted"' in page.html
    assert work.send(town, "accepted", page).status_code == 303
    assert work.case.owner == work.people["town"].id
    assert "town同志（镇街）" in opened(town, work.path).words


def test_another_office_is_told_and_its_answer_written_down(work: Casework) -> None:
    town = work.browser("town")
    assert "记回音" not in opened(town, work.path).words, "nothing waits for an answer"
    assert work.send(town, "referral", to="派出所", day="2026-11-23", words="请帮忙找").status_code == 303
    form = opened(town, f"{work.path}?do=replied")
    referral = cases.events_of(work.db, work.case)[-1].id
    assert f'value="{referral}"' in form.html
    said = {"referral": referral, "day": "2026-11-23", "words": "在姥姥家"}
    assert work.send(town, "replied", form, **said).status_code == 303
    assert "在姥姥家" in opened(town, work.path).words
    late = Page(work.send(town, "replied", form, **said | {"token": "two"}))
    assert late.status == 422
    assert "replied-referral-wrong" in late.invalid
    assert late.fields["words"] == "在姥姥家"


def test_danger_does_not_end_without_its_duties(work: Casework, officer: FlaskClient) -> None:
    danger = report(work.db, work.room.children[CHILD], "safety", what="走失失联", safe_now="不清楚")
    mine = Casework(work.app, work.db, work.room, work.people, danger.number)
    page = opened(officer, mine.path)
    for words in ("下一步：接手，先打电话", "告知监护人", "报告公安"):
        assert words in page.words, words
    assert "已解决：还没有记" in page.words
    sent = {"csrf_token": page.fields["csrf_token"], "seen": page.fields["seen"], "result": "找到了"}
    refused = Page(officer.post(f"{mine.path}/do/resolved", data=sent))
    assert refused.status == 422
    assert "还没有记：告知监护人" in refused.words
    assert refused.fields["result"] == "找到了"
    for duty in ("告知监护人", "告知外出父母", "报告公安"):
        said = {"duty": duty, "done": "做了", "day": "2026-11-23", "words": "打了电话"}
        assert mine.send(officer, "informed", **said).status_code == 303
    assert mine.send(officer, "resolved", result="在同学家找到了").status_code == 303
    assert mine.case.state == "已解决"


def test_the_rolls_days_stand_as_one_strip(work: Casework, monkeypatch: pytest.MonkeyPatch) -> None:
    roll.mark(
        work.db,
        work.room.id,
        work.db.today(),
        {work.room.children[CHILD]: roll.UNEXPLAINED},
        work.people["teacher"],
    )
    at(monkeypatch, MORNING + 2 * DAY)
    roll.mark(
        work.db, work.room.id, work.db.today(), {work.room.children[CHILD]: roll.SICK}, work.people["teacher"]
    )
    html = opened(work.browser("officer"), work.path).html
    strip = html.partition('<ol class="days"')[2].partition("</ol>")[0]
    assert strip.count("<li") == 15
    assert strip.endswith('<li class="out">23<b>没来</b></li><li class="dumb">24<b>未报</b></li>'
                          '<li class="out">25<b>病假</b></li>')  # fmt: skip


def test_a_case_costs_few_statements_however_long_it_is(work: Casework, officer: FlaskClient) -> None:
    opened(officer, work.path)
    with statements(work.db) as short:
        opened(officer, work.path)
    for _ in range(30):
        work.act("note", "officer", words="一句")
    with statements(work.db) as long:
        opened(officer, work.path)
    assert len(long) - len(short) <= 2


def test_who_had_a_case_reads_it_and_does_nothing_on_it(work: Casework, officer: FlaskClient) -> None:
    with work.db.write():
        work.db.run(
            "INSERT INTO case_readers (case_id, staff, until, why) VALUES (?, ?, '9', 'former')",
            (work.case.id, work.people["neighbour"].id),
        )
    neighbour = work.browser("neighbour")
    page = opened(neighbour, work.path)
    assert "data-event" not in page.html
    sent = {"csrf_token": page.fields["csrf_token"], "seen": "1", "words": "一句"}
    assert neighbour.post(f"{work.path}/do/note", data=sent).status_code == 403


def test_a_day_that_is_far_off_has_its_year(work: Casework, officer: FlaskClient) -> None:
    work.act("contact", "teacher", **CONTACT)
    work.act("lost", "town", day="2026-11-23", police="石人派出所")
    assert work.case.due.startswith("2027-05-")
    phone, token = work.app.test_client(), devices.new_token()
    devices.add_device(work.db, work.people["teacher"], token, "Android", devices.PHONE)
    phone.set_cookie(phones.COOKIE, token)
    for client, path in ((officer, work.path), (officer, "/desk/cases"), (phone, "/forms/cases")):
        assert work.case.due in opened(client, path).words, path


def test_every_duty_has_something_to_be_done_about_it() -> None:
    assert set(shown.ANSWERS) == set(duties.TITLES)
    assert {key for key, _ in shown.ANSWERS.values()} <= set(TRANSITIONS)


@pytest.mark.parametrize("role", ["teacher", "principal", "town", "village", "officer"])
def test_whoever_has_a_case_may_do_what_is_owed_of_them(role: str) -> None:
    owed = ("identify", "contact", "visit", "persuade", "serve", "reply", "review", "handle", "close")
    for key in {shown.ANSWERS[duty][0] for duty in owed}:
        assert {role, OWNER} & TRANSITIONS[key].who, key


def test_a_record_and_its_file_are_refused_together_and_that_is_on_record(
    work: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched(work, monkeypatch, 7)
    page = Page(
        work.send(
            work.browser("principal"),
            "observed",
            which="15",
            day="2026-12-08",
            file=(BytesIO(picture()), "a"),
        )
    )
    assert page.status == 422
    assert "observed-day-wrong" in page.invalid
    assert noted(work.db, "case.refused")[-1] == (work.people["principal"].actor, work.case.id, "observed")
    assert work.db.all("SELECT id FROM media") == []


def test_who_reports_in_confidence_is_no_look_of_a_town(work: Casework, officer: FlaskClient) -> None:
    asking = next(one for one in opened(officer, work.path).links if "see=" in one and ".phone" in one)
    field = Page(officer.get(asking)).fields["field"]
    with work.db.write():
        work.db.run("UPDATE reports SET confidential = 1")
        work.db.run("UPDATE cases SET confidential = 1")
    town = work.browser("town")
    page = opened(town, work.path)
    sent = {"csrf_token": page.fields["csrf_token"], "field": field, "why": "call"}
    answer = town.post(f"{work.path}/look", data=sent)
    assert answer.status_code == 404
    assert PHONE not in answer.text
    assert noted(work.db, "case.looked") == []
