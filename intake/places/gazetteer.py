"""The places as they are today: the divisions of the code list, and the schools of the bureau's list."""

import time
from collections.abc import Mapping
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
        row = db.one("SELECT count(*) AS n, count(merged) AS merged, max(changed_at) AS last FROM schools")
        stamp = f"{row['n']} {row['merged']} {row['last']}" if row else ""
        if known.world is None or stamp != known.stamp:
            known.world = World(_indexed(*_schools(db)), lambda: clock.here(db.settings.today))
        known.stamp, known.asked = stamp, time.monotonic()
    return known.world


Former = tuple[tuple[str, str, str], ...]
"""Schools that have become a part of others: code, name, and the code of the one that has them by now."""


@lru_cache(maxsize=2)
def _indexed(schools: tuple[Place, ...], former: Former) -> Places:
    """Index the places once, for whatever databases have the same schools."""
    return Places([*divisions(), *schools], former)


def _schools(db: Database) -> tuple[tuple[Place, ...], Former]:
    """Give the schools, and those that are a part of others: by their names and codes these are found from then on."""
    rows = db.all(
        "SELECT code, name, aliases, town, coalesce(merged, '') AS merged FROM schools ORDER BY code"
    )
    into = {row["code"]: row["merged"] for row in rows if row["merged"]}
    ends = {code: _end(code, into) for code in into}
    more: dict[str, list[str]] = {}
    for row in rows:
        if row["code"] in ends:
            more.setdefault(ends[row["code"]], []).extend((row["name"], *_words(row["aliases"])))
    schools = tuple(
        Place(
            row["code"],
            row["name"],
            "school",
            row["town"],
            (*_words(row["aliases"]), *more.get(row["code"], ())),
        )
        for row in rows
        if row["code"] not in ends
    )
    return schools, tuple(
        (row["code"], row["name"], ends[row["code"]]) for row in rows if row["code"] in ends
    )


def _end(code: str, into: Mapping[str, str]) -> str:
    """Follow a school to the one that has it by now."""
    for _ in into:
        code = into.get(code, code)
    return code


def _words(aliases: str) -> tuple[str, ...]:
    return tuple(filter(None, aliases.split("|")))
