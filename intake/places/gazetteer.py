"""The places as they are today: the divisions of the code list, and the schools of the bureau's list."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from intake.calendar import clock
from intake.places.places import Place, Places, divisions
from intake.places.world import World
from intake.store.db import Database

FRESH = 5.0
"""Seconds after which a process asks whether the list of schools has changed."""


@dataclass(slots=True)
class _Known:
    stamp: str = ""
    asked: float = 0.0
    world: World | None = None


@lru_cache(maxsize=8)
def _known(db: Database) -> _Known:
    return _Known()


def world(db: Database) -> World:
    """Give the world that declarations are bound to; the same object until the schools change."""
    known = _known(db)
    if known.world is None or time.monotonic() - known.asked > FRESH:
        row = db.one("SELECT count(*) AS n, max(changed_at) AS last FROM schools")
        stamp = f"{row['n']} {row['last']}" if row else ""
        if known.world is None or stamp != known.stamp:
            known.world = World(_indexed(tuple(_schools(db))), lambda: clock.here(db.settings.today))
        known.stamp, known.asked = stamp, time.monotonic()
    return known.world


@lru_cache(maxsize=2)
def _indexed(schools: tuple[Place, ...]) -> Places:
    """Index the places once, for whatever databases have the same schools."""
    return Places([*divisions(), *schools])


def _schools(db: Database) -> Iterable[Place]:
    for row in db.all("SELECT code, name, aliases, town FROM schools ORDER BY code"):
        yield Place(
            row["code"], row["name"], "school", row["town"], tuple(filter(None, row["aliases"].split("|")))
        )
