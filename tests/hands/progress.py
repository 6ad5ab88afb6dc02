"""A report that was sent from a browser, and the proof that it is one's own."""

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from intake.calendar import clock
from intake.kinds.envelope import Envelope
from intake.store.db import Database
from tests.hands.page import Page, look, public, send

NAME, PHONE, FOUR = "王小明", "13800001234", "1234"


PROVEN = {"last_four": FOUR, "child_name": NAME}


def told(client: FlaskClient, db: Database, kind: str, **more: str) -> Envelope:
    answers = public(kind, 1) | {"child_name": NAME, "phone": PHONE} | more
    assert send(client, kind, answers).status_code == 303
    (row,) = db.all("SELECT * FROM reports ORDER BY id DESC LIMIT 1")
    return Envelope.of(row)


def prove(client: FlaskClient, report: Envelope) -> Page:
    page = look(client, report.receipt, FOUR, NAME)
    assert page.status == 200
    return page


def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    moment: datetime = clock.here() + by
    monkeypatch.setattr(clock, "here", lambda pinned=None: moment)
