"""One draft, two channels: told in the chat, found on the page, and the other way round."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from intake.calendar import clock
from intake.people import bindings
from intake.reports import drafts, lookup, notice
from intake.settings import Settings
from tests.hands.cells import opened_cells
from tests.hands.chat import PLATFORM, RECEIPT, Chat, opened
from tests.hands.classroom import NAMES, SCHOOL_NAME, classroom, teacher
from tests.hands.page import Page, filled
from tests.hands.page import opened as page_of

HOME = "http://127.0.0.1:8000"
LINK = re.compile(r'<a href="' + HOME + r'(/forms/c/[A-Za-z0-9_-]+)">')
AWAY = "我和他妈都在大连打工，孩子跟奶奶，想住校"
CHECKED = "请您核对"


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    """Give the chat of a parent; the day is real, since links live in real time."""
    with opened(settings) as one:
        yield one


def raw(chat: Chat) -> str:
    """Give the last reply with its links."""
    return opened_cells(chat.db, "messages.reply", "ORDER BY received_at DESC, key LIMIT 1")[0]


def link(chat: Chat, *lines: str) -> str:
    """Say something; give the path of the page's link in the last reply, or nothing."""
    chat.say(*lines)
    found = LINK.findall(raw(chat))
    assert len(found) <= 1
    return str(found[0]) if found else ""


def press(browser: FlaskClient, path: str, **typed: str) -> TestResponse:
    """Open a link and press its button."""
    page = page_of(browser, path)
    return browser.post(path, data=page.fields | typed)


def phone(chat: Chat, path: str = "", last_four: str = "") -> FlaskClient:
    """Open a link on a phone, and press the button; say the telephone's last digits where they are given."""
    browser = chat.app.test_client()
    if path:
        assert press(browser, path).status_code == 303
    if last_four:
        assert shows(browser, last_four).status_code == 303
    return browser


def shows(browser: FlaskClient, last_four: str, kind: str = "boarding") -> TestResponse:
    """Ask to see what was said in the chat."""
    page = page_of(browser, f"/forms/{kind}")
    sent = {"csrf_token": page.fields["csrf_token"], "kind": kind, "last_four": last_four}
    return browser.post("/forms/linked/prove", data=sent)


def typed(page: Page, **answers: str | list[str]) -> MultiDict[str, str]:
    """Fill a page in without sending it."""
    return filled(page, answers)


def saved(browser: FlaskClient, kind: str, sent: MultiDict[str, str]) -> int:
    """Save what was typed, as the page's script does every few seconds."""
    return browser.post(f"/forms/draft/{kind}", data=sent).status_code


def send(browser: FlaskClient, kind: str, sent: MultiDict[str, str]) -> str:
    """Send a report from the page; give its receipt as it is shown."""
    done = browser.post(f"/forms/{kind}", data=sent, follow_redirects=True)
    assert done.status_code == 200
    found = RECEIPT.search(re.sub(r"<[^>]+>", "", done.get_data(as_text=True)))
    assert found
    return found[0]


def rows(chat: Chat) -> list[dict[str, object]]:
    return [dict(row) for row in chat.db.all("SELECT * FROM drafts ORDER BY kind")]


# -- offering the link


def test_the_link_is_offered_once_with_the_first_question(chat: Chat) -> None:
    assert not link(chat, AWAY)  # not before the notice
    assert link(chat, "同意")
    assert "也可以在网页上填：打开" in chat.heard[-1]
    assert chat.heard[-1].splitlines()[-1].startswith("孩子叫什么名字")
    assert not link(chat, "王小明，石人镇")
    assert not link(chat, "帮助")
    assert "网页" in chat.heard[-1]


def test_a_report_that_needs_no_more_questions_needs_no_page(chat: Chat) -> None:
    chat.say(
        "我是王小明奶奶，他在石人镇中心小学三年二班，打上周一就没去上学，没请假，家住石人镇，电话13812345678"
    )
    assert not link(chat, "同意")
    assert CHECKED in chat.heard[-1]


