"""What is known of a child is filled in for its confirmed family, and for the teacher who writes for it; for nobody else."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from intake.children import links
from intake.children.children import find_child
from intake.children.facts import noting
from intake.children.facts.fact import FactOrigin, facts_of
from intake.kinds.envelope import Envelope
from intake.people import devices
from intake.people.accounts import Person
from intake.reports import drafts, lookup, passes
from intake.reports.whose import told_facts
from intake.settings import Settings
from intake.web import phones
from tests.hands.chat import Chat, opened
from tests.hands.classroom import SCHOOL_NAME, Classroom, classroom, teacher
from tests.hands.family import linked
from tests.hands.page import Page, filled
from tests.hands.page import opened as page_of
from tests.hands.samples import citizen_id

MARK = "我们记着的"
FATHER = "13811112220"


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    with opened(settings) as one:
        yield one


@pytest.fixture
def room(chat: Chat) -> Classroom:
    made = classroom(chat.db)
    said = FactOrigin("xueji", "command", chat.db.today(), "list")
    for kind, value in {
        "guardian": {"guardian_name": "徐桂兰", "relation": "祖母", "phone": "13899990000"},
        "father": {"away": "是", "since": "2024-03", "place": "山东省青岛市"}, "mother": {"away": "否"},
        "residence": {"residence": "石人镇大石棚子村2组"}, "ethnic": {"ethnic": "满族"},
        "household": {"household_place": "石人镇大石棚子村2组", "household_type": "农业户口"},
        "hardship": {"hardship": "低保"}, "permit": {"permit_number": "220605201500000001"},
        "travel": {"travel": "步行"},
    }.items():  # fmt: skip
        noting.note_fact(chat.db, made.children["王小明"], kind, value, said)
    return made


@pytest.fixture
def person(chat: Chat, room: Classroom) -> Person:
    return teacher(chat.db, room)


def signed_in(chat: Chat, person: Person) -> FlaskClient:
    """Give a teacher's phone."""
    browser, token = chat.app.test_client(), devices.new_token()
    devices.add_device(chat.db, person, token, "Android Mobile")
    browser.set_cookie(phones.COOKIE, token)
    return browser


def checked(page: Page, **answers: str) -> MultiDict[str, str]:
    """Fill a page in, to be read back."""
    sent = filled(page, answers)
    sent["step"] = "check"
    return sent


def opened_link(chat: Chat, last_four: str = "", kind: str = "boarding") -> FlaskClient:
    """Open a link of the chat on a phone and press its button; say the telephone's last digits where they are given."""
    browser = chat.app.test_client()
    path = passes.address(chat.db, chat.reporter, kind).partition(":8000")[2]
    assert browser.post(path, data=page_of(browser, path).fields).status_code == 303
    if last_four:
        sent = {
            "csrf_token": page_of(browser, f"/forms/{kind}").fields["csrf_token"],
            "kind": kind,
            "last_four": last_four,
        }
        assert browser.post("/forms/linked/prove", data=sent).status_code == 303
    return browser


def test_her_family_finds_it_filled_in_and_may_change_it(chat: Chat, room: Classroom, person: Person) -> None:
    who = linked(chat, person, room.children["王小明"])
    chat.say("我家王小明想住校，离校远，我是他爸，电话13811112220", "同意")
    browser = opened_link(chat, FATHER[-4:])
    page = page_of(browser, "/forms/boarding")
    assert page.fields["guardian_name"] == "徐桂兰"
    assert page.fields["school"] == SCHOOL_NAME
    assert page.fields["travel"] == "步行"
    assert page.fields["phone"] == FATHER
    assert "guardian_name-ours" in page.ids & page.described
    assert "phone-ours" not in page.ids  # she has said it herself
    assert "低保" not in page.html
    assert "13899990000" not in page.html
    assert browser.post("/forms/draft/boarding", data=filled(page, {})).status_code == 204
    found = drafts.find_draft(chat.db, who, "boarding")
    assert found
    assert not {"guardian_name", "travel", "grade"} & found.answers.keys(), (
        "what nobody has said is in no draft"
    )
    again = Page(browser.post("/forms/boarding", data=checked(page, phone="1")))
    assert again.status == 422
    assert again.fields["guardian_name"] == "徐桂兰"
    assert "guardian_name-ours" in again.ids
    changed = Page(browser.post(
        "/forms/boarding", data=checked(page, phone="1", guardian_name="徐国强")
    ))  # fmt: skip
    assert "guardian_name-ours" not in changed.ids
    assert browser.post("/forms/boarding", data=filled(page, {"guardian_name": "徐国强"})).status_code == 303
    report = Envelope.of(chat.reports()[-1])
    child = find_child(chat.db, room.children["王小明"])
    assert child
    assert report.child == child.id
    told_facts.note_report_facts(chat.db, report, lookup.answers_of(chat.db, report), child)
    names = {
        one.get("guardian_name"): one.source for one in facts_of(chat.db, child.id) if one.kind == "guardian"
    }
    assert names == {"徐桂兰": "xueji", "徐国强": "report"}


