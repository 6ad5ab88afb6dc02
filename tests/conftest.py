"""What every test may ask for: an own data directory, and the real application over it."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from flask import Flask
from flask.testing import FlaskClient

import wsgi
from intake import settings as house
from intake.settings import Settings
from intake.store.db import Database
from intake.store.keys import make_keys


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Give the settings of a demonstration with keys of its own and no environment."""
    make_keys(tmp_path / "keys")
    return house.load({"DATA": tmp_path, "MODE": "demo"}, {})


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """Give the whole application, CSRF protection and all; faults of a view reach the test as 500."""
    made = wsgi.create_app({"DATA": settings.data, "MODE": settings.mode})
    yield made
    cast(Database, made.extensions["baoxue.db"]).close()


@pytest.fixture
def db(app: Flask) -> Database:
    """Give the database of `app`."""
    return cast(Database, app.extensions["baoxue.db"])


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Give a browser of its own: it keeps its cookies."""
    return app.test_client()
