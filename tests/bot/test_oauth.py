"""WeChat's own sign-in for pages, against a stand-in for the platform with its faults."""

import logging
import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot import oauth
from bot.wechat import tencent
from intake.people import bindings
from intake.settings import Settings
from tests.hands.chat import Chat, opened
from tests.hands.classroom import classroom, teacher
from tests.hands.page import Page
from tests.hands.page import opened as page_of
from tests.hands.tencent import SIGN_IN, Tencent

HOUSE = "https://baoxue.example.cn"
PARENT = "oParent-1"


@pytest.fixture
def platform() -> Iterator[Tencent]:
    with Tencent() as one:
        yield one


def house(platform: Tencent, **more: str) -> dict[str, str]:
    return {
        "WECHAT_API": platform.url,
        "WECHAT_SECRET": platform.secret,
        "WECHAT_OAUTH": "on",
        "ADDRESS": HOUSE,
        **more,
    }


@pytest.fixture
def chat(settings: Settings, platform: Tencent) -> Iterator[Chat]:
    with opened(settings, **house(platform)) as one:
        yield one


@pytest.fixture
def phone(chat: Chat) -> FlaskClient:
    return chat.app.test_client()


def enter(phone: FlaskClient, wanted: str = "/forms/boarding") -> str:
    """Tap an entry of the menu; give the state that WeChat is to bring back."""
    asked = phone.get("/wechat/enter", query_string={"next": wanted} if wanted else {})
    assert asked.status_code == 302
    return parse_qs(urlsplit(asked.headers["Location"]).query)["state"][0]


def back(phone: FlaskClient, state: str, code: str = "code-1") -> TestResponse:
    """Come back from WeChat."""
    return phone.get("/wechat/entered", query_string={"code": code, "state": state})


def name_on(phone: FlaskClient) -> str:
    """Give the child's name that the page has filled in."""
    return str(page_of(phone, "/forms/boarding").fields.get("child_name", ""))


def test_wechat_is_asked_as_it_wants_to_be(phone: FlaskClient, platform: Tencent) -> None:
    answer = phone.get("/wechat/enter?next=/forms/absence")
    where = urlsplit(answer.headers["Location"])
    assert f"{where.scheme}://{where.netloc}{where.path}" == oauth.AUTHORIZE
    assert where.fragment == "wechat_redirect"
    asked = {key: values[0] for key, values in parse_qs(where.query).items()}
    assert list(asked) == ["appid", "redirect_uri", "response_type", "scope", "state"]
    assert asked["state"].isalnum()
    assert len(asked["state"]) <= 128
    assert (asked["appid"], asked["scope"], asked["response_type"]) == (platform.appid, "snsapi_base", "code")
    assert asked["redirect_uri"] == f"{HOUSE}/wechat/entered"
    assert answer.headers["Cache-Control"] == "no-store"


def test_who_comes_back_is_known_as_in_the_chat(chat: Chat, phone: FlaskClient, platform: Tencent) -> None:
    chat.say("我和他妈都在大连打工，孩子跟奶奶，想住校", "同意", "王小明，石人镇")
    platform.codes["code-1"] = PARENT
    answer = back(phone, enter(phone))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/forms/boarding")
    assert "baoxue_device" not in str(answer.headers)
    assert name_on(phone) == "王小明"
    assert name_on(chat.app.test_client()) == ""
    assert platform.calls == [SIGN_IN]


def test_a_preview_is_never_bound(chat: Chat, phone: FlaskClient, platform: Tencent) -> None:
    chat.say("我和他妈都在大连打工，孩子跟奶奶，想住校", "同意", "王小明，石人镇")
    platform.codes["code-1"] = PARENT
    platform.virtual.add(PARENT)
    page = Page(back(phone, enter(phone)))
    assert page.status == 403
    assert "使用完整服务" in page.words
    assert name_on(phone) == ""


@pytest.mark.parametrize("state", ["", "x", "0" * 32, "孩子"])
def test_a_state_that_this_browser_did_not_ask_for_is_refused(
    chat: Chat, phone: FlaskClient, platform: Tencent, state: str
) -> None:
    platform.codes["code-1"] = PARENT
    enter(phone)
    page = Page(back(phone, state))
    assert page.status == 403
    assert "/wechat/enter?next=/" in page.links
    other = chat.app.test_client()
    assert back(other, enter(phone)).status_code == 403
    assert platform.calls == []


def test_a_state_runs_out(phone: FlaskClient, platform: Tencent, monkeypatch: pytest.MonkeyPatch) -> None:
    platform.codes["code-1"] = PARENT
    state, now = enter(phone), time.time()
    monkeypatch.setattr(time, "time", lambda: now + 601)
    assert back(phone, state).status_code == 403
    assert platform.calls == []


