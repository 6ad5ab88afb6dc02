"""Limits: a machine that runs wild is slowed down, a school at eight o'clock is not."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from threading import Thread
from typing import cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits import RateLimitItemPerMinute
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

import wsgi
from intake.settings import Settings
from intake.store.db import Database
from intake.web import limits
from tests.hands.page import NASTY, Page
from tests.hands.page import opened as page
from tests.hands.samples import sample

JSON = "/api/v1/reports/absence"
PAGE = "/forms/absence"


@contextmanager
def opened(settings: Settings, **more: object) -> Iterator[Flask]:
    """Open an application with other settings."""
    app = wsgi.create_app({"DATA": settings.data, "MODE": settings.mode, **more})
    yield app
    cast(Database, app.extensions["baoxue.db"]).close()


def send(client: FlaskClient, path: str, address: str = "10.0.0.1", **headers: str) -> TestResponse:
    """Send something to a path from an address; what becomes of it does not matter here."""
    return client.post(path, environ_overrides={"REMOTE_ADDR": address}, headers=headers)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every limit be three."""
    for name in ("PAGES", "PROGRAMS", "PROOFS", "DRAFTS", "REPORTS"):
        monkeypatch.setattr(limits, name, RateLimitItemPerMinute(3, namespace=name))


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("path", [PAGE, "/forms/status", "/desk/sign-in", "/forms/draft/absence", JSON])
def test_a_limit_is_reached_and_says_for_how_long(client: FlaskClient, path: str) -> None:
    assert {send(client, path).status_code for _ in range(3)}.isdisjoint({429})
    refused = send(client, path)
    assert refused.status_code == 429
    assert re.fullmatch("[0-9]+", refused.headers["Retry-After"])
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert f"请过 {refused.headers['Retry-After']} 秒再" in refused.get_data(as_text=True)


@pytest.mark.usefixtures("few")
def test_after_the_time_told_it_goes_on(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        send(client, PAGE)
    wait = int(send(client, PAGE).headers["Retry-After"])
    clock = time.time
    monkeypatch.setattr(time, "time", lambda: clock() + wait - 2)
    assert send(client, PAGE).status_code == 429
    monkeypatch.setattr(time, "time", lambda: clock() + wait)
    assert send(client, PAGE).status_code != 429


@pytest.mark.usefixtures("few")
def test_a_page_is_told_on_a_page_and_a_program_in_json(client: FlaskClient) -> None:
    for _ in range(3):
        send(client, PAGE), send(client, JSON)
    page, json = send(client, PAGE), send(client, JSON)
    assert (page.mimetype, json.mimetype) == ("text/html", "application/json")
    assert "现在报的人太多了" in page.get_data(as_text=True)
    assert json.json is not None
    assert "Idempotency-Key" in json.json["errors"][""][0]


@pytest.mark.usefixtures("few")
def test_what_was_typed_goes_with_the_page_and_is_taken_later(
    client: FlaskClient, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = page(client, PAGE).fields | {
        key: str(value) for key, value in sample("absence", 1).items() if isinstance(value, str)
    }
    typed = MultiDict(typed) | {"consent": "agree", "whereabouts": f"在家\n{NASTY}"}
    for _ in range(3):
        send(client, PAGE)
    refused = Page(client.post(PAGE, data=typed, environ_overrides={"REMOTE_ADDR": "10.0.0.1"}))
    assert refused.status == 429
    assert "您填的还在" in refused.words
    assert "script" not in refused.tags
    assert dict(refused.fields.lists()) == dict(typed.lists())
    clock = time.time
    monkeypatch.setattr(time, "time", lambda: clock() + 60)
    taken = client.post(PAGE, data=refused.fields, environ_overrides={"REMOTE_ADDR": "10.0.0.1"})
    assert taken.status_code == 303, taken.get_data(as_text=True)


@pytest.mark.usefixtures("few")
def test_no_secret_and_no_file_goes_with_the_page(client: FlaskClient) -> None:
    secret, large = "open sesame", BytesIO(b"x" * 300_000)
    for path, sent in (
        ("/desk/sign-in", {"password": secret}),
        ("/forms/photo", {"token": secret, "photo": (large, "a.jpg")}),
    ):
        for _ in range(3):
            send(client, path)
        refused = client.post(path, data=sent, environ_overrides={"REMOTE_ADDR": "10.0.0.1"})
        assert refused.status_code == 429
        assert secret not in refused.get_data(as_text=True)
        assert "您填的还在" not in refused.get_data(as_text=True)


@pytest.mark.usefixtures("few")
def test_limits_do_not_use_each_other_up(client: FlaskClient) -> None:
    for path in ("/forms/draft/absence", "/forms/status", JSON):
        for _ in range(4):
            send(client, path)
        assert send(client, path).status_code == 429
    assert send(client, PAGE).status_code != 429


@pytest.mark.usefixtures("few")
def test_another_address_is_not_affected(client: FlaskClient) -> None:
    for _ in range(4):
        send(client, PAGE)
    assert send(client, PAGE).status_code == 429
    assert send(client, PAGE, "10.0.0.2").status_code != 429


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.2", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("no:address", "no:address", True),
    ],
)
def test_what_counts_as_one_address(client: FlaskClient, one: str, other: str, same: bool) -> None:
    for _ in range(3):
        send(client, PAGE, one)
    assert (send(client, PAGE, other).status_code == 429) is same


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("address", ["", None])
def test_a_socket_without_addresses_limits_nobody(client: FlaskClient, address: str) -> None:
    assert {send(client, PAGE, address).status_code == 429 for _ in range(8)} == {False}


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("path", ["/wechat", "/simulator/messages"])
def test_the_chat_is_never_limited(client: FlaskClient, path: str) -> None:
    assert {send(client, path).status_code == 429 for _ in range(8)} == {False}


