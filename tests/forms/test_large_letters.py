"""长辈版 and numbers to tap, in a browser without a script: on every page of the phone side, until it is switched off."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from intake.kinds import KINDS
from tests.hands.page import Page, opened, public, send

PAGES = (
    "/",
    "/help",
    "/help/teachers",
    "/forms/status",
    "/forms/sign-in",
    "/forms/offline",
    *map("/forms/{}".format, KINDS),
)
LARGE = '<html lang="zh-CN" class="large">'


@pytest.mark.parametrize("path", PAGES)
def test_large_letters_stay_on_and_go_off_again(client: FlaskClient, path: str) -> None:
    page = opened(client, path)
    assert LARGE not in page.html
    (switch,) = [one for one in page.links if "large=1" in one]
    assert LARGE in opened(client, switch).html
    for there in PAGES:
        assert LARGE in opened(client, there).html, there
    (back,) = [one for one in opened(client, path).links if "large=0" in one]
    assert LARGE not in opened(client, back).html
    assert LARGE not in opened(client, "/").html


def test_the_answer_to_a_form_is_large_too(client: FlaskClient) -> None:
    opened(client, "/?large=1")
    assert LARGE in Page(send(client, "absence", {})).html
    done = send(client, "absence", public("absence", 1))
    assert LARGE in opened(client, done.location).html


def test_what_else_the_address_says_stays(client: FlaskClient) -> None:
    page = opened(client, "/forms/status?receipt=123456789012")
    assert "/forms/status?receipt=123456789012&large=1" in [one.replace("&amp;", "&") for one in page.links]


def test_the_desk_keeps_its_size_and_nobody_else_is_asked(app: Flask) -> None:
    client = app.test_client()
    opened(client, "/?large=1")
    assert LARGE not in opened(client, "/desk/sign-in").html
    assert "baoxue_large" not in (client.get("/sw.js?large=1").headers.get("Set-Cookie") or "")
    assert not any("baoxue_large" in one for one in client.get("/?large=7").headers.getlist("Set-Cookie"))


def test_numbers_to_call_are_links(app: Flask, client: FlaskClient) -> None:
    for path in ("/forms/safety", "/help", "/forms/offline"):
        page = opened(client, path)
        assert {"tel:110", "tel:120"} <= {*page.links}, path
    receipt = opened(client, send(client, "safety", public("safety", 1)).location)
    assert {"tel:110", "tel:120"} <= {*receipt.links}
    dial = app.jinja_env.filters["dial"]
    assert str(dial("打 110；<b>120</b>")) == (
        '打 <a class="dial" href="tel:110">110</a>；&lt;b&gt;<a class="dial" href="tel:120">120</a>&lt;/b&gt;'
    )
    assert 'href="tel:04393720000"' in str(dial("电话 0439-3720000，"))
    for untouched in ("回执 1101 2012 3550", "13812345678", "2026-110", "1120"):
        assert "tel:" not in str(dial(untouched)), untouched