def test_family_of_several_picks_one_and_its_name_stands_in_no_address(
    chat: Chat, room: Classroom, person: Person
) -> None:
    who = linked(chat, person, room.children["王小明"])
    links.ask(chat.db, who, room.children["李红"])
    assert links.decide(chat.db, person, who, room.children["李红"], True)
    chat.say("孩子想住校，离校远，我是他爸，电话13811112220", "同意")
    unproved = page_of(opened_link(chat), "/forms/boarding")
    assert "李红" not in unproved.html
    browser = opened_link(chat, FATHER[-4:])
    page = page_of(browser, "/forms/boarding")
    assert "是您哪个孩子的事" in page.words
    assert "徐桂兰" not in page.html
    picked = page_of(browser, "/forms/boarding?of=1")
    assert (picked.fields["child_name"], picked.fields["guardian_name"]) == ("王小明", "徐桂兰")
    assert "是您哪个孩子的事" not in picked.words
    assert page_of(browser, "/forms/boarding?of=2").fields["child_name"] == "李红"
    for wrong in ("3", "0", "-1", "x", "²"):
        assert page_of(browser, f"/forms/boarding?of={wrong}").fields["child_name"] == ""
    again = Page(browser.post("/forms/boarding", data=checked(picked, phone="1")))
    assert "guardian_name-ours" in again.ids


@pytest.mark.parametrize("state", ["", links.ASKED, links.REFUSED, "unproved"])
def test_nobody_else_finds_anything(chat: Chat, room: Classroom, person: Person, state: str) -> None:
    child = room.children["王小明"]
    if state == "unproved":
        linked(chat, person, room.children["王小明"])
    chat.say("王小明想住校，离校远，在石人镇，我是他爸，电话13811112220", "同意")
    if state in (links.ASKED, links.REFUSED):
        links.ask(chat.db, chat.reporter, child)
    if state == links.REFUSED:
        links.decide(chat.db, person, chat.reporter, child, False)
    browser = opened_link(chat, "" if state == "unproved" else FATHER[-4:])
    for kind in ("boarding", "enrollment", "absence", "subsidy"):
        html = page_of(browser, f"/forms/{kind}").html
        assert MARK not in html
        assert [one for one in ("徐桂兰", "大石棚子村2组", "青岛", "13899990000") if one in html] == []
    page = page_of(browser, "/forms/boarding")
    back = browser.post("/forms/boarding", data=checked(page, child_name="王小明"))
    assert "徐桂兰" not in back.get_data(as_text=True)


def test_a_stranger_and_an_ordinary_form_get_nothing(chat: Chat, room: Classroom, person: Person) -> None:
    linked(chat, person, room.children["王小明"])
    browser = chat.app.test_client()
    assert MARK not in page_of(browser, "/forms/enrollment").html
    assert browser.get(f"/forms/boarding?as=proxy&child={room.children['王小明']}").status_code == 303


def test_a_teacher_picks_the_child_and_everything_known_is_filled_in(
    chat: Chat, room: Classroom, person: Person
) -> None:
    browser = signed_in(chat, person)
    empty = page_of(browser, "/forms/enrollment?as=proxy")
    assert all(name in empty.html for name in ("王小明", "李红", "就是这个孩子"))
    page = page_of(browser, f"/forms/enrollment?as=proxy&child={room.children['王小明']}")
    assert "就是这个孩子" not in page.html
    assert {key: page.fields[key] for key in ("guardian_name", "phone", "residence", "father_away", "mother_away")} == {
        "guardian_name": "徐桂兰", "phone": "13899990000", "residence": "石人镇大石棚子村2组", "father_away": "是",
        "mother_away": "否",
    }  # fmt: skip
    assert page.fields["relation"] == "祖母"
    assert "学籍名单" in page.words
    assert "220605201500000001" not in page.html
    said = {
        "residence": "石人镇大石棚子村3组", "id_number": citizen_id(date(2017, 3, 1), "女"),
        "entry": "转入", "basis": "户籍", "boards": "否",
    }  # fmt: skip
    done = Page(browser.post("/forms/enrollment", data=filled(page, said)))
    assert done.status == 303, done.words
    report, child = Envelope.of(chat.reports()[-1]), find_child(chat.db, room.children["王小明"])
    assert child
    assert report.child == child.id
    told_facts.note_report_facts(chat.db, report, lookup.answers_of(chat.db, report), child)
    homes = {
        one.get("residence"): one
        for one in facts_of(chat.db, child.id, former=True)
        if one.kind == "residence"
    }
    assert homes["石人镇大石棚子村3组"].confirmed_by == person.actor
    assert homes["石人镇大石棚子村2组"].why == noting.LATER


def test_a_child_of_another_class_is_not_hers_to_pick(chat: Chat, room: Classroom) -> None:
    other = classroom(chat.db, name="3班", names=("钱多多",))
    browser = signed_in(chat, teacher(chat.db, other, login="13812340009"))
    assert browser.get(f"/forms/boarding?as=proxy&child={room.children['王小明']}").status_code == 404
    assert "王小明" not in page_of(browser, "/forms/boarding?as=proxy").html
