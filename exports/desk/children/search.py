"""The search for a child: within what somebody may see; of others no more than at which school there is a record."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from exports.desk.work.shown import UNKNOWN, masked, short_class
from intake.cases.folders import sought as cases_sought
from intake.cases.folders import worklist
from intake.children import finding
from intake.children.children import Child
from intake.children.finding import ChildFilter
from intake.people import accounts, sought
from intake.people.bindings import classes_of
from intake.places import gazetteer
from intake.web import get_db
from intake.web.signin import permitted, person

FREE = ON = "1"
FARTHEST = finding.MOST
"""Rows that are turned to; who wants to see more narrows."""

bp = Blueprint("children", __name__, url_prefix="/desk/children", template_folder="../templates")


@bp.get("")
@permitted("child.read")
def page() -> str:
    """List the children that somebody looks for."""
    return _page(wanted_of(request.args))


@bp.post("")
@permitted("child.read")
def seek() -> ResponseReturnValue:
    """Lead to the list of what somebody looks for; what was typed stands closed in its address."""
    return redirect(url_for(".page", **asked_for(wanted_of(request.form))), 303)


def wanted_of(given: Mapping[str, str]) -> ChildFilter:
    """Take what somebody looks for, from the address or a form; what is no such thing is left out."""
    places = gazetteer.world(get_db()).places
    town, school = given.get("town", ""), given.get("school", "")
    return ChildFilter(
        sought.words_sought(get_db(), person(), given.get("q", ""))[: finding.LONGEST],
        town if places.name(town) else "",
        school if places.name(school) else "",
        given.get("class_id", "")[:40],
        FREE if given.get("free") else "",
    )


def asked_for(wanted: ChildFilter) -> dict[str, Any]:
    """Give what stands in an address for what somebody looks for."""
    said = {key: value for key, value in asdict(wanted).items() if value}
    return said | ({"q": sought.closed_words(get_db(), person(), wanted.q)} if wanted.q else {})


def without(wanted: ChildFilter, key: str) -> dict[str, Any]:
    """Give what stands in an address without one of its filters; a class is one of its school."""
    gone = {key: "", "class_id": "" if key == "school" else wanted.class_id} | {key: ""}
    return asked_for(replace(wanted, **gone))


def _page(wanted: ChildFilter) -> str:
    db, who, skip = get_db(), person(), (max(request.args.get("p", 1, int), 1) - 1) * finding.PAGE
    worklist.refuse_guesses(db, who, wanted.q)
    scope, skip = accounts.scope_of(db, who), min(skip, FARTHEST)
    lists = wanted.narrows or bool(scope.school) or scope.area != db.settings.district_code
    number = finding.number_of_children(db, scope, wanted) if lists else 0
    alike = bool(wanted.q) and not number
    listed = replace(wanted, sound=ON) if alike else wanted
    asks = alike and finding.is_of_one(wanted.q)
    number = finding.number_of_children(db, scope, listed) if alike else number
    found = finding.listed_children(db, scope, listed, skip) if number else []
    if wanted.q:
        worklist.note_search(db, who, number, wanted.q, "child.searched")
    beyond, asked = cases_sought.schools_beyond(db, who, wanted.q) if asks else ((), True)
    return render_template(
        "desk/children.html",
        rows=_rows(found),
        wanted=wanted,
        args=asked_for(wanted),
        named=_named(wanted),
        number=number,
        alike=alike,
        more=number > finding.MOST,
        lists=lists,
        first=skip + 1,
        page=skip // finding.PAGE + 1,
        pages=-(-min(number, FARTHEST) // finding.PAGE),
        choices=_choices(wanted),
        without=without,
        schools=[gazetteer.world(db).places.name(one) or "不知道哪所学校" for one in beyond],
        asked=asked,
        daily=cases_sought.DAILY,
    )


def _rows(found: Sequence[Child]) -> list[tuple[str, str, str, str, str, str, str]]:
    """Give the rows: id, masked name, sex, year of birth, school, class, home."""
    places = gazetteer.world(get_db()).places
    return [
        (one.id, masked(one.name), one.sex, f"{one.birth_date[:4]}年" if one.birth_date else "",
         places.name(one.school) or ("没有班级" if not one.class_id else UNKNOWN), short_class(one.title),
         places.name(one.village) or places.name(one.town) or UNKNOWN)
        for one in found
    ]  # fmt: skip


def _named(wanted: ChildFilter) -> list[tuple[str, str]]:
    """Name the filters that are on, each with its key."""
    places = gazetteer.world(get_db()).places
    classes = {one.id: one.title for one in classes_of(get_db(), wanted.school)}
    words = {
        "q": "查找的", "town": places.name(wanted.town), "school": places.name(wanted.school),
        "class_id": classes.get(wanted.class_id, "班级"), "free": "没有班级的",
    }  # fmt: skip
    return [(key, words[key]) for key, value in asdict(wanted).items() if value]


def _choices(wanted: ChildFilter) -> dict[str, list[tuple[str, str]]]:
    """Give the towns and schools of somebody's scope, and the classes of the school that is chosen."""
    db = get_db()
    places, scope = gazetteer.world(db).places, accounts.scope_of(db, person())
    schools = [
        one for one in places.schools() if one.town.startswith(scope.area) and scope.school in ("", one.code)
    ]
    school = wanted.school or scope.school
    known = school if school in {one.code for one in schools} else ""
    return {
        "town": [(one.code, one.name) for one in places.towns() if one.code.startswith(scope.area)],
        "school": [(one.code, one.name) for one in schools],
        "class_id": [(one.id, one.title) for one in classes_of(db, known)],
        "free": [(FREE, "没有班级的")],
    }
