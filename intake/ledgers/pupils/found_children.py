"""A child that somebody found in a village: a new row of 适龄儿童台账 becomes a file, unless it has one already."""

from collections.abc import Mapping
from typing import Any

from intake.children import children
from intake.children.access import child_in_scope, may_see_child
from intake.children.children import Child
from intake.children.facts.sources import RETURNED
from intake.children.school_age import born_for_school
from intake.errors import Denied, Invalid, Refused
from intake.kinds.form import Form
from intake.people import accounts
from intake.people.accounts import TOWN_DIGITS, Person
from intake.people.scope import sees
from intake.reports.whose.newcomers import drop_child
from intake.store.db import Database
from intake.store.ids import new_id

NO_NAME, NO_BIRTH = "请写孩子的姓名。", "请写出生日期，或者证件号。"
NO_HOME = "请写是哪个村(社区)的；不知道村的写镇街。"
NOT_OF_AGE = "这个出生日期不是适龄儿童，不用写在这张表里。"
OUTSIDE = "这个村(社区)不归您管，请交给管的人填。"
ELSEWHERE = "这个证件号已经有档案，不归您管。请联系教育局。"
HANGS = "这个孩子后来又有别的记录，档案留着，没有撤回。"


def read_found_child(db: Database, by: Person, form: Form, said: Mapping[str, str]) -> dict[str, Any]:
    """Read what is said of a child that was found. Raises Invalid, Denied, Refused where it has a file elsewhere."""
    answers: dict[str, Any] = dict(form.accept(dict(said), waived=form.fields))
    wrong: dict[str, list[str]] = {}
    if not answers.get("child_name"):
        wrong["child_name"] = [NO_NAME]
    if not answers.get("birth_date"):
        wrong["birth_date"] = [NO_BIRTH]
    elif not _is_of_age(db, answers["birth_date"]):
        wrong["birth_date"] = [NOT_OF_AGE]
    if not (answers.get("village") or answers.get("town")):
        wrong["village"] = [NO_HOME]
    if wrong:
        raise Invalid(wrong)
    answers["town"] = (answers.get("village") or answers["town"])[:TOWN_DIGITS]
    scope = accounts.scope_of(db, by)
    if not sees(scope, town=answers["town"], village=answers.get("village") or ""):
        raise Denied(OUTSIDE)
    holder = children.child_of_number(db, children.number_hash(db, answers.get("id_number") or ""))
    if holder and not child_in_scope(db, scope, holder):
        raise Refused(ELSEWHERE)
    return answers


def file_of_found_child(db: Database, by: Person, answers: Mapping[str, Any], chosen: str) -> Child:
    """Give the chosen child, or who has the number; else enter the child, in the caller's transaction. Raises Denied."""
    hashed = children.number_hash(db, answers.get("id_number") or "")
    known = children.find_child(db, chosen) if chosen else children.child_of_number(db, hashed)
    if known or chosen:
        if known is None or not may_see_child(db, by, known):
            raise Denied(OUTSIDE)
        return known
    made = Child(
        new_id(), answers["child_name"], answers.get("sex") or "", answers["birth_date"], answers["town"],
        answers.get("village") or "", "", "", "", "", hashed,
    )  # fmt: skip
    children.enter_child(db, made, answers.get("id_number") or "", actor=by.actor, source=RETURNED)
    return made


def drop_found_child(db: Database, by: Person, child: str) -> None:
    """Take the file of a found child back, in the caller's transaction. Raises Refused where anything hangs on it."""
    if not drop_child(db, child, by.actor):
        raise Refused(HANGS)


def _is_of_age(db: Database, born: str) -> bool:
    first, last = born_for_school(db.settings, db.today())
    return first <= born <= last
