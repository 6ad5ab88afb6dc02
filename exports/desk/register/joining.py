"""撤并: two schools that become one, looked at before it is done, and taken back for a week."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intake.calendar import clock
from intake.errors import Denied, Missing, Problem, Refused, Stale
from intake.places import gazetteer
from intake.places.places import Place
from intake.school.register import merging
from intake.school.register.merge_plan import MergePlan, plan_merge
from intake.web import get_db
from intake.web.errors import on_page
from intake.web.signin import permitted, person, prove_lately

bp = Blueprint("school_joining", __name__, url_prefix="/desk/schools", template_folder="../templates")
may_merge = permitted("school.merge")
MERGED, PARTED = "{}并到{}了。{} 天内可以撤销。", "撤销了，{}又是单独的一所学校。"
CLASS = "class-"


def again(problem: Problem) -> str:
    """Show the plan again with what is wrong at its field, or as it is by now."""
    match problem:
        case Stale():
            return _render(changed=str(problem))
        case Refused():
            return _render(problem.field, str(problem))
    raise problem


def again_one(problem: Problem, merge_id: str) -> str:
    """Show the page again with why a merge stays as it is."""
    if isinstance(problem, Refused):
        return _render(alert=str(problem))
    raise problem


@bp.get("/merge")
@may_merge
@on_page(again)
def page() -> str:
    """Ask which schools, and show what would go over."""
    return _render()


@bp.post("/merge")
@may_merge
@on_page(again)
def merge() -> ResponseReturnValue:
    """Let a school become a part of another, as it was looked at."""
    db, said = get_db(), request.form
    gone, kept = _mine(said.get("from", "")), _mine(said.get("into", ""))
    prove_lately("school.merge")
    merging.merge_schools(db, gone.code, kept.code, _names(), person().actor, said.get("seen", "-") or "-")
    flash(MERGED.format(gone.name, kept.name, merging.TERM.days))
    return redirect(url_for(".page"), 303)


@bp.post("/merge/<merge_id>/undo")
@may_merge
@on_page(again_one)
def undo(merge_id: str) -> ResponseReturnValue:
    """Let a school be one of its own again."""
    db = get_db()
    done = next((one for one in merging.school_merges(db) if one.id == merge_id), None)
    if done is None:
        raise Missing
    prove_lately("school.merge")
    merging.undo_merge(db, merge_id, person().actor)
    flash(PARTED.format(_name_of(done.gone)))
    return redirect(url_for(".page"), 303)


def _schools() -> list[Place]:
    """Give the schools of the area of whoever asks."""
    return [one for one in gazetteer.world(get_db()).places.schools() if one.town.startswith(person().area)]


def _mine(code: str) -> Place:
    """Give a school that was chosen. Raises Refused, Denied for one of another area."""
    place = gazetteer.world(get_db()).places.get(code)
    if place is None or place.level != "school":
        raise Refused("请选学校。", "from")
    if place not in _schools():
        raise Denied
    return place


def _names() -> dict[str, str]:
    said = request.form if request.method == "POST" else request.args
    return {key.removeprefix(CLASS): one for key, one in said.items() if key.startswith(CLASS) and one}


def _name_of(code: str) -> str:
    return gazetteer.world(get_db()).places.name(code)


def _render(field: str = "", error: str = "", alert: str = "", changed: str = "") -> str:
    db, said = get_db(), request.values
    done = [
        (
            one,
            _name_of(one.gone),
            _name_of(one.kept),
            f"{clock.local(one.at):%m-%d %H:%M}",
            merging.may_undo(db, one),
        )
        for one in merging.school_merges(db)
    ]
    if error and not field:
        alert = alert or error
    return render_template(
        "desk/school_merge.html", schools=_schools(), chosen=(said.get("from", ""), said.get("into", "")),
        plan=_plan(said.get("from", ""), said.get("into", ""), keep=bool(error)), field=field, error=error, alert=alert,
        changed=changed, done=done, typed=_names(), days=merging.TERM.days,
    )  # fmt: skip


def _plan(gone: str, kept: str, *, keep: bool) -> MergePlan | None:
    """Work out what would go over; what was typed is left out where it is wrong."""
    if not gone or not kept:
        return None
    try:
        return plan_merge(get_db(), _mine(gone).code, _mine(kept).code, {} if keep else _names())
    except Refused:
        if keep:
            return None
        raise