@pytest.mark.parametrize("word", ["网页", "　网页", "网页。"])
def test_the_word_gives_a_link_at_any_time_and_the_question_again(chat: Chat, word: str) -> None:
    first = link(chat, word)
    assert first
    assert press(phone(chat), first).headers["Location"] == "/"
    chat.say(AWAY, "同意")
    asked = chat.heard[-1].splitlines()[-1]
    second = link(chat, word)
    assert press(phone(chat), second).headers["Location"] == "/forms/boarding"
    assert chat.heard[-1].endswith(asked)


def test_without_an_address_there_is_no_page_and_what_is_kept_is_for_people(settings: Settings) -> None:
    more = {"MODE": "production", "WECHAT_SECRET": "an0ther-Real-one"}
    with opened(settings, **more) as chat:
        assert not link(chat, AWAY)
        assert rows(chat) == []
        assert not link(chat, "同意")
        assert "网页上填" not in chat.heard[-1]
        assert not link(chat, "网页")
        assert "还没有开通" in chat.heard[-1]
        assert "网页" not in chat.say("帮助")
        assert [row["channel"] for row in rows(chat)] == [
            "wechat"
        ]  # whoever stops half-way lies before a person


def test_the_address_tells_nothing_about_anybody(chat: Chat) -> None:
    path = link(chat, "王小明三天没上学了", "同意")
    who = chat.db.one("SELECT reporter FROM conversations")
    assert who is not None
    assert not any(word in path for word in ("oParent", "wechat", who["reporter"], "absence", "王"))
    browser = phone(chat)
    answer = browser.get(path)
    assert "王" not in answer.get_data(as_text=True)
    done = press(browser, path)
    assert (done.status_code, done.headers["Location"]) == (303, "/forms/absence")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_who_only_looks_ahead_at_a_link_changes_nothing(chat: Chat) -> None:
    path = link(chat, AWAY, "同意")
    before = [
        [tuple(row) for row in chat.db.all(f"SELECT * FROM {name}")]
        for name in ("drafts", "conversations", "audit")
    ]
    for _ in range(3):
        assert phone(chat).get(path).status_code == 200
        phone(chat).head(path)
    assert chat.db.all("SELECT * FROM opened_links") == []
    assert before == [
        [tuple(row) for row in chat.db.all(f"SELECT * FROM {name}")]
        for name in ("drafts", "conversations", "audit")
    ]


@pytest.mark.parametrize("token", ["x", "gAAAAABm", "x" * 5000, "%E5%AD%A9", "..", "gAAAAA" + "B" * 180])
def test_a_link_that_is_none_says_what_to_do(chat: Chat, token: str) -> None:
    answer = phone(chat).get(f"/forms/c/{token}")
    page = Page(answer)
    assert page.status == 410
    assert "请在微信里再发一次“网页”" in page.words
    assert "/" in page.links
    assert "Set-Cookie" not in answer.headers


