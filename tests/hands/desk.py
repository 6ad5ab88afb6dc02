"""Staff at the desk: who they are, and how they sign in."""

import re
from collections.abc import Mapping
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from intake.calendar import clock
from intake.people.scope import Scope
from intake.store.db import Database
from intake.talks import calls, triage
from tests.hands.chat import Chat
from tests.hands.page import Page, filled, public

PASSWORD = "山高水长-2026"


ACTORS = {
    "bureau": ("bureau", "220605"),
    "shiren": ("town", "220605105"),
    "principal": ("principal", "220605105"),  # must see nothing
    "teacher": ("teacher", "220605105"),
}


def sign_in(client: FlaskClient, login: str, password: str = PASSWORD, wanted: str = "") -> TestResponse:
    form = client.get("/desk/sign-in").get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert found
    return client.post(
        "/desk/sign-in",
        data={"csrf_token": found[1], "login": login, "password": password, "next": wanted},
    )


def signed_in(app: Flask, login: str) -> FlaskClient:
    """Give a browser at the desk that somebody is signed in with."""
    client = app.test_client()
    assert sign_in(client, login).status_code == 303
    return client


def address(db: Database, n: int = 0) -> str:
    """Give the address of the n-th thread that waits."""
    return f"/desk/talks/{triage.threads_waiting(db)[n].id}"


def look(client: FlaskClient, path: str) -> Page:
    """Open a page of the desk."""
    page = Page(client.get(path))
    assert page.status == 200
    return page


def scripts(page: Page) -> list[str]:
    """Give the scripts of a page but the house's own: where they come from, or nothing for what stands in it."""
    found = re.findall(r"<script[^>]*>", page.html)
    return [
        one
        for one in found
        if not one.startswith(('<script src="/static/desk.js?v=', '<script src="/static/wait.js?v='))
    ]


def press(client: FlaskClient, path: str, action: str, **fields: str) -> TestResponse:
    """Open a page and press one of its buttons."""
    page = look(client, path)
    sent = {key: page.fields[key] for key in ("csrf_token", "seen") if key in page.fields}
    return client.post(f"{path}/{action}", data=sent | fields)


def shut(db: Database) -> None:
    """Let the platform take nothing more for anybody."""
    with db.write():
        db.run("UPDATE windows SET said_at = ?, acted_at = ''", (clock.stamp(db.now() - timedelta(days=3)),))


def report(client: FlaskClient, path: str, kind: str, answers: Mapping[str, str | list[str]]) -> TestResponse:
    """Fill the form of a kind in beside the thread."""
    page = look(client, f"{path}/report/{kind}")
    return client.post(f"{path}/report/{kind}", data=filled(page, answers))


def called(chat: Chat, client: FlaskClient, db: Database) -> str:
    """Let a report's receipt not arrive; give the address of the call."""
    chat.say("人工")
    shut(db)
    report(client, address(db), "absence", public("absence", 2))
    (row,) = calls.calls_waiting(db, Scope("220605"))
    return f"/desk/calls/{row['id']}"
