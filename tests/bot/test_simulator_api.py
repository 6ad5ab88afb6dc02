"""The stand-in for the platform's API in a demonstration, and what the simulator keeps."""

import threading
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

import wsgi
from bot.simulator import store
from bot.simulator.store import Entry
from bot.wechat.tencent import Client
from intake.house import setup
from intake.settings import Settings, load
from intake.store.db import Database
from tests.hands.simulator import PNG, Browser, app, browser

__all__ = ["app", "browser"]  # fixtures


def token(app: Flask, **more: str) -> dict[str, Any]:
    house = cast(Database, app.extensions["baoxue.db"]).settings
    asked = {"grant_type": "client_credential", "appid": house.wechat_appid, "secret": house.wechat_secret}
    answer = app.test_client().post("/simulator/api/cgi-bin/stable_token", json={**asked, **more})
    assert answer.status_code == 200
    return cast(dict[str, Any], answer.get_json())


def api(
    app: Flask, path: str, body: object = None, *, post: bool = True, access: str = "", **query: str
) -> TestResponse:
    address, client = f"/simulator/api/cgi-bin/{path}", app.test_client()
    query = {"access_token": access or token(app)["access_token"], **query}
    return (
        client.post(address, query_string=query, json=body)
        if post
        else client.get(address, query_string=query)
    )


def push(app: Flask, openid: str, text: str, **more: Any) -> int:
    message = {"touser": openid, "msgtype": "text", "text": {"content": text}, **more}
    answer = api(app, "message/custom/send", message)
    return int(answer.get_json()["errcode"])


def test_a_pushed_text_comes_to_the_chat(app: Flask, browser: Browser) -> None:
    browser.send("text", "你好")
    openid = browser.openid()
    assert push(app, openid, "老师已经联系上孩子了。<b>") == 0
    news = browser.client.get("/simulator/news", query_string={"who": "a", "after": "1"}).get_json()
    assert "老师已经联系上孩子了。&lt;b&gt;" in news["lines"][0]["html"]
    browser.look("b")
    assert "主动发来" in browser.lines("a")[-1]
    assert browser.lines("b") == []
    assert "还没有发过" not in browser.send("retry")  # what was pushed is not what was sent last


def test_a_push_is_refused_as_the_platform_refuses(app: Flask, browser: Browser) -> None:
    browser.send("text", "你好")
    openid = browser.openid()
    assert push(app, "oSomebodyElse-1", "您好") == 40003
    assert push(app, "../../keys/data.keys", "您好") == 40003
    assert push(app, openid, "字" * 683) == 45002
    assert push(app, openid, "") == 44002
    assert push(app, openid, "您好", msgtype="image") == 40008
    assert api(app, "message/custom/send", [1]).get_json()["errcode"] == 47001
    assert api(app, "message/custom/send", {}, access="demo_guessed").get_json()["errcode"] == 40001
    browser.send("unfollow")
    assert push(app, openid, "您好") == 43004


def test_the_token_is_one_for_all_and_for_those_who_know_the_secret(app: Flask, settings: Settings) -> None:
    first = token(app)
    assert first["expires_in"] > 0
    second = wsgi.create_app({"DATA": settings.data})
    assert token(second)["access_token"] == first["access_token"]
    cast(Database, second.extensions["baoxue.db"]).close()
    assert token(app, secret="guessed")["errcode"] == 40125
    assert token(app, appid="wxother")["errcode"] == 40013


def test_the_rest_of_the_api(app: Flask) -> None:
    button = {"type": "click", "name": "进度", "key": "进度"}
    assert api(app, "menu/create", {"button": [button]}).get_json()["errcode"] == 0
    assert api(app, "menu/create", {"button": [button] * 4}).get_json()["errcode"] != 0
    assert api(app, "qrcode/create", {}).get_json()["errcode"] == 48001
    assert api(app, "showqrcode", post=False, ticket="x").get_json()["errcode"] == 48001
    assert api(app, "media/get", post=False, media_id="demo-" + "0" * 32).get_json()["errcode"] == 40007
    assert api(app, "media/get", post=False, media_id="../lock", access="no").get_json()["errcode"] == 40001


def test_a_photo_can_be_fetched(app: Flask, browser: Browser, db: Database) -> None:
    browser.send("photo", photo=(BytesIO(PNG), "孩子.png"))
    (entry,) = store.read(db, browser.openid())
    fetched = api(app, "media/get", media_id=entry.media, post=False)
    assert (fetched.mimetype, fetched.data) == ("image/png", PNG)


def test_the_workers_own_client_gets_through(app: Flask, browser: Browser) -> None:
    db = cast(Database, app.extensions["baoxue.db"])
    browser.send("voice")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        db.settings = replace(db.settings, wechat_api=f"http://127.0.0.1:{server.port}/simulator/api")
        client = Client(db)
        client.send(browser.openid(), "补助已经发到卡里了。")
        (entry, pushed) = store.read(db, browser.openid())
        assert client.fetch_media(entry.media).startswith(b"#!AMR\n")
        assert (pushed.do, pushed.reply) == (store.PUSH, "补助已经发到卡里了。")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# -- what is kept


def test_what_is_kept_is_bounded_private_and_sealed(
    app: Flask, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "KEPT", 5)
    monkeypatch.setattr(store, "CHATS", 3)
    monkeypatch.setattr(store, "FILES", 4)
    for n in range(12):
        store.append(
            db, store.openid("abcdef", "a"), Entry("text", f"第{n}条秘密", at="2026-11-23T00:00:00Z")
        )
    kept = store.read(db, store.openid("abcdef", "a"))
    assert [one.n for one in kept] == [8, 9, 10, 11, 12]
    assert kept[-1].shown == "第11条秘密"
    for n in range(6):
        store.append(db, store.openid(f"parent{n}", "a"), Entry("text"))
        store.put(db, PNG[:100])
    folder: Path = db.settings.data / "simulator"
    assert len(list((folder / "chats").iterdir())) == 3
    assert len(list((folder / "media").iterdir())) == 4
    assert folder.stat().st_mode & 0o777 == 0o700
    for path in (path for path in folder.rglob("*") if path.is_file()):
        assert path.stat().st_mode & 0o777 == 0o600
        assert "秘密".encode() not in path.read_bytes()
        assert PNG[:16] not in path.read_bytes()


def test_writers_at_once_lose_nothing(db: Database) -> None:
    name = store.openid("abcdef", "a")

    def write(who: str) -> None:
        for n in range(10):
            store.append(db, name, Entry("text", f"{who}{n}"))

    threads = [threading.Thread(target=write, args=(who,)) for who in "甲乙丙"]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    chat = store.read(db, name)
    assert [one.n for one in chat] == list(range(1, 31))
    assert len({one.shown for one in chat}) == 30


def test_settings_point_a_demonstrations_worker_here(settings: Settings) -> None:
    setup.init(settings, demo=True)
    assert (
        load({"DATA": settings.data}, {"BAOXUE_PORT": "8123"}).wechat_api
        == "http://127.0.0.1:8123/simulator/api"
    )
