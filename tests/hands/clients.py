"""Systems that send reports with a key of their own, and the house that asks for one."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import cast

from flask import Flask

import wsgi
from intake.reports.senders import clients
from intake.reports.senders.clients import ApiClient
from intake.settings import Settings
from intake.store.db import Database


@contextmanager
def closed_house(settings: Settings, **more: object) -> Iterator[Flask]:
    """Open the application as production does: nobody sends without a key."""
    app = wsgi.create_app({"DATA": settings.data, "MODE": settings.mode, "API": "clients", **more})
    yield app
    cast(Database, app.extensions["baoxue.db"]).close()


def bearer(key: str) -> dict[str, str]:
    """Give the header of a key."""
    return {"Authorization": f"Bearer {key}"}


def system(
    db: Database, name: str = "一中学籍系统", *, area: str = "", school: str = "", kinds: Collection[str] = (),
    rate: int = clients.RATE,
) -> tuple[ApiClient, dict[str, str]]:  # fmt: skip
    """Add a system; give it and the header of its key."""
    made, key = clients.add_client(db, name, area=area, school=school, kinds=kinds, rate=rate)
    return made, bearer(key)
