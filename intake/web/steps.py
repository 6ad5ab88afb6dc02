"""Between the password and the desk: the code of an authenticator, a password of one's own, an authenticator to begin with.

Who has shown a password and lacks one of these has half a session: it lies in the browser, signed, for ten minutes, opens
these pages and nothing else, and ends with the password that it was given for. A device of the desk, with a token that
was never in the browser before, is made at the end.
"""

from dataclasses import asdict, dataclass
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import ValidationError, validate_csrf
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from intake.calendar import clock
from intake.cases.told import guarding
from intake.errors import Problem, Refused, TooMany
from intake.paper import qr
from intake.people import accounts, devices, tries
from intake.people.accounts import Person
from intake.people.secrets import factors
from intake.web import get_db, knocks, phones
from intake.web.errors import on_page, patience

TERM = timedelta(minutes=10)
THERE = "您的页面在这里：点名、看班级都在手机版，电脑上也能打开。"
TOO_MANY = "{}也可以请管理员帮忙。"
"""What is said beside the seconds."""
FAILED = "上次登录以来有 {} 次密码或验证码不对。不是您自己填错的，请马上改密码，并告诉管理员。"
_HALF = "half"
_PAGES = {
    factors.CODE: "signin.steps.code",
    factors.PASSWORD: "signin.choose",
    factors.FACTOR: "signin.steps.factor",
}

bp = Blueprint("steps", __name__)


@dataclass(frozen=True, slots=True)
class HalfSession:
    """Who has shown a password (and, `coded`, a code), until when that counts, and what they wanted to see.

    `mark` is that of the password: with another one the half session is over.
    """

    staff: str
    mark: str
    until: str
    wanted: str
    coded: bool


def half_session() -> HalfSession | None:
    """Give the half session of this browser, if it is good still."""
    kept = session.get(_HALF)
    found = HalfSession(**kept) if kept else None
    good = found and found.until > clock.stamp(get_db().now()) and found.mark == _mark(found.staff)
    return found if good else None


def person_of(half: HalfSession) -> Person | None:
    """Give whose half session it is, if their account is good still."""
    return accounts.person_by_id(get_db(), half.staff)


def typed_here() -> str:
    """Give what was about to be sent, as a form is sent, for it to be sent again; nothing that another site made up."""
    try:
        validate_csrf(request.form.get("csrf_token"))
    except (ValidationError, RequestEntityTooLarge):
        return ""
    return urlencode([one for one in request.form.items(multi=True) if one[0] != "csrf_token"])


def go_on(found: Person, wanted: str, *, coded: bool = False, token: str = "", kept: str = "") -> Response:
    """Let somebody in who has shown all that the desk asks for; lead others to what is lacking.

    What they had typed (`kept`) before their session ended stands ready to be sent once they are in.
    """
    lacking = factors.lacking(get_db(), found, coded=coded)
    if not lacking and kept:
        response = _in(make_response(), found, token)
        response.set_data(again_page(kept, wanted))
        return response
    if not lacking:
        return _in(redirect(wanted, 303), found, token)
    until = clock.stamp(get_db().now() + TERM)
    session.clear()  # nothing that was in it before, its CSRF token least of all, outlives the password
    session[_HALF] = asdict(HalfSession(found.id, _mark(found.id), until, wanted, coded))
    if lacking == factors.CODE and kept:
        return make_response(_code(kept=kept))
    return redirect(url_for(_PAGES[lacking]), 303)


def again_page(kept: str, wanted: str) -> str:
    """Give the page on which one more tap sends what was typed before."""
    return render_template("web/go_on.html", typed=parse_qsl(kept, keep_blank_values=True), wanted=wanted)


def again(problem: Problem) -> ResponseReturnValue:
    """Show the page on which a code was typed with what is wrong."""
    match problem:
        case TooMany():
            told, status = TOO_MANY.format(problem), problem.code
        case Refused():
            told, status = str(problem), problem.code
        case _:
            raise problem
    page = _code(told) if request.endpoint == "signin.steps.prove" else _factor(told)
    return page, status, patience(problem)


@bp.get("/code")
def code() -> ResponseReturnValue:
    """Ask for the code of the authenticator."""
    return _code() if person_at(factors.CODE) else _to_sign_in()


@bp.post("/code")
@on_page(again)
def prove() -> ResponseReturnValue:
    """Take the code, and go on."""
    half, found = half_session(), person_at(factors.CODE)
    if half is None or found is None:
        return _to_sign_in()
    factors.prove_factor(get_db(), found, request.form.get("code", ""), knocks.knock())
    return go_on(found, half.wanted, coded=True, kept=request.form.get("kept", ""))


@bp.get("/factor")
def factor() -> ResponseReturnValue:
    """Show the picture of a new authenticator, and ask for its first code."""
    return _factor() if person_at(factors.FACTOR) else _to_sign_in()


@bp.post("/factor")
@on_page(again)
def enrol() -> ResponseReturnValue:
    """Make the authenticator good, let its owner in, and show the recovery codes this once."""
    half, found = half_session(), person_at(factors.FACTOR)
    if half is None or found is None:
        return _to_sign_in()
    made = factors.enrol(get_db(), found, request.form.get("code", ""), knocks.knock())
    response = _in(make_response(), found, "")
    response.set_data(render_template("web/recovery.html", codes=made, wanted=half.wanted))
    return response


def _in(response: Response, found: Person, token: str) -> Response:
    """Make this browser a device of the desk, and say what became of the account meanwhile."""
    db, new = get_db(), knocks.is_new(found)
    with db.write():
        failed = accounts.take_failed(db, found)
        guarding.tell_failed(db, found, failed)
        response = phones.remember(response, found, token or devices.new_token(), devices.DESK)
        if new:
            guarding.tell_device(db, found)
    knocks.remember(tries.account_of(db, found.login))
    if failed:
        flash(FAILED.format(failed))  # last: signing in clears the session
    if not accounts.at_desk(found):
        flash(THERE)
    return response


def person_at(step: str) -> Person | None:
    """Give who is at a step by now, in this browser."""
    half = half_session()
    found = person_of(half) if half else None
    at_step = half and found and factors.lacking(get_db(), found, coded=half.coded) == step
    return found if at_step else None


def _to_sign_in() -> Response:
    return redirect(url_for("signin.page"), 303)


def _code(error: str = "", kept: str = "") -> str:
    return render_template("web/code.html", error=error, kept=kept or request.form.get("kept", ""))


def _factor(error: str = "") -> str:
    db, found = get_db(), person_at(factors.FACTOR)
    secret = factors.secret_to_enrol(db, found) if found else ""
    drawn = qr.svg(factors.address_of(db, found, secret), desc="用手机里的验证器扫一扫。") if found else ""
    return render_template("web/factor.html", error=error, secret=secret, picture=drawn)


def _mark(staff_id: str) -> str:
    db = get_db()
    row = db.one("SELECT password FROM staff WHERE id = ?", (staff_id,))
    return db.keys.digest("half session", str(row["password"])) if row else ""
