"""A reporter who wants to stay unnamed: by page, endpoint and chat; no school, town or village learns who it is."""

import pytest
from flask.testing import FlaskClient

from bot.asides import discretion
from intake.cases import case as cases
from intake.children import links
from intake.kinds import KINDS
from intake.kinds.envelope import Envelope
from intake.kinds.form import CONFIDE, CONFIDED
from intake.people import accounts
from intake.reports import door, lookup
from intake.reports.told_children import parents_waiting
from intake.store.db import Database
from tests.hands.chat import Chat, answer_all
from tests.hands.classroom import MORNING, SCHOOL_NAME, classroom, teacher
from tests.hands.page import Page, public, send
from tests.hands.page import opened as page_of
from tests.hands.samples import sample

WISHES = (
    "别说是我说的", "别告诉老师是我说的", "匿名", "不要让学校知道是我报的", "千万别说我说的", "替我保密", "我想匿名举报",
    "别透露我的名字", "别让他家知道", "千万别叫邻居知道是我说的", "不要告诉他爸妈", "别让孩子家里知道", "可别往外说",
    "别提我的名", "不想让人家知道", "不留名", "我不想留电话", "不方便说我是谁", "名字就不留名了",
)  # fmt: skip


@pytest.mark.parametrize("said", WISHES)
def test_words_that_ask_for_it(said: str) -> None:
    assert discretion.wishes(said)


@pytest.mark.parametrize(
    "said",
    [
        "别告诉我不行",
        "老师说是我家孩子的错",
        "别让他们打我",
        "不能说我家孩子没来",
        "信息保密吗",
        "别说了",
        "不要跟我说这些",
        "报名了没有",
        "不能报名吗",
        "不让他上学",
        "别让孩子家里出学费",
        "不想让他住校",
        "没报上名",
        "不想让他知道学校的事",
        "别让他家知道孩子病了",
    ],
)
def test_words_that_do_not(said: str) -> None:
    assert not discretion.wishes(said)


@pytest.mark.parametrize("when", ["before", "with", "during", "after"])
def test_in_the_chat_whenever_it_is_said(chat: Chat, when: str) -> None:
    body = sample("absence", 1, chat.db.today()) | {"on_leave": "否"}
    if when == "before":
        assert "会保密" in chat.say("别说是我说的")
    first = "孩子未到校"
    reply = chat.say("邻居家孩子三天没去上学了，别说是我说的" if when == "with" else first)
    reply = chat.say("同意") if "同意" in reply else reply
    if when == "during":
        reply = chat.say("别告诉老师是我说的")
        assert "会替您保密" in reply
    answer_all(chat, "absence", reply, body)
    done = chat.say("确认")
    if when == "after":
        assert CONFIDED not in done
        done = chat.say("匿名")
    assert CONFIDED in done
    (report,) = chat.reports()
    assert (report["kind"], report["confidential"]) == ("absence", 1)
    case = cases.case_of_report(chat.db, report["id"])
    assert case
    assert case.confidential
    assert not chat.db.all("SELECT 1 FROM case_keys")
    assert chat.answers()["phone"]  # the bureau can still call
    assert "我说的" not in str(chat.answers())


def test_it_ends_with_the_report_that_it_was_about(chat: Chat) -> None:
    body = sample("absence", 1, chat.db.today()) | {"on_leave": "否"}
    answer_all(chat, "absence", chat.say("匿名", "孩子未到校", "同意"), body)
    chat.say("确认")
    answer_all(chat, "subsidy", chat.say("资助困难"), sample("subsidy", 1, chat.db.today()))
    chat.say("确认")
    assert [row["confidential"] for row in chat.reports()] == [1, 0]


def test_of_danger_it_is_kept_at_once_and_afterwards(chat: Chat) -> None:
    assert CONFIDED in chat.say("我们班同学被人打了，别说是我说的")
    assert [row["confidential"] for row in chat.reports()] == [1]
    other = Chat(chat.app, openid="oParent-2")
    assert CONFIDED not in other.say("孩子在学校被打了")
    assert CONFIDED in other.say("别说是我说的")
    assert [row["confidential"] for row in chat.reports()] == [1, 1]


def test_where_a_school_must_know_it_is_said(chat: Chat) -> None:
    chat.say("寄宿与上下学需求", "同意")
    assert "没法保密" in chat.say("别说是我说的")


