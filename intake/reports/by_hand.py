"""A case that staff open by hand: what they were told goes through the door like any other report."""

from collections.abc import Mapping
from typing import Any

from intake.cases.case import Case, case_of_report
from intake.children import children
from intake.children.children import Child
from intake.errors import Denied, Invalid
from intake.kinds import Answers
from intake.people import accounts
from intake.people.accounts import Person
from intake.people.scope import sees
from intake.places import gazetteer
from intake.reports import door, lookup
from intake.store.db import Database

CHANNEL = "proxy"
"""Staff write down what somebody told them."""
ELSEWHERE = "这里不归您管。请选您范围里的，或者请教育局开这个个案。"


def child_seen(db: Database, person: Person, child_id: str) -> Child | None:
    """Give the child of an id, where somebody's scope holds it."""
    child, scope = children.find_child(db, child_id), accounts.scope_of(db, person)
    if child is None:
        return None
    place = gazetteer.world(db).places.get(child.school)
    seen = sees(scope, town=child.town, school_town=place.town if place else "", school=child.school,
                class_id=child.class_id, kind=next(iter(scope.kinds or {""})), village=child.village)  # fmt: skip
    return child if seen else None


def key_of(key: str) -> str:
    """Give the key under which the door knows what staff write down once."""
    return f"desk:{key}"


def checked_by_hand(
    db: Database, person: Person, kind: str, raw: Mapping[str, Any], child: str = ""
) -> tuple[Answers, Child | None]:
    """Give the answers of a report that somebody may write down, and the child of the roll. Raises Denied, Invalid."""
    scope = accounts.scope_of(db, person)
    if scope.kinds is not None and kind not in scope.kinds:
        raise Denied
    answers = lookup.schema(db, kind).accept(raw, CHANNEL)
    school = str(answers.get("school") or "")
    place = gazetteer.world(db).places.get(school)
    town = str(answers.get("town") or db.settings.district_code)
    known = child_seen(db, person, child) if child else None
    if known is None and not sees(
        scope, town=town, school_town=place.town if place else "", school=school, kind=kind,
    ):  # fmt: skip
        raise Invalid({"school" if scope.school else "town": [ELSEWHERE]})
    return answers, known


def open_case(
    db: Database, person: Person, kind: str, raw: Mapping[str, Any], *, key: str, child: str = ""
) -> Case:
    """Take a report that staff write down, and give the case that it makes or joins. Raises Denied, Invalid, KeyReused."""
    _, known = checked_by_hand(db, person, kind, raw, child)
    made = door.receive(
        db,
        kind,
        raw,
        channel=CHANNEL,
        reporter=person.actor,
        key=key_of(key),
        child=known.id if known else "",
    )
    case = case_of_report(db, made.id)
    if case is None:  # on leave: there is nothing to be done
        raise Invalid({"on_leave": ["已请假的不用开个案。孩子真没来，请选“没有”。"]})
    return case
