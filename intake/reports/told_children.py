"""What reporters told of children: what she said herself is not asked again, and whose family she says to be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from intake.children import children, links
from intake.children.children import Child
from intake.fields.privacy import mask_but_end
from intake.kinds import KINDS, Report
from intake.reports import lookup
from intake.store.db import Database

NEWEST = 20
"""Reports that are looked through."""
OWN = frozenset({"relation", "phone"})
"""What is the reporter's own, whichever child it is about."""


@dataclass(frozen=True, slots=True)
class ToldChild:
    """A child by name, with what the same reporter said last of it, by key."""

    name: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WaitingParent:
    """Somebody who says to be a child's family, with what a teacher needs to tell whether it is so."""

    reporter: str
    child: str
    name: str
    title: str
    relation: str
    phone: str


def told_children(db: Database, reporter: str) -> list[ToldChild]:
    """Give the children of somebody's own reports, the newest first.

    Her own words; what the roll knows only of a child whose class teacher has confirmed the link.
    """
    found: dict[str, dict[str, Any]] = {}
    lasting = lasting_keys()
    for report in lookup.reports_of(db, reporter, NEWEST):
        if report.withdrawn or report.channel == "teacher":
            continue
        answers = lookup.answers_of(db, report)
        name = str(answers.get("child_name", ""))
        if name:
            facts = found.setdefault(name, {})
            found[name] = {key: answers[key] for key in lasting if key in answers} | facts
    for child in links.confirmed(db, reporter):  # the roll knows this year's class
        found[child.name] = {**found.get(child.name, {}), **child.facts}
    return [ToldChild(name, facts) for name, facts in found.items()]


def lasting_keys() -> list[str]:
    """Give the keys that stay true from report to report: those that every kind asks."""
    every = [kind.answers().keys() for kind in KINDS.values()]
    return [key for key in Report.answers() if all(key in keys for keys in every)]


def parents_waiting(db: Database, staff_id: str) -> list[WaitingParent]:
    """Give those whose link to a child somebody has to confirm or refuse, the oldest first."""
    rows = db.all(
        f"SELECT {children.COLUMNS}, l.reporter FROM {children.TABLES}"  # noqa: S608
        " JOIN links l ON l.child = c.id JOIN teaches t ON t.class = c.class"
        " WHERE t.staff = ? AND l.state = ? ORDER BY l.asked_at, l.reporter, l.child",
        (staff_id, links.ASKED),
    )
    return [_waiting(db, row["reporter"], Child.of(row)) for row in rows]


def _waiting(db: Database, reporter: str, child: Child) -> WaitingParent:
    """Put to a link what its reporter said of being who to the child."""
    relation = phone = ""
    for report in lookup.reports_of(db, reporter, NEWEST):
        if report.confidential:  # whoever asked to stay unnamed is not given away by asking a teacher
            continue
        answers = lookup.answers_of(db, report)
        if answers.get("child_name") == child.name:
            relation, phone = str(answers.get("relation", "")), str(answers.get("phone", ""))
            break
    return WaitingParent(reporter, child.id, child.name, child.title, relation, mask_but_end(phone))
