"""An authenticator on somebody's phone: reads the secret as its owner would, and shows the code of a moment."""

from datetime import timedelta

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from intake.calendar import clock
from intake.people.accounts import Person
from intake.people.secrets import factors
from intake.store.db import Database
from tests.hands.page import Page

STEP = timedelta(seconds=factors.STEP)
ASKS = {"/desk/code", "/desk/factor", "/desk/password"}
"""What half a session opens."""


class Authenticator:
    """Somebody's phone, once the picture was scanned."""

    def __init__(self, db: Database, person: Person) -> None:
        self._known = pyotp.TOTP(factors.secret_to_enrol(db, person))

    def code(self, off: int = 0) -> str:
        """Give the code of now, or of some steps before or after."""
        return self._known.at(clock.now() + off * STEP)


def enrolled(db: Database, person: Person) -> tuple[Authenticator, list[str]]:
    """Give somebody an authenticator, set up some time ago, and the recovery codes."""
    made = Authenticator(db, person)
    codes = factors.enrol(db, person, made.code())
    with db.write():
        db.run("UPDATE factors SET step = 0")
    return made, codes


def browser(app: Flask) -> FlaskClient:
    """Give a browser that reaches the house as its production wants: by https."""
    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    client.environ_base["HTTP_REFERER"] = "https://localhost/"
    return client


def sent(client: FlaskClient, page: str, path: str = "", **typed: str) -> TestResponse:
    """Open a page and send its form, with all that it carries."""
    shown = Page(client.get(page))
    assert "csrf_token" in shown.fields, f"{page}: {shown.status}"
    return client.post(path or page, data={**shown.fields.to_dict(), **typed})
