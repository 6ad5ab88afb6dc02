"""Telephone calls to make (家长未收到): the list, one call with its number, and that it was made."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from exports.desk.moments import when
from exports.desk.talks.pages import answering, reading
from intake.kinds import KINDS
from intake.messages.errcodes import meaning
from intake.people import accounts
from intake.reports import receipts
from intake.talks import calls
from intake.web import get_db
from intake.web.signin import person

GONE = "这一条已经有人打过电话，或者家长已经看到了。"

bp = Blueprint("calls", __name__, url_prefix="/desk/calls", template_folder="templates")


@bp.get("")
@reading
def page() -> str:
    """List the calls, the oldest first; neither words nor numbers are opened here."""
    db = get_db()
    now = db.now()
    waiting = [
        (
            row["id"],
            when(row["created_at"], now),
            KINDS[row["kind"]].title if row["kind"] in KINDS else "留言的回复",
            receipts.show_receipt(row["subject"]),
            meaning(row["error"]).text,
        )
        for row in calls.calls_waiting(db, accounts.scope_of(db, person()))
    ]
    return render_template("desk/calls.html", waiting=waiting)


@bp.get("/<key>")
@reading
def call(key: str) -> ResponseReturnValue:
    """Open one call: what to say, and the number; both looks are noted."""
    found = calls.look(get_db(), key, person())
    if found is None:
        return _gone()
    return render_template("desk/call.html", call=found, receipt=receipts.show_receipt(found.receipt))


@bp.post("/<key>/done")
@answering
def done(key: str) -> ResponseReturnValue:
    """Note that the parent was told on the telephone."""
    if not calls.done(get_db(), key, person()):
        return _gone()
    flash("记下了：已电话告知。")
    return redirect(url_for(".page"), 303)


def _gone() -> ResponseReturnValue:
    flash(GONE)
    return redirect(url_for(".page"), 303)
