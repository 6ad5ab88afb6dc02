"""A photo of a visit, sent to a case from a phone: one at a time, drawn anew without where it was taken."""

from flask import Blueprint, flash, jsonify, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from forms import who
from forms.cases.record import CHANNEL, KEY
from forms.teachers import entry
from forms.told import EXPIRED, Answer, arrived
from intake.cases import case as cases
from intake.errors import Problem, Refused
from intake.reports.looking import evidence
from intake.web import get_db
from intake.web.errors import on_page

bp = Blueprint("case_photos", __name__, url_prefix="/forms")

ROOM = 64 * 1024
"""Bytes that a form needs besides its picture."""
ARRIVED = "照片已送达。"
NONE = "还没有选照片，请先选一张。"
_WHAT = "家访照片"


class _TooLarge(Refused):
    """A picture of more bytes than are kept."""

    code = 413


def again(problem: Problem, number: str) -> Answer:
    """Say why a picture was not taken: to people on the page for the next one, to the script in a line."""
    if not isinstance(problem, Refused):
        raise problem
    if not request.headers.get(who.IDEMPOTENCY):
        return _page(number, str(problem))
    told = jsonify(told=str(problem))
    told.status_code = problem.code
    return told


@bp.get("/cases/<number>/photo")
@entry.needs("case.work")
def ask(number: str) -> str:
    """Ask for a picture."""
    return _page(number)


@bp.post("/cases/<number>/photo")
@entry.needs("case.work")
@on_page(again)
def take(number: str) -> Answer:
    """Take one picture, once however often it is sent."""
    request.max_content_length = evidence.CAP + ROOM
    data, db, me = _picture(), get_db(), entry.me()
    case = cases.case_seen(db, me, number)
    if not who.sure():
        return _page(number, who.unsure(EXPIRED.replace("提交", "发送"))), 400
    if not data:
        raise Refused(NONE)
    evidence.act_with_file(db, case, "evidence", {"what": _WHAT}, me, data, channel=CHANNEL, token=_token())
    flash(ARRIVED)
    return arrived(url_for("cases.one", number=number), ARRIVED)


def _picture() -> bytes:
    """Give what was sent, nothing where no file was chosen. Raises _TooLarge."""
    try:
        sent = request.files.get("photo")
    except RequestEntityTooLarge:
        raise _TooLarge(evidence.LARGE) from None
    return sent.read(evidence.CAP + 1) if sent else b""


def _token() -> str | None:
    key = request.headers.get(who.IDEMPOTENCY, "")
    return f"phone:{entry.me().id}:{key}" if KEY.fullmatch(key) else None


def _page(number: str, alert: str = "") -> str:
    case = cases.case_seen(get_db(), entry.me(), number)
    return render_template("forms/case_photo.html", case=case, alert=alert)
