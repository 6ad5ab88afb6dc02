"""The inbox: what somebody was told, the unread first; nothing of a child stands here."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from exports.desk.moments import when
from intake.cases.told import inbox
from intake.web import get_db
from intake.web.signin import permitted, person

bp = Blueprint("inbox", __name__, url_prefix="/desk/inbox", template_folder="../templates")
mine = permitted("inbox.read")


@bp.get("")
@mine
def page() -> str:
    """List what one was told."""
    db = get_db()
    told = [(one, when(one.at, db.now())) for one in inbox.notices_of(db, person())]
    return render_template(
        "desk/inbox.html",
        notices=told,
        unread=sum(not one.read_at for one, _ in told),
        full=len(told) == inbox.LIMIT,
    )


@bp.post("/read")
@mine
def read() -> ResponseReturnValue:
    """Note that one has read a notice, or all of them; a case that was told of is opened then."""
    inbox.mark_read(get_db(), person(), request.form.get("notice", ""))
    return redirect(url_for(".page"), 303)
