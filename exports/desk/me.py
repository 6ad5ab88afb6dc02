"""One's own account at the desk: the password, the browsers that are signed in, whether keys do something here."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from exports.desk.frame import KEYS, OFF
from intake.calendar import clock
from intake.errors import Problem, Refused, TooMany
from intake.people import accounts, devices, manage
from intake.people.roles import ROLES
from intake.people.secrets import factors, passwords
from intake.web import get_db, phones
from intake.web.assets import YEAR
from intake.web.errors import on_page
from intake.web.signin import TOO_MANY, permitted, person

bp = Blueprint("me", __name__, url_prefix="/desk/me", template_folder="templates")
mine = permitted("account.own", home=True)


def again(problem: Problem) -> str:
    """Show the page again with what is wrong at its field."""
    match problem:
        case TooMany():
            return _page("now", TOO_MANY.format(problem))
        case Refused():
            return _page(problem.field, str(problem))
    raise problem


@bp.get("")
@mine
def page() -> ResponseReturnValue:
    """Show who one is, and the browsers that are signed in."""
    return _page()


@bp.post("/password")
@mine
@on_page(again)
def password() -> ResponseReturnValue:
    """Change the password; other browsers must come in with the new one."""
    said, here = request.form, phones.device()
    manage.change_password(
        get_db(), person(), here.id if here else "", said.get("now", ""), said.get("new", ""), said.get("again", "")
    )  # fmt: skip
    flash("密码改好了。别的电脑和手机要重新登录。")
    return redirect(url_for(".page"), 303)


@bp.post("/devices/<device>/revoke")
@mine
def revoke(device: str) -> ResponseReturnValue:
    """Sign one of one's browsers out."""
    here = phones.device()
    if here and here.id == device:
        return phones.leave(redirect(url_for("signin.page"), 303))
    if not devices.revoke(get_db(), person().id, device, person().actor):
        abort(404)
    flash("那台已经退出了。")
    return redirect(url_for(".page"), 303)


@bp.post("/devices/others")
@mine
def revoke_others() -> ResponseReturnValue:
    """Sign all of one's other browsers and phones out."""
    here = phones.device()
    gone = devices.revoke_all(get_db(), person().id, person().actor, but=here.id if here else "")
    flash(f"别的 {gone} 台都退出了，只有这台还登录着。")
    return redirect(url_for(".page"), 303)


@bp.post("/keys")
@mine
def keys() -> ResponseReturnValue:
    """Let this browser's keys move the focus, or leave them alone."""
    answer, off = redirect(url_for(".page", _anchor="keys"), 303), request.form.get("keys") == OFF
    answer.set_cookie(KEYS, OFF if off else "on", max_age=YEAR, path="/desk", httponly=True, samesite="Lax",
                      secure=bool(current_app.config["SESSION_COOKIE_SECURE"]))  # fmt: skip
    flash("这台电脑不用按键了。" if off else "这台电脑可以用按键了。")
    return answer


def _page(field: str = "", error: str = "") -> str:
    db, here, me = get_db(), phones.device(), person()
    role = ROLES[me.role]
    return render_template(
        "desk/me.html", who=me, role=role.title, area=accounts.area_name(db, me.area), field=field, error=error,
        listed=[(one, clock.local(one.seen_at), bool(here and one.id == here.id)) for one in devices.devices_of(db, me.id)],
        shortest=passwords.SHORTEST, idle=db.settings.idle_minutes, factors=factors.may_enrol(db),
        enrolled=factors.is_enrolled(db, me.id), must=factors.required_of(db, me), left=factors.recovery_left(db, me.id),
    )  # fmt: skip
