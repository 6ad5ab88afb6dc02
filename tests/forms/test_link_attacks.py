"""What others try with links from the chat: looking ahead, forwarding, turning them round, and what a link may open."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from intake.calendar import clock
from intake.house import retention
from intake.people import bindings, devices, pins
from intake.people.accounts import Person
from intake.settings import Settings
from tests.hands.chat import Chat, opened
from tests.hands.classroom import NAMES, SCHOOL_NAME, classroom, teacher
from tests.hands.page import Page, filled, send
from tests.hands.page import opened as page_of

LINK = re.compile(r'<a href="http://127\.0\.0\.1:8000(/forms/c/[A-Za-z0-9_-]+)">')
AWAY = "我和他妈都在大连打工，孩子跟奶奶，想住校"
PIN, WRONG_PIN = "274951", "836027"
NUMBER = "220605201703041236"
SECRETS = ("王小明", "13812345678", "5678")
"""What the chat was told by which a child or a person is found."""
TELLING = (
    "child_name",
    "phone",
    "away_place",
    "village",
    "school",
    "grade",
    "class_name",
    "description",
    "father_away",
)
"""Fields of a page in which the same would stand."""
MADE = ("csrf_token", "idempotency_key", "patience", "notice", "token", "kept_answers")
"""Fields that hold nothing anybody said."""
TYPED = ("李红", "13987654321", "4321", NUMBER, "2017-03-04", "湾沟镇中心小学", "李奶奶")
"""What somebody types into a page."""


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    """Give the chat of a parent; the day is real, since links live in real time."""
    with opened(settings) as one:
        yield one


@pytest.fixture
def person(chat: Chat) -> Person:
    """Give a teacher of a class, who is bound in the chat and has no PIN."""
    found = teacher(chat.db, classroom(chat.db))
    assert "绑定好了" in chat.say(f"绑定 {bindings.issue_code(chat.db, found.id)}")
    return found


def link(chat: Chat, *lines: str) -> str:
    """Say something; give the path of the page's link in the last reply."""
    chat.say(*lines)
    row = chat.db.one("SELECT key, reply FROM messages ORDER BY received_at DESC, key LIMIT 1")
    assert row is not None
    (found,) = LINK.findall(chat.db.keys.unlock(row["reply"], "messages.reply", row["key"]))
    return str(found)


def press(browser: FlaskClient, path: str, **typed: str) -> TestResponse:
    """Press the button of a link, on a page that was opened before if it is there."""
    page = Page(browser.get(path))
    return browser.post(path, data=page.fields.to_dict() | typed)


def fresh(chat: Chat, path: str = "", **typed: str) -> FlaskClient:
    """Give a browser, which has opened a link."""
    browser = chat.app.test_client()
    if path:
        assert press(browser, path, **typed).status_code == 303
    return browser


def gone(answer: TestResponse) -> bool:
    """Tell whether a link opens nothing, and says what to do; nothing of anybody stands on the page."""
    page = Page(answer)
    assert not [word for word in (*SECRETS, "刘老师") if word in page.words]
    return (
        page.status == 410 and "请在微信里再发一次“网页”" in page.words and "Location" not in answer.headers
    )


def is_in(browser: FlaskClient) -> bool:
    """Tell whether a browser sees the roll."""
    return browser.get("/forms/roll").status_code == 200


def shown(*answers: TestResponse) -> str:
    """Give all that is said by pages, and stands in their fields."""
    pages = [Page(one) for one in answers]
    fields = [value for page in pages for key, value in page.fields.items(multi=True) if key not in MADE]
    return "\n".join([*(page.words for page in pages), *fields])


def seen(browser: FlaskClient, *paths: str) -> str:
    """Give all that a browser is shown at its pages."""
    return shown(*(browser.get(path, follow_redirects=True) for path in paths))


def told(chat: Chat) -> None:
    """Tell the chat of a child, half a report."""
    chat.say(AWAY, "同意", "王小明，石人镇大石棚子村，石人镇中心小学三年级2班", "13812345678")


def victim(browser: FlaskClient) -> TestResponse:
    """Type everything into the page that a link of somebody else leads to, and have it read back."""
    page = page_of(browser, "/forms/enrollment")
    answers = {
        "child_name": "李红", "id_number": NUMBER, "phone": "13987654321", "guardian_name": "李奶奶", "town": "湾沟镇",
        "school": "湾沟镇中心小学", "relation": "奶奶",
    }  # fmt: skip
    sent = filled(page, {key: value for key, value in answers.items() if key in page.names})
    assert browser.post("/forms/draft/enrollment", data=sent).status_code == 204
    return browser.post("/forms/enrollment", data=sent)