def test_a_code_used_twice_asks_for_another_tap(chat: Chat, phone: FlaskClient, platform: Tencent) -> None:
    platform.codes["code-1"] = PARENT
    platform.spent.add("code-1")
    page = Page(back(phone, enter(phone)))
    assert page.status == 400
    assert "/wechat/enter?next=/forms/boarding" in page.links
    assert "/forms/boarding" in page.links  # and the plain way in
    assert name_on(phone) == ""


def test_an_address_that_wechat_opens_twice_works_twice(phone: FlaskClient, platform: Tencent) -> None:
    platform.codes["code-1"] = PARENT
    state = enter(phone)
    assert back(phone, state).status_code == 303
    again = back(phone, state)
    assert (again.status_code, again.headers["Location"]) == (303, "/forms/boarding")


@pytest.mark.parametrize("code", ["", "unknown", "<script>", "x" * 200, "孩子"])
def test_a_code_that_is_none(phone: FlaskClient, platform: Tencent, code: str) -> None:
    page = Page(back(phone, enter(phone), code))
    assert page.status == 400
    assert "再点一次" in page.words
    assert "script" not in page.tags


@pytest.mark.parametrize(
    "fault", ["html", "500", "504", "refuse", "hang", "close", "broken", "slow", "redirect", -1, 40013, 40125]
)
def test_a_platform_that_is_down_leaves_the_plain_way(
    phone: FlaskClient, platform: Tencent, fault: str | int, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setattr(tencent, "TIMEOUTS", (0.5, 0.5))
    monkeypatch.setattr(tencent, "PATIENCE", 0.7)
    platform.codes["code-1"] = PARENT
    platform.fail(SIGN_IN, fault)
    state = enter(phone)
    with caplog.at_level(logging.DEBUG):
        page = Page(back(phone, state))
    assert page.status == 503
    assert {"/wechat/enter?next=/forms/boarding", "/forms/boarding"} <= set(page.links)
    assert not any(word in caplog.text for word in (platform.secret, "code-1", PARENT, state))


@pytest.mark.parametrize("openid", ["", "a b", "x" * 65, "<b>"])
def test_what_is_no_openid_binds_nobody(phone: FlaskClient, platform: Tencent, openid: str) -> None:
    platform.codes["code-1"] = openid
    assert back(phone, enter(phone)).status_code == 503
    assert "visitor" not in str(phone.get("/").headers)


def test_a_crowd_is_turned_away_before_it_holds_every_thread(phone: FlaskClient, platform: Tencent) -> None:
    platform.codes["code-1"] = PARENT
    state = enter(phone)
    held = [oauth.AT_ONCE.acquire(blocking=False) for _ in range(4)]
    try:
        assert all(held)
        assert back(phone, state).status_code == 503
        assert platform.calls == []
    finally:
        oauth.AT_ONCE.release(len(held))
    assert back(phone, state).status_code == 303


@pytest.mark.parametrize(
    "wanted",
    ["", "https://elsewhere.example", "//elsewhere.example", "/\\elsewhere", "/a\tb", "forms/absence"],
)
def test_nobody_is_led_to_another_site(phone: FlaskClient, platform: Tencent, wanted: str) -> None:
    platform.codes["code-1"] = PARENT
    assert back(phone, enter(phone, wanted)).headers["Location"] == "/"


def test_a_teacher_who_is_bound_in_the_chat_is_signed_in(
    chat: Chat, phone: FlaskClient, platform: Tencent
) -> None:
    person = teacher(chat.db, classroom(chat.db))
    chat.say(f"绑定 {bindings.issue_code(chat.db, person.id)}")
    for code in ("code-1", "code-2"):
        platform.codes[code] = PARENT
        answer = back(phone, enter(phone, "/forms/roll"), code)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/forms/roll")
    assert "三年级2班" in phone.get("/forms/roll").get_data(as_text=True)
    assert len(chat.db.all("SELECT * FROM devices")) == 1
    assert phone.get("/forms/boarding").status_code == 200
    stranger = chat.app.test_client()
    platform.codes["code-3"] = "oParent-2"
    assert back(stranger, enter(stranger, "/forms/roll"), "code-3").status_code == 303
    assert stranger.get("/forms/roll").status_code == 303


@pytest.mark.parametrize("more", [{"WECHAT_OAUTH": "off"}, {"WECHAT_SECRET": ""}, {"WECHAT_APPID": ""}])
def test_where_it_is_off_there_is_no_such_page(
    settings: Settings, platform: Tencent, more: dict[str, str]
) -> None:
    with opened(settings, **house(platform, **more)) as chat:
        for path in ("/wechat/enter", "/wechat/entered?code=code-1&state=x"):
            assert chat.app.test_client().get(path).status_code == 404
    assert platform.calls == []


def test_messages_have_no_session_still(chat: Chat, phone: FlaskClient) -> None:
    assert "Set-Cookie" in phone.get("/wechat/enter").headers
    assert "Set-Cookie" not in phone.get("/wechat").headers
