"""A browser at the simulated phone."""

import html
import re
from collections.abc import Iterator
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import wsgi
from bot.simulator import store
from intake.house import setup
from intake.settings import Settings
from intake.store.db import Database

PNG = b"\x89PNG\r\n\x1a\n" + bytes(300_000)


PRODUCTION = {
    "MODE": "production", "WECHAT_TOKEN": "8c1f0a7be2", "WECHAT_APPID": "wx0123456789abcdef",
    "WECHAT_SECRET": "51f0ce9a8b7d", "WECHAT_AES_KEY": "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ",
}  # fmt: skip


def built(settings: Settings, **more: object) -> Flask:
    setup.init(settings, demo=True)
    return wsgi.create_app({"DATA": settings.data, **more})


class Browser:
    """A browser at the simulator, without JavaScript unless asked for the answer as JSON."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()
        self.page = self.look()

    def look(self, both: str = "") -> str:
        self.page = self.client.get("/simulator", query_string={"both": both}).get_data(as_text=True)
        return self.page

    def post(
        self, do: str, word: str = "", who: str = "a", *, accept: str = "text/html", **more: Any
    ) -> TestResponse:
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.page)
        assert token
        said = {"csrf_token": token[1], "who": who, "do": do, "word": word, **more}
        return self.client.post("/simulator", data=said, headers={"Accept": accept})

    def send(self, do: str, word: str = "", who: str = "a", **more: Any) -> str:
        """Send, follow the redirect; give the newest line of the chat as it reads."""
        answer = self.post(do, word, who, **more)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        self.look(who)
        return self.lines(who)[-1]

    def lines(self, who: str = "a") -> list[str]:
        found = re.findall(rf'<li class="line" id="{who}-\d+">(.*?)</li>', self.page, re.DOTALL)
        return [html.unescape(re.sub(r"<[^>]+>", "", one)) for one in found]

    def openid(self, who: str = "a") -> str:
        with self.client.session_transaction() as session:
            return store.openid(session["simulated"], who)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    made = built(settings)
    yield made
    cast(Database, made.extensions["baoxue.db"]).close()


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)