# -- looking ahead


@pytest.mark.parametrize("agent", ["", "Mozilla/5.0 WhatsApp preview", "Googlebot/2.1", "curl/8"])
def test_a_preview_opens_nothing_and_takes_nothing(chat: Chat, agent: str) -> None:
    told(chat)
    path = link(chat, "网页")
    for method in ("GET", "HEAD", "OPTIONS", "GET"):
        answer = chat.app.test_client().open(
            path, method=method, headers={"User-Agent": agent, "Purpose": "prefetch"}
        )
        assert answer.status_code == 200
        assert not [word for word in SECRETS if word in shown(answer)]
    assert chat.db.all("SELECT * FROM opened_links") == []
    assert press(fresh(chat), path).location == "/forms/boarding"


def test_the_page_says_whose_conversation_goes_on_and_so_does_every_page_after_it(chat: Chat) -> None:
    told(chat)
    browser, path = fresh(chat), link(chat, "网页")
    page = page_of(browser, path)
    assert "微信" in page.words
    assert "寄宿与上下学需求" in page.words
    assert re.search(r"\d+月\d+日 \d\d:\d\d", page.words)
    assert "不是我，另填一份" in page.words
    assert press(browser, path).status_code == 303
    for there in ("/", "/forms/boarding", "/forms/absence", "/forms/status"):
        page = page_of(browser, there)
        assert "这里接着微信里的对话" in page.words
        assert "/forms/linked/leave" in page.links
    assert browser.get("/").headers["Cache-Control"] == "no-store"  # the banner is kept by no browser
    assert browser.get("/forms/absence").headers["Cache-Control"] == "no-store"


# -- one browser


@pytest.mark.parametrize("ending", ["", "/", "=", "==", "A", "!"])
def test_three_browsers_open_one_link_and_the_first_has_it(chat: Chat, ending: str) -> None:
    told(chat)
    path = link(chat, "网页")
    first, second, third = (fresh(chat) for _ in range(3))
    waiting = page_of(third, path)  # was shown the button before anybody pressed
    assert press(first, path).status_code == 303
    for browser in (second, third):
        assert browser.get(path + ending).status_code in (404, 410)
        assert gone(browser.get(path))
    assert gone(third.post(path, data=waiting.fields))
    for browser in (second, third):
        assert "这里接着微信里的对话" not in seen(browser, "/", "/forms/boarding")
        assert browser.post(path + ending, data=waiting.fields).status_code in (400, 404, 410)
    assert page_of(first, "/forms/boarding").fields["reason"] == "监护人外出"
    assert len(chat.db.all("SELECT * FROM opened_links")) == 1


def test_of_browsers_that_press_at_once_one_has_it(chat: Chat) -> None:
    told(chat)
    path = link(chat, "网页")
    browsers = [fresh(chat) for _ in range(12)]
    pages = [page_of(one, path) for one in browsers]
    with ThreadPoolExecutor(12) as pool:
        codes = list(
            pool.map(
                lambda both: both[0].post(path, data=both[1].fields).status_code,
                zip(browsers, pages, strict=True),
            )
        )
    assert sorted(codes) == [303] + [410] * 11
    assert ["这里接着微信" in seen(one, "/") for one in browsers] == [code == 303 for code in codes]


def test_the_same_browser_may_open_it_again_and_nobody_else_after_it_left(chat: Chat) -> None:
    told(chat)
    path, browser = link(chat, "网页"), fresh(chat)
    page = page_of(browser, path)
    for _ in range(2):  # pressed twice, by the same page
        assert browser.post(path, data=page.fields).status_code == 303
    assert browser.get(path).location == "/forms/boarding"
    leave = page_of(browser, "/forms/boarding")
    assert (
        browser.post(
            "/forms/linked/leave", data={"csrf_token": leave.fields["csrf_token"], "kind": "boarding"}
        ).location
        == "/forms/boarding"
    )
    assert "这里接着微信" not in seen(browser, "/", "/forms/boarding")
    assert not page_of(browser, "/forms/boarding").fields.get("reason")
    assert gone(press(fresh(chat), path))
    assert press(browser, path).location == "/forms/boarding"
    assert page_of(browser, "/forms/boarding").fields["reason"] == "监护人外出"


