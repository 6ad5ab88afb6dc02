"""The roll and the class on a teacher's phone, without a script and with the one that sends."""

import re
from datetime import date, datetime, timedelta
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from intake.calendar import clock
from intake.children import links
from intake.kinds import KINDS
from intake.kinds.envelope import Envelope
from intake.people import bindings, pins
from intake.people.accounts import Person, add_person, person_by_id
from intake.reports import door, lookup, receipts
from intake.school import roll
from intake.store.db import Database
from tests.hands.classroom import MANY, MORNING, SCHOOL, TOWN, Classroom, at, classroom, school, teacher
from tests.hands.page import Page, count, opened
from tests.hands.phones import held

TODAY = MORNING.date()
SCRIPT = {"Idempotency-Key": "0190aaaa-0000-7000-8000-000000000001"}


pytestmark = pytest.mark.usefixtures("morning")


@pytest.fixture
def room(db: Database) -> Classroom:
    """Give a class of 43."""
    return classroom(db, names=MANY)


@pytest.fixture
def liu(db: Database, room: Classroom) -> Person:
    """Give its teacher."""
    return teacher(db, room)


@pytest.fixture
def phone(app: Flask, db: Database, liu: Person) -> FlaskClient:
    """Give her phone, which is known."""
    return held(app, db, liu)


def send(client: FlaskClient, path: str, absent: dict[str, str], **more: str) -> TestResponse:
    """Open a roll, tap the absent (id and reason), type what else there is, and send."""
    sent = opened(client, path).fields.copy()
    sent.setlist("absent", list(absent))
    for child, reason in absent.items():
        sent[f"reason-{child}"] = reason
    for name, value in more.items():
        sent[name] = value
    return client.post("/forms/roll", data=sent)


def test_one_absent_of_43(phone: FlaskClient, db: Database, room: Classroom) -> None:
    page, ming = opened(phone, "/forms/roll"), room.children["王小明"]
    assert page.html.count('name="absent"') == 43
    assert page.fields.getlist("absent") == []  # everybody is there by default
    assert "应到 43" in page.words
    assert page.fields[f"reason-{ming}"] == "不明"
    answer = send(phone, "/forms/roll", {ming: "不明"})
    assert answer.status_code == 303
    (report,) = db.all("SELECT * FROM reports")
    assert (report["kind"], report["channel"], report["child"]) == ("absence", "teacher", ming)
    shown = opened(phone, answer.location)
    assert "42 到，1 没来" in shown.words
    assert receipts.show_receipt(report["receipt"]) in shown.words
    assert "请您今天联系家长" in shown.words
    assert f"/forms/absence?as=teacher&child={ming}" in shown.links
    state = roll.state(db, room.id, TODAY)
    assert state is not None
    assert (state.present, state.absent) == (42, 1)


def test_a_silent_class_is_not_counted(app: Flask, db: Database, room: Classroom) -> None:
    silent = classroom(db, name="3班")
    client = held(app, db, teacher(db, room, silent))
    page = opened(client, "/forms/roll")
    assert f"/forms/roll?class={silent.id}" in page.links
    send(client, f"/forms/roll?class={room.id}", {})
    assert roll.state(db, silent.id, TODAY) is None
    words = opened(client, "/forms/roll").words
    assert "43 到，0 没来" in words
    assert words.count("未上报") == 1


def test_leave_is_not_missing_in_the_rows_as_in_their_sums(app: Flask, db: Database, room: Classroom) -> None:
    ming, jia = room.children["王小明"], room.children["赵甲"]
    made = add_person(
        db, name="赵校长", login="13812340008", password=None, role="principal", area=TOWN, school=SCHOOL
    )
    head = person_by_id(db, made)
    assert head is not None
    client = held(app, db, head)
    sent = send(client, f"/forms/roll?class={room.id}", {ming: "病假", jia: "不明"})
    assert "41 到，1 请假，1 没来" in opened(client, sent.location).words
    classroom(db, name="3班")
    words = opened(client, "/forms/roll").words
    assert "实到 41，请假 1，没来 1" in words
    assert "已报：41 到，1 请假，1 没来" in words
    assert "今天已报：41 到，1 请假，1 没来" in opened(client, "/forms/class").words


