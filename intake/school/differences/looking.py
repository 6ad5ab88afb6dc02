"""What somebody found out of a difference on a phone: it is closed, and where the child learns is a fact from then on."""

from collections.abc import Mapping
from typing import Any

from intake import fields
from intake.children.access import child_seen
from intake.children.children import Child
from intake.children.facts import by_staff
from intake.children.facts.fact_kinds import SCHOOLINGS
from intake.errors import Invalid, Missing, Refused
from intake.fields.asked import asked
from intake.fields.privacy import Privacy
from intake.kinds.form import Form
from intake.people import accounts
from intake.people.accounts import Person
from intake.places import gazetteer
from intake.school.differences.answering import answer_difference, refuse_answer
from intake.school.differences.difference import DONE, Difference, differences_within
from intake.store.db import Database

CHANNEL = "phone"
ENDED = "这一条已经不用查了：别人办结了，或者新的名单里对上了。您写的没有记下，要补充请告诉镇街。"


class LookedInto(Form):
    """What came of a difference: it closes it, and says where the child learns."""

    kind = "looked_into"
    finished_on = fields.Day(
        "past", required=True, metadata=asked("办结日期", privacy=Privacy.OPEN, prompt="哪天查清的？")
    )
    schooling = fields.Choice(
        SCHOOLINGS, metadata=asked("就学状态", privacy=Privacy.OPEN, prompt="孩子现在在哪儿上学？")
    )
    conclusion = fields.StaffText(
        200, required=True, metadata=asked("处理结论", privacy=Privacy.PERSONAL, prompt="查到了什么？")
    )


def difference_of(db: Database, person: Person, difference_id: str) -> tuple[Difference, Child]:
    """Give a difference that somebody owes an answer to, an answered one too, and its child. Raises Missing."""
    scope = accounts.scope_of(db, person)
    found = differences_within(
        db, scope, "d.id = ? AND d.owner = ? AND d.due <> ''", [difference_id, person.id]
    )
    if not found:
        raise Missing
    return found[0], child_seen(db, person, found[0].child)


def note_looked_into(db: Database, person: Person, difference_id: str, raw: Mapping[str, Any]) -> None:
    """Close a difference with what was found, once however often it comes. Raises Missing, Invalid, Refused."""
    form = LookedInto(gazetteer.world(db))
    with db.write():
        one, child = difference_of(db, person, difference_id)
        said = form.accept(raw)
        if one.how == DONE and (one.conclusion, one.finished_on) == (said["conclusion"], said["finished_on"]):
            return  # sent again
        if one.closed_at:
            raise Refused(ENDED)
        if wrong := refuse_answer(one, said):
            raise Invalid({key: [sentence] for key, sentence in wrong.items()})
        if said.get("schooling"):
            by_staff.add_fact(db, child, "schooling", {"schooling": said["schooling"]}, person, CHANNEL)
        answer_difference(db, one, {key: said[key] for key in ("conclusion", "finished_on")}, person)
