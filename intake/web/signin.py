"""Signing in and out of the staff's pages, and the guard before each of them."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from flask import Blueprint, Flask, abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user, logout_user
from werkzeug.wrappers import Response

from intake.language.patterns import regex
from intake.people import accounts, tries
from intake.people.accounts import Person
from intake.web import get_db

HOURS = 10
"""How long a session lasts: a working day, not a stolen cookie's life."""

bp = Blueprint("signin", __name__, url_prefix="/desk")
_manager = LoginManager()
# Browsers read //host, /\\host and /<tab>/host as another site.
_LOCAL = regex(r"/(?!/)[^\\\x00-\x20\x7f]*")


class _Session:
    """What Flask-Login needs to know of a person who is signed in."""

    is_authenticated = is_active = True
    is_anonymous = False

    def __init__(self, person: Person) -> None:
        self.person = person

    def get_id(self) -> str:
        return self.person.id


def init_app(app: Flask) -> None:
    """Register the pages and the sessions."""
    _manager.init_app(app)
    app.register_blueprint(bp)


def person() -> Person:
    """Give who is signed in; only behind `permitted`."""
    return cast(_Session, current_user).person


def permitted(
    action: str, *, whole: bool = False
) -> Callable[[Callable[..., ResponseReturnValue]], Callable[..., ResponseReturnValue]]:
    """Let only those to a view who are signed in and may do `action` in their own area.

    `whole` asks for the whole district: what parents say in the chat belongs to no town yet.
    """

    def guard(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: Any, **named: Any) -> ResponseReturnValue:
            if not current_user.is_authenticated:
                wanted = request.full_path.rstrip("?") if request.method == "GET" else None
                return redirect(url_for("signin.page", next=wanted))
            area = get_db().settings.district_code if whole else person().area
            if not accounts.may(person(), action, area):
                abort(403)
            return view(*args, **named)

        return guarded

    return guard


@bp.get("/sign-in")
def page() -> ResponseReturnValue:
    """Show the form."""
    return redirect(_next()) if current_user.is_authenticated else _page()


@bp.post("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Check login and password."""
    try:
        found = accounts.sign_in(get_db(), request.form.get("login", ""), request.form.get("password", ""))
    except tries.TooMany:
        return _page("试错的次数太多了，请过 15 分钟再试，或请管理员帮忙。", 429)
    if found is None:
        return _page("账号或密码不对，请再核对一遍。", 401)
    session.clear()  # nothing that was in it before, its CSRF token least of all, outlives signing in
    session["signed_in"] = int(time.time())
    login_user(_Session(found))
    return redirect(_next())


@bp.post("/sign-out")
def sign_out() -> Response:
    """End the session."""
    logout_user()
    session.clear()
    return redirect(url_for("signin.page"))


@_manager.user_loader  # type: ignore[untyped-decorator]
def _load(person_id: str) -> _Session | None:
    if time.time() - session.get("signed_in", 0) > HOURS * 3600:
        return None
    found = accounts.get(get_db(), person_id)
    return _Session(found) if found else None


def _page(error: str = "", status: int = 200) -> tuple[str, int]:
    login = request.form.get("login", "")
    return render_template(
        "web/signin.html", error=error, login=login, next=request.values.get("next", "")
    ), status


def _next() -> str:
    return local(request.values.get("next", ""), "/desk/")


def local(wanted: str, otherwise: str) -> str:
    """Give the local path that was wanted, never another site."""
    return wanted if _LOCAL.fullmatch(wanted) else otherwise