def test_a_way_out_makes_an_ordinary_form(chat: Chat) -> None:
    told(chat)
    browser = fresh(chat, link(chat, "网页"))
    other = link(Chat(chat.app, "oParent-2"), "网页")
    page = page_of(browser, other)
    assert browser.post("/forms/linked/leave", data={"csrf_token": page.fields["csrf_token"]}).location == "/"
    assert "这里接着微信" not in seen(browser, "/", "/forms/boarding")
    assert send(browser, "boarding", {
        "child_name": "李红", "town": "湾沟镇", "needs": ["寄宿"], "reason": "离校远", "relation": "母", "phone": "13987654321",
    }).status_code == 303  # fmt: skip
    (report,) = chat.reports()
    assert report["reporter"].startswith("web:")


def test_rows_of_links_go_when_they_have_run_out(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    told(chat)
    fresh(chat, link(chat, "网页"))
    retention.purge(chat.db)
    assert len(chat.db.all("SELECT * FROM opened_links")) == 1
    now = clock.here()
    monkeypatch.setattr(clock, "here", lambda pinned=None: now + timedelta(minutes=31))
    retention.purge(chat.db)
    assert chat.db.all("SELECT * FROM opened_links") == []


def test_a_link_that_ran_out_while_its_button_was_looked_at_opens_nothing(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(chat)
    path, browser = link(chat, "网页"), fresh(chat)
    page, now = page_of(browser, path), clock.here()
    monkeypatch.setattr(clock, "here", lambda pinned=None: now + timedelta(minutes=31))
    assert gone(browser.post(path, data=page.fields))


# -- forwarded


def test_a_forwarded_link_shows_nothing_of_the_child(chat: Chat) -> None:
    told(chat)
    browser = fresh(chat, link(chat, "网页"))
    everything = seen(browser, "/", *(f"/forms/{kind}" for kind in ("boarding", "absence", "subsidy", "enrollment", "safety")),
                      "/forms/status", "/forms/status/now", "/forms/photo")  # fmt: skip
    assert not [word for word in SECRETS if word in everything]
    fields = page_of(browser, "/forms/boarding").fields
    assert not [key for key in TELLING if fields.get(key)]
    assert "您在微信里说过的，这里不再显示" in everything


def test_what_was_told_goes_along_with_a_report_and_is_shown_at_no_step_of_it(chat: Chat) -> None:
    told(chat)
    browser = fresh(chat, link(chat, "网页"))
    page = page_of(browser, "/forms/boarding")
    checked = browser.post("/forms/boarding", data=filled(page, {}).to_dict(flat=False) | {"step": "check"})
    read_back = Page(checked)
    assert (read_back.status, "已填（微信里说过）" in read_back.words) == (200, True)
    back = browser.post("/forms/boarding", data=read_back.fields.to_dict(flat=False) | {"step": "edit"})
    done = browser.post("/forms/boarding", data=read_back.fields)
    assert done.status_code == 303
    again = browser.post("/forms/boarding", data=read_back.fields)  # its answer was lost
    assert again.location == done.location
    receipt = browser.get(done.location)
    sent = Page(receipt)
    after = [
        browser.post(
            "/forms/status", data={**sent.fields, "token": sent.fields["token"]}, follow_redirects=True
        ),
        browser.post("/forms/status/again", data=sent.fields, follow_redirects=True),
        browser.get("/forms/absence"),
        browser.get("/forms/status/correct", follow_redirects=True),
        browser.get("/forms/photo", follow_redirects=True),
    ]
    everything = shown(checked, back, receipt, *after)
    assert not [word for word in (*SECRETS, "我和他妈") if word in everything]
    assert len(chat.reports()) == 1
    assert {key: chat.answers()[key] for key in ("child_name", "phone", "away_place")} == {
        "child_name": "王小明", "phone": "13812345678", "away_place": "大连",
    }  # fmt: skip


def test_the_telephone_is_not_guessed(chat: Chat) -> None:
    told(chat)
    browser = fresh(chat, link(chat, "网页"))
    page = page_of(browser, "/forms/boarding")
    sent = {"csrf_token": page.fields["csrf_token"], "kind": "boarding"}
    with ThreadPoolExecutor(10) as pool:
        guess = [sent | {"last_four": f"{number:04}"} for number in range(30)]
        codes = list(pool.map(lambda one: browser.post("/forms/linked/prove", data=one).status_code, guess))
    assert sorted(set(codes)) == [422, 429]
    assert codes.count(422) <= 5
    assert browser.post("/forms/linked/prove", data=sent | {"last_four": "5678"}).status_code == 429
    assert "王小明" not in seen(browser, "/forms/boarding")


@pytest.mark.parametrize("said", ["", "567", "45678", "13812345678", "abcd", "５６７８x", "0000"])
def test_only_the_last_four_prove_anything(chat: Chat, said: str) -> None:
    told(chat)
    browser = fresh(chat, link(chat, "网页"))
    page = page_of(browser, "/forms/boarding")
    sent = {"csrf_token": page.fields["csrf_token"], "kind": "boarding", "last_four": said}
    answer = Page(browser.post("/forms/linked/prove", data=sent))
    assert answer.status == 422
    assert "last_four-wrong" in answer.invalid
    assert "王小明" not in answer.html


def test_a_telephone_that_was_typed_into_the_page_proves_nothing(chat: Chat) -> None:
    """Who opens a forwarded link types a telephone of their own, lets the chat take it over, and comes again."""
    told(chat)
    browser = fresh(chat, link(chat, "网页"))
    page = page_of(browser, "/forms/boarding")
    browser.post("/forms/draft/boarding", data=filled(page, {"phone": "13987654321"}))
    chat.say("好了")
    for one in (browser, fresh(chat, link(chat, "网页"))):
        page = page_of(one, "/forms/boarding")
        sent = {"csrf_token": page.fields["csrf_token"], "kind": "boarding", "last_four": "4321"}
        assert one.post("/forms/linked/prove", data=sent).status_code in (303, 422)
        assert not [word for word in ("王小明", "大连") if word in seen(one, "/forms/boarding")]


def test_a_proof_is_its_browsers_alone_and_ends_with_the_way_out(chat: Chat) -> None:
    told(chat)
    browser, other = fresh(chat, link(chat, "网页")), fresh(chat, link(chat, "网页"))
    page = page_of(browser, "/forms/boarding")
    sent = {"csrf_token": page.fields["csrf_token"], "kind": "boarding", "last_four": "5678"}
    assert browser.post("/forms/linked/prove", data=sent).status_code == 303
    assert page_of(browser, "/forms/boarding").fields["child_name"] == "王小明"
    assert "王小明" not in seen(other, "/forms/boarding")
    path = link(chat, "网页")
    browser.post("/forms/linked/leave", data=sent)
    assert press(browser, path).status_code == 303
    assert "王小明" not in seen(browser, "/forms/boarding")


def test_sensitive_answers_come_back_to_nobody(chat: Chat) -> None:
    chat.say("入学登记", "同意", "王小明", NUMBER, "13812345678")
    browser = fresh(chat, link(chat, "网页"))
    page = page_of(browser, "/forms/enrollment")
    assert browser.post("/forms/linked/prove", data={
        "csrf_token": page.fields["csrf_token"], "kind": "enrollment", "last_four": "5678",
    }).status_code in (303, 422)  # fmt: skip
    typed = filled(
        page_of(browser, "/forms/enrollment"), {"id_number": NUMBER, "permit_number": "J220605001"}
    )
    assert browser.post("/forms/draft/enrollment", data=typed).status_code == 204
    assert not [one for one in (NUMBER, "J220605001") if one in seen(browser, "/forms/enrollment")]


def test_a_hidden_number_is_not_guessed_by_what_follows_from_it(chat: Chat) -> None:
    chat.say(
        "孩子想住校，离学校太远", "同意", "我是他妈妈", "王小明，石人镇", f"身份证号{NUMBER}", "13812345678"
    )
    said = []
    for birth, sex in (("2017-03-04", "男"), ("2017-03-05", "男"), ("2016-01-01", "女")):
        browser = fresh(chat, link(chat, "网页"))
        page = page_of(browser, "/forms/boarding")
        sent = filled(page, {"birth_date": birth, "sex": sex}).to_dict(flat=False) | {"step": "check"}
        read_back = Page(browser.post("/forms/boarding", data=sent))
        assert read_back.status == 200
        assert "身份证号已填（微信里说过）" in "".join(read_back.words.split())
        assert "2017" not in read_back.words
        said.append(read_back.words)
    assert len(set(said)) == 1


# -- turned round


def test_what_others_type_on_my_link_stays_theirs(chat: Chat) -> None:
    """Somebody posts their own link; whoever opens it first types everything, and has it sent."""
    chat.say("入学登记", "同意")
    path = link(chat, "网页")
    theirs = fresh(chat, path)
    assert gone(press(fresh(chat), path))
    victim(theirs)
    mine = fresh(chat, link(chat, "网页"))
    pages = seen(mine, "/", "/forms/enrollment", "/forms/absence", "/forms/status")
    answers = [
        chat.say(word)
        for word in (
            "好了",
            "修改",
            "返回",
            "继续",
            "我的信息",
            "进度",
            "菜单",
            "更正",
            "取消",
            "孩子没来上学",
        )
    ]
    heard = "\n".join([*answers, *chat.heard])
    assert "已填（网页上填的）" in heard
    assert not [word for word in TYPED if word in pages]
    assert not [word for word in TYPED if word in heard]


def test_a_report_that_others_confirmed_on_my_link_stays_theirs(chat: Chat) -> None:
    mine_room = classroom(chat.db)
    teacher(chat.db, mine_room)
    chat.say("孩子想住校", "同意", "我电话13812345678")
    theirs = fresh(chat, link(chat, "网页"))
    page = page_of(theirs, "/forms/boarding")
    sent = filled(page, {
        "child_name": NAMES[1], "school": SCHOOL_NAME, "grade": "三年级", "class_name": "2班", "town": "石人镇",
        "needs": ["寄宿"], "reason": "离校远", "relation": "母", "phone": "13987654321",
    })  # fmt: skip
    assert theirs.post("/forms/boarding", data=sent).status_code == 303
    assert chat.db.all("SELECT * FROM links") == []  # no teacher is asked whether I am the family
    words = (
        "我的信息",
        "进度",
        "更正",
        "返回",
        "取消",
        "孩子没来上学",
        "李红回学校了",
        "孩子回学校了",
        "网页",
    )
    heard = "\n".join(chat.say(word) for word in words if word != "李红回学校了")
    mine = fresh(chat, link(chat, "网页"))
    page = page_of(mine, "/forms/absence")
    proof = {"csrf_token": page.fields["csrf_token"], "kind": "absence", "last_four": "5678"}
    assert mine.post("/forms/linked/prove", data=proof).status_code in (303, 422)
    heard += seen(mine, "/", "/forms/absence", "/forms/boarding", "/forms/status/now")
    assert not [word for word in (NAMES[1], "13987654321", "4321") if word in heard]


def test_what_others_typed_is_not_learned_by_sending_it_from_my_browser(chat: Chat) -> None:
    """One link is posted, another is opened by its owner, who knows the telephone, and sends what was typed on the first."""
    teacher(chat.db, classroom(chat.db))
    chat.say("孩子想住校，离学校太远", "同意", "我电话13812345678")
    theirs, mine = fresh(chat, link(chat, "网页")), fresh(chat, link(chat, "网页"))
    sent = filled(
        page_of(theirs, "/forms/boarding"), {"child_name": "李红", "town": "湾沟镇", "relation": "母"}
    )
    assert theirs.post("/forms/draft/boarding", data=sent).status_code == 204
    page = page_of(mine, "/forms/boarding")
    proof = {"csrf_token": page.fields["csrf_token"], "kind": "boarding", "last_four": "5678"}
    assert mine.post("/forms/linked/prove", data=proof).status_code == 303
    page = page_of(mine, "/forms/boarding")
    assert page.fields["phone"] == "13812345678"
    checked = mine.post("/forms/boarding", data=filled(page, {}).to_dict(flat=False) | {"step": "check"})
    done = mine.post("/forms/boarding", data=Page(checked).fields)
    assert done.status_code == 303
    receipt = mine.get(done.location)
    fields = Page(receipt).fields
    after = [
        mine.post("/forms/status", data=fields, follow_redirects=True),
        mine.post("/forms/status/again", data=fields, follow_redirects=True),
        *(
            mine.get(path, follow_redirects=True)
            for path in ("/forms/absence", "/forms/status/correct", "/forms/status/now")
        ),
    ]
    everything = shown(checked, receipt, *after) + "".join(
        chat.say(word) for word in ("好了", "我的信息", "进度", "更正")
    )
    assert chat.answers()["child_name"] == "李红"
    assert chat.db.all("SELECT * FROM links") == []
    assert not [word for word in ("李红", "李*") if word in everything]


def test_a_draft_of_others_that_i_confirm_in_my_chat_stays_theirs(chat: Chat) -> None:
    chat.say("孩子想住校，离学校太远", "同意")
    theirs = fresh(chat, link(chat, "网页"))
    page = page_of(theirs, "/forms/boarding")
    sent = filled(page, {"child_name": "李红", "town": "湾沟镇", "relation": "母", "phone": "13987654321"})
    assert theirs.post("/forms/draft/boarding", data=sent).status_code == 204
    words = (
        "好了",
        "确认",
        "我的信息",
        "更正",
        "取消",
        "孩子没来上学",
        "取消",
        "孩子要补助",
        "孩子被打了，头上都是血",
    )
    heard = "\n".join(chat.say(word) for word in words)
    assert chat.reports()
    assert not [word for word in TYPED if word in heard]


def test_what_is_typed_comes_back_to_its_own_browser(chat: Chat) -> None:
    told(chat)
    browser = fresh(chat, link(chat, "网页"))
    page = page_of(browser, "/forms/boarding")
    browser.post("/forms/draft/boarding", data=filled(page, {"child_name": "李红", "phone": "13987654321"}))
    fields = page_of(browser, "/forms/boarding").fields
    assert (fields["child_name"], fields["phone"]) == ("李红", "13987654321")
    assert press(browser, link(chat, "网页")).status_code == 303  # the next link, in the same browser
    assert page_of(browser, "/forms/boarding").fields["child_name"] == "李红"
    assert "李红" not in seen(fresh(chat, link(chat, "网页")), "/forms/boarding")


def test_another_child_typed_on_the_page_is_given_nothing_of_the_first(chat: Chat) -> None:
    chat.say("孩子想住校，离学校太远", "同意", "王小明，石人镇", "13812345678", f"身份证号{NUMBER}")
    browser = fresh(chat, link(chat, "网页"))
    page = page_of(browser, "/forms/boarding")
    sent = filled(page, {"child_name": "李红", "relation": "母"})
    browser.post("/forms/draft/boarding", data=sent)
    assert browser.post("/forms/boarding", data=sent).status_code == 303
    assert (chat.answers()["child_name"], chat.answers().get("id_number")) == ("李红", None)


# -- a teacher's link


def test_one_link_makes_one_device_which_lives_hours_until_the_chat_confirms_it(
    chat: Chat, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = link(chat, "点名")
    first, second, third = (fresh(chat) for _ in range(3))
    page = page_of(first, path)
    assert "刘老师" in page.words
    assert "三年级2班" not in page.words
    for _ in range(2):
        assert first.post(path, data=page.fields).location == "/forms/roll"
    for browser in (second, third):
        assert gone(browser.get(path))
        assert gone(press(browser, path))
        assert not is_in(browser)
    assert is_in(first)
    assert len(devices.devices_of(chat.db, person.id)) == 1
    now = clock.here()
    monkeypatch.setattr(clock, "here", lambda pinned=None: now + devices.PROBATION - timedelta(minutes=1))
    assert is_in(first)
    monkeypatch.setattr(clock, "here", lambda pinned=None: now + devices.PROBATION + timedelta(minutes=1))
    assert not is_in(first)


def test_the_chat_tells_of_a_new_device_and_confirms_it(
    chat: Chat, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = fresh(chat, link(chat, "点名"))
    heard = chat.say("全到")
    assert heard.startswith("【新设备】")
    assert "电脑（浏览器）" in heard
    assert "回复“是我”" in heard
    assert "工作人员给您的回复" not in heard
    assert "记住您了" in chat.say("是我")
    now = clock.here()
    monkeypatch.setattr(clock, "here", lambda pinned=None: now + timedelta(days=89))
    assert is_in(browser)
    monkeypatch.setattr(clock, "here", lambda pinned=None: now + timedelta(days=91))
    assert not is_in(browser)


def test_not_me_sends_the_device_away_and_closes_its_link(chat: Chat, person: Person) -> None:
    path = link(chat, "点名")
    thief = fresh(chat, path)
    assert is_in(thief)
    assert "已经退出了" in chat.say("不是我")
    assert not is_in(thief)
    assert gone(press(thief, path))
    assert not is_in(thief)
    assert devices.devices_of(chat.db, person.id) == []


def test_of_several_devices_the_chat_asks_which(chat: Chat, person: Person) -> None:
    first = fresh(chat, link(chat, "点名"))
    second = fresh(chat, link(chat, "点名"))
    assert "是我1" in chat.say("是我")
    assert is_in(first)
    chat.say("不是我1")
    assert (is_in(first), is_in(second)) == (False, True)
    assert "记住您了" in chat.say("是我")


def test_nobody_but_the_bound_chat_confirms(chat: Chat, person: Person) -> None:
    browser = fresh(chat, link(chat, "点名"))
    stranger = Chat(chat.app, "oStranger")
    stranger.say("是我", "不是我", "是我1")
    assert is_in(browser)
    assert [one.link != "" for one in devices.devices_of(chat.db, person.id)] == [True]


def test_a_link_asks_for_the_pin_and_counts_wrong_ones_as_signing_in_does(chat: Chat, person: Person) -> None:
    entering = pins.offer(chat.db, person.login, bindings.issue_code(chat.db, person.id), "")
    pins.begin(chat.db, entering, PIN, PIN, "Android")
    path, browser = link(chat, "点名"), fresh(chat)
    assert "您的 6 位密码" in page_of(browser, path).words
    for _ in range(5):
        answer = Page(press(browser, path, pin=WRONG_PIN))
        assert answer.status in (422, 429)
        assert not is_in(browser)
    assert press(browser, path, pin=PIN).status_code == 429
    assert len(devices.devices_of(chat.db, person.id)) == 1
    assert gone(press(fresh(chat), path, pin=PIN))  # it belongs to who was first, right or wrong


def test_a_link_with_the_pin_lets_in_and_without_it_does_not(chat: Chat, person: Person) -> None:
    entering = pins.offer(chat.db, person.login, bindings.issue_code(chat.db, person.id), "")
    pins.begin(chat.db, entering, PIN, PIN, "Android")
    path, browser = link(chat, "点名"), fresh(chat)
    assert Page(press(browser, path)).status == 422
    assert not is_in(browser)
    assert press(browser, path, pin=PIN).location == "/forms/roll"
    assert is_in(browser)


@pytest.mark.parametrize("has_pin", [True, False])
def test_a_device_on_probation_opens_no_further_door(chat: Chat, person: Person, has_pin: bool) -> None:
    """It sets no PIN and changes none, binds no WeChat, throws no other device out."""
    token = devices.new_token()
    if has_pin:
        entering = pins.offer(chat.db, person.login, bindings.issue_code(chat.db, person.id), "")
        pins.begin(chat.db, entering, PIN, PIN, "Android")
        token = entering.token
    else:
        devices.add_device(chat.db, person, token, "Android")
    own = devices.find_device(chat.db, token)
    assert own is not None
    thief = fresh(chat, link(chat, "点名"), **({"pin": PIN} if has_pin else {}))
    raw = {"csrf_token": page_of(thief, "/forms/devices").fields["csrf_token"]}
    before = [tuple(row) for row in chat.db.all("SELECT * FROM pins")]
    attempts: tuple[tuple[str, dict[str, str]], ...] = (
        ("/forms/pin", {"pin": WRONG_PIN, "again": WRONG_PIN}),
        ("/forms/pin", {"now": PIN, "pin": WRONG_PIN, "again": WRONG_PIN}),
        ("/forms/devices/code", {}),
        ("/forms/devices/code", {"pin": PIN}),
        (f"/forms/devices/{own.id}/revoke", {}),
        ("/forms/devices/others", {}),
    )
    for path, typed in attempts:
        answer = thief.post(path, data=raw | typed)
        assert answer.status_code == 403 or (answer.status_code, answer.location) == (303, "/forms/class")
        assert not re.search(r"绑定 \d{8,10}", answer.get_data(as_text=True))
    assert "是我" in Page(thief.get("/forms/devices")).words
    assert [tuple(row) for row in chat.db.all("SELECT * FROM pins")] == before
    assert devices.find_device(chat.db, token) is not None
    assert chat.db.all("SELECT * FROM bindings WHERE used_at IS NULL") == []
    chat.say("是我")
    if has_pin:
        done = thief.post("/forms/devices/code", data=raw | {"pin": PIN})
        assert done.status_code == 200


def test_a_first_pin_takes_a_slip_also_on_a_phone_that_was_confirmed(chat: Chat, person: Person) -> None:
    browser = fresh(chat, link(chat, "点名"))
    chat.say("是我")
    raw = {"csrf_token": page_of(browser, "/forms/devices").fields["csrf_token"]}
    assert browser.post("/forms/pin", data=raw | {"pin": PIN, "again": PIN}).status_code in (403, 422)
    page = page_of(browser, "/forms/pin")
    assert "again" not in page.names
    assert pins.BY_CODE in page.words
    assert not pins.has(chat.db, person.id)


def test_a_sign_out_frees_the_link_for_nobody_else(chat: Chat, person: Person) -> None:
    path = link(chat, "点名")
    browser = fresh(chat, path)
    token = page_of(browser, "/forms/devices").fields["csrf_token"]
    assert browser.post("/forms/sign-out", data={"csrf_token": token}).status_code == 303
    assert not is_in(browser)
    assert gone(press(fresh(chat), path))
    assert press(browser, path).location == "/forms/roll"
    assert is_in(browser)


# -- without cookies


def test_a_form_without_cookies_says_so_the_second_time_and_keeps_what_was_typed(chat: Chat) -> None:
    browser = chat.app.test_client(use_cookies=False)
    page = page_of(browser, "/forms/boarding")
    sent = filled(page, {"child_name": "李红", "town": "湾沟镇"})
    for number in range(3):
        again = Page(browser.post("/forms/boarding", data=sent))
        assert again.status == 400
        assert (again.fields["child_name"], again.fields["town"]) == ("李红", "湾沟镇")
        assert ("Cookie" in again.words and "0439-3720000" in again.words.split("Cookie", 1)[1]) == (
            number > 0
        )
        sent["csrf_token"] = again.fields["csrf_token"]


@pytest.mark.parametrize(
    ("path", "typed", "kept"),
    [
        ("/desk/sign-in", {"login": "somebody", "password": "wrong and long"}, {"login": "somebody"}),
        ("/forms/sign-in", {"phone": "13812340001", "number": "123456"}, {"phone": "13812340001"}),
        ("/forms/status", {"receipt": "1234 5678 9012"}, {"receipt": "1234 5678 9012"}),
    ],
)
def test_doors_without_cookies_say_so_the_second_time(
    chat: Chat, path: str, typed: dict[str, str], kept: dict[str, str]
) -> None:
    browser = chat.app.test_client(use_cookies=False)
    sent = page_of(browser, path).fields.to_dict() | typed
    for number in range(2):
        again = Page(browser.post(path, data=sent))
        assert again.status == 400
        assert {key: again.fields[key] for key in kept} == kept
        assert ("不保存 Cookie" in again.words) == (number > 0)
        sent["csrf_token"] = again.fields["csrf_token"]
    assert "0439-3720000" in again.words


def test_a_marked_token_is_good_where_cookies_are_kept(chat: Chat) -> None:
    browser = fresh(chat)
    page = page_of(browser, "/forms/status")
    again = Page(browser.post("/forms/status", data=page.fields.to_dict() | {"csrf_token": "x"}))
    assert again.status == 400
    assert Page(browser.post("/forms/status", data=again.fields)).status == 422


@pytest.mark.parametrize(
    "no",
    [
        "不是我",
        "不是本人",
        "不是我登的",
        "这不是我",
        "不是我，谁啊",
        "肯定不是我！",
        "我没登录",
        "没有登录过",
        "嗯不是我弄的",
    ],
)
def test_a_stranger_goes_in_whatever_words_she_says_no(chat: Chat, person: Person, no: str) -> None:
    browser = fresh(chat, link(chat, "点名"))
    assert is_in(browser)
    chat.say(no)
    assert not is_in(browser)


@pytest.mark.parametrize("yes", ["是我", "是我本人", "对，是我", "嗯是我自己", "是我登的"])
def test_a_yes_lets_her_phone_stay(chat: Chat, person: Person, yes: str) -> None:
    browser = fresh(chat, link(chat, "点名"))
    chat.say(yes)
    assert is_in(browser)
    assert devices.devices_on_probation(chat.db, person.id) == []


@pytest.mark.parametrize("other", ["不是我班的", "是我班的孩子", "王小明没登记", "是谁"])
def test_something_else_decides_nothing(chat: Chat, person: Person, other: str) -> None:
    browser = fresh(chat, link(chat, "点名"))
    chat.say(other)
    assert is_in(browser)
    assert len(devices.devices_on_probation(chat.db, person.id)) == 1
