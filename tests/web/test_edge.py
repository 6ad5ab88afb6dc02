"""The edge of the house, attacked: other names, other sites, counts through a proxy, a probe that must change nothing."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import wsgi
from intake.settings import Settings
from intake.store.db import Database

NAME, TOKEN = "baoxue.example.cn", "t0ken-of-the-one-who-counts"
PROXY = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": NAME}
"""What Caddy adds."""
Make = Callable[..., FlaskClient]


@pytest.fixture
def house(settings: Settings) -> Iterator[Make]:
    """Give a way to build the application as a server runs it, with some settings of its own."""
    made: list[Flask] = []

    def build(**more: object) -> FlaskClient:
        usual = {"DATA": settings.data, "MODE": "production", "ADDRESS": f"https://{NAME}", "PROXIES": 1}
        app = wsgi.create_app(usual | more)
        made.append(app)
        return app.test_client()

    yield build
    for app in made:
        cast(Database, app.extensions["baoxue.db"]).close()


def ask(client: FlaskClient, path: str, host: str = NAME, **more: Any) -> TestResponse:
    return client.open(path, base_url=f"http://{host}", **more)


STRANGE = ("evil.example", f"{NAME}.evil.example", f"evil{NAME}", f"{NAME}:8443", f"a.{NAME}", "203.0.113.1", "", "a b",
           f"{NAME}/x", f"user@{NAME}", "0.0.0.0", "127.0.0.1.evil.example")  # fmt: skip


@pytest.mark.parametrize("host", STRANGE)
def test_no_other_name_is_answered_to(house: Make, host: str) -> None:
    client = house()
    for path in (
        "/",
        "/forms/absence",
        "/desk/sign-in",
        "/static/style.css",
        "/nowhere",
        "/healthz",
        "/wechat",
    ):
        for method in ("GET", "POST"):
            found = client.open(
                path, method=method, headers={**PROXY, "X-Forwarded-Host": host, "Host": host}
            )
            assert found.status_code in ((421,) if host else (421, 400)), (path, method)
            assert host not in found.text or len(host) < 4
    direct = client.get("/", headers={"Host": host})
    assert direct.status_code in (421, 400)


def test_ones_own_name_is_answered_to(house: Make) -> None:
    client = house()
    for host in (NAME, NAME.upper(), f"{NAME}:443"):
        assert client.get("/", headers={**PROXY, "X-Forwarded-Host": host}).status_code == 200
    assert client.get("/", headers={"Host": NAME}).status_code == 200
    assert (
        client.get("/", headers={**PROXY, "X-Forwarded-Host": NAME, "Host": "127.0.0.1:8000"}).status_code
        == 200
    )


def test_a_probe_on_the_server_needs_no_name_and_a_proxy_does(house: Make) -> None:
    client = house()
    for host in ("127.0.0.1:8000", "localhost", "[::1]:8000"):
        assert ask(client, "/readyz", host).status_code == 200
        for header in ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP", "X-Forwarded-Proto"):
            through = ask(client, "/readyz", host, headers={header: "127.0.0.1"})
            assert through.status_code == 421, header
    far = ask(client, "/readyz", "localhost", environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert far.status_code == 421


def test_a_demonstration_and_a_house_without_an_address_take_any_name(house: Make) -> None:
    for more in ({"MODE": "demo"}, {"ADDRESS": ""}):
        assert ask(house(**more), "/", "anything.example").status_code == 200


COUNTS: tuple[tuple[dict[str, object], dict[str, str], int], ...] = (
    ({}, {}, 200),
    ({}, {"X-Forwarded-For": "127.0.0.1"}, 421),
    ({}, PROXY, 401),
    ({}, {**PROXY, "X-Forwarded-For": "127.0.0.1, 127.0.0.1"}, 401),
    ({"PROXIES": 0}, {"X-Forwarded-For": "127.0.0.1"}, 421),
    ({"PROXIES": 0, "ADDRESS": ""}, {"X-Forwarded-For": "127.0.0.1"}, 401),
    ({"PROXIES": 2, "ADDRESS": ""}, {"X-Forwarded-For": "127.0.0.1, 203.0.113.9"}, 401),
    ({"PROXIES": 0, "MODE": "demo"}, {"Host": "evil.example"}, 401),
    ({}, {**PROXY, "Authorization": f"Bearer {TOKEN}"}, 401),
    ({"METRICS_TOKEN": TOKEN}, {**PROXY, "Authorization": f"Bearer {TOKEN}"}, 200),
    ({"METRICS_TOKEN": TOKEN}, {**PROXY, "Authorization": f"bearer {TOKEN}"}, 200),
    ({"METRICS_TOKEN": TOKEN}, {**PROXY, "Authorization": f"Basic {TOKEN}"}, 401),
    ({"METRICS_TOKEN": TOKEN}, {**PROXY, "Authorization": f"Bearer {TOKEN[:-1]}"}, 401),
    ({"METRICS_TOKEN": TOKEN}, {**PROXY, "Authorization": "Bearer "}, 401),
    ({"METRICS_TOKEN": TOKEN}, {**PROXY, "Authorization": "Bearer \u00e9"}, 401),
    ({"METRICS_TOKEN": TOKEN}, {}, 200),
)


@pytest.mark.parametrize(("more", "headers", "code"), COUNTS, ids=range(len(COUNTS)))
def test_counts_are_read_from_beside_or_with_the_token(
    house: Make, more: dict[str, object], headers: dict[str, str], code: int
) -> None:
    found = house(**more).get("/metrics", headers={"Host": "127.0.0.1:8000", **headers})
    assert found.status_code == code
    assert ("baoxue_messages" in found.text) is (code == 200)
    assert (found.headers.get("WWW-Authenticate") == "Bearer") is (code == 401)


def test_a_token_is_long_enough_and_stands_in_no_dump(settings: Settings) -> None:
    from intake import settings as house_settings
    from intake.errors import SettingsError

    for weak in ("short", "with spaces in it all along", "令牌" * 10):
        with pytest.raises(SettingsError, match="BAOXUE_METRICS_TOKEN"):
            house_settings.load({"METRICS_TOKEN": weak}, {})
    assert TOKEN not in repr(house_settings.load({"METRICS_TOKEN": TOKEN}, {}))


def addresses(client: FlaskClient) -> list[str]:
    """Give an address of each rule, with something in its gaps."""
    rules = {rule.rule for rule in client.application.url_map.iter_rules() if "GET" in (rule.methods or ())}
    return sorted(re.sub(r"<(?:\w+:)?\w+>", "1", rule) for rule in rules)


def test_every_answer_says_what_it_may_do(house: Make) -> None:
    client = house()
    for path in [*addresses(client), "/nowhere", "/api/v1/nowhere"]:
        found = client.get(path, headers=PROXY)
        given, page = found.headers, found.mimetype == "text/html"
        policy = dict(
            one.strip().partition(" ")[::2] for one in given.get("Content-Security-Policy", "").split(";")
        )
        assert given["X-Content-Type-Options"] == "nosniff", path
        assert given["Strict-Transport-Security"] == "max-age=31536000", path
        assert "camera=()" in given["Permissions-Policy"], path
        assert (
            given["Cross-Origin-Opener-Policy"] == given["Cross-Origin-Resource-Policy"] == "same-origin"
        ), path
        assert given["Referrer-Policy"] in ("same-origin", "no-referrer"), path
        assert "Server" not in given, path
        if page:
            assert policy["object-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'", path
            assert (policy["script-src"], policy["style-src"], policy["form-action"]) == ("'self'",) * 3, path
            assert given["Cache-Control"].startswith(("no-store", "private")), path
        elif "javascript" not in str(found.mimetype):
            assert policy["default-src"] == "'none'", path
        assert "unsafe" not in given.get("Content-Security-Policy", ""), path
        found.close()


def test_only_a_proxy_that_is_there_is_believed_about_https(house: Make) -> None:
    for more, secure in (({"PROXIES": 1}, True), ({"PROXIES": 0, "MODE": "demo"}, False)):
        found = house(**more).get("/", headers=PROXY)
        assert ("Strict-Transport-Security" in found.headers) is secure
    plain = house().get("/", headers={**PROXY, "X-Forwarded-Proto": "http"})
    assert "Strict-Transport-Security" not in plain.headers


def test_to_ask_whether_reports_can_be_taken_changes_no_byte(client: FlaskClient, db: Database) -> None:
    assert client.get("/readyz").status_code == 200

    def state() -> dict[str, tuple[bytes, int]]:
        files = [
            one
            for one in Path(db.settings.data).rglob("*")
            if one.is_file() and not one.name.endswith("-shm")
        ]
        return {str(one): (one.read_bytes(), one.stat().st_mtime_ns) for one in files}

    before = state()
    assert any(name.endswith("baoxue.db") for name in before)
    for path in ("/readyz", "/healthz", "/metrics"):
        for _ in range(20):
            assert client.get(path).status_code == 200
    assert state() == before
