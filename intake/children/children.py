"""The children a reporter has told of: what she said herself is not asked again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from intake.kinds import KINDS, Report
from intake.reports import door
from intake.school import links
from intake.store.db import Database

NEWEST = 20
"""Reports that are looked through."""
OWN = frozenset({"relation", "phone"})
"""What is the reporter's own, whichever child it is about."""


@dataclass(frozen=True, slots=True)
class Child:
    """A child by name, with what the same reporter said last of it, by key."""

    name: str
    facts: Mapping[str, Any]


def told(db: Database, reporter: str) -> list[Child]:
    """Give the children of somebody's own reports, the newest first.

    Her own words; what the roll knows only of a child whose class teacher has confirmed the link.
    """
    found: dict[str, dict[str, Any]] = {}
    for report in door.of_reporter(db, reporter, NEWEST):
        if report["status"] == door.WITHDRAWN or report["channel"] == "teacher":
            continue
        answers = door.answers(db, report)
        name = str(answers.get("child_name", ""))
        if name:
            facts = found.setdefault(name, {})
            found[name] = {key: answers[key] for key in lasting() if key in answers} | facts
    for linked in links.confirmed(db, reporter):  # the roll knows this year's class
        name = str(linked.facts["child_name"])
        found[name] = {**found.get(name, {}), **linked.facts}
    return [Child(name, facts) for name, facts in found.items()]


def lasting() -> list[str]:
    """Give the keys that stay true from report to report: those that every kind asks."""
    every = [kind.answers().keys() for kind in KINDS.values()]
    return [key for key in Report.answers() if all(key in keys for keys in every)]
