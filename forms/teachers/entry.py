"""Teachers come in: phone and one-time code, then a PIN; the phone is remembered."""

from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from forms import who
from forms.told import Answer
from intake.calendar import clock
from intake.cases.told import guarding
from intake.errors import Problem, Refused, TooMany
from intake.language import slip_codes
from intake.people import accounts, bindings, devices, pins, roles, tries
from intake.people.accounts import Person
from intake.web import get_db, knocks, phones, signin
from intake.web.errors import on_page, patience
from intake.web.phones import home_of, remember, teacher, user

__all__ = ["bp", "inside", "me", "needs", "remember", "required", "teacher", "user"]

View = Callable[..., ResponseReturnValue]

bp = Blueprint("entry", __name__, url_prefix="/forms")

EXPIRED = "这一页放得太久了，请再按一次。"
TOO_MANY = "{}忘了密码，可以向学校或教育局要一个新的登录码。"
NEITHER = f"请填纸条上的登录码（{slip_codes.DIGITS} 位数字），或者您自己设的 {pins.DIGITS} 位密码。"
WAITS = "这台手机是从链接进来的，还没有确认。请先在微信里回复“是我”，才能改密码、绑微信、让别的手机退出。"
_ENTERING, _SEED = "entering", "seed"


def needs(action: str) -> Callable[[View], View]:
    """Let only those to a view whose phone is known and who may do `action`; strangers are shown the way in."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **named: Any) -> ResponseReturnValue:
            asking = who.user()
            if asking is None:
                return who.stranger()
            return view(*args, **named) if accounts.may(asking, action, asking.area) else abort(403)

        return guarded

    return guard


required, inside = needs("roll.mark"), needs(roles.PHONE)
"""Pages of who takes rolls, and of everybody who comes in on a phone."""


def me() -> Person:
    """Give who is signed in on this phone; only behind `needs`."""
    return user() or abort(401)


def again(problem: Problem) -> Answer:
    """Show the page on which something was typed with what is wrong, at its field where the page has several."""
    match problem:
        case TooMany():
            error, status, field = TOO_MANY.format(problem), problem.code, ""
        case Refused():
            error, status, field = str(problem), problem.code, problem.field
        case _:
            raise problem
    match request.endpoint:
        case "entry.bind":
            page = _mine(error, status, "pin")
        case "entry.chosen":
            page = _choosing(error, status, field)
        case _:
            page = _page(error, 401 if isinstance(problem, Refused) else status)
    return *page, patience(problem)


@bp.get("/sign-in")
def page() -> Answer:
    """Ask for the phone number and the code or PIN."""
    found = user()
    return redirect(_next() or home_of(found)) if found else _page()


@bp.post("/sign-in")
@on_page(again)
def sign_in() -> Answer:
    """Take a code, and ask for a PIN; or take the PIN."""
    if not who.sure():
        return _page(who.unsure(EXPIRED), 400, number=request.form.get("number", ""))
    if "letters" in request.form:
        return _page(number=request.form.get("number", ""), letters=True)
    phone, number = request.form.get("phone", ""), pins.digits(request.form.get("number", ""))
    ways = {slip_codes.DIGITS: _by_code, slip_codes.OLD_DIGITS: _by_code, pins.DIGITS: _by_pin}
    if not phone.strip() or len(number) not in ways:
        return _page(NEITHER if phone.strip() else "请填手机号。", 422, number=request.form.get("number", ""))
    return ways[len(number)](phone, number)


@bp.get("/pin")
def choose() -> Answer:
    """Ask for a PIN: the first after a code, or another one."""
    if not _entering() and user() and (phones.on_probation() or not pins.has(get_db(), me().id)):
        return _mine(WAITS if phones.on_probation() else pins.BY_CODE)
    return _choosing() if _entering() or user() else redirect(url_for("entry.page"), 303)


@bp.post("/pin")
@on_page(again)
def chosen() -> Answer:
    """Set the PIN."""
    entering = _entering()
    if not (entering or user()):
        return _page(pins.TOO_SLOW, 401)
    if user() and not entering and "now" not in request.form and pins.has(get_db(), me().id):
        return redirect(home_of(me()), 303)  # the first PIN sent twice
    if not who.sure():
        return _choosing(who.unsure(EXPIRED), 400)
    if not entering and phones.on_probation():
        return _mine(WAITS, 403)
    return _first(entering) if entering else _another()


@bp.get("/devices")
@inside
def mine() -> Answer:
    """Show a teacher her phones."""
    return _mine()


@bp.post("/devices/<device>/revoke")
@inside
def revoke(device: str) -> Answer:
    """Send one of her phones away."""
    if not who.sure():
        return _mine(who.unsure(EXPIRED), 400)
    here = phones.device()
    if here and here.id == device:
        return _leave()
    if phones.on_probation():
        return _mine(WAITS, 403)
    if not devices.revoke(get_db(), me().id, device, me().actor):
        abort(404)
    flash("那台手机已经退出了。")
    return redirect(url_for("entry.mine"), 303)


@bp.post("/devices/others")
@inside
def revoke_others() -> Answer:
    """Send all of her other phones away."""
    if not who.sure():
        return _mine(who.unsure(EXPIRED), 400)
    if phones.on_probation():
        return _mine(WAITS, 403)
    here = phones.device()
    gone = devices.revoke_all(get_db(), me().id, me().actor, but=here.id if here else "")
    flash(f"别的 {gone} 台都退出了，只有这台还登录着。")
    return redirect(url_for("entry.mine"), 303)


@bp.post("/devices/code")
@inside
@on_page(again)
def bind() -> Answer:
    """Give a code with which she binds her WeChat; it opens these pages, too, hence the PIN before it."""
    if not who.sure():
        return _mine(who.unsure(EXPIRED), 400)
    if phones.on_probation():
        return _mine(WAITS, 403)
    pins.confirm(get_db(), me(), request.form.get("pin", ""), knocks.knock(inside=True))
    return _mine(code=bindings.issue_code(get_db(), me().id, me().actor, devices.PHONE))


@bp.post("/sign-out")
def sign_out() -> Answer:
    """Send this phone away; again is harmless."""
    if phones.person() and not who.sure():
        return _mine(who.unsure(EXPIRED), 400) if user() else _page(who.unsure(EXPIRED), 400)
    return _leave()


def _by_code(phone: str, code: str) -> Answer:
    entering = pins.offer(get_db(), phone, code, knocks.knock())
    wanted = _next()
    session.clear()
    session[_ENTERING] = asdict(entering) | {"next": wanted}
    return _choosing() if _kept() else redirect(url_for("entry.choose"), 303)


def _by_pin(phone: str, pin: str) -> Answer:
    db = get_db()
    person = pins.sign_in(db, phone, pin, knocks.knock())
    seed = str(session.get(_SEED, ""))
    return _in(_next(), person, devices.token_for(db, seed, person) if seed else "", knocks.is_new(person))


def _first(entering: pins.Entering) -> Answer:
    typed, wanted = request.form, str(session[_ENTERING]["next"])
    owner = accounts.person_by_id(get_db(), entering.staff)
    new = owner is not None and knocks.is_new(owner)
    person = pins.begin(
        get_db(), entering, typed.get("pin", ""), typed.get("again", ""), request.user_agent.string
    )
    return _in(wanted, person, entering.token, new)


def _in(wanted: str, person: Person, token: str, new: bool) -> Response:
    """Let her in: to what she wanted, or to what she was about to send when she was asked to come in.

    She is told of a phone that is `new`.
    """
    knocks.remember(tries.account_of(get_db(), person.login))
    if new:
        with get_db().write():
            guarding.tell_device(get_db(), person)
    typed, wanted = parse_qsl(_kept(), keep_blank_values=True), wanted or home_of(person)
    if not typed:
        return remember(redirect(wanted, 303), person, token)
    response = remember(make_response(), person, token)  # clears the session, which the page's token is in
    response.set_data(render_template("forms/go_on.html", typed=typed, wanted=wanted))
    return response


def _another() -> Answer:
    typed, here = request.form, phones.device()
    pins.change(
        get_db(), me(), here.id if here else "", typed.get("now", ""), typed.get("pin", ""), typed.get("again", ""),
        knocks.knock(inside=True),
    )  # fmt: skip
    flash("密码改好了。别的手机要用新密码重新登录。")
    return redirect(url_for("entry.mine"), 303)


def _leave() -> Response:
    left = phones.leave(redirect(url_for("entry.page"), 303))
    flash("这台手机已经退出了。")
    return left


def _entering() -> pins.Entering | None:
    """Give who stands between her code and her PIN in this browser."""
    kept = session.get(_ENTERING)
    if not kept:
        return None
    found = pins.Entering(kept["code"], kept["staff"], kept["token"], kept["until"])
    return found if found.until > clock.stamp(get_db().now()) else None


def _page(error: str = "", status: int = 200, number: str = "", *, letters: bool = False) -> tuple[str, int]:
    """Ask who comes in; the keys of a telephone have no letters, which the account of a town may be made of."""
    phone = request.form.get("phone", "")
    session[_SEED] = devices.new_token()  # this page sent twice is one phone
    told = render_template(
        "forms/enter.html", error=error, phone=phone, number=number, next=_next(), kept=_kept(),
        letters=letters or any(one.isalpha() for one in phone),
    )  # fmt: skip
    return told, status


def _choosing(error: str = "", status: int = 200, field: str = "") -> tuple[str, int]:
    entering, db = _entering(), get_db()
    person = accounts.person_by_id(db, entering.staff) if entering else user()
    old = not entering and person is not None and pins.has(db, person.id)
    return render_template(
        "forms/pin.html", error=error, field=field, person=person, old=old, kept=_kept()
    ), status  # fmt: skip


def _mine(error: str = "", status: int = 200, field: str = "", code: str = "") -> tuple[str, int]:
    db, here = get_db(), phones.device()
    listed = [
        (one, clock.local(one.seen_at), bool(here and one.id == here.id))
        for one in devices.devices_of(db, me().id)
    ]
    return render_template(
        "forms/devices.html", error=error, field=field, code=code, person=me(), listed=listed,
        pin=pins.has(db, me().id), bound=bindings.bound(db, me().id), days=bindings.TERM.days,
        waits=WAITS if phones.on_probation() else "",
    ), status  # fmt: skip


def _kept() -> str:
    """Give what she was about to send when she was asked to come in: a form, as it was sent."""
    return request.form.get("kept", "")


def _next() -> str:
    """Give the page that was wanted; none where somebody just comes in."""
    return signin.local(request.values.get("next", ""), "")