def test_a_link_runs_out(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    path = link(chat, AWAY, "同意")
    now = clock.here()
    monkeypatch.setattr(clock, "here", lambda pinned=None: now + timedelta(minutes=31))
    page = Page(phone(chat).get(path))
    assert page.status == 410
    assert "过期" in page.words


# -- told in the chat, found on the page


def test_the_page_knows_what_the_chat_was_told(chat: Chat) -> None:
    path = link(chat, AWAY, "同意")
    chat.say("王小明，石人镇", "13812345678")
    browser = phone(chat, path)
    page = page_of(browser, "/forms/boarding")
    told = {"town": "石人镇", "needs": "寄宿", "reason": "监护人外出", "relation": "父"}
    more = {"child_name": "王小明", "phone": "13812345678", "father_away": "是", "mother_away": "是",
            "away_place": "大连"}  # fmt: skip
    assert {key: page.fields.get(key) for key in told} == told
    assert not any(page.fields.get(key) for key in more)
    assert not [word for word in (*more.values(), "5678") if word in page.words and word != "是"]
    assert "您在微信里说过的，这里不再显示" in page.words
    assert shows(browser, "5678").status_code == 303
    fields = page_of(browser, "/forms/boarding").fields
    assert {key: fields.get(key) for key in told | more} == told | more


def test_what_was_said_before_the_notice_was_answered_is_there_too(chat: Chat) -> None:
    path = link(chat, AWAY, "网页")
    page = page_of(phone(chat, path), "/forms/boarding")
    assert page.fields["reason"] == "监护人外出"
    assert "consent" in page.names


def test_who_has_no_link_sees_nothing(chat: Chat) -> None:
    path = link(chat, AWAY, "同意")
    chat.say("王小明，石人镇")
    other = phone(chat, link(Chat(chat.app, "oParent-2"), "网页"))
    for browser in (phone(chat), other):
        fields = page_of(browser, "/forms/boarding").fields
        assert not fields.get("child_name")
        assert not fields.get("town")
    assert page_of(phone(chat, path), "/forms/subsidy").fields.get("child_name", "") == ""


def test_a_browser_is_known_for_two_hours(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    path = link(chat, AWAY, "同意")
    chat.say("王小明，石人镇")
    browser, now = phone(chat, path), clock.here()
    for minutes, town in ((119, "石人镇"), (121, "")):
        gone = timedelta(minutes=minutes)
        monkeypatch.setattr(clock, "here", lambda pinned=None, gone=gone: now + gone)
        assert page_of(browser, "/forms/boarding").fields.get("town", "") == town


def test_what_was_told_of_the_child_before_is_filled_in(chat: Chat) -> None:
    chat.say("我是妈妈，孩子想住校，离学校太远", "同意", "李浩然，石人镇", "13812345678", "确认")
    assert len(chat.reports()) == 1
    browser = phone(chat, link(chat, "网页"))
    assert not page_of(browser, "/forms/boarding").fields.get("child_name")
    assert shows(browser, "5678").status_code == 303
    fields = page_of(browser, "/forms/boarding").fields
    assert (fields["child_name"], fields["phone"], fields["relation"]) == ("李浩然", "13812345678", "母")
    chat.say("李红想住校")
    fields = page_of(browser, "/forms/boarding").fields
    assert (fields["child_name"], fields["phone"], fields.get("town")) == ("李红", "13812345678", None)


def test_a_report_from_the_page_is_known_in_the_chat(chat: Chat) -> None:
    path = link(chat, AWAY, "同意")
    chat.say("王小明，石人镇")
    browser = phone(chat, path)
    page = page_of(browser, "/forms/boarding")
    number = send(browser, "boarding", typed(page, phone="13812345678"))
    (report,) = chat.reports()
    who = chat.db.one("SELECT reporter FROM conversations")
    assert who is not None
    assert (report["reporter"], report["channel"], report["kind"]) == (who["reporter"], "form", "boarding")
    assert report["consent"].startswith(notice.VERSION)
    (row,) = rows(chat)
    assert (row["answers"], row["receipt"]) == ("", report["receipt"])
    assert chat.say("好了").startswith(f"您在网页上已经交了，回执号 {number}。")
    assert "王小明" not in chat.heard[-1]
    assert "已经交了" not in chat.say("进度")
    assert number in chat.heard[-1]
    assert "姓名：已填（网页上填的）" in chat.say("我的信息")
    assert not [word for word in ("王", "大连", "5678") if word in chat.heard[-1]]
    assert "没有正在填的内容" in chat.say("取消")
    chat.say("撤回")
    assert "已经撤回" in chat.say("1")
    assert len(chat.reports()) == 1


def test_a_retry_of_the_page_is_told_once(chat: Chat) -> None:
    path = link(chat, AWAY, "同意", "王小明，石人镇", "网页")
    browser = phone(chat, path)
    sent = typed(page_of(browser, "/forms/boarding"), phone="13812345678")
    assert send(browser, "boarding", sent) == send(browser, "boarding", sent)
    assert "已经交了" in chat.say("进度")
    send(browser, "boarding", sent)
    assert "已经交了" not in chat.say("进度")
    assert len(chat.reports()) == 1


def test_the_last_save_of_a_page_that_was_sent_makes_no_new_draft(chat: Chat) -> None:
    browser = phone(chat, link(chat, AWAY, "同意", "王小明，石人镇", "网页"))
    sent = typed(page_of(browser, "/forms/boarding"), phone="13812345678")
    send(browser, "boarding", sent)
    assert saved(browser, "boarding", sent) == 204  # it was on its way when the page was left
    (row,) = rows(chat)
    assert row["answers"] == ""
    assert "已经交了" in chat.say("继续")
    assert "核对" not in chat.heard[-1]


def test_confirming_what_the_page_has_sent_sends_nothing_twice(chat: Chat) -> None:
    chat.say(AWAY, "同意", "王小明，石人镇", "13812345678")
    assert CHECKED in chat.heard[-1]
    browser = phone(chat, link(chat, "网页"))
    send(browser, "boarding", typed(page_of(browser, "/forms/boarding")))
    assert "您在网页上已经交了" in chat.say("确认")
    assert len(chat.reports()) == 1


def test_the_matter_that_waits_comes_next(chat: Chat) -> None:
    chat.say(AWAY, "同意", "资助困难")  # the first one waits
    browser = phone(chat, link(chat, "网页"))
    page = page_of(browser, "/forms/subsidy")
    assert not page.fields.get("child_name")
    send(browser, "subsidy", typed(page, child_name="王小明", town="石人镇", hardship=["低保"], program="不清楚",
                                   problem="未申请上", relation="父", phone="13812345678"))  # fmt: skip
    reply = chat.say("好了")
    assert "您在网页上已经交了" in reply
    assert "接着填寄宿" in reply
    assert chat.reports()[0]["kind"] == "subsidy"


def test_the_class_teacher_is_asked_as_after_a_report_in_the_chat(chat: Chat) -> None:
    mine = classroom(chat.db)
    teacher(chat.db, mine)
    pupil = {"school": SCHOOL_NAME, "grade": "三年级", "class_name": "2班", "town": "石人镇", "needs": "寄宿",
             "reason": "离校远", "phone": "13812345678"}  # fmt: skip
    browser = phone(chat, link(chat, "网页"))
    send(
        browser,
        "boarding",
        typed(page_of(browser, "/forms/boarding"), child_name=NAMES[0], relation="母", **pupil),
    )
    assert chat.db.all("SELECT * FROM links") == []  # the link may have been sent to whoever typed this
    chat.say("孩子想住校", "同意", "我电话13812345678")
    browser = phone(chat, link(chat, "网页"), "5678")
    send(
        browser,
        "boarding",
        typed(page_of(browser, "/forms/boarding"), child_name=NAMES[0], relation="母", **pupil),
    )
    (asked,) = chat.db.all("SELECT * FROM links")
    assert (asked["child"], asked["state"]) == (mine.children[NAMES[0]], "asked")
    # Who comes without a link has no place in the chat to be told.
    plain = phone(chat)
    page = page_of(plain, "/forms/boarding")
    send(plain, "boarding", typed(page, child_name=NAMES[1], relation="母", **pupil))
    assert len(chat.db.all("SELECT * FROM links")) == 1


# -- typed into the page, found in the chat


def test_the_chat_goes_on_where_the_page_stopped(chat: Chat) -> None:
    browser = phone(chat, link(chat, AWAY, "同意"))
    page = page_of(browser, "/forms/boarding")
    assert (
        saved(browser, "boarding", typed(page, child_name="王小明", town="石人镇", distance_km="6里")) == 204
    )
    reply = chat.say("继续")
    assert reply.startswith("您在网页上填的也记下了。")
    assert "您的电话号码" in reply
    assert "叫什么名字" not in reply
    assert CHECKED in chat.say("13812345678")
    assert "家离学校多远：3公里" in chat.heard[-1]
    assert "您在网页上" not in chat.heard[-1]
    assert RECEIPT.search(chat.say("确认"))
    assert chat.answers()["child_name"] == "王小明"
    assert rows(chat) == []


def test_an_answer_after_the_page_is_read_in_the_light_of_it(chat: Chat) -> None:
    browser = phone(chat, link(chat, AWAY, "同意"))
    saved(browser, "boarding", typed(page_of(browser, "/forms/boarding"), child_name="王小明", town="石人镇"))
    assert CHECKED in chat.say("13812345678")


def test_the_page_wins_and_nothing_is_sent_that_was_not_read_back(chat: Chat) -> None:
    chat.say(AWAY, "同意", "王小明，石人镇", "13812345678")
    browser = phone(chat, link(chat, "网页"))
    page = page_of(browser, "/forms/boarding")
    saved(browser, "boarding", typed(page, town="湾沟镇", phone="13987654321"))
    reply = chat.say("确认")
    assert chat.reports() == []
    assert CHECKED in reply
    assert "湾沟镇" in reply
    assert "联系电话：已填（网页上填的）" in reply
    assert "13987654321" not in reply
    assert RECEIPT.search(chat.say("确认"))
    assert chat.answers()["phone"] == "13987654321"


def test_half_a_number_replaces_no_whole_one_and_stays_on_the_page(chat: Chat) -> None:
    chat.say(AWAY, "同意", "王小明，石人镇", "13812345678")
    browser = phone(chat, link(chat, "网页"))
    saved(browser, "boarding", typed(page_of(browser, "/forms/boarding"), phone="1398"))
    assert page_of(browser, "/forms/boarding").fields["phone"] == "1398"
    assert RECEIPT.search(chat.say("确认"))
    assert chat.answers()["phone"] == "13812345678"


def test_what_contradicts_the_page_goes(chat: Chat) -> None:
    chat.say("我是王小明奶奶，家住石人镇大石棚子村，孩子想住校，离学校太远", "同意")
    browser = phone(chat, link(chat, "网页"))
    page = page_of(browser, "/forms/boarding")
    assert "您在微信里说过的，这里不再显示" in page.words
    saved(browser, "boarding", typed(page, town="湾沟镇", village=""))
    assert CHECKED in chat.say("13812345678")
    assert "湾沟镇" in chat.heard[-1]
    assert "大石棚" not in chat.heard[-1].split("说明")[0]


def test_another_kind_typed_on_the_page_waits_until_the_chat_begins_it(chat: Chat) -> None:
    browser = phone(chat, link(chat, AWAY, "同意", "网页"))
    page = page_of(browser, "/forms/subsidy")
    saved(browser, "subsidy", typed(page, child_name="李红", town="湾沟镇", program="营养餐"))
    assert "您在网页上" not in chat.say("菜单")
    chat.say("资助困难")
    assert "叫什么名字" not in chat.heard[-1]
    row = {str(one["kind"]): one for one in rows(chat)}["subsidy"]
    assert row["channel"] == drafts.CHAT
    # A draft about one child does not fill the report about another.
    saved(browser, "absence", typed(page_of(browser, "/forms/absence"), child_name="李红", town="湾沟镇"))
    chat.say("取消", "取消", "赵磊三天没上学了，没请假")
    assert "湾沟镇" not in json.dumps(
        [drafts.find_draft(chat.db, str(row["reporter"]), "absence")], default=str, ensure_ascii=False
    )


def test_a_page_saved_while_a_message_is_answered_is_not_lost(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot import conversation

    browser = phone(chat, link(chat, AWAY, "同意"))
    page, decide = page_of(browser, "/forms/boarding"), conversation._decide
    done: list[int] = []

    def slow(*given: object) -> object:
        reply = decide(*given)  # type: ignore[arg-type]
        if not done:
            done.append(saved(browser, "boarding", typed(page, town="石人镇")))
        return reply

    monkeypatch.setattr(conversation, "_decide", slow)
    reply = chat.say("王小明")
    assert done == [204]
    assert "您在网页上填的也记下了" in reply
    assert "您的电话号码" in chat.say("继续")


def test_danger_comes_before_what_the_page_says(chat: Chat) -> None:
    browser = phone(chat, link(chat, AWAY, "同意"))
    saved(browser, "boarding", typed(page_of(browser, "/forms/boarding"), child_name="王小明"))
    reply = chat.say("孩子被打了，头上都是血")
    assert "110" in reply.split("您在网页上")[0]
    assert chat.reports()[0]["kind"] == "safety"


# -- saving


def test_nothing_is_kept_of_who_has_no_link_or_did_not_agree(chat: Chat) -> None:
    plain = phone(chat)
    page = page_of(plain, "/forms/boarding")
    assert saved(plain, "boarding", typed(page, child_name="王小明")) == 204
    linked = phone(chat, link(chat, "网页"))
    sent = typed(page_of(linked, "/forms/boarding"), child_name="王小明")
    del sent["consent"]
    assert saved(linked, "boarding", sent) == 204
    sent["consent"] = "refuse"
    assert saved(linked, "boarding", sent) == 204
    assert rows(chat) == []
    sent["consent"] = "agree"
    assert saved(linked, "boarding", sent) == 204
    assert len(rows(chat)) == 1
    sent["consent"] = "refuse"
    assert saved(linked, "boarding", sent) == 204
    assert rows(chat) == []


def test_only_our_own_page_may_save(chat: Chat) -> None:
    browser = phone(chat, link(chat, AWAY, "同意"))
    sent = typed(page_of(browser, "/forms/boarding"), child_name="王小明")
    before = rows(chat)
    assert saved(browser, "boarding", MultiDict({**sent, "csrf_token": "x"})) == 400
    del sent["csrf_token"]
    assert saved(browser, "boarding", sent) == 400
    assert rows(chat) == before
    by_script = browser.post("/forms/draft/boarding", data=sent, headers={"Idempotency-Key": "a" * 20})
    assert by_script.status_code == 204
    assert rows(chat) != before


def test_what_is_too_big_or_unknown_is_refused(chat: Chat) -> None:
    browser = phone(chat, link(chat, AWAY, "同意"))
    page = page_of(browser, "/forms/boarding")
    assert saved(browser, "nothing", typed(page)) == 404
    assert saved(browser, "boarding", typed(page, description="大" * 40_000)) == 413
    sent = typed(page, description="大" * 5_000)
    sent.add("reporter", "wechat:other")
    assert saved(browser, "boarding", sent) == 204
    found = drafts.find_draft(chat.db, str(rows(chat)[0]["reporter"]), "boarding")
    assert found
    assert len(found.answers["description"]) == 1000
    assert found.answers.keys() <= lookup.schema(chat.db, "boarding").fields.keys()


def test_what_is_emptied_on_the_page_stays_empty_there(chat: Chat) -> None:
    browser = phone(chat, link(chat, AWAY, "同意", "王小明，石人镇", "网页"))
    saved(browser, "boarding", typed(page_of(browser, "/forms/boarding"), child_name=""))
    fields = page_of(browser, "/forms/boarding").fields
    assert (fields["child_name"], fields["town"]) == ("", "石人镇")


def test_saving_the_same_again_is_no_news(chat: Chat) -> None:
    browser = phone(chat, link(chat, AWAY, "同意", "王小明，石人镇", "网页"))
    saved(browser, "boarding", typed(page_of(browser, "/forms/boarding")))
    (row,) = rows(chat)
    assert row["channel"] == drafts.CHAT
    assert "您在网页上" not in chat.say("13812345678")


def test_a_draft_given_up_in_the_chat_is_gone_from_the_page(chat: Chat) -> None:
    browser = phone(chat, link(chat, AWAY, "同意", "王小明，石人镇", "网页"))
    chat.say("取消")
    assert rows(chat) == []
    assert not page_of(browser, "/forms/boarding").fields.get("child_name")


def test_who_has_everything_deleted_has_no_draft_left(chat: Chat) -> None:
    chat.say(AWAY, "同意", "王小明，石人镇")
    assert rows(chat)
    chat.say("删除我的信息", "确认删除")
    assert rows(chat) == []


def test_a_correction_of_an_earlier_report_is_no_draft_for_the_page(chat: Chat) -> None:
    chat.say(AWAY, "同意", "王小明，石人镇", "13812345678", "确认", "更正")
    assert rows(chat) == []
    browser = phone(chat, link(chat, "网页"))
    saved(browser, "boarding", typed(page_of(browser, "/forms/boarding"), child_name="李红"))
    assert "王小明" in chat.say("修改")
    assert "李红" not in chat.heard[-1]


# -- teachers


def test_a_bound_teacher_gets_to_her_roll_with_one_button(chat: Chat) -> None:
    mine = classroom(chat.db)
    person = teacher(chat.db, mine)
    chat.say(f"绑定 {bindings.issue_code(chat.db, person.id)}")
    path = link(chat, "点名")
    assert "全到" in chat.heard[-1]
    browser = phone(chat)
    page = Page(browser.get(path))
    assert page.status == 200
    assert "刘老师" in page.words
    assert chat.db.all("SELECT * FROM devices") == []  # whoever only looks ahead is nobody
    refused = browser.post(path, data={"csrf_token": "x"})
    assert refused.status_code == 400
    done = browser.post(path, data=page.fields)
    assert (done.status_code, done.headers["Location"]) == (303, "/forms/roll")
    assert "三年级2班" in browser.get("/forms/roll").get_data(as_text=True)
    assert browser.get(path).headers["Location"] == "/forms/roll"
    chat.say("解除绑定")
    assert phone(chat).get(path).status_code == 410
    assert phone(chat).post(path, data=page.fields).status_code == 410


def test_the_word_leads_a_teacher_to_her_roll_and_a_parent_never(chat: Chat) -> None:
    person = teacher(chat.db, classroom(chat.db))
    chat.say(f"绑定 {bindings.issue_code(chat.db, person.id)}")
    assert "进入点名" in phone(chat).get(link(chat, "网页")).get_data(as_text=True)
    parent = Chat(chat.app, "oParent-2")
    assert press(phone(chat), link(parent, "网页")).headers["Location"] == "/"
    assert not link(parent, "点名")


def test_photos_and_events_work_with_news_from_the_page(chat: Chat) -> None:
    browser = phone(chat, link(chat, AWAY, "同意"))
    saved(browser, "boarding", typed(page_of(browser, "/forms/boarding"), child_name="王小明"))
    assert "您在网页上填的也记下了" in chat.send(PLATFORM.event(chat.openid, "CLICK", "继续"))
    saved(browser, "boarding", typed(page_of(browser, "/forms/boarding"), child_name="王小明", town="石人镇"))
    assert "您在网页上填的也记下了" in chat.send(PLATFORM.image(chat.openid, "media-1"))


def test_a_wish_to_stay_unnamed_goes_from_the_chat_to_what_the_page_sent(chat: Chat) -> None:
    path = link(chat, "孩子未到校", "同意", "王小明，石人镇中心小学三年级2班", "别说是我说的", "网页")
    browser = phone(chat, path)
    assert "checked>不想让学校和镇街知道是我说的" in page_of(browser, "/forms/absence").html
    send(
        browser,
        "absence",
        typed(page_of(browser, "/forms/absence"), town="石人镇", last_seen="昨天", on_leave="否", relation="邻居/其他",
              phone="13812345678"),
    )  # fmt: skip
    assert [row["confidential"] for row in chat.reports()] == [1]
    assert "已经交了" in chat.say("好了")
    assert [row["confidential"] for row in chat.reports()] == [1]


def test_what_was_typed_stays_when_the_telephone_is_asked(chat: Chat) -> None:
    """She fills half the page in first, then gets the digits wrong, then right."""
    browser = phone(chat, link(chat, AWAY, "同意", "王小明，石人镇", "13812345678", "网页"))
    page = page_of(browser, "/forms/boarding")
    mine: dict[str, str | list[str]] = {"class_name": "2班", "needs": ["校车"]}
    assert set(mine) <= page.names
    wrong = Page(browser.post("/forms/linked/prove", data=filled(page, mine | {"last_four": "1234"})))
    assert (wrong.status, wrong.fields["class_name"], wrong.fields.getlist("needs")) == (422, "2班", ["校车"])
    assert "王小明" not in wrong.html
    right = Page(browser.post("/forms/linked/prove", data=filled(wrong, {"last_four": "5678"})))
    assert (right.status, right.fields["class_name"], right.fields.getlist("needs")) == (200, "2班", ["校车"])
    assert (right.fields["child_name"], right.fields["phone"]) == ("王小明", "13812345678")
    read_back = Page(browser.post("/forms/boarding", data=filled(right, {"relation": "母"})))
    assert "last_four" not in read_back.names


def test_what_the_chat_knows_of_one_child_is_not_put_to_another(chat: Chat) -> None:
    told = ("王小明，石人镇中心小学三年级", "13812345678", "网页")
    browser = phone(chat, link(chat, AWAY, "同意", *told))
    page = page_of(browser, "/forms/boarding")
    sent = filled(page, {"child_name": "李红", "last_four": "5678"})
    shown = Page(browser.post("/forms/linked/prove", data=sent))
    assert (shown.fields["child_name"], shown.fields["phone"]) == ("李红", "13812345678")
    assert not shown.fields.get("school")
