"""包保 at the desk: naming somebody for a place, and letting them go; and where nobody is named."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from exports.desk.people import pages
from intake.errors import Problem, Refused
from intake.people import listing, slots
from intake.places import gazetteer
from intake.web import get_db
from intake.web.errors import on_page
from intake.web.signin import permitted, person

bp = Blueprint("slots", __name__, url_prefix="/desk/people", template_folder="../templates")
editing = permitted("slot.edit")


def again(problem: Problem, staff: str) -> str:
    """Show the account again with what is wrong at the choice."""
    if isinstance(problem, Refused):
        return pages.account_page(staff, field="held", error=str(problem))
    raise problem


@bp.get("/slots")
@editing
def page() -> str:
    """Show who holds which slot in a town, or in the classes of a school."""
    db, school = get_db(), request.args.get("school", "")
    towns = [one for one in gazetteer.world(db).places.towns() if one.code.startswith(person().area)]
    town = request.args.get("town") or (towns[0].code if towns else "")
    found = listing.places_held(db, person(), town, school)
    return render_template(
        "desk/people_slots.html", towns=towns, town=town, school=school, found=found,
        empty=sum(one.empty for one in found),
    )  # fmt: skip


@bp.post("/<staff>/slots/fill")
@editing
@on_page(again)
def fill(staff: str) -> ResponseReturnValue:
    """Name somebody for a slot."""
    db, (slot, place) = get_db(), _chosen()
    one = listing.staffer(db, person(), staff)
    slots.refuse_editor(db, slot, place, person())
    done = slots.fill(db, slot, place, one.person, person().actor)
    flash("包保记下了。" if done else "本来就是这样。")
    return redirect(url_for("people.account", staff=staff), 303)


@bp.post("/<staff>/slots/empty")
@editing
@on_page(again)
def empty(staff: str) -> ResponseReturnValue:
    """Let somebody hold a slot no longer."""
    db, (slot, place) = get_db(), _chosen()
    listing.staffer(db, person(), staff)
    slots.refuse_editor(db, slot, place, person())
    slots.empty(db, slot, place, staff, person().actor)
    flash("这项包保去掉了。")
    return redirect(url_for("people.account", staff=staff), 303)


def _chosen() -> tuple[str, str]:
    """Read the slot and its place. Raises Refused."""
    slot, _, place = request.form.get("held", "").partition(" ")
    if not slot:
        raise Refused("请选一项包保。", "held")
    return slot, place
