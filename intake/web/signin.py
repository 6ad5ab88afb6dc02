"""Signing in and out of the staff's pages, and the guard before each of them."""

from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from typing import Any

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from intake.calendar import clock
from intake.errors import Problem, Refused, TooMany, Unproved
from intake.language.patterns import regex
from intake.people import accounts, devices, manage, pins, roles
from intake.people.accounts import Person
from intake.people.secrets import factors, passwords
from intake.web import forgery, get_db, knocks, phones, steps
from intake.web.errors import on_page

PHONE_DOOR = "/forms/sign-in"
"""The way in to the pages on a phone."""
THERE, TOO_MANY = steps.THERE, steps.TOO_MANY
ENDED = "您有一阵没有用，已经退出了。刚才填的还在，登录以后再按一次。"
EXPIRED = "这一页放得太久了，请再按一次。"
_ENTERING = "choosing"

bp = Blueprint("signin", __name__, url_prefix="/desk")
# Browsers read //host, /\\host and /<tab>/host as another site.
_LOCAL = regex(r"/(?!/)[^\\\x00-\x20\x7f]*")

View = Callable[..., ResponseReturnValue]


def init_app(app: Flask) -> None:
    """Register the pages. Those that let somebody in check their token themselves, to keep what was typed."""
    for view in (sign_in, chosen):
        forgery.csrf.exempt(view)
    app.register_blueprint(bp)


bp.register_blueprint(steps.bp)


def person() -> Person:
    """Give who is signed in; only behind `permitted`."""
    return phones.person() or abort(401)


