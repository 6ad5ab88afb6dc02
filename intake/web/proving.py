"""Asking again: whoever is signed in shows once more that it is they, before children in clear and accounts.

Which actions want that stands in `intake.people.roles`, and `signin.prove_lately` asks. What was about to be sent is kept on
the page, and goes on after the proof.
"""

from flask import Blueprint, Flask, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intake.errors import Problem, Refused, TooMany, Unproved
from intake.people import accounts, devices
from intake.people.secrets import factors
from intake.web import errors, get_db, knocks, phones, steps
from intake.web.errors import on_page
from intake.web.signin import local, permitted, person
from intake.web.steps import TOO_MANY

bp = Blueprint("proving", __name__, url_prefix="/desk/prove")
WRONG = "密码不对，请再填一次。"
HOME = "/desk/"
mine = permitted("account.own")


def init_app(app: Flask) -> None:
    """Register the page, and show it wherever a proof is wanted."""
    app.register_blueprint(bp)
    app.register_error_handler(Unproved, _ask)


def again(problem: Problem) -> ResponseReturnValue:
    """Show the page again with what is wrong at its field; what was to be sent stays on it."""
    match problem:
        case TooMany():
            return _page("password", TOO_MANY.format(problem))
        case Refused():
            return _page(problem.field, str(problem))
    raise problem


@bp.get("")
@mine
def page() -> ResponseReturnValue:
    """Ask for the password, before something that is looked at."""
    return _page(wanted=request.args.get("next", ""))


@bp.post("")
@mine
@on_page(again)
def prove() -> ResponseReturnValue:
    """Take password and code, and go on with what was wanted."""
    db, said, here = get_db(), request.form, phones.device()
    if (
        accounts.sign_in(
            db, person().login, said.get("password", ""), "password.proved", knocks.knock(inside=True)
        )
        is None
    ):
        raise Refused(WRONG, "password")
    if factors.is_asked(db, person()):
        factors.prove_factor(db, person(), said.get("code", ""), knocks.knock(inside=True))
    if here:
        devices.prove_device(db, here)
        g.pop("device")
    wanted, kept = local(said.get("wanted", ""), HOME), said.get("kept", "")
    if "sent" not in said:
        return redirect(wanted, 303)
    return steps.again_page(kept, wanted)


def _ask(problem: Unproved) -> ResponseReturnValue:
    """Ask whoever was about to do something; a program is told, and whose session has ended meanwhile."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    program = best == "application/json" or request.is_json
    if program or phones.person() is None:
        return errors.answer(problem.code, str(problem), program=program)
    if request.method in ("GET", "HEAD"):
        return _page(wanted=request.full_path.rstrip("?")), problem.code
    return _page(wanted=request.path, kept=steps.typed_here(), sent=True), problem.code


def _page(field: str = "", error: str = "", *, wanted: str = "", kept: str = "", sent: bool = False) -> str:
    asked = request.endpoint == "proving.prove"
    said = request.form
    return render_template(
        "web/prove.html", field=field, error=error, wanted=said.get("wanted", "") if asked else wanted,
        kept=said.get("kept", "") if asked else kept, sent="sent" in said if asked else sent,
        coded=factors.is_asked(get_db(), person()), who=person(), lost=bool(request.files),
        action=url_for("proving.prove"),
    )  # fmt: skip
