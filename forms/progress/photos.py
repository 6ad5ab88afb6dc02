"""Pictures that go with a report: sent after it, one at a time, so that a bad network holds up no report."""

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from forms import who
from forms.progress import proof
from forms.told import EXPIRED
from intake.errors import Problem, Refused
from intake.kinds import KINDS
from intake.kinds.envelope import Envelope
from intake.reports import photos, progress, receipts
from intake.web import get_db
from intake.web.errors import on_page

bp = Blueprint("photos", __name__)

ROOM = 64 * 1024
"""Bytes that a form needs besides its picture."""
LARGE = "这张照片太大了（超过 12 MB）。请给照片截个屏，再发截图。"
ARRIVED = "照片已送达。"
OVER = "这件事已经办完了，不能再加照片。"
NO_PHOTOS = "这类事不收照片。要交材料，请拿给老师看。"
PROVE = "时间长了，请先核对一下回执号，再加照片。"


class _TooLarge(Refused):
    """A picture of more bytes than are kept."""

    code = 413


def again(problem: Problem) -> ResponseReturnValue:
    """Say why a picture was not taken: to people on the page for the next one."""
    if isinstance(problem, Refused):
        return _said(proof.proved(), str(problem), problem.code)
    raise problem


@bp.get("/forms/photo")
def ask() -> ResponseReturnValue:
    """Ask for a picture; the token of a receipt page is exchanged for what the browser remembers."""
    report = proof.proved(request.args.get("token", ""))
    if report is None:
        return redirect(url_for("status.ask"), 303)
    return redirect(url_for(".ask"), 303) if request.args else _page(report)


@bp.post("/forms/photo")
@on_page(again)
def take() -> ResponseReturnValue:
    """Take one picture: a page for people, a line of JSON for the script."""
    request.max_content_length = photos.CAP + ROOM
    # Read before anything is answered: whose line is cut while they send never sees why.
    data, report = _picture(), proof.proved()
    if report is None:
        return _said(None, PROVE, 403)
    if not who.sure():
        return _said(report, who.unsure(EXPIRED.replace("提交", "发送")), 400)
    if why := _shut(report):
        return _said(report, why, 409)
    if len(data) > photos.CAP:
        raise _TooLarge(LARGE)
    photos.add(get_db(), report, data, actor=who.reporter())
    flash(ARRIVED)
    if _by_script():
        return jsonify(page=url_for(".ask"), told=ARRIVED), 201
    return redirect(url_for(".ask"), 303)


def _picture() -> bytes:
    """Give what was sent, nothing where no file was chosen. Raises _TooLarge."""
    try:
        sent = request.files.get("photo")
    except RequestEntityTooLarge:
        raise _TooLarge(LARGE) from None
    return sent.read() if sent else b""


def _shut(report: Envelope) -> str:
    """Say why no picture is taken with a report, or nothing."""
    if not KINDS[report.kind].photos:
        return NO_PHOTOS
    return "" if report.open else OVER


def _said(report: Envelope | None, sentence: str, status: int) -> ResponseReturnValue:
    if _by_script():
        return jsonify(told=sentence), status
    if report is None:
        return render_template("forms/status.html", typed={}, alert=sentence), status
    return _page(report, sentence), status


def _page(report: Envelope, alert: str = "") -> str:
    most, count = KINDS[report.kind].photos, photos.count(get_db(), report.receipt)
    shut = _shut(report)
    return render_template(
        "forms/photo.html",
        found=progress.progress_of(get_db(), report),
        groups=receipts.show_receipt(report.receipt),
        count=count,
        most=most,
        room=most > count and not shut,
        shut="" if alert == shut else shut,
        alert=alert,
    )


def _by_script() -> bool:
    return bool(request.headers.get(who.IDEMPOTENCY))
