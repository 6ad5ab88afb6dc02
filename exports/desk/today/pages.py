"""The pages of the school today: a table of numbers, the rows behind each, a class with every child."""

from dataclasses import replace

from flask import Blueprint, render_template, request

from exports.desk.today import shown
from exports.desk.today.homes import homes_of
from exports.desk.work.shown import masked, short_class
from intake.calendar import schooldays
from intake.ledgers.pupils.villages import children_where
from intake.ledgers.wanted import extents
from intake.ledgers.wanted.extents import Extent
from intake.people.accounts import scope_of
from intake.people.scope import Scope
from intake.places import gazetteer
from intake.school import today
from intake.school.schooling import GROUPS
from intake.web import get_db
from intake.web.signin import permitted, person

bp = Blueprint("today", __name__, url_prefix="/desk/today", template_folder="../templates")
MOST = 300
"""Rows of a list; who has more looks at a town or a school."""


@bp.get("")
@permitted("child.read")
def page() -> str:
    """Show the day of what was asked for: a table, the rows of a number, or a class."""
    db, show = get_db(), request.args.get("show", "")
    scope, class_id = scope_of(db, person()), request.args.get("class", "")
    extent = extents.extent_of(
        db, scope, town=_said("town"), village=_said("village"), school=_said("school")
    )
    if (where := _said("where")) in GROUPS:
        return _children(extent.within(scope), extent.name, where)
    if class_id:
        return _of_class(scope, class_id, show)
    if show in shown.LISTS:
        return _list(extent.within(scope), extent.name, show)
    return _table(scope, extent)


def _table(scope: Scope, extent: Extent) -> str:
    db, day, within = get_db(), get_db().today(), extent.within(scope)
    classes, running = today.classes_today(db, within, day), today.absent_running(db, within, day)
    table = shown.table_of(db, extent, classes, running)
    return render_template(
        "desk/today.html", extent=extent, above=_above(extent, scope), table=table, day=day, groups=list(GROUPS),
        homes=homes_of(db, scope, extent) if extent.level == extents.TOWN or "homes" in request.args else None,
    )  # fmt: skip


def _children(scope: Scope, place: str, group: str) -> str:
    """Show the children of school age of a place who are of a group."""
    db = get_db()
    found, places = children_where(db, scope, group), gazetteer.world(db).places
    rows = [
        (
            one.id,
            masked(one.name),
            places.name(one.village) or places.name(one.town),
            places.name(one.school),
            one.title,
        )
        for one in found[:MOST]
    ]
    return render_template(
        "desk/today_homes.html", place=place, group=group, number=len(found), rows=rows, most=MOST
    )


def _said(key: str) -> str:
    return request.args.get(key, "")[:40]


def _list(scope: Scope, place: str, show: str) -> str:
    """Show the rows of a number: missing children, or silent classes."""
    db, who, day = get_db(), person(), get_db().today()
    if show == shown.SILENT:
        silent = [one for one in today.classes_today(db, scope, day) if not one.said]
        return render_template(
            "desk/today_list.html", title=shown.LISTS[show], place=place, number=len(silent), silent=silent[:MOST],
            rows=[], most=MOST, short_class=short_class, unit="个", show=show,
        )  # fmt: skip
    found = shown.listed_rows(db, scope, day, show)
    return render_template(
        "desk/today_list.html", title=shown.LISTS[show], place=place, number=len(found), silent=[],
        rows=shown.absent_rows(db, who, found[:MOST]), most=MOST, unit="人", show=show,
    )  # fmt: skip


def _of_class(scope: Scope, class_id: str, show: str) -> str:
    """Show the rows of a number of one class, or the class with every child."""
    db, who = get_db(), person()
    found = shown.class_of(db, scope, class_id)
    within = replace(scope, classes=frozenset({class_id}))
    place = f"{found.school_name} {found.title}"
    if show in shown.LISTS:
        return _list(within, place, show)
    absent = {one.child: one for one in today.absent_today(db, within, db.today())}
    return render_template(
        "desk/today_class.html", one=found, place=place, children=shown.children_rows(db, found, absent),
        absent=shown.absent_rows(db, who, list(absent.values())), day=db.today(),
        school_day=schooldays.is_school_day(db.settings.terms, db.today()),
    )  # fmt: skip


def _above(extent: Extent, scope: Scope) -> list[tuple[str, dict[str, str]]]:
    """Give what lies around a part of the district, as far as somebody may see it."""
    db, found = get_db(), list[tuple[str, dict[str, str]]]()
    whole = extents.extent_of(db, scope)
    if extent.code == whole.code:
        return []
    found.append((whole.name, {}))
    if extent.level == extents.SCHOOL and whole.level == extents.DISTRICT:
        town = extents.extent_of(db, scope, town=extent.town)
        found.append((town.name, {"town": town.code}))
    return found