def test_a_teacher_is_not_asked_about_who_stays_unnamed(chat: Chat) -> None:
    room = classroom(chat.db)
    taught = teacher(chat.db, room)
    who = chat.reporter
    raw = {**sample("absence", 1, MORNING.date()), "child_name": "王小明", "school": SCHOOL_NAME, "grade": "三年级",
           "class_name": "2班", "on_leave": "否", "relation": "母"}  # fmt: skip
    raw.pop("id_number", None)
    door.receive(chat.db, "absence", raw, channel="wechat", reporter=who, confidential=True)
    assert parents_waiting(chat.db, taught.id) == []
    done = door.receive(chat.db, "absence", raw, channel="wechat", reporter=who)
    assert len(parents_waiting(chat.db, taught.id)) == 1
    report = lookup.find_report(chat.db, done.receipt)
    assert report
    door.conceal_reporter(chat.db, report, actor=who)
    assert lookup.find_report(chat.db, done.receipt) != report
    assert links.count(chat.db, taught.id) == (0 if report.child else 1)
    assert all(not one.phone for one in parents_waiting(chat.db, taught.id))


@pytest.mark.parametrize("kind", KINDS)
def test_on_a_page(client: FlaskClient, db: Database, kind: str) -> None:
    accounts.add_person(db, name="局", login="bureau-1", password="long enough", role="bureau", area="220605")
    assert (CONFIDE in page_of(client, f"/forms/{kind}").words) == KINDS[kind].confides
    check = client.post(
        f"/forms/{kind}",
        data=public(kind, 1) | {"confidential": "是", "consent": "agree", "step": "check",
                                "csrf_token": page_of(client, f"/forms/{kind}").fields["csrf_token"]},
    )  # fmt: skip
    assert (CONFIDE in Page(check).words) == KINDS[kind].confides
    wish = {"confidential": "是"} if KINDS[kind].confides else {}
    done = send(client, kind, public(kind, 1) | wish)
    assert done.status_code == 303
    (row,) = db.all("SELECT * FROM reports")
    assert bool(row["confidential"]) == KINDS[kind].confides
    words = page_of(client, done.location).words
    assert (CONFIDED in words) == KINDS[kind].confides
    if kind in ("absence", "subsidy"):
        assert "教育局的工作人员会与您联系" in words
    assert Envelope.of(row).confidential == KINDS[kind].confides


@pytest.mark.parametrize(("said", "kept"), [("是", 1), ("否", 0), (True, 1), (False, 0), ("", 0)])
def test_at_the_endpoint(client: FlaskClient, db: Database, said: object, kept: int) -> None:
    body = {**sample("absence", 1), "confidential": said}
    assert client.post("/api/v1/reports/absence", json=body).status_code == 201
    assert [row["confidential"] for row in db.all("SELECT confidential FROM reports")] == [kept]


def test_at_the_endpoint_what_is_neither_is_refused(client: FlaskClient, db: Database) -> None:
    for kind, said in (("absence", "也许"), ("boarding", "是")):
        answer = client.post(f"/api/v1/reports/{kind}", json={**sample(kind, 1), "confidential": said})
        assert answer.status_code == 422
        assert list(answer.get_json()["errors"]) == ["confidential"]
    assert db.all("SELECT 1 FROM reports") == []


def test_the_same_key_with_another_wish_is_another_report(client: FlaskClient) -> None:
    for said, status in (("是", 201), ("是", 200), ("否", 409)):
        answer = client.post(
            "/api/v1/reports/absence",
            json={**sample("absence", 1), "confidential": said},
            headers={"Idempotency-Key": "one"},
        )
        assert answer.status_code == status


def neighbours(chat: Chat, reply: str) -> str:
    """Answer as a neighbour who knows the child and says nothing of herself."""
    told = {"叫什么": "刘小虎", "镇": "石人镇", "什么人": "邻居", "请假": "没有", "最后": "三天前"}
    for _ in range(14):
        assert "电话" not in reply.splitlines()[-1] or "核对" in reply
        if "请您核对" in reply:
            return reply
        said = "同意" if "您同意吗" in reply else next((told[one] for one in told if one in reply), "不知道")
        reply = chat.say(said)
    raise AssertionError(reply)


@pytest.mark.parametrize("when", ["before", "with", "during"])
def test_of_anothers_child_no_name_and_no_telephone_is_needed(chat: Chat, when: str) -> None:
    if when == "before":
        assert "可以不留名" in chat.say("我不想留名")
    first = "邻居家的孩子刘小虎三天没上学了"
    reply = chat.say(f"{first}，我不留名" if when == "with" else first)
    if when == "during":
        reply = chat.say("同意")
        reply = chat.say("不方便留电话")
        assert "可以不留名" in reply
    assert "请您核对" in neighbours(chat, reply)
    done = chat.say("确认")
    assert "回执号" in done
    assert CONFIDED in done
    (report,) = chat.reports()
    assert report["confidential"] == 1
    assert "phone" not in chat.answers()


def test_of_her_own_child_a_telephone_is_needed_and_said_why(chat: Chat) -> None:
    chat.say("我孙子三天没上学了", "同意", "我是他奶奶")
    reply = chat.say("不留名")
    assert discretion.OWN in reply


def test_what_can_be_kept_is_said_honestly() -> None:
    assert "猜到" in CONFIDED