@pytest.mark.usefixtures("few")
def test_reading_is_never_limited(client: FlaskClient) -> None:
    assert {client.get(path).status_code for path in ["/", PAGE, "/forms/status"] * 8} == {200}


@pytest.mark.usefixtures("few")
def test_the_switch(settings: Settings) -> None:
    with opened(settings, RATE_LIMIT="off") as app:
        client = app.test_client()
        assert {send(client, path).status_code == 429 for path in [PAGE, JSON] * 8} == {False}
        with app.test_request_context(environ_overrides={"REMOTE_ADDR": "10.0.0.1"}) as context:
            assert not limits.busy(context.request)


@pytest.mark.usefixtures("few")
def test_a_forged_address_has_no_effect(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    answers = [send(client, PAGE, X_Forwarded_For=f"10.1.0.{n}") for n in range(4)]
    assert answers[3].status_code == 429
    assert "BAOXUE_PROXIES" in caplog.text
    assert "10." not in caplog.text


@pytest.mark.usefixtures("few")
def test_behind_a_proxy_its_word_counts(settings: Settings) -> None:
    with opened(settings, PROXIES=1) as app:
        client = app.test_client()
        for n in range(8):  # what stands before the proxy's own word is the visitor's
            sent = send(client, PAGE, **{"X-Forwarded-For": f"1.1.1.{n % 2}, 10.1.0.{n}"})
            assert sent.status_code != 429
        forged = [
            send(client, PAGE, **{"X-Forwarded-For": f"1.1.1.{n}, 10.2.0.1"}).status_code for n in range(4)
        ]
        assert forged[3] == 429
        told = client.get(
            "/api/v1/docs", headers={"X-Forwarded-Proto": "https", "X-Forwarded-Host": "bx.example"}
        )
        assert told.status_code == 200


def test_a_school_at_eight_is_not_limited(settings: Settings, app: Flask) -> None:
    """60 teachers behind one address come in, call their rolls and look around, some of them twice."""
    paths = ["/forms/sign-in", "/forms/pin", "/forms/roll", "/forms/roll", "/forms/absence"]
    client = app.test_client()
    for _ in range(60):
        assert {send(client, path).status_code == 429 for path in paths} == {False}
        assert {client.get(path).status_code == 429 for path in ("/", "/forms/roll", PAGE)} == {False}


def test_every_limited_door_is_there(app: Flask) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert rules >= limits._PROOFS
    assert any(rule.startswith(limits._DRAFTS) for rule in rules)


def test_a_loop_of_programs_is_stopped(client: FlaskClient) -> None:
    sent = [send(client, "/api/v1/reports/nothing").status_code for _ in range(1201)]
    assert (set(sent[:1200]), sent[1200]) == ({404}, 429)


def test_one_is_busy_after_many_reports_from_pages(app: Flask, client: FlaskClient) -> None:
    def busy() -> bool:
        with app.test_request_context(environ_overrides={"REMOTE_ADDR": "10.0.0.1"}) as context:
            return limits.busy(context.request)

    for path in ("/forms/status", "/forms/roll", JSON):
        for _ in range(40):
            send(client, path)
    assert not busy()
    for _ in range(30):
        send(client, PAGE)
    assert not busy()
    send(client, "/forms/safety")
    assert busy()


def test_patience(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    opened_at = time.time()
    monkeypatch.setattr(time, "time", lambda: opened_at)
    with app.test_request_context():
        token = limits.patience_token("key-1")
        assert "key-1" not in token
        assert limits.waited(token, "key-1") == 10
        for forged in ("", "x", token + "x", token[:-1], "长", "\0"):
            assert limits.waited(forged, "key-1") == 10
        monkeypatch.setattr(time, "time", lambda: opened_at + 7)
        assert limits.waited(token, "key-1") == 3
        monkeypatch.setattr(time, "time", lambda: opened_at + 11)
        assert limits.waited(token, "key-1") == 0
        assert limits.waited(token, "key-2") == 10  # one form's patience is not another's
        assert limits.waited(limits.patience_token()) == 10


def test_the_trap() -> None:
    filled = MultiDict({key: str(value) for key, value in sample("absence", 1).items()})
    assert not limits.trapped(filled)
    assert not limits.trapped(filled | {"website": ""})
    assert limits.trapped(filled | {"website": "https://buy.example"})


@pytest.mark.usefixtures("few")
def test_questions_for_progress_are_limited_too(client: FlaskClient) -> None:
    asked = [client.get("/api/v1/reports/100000000008", auth=("1234", "a")) for _ in range(4)]
    assert [one.status_code for one in asked] == [401, 401, 401, 429]
    assert asked[-1].headers["Retry-After"]
    assert client.get("/api/v1/openapi.json").status_code == 200


def test_counting_starts_no_threads_and_forgets_after_a_while(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(client, JSON)
    started: list[object] = []
    monkeypatch.setattr(Thread, "start", started.append)
    storage = client.application.extensions["baoxue.limits"].storage
    for n in range(5):
        time.sleep(0.02)
        send(client, JSON, f"10.0.1.{n}")
    assert started == []
    assert len(storage.storage) == len(storage.expirations) == 6
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 61)
    send(client, JSON)
    assert list(storage.storage.values()) == [1]