def permitted(action: str, *, whole: bool = False, home: bool = False) -> Callable[[View], View]:
    """Let only those to a view who are signed in and may do `action` in their own area.

    `whole` asks for the whole district: what parents say in the chat belongs to no town yet. Of `home`
    nobody is refused whose pages are elsewhere: they are led there. Who came in on a phone must come in at the
    desk's own door. Some actions are for those alone who have shown lately that it is they (`prove_lately`).
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **named: Any) -> ResponseReturnValue:
            asking = phones.person()
            if asking is None:
                return to_sign_in()
            if home and not accounts.at_desk(asking) and accounts.on_phone(asking):
                return _home(asking)
            if accounts.at_desk(asking) and not phones.at_desk():
                return to_sign_in()
            if not accounts.at_desk(asking):  # may do the same on a phone, where its pages are
                abort(403)
            if not accounts.may(asking, action, get_db().settings.district_code if whole else asking.area):
                abort(403)
            prove_lately(action, changes=request.method not in ("GET", "HEAD"))
            return view(*args, **named)

        guarded.action, guarded.whole = action, whole  # type: ignore[attr-defined]
        return guarded

    return guard


def prove_lately(action: str, *, changes: bool = True) -> None:
    """Raise Unproved unless whoever is signed in has shown lately that it is they, for an action that asks for it."""
    if not proved_lately(action, changes=changes):
        raise Unproved


def proved_lately(action: str, *, changes: bool = True) -> bool:
    """Tell whether whoever is signed in has shown lately that it is they, or an action does not ask for it."""
    here = phones.device()
    return not roles.wants_proof(action, changes=changes) or (
        here is not None and devices.is_proved(get_db(), here)
    )


def to_sign_in() -> ResponseReturnValue:
    """Lead somebody who is not signed in to the door, and from there back to what they wanted to see.

    Whose session has ended meanwhile finds there what they were about to send.
    """
    ended = request.method != "GET" and phones.COOKIE in request.cookies and not phones.device()
    if ended and (kept := steps.typed_here()):
        return _page(ENDED, kept=kept, wanted=request.path), 401
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("signin.page", next=wanted), 303)


def again(problem: Problem) -> ResponseReturnValue:
    """Show the form that was sent with what is wrong, or the door that somebody should have come to."""
    match problem:
        case manage.Elsewhere():
            flash(str(problem))
            return redirect(PHONE_DOOR, 303)
        case TooMany():
            return _page(TOO_MANY.format(problem))
        case Refused():
            return _choosing(str(problem))
    raise problem


@bp.get("/sign-in")
def page() -> ResponseReturnValue:
    """Show the form."""
    found = phones.person()
    inside = found and (phones.at_desk() or not accounts.at_desk(found))
    return _home(found) if found and inside else _page()


@bp.post("/sign-in")
@on_page(again)
def sign_in() -> ResponseReturnValue:
    """Check login and password; or take a one-time code, and ask for a password."""
    if not forgery.fits():
        return _page(forgery.unsure(EXPIRED)), 400
    login, secret = request.form.get("login", ""), request.form.get("password", "")
    knock = knocks.knock()
    if entering := manage.offer(get_db(), login, secret, knock):
        return _entered(entering)
    found = accounts.sign_in(get_db(), login, secret, knock=knock)
    if found is None:
        return _page(manage.spent(get_db(), login, secret) or "账号或密码不对，请再核对一遍。"), 401
    return steps.go_on(found, _where(found), kept=request.form.get("kept", ""))


@bp.get("/password")
def choose() -> ResponseReturnValue:
    """Ask for a password, after a one-time code or one that somebody else chose."""
    here = _entering() or steps.person_at(factors.PASSWORD)
    return _choosing() if here else redirect(url_for(".page"), 303)


@bp.post("/password")
@on_page(again)
def chosen() -> ResponseReturnValue:
    """Set the password, use the code up, and let its owner in."""
    if not forgery.fits():
        return (_choosing if _entering() or steps.half_session() else _page)(forgery.unsure(EXPIRED)), 400
    entering, half, said = _entering(), steps.half_session(), request.form
    new, again = said.get("new", ""), said.get("again", "")
    if entering:
        found = manage.begin(get_db(), entering, new, again, request.user_agent.string)
        return steps.go_on(found, _where(found), token=entering.token)
    if half and (owner := steps.person_at(factors.PASSWORD)):
        manage.replace_password(get_db(), owner, new, again)
        return steps.go_on(owner, half.wanted, coded=half.coded)
    return _page(pins.TOO_SLOW), 401


@bp.post("/sign-out")
def sign_out() -> Response:
    """End the session."""
    return phones.leave(redirect(url_for("signin.page"), 303))


def _entered(entering: pins.Entering) -> Response:
    wanted = _next()
    session.clear()  # nothing that was in it before, its CSRF token least of all, outlives the code
    session[_ENTERING] = asdict(entering)
    return redirect(url_for(".choose", next=wanted), 303)


def _entering() -> pins.Entering | None:
    kept = session.get(_ENTERING)
    found = pins.Entering(**kept) if kept else None
    return found if found and found.until > clock.stamp(get_db().now()) else None


def _home(found: Person) -> Response:
    """Lead somebody to what they wanted, or to their own side's pages."""
    if not accounts.at_desk(found):
        flash(THERE)
    return redirect(_where(found), 303)


def _where(found: Person) -> str:
    wanted = _next()
    away = not accounts.at_desk(found) and not wanted.startswith("/forms/")
    return phones.home_of(found) if away else wanted


def _page(error: str = "", *, kept: str = "", wanted: str = "") -> str:
    typed = {} if kept else request.form
    return render_template(
        "web/signin.html", error=error, login=typed.get("login", ""), kept=kept or typed.get("kept", ""),
        next=wanted or request.values.get("next", ""),
    )  # fmt: skip


def _choosing(error: str = "") -> str:
    entering = _entering()
    found = accounts.person_by_id(get_db(), entering.staff) if entering else steps.person_at(factors.PASSWORD)
    return render_template(
        "web/password.html", error=error, person=found, next=_next(), first=entering is not None,
        shortest=passwords.SHORTEST,
    )  # fmt: skip


def _next() -> str:
    return local(request.values.get("next", ""), "/desk/")


def local(wanted: str, otherwise: str) -> str:
    """Give the local path that was wanted, never another site."""
    return wanted if _LOCAL.fullmatch(wanted) else otherwise
