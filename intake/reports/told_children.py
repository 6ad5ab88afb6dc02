"""What reporters told of children: what she said herself is not asked again, and whose family she says to be.

What was said in the chat is given back there. What was typed into a page may be another person's, to whom somebody
sent their own link: of that the chat gives nothing back by which a child or a person is found.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from intake.children import children, links
from intake.children.children import Child
from intake.fields.answer import Answer
from intake.fields.privacy import Privacy, mask_but_end
from intake.kinds import KINDS, Report
from intake.kinds.envelope import Envelope
from intake.reports import drafts, lookup
from intake.store.db import Database

NEWEST = 20
"""Reports that are looked through."""
OWN = frozenset({"relation", "phone"})
"""What is the reporter's own, whichever child it is about."""


PLACED = frozenset({"school", "grade", "class_name", "from_school"})
"""What is open, and yet finds a child together with little else."""
PAGE = "form"
"""The channel of what a page has sent."""


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

    Her own words, as she said them in the chat; what the roll knows only of a child whose class teacher has
    confirmed the link.
    """
    found: dict[str, dict[str, Any]] = {}
    lasting = lasting_keys()
    for report in lookup.reports_of(db, reporter, NEWEST):
        if report.withdrawn or report.channel == "teacher":
            continue
        answers = spoken_answers(db, report)
        name = str(answers.get("child_name", ""))
        if name:
            facts = found.setdefault(name, {})
            found[name] = {key: answers[key] for key in lasting if key in answers} | facts
    for child in links.confirmed(db, reporter):  # the roll knows this year's class
        found[child.name] = {**found.get(child.name, {}), **child.facts}
    return [ToldChild(name, facts) for name, facts in found.items()]


def tells_who(key: str, field: Answer) -> bool:
    """Tell whether a child or a person is found by an answer: it is shown to nobody but who is known to have said it."""
    return field.asked.privacy is not Privacy.OPEN or key in PLACED


def typed_keys(db: Database, report: Envelope) -> frozenset[str]:
    """Give the keys of a report's answers that a page wrote."""
    if report.channel == PAGE:
        return frozenset(KINDS[report.kind].answers())
    row = db.one("SELECT keys FROM typed_answers WHERE report_id = ?", (report.id,))
    return frozenset(row["keys"].split()) if row else frozenset()


def note_typed(db: Database, report_id: str, keys: Iterable[str]) -> None:
    """Note which answers of a report from the chat a page wrote, in the caller's transaction; none is no row."""
    db.run("DELETE FROM typed_answers WHERE report_id = ?", (report_id,))
    if told := " ".join(sorted(keys)):
        db.run("INSERT INTO typed_answers (report_id, keys) VALUES (?, ?)", (report_id, told))


def spoken_answers(db: Database, report: Envelope) -> dict[str, Any]:
    """Give the answers of a report that the chat may give back: what is typed and telling is not among them."""
    typed, declared = typed_keys(db, report), KINDS[report.kind].answers()
    found = lookup.answers_of(db, report)
    return {
        key: value
        for key, value in found.items()
        if key not in typed or not tells_who(key, declared[key])
    }  # fmt: skip


def phone_told(db: Database, reporter: str) -> str:
    """Give the telephone that somebody told in the chat last, or nothing; what a page wrote proves nothing."""
    for draft in drafts.drafts_of(db, reporter):
        if draft.answers.get("phone") and "phone" not in draft.typed_in:
            return str(draft.answers["phone"])
    told = (spoken_answers(db, one).get("phone") for one in lookup.reports_of(db, reporter, NEWEST))
    return next((str(phone) for phone in told if phone), "")


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
