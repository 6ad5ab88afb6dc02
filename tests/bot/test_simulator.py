"""The simulated phone: each thing a parent can send goes through the real webhook, and pushes come back."""

import re
import time
from io import BytesIO
from types import SimpleNamespace
from typing import Any, cast

import pytest
from flask import Flask

import wsgi
from bot.simulator import platform, shown, store
from bot.simulator.phone import PLACES, menu
from intake.house import setup
from intake.reports import receipts
from intake.settings import Settings
from intake.store.db import Database
from tests.hands.cells import opened_cells
from tests.hands.page import opened
from tests.hands.simulator import PNG, PRODUCTION, Browser, app, browser, built
from tests.hands.wechat_client import WeChatClient, parse_xml

__all__ = ["app", "browser"]  # fixtures


def said(db: Database, kind: str) -> list[str]:
    return opened_cells(db, "messages.said", "WHERE type = ? ORDER BY received_at", kind)


@pytest.mark.parametrize(
    ("do", "word", "kind", "kept"),
    [
        ("text", "孙女明年上一年级，咋报名", "text", "孙女明年上一年级，咋报名"),
        ("text", "1 < 2 & ]]> 😀\n第二行", "text", "1 < 2 & ]]> 😀\n第二行"),
        ("tap", "资助困难", "text", "资助困难"),
        ("click", "absence", "event", "absence"),
        ("click", "进度", "event", "进度"),
        ("voice", "", "voice", '"Recognition": ""'),
        ("voice", "我要报名", "voice", '"Recognition": "我要报名"'),
        ("location", "石人镇林子头村", "location", "江源区石人镇林子头村"),
        ("link", "", "link", "资助政策问答"),
        ("follow", "", "event", ""),
    ],
)
def test_each_kind_of_message_is_sent_kept_and_answered(
    browser: Browser, db: Database, do: str, word: str, kind: str, kept: str
) -> None:
    line = browser.send(do, word)
    (found,) = db.all("SELECT type FROM messages")
    # What nobody understood is marked as such instead of by its type.
    assert found["type"] in (kind, "unclear", "question")
    assert kept in opened_cells(db, "messages.said")[0]
    assert "保学通" in line
    assert "没有回复" not in line


def test_a_sticker_arrives_as_the_platform_hands_it_on(browser: Browser, db: Database) -> None:
    browser.send("sticker")
    assert opened_cells(db, "messages.said") == ["【收到不支持的消息类型，暂无法显示】"]


def test_a_photo_is_shown(browser: Browser, db: Database) -> None:
    line = browser.send("photo", photo=(BytesIO(PNG), "孩子.png"))
    assert "没有回复" not in line
    (entry,) = store.read(db, browser.openid())
    assert parse_xml(entry.xml)["MediaId"] == entry.media
    assert f'src="/simulator/media/{entry.media}"' in browser.page
    picture = browser.client.get(f"/simulator/media/{entry.media}")
    assert (picture.mimetype, picture.data) == ("image/png", PNG)
    assert browser.client.get("/simulator/media/demo-" + "0" * 32).status_code == 404
    assert browser.client.get("/simulator/media/..%2F..%2Fbaoxue.toml").status_code == 404


@pytest.mark.parametrize(
    ("do", "word", "more", "told"),
    [
        ("text", "  ", {}, "请先写点什么"),
        ("text", "字" * 5001, {}, "太长了"),
        ("photo", "", {}, "请先选一张照片"),
        ("photo", "", {"photo": (BytesIO(b"<svg/>"), "a.svg")}, "这不是照片"),
        ("click", "delete-all", {}, "没有这个按钮"),
        ("location", "", {}, "请先选一个地方"),
        ("retry", "", {}, "还没有发过消息"),
        ("dance", "", {}, "不知道要发什么"),
    ],
)
def test_what_cannot_be_sent_is_said(
    browser: Browser, db: Database, do: str, word: str, more: dict[str, Any], told: str
) -> None:
    answer = browser.post(do, word, **more)
    assert answer.status_code == 422
    assert told in answer.get_data(as_text=True)
    assert not db.all("SELECT 1 FROM messages")


def test_words_to_tap_become_buttons_that_send_them(browser: Browser, db: Database) -> None:
    browser.send("follow")
    assert (
        '<button class="tap" form="tap-a" name="word" value="孩子未到校">孩子未到校</button>' in browser.page
    )
    line = browser.send("tap", "孩子未到校")
    assert "您同意吗" in line
    assert "<bizmsgmenuid><![CDATA[1]]></bizmsgmenuid>" in line


