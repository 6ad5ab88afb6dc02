"""Reports of danger that came from one address in too great a number: looked at together, believed together, never hidden."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from exports.desk.moments import when
from exports.desk.talks.pages import answering, reading
from intake.cases.folders.filters import DOUBTED
from intake.reports.senders import bunches
from intake.reports.senders.bunches import Bunch
from intake.web import get_db
from intake.web.signin import person

CHANNEL = "desk"
SEEN = "记下了：这一批您看过了，不再提醒。里面的个案还是“待核实”，办一件就去掉一件的标记。"
VOUCHED = "记下了：这一批按真的办，期限从现在算起。"
LEFT = "记下了。还有 {} 件，请再按一次。"

bp = Blueprint("bunches", __name__, url_prefix="/desk/bunches", template_folder="../templates")


@bp.app_template_global()
def bunches_open() -> list[tuple[Bunch, str, str]]:
    """Give the bunches that nobody has looked at, for the page: each with since when, and where its cases are listed."""
    db = get_db()
    return [
        (one, when(one.begun_at, db.now()), url_for("worklist.page", kind=one.kind, owed=DOUBTED))
        for one in bunches.bunches_open(db, person())
    ]


@bp.get("")
@reading
def page() -> str:
    """List the bunches."""
    return render_template("desk/bunches.html")


@bp.post("/<bunch>/seen")
@answering
def see(bunch: str) -> ResponseReturnValue:
    """Note that somebody has looked at a bunch."""
    bunches.see_bunch(get_db(), bunch, person())
    flash(SEEN)
    return redirect(url_for(".page"), 303)


@bp.post("/<bunch>/vouch")
@answering
def vouch(bunch: str) -> ResponseReturnValue:
    """Believe a bunch."""
    left = bunches.vouch_bunch(get_db(), bunch, person(), CHANNEL)
    flash(LEFT.format(left) if left else VOUCHED)
    return redirect(url_for(".page"), 303)
