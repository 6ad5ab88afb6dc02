"""A matter that is none of the kinds of report: out of what waits or by hand a case, told once, to its end or another kind."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from intake.cases import case as cases
from intake.cases import merging, work
from intake.cases.case import Case
from intake.cases.rounds import clocks
from intake.errors import Denied, Invalid
from intake.house import retention, verify
from intake.people import accounts
from intake.people.accounts import Person
from intake.people.scope import Scope
from intake.settings import Settings
from intake.store.db import Database
from intake.talks import matters, triage
from tests.hands.cells import opened_cells
from tests.hands.chat import Chat, opened
from tests.hands.classroom import MORNING, at
from tests.hands.desk import PASSWORD, address, look, report, sign_in
from tests.hands.many import many_cases
from tests.hands.page import Page, filled
from tests.hands.watching import plan, statements

FOOD = {"sort": "校车食堂", "against": "否", "words": "食堂的饭是凉的，孩子肚子疼"}
FEES = {"sort": "收费", "against": "是", "words": "学校收了资料费两百块"}
LOGINS = {
    "li": ("officer", ("matter",)), "wang": ("officer", ("matter", "absence")), "sun": ("officer", ("safety",)),
    "gao": ("officer", ("subsidy",)), "town": ("town", ()),
}  # fmt: skip


@pytest.fixture
def chat(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Chat]:
    at(monkeypatch, MORNING)
    with opened(settings) as one:
        for login, (role, kinds) in LOGINS.items():
            area = "220605105" if role == "town" else "220605"
            accounts.add_person(
                one.db, name=login, login=login, password=PASSWORD, role=role, area=area, kinds=kinds
            )
        yield one


@pytest.fixture
def db(chat: Chat) -> Database:
    return chat.db


def browser(chat: Chat, login: str = "li") -> FlaskClient:
    found = chat.app.test_client()
    sign_in(found, login)
    return found


def staff(db: Database, login: str) -> Person:
    found = accounts.person_by_login(db, login)
    assert found
    return found


def newest(db: Database) -> Case:
    return Case.of(db.all("SELECT * FROM cases ORDER BY id DESC LIMIT 1")[0])


def told(db: Database) -> list[str]:
    return opened_cells(db, "outbox.body", "ORDER BY id")


def sorted_out(chat: Chat, said: dict[str, str], login: str = "li") -> Case:
    """Let a parent say something and an officer make a matter of it."""
    chat.say("人工", said["words"])
    answer = report(browser(chat, login), address(chat.db), "matter", said)
    assert answer.status_code == 303
    return newest(chat.db)


def turned(db: Database, case: Case, by: str, **said: str) -> Case:
    work.act(db, case, "turned", {"reason": "问清楚了", **said}, staff(db, by), channel="desk")
    found = cases.case_by_id(db, case.id)
    assert found
    return found


def test_what_waits_becomes_a_case_and_the_parent_hears_of_it_once(chat: Chat, db: Database) -> None:
    case = sorted_out(chat, FOOD | {"school": "石人镇中心小学", "town": "石人镇"})
    assert (case.kind, case.state, case.sort, case.owner) == (
        "matter",
        "待处理",
        "校车食堂",
        staff(db, "li").id,
    )
    assert (case.duty, case.due, case.town) == ("handle", "2026-11-30", "220605105")
    assert triage.count(db) == 0
    (message,) = told(db)
    assert "已经交给工作人员，会有人在这里答复您" in message
    assert FOOD["words"] not in message
    assert verify.faults(db) == []


def test_the_case_shows_the_matter_the_words_and_the_conversation_that_is_answered_there(
    chat: Chat, db: Database
) -> None:
    case = sorted_out(chat, FOOD | {"phone": "13943910001", "teller": "冯奶奶"})
    desk = browser(chat)
    page = look(desk, f"/desk/cases/{case.number}?talk=1")
    assert "诉求：校车食堂" in page.words
    assert FOOD["words"] in page.words
    assert "家长的微信" in page.words
    assert "13943910001" not in page.html
    listed = look(desk, "/desk/cases?kind=matter").words
    assert "校车食堂" in listed
    assert "诉求" in listed
    assert "冯奶奶" not in page.words
    (row,) = db.all("SELECT reporter FROM case_talks")
    sent = {key: page.fields[key] for key in ("csrf_token", "thread")} | {
        "seen": triage.mark(db, row["reporter"])
    }
    answer = desk.post(f"/desk/cases/{case.number}/answer", data={**sent, "text": "明天去学校看"})
    assert answer.status_code == 303
    assert "明天去学校看" in told(db)[-1]
    assert Page(desk.get("/desk/cases?q=0001")).html.count(f"/desk/cases/{case.number}") == 1


def test_the_words_that_wait_stand_in_the_form_already(chat: Chat, db: Database) -> None:
    chat.say("人工", FOOD["words"])
    page = look(browser(chat), f"{address(db)}/report/matter")
    assert set(page.fields["words"].splitlines()) == {"人工", FOOD["words"]}


def test_two_officers_at_once_make_one_case(chat: Chat, db: Database) -> None:
    chat.say("人工", FOOD["words"])
    path, first, second = f"{address(db)}/report/matter", browser(chat), browser(chat, "wang")
    pages = [(client, filled(look(client, path), FOOD)) for client in (first, second)]
    codes = [client.post(path, data=data).status_code for client, data in (*pages, pages[0])]
    assert codes == [303, 409, 409]
    assert db.all("SELECT count(*) AS n FROM cases")[0]["n"] == 1
    assert len(told(db)) == 1


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(chat: Chat, db: Database) -> None:
    chat.say("人工", FOOD["words"])
    answer = report(browser(chat), address(db), "matter", FOOD | {"sort": "天气", "phone": "123"})
    page = Page(answer)
    assert answer.status_code == 422
    assert FOOD["words"] in page.html
    assert {"sort", "phone"} <= set(page.names)
    assert (triage.count(db), told(db)) == (1, [])
    assert db.all("SELECT id FROM cases") == []


@pytest.mark.parametrize(
    "said",
    [FEES, FOOD | {"sort": "师德"}, FOOD | {"words": "班主任动手打了孩子"}],
    ids=["school", "conduct", "words"],
)
def test_a_complaint_about_a_school_is_the_officer_of_safetys_alone(
    chat: Chat, db: Database, said: dict[str, str]
) -> None:
    chat.say("人工", FOOD["words"])
    desk, thread = browser(chat), address(db)
    report(desk, thread, "matter", said)
    case = newest(db)
    assert (case.restricted, case.owner) == (1, staff(db, "sun").id)
    for login in ("li", "wang", "gao", "town"):
        assert not cases.may_see(db, staff(db, login), case), login
    assert cases.may_see(db, staff(db, "sun"), case)
    assert desk.get(f"/desk/cases/{case.number}").status_code == 404
    assert desk.get(thread).status_code == 404  # the words are those of the complaint
    assert browser(chat, "sun").get(thread).status_code == 200
    assert "有专人在办" in chat.say("进度")
    assert said["sort"] not in chat.say("进度")


def test_the_parent_asks_how_it_goes_and_hears_of_its_end(chat: Chat, db: Database) -> None:
    case = sorted_out(chat, FOOD)
    assert "诉求，11月23日 08:05 收到，已经收到，等待处理。" in chat.say("进度")
    work.act(db, case, "handled", {}, staff(db, "li"), channel="desk")
    assert "正在处理" in chat.say("进度")
    work.act(db, case, "resolved", {"result": "换了保温桶"}, staff(db, "li"), channel="desk")
    assert "这件事已经解决" in told(db)[-1]
    assert "换了保温桶" not in told(db)[-1]
    chat.openid = "oParent-2"
    assert "诉求" not in chat.say("进度")


def test_who_leaves_parts_the_conversation_from_the_case(chat: Chat, db: Database) -> None:
    case = sorted_out(chat, FOOD)
    (row,) = db.all("SELECT reporter FROM case_talks")
    retention.forget(db, row["reporter"])
    assert db.all("SELECT reporter FROM case_talks") == []
    assert "家长的微信" not in look(browser(chat), f"/desk/cases/{case.number}").words


def test_a_matter_is_opened_by_hand_after_a_search_and_once(chat: Chat, db: Database) -> None:
    desk = browser(chat)
    token = look(desk, "/desk/cases/new").fields["csrf_token"]
    found = Page(desk.post("/desk/cases/new", data={"csrf_token": token, "child_name": "冯志强"}))
    assert "诉求" in found.words
    form = Page(
        desk.post("/desk/cases/new/matter", data={"csrf_token": token, "ask": "1", "child_name": "冯志强"})
    )
    data = filled(form, FOOD | {"teller": "冯奶奶", "phone": "13943910001", "town": "石人镇"})
    first = desk.post("/desk/cases/new/matter", data=data)
    assert (first.status_code, desk.post("/desk/cases/new/matter", data=data).location) == (
        303,
        first.location,
    )
    (case,) = (Case.of(row) for row in db.all("SELECT * FROM cases"))
    assert (case.kind, case.child_name, case.owner) == ("matter", "冯志强", staff(db, "li").id)
    page = look(desk, f"/desk/cases/{case.number}")
    assert FOOD["words"] in page.words
    assert "家长的微信" not in page.words
    assert browser(chat, "gao").get(f"/desk/cases/{case.number}").status_code == 404
    assert Page(desk.post("/desk/cases/new", data={"csrf_token": token, "child_name": "冯志强"})).html.count(
        case.number
    )


def test_a_town_opens_a_matter_of_its_own_alone(chat: Chat, db: Database) -> None:
    desk = browser(chat, "town")
    token = look(desk, "/desk/cases/new").fields["csrf_token"]
    form = Page(desk.post("/desk/cases/new/matter", data={"csrf_token": token, "ask": "1"}))
    away = desk.post("/desk/cases/new/matter", data=filled(form, FOOD | {"town": "湾沟镇"}))
    assert away.status_code == 422
    assert "不归您管" in away.get_data(as_text=True)
    here = desk.post("/desk/cases/new/matter", data=filled(form, FOOD | {"town": "石人镇"}))
    assert here.status_code == 303
    assert newest(db).owner == staff(db, "li").id


def test_a_matter_becomes_an_absence_and_keeps_its_history(chat: Chat, db: Database) -> None:
    case = sorted_out(chat, FOOD)
    work.act(db, case, "handled", {}, staff(db, "li"), channel="desk")
    now = turned(db, case, "li", to_kind="未到校", last_seen="2026-11-20")
    assert (now.kind, now.state, now.number, now.last_seen) == ("absence", "线索", case.number, "2026-11-20")
    assert [one.key for one in cases.events_of(db, now)] == ["reported", "handled", "turned"]
    assert now.owner == staff(db, "wang").id
    assert now.duty in ("identify", "contact")
    assert cases.may_see(db, staff(db, "li"), now)  # who had it reads it for a while
    assert not cases.may_work(db, staff(db, "li"), now)
    assert "正在办" in chat.say("进度")
    clocks.tick(db)
    assert verify.faults(db) == []
    assert "食堂" in look(browser(chat, "wang"), f"/desk/cases/{now.number}").words


@pytest.mark.parametrize(("what", "few"), [("突发疾病或受伤", 0), ("受侵害", 1)])
def test_a_matter_becomes_a_case_of_danger_that_alarms(chat: Chat, db: Database, what: str, few: int) -> None:
    case = sorted_out(chat, FOOD)
    now = turned(db, case, "li", to_kind="安全", what=what)
    assert (now.kind, now.state, now.duty, now.restricted) == ("safety", "待处理", "take", few)
    assert now.owner == staff(db, "sun").id
    assert cases.may_see(db, staff(db, "li"), now) is not bool(few)
    assert clocks.tick(db).alarms == [now.number]
    assert db.all("SELECT id FROM notices WHERE staff = ? AND what >= 'alarm:'", (staff(db, "sun").id,))
    assert verify.faults(db) == []


def test_what_a_matter_turned_out_to_be_is_said_in_full_and_by_an_officer(chat: Chat, db: Database) -> None:
    case = sorted_out(chat, FOOD)
    for said in ({"to_kind": "未到校"}, {"to_kind": "安全"}, {"to_kind": "资助"}):
        with pytest.raises(Invalid):
            turned(db, case, "li", **said)
    with pytest.raises(Denied):
        turned(db, case, "town", to_kind="未到校", last_seen="2026-11-20")
    now = turned(db, case, "wang", to_kind="未到校", last_seen="2026-11-20")
    with pytest.raises(Denied):  # it is no matter any more
        turned(db, now, "wang", to_kind="安全", what="走失失联")


def test_verify_names_a_case_whose_kind_does_not_follow(chat: Chat, db: Database) -> None:
    case = turned(db, sorted_out(chat, FOOD), "li", to_kind="未到校", last_seen="2026-11-20")
    with db.write():
        db.run("UPDATE cases SET kind = 'matter' WHERE id = ?", (case.id,))
    assert f"个案 {case.number} 的类别与经过不符" in verify.faults(db)


def test_danger_without_a_report_stands_on_every_page_until_somebody_takes_it(
    chat: Chat, db: Database
) -> None:
    case = turned(db, sorted_out(chat, FOOD), "li", to_kind="安全", what="走失失联")
    desk = browser(chat, "sun")
    assert "1 件还没有人处理" in look(desk, "/desk/inbox").words
    home = look(desk, "/desk/")
    assert f"诉求转来的个案 {case.number}" in home.words
    assert f"/desk/cases/{case.number}" in home.links
    assert "还没有人处理" not in look(browser(chat, "gao"), "/desk/inbox").words
    work.act(db, case, "accepted", {}, staff(db, "sun"), channel="desk")
    assert "还没有人处理" not in look(desk, "/desk/inbox").words


def test_what_a_parent_says_later_is_put_to_the_case_once(chat: Chat, db: Database) -> None:
    case = sorted_out(chat, FOOD)
    chat.say("人工", "今天的饭还是凉的")
    desk, path = browser(chat), address(db)
    page = look(desk, path)
    assert "记到已有的个案" in page.words
    sent = {"csrf_token": page.fields["csrf_token"], "number": case.number}
    sent["seen"] = triage.mark(db, triage.reporter_of(db, path.rpartition("/")[2]) or "")
    assert desk.post(f"{path}/case", data=sent | {"number": "220605-2026-999999"}).status_code == 404
    codes = [client.post(f"{path}/case", data=sent).status_code for client in (desk, desk)]
    assert codes == [303, 409]
    (event,) = [one for one in cases.events_of(db, case) if one.key == "family_said"]
    assert set(event.words["words"].splitlines()) == {"人工", "今天的饭还是凉的"}
    assert triage.count(db) == 0
    assert db.all("SELECT id FROM notices WHERE staff = ? AND what = 'family_said'", (staff(db, "li").id,))
    assert verify.faults(db) == []


def test_words_are_put_to_no_case_of_somebody_else(chat: Chat, db: Database) -> None:
    case = sorted_out(chat, FOOD)
    chat.openid = "oParent-2"
    chat.say("人工", "我家的事")
    desk, path = browser(chat), address(db)
    page = look(desk, path)
    assert case.number not in page.html
    sent = {"csrf_token": page.fields["csrf_token"], "number": case.number, "seen": triage.mark(db, "x")}
    assert desk.post(f"{path}/case", data=sent).status_code == 404
    assert triage.count(db) == 1


def test_two_matters_that_are_one_keep_both_conversations(chat: Chat, db: Database) -> None:
    first = sorted_out(chat, FOOD)
    chat.openid = "oParent-2"
    second = sorted_out(chat, FOOD)
    who = staff(db, "li")
    merging.merge(db, second, first, who, channel="desk")
    assert len(matters.reporters_of_matter(db, first)) == 2
    assert look(browser(chat), f"/desk/cases/{first.number}").words.count("家长的微信") == 2
    assert "一起办" in chat.say("进度")
    assert verify.faults(db) == []


def test_matters_are_looked_up_by_an_index(chat: Chat, db: Database) -> None:
    many_cases(db, 3000)
    case = sorted_out(chat, FOOD)
    (row,) = db.all("SELECT reporter FROM case_talks")
    with statements(db) as heard:
        matters.alarms_of_matters(db, staff(db, "sun"))
        matters.progress_of_matters(db, row["reporter"])
        matters.cases_to_add_to(db, row["reporter"], staff(db, "li"))
        matters.reporters_of_matter(db, case)
        triage.threads_waiting(db, scope=Scope("220605"))
    for sql in {one for one in heard if one.startswith("SELECT")}:
        whole = [part.split()[0] for part in plan(db, sql).split("SCAN ")[1:] if "COVERING INDEX" not in part]
        assert {one.strip(";") for one in whole} <= {"triage"}, sql