def test_a_link_to_the_page_is_one_button_away(browser: Browser) -> None:
    """As somebody tries the demonstration: chat, link and page in one browser, and back to the chat."""
    browser.send("text", "孩子想住校，离学校太远")
    browser.send("tap", "同意")
    browser.send("text", "网页")
    (path,) = re.findall(r'href="(?:http://[^/"]+)?(/forms/c/[\w-]+)"', browser.page)[-1:]
    page = opened(browser.client, path)
    assert browser.client.post(path, data=page.fields).location == "/forms/boarding"
    form = opened(browser.client, "/forms/boarding")
    assert form.fields["reason"] == "离校远"
    assert browser.client.get(path).location == "/forms/boarding"
    browser.look()
    assert "孩子叫什么名字" in browser.send("text", "继续")


def test_each_menu_button_is_there_and_pressing_twice_counts_twice(
    browser: Browser, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setattr("bot.simulator.phone.time", SimpleNamespace(time=lambda: now))
    for key, caption in menu().items():
        assert f'value="{key}">{caption}</button>' in browser.page
    browser.send("click", "菜单")
    browser.send("click", "菜单")
    assert len(said(db, "event")) == 2


def test_a_retry_gets_the_same_reply_and_does_nothing_twice(browser: Browser, db: Database) -> None:
    first = browser.send("text", "孩子在学校让人打了，流血了")
    (report,) = db.all("SELECT receipt FROM reports")
    assert f"回执 {receipts.show_receipt(report['receipt'])}" in first
    for _ in range(2):
        again = browser.send("retry")
        assert "重发的回复和上次一样" in again
        assert receipts.show_receipt(report["receipt"]) in again
    one, two, three = store.read(db, browser.openid())
    assert one.xml == two.xml == three.xml
    assert one.sent != two.sent
    assert (one.retry, two.retry, three.retry) == (0, 1, 1)
    assert len(db.all("SELECT 1 FROM messages")) == len(db.all("SELECT 1 FROM reports")) == 1


def test_two_parents_and_two_browsers_are_four_people(app: Flask, browser: Browser, db: Database) -> None:
    assert "家长乙" not in browser.page
    other = Browser(app)
    for one in (browser, other):
        one.look("b")
        assert "家长乙" in one.page
        one.send("text", "我是甲", "a", both="a")
        one.send("text", "我是乙", "b", both="a")
        assert "我是甲" in one.lines("a")[0]
        assert [len(one.lines(who)) for who in "ab"] == [1, 1]
    assert len(db.all("SELECT DISTINCT reporter FROM messages")) == 4


def test_who_has_left_must_come_back_first(browser: Browser, db: Database) -> None:
    browser.send("text", "你好")
    assert "没有回复" in browser.send("unfollow")
    assert not db.all("SELECT 1 FROM messages")
    assert "请先按“关注”" in browser.post("text", "在吗").get_data(as_text=True)
    browser.send("follow")
    assert "保学通" in browser.send("text", "在吗")


def test_the_chat_survives_a_reload_and_is_the_same_in_another_process(
    settings: Settings, browser: Browser
) -> None:
    browser.send("text", "你好")
    before = browser.lines()
    assert len(before) == 1
    second = wsgi.create_app({"DATA": settings.data})
    cookie = browser.client.get_cookie("baoxue")
    assert cookie
    browser.client = second.test_client()
    browser.client.set_cookie("baoxue", cookie.value)
    browser.look()
    assert browser.lines() == before
    cast(Database, second.extensions["baoxue.db"]).close()


def test_a_script_gets_the_new_lines_only(browser: Browser) -> None:
    browser.send("text", "你好")
    sent = browser.post("text", "菜单", accept="application/json", after="1").get_json()
    assert [line["id"] for line in sent["lines"]] == ["a-2"]
    assert "菜单" in sent["lines"][0]["html"]
    assert sent["last"] == 2
    news = browser.client.get("/simulator/news", query_string={"who": "a", "after": "2"}).get_json()
    assert news == {"lines": [], "last": None}
    endless = browser.client.get("/simulator/news", query_string={"who": "a", "after": "9" * 5000})
    assert endless.get_json() == news
    refused = browser.post("text", "", accept="application/json")
    assert (refused.status_code, "请先写点什么" in refused.get_json()["alert"]) == (422, True)


def test_an_expired_page_sends_nothing_and_keeps_what_was_typed(browser: Browser, db: Database) -> None:
    answer = browser.client.post("/simulator", data={"who": "a", "do": "text", "word": "刚写的一长段"})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "请再发一次" in page
    assert ">刚写的一长段</textarea>" in page
    assert not db.all("SELECT 1 FROM messages")


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
def test_what_goes_over_the_wire_is_what_the_platform_would_send(settings: Settings, mode: str) -> None:
    app = built(settings, WECHAT_MODE=mode)
    browser, db = Browser(app), cast(Database, app.extensions["baoxue.db"])
    line = browser.send("text", "你好")
    (entry,) = store.read(db, browser.openid())
    for shown_too in (entry.xml, entry.sent, entry.answer, entry.opened, entry.address):
        assert shown_too in line
    house = db.settings
    tencent = WeChatClient(house.wechat_token, house.wechat_appid, house.wechat_aes_key)
    body = parse_xml(entry.sent)
    if mode == "plain":
        assert entry.sent == entry.xml
        assert entry.answer == entry.opened
    else:
        assert tencent.decrypt(body["Encrypt"]) == entry.xml
        assert ("Content" in body) == (mode == "compatible")
        assert tencent.open_reply(entry.answer.encode()) == parse_xml(entry.opened)
    assert parse_xml(entry.opened)["Content"] == entry.reply
    db.close()


def test_nothing_typed_becomes_markup(browser: Browser) -> None:
    browser.send("text", "<script>alert(1)</script>")
    assert "<script>alert" not in browser.page
    assert "&lt;script&gt;alert" in browser.page


def test_an_account_without_token_is_said(settings: Settings) -> None:
    app = wsgi.create_app({"DATA": settings.data, "MODE": "demo"})
    answer = Browser(app).post("text", "你好")
    assert "baoxue init --demo" in answer.get_data(as_text=True)
    cast(Database, app.extensions["baoxue.db"]).close()


# -- what replies hold


@pytest.mark.parametrize(
    ("reply", "wanted"),
    [
        ("只有字", [("只有字", "", "")]),
        (
            '回复 <a href="weixin://bizmsgmenu?msgmenucontent=同意&msgmenuid=1">我同意</a>。',
            [("回复 ", "", ""), ("我同意", "同意", ""), ("。", "", "")],
        ),
        ('<a href="weixin://bizmsgmenu?msgmenucontent=C++&msgmenuid=1">C++</a>', [("C++", "C++", "")]),
        ('<a href="https://example.com/x?a=1&amp;b=2">看</a>', [("看", "", "https://example.com/x?a=1&b=2")]),
        ('<a href="javascript:alert(1)">点我</a>', [("点我", "", "")]),
        ("1 < 2 <b>粗</b>", [("1 < 2 <b>粗</b>", "", "")]),
    ],
)
def test_replies_are_cut_at_their_links(reply: str, wanted: list[tuple[str, str, str]]) -> None:
    assert [(part.text, part.sends, part.href) for part in shown.parts(reply)] == wanted


def test_only_a_number_with_the_right_check_digit_is_a_receipt() -> None:
    number = receipts.make_receipt()
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert shown.receipt(f"回执号：{receipts.show_receipt(number)}") == receipts.show_receipt(number)
    assert shown.receipt(f"回执号：{receipts.show_receipt(wrong)}，电话 13800001234") == ""


def test_the_places_to_send_are_in_the_district() -> None:
    from intake.places.places import divisions

    known = list(divisions())
    names = {one.code: one.name for one in known}
    villages = {
        f"{names.get(one.town) or names.get(one.town + '000')}{one.name}"
        for one in known
        if one.level == "village"
    }
    assert set(PLACES) <= villages


# -- where it is


def test_production_has_no_simulator(settings: Settings) -> None:
    setup.init(settings, demo=True)
    app = wsgi.create_app({"DATA": settings.data, **PRODUCTION})
    client = app.test_client()
    for path in (
        "/simulator",
        "/simulator/news",
        "/simulator/static/simulator.js",
        "/simulator/media/demo-0",
    ):
        assert client.get(path).status_code == 404
    assert client.post("/simulator/api/cgi-bin/stable_token", json={}).status_code == 404
    assert not [rule for rule in app.url_map.iter_rules() if "simulator" in rule.rule]
    assert "simulator" not in client.get("/").get_data(as_text=True)
    cast(Database, app.extensions["baoxue.db"]).close()


def test_the_start_page_of_a_demonstration_leads_there(app: Flask) -> None:
    client = app.test_client()
    assert 'href="/simulator"' in client.get("/").get_data(as_text=True)
    page = client.get("/simulator/")
    assert page.status_code == 200
    for asset in re.findall(r'(?:src|href)="(/simulator/static/[^"]+)"', page.get_data(as_text=True)):
        with client.get(asset) as found:
            assert found.status_code == 200
    assert not re.search(r"<script(?![^>]* src=)|<style|style=|onclick=", page.get_data(as_text=True))


def test_a_reply_with_a_wrong_signature_is_not_opened(app: Flask) -> None:
    account = app.extensions["baoxue.wechat"]
    sealed = account.seal("<xml><Content>您好</Content></xml>")
    assert platform._open(account, sealed) == "<xml><Content>您好</Content></xml>"
    assert (
        platform._open(account, sealed.replace("<MsgSignature><![CDATA[", "<MsgSignature><![CDATA[0")) == ""
    )
