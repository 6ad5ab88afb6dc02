"""From the chat to the page: a link that knows its reporter, in the browser that opens it first and presses a button."""

import secrets
from dataclasses import replace

from flask import (
    Blueprint,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from forms import who
from forms.report import link
from forms.report.sheet import Sheet
from forms.teachers import entry
from forms.told import Answer
from intake.calendar import clock
from intake.errors import Problem, Refused, TooMany
from intake.kinds import KINDS
from intake.language.naming.names import name_key
from intake.messages import probation
from intake.people import accounts, bindings, devices, pins
from intake.people.accounts import Person
from intake.reports import passes
from intake.reports.passes import Pass
from intake.reports.told_children import OWN
from intake.store.db import Database
from intake.web import get_db, knocks, phones, visitors
from intake.web.errors import on_page, patience

bp = Blueprint("link", __name__)

LARGEST = 64 * 1024
"""Bytes that a draft may have; a full form has a tenth of that."""
ROLL = "/forms/roll"
PRESS = "这一页放得太久了，请再按一次。"
_COOKIE, _SEED = "baoxue_link", "opening"


def again(problem: Problem, token: str) -> Answer:
    """Show the page of a link again where the PIN is wrong, or was tried too often."""
    found = passes.read_pass(get_db(), token)
    teacher = _teacher(get_db(), found) if found else None
    if found is None or teacher is None or not isinstance(problem, Refused | TooMany):
        raise problem
    error = entry.TOO_MANY.format(problem) if isinstance(problem, TooMany) else str(problem)
    return _asked(found, token, error=error), problem.code, patience(problem)


@bp.get("/forms/c/<token>")
def come(token: str) -> Answer:
    """Say whose conversation goes on, and ask for a button: who only looks ahead at links changes nothing."""
    found = _found(token)
    if found is None:
        return _gone()
    if answer := _settled(found):
        return answer
    session.setdefault(_SEED, secrets.token_urlsafe(32))
    return _asked(found, token)


@bp.post("/forms/c/<token>")
@on_page(again)
def enter(token: str) -> Answer:
    """Give the link to the browser whose button was pressed first, and take that for the reporter's own."""
    found = _found(token)
    if found is None:
        return _gone()
    if answer := _settled(found):
        return answer
    if not who.sure():
        return _asked(found, token, alert=who.unsure(PRESS)), 400
    mine = _mine(found) or str(session.get(_SEED, "")) or secrets.token_urlsafe(32)
    if not passes.open_link(get_db(), found, mine):
        return _gone(taken=True)
    if teacher := _teacher(get_db(), found):
        pins.enter(get_db(), teacher, request.form.get("pin", ""), knocks.knock())
        return _kept(_signed_in(found, teacher, mine), token, mine)
    visitors.bind(found.reporter, kind=found.kind, since=found.made)
    return _kept(redirect(_goes_to(found), 303), token, mine)


@bp.post("/forms/linked/leave")
def leave() -> Response:
    """Let somebody go on who is not the one that the chat knows: an ordinary form, which knows nothing."""
    visitors.leave()
    kind = request.form.get("kind", "")
    return redirect(url_for("forms.ask", kind=kind) if kind in KINDS else url_for("forms.start"), 303)


def wrong(problem: Problem) -> ResponseReturnValue:
    """Show the form again with what keeps it from showing more."""
    kind = request.form.get("kind", "")
    if kind not in KINDS or not isinstance(problem, Refused | TooMany):
        raise problem
    return _sheet(kind).page(proof=str(problem))


@bp.post("/forms/linked/prove")
@on_page(wrong)
def prove() -> ResponseReturnValue:
    """Show what was said in the chat to who knows the reporter's telephone, beside what was typed meanwhile."""
    kind = request.form.get("kind", "")
    if kind not in KINDS:
        abort(404 if who.sure() else 400)
    if not who.sure():
        return _sheet(kind).page(proof=who.unsure(PRESS)), 400
    if who.linked_reporter():
        link.prove(request.form.get("last_four", ""))
    if _is_whole():
        return _recalled(kind).page()
    return redirect(url_for("forms.ask", kind=kind), 303)


@bp.post("/forms/draft/<kind>")
def keep(kind: str) -> tuple[str, int]:
    """Keep what was typed so far; for who did not come from the chat it stays on the phone alone."""
    request.max_content_length = LARGEST
    if kind not in KINDS:
        abort(404)
    if not who.sure():
        return "", 400
    link.save(kind, request.form)
    return "", 204


def _is_whole() -> bool:
    """Tell whether the form came along with what proves the telephone: whatever was typed into it stays."""
    return "idempotency_key" in request.form


def _sheet(kind: str) -> Sheet:
    return Sheet.of(kind, request.form) if _is_whole() else Sheet.new(kind)


def _recalled(kind: str) -> Sheet:
    """Fill in what the chat knows where nothing was typed; of another child than the chat's nothing is filled in."""
    told, typed = link.recall(kind).shown, MultiDict(request.form)
    name = typed.get("child_name", "").strip()
    other = name and name_key(name) != name_key(str(told.get("child_name", "")))
    for key, value in told.items():
        if not any(typed.getlist(key)) and (key in OWN or not other):
            typed.setlist(key, value if isinstance(value, list) else [value])
    return replace(_sheet(kind), typed=typed, private=True)


def _found(token: str) -> Pass | None:
    """Give the pass of a link that leads somewhere."""
    db = get_db()
    found = passes.read_pass(db, token)
    if found is None or found.kind in ("", *KINDS):
        return found
    return found if found.kind == passes.ROLL and _teacher(db, found) else None


def _teacher(db: Database, found: Pass) -> Person | None:
    """Give the teacher for whom a link is, who is bound in the chat; None where it is a parent's."""
    person = bindings.person_bound(db, found.reporter) if found.kind == passes.ROLL else None
    return person if person and accounts.may(person, "roll.mark", person.area) else None


def _mine(found: Pass) -> str:
    """Give the token by which this browser opened a link, or nothing."""
    tokens = (request.cookies.get(_COOKIE, ""), str(session.get(_SEED, "")))
    return next((one for one in tokens if one and passes.is_link_of(get_db(), found, one)), "")


def _settled(found: Pass) -> Answer | None:
    """Answer who need not or may not press the button: somebody is in already, or another browser was first."""
    if not (passes.link_is_free(get_db(), found) or _mine(found)):
        return _gone(taken=True)
    return redirect(_goes_to(found), 303) if _is_in(found) else None


def _is_in(found: Pass) -> bool:
    """Tell whether this browser is the reporter's or the teacher's already."""
    teacher, here = _teacher(get_db(), found), entry.teacher()
    if teacher:
        return here is not None and here.id == teacher.id
    return bool(_mine(found)) and visitors.reporter() == found.reporter


def _goes_to(found: Pass) -> str:
    if found.kind == passes.ROLL:
        return ROLL
    return url_for("forms.ask", kind=found.kind) if found.kind else url_for("forms.start")


def _signed_in(found: Pass, teacher: Person, mine: str) -> Response:
    """Sign a teacher's device in, on probation, and tell her in the chat; pressed twice it is one device."""
    db = get_db()
    token, link_digest = devices.token_for(db, mine, teacher), passes.link_digest(db, found)
    if devices.is_revoked(db, token):  # she signed out here, and comes again while the link lives
        token = devices.new_token()
    with db.write():
        new = devices.find_device(db, token) is None
        response = phones.remember(redirect(ROLL, 303), teacher, token, link=link_digest)
        if new:
            probation.tell_of_device(db, found.reporter, devices.name(request.user_agent.string))
    return response


def _asked(found: Pass, token: str, *, error: str = "", alert: str = "") -> str:
    teacher = _teacher(get_db(), found)
    return render_template(
        "forms/come.html", found=found, token=token, error=error, alert=alert, teacher=teacher,
        title=KINDS[found.kind].title if found.kind in KINDS else "", since=clock.local(found.made),
        pin=teacher is not None and pins.has(get_db(), teacher.id),
    )  # fmt: skip


def _gone(*, taken: bool = False) -> tuple[str, int]:
    return render_template("forms/come.html", found=None, taken=taken), 410


def _kept(response: Response, token: str, mine: str) -> Response:
    """Let this browser open the link again until it expires; the cookie goes to no other address."""
    kept = make_response(response)
    kept.set_cookie(
        _COOKIE, mine, max_age=passes.LINK, path=url_for("link.come", token=token), httponly=True, samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )  # fmt: skip
    return kept
