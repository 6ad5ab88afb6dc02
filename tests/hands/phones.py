"""Who comes in on a phone: somebody of the staff, and the browser in their hand."""

from flask import Flask
from flask.testing import FlaskClient

from intake.people import accounts, devices
from intake.people.accounts import Person
from intake.store.db import Database
from intake.web import phones
from tests.hands.classroom import TOWN


def held(app: Flask, db: Database, person: Person) -> FlaskClient:
    """Give a phone that knows somebody."""
    token, client = devices.new_token(), app.test_client()
    devices.add_device(db, person, token, "Android Mobile")
    client.set_cookie(phones.COOKIE, token)
    return client


def somebody(db: Database, role: str, login: str, area: str = TOWN, school: str = "") -> Person:
    """Add somebody of a role."""
    made = accounts.add_person(
        db, name=f"{role}同志", login=login, password="long enough", role=role, area=area, school=school
    )
    found = accounts.person_by_id(db, made)
    assert found is not None
    return found