def test_who_is_on_leave_with_work_to_be_done_is_not_told_as_done(
    phone: FlaskClient, room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    ming, jia = room.children["王小明"], room.children["赵甲"]
    send(phone, "/forms/roll", {ming: "不明"})
    at(monkeypatch, MORNING + timedelta(days=1))
    shown = opened(phone, send(phone, "/forms/roll", {ming: "病假", jia: "病假"}).location)
    cards = re.findall(r'<li class="card">.*?</li>', shown.html, re.DOTALL)
    told = {name: next(one for one in cards if name in one) for name in ("王小明", "赵甲")}
    assert "不用再做什么" in told["赵甲"]
    assert "还有没办完的事" in told["王小明"]
    assert "不用再做什么" not in told["王小明"]
    assert "/forms/cases/" in told["王小明"]


def test_sent_five_times_is_one_report(phone: FlaskClient, db: Database, room: Classroom) -> None:
    path = "/forms/roll"
    answers = {send(phone, path, {room.children["王小明"]: "不明"}).location for _ in range(5)}
    assert len(answers) == 1
    assert (count(db), count(db, "roll_marks")) == (1, 1)
    assert len(db.all("SELECT * FROM audit WHERE verb = 'roll.marked'")) == 1


def test_a_script_is_told_in_json(phone: FlaskClient, db: Database, room: Classroom) -> None:
    ming = room.children["王小明"]
    body = {"class": room.id, "day": TODAY.isoformat(), "absent": ming, f"reason-{ming}": "病假"}
    for _ in range(2):
        answer = phone.post("/forms/roll", data=body, headers=SCRIPT)
        assert answer.status_code == 201
        assert answer.json == {
            "page": f"/forms/roll/sent?class={room.id}&day=2026-11-23",
            "told": "已送达：42 到，1 请假",
        }
    assert count(db) == 1
    assert "按请假记下了" in opened(phone, f"/forms/roll/sent?class={room.id}&day=2026-11-23").words
    refused = phone.post("/forms/roll", data=body | {"absent": "nobody"}, headers=SCRIPT)
    assert (refused.status_code, refused.mimetype) == (422, "text/html")


def test_the_form_says_what_a_script_may_keep_and_send(phone: FlaskClient, room: Classroom) -> None:
    html = opened(phone, "/forms/roll").html
    assert re.search(rf'<form [^>]*data-keep="roll:{room.id}:2026-11-23" data-send', html)


def test_the_next_day_goes_on_counting(
    phone: FlaskClient, db: Database, room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    ming = room.children["王小明"]
    send(phone, "/forms/roll", {ming: "不明"})
    at(monkeypatch, MORNING + timedelta(days=1))
    page = opened(phone, "/forms/roll")
    assert page.fields.getlist("absent") == []
    shown = opened(phone, send(phone, "/forms/roll", {ming: "不明"}).location)
    assert count(db) == 1
    assert "连续 2 个上课日没来" in shown.words


def test_what_was_sent_is_shown_and_corrected_until_six(
    phone: FlaskClient, db: Database, room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    ming, jia = room.children["王小明"], room.children["赵甲"]
    send(phone, "/forms/roll", {ming: "病假"})
    at(monkeypatch, MORNING.replace(hour=17, minute=59))
    page = opened(phone, "/forms/roll")
    assert page.fields.getlist("absent") == [ming]
    assert page.fields[f"reason-{ming}"] == "病假"
    assert "08:05 报过：42 到，1 请假" in page.words
    assert "更正" in page.words
    assert (
        "41 到，1 请假，1 没来"
        in opened(phone, send(phone, "/forms/roll", {ming: "事假", jia: "不明"}).location).words
    )
    stale = opened(phone, "/forms/roll").fields
    at(monkeypatch, MORNING.replace(hour=18, minute=0))
    late = opened(phone, "/forms/roll")
    assert "今天的点名不能再改了" in late.words
    assert "absent" not in late.names
    stale.setlist("absent", [])
    refused = Page(phone.post("/forms/roll", data=stale))
    assert refused.status == 422
    assert "还没有送到" in refused.words
    assert "王小明：事假" in refused.words
    assert "更正" not in opened(phone, f"/forms/roll/sent?class={room.id}&day=2026-11-23").words.replace(
        "要更正", ""
    )
    state = roll.state(db, room.id, TODAY)
    assert state is not None
    assert state.reasons == {ming: "事假", jia: "不明"}


@pytest.mark.parametrize(
    "day", [*(date(2026, 10, one) for one in range(1, 8)), date(2026, 11, 22), date(2026, 10, 11)]
)
def test_days_off_are_not_asked(
    phone: FlaskClient, db: Database, room: Classroom, monkeypatch: pytest.MonkeyPatch, day: date
) -> None:
    at(monkeypatch, datetime.combine(day, MORNING.timetz()))
    page = opened(phone, "/forms/roll")
    assert "今天不上课，不用点名。" in page.words
    assert page.open_details == 0
    assert "今天不上课" in opened(phone, "/forms/class").words
    assert send(phone, "/forms/roll", {}).status_code == 303  # it can be told all the same
    assert roll.state(db, room.id, day) is not None


@pytest.mark.parametrize("day", [date(2026, 10, 8), date(2026, 10, 10), date(2026, 9, 20)])
def test_worked_weekends_are_asked(phone: FlaskClient, monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    at(monkeypatch, datetime.combine(day, MORNING.timetz()))
    assert "不上课" not in opened(phone, "/forms/roll").words
    assert "今天还没上报" in opened(phone, "/forms/class").words


def test_a_day_that_was_forgotten_can_be_told_later(
    phone: FlaskClient, db: Database, room: Classroom
) -> None:
    path = f"/forms/roll?day=2026-11-20&class={room.id}"
    assert path in opened(phone, "/forms/class").links
    assert "补报 11月20日（周五）" in opened(phone, path).words
    answer = send(phone, path, {room.children["王小明"]: "事假"})
    assert "day=2026-11-20" in answer.location
    assert "11月20日（周五），已送达" in opened(phone, answer.location).words
    assert path not in opened(phone, "/forms/class").links
    assert "这一天已经报过了" in opened(phone, path).words
    assert roll.state(db, room.id, TODAY) is None


@pytest.mark.parametrize("day", ["2026-11-24", "2026-11-21", "2026-11-16", "0001-01-01", "9999-12-31"])
def test_other_days_cannot_be_told(phone: FlaskClient, db: Database, room: Classroom, day: str) -> None:
    page = opened(phone, f"/forms/roll?class={room.id}&day={day}")
    assert "absent" not in page.names
    answer = phone.post("/forms/roll", data={"class": room.id, "day": day}, headers=SCRIPT)
    assert answer.status_code == 422
    assert count(db, "roll") == 0
    assert phone.get(f"/forms/roll/sent?class={room.id}&day={day}").status_code == 302


@pytest.mark.parametrize("day", ["gestern", "2026-13-01", "2026-11-23'"])
def test_what_is_no_day_is_refused(phone: FlaskClient, room: Classroom, day: str) -> None:
    assert phone.get(f"/forms/roll?day={day}").status_code == 400
    assert phone.post("/forms/roll", data={"class": room.id, "day": day}, headers=SCRIPT).status_code == 400


def test_only_teachers_come_in(client: FlaskClient, db: Database, room: Classroom, liu: Person) -> None:
    for path in (
        "/forms/roll",
        "/forms/class",
        f"/forms/class/{room.children['王小明']}",
        f"/forms/roll/sent?class={room.id}",
    ):
        answer = client.get(path)
        assert answer.status_code == 303, path
        assert "/forms/sign-in" in answer.location
    body = {"class": room.id, "day": TODAY.isoformat()}
    for headers in ({}, SCRIPT):
        assert client.post("/forms/roll", data=body, headers=headers).status_code == 401
        assert client.post("/forms/class/parent", data={"answer": "yes"}, headers=headers).status_code == 401
    assert count(db, "roll") == 0


@pytest.mark.parametrize("role", ["teacher", "principal"])
def test_somebody_elses_class_is_closed(app: Flask, db: Database, room: Classroom, role: str) -> None:
    own = classroom(db, name="3班", names=("孙强",))
    client = held(app, db, teacher(db, own, login="13812340009", role=role))
    body = {"class": room.id, "day": TODAY.isoformat()}
    assert client.get(f"/forms/roll?class={room.id}").status_code == 404
    assert client.get(f"/forms/roll/sent?class={room.id}&day=2026-11-23").status_code == 404
    assert client.post("/forms/roll", data=body, headers=SCRIPT).status_code == 404
    assert client.get(f"/forms/class/{room.children['王小明']}").status_code == 404
    assert client.get("/forms/class/nobody").status_code == 404
    assert client.get("/forms/roll?class=nothing").status_code == 404
    words = opened(client, "/forms/class").words
    assert "孙强" in words
    assert "王小明" not in words
    assert count(db, "roll") == 0


def test_an_unknown_child_or_reason_is_refused_and_the_marks_are_kept(
    phone: FlaskClient, db: Database, room: Classroom
) -> None:
    other = classroom(db, name="3班", names=("孙强",)).children["孙强"]
    ming = room.children["王小明"]
    page = Page(send(phone, "/forms/roll", {ming: "事假", other: "不明"}))
    assert page.status == 422
    assert "名单里没有这个孩子" in page.words
    assert page.fields.getlist("absent") == [ming]
    assert page.fields[f"reason-{ming}"] == "事假"
    assert Page(send(phone, "/forms/roll", {ming: "懒"})).status == 422
    assert (count(db), count(db, "roll")) == (0, 0)
    assert phone.post("/forms/roll", data=page.fields).status_code == 303


@pytest.mark.parametrize("token", ["", "made-up"])
def test_an_expired_page_keeps_the_marks(
    phone: FlaskClient, db: Database, room: Classroom, token: str
) -> None:
    page = Page(send(phone, "/forms/roll", {room.children["王小明"]: "病假"}, csrf_token=token))
    assert page.status == 400
    assert "请再按一次“发送”" in page.words
    assert count(db, "roll") == 0
    assert phone.post("/forms/roll", data=page.fields).status_code == 303
    assert count(db) == 1


def test_a_login_that_is_no_phone_is_asked_for_one_once(app: Flask, db: Database, room: Classroom) -> None:
    client, ming = held(app, db, teacher(db, room, login="liulaoshi")), room.children["王小明"]
    page = Page(send(client, "/forms/roll", {ming: "病假"}))
    assert page.status == 422
    assert "要留您的电话" in page.words
    assert page.fields.getlist("absent") == [ming]
    wrong = Page(send(client, "/forms/roll", {ming: "病假"}, phone="12345"))
    assert wrong.status == 422
    assert "电话号码不对" in wrong.words
    assert wrong.fields["phone"] == "12345"
    assert count(db, "roll") == 0
    wrong.fields["phone"] = "0439-3721234"
    assert client.post("/forms/roll", data=wrong.fields).status_code == 303
    (report,) = db.all("SELECT * FROM reports")
    assert lookup.answers_of(db, Envelope.of(report))["phone"] == "04393721234"
    assert "phone" not in opened(client, "/forms/roll").names
    assert send(client, "/forms/roll", {ming: "病假", room.children["赵甲"]: "不明"}).status_code == 303


def test_a_class_without_children_says_what_to_do(app: Flask, db: Database) -> None:
    empty = classroom(db, names=())
    client = held(app, db, teacher(db, empty))
    assert "名单还没有导入" in opened(client, "/forms/roll").words
    nobody = held(app, db, teacher(db, login="13812340009"))
    for path in ("/forms/roll", "/forms/class"):
        assert "还没有给您设班级" in opened(nobody, path).words


def test_no_address_and_no_title_names_a_child(phone: FlaskClient, room: Classroom) -> None:
    ming = room.children["王小明"]
    sent = send(phone, "/forms/roll", {ming: "不明"}).location
    for path in ("/forms/roll", sent, "/forms/class", f"/forms/class/{ming}"):
        page = opened(phone, path)
        assert not [link for link in [path, *page.links] if re.search("王小明|赵", unquote(link))]
        title = re.search("<title>(.*)</title>", page.html)
        assert title is not None
        assert "王小明" not in title[1]
        assert "王小明" in page.words
        assert phone.get(path).headers["Cache-Control"] == "no-store"


def test_the_pages_are_plain_and_small(phone: FlaskClient, room: Classroom) -> None:
    for path in ("/forms/roll", "/forms/class", f"/forms/class/{room.children['王小明']}"):
        answer = phone.get(path, headers={"Accept-Encoding": "gzip"})
        assert len(answer.data) < 8 * 1024, path
        page = opened(phone, path)
        assert not [name for name in page.attributes if name == "style" or name.startswith("on")]
        assert page.described <= page.ids
        assert page.controls <= page.labels


def test_namesakes_are_told_apart(app: Flask, db: Database) -> None:
    client = held(app, db, teacher(db, classroom(db, names=("李红", "孙强", "李红"))))
    words = opened(client, "/forms/roll").words
    assert "李红 1日生" in words
    assert "李红 3日生" in words
    assert "孙强 " not in words


def test_names_stand_as_they_sound(app: Flask, db: Database) -> None:
    client = held(app, db, teacher(db, classroom(db, names=("周静", "安然", "李红", "陈磊"))))
    words = opened(client, "/forms/roll").words
    assert sorted(("周静", "安然", "李红", "陈磊"), key=words.index) == ["安然", "陈磊", "李红", "周静"]


def test_a_child_of_the_class(phone: FlaskClient, db: Database, room: Classroom, liu: Person) -> None:
    ming = room.children["王小明"]
    roll.mark(db, room.id, date(2026, 11, 20), {ming: "病假"}, liu)
    roll.mark(db, room.id, date(2026, 11, 19), {}, liu)
    page = opened(phone, f"/forms/class/{ming}")
    for kind in KINDS:
        assert f"/forms/{kind}?as=teacher&child={ming}" in page.links
        assert f"/forms/{kind}?as=proxy&child={ming}" in page.links
        assert f"/forms/{kind}?as=proxy" in opened(phone, "/forms/class").links
    said = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page.html)
    assert said == [
        ("11月23日（周一）", "未上报"), ("11月20日（周五）", "没来（病假）"), ("11月19日（周四）", "到校"),
        ("11月18日（周三）", "未上报"), ("11月17日（周二）", "未上报"),
    ]  # fmt: skip


@pytest.fixture
def asking(db: Database, room: Classroom, liu: Person) -> str:
    """Give the WeChat user who says to be a child's grandmother."""
    body = {"child_name": "王小明", "school": SCHOOL, "grade": "三年级", "class_name": "2班", "town": TOWN,
            "relation": "祖母", "phone": "13811112220", "last_seen": "昨天", "on_leave": "否"}  # fmt: skip
    done = door.receive(db, "absence", body, channel="wechat", reporter="wechat:oGrandma")
    row = lookup.find_report(db, done.receipt)
    assert row is not None
    assert links.suggest(db, "wechat:oGrandma", lookup.answers_of(db, row))
    return "wechat:oGrandma"


@pytest.mark.parametrize(("answer", "kept"), [("yes", "confirmed"), ("no", "refused")])
def test_a_parent_is_confirmed_or_refused(
    phone: FlaskClient, db: Database, asking: str, answer: str, kept: str
) -> None:
    page = opened(phone, "/forms/class")
    assert "王小明的家长？祖母，电话 *******2220" in page.words
    assert "oGrandma" not in page.html
    done = phone.post("/forms/class/parent", data=page.fields.copy() | {"answer": answer})
    assert done.status_code == 303
    assert [row["state"] for row in db.all("SELECT state FROM links")] == [kept]
    after = opened(phone, done.location)
    assert ("确认了" if answer == "yes" else "不是这个孩子的家长") in after.words
    assert "有家长等您确认" not in after.words
    again = phone.post("/forms/class/parent", data=page.fields.copy() | {"answer": "no"})
    assert "已经处理过了" in opened(phone, again.location).words
    assert [row["state"] for row in db.all("SELECT state FROM links")] == [kept]


def test_a_parent_of_another_class_is_not_hers_to_decide(
    app: Flask, phone: FlaskClient, db: Database, asking: str
) -> None:
    sent = opened(phone, "/forms/class").fields
    other = held(app, db, teacher(db, classroom(db, name="3班"), login="13812340009"))
    sent["csrf_token"] = opened(other, "/forms/class").fields.get("csrf_token", "")
    other.post("/forms/class/parent", data=sent | {"answer": "yes"}, headers=SCRIPT)
    assert [row["state"] for row in db.all("SELECT state FROM links")] == ["asked"]


def test_deciding_needs_a_word_and_a_page_that_is_not_old(
    phone: FlaskClient, db: Database, asking: str
) -> None:
    sent = opened(phone, "/forms/class").fields
    assert phone.post("/forms/class/parent", data=sent).status_code == 400
    sent["answer"], sent["csrf_token"] = "yes", "old"
    page = Page(phone.post("/forms/class/parent", data=sent))
    assert page.status == 400
    assert "王小明的家长" in page.words
    assert [row["state"] for row in db.all("SELECT state FROM links")] == ["asked"]


def test_a_class_that_is_taken_away_is_closed_at_once(
    phone: FlaskClient, db: Database, room: Classroom, liu: Person
) -> None:
    assert bindings.leave(db, liu.id, room.id)
    assert phone.get(f"/forms/roll?class={room.id}").status_code == 404
    with db.write():
        db.run("UPDATE staff SET active = 0")
    assert phone.get("/forms/class").status_code == 303


def test_the_time_of_a_late_word_is_told_truly(phone: FlaskClient, db: Database, room: Classroom) -> None:
    send(phone, f"/forms/roll?class={room.id}&day=2026-11-20", {})
    state = roll.state(db, room.id, date(2026, 11, 20))
    assert state is not None
    assert clock.local(state.marked_at) == MORNING


def test_nobody_undoes_a_colleagues_roll_unawares(
    app: Flask,
    phone: FlaskClient,
    db: Database,
    room: Classroom,
    liu: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sun = held(app, db, teacher(db, room, login="13812340002", name="孙老师"))
    ming, jia = room.children["王小明"], room.children["赵甲"]
    old = opened(phone, "/forms/roll").fields.copy()
    assert send(sun, "/forms/roll", {jia: "病假"}).status_code == 303
    at(monkeypatch, MORNING + timedelta(minutes=1))
    old.setlist("absent", [ming])
    for headers in ({}, SCRIPT):
        told = Page(phone.post("/forms/roll", data=old, headers=headers))
        assert told.status == 409
        assert "08:05 孙老师已经给这个班点过名，没来的是：赵甲（病假）" in told.words
    assert roll.state(db, room.id, TODAY).reasons == {jia: "病假"}  # type: ignore[union-attr]
    assert told.fields.getlist("absent") == [ming], "her own marks are kept"
    assert phone.post("/forms/roll", data=told.fields).status_code == 303, "now she knows"
    assert phone.post("/forms/roll", data=told.fields).status_code == 303, "again is harmless"
    assert roll.state(db, room.id, TODAY).reasons == {ming: "不明"}  # type: ignore[union-attr]


def test_what_one_teacher_filled_in_is_not_sent_as_anothers(
    app: Flask, phone: FlaskClient, db: Database, room: Classroom
) -> None:
    """Her phone kept it, and a colleague came in there."""
    sun = held(app, db, teacher(db, room, login="13812340002", name="孙老师"))
    marks = opened(phone, "/forms/roll").fields.copy()
    told = Page(sun.post("/forms/roll", data=marks, headers=SCRIPT))
    assert told.status == 401
    assert roll.state(db, room.id, TODAY) is None
    child = room.children["王小明"]
    form = opened(phone, f"/forms/absence?as=teacher&child={child}").fields
    assert sun.post("/forms/absence", data=form, headers=SCRIPT).status_code == 401
    assert count(db) == 0
    assert phone.post("/forms/roll", data=marks, headers=SCRIPT).status_code == 201


@pytest.mark.parametrize("by", ["code", "pin"])
def test_marks_outlive_being_signed_out_without_a_script(
    phone: FlaskClient, db: Database, room: Classroom, liu: Person, by: str
) -> None:
    marks = opened(phone, "/forms/roll").fields.copy()
    marks.setlist("absent", [room.children["王小明"], room.children["赵甲"]])
    entering = pins.offer(db, liu.login, bindings.issue_code(db, liu.id), "")
    pins.begin(db, entering, "274951", "274951", "")  # sends the phone away
    page = Page(phone.post("/forms/roll", data=marks))
    assert page.status == 401
    number = bindings.issue_code(db, liu.id) if by == "code" else "274951"
    wrong = Page(phone.post("/forms/sign-in", data={**page.fields, "phone": liu.login, "number": "836027"}))
    page = Page(phone.post("/forms/sign-in", data={**wrong.fields, "phone": liu.login, "number": number}))
    if by == "code":
        page = Page(phone.post("/forms/pin", data={**page.fields, "pin": "592703", "again": "592703"}))
    assert "再按一次" in page.words
    assert page.links.count("/forms/roll") == 1
    assert phone.post("/forms/roll", data=page.fields).status_code == 303
    said = roll.state(db, room.id, TODAY)
    assert said is not None
    assert said.absent == 2


def test_a_late_roll_says_that_it_is_not_todays(
    phone: FlaskClient, room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page of yesterday lay open over night, and she takes it for today's."""
    old = opened(phone, "/forms/roll").fields.copy()
    at(monkeypatch, MORNING + timedelta(days=1))
    sent = phone.post("/forms/roll", data=old)
    page = Page(phone.get(sent.location))
    assert "这是 11月23日（周一）的点名，不是今天的。今天的还没有报。" in page.words
    assert f"/forms/roll?class={room.id}" in page.links
    assert "不是今天的" not in Page(phone.get(send(phone, "/forms/roll", {}).location)).words


def test_a_principal_has_every_class_of_the_school_and_no_other(
    app: Flask, db: Database, room: Classroom
) -> None:
    second = classroom(db, name="3班", names=("孙强",))
    school(db, "2206050009", "大阳岔镇中学", stage="初中")
    with db.write():
        db.run(
            "INSERT INTO classes (id, school, grade, class_name, demo) VALUES ('far', '2206050009', '七年级', '1班', 0)"
        )
    made = add_person(
        db, name="赵校长", login="13812340008", password=None, role="principal", area=TOWN, school=SCHOOL
    )
    person = person_by_id(db, made)
    assert person is not None
    client = held(app, db, person)
    words = opened(client, "/forms/class").words
    assert "王小明" in words
    assert "孙强" in words
    assert client.get(f"/forms/roll?class={second.id}").status_code == 200
    assert client.get("/forms/roll?class=far").status_code == 404
    assert send(client, f"/forms/roll?class={room.id}", {}).status_code == 303
    assert count(db, "roll") == 1
