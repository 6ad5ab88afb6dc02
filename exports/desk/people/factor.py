"""One's own second factor at the desk: set up, put on another phone, recovery codes made anew, given up."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intake.errors import Denied, Missing, Problem, Refused, TooMany
from intake.paper import qr
from intake.people import devices
from intake.people.secrets import factors
from intake.web import get_db, knocks, phones
from intake.web.errors import on_page
from intake.web.signin import permitted, person
from intake.web.steps import TOO_MANY

bp = Blueprint("factor", __name__, url_prefix="/desk/me/factor", template_folder="../templates")
mine = permitted("account.factor")


def again(problem: Problem) -> str:
    """Show the picture again with what is wrong at the code."""
    match problem:
        case TooMany():
            return _page(TOO_MANY.format(problem))
        case Refused():
            return _page(str(problem))
    raise problem


@bp.get("")
@mine
def page() -> str:
    """Show the picture of a new authenticator; the one of before is good until its first code."""
    return _page()


@bp.post("")
@mine
@on_page(again)
def enrol() -> str:
    """Make the new authenticator good, and show its recovery codes, this once; other sessions end."""
    _refuse_off()
    made, here = (
        factors.enrol(get_db(), person(), request.form.get("code", ""), knocks.knock(inside=True)),
        phones.device(),
    )
    devices.revoke_all(get_db(), person().id, person().actor, but=here.id if here else "")
    return render_template("desk/recovery.html", codes=made)


@bp.post("/codes")
@mine
def renew() -> str:
    """Make new recovery codes, and show them, this once."""
    if not factors.is_enrolled(get_db(), person().id):
        raise Missing
    return render_template("desk/recovery.html", codes=factors.renew_recovery(get_db(), person()))


@bp.post("/remove")
@mine
def remove() -> ResponseReturnValue:
    """Give the second factor up, where it is one's own choice."""
    if factors.required_of(get_db(), person()):
        raise Denied
    factors.remove_factor(get_db(), person(), person().actor)
    flash("二次验证已经关了。以后登录只要密码。")
    return redirect(url_for("me.page"), 303)


def _page(error: str = "") -> str:
    _refuse_off()
    db, me = get_db(), person()
    secret = factors.secret_to_enrol(db, me)
    drawn = qr.svg(factors.address_of(db, me, secret), desc="用手机里的验证器扫一扫。")
    return render_template("desk/factor.html", error=error, secret=secret, picture=drawn)


def _refuse_off() -> None:
    """Raise Missing where the house has no second factors."""
    if not factors.may_enrol(get_db()):
        raise Missing
